//! Forms: one column, label above, hint below, the error beneath its field and a summary on top that links to each. A field
//! keeps what was typed.
//!
//! A field's name is the path that the API gives it in a body: `email`, `address.line1`, `prices[0].amount`. So an error of
//! the API finds its field, and a form is read into the body that the API would have got.

use crate::web::html::text::Text;

/// One of a field's choices.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub text: Text,
    /// What follows from it; radio buttons and checkboxes show it.
    pub hint: Option<Text>,
}

impl Choice {
    pub fn new(value: impl Into<String>, text: Text) -> Self {
        Self { value: value.into(), text, hint: None }
    }

    pub fn hinted(value: impl Into<String>, text: Text, hint: Text) -> Self {
        Self { value: value.into(), text, hint: Some(hint) }
    }
}

/// How a field is filled in.
#[derive(Clone, Debug)]
pub enum Control {
    Line,
    Email,
    /// A new password (`autocomplete="new-password"`), or the one that is known.
    Password {
        new: bool,
    },
    /// A password that is given to somebody else. It is not in sight, but comes back with what was typed: whoever set it
    /// would not notice that it was lost.
    Secret,
    /// Several lines.
    Prose,
    /// One of a list that opens.
    Select(Vec<Choice>),
    /// One of a few, all in sight.
    Radio(Vec<Choice>),
    /// Any of a few, all in sight; the values are separated by commas.
    Checks(Vec<Choice>),
    /// On or off; the value is "true" or "false".
    Check,
    /// A whole number, with its unit inside the field ("days").
    Number {
        min: i64,
        max: i64,
        unit: Option<Text>,
    },
    /// An amount in major units, with the currency inside the field.
    Amount {
        currency: String,
    },
    /// The same where the currency is another field.
    Decimal,
    /// A percentage, with its sign inside the field.
    Percent,
    /// A day.
    Day,
    /// A line with suggestions that are not binding.
    Suggest(Vec<Choice>),
    /// Words separated by commas.
    Tags,
    /// Whole numbers separated by commas.
    Numbers,
    /// Lines of `name: value`.
    Pairs,
    /// Carried along, not shown.
    Hidden,
    /// A button that sends the form to have it back with more room. It says nothing itself.
    More,
}

#[derive(Clone, Debug)]
pub struct Field {
    /// The path in the API's body.
    pub name: String,
    pub label: Text,
    pub hint: Option<Text>,
    pub control: Control,
    /// As it was typed, or as it is stored. For a checkbox "true" or "false".
    pub value: String,
    pub required: bool,
    /// The form itself comes with a value.
    pub preset: bool,
    /// The token of HTML's `autocomplete`: "name", "email", "tel", "off".
    pub autocomplete: &'static str,
    /// What is wrong with it.
    pub error: Option<Text>,
}

impl Field {
    pub fn new(name: impl Into<String>, label: Text, control: Control) -> Self {
        Self { name: name.into(), label, hint: None, control, value: String::new(), required: false, preset: false, autocomplete: "off", error: None }
    }

    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub fn hint(self, hint: Text) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// What the form comes with.
    pub fn value(self, value: impl Into<String>) -> Self {
        let value = value.into();
        Self { preset: !value.is_empty(), value, ..self }
    }

    /// Whether it holds something that somebody types or chooses.
    pub fn is_typed(&self) -> bool {
        !matches!(self.control, Control::Hidden | Control::More)
    }

    pub fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }
}

/// Fields that belong together.
#[derive(Clone, Debug)]
pub struct Group {
    pub legend: Option<Text>,
    /// What is seldom needed is folded away until somebody opens it, or something in it is filled in or wrong.
    pub folded: bool,
    /// One of several alike, such as a line of a document: beneath its first field the others stand side by side where there is room.
    pub row: bool,
    pub fields: Vec<Field>,
}

impl Group {
    pub fn plain(fields: Vec<Field>) -> Self {
        Self { legend: None, folded: false, row: false, fields }
    }

    pub fn named(legend: Text, fields: Vec<Field>) -> Self {
        Self { legend: Some(legend), folded: false, row: false, fields }
    }

    pub fn folded(legend: Text, fields: Vec<Field>) -> Self {
        Self { legend: Some(legend), folded: true, row: false, fields }
    }

    pub fn row(legend: Text, fields: Vec<Field>) -> Self {
        Self { row: true, ..Self::named(legend, fields) }
    }
}

/// What stands above a form that was refused.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What happened, and that nothing was changed.
    pub message: Text,
    /// What is wrong beside the fields of the form: errors whose field the form does not have.
    pub others: Vec<Text>,
}

//! Whole pages: a list, an object, a form, a message.

use serde_json::Value;

use crate::web::html::cell::{Cell, State};
use crate::web::html::chart::Chart;
use crate::web::html::form::{Choice, Group, Problem};
use crate::web::html::table::Table;
use crate::web::html::text::Text;

/// How a button looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weight {
    /// The one thing that most come for: once on a page.
    Primary,
    Plain,
    /// What takes something away. Never the default key.
    Danger,
}

/// What a button does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Does {
    /// Goes to a page.
    Go,
    /// Posts an empty form with a CSRF token.
    Post,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    pub text: Text,
    pub href: String,
    pub does: Does,
    pub weight: Weight,
}

impl Action {
    pub fn primary(text: Text, href: impl Into<String>) -> Self {
        Self { text, href: href.into(), does: Does::Go, weight: Weight::Primary }
    }

    pub fn go(text: Text, href: impl Into<String>) -> Self {
        Self { text, href: href.into(), does: Does::Go, weight: Weight::Plain }
    }

    pub fn danger(text: Text, href: impl Into<String>) -> Self {
        Self { text, href: href.into(), does: Does::Go, weight: Weight::Danger }
    }

    pub fn post(text: Text, href: impl Into<String>) -> Self {
        Self { text, href: href.into(), does: Does::Post, weight: Weight::Plain }
    }
}

/// The same by the API: becomes a curl line, the key left out.
#[derive(Clone, Debug)]
pub struct ApiCall {
    pub method: &'static str,
    /// With its query: `/api/v1/customers?status=active`.
    pub path: String,
    pub body: Option<Value>,
}

impl ApiCall {
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), body: None }
    }
}

/// What of the rail is lit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    Overview,
    Customers,
    Subscriptions,
    Invoices,
    CreditNotes,
    Payments,
    Products,
    Coupons,
    Taxes,
    Reports,
    Keys,
    Settings,
    Account,
    /// Signed out: there is no rail.
    Outside,
}

/// What every page has.
#[derive(Clone, Debug)]
pub struct Head {
    pub title: Text,
    pub place: Place,
    /// The pages above this one, outermost first.
    pub above: Vec<(String, Text)>,
    /// What was just done.
    pub notice: Option<Text>,
}

impl Head {
    /// Whether this is one of the settings' pages that stand beside each other.
    pub fn is_of_settings(&self) -> bool {
        match self.place {
            Place::Settings => true,
            Place::Keys | Place::Taxes => self.above.len() <= 1,
            _ => false,
        }
    }

    pub fn new(place: Place, title: Text) -> Self {
        Self { title, place, above: Vec::new(), notice: None }
    }

    pub fn under(mut self, href: impl Into<String>, text: Text) -> Self {
        self.above.push((href.into(), text));
        self
    }
}

/// What belongs here and how the first one is made.
#[derive(Clone, Debug)]
pub struct Empty {
    pub text: Text,
    pub action: Option<Action>,
    /// Where the manual says more.
    pub more: Option<(String, Text)>,
}

/// A filter that is chosen from a list.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The query parameter.
    pub name: &'static str,
    pub label: Text,
    /// The first stands for "any", with an empty value.
    pub choices: Vec<Choice>,
    pub value: String,
    /// There are more than a list can hold: one is typed, under this parameter, and the choices are suggestions.
    pub typed: Option<&'static str>,
}

/// A filter that is on: a chip that a click takes off.
#[derive(Clone, Debug)]
pub struct Chip {
    pub text: Text,
    /// This page without it.
    pub without: String,
}

/// What is looked for in a list.
#[derive(Clone, Debug)]
pub struct Search {
    pub value: String,
    /// Why it cannot be looked for.
    pub error: Option<Text>,
}

impl Search {
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), error: None }
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct ListPage {
    pub head: Head,
    pub help: Option<Text>,
    pub primary: Option<Action>,
    /// This page's path.
    pub path: String,
    /// What is looked for; None where the list has no search.
    pub search: Option<Search>,
    /// What the search looks into.
    pub search_label: Text,
    pub filters: Vec<Filter>,
    pub chips: Vec<Chip>,
    pub table: Table,
    /// "1,547 customers", exact.
    pub total: Text,
    /// The first page, where this is a later one.
    pub first: Option<String>,
    pub next: Option<String>,
    /// Shown instead of the table where there are no rows.
    pub empty: Empty,
    pub api: Option<ApiCall>,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Happening {
    pub at: Cell,
    pub what: Text,
    pub who: Option<Text>,
    pub note: Option<String>,
}

/// A part of an object's story.
#[derive(Clone, Debug)]
pub enum Section {
    Table {
        title: Text,
        table: Table,
        empty: Text,
        more: Option<Action>,
    },
    /// A document's foot: names and amounts, the last one emphasised.
    Sums(Vec<(Text, Cell)>),
    /// Names and values of any kind.
    Pairs(Vec<(Text, Cell)>),
    Prose {
        title: Text,
        text: String,
    },
    Happenings {
        title: Text,
        rows: Vec<Happening>,
    },
    /// A note that asks for attention.
    Note(State),
    /// The same about something that has a page.
    NoteOf {
        state: State,
        href: String,
    },
    /// A chart with its numbers, and how to have them as a file.
    Chart {
        id: &'static str,
        title: Text,
        chart: Box<Chart>,
        more: Action,
    },
    /// A part that links of the page lead to.
    Named {
        id: &'static str,
        section: Box<Section>,
    },
}

/// Facts in the narrow column.
#[derive(Clone, Debug)]
pub struct Facts {
    pub title: Text,
    pub rows: Vec<(Text, Cell)>,
    pub actions: Vec<Action>,
}

/// An object: its story in the main column, its facts beside it.
#[derive(Clone, Debug)]
pub struct DetailPage {
    pub head: Head,
    pub state: Option<State>,
    /// A second line under the title.
    pub subtitle: Option<Cell>,
    pub actions: Vec<Action>,
    pub story: Vec<Section>,
    pub facts: Vec<Facts>,
    /// The object itself, and what the page's buttons do at once.
    pub api: Vec<ApiCall>,
}

/// What a form would come to, which can be looked at before it is done.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The API's call that tells it, with what its body has beside fields of the form.
    pub api: ApiCall,
    /// The fields of the form's body that it takes.
    pub fields: &'static [&'static str],
    /// Nothing until somebody asks.
    pub comes_to: Vec<Section>,
}

impl Preview {
    /// The body that asks for it, from the one by which the thing itself is done.
    pub fn body(&self, of_form: &Value) -> Value {
        let mut body = self.api.body.clone().unwrap_or_default();
        for name in self.fields.iter().filter(|name| of_form.get(**name).is_some()) {
            body[*name] = of_form[*name].clone();
        }
        body
    }
}

/// A page that is one form.
#[derive(Clone, Debug)]
pub struct FormPage {
    pub head: Head,
    pub lead: Option<Text>,
    /// What a dangerous action will do.
    pub warning: Option<Text>,
    pub groups: Vec<Group>,
    pub problem: Option<Problem>,
    /// Where it is posted to.
    pub action: String,
    pub submit: Text,
    pub weight: Weight,
    /// Back without doing anything.
    pub cancel: Option<String>,
    /// Names this showing of the form, so that sending it twice does it once.
    pub once: String,
    pub preview: Option<Preview>,
    pub api: Option<ApiCall>,
}

/// One number of the overview.
#[derive(Clone, Debug)]
pub struct Figure {
    pub label: Text,
    pub value: Cell,
    pub href: String,
    pub under: Option<Text>,
}

/// A step of the way to the first sale.
#[derive(Clone, Debug)]
pub struct Step {
    pub done: bool,
    pub text: Text,
    pub href: String,
}

#[derive(Clone, Debug)]
pub struct OverviewPage {
    pub head: Head,
    /// Empty once all are done.
    pub steps: Vec<Step>,
    pub figures: Vec<Figure>,
    pub sections: Vec<Section>,
    pub api: Option<ApiCall>,
}

/// A day that a report is asked for.
#[derive(Clone, Debug)]
pub struct DayFilter {
    /// The query parameter.
    pub name: &'static str,
    pub label: Text,
    /// `2026-01-31`.
    pub value: String,
}

/// Figures and charts of some days.
#[derive(Clone, Debug)]
pub struct ReportPage {
    pub head: Head,
    pub help: Option<Text>,
    /// This page's path.
    pub path: String,
    pub days: Vec<DayFilter>,
    pub filters: Vec<Filter>,
    /// What is wrong with what was asked for, by its parameter. There are no figures then.
    pub errors: Vec<(String, Text)>,
    /// Shown instead of figures where nothing ever happened.
    pub empty: Option<Empty>,
    pub figures: Vec<Figure>,
    pub sections: Vec<Section>,
    pub api: Option<ApiCall>,
}

/// A secret that is shown once.
#[derive(Clone, Debug)]
pub struct SecretPage {
    pub head: Head,
    pub lead: Text,
    pub secret: String,
    /// A line to try it with, as it is typed into a shell.
    pub command: String,
    pub facts: Vec<(Text, Cell)>,
    pub done: Action,
}

/// Something to read: an error, a farewell.
#[derive(Clone, Debug)]
pub struct MessagePage {
    pub head: Head,
    pub text: Text,
    pub actions: Vec<Action>,
    /// Of an error: the request's id.
    pub request_id: Option<String>,
}

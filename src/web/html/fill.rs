//! A form's way from what was typed to the body that the API would have got, and back to the form with what was wrong.

use serde_json::{Map, Value};

use crate::domain::reject::Reject;
use crate::web::html::form::{Control, Field, Problem};
use crate::web::html::page::FormPage;
use crate::web::html::text::{Text, say};
use crate::web::posted::Posted;

/// The field by which a form tells what of an object it showed.
pub const VERSION: &str = "version";

/// What a form showed: the object's version, and of each field a short hash of its value.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Version {
    pub object: String,
    fields: Vec<(String, String)>,
}

impl Version {
    pub fn of(object: String, form: &FormPage, hash: impl Fn(&Field) -> String) -> Self {
        Self { object, fields: form.fields().filter(|f| !matches!(f.control, Control::Hidden)).map(|f| (f.name.clone(), hash(f))).collect() }
    }

    /// A text that is none of ours names no version that anything has.
    pub fn parse(text: &str) -> Self {
        let mut words = text.split(' ');
        let object = words.next().unwrap_or("").to_owned();
        let fields = words.filter_map(|word| word.split_once('=')).map(|(name, hash)| (name.to_owned(), hash.to_owned())).collect();
        Self { object, fields }
    }

    fn hash_of(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, hash)| hash.as_str())
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.object)?;
        self.fields.iter().try_for_each(|(name, hash)| write!(f, " {name}={hash}"))
    }
}

/// What became of a form whose object may have changed since it was shown.
pub struct Merged {
    /// The object as it is now, with what was typed where something was.
    pub form: FormPage,
    /// The fields that were typed in.
    pub own: Vec<String>,
    /// Those of them that somebody else changed, too.
    pub both: Vec<String>,
}

/// What becomes of a field that was left empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Blank {
    /// It is left out: something is made.
    Omit,
    /// It is null, which clears it: something is changed.
    Null,
}

impl FormPage {
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.groups.iter().flat_map(|g| &g.fields)
    }

    fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        self.groups.iter_mut().flat_map(|g| &mut g.fields)
    }

    pub fn field_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.fields_mut().find(|f| f.name == name)
    }

    /// Its fields keep what was typed. What a hidden one holds is not for the browser to say, but for the version.
    pub fn take(&mut self, posted: &Posted) {
        for field in self.fields_mut().filter(|f| !matches!(f.control, Control::Hidden) || f.name == VERSION) {
            field.value = match &field.control {
                Control::Checks(_) => posted.all(&field.name).collect::<Vec<_>>().join(","),
                Control::Check => (posted.one(&field.name) == "true").to_string(),
                _ => posted.one(&field.name).to_owned(),
            };
        }
    }

    /// Its fields show an object as the API shows it.
    pub fn fill(&mut self, object: &Value) {
        for field in self.fields_mut() {
            let path = field.name.replace('[', ".").replace(']', "");
            let found = path.split('.').try_fold(object, |at, part| part.parse::<usize>().map_or_else(|_| at.get(part), |n| at.get(n)));
            if let Some(found) = found {
                field.value = as_typed(&field.control, found);
            }
        }
    }

    /// This form, which shows an object as it is now, with what was typed into the form that showed `version` of it. A field
    /// that nobody typed into stays as it is now, so that nothing of what somebody else changed is taken back.
    pub fn merged(&self, posted: &Posted, version: &Version, hash: impl Fn(&Field) -> String) -> Merged {
        let mut typed = self.clone();
        typed.take(posted);
        let mut merged = Merged { form: self.clone(), own: Vec::new(), both: Vec::new() };
        for (field, typed) in merged.form.fields_mut().zip(typed.fields()).filter(|(f, _)| !matches!(f.control, Control::Hidden)) {
            let shown = version.hash_of(&field.name);
            if shown.is_some_and(|shown| hash(typed) == shown) {
                continue;
            }
            merged.own.push(field.name.clone());
            if shown.is_some_and(|shown| hash(field) != shown) && field.value != typed.value {
                merged.both.push(field.name.clone());
            }
            field.value.clone_from(&typed.value);
        }
        merged
    }

    /// The body of a change: the fields that were typed in. Of an object that is changed as a whole (`address.city`), everything.
    pub fn changes(&self, own: &[String]) -> Value {
        let head = |name: &str| name.split(['.', '[']).next().unwrap_or("").to_owned();
        let changed: Vec<String> = own.iter().map(|name| head(name)).collect();
        let mut form = self.clone();
        form.groups.iter_mut().for_each(|g| g.fields.retain(|f| changed.contains(&head(&f.name))));
        form.body(Blank::Null)
    }

    /// The body as the API takes it. Names are paths in it; an object of which nothing was filled in is blank itself.
    pub fn body(&self, blank: Blank) -> Value {
        let mut body = Map::new();
        for field in self.fields().filter(|f| f.name != VERSION) {
            let value = match typed(field) {
                Some(value) => value,
                // Of a field that must be there, "must not be null" would be the wrong thing to say.
                None if field.required && blank == Blank::Null => Value::String(String::new()),
                None => Value::Null,
            };
            put(&mut body, &field.name, value);
        }
        for value in body.values_mut() {
            tidy(value, blank);
        }
        if blank == Blank::Omit {
            body.retain(|_, value| !value.is_null());
        }
        Value::Object(body)
    }

    /// The form after a refusal: each error beneath its field, the others above.
    pub fn refused(mut self, reject: &Reject) -> Self {
        let mut others = Vec::new();
        for detail in &reject.details {
            match self.field_mut(&detail.field) {
                Some(Field { control: Control::Hidden, .. }) | None => others.push(Text::Api(format!("{}: {}", detail.field, detail.message))),
                Some(field) => field.error = Some(Text::Api(detail.message.clone())),
            }
        }
        let message = if reject.details.is_empty() { Text::Api(reject.message.clone()) } else { say("form-problem") };
        self.problem = Some(Problem { message, others });
        self
    }
}

/// What a field holds; None where it was left empty.
fn typed(field: &Field) -> Option<Value> {
    let text = field.value.as_str();
    if text.trim().is_empty() && !matches!(field.control, Control::Password { .. } | Control::Secret) || text.is_empty() {
        return None;
    }
    Some(match &field.control {
        Control::Check => Value::Bool(text == "true"),
        Control::Radio(choices) if choices.iter().all(|c| matches!(c.value.as_str(), "true" | "false")) => Value::Bool(text == "true"),
        // What is no number stays text, and the API says what it must be.
        Control::Number { .. } => text.trim().parse::<i64>().map_or_else(|_| Value::String(text.to_owned()), Value::from),
        Control::Tags => Value::Array(split_escaped(text, ',').iter().map(|t| unescape(t.trim())).filter(|t| !t.is_empty()).map(Value::from).collect()),
        Control::Pairs => pairs(text),
        Control::Amount { .. } | Control::Select(_) | Control::Suggest(_) | Control::Email | Control::Day => Value::String(text.trim().to_owned()),
        _ => Value::String(text.to_owned()),
    })
}

/// A value of the API as one types it into a field.
fn as_typed(control: &Control, value: &Value) -> String {
    match (control, value) {
        (_, Value::Null) => String::new(),
        // As a browser gives it back: it knows one kind of line break.
        (_, Value::String(text)) => text.replace("\r\n", "\n").replace('\r', "\n"),
        (_, Value::Array(items)) => {
            let texts: Vec<String> = items.iter().filter_map(Value::as_str).map(|t| escape(t, ',')).collect();
            texts.join(", ")
        }
        (Control::Pairs, Value::Object(pairs)) => {
            let line = |(name, value): (&String, &Value)| format!("{}: {}", escape(name, ':'), escape(value.as_str().unwrap_or(""), '\0'));
            let lines: Vec<String> = pairs.iter().map(line).collect();
            lines.join("\n")
        }
        (_, other) => other.to_string(),
    }
}

/// Lines of `name: value`. A line without a colon is a name without a value.
fn pairs(text: &str) -> Value {
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    let split = |line: &str| {
        let name = split_escaped(line, ':').first().copied().unwrap_or("");
        let value = line.get(name.len() + 1..).unwrap_or("");
        (unescape(name.trim()), Value::String(unescape(value.trim())))
    };
    Value::Object(lines.map(split).collect())
}

/// What would be read as the end of a value gets a backslash before it; a line break is written `\n`.
fn escape(text: &str, mark: char) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            c if c == '\\' || c == mark => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

fn unescape(text: &str) -> String {
    let (mut plain, mut chars) = (String::with_capacity(text.len()), text.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => plain.push('\n'),
                Some('r') => plain.push('\r'),
                Some(c) => plain.push(c),
                None => plain.push('\\'),
            },
            c => plain.push(c),
        }
    }
    plain
}

/// The parts between marks that have no backslash before them.
fn split_escaped(text: &str, mark: char) -> Vec<&str> {
    let (mut parts, mut from, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        if c == mark && !escaped {
            parts.push(&text[from..at]);
            from = at + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    parts.push(&text[from..]);
    parts
}

/// Puts a value where its path says: `email`, `address.line1`, `prices[0].amount`.
fn put(object: &mut Map<String, Value>, path: &str, value: Value) {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    let (name, index) = match head.strip_suffix(']').and_then(|h| h.split_once('[')) {
        Some((name, index)) => (name, index.parse::<usize>().ok()),
        None => (head, None),
    };
    let slot = object.entry(name.to_owned()).or_insert(Value::Null);
    let slot = match index {
        Some(index) => {
            if !slot.is_array() {
                *slot = Value::Array(Vec::new());
            }
            let Value::Array(items) = slot else { return };
            while items.len() <= index {
                items.push(Value::Null);
            }
            &mut items[index]
        }
        None => slot,
    };
    match rest {
        None => *slot = value,
        Some(rest) => {
            if !slot.is_object() {
                *slot = Value::Object(Map::new());
            }
            if let Value::Object(inner) = slot {
                put(inner, rest, value);
            }
        }
    }
}

/// Leaves out what is blank, or leaves it null; an object of which nothing is left is blank itself.
fn tidy(value: &mut Value, blank: Blank) {
    if let Value::Array(items) = value {
        items.iter_mut().for_each(tidy_item);
    }
    if let Value::Object(fields) = value {
        for inner in fields.values_mut() {
            tidy(inner, blank);
        }
        if blank == Blank::Omit {
            fields.retain(|_, v| !v.is_null());
        }
    }
    if is_blank(value) {
        *value = Value::Null;
    }
}

fn is_blank(value: &Value) -> bool {
    value.as_object().is_some_and(|fields| fields.values().all(Value::is_null))
}

/// An entry of a list stays an object, so that what it lacks is named field by field.
fn tidy_item(item: &mut Value) {
    if item.is_object() {
        tidy(item, Blank::Omit);
        if item.is_null() {
            *item = Value::Object(Map::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::reject::FieldError;
    use crate::web::html::form::Group;
    use crate::web::html::page::{Head, Place, Weight};
    use crate::web::html::text::data;

    fn form(fields: Vec<Field>) -> FormPage {
        FormPage {
            head: Head::new(Place::Customers, data("x")),
            lead: None,
            warning: None,
            groups: vec![Group::plain(fields)],
            problem: None,
            action: String::new(),
            submit: data("x"),
            weight: Weight::Primary,
            cancel: None,
            once: String::new(),
            api: None,
        }
    }

    fn field(name: &str, control: Control) -> Field {
        Field::new(name, data(name), control)
    }

    fn sample() -> FormPage {
        form(vec![
            field("email", Control::Email).required(),
            field("name", Control::Line),
            field("password", Control::Password { new: true }),
            field("address.line1", Control::Line),
            field("address.city", Control::Line),
            field("prices[0].amount", Control::Amount { currency: "USD".into() }),
            field("prices[0].interval", Control::Line),
            field("days", Control::Number { min: 1, max: 9, unit: None }),
            field("on", Control::Check),
            field("tags", Control::Tags),
            field("metadata", Control::Pairs),
            field("scopes", Control::Checks(Vec::new())),
        ])
    }

    fn posted(pairs: &[(&str, &str)]) -> Posted {
        Posted::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn what_was_typed_becomes_the_body_of_the_api() {
        let mut form = sample();
        form.take(&posted(&[
            ("email", " ana@example.com "),
            ("password", "  "),
            ("address.city", "Berlin"),
            ("prices[0].amount", "9.99"),
            ("days", "3"),
            ("on", "true"),
            ("tags", "a, b ,,c"),
            ("metadata", "crm: 17\n\nnote: a: b\nflag"),
            ("scopes", "x"),
            ("scopes", "y"),
            ("csrf", "t"),
        ]));
        let expected = json!({
            "email": "ana@example.com", "password": "  ", "address": { "city": "Berlin" }, "prices": [{ "amount": "9.99" }], "days": 3, "on": true,
            "tags": ["a", "b", "c"], "metadata": { "crm": "17", "note": "a: b", "flag": "" }, "scopes": "x,y",
        });
        assert_eq!(form.body(Blank::Omit), expected);
    }

    #[test]
    fn what_was_left_empty_is_left_out_or_cleared() {
        let mut form = sample();
        form.take(&posted(&[("name", "  ")]));
        assert_eq!(form.body(Blank::Omit), json!({ "prices": [{}], "on": false }));
        let cleared = json!({
            "email": "", "name": null, "password": null, "address": null, "prices": [{}], "days": null, "on": false, "tags": null, "metadata": null, "scopes": null,
        });
        assert_eq!(form.body(Blank::Null), cleared);
    }

    #[test]
    fn an_object_is_filled_in_and_only_what_was_changed_is_sent() {
        let object = json!({
            "email": "ana@example.com", "name": null, "address": { "line1": "Way 1", "city": "Berlin", "country": null }, "on": true, "days": 3,
            "tags": ["a", "b, c", "d\\e"], "metadata": { "k:1": "v: 1", "two": "a\nb" },
        });
        let mut shown = sample();
        shown.fill(&object);
        let typed: Vec<(String, String)> = shown.fields().map(|f| (f.name.clone(), f.value.clone())).collect();
        let mut same = shown.clone();
        same.take(&Posted::new(typed.clone()));
        assert_eq!(changes(&shown, typed.clone()), json!({}));
        // All of it comes back as it was, whatever stands in it.
        let whole = same.body(Blank::Omit);
        for name in ["email", "tags", "metadata", "on", "days"] {
            assert_eq!(whole[name], object[name], "{name}");
        }
        let with = |name: &str, value: &str| typed.iter().map(|(n, v)| (n.clone(), if n == name { value.into() } else { v.clone() })).collect();
        assert_eq!(changes(&shown, with("address.city", "")), json!({ "address": { "line1": "Way 1", "city": null } }));
        assert_eq!(changes(&shown, with("email", " ")), json!({ "email": "" }));
        assert_eq!(changes(&shown, with("metadata", "")), json!({ "metadata": null }));
    }

    fn hash(field: &Field) -> String {
        field.value.bytes().map(|b| format!("{b:02x}")).collect()
    }

    fn changes(shown: &FormPage, typed: Vec<(String, String)>) -> Value {
        let merged = shown.merged(&Posted::new(typed), &Version::of("1".into(), shown, hash), hash);
        merged.form.changes(&merged.own)
    }

    #[test]
    fn what_somebody_else_changed_stays_where_nothing_was_typed() {
        let filled = |email: &str, name: &str, city: &str| {
            let mut form = sample();
            form.fill(&json!({ "email": email, "name": name, "address": { "line1": "Way 1", "city": city }, "on": false }));
            form
        };
        let shown = filled("a@a.example", "Ana", "Berlin");
        let version = Version::parse(&Version::of("v1".into(), &shown, hash).to_string());
        assert_eq!(version, Version::of("v1".into(), &shown, hash));
        // I change the name and the city; somebody else the e-mail address and the city.
        let mine: Vec<_> = filled("a@a.example", "Anna", "Bonn").fields().map(|f| (f.name.clone(), f.value.clone())).collect();
        let now = filled("b@b.example", "Ana", "Bern");
        let merged = now.merged(&Posted::new(mine), &version, hash);
        assert_eq!(
            (merged.own.as_slice(), merged.both.as_slice()),
            (["name".to_owned(), "address.city".into()].as_slice(), ["address.city".into()].as_slice())
        );
        assert_eq!(merged.form.changes(&merged.own), json!({ "name": "Anna", "address": { "line1": "Way 1", "city": "Bonn" } }));
        // The same city from both is no conflict.
        let alike = filled("a@a.example", "Ana", "Bonn");
        let mine = filled("a@a.example", "Ana", "Bonn").fields().map(|f| (f.name.clone(), f.value.clone())).collect();
        assert!(alike.merged(&Posted::new(mine), &version, hash).both.is_empty());
    }

    #[test]
    fn an_error_finds_its_field_and_one_without_stands_above() {
        let reject = Reject::fields(vec![FieldError::new("prices[0].amount", "Is too large"), FieldError::new("taxId", "Must not be empty")]);
        let mut form = sample().refused(&reject);
        assert_eq!(form.field_mut("prices[0].amount").and_then(|f| f.error.clone()), Some(Text::Api("Is too large".into())));
        assert_eq!(form.problem.map(|p| p.others), Some(vec![Text::Api("taxId: Must not be empty".into())]));
    }
}

//! A form's way from what was typed to the body that the API would have got, and back to the form with what was wrong.

use serde_json::{Map, Value};

use crate::domain::money::{Currency, Decimal};
use crate::domain::reject::{Code, FieldError, Reject};
use crate::web::html::form::{Control, Field, Problem};
use crate::web::html::page::FormPage;
use crate::web::html::text::{Arg, Text, say, say_with};
use crate::web::posted::Posted;

/// The field by which a form tells what of an object it showed.
pub const VERSION: &str = "version";

/// The field by which a form says what somebody was asked about before it is done.
pub const ASKED: &str = "asked";

/// What a form showed: the object's version, and of each field a short hash of its value.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Version {
    pub object: String,
    fields: Vec<(String, String)>,
}

impl Version {
    pub fn of(object: String, form: &FormPage, hash: impl Fn(&Field) -> String) -> Self {
        Self { object, fields: form.fields().filter(|f| f.is_typed()).map(|f| (f.name.clone(), hash(f))).collect() }
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
        for (field, typed) in merged.form.fields_mut().zip(typed.fields()).filter(|(f, _)| f.is_typed()) {
            let shown = version.hash_of(&field.name);
            // A browser leaves out what is not ticked, and nothing else: what it was not shown it does not send.
            let is_ticked = matches!(field.control, Control::Check | Control::Checks(_) | Control::Radio(_));
            if shown.is_none() && !is_ticked && !posted.has(&field.name) {
                continue;
            }
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
        for field in self.fields().filter(|f| f.name != VERSION && f.name != ASKED && !matches!(f.control, Control::More)) {
            let value = match typed(field) {
                Some(value) => value,
                None if field.required && matches!(field.control, Control::Numbers) => Value::Array(Vec::new()),
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

    /// The name of the field that an error is about: its own, or that of which it is a part (`metadata.crm`, `tags[2]`), or
    /// the first part of it.
    fn field_of(&self, path: &str) -> Option<String> {
        let is_part = |part: &str, whole: &str| part.strip_prefix(whole).is_some_and(|rest| rest.starts_with(['.', '[']));
        let own = self.fields().find(|f| f.name == path);
        let whole = || self.fields().filter(|f| is_part(path, &f.name)).max_by_key(|f| f.name.len());
        let part = || self.fields().find(|f| is_part(&f.name, path));
        own.or_else(whole).or_else(part).map(|f| f.name.clone())
    }

    /// The currency of an amount: its own, that of the field beside it, or the form's.
    fn currency_of(&self, field: &Field) -> Option<Currency> {
        if let Control::Amount { currency } = &field.control {
            return Currency::parse(currency).ok();
        }
        let value = |name: &str| self.fields().find(|f| f.name == name).map(|f| f.value.as_str());
        let beside = field.name.rsplit_once('.').and_then(|(under, _)| value(&format!("{under}.currency")));
        Currency::parse(beside.or_else(|| value("currency"))?).ok()
    }

    /// What is wrong with amounts in their currencies. The API says it only where all else can be read; here all is said at once.
    fn wrong_amounts(&self) -> Vec<(String, String)> {
        let amounts = self.fields().filter(|f| matches!(f.control, Control::Amount { .. } | Control::Decimal));
        amounts.filter_map(|f| Some((f.name.clone(), amount_error(&f.value, self.currency_of(f))?))).collect()
    }

    /// The form after a refusal: each error beneath its field, the others above.
    pub fn refused(mut self, reject: &Reject) -> Self {
        let mut others = Vec::new();
        let amounts = if reject.code == Code::ValidationError && !reject.details.is_empty() { self.wrong_amounts() } else { Vec::new() };
        for (name, message) in amounts {
            self.field_mut(&name).into_iter().for_each(|field| field.error = Some(Text::Api(message.clone())));
        }
        for detail in &reject.details {
            let found = self.field_of(&detail.field);
            match found.and_then(|name| self.field_mut(&name)) {
                Some(Field { control: Control::Hidden, .. }) | None => others.push(Text::Api(format!("{}: {}", detail.field, detail.message))),
                Some(field) if field.error.is_none() => {
                    field.error = Some(field_error(field, detail));
                    // What must be there is not called optional beside that.
                    field.required |= detail.message == "This field is required";
                }
                Some(_) => {}
            }
        }
        let message = if reject.details.is_empty() { Text::Api(reject.message.clone()) } else { say("form-problem") };
        self.problem = Some(Problem { message, others });
        self
    }
}

/// What is wrong with a number as an amount, where it is one.
fn amount_error(typed: &str, currency: Option<Currency>) -> Option<String> {
    let plain = plain_number(typed);
    match (Decimal::parse(&plain), currency) {
        (Ok(amount), Some(currency)) => amount.in_currency(currency).err(),
        (Err(message), _) if message.starts_with("Must have at most 12 digits") => {
            let whole = plain.trim_start_matches('-').split('.').next().unwrap_or("");
            // More digits than any amount has are too large, whatever stands behind the point.
            if whole.len() > 12 { Some("Is too large".to_owned()) } else { Decimal::parse("0.0001").ok()?.in_currency(currency?).err() }
        }
        _ => None,
    }
}

/// What the API says of a field, in the words of whoever types into it.
fn field_error(field: &Field, detail: &FieldError) -> Text {
    let api = || Text::Api(detail.message.clone());
    let part = detail.field.strip_prefix(&field.name).unwrap_or("");
    match &field.control {
        Control::Amount { .. } | Control::Decimal | Control::Percent if detail.message.starts_with("Must be a decimal number") => {
            let plain = plain_number(&field.value).replace('\u{60c}', ",");
            let pointed = plain.replace(',', ".");
            match Decimal::parse(&pointed) {
                // A comma before three digits separates thousands for some, and decimals for others.
                Ok(_) if may_be_thousands(&plain) => {
                    say_with("form-amount-which", [("whole", Arg::Text(plain.replace(',', ""))), ("pointed", Arg::Text(pointed))])
                }
                Ok(_) => say_with("form-amount-point", [("amount", Arg::Text(pointed))]),
                Err(_) if matches!(field.control, Control::Percent) => say("form-percent"),
                Err(_) => say("form-amount"),
            }
        }
        Control::Day if detail.message.starts_with("Must be a time") => say("form-day"),
        Control::Pairs => {
            let name = part.trim_start_matches('.');
            let times = read_pairs(&field.value).filter(|(own, _)| own == name).count();
            match name {
                "" => api(),
                name if times > 1 => say_with("form-pairs-twice", [("name", Arg::Text(name.to_owned()))]),
                name => Text::Api(format!("{name}: {}", detail.message)),
            }
        }
        Control::Tags | Control::Numbers => {
            let index = part.strip_prefix('[').and_then(|p| p.strip_suffix(']')).and_then(|n| n.parse::<usize>().ok());
            let typed = typed(field);
            let tag = index.and_then(|n| typed.as_ref()?.get(n)).map(|tag| tag.as_str().map_or_else(|| tag.to_string(), str::to_owned));
            tag.map_or_else(api, |tag| Text::Api(format!("{}: {}", tag.chars().take(40).collect::<String>(), detail.message)))
        }
        _ => api(),
    }
}

/// Digits, a comma and exactly three digits. Nobody writes thousands with a zero before them.
fn may_be_thousands(plain: &str) -> bool {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let amount = plain.strip_prefix('-').unwrap_or(plain);
    amount.split_once(',').is_some_and(|(before, after)| is_digits(before) && !before.starts_with('0') && is_digits(after) && after.len() == 3)
}

/// What a field holds; None where it was left empty.
fn typed(field: &Field) -> Option<Value> {
    let text = field.value.as_str();
    if text.trim().is_empty() && !matches!(field.control, Control::Password { .. } | Control::Secret) || text.is_empty() {
        return None;
    }
    Some(match &field.control {
        Control::Check => Value::Bool(text == "true"),
        Control::Radio(choices) | Control::Select(choices) if choices.iter().all(|c| matches!(c.value.as_str(), "true" | "false")) => {
            Value::Bool(text == "true")
        }
        // What is no number stays text, and the API says what it must be.
        Control::Number { .. } => whole_number(text),
        Control::Numbers => Value::Array(text.split([',', '\u{60c}']).map(str::trim).filter(|n| !n.is_empty()).map(whole_number).collect()),
        Control::Amount { .. } | Control::Decimal | Control::Percent | Control::Day => Value::String(plain_number(text)),
        Control::Tags => Value::Array(split_escaped(text, ',').iter().map(|t| unescape(t.trim())).filter(|t| !t.is_empty()).map(Value::from).collect()),
        Control::Pairs => pairs(text),
        Control::Select(_) | Control::Suggest(_) | Control::Email => Value::String(text.trim().to_owned()),
        _ => Value::String(text.to_owned()),
    })
}

fn whole_number(text: &str) -> Value {
    plain_number(text).parse::<i64>().map_or_else(|_| Value::String(text.to_owned()), Value::from)
}

/// A value of the API as one types it into a field.
fn as_typed(control: &Control, value: &Value) -> String {
    match (control, value) {
        (_, Value::Null) => String::new(),
        // As a browser gives it back: it knows one kind of line break.
        (_, Value::String(text)) => text.replace("\r\n", "\n").replace('\r', "\n"),
        (_, Value::Array(items)) => {
            let text = |item: &Value| item.as_str().map(|t| escape(t, ',')).or_else(|| item.is_number().then(|| item.to_string()));
            let texts: Vec<String> = items.iter().filter_map(text).collect();
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

/// The zeros of the scripts in which people write numbers; nine more digits follow each.
const ZEROS: [char; 12] =
    ['\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}', '\u{e50}', '\u{17e0}', '\u{ff10}'];

/// A number, an amount or a date as the API writes it: with the digits and signs of ASCII, whatever script it was typed in.
fn plain_number(text: &str) -> String {
    let digit = |c: char| ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).and_then(|n| char::from_digit(n, 10)));
    let plain = |c: char| match c {
        '\u{66b}' => Some('.'),
        '\u{2212}' => Some('-'),
        // Marks of direction come along when a number is pasted.
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2066}'..='\u{2069}' => None,
        c => Some(digit(c).unwrap_or(c)),
    };
    text.chars().filter_map(plain).collect::<String>().trim().to_owned()
}

/// Lines of `name: value`. A line without a colon is a name without a value. Under a name that stands twice stand both
/// values, which the API does not take: none of them is lost unnoticed.
fn pairs(text: &str) -> Value {
    let mut object = Map::new();
    for (name, value) in read_pairs(text) {
        match object.get_mut(&name) {
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None => drop(object.insert(name, value)),
        }
    }
    Value::Object(object)
}

fn read_pairs(text: &str) -> impl Iterator<Item = (String, Value)> {
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    let split = |line: &str| {
        let name = split_escaped(line, ':').first().copied().unwrap_or("");
        let value = line.get(name.len() + 1..).unwrap_or("");
        (unescape(name.trim()), Value::String(unescape(value.trim())))
    };
    lines.map(split)
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
            preview: None,
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
    fn numbers_are_read_in_any_script() {
        for (text, plain) in [
            (" 9.99 ", "9.99"),
            ("٩٫٩٩", "9.99"),
            ("۱۲", "12"),
            ("\u{200f}٢٠٢٦-٠١-٣١", "2026-01-31"),
            ("−५", "-5"),
            ("９", "9"),
            ("9,99", "9,99"),
            ("x½", "x½"),
        ] {
            assert_eq!(plain_number(text), plain, "{text}");
        }
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
    fn a_row_that_somebody_else_added_is_not_typed_into() {
        let rows = |n: usize| form((0..n).map(|n| field(&format!("lines[{n}].text"), Control::Line)).collect());
        let (mut shown, mut now) = (rows(1), rows(2));
        shown.fill(&json!({ "lines": [{ "text": "a" }] }));
        now.fill(&json!({ "lines": [{ "text": "a" }, { "text": "theirs" }] }));
        let version = Version::of("1".into(), &shown, hash);
        let merged = now.merged(&posted(&[("lines[0].text", "mine")]), &version, hash);
        assert_eq!((merged.own.as_slice(), merged.both.len()), (["lines[0].text".to_owned()].as_slice(), 0));
        assert_eq!(merged.form.changes(&merged.own), json!({ "lines": [{ "text": "mine" }, { "text": "theirs" }] }));
        // One that was added to the form itself is.
        let merged = now.merged(&posted(&[("lines[0].text", "a"), ("lines[1].text", "new")]), &version, hash);
        assert_eq!(merged.own, ["lines[1].text"]);
    }

    #[test]
    fn yes_and_no_are_chosen_and_a_button_for_more_says_nothing() {
        let choices = || ["true", "false"].map(|word| crate::web::html::form::Choice::new(word, data(word))).to_vec();
        let mut form = form(vec![field("taxable", Control::Select(choices())), field("more", Control::More)]);
        form.take(&posted(&[("taxable", "false"), ("more", "true")]));
        assert_eq!(form.body(Blank::Omit), json!({ "taxable": false }));
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
        let wrong = [("prices[0].amount", "Is too large"), ("taxId", "Must not be empty"), ("metadata.a b", "Is long"), ("address", "Must be an object")];
        let reject = Reject::fields(wrong.map(|(field, message)| FieldError::new(field, message)).to_vec());
        let mut form = sample().refused(&reject);
        assert_eq!(form.field_mut("metadata").and_then(|f| f.error.clone()), Some(Text::Api("a b: Is long".into())));
        assert_eq!(form.field_mut("address.line1").and_then(|f| f.error.clone()), Some(Text::Api("Must be an object".into())));
        assert_eq!(form.field_mut("prices[0].amount").and_then(|f| f.error.clone()), Some(Text::Api("Is too large".into())));
        assert_eq!(form.problem.map(|p| p.others), Some(vec![Text::Api("taxId: Must not be empty".into())]));
    }
}

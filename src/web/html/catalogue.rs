//! The words of each language: Fluent messages from inside the binary, and which language a viewer gets.
//!
//! Whatever a message is given stands between isolation marks (U+2068, U+2069), so that a name in one direction does not turn
//! a sentence in the other about. In HTML the marks become `<bdi>`; in attributes they are left out. Deliberately absent:
//! any text of our own outside of `assets/locales`.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, PatternElement};

/// Opens and closes a run of text whose direction is its own.
pub const OPEN: char = '\u{2068}';
pub const CLOSE: char = '\u{2069}';

/// The languages that there are, the first for whoever asks for none of them.
pub const TAGS: [&str; 2] = ["en", "ar"];

static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::read(
        "en",
        concat!(
            include_str!("../../../assets/locales/en.ftl"),
            include_str!("../../../assets/locales/en/account.ftl"),
            include_str!("../../../assets/locales/en/customer.ftl"),
            include_str!("../../../assets/locales/en/invoice.ftl"),
            include_str!("../../../assets/locales/en/key.ftl"),
            include_str!("../../../assets/locales/en/overview.ftl"),
            include_str!("../../../assets/locales/en/page.ftl"),
            include_str!("../../../assets/locales/en/product.ftl"),
            include_str!("../../../assets/locales/en/settings.ftl"),
            include_str!("../../../assets/locales/en/subscription.ftl"),
        ),
    )
});
static ARABIC: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::read(
        "ar",
        concat!(
            include_str!("../../../assets/locales/ar.ftl"),
            include_str!("../../../assets/locales/ar/account.ftl"),
            include_str!("../../../assets/locales/ar/customer.ftl"),
            include_str!("../../../assets/locales/ar/invoice.ftl"),
            include_str!("../../../assets/locales/ar/key.ftl"),
            include_str!("../../../assets/locales/ar/overview.ftl"),
            include_str!("../../../assets/locales/ar/page.ftl"),
            include_str!("../../../assets/locales/ar/product.ftl"),
            include_str!("../../../assets/locales/ar/settings.ftl"),
            include_str!("../../../assets/locales/ar/subscription.ftl"),
        ),
    )
});
static SENTENCES: LazyLock<Vec<Sentence>> = LazyLock::new(|| sentences(&ENGLISH.resource()));

/// The messages of one language.
pub struct Catalogue {
    tag: &'static str,
    source: &'static str,
    bundle: FluentBundle<FluentResource>,
    /// "Jan" to "Dec".
    pub months: [String; 12],
    /// What stands between groups of three digits, and before decimals.
    pub group: String,
    pub decimal: String,
}

/// The catalogue of a language, the first one's where there is none.
pub fn of(tag: &str) -> &'static Catalogue {
    if tag == "ar" { &ARABIC } else { &ENGLISH }
}

const MONTHS: [&str; 12] = [
    "date-month-1",
    "date-month-2",
    "date-month-3",
    "date-month-4",
    "date-month-5",
    "date-month-6",
    "date-month-7",
    "date-month-8",
    "date-month-9",
    "date-month-10",
    "date-month-11",
    "date-month-12",
];

impl Catalogue {
    fn read(tag: &'static str, source: &'static str) -> Self {
        let language = tag.parse().expect("our tags are language tags");
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // A message that is no Fluent is left out here and missed by the tests.
        let resource = parse(source);
        bundle.add_resource_overriding(resource);
        bundle.set_formatter(Some(if tag == "ar" { |value, _| grouped(value, &ARABIC) } else { |value, _| grouped(value, &ENGLISH) }));
        let mut catalogue = Self { tag, source, bundle, months: Default::default(), group: String::new(), decimal: String::new() };
        catalogue.months = MONTHS.map(|id| catalogue.plain(id));
        catalogue.group = catalogue.plain("number-group");
        catalogue.decimal = catalogue.plain("number-decimal");
        catalogue
    }

    pub fn tag(&self) -> &'static str {
        self.tag
    }

    /// For HTML's `dir`.
    pub fn direction(&self) -> &'static str {
        if self.tag == "ar" { "rtl" } else { "ltr" }
    }

    fn resource(&self) -> FluentResource {
        parse(self.source)
    }

    /// A message without arguments.
    pub fn plain(&self, id: &str) -> String {
        self.message(id, None)
    }

    /// A message, isolation marks and all. One that is missing, or lacks an argument, shows its id in brackets that no text
    /// has (`⟪id⟫`), so that tests find it on any page and nobody meets a blank.
    pub fn message(&self, id: &str, args: Option<&FluentArgs>) -> String {
        let mut errors = Vec::new();
        let pattern = self.bundle.get_message(id).and_then(|m| m.value());
        let text = pattern.map(|p| self.bundle.format_pattern(p, args, &mut errors).into_owned());
        text.filter(|_| errors.is_empty()).unwrap_or_else(|| format!("⟪{id}⟫"))
    }

    /// A sentence of the API in this language; None where the catalogue does not know it.
    pub fn sentence(&self, english: &str) -> Option<String> {
        let (sentence, values) = SENTENCES.iter().find_map(|s| s.values(english).map(|v| (s, v)))?;
        let mut args = FluentArgs::new();
        for (name, value) in values {
            let count: Option<i64> = value.parse().ok().filter(|_| is_count(&name));
            match count {
                Some(count) => args.set(name, count),
                // What follows a colon is a sentence itself.
                None if name == "sentence" => args.set(name, self.sentence(value).unwrap_or_else(|| value.to_owned())),
                None => args.set(name, value.to_owned()),
            }
        }
        Some(self.message(&sentence.id, Some(&args)))
    }
}

fn parse(source: &str) -> FluentResource {
    FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource)
}

/// Counts in messages stand as numbers do everywhere else.
fn grouped(value: &FluentValue, catalogue: &LazyLock<Catalogue>) -> Option<String> {
    match value {
        FluentValue::Number(number) => {
            let text = number.as_string();
            let count: i64 = text.parse().ok()?;
            Some(super::format::number(count, catalogue))
        }
        _ => None,
    }
}

/// An English sentence of the API with its variable parts taken out: texts and names by turns, beginning and ending with a text.
struct Sentence {
    id: String,
    texts: Vec<String>,
    names: Vec<String>,
}

impl Sentence {
    /// The variable parts of a sentence, where it is this one.
    fn values<'t>(&self, english: &'t str) -> Option<Vec<(String, &'t str)>> {
        let (first, following) = self.texts.split_first()?;
        let mut rest = english.strip_prefix(first.as_str())?;
        let mut values = Vec::new();
        for (n, (name, text)) in self.names.iter().zip(following).enumerate() {
            let last = n + 1 == self.names.len();
            let at = if last {
                rest.len().checked_sub(text.len()).filter(|at| rest.ends_with(text.as_str()) && rest.is_char_boundary(*at))
            } else {
                rest.find(text.as_str())
            }?;
            let value = &rest[..at];
            let fits = if is_count(name) { !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) } else { !value.is_empty() };
            if !fits {
                return None;
            }
            values.push((name.clone(), value));
            rest = &rest[at + text.len()..];
        }
        rest.is_empty().then_some(values)
    }
}

/// The variables that stand for numbers; the others stand for words.
fn is_count(name: &str) -> bool {
    matches!(name, "n" | "n2")
}

/// The messages `api-…`: in English the API's own sentences. Those with the most of their own come first.
fn sentences(resource: &FluentResource) -> Vec<Sentence> {
    let mut found = Vec::new();
    for entry in resource.entries() {
        let Entry::Message(message) = entry else { continue };
        let Some(pattern) = message.value.as_ref().filter(|_| message.id.name.starts_with("api-")) else { continue };
        let mut sentence = Sentence { id: message.id.name.to_owned(), texts: vec![String::new()], names: Vec::new() };
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => sentence.texts.last_mut().expect("there is always one").push_str(value),
                PatternElement::Placeable { expression: Expression::Inline(InlineExpression::VariableReference { id }) } => {
                    sentence.names.push(id.name.to_owned());
                    sentence.texts.push(String::new());
                }
                PatternElement::Placeable { expression: Expression::Inline(InlineExpression::StringLiteral { value }) } => {
                    sentence.texts.last_mut().expect("there is always one").push_str(value);
                }
                PatternElement::Placeable { .. } => {}
            }
        }
        found.push(sentence);
    }
    found.sort_by_key(|s| std::cmp::Reverse(s.texts.iter().map(String::len).sum::<usize>()));
    found
}

/// The language of a viewer: what was chosen, else what the browser asks for, else English.
pub fn choose(explicit: Option<&str>, accept_language: Option<&str>) -> &'static str {
    let known = |tag: &str| {
        let language = tag.split(['-', '_']).next().unwrap_or("");
        TAGS.into_iter().find(|t| t.eq_ignore_ascii_case(language))
    };
    if let Some(tag) = explicit.and_then(|tag| known(tag.trim())) {
        return tag;
    }
    let mut best = ("en", 0);
    for range in accept_language.unwrap_or("").split(',').take(50) {
        let (tag, weight) = match range.split_once(';') {
            Some((tag, parameter)) => (tag, thousandths(parameter)),
            None => (range, 1000),
        };
        match known(tag.trim()) {
            // The first of equals, as it was listed.
            Some(tag) if weight > best.1 => best = (tag, weight),
            _ => {}
        }
    }
    best.0
}

/// A weight such as `q=0.8` in thousandths; none where it is not one.
fn thousandths(parameter: &str) -> u32 {
    let value = parameter.trim().strip_prefix("q=").or_else(|| parameter.trim().strip_prefix("Q=")).unwrap_or("");
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let fraction_fits = fraction.len() <= 3 && fraction.bytes().all(|b| b.is_ascii_digit());
    match whole {
        "1" => 1000,
        "0" if fraction_fits => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

//! The words of each language: Fluent messages from inside the binary, and which language a viewer gets.
//!
//! Whatever a message is given stands between isolation marks (U+2068, U+2069), so that a name in one direction does not turn
//! a sentence in the other about. In HTML the marks become `<bdi>`; in attributes they are left out. Deliberately absent:
//! any text of our own outside of `assets/locales`.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::{FluentNumber, FluentNumberOptions};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, PatternElement};

use crate::domain::time::Timestamp;

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
            include_str!("../../../assets/locales/en/coupon.ftl"),
            include_str!("../../../assets/locales/en/credit_note.ftl"),
            include_str!("../../../assets/locales/en/currency.ftl"),
            include_str!("../../../assets/locales/en/customer.ftl"),
            include_str!("../../../assets/locales/en/invoice.ftl"),
            include_str!("../../../assets/locales/en/key.ftl"),
            include_str!("../../../assets/locales/en/overview.ftl"),
            include_str!("../../../assets/locales/en/page.ftl"),
            include_str!("../../../assets/locales/en/payment.ftl"),
            include_str!("../../../assets/locales/en/product.ftl"),
            include_str!("../../../assets/locales/en/report.ftl"),
            include_str!("../../../assets/locales/en/settings.ftl"),
            include_str!("../../../assets/locales/en/subscription.ftl"),
            include_str!("../../../assets/locales/en/tax.ftl"),
        ),
    )
});
static ARABIC: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::read(
        "ar",
        concat!(
            include_str!("../../../assets/locales/ar.ftl"),
            include_str!("../../../assets/locales/ar/account.ftl"),
            include_str!("../../../assets/locales/ar/coupon.ftl"),
            include_str!("../../../assets/locales/ar/credit_note.ftl"),
            include_str!("../../../assets/locales/ar/currency.ftl"),
            include_str!("../../../assets/locales/ar/customer.ftl"),
            include_str!("../../../assets/locales/ar/invoice.ftl"),
            include_str!("../../../assets/locales/ar/key.ftl"),
            include_str!("../../../assets/locales/ar/overview.ftl"),
            include_str!("../../../assets/locales/ar/page.ftl"),
            include_str!("../../../assets/locales/ar/payment.ftl"),
            include_str!("../../../assets/locales/ar/product.ftl"),
            include_str!("../../../assets/locales/ar/report.ftl"),
            include_str!("../../../assets/locales/ar/settings.ftl"),
            include_str!("../../../assets/locales/ar/subscription.ftl"),
            include_str!("../../../assets/locales/ar/tax.ftl"),
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
        bundle.set_formatter(Some(|value, _| shown(value)));
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

    /// A count as messages take it. Fluent holds numbers as floats and its plural rules lack Arabic's remainders (103 has the
    /// form of 3): it is given a number that stands for the form, and what is shown beside it, where a currency would stand.
    pub fn count(&self, count: i64) -> FluentValue<'static> {
        let form = match count.unsigned_abs() {
            small @ 0..=99 => small,
            large => Some(large % 100).filter(|rest| *rest >= 3).unwrap_or(100),
        };
        let options = FluentNumberOptions { currency: Some(super::format::number(count, self)), ..FluentNumberOptions::default() };
        FluentValue::Number(FluentNumber::new(u8::try_from(form).map_or(100.0, f64::from), options))
    }

    /// A sentence of the API as pages say it in this language; None where the catalogue does not know it. `shown` says an instant
    /// as pages do.
    pub fn sentence(&self, english: &str, shown: &dyn Fn(Timestamp) -> String) -> Option<String> {
        let (sentence, values) = SENTENCES.iter().find_map(|s| s.values(english).map(|v| (s, v)))?;
        let mut args = FluentArgs::new();
        for (name, value) in values {
            match (name.as_str(), value.parse().ok().filter(|_| is_count(&name))) {
                (_, Some(count)) => args.set(name, self.count(count)),
                // What follows a colon is a sentence itself. Half a translation would be none.
                ("sentence", None) => args.set(name, self.sentence(value, shown)?),
                ("state", None) => args.set(name, self.word("state-subscription-", value)),
                ("unit", None) => args.set(name, self.word("unit-", value)),
                (_, None) => args.set(name, instant(value).map_or_else(|| value.to_owned(), shown)),
            }
        }
        Some(self.on_page(&sentence.id, &args))
    }

    /// A message in its form for pages, where it has one of its own.
    fn on_page(&self, id: &str, args: &FluentArgs) -> String {
        let Some(own) = self.bundle.get_message(id).and_then(|m| m.get_attribute("page")) else { return self.message(id, Some(args)) };
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(own.value(), Some(args), &mut errors).into_owned();
        if errors.is_empty() { text } else { format!("⟪{id}.page⟫") }
    }

    /// A word of the API as pages say it; itself where they do not.
    fn word(&self, area: &str, api: &str) -> String {
        let id = format!("{area}{}", api.replace('_', "-"));
        if self.bundle.has_message(&id) { self.plain(&id) } else { api.to_owned() }
    }
}

/// An instant as the API writes it. A day stands for itself.
fn instant(value: &str) -> Option<Timestamp> {
    Timestamp::parse(value).ok().filter(|_| value.contains('T'))
}

fn parse(source: &str) -> FluentResource {
    FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource)
}

/// What is shown of a count.
fn shown(value: &FluentValue) -> Option<String> {
    match value {
        FluentValue::Number(number) => number.options.currency.clone(),
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
            let fits = match name.as_str() {
                name if is_count(name) => !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()),
                // The path of a field is one word.
                "field" => !value.is_empty() && !value.contains(' '),
                _ => !value.is_empty(),
            };
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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use fluent_syntax::ast::Pattern;

    use super::*;
    use crate::web::html::Viewer;
    use crate::web::html::text::{Arg, Text, data, say_with};

    fn variables(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
        let mut inline = |expression: &InlineExpression<&str>| {
            if let InlineExpression::VariableReference { id } = expression {
                found.insert(id.name.to_owned());
            }
        };
        let mut inner = Vec::new();
        for element in &pattern.elements {
            match element {
                PatternElement::Placeable { expression: Expression::Inline(expression) } => inline(expression),
                PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                    inline(selector);
                    inner.extend(variants.iter().map(|v| &v.value));
                }
                PatternElement::TextElement { .. } => {}
            }
        }
        for pattern in inner {
            variables(pattern, found);
        }
    }

    fn messages(catalogue: &Catalogue) -> BTreeMap<String, BTreeSet<String>> {
        let resource = FluentResource::try_new(catalogue.source.to_owned()).unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", catalogue.tag));
        let mut found = BTreeMap::new();
        for entry in resource.entries() {
            match entry {
                Entry::Message(message) => {
                    let mut names = BTreeSet::new();
                    let pattern = message.value.as_ref().unwrap_or_else(|| panic!("{} is empty in {}", message.id.name, catalogue.tag));
                    variables(pattern, &mut names);
                    assert!(found.insert(message.id.name.to_owned(), names).is_none(), "{} stands twice in {}", message.id.name, catalogue.tag);
                }
                Entry::Junk { content } => panic!("{} has what is no Fluent: {content}", catalogue.tag),
                _ => {}
            }
        }
        found
    }

    #[test]
    fn every_language_has_the_same_messages_with_the_same_arguments() {
        let english = messages(of("en"));
        assert!(english.len() > 100, "only {} messages were read", english.len());
        for tag in TAGS {
            let other = messages(of(tag));
            let missing: Vec<_> = english.keys().filter(|id| !other.contains_key(*id)).chain(other.keys().filter(|id| !english.contains_key(*id))).collect();
            assert!(missing.is_empty(), "in one of en and {tag} only: {missing:?}");
            for (id, names) in &english {
                // A form of a plural may leave its number out, a whole message may not.
                assert_eq!(names, &other[id], "{id} in {tag}");
            }
        }
    }

    /// Only where the API speaks to programs do pages say something else, of the same things.
    #[test]
    fn a_form_for_pages_has_no_arguments_of_its_own() {
        let resource = of("en").resource();
        let mut found = 0;
        for entry in resource.entries() {
            let Entry::Message(message) = entry else { continue };
            let (mut given, mut used) = (BTreeSet::new(), BTreeSet::new());
            variables(message.value.as_ref().expect("a message has a text"), &mut given);
            for attribute in &message.attributes {
                assert!(message.id.name.starts_with("api-") && attribute.id.name == "page", "{}.{}", message.id.name, attribute.id.name);
                variables(&attribute.value, &mut used);
                found += 1;
            }
            assert!(used.is_subset(&given), "{}: {used:?}", message.id.name);
        }
        assert!(found >= 10, "only {found} forms for pages were read");
        assert!(of("ar").resource().entries().all(|entry| !matches!(entry, Entry::Message(m) if !m.attributes.is_empty())), "Arabic is of pages alone");
    }

    #[test]
    fn each_message_can_be_written_in_each_language() {
        for tag in TAGS {
            for (id, names) in messages(of(tag)) {
                for count in [0, 1, 2, 3, 11, 100] {
                    let mut args = FluentArgs::new();
                    for name in &names {
                        args.set(name.clone(), of(tag).count(count));
                    }
                    let text = of(tag).message(&id, Some(&args));
                    assert!(!text.contains('⟪') && !text.trim().is_empty(), "{tag} {id}: {text}");
                    assert!(text == text.trim() && !text.contains("  ") && !text.contains('\n'), "{tag} {id} has spaces that show: {text:?}");
                    assert_eq!(text.matches(OPEN).count(), text.matches(CLOSE).count(), "{tag} {id}: {text}");
                }
            }
        }
    }

    /// Digits, names, and what a page gives are the same in every language.
    const SAME_EVERYWHERE: [&str; 17] = [
        "number-group",
        "number-decimal",
        "date-day",
        "date-day-of-this-year",
        "date-exact",
        "date-span",
        "account-language-en",
        "payment-paypal",
        "state-on-day",
        "api-field",
        "list-searched",
        "coupon-terms",
        "credit-part",
        "currency-named",
        "tax-applies",
        "tax-terms",
        "tax-percent-words",
    ];

    #[test]
    fn arabic_is_written_in_arabic() {
        let is_arabic = |c: char| matches!(c, '\u{0620}'..='\u{064a}');
        for (id, names) in messages(of("ar")) {
            let mut args = FluentArgs::new();
            for name in &names {
                args.set(name.clone(), of("ar").count(7));
            }
            let text = of("ar").message(&id, Some(&args));
            let same = SAME_EVERYWHERE.contains(&id.as_str());
            assert_eq!(text.contains(is_arabic), !same, "{id}: {text}");
            // A comma, a semicolon and a question mark have their own signs.
            let mut pairs = text.chars().zip(text.chars().skip(1));
            assert!(!pairs.any(|(letter, sign)| is_arabic(letter) && matches!(sign, ',' | ';' | '?')), "{id}: {text}");
        }
    }

    #[test]
    fn what_is_missing_shows_itself() {
        let viewer = Viewer::sample("en");
        assert_eq!(of("en").plain("there-is-no-such-id"), "⟪there-is-no-such-id⟫");
        assert_eq!(Text::Say { id: "date-in-days", args: Vec::new() }.show(&viewer), "⟪date-in-days⟫");
        assert_eq!(say_with("date-in-days", [("n", Arg::Count(3_000))]).show(&viewer), "in 3,000 days");
    }

    #[test]
    fn arabic_has_six_forms_of_a_count() {
        let viewer = Viewer::sample("ar");
        for (count, shown) in [
            (0, "بعد 0 يوم"),
            (1, "بعد يوم"),
            (2, "بعد يومين"),
            (3, "بعد 3 أيام"),
            (10, "بعد 10 أيام"),
            (11, "بعد 11 يومًا"),
            (99, "بعد 99 يومًا"),
            (100, "بعد 100 يوم"),
            (103, "بعد 103 أيام"),
        ] {
            assert_eq!(say_with("date-in-days", [("n", Arg::Count(count))]).show(&viewer), shown);
        }
    }

    #[test]
    fn text_for_attributes_has_no_marks_and_data_cannot_turn_a_sentence() {
        let viewer = Viewer::sample("en");
        let hostile = "\u{202e}evil\u{2066}\u{2069}\u{2069}";
        let text = say_with("date-exact", [("day", Arg::Text(hostile.into())), ("time", Arg::Say(data(hostile))), ("zone", Arg::Text("UTC".into()))]);
        assert_eq!(text.show(&viewer), "evil, evil, UTC");
        let marked = text.marked(&viewer);
        assert_eq!(marked.matches(OPEN).count(), marked.matches(CLOSE).count());
        assert_eq!(data(hostile).show(&viewer), "evil");
    }

    #[test]
    fn what_the_api_says_is_itself_in_english_and_translated_where_it_is_known() {
        for (english, arabic) in [
            ("This field is required", "هذا الحقل مطلوب"),
            ("Must have at least 8 characters", "يجب ألا يقل عن 8 أحرف"),
            ("Must have at most 200 characters", "يجب ألا يزيد على 200 حرف"),
            ("Must be a whole number from 1 to 365", "يجب أن يكون عددًا صحيحًا من 1 إلى 365"),
            ("Must be one of: asc, desc", "يجب أن يكون أحد ما يلي: asc, desc"),
            ("JPY has no decimals", "ليس لعملة JPY منازل عشرية"),
            ("USD has at most 2 decimals", "لعملة USD منزلتان عشريتان على الأكثر"),
            ("address.country: This field is required", "address.country: هذا الحقل مطلوب"),
            ("address.country: Nobody ever said this", "address.country: Nobody ever said this"),
            ("Nobody said this: This field is required", "Nobody said this: This field is required"),
            ("This subscription is cancelled, and that is final. Create a new one.", "هذا الاشتراك ملغى، وهذا نهائي. أنشئ اشتراكًا جديدًا."),
            ("Nobody ever said this", "Nobody ever said this"),
        ] {
            assert_eq!(of_api(english, "en"), english);
            assert_eq!(of_api(english, "ar"), arabic);
        }
    }

    fn of_api(english: &str, tag: &'static str) -> String {
        Text::Api(english.into()).show(&Viewer::sample(tag))
    }

    #[test]
    fn what_the_api_says_to_programs_is_said_to_people_in_their_words() {
        for (api, english, arabic) in [
            ("Must be a whole number from 1 to 3650", "Must be a whole number from 1 to 3,650", "يجب أن يكون عددًا صحيحًا من 1 إلى 3,650"),
            ("The key is not right: Must not be empty", "This name cannot be used: Must not be empty", "الاسم غير صحيح: يجب ألا يكون فارغًا"),
            (
                "A subscription that is past_due cannot be extended.",
                "This subscription is past due, so it cannot be extended.",
                "لا يمكن تمديد اشتراك حالته «متأخر السداد».",
            ),
            ("Must be at most 120 for months: ten years", "Must be at most 120: that is ten years", "يجب ألا يزيد على 120 إذا كانت الوحدة «شهر»: عشر سنوات"),
            ("Must be a decimal number in a string, such as \"9.99\"", "Must be a number such as 9.99", "يجب أن يكون عددًا مثل 9.99"),
            (
                "address.line1: Must be a time such as 2026-01-31T12:00:00Z",
                "address.line1: Must be a date such as 2026-01-31",
                "address.line1: يجب أن يكون تاريخًا مثل 2026-01-31",
            ),
        ] {
            assert_eq!(of_api(api, "en"), english);
            assert_eq!(of_api(api, "ar"), arabic);
        }
    }

    /// Whether a source's text with gaps can become `sentence`.
    fn becomes(pieces: &[String], sentence: &str) -> bool {
        let [first, middle @ .., last] = pieces else { return pieces.first().is_some_and(|only| only == sentence) };
        let Some(mut rest) = sentence.strip_prefix(first.as_str()) else { return false };
        for piece in middle {
            let Some(at) = rest.find(piece.as_str()) else { return false };
            rest = &rest[at + piece.len()..];
        }
        rest.ends_with(last.as_str())
    }

    /// A text of the sources, and the calls in whose parentheses it stands, outermost first.
    struct Literal {
        text: String,
        calls: Vec<String>,
        file: String,
    }

    /// Every text of the sources under `folder`, without comments and tests.
    fn literals(folder: &Path, found: &mut Vec<Literal>) {
        for entry in std::fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                literals(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let source = std::fs::read_to_string(&path).expect("a source");
                let source = source.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or("");
                found.extend(texts(source).into_iter().map(|(text, calls)| Literal { text, calls, file: path.display().to_string() }));
            }
        }
    }

    /// The texts of a source, each with the calls around it.
    fn texts(source: &str) -> Vec<(String, Vec<String>)> {
        let (mut found, mut calls, mut rest) = (Vec::new(), Vec::new(), source);
        while let Some(at) = rest.find(['"', '(', ')', '/', '\'']) {
            let (before, here) = rest.split_at(at);
            let mut skip = 1;
            match here.as_bytes()[0] {
                b'/' if here.starts_with("//") => skip = here.find('\n').unwrap_or(here.len()),
                b'\'' => skip = ["'\"'", "'\\\"'", "'('", "')'", "'/'"].iter().find(|quoted| here.starts_with(**quoted)).map_or(1, |quoted| quoted.len()),
                b'(' => {
                    let name = before.rsplit(|c: char| !c.is_alphanumeric() && !"_:!".contains(c)).next().unwrap_or("");
                    calls.push(name.to_owned());
                }
                b')' => drop(calls.pop()),
                b'"' => {
                    let prefix = before.trim_end_matches('#');
                    let hashes = before.len() - prefix.len();
                    let is_raw = prefix.strip_suffix('r').is_some_and(|p| !p.ends_with(|c: char| c.is_alphanumeric() || c == '_'));
                    let close = if is_raw { format!("\"{}", "#".repeat(hashes)) } else { "\"".to_owned() };
                    let mut end = 1;
                    while end < here.len() && !here[end..].starts_with(&close) {
                        end += if here.as_bytes()[end] == b'\\' && !is_raw { 2 } else { here[end..].chars().next().map_or(1, char::len_utf8) };
                    }
                    let text = here.get(1..end).expect("a text has an end");
                    found.push((text.replace("\\\"", "\""), calls.clone()));
                    skip = end + close.len();
                }
                _ => {}
            }
            rest = here.get(skip..).unwrap_or("");
        }
        found
    }

    fn sources(folders: &[&str]) -> Vec<Literal> {
        let mut found = Vec::new();
        for folder in folders {
            literals(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder), &mut found);
        }
        found
    }

    /// The text between what stands in braces.
    fn gaps(text: &str) -> Vec<String> {
        text.split('{').enumerate().map(|(n, part)| if n == 0 { part } else { part.split_once('}').map_or(part, |(_, after)| after) }.to_owned()).collect()
    }

    /// A sentence that was reworded in the domain would lose its translation unseen.
    #[test]
    fn every_sentence_of_the_api_in_the_catalogue_is_still_said() {
        let mut said: Vec<Vec<String>> = sources(&["."]).iter().map(|literal| gaps(&literal.text)).collect();
        said.retain(|pieces| pieces.iter().map(String::len).sum::<usize>() >= 8);
        assert!(said.len() > 200, "only {} literals were read", said.len());
        // How a refusal names its field, too short to be found.
        for sentence in SENTENCES.iter().filter(|s| s.id != "api-field") {
            // Variables and what stands in braces become a gap of the sentence's own.
            let english = gaps(&sentence.texts.join("{}")).join("1");
            assert!(said.iter().any(|pieces| becomes(pieces, &english)), "nobody says {}: {english}", sentence.id);
        }
        assert!(!said.iter().any(|pieces| becomes(pieces, "Nobody ever said this")));
    }

    const TO_PROGRAMS: &str = "only the API answers with it";
    const TO_A_TERMINAL: &str = "only the command line says it";
    const SAID_OTHERWISE: &str = "pages have a message of their own for it";

    /// What is refused where no page shows it, and why none does.
    const NEVER_ON_A_PAGE: [(&str, &str); 16] = [
        ("This was changed by somebody else meanwhile.", SAID_OTHERWISE),
        ("There is no such {noun}.", SAID_OTHERWISE),
        ("Several keys are named \"{id_or_name}\". Name one by its id: billhead key list", TO_A_TERMINAL),
        ("There is no key \"{id_or_name}\". See: billhead key list", TO_A_TERMINAL),
        ("The key \"{id_or_name}\" is revoked already.", TO_A_TERMINAL),
        ("There is no such account. Make the first with: billhead admin create --email E --password-stdin", TO_A_TERMINAL),
        ("This key lacks the scope {}.", TO_PROGRAMS),
        ("This is for the admin site alone.", TO_PROGRAMS),
        ("The body must be a JSON object.", TO_PROGRAMS),
        ("The body is not valid JSON: {e}.", TO_PROGRAMS),
        ("The Content-Type must be application/json.", TO_PROGRAMS),
        ("Must be 1 to 255 visible ASCII characters", TO_PROGRAMS),
        ("A valid API key is needed: Authorization: Bearer <key>.", TO_PROGRAMS),
        ("There is no such path. See /docs.", TO_PROGRAMS),
        ("This path takes {allowed}.", TO_PROGRAMS),
        ("There is nothing here. The API is under /api/v1, its documentation under /docs.", TO_PROGRAMS),
    ];

    /// The calls by which something is refused, and the words that a refusal begins with where it is put together elsewhere.
    const REFUSING: [&str; 7] = ["Err", "FieldError::new", "Reject::new", "Reject::field", "Reject::state_conflict", "refuse", "Self::new"];
    const OPENINGS: [&str; 8] = ["Must ", "Is ", "This ", "These ", "There is ", "The ", "A ", "An "];

    /// Whether a text of the sources is a refusal's. What a fault says goes to the log.
    fn is_refusal(literal: &Literal) -> bool {
        let by_call = || literal.calls.iter().any(|call| REFUSING.iter().any(|refusing| call == refusing || call.ends_with(&format!("::{refusing}"))));
        let by_words = || {
            let wire = literal.file.contains("/wire/") && !literal.text.starts_with("Must ");
            let page = literal.file.contains("/web/") || wire;
            !page && OPENINGS.iter().any(|opening| literal.text.starts_with(opening))
        };
        let is_fault = literal.calls.iter().any(|call| call == "broken" || call.split("::").any(|part| matches!(part, "Error" | "tracing" | "expect")));
        // What is given to `Reject::not_found` is a noun of its sentence.
        let is_noun = literal.calls.last().is_some_and(|call| call.ends_with("not_found"));
        literal.text.contains(' ') && literal.text != ", " && !is_fault && !is_noun && (by_call() || by_words())
    }

    /// What a reader of the sources may write must be known to the pages' readers.
    #[test]
    fn every_refusal_is_known_in_every_language() {
        let said = sources(&["app", "domain", "store", "web", "wire"]);
        let refusals: Vec<&Literal> = said.iter().filter(|literal| is_refusal(literal)).collect();
        assert!(refusals.len() > 120, "only {} refusals were read", refusals.len());
        let mut unknown = BTreeSet::new();
        for literal in &refusals {
            let formatted = literal.calls.last().is_some_and(|call| call == "format!");
            // What comes into the gaps is a number, a word, or a sentence.
            let examples = ["7", "Must not be empty"].map(|filling| if formatted { gaps(&literal.text).join(filling) } else { literal.text.clone() });
            let is_known = TAGS.iter().all(|tag| examples.iter().any(|english| of(tag).sentence(english, &|at| at.to_string()).is_some()));
            if !is_known && !NEVER_ON_A_PAGE.iter().any(|(text, _)| *text == literal.text) {
                unknown.insert(format!("{}: {}", literal.file, literal.text));
            }
        }
        assert!(unknown.is_empty(), "no message api-… for {unknown:#?}");
        for (text, why) in NEVER_ON_A_PAGE {
            assert!(refusals.iter().any(|literal| literal.text == text), "nobody says, as {why}: {text}");
        }
    }

    #[test]
    fn refusals_are_found_however_they_are_written() {
        let source = r###"
            // A comment's "Must be left out" is none (and opens no call.
            fn a(c: char) -> bool { c == '"' || c == '(' }
            Err("Must be found".into())
            x.ok_or_else(|| Reject::field("name", format!("Must be {} (of \"{n}\")", of(1))))?;
            return Err(Error::Internal(format!("Must be {n} left out")));
            let words = "Must be found too";
            let raw = write(r##"<a b="c">Must be "#left out</a>"##, Reject::new(code, "After a raw text."));
            return Err(Reject::not_found("set-up link").into());
            show("no refusal");
        "###;
        let found: Vec<Literal> = texts(source).into_iter().map(|(text, calls)| Literal { text, calls, file: "/domain/x.rs".into() }).collect();
        let refusals: Vec<&str> = found.iter().filter(|literal| is_refusal(literal)).map(|literal| literal.text.as_str()).collect();
        assert_eq!(refusals, ["Must be found", "Must be {} (of \"{n}\")", "Must be found too", "After a raw text."]);
    }

    #[test]
    fn a_language_is_chosen_by_name_then_by_the_browser() {
        for (explicit, accepted, chosen) in [
            (None, None, "en"),
            (None, Some("ar"), "ar"),
            (None, Some("ar-EG,en;q=0.5"), "ar"),
            (None, Some("de, fr;q=0.9, AR;q=0.8, en;q=0.7"), "ar"),
            (None, Some("en;q=0.2, ar;q=0.25"), "ar"),
            (None, Some("en, ar"), "en"),
            (None, Some("ar;q=0"), "en"),
            (None, Some("ar;q=2"), "en"),
            (None, Some("ar;q=0.5000"), "en"),
            (None, Some("de,*;q=0.1"), "en"),
            (None, Some(",;q=,\u{0}"), "en"),
            (Some("ar"), Some("en"), "ar"),
            (Some("en"), Some("ar"), "en"),
            (Some("ar_SA"), None, "ar"),
            (Some("xx"), Some("ar"), "ar"),
            (Some(""), None, "en"),
        ] {
            assert_eq!(choose(explicit, accepted), chosen, "{explicit:?} {accepted:?}");
        }
    }
}

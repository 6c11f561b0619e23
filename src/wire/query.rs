//! Reading query strings: every wrong and unknown parameter is named at once.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::domain::id::TypedId;
use crate::domain::list::{Common, Order, Page};
use crate::domain::reject::{FieldError, Reject};
use crate::domain::text::searched;
use crate::domain::time::Timestamp;
use crate::wire::input::{Id, NO_CONTROLS, Words, time_schema};
use crate::wire::shape::{described, id_shape, word_shape};

/// A parameter's value.
pub trait Param: Sized {
    /// Whether it may stand several times; then `parse` gets its values joined by commas.
    const REPEATS: bool = false;
    fn parse(text: &str) -> Result<Self, String>;
    fn schema() -> Value;
}

/// A set of parameters.
pub trait Query: Sized {
    fn read(pairs: &mut Pairs<'_>) -> Option<Self>;
    /// Name, words, schema, and whether it repeats.
    fn describe() -> Vec<(&'static str, &'static str, Value, bool)>;
}

/// A query string's parameters, taken one by one.
pub struct Pairs<'q> {
    pairs: Vec<(Cow<'q, str>, Cow<'q, str>)>,
    errors: Vec<FieldError>,
}

/// Reads a whole query string.
pub fn read_query<T: Query>(query: &str) -> Result<T, Reject> {
    let mut pairs = Pairs { pairs: url::form_urlencoded::parse(query.as_bytes()).collect(), errors: Vec::new() };
    let read = T::read(&mut pairs);
    let unknown = pairs.pairs.iter().take(50).map(|(name, _)| FieldError::new(name.chars().take(100).collect::<String>(), "This parameter is unknown"));
    pairs.errors.extend(unknown);
    match read {
        Some(read) if pairs.errors.is_empty() => Ok(read),
        _ => Err(Reject::parameters(pairs.errors)),
    }
}

impl Pairs<'_> {
    /// One parameter; None in the outer option where it is wrong.
    pub fn take<T: Param>(&mut self, name: &str) -> Option<Option<T>> {
        let mut values = Vec::new();
        self.pairs.retain_mut(|(key, value)| {
            if key == name {
                values.push(std::mem::take(value));
            }
            key != name
        });
        let parsed = match values.as_slice() {
            [] => return Some(None),
            [one] => T::parse(one),
            several if T::REPEATS => T::parse(&several.join(",")),
            _ => Err("Must stand once".into()),
        };
        match parsed {
            Ok(value) => Some(Some(value)),
            Err(message) => {
                self.errors.push(FieldError::new(name, message));
                None
            }
        }
    }
}

/// Declares a list's own parameters beside the common ones.
macro_rules! query {
    ($(#[doc = $doc:literal])+ $name:ident { $($json:literal $field:ident : $ty:ty, $words:literal;)* }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug)]
        pub struct $name {
            $(#[doc = concat!("`", $json, "`. ", $words)] pub $field: Option<$ty>,)*
        }

        impl $crate::wire::query::Query for $name {
            fn read(pairs: &mut $crate::wire::query::Pairs<'_>) -> Option<Self> {
                $(let $field = pairs.take::<$ty>($json);)*
                Some(Self { $($field: $field?,)* })
            }
            fn describe() -> Vec<(&'static str, &'static str, serde_json::Value, bool)> {
                vec![$(($json, $words, <$ty as $crate::wire::query::Param>::schema(), <$ty as $crate::wire::query::Param>::REPEATS),)*]
            }
        }
    };
}

impl<I: TypedId> Param for Id<I> {
    fn parse(text: &str) -> Result<Self, String> {
        I::parse(text).map(Self).ok_or_else(|| format!("Must be an id that begins with {}", I::PREFIX))
    }
    fn schema() -> Value {
        id_shape(I::PREFIX)
    }
}

impl Param for Timestamp {
    fn parse(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
    fn schema() -> Value {
        time_schema()
    }
}

impl Param for bool {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("Must be true or false".into()),
        }
    }
    fn schema() -> Value {
        json!({ "type": "boolean" })
    }
}

/// Text to look for: at most 200 characters, without control characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sought(pub String);

impl Param for Sought {
    fn parse(text: &str) -> Result<Self, String> {
        if text.chars().count() > 200 {
            return Err("Must have at most 200 characters".into());
        }
        if text.chars().any(char::is_control) {
            return Err("Must not contain control characters".into());
        }
        Ok(Self(text.trim().to_owned()))
    }
    fn schema() -> Value {
        json!({ "type": "string", "maxLength": 200, "pattern": NO_CONTROLS })
    }
}

#[derive(Clone, Copy, Debug)]
struct Limit(u32);

impl Param for Limit {
    fn parse(text: &str) -> Result<Self, String> {
        let well_formed = !text.is_empty() && text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(limit @ 1..=Page::<()>::MAX_LIMIT) if well_formed => Ok(Self(limit)),
            _ => Err(format!("Must be a whole number from 1 to {}", Page::<()>::MAX_LIMIT)),
        }
    }
    fn schema() -> Value {
        json!({ "type": "integer", "minimum": 1, "maximum": Page::<()>::MAX_LIMIT, "default": Page::<()>::DEFAULT_LIMIT })
    }
}

impl Param for Order {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "asc" => Ok(Self::Ascending),
            "desc" => Ok(Self::Descending),
            _ => Err("Must be one of: asc, desc".into()),
        }
    }
    fn schema() -> Value {
        json!({ "type": "string", "enum": ["asc", "desc"], "default": "asc" })
    }
}

/// One of an enum's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Word<T>(pub T);

impl<T: Words> Param for Word<T> {
    fn parse(text: &str) -> Result<Self, String> {
        T::all().into_iter().find(|(_, word)| *word == text).map(|(value, _)| Self(value)).ok_or_else(T::expected)
    }
    fn schema() -> Value {
        word_shape(T::all().into_iter().map(|(_, word)| word))
    }
}

/// Any of an enum's words: the parameter repeated, or a comma list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnyOf<T>(pub Vec<T>);

impl<T: Words + PartialEq> Param for AnyOf<T> {
    const REPEATS: bool = true;
    fn parse(text: &str) -> Result<Self, String> {
        let mut values: Vec<T> = Vec::new();
        for part in text.split(',') {
            let Word(value) = Word::<T>::parse(part)?;
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Ok(Self(values))
    }
    fn schema() -> Value {
        json!({ "type": "array", "minItems": 1, "items": word_shape(T::all().into_iter().map(|(_, word)| word)) })
    }
}

/// A page of a noun's list.
#[derive(Clone, Debug)]
pub struct PageQuery<I>(pub Page<I>);

impl<I: TypedId> Query for PageQuery<I> {
    fn read(pairs: &mut Pairs<'_>) -> Option<Self> {
        let (limit, cursor, order) = (pairs.take::<Limit>("limit"), pairs.take::<Id<I>>("cursor"), pairs.take::<Order>("order"));
        let limit = limit?.map_or(Page::<I>::DEFAULT_LIMIT, |l| l.0);
        Some(Self(Page { limit, after: cursor?.map(|c| c.0), order: order?.unwrap_or_default() }))
    }
    fn describe() -> Vec<(&'static str, &'static str, Value, bool)> {
        vec![
            ("limit", "Rows a page.", Limit::schema(), false),
            ("cursor", "The `nextCursor` of the page before. It stays good after its row is deleted.", id_shape(I::PREFIX), false),
            ("order", "By creation: oldest first, or newest first.", Order::schema(), false),
        ]
    }
}

/// The filters that every noun has.
#[derive(Clone, Debug)]
pub struct CommonQuery(pub Common);

impl Query for CommonQuery {
    fn read(pairs: &mut Pairs<'_>) -> Option<Self> {
        let created = (pairs.take("createdAfter"), pairs.take("createdBefore"));
        let updated = (pairs.take("updatedAfter"), pairs.take("updatedBefore"));
        let (external_id, search) = (pairs.take::<Sought>("externalId"), pairs.take::<Sought>("q"));
        Some(Self(Common {
            created_after: created.0?,
            created_before: created.1?,
            updated_after: updated.0?,
            updated_before: updated.1?,
            external_id: external_id?.map(|s| s.0),
            search: search?.map(|s| searched(&s.0)).filter(|s| !s.is_empty()),
        }))
    }
    fn describe() -> Vec<(&'static str, &'static str, Value, bool)> {
        let time = |words| described(time_schema(), words);
        vec![
            ("createdAfter", "Created then or later. A date alone is midnight UTC.", time(""), false),
            ("createdBefore", "Created before then.", time(""), false),
            ("updatedAfter", "Changed then or later.", time(""), false),
            ("updatedBefore", "Last changed before then.", time(""), false),
            ("externalId", "The vendor's own number.", Sought::schema(), false),
            ("q", "Text that the object is searched by, in any case, with or without accents.", Sought::schema(), false),
        ]
    }
}

/// A page, the common filters and a noun's own, all at once.
pub struct ListQuery<I, Q> {
    pub page: Page<I>,
    pub common: Common,
    pub own: Q,
}

impl<I: TypedId, Q: Query> Query for ListQuery<I, Q> {
    fn read(pairs: &mut Pairs<'_>) -> Option<Self> {
        let (page, common, own) = (PageQuery::read(pairs), CommonQuery::read(pairs), Q::read(pairs));
        Some(Self { page: page?.0, common: common?.0, own: own? })
    }
    fn describe() -> Vec<(&'static str, &'static str, Value, bool)> {
        [PageQuery::<I>::describe(), CommonQuery::describe(), Q::describe()].concat()
    }
}

/// No parameters: any is unknown.
pub struct NoQuery;

impl Query for NoQuery {
    fn read(_: &mut Pairs<'_>) -> Option<Self> {
        Some(Self)
    }
    fn describe() -> Vec<(&'static str, &'static str, Value, bool)> {
        Vec::new()
    }
}

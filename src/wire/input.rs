//! Reading bodies: every wrong, missing and unknown field is named at once.

use serde_json::{Map, Value, json};

use crate::domain::access::{AccessPassword, Username};
use crate::domain::coupon::CouponCode;
use crate::domain::id::TypedId;
use crate::domain::key::Scopes;
use crate::domain::money::{Currency, Decimal};
use crate::domain::patch::{Change, Patch};
use crate::domain::percent::Percent;
use crate::domain::reject::{Code, FieldError, Reject};
use crate::domain::settings::NumberFormat;
use crate::domain::text::{Country, Email, Line, Locale, Metadata, Password, Prose};
use crate::domain::time::{Start, Timestamp, Zone};
use crate::wire::shape::{Definitions, id_shape, nullable};

/// A JSON value that can be read, and described.
pub trait Field: Sized {
    /// Whether it must be there.
    const REQUIRED: bool = true;

    /// Reads it, or says under `path` what is wrong.
    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self>;

    /// What it is when it is left out.
    fn absent() -> Option<Self> {
        None
    }

    fn schema(definitions: &mut Definitions) -> Value;
}

/// Reads a whole body.
pub fn read_body<T: Field>(body: Value) -> Result<T, Reject> {
    if !body.is_object() {
        return Err(Reject::new(Code::ValidationError, "The body must be a JSON object."));
    }
    let mut errors = Vec::new();
    match T::read(body, "", &mut errors) {
        Some(input) if errors.is_empty() => Ok(input),
        _ => Err(Reject::fields(errors)),
    }
}

pub fn path_of(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Takes one field out of an object.
pub fn take<T: Field>(object: &mut Map<String, Value>, name: &str, path: &str, errors: &mut Vec<FieldError>) -> Option<T> {
    match object.remove(name) {
        Some(value) => T::read(value, &path_of(path, name), errors),
        None => {
            let absent = T::absent();
            if absent.is_none() {
                errors.push(FieldError::new(path_of(path, name), "This field is required"));
            }
            absent
        }
    }
}

/// Whatever was not taken is unknown.
pub fn refuse_rest(object: Map<String, Value>, path: &str, errors: &mut Vec<FieldError>) {
    // A body can have thousands of them; some are enough to see what is wrong.
    errors.extend(object.into_iter().take(50).map(|(name, _)| {
        let shown: String = name.chars().take(100).collect();
        FieldError::new(path_of(path, &shown), "This field is unknown")
    }));
}

/// A body without fields.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Field for Nothing {
    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        let Value::Object(object) = value else { return refuse(path, "Must be an object", errors) };
        refuse_rest(object, path, errors);
        Some(Self)
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "type": "object", "additionalProperties": false })
    }
}

/// What was read, and the body that it was read from: for what is done later than it is asked for.
#[derive(Clone, Debug)]
pub struct Kept<T> {
    pub input: T,
    pub body: Value,
}

impl<T: Field> Field for Kept<T> {
    const REQUIRED: bool = T::REQUIRED;

    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        Some(Self { body: value.clone(), input: T::read(value, path, errors)? })
    }

    fn schema(definitions: &mut Definitions) -> Value {
        T::schema(definitions)
    }
}

/// Declares what a body holds: `"jsonName" rust_name: Type, "Words.";` for each field.
macro_rules! input {
    ($(#[doc = $doc:literal])+ $name:ident { $($json:literal $field:ident : $ty:ty, $words:literal;)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug)]
        pub struct $name {
            $(#[doc = concat!("`", $json, "`. ", $words)] pub $field: $ty,)+
        }
        input!(@impl concat!($($doc),+), $name { $($json $field: $ty, $words;)+ });
    };
    (@impl $doc:expr, $name:ident { $($json:literal $field:ident : $ty:ty, $words:literal;)+ }) => {
        impl $crate::wire::input::Field for $name {
            fn read(value: serde_json::Value, path: &str, errors: &mut Vec<$crate::domain::reject::FieldError>) -> Option<Self> {
                let serde_json::Value::Object(mut object) = value else {
                    errors.push($crate::domain::reject::FieldError::new(path, "Must be an object"));
                    return None;
                };
                $(let $field = $crate::wire::input::take::<$ty>(&mut object, $json, path, errors);)+
                $crate::wire::input::refuse_rest(object, path, errors);
                Some(Self { $($field: $field?,)+ })
            }

            fn schema(definitions: &mut $crate::wire::shape::Definitions) -> serde_json::Value {
                definitions.refer(stringify!($name), |definitions| {
                    $crate::wire::shape::object($doc, vec![
                        $(($json, <$ty as $crate::wire::input::Field>::REQUIRED, $words, <$ty as $crate::wire::input::Field>::schema(definitions)),)+
                    ])
                })
            }
        }
    };
}

fn refuse<T>(path: &str, message: impl Into<String>, errors: &mut Vec<FieldError>) -> Option<T> {
    errors.push(FieldError::new(path, message));
    None
}

fn read_text<T>(value: &Value, path: &str, errors: &mut Vec<FieldError>, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
    match value {
        Value::String(text) => parse(text).map_or_else(|message| refuse(path, message, errors), Some),
        Value::Null => refuse(path, "Must not be null", errors),
        _ => refuse(path, "Must be a string", errors),
    }
}

/// Text types with a `parse`: how each is described.
macro_rules! text_fields {
    ($([$($generics:tt)*] $ty:ty => $schema:expr;)+) => {$(
        impl<$($generics)*> Field for $ty {
            fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
                read_text(&value, path, errors, Self::parse)
            }
            fn schema(_: &mut Definitions) -> Value {
                $schema
            }
        }
    )+};
}

text_fields! {
    [const MIN: usize, const MAX: usize] Line<MIN, MAX> => json!({ "type": "string", "minLength": MIN, "maxLength": MAX });
    [const MIN: usize, const MAX: usize] Prose<MIN, MAX> => json!({ "type": "string", "minLength": MIN, "maxLength": MAX });
    [] Email => json!({ "type": "string", "format": "email", "maxLength": Email::MAX_LENGTH, "examples": ["ana@example.com"] });
    [] Password => json!({ "type": "string", "format": "password", "minLength": Password::MIN_LENGTH, "maxLength": Password::MAX_LENGTH, "pattern": NO_CONTROLS });
    [] AccessPassword => json!({ "type": "string", "minLength": 4, "maxLength": 200 });
    [] Country => json!({ "type": "string", "pattern": "^[A-Za-z]{2}$", "examples": ["DE"] });
    [] Locale => json!({ "type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", "maxLength": 35, "examples": ["en", "pt-BR"] });
    [] Currency => json!({ "type": "string", "pattern": "^[A-Za-z]{3}$", "examples": ["USD"] });
    [] Zone => json!({ "type": "string", "examples": ["Europe/Paris"] });
    [] Decimal => json!({ "type": "string", "pattern": "^-?[0-9]{1,12}(\\.[0-9]{1,4})?$", "examples": ["9.99"] });
    [] Unsigned => json!({ "type": "string", "pattern": "^[0-9]{1,12}(\\.[0-9]{1,4})?$", "examples": ["9.99"] });
    [] Percent => json!({ "type": "string", "pattern": "^[0-9]{1,12}(\\.[0-9]{1,4})?$", "examples": ["23.33"] });
    [] CouponCode => json!({ "type": "string", "minLength": 1, "maxLength": CouponCode::MAX_LENGTH, "pattern": NO_SPACES, "examples": ["SPRING20"] });
    [] Timestamp => time_schema();
    [] Start => time_schema();
    [] Scopes => json!({ "type": "string", "examples": ["read", "customers,subscriptions:read"] });
    [] NumberFormat => json!({ "type": "string", "maxLength": NumberFormat::MAX_LENGTH, "examples": ["INV-{n:06}", "{year}-{n:05}"] });
}

/// The pattern of text without control characters that is taken as it is, not trimmed.
pub const NO_CONTROLS: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";

/// The pattern of text without spaces and control characters.
const NO_SPACES: &str = "^[^\\s\\u0000-\\u001f\\u007f-\\u009f]*$";

/// An instant or a date.
pub fn time_schema() -> Value {
    json!({ "anyOf": [{ "type": "string", "format": "date-time" }, { "type": "string", "format": "date" }], "examples": ["2026-01-31T12:00:00Z"] })
}

impl<I: TypedId> Field for Id<I> {
    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        read_text(&value, path, errors, |text| I::parse(text).map(Self).ok_or_else(|| format!("Must be an id that begins with {}", I::PREFIX)))
    }

    fn schema(_: &mut Definitions) -> Value {
        id_shape(I::PREFIX)
    }
}

/// Another object's id in a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Id<I>(pub I);

/// A decimal number that is not negative: a price, a payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsigned(pub Decimal);

impl Unsigned {
    fn parse(raw: &str) -> Result<Self, String> {
        if raw.starts_with('-') { Err("Must not be negative".into()) } else { Decimal::parse(raw).map(Self) }
    }
}

/// A whole number between bounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Count<const MIN: i64, const MAX: i64>(pub i64);

impl<const MIN: i64, const MAX: i64> Field for Count<MIN, MAX> {
    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        match whole(&value) {
            Some(n) if (MIN..=MAX).contains(&n) => Some(Self(n)),
            _ => refuse(path, format!("Must be a whole number from {MIN} to {MAX}"), errors),
        }
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "type": "integer", "minimum": MIN, "maximum": MAX })
    }
}

/// A whole number as JSON Schema has it: `3.0` is one.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let float = value.as_f64()?;
        #[expect(clippy::cast_possible_truncation, reason = "what is too large is cut to bounds beyond every count's")]
        (float.fract() == 0.0).then_some(float as i64)
    })
}

impl<const MIN: i64, const MAX: i64> Count<MIN, MAX> {
    /// For bounds that lie within u32.
    pub fn to_u32(self) -> u32 {
        u32::try_from(self.0).expect("the bounds of this count lie within u32")
    }
}

impl Field for bool {
    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        value.as_bool().or_else(|| refuse(path, "Must be true or false", errors))
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "type": "boolean" })
    }
}

impl<T: Field> Field for Option<T> {
    const REQUIRED: bool = false;

    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::read(value, path, errors).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        nullable(T::schema(definitions))
    }
}

impl<T: Field> Field for Patch<T> {
    const REQUIRED: bool = false;

    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        if value.is_null() { Some(Self::Clear) } else { T::read(value, path, errors).map(Self::Set) }
    }

    fn absent() -> Option<Self> {
        Some(Self::Keep)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        nullable(T::schema(definitions))
    }
}

impl<T: Field> Field for Change<T> {
    const REQUIRED: bool = false;

    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        if value.is_null() { refuse(path, "Must not be null", errors) } else { T::read(value, path, errors).map(Self::Set) }
    }

    fn absent() -> Option<Self> {
        Some(Self::Keep)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        T::schema(definitions)
    }
}

/// Up to `MAX` values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Many<T, const MAX: usize>(pub Vec<T>);

impl<T: Field, const MAX: usize> Field for Many<T, MAX> {
    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        let Value::Array(items) = value else { return refuse(path, "Must be an array", errors) };
        if items.len() > MAX {
            return refuse(path, format!("Must have at most {MAX} entries"), errors);
        }
        let read: Vec<Option<T>> = items.into_iter().enumerate().map(|(n, item)| T::read(item, &format!("{path}[{n}]"), errors)).collect();
        read.into_iter().collect::<Option<Vec<T>>>().map(Self)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "type": "array", "items": T::schema(definitions), "maxItems": MAX })
    }
}

/// The same, one at least.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OneOrMore<T, const MAX: usize>(pub Vec<T>);

impl<T: Field, const MAX: usize> Field for OneOrMore<T, MAX> {
    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        if value.as_array().is_some_and(Vec::is_empty) {
            return refuse(path, "Must have at least one entry", errors);
        }
        Many::<T, MAX>::read(value, path, errors).map(|many| Self(many.0))
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let mut schema = Many::<T, MAX>::schema(definitions);
        schema["minItems"] = json!(1);
        schema
    }
}

impl Field for Metadata {
    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        let Value::Object(pairs) = value else { return refuse(path, "Must be an object of strings", errors) };
        let mut metadata = Self::default();
        let before = errors.len();
        if pairs.len() > Self::MAX_PAIRS {
            return refuse(path, format!("Must have at most {} pairs", Self::MAX_PAIRS), errors);
        }
        for (key, value) in pairs {
            let shown: String = key.chars().take(100).collect();
            read_text(&value, &path_of(path, &shown), errors, |text| metadata.insert(&key, text));
        }
        (errors.len() == before).then_some(metadata)
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({
            "type": "object",
            "maxProperties": Self::MAX_PAIRS,
            "propertyNames": { "minLength": 1, "maxLength": Self::MAX_KEY },
            "additionalProperties": { "type": "string", "maxLength": Self::MAX_VALUE },
        })
    }
}

/// An enum's words, in bodies, queries and answers alike.
macro_rules! words {
    ($($ty:ty => $all:expr, $text:expr;)+) => {$(
        impl $crate::wire::input::Field for $ty {
            fn read(value: serde_json::Value, path: &str, errors: &mut Vec<$crate::domain::reject::FieldError>) -> Option<Self> {
                let found = value.as_str().and_then(|word| $all.into_iter().find(|v| $text(*v) == word));
                if found.is_none() {
                    errors.push($crate::domain::reject::FieldError::new(path, <Self as $crate::wire::input::Words>::expected()));
                }
                found
            }
            fn schema(_: &mut $crate::wire::shape::Definitions) -> serde_json::Value {
                $crate::wire::shape::word_shape($all.into_iter().map($text))
            }
        }
        impl $crate::wire::input::Words for $ty {
            fn all() -> Vec<(Self, &'static str)> {
                $all.into_iter().map(|v| (v, $text(v))).collect()
            }
        }
        impl $crate::wire::shape::Shape for $ty {
            fn shape(definitions: &mut $crate::wire::shape::Definitions) -> serde_json::Value {
                <Self as $crate::wire::input::Field>::schema(definitions)
            }
        }
    )+};
}

/// A value that is one of a few words.
pub trait Words: Sized {
    fn all() -> Vec<(Self, &'static str)>;

    fn expected() -> String {
        let words: Vec<&str> = Self::all().into_iter().map(|(_, word)| word).collect();
        format!("Must be one of: {}", words.join(", "))
    }
}

input! {
    /// A user name and password that exist already on the panel.
    CredentialsInput {
        "username" username: Username, "Unique among all accesses.";
        "password" password: AccessPassword, "As the customer types it.";
    }
}

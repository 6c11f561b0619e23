//! Descriptions of JSON values: JSON Schema 2020-12, as OpenAPI 3.1 takes it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::domain::id::TypedId;
use crate::domain::money::{Currency, Money};
use crate::domain::time::Timestamp;

/// The named schemas that a document's other schemas refer to.
#[derive(Default)]
pub struct Definitions {
    pub schemas: BTreeMap<String, Value>,
}

impl Definitions {
    /// A reference to a named schema, which is made on first use.
    pub fn refer(&mut self, name: &str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.schemas.contains_key(name) {
            self.schemas.insert(name.to_owned(), Value::Null);
            let schema = make(self);
            self.schemas.insert(name.to_owned(), schema);
        }
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }
}

/// A JSON value that can be described.
pub trait Shape {
    fn shape(definitions: &mut Definitions) -> Value;
}

/// An object's schema from its fields: name, whether it must be there, words, schema.
pub fn object(words: &str, fields: Vec<(&str, bool, &str, Value)>) -> Value {
    let required: Vec<&str> = fields.iter().filter(|f| f.1).map(|f| f.0).collect();
    let properties: serde_json::Map<String, Value> = fields.into_iter().map(|(name, _, words, schema)| (name.to_owned(), described(schema, words))).collect();
    let mut schema = json!({ "type": "object", "description": words.trim(), "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

pub fn described(mut schema: Value, words: &str) -> Value {
    if !words.is_empty() {
        schema["description"] = json!(words);
    }
    schema
}

/// The same, or null.
pub fn nullable(mut schema: Value) -> Value {
    if schema.get("$ref").is_some() || schema.get("anyOf").is_some() {
        return json!({ "anyOf": [schema, { "type": "null" }] });
    }
    if let Some(kind) = schema.get("type").cloned() {
        schema["type"] = json!([kind, "null"]);
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
    schema
}

pub fn id_shape(prefix: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^{prefix}[0-9a-f]{{32}}$"), "examples": [format!("{prefix}019ab1f0c0de70008000000000000001")] })
}

pub fn word_shape<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
    json!({ "type": "string", "enum": words.into_iter().collect::<Vec<_>>() })
}

impl<I: TypedId> Shape for I {
    fn shape(_: &mut Definitions) -> Value {
        id_shape(I::PREFIX)
    }
}

impl<T: Shape> Shape for Option<T> {
    fn shape(definitions: &mut Definitions) -> Value {
        nullable(T::shape(definitions))
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn shape(definitions: &mut Definitions) -> Value {
        json!({ "type": "array", "items": T::shape(definitions) })
    }
}

impl Shape for String {
    fn shape(_: &mut Definitions) -> Value {
        json!({ "type": "string" })
    }
}

impl Shape for bool {
    fn shape(_: &mut Definitions) -> Value {
        json!({ "type": "boolean" })
    }
}

impl Shape for i64 {
    fn shape(_: &mut Definitions) -> Value {
        json!({ "type": "integer" })
    }
}

impl Shape for Timestamp {
    fn shape(_: &mut Definitions) -> Value {
        json!({ "type": "string", "format": "date-time", "examples": ["2026-01-31T12:00:00.000Z"] })
    }
}

impl Shape for Money {
    fn shape(_: &mut Definitions) -> Value {
        json!({ "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$", "examples": ["9.99"] })
    }
}

impl Shape for Currency {
    fn shape(_: &mut Definitions) -> Value {
        json!({ "type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USD"] })
    }
}

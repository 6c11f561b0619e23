//! JSON text to values, within bounds: depth, number of values, and no name twice in an object.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::domain::reject::{Code, Reject};
use crate::domain::text::{Encoded, Metadata};

/// More values than any body of ours has, and few enough that none costs memory.
const MAX_VALUES: u32 = 20_000;

/// Reads one JSON text.
pub fn parse(bytes: &[u8]) -> Result<Value, Reject> {
    let invalid = |e: serde_json::Error| Reject::new(Code::InvalidJson, format!("The body is not valid JSON: {e}."));
    let mut left = MAX_VALUES;
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Bounded(&mut left).deserialize(&mut deserializer).map_err(invalid)?;
    deserializer.end().map_err(invalid)?;
    Ok(value)
}

struct Bounded<'a>(&'a mut u32);

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        *self.0 = self.0.checked_sub(1).ok_or_else(|| D::Error::custom("it has too many values"))?;
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Bounded(&mut *self.0))? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Bounded(&mut *self.0))?;
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!("the name {name:?} stands twice in one object")));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

/// A value as JSON text.
pub fn encode(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("our shapes have string keys and cannot fail to serialise")
}

pub fn encode_metadata(metadata: &Metadata) -> Encoded<'static> {
    Encoded(encode(metadata.pairs()).into())
}

/// Puts stored JSON text out as it is.
pub struct Raw<'a>(pub &'a str);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // RawValue reads the text through to check it. Most of what we store is one of these two.
        match self.0 {
            "[]" => [(); 0].serialize(to),
            "{}" => to.collect_map(std::iter::empty::<((), ())>()),
            text => serde_json::from_str::<&RawValue>(text).map_err(S::Error::custom)?.serialize(to),
        }
    }
}

/// The values in `before` that `after` has otherwise: what an event calls `previous`.
pub fn changed(before: &str, after: &str) -> Option<String> {
    let (Ok(Value::Object(before)), Ok(Value::Object(after))) = (serde_json::from_str(before), serde_json::from_str::<Value>(after)) else { return None };
    let old: Map<String, Value> = before.into_iter().filter(|(name, value)| name != "updatedAt" && after.get(name) != Some(value)).collect();
    (!old.is_empty()).then(|| encode(&old))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_deep_or_vast_or_doubled_or_broken_is_refused() {
        assert!(parse(br#"{"a": [1, -2, 3.5, "x", true, null, {"b": {}}]}"#).is_ok());
        for wrong in ["", "{", "{}x", "nul", "{\"a\":1,\"a\":2}", "[1,]", "{'a':1}", "\"\u{1}\"", "1e999"] {
            assert!(parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(parse("[".repeat(5000).as_bytes()).is_err());
        assert!(parse(format!("[{}]", vec!["0"; 30_000].join(",")).as_bytes()).is_err());
        assert!(parse(b"\"\xff\"").is_err());
        assert!(parse(br#""\ud800""#).is_err());
    }

    #[test]
    fn only_what_changed_is_previous() {
        assert_eq!(changed(r#"{"a":1,"b":2,"updatedAt":1}"#, r#"{"a":1,"b":3,"updatedAt":2}"#).as_deref(), Some(r#"{"b":2}"#));
        assert_eq!(changed(r#"{"a":1}"#, r#"{"a":1}"#), None);
    }
}

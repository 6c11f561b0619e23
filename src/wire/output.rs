//! Writing objects: straight from the domain's values to bytes.

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::id::TypedId;
use crate::domain::list::PageEnd;
use crate::wire::shape::{Definitions, Shape};

/// Declares what an object shows: `"jsonName": Shape = value, "Words.";` for each field, in order.
macro_rules! output {
    ($(#[doc = $doc:literal])+ $name:ident as $title:literal ($view:ident : $of:ty) { $($json:literal : $shape:ty = $value:expr, $words:literal;)+ }) => {
        $(#[doc = $doc])+
        pub struct $name<'a>(pub &'a $of);

        impl serde::Serialize for $name<'_> {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                let $view = self.0;
                let mut object = to.serialize_map(None)?;
                $(object.serialize_entry($json, &$value)?;)+
                object.end()
            }
        }

        impl $crate::wire::shape::Shape for $name<'_> {
            fn shape(definitions: &mut $crate::wire::shape::Definitions) -> serde_json::Value {
                definitions.refer($title, |definitions| {
                    $crate::wire::shape::object(concat!($($doc),+), vec![
                        $(($json, true, $words, <$shape as $crate::wire::shape::Shape>::shape(definitions)),)+
                    ])
                })
            }
        }
    };
}

/// The bytes of a page, grown row by row without a value in between.
pub struct PageWriter {
    bytes: Vec<u8>,
}

impl Default for PageWriter {
    fn default() -> Self {
        // Room for a page of twenty, so that it is not copied while it grows.
        let mut bytes = Vec::with_capacity(16 * 1024);
        bytes.extend_from_slice(b"{\"data\":[");
        Self { bytes }
    }
}

impl PageWriter {
    pub fn push(&mut self, row: &impl Serialize) {
        if self.bytes.last() != Some(&b'[') {
            self.bytes.push(b',');
        }
        serde_json::to_writer(&mut self.bytes, row).expect("our shapes have string keys and cannot fail to serialise");
    }

    pub fn finish<I: TypedId>(mut self, end: &PageEnd<I>) -> Vec<u8> {
        self.bytes.extend_from_slice(b"],\"pagination\":");
        self.pagination(end);
        self.bytes.push(b'}');
        self.bytes
    }

    /// The same with another member before the page's own.
    pub fn finish_with<I: TypedId>(mut self, end: &PageEnd<I>, name: &str, value: &impl Serialize) -> Vec<u8> {
        self.bytes.extend_from_slice(b"],\"pagination\":");
        self.pagination(end);
        self.bytes.extend_from_slice(format!(",\"{name}\":").as_bytes());
        serde_json::to_writer(&mut self.bytes, value).expect("our shapes have string keys and cannot fail to serialise");
        self.bytes.push(b'}');
        self.bytes
    }

    fn pagination<I: TypedId>(&mut self, end: &PageEnd<I>) {
        let pagination = match end.next {
            Some(next) => format!("{{\"hasMore\":true,\"nextCursor\":\"{}\",\"total\":{}}}", next.text(), end.total),
            None => format!("{{\"hasMore\":false,\"nextCursor\":null,\"total\":{}}}", end.total),
        };
        self.bytes.extend_from_slice(pagination.as_bytes());
    }
}

/// A page's schema.
pub fn page_shape<T: Shape>(definitions: &mut Definitions, id_prefix: &str) -> Value {
    let items = T::shape(definitions);
    let cursor = crate::wire::shape::nullable(crate::wire::shape::id_shape(id_prefix));
    json!({
        "type": "object",
        "required": ["data", "pagination"],
        "additionalProperties": false,
        "properties": {
            "data": { "type": "array", "items": items },
            "pagination": {
                "type": "object",
                "required": ["hasMore", "nextCursor", "total"],
                "additionalProperties": false,
                "properties": {
                    "hasMore": { "type": "boolean", "description": "Whether rows follow this page." },
                    "nextCursor": crate::wire::shape::described(cursor, "The cursor of the next page; null at the end."),
                    "total": { "type": "integer", "minimum": 0, "description": "How many rows the filters match, over all pages." },
                },
            },
        },
    })
}

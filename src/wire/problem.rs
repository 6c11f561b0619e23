//! Errors as clients see them.

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::reject::{Code, Reject};
use crate::wire::shape::{Definitions, Shape};

#[derive(Serialize)]
struct Detail<'a> {
    field: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct Problem<'a> {
    code: &'a str,
    message: &'a str,
    details: Vec<Detail<'a>>,
}

#[derive(Serialize)]
struct Body<'a> {
    error: Problem<'a>,
}

/// The body that tells a refusal. `details` is always there: clients map over it.
pub fn reject_body(reject: &Reject) -> Vec<u8> {
    let details = reject.details.iter().map(|d| Detail { field: &d.field, message: &d.message }).collect();
    body(Problem { code: reject.code.text(), message: &reject.message, details })
}

/// The body that tells of a fault of ours: nothing but the request's id.
pub fn internal_body(request_id: &str) -> Vec<u8> {
    let message = format!("Something went wrong on our side. Nothing is known to have changed. Request id: {request_id}");
    body(Problem { code: INTERNAL, message: &message, details: Vec::new() })
}

pub const INTERNAL: &str = "internal_error";

fn body(error: Problem<'_>) -> Vec<u8> {
    serde_json::to_vec(&Body { error }).expect("our shapes have string keys and cannot fail to serialise")
}

/// The shape of every error.
pub struct ErrorShape;

impl Shape for ErrorShape {
    fn shape(definitions: &mut Definitions) -> Value {
        definitions.refer("Error", |_| {
            let codes: Vec<&str> = Code::ALL.iter().map(|c| c.text()).chain([INTERNAL]).collect();
            json!({
                "type": "object",
                "required": ["error"],
                "additionalProperties": false,
                "properties": { "error": {
                    "type": "object",
                    "required": ["code", "message", "details"],
                    "additionalProperties": false,
                    "properties": {
                        "code": { "type": "string", "enum": codes },
                        "message": { "type": "string", "description": "For people." },
                        "details": { "type": "array", "items": {
                            "type": "object",
                            "required": ["field", "message"],
                            "additionalProperties": false,
                            "properties": {
                                "field": { "type": "string", "description": "As the request wrote it: `email`, `address.country`, `prices[2].amount`." },
                                "message": { "type": "string" },
                            },
                        } },
                    },
                } },
            })
        })
    }
}

//! Refusals: what the product answers when it will not do what it was asked. One table of codes.
//!
//! Deliberately absent: HTTP. `web::error` maps each code to a status, and does not compile until a new code is mapped.

/// Why a request was refused: the `code` of an error answer. Clients branch on it, so a code is never renamed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Code {
    InvalidRequest,
    InvalidJson,
    UnsupportedMediaType,
    InvalidParameter,
    Unauthorized,
    InsufficientScope,
    NotFound,
    MethodNotAllowed,
    RequestTimeout,
    AlreadyExists,
    StateConflict,
    InsufficientBalance,
    PaymentFailed,
    PaymentProcessing,
    IdempotencyInProgress,
    PayloadTooLarge,
    ValidationError,
    IdempotencyMismatch,
    RateLimited,
    StorageFull,
    Overloaded,
}

impl Code {
    pub const ALL: [Code; 21] = [
        Code::InvalidRequest,
        Code::InvalidJson,
        Code::UnsupportedMediaType,
        Code::InvalidParameter,
        Code::Unauthorized,
        Code::InsufficientScope,
        Code::NotFound,
        Code::MethodNotAllowed,
        Code::RequestTimeout,
        Code::AlreadyExists,
        Code::StateConflict,
        Code::InsufficientBalance,
        Code::PaymentFailed,
        Code::PaymentProcessing,
        Code::IdempotencyInProgress,
        Code::PayloadTooLarge,
        Code::ValidationError,
        Code::IdempotencyMismatch,
        Code::RateLimited,
        Code::StorageFull,
        Code::Overloaded,
    ];

    /// The code as it stands in the answer.
    pub fn text(self) -> &'static str {
        match self {
            Code::InvalidRequest => "invalid_request",
            Code::InvalidJson => "invalid_json",
            Code::UnsupportedMediaType => "unsupported_media_type",
            Code::InvalidParameter => "invalid_parameter",
            Code::Unauthorized => "unauthorized",
            Code::InsufficientScope => "insufficient_scope",
            Code::NotFound => "not_found",
            Code::MethodNotAllowed => "method_not_allowed",
            Code::RequestTimeout => "request_timeout",
            Code::AlreadyExists => "already_exists",
            Code::StateConflict => "state_conflict",
            Code::InsufficientBalance => "insufficient_balance",
            Code::PaymentFailed => "payment_failed",
            Code::PaymentProcessing => "payment_processing",
            Code::IdempotencyInProgress => "idempotency_in_progress",
            Code::PayloadTooLarge => "payload_too_large",
            Code::ValidationError => "validation_error",
            Code::IdempotencyMismatch => "idempotency_mismatch",
            Code::RateLimited => "rate_limited",
            Code::StorageFull => "storage_full",
            Code::Overloaded => "overloaded",
        }
    }
}

/// One wrong field, named as the client wrote it: `email`, `address.country`, `prices[2].amount`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

impl FieldError {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// A refusal for the caller. Nothing was changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reject {
    pub code: Code,
    pub message: String,
    pub details: Vec<FieldError>,
}

const CHANGED_MEANWHILE: &str = "This was changed by somebody else meanwhile.";

impl Reject {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: Vec::new() }
    }

    /// One wrong field of a body.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldError::new(field, message)])
    }

    /// Every wrong field of a body at once.
    pub fn fields(details: Vec<FieldError>) -> Self {
        let message = match details.as_slice() {
            [one] => format!("{}: {}", one.field, one.message),
            several => format!("{} fields are not right; see details.", several.len()),
        };
        Self { code: Code::ValidationError, message, details }
    }

    /// A wrong query parameter.
    pub fn parameters(details: Vec<FieldError>) -> Self {
        Self { code: Code::InvalidParameter, ..Self::fields(details) }
    }

    /// What the caller may not see answers the same.
    pub fn not_found(noun: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {noun}."))
    }

    pub fn state_conflict(message: impl Into<String>) -> Self {
        Self::new(Code::StateConflict, message)
    }

    /// The caller decided by what is not so any more.
    pub fn changed_meanwhile() -> Self {
        Self::state_conflict(CHANGED_MEANWHILE)
    }

    pub fn is_changed_meanwhile(&self) -> bool {
        self.message == CHANGED_MEANWHILE
    }

    /// A second row with a value that is unique.
    pub fn already_exists(field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code: Code::AlreadyExists, details: vec![FieldError::new(field, message.clone())], message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_distinct() {
        let texts: HashSet<_> = Code::ALL.iter().map(|c| c.text()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
    }
}

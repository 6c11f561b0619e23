//! Errors to answers: the one map from codes to HTTP statuses.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, HttpResponseBuilder};

use crate::domain::reject::{Code, Reject};
use crate::error::Error;
use crate::wire::problem::{internal_body, reject_body};

pub const JSON: HeaderValue = HeaderValue::from_static("application/json");

pub fn status(code: Code) -> StatusCode {
    match code {
        Code::InvalidRequest | Code::InvalidJson | Code::UnsupportedMediaType | Code::InvalidParameter => StatusCode::BAD_REQUEST,
        Code::Unauthorized => StatusCode::UNAUTHORIZED,
        Code::InsufficientScope => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Code::PaymentFailed => StatusCode::PAYMENT_REQUIRED,
        Code::AlreadyExists | Code::StateConflict | Code::InsufficientBalance | Code::PaymentProcessing | Code::IdempotencyInProgress => StatusCode::CONFLICT,
        Code::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::ValidationError | Code::IdempotencyMismatch => StatusCode::UNPROCESSABLE_ENTITY,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::StorageFull | Code::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The answer that tells a refusal.
pub fn refusal(reject: &Reject) -> HttpResponse {
    let mut builder = HttpResponseBuilder::new(status(reject.code));
    match reject.code {
        Code::Overloaded => drop(builder.insert_header((RETRY_AFTER, "1"))),
        Code::StorageFull => drop(builder.insert_header((RETRY_AFTER, "30"))),
        Code::Unauthorized => drop(builder.insert_header(("WWW-Authenticate", "Bearer"))),
        _ => {}
    }
    builder.insert_header((CONTENT_TYPE, JSON)).body(reject_body(reject))
}

/// The answer to any error. A fault of ours goes to the log, once, with the request's id.
pub fn answer(error: &Error, request_id: &str) -> HttpResponse {
    match error {
        Error::Reject(reject) => refusal(reject),
        Error::Internal(cause) => {
            tracing::error!(request_id, "{cause}");
            HttpResponse::InternalServerError().insert_header((CONTENT_TYPE, JSON)).body(internal_body(request_id))
        }
    }
}

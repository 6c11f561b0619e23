//! The public contract, over HTTP.

mod authorisation;
mod deletion;
mod filters;
mod guide;
mod hostile;
mod idempotency;
mod openapi;
mod patch;
mod payments;
mod sample;

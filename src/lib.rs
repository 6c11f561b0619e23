//! Billhead: the billing house of a small subscription reseller.
pub mod app;
pub mod clock;
pub mod domain;
pub mod error;
pub mod secret;
pub mod store;
pub mod wire;

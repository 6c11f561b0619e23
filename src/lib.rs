//! Billhead: the billing house of a small subscription reseller.
pub mod domain;

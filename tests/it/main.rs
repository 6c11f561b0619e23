//! The integration tests: one binary, in process where possible, with real processes where not.

#![expect(clippy::panic, reason = "a test says with a panic what went wrong, with more in it than an expect can hold")]
#![expect(clippy::needless_pass_by_value, reason = "json!(…) reads better than &json!(…)")]

mod adapters;
mod api;
mod architecture;
mod browser;
mod demo;
mod examples;
mod faults;
mod life;
mod manual;
mod pages;
mod reference;
mod support;
mod verify;
mod words;

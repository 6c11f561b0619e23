//! The integration tests: one binary, in process where possible, with real processes where not.

mod api;
mod architecture;
mod faults;
mod life;
mod support;

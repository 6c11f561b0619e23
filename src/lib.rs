//! Billhead: the billing house of a small subscription reseller, in one program with one SQLite file.
//!
//! # The layers, from the core outwards
//!
//! | folder | what | may use |
//! |---|---|---|
//! | [`domain`] | the rules, pure: values in, values out | nothing of ours |
//! | [`wire`] | the JSON shapes | domain |
//! | [`clock`], [`error`], [`secret`], [`config`] | time and chance, errors, secrets, configuration | domain, and each other |
//! | [`store`] | SQL and row mapping on transactions; the engine | domain, error, clock, secret |
//! | [`adapters`] | the outside world: payment gateways | domain, error, config |
//! | [`app`] | use cases: check, load, decide, save, tell | domain, wire, store, adapters, error, clock, secret |
//! | [`web`] | HTTP: the API and the pages | app, domain, wire, error, config, clock |
//! | [`cli`] | commands; puts everything together | everything |
//!
//! The same singular noun names a file in every layer: `git ls-files | grep invoice` is the whole story of invoices.
//! `tests/it/architecture.rs` holds the directions. ARCHITECTURE.md tells the rest.

pub mod adapters;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod error;
pub mod secret;
pub mod store;
pub mod telemetry;
pub mod web;
pub mod wire;

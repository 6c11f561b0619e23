//! HTTP: the only place that knows actix. Every request goes through `serve`; every API route stands in `route`, every page in
//! `page`.
//!
//! Deliberately absent: SQL, and decisions about anything but HTTP.

pub mod admin;
pub mod api;
pub mod body;
pub mod cookie;
pub mod docs;
pub mod error;
pub mod html;
pub mod limit;
pub mod manual;
pub mod openapi;
pub mod page;
pub mod posted;
pub mod route;
pub mod serve;
pub mod site;

//! What pages are made of: text, cells, tables, forms, whole pages. A page's handler says what it shows in these values, and
//! one template for each kind of page writes it, so that all pages look and behave alike.
//!
//! Deliberately absent: HTTP, data, and any knowledge of a particular noun.

pub mod asset;
pub mod catalogue;
pub mod cell;
pub mod chart;
pub mod curl;
pub mod fill;
pub mod form;
pub mod format;
pub mod page;
#[cfg(debug_assertions)]
pub mod parts;
mod render;
pub mod table;
pub mod text;

use crate::domain::time::{Timestamp, Zone};

/// Who looks at a page, and when: what its text, its dates and its forms depend on.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The language of the catalogue: "en", "ar".
    pub language: &'static str,
    /// The business's zone.
    pub zone: Zone,
    pub now: Timestamp,
    /// The token that every form of the page carries.
    pub csrf: String,
    /// The e-mail address of whoever is signed in.
    pub signed_in: Option<String>,
    pub business: Option<String>,
    /// Billing time is moved by hand: every page says so.
    pub test_clock: bool,
    /// Where this server is reached, for lines to copy: `https://billing.example.com`.
    pub base_url: String,
    /// What was sent before the sign-in was not done, as its session had ended: the page that follows says so.
    pub undone: bool,
}

#[cfg(test)]
impl Viewer {
    /// Somebody in Paris, on 3 May 2026 at 14:05.
    pub fn sample(language: &'static str) -> Self {
        Self {
            language,
            zone: Zone::parse("Europe/Paris").expect("a zone"),
            now: Timestamp::parse("2026-05-03T12:05:00Z").expect("a time"),
            csrf: "token".into(),
            signed_in: Some("owner@example.com".into()),
            business: Some("Nordlicht TV".into()),
            test_clock: false,
            base_url: "https://billing.example.com/".into(),
            undone: false,
        }
    }
}

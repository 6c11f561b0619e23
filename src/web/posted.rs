//! What a form sent: pairs of names and values, as browsers encode them.

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use bytes::Bytes;

use crate::domain::reject::{Code, Reject};

/// More fields than any form of ours has.
const MAX_PAIRS: usize = 1_000;

#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct Posted(Vec<(String, String)>);

impl Posted {
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Reads a body. Line breaks become those of text files: browsers send CR LF.
    pub fn read(request: &HttpRequest, bytes: &Bytes) -> Result<Self, Reject> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim();
        if !bytes.is_empty() && !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Reject::new(Code::UnsupportedMediaType, "The Content-Type must be application/x-www-form-urlencoded."));
        }
        let pairs = url::form_urlencoded::parse(bytes).take(MAX_PAIRS + 1).map(|(name, value)| (name.into_owned(), value.replace("\r\n", "\n")));
        let pairs: Vec<(String, String)> = pairs.collect();
        if pairs.len() > MAX_PAIRS {
            return Err(Reject::new(Code::InvalidRequest, "The form has too many fields."));
        }
        Ok(Self(pairs))
    }

    /// The first value of this name; empty where there is none.
    pub fn one(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or("")
    }

    pub fn all<'p>(&'p self, name: &str) -> impl Iterator<Item = &'p str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// The same with another value of this name.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let pairs = self.0.iter().map(|(n, v)| (n.clone(), if n == name { value.to_owned() } else { v.clone() }));
        Self(pairs.collect())
    }

    /// Everything but these names.
    pub fn without(&self, names: &[&str]) -> Vec<(String, String)> {
        self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect()
    }
}

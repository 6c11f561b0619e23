//! The table of API routes: the one definition from which come the router, the check of scopes, the OpenAPI document and
//! the tests of authorisation.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};

use actix_web::http::Method;
use bytes::Bytes;
use serde_json::Value;

use crate::app::key::KnownKey;
use crate::app::{Answer, App, Caller, Idempotency};
use crate::domain::actor::Actor;
use crate::domain::id::TypedId;
use crate::domain::key::{Scope, Scopes};
use crate::domain::reject::{Code, Reject};
use crate::error::{Error, Result};
use crate::web::limit::Limits;
use crate::wire::input::{Field, read_body};
use crate::wire::query::{Query, read_query};
use crate::wire::shape::Definitions;

/// One request to the API, past the key, the rate limit and the scope.
pub struct Call {
    pub app: Arc<App>,
    pub limits: Arc<Limits>,
    pub key: Arc<KnownKey>,
    /// The `{id}` of the path.
    pub path_id: String,
    /// The id behind it, of what belongs to that noun.
    pub path_part: String,
    pub query: String,
    pub body: Value,
    pub idempotency: Option<Idempotency>,
}

impl Call {
    pub fn actor(&self) -> Actor {
        Actor::Key { id: self.key.key.id, scopes: self.key.key.scopes }
    }

    /// Takes the caller out of the call, with his idempotency key.
    pub fn caller(&mut self) -> Caller {
        Caller { actor: self.actor(), idempotency: self.idempotency.take(), seen: None }
    }

    /// The path's id. One of another form names nothing.
    pub fn id<I: TypedId>(&self) -> Result<I> {
        I::parse(&self.path_id).ok_or_else(|| Reject::not_found("object").into())
    }

    /// The path's second id.
    pub fn part<I: TypedId>(&self) -> Result<I> {
        I::parse(&self.path_part).ok_or_else(|| Reject::not_found("object").into())
    }

    pub fn query<Q: Query>(&self) -> Result<Q> {
        Ok(read_query(&self.query)?)
    }

    /// Reads the body, and refuses any query parameter.
    pub fn body<T: Field>(&mut self) -> Result<T> {
        self.query::<crate::wire::query::NoQuery>()?;
        Ok(read_body(std::mem::take(&mut self.body))?)
    }
}

/// What a handler gives back.
pub enum Reply {
    /// 200 with these bytes of JSON.
    Read(Vec<u8>),
    Command(Answer),
    /// 200 with a table to save under this name.
    Csv {
        bytes: Vec<u8>,
        name: &'static str,
    },
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self::Command(answer)
    }
}

pub type Handler = fn(Call) -> Pin<Box<dyn Future<Output = Result<Reply>>>>;

/// A schema, made when the document is.
pub type MakeSchema = fn(&mut Definitions) -> Value;

/// A query parameter: name, words, schema, whether it repeats.
pub type Parameter = (&'static str, &'static str, Value, bool);

/// How a body is described.
#[derive(Clone, Copy)]
pub struct BodyDoc {
    pub schema: MakeSchema,
    /// False where every field is optional.
    pub required: bool,
    pub example: fn() -> Value,
}

/// One method on one path.
pub struct Route {
    pub method: Method,
    /// With `{id}` for the id of the path's noun, and `{pmId}` for that of a payment method of it.
    pub path: &'static str,
    /// `operationId` of the document.
    pub operation: &'static str,
    pub summary: &'static str,
    pub words: &'static str,
    /// None: any valid key.
    pub scope: Option<Scope>,
    pub handler: Handler,
    pub query: fn() -> Vec<Parameter>,
    pub body: Option<BodyDoc>,
    pub status: u16,
    pub answer: MakeSchema,
    /// What it refuses beyond what every route does.
    pub refuses: &'static [Code],
    /// The prefix of the path's id, and how to look whether it exists.
    pub noun: Option<Noun>,
}

/// The noun of a path's id.
#[derive(Clone, Copy)]
pub struct Noun {
    pub prefix: &'static str,
    pub name: &'static str,
    pub exists: fn(&App, &str) -> Result<()>,
}

impl Route {
    /// Whether it changes something: then a body is read, and `Idempotency-Key` is honoured on POST and PATCH.
    pub fn takes_body(&self) -> bool {
        self.method == Method::POST || self.method == Method::PATCH
    }
}

/// Every route of the API.
pub fn table() -> Vec<Route> {
    let mut routes = Vec::new();
    routes.extend(crate::web::api::me::routes());
    routes.extend(crate::web::api::customer::routes());
    routes.extend(crate::web::api::balance::routes());
    routes.extend(crate::web::api::payment_method::routes());
    routes.extend(crate::web::api::product::routes());
    routes.extend(crate::web::api::subscription::routes());
    routes.extend(crate::web::api::invoice::routes());
    routes.extend(crate::web::api::payment::routes());
    routes.extend(crate::web::api::coupon::routes());
    routes.extend(crate::web::api::credit_note::routes());
    routes.extend(crate::web::api::tax::routes());
    routes.extend(crate::web::api::report::routes());
    routes.extend(crate::web::api::settings::routes());
    routes.extend(crate::web::api::test_clock::routes());
    routes
}

/// The rights that there is something for: those that a route asks for, and the one to see credentials, for which the answers
/// about subscriptions ask.
pub fn scopes() -> Scopes {
    static SCOPES: LazyLock<Scopes> = LazyLock::new(|| {
        let asked = table().into_iter().filter_map(|route| route.scope).fold(Scopes::NONE, Scopes::with);
        if asked.has(Scope::SubscriptionsRead) { asked.with(Scope::SubscriptionsCredentials) } else { asked }
    });
    *SCOPES
}

/// The `Idempotency-Key` of a request, and what the request was.
pub fn idempotency(app: &App, header: Option<&[u8]>, method: &Method, path: &str, query: &str, body: &Bytes) -> Result<Option<Idempotency>> {
    let Some(header) = header else { return Ok(None) };
    let key = std::str::from_utf8(header).ok().filter(|k| (1..=255).contains(&k.len()) && k.bytes().all(|b| b.is_ascii_graphic()));
    let Some(key) = key else {
        let detail = crate::domain::reject::FieldError::new("Idempotency-Key", "Must be 1 to 255 visible ASCII characters");
        return Err(Error::Reject(Reject::parameters(vec![detail])));
    };
    let fingerprint = app.vault.fingerprint(&[method.as_str().as_bytes(), path.as_bytes(), query.as_bytes(), body]);
    Ok(Some(Idempotency { key: key.to_owned(), fingerprint }))
}

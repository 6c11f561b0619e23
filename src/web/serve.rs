//! From a request to its answer: the key, the rate limit, the route, the scope, the body, the handler, in this order; and
//! around it the request's id, the log, and a net under panics.
//!
//! 401 wins over everything under /api, then 429, 404 and 405 of the path, 403, 404 of the object, 400 and 422.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::http::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use bytes::Bytes;
use futures_util::FutureExt;
use serde_json::Value;

use crate::app::App;
use crate::app::key::KnownKey;
use crate::config::TrustedProxies;
use crate::domain::actor::Actor;
use crate::domain::reject::{Code, Reject};
use crate::error::{Error, Result};
use crate::web::limit::{Allowance, Limits, TooMany};
use crate::web::route::{Call, Reply, Route};
use crate::web::{body, error, route};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// What every request needs: one for the whole server.
pub struct Site {
    pub app: Arc<App>,
    pub limits: Arc<Limits>,
    pub trusted_proxies: TrustedProxies,
    /// Part of every request id, so that ids of two starts differ.
    boot: u32,
    requests: AtomicU64,
}

impl Site {
    pub fn new(app: Arc<App>, limits: Limits, trusted_proxies: TrustedProxies) -> Self {
        let boot = u32::from_le_bytes(app.entropy.bytes());
        Self { app, limits: Arc::new(limits), trusted_proxies, boot, requests: AtomicU64::new(0) }
    }

    fn request_id(&self) -> String {
        let n = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("req_{:08x}{n:08x}", self.boot)
    }

    /// The address that asks: behind a trusted proxy, the last one that no trusted proxy has.
    fn address(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map_or(IpAddr::from([127, 0, 0, 1]), |a| a.ip().to_canonical());
        if !self.trusted_proxies.contains(peer) {
            return peer;
        }
        let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
        let hops: Vec<IpAddr> = forwarded.map_while(|hop| hop.trim().parse::<IpAddr>().ok()).map(|a| a.to_canonical()).collect();
        hops.into_iter().rev().find(|hop| !self.trusted_proxies.contains(*hop)).unwrap_or(peer)
    }
}

/// All methods of one path.
pub type PathRoutes = Arc<Vec<Route>>;

/// Runs what answers a request, gives the answer its id, and logs it.
pub async fn around(site: &Site, request: &HttpRequest, work: impl Future<Output = (HttpResponse, Option<Allowance>)>) -> HttpResponse {
    let (id, begun) = (site.request_id(), site.app.clock.elapsed());
    let (mut response, allowance) = match AssertUnwindSafe(REQUEST.scope(id.clone(), work)).catch_unwind().await {
        Ok(done) => done,
        Err(_) => (error::answer(&Error::Internal(PANICKED.into()), &id), None),
    };
    let status = response.status().as_u16();
    tracing::debug!(request_id = id, method = request.method().as_str(), path = request.path(), status, micros = site.app.clock.elapsed().saturating_sub(begun).as_micros(), "request");
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(allowance) = allowance {
        headers.insert(LIMIT, HeaderValue::from(allowance.limit));
        headers.insert(REMAINING, HeaderValue::from(allowance.remaining));
        headers.insert(RESET, HeaderValue::from(allowance.reset));
    }
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

tokio::task_local! {
    /// The id of the request at work, for the log.
    static REQUEST: String;
}

/// The answer to an error, with the id of the request at work.
pub fn failed(error: &Error) -> HttpResponse {
    REQUEST.try_with(|id| error::answer(error, id)).unwrap_or_else(|_| error::answer(error, "none"))
}

const PANICKED: &str = "a handler panicked";

fn panicked() -> HttpResponse {
    failed(&Error::Internal(PANICKED.into()))
}

/// Answers a request to the API. `routes` are those of the path, empty for a path that there is not.
pub async fn api(site: &Site, request: &HttpRequest, payload: web::Payload, routes: &[Route]) -> (HttpResponse, Option<Allowance>) {
    let Some(key) = bearer(request.headers()).and_then(|secret| site.app.authenticate(secret)) else {
        return (refuse_unknown(site, request), None);
    };
    let (allowance, counted) = site.limits.count(key.key.id, key.key.tier);
    let response = match counted {
        Err(too_many) => refuse_too_many(too_many, "This key's rate limit is reached."),
        // A panic is caught here already: its 500 goes to a known key and so tells the key's allowance.
        Ok(()) => AssertUnwindSafe(routed(site, request, payload, routes, key)).catch_unwind().await.unwrap_or_else(|_| panicked()),
    };
    (response, Some(allowance))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

fn refuse_unknown(site: &Site, request: &HttpRequest) -> HttpResponse {
    match site.limits.count_unknown(site.address(request)) {
        Ok(()) => error::refusal(&Reject::new(Code::Unauthorized, "A valid API key is needed: Authorization: Bearer <key>.")),
        Err(too_many) => refuse_too_many(too_many, "Too many requests without a valid API key."),
    }
}

fn refuse_too_many(too_many: TooMany, words: &str) -> HttpResponse {
    let message = format!("{words} Try again in {} s.", too_many.retry_after);
    let mut response = error::refusal(&Reject::new(Code::RateLimited, message));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(too_many.retry_after));
    response
}

async fn routed(site: &Site, request: &HttpRequest, payload: web::Payload, routes: &[Route], key: Arc<KnownKey>) -> HttpResponse {
    if routes.is_empty() {
        return error::refusal(&Reject::new(Code::NotFound, "There is no such path. See /docs."));
    }
    let Some(route) = routes.iter().find(|r| r.method == *request.method()) else {
        return not_allowed(routes.iter().map(|r| &r.method));
    };
    match run(site, request, payload, route, key).await {
        Ok(reply) => respond(reply),
        Err(error) => failed(&error),
    }
}

/// 405, with the methods that the path has.
pub fn not_allowed<'m>(methods: impl Iterator<Item = &'m Method>) -> HttpResponse {
    let allowed: Vec<&str> = methods.map(Method::as_str).collect();
    let allowed = allowed.join(", ");
    let mut response = error::refusal(&Reject::new(Code::MethodNotAllowed, format!("This path takes {allowed}.")));
    if let Ok(value) = HeaderValue::try_from(allowed) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}

async fn run(site: &Site, request: &HttpRequest, payload: web::Payload, route: &Route, key: Arc<KnownKey>) -> Result<Reply> {
    let actor = Actor::Key { id: key.key.id, scopes: key.key.scopes };
    if let Some(scope) = route.scope {
        actor.require(scope)?;
    }
    let path_id = request.match_info().get("id").unwrap_or("").to_owned();
    let outcome = handle(site, request, payload, route, key, path_id.clone()).await;
    match (&outcome, &route.noun) {
        // What is not there is not there, whatever is wrong with the request beside it.
        (Err(Error::Reject(reject)), Some(noun)) if is_about_the_request(reject.code) => {
            (noun.exists)(&site.app, &path_id)?;
            outcome
        }
        _ => outcome,
    }
}

fn is_about_the_request(code: Code) -> bool {
    matches!(
        code,
        Code::InvalidRequest | Code::InvalidJson | Code::UnsupportedMediaType | Code::InvalidParameter | Code::PayloadTooLarge | Code::ValidationError
    )
}

async fn handle(site: &Site, request: &HttpRequest, payload: web::Payload, route: &Route, key: Arc<KnownKey>, path_id: String) -> Result<Reply> {
    let (mut json, mut idempotency) = (Value::Null, None);
    if route.takes_body() {
        let bytes: Bytes = body::read(request, payload).await?;
        let header = request.headers().get("idempotency-key").map(HeaderValue::as_bytes);
        idempotency = route::idempotency(&site.app, header, request.method(), request.path(), request.query_string(), &bytes)?;
        json = body::parse(request, &bytes)?;
    }
    let call = Call {
        app: Arc::clone(&site.app),
        limits: Arc::clone(&site.limits),
        key,
        path_id,
        query: request.query_string().to_owned(),
        body: json,
        idempotency,
    };
    (route.handler)(call).await
}

fn respond(reply: Reply) -> HttpResponse {
    match reply {
        Reply::Read(bytes) => json(StatusCode::OK).body(bytes),
        Reply::Command(answer) => {
            let mut builder = json(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK));
            if let Some(location) = answer.location {
                builder.insert_header((LOCATION, location));
            }
            if answer.replayed {
                builder.insert_header((REPLAYED, "true"));
            }
            builder.body(answer.body)
        }
    }
}

fn json(status: StatusCode) -> HttpResponseBuilder {
    let mut builder = HttpResponseBuilder::new(status);
    builder.insert_header((CONTENT_TYPE, error::JSON)).insert_header((CACHE_CONTROL, "no-store"));
    builder
}

//! From a request to its answer: the key, the rate limit, the route, the scope, the body, the handler, in this order; and
//! around it the request's id, the log, and a net under panics.
//!
//! 401 wins over everything under /api, then 429, 404 and 405 of the path, 403, 404 of the object, 400 and 422.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::http::header::{
    ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use bytes::Bytes;
use futures_util::FutureExt;
use serde_json::Value;

use crate::app::App;
use crate::app::key::KnownKey;
use crate::config::{PublicUrl, TrustedProxies};
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
/// The type of a table of comma-separated values.
pub const CSV: &str = "text/csv; charset=utf-8";
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// What every request needs: one for the whole server.
pub struct Site {
    pub app: Arc<App>,
    pub limits: Arc<Limits>,
    pub trusted_proxies: TrustedProxies,
    /// Where pages are reached from outside, if that was said.
    pub public_url: Option<PublicUrl>,
    /// How long a request's body may take.
    pub body_time: Duration,
    /// Part of every request id, so that ids of two starts differ.
    boot: u32,
    requests: AtomicU64,
}

impl Site {
    pub fn new(app: Arc<App>, limits: Limits, trusted_proxies: TrustedProxies, public_url: Option<PublicUrl>) -> Self {
        let boot = u32::from_le_bytes(app.entropy.bytes());
        Self { app, limits: Arc::new(limits), trusted_proxies, public_url, body_time: body::READ_TIME, boot, requests: AtomicU64::new(0) }
    }

    fn request_id(&self) -> String {
        let n = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("req_{:08x}{n:08x}", self.boot)
    }

    /// Whether the browser came by TLS: a proxy says so, or the address that pages are reached by.
    pub fn is_secure(&self, request: &HttpRequest) -> bool {
        let by_proxy = request.peer_addr().is_some_and(|peer| self.trusted_proxies.contains(peer.ip().to_canonical()));
        self.public_url.as_ref().is_some_and(PublicUrl::is_secure) || by_proxy && self.is_forwarded_as_secure(request.headers())
    }

    /// Each proxy adds how it was reached, as it adds by whom: what the outermost trusted one says counts, and nothing that
    /// stands before it. A proxy that replaces the header instead leaves one value.
    fn is_forwarded_as_secure(&self, headers: &HeaderMap) -> bool {
        let trusted_hops = self.hops(headers).iter().rev().position(|hop| !self.trusted_proxies.contains(*hop)).unwrap_or(0);
        let said = headers.get_all("x-forwarded-proto").filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
        let said: Vec<&str> = said.map(str::trim).collect();
        let vouched_for = said.iter().rev().nth(trusted_hops.min(said.len().saturating_sub(1)));
        vouched_for.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
    }

    /// The addresses that proxies say the request came by, the browser's first.
    fn hops(&self, headers: &HeaderMap) -> Vec<IpAddr> {
        let forwarded = headers.get_all("x-forwarded-for").filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
        forwarded.map_while(|hop| hop.trim().parse::<IpAddr>().ok()).map(|a| a.to_canonical()).collect()
    }

    /// Where this server is reached, as scheme and host. What the browser calls us is only shown back to it.
    pub fn base_url(&self, request: &HttpRequest) -> String {
        if let Some(url) = &self.public_url {
            return url.as_str().to_owned();
        }
        let scheme = if self.is_secure(request) { "https" } else { "http" };
        let named = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let host = named.filter(|h| (1..=255).contains(&h.len()) && h.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b)));
        format!("{scheme}://{}", host.unwrap_or("127.0.0.1:8080"))
    }

    /// The address that asks: behind a trusted proxy, the last one that no trusted proxy has.
    pub fn address(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map_or(IpAddr::from([127, 0, 0, 1]), |a| a.ip().to_canonical());
        if !self.trusted_proxies.contains(peer) {
            return peer;
        }
        self.hops(request.headers()).into_iter().rev().find(|hop| !self.trusted_proxies.contains(*hop)).unwrap_or(peer)
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
    tracing::debug!(
        request_id = id,
        method = request.method().as_str(),
        path = logged_path(request.path()),
        status,
        micros = site.app.clock.elapsed().saturating_sub(begun).as_micros(),
        "request"
    );
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

/// A path as the log may have it: the set-up link is a secret.
fn logged_path(path: &str) -> &str {
    if path.starts_with(SET_UP) { SET_UP } else { path }
}

const SET_UP: &str = "/admin/setup/";

tokio::task_local! {
    /// The id of the request at work, for the log.
    static REQUEST: String;
}

/// The id of the request at work.
pub fn request_id() -> String {
    REQUEST.try_with(Clone::clone).unwrap_or_else(|_| "none".to_owned())
}

/// The answer to an error, with the id of the request at work.
pub fn failed(error: &Error) -> HttpResponse {
    error::answer(error, &request_id())
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
        let bytes: Bytes = body::read(request, payload, site.body_time).await?;
        let header = request.headers().get("idempotency-key").map(HeaderValue::as_bytes);
        idempotency = route::idempotency(&site.app, header, request.method(), request.path(), request.query_string(), &bytes)?;
        json = body::parse(request, &bytes)?;
    }
    let path_part = request.match_info().get("pmId").unwrap_or("").to_owned();
    let (app, limits, query) = (Arc::clone(&site.app), Arc::clone(&site.limits), request.query_string().to_owned());
    let call = Call { app, limits, key, path_id, path_part, query, body: json, idempotency };
    (route.handler)(call).await
}

fn respond(reply: Reply) -> HttpResponse {
    match reply {
        Reply::Read(bytes) => json(StatusCode::OK).body(bytes),
        Reply::Csv { bytes, name } => {
            let mut builder = HttpResponseBuilder::new(StatusCode::OK);
            builder.insert_header((CONTENT_TYPE, CSV)).insert_header((CACHE_CONTROL, "no-store"));
            builder.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))).body(bytes)
        }
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

#[cfg(test)]
mod tests {
    use actix_web::test;
    use serde_json::json;

    use super::*;
    use crate::app::key::{KeyCreate, key_create};
    use crate::clock::{Clock, Entropy, ManualClock};
    use crate::config::Rates;
    use crate::domain::key::{Scopes, Tier};
    use crate::domain::text::Line;
    use crate::domain::time::Timestamp;
    use crate::secret::{PasswordCost, Vault};
    use crate::store::db::{Db, Options};

    /// On a thread of its own: making a key blocks, which a worker must not.
    fn site(directory: &std::path::Path) -> (Site, String) {
        std::thread::scope(|scope| scope.spawn(|| open_site(directory)).join().expect("a site"))
    }

    fn open_site(directory: &std::path::Path) -> (Site, String) {
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::from_ms(1_769_853_600_000)));
        let entropy = Arc::new(Entropy::seeded(7));
        let vault = Arc::new(Vault::open(&directory.join("key"), true, &entropy).expect("a vault"));
        let db = Db::open(directory, Options::default(), Arc::clone(&clock), Arc::clone(&entropy), Box::new(|_| ())).expect("a database");
        let input = KeyCreate { name: Line::parse("test").expect("a name"), tier: Tier::Standard, scopes: Scopes::full(), expires_at: None };
        let secret = key_create(&db, &*clock, &entropy, input).expect("a key").secret;
        let limits = Limits::new(&Rates::default(), &clock);
        let app = App::new(db, clock, entropy, vault, PasswordCost::Minimum).expect("an app");
        (Site::new(Arc::new(app), limits, TrustedProxies::parse("10.0.0.0/8").expect("proxies"), None), secret)
    }

    async fn body_of(response: HttpResponse) -> Value {
        let bytes = actix_web::body::to_bytes(response.into_body()).await.unwrap_or_else(|_| panic!("no body"));
        serde_json::from_slice(&bytes).expect("JSON")
    }

    #[actix_web::test]
    async fn a_panic_in_a_handler_is_a_500_with_a_request_id_and_the_allowance() {
        let directory = tempfile::tempdir().expect("a directory");
        let (site, secret) = site(directory.path());
        let mut route = crate::web::api::me::routes().remove(0);
        route.handler = |_| Box::pin(async { panic!("on purpose") });
        let (request, mut payload) = test::TestRequest::get().uri("/api/v1/me").insert_header((AUTHORIZATION, format!("Bearer {secret}"))).to_http_parts();
        let payload = <web::Payload as actix_web::FromRequest>::from_request(&request, &mut payload).await.expect("a payload");
        let response = around(&site, &request, api(&site, &request, payload, &[route])).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let id = response.headers().get(REQUEST_ID).and_then(|v| v.to_str().ok()).expect("a request id").to_owned();
        assert_eq!(response.headers().get(REMAINING).and_then(|v| v.to_str().ok()), Some("59"));
        let body = body_of(response).await;
        assert_eq!(body["error"]["code"], json!("internal_error"));
        let message = body["error"]["message"].as_str().expect("a message");
        assert!(message.contains(&id) && !message.contains("on purpose"), "{message}");
    }

    #[core::prelude::v1::test]
    fn the_log_does_not_have_the_set_up_link() {
        assert_eq!(logged_path("/admin/setup/c0dc9630"), "/admin/setup/");
        assert_eq!(logged_path("/admin/customers"), "/admin/customers");
    }

    #[actix_web::test]
    async fn a_body_that_does_not_arrive_is_a_408() {
        let directory = tempfile::tempdir().expect("a directory");
        let (mut site, secret) = site(directory.path());
        site.body_time = Duration::from_millis(20);
        let mut endless: actix_web::dev::Payload = actix_web::dev::Payload::Stream { payload: Box::pin(futures_util::stream::pending()) };
        let request = test::TestRequest::post().uri("/api/v1/customers").insert_header((AUTHORIZATION, format!("Bearer {secret}"))).to_http_request();
        let payload = <web::Payload as actix_web::FromRequest>::from_request(&request, &mut endless).await.expect("a payload");
        let routes = crate::web::api::customer::routes();
        let create = routes.into_iter().find(|r| r.operation == "createCustomer").expect("a route");
        let response = around(&site, &request, api(&site, &request, payload, &[create])).await;
        assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
        assert_eq!(body_of(response).await["error"]["code"], json!("request_timeout"));
    }

    #[actix_web::test]
    async fn a_panic_outside_of_the_api_is_a_500_too() {
        let directory = tempfile::tempdir().expect("a directory");
        let (site, _) = site(directory.path());
        let request = test::TestRequest::get().to_http_request();
        let response = around(&site, &request, async { panic!("on purpose") }).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[actix_web::test]
    async fn the_address_is_the_last_that_no_trusted_proxy_has() {
        let directory = tempfile::tempdir().expect("a directory");
        let (site, _) = site(directory.path());
        let address = |peer: &str, forwarded: &str| {
            let peer = format!("{peer}:1").parse().expect("an address");
            let request = test::TestRequest::get().peer_addr(peer).insert_header(("x-forwarded-for", forwarded)).to_http_request();
            site.address(&request).to_string()
        };
        assert_eq!(address("192.0.2.1", "203.0.113.9"), "192.0.2.1");
        assert_eq!(address("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2"), "198.51.100.7");
        assert_eq!(address("10.0.0.1", "nonsense"), "10.0.0.1");
        assert!(site.app.clock.elapsed() == Duration::ZERO);
    }

    #[actix_web::test]
    async fn tls_is_what_the_outermost_trusted_proxy_says_it_is() {
        let directory = tempfile::tempdir().expect("a directory");
        let (site, _) = site(directory.path());
        let secure = |peer: &str, forwarded: &str, proto: &str| {
            let peer = format!("{peer}:1").parse().expect("an address");
            let request = test::TestRequest::get().peer_addr(peer).insert_header(("x-forwarded-for", forwarded)).insert_header(("x-forwarded-proto", proto));
            site.is_secure(&request.to_http_request())
        };
        for (forwarded, proto) in [
            ("203.0.113.9", "https"),
            ("203.0.113.9", "HTTPS"),
            ("203.0.113.9", "https,https"),
            ("203.0.113.9", "http, https"),
            ("203.0.113.9, 10.0.0.2", "https, http"),
            ("203.0.113.9, 10.0.0.2", "https"),
        ] {
            assert!(secure("10.0.0.1", forwarded, proto), "{forwarded} {proto}");
            assert!(!secure("192.0.2.1", forwarded, proto), "a stranger says {proto}");
        }
        for (forwarded, proto) in [
            ("203.0.113.9", "https, http"),
            ("203.0.113.9", "https, "),
            ("203.0.113.9", ""),
            ("203.0.113.9", "httpss"),
            ("203.0.113.9, 10.0.0.2", "https, http, https"),
        ] {
            assert!(!secure("10.0.0.1", forwarded, proto), "{forwarded} {proto}");
        }
    }
}

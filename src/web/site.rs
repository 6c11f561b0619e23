//! What is served where. Every path is registered here and nowhere else, and each goes through `serve`.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::domain::reject::{Code, Reject};
use crate::web::serve::{Site, api, around, failed, not_allowed};
use crate::web::{docs, error, html, openapi, page, route};

/// A page or a file that needs no key.
type Open = fn(&Site, &HttpRequest) -> HttpResponse;

const OPEN: [(&str, Open); 7] = [
    ("/", |_, _| docs::front_page()),
    ("/openapi.json", |_, _| openapi::answer()),
    ("/docs", |_, _| docs::to_docs()),
    ("/docs/{file:.*}", |_, request| docs::file(request.match_info().get("file").unwrap_or(""))),
    ("/healthz", |_, _| healthy()),
    ("/favicon.ico", |_, _| html::asset::to_icon()),
    ("/assets/{file}", |_, request| html::asset::file(request.match_info().get("file").unwrap_or("")).unwrap_or_else(page::nothing)),
];

pub fn configure(config: &mut web::ServiceConfig, site: &Arc<Site>) {
    let mut routes = route::table();
    while let Some(path) = routes.first().map(|r| r.path) {
        let (of_path, rest): (Vec<_>, Vec<_>) = routes.into_iter().partition(|r| r.path == path);
        routes = rest;
        let (site, of_path) = (Arc::clone(site), Arc::new(of_path));
        config.service(web::resource(path).to(move |request: HttpRequest, payload: web::Payload| {
            let (site, of_path) = (Arc::clone(&site), Arc::clone(&of_path));
            async move { around(&site, &request, api(&site, &request, payload, &of_path)).await }
        }));
    }
    pages(config, site);
    for (path, open) in OPEN {
        let site = Arc::clone(site);
        config.service(web::resource(path).to(move |request: HttpRequest| {
            let site = Arc::clone(&site);
            async move { around(&site, &request, async { (get_only(&site, &request, open), None) }).await }
        }));
    }
    let ready_site = Arc::clone(site);
    config.service(web::resource("/readyz").to(move |request: HttpRequest| {
        let site = Arc::clone(&ready_site);
        async move { around(&site, &request, async { (ready(&site, &request).await, None) }).await }
    }));
    let other_site = Arc::clone(site);
    config.default_service(web::to(move |request: HttpRequest, payload: web::Payload| {
        let site = Arc::clone(&other_site);
        async move { around(&site, &request, elsewhere(&site, &request, payload)).await }
    }));
}

/// Every page of the table. Paths without an id come first: `new` is no id.
fn pages(config: &mut web::ServiceConfig, site: &Arc<Site>) {
    let mut routes = page::table();
    routes.sort_by_key(|route| route.path.contains('{'));
    while let Some(path) = routes.first().map(|r| r.path) {
        let (of_path, rest): (Vec<_>, Vec<_>) = routes.into_iter().partition(|r| r.path == path);
        routes = rest;
        let (site, of_path) = (Arc::clone(site), Arc::new(of_path));
        config.service(web::resource(path).to(move |request: HttpRequest, payload: web::Payload| {
            let (site, of_path) = (Arc::clone(&site), Arc::clone(&of_path));
            async move { around(&site, &request, async { (page::page(&site, &request, payload, &of_path).await, None) }).await }
        }));
    }
}

fn get_only(site: &Site, request: &HttpRequest, open: Open) -> HttpResponse {
    if matches!(*request.method(), Method::GET | Method::HEAD) { open(site, request) } else { not_allowed([Method::GET, Method::HEAD].iter()) }
}

/// Whatever has no route. Under /api the key comes first.
async fn elsewhere(site: &Arc<Site>, request: &HttpRequest, payload: web::Payload) -> (HttpResponse, Option<crate::web::limit::Allowance>) {
    if request.path() == "/api" || request.path().starts_with("/api/") {
        return api(site, request, payload, &[]).await;
    }
    let is_under = |part: &str| request.path().split('/').nth(1).is_some_and(|first| first.eq_ignore_ascii_case(part));
    if is_under("admin") {
        return (page::page(site, request, payload, &[]).await, None);
    }
    if is_under("assets") {
        return (page::nothing(), None);
    }
    (error::refusal(&Reject::new(Code::NotFound, "There is nothing here. The API is under /api/v1, its documentation under /docs.")), None)
}

/// Alive: no database.
fn healthy() -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, error::JSON)).insert_header((CACHE_CONTROL, "no-store")).body(r#"{"status":"ok"}"#)
}

/// Ready: the database takes writes and there is room.
async fn ready(site: &Site, request: &HttpRequest) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return not_allowed([Method::GET, Method::HEAD].iter());
    }
    match site.app.readiness().await {
        Ok(readiness) => {
            let word = |good: bool| if good { "ok" } else { "failing" };
            let body = format!(
                r#"{{"status":"{}","checks":{{"database":"{}","disk":"{}"}},"freeBytes":{}}}"#,
                if readiness.is_ready() { "ready" } else { "not ready" },
                word(readiness.writable),
                word(readiness.has_room()),
                readiness.free_bytes
            );
            let mut builder = if readiness.is_ready() { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
            builder.insert_header((CONTENT_TYPE, error::JSON)).insert_header((CACHE_CONTROL, "no-store")).body(body)
        }
        Err(e) => failed(&e),
    }
}

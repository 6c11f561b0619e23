//! The front page, and what stands under /docs: Swagger UI in a page of ours, and the manual. All from inside the binary.

use std::sync::{Arc, OnceLock};

use actix_web::body::MessageBody;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use actix_web::{HttpResponse, HttpResponseBuilder};
use rust_embed::RustEmbed;
use utoipa_swagger_ui::Config;

use crate::domain::reject::{Code, Reject};
use crate::web::error;
use crate::web::manual::{self, Found};

#[derive(RustEmbed)]
#[folder = "assets/"]
pub(super) struct Assets;

const PAGE_POLICY: &str = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
/// Swagger UI styles its elements one by one and draws small pictures from data.
const SWAGGER_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

fn nothing() -> HttpResponse {
    error::refusal(&Reject::new(Code::NotFound, "There is nothing here. The API is under /api/v1, its documentation under /docs."))
}

fn html(mut builder: HttpResponseBuilder, policy: &'static str, page: impl MessageBody + 'static) -> HttpResponse {
    builder.insert_header((CONTENT_TYPE, "text/html; charset=utf-8")).insert_header((CONTENT_SECURITY_POLICY, policy)).body(page)
}

/// What this is, for whoever comes by.
pub fn front_page() -> HttpResponse {
    asset_page("index.html", PAGE_POLICY)
}

fn asset_page(name: &str, policy: &'static str) -> HttpResponse {
    Assets::get(name).map_or_else(nothing, |page| html(HttpResponse::Ok(), policy, page.data.into_owned()))
}

pub fn to_docs() -> HttpResponse {
    moved("/docs/")
}

fn moved(to: &'static str) -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, to)).finish()
}

/// Whatever lies under /docs/.
pub fn file(name: &str) -> HttpResponse {
    match name {
        "" | "index.html" => asset_page("docs/index.html", SWAGGER_POLICY),
        // An empty name in the middle is no name, however Swagger UI's files read it.
        _ if name.split('/').rev().skip(1).any(str::is_empty) => nothing(),
        "manual" => moved(manual::HOME),
        _ => match name.strip_prefix("manual/") {
            Some(page) => manual_page(page),
            None => own_file(name).unwrap_or_else(|| swagger_file(name)),
        },
    }
}

fn manual_page(name: &str) -> HttpResponse {
    match manual::page(name) {
        Found::Page(page) => html(HttpResponse::Ok(), PAGE_POLICY, page),
        Found::Moved(to) => moved(to),
        Found::Missing(page) => html(HttpResponse::NotFound(), PAGE_POLICY, page),
    }
}

fn own_file(name: &str) -> Option<HttpResponse> {
    let asset = Assets::get(&format!("docs/{name}"))?;
    let mut builder = HttpResponse::Ok();
    builder.insert_header((CONTENT_TYPE, asset.metadata.mimetype())).insert_header((CACHE_CONTROL, "max-age=3600"));
    Some(builder.body(asset.data.into_owned()))
}

fn swagger_file(name: &str) -> HttpResponse {
    static CONFIG: OnceLock<Arc<Config<'static>>> = OnceLock::new();
    // Swagger UI would have a server of its makers judge the document.
    let config = CONFIG.get_or_init(|| Arc::new(Config::from("/openapi.json").validator_url("none")));
    match utoipa_swagger_ui::serve(name, Arc::clone(config)) {
        Ok(Some(file)) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, file.content_type))
            .insert_header((CONTENT_SECURITY_POLICY, SWAGGER_POLICY))
            .insert_header((CACHE_CONTROL, "max-age=3600"))
            .body(file.bytes.into_owned()),
        _ => nothing(),
    }
}

//! The front page, and Swagger UI from inside the binary.

use std::sync::{Arc, OnceLock};

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use rust_embed::RustEmbed;
use utoipa_swagger_ui::Config;

use crate::domain::reject::{Code, Reject};
use crate::web::error;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

const PAGE_POLICY: &str = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
/// Swagger UI styles its elements one by one and draws small pictures from data.
const SWAGGER_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

fn nothing() -> HttpResponse {
    error::refusal(&Reject::new(Code::NotFound, "There is nothing here. The API is under /api/v1, its documentation under /docs."))
}

/// What this is, for whoever comes by.
pub fn front_page() -> HttpResponse {
    match Assets::get("index.html") {
        Some(page) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((CONTENT_SECURITY_POLICY, PAGE_POLICY))
            .body(page.data.into_owned()),
        None => nothing(),
    }
}

pub fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}

pub fn file(name: &str) -> HttpResponse {
    if let Some(asset) = Assets::get(&format!("docs/{name}")) {
        return HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, asset.metadata.mimetype()))
            .insert_header((CACHE_CONTROL, "max-age=3600"))
            .body(asset.data.into_owned());
    }
    static CONFIG: OnceLock<Arc<Config<'static>>> = OnceLock::new();
    let config = CONFIG.get_or_init(|| Arc::new(Config::from("/openapi.json")));
    match utoipa_swagger_ui::serve(name, Arc::clone(config)) {
        Ok(Some(file)) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, file.content_type))
            .insert_header((CONTENT_SECURITY_POLICY, SWAGGER_POLICY))
            .insert_header((CACHE_CONTROL, "max-age=3600"))
            .body(file.bytes.into_owned()),
        _ => nothing(),
    }
}

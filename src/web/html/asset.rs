//! The stylesheet, the script and the icon of the pages. Each has its content's hash in its name, so browsers keep it for good.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use bytes::Bytes;
use rust_embed::RustEmbed;

use crate::domain::reject::{Code, Reject};
use crate::web::error;

#[derive(RustEmbed)]
#[folder = "assets/admin/"]
struct Files;

struct Asset {
    name: String,
    /// `site.1a2b3c4d.css`.
    hashed: String,
    kind: HeaderValue,
    bytes: Bytes,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| Files::iter().filter_map(|name| read(&name)).collect());

fn read(name: &str) -> Option<Asset> {
    let file = Files::get(name)?;
    let (stem, extension) = name.rsplit_once('.')?;
    let kind = match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    };
    let hash: String = file.metadata.sha256_hash().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let hashed = format!("{stem}.{hash}.{extension}");
    Some(Asset { name: name.to_owned(), hashed, kind: HeaderValue::from_static(kind), bytes: Bytes::from(file.data.into_owned()) })
}

/// Where an asset is: `/assets/site.1a2b3c4d.css` for `site.css`.
pub fn href(name: &str) -> String {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    format!("/assets/{}", asset.map_or(name, |asset| &asset.hashed))
}

/// The answer to `/assets/{file}`. Only the name with the hash of what is there is known.
pub fn file(name: &str) -> HttpResponse {
    match ASSETS.iter().find(|asset| asset.hashed == name) {
        Some(asset) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, asset.kind.clone()))
            .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(asset.bytes.clone()),
        None => error::refusal(&Reject::new(Code::NotFound, "There is nothing here. The API is under /api/v1, its documentation under /docs.")),
    }
}

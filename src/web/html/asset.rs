//! The stylesheet, the script and the icon of the pages. Each has its content's hash in its name, so browsers keep it for good.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, LOCATION};
use bytes::Bytes;
use rust_embed::RustEmbed;

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

/// Browsers ask for `/favicon.ico` wherever a page does not name its icon.
pub fn to_icon() -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, href("icon.svg"))).finish()
}

/// The answer to `/assets/{file}`. Only the name with the hash of what is there is known.
pub fn file(name: &str) -> Option<HttpResponse> {
    let asset = ASSETS.iter().find(|asset| asset.hashed == name)?;
    let mut builder = HttpResponse::Ok();
    builder.insert_header((CONTENT_TYPE, asset.kind.clone())).insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"));
    Some(builder.body(asset.bytes.clone()))
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use super::*;

    fn header(response: &HttpResponse, name: actix_web::http::header::HeaderName) -> &str {
        response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }

    #[test]
    fn an_asset_is_found_by_the_name_that_its_content_gives_it_and_kept_for_good() {
        for (name, kind) in [("site.css", "text/css; charset=utf-8"), ("site.js", "text/javascript; charset=utf-8"), ("icon.svg", "image/svg+xml")] {
            let href = href(name);
            let hashed = href.strip_prefix("/assets/").expect("a path below /assets");
            let parts: Vec<&str> = hashed.split('.').collect();
            assert!(parts.len() == 3 && parts[1].len() == 8 && parts[1].bytes().all(|b| b.is_ascii_hexdigit()), "{hashed}");
            let response = file(hashed).expect("the asset");
            assert_eq!(response.status(), StatusCode::OK, "{hashed}");
            assert_eq!(header(&response, CONTENT_TYPE), kind);
            assert_eq!(header(&response, CACHE_CONTROL), "public, max-age=31536000, immutable");
        }
    }

    #[test]
    fn nothing_else_is_served() {
        for name in ["", "site.css", "site.00000000.css", "../index.html", "../templates/layout.html"] {
            assert!(file(name).is_none(), "{name}");
        }
    }

    /// The budget counts compressed bytes; whole ones are more, so these bounds hold it.
    #[test]
    fn the_files_keep_to_their_budget() {
        for (name, most) in [("site.css", 24_500), ("site.js", 10_000), ("icon.svg", 1_000)] {
            let size = Files::get(name).map_or(0, |f| f.data.len());
            assert!((1..=most).contains(&size), "{name} has {size} bytes");
        }
    }

    #[test]
    fn the_stylesheet_and_the_script_name_no_other_place() {
        for name in ["site.css", "site.js"] {
            let text = Files::get(name).map(|f| String::from_utf8_lossy(&f.data).into_owned()).expect("the file");
            for foreign in ["http://", "https://", "url(", "@import", "import ", "data:"] {
                assert!(!text.contains(foreign), "{name} has {foreign}");
            }
        }
    }
}

//! Style sheets, scripts and pictures of the pages, embedded. An address contains the hash of the content, so that it
//! can be cached for ever and a new release is visible at once.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Path, ServiceConfig, get};
use actix_web::{HttpResponse, ResponseError};
use rust_embed::RustEmbed;

use crate::base::Problem;
use crate::web::errors::ApiProblem;

/// Bytes of the hash in an address: enough to distinguish two releases.
const HASH_BYTES: usize = 6;

#[derive(RustEmbed)]
#[folder = "src/web/assets"]
struct Files;

/// One embedded file.
struct Asset {
    kind: &'static str,
    hash: String,
    bytes: Cow<'static, [u8]>,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    let read = |name: Cow<'static, str>| {
        let file = Files::get(&name)?;
        let mut hash = String::with_capacity(2 * HASH_BYTES);
        for byte in file.metadata.sha256_hash().iter().take(HASH_BYTES) {
            // Writing to a String cannot fail.
            let _ = write!(hash, "{byte:02x}");
        }
        Some((name.to_string(), Asset { kind: kind_of(&name), hash, bytes: file.data }))
    };
    Files::iter().filter_map(read).collect()
});

fn kind_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

/// The address of an asset. An unknown name gives an address that responds with 404: a test opens every address of
/// every page.
pub fn address(name: &str) -> String {
    let hash = ASSETS.get(name).map_or("0", |asset| &asset.hash);
    format!("/assets/{hash}/{name}")
}

/// The names of all assets.
pub fn names() -> impl Iterator<Item = &'static str> {
    ASSETS.keys().map(String::as_str)
}

/// The content of an asset that is also served at another address.
pub fn text(name: &str) -> Option<&'static [u8]> {
    ASSETS.get(name).map(|asset| asset.bytes.as_ref())
}

async fn asset(path: Path<(String, String)>) -> HttpResponse {
    let (hash, name) = path.into_inner();
    match ASSETS.get(&name).filter(|asset| asset.hash == hash) {
        Some(asset) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .insert_header((CONTENT_TYPE, asset.kind))
            .insert_header(("cross-origin-resource-policy", "same-origin"))
            .body(asset.bytes.as_ref()),
        None => ApiProblem(Problem::not_found()).error_response(),
    }
}

/// The route of all of them.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/assets/{hash}/{name}", get().to(asset));
}

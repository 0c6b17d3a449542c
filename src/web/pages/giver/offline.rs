//! What works without a network: the service worker, and the pages that it keeps on the device.
//!
//! `/sw.js` is `assets/sw.js` preceded by the data it needs: its release, what it keeps, and the public key to which it
//! encrypts. So a device gets a new worker with each new release and each new key.

use std::fmt::Write as _;
use std::sync::LazyLock;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use actix_web::web::{Data, ServiceConfig, get};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::keys::{Purpose, device_seal};
use crate::locales::Texts;
use crate::service::Service;
use crate::web::pages::frame::assets;
use crate::web::pages::frame::kiosk_screen::{Screen, framed};
use crate::web::pages::frame::page::{Frame, Keep, Page};

/// The worker's source.
const WORKER: &str = "sw.js";
/// Bytes of the hash that names a release.
const RELEASE_BYTES: usize = 8;
/// How long the kiosk shows a code whose feedback waits, and how long it says that an answer without words waits; in
/// seconds.
const CODE_SECONDS: u32 = 40;
const WITHOUT_SECONDS: u32 = 8;

/// The parameter that asks for the page in the look of the kiosk.
const AT: &str = "at";
const KIOSK: &str = "kiosk";

/// What may happen without a network to something that was sent or asked for: it is kept and sent later; the device has
/// no space to keep it; it was checked and can be sent; the page is not on the device.
const STATES: [&str; 4] = ["kept", "full", "check", "no-page"];

/// What the page of what is kept says of what becomes of it.
const OUTCOMES: [&str; 6] = [
    "offline-waiting",
    "offline-sent",
    "offline-held",
    "offline-refused",
    "offline-title-arrived",
    "offline-title-refused",
];

/// One state with its texts.
struct State {
    word: &'static str,
    title: String,
    text: String,
}

/// `templates/kept.html`: one page for every state. The worker cuts out the states that do not apply, and replaces
/// `%%CODE%%` and the like.
#[derive(Template)]
#[template(path = "kept.html")]
struct KeptPage {
    frame: Frame,
    states: Vec<State>,
}

/// `templates/kiosk_kept.html`, in the same way.
#[derive(Template)]
#[template(path = "kiosk_kept.html")]
struct KioskKeptPage {
    frame: Frame,
    screen: Screen,
    states: Vec<State>,
}

async fn kept(request: HttpRequest) -> HttpResponse {
    let page = Page::of(&request);
    let state = |word: &'static str| State {
        word,
        title: page.t.get(&format!("offline-title-{word}")),
        text: page.t.get(&format!("offline-text-{word}")),
    };
    let states: Vec<State> = STATES.into_iter().map(state).collect();
    // Only the worker shows it, and chooses the state.
    let title: String = states.iter().map(|state| format!("%%[{}%%{}%%]%%", state.word, state.title)).collect();
    if page.parameter(AT) != Some(KIOSK) {
        return page.html(StatusCode::OK, Keep::Fresh, &KeptPage { frame: page.frame(title), states });
    }
    let screen = Screen {
        home: "%%HOME%%".to_owned(),
        back_after: Some(CODE_SECONDS),
        back_without: Some(WITHOUT_SECONDS),
        languages: Vec::new(),
        unit: String::new(),
    };
    let frame = framed(&page, title);
    page.html(StatusCode::OK, Keep::Fresh, &KioskKeptPage { frame, screen, states })
}

/// What the worker keeps from the start: what its own page needs. It keeps other assets when a page has used them.
fn kept_assets() -> impl Iterator<Item = String> {
    ["kaiku.css", "kaiku.js", "mark.svg"].into_iter().map(assets::address)
}

/// A name that changes with everything that the worker keeps.
static RELEASE: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    for part in [
        include_str!("../../templates/kept.html"),
        include_str!("../../templates/kiosk_kept.html"),
        include_str!("../../templates/kept_title.html"),
        include_str!("../../templates/frame.html"),
        include_str!("../../templates/kiosk_frame.html"),
        include_str!("../../templates/signs.html"),
    ] {
        hash.update(part);
    }
    for address in assets::names().map(assets::address) {
        hash.update(address);
    }
    for texts in Texts::all() {
        hash.update(texts.language());
        for state in STATES {
            hash.update(texts.get(&format!("offline-title-{state}")));
            hash.update(texts.get(&format!("offline-text-{state}")));
        }
        OUTCOMES.into_iter().for_each(|id| hash.update(texts.get(id)));
    }
    let mut name = String::with_capacity(2 * RELEASE_BYTES);
    for byte in hash.finalize().iter().take(RELEASE_BYTES) {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
});

async fn worker(service: Data<Service>) -> HttpResponse {
    let key = service.keyring.active(Purpose::Device);
    let languages: Vec<&str> = Texts::all().map(Texts::language).collect();
    let known = json!({
        "release": RELEASE.as_str(),
        "assets": kept_assets().collect::<Vec<_>>(),
        "languages": languages,
        "script": assets::address("seal.js"),
        "seal": {"key": key.id(), "public": STANDARD.encode(device_seal::public_key(key))},
    });
    let mut source = format!("self.KAIKU = {known};\n").into_bytes();
    source.extend_from_slice(assets::text(WORKER).unwrap_or_default());
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/javascript; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((HeaderName::from_static("service-worker-allowed"), "/"))
        .body(source)
}

/// The route of the worker, at the root.
pub fn configure_worker(routes: &mut ServiceConfig) {
    routes.route("", get().to(worker));
}

/// The route of the worker's own page, at `/kept`.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("", get().to(kept));
}

//! The style guide: every token with its measured contrast, and every part of the pages in every state.
//!
//! Tokens are read from the style sheet itself, so the guide cannot differ from the pages.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::http::StatusCode;
use actix_web::web::{ServiceConfig, get};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::web::pages::frame::assets;
use crate::web::pages::frame::page::{Frame, Keep, Page};

/// The contrast of text, by WCAG 2.2 success criterion 1.4.6 (AAA).
const TEXT: f64 = 7.0;
/// The contrast of edges of controls and graphics, by success criterion 1.4.11.
const EDGE: f64 = 3.0;

/// Pairs of foreground and background with the contrast that they need.
const PAIRS: [(&str, &str, f64); 26] = [
    ("ink", "paper", TEXT),
    ("ink", "surface", TEXT),
    ("ink", "lake-soft", TEXT),
    ("ink", "berry-soft", TEXT),
    ("ink2", "paper", TEXT),
    ("ink2", "surface", TEXT),
    ("ink2", "sunken", TEXT),
    ("lake", "paper", TEXT),
    ("lake", "surface", TEXT),
    ("lake", "lake-soft", TEXT),
    ("on-lake", "lake", TEXT),
    ("on-deep", "lake-deep", TEXT),
    ("on-deep2", "lake-deep", TEXT),
    ("berry-text", "berry-soft", TEXT),
    ("moss", "moss-soft", TEXT),
    ("lingon", "lingon-soft", TEXT),
    ("lingon", "paper", TEXT),
    ("face-ink", "face", TEXT),
    ("berry", "lake-deep", EDGE),
    ("heather", "surface", EDGE),
    ("edge", "surface", EDGE),
    ("edge", "paper", EDGE),
    ("c1", "paper", EDGE),
    ("c2", "paper", EDGE),
    ("c4", "paper", EDGE),
    ("c5", "paper", EDGE),
];

/// The colours of one scheme, by the names of their tokens.
type Scheme = BTreeMap<String, String>;

/// The light and the dark scheme of the style sheet.
static SCHEMES: LazyLock<(Scheme, Scheme)> = LazyLock::new(|| {
    let css = String::from_utf8_lossy(assets::text("kaiku.css").unwrap_or_default());
    let mut blocks = css.split(":root{").skip(1).map(|rest| colours(rest.split('}').next().unwrap_or_default()));
    let light = blocks.next().unwrap_or_default();
    let mut dark = light.clone();
    dark.extend(blocks.next().unwrap_or_default());
    (light, dark)
});

/// The colours among the declarations of a block.
fn colours(block: &str) -> Scheme {
    block
        .split(';')
        .filter_map(|declaration| {
            let (name, value) = declaration.trim().strip_prefix("--")?.split_once(':')?;
            value.starts_with('#').then(|| (name.to_owned(), value.to_owned()))
        })
        .collect()
}

/// The relative luminance of a colour such as `#0a4a57` (WCAG 2.2).
fn luminance(colour: &str) -> f64 {
    let digits: Vec<f64> =
        colour.trim_start_matches('#').chars().filter_map(|digit| digit.to_digit(16)).map(f64::from).collect();
    let channel = |index: usize| {
        let value = match digits.len() {
            3 => digits[index] * 17.0,
            6 => digits[2 * index] * 16.0 + digits[2 * index + 1],
            _ => 0.0,
        } / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2)
}

/// The contrast ratio of two colours (WCAG 2.2).
fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The measured contrast of each pair in the light and in the dark scheme.
fn measured() -> impl Iterator<Item = (&'static str, &'static str, f64, f64, f64)> {
    let (light, dark) = &*SCHEMES;
    let of = |scheme: &Scheme, name: &str| scheme.get(name).cloned().unwrap_or_default();
    PAIRS.into_iter().map(move |(on, ground, needs)| {
        let ratio = |scheme| contrast(&of(scheme, on), &of(scheme, ground));
        (on, ground, needs, ratio(light), ratio(dark))
    })
}

/// `templates/style.html`.
#[derive(Template)]
#[template(path = "style.html")]
struct StylePage {
    frame: Frame,
    tokens: Vec<(String, String, String)>,
    pairs: Vec<Pair>,
    faces: [u8; 6],
}

/// A row of the table of contrasts, formatted.
struct Pair {
    on: &'static str,
    ground: &'static str,
    needs: String,
    light: String,
    dark: String,
}

async fn show(request: HttpRequest) -> HttpResponse {
    let page = Page::of(&request);
    let (light, dark) = &*SCHEMES;
    let tokens = light.iter().map(|(name, value)| {
        let dark = dark.get(name).unwrap_or(value);
        (name.clone(), value.clone(), dark.clone())
    });
    let pairs = measured().map(|(on, ground, needs, light, dark)| Pair {
        on,
        ground,
        needs: format!("{needs:.0}"),
        light: format!("{light:.1}"),
        dark: format!("{dark:.1}"),
    });
    let template = StylePage {
        frame: page.frame(page.t.get("style-title")),
        tokens: tokens.collect(),
        pairs: pairs.collect(),
        faces: [1, 2, 3, 4, 5, 0],
    };
    page.html(StatusCode::OK, Keep::Fresh, &template)
}

/// The route.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("", get().to(show));
}

#[cfg(test)]
mod tests {
    use super::{SCHEMES, contrast, measured};

    #[test]
    fn the_ratio_is_that_of_the_recommendation() {
        assert!((contrast("#000", "#fff") - 21.0).abs() < 0.001);
        assert!((contrast("#777777", "#ffffff") - 4.48).abs() < 0.01);
    }

    #[test]
    fn every_pair_has_the_contrast_that_it_needs_in_both_schemes() {
        let (light, dark) = &*SCHEMES;
        assert!(light.len() > 30 && dark["paper"] != light["paper"], "the style sheet's tokens were not found");
        let below: Vec<_> = measured().filter(|(.., needs, light, dark)| light.min(*dark) < *needs).collect();
        assert!(below.is_empty(), "{below:?}");
    }
}

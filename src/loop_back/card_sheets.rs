//! Sheets of feedback cards to print: three cards on an A4 page, each with a stub that its giver tears off and keeps. The card
//! carries the questions of the instrument and its serial, the stub the receipt code in letters and as a code to scan.
//!
//! The page is whole in itself: no script, no picture from elsewhere, one style sheet that its policy names by hash. What
//! must be seen on a bad black-and-white copy is drawn in lines and said in words; the colour is a band besides its word.

use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::card_stubs::{self, PrintedStub};
use super::qr::Qr;
use crate::base::{Channel, Kind, Language, Problem};
use crate::instrument::{Instrument, Question};
use crate::locales::{Texts, arguments};
use crate::service::Service;

/// Cards on one page to print at most: a hundred sheets.
pub const CARDS_MOST: usize = 300;
const CARDS_A_SHEET: usize = 3;
/// What is asked on a card.
const INSTRUMENT: &str = "tapaaminen-kortti";
/// Lines to write on.
const LINES: usize = 3;
/// Letters of a colour's word at most.
const COLOUR_CHARS_MAX: usize = 30;
/// The one style sheet of the page.
const STYLE: &str = include_str!("card_sheets.css");
/// The three faces of five that a card shows (worst, middle, best), and the box to tick.
const SYMBOLS: &str = include_str!("card_sheets.svg");

/// Colours with words in every language, by the word that a unit uses for them, and as they are printed.
const COLOURS: [(&str, &str, &str); 12] = [
    ("keltainen", "colour-yellow", "#f4d03f"),
    ("sininen", "colour-blue", "#2f6fb5"),
    ("punainen", "colour-red", "#c62f3d"),
    ("vihreä", "colour-green", "#3c8d4f"),
    ("oranssi", "colour-orange", "#ef8e2c"),
    ("violetti", "colour-violet", "#7d4e96"),
    ("vaaleanpunainen", "colour-pink", "#f2a7c0"),
    ("turkoosi", "colour-turquoise", "#35a9a5"),
    ("ruskea", "colour-brown", "#80563a"),
    ("harmaa", "colour-grey", "#9aa5a8"),
    ("valkoinen", "colour-white", "#ffffff"),
    ("musta", "colour-black", "#12262b"),
];

/// Which cards to print.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCardSheets {
    /// The cards' colour, as the unit calls it; without one the cards are white.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 30, example = "keltainen")]
    pub colour: Option<String>,
    /// How many cards: three fill a sheet.
    #[schema(minimum = 1, maximum = 300, example = 30)]
    pub count: usize,
    /// The language of the cards.
    #[schema(example = "fi")]
    pub language: Language,
}

/// A page to print.
pub struct CardSheets {
    /// The page.
    pub html: String,
    /// What is really written: the language asked for, or Finnish where there are no texts in it.
    pub language: &'static str,
}

/// The policy of the page: nothing but its own style sheet.
pub fn policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        format!(
            "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            base64(&Sha256::digest(STYLE))
        )
    });
    &POLICY
}

/// Makes new cards for the unit of this short name, and the page to print them from. The codes stand on it alone.
///
/// # Errors
/// [`Kind::BatchSize`], [`Kind::Invalid`] for a colour that is no word, [`Kind::UnknownUnit`], the store's.
pub async fn make(service: &Service, unit: &str, wanted: &NewCardSheets) -> Result<CardSheets, Problem> {
    if wanted.count == 0 || wanted.count > CARDS_MOST {
        let detail = format!("Print 1 to {CARDS_MOST} cards at a time.");
        return Err(Problem::at("/count", Kind::BatchSize, detail));
    }
    let texts = Texts::for_giver(wanted.language);
    let colour = wanted.colour.as_deref().map(|word| Colour::of(word, texts)).transpose()?;
    let snapshot = service.snapshot();
    let unit_name = snapshot.tree.unit_by_slug(unit).map(|unit| unit.name.clone()).unwrap_or_default();
    let instrument = service
        .catalogue
        .get(INSTRUMENT, None)
        .ok_or_else(|| Problem::internal(format!("the instrument {INSTRUMENT} is missing")))?;
    let stubs = card_stubs::make(service, unit, wanted.count).await?;
    let page = Page { texts, instrument, unit_name, colour, public_url: &service.config.server.public_url };
    Ok(CardSheets { html: page.html(&stubs)?, language: texts.language() })
}

/// The colour of the cards.
struct Colour {
    word: String,
    printed: &'static str,
}

impl Colour {
    /// A word that is not among the known colours is printed as the unit writes it, beside a white band.
    fn of(word: &str, texts: Texts) -> Result<Self, Problem> {
        let word = word.trim().to_lowercase();
        let fits = (1..=COLOUR_CHARS_MAX).contains(&word.chars().count())
            && word.chars().all(|symbol| symbol.is_lowercase() || symbol == '-');
        if !fits {
            let detail = "Write the colour as one word in lower case, 1 to 30 letters.";
            return Err(Problem::at("/colour", Kind::Invalid, detail));
        }
        Ok(match COLOURS.iter().find(|(known, ..)| *known == word) {
            Some((_, id, printed)) => Self { word: texts.get(id), printed },
            None => Self { word, printed: "#ffffff" },
        })
    }
}

/// What all cards of a page share.
struct Page<'p> {
    texts: Texts,
    instrument: &'p Instrument,
    unit_name: String,
    colour: Option<Colour>,
    public_url: &'p str,
}

impl Page<'_> {
    fn html(&self, stubs: &[PrintedStub]) -> Result<String, Problem> {
        let title = self.texts.with("sheet-title", &arguments([("unit", self.unit_name.clone().into())]));
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title><style>{STYLE}</style>\
             </head>\n<body>\n{SYMBOLS}<main>\n",
            self.texts.language(),
            escaped(&title),
        );
        for sheet in stubs.chunks(CARDS_A_SHEET) {
            html.push_str("<section class=\"sheet\">\n");
            for stub in sheet {
                html.push_str("<div class=\"row\">");
                self.card(&mut html, &stub.serial.reveal());
                self.stub(&mut html, &stub.code.reveal())?;
                html.push_str("</div>\n");
            }
            html.push_str("</section>\n");
        }
        html.push_str("</main>\n</body>\n</html>\n");
        Ok(html)
    }

    fn text(&self, id: &str) -> String {
        escaped(&self.texts.get(id))
    }

    fn card(&self, html: &mut String, serial: &str) {
        let language = self.texts.language();
        let colour = self.colour.as_ref().map_or_else(String::new, |colour| {
            let said = self.texts.with("sheet-colour", &arguments([("colour", colour.word.clone().into())]));
            escaped(&said)
        });
        // Writing to a String cannot fail.
        let _ = write!(
            html,
            "<article class=\"card\"><svg class=\"band\" viewBox=\"0 0 8 85\" aria-hidden=\"true\"><rect x=\".3\" y=\".3\" \
             width=\"7.4\" height=\"84.4\" rx=\"1.5\" fill=\"{}\" stroke=\"#12262b\" stroke-width=\".5\"/></svg>\
             <div class=\"top\"><h2>{}</h2><p><span class=\"unit\">{}</span>{colour}</p></div><p class=\"how\">{}</p>",
            self.colour.as_ref().map_or("#ffffff", |colour| colour.printed),
            escaped(self.instrument.title.say(language, Some(Channel::Card))),
            escaped(&self.unit_name),
            self.text("sheet-mark"),
        );
        for question in &self.instrument.questions {
            self.question(html, question);
        }
        let _ = write!(
            html,
            "<p class=\"foot\"><span>{}</span><span>{} <span class=\"serial\">{}</span></span></p></article>",
            self.text("sheet-box"),
            self.text("sheet-serial"),
            escaped(serial),
        );
    }

    /// A question with its faces, each with its word; an open one with lines to write on.
    fn question(&self, html: &mut String, question: &Question) {
        let language = self.texts.language();
        let asked = escaped(question.text.say(language, Some(Channel::Card)));
        let Some(scale) = self.instrument.scale_of(question) else {
            let lines = "<div class=\"line\"></div>".repeat(LINES);
            let _ = write!(html, "<p class=\"ask\">{asked}</p>{lines}");
            return;
        };
        let _ = write!(html, "<fieldset><legend>{asked}</legend><ul class=\"picks\">");
        for step in scale.as_printed() {
            let face = step.face.map_or_else(String::new, |face| {
                format!("<svg class=\"face\" viewBox=\"0 0 64 64\" aria-hidden=\"true\"><use href=\"#f{face}\"/></svg>")
            });
            let _ = write!(
                html,
                "<li><svg class=\"box\" viewBox=\"0 0 10 10\" aria-hidden=\"true\"><use href=\"#box\"/></svg>{face}{}</li>",
                escaped(step.text.say(language, Some(Channel::Card))),
            );
        }
        html.push_str("</ul></fieldset>");
    }

    fn stub(&self, html: &mut String, code: &str) -> Result<(), Problem> {
        let shown: Vec<&str> = code.split('-').collect();
        let lines: Vec<String> = shown.chunks(2).map(|groups| escaped(&groups.join("-"))).collect();
        let address = format!("{}/r", self.public_url);
        // The code stands after the #: a phone does not send it to anybody.
        let qr = Qr::of(&format!("{address}#{code}"))?;
        let shown_address = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
        let _ = write!(
            html,
            "<aside class=\"stub\"><h2>{}</h2><p>{}</p><div class=\"scan\">{}<p>{}</p></div><strong class=\"code\">{}</strong><p>{}<br>\
             <span class=\"where\">{}</span></p></aside>",
            self.text("sheet-stub-title"),
            self.text("sheet-stub-what"),
            drawn(&qr),
            self.text("sheet-stub-secret"),
            lines.join("<br>"),
            self.text("sheet-stub-how"),
            escaped(shown_address),
        );
        Ok(())
    }
}

/// A code to scan, beside the words that say the same.
fn drawn(qr: &Qr) -> String {
    let (size, path) = (qr.size, &qr.path);
    format!(
        "<svg class=\"qr\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\" aria-hidden=\"true\">\
         <rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for symbol in text.chars() {
        match symbol {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Base64 with padding (RFC 4648), for the one hash of the policy.
fn base64(bytes: &[u8]) -> String {
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().chain(&[0, 0]).take(3).fold(0u32, |group, byte| group << 8 | u32::from(*byte));
        for place in 0..4usize {
            let index = (group >> (18 - 6 * place)) as usize & 63;
            text.push(if place <= chunk.len() { char::from(SYMBOLS[index]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn names_cannot_break_the_page() {
        assert_eq!(escaped("<script>\"&'"), "&lt;script&gt;&quot;&amp;&#39;");
    }
}

//! Sheets of feedback cards for printing: three cards on an A4 page, each with a stub that the giver tears off and
//! keeps. The card has the questions of the instrument and its serial; the stub has the receipt code in letters and as
//! a QR code.
//!
//! The page is self-contained: no script, no external picture, and one style sheet that its policy names by hash. What
//! must be legible on a bad black-and-white copy is drawn in lines and written in words; the colour's band stands
//! beside its word.

use std::sync::LazyLock;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::card_stubs::{self, PrintedStub};
use super::qr::Qr;
use crate::base::{Channel, Kind, Language, Problem};
use crate::instrument::{Instrument, Question};
use crate::locales::{Texts, arguments};
use crate::service::Service;

/// The maximum number of cards on one page: a hundred sheets.
pub const CARDS_MOST: usize = 300;
const CARDS_A_SHEET: usize = 3;
/// The instrument on a card.
const INSTRUMENT: &str = "tapaaminen-kortti";
/// Letters of a colour's word at most.
const COLOUR_CHARS_MAX: usize = 30;
const STYLE: &str = include_str!("card_sheets.css");

/// The known colours: the word that a unit uses, the id of the texts, and the printed colour.
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

/// The band of a card without a colour, or with one that is not known.
const UNPRINTED: &str = "#ffffff";

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

pub struct CardSheets {
    pub html: String,
    /// The language of the page: the one asked for, or Finnish where there are no texts in it.
    pub language: &'static str,
}

/// The content security policy of the page: only its own style sheet.
pub fn policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        format!(
            "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            STANDARD.encode(Sha256::digest(STYLE))
        )
    });
    &POLICY
}

/// Makes new cards for the unit with this short name, and the page to print them from. Only the page has the codes.
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
    let address = format!("{}/r", service.config.server.public_url);
    let page = CardSheetsPage {
        texts,
        style: STYLE,
        title: texts.with("sheet-title", &arguments([("unit", unit_name.clone().into())])),
        band: colour.as_ref().map_or(UNPRINTED, |colour| colour.printed),
        colour: colour.map(|colour| texts.with("sheet-colour", &arguments([("colour", colour.word.into())]))),
        heading: instrument.title.say(texts.language(), Some(Channel::Card)),
        unit_name,
        questions: instrument.questions.iter().map(|question| Asked::of(question, instrument, texts)).collect(),
        sheets: stubs
            .chunks(CARDS_A_SHEET)
            .map(|stubs| stubs.iter().map(|stub| Card::of(stub, &address)).collect())
            .collect::<Result<_, Problem>>()?,
        shown_address: address.split_once("://").map_or(address.as_str(), |(_, rest)| rest),
    };
    Ok(CardSheets { html: page.render().map_err(Problem::internal)?, language: texts.language() })
}

struct Colour {
    word: String,
    printed: &'static str,
}

impl Colour {
    /// A word that is not a known colour is printed as the unit writes it, beside a white band.
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
            None => Self { word, printed: UNPRINTED },
        })
    }
}

/// `card_sheets.html`.
#[derive(Template)]
#[template(path = "card_sheets.html")]
struct CardSheetsPage<'p> {
    texts: Texts,
    style: &'static str,
    title: String,
    /// The colour in words, in a sentence.
    colour: Option<String>,
    /// The colour as it is printed.
    band: &'static str,
    heading: &'p str,
    unit_name: String,
    questions: Vec<Asked<'p>>,
    sheets: Vec<Vec<Card>>,
    shown_address: &'p str,
}

/// A question of the card.
struct Asked<'p> {
    text: &'p str,
    /// What to tick; an open question has none, but lines to write on.
    steps: Option<Vec<Step<'p>>>,
}

/// A step of a scale: its face, if it has one, and its word.
struct Step<'p> {
    face: Option<u8>,
    word: &'p str,
}

impl<'p> Asked<'p> {
    fn of(question: &'p Question, instrument: &'p Instrument, texts: Texts) -> Self {
        let (language, channel) = (texts.language(), Some(Channel::Card));
        let steps = instrument.scale_of(question).map(|scale| {
            let printed = scale.as_printed();
            printed.map(|step| Step { face: step.face, word: step.text.say(language, channel) }).collect()
        });
        Self { text: question.text.say(language, channel), steps }
    }
}

/// One card with its stub.
struct Card {
    serial: String,
    /// The receipt code, two groups on a line.
    code_lines: Vec<String>,
    qr: Qr,
}

impl Card {
    fn of(stub: &PrintedStub, address: &str) -> Result<Self, Problem> {
        let code = stub.code.reveal();
        let groups: Vec<&str> = code.split('-').collect();
        Ok(Self {
            serial: stub.serial.reveal(),
            code_lines: groups.chunks(2).map(|groups| groups.join("-")).collect(),
            // The code stands after the #: a phone does not send it to anybody.
            qr: Qr::of(&format!("{address}#{code}"))?,
        })
    }
}

//! What all kiosk pages share: where they return to, and how they show a problem.

use askama::Template;

use super::page::{Frame, LanguageChoice, Page};

/// The path below which all kiosks are.
pub const ROOT: &str = "/k/";

/// How long a page with a problem is shown, in seconds.
const PROBLEM_SECONDS: u32 = 30;

/// What a kiosk page has besides its frame: where it returns to, and when.
#[derive(Debug, Clone)]
pub struct Screen {
    /// The page for the next giver.
    pub home: String,
    /// After how many seconds it returns there; never while somebody may be answering.
    pub back_after: Option<u32>,
    /// The same for an answer without words, where one page serves both.
    pub back_without: Option<u32>,
    /// The languages to choose from, if any.
    pub languages: Vec<LanguageChoice>,
    /// The unit's name.
    pub unit: String,
}

/// `templates/kiosk_problem.html`.
#[derive(Template)]
#[template(path = "kiosk_problem.html")]
struct ProblemPage {
    frame: Frame,
    screen: Screen,
    text: String,
}

/// A problem on a kiosk: without links, and shown for a short time.
pub fn problem(page: &Page, title: String, text: String) -> impl Template {
    let screen = Screen {
        home: page.path().to_owned(),
        back_after: Some(PROBLEM_SECONDS),
        back_without: None,
        languages: Vec::new(),
        unit: String::new(),
    };
    ProblemPage { frame: framed(page, title), screen, text }
}

/// The frame of a kiosk's page, with its scripts.
pub fn framed(page: &Page, title: String) -> Frame {
    page.frame(title).with_script("receipt-code.js").with_script("kiosk.js")
}

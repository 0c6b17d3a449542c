//! What all pages in the look of the kiosk have: where they go back to, and how they say what went wrong.

use askama::Template;

use super::page::{Frame, LanguageChoice, Page};

/// Below which all kiosks stand.
pub const ROOT: &str = "/k/";

/// How long a page that says what went wrong stands, in seconds.
const PROBLEM_SECONDS: u32 = 30;

/// A kiosk's page, apart from the frame: where it goes back to, and when.
#[derive(Debug, Clone)]
pub struct Screen {
    /// The page that the next giver finds.
    pub home: String,
    /// After how many seconds it goes there by itself; never where somebody may be answering.
    pub back_after: Option<u32>,
    /// The same where no words were given, and the page is the one for both.
    pub back_without: Option<u32>,
    /// The languages to choose from, where one can be chosen.
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

/// A problem on a kiosk: without a way out, and not for long.
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

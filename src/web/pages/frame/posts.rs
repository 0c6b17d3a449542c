//! How pages show what staff published for a unit: a post with its two parts, the heading of its month, paging.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use uuid::Uuid;

use super::page::Page;
use crate::base::Problem;
use crate::case::decision::DecisionKind;
use crate::locales::Texts;
use crate::loop_back::postings::{self, Posting};
use crate::service::Service;

use crate::store::Day;
use crate::store::postings::{PostingKind, PostingText};

/// Posts on one page, and entries in a feed.
pub const POSTS_A_PAGE: usize = 20;
/// The address parameter for the post after which a page begins.
pub const CURSOR: &str = "after";

/// A decision as a chip: a symbol, a word, and a colour, which is never used alone.
#[derive(Debug, Clone)]
pub struct Chip {
    pub class: &'static str,
    /// The id of the symbol in `signs.html`.
    pub sign: &'static str,
    /// The side length of the symbol's box.
    pub side: u8,
    pub word: String,
}

impl Chip {
    pub fn of(kind: DecisionKind, t: Texts) -> Self {
        let (class, sign, side) = match kind {
            DecisionKind::ChangeMade => ("ok", "tick", 24),
            DecisionKind::ChangePlanned => ("soon", "clock", 24),
            DecisionKind::NoChange => ("info", "r-coming", 32),
            DecisionKind::PassedOn => ("info", "hand", 24),
            DecisionKind::Thanks => ("ok", "heart", 24),
        };
        Self { class, sign, side, word: t.get(&format!("post-decision-{}", kind.as_str())) }
    }
}

/// A post of the board, or results, in one language.
#[derive(Clone)]
pub struct Post {
    pub id: Uuid,
    pub on: Date,
    /// The day in the page's language.
    pub day: String,
    /// What was decided, if staff named it.
    pub chip: Option<Chip>,
    /// What givers said; none for results.
    pub said: Vec<String>,
    /// What was done or decided.
    pub done: Vec<String>,
    /// The language of the words if it is not the page's: its tag, and a word that names it.
    pub other_language: Option<(&'static str, String)>,
}

impl Post {
    /// A posting in the language of the texts, or else in its original language; none without words.
    pub fn of(posting: &Posting, t: Texts) -> Option<Self> {
        let words: &PostingText = posting.words_in(t.language())?;
        let language = words.language.as_str();
        let other = (language != t.language()).then(|| (language, t.get(&format!("post-language-{language}"))));
        Some(Self {
            id: posting.row.id,
            on: posting.row.posted_on.0,
            day: t.day(posting.row.posted_on.0),
            chip: posting.decision().map(|kind| Chip::of(kind, t)),
            said: paragraphs(&words.said),
            done: paragraphs(&words.done),
            other_language: other,
        })
    }

    /// The language tag of its words, for the attribute `lang`, if it is not the page's.
    pub fn lang(&self) -> Option<&'static str> {
        self.other_language.as_ref().map(|(tag, _)| *tag)
    }
}

/// The paragraphs of a text.
pub fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A page of a unit's postings.
#[derive(Debug)]
pub struct Listed {
    /// The postings, newest first.
    pub postings: Vec<Posting>,
    /// The cursor of the older ones, if there are any.
    pub older: Option<String>,
    /// Whether these are the newest ones.
    pub newest: bool,
}

/// The postings for which a page's address asks.
///
/// # Errors
/// [`crate::base::Kind::NotFound`] for an unknown unit; the store's.
pub async fn listed(service: &Service, page: &Page, slug: &str, kind: PostingKind) -> Result<Listed, Problem> {
    let after = page.parameter(CURSOR).and_then(parse);
    let rows = i64::try_from(POSTS_A_PAGE + 1).map_err(Problem::internal)?;
    let mut postings = postings::page(service, slug, kind, after, rows).await?;
    let more = postings.len() > POSTS_A_PAGE;
    postings.truncate(POSTS_A_PAGE);
    let last = postings.last().filter(|_| more);
    let older = last.map(|posting| format!("{}_{}", posting.row.posted_on.0, posting.row.id));
    Ok(Listed { postings, older, newest: after.is_none() })
}

/// The newest postings, `count` at most.
///
/// # Errors
/// As [`listed`].
pub async fn newest(service: &Service, slug: &str, kind: PostingKind, count: i64) -> Result<Vec<Posting>, Problem> {
    postings::page(service, slug, kind, None, count).await
}

/// Parses a cursor of our own pages. An invalid one gives the first page: the newest posts are likely what was wanted.
fn parse(text: &str) -> Option<(Day, Uuid)> {
    let (day, id) = text.split_once('_')?;
    Some((Day(day.parse().ok()?), id.parse().ok()?))
}

/// A month as a heading: `Marraskuu 2026`.
pub fn month_heading(t: Texts, day: Date) -> String {
    capitalised(&t.month(day))
}

/// The text with a capital first letter.
fn capitalised(text: &str) -> String {
    let mut symbols = text.chars();
    symbols.next().map_or_else(String::new, |first| first.to_uppercase().chain(symbols).collect())
}

/// Months as a heading: `Syyskuu 2026 – marraskuu 2026`, or the only one.
pub fn months_heading(t: Texts, months: RangeInclusive<Date>) -> String {
    let (first, last) = (t.month(*months.start()), t.month(*months.end()));
    if first == last { capitalised(&first) } else { capitalised(&format!("{first} – {last}")) }
}

/// The text, or its beginning up to the end of a word and `…`, with at most `most` characters.
pub fn shortened(text: &str, most: usize) -> String {
    let whole: Vec<&str> = text.split_whitespace().collect();
    let text = whole.join(" ");
    if text.chars().count() <= most {
        return text;
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    // A single word that is too long is cut within the word.
    let at_word = match text.chars().nth(cut.chars().count()) {
        Some(next) if !next.is_whitespace() => cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words),
        _ => cut.as_str(),
    };
    format!("{}…", at_word.trim_end_matches(|c: char| c.is_whitespace() || ".,;:–-".contains(c)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_shortened_at_a_word() {
        assert_eq!(shortened("Puhelin soi.", 12), "Puhelin soi.");
        assert_eq!(shortened("Puhelin  soi\npitkään.", 14), "Puhelin soi…");
        assert_eq!(shortened("Puhelin soi, pitkään", 13), "Puhelin soi…");
        assert_eq!(shortened("Asiakastyytyväisyyskysely", 8), "Asiakas…");
        assert_eq!(shortened("Puhelin soi. Pitkään", 14), "Puhelin soi…");
        assert_eq!(shortened("", 8), "");
    }

    #[test]
    fn months_are_headings() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        assert_eq!(months_heading(Texts::of("fi"), day("2026-11-02")..=day("2026-11-20")), "Marraskuu 2026");
        let two = day("2026-09-30")..=day("2026-11-20");
        assert_eq!(months_heading(Texts::of("sv"), two), "September 2026 – november 2026");
    }

    proptest! {
        #[test]
        fn no_text_is_longer_than_its_place(text in "\\PC{0,80}", most in 1_usize..60) {
            prop_assert!(shortened(&text, most).chars().count() <= most);
        }
    }
}

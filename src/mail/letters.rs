//! What mails say: texts of `locales`, and which places they lead to. A mail never repeats what a giver said or was
//! answered; to a giver it names no unit that gives away more than that feedback was given.

use jiff::civil::Date;
use uuid::Uuid;

use crate::locales::{FluentArgs, FluentValue, Texts, arguments};

/// Where staff open a case; its id follows. There are no pages for staff yet: this is the one place to change then.
const CASE_PATH: &str = "/api/v1/cases/";
/// Where staff open an agreement; its id follows.
const AGREEMENT_PATH: &str = "/api/v1/agreements/";
/// Where staff find what waits for them.
const MY_CASES_PATH: &str = "/api/v1/cases?mine=true";
/// Where a giver types the receipt code.
const RECEIPT_PATH: &str = "/r";

/// What a mail says, before it is plain text or HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The language it is written in.
    pub language: &'static str,
    /// The subject, which anybody beside the receiver may see.
    pub subject: String,
    /// What follows.
    pub paragraphs: Vec<Paragraph>,
    /// Who wrote, and that nobody reads answers.
    pub footer: String,
}

/// A part of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paragraph {
    /// Plain words.
    Text(String),
    /// A place to go to.
    Link { label: String, address: String },
    /// Several things, each with its place.
    List(Vec<Item>),
}

/// An entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub text: String,
    pub address: String,
}

/// What a notice is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeFacts {
    /// The word of its kind: its texts are `notice-{kind}-subject` and `notice-{kind}-text`.
    pub kind: String,
    /// How many cases wait; 1 for a notice about one.
    pub cases: i64,
    /// What it leads to.
    pub opens: Opens,
    /// The name of its unit.
    pub unit: Option<String>,
    /// The word of its deadline (text `notice-deadline-{word}`) and its day.
    pub deadline: Option<(String, Date)>,
}

/// What a notice leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// All that waits for the receiver.
    MyCases,
    Case(Uuid),
    Agreement(Uuid),
}

/// What waits for a giver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    Answer,
    Question,
}

impl NoticeFacts {
    fn subject(&self, texts: Texts) -> String {
        let kind = &self.kind;
        texts.with(&format!("notice-{kind}-subject"), &self.arguments(texts))
    }

    fn text(&self, texts: Texts) -> String {
        let kind = &self.kind;
        texts.with(&format!("notice-{kind}-text"), &self.arguments(texts))
    }

    /// What the texts of notices may name.
    fn arguments(&self, texts: Texts) -> FluentArgs<'static> {
        let (deadline, day) = match &self.deadline {
            Some((word, day)) => (texts.get(&format!("notice-deadline-{word}")), texts.day(*day)),
            None => (String::new(), String::new()),
        };
        arguments([
            ("count", FluentValue::from(self.cases)),
            ("unit", FluentValue::from(self.unit.clone().unwrap_or_default())),
            ("deadline", FluentValue::from(deadline)),
            ("day", FluentValue::from(day)),
        ])
    }

    fn address(&self, public_url: &str) -> String {
        match self.opens {
            Opens::MyCases => format!("{public_url}{MY_CASES_PATH}"),
            Opens::Case(id) => format!("{public_url}{CASE_PATH}{id}"),
            Opens::Agreement(id) => format!("{public_url}{AGREEMENT_PATH}{id}"),
        }
    }
}

/// The mail of one notice.
pub fn notice(texts: Texts, public_url: &str, facts: &NoticeFacts) -> Words {
    let label = match facts.opens {
        Opens::MyCases => texts.get("mail-open-cases"),
        Opens::Case(_) => texts.get("mail-open-case"),
        Opens::Agreement(_) => texts.get("mail-open-agreement"),
    };
    Words {
        language: texts.language(),
        subject: facts.subject(texts),
        paragraphs: vec![
            Paragraph::Text(facts.text(texts)),
            Paragraph::Link { label, address: facts.address(public_url) },
        ],
        footer: texts.get("mail-footer"),
    }
}

/// The mail of all notices of a day.
pub fn digest(texts: Texts, public_url: &str, day: Date, notices: &[NoticeFacts]) -> Words {
    let count = i64::try_from(notices.len()).unwrap_or(i64::MAX);
    let about = arguments([("count", FluentValue::from(count)), ("day", FluentValue::from(texts.day(day)))]);
    let items =
        notices.iter().map(|facts| Item { text: facts.text(texts), address: facts.address(public_url) }).collect();
    Words {
        language: texts.language(),
        subject: texts.with("digest-subject", &about),
        paragraphs: vec![Paragraph::Text(texts.with("digest-text", &about)), Paragraph::List(items)],
        footer: texts.get("mail-footer"),
    }
}

/// The mail that tells a giver that something waits. `unit` is left out where its name would give away what the feedback
/// was about.
pub fn to_giver(texts: Texts, public_url: &str, waiting: Waiting, unit: Option<&str>) -> Words {
    let with_unit = |id: &str, unit: &str| texts.with(id, &arguments([("unit", FluentValue::from(unit.to_owned()))]));
    let (subject, first) = match (waiting, unit) {
        (Waiting::Answer, Some(unit)) => ("giver-answer-subject", with_unit("giver-answer-unit", unit)),
        (Waiting::Answer, None) => ("giver-answer-subject", texts.get("giver-answer-text")),
        (Waiting::Question, Some(unit)) => ("giver-question-subject", with_unit("giver-question-unit", unit)),
        (Waiting::Question, None) => ("giver-question-subject", texts.get("giver-question-text")),
    };
    let label = match waiting {
        Waiting::Answer => texts.get("giver-answer-link"),
        Waiting::Question => texts.get("giver-question-link"),
    };
    Words {
        language: texts.language(),
        subject: texts.get(subject),
        paragraphs: vec![
            Paragraph::Text(first),
            Paragraph::Link { label, address: format!("{public_url}{RECEIPT_PATH}") },
            Paragraph::Text(texts.get("giver-code-needed")),
            Paragraph::Text(texts.get("giver-not-you")),
        ],
        footer: texts.get("mail-footer"),
    }
}

//! What mails say: texts of `locales`. A mail never repeats what a giver said or was answered; to a giver it names no unit
//! that gives away more than that feedback was given.
//!
//! A link opens something that a person can read. There are no pages for staff: a mail to them has no link, and names what it
//! is about by its id, which the program that they work with finds.

use std::collections::HashSet;

use jiff::civil::Date;
use uuid::Uuid;

use crate::locales::{FluentArgs, FluentValue, LANGUAGE, Texts, arguments};

/// Where a giver types the receipt code.
const RECEIPT_PATH: &str = "/r";

/// The content of a mail, before it is formatted as plain text and HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The language it is written in.
    pub language: &'static str,
    /// The subject, which others than the receiver may see.
    pub subject: String,
    /// The body.
    pub paragraphs: Vec<Paragraph>,
    /// Who sent it, and that nobody reads replies.
    pub footer: String,
}

/// A part of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paragraph {
    /// Plain words.
    Text(String),
    /// A link.
    Link { label: String, address: String },
    /// Several things, each in one or more lines.
    List(Vec<Vec<String>>),
}

/// The facts for the mail of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeFacts {
    /// The word of its kind: its texts are `notice-{kind}-subject` and `notice-{kind}-text`.
    pub kind: String,
    /// How many cases wait; 1 for a notice about one. How many messages are held.
    pub cases: i64,
    pub about: NoticeSubject,
    /// Whether its subject is also that of a digest which holds it.
    pub leads: bool,
    /// The name of its unit; none where it is about no unit, or one that is not known.
    pub unit: Option<String>,
    /// The word of its deadline (`$step` of the texts, and the text `notice-deadline-{word}`) and its day.
    pub deadline: Option<(String, Date)>,
}

/// What a notice is about, as its receiver finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeSubject {
    /// All that waits for the receiver.
    MyCases,
    Case(Uuid),
    Agreement(Uuid),
    /// What devices sent of a unit, known or not, and could not be taken in.
    HeldMessages,
}

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

    /// The arguments for the texts of notices.
    fn arguments(&self, texts: Texts) -> FluentArgs<'static> {
        let (step, task, day) = match &self.deadline {
            Some((word, day)) => (word.clone(), texts.get(&format!("notice-deadline-{word}")), texts.day(*day)),
            None => Default::default(),
        };
        arguments([
            ("count", FluentValue::from(self.cases)),
            ("step", FluentValue::from(step)),
            ("task", FluentValue::from(task)),
            ("day", FluentValue::from(day)),
        ])
    }

    /// The deadline that it says was broken before `day`: of which case, and which one.
    fn broken_before(&self, day: Date) -> Option<(NoticeSubject, &str)> {
        self.deadline.as_ref().filter(|(_, due)| *due < day).map(|(word, _)| (self.about, word.as_str()))
    }

    fn unit_line(&self, texts: Texts) -> Option<String> {
        let no_unit = || (self.about == NoticeSubject::HeldMessages).then(|| texts.get("notice-no-unit"));
        self.unit.clone().or_else(no_unit)
    }

    fn reference(&self, texts: Texts) -> Option<String> {
        let (word, id) = match self.about {
            NoticeSubject::MyCases | NoticeSubject::HeldMessages => return None,
            NoticeSubject::Case(id) => ("mail-case", id),
            NoticeSubject::Agreement(id) => ("mail-agreement", id),
        };
        Some(texts.with(word, &arguments([("id", FluentValue::from(id.to_string()))])))
    }
}

/// What notices about the same say together.
fn lines(texts: Texts, notices: &[&NoticeFacts]) -> Vec<String> {
    let first = notices.first();
    let unit = first.and_then(|facts| facts.unit_line(texts));
    let said = notices.iter().map(|facts| facts.text(texts));
    unit.into_iter().chain(said).chain(first.and_then(|facts| facts.reference(texts))).collect()
}

/// The mail of one notice.
pub fn notice(texts: Texts, facts: &NoticeFacts) -> Words {
    Words {
        language: texts.language(),
        subject: facts.subject(texts),
        paragraphs: lines(texts, &[facts]).into_iter().map(Paragraph::Text).collect(),
        footer: texts.get("mail-footer"),
    }
}

/// The mail of all notices of a day, in their order, with one entry for each case. Its subject tells how many deadlines were
/// broken; the rest of it is the one of a notice that must not be overlooked, if there is one.
pub fn digest(texts: Texts, day: Date, notices: &[NoticeFacts]) -> Words {
    let mut entries: Vec<Vec<&NoticeFacts>> = Vec::new();
    for facts in notices {
        let is_same = |entry: &&mut Vec<&NoticeFacts>| {
            matches!(facts.about, NoticeSubject::Case(_)) && entry.iter().any(|other| other.about == facts.about)
        };
        match entries.iter_mut().find(is_same) {
            Some(entry) => entry.push(facts),
            None => entries.push(vec![facts]),
        }
    }
    let broken: HashSet<_> = notices.iter().filter_map(|facts| facts.broken_before(day)).collect();
    let number = |count: usize| FluentValue::from(i64::try_from(count).unwrap_or(i64::MAX));
    let about = arguments([("count", number(entries.len())), ("day", FluentValue::from(texts.day(day)))]);
    let leading = notices.iter().find(|facts| facts.leads);
    let mut subject = leading.map_or_else(|| texts.with("digest-subject", &about), |facts| facts.subject(texts));
    if !broken.is_empty() {
        let rest = arguments([("broken", number(broken.len())), ("rest", FluentValue::from(subject))]);
        subject = texts.with("digest-subject-broken", &rest);
    }
    let list = entries.iter().map(|entry| lines(texts, entry)).collect();
    Words {
        language: texts.language(),
        subject,
        paragraphs: vec![Paragraph::Text(texts.with("digest-text", &about)), Paragraph::List(list)],
        footer: texts.get("mail-footer"),
    }
}

/// The mail to a giver that something waits. `unit` is left out if its name would reveal what the feedback was about.
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
            Paragraph::Link { label, address: format!("{public_url}{RECEIPT_PATH}?{LANGUAGE}={}", texts.language()) },
            Paragraph::Text(texts.get("giver-code-needed")),
            Paragraph::Text(texts.get("giver-not-you")),
        ],
        footer: texts.get("mail-footer"),
    }
}

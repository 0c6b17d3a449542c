//! What the giver typed, unchanged, so that nothing is lost after a fault or in another language or view.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::base::{GivenBy, ReceiptCode};
use crate::instrument::{Instrument, NumberUnit, QuestionKind};
use crate::web::pages::frame::entry::Entry;

pub const GIVEN_BY: &str = "given-by";
/// Whether an answer is wanted.
pub const REPLY_WANTED: &str = "reply-wanted";
/// The address to which it is written that an answer waits.
pub const REPLY_EMAIL: &str = "reply-email";
/// The phone number to call.
pub const REPLY_PHONE: &str = "reply-phone";
/// Whether the giver wants to join developing.
pub const VOLUNTEER_WANTED: &str = "volunteer-wanted";
pub const VOLUNTEER_NAME: &str = "volunteer-name";
/// The volunteer's address.
pub const VOLUNTEER_EMAIL: &str = "volunteer-email";
pub const VOLUNTEER_PHONE: &str = "volunteer-phone";

/// Fields that are not questions. A question's id has no dash, so they cannot be confused with one.
const OWN: [&str; 8] = [
    GIVEN_BY,
    REPLY_WANTED,
    REPLY_EMAIL,
    REPLY_PHONE,
    VOLUNTEER_WANTED,
    VOLUNTEER_NAME,
    VOLUNTEER_EMAIL,
    VOLUNTEER_PHONE,
];

/// The name of the field for the years of a duration.
pub fn years_of(question: &str) -> String {
    format!("{question}_years")
}

/// The name of the field for the months of a duration.
pub fn months_of(question: &str) -> String {
    format!("{question}_months")
}

/// How the giver fills in the form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    /// All questions on one page.
    #[default]
    All,
    /// One question at a time.
    One,
}

impl View {
    /// The view with this word; all questions for any other word.
    pub fn of(word: Option<&str>) -> Self {
        if word == Some("one") { Self::One } else { Self::All }
    }

    /// The word in addresses and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::One => "one",
        }
    }
}

/// What was typed, with the state of the form.
#[derive(Clone)]
pub struct Typed {
    /// The idempotency key: the same key gives the same feedback.
    pub key: Uuid,
    /// The receipt code that the giver's device made, if it is valid.
    pub code: Option<ReceiptCode>,
    pub view: View,
    /// Whether it is in easy language.
    pub easy: bool,
    fields: BTreeMap<String, String>,
}

impl Typed {
    /// A new, empty form.
    pub fn nothing(key: Uuid, view: View, easy: bool) -> Self {
        Self { key, code: None, view, easy, fields: BTreeMap::new() }
    }

    /// What a form of `instrument` sent; other fields are ignored. An invalid key is replaced by `otherwise`, and an
    /// invalid code is left out: only a script makes codes, so nobody has seen it.
    pub fn read(entry: &Entry, instrument: &Instrument, otherwise: Uuid) -> Self {
        let mut fields: BTreeMap<String, String> = names(instrument).map(|name| (name, String::new())).collect();
        // The last value of a name counts.
        for (name, value) in entry.fields() {
            if let Some(held) = fields.get_mut(name) {
                value.clone_into(held);
            }
        }
        fields.retain(|_, value| !value.is_empty());
        Self {
            key: entry.filled("key").and_then(|key| Uuid::parse_str(key).ok()).unwrap_or(otherwise),
            code: entry.filled("code").and_then(|code| ReceiptCode::parse(code).ok()),
            view: View::of(entry.get("view")),
            easy: entry.get("easy") == Some("1"),
            fields,
        }
    }

    /// A field as it was typed; empty if nothing was typed.
    pub fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// A field without surrounding blanks; `None` if nothing is left.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.get(name).trim()).filter(|value| !value.is_empty())
    }

    /// Removes a field, so that it is asked again.
    pub fn drop(&mut self, name: &str) {
        self.fields.remove(name);
    }

    /// Who gives it; unknown if not said.
    pub fn given_by(&self) -> GivenBy {
        GivenBy::parse(self.get(GIVEN_BY)).unwrap_or(GivenBy::Unknown)
    }

    /// All fields with a value.
    pub fn fields(&self) -> impl Iterator<Item = (&String, &String)> {
        self.fields.iter()
    }
}

/// The names of all fields of the form of an instrument.
fn names(instrument: &Instrument) -> impl Iterator<Item = String> {
    let asked = instrument.questions.iter().flat_map(|question| match question.kind {
        QuestionKind::Number { unit: Some(NumberUnit::Months), .. } => {
            vec![years_of(&question.id), months_of(&question.id)]
        }
        _ => vec![question.id.clone()],
    });
    asked.chain(OWN.into_iter().map(str::to_owned))
}

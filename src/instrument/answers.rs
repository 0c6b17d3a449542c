//! Checking a giver's answers against an instrument, and the JSON they are stored as.
//!
//! Absent, `null` and blank text are a skip. `"cannot_say"` is an answer of its own on scales and choices; on a text
//! question it is just text, and on a number a fault.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::{Instrument, NumberUnit, QuestionKind};
use crate::base::json::fault_among;
use crate::base::redacted_debug;

/// The answer "I cannot say", as it is sent and stored.
pub const CANNOT_SAY: &str = "cannot_say";

/// Most faults reported at once, so that the response to a hostile body is not longer than the body.
pub const MAX_FAULTS: usize = 100;

/// Bounds that do not come from the instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerLimits {
    /// Longest text, in characters (Unicode scalar values) after cleaning.
    pub text_chars: usize,
}

/// A coded answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coded {
    /// A step, an option or a number, within the question's bounds when it was given.
    Value(i32),
    /// The giver cannot say. Only on scales and choices.
    CannotSay,
}

/// Answers that fit their instrument. Skipped questions are not in it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Question's index and answer, in question order.
    pub coded: Vec<(usize, Coded)>,
    /// Question's index and cleaned text, in question order; never blank. Personal data is still in it.
    pub texts: Vec<(usize, String)>,
}

redacted_debug!(Checked {});

impl Checked {
    /// Whether every question was skipped.
    pub fn is_empty(&self) -> bool {
        self.coded.is_empty() && self.texts.is_empty()
    }

    /// The coded answers as they are stored: `{"q1":4,"q2":"cannot_say"}`, in question order.
    pub fn coded_json(&self, instrument: &Instrument) -> String {
        let mut json = String::with_capacity(2 + self.coded.len() * 12);
        json.push('{');
        for (index, coded) in &self.coded {
            let Some(question) = instrument.questions.get(*index) else {
                continue;
            };
            if json.len() > 1 {
                json.push(',');
            }
            // An id is plain ASCII without quotes, and writing to a String cannot fail.
            let _ = match coded {
                Coded::Value(value) => write!(json, "\"{}\":{value}", question.id),
                Coded::CannotSay => write!(json, "\"{}\":\"{CANNOT_SAY}\"", question.id),
            };
        }
        json.push('}');
        json
    }

    /// The texts as they are stored: `{"free":"…"}`, in question order; `None` when there is none.
    pub fn texts_json(&self, instrument: &Instrument) -> Option<String> {
        instrument.texts_json(self.texts.iter().map(|(index, text)| (*index, text.as_str())))
    }
}

/// One answer that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {message}")]
pub struct AnswerFault {
    /// JSON pointer (RFC 6901) from the answers object; empty for the object itself.
    pub pointer: String,
    /// What is wrong.
    pub kind: AnswerFaultKind,
    /// A sentence that tells what to do. It never repeats what was answered.
    pub message: String,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFaultKind {
    /// The answers are no JSON object.
    NotAnObject,
    /// The instrument has no such question.
    UnknownQuestion,
    /// No step or option of the scale.
    OffScale {
        /// The first step.
        min: i32,
        /// The last step.
        max: i32,
    },
    /// Neither a whole number nor, on a scale or choice, `"cannot_say"`.
    NotInteger,
    /// A number outside its bounds.
    NumberOutOfBounds {
        /// The least number taken.
        min: i32,
        /// The greatest number taken.
        max: i32,
    },
    /// A text question was answered with something else.
    NotText,
    TextTooLong {
        /// The most characters taken.
        max: usize,
    },
}

/// What else can be wrong with stored answers than their JSON.
const ANSWERED_TWICE: &str = "a question is answered twice";
const NO_SUCH_QUESTION: &str = "the instrument has no such question";
const NO_SUCH_NUMBER: &str = "a number that the question does not take";
const NO_SUCH_WORD: &str = "a word that the question does not take";
const NO_TEXT_HERE: &str = "text on a question that takes none";
const OWN_FAULTS: [&str; 5] = [ANSWERED_TWICE, NO_SUCH_QUESTION, NO_SUCH_NUMBER, NO_SUCH_WORD, NO_TEXT_HERE];

/// Stored answers that cannot be read with their instrument: another version's, or a damaged row.
#[derive(Debug, thiserror::Error)]
#[error("stored answers do not fit instrument {instrument} version {version}: {}", fault_among(source, &OWN_FAULTS))]
pub struct StoredAnswersFault {
    /// The instrument's id.
    pub instrument: String,
    /// The instrument's version.
    pub version: u32,
    /// Where the parser stopped.
    pub source: serde_json::Error,
}

impl Instrument {
    /// Checks the `answers` object of a submission. `current_year` is the year of receipt: no year may be later.
    ///
    /// Texts are cleaned: line ends become `\n`, and control characters other than newline and tab are left out, since
    /// they carry no meaning, PostgreSQL cannot hold NUL, and one inside an identity code would hide it from redaction.
    ///
    /// # Errors
    /// All faults: those of the questions in question order, then unknown questions, at most [`MAX_FAULTS`].
    pub fn check(&self, answers: &Value, limits: AnswerLimits, current_year: i16) -> Result<Checked, Vec<AnswerFault>> {
        match answers {
            Value::Object(answers) => self.check_map(answers, limits, current_year),
            _ => Err(vec![AnswerFault {
                pointer: String::new(),
                kind: AnswerFaultKind::NotAnObject,
                message: "Send the answers as an object with a key for each answered question.".to_owned(),
            }]),
        }
    }

    /// As [`Instrument::check`], for answers that are known to be an object.
    ///
    /// # Errors
    /// As [`Instrument::check`].
    pub fn check_map(
        &self,
        answers: &Map<String, Value>,
        limits: AnswerLimits,
        current_year: i16,
    ) -> Result<Checked, Vec<AnswerFault>> {
        let mut checked =
            Checked { coded: Vec::with_capacity(answers.len().min(self.questions.len())), texts: Vec::new() };
        let mut faults = Vec::new();
        let mut known = 0;
        for (index, question) in self.questions.iter().enumerate() {
            let Some(answer) = answers.get(&question.id) else {
                continue;
            };
            known += 1;
            if answer.is_null() {
                continue;
            }
            let outcome = match &question.kind {
                QuestionKind::Scale { min, max, .. } | QuestionKind::Choice { min, max, .. } => {
                    check_step(answer, *min, *max).map(|coded| checked.coded.push((index, coded)))
                }
                QuestionKind::Number { unit, min, max } => {
                    let max = match unit {
                        Some(NumberUnit::Year) => (*max).min(i32::from(current_year)),
                        _ => *max,
                    };
                    check_number(answer, *min, max).map(|value| checked.coded.push((index, Coded::Value(value))))
                }
                QuestionKind::Text => check_text(answer, limits).map(|text| {
                    checked.texts.extend(text.map(|text| (index, text)));
                }),
            };
            if let Err((kind, message)) = outcome {
                faults.push(AnswerFault { pointer: pointer_to(&question.id), kind, message });
            }
        }
        if known < answers.len() {
            let unknown = answers.keys().filter(|id| self.question(id).is_none());
            faults.extend(unknown.take(MAX_FAULTS).map(|id| AnswerFault {
                pointer: pointer_to(id),
                kind: AnswerFaultKind::UnknownQuestion,
                message: format!("Leave this out: {} version {} has no such question.", self.id, self.version),
            }));
        }
        if faults.is_empty() {
            return Ok(checked);
        }
        faults.truncate(MAX_FAULTS);
        Err(faults)
    }

    /// Texts as they are stored: `{"free":"…"}`, in the order given; `None` when there is none.
    pub fn texts_json<'a>(&self, texts: impl IntoIterator<Item = (usize, &'a str)>) -> Option<String> {
        let mut json = String::new();
        for (index, text) in texts {
            let Some(question) = self.questions.get(index) else {
                continue;
            };
            json.push(if json.is_empty() { '{' } else { ',' });
            // Writing to a String cannot fail.
            let _ = write!(json, "\"{}\":{}", question.id, JsonString(text));
        }
        if json.is_empty() {
            return None;
        }
        json.push('}');
        Some(json)
    }

    /// Reads coded answers back from [`Checked::coded_json`], into question order.
    ///
    /// A step is held to its scale, since counters have a place for each step only. A number is not held to its
    /// bounds: retention may have rounded a birth year down to a decade that starts below them.
    ///
    /// # Errors
    /// No JSON object, an unknown or repeated question, a step off its scale, `cannot_say` on a number, or an answer to
    /// a text question.
    pub fn coded_from_json(&self, json: &str) -> Result<Vec<(usize, Coded)>, StoredAnswersFault> {
        self.read_stored(json, CodedMap(self))
    }

    /// Reads texts back from [`Checked::texts_json`], into question order.
    ///
    /// # Errors
    /// No JSON object, an unknown or repeated question, or one that is no text question.
    pub fn texts_from_json(&self, json: &str) -> Result<Vec<(usize, String)>, StoredAnswersFault> {
        self.read_stored(json, TextMap(self))
    }

    fn read_stored<'de, S, T>(&self, json: &'de str, seed: S) -> Result<Vec<(usize, T)>, StoredAnswersFault>
    where
        S: DeserializeSeed<'de, Value = Vec<(usize, T)>>,
    {
        let mut reader = serde_json::Deserializer::from_str(json);
        seed.deserialize(&mut reader)
            .and_then(|answers| in_question_order(answers))
            .and_then(|answers| reader.end().map(|()| answers))
            .map_err(|source| StoredAnswersFault { instrument: self.id.clone(), version: self.version, source })
    }
}

fn in_question_order<T>(mut answers: Vec<(usize, T)>) -> Result<Vec<(usize, T)>, serde_json::Error> {
    if !answers.is_sorted_by_key(|(index, _)| *index) {
        answers.sort_by_key(|(index, _)| *index);
    }
    let repeated = answers.array_windows().any(|[one, next]| one.0 == next.0);
    if repeated {
        return Err(serde_json::Error::custom(ANSWERED_TWICE));
    }
    Ok(answers)
}

type Refusal = (AnswerFaultKind, String);

fn check_step(answer: &Value, min: i32, max: i32) -> Result<Coded, Refusal> {
    if answer.as_str() == Some(CANNOT_SAY) {
        return Ok(Coded::CannotSay);
    }
    let advice = || format!("Give a whole number from {min} to {max}, or \"{CANNOT_SAY}\", or leave the question out.");
    match whole_number(answer) {
        None => Err((AnswerFaultKind::NotInteger, advice())),
        Some(value) => {
            within(value, min, max).map(Coded::Value).ok_or_else(|| (AnswerFaultKind::OffScale { min, max }, advice()))
        }
    }
}

fn check_number(answer: &Value, min: i32, max: i32) -> Result<i32, Refusal> {
    let advice = || format!("Give a whole number from {min} to {max}, or leave the question out.");
    match whole_number(answer) {
        None => Err((AnswerFaultKind::NotInteger, advice())),
        Some(value) => {
            within(value, min, max).ok_or_else(|| (AnswerFaultKind::NumberOutOfBounds { min, max }, advice()))
        }
    }
}

fn check_text(answer: &Value, limits: AnswerLimits) -> Result<Option<String>, Refusal> {
    let Some(text) = answer.as_str() else {
        return Err((AnswerFaultKind::NotText, "Give the answer as text, or leave the question out.".to_owned()));
    };
    let text = clean(text);
    if is_blank(&text) {
        return Ok(None);
    }
    let max = limits.text_chars;
    // A text never has more characters than bytes, so most texts need no counting.
    if text.len() > max {
        let chars = text.chars().count();
        if chars > max {
            return Err((
                AnswerFaultKind::TextTooLong { max },
                format!("Shorten the text to at most {max} characters; it has {chars}."),
            ));
        }
    }
    Ok(Some(text.into_owned()))
}

/// A whole number of any size; one that is too large saturates, and no scale or bound accepts that.
fn whole_number(answer: &Value) -> Option<i64> {
    let Value::Number(number) = answer else {
        return None;
    };
    number.as_i64().or_else(|| number.as_u64().map(|_| i64::MAX))
}

fn within(value: i64, min: i32, max: i32) -> Option<i32> {
    i32::try_from(value).ok().filter(|value| (min..=max).contains(value))
}

/// Line ends of every kind as `\n`, and no other control characters but tab.
fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                cleaned.push('\n');
            }
            // Vertical tab, form feed and next line separate words too.
            '\u{b}' | '\u{c}' | '\u{85}' => cleaned.push('\n'),
            '\n' | '\t' => cleaned.push(c),
            c if c.is_control() => {}
            c => cleaned.push(c),
        }
    }
    Cow::Owned(cleaned)
}

/// Whether nothing in it is visible: a text of invisible marks would open a case about nothing.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'))
}

/// RFC 6901: `~` and `/` in a key are escaped.
fn pointer_to(key: &str) -> String {
    let mut pointer = String::with_capacity(key.len() + 1);
    pointer.push('/');
    for c in key.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
    pointer
}

/// Shows a text as a JSON string without copying it first.
struct JsonString<'a>(&'a str);

impl fmt::Display for JsonString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        let mut rest = self.0;
        while let Some(at) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') {
            let (plain, tail) = rest.split_at(at);
            f.write_str(plain)?;
            let mut chars = tail.chars();
            match chars.next() {
                Some('"') => f.write_str("\\\"")?,
                Some('\\') => f.write_str("\\\\")?,
                Some('\n') => f.write_str("\\n")?,
                Some('\t') => f.write_str("\\t")?,
                Some(control) => write!(f, "\\u{:04x}", u32::from(control))?,
                None => {}
            }
            rest = chars.as_str();
        }
        f.write_str(rest)?;
        f.write_char('"')
    }
}

/// A key of a stored object: the question it names.
struct QuestionKey<'i>(&'i Instrument);

impl<'de> DeserializeSeed<'de> for QuestionKey<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<usize, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for QuestionKey<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a question's id")
    }

    fn visit_str<E: serde::de::Error>(self, id: &str) -> Result<usize, E> {
        self.0.question(id).map(|(index, _)| index).ok_or_else(|| E::custom(NO_SUCH_QUESTION))
    }
}

/// A coded answer to one question.
struct CodedAnswer<'i>(&'i QuestionKind);

impl<'de> DeserializeSeed<'de> for CodedAnswer<'_> {
    type Value = Coded;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Coded, D::Error> {
        reader.deserialize_any(self)
    }
}

impl Visitor<'_> for CodedAnswer<'_> {
    type Value = Coded;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number on the question's scale, or \"cannot_say\"")
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Coded, E> {
        let value = match self.0 {
            QuestionKind::Scale { min, max, .. } | QuestionKind::Choice { min, max, .. } => within(value, *min, *max),
            QuestionKind::Number { .. } => i32::try_from(value).ok(),
            QuestionKind::Text => None,
        };
        value.map(Coded::Value).ok_or_else(|| E::custom(NO_SUCH_NUMBER))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Coded, E> {
        self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX))
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Coded, E> {
        if word == CANNOT_SAY && self.0.has_scale() {
            return Ok(Coded::CannotSay);
        }
        Err(E::custom(NO_SUCH_WORD))
    }
}

struct CodedMap<'i>(&'i Instrument);

impl<'de> DeserializeSeed<'de> for CodedMap<'_> {
    type Value = Vec<(usize, Coded)>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for CodedMap<'_> {
    type Value = Vec<(usize, Coded)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of coded answers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut answers = Vec::with_capacity(self.0.questions.len());
        while let Some(index) = map.next_key_seed(QuestionKey(self.0))? {
            let kind = self.0.questions.get(index).map_or(&QuestionKind::Text, |question| &question.kind);
            answers.push((index, map.next_value_seed(CodedAnswer(kind))?));
        }
        Ok(answers)
    }
}

struct TextMap<'i>(&'i Instrument);

impl<'de> DeserializeSeed<'de> for TextMap<'_> {
    type Value = Vec<(usize, String)>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for TextMap<'_> {
    type Value = Vec<(usize, String)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(index) = map.next_key_seed(QuestionKey(self.0))? {
            let is_text = self.0.questions.get(index).is_some_and(|question| question.kind == QuestionKind::Text);
            if !is_text {
                return Err(A::Error::custom(NO_TEXT_HERE));
            }
            texts.push((index, map.next_value()?));
        }
        Ok(texts)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::instrument::model_forms::model;

    const LIMITS: AnswerLimits = AnswerLimits { text_chars: 20 };
    const YEAR: i16 = 2026;

    fn survey() -> Instrument {
        model("asiakastyytyvaisyys")
    }

    fn faults(answers: Value) -> Vec<(String, AnswerFaultKind)> {
        survey()
            .check(&answers, LIMITS, YEAR)
            .unwrap_err()
            .into_iter()
            .map(|fault| (fault.pointer, fault.kind))
            .collect()
    }

    fn fault(answers: Value) -> (String, AnswerFaultKind) {
        let mut faults = faults(answers);
        assert_eq!(faults.len(), 1);
        faults.remove(0)
    }

    #[test]
    fn answers_come_out_in_question_order() {
        let survey = survey();
        let checked = survey
            .check(
                &json!({"q10": 5, "free": "Kiitos", "q2": 1, "gender": 2, "birth_year": 1973, "client_months": 14}),
                LIMITS,
                YEAR,
            )
            .unwrap();
        assert_eq!(checked.coded_json(&survey), r#"{"gender":2,"birth_year":1973,"client_months":14,"q2":1,"q10":5}"#);
        assert_eq!(checked.texts_json(&survey).as_deref(), Some(r#"{"free":"Kiitos"}"#));
    }

    #[test]
    fn a_skip_is_not_cannot_say() {
        let survey = survey();
        let checked = survey
            .check(
                &json!({"q1": null, "q2": "cannot_say", "gender": "cannot_say", "birth_year": null, "free": " \n\u{200b}"}),
                LIMITS,
                YEAR,
            )
            .unwrap();
        assert_eq!(checked.coded_json(&survey), r#"{"gender":"cannot_say","q2":"cannot_say"}"#);
        assert_eq!(checked.texts_json(&survey), None);
        let nothing = survey.check(&json!({}), LIMITS, YEAR).unwrap();
        assert!(nothing.is_empty());
        assert_eq!(nothing.coded_json(&survey), "{}");
        let word = survey.check(&json!({"free": "cannot_say"}), LIMITS, YEAR).unwrap();
        assert_eq!(word.texts[0].1, "cannot_say");
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_pointer() {
        use AnswerFaultKind::*;
        for bad in [json!(null), json!([]), json!("q1"), json!(4)] {
            assert_eq!(fault(bad), (String::new(), NotAnObject));
        }
        assert_eq!(fault(json!({"q13": 4})), ("/q13".into(), UnknownQuestion));
        assert_eq!(fault(json!({"a/b~c": null})), ("/a~1b~0c".into(), UnknownQuestion));
        let scale = OffScale { min: 1, max: 5 };
        for bad in [json!(0), json!(6), json!(-1), json!(u64::MAX), json!(i64::MIN)] {
            assert_eq!(fault(json!({"q1": bad})), ("/q1".into(), scale));
        }
        assert_eq!(fault(json!({"gender": 3})), ("/gender".into(), OffScale { min: 1, max: 2 }));
        for bad in [json!(1.5), json!("4"), json!(""), json!(true), json!([4]), json!({})] {
            assert_eq!(fault(json!({"q1": bad})), ("/q1".into(), NotInteger));
        }
        let year = NumberOutOfBounds { min: 1900, max: 2026 };
        assert_eq!(fault(json!({"birth_year": 1899})), ("/birth_year".into(), year));
        assert_eq!(fault(json!({"birth_year": 2027})), ("/birth_year".into(), year));
        assert_eq!(fault(json!({"birth_year": "cannot_say"})), ("/birth_year".into(), NotInteger));
        assert_eq!(
            fault(json!({"client_months": 1201})),
            ("/client_months".into(), NumberOutOfBounds { min: 0, max: 1200 })
        );
        for bad in [json!(4), json!(false), json!(["a"])] {
            assert_eq!(fault(json!({"free": bad})), ("/free".into(), NotText));
        }
        assert_eq!(fault(json!({"free": "ä".repeat(21)})), ("/free".into(), TextTooLong { max: 20 }));
        assert!(survey().check(&json!({"free": "ä".repeat(20)}), LIMITS, YEAR).is_ok());
        assert!(survey().check(&json!({"birth_year": 2026}), LIMITS, YEAR).is_ok());
    }

    #[test]
    fn all_faults_are_told_at_once_and_none_repeats_an_answer() {
        let told = survey()
            .check(&json!({"q9": 7, "q13": "131052-308T", "q2": "131052-308T", "free": 131052}), LIMITS, YEAR)
            .unwrap_err();
        let pointers: Vec<_> = told.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/q2", "/q9", "/free", "/q13"]);
        assert!(told.iter().all(|fault| !fault.message.contains("131052")));
        assert_eq!(told[0].message, "Give a whole number from 1 to 5, or \"cannot_say\", or leave the question out.");
        let hostile: Map<_, _> = (0..1000).map(|n| (format!("x{n}"), json!(1))).collect();
        assert_eq!(faults(Value::Object(hostile)).len(), MAX_FAULTS);
    }

    #[test]
    fn texts_are_cleaned_of_what_cannot_be_stored_or_hides_something() {
        let oral = model("tapaaminen-suullinen");
        let limits = AnswerLimits { text_chars: 100 };
        let text = |raw: &str| {
            let checked = oral.check(&json!({"q1": raw}), limits, YEAR).unwrap();
            let json = checked.texts_json(&oral);
            if let Some(json) = json {
                assert_eq!(oral.texts_from_json(&json).unwrap(), checked.texts);
            }
            checked.texts.into_iter().next().map(|(_, text)| text)
        };
        assert_eq!(text("a\r\nb\rc\nd\te").as_deref(), Some("a\nb\nc\nd\te"));
        assert_eq!(text("a\u{0}b\u{7f}c\u{1b}d\u{85}e").as_deref(), Some("abcd\ne"));
        assert_eq!(text("\u{0}"), None);
        assert_eq!(text("\"lainaus\" \\ 😀").as_deref(), Some("\"lainaus\" \\ 😀"));
    }

    #[test]
    fn stored_answers_of_another_version_are_refused() {
        let survey = survey();
        assert_eq!(survey.coded_from_json(r#"{"q2":"cannot_say","q1":4}"#).unwrap().len(), 2);
        // Retention rounds a birth year down to its decade, which may start below the question's bounds.
        assert!(survey.coded_from_json(r#"{"birth_year":1890}"#).is_ok());
        for bad in [
            "",
            "[]",
            "null",
            "{} {}",
            r#"{"q13":1}"#,
            r#"{"q1":6}"#,
            r#"{"q1":1,"q1":2}"#,
            r#"{"q1":null}"#,
            r#"{"q1":"4"}"#,
            r#"{"birth_year":"cannot_say"}"#,
            r#"{"free":1}"#,
            r#"{"birth_year":3000000000}"#,
        ] {
            assert!(survey.coded_from_json(bad).is_err(), "{bad}");
        }
        for bad in ["", r#"{"q1":"a"}"#, r#"{"free":1}"#, r#"{"free":"a","free":"b"}"#] {
            assert!(survey.texts_from_json(bad).is_err(), "{bad}");
        }
        let told = survey.coded_from_json(r#"{"q13":1}"#).unwrap_err().to_string();
        let wanted =
            "stored answers do not fit instrument asiakastyytyvaisyys version 1: the instrument has no such question";
        assert!(told.starts_with(wanted), "{told}");
    }

    fn any_answer() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            Just(json!("cannot_say")),
            any::<bool>().prop_map(Value::from),
            (-2_i64..8).prop_map(Value::from),
            (1890_i64..2110).prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..4)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    fn any_answers() -> impl Strategy<Value = Value> {
        let ids: Vec<_> = survey().questions.into_iter().map(|question| question.id).collect();
        let key = prop_oneof![
            8 => prop::sample::select(ids),
            1 => any::<String>(),
        ];
        prop_oneof![
            1 => any_answer(),
            9 => prop::collection::vec((key, any_answer()), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    }

    proptest! {
        #[test]
        fn any_json_is_refused_with_pointers_that_lead_to_it_or_comes_back_from_the_store(answers in any_answers()) {
            let survey = survey();
            match survey.check(&answers, LIMITS, YEAR) {
                Err(faults) => {
                    prop_assert!(!faults.is_empty());
                    for fault in faults {
                        prop_assert!(answers.pointer(&fault.pointer).is_some(), "{}", fault.pointer);
                    }
                }
                Ok(checked) => {
                    let coded = checked.coded_json(&survey);
                    prop_assert_eq!(&survey.coded_from_json(&coded).unwrap(), &checked.coded);
                    let texts = checked
                        .texts_json(&survey)
                        .map_or_else(Vec::new, |json| survey.texts_from_json(&json).unwrap());
                    prop_assert_eq!(&texts, &checked.texts);
                    // The stored answers pass the check again with the same result.
                    let mut again: Map<String, Value> = serde_json::from_str(&coded).unwrap();
                    for (index, text) in &checked.texts {
                        again.insert(survey.questions[*index].id.clone(), json!(text));
                    }
                    prop_assert_eq!(survey.check_map(&again, LIMITS, YEAR).unwrap(), checked);
                }
            }
        }

        #[test]
        fn any_text_is_written_as_json_would(text in any::<String>()) {
            let written = JsonString(&text).to_string();
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}

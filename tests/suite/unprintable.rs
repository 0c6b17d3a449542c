//! Nothing that formats a value with `{:?}`, such as a log line or a panic message, shows what a giver said or who it
//! is.

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use kaiku::base::receipt::{CardSerial, RECEIPT_ENTROPY_BYTES, SERIAL_ENTROPY_BYTES};
use kaiku::base::{Instant, Language, ReceiptCode};
use kaiku::case::words::{SwotField, TextKind};
use kaiku::instrument::answers::Checked;
use kaiku::intake::Taken;
use kaiku::intake::forms::{NewBatch, NewFeedback, NewGroupInterview};
use kaiku::loop_back::card_stubs::PrintedStub;
use kaiku::mail::Outgoing;
use kaiku::mail::letters::Words;
use kaiku::service::idempotency::RequestKey;
use kaiku::store::case_log::TextRow;
use kaiku::store::contacts::SealedRow;
use kaiku::store::group_interviews::{ActionRow, PointRow};
use kaiku::store::idempotency::AnswerRow;
use kaiku::store::postings::PostingText;
use kaiku::text::redaction::Redacted;
use serde_json::json;
use uuid::Uuid;

use crate::layers;

/// Part of every private text in the values below.
const MARKER: &str = "salaisuus";

fn hides(value: &impl Debug) {
    for shown in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!shown.contains(MARKER), "{shown}");
    }
}

fn marked() -> String {
    MARKER.to_owned()
}

#[test]
fn forms_show_no_words_codes_or_contacts() {
    let form = json!({
        "unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "web", "language": "fi",
        "answers": {"q1": 3, "q3": MARKER},
        "reply": {"wanted": true, "email": MARKER, "phone": MARKER, "name": MARKER},
        "volunteer": {"name": MARKER, "email": MARKER, "phone": MARKER},
        "receipt": MARKER, "serial": MARKER, "reminder": {"text": MARKER}, "colour": MARKER,
    });
    let parsed: NewFeedback = serde_json::from_value(form.clone()).expect("a form");
    hides(&parsed);
    hides(&parsed.reply);
    hides(&parsed.volunteer);
    hides(&parsed.reminder);
    hides(&serde_json::from_value::<NewBatch>(json!({"items": [form]})).expect("a box"));
    let interview = json!({
        "unit": "koivu", "language": "fi", "held_on": "2026-11-16", "goal": MARKER,
        "arrangements": {"place": MARKER, "recording": "notes"},
        "group": {"participants": 7, "interviewers": 2, "name": MARKER}, "themes": [MARKER],
        "summary": {"strengths": [MARKER], "weaknesses": [MARKER], "opportunities": [MARKER], "threats": [MARKER]},
        "feedback_discussion": {"together": true, "notes": MARKER},
        "actions": [{"what": MARKER, "who": MARKER, "when": MARKER}],
    });
    let interview: NewGroupInterview = serde_json::from_value(interview).expect("an interview");
    hides(&interview);
    hides(&interview.arrangements);
    hides(&interview.group);
    hides(&interview.summary);
    hides(&interview.feedback_discussion);
    hides(&interview.actions);
}

#[test]
fn codes_and_serials_show_nothing_of_themselves() {
    let code = ReceiptCode::from_entropy(&[7; RECEIPT_ENTROPY_BYTES]);
    let serial = CardSerial::from_entropy(&[7; SERIAL_ENTROPY_BYTES]);
    let taken = Taken { id: Uuid::nil(), receipt: Some(code.clone()), promise: None, complaint: false };
    let stub = PrintedStub { serial: serial.clone(), code: code.clone() };
    let shown = format!("{:?} {:?} {:?}", (&code, &serial), Some(&taken), [&stub]);
    let secrets = [code.reveal(), serial.reveal()];
    for secret in secrets.iter().flat_map(|secret| [secret.clone(), secret.replace('-', "")]) {
        assert!(!shown.contains(&secret), "{shown}");
    }
}

#[test]
fn rows_show_no_words_and_no_secrets() {
    hides(&TextRow { n: 1, kind: TextKind::Answer, language: Language::Fi, text: marked() });
    hides(&PointRow { id: Uuid::nil(), feedback_id: Uuid::nil(), n: 0, field: SwotField::Strength, text: marked() });
    hides(&ActionRow { n: 0, what: marked(), who: marked(), due: marked() });
    hides(&AnswerRow { body_mac: Vec::new(), response: marked() });
    hides(&PostingText { posting_id: Uuid::nil(), n: 0, language: Language::Fi, said: marked(), done: marked() });
    let sealed = format!("{:?}", SealedRow { key_id: "contact-1".to_owned(), sealed: vec![201, 202, 203] });
    assert!(!sealed.contains("201"), "{sealed}");
}

#[test]
fn what_is_made_of_a_text_shows_nothing_of_it() {
    hides(&Redacted::from_text(MARKER, "fi"));
    hides(&Checked { coded: Vec::new(), texts: vec![(2, marked())] });
    hides(&RequestKey { principal: Uuid::nil(), endpoint: "POST /api/v1/feedback".to_owned(), key: marked() });
    let words = Words { language: "fi", subject: marked(), paragraphs: Vec::new(), footer: marked() };
    let to = format!("{MARKER}@example.fi").parse().expect("an address");
    let written_at = Instant::from_micros(0).expect("an instant");
    hides(&Outgoing { id: Uuid::nil(), to, words, written_at });
}

/// Names of fields that hold texts, codes, secrets or contact details.
const PRIVATE_FIELDS: &[&str] = &[
    "answers",
    "body",
    "code",
    "coded",
    "done",
    "email",
    "fields",
    "goal",
    "html",
    "lines",
    "memo",
    "message",
    "notes",
    "phone",
    "question",
    "receipt",
    "reminder",
    "response",
    "said",
    "sealed",
    "secret",
    "serial",
    "serial_hash",
    "text",
    "texts",
    "themes",
    "words",
];

/// Types with a field of such a name that holds something else.
const NOT_PRIVATE: &[(&str, &str)] = &[
    ("AnswerCondition", "question"),
    ("AnswerFault", "message"),
    ("Conditions", "words"),
    ("FaultDocument", "code"),
    ("FieldFault", "text"),
    ("Item", "text"),
    // Of data files, none of them given by anybody.
    ("Phrase", "text"),
    ("Sample", "text"),
    ("RuleText", "code"),
    ("RuleRow", "code"),
    ("Sealed", "sealed"),
    ("UnknownWord", "words"),
];

/// Types of fields that can be read, such as `Option<String>`; a field of a named type is checked at that type.
fn is_readable(of: &str) -> bool {
    ["String", "str", "Value", "Bytes", "Vec<u8>", "Coded"].iter().any(|word| of.contains(word))
}

/// Every `name: Type` of the item whose `{` has just been read.
fn fields(item: &str) -> Vec<(String, String)> {
    let mut depth = 1;
    let end = item
        .char_indices()
        .find(|(_, symbol)| {
            depth += match symbol {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            depth == 0
        })
        .map_or(item.len(), |(at, _)| at);
    let own = |line: &&str| !line.starts_with("//") && !line.starts_with('#');
    item[..end]
        .lines()
        .map(str::trim)
        .filter(own)
        .filter_map(|line| line.trim_start_matches("pub ").trim_start_matches("pub(super) ").split_once(": "))
        .map(|(name, of)| (name.to_owned(), of.trim_end_matches(',').to_owned()))
        .collect()
}

/// The items of a source file that derive `Debug`, each with its name and what follows its first brace.
fn printed_items(source: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices("#[derive(") {
        let rest = &source[at..];
        let derives = rest.split(')').next().unwrap_or_default();
        let Some(item) = ["struct ", "enum "].iter().filter_map(|word| rest.find(word).map(|at| at + word.len())).min()
        else {
            continue;
        };
        let name: String = rest[item..].chars().take_while(|symbol| symbol.is_alphanumeric()).collect();
        let Some(open) = rest[item..].find(['{', ';', '(']).map(|open| item + open) else { continue };
        if derives.contains("Debug") && rest[open..].starts_with('{') {
            found.push((name, &rest[open + 1..]));
        }
    }
    found
}

#[test]
fn no_type_with_private_fields_derives_debug() {
    let mut sources = Vec::new();
    layers::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
    let (mut seen, mut faults) = (0, Vec::new());
    for path in sources {
        let source = fs::read_to_string(&path).expect("a source file");
        for (name, item) in printed_items(&source) {
            seen += 1;
            for (field, of) in fields(item) {
                let excepted = NOT_PRIVATE.contains(&(name.as_str(), field.as_str()));
                if PRIVATE_FIELDS.contains(&field.as_str()) && is_readable(&of) && !excepted {
                    faults.push(format!("{}: {name}.{field}: {of}", path.display()));
                }
            }
        }
    }
    assert!(seen > 200, "only {seen} items were read");
    assert!(faults.is_empty(), "give these `redacted_debug!` or no `Debug`:\n{}", faults.join("\n"));
}

#[test]
fn the_search_sees_a_private_field() {
    let source = "#[derive(Debug, Clone)]\npub struct Said {\n    /// Words.\n    pub text: Option<String>,\n}\n";
    let [(name, item)] = &printed_items(source)[..] else { panic!("one item") };
    assert_eq!((name.as_str(), fields(item)), ("Said", vec![("text".to_owned(), "Option<String>".to_owned())]));
}

//! Everything acknowledged is stored: the real program is killed repeatedly while many clients submit. Afterwards every
//! feedback that was answered 201 exists exactly once, is counted once, and has its case.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kaiku::base::Entropy;
use kaiku::base::chance::SystemEntropy;
use kaiku::base::receipt::{RECEIPT_ENTROPY_BYTES, ReceiptCode};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use crate::program::{Installation, PATIENCE, Program, chance, new_key, number, rows};
use crate::support::Kind;

/// How often the program is killed.
const KILLS: usize = 25;
/// How long after it became ready it is killed.
const LIFE_MS: std::ops::Range<u64> = 50..400;
/// How many clients submit at the same time.
const CLIENTS: usize = 8;
/// How many cards one batch holds.
const CARDS: usize = 3;
/// A client's pause between two submissions, so that the test's checks stay short.
const PAUSE: Duration = Duration::from_millis(10);
/// After this long without a response a submission is sent again.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// The most submissions that are sent once more at the end.
const REPEATED_MOST: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_kills_on_sqlite() {
    kill_again_and_again(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_kills_on_postgres() {
    kill_again_and_again(Kind::Postgres).await;
}

async fn kill_again_and_again(kind: Kind) {
    let installation = Installation::with_county(kind).await;
    let token: Arc<str> = installation.token("worker", "feedback:write").into();
    let stop = Arc::new(AtomicBool::new(false));
    let (tell_base, base) = watch::channel(String::new());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let client = Client::new(base.clone(), Arc::clone(&token));
            tokio::spawn(client.submit_until(Arc::clone(&stop), number))
        })
        .collect();

    for _ in 0..KILLS {
        let program = installation.serve().await;
        tell_base.send_replace(program.base.clone());
        let life = LIFE_MS.start + chance(LIFE_MS.end - LIFE_MS.start);
        tokio::time::sleep(Duration::from_millis(life)).await;
        program.kill();
    }
    stop.store(true, Ordering::Relaxed);
    // The clients' last retries resolve the submissions without a response.
    let program = installation.serve().await;
    tell_base.send_replace(program.base.clone());
    let mut acknowledged = Vec::new();
    let mut unanswered = 0;
    for client in clients {
        let (submissions, retried) = client.await.expect("a client");
        acknowledged.extend(submissions);
        unanswered += retried;
    }
    eprintln!("{:?}: {} submissions, {unanswered} of them sent again", installation.kind, acknowledged.len());
    assert!(unanswered >= KILLS, "the kills hit nothing: only {unanswered} submissions were sent again");

    everything_is_stored_once(&installation, &acknowledged).await;
    every_receipt_opens(&program, &acknowledged).await;
    every_repeat_is_answered_as_before(&installation.database_url, Client::new(base, token), &acknowledged).await;
    program.stop().await;
    installation.run_well(&["counters", "check"]);
}

/// One feedback of a submission.
struct Part {
    has_text: bool,
    reply: bool,
}

/// What a client sent, and the response.
struct Submission {
    path: &'static str,
    key: Option<Uuid>,
    body: Value,
    parts: Vec<Part>,
    answer: Value,
}

impl Submission {
    /// One of the seven kinds, chosen by `turn`.
    fn new(turn: usize) -> Self {
        let part = |has_text| Part { has_text, reply: false };
        let single =
            |key, body, part| Self { path: "/api/v1/feedback", key, body, parts: vec![part], answer: Value::Null };
        let key = Some(new_key());
        match turn % 7 {
            0 => single(key, survey(true), part(true)),
            1 => single(key, survey(false), part(false)),
            2 => single(key, with_own_code(survey(true)), part(true)),
            // Without a key, the code made on the device identifies a repeated request.
            3 => single(None, with_own_code(survey(false)), part(false)),
            4 => single(key, card(turn.is_multiple_of(2)), part(turn.is_multiple_of(2))),
            5 => {
                let mut body = survey(true);
                body["reply"] = json!({"wanted": true, "email": "giver@example.fi"});
                single(key, body, Part { has_text: true, reply: true })
            }
            _ => {
                let texts: Vec<bool> = (0..CARDS).map(|index| (turn + index).is_multiple_of(2)).collect();
                Self {
                    path: "/api/v1/feedback/batch",
                    key,
                    body: json!({"items": texts.iter().map(|text| card(*text)).collect::<Vec<_>>()}),
                    parts: texts.into_iter().map(part).collect(),
                    answer: Value::Null,
                }
            }
        }
    }

    /// The answers in the response, one for each feedback.
    fn answers(&self) -> Vec<(&Value, &Part)> {
        let answers = match self.answer.get("items") {
            Some(Value::Array(items)) => items.iter().collect(),
            _ => vec![&self.answer],
        };
        assert_eq!(answers.len(), self.parts.len(), "{}", self.answer);
        answers.into_iter().zip(&self.parts).collect()
    }
}

fn survey(text: bool) -> Value {
    let free = text.then_some("Puhelinaika on silloin, kun olen työtoiminnassa.");
    json!({
        "unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q1": 1 + chance(5), "q2": "cannot_say", "q12": 4, "free": free},
    })
}

fn card(text: bool) -> Value {
    json!({
        "unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
        "answers": {"q1": 1 + chance(3), "q2": 2, "q3": text.then_some("Enemmän aikaa.")},
    })
}

fn with_own_code(mut body: Value) -> Value {
    let mut bytes = [0; RECEIPT_ENTROPY_BYTES];
    SystemEntropy.fill(&mut bytes).expect("chance");
    body["receipt"] = ReceiptCode::from_entropy(&bytes).reveal().into();
    body
}

/// A client that sends the same request again until it is acknowledged.
#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    base: watch::Receiver<String>,
    token: Arc<str>,
}

impl Client {
    fn new(base: watch::Receiver<String>, token: Arc<str>) -> Self {
        let http = crate::support::http_builder().timeout(ANSWER_WITHIN).build().expect("a client");
        Self { http, base, token }
    }

    /// Submits until stopped; returns all submissions, and how many of them were sent more than once.
    async fn submit_until(mut self, stop: Arc<AtomicBool>, number: usize) -> (Vec<Submission>, usize) {
        let (mut submissions, mut retried) = (Vec::new(), 0);
        let mut turn = number;
        while !stop.load(Ordering::Relaxed) {
            let mut submission = Submission::new(turn);
            let (answer, tries) = self.send(&submission).await;
            submission.answer = answer;
            submissions.push(submission);
            retried += usize::from(tries > 1);
            turn += 1;
            tokio::time::sleep(PAUSE).await;
        }
        (submissions, retried)
    }

    /// Sends until it is answered 201; returns the answer and how many of the requests reached the program.
    async fn send(&mut self, submission: &Submission) -> (Value, usize) {
        let mut tries = 0;
        let deadline = std::time::Instant::now() + 2 * PATIENCE;
        loop {
            assert!(std::time::Instant::now() < deadline, "nobody answered after {tries} tries");
            let base = self.base.borrow_and_update().clone();
            if base.is_empty() {
                self.base.changed().await.expect("an address");
                continue;
            }
            let mut request = self.http.post(format!("{base}{}", submission.path)).json(&submission.body);
            if submission.path.ends_with("batch") || submission.body["channel"] == "card" {
                request = request.bearer_auth(&self.token);
            }
            if let Some(key) = submission.key {
                request = request.header("Idempotency-Key", key.to_string());
            }
            let outcome = request.send().await;
            // A refused connection did not reach the program and is not counted.
            if outcome.as_ref().err().is_none_or(|why| !why.is_connect()) {
                tries += 1;
            }
            if let Ok(answer) = outcome {
                let status = answer.status();
                if let Ok(text) = answer.text().await {
                    if status == StatusCode::CREATED {
                        return (serde_json::from_str(&text).expect("JSON"), tries);
                    }
                    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{text}");
                }
            }
            // Wait until the program has been started again, or briefly if it was only overloaded.
            let _ = tokio::time::timeout(Duration::from_millis(20), self.base.changed()).await;
        }
    }
}

type DueDays = (String, String, String);

async fn everything_is_stored_once(installation: &Installation, acknowledged: &[Submission]) {
    let url = &installation.database_url;
    let answers: Vec<(&Value, &Part)> = acknowledged.iter().flat_map(Submission::answers).collect();
    let id_of = |answer: &Value| -> Uuid { answer["id"].as_str().and_then(|id| id.parse().ok()).expect("an id") };
    let ids: BTreeSet<Uuid> = answers.iter().map(|(answer, _)| id_of(answer)).collect();
    assert_eq!(ids.len(), answers.len(), "two submissions were answered the same id");
    let rows_of_feedback = rows::<(Uuid,)>(url, "SELECT id FROM feedback").await;
    let stored: BTreeSet<Uuid> = rows_of_feedback.iter().map(|row| row.0).collect();
    assert_eq!(stored.len(), rows_of_feedback.len(), "a feedback is stored twice");
    let (lost, unasked) = (ids.difference(&stored).count(), stored.difference(&ids).count());
    assert_eq!((lost, unasked), (0, 0), "acknowledged and not stored; stored and nobody's");

    let day = |answer: &Value, name: &str| answer["promise"][name].as_str().expect("a day").to_owned();
    let promised: BTreeMap<Uuid, DueDays> = answers
        .iter()
        .filter(|(_, part)| part.has_text)
        .map(|(answer, _)| {
            (id_of(answer), (day(answer, "acknowledge_by"), day(answer, "decide_by"), day(answer, "tell_by")))
        })
        .collect();
    let cases = "SELECT id, acknowledge_by, decide_by, tell_by FROM cases \
                 WHERE state = 'received' AND handler_id IN (SELECT id FROM principals WHERE slug = 'handler')";
    let cases: BTreeMap<Uuid, DueDays> = rows::<(Uuid, String, String, String)>(url, cases)
        .await
        .into_iter()
        .map(|(id, acknowledge, decide, tell)| (id, (acknowledge, decide, tell)))
        .collect();
    assert_eq!(cases, promised, "cases and promises differ");
    assert_eq!(number(url, "SELECT COUNT(*) FROM cases").await, i64::try_from(promised.len()).expect("a number"));
    for (answer, part) in answers.iter().filter(|(_, part)| !part.has_text) {
        assert!(answer["promise"].is_null(), "{answer} of text {}", part.has_text);
    }

    let with_contact: BTreeSet<Uuid> =
        answers.iter().filter(|(_, part)| part.reply).map(|(answer, _)| id_of(answer)).collect();
    let contacts = rows::<(Uuid,)>(url, "SELECT feedback_id FROM contacts").await;
    assert_eq!(contacts.into_iter().map(|row| row.0).collect::<BTreeSet<_>>(), with_contact);
}

async fn every_receipt_opens(program: &Program, acknowledged: &[Submission]) {
    let http = crate::support::http();
    let mut opened = 0;
    for submission in acknowledged.iter().filter(|submission| submission.body["channel"] == "web") {
        let code = submission.answer["receipt"].as_str().expect("a code");
        if let Some(own) = submission.body["receipt"].as_str() {
            assert_eq!(code, own);
        }
        let request = http.post(format!("{}/api/v1/receipts/lookup", program.base)).json(&json!({"code": code}));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{}", answer.text().await.expect("a body"));
        opened += 1;
    }
    assert!(opened > 0);
}

/// Sent again at the end, the same request returns the same feedback.
async fn every_repeat_is_answered_as_before(url: &str, mut client: Client, acknowledged: &[Submission]) {
    let before = number(url, "SELECT COUNT(*) FROM feedback").await;
    for submission in acknowledged.iter().rev().take(REPEATED_MOST) {
        let (answer, _) = client.send(submission).await;
        assert_eq!(answer, submission.answer);
    }
    assert_eq!(number(url, "SELECT COUNT(*) FROM feedback").await, before);
}

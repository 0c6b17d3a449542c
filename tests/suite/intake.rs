//! What intake refuses: each with its own problem, and nothing stored. What is sent twice is taken in once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::join_all;
use kaiku::administration::ChangedBy;
use kaiku::administration::keys::Opening;
use kaiku::administration::tokens::{NewToken, make_token, revoke_token};
use kaiku::app::{self, Parts, Running};
use kaiku::base::ReceiptCode;
use kaiku::base::chance::SystemEntropy;
use kaiku::base::receipt::CardSerial;
use kaiku::config::Config;
use kaiku::loop_back::card_stubs;
use kaiku::organisation::Scope;
use kaiku::store::{Conn, Connected};
use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use tokio::task::JoinSet;

use crate::support::{Answer, Kind, TestApp, on_both, token_of};

const FEEDBACK: &str = "/api/v1/feedback";
const BATCH: &str = "/api/v1/feedback/batch";
const GROUP: &str = "/api/v1/group-interviews";
const LOOKUP: &str = "/api/v1/receipts/lookup";
/// Every table that intake writes to. Counters are left out: the worker moves them from deltas to blocks.
const TABLES: [&str; 12] = [
    "feedback",
    "cases",
    "case_events",
    "contacts",
    "volunteers",
    "reminders",
    "card_stubs",
    "group_interviews",
    "swot_points",
    "agreed_actions",
    "idempotency",
    "jobs",
];

async fn count(app: &TestApp, table: &str) -> i64 {
    let mut db = app.service.store.read().await.expect("a reader");
    let sql = format!("SELECT COUNT(*) FROM {table}");
    let (rows,): (i64,) = match db.conn() {
        Conn::Sqlite(c) => sqlx::query_as(AssertSqlSafe(sql.as_str())).fetch_one(c).await.expect("a count"),
        Conn::Postgres(c) => sqlx::query_as(AssertSqlSafe(sql.as_str())).fetch_one(c).await.expect("a count"),
    };
    rows
}

/// The number of rows in each of these tables.
async fn rows(app: &TestApp) -> BTreeMap<&'static str, i64> {
    let mut found = BTreeMap::new();
    for table in TABLES {
        found.insert(table, count(app, table).await);
    }
    found
}

fn web() -> Value {
    json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q1": 4, "free": "Ovi on raskas."}})
}

fn oral() -> Value {
    json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
        "answers": {"q1": "Hyvin meni."}, "reminder": {"text": "Reppu"}})
}

fn card() -> Value {
    json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
        "answers": {"q1": 2, "q3": "Jonotin."}})
}

pub fn interview() -> Value {
    json!({"unit": "koivu", "language": "fi", "held_on": "2026-11-19", "goal": "Arki",
        "arrangements": {"recording": "notes"}, "group": {"participants": 6, "interviewers": 1},
        "summary": {"strengths": ["Ilmapiiri"], "threats": ["Kiire"]},
        "actions": [{"what": "Kirjeet", "who": "Vilma", "when": "Tammikuu"}]})
}

/// `form` with `value` set at a JSON pointer.
fn with(mut form: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = form.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    parent.insert(name.to_owned(), value);
    form
}

/// A receipt code with a correct check symbol that was never issued.
fn unknown_code() -> String {
    ReceiptCode::from_entropy(&[7; 10]).reveal()
}

/// The code with its last symbol changed.
fn mistyped(code: &str) -> String {
    let last = if code.ends_with('2') { '3' } else { '2' };
    let mut wrong = code.to_owned();
    wrong.pop();
    wrong.push(last);
    wrong
}

/// Sends each form, which must be refused with this code at this pointer and leave no row behind.
async fn all_refused(app: &TestApp, path: &str, who: Option<&str>, forms: Vec<(Value, &str, &str)>) {
    let before = rows(app).await;
    for (form, code, pointer) in forms {
        let refused = app.call(Method::POST, path, who, Some(&form)).await.problem(422, code);
        let places: Vec<&Value> =
            refused.body["errors"].as_array().expect("faults").iter().map(|fault| &fault["pointer"]).collect();
        assert_eq!(places, [pointer], "{}", refused.text);
        assert!(refused.body["detail"].as_str().is_some_and(|text| text.ends_with('.')), "{}", refused.text);
    }
    assert_eq!(rows(app).await, before, "something was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_a_survey_has_its_own_problem_and_stores_nothing() {
    on_both(async |app| {
        let year_ago = with(web(), "/given_on", json!("2025-11-19"));
        app.post_public(FEEDBACK, &year_ago).await.expect(201);
        let fault =
            |pointer: &'static str, value: Value, code: &'static str| (with(web(), pointer, value), code, pointer);
        let mut cases = vec![
            fault("/unit", json!("ei-ole"), "unknown-unit"),
            fault("/unit", json!("suljettu"), "unit-closed"),
            fault("/unit", json!(7), "wrong-type"),
            fault("/instrument", json!("ei-ole"), "unknown-instrument"),
            fault("/instrument_version", json!(99), "unknown-instrument"),
            fault("/language", json!("xx"), "wrong-type"),
            fault("/answers", json!([]), "wrong-type"),
            fault("/answers", json!({"q1": null}), "invalid"),
            fault("/answers/q1", json!(6), "off-scale"),
            fault("/answers/q1", json!(0), "off-scale"),
            fault("/answers/q1", json!("hyvä"), "wrong-type"),
            fault("/answers/birth_year", json!(2027), "off-scale"),
            fault("/answers/q99", json!(1), "unknown-question"),
            fault("/answers/free", json!("a".repeat(10_001)), "text-too-long"),
            fault("/answers/free", json!(1), "wrong-type"),
            fault("/given_on", json!("2026-11-21"), "date-in-future"),
            fault("/given_on", json!("2025-11-18"), "date-too-old"),
            fault("/given_on", json!("eilen"), "wrong-type"),
            fault("/väri", json!("keltainen"), "unknown-field"),
            fault("/colour", json!("keltainen"), "invalid"),
            fault("/reminder", json!({"text": "Reppu"}), "invalid"),
            fault("/volunteer", json!({"name": "Aino"}), "invalid"),
            fault("/receipt", json!("AAAA-AAAA-AAAA-AAA2"), "bad-code"),
        ];
        // An address with an identity code in it could not be written to as it is kept.
        for address in ["ei osoite", "matti@example,fi", "matti@example", "010594Y9032@example.fi"] {
            let reply = json!({"wanted": true, "email": address});
            cases.push((with(web(), "/reply", reply), "invalid", "/reply/email"));
        }
        let reply = json!({"wanted": true, "phone": "0".repeat(255)});
        cases.push((with(web(), "/reply", reply), "text-too-long", "/reply/phone"));
        all_refused(&app, FEEDBACK, None, cases).await;
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_what_staff_type_has_its_own_problem_and_stores_nothing() {
    on_both(async |app| {
        let of_card =
            |pointer: &'static str, value: Value, code: &'static str| (with(card(), pointer, value), code, pointer);
        let unknown = CardSerial::from_entropy(&[1, 2, 3, 4]).reveal();
        let not_that_week = with(with(card(), "/colour", json!("sininen")), "/given_on", json!("2026-11-13"));
        let mut not_on_paper = with(oral(), "/channel", json!("paper"));
        not_on_paper.as_object_mut().expect("an object").remove("reminder");
        let cases = vec![
            of_card("/colour", json!("vihreä"), "colour-unassigned"),
            (not_that_week, "colour-unassigned", "/colour"),
            of_card("/serial", json!(mistyped(&unknown)), "bad-code"),
            of_card("/serial", json!(unknown), "unknown-serial"),
            of_card("/receipt", json!(unknown_code()), "invalid"),
            of_card("/reply", json!({"wanted": true, "email": "a@example.fi"}), "invalid"),
            of_card("/reply", json!({"wanted": true, "name": "Aino"}), "invalid"),
            (with(oral(), "/reminder/text", json!("a".repeat(41))), "text-too-long", "/reminder/text"),
            (with(oral(), "/reminder/next_meeting", json!("2026-11-19")), "invalid", "/reminder/next_meeting"),
            (not_on_paper, "wrong-channel", "/channel"),
        ];
        all_refused(&app, FEEDBACK, Some("worker"), cases).await;
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_an_interview_has_its_own_problem_and_stores_nothing() {
    on_both(async |app| {
        let fault = |pointer: &'static str, value: Value, code: &'static str| {
            (with(interview(), pointer, value), code, pointer)
        };
        let cases = vec![
            fault("/held_on", json!("2026-11-21"), "date-in-future"),
            fault("/held_on", json!("2025-11-18"), "date-too-old"),
            fault("/goal", json!(" "), "invalid"),
            fault("/goal", json!("a".repeat(10_001)), "text-too-long"),
            fault("/summary", json!({}), "invalid"),
            fault("/group/participants", json!(0), "invalid"),
            fault("/group/interviewers", json!(11), "invalid"),
            fault("/arrangements/recording", json!("muistista"), "wrong-type"),
            fault("/arrangements/place", json!("a".repeat(1_001)), "text-too-long"),
            fault("/themes", json!(vec!["Arki"; 51]), "invalid"),
            fault("/weather", json!("poutaa"), "unknown-field"),
        ];
        all_refused(&app, GROUP, Some("facilitator"), cases).await;
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_is_refused_whole() {
    on_both(async |app| {
        let bad = with(card(), "/answers/q1", json!(9));
        let cases = vec![
            (json!({"items": []}), "batch-size", "/items"),
            (json!({"items": vec![card(); 501]}), "batch-size", "/items"),
            (json!({"items": [card(), bad, card()]}), "off-scale", "/items/1/answers/q1"),
            (json!({"items": [card(), web()]}), "wrong-channel", "/items/1/channel"),
            (json!({"items": [card(), with(card(), "/unit", json!("paju"))]}), "unknown-unit", "/items/1/unit"),
            (json!({"items": [card(), 7]}), "wrong-type", "/items/1"),
        ];
        all_refused(&app, BATCH, Some("worker"), cases).await;
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_one_card_hides_no_other() {
    on_both(async |app| {
        let before = rows(&app).await;
        let off_scale = with(card(), "/answers/q1", json!(9));
        let wrong = with(with(off_scale.clone(), "/channel", json!("pigeon")), "/given_on", json!("2026-13-01"));
        // Whose the colour is depends on the day, which cannot be read.
        let wrong = with(with(wrong, "/answers/q99", json!(1)), "/colour", json!("musta"));
        let unknown = with(card(), "/more", json!(1));
        let elsewhere = with(with(off_scale.clone(), "/unit", json!("paju")), "/language", json!("tlh"));
        let serial = with(off_scale.clone(), "/serial", json!("ABCDEFG"));
        let mut empty = with(off_scale.clone(), "/instrument_version", json!(77));
        empty.as_object_mut().expect("an object").remove("unit");
        let box_of = json!({"items": [wrong, card(), off_scale, unknown, 7, web(), elsewhere, serial, empty]});
        let refused = app.call(Method::POST, BATCH, Some("worker"), Some(&box_of)).await.problem(422, "invalid");
        let faults = refused.body["errors"].as_array().expect("faults").iter();
        let found: Vec<(&str, &str)> = faults
            .map(|fault| (fault["pointer"].as_str().unwrap_or(""), fault["code"].as_str().unwrap_or("")))
            .collect();
        let mut expected = [
            ("/items/0/channel", "wrong-type"),
            ("/items/0/given_on", "wrong-type"),
            ("/items/0/answers/q1", "off-scale"),
            ("/items/0/answers/q99", "unknown-question"),
            ("/items/2/answers/q1", "off-scale"),
            ("/items/3/more", "unknown-field"),
            ("/items/4", "wrong-type"),
            ("/items/5/channel", "wrong-channel"),
            ("/items/6/unit", "unknown-unit"),
            ("/items/6/language", "wrong-type"),
            ("/items/6/answers/q1", "off-scale"),
            ("/items/7/serial", "bad-code"),
            ("/items/7/answers/q1", "off-scale"),
            ("/items/8/unit", "wrong-type"),
            ("/items/8/instrument_version", "unknown-instrument"),
        ];
        expected.sort_unstable();
        let mut sorted = found.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
        assert_eq!(rows(&app).await, before, "something was stored");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_json_may_hold_and_an_answer_may_not_is_named_by_its_place() {
    on_both(async |app| {
        let before = rows(&app).await;
        let survey = |answers: &str| {
            format!(
                r#"{{"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
                    "answers": {answers}}}"#
            )
        };
        let card = |answers: &str| {
            format!(
                r#"{{"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
                    "answers": {answers}}}"#
            )
        };
        let sound = card(r#"{"q1": 3}"#);
        for (who, path, body, code, pointer) in [
            (None, FEEDBACK, survey(r#"{"q1": 4, "q1": 2}"#), "wrong-type", "/answers/q1"),
            (None, FEEDBACK, survey(r#"{"q1": 4, "free": "a", "\u0071\u0031": 4}"#), "wrong-type", "/answers/q1"),
            (None, FEEDBACK, survey(r#"{"free": "Hei \ud83d"}"#), "invalid", "/answers/free"),
            (None, FEEDBACK, survey(r#"{"free": "\ude00 hei"}"#), "invalid", "/answers/free"),
            (None, FEEDBACK, survey(r#"{"free": "\ud83d\u0041"}"#), "invalid", "/answers/free"),
            (
                Some("worker"),
                BATCH,
                format!(r#"{{"items": [{sound}, {}]}}"#, card(r#"{"q3": "\ud83d"}"#)),
                "invalid",
                "/items/1/answers/q3",
            ),
            (
                Some("worker"),
                BATCH,
                format!(r#"{{"items": [{sound}, {}]}}"#, card(r#"{"q1": 1, "q1": 1}"#)),
                "wrong-type",
                "/items/1/answers/q1",
            ),
        ] {
            let mut request = app.client.post(format!("{}{path}", app.base)).header("content-type", "application/json");
            if let Some(who) = who {
                request = request.bearer_auth(&app.tokens[who]);
            }
            let answer =
                Answer::of(request.body(body.clone()).send().await.expect("an answer")).await.problem(422, code);
            let places: Vec<&Value> =
                answer.body["errors"].as_array().expect("faults").iter().map(|fault| &fault["pointer"]).collect();
            assert_eq!(places, [pointer], "{body}");
        }
        assert_eq!(rows(&app).await, before, "something was stored");
        // A whole pair is a character like any other.
        let whole = raw(&app, FEEDBACK, None, "application/json", survey(r#"{"free": "Hei \ud83d\ude00"}"#)).await;
        assert_eq!(whole.0, 201);
        app.stop().await;
    })
    .await;
}

/// Sends a body as it is; the status and the problem's code.
async fn raw(app: &TestApp, path: &str, who: Option<&str>, media_type: &str, body: String) -> (u16, String) {
    let mut request = app.client.post(format!("{}{path}", app.base)).header("content-type", media_type).body(body);
    if let Some(who) = who {
        request = request.bearer_auth(&app.tokens[who]);
    }
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a body");
    let body: Value = serde_json::from_str(&text).expect("a problem document");
    (status, body["type"].as_str().unwrap_or_default().trim_start_matches("/problems/").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_json_or_too_large_is_refused() {
    on_both(async |app| {
        let before = rows(&app).await;
        let json = "application/json";
        let good = web().to_string();
        for broken in ["", "{", "{\"unit\": \"koivu\""] {
            let (status, code) = raw(&app, FEEDBACK, None, json, broken.to_owned()).await;
            assert_eq!((status, code.as_str()), (400, "malformed-body"), "{broken:?}");
        }
        assert_eq!(raw(&app, FEEDBACK, None, json, format!("{good} x")).await.1, "malformed-body");
        for media_type in ["text/plain", "application/x-www-form-urlencoded"] {
            let refused = raw(&app, FEEDBACK, None, media_type, good.clone()).await;
            assert_eq!(refused, (415, "unsupported-media-type".to_owned()));
        }
        let limits = &app.service.config.limits;
        let padded = |bytes: usize| format!("{good}{}", " ".repeat(bytes + 1 - good.len()));
        let refused = raw(&app, FEEDBACK, None, json, padded(limits.body_bytes)).await;
        assert_eq!(refused, (413, "body-too-large".to_owned()));
        let refused = raw(&app, BATCH, Some("worker"), json, padded(limits.batch_body_bytes)).await;
        assert_eq!(refused, (413, "body-too-large".to_owned()));
        assert_eq!(rows(&app).await, before, "something was stored");
        let (status, _) = raw(&app, FEEDBACK, None, "application/json; charset=utf-8", good).await;
        assert_eq!(status, 201);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_must_be_valid_wide_enough_and_near_enough() {
    on_both(async |mut app| {
        let expires_on = "2026-11-20".parse().expect("a day");
        let new = |name: &str| NewToken {
            principal: "worker".to_owned(),
            name: name.to_owned(),
            scopes: vec![Scope::FeedbackWrite],
            expires_on,
        };
        let expired = make_token(&app.service, ChangedBy::CommandLine, &new("expired")).await.expect("a token");
        let revoked = make_token(&app.service, ChangedBy::CommandLine, &new("revoked")).await.expect("a token");
        revoke_token(&app.service, ChangedBy::CommandLine, revoked.id).await.expect("revoked");
        let narrow = token_of(&app.service, "worker", &[Scope::CasesRead, Scope::FeedbackVoid]).await;
        app.tokens.insert("expired".to_owned(), expired.secret.to_string());
        app.tokens.insert("revoked".to_owned(), revoked.secret.to_string());
        app.tokens.insert("narrow".to_owned(), narrow);
        app.tokens.insert("guessed".to_owned(), format!("kaiku_{}", "0".repeat(64)));
        let before = rows(&app).await;

        app.post_public(FEEDBACK, &oral()).await.problem(401, "unauthenticated");
        app.post(FEEDBACK, "revoked", &oral()).await.problem(401, "unauthenticated");
        app.post(FEEDBACK, "guessed", &oral()).await.problem(401, "unauthenticated");
        app.post(FEEDBACK, "narrow", &oral()).await.problem(403, "scope-missing");
        app.post(BATCH, "narrow", &json!({"items": [card()]})).await.problem(403, "scope-missing");
        app.post(GROUP, "narrow", &interview()).await.problem(403, "scope-missing");
        for other in ["worker-paju", "organiser", "handler", "facilitator", "outsider"] {
            app.post(FEEDBACK, other, &oral()).await.problem(404, "not-found");
        }
        app.post(GROUP, "worker", &interview()).await.problem(404, "not-found");
        app.at("2026-11-21T08:00:00Z");
        let refused = app.post(FEEDBACK, "expired", &oral()).await.problem(401, "token-expired");
        assert_eq!(refused.headers["www-authenticate"], "Bearer");
        assert_eq!(rows(&app).await, before, "something was stored");
        app.at("2026-11-20T08:00:00Z");
        app.post(FEEDBACK, "expired", &oral()).await.expect(201);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_mistyped_unknown_or_right() {
    on_both(async |app| {
        let code = app.post_public(FEEDBACK, &web()).await.expect(201).text_at("/receipt");
        let before = rows(&app).await;
        app.story(&mistyped(&code)).await.problem(422, "bad-code");
        app.story("").await.problem(422, "bad-code");
        app.story(&unknown_code()).await.problem(404, "not-found");
        let verdict = json!({"code": unknown_code(), "helped": true});
        app.post_public("/api/v1/receipts/verdict", &verdict).await.problem(404, "not-found");
        let message = json!({"code": unknown_code(), "text": "Vielä yksi asia."});
        app.post_public("/api/v1/receipts/message", &message).await.problem(404, "not-found");
        let empty = json!({"code": code, "text": " "});
        app.post_public("/api/v1/receipts/message", &empty).await.problem(422, "invalid");
        assert_eq!(rows(&app).await, before, "something was stored");
        let right = app.story(&code).await.expect(200);
        assert_eq!(right.headers["cache-control"], "no-store");
        assert!(!right.headers.contains_key("set-cookie"));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_made_on_a_device_is_taken_once() {
    on_both(async |app| {
        let code = ReceiptCode::from_entropy(&[9; 10]).reveal();
        let form = with(web(), "/receipt", json!(code));
        let given = app.post_public(FEEDBACK, &form).await.expect(201);
        assert_eq!(given.text_at("/receipt"), code);
        let before = rows(&app).await;
        let other = with(form.clone(), "/answers/q1", json!(1));
        app.post_public(FEEDBACK, &other).await.problem(409, "code-taken");
        assert_eq!(
            app.post_public(FEEDBACK, &form).await.expect(201).body,
            given.body,
            "the same once more is a repeat"
        );
        assert_eq!(rows(&app).await, before, "something was stored");
        assert_eq!(app.story(&code).await.expect(200).body["answers"], json!({"q1": 4}));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_key_is_refused() {
    on_both(async |app| {
        let before = rows(&app).await;
        let long = "k".repeat(129);
        for key in ["", "not-a-uuid", "6f0c"] {
            let headers = [("Idempotency-Key", key)];
            let refused = app.call_with(Method::POST, FEEDBACK, None, Some(&web()), &headers).await;
            refused.problem(400, "malformed-parameter");
        }
        for key in ["", "two words", &long] {
            let headers = [("Idempotency-Key", key)];
            for (path, who, body) in [(FEEDBACK, "worker", oral()), (GROUP, "facilitator", interview())] {
                let refused = app.call_with(Method::POST, path, Some(who), Some(&body), &headers).await;
                refused.problem(400, "malformed-parameter");
            }
        }
        assert_eq!(rows(&app).await, before, "something was stored");
        app.stop().await;
    })
    .await;
}

/// One way to submit, with a body and another one.
struct Sending {
    name: &'static str,
    path: &'static str,
    who: Option<&'static str>,
    body: Value,
    other: Value,
    /// How many feedbacks it creates.
    feedbacks: i64,
}

/// Every way to submit, with new serials and codes.
async fn every_way(app: &TestApp) -> Vec<Sending> {
    let serials = card_stubs::make(&app.service, "koivu", 2).await.expect("stubs");
    let device = app.service.random_id().expect("an id").into_bytes();
    let mut entropy = [0; 10];
    entropy.copy_from_slice(&device[..10]);
    let with_code = with(web(), "/receipt", json!(ReceiptCode::from_entropy(&entropy).reveal()));
    let with_serial = with(card(), "/serial", json!(serials[0].serial.reveal()));
    let boxed = json!({"items": [card(), with(card(), "/serial", json!(serials[1].serial.reveal())), card()]});
    let way = |name, path, who, body: Value, changed: &str, feedbacks| Sending {
        name,
        path,
        who,
        other: with(body.clone(), changed, json!(1)),
        body,
        feedbacks,
    };
    let mut ways = vec![
        way("web", FEEDBACK, None, web(), "/answers/q1", 1),
        way("card", FEEDBACK, Some("worker"), card(), "/answers/q1", 1),
        way("card with serial", FEEDBACK, Some("worker"), with_serial, "/answers/q1", 1),
        way("code of a device", FEEDBACK, None, with_code, "/answers/q1", 1),
        way("group", GROUP, Some("facilitator"), interview(), "/group/participants", 1),
    ];
    let other = json!({"items": [card()]});
    ways.push(Sending { name: "box", path: BATCH, who: Some("worker"), body: boxed, other, feedbacks: 3 });
    let other = with(oral(), "/answers/q1", json!("Huonosti meni."));
    ways.push(Sending { name: "oral", path: FEEDBACK, who: Some("worker"), body: oral(), other, feedbacks: 1 });
    ways
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_is_answered_the_same_and_stored_once() {
    on_both(async |app| {
        for way in every_way(&app).await {
            let before = count(&app, "feedback").await;
            let key = app.service.new_id().expect("an id").to_string();
            let headers = [("Idempotency-Key", key.as_str())];
            let send = |body| app.call_with(Method::POST, way.path, way.who, Some(body), &headers);
            let first = send(&way.body).await.expect(201);
            let after = rows(&app).await;
            assert_eq!(after["feedback"], before + way.feedbacks, "{}", way.name);
            for _ in 0..2 {
                assert_eq!(send(&way.body).await.expect(201).body, first.body, "{}", way.name);
            }
            send(&way.other).await.problem(422, "key-reused");
            assert_eq!(rows(&app).await, after, "{}", way.name);
            if let Some(code) = first.body["receipt"].as_str() {
                app.story(code).await.expect(200);
            }
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_belongs_to_its_principal_and_path() {
    on_both(async |app| {
        let headers = [("Idempotency-Key", "4b1a8f0e-7d63-4a55-9c38-3a1d1f0f2b77")];
        let mut codes = Vec::new();
        for (path, who, body) in [
            (FEEDBACK, None, web()),
            (FEEDBACK, Some("worker"), oral()),
            (FEEDBACK, Some("responsible"), oral()),
            (GROUP, Some("facilitator"), interview()),
        ] {
            let given = app.call_with(Method::POST, path, who, Some(&body), &headers).await.expect(201);
            codes.push(given.text_at("/receipt"));
        }
        codes.sort();
        codes.dedup();
        assert_eq!((codes.len(), count(&app, "feedback").await), (4, 4));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_with_one_key_are_one() {
    on_both(async |app| {
        for way in every_way(&app).await {
            let before = count(&app, "feedback").await;
            let key = app.service.new_id().expect("an id").to_string();
            let headers = [("Idempotency-Key", key.as_str())];
            let sent = (0..20).map(|_| app.call_with(Method::POST, way.path, way.who, Some(&way.body), &headers));
            let answers: Vec<Value> = join_all(sent).await.into_iter().map(|answer| answer.expect(201).body).collect();
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{}: {answers:?}", way.name);
            assert_eq!(count(&app, "feedback").await, before + way.feedbacks, "{}", way.name);
        }
        app.stop().await;
    })
    .await;
}

/// Sends every way once, each with its own key; returns what was sent and the answers.
async fn sent_every_way(app: &TestApp) -> (Vec<(Sending, String)>, Vec<(u16, Value)>) {
    let mut sent = Vec::new();
    let mut answers = Vec::new();
    for way in every_way(app).await {
        let key = app.service.new_id().expect("an id").to_string();
        let answer = send_to(app, app.address, &way, &key).await;
        assert_eq!(answer.0, 201, "{}", way.name);
        answers.push(answer);
        sent.push((way, key));
    }
    (sent, answers)
}

/// The unit closes between two tries. The first was taken in, so the second is answered as before.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_is_answered_as_before_though_its_unit_has_closed() {
    on_both(async |app| {
        let (ways, first) = sent_every_way(&app).await;
        let unit = app.service.snapshot().tree.unit_by_slug("koivu").expect("the unit").id;
        kaiku::administration::close_unit(&app.service, ChangedBy::CommandLine, unit, Some(app.service.today()))
            .await
            .expect("closed");
        let after = rows(&app).await;
        for ((way, key), first) in ways.iter().zip(first) {
            assert_eq!(send_to(&app, app.address, way, key).await, first, "{}", way.name);
        }
        assert_eq!(rows(&app).await, after);
        app.post_public(FEEDBACK, &web()).await.problem(422, "unit-closed");
        app.stop().await;
    })
    .await;
}

/// Keys are added to the keyring between two tries. The repeat is found under the old keys, with its own code.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_is_found_after_new_keys_came() {
    on_both(async |app| {
        let (ways, first) = sent_every_way(&app).await;
        let file = app.folder.path().join("keyring.toml");
        let mut keys = std::fs::read_to_string(&file).expect("the keyring");
        for purpose in ["receipt", "contact", "request"] {
            let secret = "5a".repeat(32);
            keys.push_str(&format!("\n[[key]]\nid = \"new-{purpose}\"\npurpose = \"{purpose}\"\nkey = \"{secret}\"\n"));
        }
        std::fs::write(&file, keys).expect("a new keyring");
        let second = second_instance(&app).await;
        let after = rows(&app).await;
        for ((way, key), first) in ways.iter().zip(first) {
            assert_eq!(send_to(&app, second.address, way, key).await, first, "{}", way.name);
        }
        assert_eq!(rows(&app).await, after);
        second.stopper().stop().await;
        second.finished().await.expect("a clean stop");
        app.stop().await;
    })
    .await;
}

/// A second instance with the same database and the same keys.
pub async fn second_instance(app: &TestApp) -> Running {
    let keyring = app.folder.path().join("keyring.toml").display().to_string();
    let env = [
        ("KAIKU_DATABASE__URL", app.database_url.as_str()),
        ("KAIKU_KEYS__FILE", keyring.as_str()),
        ("KAIKU_DATABASE__PG_CONNECTIONS", "5"),
        ("KAIKU_SERVER__BIND", "127.0.0.1:0"),
        ("KAIKU_SERVER__WORKERS", "1"),
        ("KAIKU_SERVER__SHUTDOWN_TIMEOUT_SECONDS", "1"),
        ("KAIKU_RATES__PUBLIC_PER_CLIENT_PER_MINUTE", "1000000"),
        ("KAIKU_RATES__PUBLIC_BURST", "1000000"),
    ];
    let env = env.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::load(None, env).expect("a sound configuration");
    let parts = Parts { clock: app.clock.clone(), entropy: Arc::new(SystemEntropy), keyring: Opening::Existing };
    let service = app::build(config, parts).await.expect("the service");
    app::start(service, PrometheusBuilder::new().build_recorder().handle()).expect("a running server")
}

/// Submits in this way, with a key, to one of the instances.
async fn send_to(app: &TestApp, address: SocketAddr, way: &Sending, key: &str) -> (u16, Value) {
    let request = app.client.post(format!("http://{address}{}", way.path)).header("Idempotency-Key", key);
    let request = match way.who {
        Some(who) => request.bearer_auth(&app.tokens[who]),
        None => request,
    };
    let answer = request.json(&way.body).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("a body"))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_at_two_instances_is_one() {
    let app = TestApp::start(Kind::Postgres).await;
    let second = second_instance(&app).await;
    let addresses = [app.address, second.address];
    for _ in 0..3 {
        for way in every_way(&app).await {
            let before = count(&app, "feedback").await;
            let key = app.service.new_id().expect("an id").to_string();
            let sent = (0..12).map(|n| send_to(&app, addresses[n % 2], &way, &key));
            let answers = join_all(sent).await;
            assert_eq!(answers[0].0, 201, "{}: {:?}", way.name, answers[0]);
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{}: {answers:?}", way.name);
            assert_eq!(count(&app, "feedback").await, before + way.feedbacks, "{}", way.name);
        }
    }
    second.stopper().stop().await;
    second.finished().await.expect("a clean stop");
    app.stop().await;
}

/// Calls until one call is refused; returns how many passed.
async fn refused_after(app: &TestApp, path: &str, who: Option<&str>, body: &Value, most: usize) -> usize {
    for passed in 0..=most {
        let answer = app.call(Method::POST, path, who, Some(body)).await;
        if answer.status == 429 {
            let answer = answer.problem(429, "rate-limited");
            let seconds: u64 = answer.headers["retry-after"].parse().expect("seconds");
            assert!((1..=60).contains(&seconds), "{seconds}");
            assert!(answer.headers["ratelimit"].contains("r=0"), "{:?}", answer.headers);
            return passed;
        }
    }
    panic!("{most} calls and more passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_public_calls_wait() {
    let limits = [("KAIKU_RATES__PUBLIC_PER_CLIENT_PER_MINUTE", "1"), ("KAIKU_RATES__PUBLIC_BURST", "3")];
    let app = TestApp::start_with(Kind::Sqlite, &limits).await;
    assert_eq!(refused_after(&app, FEEDBACK, None, &web(), 3).await, 3);
    assert_eq!(count(&app, "feedback").await, 3);
    app.post(FEEDBACK, "worker", &oral()).await.expect(201);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_calls_of_one_token_wait() {
    let app = TestApp::start_with(Kind::Sqlite, &[("KAIKU_RATES__TOKEN_CALLS_PER_MINUTE", "2")]).await;
    assert_eq!(refused_after(&app, FEEDBACK, Some("worker"), &oral(), 2).await, 2);
    app.post(FEEDBACK, "worker-b", &oral()).await.expect(201);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_lookups_wait() {
    let limits = [("KAIKU_RATES__RECEIPT_LOOKUPS_PER_CLIENT_PER_MINUTE", "2")];
    let app = TestApp::start_with(Kind::Sqlite, &limits).await;
    let code = app.post_public(FEEDBACK, &web()).await.expect(201).text_at("/receipt");
    assert_eq!(refused_after(&app, LOOKUP, None, &json!({"code": code}), 2).await, 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_too_many_wrong_codes_a_right_one_waits_too() {
    let limits = [("KAIKU_RATES__RECEIPT_FAILURES_PER_CLIENT_PER_MINUTE", "2")];
    let app = TestApp::start_with(Kind::Sqlite, &limits).await;
    let code = app.post_public(FEEDBACK, &web()).await.expect(201).text_at("/receipt");
    app.story(&code).await.expect(200);
    assert_eq!(refused_after(&app, LOOKUP, None, &json!({"code": unknown_code()}), 2).await, 2);
    assert_eq!(refused_after(&app, LOOKUP, None, &json!({"code": code}), 0).await, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses_with_a_time_and_loses_nothing() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let limits = [("KAIKU_LIMITS__INTAKE_QUEUE", "1"), ("KAIKU_LIMITS__BATCH_ITEMS", "1")];
        let app = Arc::new(TestApp::start_with(kind, &limits).await);
        // While this transaction is open the writer cannot write, so submissions must wait.
        let mut held = app.service.store.write().await.expect("a transaction");
        if let Conn::Postgres(c) = held.conn() {
            sqlx::query("LOCK TABLE feedback IN EXCLUSIVE MODE").execute(c).await.expect("a lock");
        }
        let mut sent = JoinSet::new();
        for _ in 0..12 {
            let app = Arc::clone(&app);
            sent.spawn(async move { app.post_public(FEEDBACK, &web()).await });
        }
        let refused = sent.join_next().await.expect("an answer").expect("no panic").problem(503, "overloaded");
        assert_eq!(refused.headers["retry-after"], "1");
        drop(held);
        let mut taken = 0;
        while let Some(answer) = sent.join_next().await {
            let answer = answer.expect("no panic");
            if answer.status == 201 {
                taken += 1;
            } else {
                answer.problem(503, "overloaded");
            }
        }
        assert!(taken > 0, "what waited was written");
        assert_eq!(count(&app, "feedback").await, taken);
        app.post_public(FEEDBACK, &web()).await.expect(201);
        let Ok(app) = Arc::try_unwrap(app) else { panic!("somebody still holds the service") };
        app.stop().await;
    }
}

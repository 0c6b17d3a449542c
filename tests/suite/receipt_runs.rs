//! Receipts are found in memory, in runs, and after a restart; a rolled-back feedback leaves its receipt free.

use kaiku::base::Entropy;
use kaiku::base::chance::SystemEntropy;
use kaiku::base::receipt::{RECEIPT_ENTROPY_BYTES, ReceiptCode};
use reqwest::Method;
use serde_json::{Value, json};

use crate::intake::{interview, second_instance};
use crate::program::{execute, number, rows};
use crate::support::{Answer, Kind, TestApp, on_both};

const FEEDBACK: &str = "/api/v1/feedback";
const GROUP: &str = "/api/v1/group-interviews";
/// How many feedbacks make a run here.
const IN_RUN: usize = 4;
/// An idempotency key.
const KEY: &str = "0b0e7a55-6d5c-4f04-9f7e-3d1f6f0f3a11";
const SENT: usize = 3 * IN_RUN + 1;

fn form(words: &str) -> Value {
    json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q1": 4, "free": words}})
}

fn with_own_code(words: &str) -> Value {
    let mut random = [0; RECEIPT_ENTROPY_BYTES];
    SystemEntropy.fill(&mut random).expect("chance");
    let mut form = form(words);
    form["receipt"] = json!(ReceiptCode::from_entropy(&random).reveal());
    form
}

async fn send(app: &TestApp, key: &str, body: &Value) -> Answer {
    app.call_with(Method::POST, FEEDBACK, None, Some(body), &[("Idempotency-Key", key)]).await
}

/// Every repetition is answered as before, another body under the key is refused, a used code too, and each receipt opens.
async fn all_are_known(app: &TestApp, given: &[(String, String, Value)], codes: &[Value]) {
    let before = number(&app.database_url, "SELECT COUNT(*) FROM feedback").await;
    for (key, words, answer) in given {
        assert_eq!(send(app, key, &form(words)).await.expect(201).body, *answer);
        send(app, key, &form("Muuta.")).await.problem(422, "key-reused");
        let story = app.story(answer["receipt"].as_str().expect("a code")).await.expect(200);
        assert!(story.text.contains(words), "{}", story.text);
    }
    for code in codes {
        let mut again = form("Toiset sanat.");
        again["receipt"] = code["receipt"].clone();
        app.post_public(FEEDBACK, &again).await.problem(409, "code-taken");
        app.post_public(FEEDBACK, code).await.expect(201);
    }
    assert_eq!(number(&app.database_url, "SELECT COUNT(*) FROM feedback").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_are_found_in_memory_in_runs_and_after_a_restart() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let few = IN_RUN.to_string();
        let mut app = TestApp::start_with(kind, &[("KAIKU_DATABASE__RECEIPTS_IN_RUN", &few)]).await;
        let (mut given, mut codes) = (Vec::new(), Vec::new());
        for n in 0..SENT {
            let key = app.service.new_id().expect("an id").to_string();
            let words = format!("Sana numero {n}.");
            let answer = send(&app, &key, &form(&words)).await.expect(201).body;
            given.push((key, words, answer));
            if n % 3 == 0 {
                let code = with_own_code(&format!("Laite {n}"));
                app.post_public(FEEDBACK, &code).await.expect(201);
                codes.push(code);
            }
            all_are_known(&app, &given[n..], &codes[codes.len() - 1..]).await;
        }
        all_are_known(&app, &given, &codes).await;
        if matches!(kind, Kind::Sqlite) {
            let runs = rows::<(i64, i64)>(&app.database_url, "SELECT run, COUNT(*) FROM receipts GROUP BY run").await;
            assert!(runs.len() >= 3 && runs.iter().all(|(_, count)| (4..8).contains(count)), "{runs:?}");
            let newest =
                number(&app.database_url, "SELECT MAX(seq) - (SELECT MAX(run) FROM receipt_runs) FROM feedback").await;
            assert!(newest > 0, "none is in memory alone");
        }
        // The next day, and by a process that has nothing in memory yet.
        app.at("2026-11-21T08:00:00Z");
        let second = second_instance(&app).await;
        let first = std::mem::replace(&mut app.base, format!("http://{}", second.address));
        all_are_known(&app, &given, &codes).await;
        second.stopper().stop().await;
        second.finished().await.expect("a clean stop");
        app.base = first;
        app.stop().await;
    }
}

/// SQLite gives the `seq` of a rolled-back feedback to the next one: what memory says of the first must not lead to the second.
#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_of_a_rolled_back_feedback_is_free() {
    on_both(async |app| {
        let (refuse, allow) = match app.kind {
            Kind::Sqlite => (
                "CREATE TRIGGER refuse BEFORE INSERT ON cases BEGIN SELECT RAISE(ABORT, 'refused'); END",
                "DROP TRIGGER refuse",
            ),
            Kind::Postgres => (
                "ALTER TABLE cases ADD CONSTRAINT refuse CHECK (FALSE) NOT VALID",
                "ALTER TABLE cases DROP CONSTRAINT refuse",
            ),
        };
        execute(&app.database_url, refuse).await;
        send(&app, KEY, &form("Ensin hylätty.")).await.problem(500, "internal");
        execute(&app.database_url, allow).await;
        let between = app.post_public(FEEDBACK, &form("Välissä.")).await.expect(201);
        let given = send(&app, KEY, &form("Ensin hylätty.")).await.expect(201);
        assert_eq!(send(&app, KEY, &form("Ensin hylätty.")).await.expect(201).body, given.body);
        for (answer, words) in [(&between, "Välissä."), (&given, "Ensin hylätty.")] {
            let story = app.story(&answer.text_at("/receipt")).await.expect(200);
            assert!(story.text.contains(words), "{}", story.text);
        }
        assert_eq!(number(&app.database_url, "SELECT COUNT(*) FROM feedback").await, 2);
        app.stop().await;
    })
    .await;
}

/// The stored answer is erased after some days; the code that follows from the key is still in use.
#[tokio::test(flavor = "multi_thread")]
async fn an_interview_is_not_stored_again_when_its_answer_was_erased() {
    on_both(async |app| {
        let headers = [("Idempotency-Key", KEY)];
        let body = interview();
        let send = || app.call_with(Method::POST, GROUP, Some("facilitator"), Some(&body), &headers);
        let code = send().await.expect(201).text_at("/receipt");
        execute(&app.database_url, "DELETE FROM idempotency").await;
        send().await.problem(409, "code-taken");
        assert_eq!(number(&app.database_url, "SELECT COUNT(*) FROM feedback").await, 1);
        app.story(&code).await.expect(200);
        app.stop().await;
    })
    .await;
}

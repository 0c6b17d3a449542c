//! Requests that come at the same time, and answers that are lost on their way, on both databases.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::program::{new_key, number};
use crate::support::{Answer, Kind, TestApp, new_database, on_both};

const FEEDBACK: &str = "/api/v1/feedback";
/// How many come at once: as many as the service has connections to PostgreSQL in tests.
const AT_ONCE: usize = 5;

fn form(words: &str) -> Value {
    json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q1": 4, "free": words}})
}

async fn given(app: &TestApp) -> (String, String) {
    let given = app.post_public(FEEDBACK, &form("Jono oli pitkä.")).await.expect(201);
    (given.text_at("/id"), given.text_at("/receipt"))
}

/// The steps of a case, in their order.
async fn steps(app: &TestApp, id: &str) -> Vec<String> {
    let case = app.get(&format!("/api/v1/cases/{id}"), "handler").await.expect(200).body;
    let events = case["events"].as_array().expect("events");
    events.iter().map(|event| event["step"].as_str().expect("a step").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_step_sent_twice_at_once_is_taken_once_and_answered_twice() {
    on_both(async |app| {
        let (id, _) = given(&app).await;
        let path = format!("/api/v1/cases/{id}/acknowledge");
        let send = async || {
            let headers = [("Idempotency-Key", "sama"), ("If-Match", "\"1\"")];
            app.call_with(Method::POST, &path, Some("handler"), None, &headers).await
        };
        let answers: Vec<Answer> = join_all((0..AT_ONCE).map(|_| send())).await;
        let first = answers[0].body.clone();
        assert_eq!(first["state"], "acknowledged");
        for answer in answers {
            assert_eq!(answer.expect(200).body, first);
        }
        assert_eq!(steps(&app, &id).await, ["acknowledge"]);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_givers_say_at_once_is_all_kept() {
    on_both(async |app| {
        let (id, code) = given(&app).await;
        let add = async |n: usize| {
            let words = json!({"code": code, "text": format!("Lisäys {n}")});
            app.post_public("/api/v1/receipts/message", &words).await
        };
        for answer in join_all((0..AT_ONCE).map(add)).await {
            answer.expect(200);
        }
        assert_eq!(steps(&app, &id).await, vec!["giver_adds"; AT_ONCE]);

        // A first look at the answer, which tells the giver, from several windows.
        let decision = json!({"kind": "change_made", "text": "Avasimme toisen tiskin."});
        app.step(&id, "decide", "handler", Some(&decision)).await.expect(200);
        for story in join_all((0..AT_ONCE).map(|_| app.story(&code))).await {
            assert_eq!(story.expect(200).body["matters"][0]["state"], "told");
        }
        assert_eq!(steps(&app, &id).await.iter().filter(|step| *step == "tell").count(), 1);
        app.stop().await;
    })
    .await;
}

/// Stands between the service and PostgreSQL. Once armed it lets the next COMMIT through and keeps its answer back.
struct Between {
    address: String,
    armed: Arc<AtomicBool>,
}

impl Between {
    async fn start(database: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let armed = Arc::new(AtomicBool::new(false));
        let arm = Arc::clone(&armed);
        tokio::spawn(async move {
            while let Ok((service, _)) = listener.accept().await {
                let server = TcpStream::connect(&database).await.expect("the database");
                tokio::spawn(pass_on(service, server, Arc::clone(&arm)));
            }
        });
        Self { address, armed }
    }
}

async fn pass_on(mut service: TcpStream, mut server: TcpStream, armed: Arc<AtomicBool>) {
    let (mut asked, mut answered) = ([0; 16384], [0; 16384]);
    let (mut wrote, mut lose_answer) = (false, false);
    loop {
        tokio::select! {
            read = service.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let asked = &asked[..length];
                let sends = |words: &[u8]| asked.windows(words.len()).any(|found| found == words);
                // Other connections commit too, such as the one that proves that the disk has room.
                wrote |= sends(b"INSERT INTO feedback");
                lose_answer |= wrote && sends(b"COMMIT") && armed.swap(false, Ordering::SeqCst);
                if server.write_all(asked).await.is_err() { return }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                // The database has answered, so it has committed; the connection ends before anybody hears of it.
                if lose_answer || service.write_all(&answered[..length]).await.is_err() { return }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_is_called_unknown_and_the_same_key_is_safe() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = new_database(Kind::Postgres, folder.path()).await;
    let (before, place) = url.rsplit_once('@').expect("an address with a user");
    let (server, name) = place.split_once('/').expect("a database");
    let between = Between::start(server.to_owned()).await;
    let through = format!("{before}@{}/{name}", between.address);
    let settings = [("KAIKU_DATABASE__URL", through.as_str()), ("KAIKU_JOBS__RUN", "false")];
    let app = TestApp::start_with(Kind::Postgres, &settings).await;
    let key = new_key().to_string();
    let send = async || {
        let key = [("Idempotency-Key", key.as_str())];
        app.call_with(Method::POST, FEEDBACK, None, Some(&form("Kiitos.")), &key).await
    };
    between.armed.store(true, Ordering::SeqCst);
    let lost = send().await.problem(503, "unavailable");
    assert!(!between.armed.load(Ordering::SeqCst), "a commit came through");
    assert!(!lost.text.contains("Nothing was stored"), "{}", lost.text);
    assert!(lost.text.contains("did not say whether") && lost.text.contains("Idempotency-Key"), "{}", lost.text);
    assert_eq!(number(&url, "SELECT COUNT(*) FROM feedback").await, 1);
    send().await.expect(201);
    assert_eq!(number(&url, "SELECT COUNT(*) FROM feedback").await, 1);
    app.stop().await;
}

//! Webhooks as another system sees them: signed so that the official libraries of two other languages verify them, with
//! ids only, what givers did once a day, retried, stopped when the target is gone, and never sent into a private
//! network.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::time::Duration;

use jiff::ToSpan as _;
use jiff::civil::Date;
use kaiku::base::Clock as _;
use kaiku::calendar::working_days::FARTHEST_DAYS_AHEAD;
use kaiku::jobs::transports::JobWorker;
use kaiku::jobs::worker::run_due;
use kaiku::organisation::{NodeKind, Scope};
use kaiku::store::{Day, closures, jobs, settings, webhooks};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::program::{execute, number, until};
use crate::support::{Answer, Kind, TestApp, token_of};

/// The hour of notices on the first working morning after the tests' Friday, and a time after all of the day's
/// messages.
const MORNING: &str = "2026-11-23T06:00:00Z";
const ALL_LEFT: &str = "2026-11-23T06:10:01Z";
/// Instead of a status: hold the response back for a minute.
const HOLD: u16 = 0;

/// Settings for targets on this machine; only the tests run the jobs.
const OPEN: [(&str, &str); 3] =
    [("KAIKU_WEBHOOKS__ALLOW_PRIVATE", "true"), ("KAIKU_WEBHOOKS__ALLOW_HTTP", "true"), ("KAIKU_JOBS__RUN", "false")];

#[derive(Debug, Clone)]
struct Message {
    headers: BTreeMap<String, String>,
    body: String,
    request: String,
}

impl Message {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }
}

/// A webhook's target.
#[derive(Clone)]
struct Target {
    port: u16,
    seen: Arc<Mutex<Vec<Message>>>,
    connections: Arc<AtomicUsize>,
    answer: Arc<AtomicU16>,
    location: Arc<Mutex<String>>,
    came: Arc<Notify>,
}

impl Target {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let target = Self {
            port: listener.local_addr().expect("an address").port(),
            seen: Arc::default(),
            connections: Arc::default(),
            answer: Arc::new(AtomicU16::new(204)),
            location: Arc::default(),
            came: Arc::default(),
        };
        let serving = target.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.connections.fetch_add(1, Ordering::SeqCst);
                let serving = serving.clone();
                tokio::spawn(async move { serving.serve(stream).await });
            }
        });
        target
    }

    async fn serve(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let (head, length) = loop {
            let mut part = [0; 4096];
            let Ok(read @ 1..) = stream.read(&mut part).await else { return };
            bytes.extend_from_slice(&part[..read]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let Some((head, _)) = text.split_once("\r\n\r\n") else { continue };
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.trim().parse().ok());
            break (head.to_owned(), length.unwrap_or(0));
        };
        while bytes.len() < head.len() + 4 + length {
            let mut part = [0; 4096];
            let Ok(read @ 1..) = stream.read(&mut part).await else { return };
            bytes.extend_from_slice(&part[..read]);
        }
        let mut lines = head.lines();
        let message = Message {
            request: lines.next().unwrap_or_default().to_owned(),
            headers: lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            body: String::from_utf8(bytes[head.len() + 4..].to_vec()).expect("UTF-8"),
        };
        let status = self.answer.load(Ordering::SeqCst);
        self.seen.lock().unwrap().push(message);
        self.came.notify_one();
        if status == HOLD {
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        let location = self.location.lock().unwrap().clone();
        let answer = format!(
            "HTTP/1.1 {status} x\r\nlocation: {location}\r\ncontent-length: 3\r\nconnection: close\r\n\r\nok\n"
        );
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/kaiku", self.port)
    }

    fn answers(&self, status: u16) {
        self.answer.store(status, Ordering::SeqCst);
    }

    fn seen(&self) -> Vec<Message> {
        self.seen.lock().unwrap().clone()
    }

    /// The types of the messages received, sorted.
    fn types(&self) -> Vec<String> {
        let mut types: Vec<String> =
            self.seen().iter().map(|message| message.json()["type"].as_str().unwrap().to_owned()).collect();
        types.sort();
        types
    }
}

/// Runs `test` on both databases with these settings.
async fn on_both_with<F>(settings: &[(&str, &str)], test: F)
where
    F: AsyncFn(TestApp),
{
    for kind in [Kind::Sqlite, Kind::Postgres] {
        eprintln!("on {kind:?}");
        test(TestApp::start_with(kind, settings).await).await;
    }
}

fn county() -> Value {
    json!({"kind": "organiser", "slug": "testila"})
}

/// Adds a webhook; returns its id and secret.
async fn add(app: &TestApp, node: Value, url: &str, events: &[&str]) -> (String, String) {
    let body = json!({"node": node, "url": url, "events": events});
    let added = app.post("/api/v1/webhooks", "admin", &body).await.expect(201);
    assert_eq!(added.headers["cache-control"], "no-store");
    (added.text_at("/id"), added.text_at("/secret"))
}

async fn deliveries(app: &TestApp, id: &str) -> Vec<Value> {
    let page = app.get(&format!("/api/v1/webhooks/{id}/deliveries"), "admin").await.expect(200);
    page.body["items"].as_array().expect("a list").clone()
}

async fn give(app: &TestApp, words: &str) -> String {
    let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q1": 4, "free": words}, "reply": {"wanted": true, "email": "aino.antaja@example.fi"}});
    app.post_public("/api/v1/feedback", &form).await.expect(201).text_at("/id")
}

/// Runs everything that is due, including what becomes due meanwhile.
async fn run_all(app: &TestApp) {
    while run_due(&app.worker).await.expect("a round") > 0 {}
}

/// How the official libraries of Python and JavaScript verify messages; both must give the same result.
fn verdicts(app: &TestApp, messages: &[(&Message, &str)]) -> Vec<bool> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let now = app.clock.now().as_second();
    let list: Vec<Value> = messages
        .iter()
        .map(
            |(message, secret)| json!({"secret": secret, "headers": message.headers, "body": message.body, "now": now}),
        )
        .collect();
    let ask = |program: &str, script: &str| -> Vec<bool> {
        let mut library = Command::new(program)
            .arg(format!("{root}tests/verify/{script}"))
            .env("NODE_PATH", format!("{root}target/test-node/node_modules"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|why| panic!("{program}: {why}; tests/run installs what the tests need"));
        let mut input = library.stdin.take().expect("an input");
        input.write_all(Value::from(list.clone()).to_string().as_bytes()).expect("written");
        drop(input);
        let said = library.wait_with_output().expect("an output");
        assert!(said.status.success(), "{script} failed; tests/run installs the library");
        String::from_utf8(said.stdout).expect("UTF-8").lines().map(|line| line == "verified").collect()
    };
    let python = ask(&format!("{root}target/test-tools/bin/python"), "webhooks.py");
    let javascript = ask("node", "webhooks.cjs");
    assert_eq!(python, javascript);
    assert_eq!(python.len(), messages.len());
    python
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures_are_verified_by_the_official_libraries_and_secrets_rotate() {
    on_both_with(&OPEN, async |app| {
        let target = Target::start().await;
        let (id, secret) = add(&app, county(), &target.url(), &["case.told"]).await;
        let test = format!("/api/v1/webhooks/{id}/test");
        let queued = app.call(Method::POST, &test, Some("admin"), None).await.expect(202);
        run_all(&app).await;
        let seen = target.seen();
        let [message] = seen.as_slice() else { panic!("{seen:?}") };
        assert_eq!(message.request, "POST /kaiku HTTP/1.1");
        assert_eq!(message.id(), queued.text_at("/id"));
        assert_eq!(message.headers["content-type"], "application/json");
        assert_eq!(message.json(), json!({"type": "webhook.test", "timestamp": "2026-11-20T08:00:00Z", "data": {}}));
        let forged = Message { body: message.body.replace("test", "tset"), ..message.clone() };
        let (_, other) = add(&app, county(), &format!("{}/b", target.url()), &[]).await;
        assert_eq!(verdicts(&app, &[(message, &secret), (&forged, &secret), (message, &other)]), [true, false, false]);

        // After a rotation both secrets verify for a day, then only the new one.
        let rotate = format!("/api/v1/webhooks/{id}/rotate");
        let rotated = app.call(Method::POST, &rotate, Some("admin"), None).await.expect(200);
        let new = rotated.text_at("/secret");
        assert_eq!(rotated.text_at("/previous_until"), "2026-11-21T08:00:00Z");
        assert_eq!(rotated.headers["cache-control"], "no-store");
        for (at, old_verifies) in [("2026-11-21T07:59:59Z", true), ("2026-11-21T08:00:00Z", false)] {
            app.at(at);
            app.call(Method::POST, &test, Some("admin"), None).await.expect(202);
            run_all(&app).await;
            let seen = target.seen();
            let last = seen.last().expect("a message");
            assert_eq!(verdicts(&app, &[(last, &new), (last, &secret)]), [true, old_verifies], "{at}");
        }
        // No secret is shown again, and the database holds them sealed.
        let shown = app.get("/api/v1/webhooks", "admin").await.expect(200).text;
        assert!(shown.contains(&id) && !shown.contains("whsec_") && !shown.contains("secret"), "{shown}");
        let mut db = app.service.store.read().await.expect("a reader");
        let kept = webhooks::secrets(&mut db, id.parse().unwrap()).await.expect("secrets").expect("a webhook");
        assert!(kept.sealed.len() > 32 + 24 && kept.previous_sealed.is_some());
        drop(db);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn givers_are_told_of_once_a_day_and_staff_at_once_with_ids_only() {
    on_both_with(&OPEN, async |app| {
        let target = Target::start().await;
        let (hook, _) = add(&app, county(), &target.url(), &[]).await;
        // One of another producer hears nothing of all this.
        let elsewhere = Target::start().await;
        add(&app, json!({"kind": "producer", "slug": "yhdistys"}), &elsewhere.url(), &[]).await;
        let words = "Puhelinaika on silloin, kun olen työtoiminnassa.";
        let id = give(&app, words).await;
        run_all(&app).await;
        assert!(target.seen().is_empty(), "nobody learns when somebody gave feedback");

        app.at("2026-11-20T12:34:56Z");
        app.step(&id, "acknowledge", "handler", None).await.expect(200);
        app.step(&id, "decide", "handler", Some(&json!({"kind": "change_made", "text": "Aika muuttui."})))
            .await
            .expect(200);
        run_all(&app).await;
        assert_eq!(target.types(), ["case.acknowledged", "case.decided"]);
        let decided = target.seen().into_iter().map(|seen| seen.json()).find(|body| body["type"] == "case.decided");
        let ids = json!({"feedback_id": id, "case_id": id, "unit": "koivu", "state": "decided"});
        assert_eq!(decided, Some(json!({"type": "case.decided", "timestamp": "2026-11-20T12:34:56Z", "data": ids})));

        // Urgent texts are reported at once, also from a giver who wrote before.
        let urgent = give(&app, "Täällä on väkivaltaa.").await;
        run_all(&app).await;
        let told = target.seen().pop().expect("a message").json();
        assert_eq!(told["timestamp"], "2026-11-20T12:34:56Z");
        assert_eq!(told["data"], json!({"feedback_id": urgent, "case_ids": [urgent], "unit": "koivu"}));

        for quiet in ["2026-11-20T21:00:00Z", "2026-11-22T09:00:00Z", "2026-11-23T05:59:59Z"] {
            app.at(quiet);
            run_all(&app).await;
            assert_eq!(target.seen().len(), 3, "{quiet}");
        }
        app.at(ALL_LEFT);
        run_all(&app).await;
        let seen = target.seen();
        assert_eq!(seen.len(), 4);
        let received = json!({"type": "feedback.received", "timestamp": MORNING,
            "data": {"feedback_id": id, "case_ids": [id], "unit": "koivu"}});
        assert_eq!(seen[3].json(), received);
        let all: String = seen.iter().map(|message| format!("{:?}", message)).collect();
        for secret in [words, "Puhelinaika", "väkivalta", "Aika muuttui", "antaja@", "\"fi\"", "change_made"] {
            assert!(!all.contains(secret), "{secret}");
        }
        assert!(elsewhere.seen().is_empty());
        // What was delivered keeps its day: the instant of the urgent one is kept no longer.
        let kept = deliveries(&app, &hook).await;
        let mut times: Vec<&str> = kept.iter().map(|message| message["timestamp"].as_str().unwrap()).collect();
        times.sort_unstable();
        let (friday, monday) = ("2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z");
        assert_eq!(times, [friday, friday, friday, monday]);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_givers_own_steps_wait_for_the_morning_and_come_in_random_order() {
    on_both_with(&OPEN, async |app| {
        let target = Target::start().await;
        add(&app, json!({"kind": "unit", "slug": "koivu"}), &target.url(), &["feedback.received", "case.told"]).await;
        let mut given = Vec::new();
        for n in 0..9 {
            given.push(give(&app, &format!("Asia {n}.")).await);
        }
        let mut db = app.service.store.read().await.expect("a reader");
        let mut leaving = Vec::new();
        for job in jobs::list(&mut db, 200).await.expect("jobs").into_iter().filter(|job| job.kind == "webhook") {
            let delivery = webhooks::find_delivery(&mut db, job.subject.parse().unwrap()).await.unwrap().unwrap();
            leaving.push((job.run_at, delivery.feedback_id.expect("a feedback").to_string()));
        }
        drop(db);
        leaving.sort();
        let order: Vec<String> = leaving.iter().map(|(_, id)| id.clone()).collect();
        assert_eq!(order.len(), 9);
        // Chance gives the original order once in 362 880 times.
        assert_ne!(order, given);

        // Two are decided, and one giver opens the answer; this too is reported the next morning.
        app.step(&given[0], "decide", "handler", Some(&json!({"kind": "thanks"}))).await.expect(200);
        let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"free": "Kiitos."}});
        let own = app.post_public("/api/v1/feedback", &form).await.expect(201);
        app.step(&own.text_at("/id"), "decide", "handler", Some(&json!({"kind": "thanks"}))).await.expect(200);
        app.story(&own.text_at("/receipt")).await.expect(200);
        run_all(&app).await;
        assert!(target.seen().is_empty(), "{:?}", target.seen());
        app.at(ALL_LEFT);
        run_all(&app).await;
        assert_eq!(target.types().iter().filter(|kind| *kind == "feedback.received").count(), 10);
        let told: Vec<Value> =
            target.seen().iter().map(Message::json).filter(|body| body["type"] == "case.told").collect();
        let data =
            json!({"feedback_id": own.text_at("/id"), "case_id": own.text_at("/id"), "unit": "koivu", "state": "told"});
        assert_eq!(told, [json!({"type": "case.told", "timestamp": MORNING, "data": data})]);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_post_is_told_by_its_id_alone_and_once() {
    on_both_with(&OPEN, async |app| {
        let target = Target::start().await;
        add(&app, county(), &target.url(), &["board.posted"]).await;
        let body = json!({"said": "Ovi narisi.", "done": "Öljysimme.", "language": "fi"});
        let send = async || {
            let key = [("Idempotency-Key", "taulu")];
            let path = "/api/v1/units/koivu/board";
            app.call_with(Method::POST, path, Some("responsible"), Some(&body), &key).await.expect(201).text_at("/id")
        };
        let id = send().await;
        assert_eq!(send().await, id);
        app.post("/api/v1/units/koivu/board", "outsider", &body).await.problem(404, "not-found");
        run_all(&app).await;
        let seen: Vec<Value> = target.seen().iter().map(Message::json).collect();
        let expected = json!({"type": "board.posted", "timestamp": "2026-11-20T08:00:00Z",
            "data": {"post_id": id, "unit": "koivu"}});
        assert_eq!(seen, [expected]);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn boxes_groups_and_what_is_taken_back() {
    on_both_with(&OPEN, async |app| {
        let target = Target::start().await;
        let (hook, _) = add(&app, county(), &target.url(), &[]).await;
        let card = json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
            "answers": {"q1": 3}});
        // A batch with an error stores nothing.
        let faulty = json!({"items": [card, {"unit": "koivu"}]});
        assert_eq!(app.post("/api/v1/feedback/batch", "worker", &faulty).await.status, 422);
        app.post("/api/v1/feedback/batch", "worker", &json!({"items": [card, card]})).await.expect(201);
        let group = json!({"unit": "koivu", "language": "fi", "held_on": "2026-11-20", "goal": "Kehittää",
            "arrangements": {"recording": "notes"}, "group": {"participants": 6, "interviewers": 2},
            "summary": {"weaknesses": ["odottelu"], "strengths": ["ryhmähenki"]}});
        let group = app.post("/api/v1/group-interviews", "facilitator", &group).await.expect(201);
        let spam = give(&app, "Osta halvalla.").await;
        app.post(&format!("/api/v1/feedback/{spam}/void"), "responsible", &json!({"reason": "spam"})).await.expect(204);
        run_all(&app).await;
        assert_eq!(target.types(), ["feedback.voided"]);
        assert_eq!(target.seen()[0].json()["data"], json!({"feedback_id": spam, "unit": "koivu"}));
        app.at(ALL_LEFT);
        run_all(&app).await;
        let bodies: Vec<Value> = target.seen().iter().skip(1).map(Message::json).collect();
        assert_eq!(bodies.len(), 3, "{bodies:?}");
        assert!(bodies.iter().all(|body| body["type"] == "feedback.received"));
        assert_eq!(bodies.iter().filter(|body| body["data"]["case_ids"] == json!([])).count(), 2);
        let of_group =
            bodies.iter().find(|body| body["data"]["feedback_id"] == group.text_at("/id")).expect("the group");
        let mut points: Vec<&str> = ["/points/0/id", "/points/1/id"]
            .map(|pointer| group.body.pointer(pointer).and_then(Value::as_str).expect("a point"))
            .to_vec();
        let mut told: Vec<&str> =
            of_group["data"]["case_ids"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        points.sort_unstable();
        told.sort_unstable();
        assert_eq!(told, points);
        let dropped: Vec<Value> =
            deliveries(&app, &hook).await.into_iter().filter(|item| item["state"] == "dropped").collect();
        assert_eq!(dropped.len(), 1);
        assert_eq!((&dropped[0]["feedback_id"], &dropped[0]["attempts"]), (&json!(spam), &json!(0)));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_again_under_its_id_and_parked_at_last() {
    let settings = [&OPEN[..], &[("KAIKU_JOBS__MAX_ATTEMPTS", "3")]].concat();
    on_both_with(&settings, async |app| {
        let target = Target::start().await;
        let (hook, _) = add(&app, county(), &target.url(), &[]).await;
        let test = format!("/api/v1/webhooks/{hook}/test");
        target.answers(500);
        app.call(Method::POST, &test, Some("admin"), None).await.expect(202);
        run_all(&app).await;
        let waiting = deliveries(&app, &hook).await.remove(0);
        assert_eq!((&waiting["state"], &waiting["attempts"]), (&json!("waiting"), &json!(1)));
        assert_eq!((&waiting["last_status"], &waiting["last_error"]), (&json!(500), &json!("refused")));
        // The wait is 30 s plus up to half as much again; then it doubles.
        app.at("2026-11-20T08:00:29Z");
        run_all(&app).await;
        assert_eq!(target.seen().len(), 1);
        // A redirect is not followed.
        let elsewhere = Target::start().await;
        *target.location.lock().unwrap() = elsewhere.url();
        target.answers(307);
        app.at("2026-11-20T08:00:45Z");
        run_all(&app).await;
        assert_eq!((target.seen().len(), elsewhere.seen().len()), (2, 0));
        assert_eq!(deliveries(&app, &hook).await[0]["last_error"], "redirected");
        app.at("2026-11-20T09:00:00Z");
        run_all(&app).await;
        app.at("2026-11-20T15:00:00Z");
        run_all(&app).await;
        let seen = target.seen();
        assert_eq!(seen.len(), 3, "the last try was the third");
        assert!(seen.iter().all(|message| message.id() == seen[0].id()));
        assert_eq!(seen[2].headers["webhook-timestamp"], "1795165200", "each try says when it was made");
        assert_eq!(seen[0].json(), seen[2].json());
        let failed = deliveries(&app, &hook).await.remove(0);
        assert_eq!((&failed["state"], &failed["settled_on"]), (&json!("failed"), &json!("2026-11-20")));
        let queue = app.get("/api/v1/jobs", "admin").await.expect(200);
        let parked =
            queue.body["items"].as_array().unwrap().iter().find(|job| job["kind"] == "webhook").unwrap().clone();
        assert_eq!((&parked["state"], &parked["last_error"]), (&json!("parked"), &json!("the target answered 307")));

        // The target works again, and somebody requeues the job.
        target.answers(200);
        let id = parked["id"].as_str().unwrap();
        app.call(Method::POST, &format!("/api/v1/jobs/{id}/requeue"), Some("admin"), None).await.expect(204);
        run_all(&app).await;
        let done = deliveries(&app, &hook).await.remove(0);
        assert_eq!((&done["state"], &done["attempts"]), (&json!("delivered"), &json!(4)));
        assert_eq!(target.seen()[3].id(), seen[0].id());
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_gone_is_not_asked_again() {
    on_both_with(&OPEN, async |app| {
        let target = Target::start().await;
        let (hook, _) = add(&app, county(), &target.url(), &[]).await;
        let id = give(&app, "Asia.").await;
        target.answers(410);
        app.step(&id, "acknowledge", "handler", None).await.expect(200);
        run_all(&app).await;
        let path = format!("/api/v1/webhooks/{hook}");
        let shown = app.get(&path, "admin").await.expect(200).body;
        assert_eq!((&shown["enabled"], &shown["stopped"]), (&json!(false), &json!("gone")));
        app.call(Method::POST, &format!("{path}/test"), Some("admin"), None).await.problem(409, "step-not-allowed");
        app.step(&id, "decide", "handler", Some(&json!({"kind": "thanks"}))).await.expect(200);
        app.at(ALL_LEFT);
        run_all(&app).await;
        assert_eq!(target.seen().len(), 1);
        // The waiting messages are dropped; what happened later was never queued.
        let states: Vec<Value> = deliveries(&app, &hook).await.into_iter().map(|item| item["state"].clone()).collect();
        assert_eq!(states, ["dropped", "dropped"]);
        let again = json!({"url": target.url(), "events": ["case.told"], "enabled": true});
        let shown = app.call(Method::PUT, &path, Some("admin"), Some(&again)).await.expect(200).body;
        assert_eq!((&shown["enabled"], &shown["stopped"]), (&json!(true), &Value::Null));
        assert_eq!(shown["events"], json!(["case.told"]));
        app.call(Method::DELETE, &path, Some("admin"), None).await.expect(204);
        app.get(&path, "admin").await.problem(404, "not-found");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_hangs_delays_no_other() {
    let settings = [OPEN[0], OPEN[1], ("KAIKU_WEBHOOKS__TIMEOUT_SECONDS", "20"), ("KAIKU_JOBS__POLL_MS", "50")];
    on_both_with(&settings, async |app| {
        let (hangs, answers) = (Target::start().await, Target::start().await);
        hangs.answers(HOLD);
        let (hanging, _) = add(&app, county(), &hangs.url(), &[]).await;
        let (other, _) = add(&app, county(), &answers.url(), &[]).await;
        let call = async |hook: &str| {
            app.call(Method::POST, &format!("/api/v1/webhooks/{hook}/test"), Some("admin"), None).await.expect(202);
        };
        // More than are leased at a time.
        for _ in 0..30 {
            call(&hanging).await;
        }
        hangs.came.notified().await;
        let begun = std::time::Instant::now();
        for _ in 0..60 {
            call(&other).await;
        }
        until("the other one has all", async || answers.seen().len() == 60).await;
        assert!(begun.elapsed() < Duration::from_secs(15), "it took {:?}", begun.elapsed());
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_hangs_does_not_hold_up_a_stop() {
    let settings = [OPEN[0], OPEN[1], ("KAIKU_WEBHOOKS__TIMEOUT_SECONDS", "30"), ("KAIKU_JOBS__POLL_MS", "50")];
    on_both_with(&settings, async |app| {
        let target = Target::start().await;
        let (hook, _) = add(&app, county(), &target.url(), &[]).await;
        target.answers(HOLD);
        app.call(Method::POST, &format!("/api/v1/webhooks/{hook}/test"), Some("admin"), None).await.expect(202);
        target.came.notified().await;
        let begun = std::time::Instant::now();
        app.stop().await;
        assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_between_sending_and_recording_repeats_the_same_id() {
    on_both_with(&OPEN, async |app| {
        let target = Target::start().await;
        let (hook, _) = add(&app, county(), &target.url(), &[]).await;
        target.answers(HOLD);
        app.call(Method::POST, &format!("/api/v1/webhooks/{hook}/test"), Some("admin"), None).await.expect(202);
        let one = app.worker.clone();
        let dying = tokio::spawn(async move { run_due(&one).await });
        target.came.notified().await;
        dying.abort();
        target.answers(200);
        run_all(&app).await;
        assert_eq!(target.seen().len(), 1, "the lease of the dead one stands");
        app.end_leases().await;
        run_all(&app).await;
        let seen = target.seen();
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0].id(), seen[1].id());
        assert_eq!(deliveries(&app, &hook).await[0]["state"], "delivered");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_inside_are_refused_when_saved_and_when_sent() {
    let quiet = [("KAIKU_JOBS__RUN", "false"), ("KAIKU_JOBS__MAX_ATTEMPTS", "1")];
    on_both_with(&quiet, async |app| {
        let inside = Target::start().await;
        let refused = async |url: &str| -> Answer {
            app.post("/api/v1/webhooks", "admin", &json!({"node": county(), "url": url})).await
        };
        for url in [
            inside.url().as_str(),
            "https://127.0.0.1:8443/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest",
            "https://2130706433/",
            "https://aino:sala@example.fi/",
            "https://example.fi:22/",
            "ftp://example.fi/",
            "nowhere",
            "",
        ] {
            let answer = refused(url).await.problem(422, "invalid");
            assert_eq!(answer.body["errors"][0]["pointer"], "/url", "{url}");
        }
        // A host name is resolved when a message is sent: this one leads to this machine.
        let (hook, _) = add(&app, county(), &format!("https://localhost:{}/", inside.port), &[]).await;
        app.call(Method::POST, &format!("/api/v1/webhooks/{hook}/test"), Some("admin"), None).await.expect(202);
        run_all(&app).await;
        let failed = deliveries(&app, &hook).await.remove(0);
        assert_eq!((&failed["state"], &failed["last_error"]), (&json!("failed"), &json!("forbidden_target")));
        assert_eq!(inside.connections.load(Ordering::SeqCst), 0);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_saved_when_more_was_allowed_is_not_called() {
    let app = TestApp::start_with(Kind::Sqlite, &OPEN).await;
    let inside = Target::start().await;
    let (hook, _) = add(&app, county(), &inside.url(), &[]).await;
    app.call(Method::POST, &format!("/api/v1/webhooks/{hook}/test"), Some("admin"), None).await.expect(202);
    let strict = {
        let file = app.folder.path().join("keyring.toml").display().to_string();
        let env = [("KAIKU_DATABASE__URL".to_owned(), app.database_url.clone()), ("KAIKU_KEYS__FILE".to_owned(), file)];
        let config = kaiku::config::Config::load(None, env.into_iter()).expect("a sound configuration");
        let keyring = kaiku::administration::keys::Opening::Existing;
        let entropy = Arc::new(kaiku::base::chance::SystemEntropy);
        kaiku::app::build(config, kaiku::app::Parts { clock: app.clock.clone(), entropy, keyring })
            .await
            .expect("a service")
    };
    run_due(&JobWorker::new(strict.clone()).expect("a worker")).await.expect("a round");
    assert_eq!(deliveries(&app, &hook).await[0]["last_error"], "forbidden_target");
    assert_eq!(inside.connections.load(Ordering::SeqCst), 0);
    strict.store.close().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_queued_where_nobody_listens() {
    on_both_with(&OPEN, async |app| {
        let id = give(&app, "Asia.").await;
        app.step(&id, "acknowledge", "handler", None).await.expect(200);
        let mut db = app.service.store.read().await.expect("a reader");
        let kinds: Vec<String> =
            jobs::list(&mut db, 200).await.expect("jobs").into_iter().map(|job| job.kind).collect();
        assert!(!kinds.iter().any(|kind| kind == "webhook"), "{kinds:?}");
        drop(db);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_feedback_is_lost_for_a_message_that_cannot_be_queued() {
    on_both_with(&OPEN, async |app| {
        let target = Target::start().await;
        add(&app, county(), &target.url(), &[]).await;
        execute(&app.database_url, "ALTER TABLE webhook_deliveries RENAME TO elsewhere").await;
        let untold = give(&app, "Asia.").await;
        app.get(&format!("/api/v1/cases/{untold}"), "handler").await.expect(200);
        execute(&app.database_url, "ALTER TABLE elsewhere RENAME TO webhook_deliveries").await;
        give(&app, "Toinen asia.").await;
        let count = async |sql| number(&app.database_url, sql).await;
        assert_eq!(count("SELECT COUNT(*) FROM webhook_deliveries").await, 1, "the second is told of");
        assert_eq!(count("SELECT COUNT(*) FROM jobs WHERE kind = 'webhook'").await, 1, "nothing is half queued");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organiser_without_a_working_day_loses_neither_feedback_nor_messages() {
    on_both_with(&OPEN, async |app| {
        let target = Target::start().await;
        add(&app, county(), &target.url(), &[]).await;
        let node = app.service.snapshot().tree.node(NodeKind::Organiser, "testila").expect("the county");
        let mut tx = app.service.store.write().await.expect("a transaction");
        settings::raise(&mut tx).await.expect("a new version");
        let today: Date = app.service.today();
        for days in 0..=FARTHEST_DAYS_AHEAD + 1 {
            let day = today.saturating_add(i64::from(days).days());
            closures::put(&mut tx, node, Day(day), closures::ENTERED, "Suljettu").await.expect("a closure");
        }
        tx.commit().await.expect("a commit");
        // Only counted: a case would need a day by which it is answered.
        let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"q1": 4}});
        app.post_public("/api/v1/feedback", &form).await.expect(201);
        assert_eq!(number(&app.database_url, "SELECT COUNT(*) FROM feedback").await, 1);
        // Stored closures that leave no working day do not count.
        assert_eq!(number(&app.database_url, "SELECT COUNT(*) FROM webhook_deliveries").await, 1);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_kept_by_admins_of_the_organiser_only() {
    on_both_with(&OPEN, async |mut app| {
        let target = Target::start().await;
        let (hook, _) = add(&app, json!({"kind": "unit", "slug": "koivu"}), &target.url(), &["case.told"]).await;
        // An admin of one unit manages its settings, but not its webhooks.
        let local = json!({"role": "admin", "node": {"kind": "unit", "slug": "koivu"}});
        app.post("/api/v1/principals/outsider/grants", "admin", &local).await.expect(202);
        app.confirm_all("organiser").await;
        let path = format!("/api/v1/webhooks/{hook}");
        let new = json!({"node": {"kind": "unit", "slug": "koivu"}, "url": "https://example.fi/"});
        let change = json!({"url": "https://example.fi/", "enabled": true});
        let calls: [(Method, String, Option<&Value>); 6] = [
            (Method::GET, path.clone(), None),
            (Method::PUT, path.clone(), Some(&change)),
            (Method::DELETE, path.clone(), None),
            (Method::POST, format!("{path}/rotate"), None),
            (Method::POST, format!("{path}/test"), None),
            (Method::GET, format!("{path}/deliveries"), None),
        ];
        let others: Vec<String> = app.tokens.keys().filter(|who| *who != "admin").cloned().collect();
        assert!(others.len() > 10);
        for who in &others {
            for (method, path, body) in &calls {
                let answer = app.call(method.clone(), path, Some(who), *body).await;
                assert_eq!(answer.status, 404, "{who} {method} {path}: {}", answer.text);
            }
            assert_eq!(app.get("/api/v1/webhooks", who).await.expect(200).body["items"], json!([]), "{who}");
            app.post("/api/v1/webhooks", who, &new).await.problem(422, "unknown-reference");
        }
        let narrow = token_of(&app.service, "admin", &[Scope::OrganisationWrite, Scope::JobsWrite]).await;
        app.tokens.insert("narrow".to_owned(), narrow);
        for (method, path, body) in &calls {
            app.call(method.clone(), path, Some("narrow"), *body).await.problem(403, "scope-missing");
            app.call(method.clone(), path, None, *body).await.problem(401, "unauthenticated");
        }
        app.post("/api/v1/webhooks", "narrow", &new).await.problem(403, "scope-missing");
        app.get("/api/v1/webhooks", "narrow").await.problem(403, "scope-missing");
        // The same webhook cannot be added twice.
        let again = json!({"node": {"kind": "unit", "slug": "koivu"}, "url": target.url()});
        app.post("/api/v1/webhooks", "admin", &again).await.problem(409, "exists");
        let twice = json!({"node": county(), "url": target.url(), "events": ["case.told", "case.told"]});
        app.post("/api/v1/webhooks", "admin", &twice).await.problem(422, "invalid");
        let unknown = json!({"node": county(), "url": target.url(), "events": ["case.eaten"]});
        assert_eq!(app.post("/api/v1/webhooks", "admin", &unknown).await.status, 422);
        app.stop().await;
    })
    .await;
}

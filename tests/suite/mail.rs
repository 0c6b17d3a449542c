//! Mails as a real mail server receives them: to whom, when, with which words, and what follows for the case.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use kaiku::base::Instant;
use kaiku::config::Config;
use kaiku::jobs::{ticks, worker};
use kaiku::locales::Texts;
use kaiku::mail::letters::{self, NoticeFacts, NoticeSubject, Waiting, Words};
use kaiku::mail::{Delivery, Mailer, Outgoing};
use kaiku::outbox::notices::NoticeKind;
use kaiku::store::jobs;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::program::{Installation, number};
use crate::smtp::{Received, SmtpServer, Tls, USER};
use crate::support::{FRIDAY, Kind, TestApp};

const GIVER: &str = "antaja@example.fi";
const SAID: &str = "Ovi oli lukossa keskellä päivää.";
const ANSWER: &str = "Ovi on nyt auki kello kahdeksasta.";
const QUESTION: &str = "Mihin aikaan kävit ovella?";

/// An application that uses this mail server. It has no worker: the tests run the jobs themselves.
async fn app_with(kind: Kind, server: &SmtpServer, more: &[(&str, &str)]) -> TestApp {
    let settings = server.settings();
    let mut all: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.push(("KAIKU_JOBS__RUN", "false"));
    all.extend(more);
    TestApp::start_with(kind, &all).await
}

/// Runs a test on both databases, each with its own mail server.
async fn with_server<F, Fut>(tls: Tls, more: &[(&str, &str)], test: F)
where
    F: Fn(TestApp, SmtpServer) -> Fut,
    Fut: Future<Output = ()>,
{
    for kind in [Kind::Sqlite, Kind::Postgres] {
        eprintln!("on {kind:?}");
        let server = SmtpServer::start(tls, tls != Tls::None);
        let app = app_with(kind, &server, more).await;
        test(app, server).await;
    }
}

async fn run_all(app: &TestApp) {
    while worker::run_due(&app.worker).await.expect("the due jobs") > 0 {}
}

/// Gives a survey with a wish for a reply; returns the id of the case and the receipt code.
async fn survey(app: &TestApp, words: &str, email: &str, language: &str) -> (String, String) {
    let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": language,
        "answers": {"q12": 2, "free": words}, "reply": {"wanted": true, "email": email}});
    let taken = app.post_public("/api/v1/feedback", &form).await.expect(201);
    (taken.text_at("/id"), taken.text_at("/receipt"))
}

async fn decide(app: &TestApp, id: &str) {
    app.step(id, "decide", "handler", Some(&json!({"kind": "change_made", "text": ANSWER}))).await.expect(200);
}

async fn case(app: &TestApp, id: &str) -> Value {
    app.get(&format!("/api/v1/cases/{id}"), "responsible").await.expect(200).body
}

fn steps_of(case: &Value) -> Vec<&str> {
    case["events"].as_array().expect("events").iter().filter_map(|event| event["step"].as_str()).collect()
}

async fn waiting_jobs(app: &TestApp) -> Vec<jobs::JobRow> {
    let mut db = app.service.store.read().await.expect("a reader");
    let all = jobs::list(&mut db, 1_000).await.expect("the queue");
    all.into_iter().filter(|job| job.kind == "mail").collect()
}

/// Gives a principal an email address, a language and a wish for mails.
async fn reached(app: &TestApp, who: &str, email: &str, language: &str, wish: &str) {
    let change = json!({"name": who, "email": email, "language": language, "disabled": false});
    app.call(Method::PUT, &format!("/api/v1/principals/{who}"), Some("admin"), Some(&change)).await.expect(200);
    app.call(Method::PUT, "/api/v1/notices/mail", Some(who), Some(&json!({"mail": wish}))).await.expect(204);
}

fn is_quiet_about(mail: &Received, words: &[&str]) {
    let everything = mail.everything();
    assert!(everything.contains("receipt code") || everything.contains("kuittikoodi") || everything.contains("Kaiku"));
    for word in words {
        assert!(!everything.contains(word), "{word} stands in\n{everything}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_waits_is_told_by_mail() {
    with_server(Tls::Upgraded, &[], async |app, server| {
        let (id, code) = survey(&app, SAID, GIVER, "sv").await;
        run_all(&app).await;
        assert!(server.mails().is_empty(), "nothing waits yet");
        decide(&app, &id).await;
        let queued = case(&app, &id).await;
        assert_eq!(queued["state"], "decided", "no mail leaves from a request");
        let mails = json!([{"letter": "answer_waits", "state": "queued", "queued_on": "2026-11-20", "settled_on": null,
            "reason": null}]);
        assert_eq!(queued["mails"], mails);
        run_all(&app).await;

        let mails = server.mails();
        assert_eq!(mails.len(), 1);
        let mail = &mails[0];
        assert!(mail.tls && mail.user.as_deref() == Some(USER), "{mail:?}");
        assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("kaiku@example.fi", &[GIVER.to_owned()][..]));
        assert_eq!(mail.header("Content-Language"), "sv");
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        assert_eq!(mail.header("Subject"), "Du har fått ett svar");
        assert!(mail.header("Message-ID").ends_with("@example.fi>"));
        assert!(mail.text().contains("http://127.0.0.1:8080/r?lang=sv\n"), "{}", mail.text());
        assert!(mail.text().contains("Koivun sosiaalityö") && mail.text().contains("kvittokoden"), "{}", mail.text());
        is_quiet_about(mail, &["lukossa", "auki kello", "päivää", code.as_str(), id.as_str()]);

        let told = case(&app, &id).await;
        assert_eq!((&told["state"], &told["told_how"]), (&json!("told"), &json!("email")));
        assert_eq!(told["told_on"], "2026-11-20");
        assert_eq!(steps_of(&told), ["decide", "tell"]);
        assert_eq!((&told["events"][1]["actor"], &told["events"][1]["by"]), (&json!("service"), &Value::Null));
        assert_eq!(told["mails"][0]["state"], "taken");
        assert!(waiting_jobs(&app).await.is_empty());
        run_all(&app).await;
        assert_eq!(server.mails().len(), 1, "once");

        // The mail bounces days later: staff undo the telling, and the receipt page tells instead.
        app.step(&id, "mail-refused", "worker", None).await.problem(404, "not-found");
        let back = app.step(&id, "mail-refused", "handler", None).await.expect(200).body;
        assert_eq!(
            (&back["state"], &back["told_on"], &back["told_how"]),
            (&json!("decided"), &Value::Null, &Value::Null)
        );
        assert_eq!((&back["mails"][0]["state"], &back["mails"][0]["reason"]), (&json!("refused"), &json!("came_back")));
        app.step(&id, "mail-refused", "handler", None).await.problem(409, "step-not-allowed");
        let story = app.story(&code).await.expect(200);
        assert_eq!(story.body["matters"][0]["told_how"], "receipt_page");
        let by_page = case(&app, &id).await;
        assert!(!by_page["steps"].as_array().unwrap().contains(&json!("mail_refused")), "{}", by_page["steps"]);
        app.step(&id, "mail-refused", "handler", None).await.problem(409, "step-not-allowed");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_waits_and_a_sensitive_unit_is_not_named() {
    with_server(Tls::AtOnce, &[], async |app, server| {
        let unit = json!({"name": "Koivun turvakoti", "service": "aikuissosiaalityo", "sensitive": true});
        app.call(Method::PUT, "/api/v1/units/koivu", Some("admin"), Some(&unit)).await.expect(200);
        let (id, code) = survey(&app, SAID, GIVER, "en").await;
        app.step(&id, "ask", "handler", Some(&json!({"question": QUESTION}))).await.expect(200);
        run_all(&app).await;
        let asked = case(&app, &id).await;
        assert_eq!(
            (&asked["state"], &asked["told_on"]),
            (&json!("waiting_for_giver"), &Value::Null),
            "a question tells nothing"
        );
        assert_eq!(asked["mails"][0]["state"], "taken");
        decide(&app, &id).await;
        run_all(&app).await;
        let mails = server.mails();
        let subjects: Vec<&str> = mails.iter().map(|mail| mail.header("Subject")).collect();
        assert_eq!(subjects, ["We have a question for you", "You have an answer"]);
        for mail in &mails {
            assert!(mail.tls && mail.user.as_deref() == Some(USER), "TLS from the first byte: {mail:?}");
            is_quiet_about(mail, &["turvakoti", "koivu", "Koivu", "lukossa", "ovella", "auki kello", code.as_str()]);
        }
        assert_eq!(case(&app, &id).await["told_how"], "email");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_written_to_at_night_or_on_a_day_off_save_what_is_urgent() {
    with_server(Tls::None, &[], async |app, mut server| {
        // Friday evening in Helsinki.
        app.at("2026-11-20T17:00:00Z");
        let (id, _) = survey(&app, SAID, GIVER, "fi").await;
        decide(&app, &id).await;
        for night in ["2026-11-20T17:00:00Z", "2026-11-21T10:00:00Z", "2026-11-22T10:00:00Z", "2026-11-23T05:59:00Z"] {
            app.at(night);
            run_all(&app).await;
            assert!(server.mails().is_empty(), "{night}");
        }
        app.at("2026-11-23T06:00:00Z");
        run_all(&app).await;
        assert_eq!(server.mails().len(), 1, "Monday, 8 in the morning");

        // A mail that failed in the afternoon is not sent at night: not after the hour of deadlines, and not on a
        // holiday.
        app.at("2026-12-23T13:59:00Z");
        let (id, _) = survey(&app, SAID, GIVER, "fi").await;
        decide(&app, &id).await;
        server.down();
        run_all(&app).await;
        assert_eq!(waiting_jobs(&app).await[0].attempts, 1);
        server.up();
        for off in ["2026-12-23T14:30:00Z", "2026-12-23T22:00:00Z", "2026-12-24T10:00:00Z", "2026-12-25T10:00:00Z"] {
            app.at(off);
            run_all(&app).await;
            assert_eq!(server.mails().len(), 1, "{off}");
        }
        assert_eq!(waiting_jobs(&app).await[0].attempts, 1, "waiting for the day is no try");
        app.at("2026-12-28T06:00:00Z");
        run_all(&app).await;
        assert_eq!(server.mails().len(), 2);
        assert_eq!(case(&app, &id).await["told_on"], "2026-12-28");

        // Urgent: at once, at night.
        app.at("2026-12-28T23:00:00Z");
        let (id, _) = survey(&app, "Kotona on väkivaltaa.", GIVER, "fi").await;
        app.step(&id, "decide", "responsible", Some(&json!({"kind": "change_made", "text": ANSWER}))).await.expect(200);
        run_all(&app).await;
        assert_eq!(server.mails().len(), 3);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_address_is_seen_on_the_case_and_the_page_tells() {
    with_server(Tls::None, &[], async |app, server| {
        for (email, code) in [("refused@example.fi", "550"), ("ääni@example.fi", "ASCII")] {
            let (id, receipt) = survey(&app, SAID, email, "fi").await;
            decide(&app, &id).await;
            run_all(&app).await;
            let refused = case(&app, &id).await;
            assert_eq!((&refused["state"], &refused["told_on"]), (&json!("decided"), &Value::Null), "{email}");
            assert_eq!(steps_of(&refused), ["decide", "mail_refused"]);
            let reason = refused["events"][1]["detail"]["reason"].as_str().unwrap().to_owned();
            assert!(reason.contains(code) && !reason.contains('@'), "{reason}");
            assert_eq!(
                (&refused["mails"][0]["state"], &refused["mails"][0]["reason"]),
                (&json!("refused"), &json!(reason))
            );
            assert!(waiting_jobs(&app).await.is_empty(), "for good");
            let story = app.story(&receipt).await.expect(200);
            assert_eq!(story.body["matters"][0]["told_how"], "receipt_page");
        }
        assert!(server.mails().is_empty());
        // The connection is reused: the next mail is accepted.
        let before = server.connections();
        let (id, _) = survey(&app, SAID, GIVER, "fi").await;
        decide(&app, &id).await;
        run_all(&app).await;
        assert_eq!((server.mails().len(), server.connections()), (1, before));
        // A refused question leaves the case in its state; the receipt page asks.
        let (id, _) = survey(&app, SAID, "refused@example.fi", "fi").await;
        app.step(&id, "ask", "handler", Some(&json!({"question": QUESTION}))).await.expect(200);
        run_all(&app).await;
        let asked = case(&app, &id).await;
        assert_eq!((&asked["state"], steps_of(&asked)), (&json!("waiting_for_giver"), vec!["ask", "mail_refused"]));
        assert_eq!(asked["waiting_since"], "2026-11-20", "the clock stands still as before");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_twelve_hours_loses_nothing() {
    with_server(Tls::None, &[], async |app, mut server| {
        let (later, _) = survey(&app, SAID, "later@example.fi", "fi").await;
        decide(&app, &later).await;
        run_all(&app).await;
        let queue = waiting_jobs(&app).await;
        assert_eq!((queue[0].state.as_str(), queue[0].attempts), ("ready", 1));
        let why = queue[0].last_error.clone().unwrap();
        assert!(why.contains("451") && !why.contains('@'), "{why}");

        // Urgent, so that its retries go on at night.
        let (id, _) = survey(&app, "Kotona on väkivaltaa.", GIVER, "fi").await;
        app.step(&id, "decide", "responsible", Some(&json!({"kind": "change_made", "text": ANSWER}))).await.expect(200);
        server.down();
        let start: Timestamp = FRIDAY.parse().unwrap();
        for minutes in (0..=12 * 60).step_by(5) {
            app.clock.set(start + jiff::SignedDuration::from_mins(minutes));
            run_all(&app).await;
        }
        let queue = waiting_jobs(&app).await;
        assert_eq!(queue.len(), 2);
        assert!(queue.iter().all(|job| job.state == "ready"), "nothing is parked: {queue:?}");
        assert!(queue.iter().all(|job| job.attempts > 1), "both were tried: {queue:?}");
        assert_eq!(case(&app, &id).await["state"], "decided", "nothing is told that was not sent");
        server.up();
        app.clock.set(start + jiff::SignedDuration::from_hours(24));
        run_all(&app).await;
        assert_eq!(server.mails().len(), 1);
        assert_eq!(case(&app, &id).await["told_how"], "email");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_sent_but_not_recorded_is_sent_once_more_as_the_same_mail() {
    with_server(Tls::None, &[], async |app, server| {
        let (id, _) = survey(&app, SAID, "slow@example.fi", "fi").await;
        decide(&app, &id).await;
        // The server has accepted the mail but has not yet answered; the process ends now.
        let one = app.worker.clone();
        let dying = tokio::spawn(async move { worker::run_due(&one).await });
        server.has_taken(1).await;
        dying.abort();
        assert!(dying.await.is_err_and(|why| why.is_cancelled()));
        assert_eq!(case(&app, &id).await["state"], "decided");
        run_all(&app).await;
        assert_eq!(server.mails().len(), 1, "its lease still runs");

        app.end_leases().await;
        run_all(&app).await;
        let mails = server.mails();
        assert_eq!(mails.len(), 2, "sent once more");
        assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
        let told = case(&app, &id).await;
        assert_eq!(steps_of(&told), ["decide", "tell"], "told once");
        assert_eq!(told["mails"].as_array().unwrap().len(), 1);
        app.clock.advance(Duration::from_secs(3_600));
        run_all(&app).await;
        assert_eq!(server.mails().len(), 2);
        assert!(waiting_jobs(&app).await.is_empty());
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_too_slow_is_tried_again() {
    with_server(Tls::None, &[("KAIKU_MAIL__TIMEOUT_SECONDS", "1")], async |app, server| {
        let (id, _) = survey(&app, SAID, "slow@example.fi", "fi").await;
        let (other, _) = survey(&app, SAID, GIVER, "fi").await;
        decide(&app, &id).await;
        decide(&app, &other).await;
        run_all(&app).await;
        let queue = waiting_jobs(&app).await;
        assert_eq!((queue.len(), queue[0].attempts), (1, 1));
        assert!(queue[0].last_error.as_ref().unwrap().contains("within 1 s"), "{queue:?}");
        assert_eq!(case(&app, &id).await["state"], "decided");
        assert_eq!(case(&app, &other).await["state"], "told", "the others do not wait for it");
        app.stop().await;
        drop(server);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_used_again() {
    with_server(Tls::Upgraded, &[("KAIKU_MAIL__CONNECTIONS", "2")], async |app, server| {
        for _ in 0..8 {
            let (id, _) = survey(&app, SAID, GIVER, "fi").await;
            decide(&app, &id).await;
        }
        run_all(&app).await;
        assert_eq!(server.mails().len(), 8);
        assert!(server.connections() <= 2, "{} connections", server.connections());
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_and_no_password_goes_to_a_server_that_is_not_trusted() {
    let server = SmtpServer::start(Tls::Upgraded, true);
    for (setting, value, why) in [
        ("KAIKU_MAIL__CA_FILE", "", "cannot be reached"),
        ("KAIKU_MAIL__PASSWORD", "väärä", "535 (signing in)"),
        ("KAIKU_MAIL__HOST", "127.0.0.2", "cannot be reached"),
    ] {
        let app = app_with(Kind::Sqlite, &server, &[(setting, value)]).await;
        let (id, _) = survey(&app, SAID, GIVER, "fi").await;
        decide(&app, &id).await;
        run_all(&app).await;
        let queue = waiting_jobs(&app).await;
        let told = queue[0].last_error.clone().unwrap();
        assert!(told.contains(why), "{setting}: {told}");
        assert_eq!(case(&app, &id).await["state"], "decided");
        app.stop().await;
    }
    // No mail is sent unencrypted to a server without STARTTLS.
    let open = SmtpServer::start(Tls::None, false);
    let ca = server.folder.path().join("cert.pem").display().to_string();
    let more = [("KAIKU_MAIL__TLS", "starttls"), ("KAIKU_MAIL__CA_FILE", ca.as_str())];
    let app = app_with(Kind::Sqlite, &open, &more).await;
    let (id, _) = survey(&app, SAID, GIVER, "fi").await;
    decide(&app, &id).await;
    run_all(&app).await;
    let told = waiting_jobs(&app).await[0].last_error.clone().unwrap();
    assert!(told.contains("lacks what the settings ask for (STARTTLS)"), "{told}");
    app.stop().await;
    assert!(server.mails().is_empty() && open.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_longer_holds_is_not_sent() {
    with_server(Tls::None, &[], async |app, server| {
        app.at("2026-11-20T17:00:00Z");
        let (reopened, _) = survey(&app, SAID, GIVER, "fi").await;
        let (twice, _) = survey(&app, SAID, GIVER, "fi").await;
        let (read, read_code) = survey(&app, SAID, GIVER, "fi").await;
        let (void, _) = survey(&app, SAID, GIVER, "fi").await;
        let (answered, answered_code) = survey(&app, SAID, GIVER, "fi").await;
        for id in [&reopened, &twice, &read, &void] {
            decide(&app, id).await;
        }
        for id in [&reopened, &twice] {
            app.step(id, "reopen", "handler", Some(&json!({"reason": "Uutta tietoa."}))).await.expect(200);
        }
        decide(&app, &twice).await;
        app.story(&read_code).await.expect(200);
        app.post(&format!("/api/v1/feedback/{void}/void"), "responsible", &json!({"reason": "spam"})).await.expect(204);
        app.step(&answered, "ask", "handler", Some(&json!({"question": QUESTION}))).await.expect(200);
        let reply = json!({"code": answered_code, "text": "Aamulla."});
        app.post_public("/api/v1/receipts/message", &reply).await.expect(200);

        app.at("2026-11-23T08:00:00Z");
        run_all(&app).await;
        let states = async |id: &str| -> Vec<String> {
            let case = case(&app, id).await;
            let mails = case["mails"].as_array().unwrap().iter();
            mails.map(|mail| format!("{} {}", mail["state"].as_str().unwrap(), mail["reason"])).collect()
        };
        assert_eq!(states(&reopened).await, ["dropped \"outdated\""]);
        assert_eq!(states(&twice).await, ["dropped \"outdated\"", "taken null"], "the second decision is told");
        assert_eq!(states(&answered).await, ["dropped \"outdated\""]);
        assert_eq!(states(&read).await, ["taken null"]);
        let read = case(&app, &read).await;
        assert_eq!((&read["told_how"], &read["told_on"]), (&json!("receipt_page"), &json!("2026-11-20")), "as it was");
        assert_eq!(server.mails().len(), 2);

        // The contact details were erased in the meantime.
        let (id, _) = survey(&app, SAID, GIVER, "fi").await;
        decide(&app, &id).await;
        let mut tx = app.service.store.write().await.expect("a transaction");
        kaiku::store::contacts::erase(&mut tx, id.parse().unwrap()).await.expect("erased");
        tx.commit().await.expect("a commit");
        run_all(&app).await;
        assert_eq!(states(&id).await, ["dropped \"no_address\""]);
        assert_eq!(server.mails().len(), 2);
        // That is seen on the case, and the board tells now.
        let dropped = case(&app, &id).await;
        assert_eq!((&dropped["state"], steps_of(&dropped)), (&json!("decided"), vec!["decide", "mail_refused"]));
        assert_eq!(dropped["events"][1]["detail"], json!({"reason": "no_address"}));
        let post = json!({"said": "Jono.", "done": "Tiski.", "language": "fi", "covers": [id]});
        let posted = app.post("/api/v1/units/koivu/board", "responsible", &post).await.expect(201);
        assert_eq!(posted.body["covered"], 1);
        assert!(waiting_jobs(&app).await.is_empty());
        app.stop().await;
    })
    .await;
}

/// The mail's state of a case, and the steps of the case.
async fn outcome(app: &TestApp, id: &str) -> (String, Vec<String>) {
    let case = case(app, id).await;
    let steps = steps_of(&case).into_iter().map(str::to_owned).collect();
    (case["mails"][0]["state"].as_str().expect("a state").to_owned(), steps)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_refuses_the_mail_itself_settles_nothing() {
    with_server(Tls::None, &[], async |app, server| {
        let (id, _) = survey(&app, SAID, "spam@example.fi", "fi").await;
        decide(&app, &id).await;
        run_all(&app).await;
        assert_eq!(outcome(&app, &id).await, ("queued".to_owned(), vec!["decide".to_owned()]));
        let waiting = waiting_jobs(&app).await;
        assert_eq!((waiting.len(), waiting[0].state.as_str(), waiting[0].attempts), (1, "ready", 1));
        let why = waiting[0].last_error.clone().unwrap_or_default();
        assert!(why.contains("554 5.7.1") && !why.contains('@'), "{why}");
        assert!(server.mails().is_empty());
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_refuses_everybody_settles_nothing_and_all_mails_wait() {
    // By a code that is about Kaiku, and by one that blames the receivers: of these the first ones are believed.
    for (reply, settled) in [("554 5.7.1 Relaying denied", 0), ("550 No such user", 2)] {
        with_server(Tls::None, &[], async |app, server| {
            server.refuse_everybody(Some(reply));
            let mut ids = Vec::new();
            for number in 0..6 {
                let (id, _) = survey(&app, SAID, &format!("antaja{number}@example.fi"), "fi").await;
                decide(&app, &id).await;
                ids.push(id);
            }
            run_all(&app).await;
            let states = async || {
                let mut states = Vec::new();
                for id in &ids {
                    states.push(outcome(&app, id).await.0);
                }
                states.sort();
                states
            };
            let expected: Vec<&str> =
                (0..6).map(|number| if number < 6 - settled { "queued" } else { "refused" }).collect();
            assert_eq!(states().await, expected, "{reply}");
            // Nothing is tried meanwhile, and waiting is no try.
            server.refuse_everybody(None);
            let before = waiting_jobs(&app).await;
            assert_eq!(before.len(), 6 - settled);
            app.clock.advance(Duration::from_secs(300));
            let waits = before.iter().filter(|job| job.run_at > app.service.now().as_micros()).count();
            assert!(
                waits >= 4 - settled && before.iter().all(|job| job.state == "ready" && job.attempts <= 1),
                "{before:?}"
            );
            app.clock.advance(Duration::from_secs(301));
            run_all(&app).await;
            assert_eq!(server.mails().len(), 6 - settled);
            assert!(waiting_jobs(&app).await.is_empty());
            app.stop().await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_mails_in_front_do_not_hold_back_the_others_for_ever() {
    with_server(Tls::None, &[("KAIKU_MAIL__CONNECTIONS", "1")], async |app, server| {
        for name in ["refused1", "refused2", "refused3", "antaja"] {
            let (id, _) = survey(&app, SAID, &format!("{name}@example.fi"), "fi").await;
            decide(&app, &id).await;
            run_all(&app).await;
        }
        assert!(server.mails().is_empty(), "three refusals hold all mails back");
        app.clock.advance(Duration::from_secs(601));
        run_all(&app).await;
        assert_eq!(server.mails().len(), 1);
        assert!(waiting_jobs(&app).await.is_empty());
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_to_staff_is_tried_again_when_the_receiver_is_refused() {
    with_server(Tls::None, &[("KAIKU_JOBS__MAX_ATTEMPTS", "3")], async |app, server| {
        reached(&app, "responsible", "vilma@example.fi", "fi", "each").await;
        server.refuse_everybody(Some("550 5.1.1 No such mailbox"));
        survey(&app, "Kotona on väkivaltaa.", GIVER, "fi").await;
        let urgent = async || {
            let all = waiting_jobs(&app).await;
            all.into_iter().find(|job| job.attempts > 0)
        };
        run_all(&app).await;
        let first = urgent().await.expect("it waits for its next try");
        assert_eq!((first.state.as_str(), first.attempts), ("ready", 1));
        assert!(first.last_error.as_deref().unwrap_or_default().contains("refused (550)"), "{first:?}");
        // The mailbox is there again.
        server.refuse_everybody(None);
        app.clock.advance(Duration::from_secs(3_600));
        run_all(&app).await;
        assert_eq!(server.mails().len(), 1);

        // One that is refused every time is settled at the last.
        reached(&app, "responsible", "refused@example.fi", "fi", "each").await;
        survey(&app, "Kotona on väkivaltaa.", GIVER, "fi").await;
        for attempt in 1..=3 {
            run_all(&app).await;
            let held = urgent().await;
            assert_eq!(held.as_ref().map(|job| job.attempts), (attempt < 3).then_some(attempt), "{held:?}");
            app.clock.advance(Duration::from_secs(3_600));
        }
        let sql = "SELECT COUNT(*) FROM mails WHERE state = 'refused' AND principal_id IS NOT NULL";
        assert_eq!(number(&app.database_url, sql).await, 1);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_are_written_to_in_their_language_as_they_wish() {
    with_server(Tls::None, &[], async |app, server| {
        reached(&app, "handler", "kalle@example.fi", "en", "each").await;
        reached(&app, "responsible", "vilma@example.fi", "sv", "digest").await;
        reached(&app, "handler-paju", "refused@example.fi", "fi", "each").await;
        let paju = json!({"unit": "paju", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"free": SAID}});
        app.post_public("/api/v1/feedback", &paju).await.expect(201);
        for _ in 0..2 {
            survey(&app, SAID, GIVER, "fi").await;
        }
        let (urgent, _) = survey(&app, "Kotona on väkivaltaa.", GIVER, "fi").await;
        run_all(&app).await;
        let mails = server.mails();
        assert_eq!(mails.len(), 1, "the rest waits for the morning");
        assert_eq!((mails[0].to[0].as_str(), mails[0].header("Subject")), ("vilma@example.fi", "Brådskande respons"));
        assert!(
            mails[0].text().contains(&format!("Responsens id: {urgent}\n")) && !mails[0].everything().contains("http"),
            "what staff cannot open is no link: {}",
            mails[0].text()
        );

        app.at("2026-11-23T06:00:00Z");
        ticks::watch(&app.service).await.expect("the watch");
        run_all(&app).await;
        let mails = server.mails();
        let mut kalle: Vec<&str> = mails[1..].iter().map(|mail| mail.header("Subject")).collect();
        kalle.sort_unstable();
        let wanted = ["2 pieces of feedback are waiting for you", "A deadline is near", "A deadline is near"];
        assert_eq!(kalle, wanted, "the refused ones of the other unit are settled");
        assert!(mails[1..].iter().all(|mail| mail.to == ["kalle@example.fi"] && mail.html().contains("lang=\"en\"")));
        assert!(waiting_jobs(&app).await.iter().all(|job| job.state == "ready"));
        app.at("2026-11-23T06:30:00Z");
        run_all(&app).await;
        let mails = server.mails();
        assert_eq!(mails.len(), 5, "one digest");
        let digest = (mails[4].to[0].as_str(), mails[4].header("Subject"));
        // The urgent one is to be acknowledged today and decided tomorrow: two notices of one case are one entry.
        assert_eq!(digest, ("vilma@example.fi", "Ett meddelande 23.11.2026"));
        assert_eq!(mails[4].text().matches(urgent.as_str()).count(), 1, "{}", mails[4].text());
        assert!(mails[4].text().contains("Bekräfta att responsen har tagits emot."), "{}", mails[4].text());
        for mail in &mails {
            is_quiet_about(mail, &["lukossa", "väkivaltaa", GIVER]);
        }

        // A mail that waited is not sent to somebody who no longer wants mails.
        app.at("2026-11-23T17:00:00Z");
        survey(&app, SAID, GIVER, "fi").await;
        app.at("2026-11-24T05:00:00Z");
        run_all(&app).await;
        app.call(Method::PUT, "/api/v1/notices/mail", Some("handler"), Some(&json!({"mail": "none"})))
            .await
            .expect(204);
        app.at("2026-11-24T08:00:00Z");
        run_all(&app).await;
        assert!(!server.mails()[5..].iter().any(|mail| mail.to[0] == "kalle@example.fi"));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_begins_with_broken_deadlines_and_its_subject_counts_them() {
    with_server(Tls::None, &[], async |app, server| {
        reached(&app, "handler", "kalle@example.fi", "fi", "digest").await;
        let (late, _) = survey(&app, SAID, GIVER, "fi").await;
        app.at("2026-11-24T08:00:00Z");
        let (soon, _) = survey(&app, SAID, GIVER, "fi").await;
        // The first one was to be acknowledged yesterday, the second one tomorrow.
        app.at("2026-11-25T06:00:00Z");
        ticks::watch(&app.service).await.expect("the watch");
        run_all(&app).await;
        app.at("2026-11-25T06:30:00Z");
        run_all(&app).await;
        let mails = server.mails();
        let of_today = |mail: &&Received| mail.header("Subject").contains("25.11.2026");
        let digest = mails.iter().find(of_today).expect("the digest");
        let subject = digest.header("Subject");
        assert!(subject.starts_with("Yksi määräaika on ylittynyt – "), "{subject}");
        let text = digest.text();
        let place = |id: &str| text.find(id).unwrap_or_else(|| panic!("{id} is not in\n{text}"));
        assert!(place(&late) < place(&soon), "{text}");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_mails_are_files_and_nobody_counts_as_told() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = TestApp::start_with(kind, &[("KAIKU_JOBS__RUN", "false")]).await;
        let (id, code) = survey(&app, SAID, GIVER, "fi").await;
        decide(&app, &id).await;
        run_all(&app).await;
        let directory = app.folder.path().join("mail");
        let files: Vec<_> = std::fs::read_dir(&directory).expect("mails").map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(files[0].extension().unwrap(), "eml");
        assert_eq!(std::fs::metadata(&directory).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(&files[0]).unwrap();
        assert!(text.contains(&format!("To: {GIVER}\r\n")) && text.contains("@localhost>\r\n"), "{text}");
        let written = case(&app, &id).await;
        assert_eq!((&written["state"], &written["mails"][0]["state"]), (&json!("decided"), &json!("written")));
        app.story(&code).await.expect(200);
        assert_eq!(case(&app, &id).await["told_how"], "receipt_page");
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_a_mail_server_says_so_and_a_check_finds_what_would_stop_mails() {
    let mut installation = Installation::with_county(Kind::Sqlite).await;
    let program = installation.serve().await;
    assert!(program.log().contains("MAILS ARE WRITTEN TO FILES AND NOBODY GETS THEM"), "{}", program.log());
    program.stop().await;

    let server = SmtpServer::start(Tls::Upgraded, true);
    for (name, value) in server.settings() {
        installation.set(&name, &value);
    }
    installation.run_well(&["config", "check"]);
    let program = installation.serve().await;
    assert!(!program.log().contains("NOBODY GETS THEM"), "{}", program.log());
    program.stop().await;

    let broken = installation.folder.path().join("broken.pem");
    installation.set("KAIKU_MAIL__CA_FILE", &broken.display().to_string());
    assert!(installation.run_badly(&["config", "check"]).contains("broken.pem"));
    std::fs::write(&broken, "no certificate").expect("a file");
    assert!(installation.run_badly(&["config", "check"]).contains("there is no certificate in it"));
    assert!(installation.run_badly(&["serve"]).contains("broken.pem"), "a start says the same");
    installation.set("KAIKU_MAIL__TLS", "none");
    installation.set("KAIKU_MAIL__HOST", "smtp.example.fi");
    assert!(installation.run_badly(&["config", "check"]).contains("another machine"));
}

/// Two broken deadlines of one case, one of another, and what is to be read today.
fn several_broken(facts: &impl Fn(NoticeKind, i64) -> NoticeFacts, day: Date) -> Vec<NoticeFacts> {
    let mut several =
        [NoticeKind::Overdue, NoticeKind::Breach, NoticeKind::Escalated, NoticeKind::ReadToday, NoticeKind::StandIn]
            .map(|kind| facts(kind, 1));
    several[0].deadline = Some(("acknowledge".to_owned(), day.yesterday().expect("a day")));
    several[1].about = NoticeSubject::Case(Uuid::from_u128(9));
    several[1].deadline = Some(("tell".to_owned(), day.yesterday().expect("a day")));
    several[2].deadline = Some(("decide".to_owned(), day.yesterday().expect("a day")));
    several.to_vec()
}

/// Every letter with its facts, with the name of its snapshot.
fn every_letter(texts: Texts) -> Vec<(String, Words)> {
    let url = "https://palaute.example.fi";
    let day = "2026-12-04".parse().unwrap();
    let facts = |kind: NoticeKind, cases: i64| {
        let about_one = ![NoticeKind::NewCases, NoticeKind::ReadToday, NoticeKind::BoardDue].contains(&kind);
        let about = match kind {
            NoticeKind::NewCases | NoticeKind::ReadToday | NoticeKind::BoardDue => NoticeSubject::MyCases,
            NoticeKind::HeldMessages => NoticeSubject::HeldMessages,
            NoticeKind::AgreementProposed | NoticeKind::AgreementAnswered => {
                NoticeSubject::Agreement(Uuid::from_u128(8))
            }
            _ => NoticeSubject::Case(Uuid::from_u128(7)),
        };
        NoticeFacts {
            kind: kind.as_str().to_owned(),
            cases,
            about,
            leads: kind == NoticeKind::ReadToday,
            unit: about_one.then(|| "Koivun & Lepän sosiaalityö".to_owned()),
            deadline: Some(("decide".to_owned(), day)),
        }
    };
    let mut all: Vec<(String, Words)> = NoticeKind::ALL
        .into_iter()
        .map(|kind| (format!("notice_{}", kind.as_str()), letters::notice(texts, &facts(kind, 1))))
        .collect();
    all.push(("notice_new_cases_many".to_owned(), letters::notice(texts, &facts(NoticeKind::NewCases, 12))));
    all.push(("notice_held_messages_many".to_owned(), letters::notice(texts, &facts(NoticeKind::HeldMessages, 4))));
    all.push(("notice_read_today_many".to_owned(), letters::notice(texts, &facts(NoticeKind::ReadToday, 12))));
    let one = [facts(NoticeKind::NewCases, 1)];
    all.push(("digest_one".to_owned(), letters::digest(texts, day, &one)));
    let mut many = vec![facts(NoticeKind::NewCases, 3), facts(NoticeKind::Overdue, 1), facts(NoticeKind::BeforeDue, 1)];
    many[1].deadline = Some(("acknowledge".to_owned(), day));
    many[2].deadline = Some(("tell".to_owned(), day));
    all.push(("digest_many".to_owned(), letters::digest(texts, day, &many)));
    all.push(("digest_broken".to_owned(), letters::digest(texts, day, &several_broken(&facts, day))));
    many.insert(0, facts(NoticeKind::ReadToday, 3));
    all.push(("digest_read_today".to_owned(), letters::digest(texts, day, &many)));
    for (name, waiting) in [("answer", Waiting::Answer), ("question", Waiting::Question)] {
        all.push((format!("giver_{name}"), letters::to_giver(texts, url, waiting, Some("Koivun sosiaalityö"))));
        all.push((format!("giver_{name}_sensitive"), letters::to_giver(texts, url, waiting, None)));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mail_in_three_languages() {
    kaiku::app::use_ring();
    let server = SmtpServer::start(Tls::AtOnce, true);
    let config = Config::load(None, server.settings().into_iter()).expect("a sound configuration");
    let mailer = Mailer::new(&config.mail).expect("a mailer");
    let written_at = Instant::from_timestamp(FRIDAY.parse().unwrap());
    let mut names = Vec::new();
    let mut sent: u128 = 0;
    for language in ["fi", "sv", "en"] {
        for (name, words) in every_letter(Texts::of(language)) {
            sent += 1;
            let mail = Outgoing { id: Uuid::from_u128(sent), to: GIVER.parse().unwrap(), words, written_at };
            assert_eq!(mailer.send(&mail).await, Ok(Delivery::Taken));
            names.push(name);
        }
    }
    let mails = server.mails();
    assert_eq!(mails.len(), names.len());
    assert_eq!(server.connections(), 1, "one after the other by one connection");
    for letter in every_letter(Texts::of("fi")).into_iter().map(|(name, _)| name) {
        let mut shown = String::new();
        for (mail, _) in mails.iter().zip(&names).filter(|(_, name)| **name == letter) {
            assert!(mail.defects.is_empty(), "{:?}", mail.defects);
            assert_eq!(mail.kind, "multipart/alternative");
            assert_eq!(mail.parts.len(), 2);
            assert_eq!(mail.header("From"), "Kaiku <kaiku@example.fi>");
            assert_eq!(mail.header("Date"), "Fri, 20 Nov 2026 08:00:00 +0000");
            let language = mail.header("Content-Language");
            let page = mail.html();
            assert!(page.contains(&format!("<html lang=\"{language}\">")), "{page}");
            assert!(!page.contains("src=") && !page.contains("@import") && !page.contains("url("), "nothing is loaded");
            assert!(!mail.everything().contains("{ $"), "a variable was not filled in");
            for id in ["notice-", "digest-", "giver-", "mail-"] {
                assert!(!mail.text().contains(id), "a text is missing: {}", mail.text());
            }
            shown.push_str(&format!(
                "==== {language}\nSubject: {}\n\n{}\n---- HTML\n{}\n",
                mail.header("Subject"),
                mail.text(),
                page
            ));
        }
        insta::assert_snapshot!(letter, shown);
    }
}

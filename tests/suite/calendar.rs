//! Closed days of places and their effect on deadlines; each person's own deadlines as a calendar feed.

use std::path::Path;
use std::process::{Command, Stdio};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use kaiku::jobs::{ticks, worker};
use kaiku::organisation::{Node, NodeKind};
use kaiku::store::{Day, closures, deadline_feeds, jobs, settings};
use reqwest::Method;
use serde_json::{Value, json};

use crate::program::{Installation, rows, until};
use crate::support::{Answer, Kind, TestApp, on_both};

/// Monday 2026-11-23, 10:00.
const MONDAY: &str = "2026-11-23T08:00:00Z";

async fn web(app: &TestApp, unit: &str) -> Value {
    let form = json!({"unit": unit, "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q12": 3, "free": "Puhelinaika on liian lyhyt."}});
    app.post_public("/api/v1/feedback", &form).await.expect(201).body
}

async fn close(app: &TestApp, kind: &str, node: &str, who: &str, days: &[&str]) -> Answer {
    let closures: Vec<Value> = days.iter().map(|day| json!({"day": day, "reason": "Koulutuspäivä"})).collect();
    let path = format!("/api/v1/calendar/closures?node_kind={kind}&node={node}");
    app.post(&path, who, &json!({"closures": closures})).await
}

async fn open_again(app: &TestApp, kind: &str, node: &str, who: &str, day: &str) -> Answer {
    let path = format!("/api/v1/calendar/closures/{day}?node_kind={kind}&node={node}");
    app.call(Method::DELETE, &path, Some(who), None).await
}

async fn closed(app: &TestApp, kind: &str, node: &str, who: &str) -> Vec<(String, String)> {
    let path = format!("/api/v1/calendar/closures?node_kind={kind}&node={node}&limit=200");
    let page = app.get(&path, who).await.expect(200);
    let word = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    page.body["items"].as_array().unwrap().iter().map(|row| (word(row, "day"), word(row, "source"))).collect()
}

async fn import(app: &TestApp, kind: &str, node: &str, who: &str, file: impl Into<String>) -> Answer {
    let path = format!("{}/api/v1/calendar/import?node_kind={kind}&node={node}", app.base);
    let request = app.client.post(path).bearer_auth(&app.tokens[who]).header("content-type", "text/calendar");
    Answer::of(request.body(file.into()).send().await.expect("an answer")).await
}

/// A calendar file with whole days.
fn file(days: &[(&str, &str)]) -> String {
    let events: Vec<String> = days
        .iter()
        .map(|(day, why)| format!("BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:{why}\r\nEND:VEVENT\r\n"))
        .collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", events.concat())
}

/// Waits until the due `move_deadlines` jobs are done, by this test or by the application's own worker.
async fn moved(app: &TestApp) {
    until("the deadlines have moved", async || {
        worker::run_due(&app.worker).await.expect("jobs");
        let now = app.service.now().as_micros();
        let mut db = app.service.store.read().await.expect("a reader");
        let waiting = jobs::list(&mut db, 1_000).await.expect("the queue");
        !waiting.iter().any(|job| job.kind == "move_deadlines" && job.run_at <= now)
    })
    .await;
}

async fn case(app: &TestApp, id: &str) -> Value {
    app.get(&format!("/api/v1/cases/{id}"), "organiser").await.expect(200).body
}

fn promise(acknowledge: &str, decide: &str, tell: &str) -> Value {
    json!({"acknowledge_by": acknowledge, "decide_by": decide, "tell_by": tell})
}

/// The details of a case's events of one step.
fn steps(case: &Value, step: &str) -> Vec<Value> {
    let events = case["events"].as_array().unwrap().iter();
    events.filter(|event| event["step"] == step).map(|event| event["detail"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_closed_when_it_or_what_is_above_it_is() {
    on_both(async |app| {
        let plain = promise("2026-11-24", "2026-12-04", "2026-12-10");
        assert_eq!(web(&app, "koivu").await["promise"], plain);
        close(&app, "unit", "koivu", "responsible", &["2026-11-23"]).await.expect(204);
        assert_eq!(web(&app, "koivu").await["promise"], promise("2026-11-25", "2026-12-07", "2026-12-11"));
        assert_eq!(web(&app, "leppa").await["promise"], plain);
        // A closed day of the producer counts at all its units, in addition to the unit's own closed days.
        close(&app, "producer", "oma-tuotanto", "contact", &["2026-11-24"]).await.expect(204);
        assert_eq!(web(&app, "koivu").await["promise"], promise("2026-11-26", "2026-12-08", "2026-12-14"));
        assert_eq!(web(&app, "leppa").await["promise"], promise("2026-11-25", "2026-12-07", "2026-12-11"));
        assert_eq!(web(&app, "paju").await["promise"], promise("2026-11-23", "2026-11-27", "2026-12-02"));
        close(&app, "organiser", "testila", "admin", &["2026-11-25"]).await.expect(204);
        assert_eq!(web(&app, "koivu").await["promise"], promise("2026-11-27", "2026-12-09", "2026-12-15"));
        assert_eq!(web(&app, "paju").await["promise"], promise("2026-11-23", "2026-11-30", "2026-12-03"));
        // Closed days entered under the organiser's own path are in the same calendar.
        let old = app.get("/api/v1/organisers/testila/closures", "admin").await.expect(200);
        assert_eq!(old.body, json!({"closures": [{"day": "2026-11-25", "reason": "Koulutuspäivä"}]}));
        open_again(&app, "producer", "oma-tuotanto", "contact", "2026-11-24").await.expect(204);
        open_again(&app, "producer", "oma-tuotanto", "contact", "2026-11-24").await.problem(404, "not-found");
        assert_eq!(web(&app, "leppa").await["promise"], promise("2026-11-24", "2026-12-07", "2026-12-11"));
        let none = close(&app, "unit", "koivu", "responsible", &[]).await;
        none.problem(422, "batch-size");
        close(&app, "unit", "koivu", "responsible", &["2026-12-01"; 401]).await.problem(422, "batch-size");
        close(&app, "unit", "tuntematon", "admin", &["2026-12-01"]).await.problem(404, "not-found");
        let code = json!({"closures": [{"day": "2026-12-01", "reason": "Loma 010594Y9032"}]});
        let path = "/api/v1/calendar/closures?node_kind=unit&node=koivu";
        let refused = app.post(path, "responsible", &code).await.problem(422, "invalid");
        assert_eq!(refused.text_at("/errors/0/pointer"), "/closures/0/reason");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_file_closes_its_days_and_replaces_the_file_before() {
    on_both(async |app| {
        close(&app, "unit", "koivu", "responsible", &["2026-12-21", "2026-12-22"]).await.expect(204);
        let first = file(&[("20261221", "Siivous"), ("20261223", "Aaton aatto"), ("20151223", "Kauan sitten")]);
        let answer = import(&app, "unit", "koivu", "responsible", first).await.expect(200);
        assert_eq!(answer.body, json!({"days": 2, "left_out": 1, "skipped": []}));
        let all =
            [("2026-12-21", "entered"), ("2026-12-21", "file"), ("2026-12-22", "entered"), ("2026-12-23", "file")];
        let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter().map(|(day, source)| ((*day).to_owned(), (*source).to_owned())).collect()
        };
        assert_eq!(closed(&app, "unit", "koivu", "worker").await, pairs(&all));

        // A file with errors changes nothing, and each error is named with its line.
        let bad = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Koska?\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:eilen\nEND:VEVENT\n\
                   BEGIN:VEVENT\nDTSTART:20261224\nDTEND:20261223\nEND:VEVENT\nEND:VCALENDAR\n";
        let refused = import(&app, "unit", "koivu", "responsible", bad).await.problem(422, "invalid");
        let places = refused.body["errors"].as_array().unwrap().iter().map(|fault| fault["pointer"].as_str().unwrap());
        assert_eq!(places.collect::<Vec<_>>(), ["line 2", "line 6", "line 10"]);
        assert!(refused.text_at("/errors/2/detail").contains("ends before it starts"), "{}", refused.text);
        assert_eq!(closed(&app, "unit", "koivu", "worker").await, pairs(&all));
        let no_calendar = import(&app, "unit", "koivu", "responsible", "Tervetuloa\n").await;
        no_calendar.problem(422, "invalid");
        let long = "x".repeat(262_145);
        import(&app, "unit", "koivu", "responsible", long).await.problem(413, "body-too-large");
        let path = "/api/v1/calendar/import?node_kind=unit&node=koivu";
        app.post(path, "responsible", &json!({})).await.problem(415, "unsupported-media-type");

        let meeting = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261209T080000\nDTEND:20261209T160000\nEND:VEVENT\n\
                       BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261231\nRRULE:FREQ=YEARLY;COUNT=2\nEND:VEVENT\nEND:VCALENDAR";
        let answer = import(&app, "unit", "koivu", "responsible", meeting).await.expect(200);
        assert_eq!((&answer.body["days"], &answer.body["skipped"][0]["line"]), (&json!(2), &json!(2)));
        let now =
            [("2026-12-21", "entered"), ("2026-12-22", "entered"), ("2026-12-31", "file"), ("2027-12-31", "file")];
        assert_eq!(closed(&app, "unit", "koivu", "worker").await, pairs(&now));
        assert_eq!(closed(&app, "organiser", "testila", "worker").await, []);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_moves_what_is_open_with_an_event_and_leaves_the_rest() {
    on_both(async |app| {
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(web(&app, "koivu").await["id"].as_str().unwrap().to_owned());
        }
        let other = web(&app, "leppa").await["id"].as_str().unwrap().to_owned();
        let [received, acknowledged, waiting, decided, told] = ids.as_slice() else { panic!("five") };
        app.step(acknowledged, "acknowledge", "handler", None).await.expect(200);
        app.step(waiting, "ask", "handler", Some(&json!({"question": "Milloin?"}))).await.expect(200);
        for id in [decided, told] {
            app.step(id, "decide", "handler", Some(&json!({"kind": "thanks", "text": "Kiitos."}))).await.expect(200);
        }
        let oral = |meeting: &str| {
            json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
                "answers": {"free": "Kiitos."}, "reminder": {"text": "Ti", "next_meeting": meeting}})
        };
        let far = app.post("/api/v1/feedback", "worker", &oral("2027-01-09")).await.expect(201).text_at("/id");
        let near = app.post("/api/v1/feedback", "worker", &oral("2026-12-11")).await.expect(201).text_at("/id");
        // An oral note whose giver has been told.
        let done = app.post("/api/v1/feedback", "worker", &oral("2026-12-11")).await.expect(201).text_at("/id");
        let thanks = json!({"kind": "thanks", "text": "Kiitos."});
        app.step(&done, "decide", "handler", Some(&thanks)).await.expect(200);
        app.step(&done, "tell", "worker", Some(&json!({"how": "in_person"}))).await.expect(200);

        close(&app, "unit", "koivu", "admin", &["2026-11-23"]).await.expect(204);
        moved(&app).await;
        let plain = promise("2026-11-24", "2026-12-04", "2026-12-10");
        let full = promise("2026-11-25", "2026-12-07", "2026-12-11");
        let seen = case(&app, received).await;
        assert_eq!(seen["promise"], full);
        let detail = json!({"acknowledge": {"from": "2026-11-24", "to": "2026-11-25"},
            "decide": {"from": "2026-12-04", "to": "2026-12-07"}, "tell": {"from": "2026-12-10", "to": "2026-12-11"}});
        assert_eq!(steps(&seen, "move_deadlines"), [detail]);
        assert_eq!(seen["events"][0]["actor"], "service");
        for id in [acknowledged, waiting] {
            assert_eq!(case(&app, id).await["promise"], promise("2026-11-24", "2026-12-07", "2026-12-11"));
        }
        let seen = case(&app, decided).await;
        assert_eq!(seen["promise"], promise("2026-11-24", "2026-12-04", "2026-12-11"), "only telling is open");
        assert_eq!(case(&app, &far).await["promise"]["tell_by"], "2027-01-09", "the meeting stays the day");
        assert_eq!(case(&app, &near).await["promise"]["tell_by"], "2026-12-11");
        let seen = case(&app, &done).await;
        assert_eq!((&seen["promise"]["tell_by"], steps(&seen, "move_deadlines").len()), (&json!("2026-12-11"), 0));
        let seen = case(&app, &other).await;
        assert_eq!((&seen["promise"], steps(&seen, "move_deadlines").len()), (&plain, 0), "another unit's case");

        // The second job changes nothing more.
        let version = case(&app, received).await["version"].clone();
        app.at("2026-11-20T08:10:00Z");
        moved(&app).await;
        assert_eq!(case(&app, received).await["version"], version);
        let mut db = app.service.store.read().await.unwrap();
        let left = jobs::list(&mut db, 1_000).await.unwrap();
        assert!(!left.iter().any(|job| job.kind == "move_deadlines"), "both looks are done");
        drop(db);

        // Removing the closed day moves them back.
        open_again(&app, "unit", "koivu", "responsible", "2026-11-23").await.expect(204);
        moved(&app).await;
        let seen = case(&app, received).await;
        assert_eq!((&seen["promise"], steps(&seen, "move_deadlines").len()), (&plain, 2));
        // Importing a file does the same, and so does importing the organisation.
        import(&app, "producer", "oma-tuotanto", "contact", file(&[("20261123", "Kehittäminen")])).await.expect(200);
        moved(&app).await;
        assert_eq!(case(&app, received).await["promise"], full);
        assert_eq!(case(&app, &other).await["promise"], full);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_never_moves_nearer_than_the_next_working_day() {
    on_both(async |app| {
        close(&app, "unit", "koivu", "responsible", &["2026-11-23", "2026-11-24", "2026-11-25"]).await.expect(204);
        let id = web(&app, "koivu").await["id"].as_str().unwrap().to_owned();
        assert_eq!(case(&app, &id).await["promise"], promise("2026-11-27", "2026-12-09", "2026-12-15"));
        // On Wednesday all three days turn out to have been open, so by the terms acknowledging was due on Tuesday.
        app.at("2026-11-25T08:00:00Z");
        for day in ["2026-11-23", "2026-11-24", "2026-11-25"] {
            open_again(&app, "unit", "koivu", "responsible", day).await.expect(204);
        }
        moved(&app).await;
        assert_eq!(case(&app, &id).await["promise"], promise("2026-11-26", "2026-12-04", "2026-12-10"));
        // Once that day has come, the deadline is not moved any earlier. A closed day moves it later, although it is
        // broken.
        app.at("2026-11-26T08:00:00Z");
        close(&app, "unit", "koivu", "responsible", &["2026-12-31"]).await.expect(204);
        moved(&app).await;
        assert_eq!(case(&app, &id).await["promise"]["acknowledge_by"], "2026-11-26");
        app.at("2026-11-30T08:00:00Z");
        let closed = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"];
        close(&app, "unit", "koivu", "responsible", &closed).await.expect(204);
        moved(&app).await;
        assert_eq!(case(&app, &id).await["promise"], promise("2026-11-30", "2026-12-10", "2026-12-16"));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_moves_on_is_reminded_of_anew() {
    on_both(async |app| {
        let id = web(&app, "koivu").await["id"].as_str().unwrap().to_owned();
        app.at("2026-11-25T07:00:00Z");
        kaiku::handling::escalation::remind(&app.service).await.unwrap();
        assert_eq!(steps(&case(&app, &id).await, "remind").len(), 1, "it was due yesterday");
        close(&app, "unit", "koivu", "responsible", &["2026-11-23", "2026-11-24", "2026-11-25"]).await.expect(204);
        moved(&app).await;
        assert_eq!(case(&app, &id).await["promise"]["acknowledge_by"], "2026-11-27");
        app.at("2026-11-27T07:00:00Z");
        kaiku::handling::escalation::remind(&app.service).await.unwrap();
        let seen = steps(&case(&app, &id).await, "remind");
        assert_eq!(seen.last().map(|detail| &detail["rung"]), Some(&json!("due")), "{seen:?}");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_cases_move_page_by_page() {
    on_both(async |app| {
        let card = json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
            "answers": {"q1": 2, "q3": "Jonotin."}});
        let batch = json!({"items": vec![card; 450]});
        app.post("/api/v1/feedback/batch", "worker-b", &batch).await.expect(201);
        close(&app, "unit", "koivu", "responsible", &["2026-11-23"]).await.expect(204);
        moved(&app).await;
        let count = async |sql: &'static str| rows::<(i64,)>(&app.database_url, sql).await[0].0;
        assert_eq!(count("SELECT COUNT(*) FROM cases WHERE decide_by = '2026-12-07' AND version = 2").await, 450);
        assert_eq!(count("SELECT COUNT(*) FROM case_events WHERE step = 'move_deadlines'").await, 450);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_shifts_by_its_working_days_and_reopening_begins_anew() {
    on_both(async |app| {
        let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"free": "Puhelinaika on liian lyhyt."}, "reply": {"wanted": true}});
        let taken = app.post_public("/api/v1/feedback", &form).await.expect(201);
        let (id, code) = (taken.text_at("/id"), taken.text_at("/receipt"));
        let ask = json!({"question": "Milloin?"});
        let answer = json!({"code": code, "text": "Maanantaina."});
        app.at(MONDAY);
        // Asked and answered on the same day: no deadline moves.
        app.step(&id, "ask", "handler", Some(&ask)).await.expect(200);
        app.post_public("/api/v1/receipts/message", &answer).await.expect(200);
        assert_eq!(case(&app, &id).await["promise"], promise("2026-11-24", "2026-12-04", "2026-12-10"));
        // From Monday to the next Tuesday: six working days. Over a weekend: one.
        app.step(&id, "ask", "handler", Some(&ask)).await.expect(200);
        app.at("2026-12-01T08:00:00Z");
        app.post_public("/api/v1/receipts/message", &answer).await.expect(200);
        let seen = case(&app, &id).await;
        assert_eq!(seen["promise"], promise("2026-11-24", "2026-12-14", "2026-12-18"));
        assert_eq!(seen["waiting_since"], Value::Null);
        app.at("2026-12-04T08:00:00Z");
        app.step(&id, "ask", "handler", Some(&ask)).await.expect(200);
        app.at("2026-12-07T08:00:00Z");
        app.post_public("/api/v1/receipts/message", &answer).await.expect(200);
        let shifted = promise("2026-11-24", "2026-12-15", "2026-12-21");
        assert_eq!(case(&app, &id).await["promise"], shifted);
        let paused: Vec<Value> =
            steps(&case(&app, &id).await, "giver_answers").iter().map(|d| d["paused_working_days"].clone()).collect();
        assert_eq!(paused, [json!(0), json!(6), json!(1)]);

        // Recomputing after a change of the calendar that touches none of these days gives the same result.
        close(&app, "unit", "koivu", "responsible", &["2027-03-01"]).await.expect(204);
        moved(&app).await;
        let seen = case(&app, &id).await;
        assert_eq!((&seen["promise"], steps(&seen, "move_deadlines").len()), (&shifted, 0));
        // The paused days still count when a change does touch them.
        close(&app, "unit", "koivu", "responsible", &["2026-12-10"]).await.expect(204);
        moved(&app).await;
        assert_eq!(case(&app, &id).await["promise"], promise("2026-11-24", "2026-12-16", "2026-12-22"));

        let decide = json!({"kind": "no_change", "text": "Emme voi muuttaa tätä nyt."});
        app.step(&id, "decide", "handler", Some(&decide)).await.expect(200);
        app.story(&code).await.expect(200);
        app.at("2026-12-11T08:00:00Z");
        app.post_public("/api/v1/receipts/verdict", &json!({"code": code, "helped": false})).await.expect(200);
        // Ten and fourteen working days from the 11th, across Christmas, New Year and Epiphany; the pauses no longer
        // count.
        let anew = promise("2026-11-24", "2026-12-29", "2027-01-05");
        assert_eq!(case(&app, &id).await["promise"], anew);
        close(&app, "unit", "koivu", "responsible", &["2026-12-14"]).await.expect(204);
        moved(&app).await;
        assert_eq!(case(&app, &id).await["promise"], promise("2026-11-24", "2026-12-30", "2027-01-07"));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reopening_an_oral_note_waits_for_the_meeting() {
    on_both(async |app| {
        let note = json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
            "answers": {"free": "Odotin."}, "reminder": {"text": "Ti", "next_meeting": "2027-01-09"}});
        let id = app.post("/api/v1/feedback", "worker", &note).await.expect(201).text_at("/id");
        app.step(&id, "decide", "handler", Some(&json!({"kind": "thanks", "text": "Kiitos."}))).await.expect(200);
        app.step(&id, "reopen", "handler", Some(&json!({"reason": "Uutta tietoa"}))).await.expect(200);
        assert_eq!(case(&app, &id).await["promise"], promise("2026-11-24", "2026-12-04", "2027-01-09"));
        app.stop().await;
    })
    .await;
}

/// The events of a feed as PyPI's `icalendar` reads them; it must report no errors.
fn read_by_another_library(feed: &str) -> Value {
    const PROGRAM: &str = "import json, sys, icalendar\n\
        calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())\n\
        complaints = [str(error) for part in calendar.walk() for error in part.errors]\n\
        assert not complaints, complaints\n\
        events = [{'uid': str(e['UID']), 'summary': str(e['SUMMARY']), 'start': e.decoded('DTSTART').isoformat(),\n\
            'end': e.decoded('DTEND').isoformat(), 'sequence': int(e['SEQUENCE']),\n\
            'stamp': e.decoded('DTSTAMP').isoformat(), 'text': str(e['DESCRIPTION'])} for e in calendar.walk('VEVENT')]\n\
        print(json.dumps({'name': str(calendar['X-WR-CALNAME']),\n\
            'refresh': calendar.decoded('REFRESH-INTERVAL').total_seconds(), 'events': events}))";
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/bin/python");
    let mut child = Command::new(&python)
        .args(["-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|why| panic!("{}: {why}; tests/run makes it from tests/requirements.txt", python.display()));
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), feed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the feed was not read:\n{feed}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Creates a feed and returns its path.
async fn feed_of(app: &TestApp, who: &str) -> String {
    let made = app.post("/api/v1/calendar/feed", who, &json!({})).await.expect(201);
    assert_eq!(made.headers["cache-control"], "no-store");
    let url = made.text_at("/url");
    url.strip_prefix(&app.service.config.server.public_url).expect("the public address").to_owned()
}

async fn feed(app: &TestApp, path: &str) -> Answer {
    app.call(Method::GET, path, None, None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_reads_their_own_deadlines_in_their_calendar() {
    on_both(async |app| {
        let id = web(&app, "koivu").await["id"].as_str().unwrap().to_owned();
        web(&app, "paju").await;
        let asked = web(&app, "koivu").await["id"].as_str().unwrap().to_owned();
        app.step(&asked, "ask", "handler", Some(&json!({"question": "Milloin?"}))).await.expect(200);
        let note = json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
            "answers": {"free": "Salainen toive."}});
        let note = app.post("/api/v1/feedback", "worker", &note).await.expect(201).text_at("/id");
        let path = feed_of(&app, "handler").await;
        let answer = feed(&app, &path).await.expect(200);
        assert_eq!(answer.headers["content-type"], "text/calendar; charset=utf-8");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert!(answer.text.lines().count() > 10 && !answer.text.replace("\r\n", "").contains('\n'), "CRLF");
        assert!(answer.text.split("\r\n").all(|line| line.len() <= 75), "folded");
        for secret in [id.as_str(), "Puhelinaika", "Salainen"] {
            assert!(!answer.text.contains(secret), "{secret} in {}", answer.text);
        }
        let read = read_by_another_library(&answer.text);
        assert_eq!((&read["name"], &read["refresh"]), (&json!("Kaiku: omat määräajat"), &json!(3600.0)));
        let events = read["events"].as_array().unwrap();
        let seen: Vec<(&str, &str)> =
            events.iter().map(|event| (event["start"].as_str().unwrap(), event["summary"].as_str().unwrap())).collect();
        let acknowledge = ("2026-11-24", "Kuittaa palaute: Koivun sosiaalityö");
        let decide = ("2026-12-04", "Päätä vastaus palautteeseen: Koivun sosiaalityö");
        assert_eq!(seen, [acknowledge, acknowledge, decide, decide], "of two cases; one waits for its giver");
        assert_eq!(events[0]["end"], "2026-11-25");
        assert_eq!(events[0]["stamp"], "2026-11-19T22:00:00+00:00", "the day's beginning, no time of any step");
        assert!(events[0]["text"].as_str().unwrap().contains("kello 16"), "{}", events[0]);
        let uids: std::collections::BTreeSet<&str> =
            events.iter().map(|event| event["uid"].as_str().unwrap()).collect();
        assert_eq!(uids.len(), 4);

        // A moved deadline is the same event with a higher sequence number; a deadline that was met is gone.
        close(&app, "unit", "koivu", "responsible", &["2026-11-23"]).await.expect(204);
        moved(&app).await;
        app.step(&note, "decide", "handler", Some(&json!({"kind": "thanks", "text": "Kiitos."}))).await.expect(200);
        let again = read_by_another_library(&feed(&app, &path).await.expect(200).text);
        let again = again["events"].as_array().unwrap();
        assert_eq!(
            again.iter().map(|event| event["start"].as_str().unwrap()).collect::<Vec<_>>(),
            ["2026-11-25", "2026-12-07"]
        );
        let before = events.iter().find(|event| event["uid"] == again[0]["uid"]).expect("the same event");
        assert!(again[0]["sequence"].as_i64() > before["sequence"].as_i64());

        // The author is the one who tells the giver. The feed follows the person's language.
        let author = feed_of(&app, "worker").await;
        let read = read_by_another_library(&feed(&app, &author).await.expect(200).text);
        assert_eq!(read["events"].as_array().unwrap().len(), 1);
        assert_eq!(read["events"][0]["summary"], "Kerro vastaus palautteen antajalle: Koivun sosiaalityö");
        let english = json!({"name": "Anna Työntekijä", "email": null, "language": "en", "disabled": false});
        app.call(Method::PUT, "/api/v1/principals/worker", Some("admin"), Some(&english)).await.expect(200);
        let read = read_by_another_library(&feed(&app, &author).await.expect(200).text);
        assert_eq!(read["events"][0]["summary"], "Tell the answer to whoever gave the feedback: Koivun sosiaalityö");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feeds_address_is_secret_replaceable_and_kept_nowhere() {
    on_both(async |app| {
        let first = feed_of(&app, "handler").await;
        let secret = first.trim_start_matches("/calendar/").trim_end_matches(".ics").to_owned();
        assert_eq!(secret.len(), 64);
        let mut db = app.service.store.read().await.unwrap();
        assert_eq!(deadline_feeds::find(&mut db, secret.as_bytes()).await.unwrap(), None, "the hash alone is kept");
        drop(db);
        let second = feed_of(&app, "handler").await;
        assert_ne!(first, second);
        feed(&app, &first).await.problem(404, "not-found");
        feed(&app, &second).await.expect(200);
        for wrong in ["/calendar/.ics", "/calendar/x.ics", &format!("/calendar/{}.ics", "0".repeat(64)), "/calendar/"] {
            feed(&app, wrong).await.problem(404, "not-found");
        }
        app.call(Method::DELETE, "/api/v1/calendar/feed", Some("handler"), None).await.expect(204);
        feed(&app, &second).await.problem(404, "not-found");
        app.call(Method::DELETE, "/api/v1/calendar/feed", Some("handler"), None).await.expect(204);
        // A disabled principal cannot read the feed.
        let third = feed_of(&app, "handler").await;
        let stopped = json!({"name": "Kalle Käsittelijä", "email": null, "language": "fi", "disabled": true});
        app.call(Method::PUT, "/api/v1/principals/handler", Some("admin"), Some(&stopped)).await.expect(200);
        feed(&app, &third).await.problem(404, "not-found");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_role_has_no_deadlines_left() {
    on_both(async |app| {
        web(&app, "koivu").await;
        let path = feed_of(&app, "handler").await;
        assert_eq!(feed(&app, &path).await.expect(200).text.matches("BEGIN:VEVENT").count(), 2);
        let grant = "/api/v1/principals/handler/grants/handler/unit/koivu";
        app.call(Method::DELETE, grant, Some("admin"), None).await.expect(204);
        assert_eq!(feed(&app, &path).await.expect(200).text.matches("BEGIN:VEVENT").count(), 0);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_addresses_is_limited_with_any_header() {
    let few = [("KAIKU_RATES__PUBLIC_PER_CLIENT_PER_MINUTE", "1"), ("KAIKU_RATES__PUBLIC_BURST", "2")];
    let app = TestApp::start_with(Kind::Sqlite, &few).await;
    let path = format!("/calendar/{}.ics", "a".repeat(64));
    let guess = async || app.call_with(Method::GET, &path, None, None, &[("authorization", "Bearer x")]).await;
    guess().await.problem(404, "not-found");
    guess().await.problem(404, "not-found");
    guess().await.problem(429, "rate-limited");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_stands_in_no_log_and_no_figure() {
    let mut installation = Installation::with_county(Kind::Sqlite).await;
    installation.set("KAIKU_LOG__LEVEL", "trace");
    let program = installation.serve().await;
    let token = installation.token("handler", "cases:read");
    let made = crate::support::http().post(format!("{}/api/v1/calendar/feed", program.base)).bearer_auth(token);
    let url: Value = made.send().await.unwrap().json().await.unwrap();
    let url = url["url"].as_str().unwrap();
    let secret = url.rsplit('/').next().unwrap().trim_end_matches(".ics");
    assert!(program.text(&format!("/calendar/{secret}.ics")).await.starts_with("BEGIN:VCALENDAR\r\n"));
    assert_eq!(program.status(&format!("/calendar/{secret}x.ics")).await.map(|status| status.as_u16()), Some(404));
    let figures = program.text("/metrics").await;
    assert!(figures.contains("/calendar/{secret}.ics"), "the figures count the route");
    assert!(!figures.contains(secret));
    assert!(program.log().contains("/calendar/{secret}.ics"), "the log names the route:\n{}", program.log());
    // What libraries log at this level is outside Kaiku's control; Kaiku's own lines must not hold the secret.
    let own: Vec<String> = program.log().lines().filter(|line| line.contains("kaiku")).map(str::to_owned).collect();
    assert!(!own.is_empty() && own.iter().all(|line| !line.contains(secret)), "the secret is in the log");
    program.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_imports_a_calendar() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::with_county(kind).await;
        let path = installation.folder.path().join("koivu.ics");
        let name = path.display().to_string();
        let command = |node: &'static str| ["calendar", "import", &name, "--node-kind", "unit", "--node", node];
        // The command uses the real clock: the yearly day must lie within its years whenever this runs.
        let yearly = file(&[("20200107", "Aloituspäivä")]).replace("SUMMARY", "RRULE:FREQ=YEARLY\r\nSUMMARY");
        std::fs::write(&path, &yearly).unwrap();
        let said = installation.run_well(&command("koivu"));
        assert!(said.contains("closed on"), "{said}");
        let count = "SELECT COUNT(*) FROM closures WHERE node_kind = 'unit' AND source = 'file'";
        let held = installation.number(count).await;
        assert!((10..=13).contains(&held), "{held}");
        std::fs::write(&path, yearly.replace("20200107", "huomenna")).unwrap();
        let said = installation.run_badly(&command("koivu"));
        assert!(said.contains("koivu.ics: Line 4: the date \"huomenna\" cannot be read"), "{said}");
        assert_eq!(installation.number(count).await, held);
        assert!(installation.run_badly(&command("tuntematon")).contains("there is no unit tuntematon"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_import_of_the_organisation_moves_deadlines_too() {
    on_both(async |app| {
        let county = format!("{}\n[[closure]]\nday = 2026-11-23\nreason = \"Koulutuspäivä\"\n", crate::support::COUNTY);
        let id = web(&app, "koivu").await["id"].as_str().unwrap().to_owned();
        let import = kaiku::administration::Import::from_toml(&county, &app.service.catalogue).unwrap();
        kaiku::administration::import(&app.service, &import).await.unwrap();
        moved(&app).await;
        assert_eq!(case(&app, &id).await["promise"], promise("2026-11-25", "2026-12-07", "2026-12-11"));
        assert_eq!(
            closed(&app, "organiser", "testila", "worker").await,
            [("2026-11-23".to_owned(), "entered".to_owned())]
        );
        // Entering it under the organiser's own path moves them too.
        let more = json!({"closures": [{"day": "2026-11-24", "reason": "Koulutuspäivä"}]});
        app.post("/api/v1/organisers/testila/closures", "admin", &more).await.expect(200);
        moved(&app).await;
        assert_eq!(case(&app, &id).await["promise"], promise("2026-11-26", "2026-12-08", "2026-12-14"));
        app.stop().await;
    })
    .await;
}

/// A folder with the migrations of a database up to but not including this number.
pub fn migrations_before(kind: Kind, number: &str) -> tempfile::TempDir {
    let name = if kind == Kind::Sqlite { "sqlite" } else { "postgres" };
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(name);
    let older = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(all).expect("the migrations") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_str().expect("text").to_owned();
        if name.as_str() < number {
            std::fs::copy(&path, older.path().join(name)).expect("a copy");
        }
    }
    older
}

#[tokio::test(flavor = "multi_thread")]
async fn closures_of_organisers_outlive_the_migration() {
    const ORGANISER: &str = "INSERT INTO organisers (id, slug, name, created_at) VALUES ($1, 'testila', 'Testilä', 0)";
    const CLOSURE: &str = "INSERT INTO closures (organiser_id, day, reason) VALUES ($1, '2026-12-23', 'Aaton aatto')";
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::empty(kind).await;
        let older = migrations_before(kind, "0005");
        let migrator = sqlx::migrate::Migrator::new(older.path()).await.expect("the migrations");
        let id = uuid::Uuid::from_u128(7);
        let url = &installation.database_url;
        if kind == Kind::Sqlite {
            let pool = sqlx::SqlitePool::connect(&format!("{url}?mode=rwc")).await.expect("a database");
            migrator.run(&pool).await.expect("the older state");
            for sql in [ORGANISER, CLOSURE] {
                sqlx::query(sql).bind(id).execute(&pool).await.expect("a row");
            }
            pool.close().await;
        } else {
            let pool = sqlx::PgPool::connect(url).await.expect("a database");
            migrator.run(&pool).await.expect("the older state");
            for sql in [ORGANISER, CLOSURE] {
                sqlx::query(sql).bind(id).execute(&pool).await.expect("a row");
            }
            pool.close().await;
        }
        installation.run_well(&["migrate"]);
        let kept: Vec<(String, uuid::Uuid, String, String, String)> =
            rows(url, "SELECT node_kind, node_id, day, source, reason FROM closures").await;
        let words = |text: &str| text.to_owned();
        assert_eq!(kept, [(words("organiser"), id, words("2026-12-23"), words("entered"), words("Aaton aatto"))]);
    }
}

/// The weekdays from a Monday on.
fn weekdays(from: Date, count: usize) -> Vec<Date> {
    let is_weekend = |day: &Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    from.series(1.day()).filter(|day| !is_weekend(day)).take(count).collect()
}

/// Closes a unit as a version could that did not look at how much is left.
async fn close_unseen(app: &TestApp, unit: &str, days: &[Date]) {
    let unit = app.service.snapshot().tree.unit_by_slug(unit).expect("a unit").id;
    let node = Node { kind: NodeKind::Unit, id: unit };
    let mut tx = app.service.store.write().await.expect("a transaction");
    for day in days {
        closures::put(&mut tx, node, Day(*day), closures::ENTERED, "Suljettu").await.expect("a closure");
    }
    settings::raise(&mut tx).await.expect("a version");
    tx.commit().await.expect("a commit");
    app.service.refresh().await.expect("the settings");
}

#[tokio::test(flavor = "multi_thread")]
async fn closures_that_leave_no_year_of_work_are_refused() {
    on_both(async |app| {
        app.at(MONDAY);
        let days = weekdays("2026-11-23".parse().unwrap(), 2_700);
        close_unseen(&app, "koivu", &days[..2_200]).await;
        let more: Vec<String> = days[2_200..2_600].iter().map(ToString::to_string).collect();
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let refused = close(&app, "unit", "koivu", "responsible", &more).await.problem(409, "settings-broken");
        assert!(refused.text.contains("unit koivu: with its closures"), "{}", refused.text);
        let koivu = app.service.snapshot().tree.unit_by_slug("koivu").expect("a unit").id;
        let mut db = app.service.store.read().await.expect("a reader");
        let kept = closures::of(&mut db, Node { kind: NodeKind::Unit, id: koivu }).await.expect("the closures");
        drop(db);
        assert_eq!(kept.len(), 2_200, "nothing was stored");
        // Those above count too: what the unit may still close, its producer may not.
        close(&app, "unit", "koivu", "responsible", &more[..10]).await.expect(204);
        close(&app, "producer", "oma-tuotanto", "contact", &more[10..]).await.problem(409, "settings-broken");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_units_closures_stop_nobody() {
    on_both(async |app| {
        app.at(MONDAY);
        let before = web(&app, "koivu").await["id"].as_str().unwrap().to_owned();
        close_unseen(&app, "koivu", &weekdays("2026-11-23".parse().unwrap(), 2_700)).await;
        // Its closures do not count: it is taken in, promised and reminded of by the public holidays.
        let here = web(&app, "koivu").await;
        let there = web(&app, "paju").await;
        assert!(here["promise"]["decide_by"].is_string() && there["promise"]["decide_by"].is_string());
        app.at("2026-12-01T08:00:00Z");
        ticks::watch(&app.service).await.expect("the watch");
        let reminded = async |id: &str| {
            let case = app.get(&format!("/api/v1/cases/{id}"), "organiser").await.expect(200).body;
            case["events"].as_array().unwrap().iter().any(|event| event["step"] == "remind")
        };
        for id in [before.as_str(), here["id"].as_str().unwrap(), there["id"].as_str().unwrap()] {
            assert!(reminded(id).await, "{id}");
        }
        // What is broken already keeps nobody from other changes, and is mended day by day.
        close(&app, "producer", "oma-tuotanto", "contact", &["2026-12-04"]).await.expect(204);
        open_again(&app, "unit", "koivu", "responsible", "2026-11-24").await.expect(204);
        moved(&app).await;
        app.stop().await;
    })
    .await;
}

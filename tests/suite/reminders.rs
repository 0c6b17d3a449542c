//! No deadline passes silently: reminders before, at and after the due day, each rung once and each an event, on
//! working mornings only; substitutes of absent people; notices as each person wants them.

use jiff::civil::Date;
use kaiku::case::rung::Rung;
use kaiku::jobs::{ticks, worker};
use kaiku::store::mails;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::calendar::migrations_before;
use crate::program::{Installation, rows};
use crate::support::{Kind, TestApp, on_both};

/// Gives a survey with a text at `unit`; returns the case's id.
/// The id of a feedback of the web, and its receipt.
async fn given(app: &TestApp, unit: &str, words: &str) -> (String, String) {
    let form = json!({"unit": unit, "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q12": 3, "free": words}});
    let given = app.post_public("/api/v1/feedback", &form).await.expect(201);
    (given.text_at("/id"), given.text_at("/receipt"))
}

async fn web(app: &TestApp, unit: &str, words: &str) -> String {
    given(app, unit, words).await.0
}

async fn case(app: &TestApp, id: &str, who: &str) -> Value {
    app.get(&format!("/api/v1/cases/{id}"), who).await.expect(200).body
}

/// The reminders of a case as `rung deadline day`, in order.
async fn rungs(app: &TestApp, id: &str, who: &str) -> Vec<String> {
    let case = case(app, id, who).await;
    let events = case["events"].as_array().expect("events").iter().filter(|event| event["step"] == "remind");
    events
        .map(|event| {
            let word = |name: &str| event["detail"][name].as_str().unwrap_or("-").to_owned();
            format!("{} {} {}", word("rung"), word("deadline"), event["on"].as_str().unwrap_or("-"))
        })
        .collect()
}

/// The notices of a person as `day kind`, oldest first.
async fn notices(app: &TestApp, who: &str) -> Vec<String> {
    let body = app.get("/api/v1/notices", who).await.expect(200).body;
    let mut all: Vec<String> = body["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| format!("{} {}", item["day"].as_str().unwrap(), item["kind"].as_str().unwrap()))
        .collect();
    all.sort();
    all
}

/// Runs the service's hourly work at every hour from one instant to another.
async fn live(app: &TestApp, from: &str, to: &str) {
    let (mut at, end): (jiff::Timestamp, jiff::Timestamp) = (from.parse().unwrap(), to.parse().unwrap());
    while at <= end {
        app.clock.set(at);
        ticks::watch(&app.service).await.expect("the watch");
        while worker::run_due(&app.worker).await.expect("the due jobs") > 0 {}
        at += jiff::SignedDuration::from_hours(1);
    }
}

fn principal(app: &TestApp, slug: &str) -> Uuid {
    app.service.snapshot().tree.principal_by_slug(slug).expect("a principal").id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_deadline_climbs_every_rung_once() {
    on_both(async |app| {
        // Agreed: 1, 5 and 8 working days; handler-paju, and responsible-paju as the substitute.
        let id = web(&app, "paju", "Odotin kauan.").await;
        live(&app, "2026-11-20T09:00:00Z", "2026-12-05T09:00:00Z").await;
        let of = |deadline: &'static str| {
            let rungs = rungs(&app, &id, "handler-paju");
            async move {
                let mut rungs = rungs.await;
                rungs.retain(|rung| rung.contains(deadline));
                rungs
            }
        };
        assert_eq!(
            of("acknowledge").await,
            [
                "due acknowledge 2026-11-23",
                "handler acknowledge 2026-11-24",
                "substitute acknowledge 2026-11-25",
                "producer_contact acknowledge 2026-11-26",
                "organiser acknowledge 2026-11-30",
            ],
            "responsible-paju is the substitute and hears it once"
        );
        assert_eq!(
            of("decide").await,
            [
                "before_due decide 2026-11-26",
                "due decide 2026-11-27",
                "handler decide 2026-11-30",
                "substitute decide 2026-12-01",
                "producer_contact decide 2026-12-02",
                "organiser decide 2026-12-04",
            ],
            "what nobody has acknowledged is to be decided all the same"
        );
        assert_eq!(
            of("tell").await,
            [
                "before_due tell 2026-12-01",
                "due tell 2026-12-02",
                "handler tell 2026-12-03",
                "substitute tell 2026-12-04"
            ]
        );
        let to_substitute = ["2026-11-25 overdue", "2026-12-01 overdue", "2026-12-04 overdue"];
        assert_eq!(notices(&app, "responsible-paju").await, to_substitute);
        assert_eq!(case(&app, &id, "responsible-paju").await["stand_in"], "responsible-paju", "from then on");
        assert_eq!(notices(&app, "contact-yhdistys").await, ["2026-11-26 escalated", "2026-12-02 escalated"]);
        assert_eq!(notices(&app, "organiser").await, ["2026-11-30 escalated", "2026-12-04 escalated"]);
        // The next deadline has a ladder of its own, from its beginning.
        app.at("2026-11-26T10:00:00Z");
        let other = web(&app, "paju", "Lyhyt aika.").await;
        app.step(&other, "acknowledge", "handler-paju", None).await.expect(200);
        live(&app, "2026-11-27T05:00:00Z", "2026-12-04T12:00:00Z").await;
        assert_eq!(
            rungs(&app, &other, "handler-paju").await,
            ["before_due decide 2026-12-02", "due decide 2026-12-03", "handler decide 2026-12-04"]
        );
        app.step(&other, "decide", "handler-paju", Some(&json!({"kind": "no_change", "text": "Ei nyt."})))
            .await
            .expect(200);
        live(&app, "2026-12-07T05:00:00Z", "2026-12-09T12:00:00Z").await;
        assert_eq!(rungs(&app, &other, "handler-paju").await.len(), 3, "an answer that waits reminds nobody");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_receipt_says_so_and_gives_a_new_day_that_climbs_too() {
    on_both(async |app| {
        // Agreed: acknowledged by 23, decided by 27 November.
        let (id, code) = given(&app, "paju", "Odotin kauan.").await;
        for (instant, says, new_day) in [
            ("2026-11-23T21:00:00Z", "ottaa sen käsittelyyn viimeistään 23.11.2026", json!(null)),
            ("2026-11-24T05:00:00Z", "ei ole vielä ottanut palautettasi käsittelyyn", json!(null)),
            ("2026-11-27T21:00:00Z", "päätetään viimeistään 27.11.2026", json!(null)),
            // A Saturday, before anybody was reminded.
            ("2026-11-28T05:00:00Z", "lupasimme sen 27.11.2026 mennessä", json!("2026-12-04")),
            ("2026-12-04T21:00:00Z", "Uusi määräpäivä on 4.12.2026", json!("2026-12-04")),
            ("2026-12-05T05:00:00Z", "Uusi määräpäivä on 11.12.2026", json!("2026-12-11")),
        ] {
            app.at(instant);
            let story = app.story(&code).await.expect(200);
            let text = story.text_at("/matters/0/status_text");
            assert!(text.contains(says), "{instant}: {text}");
            assert_eq!(story.body["matters"][0]["new_decide_by"], new_day, "{instant}");
            assert_eq!(story.body["matters"][0]["promise"]["decide_by"], "2026-11-27", "what was promised stays");
            assert_eq!(case(&app, &id, "handler-paju").await["new_decide_by"], new_day, "staff know what was said");
        }
        app.at("2026-11-27T05:00:00Z");
        live(&app, "2026-11-27T05:00:00Z", "2026-12-08T12:00:00Z").await;
        let case_now = case(&app, &id, "handler-paju").await;
        let again: Vec<(&Value, &Value)> = case_now["events"]
            .as_array()
            .expect("events")
            .iter()
            .filter(|event| event["detail"]["due"] == "2026-12-04")
            .map(|event| (&event["detail"]["rung"], &event["on"]))
            .collect();
        assert_eq!(
            again,
            [(&json!("handler"), &json!("2026-12-07")), (&json!("substitute"), &json!("2026-12-08"))],
            "the new day has passed as well"
        );
        assert_eq!(case_now["stand_in"], "responsible-paju", "the substitute may still act");
        app.step(&id, "decide", "handler-paju", Some(&json!({"kind": "no_change", "text": "Ei nyt."})))
            .await
            .expect(200);
        assert_eq!(case(&app, &id, "handler-paju").await["new_decide_by"], json!(null));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_leaves_climbed_what_was_climbed() {
    on_both(async |app| {
        // Agreed: decided by 27 November. The giver is asked on the day after, and answers three working days later.
        let (id, code) = given(&app, "paju", "Odotin kauan.").await;
        app.step(&id, "acknowledge", "handler-paju", None).await.expect(200);
        live(&app, "2026-11-27T05:00:00Z", "2026-11-30T12:00:00Z").await;
        assert_eq!(rungs(&app, &id, "handler-paju").await, ["due decide 2026-11-27", "handler decide 2026-11-30"]);
        app.step(&id, "ask", "handler-paju", Some(&json!({"question": "Milloin?"}))).await.expect(200);
        live(&app, "2026-12-01T05:00:00Z", "2026-12-03T09:00:00Z").await;
        let words = json!({"code": code, "text": "Maanantaina."});
        app.post_public("/api/v1/receipts/message", &words).await.expect(200);
        assert_eq!(case(&app, &id, "handler-paju").await["promise"]["decide_by"], "2026-12-02");
        live(&app, "2026-12-03T10:00:00Z", "2026-12-07T12:00:00Z").await;
        let seen = rungs(&app, &id, "handler-paju").await;
        let decide: Vec<&String> = seen.iter().filter(|rung| rung.contains(" decide ")).skip(2).collect();
        assert_eq!(decide, ["substitute decide 2026-12-04", "producer_contact decide 2026-12-07"], "it goes on");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_reminded_of_at_night_or_on_a_day_off() {
    on_both(async |app| {
        // Tuesday 22 December: acknowledge by the 28th, over a holiday and a weekend.
        app.at("2026-12-22T08:00:00Z");
        let id = web(&app, "koivu", "Kiitos.").await;
        live(&app, "2026-12-22T09:00:00Z", "2026-12-28T05:59:00Z").await;
        assert_eq!(rungs(&app, &id, "handler").await, ["before_due acknowledge 2026-12-23"]);
        live(&app, "2026-12-28T06:00:00Z", "2026-12-28T06:00:00Z").await;
        assert_eq!(rungs(&app, &id, "handler").await[1..], ["due acknowledge 2026-12-28"]);
        // The service was down for days and comes back at night. It goes on the next morning, with the rung of that
        // day.
        live(&app, "2027-01-04T22:00:00Z", "2027-01-05T05:00:00Z").await;
        assert_eq!(rungs(&app, &id, "handler").await.len(), 2);
        live(&app, "2027-01-05T06:00:00Z", "2027-01-05T20:00:00Z").await;
        assert_eq!(rungs(&app, &id, "handler").await[2..], ["handler acknowledge 2027-01-05"]);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_climb_a_rung_once() {
    on_both(async |app| {
        for _ in 0..12 {
            web(&app, "paju", "Odotin kauan.").await;
        }
        app.at("2026-11-24T07:00:00Z");
        let (one, two, three) = tokio::join!(
            kaiku::handling::escalation::remind(&app.service),
            kaiku::handling::escalation::remind(&app.service),
            kaiku::handling::escalation::remind(&app.service)
        );
        assert_eq!(one.expect("one") + two.expect("two") + three.expect("three"), 12);
        app.stop().await;
    })
    .await;
}

/// Makes somebody absent from one day to another.
async fn away(app: &TestApp, who: &str, substitute: Option<&str>, first: &str, last: &str) {
    let absence = json!({"principal": who, "substitute": substitute, "first_day": first, "last_day": last});
    app.post("/api/v1/absences", "admin", &absence).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_substitute_acts_while_the_handler_is_away() {
    on_both(async |app| {
        let id = web(&app, "paju", "Odotin kauan.").await;
        app.get(&format!("/api/v1/cases/{id}"), "worker-paju").await.problem(404, "not-found");
        away(&app, "handler-paju", None, "2026-11-23", "2026-11-27").await;
        live(&app, "2026-11-23T06:00:00Z", "2026-11-23T12:00:00Z").await;
        let seen = case(&app, &id, "responsible-paju").await;
        assert_eq!((&seen["handler"], &seen["stand_in"]), (&json!("handler-paju"), &json!("responsible-paju")));
        assert_eq!(seen["texts"][0]["text"], "Odotin kauan.", "who stands in reads what the handler would");
        assert_eq!(
            notices(&app, "responsible-paju").await,
            ["2026-11-23 due", "2026-11-23 stand_in"],
            "and hears of the deadline in the handler's place"
        );
        assert!(!notices(&app, "handler-paju").await.iter().any(|notice| notice.contains(" due")));
        let mine = app.get("/api/v1/cases?mine=true", "responsible-paju").await.expect(200).body;
        assert_eq!(mine["items"][0]["id"], json!(id));
        app.step(&id, "acknowledge", "responsible-paju", None).await.expect(200);
        // The handler is back.
        live(&app, "2026-11-30T06:00:00Z", "2026-11-30T08:00:00Z").await;
        assert_eq!(case(&app, &id, "handler-paju").await["stand_in"], Value::Null);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_author_is_reminded_to_tell_and_the_person_it_is_about_of_nothing_else() {
    on_both(async |app| {
        let form = json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
            "answers": {"free": "Aika oli lyhyt."}});
        let id = app.post("/api/v1/feedback", "worker", &form).await.expect(201).text_at("/id");
        app.step(&id, "decide", "handler", Some(&json!({"kind": "change_made", "text": "Pidennetty."})))
            .await
            .expect(200);
        let tell_by: Date = case(&app, &id, "handler").await["promise"]["tell_by"].as_str().unwrap().parse().unwrap();
        assert_eq!(tell_by, "2026-12-10".parse::<Date>().unwrap());
        live(&app, "2026-12-09T05:00:00Z", "2026-12-16T12:00:00Z").await;
        let seen = rungs(&app, &id, "handler").await;
        assert_eq!(
            seen,
            [
                "before_due tell 2026-12-09",
                "due tell 2026-12-10",
                "handler tell 2026-12-11",
                "substitute tell 2026-12-14",
                "responsible_person tell 2026-12-15",
                "producer_contact tell 2026-12-16",
            ]
        );
        let author: Vec<String> =
            notices(&app, "worker").await.into_iter().filter(|notice| !notice.contains("new_cases")).collect();
        assert_eq!(author, ["2026-12-09 before_due", "2026-12-10 due", "2026-12-11 overdue"]);
        let text = case(&app, &id, "handler").await.to_string();
        let worker = principal(&app, "worker").to_string();
        assert!(!text.contains(&worker), "the events do not say whose work it is about");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_does_not_undo_the_work_of_whoever_is_answering() {
    on_both(async |app| {
        let id = web(&app, "paju", "Odotin kauan.").await;
        let read = app.get(&format!("/api/v1/cases/{id}"), "handler-paju").await.expect(200);
        let etag = read.headers["etag"].clone();
        live(&app, "2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z").await;
        assert_eq!(rungs(&app, &id, "handler-paju").await.len(), 1);
        let path = format!("/api/v1/cases/{id}/acknowledge");
        let header = [("If-Match", etag.as_str())];
        app.call_with(Method::POST, &path, Some("handler-paju"), None, &header).await.expect(200);
        app.call_with(Method::POST, &path, Some("handler-paju"), None, &header).await.problem(412, "version-mismatch");
        let ahead = [("If-Match", "\"99\"")];
        app.call_with(Method::POST, &path, Some("handler-paju"), None, &ahead).await.problem(412, "version-mismatch");
        app.stop().await;
    })
    .await;
}

async fn letters(app: &TestApp, who: &str) -> Vec<String> {
    let mut db = app.service.store.read().await.expect("a reader");
    let found = mails::to_principal(&mut db, principal(app, who), 100).await.expect("the mails");
    found.into_iter().map(|mail| mail.letter.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_are_mailed_as_each_wants_them() {
    on_both(async |app| {
        for (who, wish) in [("handler", "each"), ("responsible", "digest"), ("handler-paju", "none")] {
            let change =
                json!({"name": who, "email": format!("{who}@example.fi"), "language": "fi", "disabled": false});
            app.call(Method::PUT, &format!("/api/v1/principals/{who}"), Some("admin"), Some(&change)).await.expect(200);
            // A digest is what everybody gets who has not chosen.
            if wish != "digest" {
                let wish = json!({"mail": wish});
                app.call(Method::PUT, "/api/v1/notices/mail", Some(who), Some(&wish)).await.expect(204);
            }
        }
        let wrong = json!({"mail": "sometimes"});
        app.call(Method::PUT, "/api/v1/notices/mail", Some("handler"), Some(&wrong)).await.expect(422);
        for unit in ["koivu", "koivu", "paju"] {
            web(&app, unit, "Odotin kauan.").await;
        }
        live(&app, "2026-11-20T09:00:00Z", "2026-11-25T12:00:00Z").await;
        // On Monday two cases wait. Then come the reminders of each case, up to the responsible person's rung.
        assert_eq!(letters(&app, "handler").await, ["notice"; 7]);
        assert!(notices(&app, "responsible").await.is_empty());
        live(&app, "2026-11-26T05:00:00Z", "2026-11-26T12:00:00Z").await;
        assert_eq!(notices(&app, "responsible").await, ["2026-11-26 escalated"; 2]);
        assert_eq!(letters(&app, "responsible").await, ["digest"], "one mail a day for both");
        assert!(letters(&app, "handler-paju").await.is_empty());
        assert!(!notices(&app, "handler-paju").await.is_empty(), "they are read in the service");
        // What may tell of danger is named in the morning's notice.
        app.at("2026-11-27T12:00:00Z");
        web(&app, "paju", "Äiti on laihtunut kovasti.").await;
        live(&app, "2026-11-30T05:00:00Z", "2026-11-30T06:30:00Z").await;
        let told = app.get("/api/v1/notices", "responsible-paju").await.expect(200).body;
        let first = &told["items"][0];
        assert_eq!((&first["day"], &first["kind"]), (&json!("2026-11-30"), &json!("read_today")), "{told}");
        // What is urgent is mailed at once, at night too, whatever was chosen.
        app.at("2026-11-30T23:00:00Z");
        web(&app, "paju", "Ajattelen itsemurhaa.").await;
        worker::run_due(&app.worker).await.expect("the due jobs");
        let urgent = notices(&app, "responsible-paju").await;
        assert!(urgent.contains(&"2026-12-01 urgent_case".to_owned()), "{urgent:?}");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_does_not_stay_with_somebody_who_left() {
    on_both(async |app| {
        let id = web(&app, "koivu", "Odotin kauan.").await;
        let path = "/api/v1/principals/handler/grants/handler/unit/koivu";
        app.call(Method::DELETE, path, Some("admin"), None).await.expect(204);
        app.get(&format!("/api/v1/cases/{id}"), "handler").await.problem(404, "not-found");
        live(&app, "2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z").await;
        let seen = case(&app, &id, "responsible").await;
        assert_eq!((&seen["stand_in"], &seen["texts"][0]["text"]), (&json!("responsible"), &json!("Odotin kauan.")));
        assert!(notices(&app, "responsible").await.contains(&"2026-11-23 stand_in".to_owned()));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_meets_the_giver_says_that_they_were_told() {
    on_both(async |app| {
        let form = json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
            "answers": {"free": "Aika oli lyhyt."}, "reminder": {"text": "A.K. ti", "next_meeting": "2026-11-26"}});
        let id = app.post("/api/v1/feedback", "worker", &form).await.expect(201).text_at("/id");
        app.step(&id, "decide", "handler", Some(&json!({"kind": "change_made", "text": "Pidennetty."})))
            .await
            .expect(200);
        let steps = case(&app, &id, "handler").await["steps"].clone();
        assert!(!steps.as_array().expect("steps").contains(&json!("tell")), "{steps}");
        let told = json!({"how": "in_person"});
        for other in ["handler", "responsible"] {
            app.step(&id, "tell", other, Some(&told)).await.problem(409, "step-not-allowed");
        }
        assert_eq!(case(&app, &id, "worker").await["steps"], json!(["tell"]));
        app.step(&id, "tell", "worker", Some(&told)).await.expect(200);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_for_many_never_sweep_away_what_is_urgent_or_a_complaint() {
    on_both(async |app| {
        let plain = web(&app, "koivu", "Kiitos.").await;
        let danger = web(&app, "koivu", "Ajattelen itsemurhaa.").await;
        let complaint = web(&app, "koivu", "Teen muistutuksen.").await;
        let cases: Vec<Value> = [&plain, &danger, &complaint].map(|id| json!({"id": id, "version": 1})).to_vec();
        let thanks = json!({"cases": cases, "text": "Kiitos palautteesta!"});
        let refused = app.post("/api/v1/cases/decide-thanks", "responsible", &thanks).await;
        assert_eq!(refused.status, 409, "{}", refused.text);
        let at: Vec<&str> = refused.body["errors"]
            .as_array()
            .expect("faults")
            .iter()
            .filter_map(|fault| fault["pointer"].as_str())
            .collect();
        assert_eq!(at, ["/cases/1", "/cases/2"]);
        let only = json!({"cases": [{"id": plain, "version": 1}], "text": "Kiitos palautteesta!"});
        app.post("/api/v1/cases/decide-thanks", "responsible", &only).await.expect(200);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rungs_that_were_stored_as_numbers_outlive_the_migration_by_their_names() {
    // The number says how many rungs were reached. The cases' handler needs a principal first.
    const PRINCIPAL: &[&str] = &[
        "INSERT INTO organisers (id, slug, name, created_at) VALUES ($1, 'testila', 'Testilä', 0)",
        "INSERT INTO principals (id, organiser_id, slug, kind, name, language, created_at) \
         VALUES ($1, $1, 'handler', 'person', 'Kalle', 'fi', 0)",
    ];
    const CASE: &str = "INSERT INTO cases (id, feedback_id, subject, channel, organiser_id, producer_id, unit_id, state, category, \
         urgency, rule, rule_reason, acknowledge_wd, decide_wd, tell_wd, handler_id, handler_role, received_on, \
         acknowledge_by, decide_by, tell_by, reopenings, version, watched, rung) \
         VALUES ($1, $1, 'feedback', 'web', $2, $2, $2, 'received', 'general', 'normal', 'r', 'r', 2, 10, 14, $2, 'handler', \
         '2026-11-20', '2026-11-24', '2026-12-04', '2026-12-11', 0, 1, 'acknowledge', $3)";
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::empty(kind).await;
        let older = migrations_before(kind, "0010");
        let migrator = sqlx::migrate::Migrator::new(older.path()).await.expect("the migrations");
        let (url, keeper) = (&installation.database_url, Uuid::from_u128(100));
        let id = |climbed: i64| Uuid::from_u128(u128::try_from(climbed).expect("a small number") + 1);
        if kind == Kind::Sqlite {
            let pool = sqlx::SqlitePool::connect(&format!("{url}?mode=rwc")).await.expect("a database");
            migrator.run(&pool).await.expect("the older state");
            for sql in PRINCIPAL.iter().copied() {
                sqlx::query(sql).bind(keeper).execute(&pool).await.expect("a row");
            }
            for climbed in 0..=7_i64 {
                sqlx::query(CASE).bind(id(climbed)).bind(keeper).bind(climbed).execute(&pool).await.expect("a row");
            }
            pool.close().await;
        } else {
            let pool = sqlx::PgPool::connect(url).await.expect("a database");
            migrator.run(&pool).await.expect("the older state");
            for sql in PRINCIPAL.iter().copied() {
                sqlx::query(sql).bind(keeper).execute(&pool).await.expect("a row");
            }
            for climbed in 0..=7_i64 {
                sqlx::query(CASE).bind(id(climbed)).bind(keeper).bind(climbed).execute(&pool).await.expect("a row");
            }
            pool.close().await;
        }
        installation.run_well(&["migrate"]);
        let kept =
            "SELECT r.rung, r.deadline, r.due FROM cases c LEFT JOIN case_rungs r ON r.case_id = c.id ORDER BY c.id";
        let kept: Vec<(Option<String>, Option<String>, Option<String>)> = rows(url, kept).await;
        assert!(kept.iter().all(|(rung, deadline, due)| {
            let of_watched = deadline.as_deref() == Some("acknowledge") && due.as_deref() == Some("2026-11-24");
            rung.is_none() || of_watched
        }));
        let names: Vec<Option<&str>> = kept.iter().map(|(name, ..)| name.as_deref()).collect();
        let expected: Vec<Option<&str>> =
            std::iter::once(None).chain(Rung::ALL.into_iter().map(|rung| Some(rung.as_str()))).collect();
        assert_eq!(names, expected, "{kind:?}");
    }
}

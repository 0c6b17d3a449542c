//! What has been kept long enough is deleted and is seen to be gone, and the counters still equal a recount.

use kaiku::jobs::{retention, silence, ticks, worker};
use kaiku::loop_back::card_stubs;
use kaiku::outbox::notices::{self, AboutCase, NoticeKind};
use kaiku::reporting::recount;
use kaiku::store::mails::{self, Letter, MailRow, MailState};
use kaiku::store::{Day, audit, counters, webhooks};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::journeys::{dump, holds};
use crate::program::{Installation, number};
use crate::support::{Kind, TestApp};

/// Shorter times than the defaults, so that tokens live long enough; only the tests run the jobs.
const SHORT: [(&str, &str); 5] = [
    ("KAIKU_RETENTION__TEXT_MONTHS", "12"),
    ("KAIKU_RETENTION__STUB_MONTHS", "12"),
    ("KAIKU_RETENTION__SETTLED_DAYS", "100"),
    ("KAIKU_RETENTION__AUDIT_YEARS", "1"),
    ("KAIKU_JOBS__RUN", "false"),
];

async fn on_both_short<F>(test: F)
where
    F: AsyncFn(TestApp),
{
    for kind in [Kind::Sqlite, Kind::Postgres] {
        eprintln!("on {kind:?}");
        test(TestApp::start_with(kind, &SHORT).await).await;
    }
}

/// Runs retention and returns what was deleted, without the zeros. A dry run before it must report the same, and a run
/// after it must delete nothing.
async fn gone(app: &TestApp) -> Vec<(&'static str, u64)> {
    let would_go = retention::run(&app.service, true).await.expect("a dry run");
    let went = retention::run(&app.service, false).await.expect("a run");
    assert_eq!(would_go, went, "the dry run says what the run does");
    let again = retention::run(&app.service, false).await.expect("a second run");
    assert!(again.iter().all(|(_, rows)| *rows == 0), "{again:?}");
    let differences = recount::differences(&app.service).await.expect("a recount");
    assert!(differences.is_empty(), "{differences:?}");
    went.into_iter().filter(|(_, rows)| *rows > 0).collect()
}

/// Everything stored in the database; on SQLite its files too.
async fn everything(app: &TestApp) -> Vec<u8> {
    let mut all = dump(app).await;
    if app.kind == Kind::Sqlite {
        for name in ["kaiku.db", "kaiku.db-wal"] {
            all.extend(std::fs::read(app.folder.path().join(name)).unwrap_or_default());
        }
    }
    all
}

/// How many feedbacks the counters hold for colour assignments, and for placements.
async fn counted(app: &TestApp) -> (i64, i64) {
    let mut db = app.service.store.read().await.expect("a reader");
    let blocks = counters::all(&mut db).await.expect("blocks");
    let of = |kind: &str| {
        blocks.iter().filter(|(key, _)| key.counted_for.kind() == kind).map(|(_, block)| block.feedbacks()).sum()
    };
    (of("assignment"), of("placement"))
}

fn survey(words: &str, email: &str) -> Value {
    json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q1": 4, "birth_year": 1973, "free": words}, "reply": {"wanted": true, "email": email}})
}

async fn case(app: &TestApp, id: &str) -> Value {
    app.get(&format!("/api/v1/cases/{id}"), "handler").await.expect(200).body
}

fn principal(app: &TestApp, slug: &str) -> Uuid {
    app.service.snapshot().tree.principal_by_slug(slug).expect("a principal").id
}

/// Who read a text, in order.
async fn readers(app: &TestApp, case_id: Uuid) -> Vec<Uuid> {
    let mut db = app.service.store.read().await.expect("a reader");
    let entries = audit::of_subject(&mut db, case_id).await.expect("entries");
    entries.into_iter().filter(|(_, action)| action == "text.read").map(|(who, _)| who).collect()
}

async fn decide_and_help(app: &TestApp, id: &str, code: &str, words: &str) {
    app.step(id, "decide", "handler", Some(&json!({"kind": "change_made", "text": words}))).await.expect(200);
    app.story(code).await.expect(200);
    let verdict = json!({"code": code, "helped": true});
    app.post_public("/api/v1/receipts/verdict", &verdict).await.expect(200);
    assert_eq!(case(app, id).await["state"], "closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_links_and_birth_years_go_after_closing_and_texts_after_their_months() {
    on_both_short(async |app| {
        let path = "/api/v1/feedback";
        // Closed today: a survey with an email address, a yellow card, an oral note. Never closed: another survey.
        // Without a case: a blue card and a paper survey.
        let web = app.post_public(path, &survey("Puhelinaika on lyhyt.", "aino@example.fi")).await.expect(201);
        let (web, web_code) = (web.text_at("/id"), web.text_at("/receipt"));
        decide_and_help(&app, &web, &web_code, "Puhelinaika piteni.").await;
        let open = app.post_public(path, &survey("Ovi oli kiinni.", "oona@example.fi")).await.expect(201);
        let open = open.text_at("/id");
        let stub = card_stubs::make(&app.service, "koivu", 2).await.expect("stubs").remove(0);
        let card = |colour: &str, serial: Option<&str>, words: Option<&str>| {
            json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
                "answers": {"q1": 1, "q2": 2, "q3": words}, "serial": serial, "colour": colour})
        };
        let yellow = card("keltainen", Some(&stub.serial.reveal()), Some("Jonotin pitkään."));
        let yellow = app.post(path, "worker-b", &yellow).await.expect(201).text_at("/id");
        decide_and_help(&app, &yellow, &stub.code.reveal(), "Jono lyheni.").await;
        app.post(path, "worker-b", &card("sininen", None, None)).await.expect(201);
        let paper = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "paper", "language": "fi",
            "answers": {"q1": 5, "birth_year": 1958}});
        app.post(path, "responsible", &paper).await.expect(201);
        let note = json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
            "answers": {"q1": "Kahvi oli kylmää."}, "reminder": {"text": "Punainen reppu"}});
        let oral = app.post(path, "worker", &note).await.expect(201).text_at("/id");
        // Its author and its handler read it; its author is told that it waits.
        for who in ["worker", "handler"] {
            app.get(&format!("/api/v1/cases/{oral}"), who).await.expect(200);
        }
        let (worker, handler) = (principal(&app, "worker"), principal(&app, "handler"));
        let case_id: Uuid = oral.parse().unwrap();
        let mut tx = app.service.store.write().await.expect("a transaction");
        let about = AboutCase { case_id, deadline: None };
        notices::leave(&app.service, &mut tx, worker, NoticeKind::Due, Some(about), 1).await.expect("a notice");
        tx.commit().await.expect("a commit");
        assert_eq!(readers(&app, case_id).await, [worker, handler]);
        app.step(&oral, "decide", "handler", Some(&json!({"kind": "thanks"}))).await.expect(200);
        app.step(&oral, "tell", "worker", Some(&json!({"how": "in_person"}))).await.expect(200);
        app.step(&oral, "close", "handler", None).await.expect(200);
        let group = json!({"unit": "koivu", "language": "fi", "held_on": "2026-11-20", "goal": "Kehittää kahvihuonetta",
            "arrangements": {"recording": "notes"}, "group": {"participants": 6, "interviewers": 2},
            "summary": {"weaknesses": ["odottelu aulassa"]},
            "actions": [{"what": "Uusi keitin", "who": "Vilma", "when": "keväällä"}]});
        let group = app.post("/api/v1/group-interviews", "facilitator", &group).await.expect(201);
        let (interview, point) = (group.text_at("/id"), group.text_at("/points/0/id"));
        // Voided before its link is cut: it is taken out of the counters only once.
        let spam = app.post(path, "worker-b", &card("keltainen", None, Some("Osta."))).await.expect(201).text_at("/id");
        app.post(&format!("{path}/{spam}/void"), "responsible", &json!({"reason": "spam"})).await.expect(204);
        assert_eq!(counted(&app).await, (2, 7));

        app.at("2026-12-19T08:00:00Z");
        // Only the voided card: its link is no longer needed.
        assert_eq!(gone(&app).await, [("worker_links", 1)]);
        assert_eq!(case(&app, &web).await["answers"]["birth_year"], 1973);

        app.at("2026-12-20T08:00:00Z");
        let expected = [("contacts", 1), ("request_bodies", 0), ("worker_links", 2), ("birth_years", 1)];
        assert_eq!(gone(&app).await, expected.into_iter().filter(|(_, rows)| *rows > 0).collect::<Vec<_>>());
        let contact = |id: &str| format!("/api/v1/cases/{id}/contact");
        app.call(Method::POST, &contact(&web), Some("handler"), None).await.problem(404, "not-found");
        app.call(Method::POST, &contact(&open), Some("handler"), None).await.expect(200);
        assert_eq!(case(&app, &web).await["answers"], json!({"birth_year": 1970, "q1": 4}));
        assert_eq!(case(&app, &open).await["answers"]["birth_year"], 1973, "an open case keeps its year");
        // Telling the giver of an oral note also names the worker it is about, so that name is deleted too.
        let told = case(&app, &oral).await;
        let by: Vec<&Value> = told["events"].as_array().unwrap().iter().map(|event| &event["by"]).collect();
        assert_eq!(by, [&json!("handler"), &Value::Null, &json!("handler")]);
        app.get(&format!("/api/v1/cases/{oral}"), "worker").await.problem(404, "not-found");
        // So did who read it as its author, and what its author was told.
        let readers = readers(&app, case_id).await;
        assert!(readers.contains(&audit::ITS_AUTHOR) && readers.contains(&handler) && !readers.contains(&worker));
        assert_eq!(number(&app.database_url, "SELECT COUNT(*) FROM notices WHERE case_id IS NOT NULL").await, 0);
        // The yellow card left its worker's figures, not its unit's; the blue one without a case is still in both.
        assert_eq!(counted(&app).await, (1, 7));
        assert_eq!(case(&app, &yellow).await["texts"][0]["text"], "Jonotin pitkään.");
        // Voided after its link was cut: it is taken out of the unit's counters only.
        app.post(&format!("{path}/{yellow}/void"), "responsible", &json!({"reason": "typing_fault"})).await.expect(204);
        assert_eq!(counted(&app).await, (1, 6));
        ticks::fold_counters(&app.service).await.expect("folded");

        app.at("2027-11-19T08:00:00Z");
        assert!(holds(&everything(&app).await, "Puhelinaika on lyhyt."));
        // Cards count from the Monday of their week: the texts of two cards and the link of the blue one are deleted.
        let went = gone(&app).await;
        assert!(went.contains(&("texts", 2)) && went.contains(&("worker_links", 1)), "{went:?}");
        assert_eq!(counted(&app).await, (0, 6));
        assert!(holds(&everything(&app).await, "Puhelinaika on lyhyt."), "the last day");
        app.at("2027-11-20T08:00:00Z");
        // Nobody has answered the open survey and the group yet: their words stay, with all that belongs to them.
        let expected = [
            ("texts", 2),
            ("case_texts", 2),
            ("card_stubs", 1),
            // The typist of the paper survey, and its year.
            ("worker_links", 1),
            ("birth_years", 1),
        ];
        assert_eq!(gone(&app).await, expected);
        assert_eq!(case(&app, &open).await["texts"][0]["text"], "Ovi oli kiinni.");
        app.call(Method::POST, &contact(&open), Some("handler"), None).await.expect(200);
        for id in [&open, &point] {
            app.step(id, "decide", "responsible", Some(&json!({"kind": "thanks"}))).await.expect(200);
        }
        let went = gone(&app).await;
        assert_eq!(went, [("texts", 1), ("contacts", 1), ("birth_years", 1)], "a group waits to be told");
        let memo = json!({"held_on": "2027-11-20", "together": true, "participants": 5, "memo": "Kerroimme kaiken.",
            "language": "fi"});
        let path = format!("/api/v1/group-interviews/{interview}/discussion");
        app.post(&path, "facilitator", &memo).await.expect(201);
        let expected = [("interviews", 1), ("swot_points", 1), ("agreed_actions", 1), ("worker_links", 1)];
        assert_eq!(gone(&app).await, expected);
        assert!(holds(&everything(&app).await, "Kerroimme kaiken."), "a memo is kept from its own day");
        assert_eq!(counted(&app).await, (0, 6));
        let all = everything(&app).await;
        for words in [
            "Puhelinaika",
            "Ovi oli kiinni",
            "Jonotin",
            "Jono lyheni",
            "Kahvi oli",
            "Punainen",
            "kahvihuone",
            "odottelu",
            "keitin",
            "birth_year\":1973",
            "birth_year\":1958",
        ] {
            assert!(!holds(&all, words), "{words} lies in the database");
        }
        // What is left is shown without the texts.
        let shown = case(&app, &web).await;
        assert_eq!((&shown["texts"], &shown["state"]), (&json!([]), &json!("closed")));
        assert!(shown["events"].as_array().unwrap().iter().all(|event| event["text"].is_null()));
        let story = app.story(&web_code).await.expect(200).body;
        assert_eq!((&story["said"], &story["matters"][0]["decision"]["kind"]), (&json!([]), &json!("change_made")));
        assert_eq!(story["matters"][0]["decision"]["text"], Value::Null);
        assert_eq!(case(&app, &point).await["texts"], json!([]));
        let read = app.get(&format!("/api/v1/group-interviews/{interview}"), "responsible").await.expect(200).body;
        assert_eq!((&read["detail"], &read["actions"]), (&json!({}), &json!([])));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_nobody_has_read_stay_whatever_their_age() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let settings = [("KAIKU_RETENTION__TEXT_MONTHS", "1"), ("KAIKU_JOBS__RUN", "false")];
        let app = TestApp::start_with(kind, &settings).await;
        let mut given = Vec::new();
        for words in ["Ensimmäinen.", "Toinen.", "Kolmas.", "Neljäs."] {
            let answer = app.post_public("/api/v1/feedback", &survey(words, "aino@example.fi")).await.expect(201);
            given.push((answer.text_at("/id"), answer.text_at("/receipt")));
        }
        let [(added, added_code), (returned, returned_code), (helped, helped_code), (open, _)] =
            <[(String, String); 4]>::try_from(given).expect("four");
        for (id, code) in [(&added, &added_code), (&returned, &returned_code), (&helped, &helped_code)] {
            app.step(id, "decide", "handler", Some(&json!({"kind": "no_change", "text": "Ei nyt."}))).await.expect(200);
            app.story(code).await.expect(200);
        }
        app.at("2026-12-10T08:00:00Z");
        let path = "/api/v1/receipts/";
        let words = json!({"code": added_code, "text": "Vielä yksi asia."});
        app.post_public(&format!("{path}message"), &words).await.expect(200);
        let words = json!({"code": returned_code, "helped": false, "text": "Jonotan yhä."});
        app.post_public(&format!("{path}verdict"), &words).await.expect(200);
        let words = json!({"code": helped_code, "helped": true, "text": "Soittakaa siskolleni."});
        app.post_public(&format!("{path}verdict"), &words).await.expect(200);

        // A month after the feedback: all four wait for staff.
        app.at("2026-12-21T08:00:00Z");
        assert!(gone(&app).await.is_empty(), "nothing unhandled is erased");
        while worker::run_due(&app.worker).await.expect("the due jobs") > 0 {}
        let notices = app.get("/api/v1/notices", "handler").await.expect(200).body;
        let newest = &notices["items"][0];
        assert_eq!((&newest["kind"], &newest["cases"]), (&json!("new_cases"), &json!(4)), "{notices}");
        assert_eq!(silence::close_silent(&app.service).await.expect("the silent ones"), 0);
        app.at("2026-12-28T08:00:00Z");
        assert_eq!(silence::close_silent(&app.service).await.expect("the silent ones"), 0, "its words are unread");
        // Whoever sees the state alone reads nothing in the handler's place.
        app.get(&format!("/api/v1/cases/{added}"), "organiser").await.expect(200);
        let listed = app.get("/api/v1/cases?mine=true", "handler").await.expect(200).body;
        let unread: Vec<&Value> = listed["items"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|case| case["unread_since"] == "2026-12-10")
            .map(|case| &case["id"])
            .collect();
        assert_eq!(unread.len(), 3, "{listed}");
        for id in [&added, &helped] {
            let read = app.get(&format!("/api/v1/cases/{id}"), "handler").await.expect(200).body;
            assert_eq!(read["unread_since"], "2026-12-10");
            assert_eq!(case(&app, id).await["unread_since"], Value::Null, "read is read");
        }
        // The feedback is more than a month old; what was written after it is not.
        assert_eq!(gone(&app).await, [("texts", 2), ("case_texts", 2), ("contacts", 2), ("birth_years", 2)]);
        let all = everything(&app).await;
        for words in ["Toinen.", "Neljäs.", "Vielä yksi asia.", "Jonotan yhä.", "Soittakaa siskolleni."] {
            assert!(holds(&all, words), "{words}");
        }
        for words in ["Ensimmäinen.", "Kolmas."] {
            assert!(!holds(&all, words), "{words}");
        }
        assert_eq!(silence::close_silent(&app.service).await.expect("the silent ones"), 1);
        // What staff answer to is read.
        for id in [&returned, &open] {
            app.step(id, "decide", "handler", Some(&json!({"kind": "thanks"}))).await.expect(200);
        }
        app.at("2027-01-10T08:00:00Z");
        gone(&app).await;
        let all = everything(&app).await;
        for words in ["Toinen.", "Neljäs.", "Vielä yksi asia.", "Jonotan yhä.", "Soittakaa siskolleni."] {
            assert!(!holds(&all, words), "{words}");
        }
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_nobody_goes() {
    on_both_short(async |app| {
        let service = &app.service;
        let keyed = [("Idempotency-Key", "0b8f7a52-7c1e-4b57-9d0c-51f7b7a3c9de")];
        let mut form = survey("Ovi oli kiinni.", "oona@example.fi");
        form["volunteer"] = json!({"name": "Kaisa Kehittäjä", "email": "kaisa@example.fi"});
        app.call_with(Method::POST, "/api/v1/feedback", None, Some(&form), &keyed).await.expect(201);
        let note = |words: &str| {
            json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
                "answers": {"q1": words}, "reminder": {"text": "Punainen reppu"}})
        };
        let items = json!({"items": [{"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card",
            "language": "fi", "answers": {"q1": 2}}]});
        let path = "/api/v1/feedback/batch";
        app.call_with(Method::POST, path, Some("worker"), Some(&items), &keyed).await.expect(201);
        for worker in ["worker", "worker-b"] {
            app.post("/api/v1/feedback", worker, &note("Hyvä.")).await.expect(201);
        }
        // A webhook subscribes to a feedback that is voided before its message is sent.
        let hook = json!({"node": {"kind": "organiser", "slug": "testila"}, "url": "https://example.fi/",
            "events": ["feedback.received"]});
        let hook = app.post("/api/v1/webhooks", "admin", &hook).await.expect(201).text_at("/id");
        let spam =
            app.post_public("/api/v1/feedback", &survey("Osta.", "a@example.fi")).await.expect(201).text_at("/id");
        app.post(&format!("/api/v1/feedback/{spam}/void"), "responsible", &json!({"reason": "spam"})).await.expect(204);
        let handler = service.snapshot().tree.principal_by_slug("handler").expect("a handler").id;
        let mut tx = service.store.write().await.expect("a transaction");
        notices::leave(service, &mut tx, handler, NoticeKind::NewCases, None, 1).await.expect("a notice");
        for (n, state) in [(1, Some(MailState::Taken)), (2, None)] {
            let id = Uuid::from_u128(n);
            let mail = MailRow {
                id,
                letter: Letter::Notice,
                principal_id: Some(handler),
                case_id: None,
                subject: n.to_string(),
                state: MailState::Queued,
                queued_on: Day(service.today()),
                settled_on: None,
                reason: None,
            };
            mails::insert(&mut tx, &mail).await.expect("a mail");
            if let Some(state) = state {
                mails::settle(&mut tx, id, state, Day(service.today()), None).await.expect("settled");
            }
        }
        tx.commit().await.expect("committed");
        assert_eq!(gone(&app).await, [("birth_years", 1)], "what was taken back waits for nothing");

        // An author who leaves keeps no reminder: one author is disabled, the work of the other at the unit has ended.
        let disabled = json!({"name": "Matti", "language": "fi", "disabled": true});
        app.call(Method::PUT, "/api/v1/principals/worker-b", Some("admin"), Some(&disabled)).await.expect(200);
        assert_eq!(gone(&app).await, [("reminders", 1)]);
        let snapshot = service.snapshot();
        let author = snapshot.tree.principal_by_slug("worker").expect("a worker").id;
        let at_koivu =
            snapshot.tree.workers.values().find(|worker| worker.principal_id == author).expect("a worker").id;
        let ended = json!({"valid_to": "2026-11-20"});
        app.call(Method::PUT, &format!("/api/v1/units/koivu/staff/{at_koivu}"), Some("admin"), Some(&ended))
            .await
            .expect(200);
        assert!(gone(&app).await.is_empty(), "on the last day the author is still there");
        app.at("2026-11-21T08:00:00Z");
        assert_eq!(gone(&app).await, [("reminders", 1)]);

        app.at("2026-12-20T08:00:00Z");
        assert_eq!(gone(&app).await, [("webhook_deliveries", 1), ("request_bodies", 1)]);
        app.at("2026-12-21T08:00:00Z");
        assert_eq!(gone(&app).await, [("repeated_requests", 1)]);
        app.at("2027-03-05T08:00:00Z");
        assert_eq!(gone(&app).await, [("notices", 1), ("mails", 1)]);
        let mut db = service.store.read().await.expect("a reader");
        assert!(mails::find(&mut db, Uuid::from_u128(2)).await.expect("mails").is_some(), "one that waits stays");
        assert!(webhooks::deliveries(&mut db, hook.parse().unwrap(), 10).await.expect("deliveries").is_empty());
        drop(db);
        app.at("2027-11-20T08:00:00Z");
        let kinds: Vec<&str> = gone(&app).await.into_iter().map(|(kind, _)| kind).collect();
        assert!(!kinds.contains(&"volunteers") && !kinds.contains(&"audit_log"), "{kinds:?}");
        app.at("2027-11-21T08:00:00Z");
        let [("audit_log", entries)] = gone(&app).await[..] else {
            panic!("the changes and the void of a year and a day ago")
        };
        assert!(entries > 1);
        // The first of the month after their year.
        app.at("2027-12-01T08:00:00Z");
        assert_eq!(gone(&app).await, [("volunteers", 1)]);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_runs_once_a_day_by_itself_and_by_command() {
    on_both_short(async |app| {
        let given =
            app.post_public("/api/v1/feedback", &survey("Ovi oli kiinni.", "oona@example.fi")).await.expect(201);
        let code = given.text_at("/receipt");
        let thanks = json!({"kind": "thanks"});
        app.step(&given.text_at("/id"), "decide", "handler", Some(&thanks)).await.expect(200);
        let holder = app.service.new_id().expect("an id");
        let mut earlier = ticks::Schedule::default();
        ticks::run_due(&app.service, holder, &mut earlier).await.expect("the tasks");
        let said = async || app.story(&code).await.expect(200).body["said"].as_array().unwrap().len();
        app.at("2027-11-20T08:00:00Z");
        ticks::run_due(&app.service, holder, &mut earlier).await.expect("the tasks");
        assert_eq!(said().await, 1, "not in every round");
        ticks::run_due(&app.service, holder, &mut ticks::Schedule::default()).await.expect("the tasks");
        assert_eq!(said().await, 0);
        // What becomes due within a day of the last run waits for the next run.
        let old = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "paper", "language": "fi",
            "given_on": "2026-11-21", "answers": {"free": "Vanha."}});
        let old = app.post("/api/v1/feedback", "worker", &old).await.expect(201).text_at("/id");
        app.step(&old, "decide", "handler", Some(&thanks)).await.expect(200);
        app.at("2027-11-21T03:00:00Z");
        ticks::run_due(&app.service, holder, &mut ticks::Schedule::default()).await.expect("the tasks");
        assert_eq!(case(&app, &old).await["texts"].as_array().unwrap().len(), 1, "it ran less than a day ago");
        app.at("2027-11-21T05:00:00Z");
        ticks::run_due(&app.service, holder, &mut ticks::Schedule::default()).await.expect("the tasks");
        assert_eq!(case(&app, &old).await["texts"], json!([]));
        app.stop().await;
    })
    .await;
    let installation = Installation::with_county(Kind::Sqlite).await;
    let dry = installation.run_well(&["retention", "run", "--dry-run"]);
    assert!(dry.starts_with("kind,would_go\ntexts,0\n") && dry.contains("birth_years,0"), "{dry}");
    let run = installation.run_well(&["retention", "run"]);
    assert!(run.starts_with("kind,gone\ntexts,0\n"), "{run}");
}

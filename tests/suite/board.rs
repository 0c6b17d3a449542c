//! Telling many givers at once: board posts, published results, discussing feedback with a group, what a worker tells
//! at the next meeting, and thanks for many cases. Tested through the API, on both databases.

use jiff::civil::Date;
use kaiku::administration::{self, ChangedBy};
use kaiku::jobs::ticks;
use kaiku::loop_back::board::COVERED_MOST;
use kaiku::loop_back::card_stubs;
use kaiku::organisation::{Node, NodeKind, Role};
use kaiku::store::Day;
use kaiku::store::mails::{self, Letter, MailRow, MailState};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::program::execute;
use crate::support::{Answer, Kind, TestApp, on_both};

const FEEDBACK: &str = "/api/v1/feedback";
const BOARD: &str = "/api/v1/units/koivu/board";
const RESULTS: &str = "/api/v1/units/koivu/results";
/// A fictional personal identity code.
const CODE: &str = "010594Y9032";
const REMOVED: &str = "[henkilötunnus poistettu]";

fn web(unit: &str, words: &str, email: Option<&str>) -> Value {
    json!({"unit": unit, "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q12": 3, "free": words}, "reply": email.map(|email| json!({"wanted": true, "email": email}))})
}

fn card(colour: Option<&str>, serial: Option<&str>, words: &str) -> Value {
    json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
        "colour": colour, "serial": serial, "answers": {"q1": 1, "q3": words}})
}

fn oral(words: &str, reminder: Value) -> Value {
    json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
        "answers": {"free": words}, "reminder": reminder})
}

fn group(points: &[&str]) -> Value {
    json!({"unit": "koivu", "language": "fi", "held_on": "2026-11-19", "goal": "Kehittää",
        "arrangements": {"recording": "notes"}, "group": {"participants": 6, "interviewers": 2},
        "summary": {"weaknesses": points}})
}

/// Gives a feedback; returns its id and, if the response has one, its receipt code.
async fn given(app: &TestApp, who: Option<&str>, form: &Value) -> (String, Option<String>) {
    let body = app.call(Method::POST, FEEDBACK, who, Some(form)).await.expect(201).body;
    (body["id"].as_str().expect("an id").to_owned(), body["receipt"].as_str().map(str::to_owned))
}

async fn case(app: &TestApp, id: &str) -> Value {
    app.get(&format!("/api/v1/cases/{id}"), "responsible").await.expect(200).body
}

async fn state(app: &TestApp, id: &str) -> String {
    case(app, id).await["state"].as_str().expect("a state").to_owned()
}

async fn decide(app: &TestApp, id: &str, text: &str) {
    app.step(id, "decide", "handler", Some(&json!({"kind": "change_made", "text": text}))).await.expect(200);
}

fn post_of(covers: &[&str]) -> Value {
    json!({"said": format!("Jono oli pitkä, kertoi {CODE}."), "done": "Toinen tiski avattiin.", "language": "fi",
        "translations": [{"said": "Kön var lång.", "done": "En andra disk öppnades.", "language": "sv"}],
        "covers": covers})
}

async fn board(app: &TestApp) -> Vec<Value> {
    let page = app.call(Method::GET, BOARD, None, None).await.expect(200);
    assert_eq!(page.headers["cache-control"], "public, max-age=60");
    page.body["items"].as_array().expect("a list").clone()
}

fn faults(answer: &Answer) -> Vec<String> {
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|fault| format!("{} {}", fault["pointer"], fault["code"]).replace('"', "")).collect()
}

async fn grant(app: &TestApp, slug: &str, role: Role, unit: &str) {
    let snapshot = app.service.snapshot();
    let principal = snapshot.tree.principal_by_slug(slug).expect("a principal").id;
    let node: Node = snapshot.tree.node(NodeKind::Unit, unit).expect("a unit");
    administration::grant(&app.service, ChangedBy::CommandLine, principal, role, node).await.expect("a grant");
}

/// Enters a mail to the giver of a case, with this state.
async fn mail_settled(app: &TestApp, id: &str, state: MailState) {
    let case_id: Uuid = id.parse().expect("an id");
    let day: Date = "2026-11-20".parse().expect("a day");
    let mail = MailRow {
        id: Uuid::from_u128(case_id.as_u128() ^ 1),
        letter: Letter::AnswerWaits,
        principal_id: None,
        case_id: Some(case_id),
        subject: format!("test:{id}"),
        state: MailState::Queued,
        queued_on: Day(day),
        settled_on: None,
        reason: None,
    };
    let mut tx = app.service.store.write().await.expect("a transaction");
    assert!(mails::insert(&mut tx, &mail).await.expect("a mail"));
    if state != MailState::Queued {
        mails::settle(&mut tx, mail.id, state, Day(day), Some("550")).await.expect("settled");
    }
    tx.commit().await.expect("a commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_tells_the_giver_of_every_case_it_covers() {
    on_both(async |app| {
        let stub = card_stubs::make(&app.service, "koivu", 1).await.expect("stubs").remove(0);
        let (with_stub, _) = given(&app, Some("worker-b"), &card(None, Some(&stub.serial.reveal()), "Jono")).await;
        let (plain, _) = given(&app, Some("worker-b"), &card(None, None, "Pitkä jono")).await;
        let reminder = json!({"text": "Reppu", "next_meeting": "2026-12-15"});
        let (note, note_code) = given(&app, Some("worker"), &oral("Jonotin", reminder)).await;
        let (anonymous, web_code) = given(&app, None, &web("koivu", "Jono", None)).await;
        let all = [with_stub.as_str(), plain.as_str(), note.as_str(), anonymous.as_str()];
        for id in all {
            decide(&app, id, "Toinen tiski avattiin.").await;
        }
        app.at("2026-11-24T08:00:00Z");
        let posted = app.post(BOARD, "responsible", &post_of(&all)).await.expect(201).body;
        assert_eq!(
            (&posted["covered"], &posted["more"], &posted["on"]),
            (&json!(4), &json!(false), &json!("2026-11-24"))
        );
        for id in all {
            let told = case(&app, id).await;
            assert_eq!(
                (&told["state"], &told["told_how"], &told["told_on"]),
                (&json!("told"), &json!("board"), &json!("2026-11-24"))
            );
            let event = &told["events"][1];
            assert_eq!((&event["step"], &event["by"]), (&json!("tell"), &json!("responsible")));
            assert_eq!(event["detail"], json!({"how": "board", "board_post": posted["id"]}));
        }
        // Telling also deletes the author's reminder.
        app.get(&format!("/api/v1/cases/{note}/reminder"), "worker").await.problem(404, "not-found");

        let shown = board(&app).await;
        let words = json!([
            {"language": "fi", "said": format!("Jono oli pitkä, kertoi {REMOVED}."), "done": "Toinen tiski avattiin."},
            {"language": "sv", "said": "Kön var lång.", "done": "En andra disk öppnades."},
        ]);
        let expected = json!([{"id": posted["id"], "on": "2026-11-24", "corrected_on": null, "decision": null,
            "texts": words}]);
        assert_eq!(json!(shown), expected, "words and days, nothing of whom it is about or of how many");

        for code in [Some(stub.code.reveal()), note_code, web_code].into_iter().flatten() {
            let story = app.story(&code).await.expect(200);
            let matter = &story.body["matters"][0];
            assert_eq!(matter["told_how"], "board", "looking it up later changes nothing");
            assert_eq!(
                matter["board"],
                json!({"said": format!("Jono oli pitkä, kertoi {REMOVED}."), "done": "Toinen tiski avattiin.",
                    "language": "fi", "on": "2026-11-24"})
            );
            assert_eq!(matter["status_text"], "Palautteeseesi vastattiin yksikön taululla 24.11.2026.");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_covers_only_whom_the_board_tells_or_is_refused_whole() {
    on_both(async |app| {
        // In the evening: no mail is sent before Monday.
        app.at("2026-11-20T17:00:00Z");
        let (good, _) = given(&app, None, &web("koivu", "Hyvä", None)).await;
        let (mailed, _) = given(&app, None, &web("koivu", "Postitse", Some("antaja@example.fi"))).await;
        let (queued, _) = given(&app, None, &web("koivu", "Jonossa", Some("antaja@example.fi"))).await;
        let (refused, _) = given(&app, None, &web("koivu", "Hylätty", Some("antaja@example.fi"))).await;
        let (open, _) = given(&app, None, &web("koivu", "Kesken", None)).await;
        let (elsewhere, _) = given(&app, None, &web("paju", "Muualla", None)).await;
        let interview = app.post("/api/v1/group-interviews", "facilitator", &group(&["odottelu"])).await.expect(201);
        let point = interview.text_at("/points/0/id");
        for id in [&good, &mailed, &queued, &refused, &point] {
            decide(&app, id, "Teimme jotakin.").await;
        }
        mail_settled(&app, &queued, MailState::Queued).await;
        mail_settled(&app, &refused, MailState::Refused).await;
        let nobody = Uuid::nil().to_string();
        // Somebody who is responsible for both units also sees the other unit's case.
        grant(&app, "responsible", Role::ResponsiblePerson, "paju").await;
        let covers = [&good, &mailed, &queued, &refused, &open, &elsewhere, &point, &good, &nobody];
        let covers: Vec<&str> = covers.into_iter().map(String::as_str).collect();
        let answer = app.post(BOARD, "responsible", &post_of(&covers)).await.problem(422, "invalid");
        let expected = [
            "/covers/1 invalid",
            "/covers/2 invalid",
            "/covers/4 invalid",
            "/covers/5 invalid",
            "/covers/6 invalid",
            "/covers/7 invalid",
            "/covers/8 unknown-reference",
        ];
        assert_eq!(faults(&answer), expected);
        assert!(answer.text.contains("is told by mail") && answer.text.contains("feedback discussion"));
        assert_eq!((board(&app).await.len(), state(&app, &good).await), (0, "decided".to_owned()), "nothing is stored");
        let posted = app.post(BOARD, "responsible", &post_of(&[&good, &refused])).await.expect(201).body;
        assert_eq!(posted["covered"], 2);
        let many: Vec<String> = (1..=501).map(|n| Uuid::from_u128(n).to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        app.post(BOARD, "responsible", &post_of(&many)).await.problem(422, "batch-size");
        let told = app.post(BOARD, "responsible", &post_of(&[&good])).await.problem(422, "invalid");
        assert_eq!(faults(&told), ["/covers/0 invalid"], "what was told is told once");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_covers_all_that_was_decided_by_a_day() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        // The mail waits for as long as no worker runs.
        let app = TestApp::start_with(kind, &[("KAIKU_JOBS__RUN", "false")]).await;
        let mut ids = Vec::new();
        for words in ["yksi", "kaksi", "kolme"] {
            ids.push(given(&app, Some("worker-b"), &card(None, None, words)).await.0);
        }
        let (mailed, _) = given(&app, None, &web("koivu", "Postitse", Some("antaja@example.fi"))).await;
        decide(&app, &ids[0], "Teimme.").await;
        decide(&app, &mailed, "Teimme.").await;
        app.at("2026-11-24T08:00:00Z");
        decide(&app, &ids[1], "Teimme.").await;
        let mut post = post_of(&[]);
        post["decided_up_to"] = json!("2026-11-23");
        app.post(BOARD, "responsible", &post).await.problem(422, "invalid");
        post["covers_all_decided"] = json!(true);
        post["covers"] = json!([ids[1]]);
        app.post(BOARD, "responsible", &post).await.problem(422, "invalid");
        post["covers"] = json!([]);
        let posted = app.post(BOARD, "responsible", &post).await.expect(201).body;
        assert_eq!((&posted["covered"], &posted["more"]), (&json!(1), &json!(false)));
        assert_eq!([state(&app, &ids[0]).await, state(&app, &ids[1]).await], ["told", "decided"]);
        post.as_object_mut().expect("an object").remove("decided_up_to");
        let posted = app.post(BOARD, "responsible", &post).await.expect(201).body;
        assert_eq!(posted["covered"], 1);
        let states = [state(&app, &ids[1]).await, state(&app, &ids[2]).await, state(&app, &mailed).await];
        assert_eq!(states, ["told", "received", "decided"], "who is told by mail waits for the mail");
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_post_cannot_cover_is_left_to_the_next() {
    on_both(async |app| {
        for size in [COVERED_MOST, 2] {
            let items = vec![card(None, None, "Jono"); size];
            app.post("/api/v1/feedback/batch", "worker-b", &json!({"items": items})).await.expect(201);
        }
        let decided = "UPDATE cases SET state = 'decided', available_on = '2026-11-20'";
        execute(&app.database_url, decided).await;
        let mut post = post_of(&[]);
        post["covers_all_decided"] = json!(true);
        for (covered, more) in [(COVERED_MOST, true), (2, false), (0, false)] {
            let posted = app.post(BOARD, "responsible", &post).await.expect(201).body;
            assert_eq!((&posted["covered"], &posted["more"]), (&json!(covered), &json!(more)));
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_sent_twice_is_one_post() {
    on_both(async |app| {
        let (id, _) = given(&app, None, &web("koivu", "Jono", None)).await;
        decide(&app, &id, "Teimme.").await;
        let body = post_of(&[&id]);
        let send = async |body: &Value| {
            let key = [("Idempotency-Key", "taulu-1")];
            app.call_with(Method::POST, BOARD, Some("responsible"), Some(body), &key).await
        };
        // A refused post does not use up its key.
        send(&post_of(&["00000000-0000-0000-0000-000000000000"])).await.problem(422, "unknown-reference");
        let first = send(&body).await.expect(201).body;
        let again = send(&body).await.expect(201).body;
        assert_eq!(first, again);
        assert_eq!(board(&app).await.len(), 1);
        send(&post_of(&[])).await.problem(422, "key-reused");
        let (one, two) = {
            let other = json!({"said": "Ovi narisi.", "done": "Öljysimme.", "language": "fi"});
            let send = async || {
                let key = [("Idempotency-Key", "taulu-2")];
                app.call_with(Method::POST, BOARD, Some("responsible"), Some(&other), &key).await
            };
            tokio::join!(send(), send())
        };
        assert_eq!(one.expect(201).body["id"], two.expect(201).body["id"], "also at the same time");
        assert_eq!(board(&app).await.len(), 2);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_corrected_and_taken_down_and_told_stays_told() {
    on_both(async |app| {
        let (id, code) = given(&app, None, &web("koivu", "Jono", None)).await;
        let code = code.expect("a code");
        decide(&app, &id, "Teimme.").await;
        let posted = app.post(BOARD, "handler", &post_of(&[&id])).await.expect(201);
        let path = format!("{BOARD}/{}", posted.text_at("/id"));
        let words = json!({"said": format!("Jono {CODE}"), "done": "Avattiin.", "language": "fi"});
        app.at("2026-11-25T08:00:00Z");
        let put = async |who: &str, words: &Value| app.call(Method::PUT, &path, Some(who), Some(words)).await;
        let corrected = put("responsible", &words).await.expect(200).body;
        assert_eq!(
            corrected["texts"],
            json!([{"language": "fi", "said": format!("Jono {REMOVED}"), "done": "Avattiin."}])
        );
        assert_eq!((&corrected["on"], &corrected["corrected_on"]), (&json!("2026-11-20"), &json!("2026-11-25")));
        assert_eq!(board(&app).await, [corrected]);
        put("responsible", &json!({"said": " ", "done": "x", "language": "fi"})).await.problem(422, "invalid");
        let twice = json!({"said": "a", "done": "b", "language": "fi",
            "translations": [{"said": "a", "done": "b", "language": "fi"}]});
        let twice = put("responsible", &twice).await.problem(422, "invalid");
        assert_eq!(faults(&twice), ["/translations/0/language invalid"]);
        assert_eq!(app.story(&code).await.expect(200).body["matters"][0]["board"]["done"], "Avattiin.");

        for _ in 0..2 {
            app.call(Method::DELETE, &path, Some("responsible"), None).await.expect(204);
        }
        assert!(board(&app).await.is_empty());
        let story = app.story(&code).await.expect(200).body;
        assert_eq!((&story["matters"][0]["board"], &story["matters"][0]["told_how"]), (&json!(null), &json!("board")));
        put("responsible", &words).await.problem(404, "not-found");
        app.call(Method::DELETE, &format!("{BOARD}/{}", Uuid::nil()), Some("responsible"), None)
            .await
            .problem(404, "not-found");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_tells_nothing_about_its_poster_and_nothing_others_handle() {
    on_both(async |app| {
        // The yellow card is about `worker`, who becomes a responsible person.
        let (about, _) = given(&app, Some("worker-b"), &card(Some("keltainen"), None, "Tyly")).await;
        let (other, _) = given(&app, None, &web("koivu", "Jono", None)).await;
        decide(&app, &about, "Puhuimme asiasta.").await;
        grant(&app, "worker", Role::ResponsiblePerson, "koivu").await;
        let refused = app.post(BOARD, "worker", &post_of(&[&about])).await.problem(422, "unknown-reference");
        assert_eq!(faults(&refused), ["/covers/0 unknown-reference"]);
        let mut all = post_of(&[]);
        all["covers_all_decided"] = json!(true);
        assert_eq!(app.post(BOARD, "worker", &all).await.expect(201).body["covered"], 0);
        assert_eq!(state(&app, &about).await, "decided");
        // A handler posts and tells only the cases assigned to that handler.
        app.step(&other, "assign", "responsible", Some(&json!({"handler": "responsible"}))).await.expect(200);
        app.step(&other, "decide", "responsible", Some(&json!({"kind": "no_change", "text": "Ei."}))).await.expect(200);
        app.post(BOARD, "handler", &post_of(&[&other])).await.problem(422, "unknown-reference");
        assert_eq!(app.post(BOARD, "handler", &all).await.expect(201).body["covered"], 1, "the card, not the other's");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reopened_matter_has_left_the_board_and_pages_are_newest_first() {
    on_both(async |app| {
        let (id, code) = given(&app, None, &web("koivu", "Jono", None)).await;
        let code = code.expect("a code");
        decide(&app, &id, "Teimme.").await;
        let first = app.post(BOARD, "responsible", &post_of(&[&id])).await.expect(201).text_at("/id");
        let body = json!({"code": code, "helped": false});
        let again = app.post_public("/api/v1/receipts/verdict", &body).await.expect(200).body;
        assert_eq!(again["matters"][0]["board"], json!(null), "the board's answer is not in force any more");
        decide(&app, &id, "Teimme enemmän.").await;
        app.at("2026-11-23T08:00:00Z");
        let second = app.post(BOARD, "responsible", &post_of(&[&id])).await.expect(201).text_at("/id");
        assert_eq!(app.story(&code).await.expect(200).body["matters"][0]["board"]["on"], "2026-11-23");
        app.post("/api/v1/units/paju/board", "responsible-paju", &post_of(&[])).await.expect(201);

        let page = app.call(Method::GET, &format!("{BOARD}?limit=1"), None, None).await.expect(200).body;
        assert_eq!(
            (page["items"][0]["id"].clone(), page["unit"].clone()),
            (json!(second), json!("Koivun sosiaalityö"))
        );
        let next = page["next_cursor"].as_str().expect("a cursor");
        let page = app.call(Method::GET, &format!("{BOARD}?limit=1&cursor={next}"), None, None).await.expect(200).body;
        assert_eq!((page["items"][0]["id"].clone(), page["next_cursor"].clone()), (json!(first), json!(null)));
        for wrong in ["limit=0", "limit=201", "cursor=x", "limit=x"] {
            app.call(Method::GET, &format!("{BOARD}?{wrong}"), None, None).await.problem(400, "malformed-parameter");
        }
        app.call(Method::GET, "/api/v1/units/ei-ole/board", None, None).await.problem(404, "not-found");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn published_results_tell_whoever_has_no_case() {
    on_both(async |app| {
        let counted = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "sv",
            "answers": {"q1": 4}});
        let code = given(&app, None, &counted).await.1.expect("a code");
        let elsewhere = json!({"unit": "paju", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"q1": 4}});
        let other = given(&app, None, &elsewhere).await.1.expect("a code");
        let story = app.story(&code).await.expect(200).body;
        assert_eq!(story["results"], json!([]));
        assert_eq!(
            story["status_text"],
            "Din respons är med i resultaten. Du får veta resultaten och besluten om dem när de publiceras."
        );
        let publish = |from: &str, to: &str, instrument: &str| {
            json!({"instrument": instrument, "from": from, "to": to, "words": format!("Puhelinaikoja pidennettiin {CODE}"),
                "language": "fi", "translations": [{"words": "Telefontiderna förlängdes.", "language": "sv"}]})
        };
        for (form, expected) in [
            (publish("2026-11", "2026-10", "asiakastyytyvaisyys"), "/to invalid"),
            (publish("2026-11", "2026-12", "asiakastyytyvaisyys"), "/to date-in-future"),
            (publish("2026-1", "2026-11", "asiakastyytyvaisyys"), "/from invalid"),
            (publish("2026-10", "2026-11", "ei-ole"), "/instrument unknown-instrument"),
        ] {
            let refused = app.post(RESULTS, "responsible", &form).await;
            assert_eq!((refused.status, faults(&refused)), (422, vec![expected.to_owned()]), "{}", refused.text);
        }
        // Results of another instrument or of other months do not show on this receipt.
        app.post(RESULTS, "responsible", &publish("2026-11", "2026-11", "tapaaminen-kortti")).await.expect(201);
        app.post(RESULTS, "responsible", &publish("2026-09", "2026-10", "asiakastyytyvaisyys")).await.expect(201);
        assert_eq!(app.story(&code).await.expect(200).body["results"], json!([]));
        app.at("2026-11-30T08:00:00Z");
        let key = [("Idempotency-Key", "tulokset")];
        let form = publish("2026-10", "2026-11", "asiakastyytyvaisyys");
        let send = async || app.call_with(Method::POST, RESULTS, Some("responsible"), Some(&form), &key).await;
        let published = send().await.expect(201).body;
        assert_eq!(send().await.expect(201).body, published);
        let story = app.story(&code).await.expect(200).body;
        let words = json!([{"words": "Telefontiderna förlängdes.", "language": "sv", "on": "2026-11-30"}]);
        assert_eq!(story["results"], words);
        assert_eq!(
            story["status_text"],
            "Din respons är med i resultaten. Resultaten och besluten om dem publicerades 30.11.2026."
        );
        assert_eq!(app.story(&other).await.expect(200).body["results"], json!([]), "another unit's");

        let listed = app.call(Method::GET, RESULTS, None, None).await.expect(200);
        assert_eq!(listed.body["items"].as_array().expect("a list").len(), 3);
        assert_eq!(listed.body["items"][0], published);
        assert_eq!(published["texts"][0]["words"], format!("Puhelinaikoja pidennettiin {REMOVED}"));
        assert!(board(&app).await.is_empty(), "results are no post");
        let path = format!("{RESULTS}/{}", published["id"].as_str().expect("an id"));
        let words = json!({"words": "Aikoja pidennettiin.", "language": "fi"});
        let corrected = app.call(Method::PUT, &path, Some("responsible"), Some(&words)).await.expect(200).body;
        assert_eq!(corrected["corrected_on"], "2026-11-30");
        assert_eq!(app.story(&code).await.expect(200).body["results"][0]["language"], "fi", "where no others are");
        app.call(Method::DELETE, &path, Some("responsible"), None).await.expect(204);
        assert_eq!(app.story(&code).await.expect(200).body["results"], json!([]));
        // A giver whose feedback has a case gets that case's answer, not the results.
        let with_case = given(&app, None, &web("koivu", "Jono", None)).await.1.expect("a code");
        let story = app.story(&with_case).await.expect(200).body;
        assert_eq!((&story["results"], &story["status_text"]), (&json!([]), &json!(null)));
        app.stop().await;
    })
    .await;
}

/// Who may do each; for everybody else a `GET` of the call's path is 404.
#[tokio::test(flavor = "multi_thread")]
async fn boards_and_results_are_kept_by_those_of_the_unit() {
    on_both(async |app| {
        let everybody: Vec<String> = app.tokens.keys().cloned().collect();
        let words = json!({"said": "Ovi narisi.", "done": "Öljysimme.", "language": "fi"});
        let post = app.post(BOARD, "responsible", &words).await.expect(201).text_at("/id");
        let new = json!({"instrument": "tapaaminen-kortti", "from": "2026-11", "to": "2026-11", "words": "Hyvä.",
            "language": "fi"});
        let published = app.post(RESULTS, "responsible", &new).await.expect(201).text_at("/id");
        let other_words = json!({"words": "Hyvä.", "language": "fi"});
        let (post, published) = (format!("{BOARD}/{post}"), format!("{RESULTS}/{published}"));
        for who in &everybody {
            let posts = ["responsible", "handler"].contains(&who.as_str());
            let publishes = who == "responsible";
            for (method, path, body, may, status) in [
                (Method::POST, BOARD, Some(&words), posts, 201),
                (Method::PUT, &post, Some(&words), posts, 200),
                (Method::POST, RESULTS, Some(&new), publishes, 201),
                (Method::PUT, &published, Some(&other_words), publishes, 200),
            ] {
                let answer = app.call(method.clone(), path, Some(who), body).await;
                assert_eq!(answer.status, if may { status } else { 404 }, "{who} {method} {path}: {}", answer.text);
            }
            if !posts {
                app.call(Method::DELETE, &post, Some(who), None).await.problem(404, "not-found");
                app.call(Method::DELETE, &published, Some(who), None).await.problem(404, "not-found");
            }
        }
        // A post cannot be deleted through the path of results.
        let crossed = post.replace("/board/", "/results/");
        app.call(Method::DELETE, &crossed, Some("responsible"), None).await.problem(404, "not-found");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_responsible_hears_once_a_day_that_the_board_is_due() {
    on_both(async |app| {
        let agreement = json!({"producer": "oma-tuotanto", "acknowledge": 2, "decide": 10, "tell": 14,
            "board_every": 2, "told_how": "Aulan taululla", "signed_by": "Oona, Yrjö", "valid_from": "2026-01-01"});
        app.post("/api/v1/agreements", "admin", &agreement).await.expect(201);
        let (plain, _) = given(&app, Some("worker-b"), &card(None, None, "Jono")).await;
        let (second, _) = given(&app, None, &web("koivu", "Jono", None)).await;
        let (mailed, _) = given(&app, None, &web("koivu", "Jono", Some("antaja@example.fi"))).await;
        let (note, _) = given(&app, Some("worker"), &oral("Jono", Value::Null)).await;
        for id in [&plain, &second, &mailed, &note] {
            decide(&app, id, "Teimme.").await;
        }
        let due = async |who: &str| -> Vec<String> {
            ticks::watch(&app.service).await.expect("the watch");
            let body = app.get("/api/v1/notices", who).await.expect(200).body;
            let notices = body["items"].as_array().expect("a list").iter();
            let mut found: Vec<String> = notices
                .filter(|notice| notice["kind"] == "board_due")
                .map(|notice| format!("{} {}", notice["day"].as_str().expect("a day"), notice["cases"]))
                .collect();
            found.sort();
            found
        };
        // Decided on Friday; on the second working day after that it is still in time.
        for quiet in ["2026-11-24T10:00:00Z", "2026-11-25T05:00:00Z"] {
            app.at(quiet);
            assert!(due("responsible").await.is_empty(), "{quiet}");
        }
        app.at("2026-11-25T10:00:00Z");
        for _ in 0..2 {
            assert_eq!(due("responsible").await, ["2026-11-25 2"], "the card and the web form without an address");
        }
        assert!(due("handler").await.is_empty() && due("responsible-paju").await.is_empty());
        app.at("2026-11-28T10:00:00Z");
        assert_eq!(due("responsible").await.len(), 1, "not on a Saturday");
        app.at("2026-11-30T10:00:00Z");
        assert_eq!(due("responsible").await, ["2026-11-25 2", "2026-11-30 2"]);
        app.post(BOARD, "responsible", &post_of(&[&plain, &second])).await.expect(201);
        app.at("2026-12-01T10:00:00Z");
        assert_eq!(due("responsible").await.len(), 2, "posted is done");
        app.stop().await;
    })
    .await;
}

async fn tell_list(app: &TestApp, who: &str) -> Vec<Value> {
    app.get("/api/v1/tell-list", who).await.expect(200).body["items"].as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_has_the_answers_for_the_next_meetings_with_the_own_reminders() {
    on_both(async |app| {
        let near = json!({"text": "Reppu ti", "next_meeting": "2026-11-24"});
        let far = json!({"text": "Kahvi", "next_meeting": "2026-12-15"});
        let (later, _) = given(&app, Some("worker"), &oral("Myöhemmin", far)).await;
        let (soon, _) = given(&app, Some("worker"), &oral("Pian", near)).await;
        let (without, _) = given(&app, Some("worker"), &oral("Ilman tapaamista", Value::Null)).await;
        let (undecided, _) = given(&app, Some("worker"), &oral("Kesken", Value::Null)).await;
        let (others, _) = given(&app, Some("worker-b"), &oral("Toisen", Value::Null)).await;
        for id in [&later, &soon, &without, &others] {
            decide(&app, id, &format!("Vastaus {CODE}")).await;
        }
        let list = tell_list(&app, "worker").await;
        let ids: Vec<&str> = list.iter().filter_map(|note| note["case_id"].as_str()).collect();
        assert_eq!(ids, [soon.as_str(), without.as_str(), later.as_str()], "the next meeting first");
        assert_eq!(
            list[0],
            json!({"case_id": soon, "unit": "koivu", "own": true, "received_on": "2026-11-20",
                "next_meeting": "2026-11-24", "reminder": "Reppu ti", "tell_by": "2026-12-10", "decision": "change_made",
                "decided_on": "2026-11-20", "answer": {"text": format!("Vastaus {REMOVED}"), "language": "fi"},
                "language": "fi", "version": 2})
        );
        assert_eq!((&list[1]["reminder"], &list[1]["next_meeting"]), (&json!(null), &json!(null)));
        let mut db = app.service.store.read().await.expect("a reader");
        let read = kaiku::store::audit::of_subject(&mut db, soon.parse().expect("an id")).await.expect("the log");
        drop(db);
        let me = app.service.snapshot().tree.principal_by_slug("worker").expect("worker").id;
        for action in ["reminder.read", "text.read"] {
            assert!(read.contains(&(me, action.to_owned())), "{action} is in the log");
        }
        for other in ["responsible", "handler", "organiser", "collector", "facilitator", "admin", "contact"] {
            assert!(tell_list(&app, other).await.is_empty(), "{other}");
        }
        let told = json!({"how": "in_person", "language": "sv"});
        let path = format!("/api/v1/cases/{soon}/tell");
        app.call_with(Method::POST, &path, Some("worker"), Some(&told), &[("If-Match", "\"2\"")]).await.expect(200);
        assert_eq!(tell_list(&app, "worker").await.len(), 2);
        assert_eq!(state(&app, &undecided).await, "received");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_who_leaves_passes_the_task_upward_without_the_reminder() {
    on_both(async |app| {
        let reminder = json!({"text": "Reppu ti", "next_meeting": "2026-12-15"});
        let (left, _) = given(&app, Some("worker"), &oral("Lähtijän", reminder)).await;
        let (stays, _) = given(&app, Some("worker-b"), &oral("Jääjän", Value::Null)).await;
        // A collector records for others and then sees no more of it, so a collector never has to tell.
        let (collected, _) = given(&app, Some("collector"), &oral("Kerääjän", Value::Null)).await;
        for id in [&left, &stays, &collected] {
            decide(&app, id, "Vastaus").await;
        }
        let ids = async |who: &str| -> Vec<String> {
            let list = tell_list(&app, who).await;
            list.iter().map(|note| note["case_id"].as_str().expect("an id").to_owned()).collect()
        };
        assert_eq!(ids("responsible").await, std::slice::from_ref(&collected));
        let until = json!({"valid_to": "2026-11-21"});
        let staff = app.get("/api/v1/units/koivu/staff", "admin").await.expect(200).body;
        let staff = staff["items"].as_array().expect("a list").clone();
        let worker = staff.iter().find(|entry| entry["principal"] == "worker").expect("worker");
        let path = format!("/api/v1/units/koivu/staff/{}", worker["id"].as_str().expect("an id"));
        let ended = app.call(Method::PUT, &path, Some("admin"), Some(&until)).await;
        assert!(ended.status < 300, "{} {}", ended.status, ended.text);
        assert_eq!(
            ids("responsible").await,
            std::slice::from_ref(&collected),
            "on the last day the author still works there"
        );
        app.at("2026-11-23T08:00:00Z");
        let list = tell_list(&app, "responsible").await;
        let note = list.iter().find(|note| note["case_id"] == left.as_str()).expect("the leaver's note");
        assert_eq!(
            (&note["own"], &note["reminder"], &note["next_meeting"]),
            (&json!(false), &json!(null), &json!(null))
        );
        assert_eq!(note["answer"], json!({"text": "Vastaus", "language": "fi"}));
        assert_eq!((list.len(), ids("handler").await.len()), (2, 0), "the responsible person's, not the handler's");
        let told = json!({"how": "in_person"});
        let told = app.step(&left, "tell", "responsible", Some(&told)).await.expect(200).body;
        assert_eq!((&told["state"], &told["events"][1]["by"]), (&json!("told"), &json!("responsible")));
        assert_eq!(ids("responsible").await, std::slice::from_ref(&collected));
        // A disabled author counts as having left too; without a responsible person it is the handler's task.
        for who in ["worker-b", "responsible"] {
            let path = format!("/api/v1/principals/{who}");
            let found = app.get(&path, "admin").await.expect(200).body;
            let mut change = json!({"disabled": true});
            for field in ["name", "email", "language"] {
                change[field] = found[field].clone();
            }
            app.call(Method::PUT, &path, Some("admin"), Some(&change)).await.expect(200);
        }
        let (mut found, mut expected) = (ids("handler").await, vec![stays, collected]);
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
        app.stop().await;
    })
    .await;
}

fn discussion(held_on: &str, memo: &str) -> Value {
    json!({"held_on": held_on, "together": true, "participants": 5, "memo": memo, "language": "fi"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feedback_discussion_tells_every_decided_point_and_a_second_one_the_rest() {
    on_both(async |app| {
        let form = group(&["odottelu", "kirjeet", "tilat"]);
        let taken = app.post("/api/v1/group-interviews", "facilitator", &form).await.expect(201);
        let (id, code) = (taken.text_at("/id"), taken.text_at("/receipt"));
        let points: Vec<String> = (0..3).map(|n| taken.text_at(&format!("/points/{n}/id"))).collect();
        let path = format!("/api/v1/group-interviews/{id}/discussion");
        decide(&app, &points[0], "Teimme.").await;
        app.at("2026-11-24T08:00:00Z");
        decide(&app, &points[1], "Teimme.").await;

        for (form, expected) in [
            (discussion("2026-11-25", "x"), "/held_on date-in-future"),
            (discussion("2026-11-18", "x"), "/held_on invalid"),
            (discussion("2026-11-20", " "), "/memo invalid"),
            (
                json!({"held_on": "2026-11-20", "together": true, "participants": 0, "memo": "x", "language": "fi"}),
                "/participants invalid",
            ),
        ] {
            let refused = app.post(&path, "facilitator", &form).await;
            assert_eq!((refused.status, faults(&refused)), (422, vec![expected.to_owned()]), "{}", refused.text);
        }
        let form = discussion("2026-11-23", &format!("Kerroimme, mitä tehtiin. {CODE} soita 040 1234567"));
        let send = async || {
            let key = [("Idempotency-Key", "keskustelu")];
            app.call_with(Method::POST, &path, Some("facilitator"), Some(&form), &key).await
        };
        let first = send().await.expect(201).body;
        assert_eq!(first["told"], json!([points[0]]), "what was decided by then");
        let waiting = json!([{"id": points[1], "state": "decided"}, {"id": points[2], "state": "received"}]);
        assert_eq!(first["waiting"], waiting);
        assert_eq!(send().await.expect(201).body, first);
        let told = case(&app, &points[0]).await;
        assert_eq!(
            (&told["state"], &told["told_how"], &told["told_on"]),
            (&json!("told"), &json!("feedback_discussion"), &json!("2026-11-24"))
        );

        decide(&app, &points[2], "Teimme.").await;
        let second = app.post(&path, "responsible", &discussion("2026-11-24", "Loput.")).await.expect(201).body;
        assert_eq!((second["told"].clone(), second["waiting"].clone()), (json!([points[1], points[2]]), json!([])));

        let read = app.get(&format!("/api/v1/group-interviews/{id}"), "facilitator").await.expect(200).body;
        let memo = format!("Kerroimme, mitä tehtiin. {REMOVED} soita 040 1234567");
        assert_eq!(read["discussions"][0]["memo"], memo);
        assert_eq!(
            (&read["discussions"][1]["held_on"], read["discussions"][1]["participants"].clone()),
            (&json!("2026-11-24"), json!(5))
        );
        let masked = app.get(&format!("/api/v1/group-interviews/{id}"), "responsible").await.expect(200).text;
        assert!(masked.contains("Kerroimme") && !masked.contains("1234567"));
        let story = app.story(&code).await.expect(200).body;
        assert_eq!(
            story["discussions"][0],
            json!({"held_on": "2026-11-23", "together": true, "memo": memo, "language": "fi"})
        );
        assert_eq!(story["matters"][0]["status_text"], "Vastaus kerrottiin ryhmän palautekeskustelussa 24.11.2026.");
        let peek = app.post("/api/v1/receipts/lookup", "handler", &json!({"code": code})).await.expect(200).body;
        assert_eq!(peek["discussions"], json!([]));

        for other in ["worker", "handler", "organiser", "contact", "collector", "responsible-paju", "admin"] {
            app.post(&path, other, &discussion("2026-11-24", "x")).await.problem(404, "not-found");
        }
        let (web_id, _) = given(&app, None, &web("koivu", "Jono", None)).await;
        let not_a_group = format!("/api/v1/group-interviews/{web_id}/discussion");
        app.post(&not_a_group, "responsible", &discussion("2026-11-24", "x")).await.problem(404, "not-found");
        // Withdrawing consent also empties the memo.
        let because = json!({"reason": "consent_withdrawn"});
        app.post(&format!("{FEEDBACK}/{id}/void"), "responsible", &because).await.expect(204);
        let mut db = app.service.store.read().await.expect("a reader");
        let held = kaiku::store::discussions::of_interview(&mut db, id.parse().expect("an id")).await.expect("rows");
        drop(db);
        assert!(held.iter().all(|held| held.memo.is_empty()) && held.len() == 2);
        assert_eq!(app.story(&code).await.expect(200).body["discussions"], json!([]));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_are_decided_for_many_at_once_or_for_none() {
    on_both(async |app| {
        let path = "/api/v1/cases/decide-thanks";
        let mut ids = Vec::new();
        for words in ["Kiitos", "Hyvä kahvi", "Lämmin vastaanotto"] {
            ids.push(given(&app, Some("worker-b"), &card(None, None, words)).await.0);
        }
        let (about, _) = given(&app, Some("worker-b"), &card(Some("keltainen"), None, "Kiitos Anna")).await;
        let (paju, _) = given(&app, None, &web("paju", "Kiitos", None)).await;
        app.step(&ids[2], "acknowledge", "handler", None).await.expect(200);
        decide(&app, &about, "Kiitos.").await;
        let at = |id: &str, version: i64| json!({"id": id, "version": version});
        let wrong = json!({"text": "Kiitos!", "cases": [at(&ids[0], 1), at(&ids[1], 7), at(&ids[2], 1), at(&paju, 1),
            at(&about, 2), at(&ids[0], 1)]});
        let refused = app.post(path, "handler", &wrong).await.problem(422, "invalid");
        let expected = [
            "/cases/1/version version-mismatch",
            "/cases/2/version version-mismatch",
            "/cases/3/id unknown-reference",
            "/cases/4 step-not-allowed",
            "/cases/5 invalid",
        ];
        assert_eq!(faults(&refused), expected);
        assert_eq!(state(&app, &ids[0]).await, "received", "none was decided");
        app.post(path, "handler", &json!({"cases": [at(&ids[1], 9)]})).await.problem(412, "version-mismatch");
        app.post(path, "handler", &json!({"cases": []})).await.problem(422, "batch-size");
        let many: Vec<Value> = (1..=201).map(|n| at(&Uuid::from_u128(n).to_string(), 1)).collect();
        app.post(path, "handler", &json!({"cases": many})).await.problem(422, "batch-size");
        let long = "a".repeat(10_001);
        let long = app.post(path, "handler", &json!({"cases": [at(&ids[0], 1)], "text": long})).await;
        long.problem(422, "text-too-long");

        let right =
            json!({"text": format!("Kiitos! {CODE}"), "cases": [at(&ids[2], 2), at(&ids[0], 1), at(&ids[1], 1)]});
        let key = [("Idempotency-Key", "kiitos")];
        let send = async || app.call_with(Method::POST, path, Some("handler"), Some(&right), &key).await;
        let thanked = send().await.expect(200).body;
        let listed: Vec<&str> =
            thanked["items"].as_array().expect("a list").iter().filter_map(|case| case["id"].as_str()).collect();
        assert_eq!(listed, [ids[2].as_str(), ids[0].as_str(), ids[1].as_str()]);
        assert_eq!(send().await.expect(200).body, thanked, "sent again nothing is taken twice");
        for id in &ids {
            let decided = case(&app, id).await;
            assert_eq!((&decided["state"], &decided["decision"]), (&json!("decided"), &json!("thanks")));
        }
        let read = app.get(&format!("/api/v1/cases/{}", ids[0]), "handler").await.expect(200).body;
        assert_eq!(read["events"][0]["text"], format!("Kiitos! {REMOVED}"));
        // Not by others, and not by the person whom the card is about.
        let (more, _) = given(&app, Some("worker-b"), &card(Some("keltainen"), None, "Kiitos Anna")).await;
        grant(&app, "worker", Role::ResponsiblePerson, "koivu").await;
        for other in ["worker", "worker-b", "organiser", "responsible-paju", "contact"] {
            let form = json!({"cases": [at(&more, 1)]});
            app.post(path, other, &form).await.problem(422, "unknown-reference");
        }
        app.post(path, "responsible", &json!({"cases": [at(&more, 1)]})).await.expect(200);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_says_where_a_matter_stands_in_the_givers_language() {
    on_both(async |app| {
        let mut form = web("koivu", "Kön är lång", None);
        form["language"] = json!("sv");
        let (id, code) = given(&app, None, &form).await;
        let code = code.expect("a code");
        let says = async || app.story(&code).await.expect(200).text_at("/matters/0/status_text");
        assert_eq!(
            says().await,
            "Din respons har kommit fram. Handläggaren tar upp den senast 24.11.2026 och fattar beslut senast 4.12.2026."
        );
        app.at("2026-11-26T08:00:00Z");
        assert_eq!(
            says().await,
            "Handläggaren har inte tagit upp din respons ännu, trots att vi lovade det senast 24.11.2026. Vi beklagar \
             dröjsmålet. Beslutet fattas senast 4.12.2026."
        );
        app.step(&id, "acknowledge", "handler", None).await.expect(200);
        assert_eq!(says().await, "Handläggaren behandlar din respons och fattar beslut senast 4.12.2026.");
        app.step(&id, "ask", "handler", Some(&json!({"question": "När hände det?"}))).await.expect(200);
        assert_eq!(says().await, "Handläggaren har frågat dig något. Behandlingen fortsätter när du har svarat.");
        let answer = json!({"code": code, "text": "På måndag."});
        app.post_public("/api/v1/receipts/message", &answer).await.expect(200);
        let add = json!({"code": code, "text": "Klockan tre."});
        let added = app.post_public("/api/v1/receipts/message", &add).await.expect(200).body;
        let kinds: Vec<&Value> = added["matters"][0]["messages"]
            .as_array()
            .expect("messages")
            .iter()
            .map(|message| &message["kind"])
            .collect();
        assert_eq!(kinds, ["question", "answer", "addition"]);
        assert_eq!(says().await, "Handläggaren behandlar din respons och fattar beslut senast 4.12.2026.");
        app.at("2026-12-07T08:00:00Z");
        assert_eq!(
            says().await,
            "Handläggaren har inte fattat beslut ännu, trots att vi lovade det senast 4.12.2026. Vi beklagar dröjsmålet. Den \
             nya dagen är 11.12.2026."
        );
        app.step(&id, "assign", "responsible", Some(&json!({"handler": "responsible"}))).await.expect(200);
        assert!(says().await.starts_with("Enhetens ansvarsperson har inte fattat beslut"), "a role, and who holds it now");
        app.step(&id, "decide", "responsible", Some(&json!({"kind": "change_made", "text": "Vi öppnade en till."})))
            .await
            .expect(200);
        let peek = app.post("/api/v1/receipts/lookup", "handler", &json!({"code": code})).await.expect(200);
        assert_eq!(peek.text_at("/matters/0/status_text"), "Din respons har besvarats.");
        assert_eq!(says().await, "Din respons har besvarats. Du öppnade svaret 7.12.2026.");
        let helped = json!({"code": code, "helped": true});
        app.post_public("/api/v1/receipts/verdict", &helped).await.expect(200);
        assert_eq!(says().await, "Du berättade att svaret hjälpte. Ärendet avslutades 7.12.2026. Tack!");

        let stub = card_stubs::make(&app.service, "koivu", 1).await.expect("stubs").remove(0);
        let waiting = app.story(&stub.code.reveal()).await.expect(200).body;
        assert_eq!(
            waiting["status_text"],
            "Korttisi on matkalla. Katso myöhemmin uudelleen: se luetaan, kun se on haettu laatikosta."
        );
        let (note, note_code) = given(&app, Some("worker"), &oral("Jonotin", Value::Null)).await;
        decide(&app, &note, "Teimme.").await;
        app.step(&note, "tell", "worker", Some(&json!({"how": "in_person"}))).await.expect(200);
        app.step(&note, "close", "handler", None).await.expect(200);
        let note_code = note_code.expect("a code");
        let story = app.story(&note_code).await.expect(200);
        assert_eq!(story.text_at("/matters/0/status_text"), "Asia päätettiin 7.12.2026.");
        let void = format!("{FEEDBACK}/{note}/void");
        app.post(&void, "worker", &json!({"reason": "typing_fault"})).await.expect(204);
        let story = app.story(&note_code).await.expect(200);
        assert_eq!(story.text_at("/status_text"), "Tämä palaute on poistettu. Sitä ei enää käsitellä.");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_phone_numbers_are_asked_about_before_they_are_public() {
    on_both(async |app| {
        let board = "/api/v1/units/koivu/board";
        let post = json!({"said": "Kallen kanssa oli helppo puhua.", "done": "Kerroimme sen hoitaja Ruusulle.",
            "language": "fi", "translations": [
                {"said": "Telefonen besvarades inte.", "done": "Ring 040 123 4567.", "language": "sv"}]});
        let asked = app.post(board, "responsible", &post).await.problem(422, "names-people");
        let pointers: Vec<&str> = asked.body["errors"]
            .as_array()
            .expect("faults")
            .iter()
            .filter_map(|fault| fault["pointer"].as_str())
            .collect();
        assert_eq!(pointers, ["/done", "/translations/0/done"], "a sentence begins with a capital");
        assert!(asked.body["errors"][0]["detail"].as_str().expect("a detail").contains("characters 23–30"));
        assert!(!asked.text.contains("Ruusu") && !asked.text.contains("4567"), "the words are not repeated");
        assert_eq!(app.get(board, "responsible").await.expect(200).body["items"], json!([]));
        let mut sure = post.clone();
        sure["names_checked"] = json!(true);
        let posted = app.post(board, "responsible", &sure).await.expect(201).text_at("/id");
        let path = format!("{board}/{posted}");
        let wrong = json!({"said": "Jono oli pitkä.", "done": "Soita 040 123 4567.", "language": "fi"});
        app.call(Method::PUT, &path, Some("responsible"), Some(&wrong)).await.problem(422, "names-people");
        let plain = json!({"said": "Jono oli pitkä.", "done": "Avasimme toisen tiskin.", "language": "fi"});
        app.call(Method::PUT, &path, Some("responsible"), Some(&plain)).await.expect(200);
        let results = json!({"instrument": "asiakastyytyvaisyys", "from": "2026-11", "to": "2026-11",
            "words": "Kysy lisää osoitteesta vilma@example.fi.", "language": "fi"});
        app.post("/api/v1/units/koivu/results", "responsible", &results).await.problem(422, "names-people");
        app.stop().await;
    })
    .await;
}

//! Each channel from intake to the giver's verdict, through the API only, on both databases. At the end of each journey
//! the database itself is searched for what must never be stored.

use kaiku::loop_back::card_stubs::{self, PrintedStub};
use kaiku::reporting::recount;
use kaiku::store::{Conn, Connected, counters};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use crate::support::{Answer, Kind, TestApp, on_both};

/// Fictional personal identity codes (individual numbers from 900 upward are not given to anybody).
const CODES: [&str; 3] = ["010594Y9032", "020594X903P", "020504B904H"];
/// What replaces a code in a Finnish text.
const REMOVED: &str = "[henkilötunnus poistettu]";
const EMAIL: &str = "aino.antaja@example.fi";
const VOLUNTEER_EMAIL: &str = "kehittaja@example.fi";

/// A text that contains the codes of three people.
fn telling(text: &str) -> String {
    let [one, two, three] = CODES;
    format!("{text} {one}, {} ja hetuni {three}.", two.to_lowercase())
}

/// The same text as it may be stored.
fn kept(text: &str) -> String {
    format!("{text} {REMOVED}, {REMOVED} ja hetuni {REMOVED}.")
}

async fn printed(app: &TestApp, count: usize) -> Vec<PrintedStub> {
    card_stubs::make(&app.service, "koivu", count).await.expect("stubs")
}

fn card(serial: Option<&str>, colour: Option<&str>, q1: u8, words: Option<&str>) -> Value {
    json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
        "answers": {"q1": q1, "q3": words}, "serial": serial, "colour": colour})
}

async fn case(app: &TestApp, id: &str, who: &str) -> Value {
    app.get(&format!("/api/v1/cases/{id}"), who).await.expect(200).body
}

async fn cases_of_koivu(app: &TestApp) -> usize {
    let page = app.get("/api/v1/cases?unit=koivu&limit=200", "responsible").await.expect(200).body;
    page["items"].as_array().expect("a page").len()
}

async fn decide(app: &TestApp, id: &str, who: &str, text: &str) -> Answer {
    app.step(id, "decide", who, Some(&json!({"kind": "change_made", "text": text}))).await.expect(200)
}

async fn verdict(app: &TestApp, code: &str, helped: bool, words: Option<&str>) -> Answer {
    let body = json!({"code": code, "helped": helped, "text": words});
    app.post_public("/api/v1/receipts/verdict", &body).await
}

/// What the giver may do now with the first matter.
fn can(story: &Answer) -> Vec<&str> {
    let words = story.body["matters"][0]["can"].as_array().expect("a list");
    words.iter().filter_map(Value::as_str).collect()
}

/// Every value of every table, as stored in the database.
pub async fn dump(app: &TestApp) -> Vec<u8> {
    let mut tx = app.service.store.write().await.expect("a transaction");
    let mut all = Vec::new();
    match tx.conn() {
        Conn::Sqlite(c) => {
            let columns: Vec<(String, String)> = sqlx::query_as(
                "SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'",
            )
            .fetch_all(&mut *c)
            .await
            .expect("columns");
            for (table, column) in columns {
                let sql = format!("SELECT CAST(\"{column}\" AS BLOB) FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
                let rows: Vec<(Vec<u8>,)> =
                    sqlx::query_as(AssertSqlSafe(sql.as_str())).fetch_all(&mut *c).await.expect("values");
                all.extend(rows.into_iter().flat_map(|(value,)| value.into_iter().chain(*b"\n")));
            }
        }
        Conn::Postgres(c) => {
            let columns: Vec<(String, String, String)> = sqlx::query_as(
                "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns \
                 WHERE table_schema = 'public'",
            )
            .fetch_all(&mut *c)
            .await
            .expect("columns");
            for (table, column, kind) in columns {
                let value = if kind == "bytea" {
                    format!("\"{column}\"")
                } else {
                    format!("convert_to(\"{column}\"::text, 'UTF8')")
                };
                let sql = format!("SELECT {value} FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
                let rows: Vec<(Vec<u8>,)> =
                    sqlx::query_as(AssertSqlSafe(sql.as_str())).fetch_all(&mut *c).await.expect("values");
                all.extend(rows.into_iter().flat_map(|(value,)| value.into_iter().chain(*b"\n")));
            }
        }
    }
    all
}

pub fn holds(dump: &[u8], text: &str) -> bool {
    let wanted = text.to_ascii_lowercase();
    dump.to_ascii_lowercase().windows(wanted.len()).any(|window| window == wanted.as_bytes())
}

/// No identity code and no email address is in the database, but `said` is, which shows that the search works.
async fn assert_private(app: &TestApp, said: &str) {
    let mut dump = dump(app).await;
    assert!(holds(&dump, said), "the dump does not hold what was said");
    if app.kind == Kind::Sqlite {
        // The file and its write-ahead log too: data that was written and erased would still be in them.
        for name in ["kaiku.db", "kaiku.db-wal"] {
            dump.extend(std::fs::read(app.folder.path().join(name)).unwrap_or_default());
        }
    }
    for secret in CODES.into_iter().chain([EMAIL, VOLUNTEER_EMAIL]) {
        assert!(!holds(&dump, secret), "{secret} lies in the database");
    }
}

/// How many feedbacks the counters hold for placements, and for assignments of colours.
async fn counted(app: &TestApp) -> (i64, i64) {
    let mut db = app.service.store.read().await.expect("a reader");
    let blocks = counters::all(&mut db).await.expect("blocks");
    let of = |kind: &str| {
        blocks.iter().filter(|(key, _)| key.counted_for.kind() == kind).map(|(_, block)| block.feedbacks()).sum()
    };
    (of("placement"), of("assignment"))
}

fn oral_note(words: &str, reminder: Value) -> Value {
    json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
        "answers": {"q1": words, "free": telling("Vapaasti")}, "reminder": reminder})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oral_note_is_answered_told_in_person_and_helps() {
    on_both(async |app| {
        let reminder = json!({"text": "Reppu 010594Y9032 ti", "next_meeting": "2026-12-15"});
        let words = telling("Puhelinaika on liian lyhyt");
        let note = app.post("/api/v1/feedback", "worker", &oral_note(&words, reminder)).await.expect(201);
        let (id, code) = (note.text_at("/id"), note.text_at("/receipt"));
        let promise = json!({"acknowledge_by": "2026-11-24", "decide_by": "2026-12-04", "tell_by": "2026-12-15"});
        assert_eq!(note.body["promise"], promise, "told no earlier than at the meeting");

        let path = format!("/api/v1/cases/{id}/reminder");
        let mine = app.get(&path, "worker").await.expect(200);
        assert_eq!(mine.body, json!({"text": format!("Reppu {REMOVED} ti"), "next_meeting": "2026-12-15"}));
        for other in ["handler", "responsible", "worker-b", "organiser", "admin", "collector"] {
            app.get(&path, other).await.problem(404, "not-found");
        }

        let seen = case(&app, &id, "handler").await;
        assert_eq!(seen["handler"], "handler");
        assert_eq!(seen["texts"][0], json!({"question": "q1", "text": kept("Puhelinaika on liian lyhyt")}));
        app.step(&id, "decide", "worker", Some(&json!({"kind": "thanks"}))).await.problem(404, "not-found");
        let to_author = json!({"handler": "worker"});
        app.step(&id, "assign", "responsible", Some(&to_author)).await.problem(422, "unknown-reference");
        let tell = json!({"how": "in_person", "language": "sv"});
        app.step(&id, "tell", "worker", Some(&tell)).await.problem(409, "step-not-allowed");

        decide(&app, &id, "handler", &telling("Puhelinaika on nyt iltapäivällä.")).await;
        let read = case(&app, &id, "worker").await;
        assert_eq!(read["events"][0]["text"], kept("Puhelinaika on nyt iltapäivällä."), "the worker reads it out");
        assert_eq!(read["steps"], json!(["tell"]));
        app.at("2026-12-15T08:00:00Z");
        app.step(&id, "tell", "worker-b", Some(&tell)).await.problem(404, "not-found");
        let told = app.step(&id, "tell", "worker", Some(&tell)).await.expect(200).body;
        assert_eq!((&told["state"], &told["told_on"]), (&json!("told"), &json!("2026-12-15")));
        assert_eq!(told["events"][1]["detail"], json!({"how": "in_person", "language": "sv"}));
        // The one who tells is the worker whom the case is about: the step is shown, the person is not.
        assert_eq!((&told["events"][1]["by"], &told["events"][1]["on"]), (&json!(null), &json!("2026-12-15")));
        app.get(&path, "worker").await.problem(404, "not-found");

        let story = app.story(&code).await.expect(200);
        assert_eq!(story.body["matters"][0]["told_how"], "in_person");
        assert_eq!(story.body["matters"][0]["handled_by"], "handler");
        let closed = verdict(&app, &code, true, Some(&telling("Kiitos"))).await.expect(200);
        assert_eq!(closed.body["matters"][0]["state"], "closed");
        assert_eq!(closed.body["matters"][0]["verdict"], "helped");
        assert_eq!(case(&app, &id, "handler").await["closed_on"], "2026-12-15");
        assert_private(&app, &kept("Puhelinaika on liian lyhyt")).await;
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_handles_a_note_of_their_own() {
    on_both(async |app| {
        let near = json!({"text": "Ti", "next_meeting": "2026-11-24"});
        // A word of danger routes to the responsible person. Here that is the author, so it goes to the handler.
        let note = oral_note("Kotona on väkivaltaa", near);
        let note = app.post("/api/v1/feedback", "responsible", &note).await.expect(201);
        assert_eq!(note.body["promise"]["tell_by"], "2026-12-10", "a nearer meeting shortens nothing");
        let id = note.text_at("/id");
        let seen = case(&app, &id, "organiser").await;
        assert_eq!((&seen["urgency"], &seen["handler"]), (&json!("urgent"), &json!("handler")));
        let thanks = json!({"kind": "thanks"});
        app.step(&id, "decide", "responsible", Some(&thanks)).await.problem(404, "not-found");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_from_a_printed_stub_comes_back_to_its_giver() {
    on_both(async |app| {
        let stubs = printed(&app, 1).await;
        let (serial, code) = (stubs[0].serial.reveal(), stubs[0].code.reveal());
        let (serial, code) = (serial.as_str(), code.as_str());
        let waiting = app.story(code).await.expect(200);
        assert_eq!(waiting.body["status"], "on_its_way");
        assert_eq!(waiting.body["unit"]["slug"], "koivu");
        assert_eq!(waiting.body["matters"], json!([]));
        let early = json!({"code": code, "text": "Lisään jotain."});
        let refused = app.post_public("/api/v1/receipts/message", &early).await.problem(409, "step-not-allowed");
        assert!(refused.text_at("/detail").contains("on its way"), "and not unknown");

        let form = card(Some(serial), Some("keltainen"), 1, Some(&telling("Jonotin pitkään")));
        let typed = app.post("/api/v1/feedback", "worker-b", &form).await.expect(201);
        assert_eq!(typed.body["receipt"], Value::Null, "staff never see a code");
        assert!(!typed.text.contains(code));
        let id = typed.text_at("/id");
        let story = app.story(&code.to_lowercase().replace('-', " ")).await.expect(200);
        assert_eq!(story.body["status"], "received");
        assert_eq!(story.body["said"], json!([{"question": "q3", "text": kept("Jonotin pitkään")}]));
        assert_eq!(story.body["received_on"], "2026-11-16", "a card keeps its week");
        app.post("/api/v1/feedback", "worker-b", &form).await.problem(422, "unknown-serial");

        decide(&app, &id, "handler", "Toinen tiski avattiin.").await;
        app.get(&format!("/api/v1/cases/{id}"), "worker").await.problem(404, "not-found");
        let told = app.story(code).await.expect(200);
        let matter = &told.body["matters"][0];
        assert_eq!((&matter["state"], &matter["told_how"]), (&json!("told"), &json!("receipt_page")));
        assert_eq!(matter["decision"]["text"], "Toinen tiski avattiin.");
        let closed = verdict(&app, code, true, None).await.expect(200);
        assert_eq!(closed.body["matters"][0]["state"], "closed");
        assert_private(&app, &kept("Jonotin pitkään")).await;
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stub_of_another_unit_is_not_taken() {
    on_both(async |app| {
        let stub = printed(&app, 1).await.remove(0);
        let mut form = card(Some(&stub.serial.reveal()), None, 3, None);
        form["unit"] = json!("paju");
        app.post("/api/v1/feedback", "worker-paju", &form).await.problem(422, "unknown-serial");
        assert_eq!(app.story(&stub.code.reveal()).await.expect(200).body["status"], "on_its_way");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_behind_a_colour_never_handles_its_cards() {
    on_both(async |app| {
        let worker = json!({"principal": "handler", "valid_from": "2026-01-01"});
        app.post("/api/v1/units/koivu/staff", "admin", &worker).await.expect(201);
        let colours = json!({"colours": {"punainen": "handler"}});
        let path = "/api/v1/units/koivu/card-colours/2026-11-23";
        app.call(Method::PUT, path, Some("responsible"), Some(&colours)).await.expect(200);
        app.at("2026-11-24T08:00:00Z");

        let typed = app.post("/api/v1/feedback", "worker", &card(None, Some("punainen"), 1, Some("Tyly"))).await;
        let id = typed.expect(201).text_at("/id");
        let seen = case(&app, &id, "responsible").await;
        assert_eq!(seen["handler"], "responsible", "routing goes on to the next role-holder");
        app.get(&format!("/api/v1/cases/{id}"), "handler").await.problem(404, "not-found");
        let back = json!({"handler": "handler"});
        app.step(&id, "assign", "responsible", Some(&back)).await.problem(422, "unknown-reference");

        let other = app.post("/api/v1/feedback", "worker", &card(None, None, 1, Some("Kylmä"))).await;
        let id = other.expect(201).text_at("/id");
        assert_eq!(case(&app, &id, "handler").await["handler"], "handler", "without the colour it is the handler");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_of_cards_is_taken_whole_or_not_at_all() {
    on_both(async |app| {
        let stubs = printed(&app, 2).await;
        let good = card(Some(&stubs[0].serial.reveal()), Some("keltainen"), 2, Some("Hyvä kahvi"));
        let path = "/api/v1/feedback/batch";
        let mut off_scale = card(None, None, 4, None);
        off_scale["answers"]["q9"] = json!(1);
        let unknown_unit = json!({"unit": "ei-ole", "instrument": "tapaaminen-kortti", "channel": "card",
            "language": "fi", "answers": {"q1": 1}});
        let items = [
            good.clone(),
            card(None, Some("vihreä"), 2, None),
            off_scale,
            card(Some(&stubs[0].serial.reveal()), None, 2, None),
            unknown_unit,
        ];
        let refused = app.post(path, "worker-b", &json!({"items": items})).await.problem(422, "invalid");
        let errors = refused.body["errors"].as_array().expect("a list");
        let places: Vec<_> = errors.iter().map(|fault| format!("{} {}", fault["pointer"], fault["code"])).collect();
        let expected = [
            r#""/items/1/colour" "colour-unassigned""#,
            r#""/items/2/answers/q1" "off-scale""#,
            r#""/items/2/answers/q9" "unknown-question""#,
            r#""/items/3/serial" "unknown-serial""#,
            r#""/items/4/unit" "unknown-unit""#,
        ];
        assert_eq!(places, expected);
        assert_eq!(cases_of_koivu(&app).await, 0);
        assert_eq!(counted(&app).await, (0, 0));
        assert_eq!(app.story(&stubs[0].code.reveal()).await.expect(200).body["status"], "on_its_way");

        let items =
            [good, card(Some(&stubs[1].serial.reveal()), Some("Sininen"), 3, None), card(None, None, 1, Some("Kylmä"))];
        let taken = app.post(path, "worker-b", &json!({"items": items})).await.expect(201);
        let items = taken.body["items"].as_array().expect("a list");
        assert_eq!(items.len(), 3);
        assert!(items.iter().all(|item| item["receipt"] == Value::Null));
        assert_eq!(items[0]["promise"]["decide_by"], "2026-12-04");
        assert_eq!(items[1]["promise"], Value::Null, "nobody handles a card without words");
        assert_eq!(counted(&app).await, (3, 2));
        assert_eq!(app.story(&stubs[1].code.reveal()).await.expect(200).body["matters"], json!([]));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_did_not_help_reopens_with_new_terms_at_most_twice() {
    on_both(async |app| {
        let stub = printed(&app, 1).await.remove(0);
        let items = json!({"items": [card(Some(&stub.serial.reveal()), Some("keltainen"), 1, Some("Jonotin"))]});
        let taken = app.post("/api/v1/feedback/batch", "worker-b", &items).await.expect(201);
        let id = taken.text_at("/items/0/id");
        let new_terms = [("2026-11-27", "2026-12-11", "2026-12-17"), ("2026-11-30", "2026-12-14", "2026-12-18")];
        for (times, (day, decide_by, tell_by)) in (1..).zip(new_terms) {
            app.at(&format!("{day}T08:00:00Z"));
            decide(&app, &id, "handler", "Odotusaika on nyt taululla.").await;
            let told = app.story(&stub.code.reveal()).await.expect(200);
            assert_eq!(told.body["matters"][0]["told_on"], day);
            assert!(can(&told).contains(&"did_not_help"));
            let again = verdict(&app, &stub.code.reveal(), false, Some(&telling("Jonotan yhä"))).await.expect(200);
            let matter = &again.body["matters"][0];
            assert_eq!((&matter["state"], &matter["decision"]), (&json!("in_handling"), &Value::Null));
            assert_eq!(matter["promise"]["decide_by"], decide_by);
            assert_eq!(matter["promise"]["tell_by"], tell_by);
            assert_eq!(matter["told_on"], Value::Null);
            assert_eq!(case(&app, &id, "handler").await["reopenings"], times);
        }
        decide(&app, &id, "handler", "Kolmas tiski avattiin.").await;
        let told = app.story(&stub.code.reveal()).await.expect(200);
        assert_eq!(can(&told), ["add", "helped"]);
        verdict(&app, &stub.code.reveal(), false, None).await.problem(409, "step-not-allowed");
        let closed = verdict(&app, &stub.code.reveal(), true, None).await.expect(200);
        assert_eq!(closed.body["matters"][0]["state"], "closed");
        assert_private(&app, &kept("Jonotan yhä")).await;
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_did_not_help_counts_for_sixty_days() {
    on_both(async |app| {
        let stubs = printed(&app, 2).await;
        for stub in &stubs {
            let typed = app
                .post("/api/v1/feedback", "worker-b", &card(Some(&stub.serial.reveal()), None, 1, Some("Jono")))
                .await;
            decide(&app, &typed.expect(201).text_at("/id"), "handler", "Kiitos, korjasimme.").await;
            app.story(&stub.code.reveal()).await.expect(200);
        }
        app.at("2027-01-19T08:00:00Z");
        let last_day = verdict(&app, &stubs[0].code.reveal(), false, None).await.expect(200);
        assert_eq!(last_day.body["matters"][0]["state"], "in_handling");
        app.at("2027-01-20T08:00:00Z");
        let late = app.story(&stubs[1].code.reveal()).await.expect(200);
        assert!(!can(&late).contains(&"did_not_help"));
        verdict(&app, &stubs[1].code.reveal(), false, None).await.problem(409, "step-not-allowed");
        app.stop().await;
    })
    .await;
}

fn survey(channel: &str, words: Option<&str>) -> Value {
    json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": channel, "language": "fi",
        "answers": {"q1": 4, "q2": 2, "q5": "cannot_say", "q12": 4, "gender": null, "free": words}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_on_the_web_is_asked_back_answered_and_helps() {
    on_both(async |app| {
        let mut form = survey("web", Some(&telling("Puhelinaika on työaikanani.")));
        form["reply"] = json!({"wanted": true, "email": EMAIL, "name": telling("Aino")});
        form["volunteer"] = json!({"name": "Ville Vapaaehtoinen", "email": VOLUNTEER_EMAIL});
        let given = app.post_public("/api/v1/feedback", &form).await.expect(201);
        let (id, code) = (given.text_at("/id"), given.text_at("/receipt"));
        let promise = json!({"acknowledge_by": "2026-11-24", "decide_by": "2026-12-04", "tell_by": "2026-12-10"});
        assert_eq!(given.body["promise"], promise);

        let path = format!("/api/v1/cases/{id}/contact");
        let contact = app.post(&path, "handler", &json!({})).await.expect(200).body;
        assert_eq!(contact["email"], EMAIL);
        assert_eq!(contact["name"], kept("Aino"));
        for other in ["responsible", "worker", "organiser", "contact", "admin", "analyst", "handler-paju"] {
            app.post(&path, other, &json!({})).await.problem(404, "not-found");
        }

        app.step(&id, "acknowledge", "handler", None).await.expect(200);
        app.at("2026-11-23T08:00:00Z");
        let ask = json!({"question": telling("Mikä aika sopisi?")});
        let asked = app.step(&id, "ask", "handler", Some(&ask)).await.expect(200).body;
        assert_eq!((&asked["state"], &asked["waiting_since"]), (&json!("waiting_for_giver"), &json!("2026-11-23")));
        let story = app.story(&code).await.expect(200);
        assert_eq!(can(&story), ["answer", "add"]);
        assert_eq!(story.body["answers"], json!({"q1": 4, "q2": 2, "q5": "cannot_say", "q12": 4}));
        assert_eq!(story.body["matters"][0]["messages"][0]["text"], kept("Mikä aika sopisi?"));
        app.at("2026-11-25T08:00:00Z");
        let words = json!({"code": code, "text": telling("Iltapäivä kello 15")});
        let path = "/api/v1/receipts/message";
        app.post(path, "handler", &words).await.problem(403, "staff-session");
        let answered = app.post_public(path, &words).await.expect(200);
        let matter = &answered.body["matters"][0];
        assert_eq!(matter["state"], "in_handling");
        let shifted = json!({"acknowledge_by": "2026-11-24", "decide_by": "2026-12-08", "tell_by": "2026-12-14"});
        assert_eq!(matter["promise"], shifted, "two working days of waiting, over Sunday 6 December");

        decide(&app, &id, "handler", "Puhelinaika on nyt kello 14–16.").await;
        let lookup = json!({"code": code});
        for staff in ["handler", "admin"] {
            let peeked = app.post("/api/v1/receipts/lookup", staff, &lookup).await.expect(200);
            assert_eq!(peeked.body["matters"][0]["state"], "decided", "a lookup by staff never tells");
        }
        assert_eq!(case(&app, &id, "handler").await["told_on"], Value::Null);
        app.at("2026-11-26T08:00:00Z");
        let told = app.story(&code).await.expect(200);
        assert_eq!(told.body["matters"][0]["told_on"], "2026-11-26");
        let seen = case(&app, &id, "handler").await;
        let days = [&seen["acknowledged_on"], &seen["available_on"], &seen["told_on"]];
        assert_eq!(days, [&json!("2026-11-20"), &json!("2026-11-25"), &json!("2026-11-26")]);

        let words = json!({"code": code, "helped": true});
        app.post("/api/v1/receipts/verdict", "handler", &words).await.problem(403, "staff-session");
        let closed = verdict(&app, &code, true, Some(&telling("Kiitos"))).await.expect(200);
        assert_eq!(closed.body["matters"][0]["closed_on"], "2026-11-26");
        assert_private(&app, &kept("Puhelinaika on työaikanani.")).await;
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_typed_from_paper_keeps_the_agreed_terms_and_helps() {
    on_both(async |app| {
        let mut form = survey("paper", Some("Lomake oli pitkä."));
        form["unit"] = json!("paju");
        form["given_on"] = json!("2026-11-18");
        form["reply"] = json!({"wanted": true, "email": EMAIL});
        app.post_public("/api/v1/feedback", &form).await.problem(401, "unauthenticated");
        let typed = app.post("/api/v1/feedback", "worker-paju", &form).await.expect(201);
        let (id, code) = (typed.text_at("/id"), typed.text_at("/receipt"));
        let promise = json!({"acknowledge_by": "2026-11-23", "decide_by": "2026-11-27", "tell_by": "2026-12-02"});
        assert_eq!(typed.body["promise"], promise, "1, 5 and 8 working days from the day it was typed in");
        let contact = app.post(&format!("/api/v1/cases/{id}/contact"), "handler-paju", &json!({})).await;
        assert_eq!(contact.expect(200).body["email"], EMAIL);
        decide(&app, &id, "handler-paju", "Lyhensimme lomaketta.").await;
        let told = app.story(&code).await.expect(200);
        assert_eq!(told.body["received_on"], "2026-11-18");
        assert_eq!(told.body["matters"][0]["told_how"], "receipt_page");
        let closed = verdict(&app, &code, true, None).await.expect(200);
        assert_eq!(closed.body["matters"][0]["verdict"], "helped");
        assert_private(&app, "Lomake oli pitkä.").await;
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_without_words_is_counted_and_promises_nothing() {
    on_both(async |app| {
        let given = app.post_public("/api/v1/feedback", &survey("web", None)).await.expect(201);
        assert_eq!(given.body["promise"], Value::Null);
        app.get(&format!("/api/v1/cases/{}", given.text_at("/id")), "responsible").await.problem(404, "not-found");
        let code = given.text_at("/receipt");
        let story = app.story(&code).await.expect(200);
        assert_eq!((&story.body["status"], &story.body["matters"]), (&json!("received"), &json!([])));
        verdict(&app, &code, true, None).await.problem(409, "step-not-allowed");
        assert_eq!(counted(&app).await, (1, 0));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_interview_is_told_in_its_feedback_discussion() {
    on_both(async |app| {
        let form = json!({
            "unit": "koivu", "language": "fi", "given_by": "client", "held_on": "2026-11-19",
            "goal": telling("Miten toimintaa kehitetään?"),
            "arrangements": {"place": telling("Kirjasto, oma.posti@kirjasto.fi"), "outside_interviewer": true,
                "recording": "notes"},
            "group": {"participants": 7, "interviewers": 2, "name": telling("Torstairyhmä 050 123 4567")},
            "themes": [telling("Arki"), "Tiedotus"],
            "summary": {
                "strengths": [telling("Ilmapiiri on hyvä.")],
                "weaknesses": ["Kirjeet ovat vaikeita.", "Odotustila on ahdas."],
                "opportunities": ["Vertaisryhmä."],
                "threats": ["Ryhmä loppuu."],
            },
            "feedback_discussion": {"held_on": null, "together": true, "notes": telling("Sovitaan")},
            "actions": [{"what": telling("Kirjeet selkokielelle"), "who": telling("Vilma"), "when": telling("Tammikuu")}],
        });
        let taken = app.post("/api/v1/group-interviews", "facilitator", &form).await.expect(201);
        let (id, code) = (taken.text_at("/id"), taken.text_at("/receipt"));
        assert_eq!(taken.body["promise"]["tell_by"], "2026-12-10");
        let points: Vec<String> = (0..5).map(|n| taken.text_at(&format!("/points/{n}/id"))).collect();

        let path = format!("/api/v1/group-interviews/{id}");
        let read = app.get(&path, "facilitator").await.expect(200).body;
        assert_eq!(read["detail"]["goal"], kept("Miten toimintaa kehitetään?"));
        assert_eq!(read["detail"]["arrangements"]["recording"], "notes");
        let fields: Vec<_> = read["points"].as_array().expect("points").iter().map(|point| &point["field"]).collect();
        assert_eq!(fields, ["strength", "weakness", "weakness", "opportunity", "threat"]);
        assert_eq!(read["actions"][0]["what"], kept("Kirjeet selkokielelle"));
        let masked = app.get(&path, "responsible").await.expect(200).text;
        assert!(masked.contains("Torstairyhmä") && !masked.contains("oma.posti") && !masked.contains("123 4567"));
        for other in ["worker", "handler", "organiser", "collector"] {
            app.get(&path, other).await.problem(404, "not-found");
        }

        let told_how = json!({"how": "feedback_discussion"});
        app.at("2026-11-23T08:00:00Z");
        for point in &points {
            decide(&app, point, "handler", &telling("Otamme käyttöön.")).await;
            let in_person = json!({"how": "in_person"});
            app.step(point, "tell", "facilitator", Some(&in_person)).await.problem(409, "step-not-allowed");
            app.step(point, "tell", "facilitator", Some(&told_how)).await.expect(200);
        }
        let story = app.story(&code).await.expect(200);
        let matters = story.body["matters"].as_array().expect("matters");
        assert_eq!(matters.len(), 5, "each point is a matter");
        assert!(matters.iter().all(|matter| matter["told_how"] == "feedback_discussion"));
        assert_eq!(matters[1]["said"], json!({"question": "weakness", "text": "Kirjeet ovat vaikeita."}));

        verdict(&app, &code, true, None).await.problem(422, "invalid");
        let say = |matter: &str, helped: bool| json!({"code": code, "matter": matter, "helped": helped});
        let path = "/api/v1/receipts/verdict";
        app.post_public(path, &say(&id, true)).await.problem(422, "unknown-reference");
        app.post_public(path, &say(&points[0], true)).await.expect(200);
        let after = app.post_public(path, &say(&points[1], false)).await.expect(200);
        let states: Vec<_> =
            after.body["matters"].as_array().expect("matters").iter().map(|matter| &matter["state"]).collect();
        assert_eq!(states, ["closed", "in_handling", "told", "told", "told"]);
        assert_private(&app, &kept("Ilmapiiri on hyvä.")).await;
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_is_in_no_case_and_no_counter() {
    on_both(async |app| {
        let given = app.post_public("/api/v1/feedback", &survey("web", Some("Roskaa"))).await.expect(201);
        let stub = printed(&app, 1).await.remove(0);
        let typed = card(Some(&stub.serial.reveal()), Some("keltainen"), 1, Some("Väärin luettu"));
        let typed = app.post("/api/v1/feedback", "worker-b", &typed).await.expect(201);
        assert_eq!((counted(&app).await, cases_of_koivu(&app).await), ((2, 1), 2));
        let (spam, fault) = (given.text_at("/id"), typed.text_at("/id"));
        let because = |reason: &str| json!({"reason": reason});

        let path = format!("/api/v1/feedback/{fault}/void");
        for other in ["worker", "handler", "responsible-paju"] {
            app.post(&path, other, &because("typing_fault")).await.problem(404, "not-found");
        }
        app.post(&path, "worker-b", &because("boring")).await.problem(422, "wrong-type");
        app.post(&path, "worker-b", &because("typing_fault")).await.expect(204);
        app.post(&path, "worker-b", &because("typing_fault")).await.expect(204);
        let path = format!("/api/v1/feedback/{spam}/void");
        app.post(&path, "responsible", &because("consent_withdrawn")).await.expect(204);

        assert_eq!((counted(&app).await, cases_of_koivu(&app).await), ((0, 0), 0));
        assert!(recount::differences(&app.service).await.expect("a recount").is_empty());
        for id in [&spam, &fault] {
            app.get(&format!("/api/v1/cases/{id}"), "handler").await.problem(404, "not-found");
        }
        let code = given.text_at("/receipt");
        assert_eq!(app.story(&code).await.expect(200).body["status"], "taken_back");
        verdict(&app, &code, true, None).await.problem(409, "step-not-allowed");
        assert!(!holds(&dump(&app).await, "Roskaa"), "withdrawn words are erased");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staffs_own_words_hold_no_identity_code_either() {
    on_both(async |app| {
        let given = app.post_public("/api/v1/feedback", &survey("kiosk", Some("Ovi on raskas"))).await.expect(201);
        let id = given.text_at("/id");
        decide(&app, &id, "handler", &telling("Ovi korjattiin, kiitos")).await;
        let because = json!({"reason": telling("Ovi on taas rikki")});
        let opened = app.step(&id, "reopen", "responsible", Some(&because)).await.expect(200).body;
        assert_eq!(opened["events"][1]["text"], kept("Ovi on taas rikki"));
        let story = app.story(&given.text_at("/receipt")).await.expect(200);
        assert!(!story.text.contains("Ovi on taas rikki"), "why staff took it up again is a word among staff");
        assert_private(&app, &kept("Ovi on taas rikki")).await;
        app.stop().await;
    })
    .await;
}

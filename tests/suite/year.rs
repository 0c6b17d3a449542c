//! A simulated year, on both databases: thousands of feedbacks through every channel, absences, holidays, closures,
//! pauses, broken deadlines, and a mail server that is down for days. Every day the database itself is checked for what
//! must always hold. At the end the loop figures must equal a separate recount.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, ToSpan};
use kaiku::calendar::{local_date, local_instant, public_holiday};
use kaiku::jobs::{silence, ticks, worker};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::mailbox::Mailbox;
use crate::support::{Answer, Kind, TestApp};

/// The first simulated day.
const FIRST: &str = "2026-11-23";
/// How many days are simulated.
const DAYS: i64 = 360;
/// Feedbacks on a working day; on other days a fifth of that.
const A_DAY: u64 = 9;
/// How many givers look at their receipt on one day, at most.
const VISITS: usize = 7;

/// A random generator that gives the same numbers in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        // Knuth's MMIX constants; the high bits are the most random.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    /// True in this many of a hundred cases.
    fn happens(&mut self, of_hundred: u64) -> bool {
        self.roll(100) < of_hundred
    }

    fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let index = self.roll(all.len() as u64);
        &all[usize::try_from(index).expect("small")]
    }
}

/// A giver who has a receipt code.
struct Giver {
    code: String,
    /// Never comes back.
    gone: bool,
}

struct Year {
    app: TestApp,
    mailbox: Mailbox,
    dice: Dice,
    givers: Vec<Giver>,
    /// Interviews whose discussion has not been held yet, and the day from which it may be.
    interviews: Vec<(String, Date)>,
    /// Reminders sent: case, round (reopenings so far), deadline with its day, rung.
    climbed: BTreeSet<(Uuid, i64, String, String)>,
    rounds: BTreeMap<Uuid, i64>,
    taken_in: u64,
}

/// A day off everywhere, whatever is closed locally.
fn is_day_off(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || public_holiday(day).is_some()
}

async fn ask<T>(app: &TestApp, sql: String) -> Vec<T>
where
    T: Send + Unpin,
    T: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow> + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
{
    use kaiku::store::{Conn, Connected};
    let mut db = app.service.store.read().await.expect("a reader");
    match db.conn() {
        Conn::Sqlite(c) => sqlx::query_as(AssertSqlSafe(sql.as_str())).fetch_all(&mut *c).await,
        Conn::Postgres(c) => sqlx::query_as(AssertSqlSafe(sql.as_str())).fetch_all(&mut *c).await,
    }
    .unwrap_or_else(|why| panic!("{sql}: {why}"))
}

async fn none(app: &TestApp, what: &str, sql: &str) {
    let found: Vec<(i64,)> = ask(app, format!("SELECT COUNT(*) FROM {sql}")).await;
    assert_eq!(found[0].0, 0, "{what}");
}

impl Year {
    async fn begin(kind: Kind) -> Self {
        let clock: Arc<kaiku::base::clock::FixedClock> =
            Arc::new(kaiku::base::clock::FixedClock::new(format!("{FIRST}T04:00:00Z").parse().expect("an instant")));
        let mailbox = Mailbox::start(clock.clone()).await;
        let (host, port) = (mailbox.address.ip().to_string(), mailbox.address.port().to_string());
        let settings = [
            // The test itself runs the service's work.
            ("KAIKU_JOBS__RUN", "false"),
            ("KAIKU_MAIL__TRANSPORT", "smtp"),
            ("KAIKU_MAIL__HOST", host.as_str()),
            ("KAIKU_MAIL__PORT", port.as_str()),
            ("KAIKU_MAIL__TLS", "none"),
        ];
        let app = TestApp::start_at(kind, &settings, clock).await;
        let year = Self {
            app,
            mailbox,
            dice: Dice(20_261_122),
            givers: Vec::new(),
            interviews: Vec::new(),
            climbed: BTreeSet::new(),
            rounds: BTreeMap::new(),
            taken_in: 0,
        };
        year.settle_in().await;
        year
    }

    /// Sets email addresses, wishes for mails, absences and a colour plan.
    async fn settle_in(&self) {
        let people = [
            ("handler", "each"),
            ("handler-paju", "digest"),
            ("responsible", "digest"),
            ("organiser", "each"),
            ("contact", "none"),
        ];
        for (who, wish) in people {
            let change =
                json!({"name": who, "email": format!("{who}@example.fi"), "language": "fi", "disabled": false});
            self.call(Method::PUT, &format!("/api/v1/principals/{who}"), "admin", &change).await.expect(200);
            self.call(Method::PUT, "/api/v1/notices/mail", who, &json!({"mail": wish})).await.expect(204);
        }
        for (who, substitute, first, last) in [
            ("handler", Some("responsible"), "2027-02-15", "2027-02-26"),
            ("handler-paju", None, "2027-07-01", "2027-07-21"),
            ("responsible", None, "2027-04-12", "2027-04-16"),
            ("organiser", None, "2027-07-05", "2027-07-30"),
        ] {
            let absence = json!({"principal": who, "substitute": substitute, "first_day": first, "last_day": last});
            self.call(Method::POST, "/api/v1/absences", "admin", &absence).await.expect(201);
        }
    }

    async fn call(&self, method: Method, path: &str, who: &str, body: &Value) -> Answer {
        self.app.call(method, path, Some(who), Some(body)).await
    }

    fn at(&self, day: Date, hour: u8, minute: i64) {
        let instant = local_instant(day, hour).expect("an instant");
        self.app.clock.set(instant + SignedDuration::from_mins(minute));
    }

    /// Runs the work that the service does in the background.
    async fn work(&self) {
        ticks::watch(&self.app.service).await.expect("the watch");
        silence::close_silent(&self.app.service).await.expect("silence");
        while worker::run_due(&self.app.worker).await.expect("the due jobs") > 0 {}
    }

    async fn live(&mut self, day: Date) {
        for (hour, minute) in [(8, 0), (8, 31), (11, 0)] {
            self.at(day, hour, minute);
            self.work().await;
        }
        self.nothing_broken_in_silence(day).await;
        self.at(day, 12, 0);
        self.events(day).await;
        self.take_in(day).await;
        if !is_day_off(day) {
            self.staff(day).await;
        }
        self.at(day, 15, 0);
        self.visits().await;
        self.work().await;
        // Several refused receivers one after another hold all mails back for ten minutes.
        let evening = local_instant(day, 21).expect("an instant").as_microsecond();
        for minute in [11, 22, 33] {
            let sql = format!("SELECT COUNT(*) FROM jobs WHERE kind = 'mail' AND run_at < {evening}");
            let waiting: Vec<(i64,)> = ask(&self.app, sql).await;
            if waiting[0].0 == 0 {
                break;
            }
            self.at(day, 15, minute);
            self.work().await;
        }
        let before = self.sent().await;
        for (day, hour) in [(day, 21), (day.tomorrow().expect("a day"), 3)] {
            self.at(day, hour, 0);
            self.work().await;
        }
        assert_eq!(before, self.sent().await, "something was sent in the night after {day}");
        self.invariants(day).await;
    }

    /// How many reminders, notices that are not urgent, and mails there have been so far.
    async fn sent(&self) -> (i64, i64, usize) {
        let reminders: Vec<(i64,)> =
            ask(&self.app, "SELECT COUNT(*) FROM case_events WHERE step = 'remind'".to_owned()).await;
        let notices: Vec<(i64,)> =
            ask(&self.app, "SELECT COUNT(*) FROM notices WHERE kind <> 'urgent_case'".to_owned()).await;
        let mails = self.mailbox.taken().len();
        (reminders[0].0, notices[0].0, mails)
    }

    /// Events that happen once in the year.
    async fn events(&mut self, day: Date) {
        match day.to_string().as_str() {
            // The unit closes on some unplanned days of May and June.
            "2027-05-03" => {
                let closures = json!({"closures": CLOSED.map(|day| json!({"day": day, "reason": "Remontti"}))});
                let path = "/api/v1/calendar/closures?node_kind=unit&node=koivu";
                self.call(Method::POST, path, "admin", &closures).await.expect(204);
            }
            "2027-03-08" => self.mailbox.set_down(true),
            "2027-03-10" => self.mailbox.set_down(false),
            _ => {}
        }
        if day.weekday() == Weekday::Monday {
            let colours = json!({"colours": {"keltainen": "worker", "sininen": "worker-b"}});
            let path = format!("/api/v1/units/koivu/card-colours/{day}");
            self.call(Method::PUT, &path, "admin", &colours).await.expect(200);
        }
        if day.day() == 15 {
            let group = json!({"unit": "koivu", "language": "fi", "held_on": day, "goal": "Kehittää",
                "arrangements": {"recording": "notes"}, "group": {"participants": 6, "interviewers": 2},
                "summary": {"weaknesses": ["odottelu", "kirjeet"], "opportunities": ["puhelinaika"]}});
            let given = self.call(Method::POST, "/api/v1/group-interviews", "facilitator", &group).await.expect(201);
            self.interviews.push((given.text_at("/id"), day.saturating_add(24.days())));
        }
    }

    async fn take_in(&mut self, day: Date) {
        let count = if is_day_off(day) { A_DAY / 5 } else { A_DAY - 2 + self.dice.roll(5) };
        for _ in 0..count {
            let online = is_day_off(day) || self.dice.happens(45);
            if online { self.online().await } else { self.recorded(day).await }
        }
    }

    fn words(&mut self) -> String {
        let word = *self.dice.one(&[
            "Odotin kauan.",
            "Kiitos, hyvä palvelu!",
            "Kirjeestä ei saanut selvää.",
            "Soittoaika on lyhyt.",
        ]);
        if self.dice.roll(120) == 0 { "Minua uhkailtiin ja hakattiin.".to_owned() } else { word.to_owned() }
    }

    async fn online(&mut self) {
        let unit = *self.dice.one(&["koivu", "koivu", "paju", "leppa"]);
        let instrument = if unit == "leppa" { "asiakastyytyvaisyys-yleinen" } else { "asiakastyytyvaisyys" };
        let channel = *self.dice.one(&["web", "web", "kiosk"]);
        let language = *self.dice.one(&["fi", "fi", "sv", "en"]);
        let words = self.dice.happens(80).then(|| self.words());
        let mut form = json!({"unit": unit, "instrument": instrument, "channel": channel, "language": language,
            "answers": {"q1": 1 + self.dice.roll(5), "q12": 1 + self.dice.roll(5), "free": words}});
        if self.dice.happens(30) {
            self.taken_in += 1;
            let name = if self.dice.happens(20) { "refused" } else { "giver" };
            form["reply"] = json!({"wanted": true, "email": format!("{name}{}@example.fi", self.taken_in)});
        }
        let given = self.app.post_public("/api/v1/feedback", &form).await.expect(201);
        self.taken_in += 1;
        let gone = self.dice.happens(35);
        self.givers.push(Giver { code: given.text_at("/receipt"), gone });
    }

    async fn recorded(&mut self, day: Date) {
        let words = self.words();
        match self.dice.roll(4) {
            0 => {
                let meeting = day.saturating_add(14.days());
                let form = json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral",
                    "language": "fi", "answers": {"free": words}, "reminder": {"text": "A.K. ti", "next_meeting": meeting}});
                self.call(Method::POST, "/api/v1/feedback", "worker", &form).await.expect(201);
                self.taken_in += 1;
            }
            1 => {
                let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "paper",
                    "language": "fi", "answers": {"q1": 3, "q12": 4, "free": words}});
                self.call(Method::POST, "/api/v1/feedback", "worker-b", &form).await.expect(201);
                self.taken_in += 1;
            }
            _ => {
                let unit = *self.dice.one(&["koivu", "koivu", "paju"]);
                let worker = if unit == "paju" { "worker-paju" } else { "worker" };
                let colour = (unit == "koivu" && self.dice.happens(50)).then_some("sininen");
                let free = self.dice.happens(60).then_some(words);
                let form = json!({"unit": unit, "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
                    "colour": colour, "answers": {"q1": 1 + self.dice.roll(3), "q3": free}});
                self.call(Method::POST, "/api/v1/feedback", worker, &form).await.expect(201);
                self.taken_in += 1;
            }
        }
    }

    /// A working day of the staff: some are quick, some do nothing for weeks.
    async fn staff(&mut self, day: Date) {
        let week = day.day_of_year() / 7;
        for who in ["handler", "handler-paju", "responsible", "responsible-paju", "contact", "organiser"] {
            let lazy = week % 6 == 0 && who.starts_with("handler");
            let principal = self.app.service.snapshot().tree.principal_by_slug(who).expect("a principal").id;
            if lazy || self.app.service.snapshot().is_away(principal, day) {
                continue;
            }
            for state in ["received", "acknowledged", "in_handling"] {
                let page =
                    self.app.get(&format!("/api/v1/cases?mine=true&state={state}&limit=200"), who).await.expect(200);
                for case in page.body["items"].as_array().expect("a list") {
                    if self.dice.happens(30) {
                        self.act(case, who).await;
                    }
                }
            }
        }
        self.tell(day).await;
    }

    async fn act(&mut self, case: &Value, who: &str) {
        let id = case["id"].as_str().expect("an id");
        let received = case["state"] == "received";
        match self.dice.roll(10) {
            0..4 if received => {
                self.app.step(id, "acknowledge", who, None).await.expect(200);
            }
            4 => {
                // Only a giver who has a code can be asked.
                let question = json!({"question": "Milloin tämä tapahtui?"});
                let answer = self.app.step(id, "ask", who, Some(&question)).await;
                assert!([200, 409, 422].contains(&answer.status), "{}", answer.text);
            }
            _ => {
                let kind = *self.dice.one(&["change_made", "change_planned", "no_change", "thanks"]);
                let decision = json!({"kind": kind, "text": "Asia on käsitelty ja puhelinaikaa pidennetty."});
                self.app.step(id, "decide", who, Some(&decision)).await.expect(200);
            }
        }
    }

    /// Tells through boards, meetings and discussions.
    async fn tell(&mut self, day: Date) {
        if day.weekday() == Weekday::Tuesday && day.day() <= 14 {
            for (unit, who) in [("koivu", "responsible"), ("paju", "responsible-paju")] {
                let post = json!({"said": "Odotus on ollut pitkä.", "done": "Aikoja on lisätty.", "language": "fi",
                    "covers_all_decided": true});
                self.call(Method::POST, &format!("/api/v1/units/{unit}/board"), who, &post).await.expect(201);
            }
        }
        if day.weekday() == Weekday::Wednesday {
            let list = self.app.get("/api/v1/tell-list", "worker").await.expect(200).body;
            for note in list["items"].as_array().expect("a list") {
                if self.dice.happens(70) {
                    let id = note["case_id"].as_str().expect("an id");
                    let told = json!({"how": "in_person", "language": "fi"});
                    self.app.step(id, "tell", "worker", Some(&told)).await.expect(200);
                }
            }
        }
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.interviews).into_iter().partition(|(_, from)| *from <= day);
        self.interviews = later;
        for (id, _) in due {
            let held =
                json!({"held_on": day, "together": true, "participants": 6, "memo": "Käytiin läpi.", "language": "fi"});
            let path = format!("/api/v1/group-interviews/{id}/discussion");
            let recorded = self.call(Method::POST, &path, "facilitator", &held).await.expect(201);
            if recorded.body["waiting"].as_array().is_some_and(|points| !points.is_empty()) {
                self.interviews.push((id, day.saturating_add(14.days())));
            }
        }
    }

    async fn visits(&mut self) {
        let present: Vec<usize> =
            self.givers.iter().enumerate().filter(|(_, giver)| !giver.gone).map(|(index, _)| index).collect();
        if present.is_empty() {
            return;
        }
        for _ in 0..VISITS {
            let index = *self.dice.one(&present);
            let code = self.givers[index].code.clone();
            let story = self.app.story(&code).await.expect(200).body;
            let can =
                |word: &str| story["matters"][0]["can"].as_array().is_some_and(|can| can.iter().any(|one| one == word));
            if can("answer") {
                let said = json!({"code": code, "text": "Se oli viime tiistaina."});
                self.app.post_public("/api/v1/receipts/message", &said).await.expect(200);
            } else if can("helped") && self.dice.happens(60) {
                let helped = self.dice.happens(75) || !can("did_not_help");
                let said = json!({"code": code, "helped": helped});
                self.app.post_public("/api/v1/receipts/verdict", &said).await.expect(200);
                self.givers[index].gone = helped;
            }
        }
    }

    /// Somebody has been reminded of every deadline that is over.
    async fn nothing_broken_in_silence(&self, day: Date) {
        let closed = CLOSED.contains(&day.to_string().as_str());
        if is_day_off(day) || closed {
            return;
        }
        let undecided = "'received', 'acknowledged', 'in_handling'";
        for (states, deadline, column) in [
            ("'received'", "acknowledge", "acknowledge_by"),
            (undecided, "decide", "decide_by"),
            (undecided, "tell", "tell_by"),
        ] {
            let sql = format!(
                "cases WHERE state IN ({states}) AND {column} < '{day}' AND voided_on IS NULL AND NOT EXISTS \
                 (SELECT 1 FROM case_rungs WHERE case_id = cases.id AND deadline = '{deadline}' AND due >= {column} \
                 AND rung NOT IN ('before_due', 'due'))"
            );
            none(&self.app, &format!("{day}: a broken {deadline} that nobody has heard of"), &sql).await;
        }
    }

    async fn invariants(&mut self, day: Date) {
        let app = &self.app;
        let open = "state IN ('received', 'acknowledged', 'in_handling', 'waiting_for_giver', 'decided')";
        none(
            app,
            &format!("{day}: a case without handler or deadline"),
            &format!(
                "cases WHERE {open} AND voided_on IS NULL AND (handler_id NOT IN (SELECT id FROM principals WHERE \
                 disabled_at IS NULL) OR acknowledge_by = '' OR decide_by < terms_from OR tell_by < decide_by)"
            ),
        )
        .await;
        none(
            app,
            &format!("{day}: told and state do not agree"),
            "cases WHERE (state IN ('told', 'closed')) <> (told_on IS NOT NULL AND told_how IS NOT NULL)",
        )
        .await;
        let allowed = "(channel IN ('web', 'kiosk', 'paper') AND told_how = 'receipt_page') \
                       OR (channel IN ('web', 'kiosk', 'paper') AND told_how = 'email' AND reply_email AND EXISTS \
                           (SELECT 1 FROM mails m WHERE m.case_id = cases.id AND m.letter = 'answer_waits' AND m.state = 'taken')) \
                       OR (channel IN ('web', 'kiosk', 'paper', 'card', 'oral') AND told_how = 'board' AND EXISTS \
                           (SELECT 1 FROM posting_cases p WHERE p.case_id = cases.id) AND (NOT reply_email OR EXISTS \
                           (SELECT 1 FROM mails m WHERE m.case_id = cases.id AND m.state = 'refused'))) \
                       OR (channel = 'card' AND told_how = 'receipt_page') \
                       OR (channel = 'oral' AND told_how IN ('in_person', 'receipt_page')) \
                       OR (channel = 'group' AND told_how IN ('feedback_discussion', 'receipt_page'))";
        none(
            app,
            &format!("{day}: told by a way that is not allowed"),
            &format!("cases WHERE told_on = '{day}' AND NOT ({allowed})"),
        )
        .await;
        self.rungs(day).await;
        if is_day_off(day) {
            let mails = self.mailbox.taken().into_iter().filter(|mail| local_date(mail.at) == day).count();
            let sql = format!("SELECT COUNT(*) FROM notices WHERE kind = 'urgent_case' AND day = '{day}'");
            let urgent: Vec<(i64,)> = ask(&self.app, sql).await;
            assert!(i64::try_from(mails).is_ok_and(|mails| mails <= urgent[0].0), "{day}: a mail on a day off");
        }
    }

    /// Each rung is reached once in a round, and only on working days.
    async fn rungs(&mut self, day: Date) {
        let sql = format!(
            "SELECT case_id, step, detail FROM case_events WHERE on_day = '{day}' \
             AND step IN ('remind', 'reopen', 'did_not_help_verdict') ORDER BY case_id, n"
        );
        let events: Vec<(Uuid, String, String)> = ask(&self.app, sql).await;
        for (case, step, detail) in events {
            let round = self.rounds.entry(case).or_default();
            if step != "remind" {
                *round += 1;
                continue;
            }
            assert!(!is_day_off(day), "{day}: a reminder on a day off");
            let detail: Value = serde_json::from_str(&detail).expect("JSON");
            let word = |name: &str| detail[name].as_str().expect("a word").to_owned();
            let climbed = (case, *round, format!("{} {}", word("deadline"), word("due")), word("rung"));
            assert!(self.climbed.insert(climbed.clone()), "{day}: {climbed:?} was climbed twice");
        }
    }
}

/// Further days on which koivu is closed.
const CLOSED: [&str; 4] = ["2027-05-07", "2027-05-10", "2027-05-11", "2027-06-24"];

/// Whether nobody works: on days off, and at koivu on its closed days.
fn is_closed(day: Date, at_koivu: bool) -> bool {
    is_day_off(day) || at_koivu && CLOSED.contains(&day.to_string().as_str())
}

/// Working days after `from` up to and including `to`, counted one by one.
fn working_days(from: Date, to: Date, closed: bool) -> i64 {
    let mut count = 0;
    let mut day = from;
    while day < to {
        day = day.tomorrow().expect("a day");
        count += i64::from(!is_closed(day, closed));
    }
    count
}

fn median(mut all: Vec<i64>) -> f64 {
    all.sort_unstable();
    let (low, high) = (all[(all.len() - 1) / 2], all[all.len() / 2]);
    f64::from(i32::try_from(low + high).expect("small")) / 2.0
}

fn share(part: usize, of: usize) -> f64 {
    f64::from(u32::try_from(part).expect("small")) / f64::from(u32::try_from(of).expect("small"))
}

/// A share that was read from JSON may differ in its last binary digit.
fn is_share(said: &Value, expected: f64) {
    let said = said.as_f64().expect("a share");
    assert!((said - expected).abs() < 1e-12, "{said} is not {expected}");
}

type Counted = (Uuid, Uuid, String, String, String, Option<String>, Option<String>, Option<String>);

impl Year {
    /// Checks the loop figures of the whole year against a recount from the rows.
    async fn figures(&self, today: Date) {
        let path = format!("/api/v1/reports/loop?node_kind=organiser&node=testila&from={FIRST}&to={today}");
        let said = self.app.get(&path, "organiser").await.expect(200).body["all"].clone();
        let sql = "SELECT id, unit_id, state, received_on, acknowledge_by, told_on, verdict, decision FROM cases \
                   WHERE voided_on IS NULL";
        let cases: Vec<Counted> = ask(&self.app, sql.to_owned()).await;
        let sql =
            "SELECT case_id, step, on_day FROM case_events WHERE step IN ('acknowledge', 'ask', 'decide') ORDER BY n";
        let mut first_step: BTreeMap<Uuid, String> = BTreeMap::new();
        let mut first_answer: BTreeMap<Uuid, String> = BTreeMap::new();
        let events: Vec<(Uuid, String, String)> = ask(&self.app, sql.to_owned()).await;
        for (case, step, day) in events {
            first_step.entry(case).or_insert_with(|| day.clone());
            if step == "decide" {
                first_answer.entry(case).or_insert(day);
            }
        }
        let koivu = self.app.service.snapshot().tree.unit_by_slug("koivu").expect("a unit").id;
        let day = |text: &str| -> Date { text.parse().expect("a day") };
        let (mut told, mut helped, mut did_not_help, mut changes, mut decided) = (0, 0, 0, 0, 0);
        let (mut kept, mut broken) = (0, 0);
        let (mut to_answer, mut to_told) = (Vec::new(), Vec::new());
        let mut open: BTreeMap<String, u64> = BTreeMap::new();
        for (id, unit, state, received, acknowledge_by, told_on, verdict, decision) in &cases {
            let closed = *unit == koivu;
            if let Some(on) = told_on {
                told += 1;
                to_told.push(working_days(day(received), day(on), closed));
            } else {
                *open.entry(state.clone()).or_default() += 1;
            }
            if let Some(on) = first_answer.get(id) {
                to_answer.push(working_days(day(received), day(on), closed));
            }
            // Everybody acts at noon, and a deadline ends in the afternoon; it is now the night after the last day.
            match first_step.get(id) {
                Some(on) if day(on) <= day(acknowledge_by) => kept += 1,
                Some(_) => broken += 1,
                None if day(acknowledge_by) <= today => broken += 1,
                None => {}
            }
            helped += usize::from(verdict.as_deref() == Some("helped"));
            did_not_help += usize::from(verdict.as_deref() == Some("did_not_help"));
            decided += usize::from(decision.is_some());
            changes += usize::from(decision.as_deref().is_some_and(|kind| kind.starts_with("change")));
        }
        eprintln!(
            "{:?}: {} feedbacks, {} cases, {told} told, {helped} helped, {did_not_help} not, {broken} acknowledged too late, {} rungs, {} mails",
            self.app.kind,
            self.taken_in,
            cases.len(),
            self.climbed.len(),
            self.mailbox.taken().len()
        );
        assert_eq!(said["cases"], json!(cases.len()));
        is_share(&said["told_share"], share(told, cases.len()));
        assert_eq!(said["median_working_days_to_available"], json!(median(to_answer)));
        assert_eq!(said["median_working_days_to_told"], json!(median(to_told)));
        is_share(&said["deadlines"]["acknowledge"]["kept_share"], share(kept, kept + broken));
        assert_eq!(said["deadlines"]["acknowledge"]["of"], json!(kept + broken));
        assert_eq!(
            (&said["verdicts"]["helped"], &said["verdicts"]["did_not_help"]),
            (&json!(helped), &json!(did_not_help))
        );
        is_share(&said["decisions"]["change_share"], share(changes, decided));
        assert_eq!(said["open"], json!(open));
        // Enough happened in the year.
        assert!(
            self.taken_in > 2_000 && told > 800 && broken > 50 && did_not_help + helped > 100,
            "too little happened"
        );
    }

    async fn the_year_had_everything(&self) {
        let ways: Vec<(String,)> =
            ask(&self.app, "SELECT DISTINCT told_how FROM cases WHERE told_how IS NOT NULL".to_owned()).await;
        let ways: BTreeSet<String> = ways.into_iter().map(|(way,)| way).collect();
        let wanted = ["board", "email", "feedback_discussion", "in_person", "receipt_page"].map(str::to_owned);
        assert_eq!(ways, wanted.into());
        let steps: Vec<(String,)> = ask(&self.app, "SELECT DISTINCT step FROM case_events".to_owned()).await;
        let steps: BTreeSet<String> = steps.into_iter().map(|(step,)| step).collect();
        for step in [
            "ask",
            "giver_answers",
            "did_not_help_verdict",
            "mail_refused",
            "move_deadlines",
            "stand_in",
            "silence_closes",
        ] {
            assert!(steps.contains(step), "{step} never happened: {steps:?}");
        }
        let rungs: BTreeSet<&str> = self.climbed.iter().map(|(_, _, _, rung)| rung.as_str()).collect();
        assert_eq!(rungs.len(), 7, "{rungs:?}");
        let mails = self.mailbox.taken();
        let ids: BTreeSet<&str> = mails.iter().map(|mail| mail.message_id.as_str()).collect();
        assert!(!mails.is_empty() && ids.len() == mails.len(), "a mail was sent twice");
        let left = "jobs WHERE state = 'parked'";
        none(&self.app, "jobs were parked", left).await;
    }
}

async fn a_year(kind: Kind) {
    let mut year = Year::begin(kind).await;
    let first: Date = FIRST.parse().expect("a day");
    for number in 0..DAYS {
        year.live(first.saturating_add(number.days())).await;
    }
    let last = first.saturating_add((DAYS - 1).days());
    year.figures(last).await;
    year.the_year_had_everything().await;
    ticks::fold_counters(&year.app.service).await.expect("folded");
    let differences = kaiku::reporting::recount::differences(&year.app.service).await.expect("a recount");
    assert!(differences.is_empty(), "{differences:?}");
    year.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_on_sqlite() {
    a_year(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_on_postgres() {
    a_year(Kind::Postgres).await;
}

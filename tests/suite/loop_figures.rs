//! The loop figures equal a manual count of the cases as the API shows them, and are shown only as far as roles and
//! small numbers allow; on both databases.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kaiku::administration::{self, ChangedBy};
use kaiku::calendar::Calendar;
use kaiku::organisation::{NodeKind, Role};
use kaiku::reporting::loop_report;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

const PERIOD: &str = "from=2026-11-01&to=2026-12-31";
/// When its months are closed, for those who do not see the cases.
const CLOSED: &str = "2027-02-01T08:00:00Z";
const CHANNELS: [&str; 5] = ["card", "kiosk", "oral", "paper", "web"];

async fn figures(app: &TestApp, who: &str, kind: &str, node: &str) -> Value {
    let path = format!("/api/v1/reports/loop?node_kind={kind}&node={node}&{PERIOD}");
    app.get(&path, who).await.expect(200).body
}

async fn given(app: &TestApp, unit: &str, channel: &str, n: usize) -> (String, Option<String>) {
    let recorder = if unit == "koivu" { "worker" } else { "worker-paju" };
    let (instrument, answers, who) = match channel {
        "card" => ("tapaaminen-kortti", json!({"q1": 1, "q3": format!("Kortti {n}")}), Some(recorder)),
        "oral" => ("tapaaminen-suullinen", json!({"free": format!("Suullinen {n}")}), Some(recorder)),
        "paper" => ("asiakastyytyvaisyys", json!({"q12": 2, "free": format!("Paperi {n}")}), Some(recorder)),
        _ => ("asiakastyytyvaisyys", json!({"q12": 2, "free": format!("Verkko {n}")}), None),
    };
    let form =
        json!({"unit": unit, "instrument": instrument, "channel": channel, "language": "fi", "answers": answers});
    let body = app.call(Method::POST, "/api/v1/feedback", who, Some(&form)).await.expect(201).body;
    (body["id"].as_str().expect("an id").to_owned(), body["receipt"].as_str().map(str::to_owned))
}

fn day(value: &Value) -> Option<Date> {
    value.as_str().map(|text| text.parse().expect("a day"))
}

/// The median.
fn middle(mut numbers: Vec<u16>) -> Value {
    numbers.sort_unstable();
    match numbers.len() {
        0 => Value::Null,
        n => json!((f64::from(numbers[(n - 1) / 2]) + f64::from(numbers[n / 2])) / 2.0),
    }
}

fn part(some: usize, of: usize) -> Value {
    if of == 0 { Value::Null } else { json!(some as f64 / of as f64) }
}

/// The figures computed here from the documents of these cases as read on `today`; nothing is hidden.
fn counted(cases: &[&Value], calendar: &Calendar, today: Date) -> Value {
    let between = |from: &Value, to: Date| calendar.working_days_between(day(from).expect("a day"), to).expect("days");
    let told = cases.iter().filter_map(|case| Some(between(&case["received_on"], day(&case["told_on"])?)));
    let told: Vec<u16> = told.collect();
    let first_answers = cases.iter().filter_map(|case| {
        let events = case["events"].as_array().expect("events");
        let first = events.iter().find(|event| event["step"] == "decide")?;
        Some(between(&case["received_on"], day(&first["on"]).expect("a day")))
    });
    let kept = |by: &str, done: &dyn Fn(&Value) -> Option<Date>| {
        let (mut kept, mut broken) = (0, 0);
        for case in cases {
            let due = day(&case["promise"][by]).expect("a day");
            match done(case) {
                Some(on) if on <= due => kept += 1,
                Some(_) => broken += 1,
                None if today > due && case["state"] != "waiting_for_giver" => broken += 1,
                None => {}
            }
        }
        if kept + broken == 0 {
            Value::Null
        } else {
            json!({"kept_share": part(kept, kept + broken), "of": kept + broken})
        }
    };
    let told_by_staff = |case: &Value| case["channel"] == "oral";
    let verdicts = |word: &str| cases.iter().filter(|case| case["verdict"] == word).count();
    let (helped, did_not_help) = (verdicts("helped"), verdicts("did_not_help"));
    let mut by_kind: BTreeMap<&str, usize> = BTreeMap::new();
    for kind in cases.iter().filter_map(|case| case["decision"].as_str()) {
        *by_kind.entry(kind).or_default() += 1;
    }
    let decided: usize = by_kind.values().sum();
    let changes = by_kind.get("change_made").unwrap_or(&0) + by_kind.get("change_planned").unwrap_or(&0);
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    let mut overdue = BTreeMap::from([("acknowledge", 0), ("decide", 0), ("tell", 0)]);
    for case in cases {
        let state = case["state"].as_str().expect("a state");
        if !["told", "closed"].contains(&state) {
            *open.entry(state).or_default() += 1;
        }
        let to_be_met: &[&str] = match state {
            "received" => &["acknowledge", "decide", "tell"],
            "acknowledged" | "in_handling" => &["decide", "tell"],
            "decided" if told_by_staff(case) => &["tell"],
            _ => &[],
        };
        let broken = to_be_met.iter().filter(|kind| day(&case["promise"][format!("{kind}_by")]) < Some(today));
        let broken: Vec<&&str> = broken.collect();
        assert_eq!(case["overdue"] == true, !broken.is_empty(), "{case}");
        broken.into_iter().for_each(|kind| *overdue.get_mut(*kind).expect("a kind") += 1);
    }
    json!({
        "cases": cases.len(),
        "told_share": part(told.len(), cases.len()),
        "median_working_days_to_available": middle(first_answers.collect()),
        "median_working_days_to_told": middle(told),
        "deadlines": {
            "acknowledge": kept("acknowledge_by", &|case| day(&case["acknowledged_on"])),
            "decide": kept("decide_by", &|case| day(&case["available_on"])),
            "tell": kept("tell_by", &|case| day(&case[if told_by_staff(case) { "told_on" } else { "available_on" }])),
        },
        "verdicts": if helped + did_not_help == 0 { Value::Null } else {
            json!({"helped": helped, "did_not_help": did_not_help, "helped_share": part(helped, helped + did_not_help)})
        },
        "decisions": if decided == 0 { Value::Null } else {
            json!({"by_kind": by_kind, "change_share": part(changes, decided)})
        },
        "open": open,
        "overdue": overdue,
    })
}

/// Asserts that every figure shown equals the counted one; returns how many are shown.
fn assert_shown_are_counted(shown: &Value, counted: &Value, place: &str) -> usize {
    match (shown, counted) {
        (Value::Null, _) => 0,
        (Value::Object(shown), Value::Object(counted)) => {
            let names = |fields: &serde_json::Map<String, Value>| fields.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(shown), names(counted), "{place}");
            shown
                .iter()
                .map(|(name, value)| assert_shown_are_counted(value, &counted[name], &format!("{place}/{name}")))
                .sum()
        }
        _ => {
            let same = match (shown.as_f64(), counted.as_f64()) {
                (Some(a), Some(b)) => (a - b).abs() < 1e-12,
                _ => false,
            };
            assert!(same, "{place}: {shown} is shown, {counted} was counted");
            1
        }
    }
}

/// About sixty cases at two units over a month: handled early, late or never, told in every way, some reopened.
async fn a_month(app: &TestApp) {
    let mut n = 0;
    let mut open: Vec<(String, Option<String>, &str, &str)> = Vec::new();
    let mut day: Date = "2026-11-02".parse().expect("a day");
    while day < "2026-12-05".parse().expect("a day") {
        app.at(&format!("{day}T08:00:00Z"));
        for unit in ["koivu", "paju"] {
            let channel = CHANNELS[(n * 7 + n / 5) % CHANNELS.len()];
            let (id, code) = given(app, unit, channel, n).await;
            open.push((id, code, unit, channel));
            n += 1;
        }
        // Feedback given some days ago is handled now, each case at an age that depends on its index.
        for (index, (id, code, unit, channel)) in open.iter().enumerate() {
            let who = if *unit == "koivu" { "handler" } else { "handler-paju" };
            let recorder = if *unit == "koivu" { "worker" } else { "worker-paju" };
            let age = n / 2 - index / 2;
            let wait = 1 + index % 11;
            let take = async |step: &str, who: &str, body: Option<Value>| {
                app.step(id, step, who, body.as_ref()).await.expect(200);
            };
            if index % 9 == 8 {
                // Never handled.
            } else if age == 1 && index % 3 == 0 {
                take("acknowledge", who, None).await;
            } else if age == 2 && index % 7 == 3 && code.is_some() {
                take("ask", who, Some(json!({"question": "Milloin?"}))).await;
            } else if age == 4 && index % 14 == 3 && code.is_some() {
                let said = json!({"code": code, "text": "Maanantaina."});
                app.post_public("/api/v1/receipts/message", &said).await.expect(200);
            } else if age == wait + 3 && !(index % 7 == 3 && index % 14 != 3) {
                let kinds = ["change_made", "change_planned", "no_change", "passed_on", "thanks"];
                let kind = kinds[index % kinds.len()];
                take("decide", who, Some(json!({"kind": kind, "text": "Vastaus."}))).await;
            } else if age == wait + 4 + index % 4 && index % 5 != 4 && !(index % 7 == 3 && index % 14 != 3) {
                match (*channel, code) {
                    ("oral", _) => take("tell", recorder, Some(json!({"how": "in_person"}))).await,
                    ("card", _) | (_, None) => {
                        let post = json!({"said": "Sanottua", "done": "Tehtyä", "language": "fi", "covers": [id]});
                        let poster = if *unit == "koivu" { "responsible" } else { "responsible-paju" };
                        app.post(&format!("/api/v1/units/{unit}/board"), poster, &post).await.expect(201);
                    }
                    (_, Some(code)) => {
                        app.story(code).await.expect(200);
                        if index % 3 != 2 {
                            let verdict = json!({"code": code, "helped": index % 3 == 0});
                            app.post_public("/api/v1/receipts/verdict", &verdict).await.expect(200);
                        }
                    }
                }
            }
        }
        day = day.tomorrow().expect("a day");
    }
    // One is voided and no longer counts.
    let (last, ..) = open.last().expect("a case").clone();
    let void = json!({"reason": "spam"});
    app.post(&format!("/api/v1/feedback/{last}/void"), "responsible-paju", &void).await.expect(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_equal_a_count_by_hand() {
    on_both(async |app| {
        a_month(&app).await;
        let today: Date = "2026-12-09".parse().expect("a day");
        // In the morning, before the daily hour at which deadlines end.
        app.at("2026-12-09T08:00:00Z");
        let mut cases = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = app.get(&format!("/api/v1/cases?limit=20{cursor}"), "organiser").await.expect(200).body;
            for case in page["items"].as_array().expect("a list") {
                let path = format!("/api/v1/cases/{}", case["id"].as_str().expect("an id"));
                cases.push(app.get(&path, "organiser").await.expect(200).body);
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(cases.len(), 65, "33 days at two units, one taken back");
        let calendar = Calendar::default();
        let mut shown = 0;
        for (who, kind, node, units) in [
            ("organiser", "organiser", "testila", &["koivu", "paju"][..]),
            ("contact", "producer", "oma-tuotanto", &["koivu"]),
            ("responsible", "unit", "koivu", &["koivu"]),
            ("contact-yhdistys", "producer", "yhdistys", &["paju"]),
            ("responsible-paju", "unit", "paju", &["paju"]),
        ] {
            let report = figures(&app, who, kind, node).await;
            let own: Vec<&Value> = cases.iter().filter(|case| units.iter().any(|unit| case["unit"] == *unit)).collect();
            shown += assert_shown_are_counted(&report["all"], &counted(&own, &calendar, today), node);
            let by_channel = report["by_channel"].as_object().expect("channels");
            assert_eq!(by_channel.len(), CHANNELS.len());
            for (channel, figures) in by_channel {
                let own: Vec<&Value> = own.iter().copied().filter(|case| case["channel"] == channel.as_str()).collect();
                shown +=
                    assert_shown_are_counted(figures, &counted(&own, &calendar, today), &format!("{node}/{channel}"));
            }
            let all = &report["all"];
            let every = ["told_share", "median_working_days_to_available", "median_working_days_to_told", "decisions"];
            assert!(every.iter().all(|name| !all[name].is_null()), "{node}: {all}");
            let deadlines = all["deadlines"].as_object().expect("deadlines");
            for (kind, kept) in deadlines {
                let kept = kept["kept_share"].as_f64().unwrap_or_else(|| panic!("{node}: {kind} in {all}"));
                assert!(kept > 0.0 && kept < 1.0, "{node}: the month has both kinds of {kind}: {kept}");
            }
        }
        assert!(shown > 300, "{shown} figures were compared");
        let whole = figures(&app, "organiser", "organiser", "testila").await["all"].clone();
        assert!(whole["verdicts"]["helped"].as_u64() > Some(0) && whole["verdicts"]["did_not_help"].as_u64() > Some(0));
        assert!(
            ["received", "in_handling", "waiting_for_giver", "decided"]
                .iter()
                .all(|state| whole["open"][state].as_u64() > Some(0)),
            "{whole}"
        );
        assert!(
            ["acknowledge", "decide", "tell"].iter().all(|kind| whole["overdue"][kind].as_u64() > Some(0)),
            "{whole}"
        );
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_was_reopened_counts_its_first_answer_and_its_telling_in_force() {
    on_both(async |app| {
        let mut codes = Vec::new();
        for n in 0..5 {
            codes.push(given(&app, "koivu", "web", n).await);
        }
        let decide = json!({"kind": "change_made", "text": "Vastaus."});
        app.at("2026-11-23T08:00:00Z");
        for (id, code) in &codes {
            app.step(id, "decide", "handler", Some(&decide)).await.expect(200);
            let code = code.as_ref().expect("a code");
            app.story(code).await.expect(200);
        }
        let (id, code) = codes[0].clone();
        let body = json!({"code": code, "helped": false});
        app.post_public("/api/v1/receipts/verdict", &body).await.expect(200);
        let report = figures(&app, "organiser", "unit", "koivu").await["all"].clone();
        assert_eq!((&report["told_share"], &report["median_working_days_to_available"]), (&json!(0.8), &json!(1.0)));
        assert_eq!(report["deadlines"]["decide"], json!(null), "four answers are in force: too few to show");
        app.at("2026-12-16T13:00:00Z");
        app.step(&id, "decide", "handler", Some(&decide)).await.expect(200);
        let report = figures(&app, "organiser", "unit", "koivu").await["all"].clone();
        assert_eq!(report["told_share"], 0.8, "answered is not told");
        // The second round's deadline was 2026-12-08, so it was broken.
        assert_eq!(report["deadlines"]["decide"], json!({"kept_share": 0.8, "of": 5}));
        app.story(code.as_ref().expect("a code")).await.expect(200);
        let report = figures(&app, "organiser", "unit", "koivu").await["all"].clone();
        assert_eq!((&report["told_share"], &report["median_working_days_to_available"]), (&json!(1.0), &json!(1.0)));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_is_kept_until_the_closing_hour_of_its_day() {
    on_both(async |app| {
        let mut ids = Vec::new();
        for n in 0..6 {
            ids.push(given(&app, "koivu", "web", n).await.0);
        }
        // 16:00 in Helsinki is 14:00 UTC.
        let decide = json!({"kind": "change_made", "text": "Vastaus."});
        for (instant, ids) in [("2026-12-04T14:00:00Z", &ids[..3]), ("2026-12-04T14:00:01Z", &ids[3..5])] {
            app.at(instant);
            for id in ids {
                app.step(id, "decide", "handler", Some(&decide)).await.expect(200);
            }
        }
        let report = figures(&app, "organiser", "unit", "koivu").await["all"].clone();
        assert_eq!(report["deadlines"]["decide"], json!({"kept_share": 0.5, "of": 6}), "the sixth is broken already");
        assert_eq!(report["overdue"], json!({"acknowledge": 1, "decide": 1, "tell": 0}), "the sixth is late with both");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_seen_by_those_they_are_for_and_small_ones_by_nobody() {
    on_both(async |app| {
        let empty = figures(&app, "organiser", "unit", "koivu").await;
        assert_eq!((&empty["all"]["cases"], &empty["all"]["told_share"]), (&json!(0), &json!(null)));
        for n in 0..4 {
            given(&app, "koivu", "web", n).await;
        }
        let sees_states = ["responsible", "contact", "organiser"];
        let figures_only = ["handler", "analyst"];
        let everybody: Vec<String> = app.tokens.keys().cloned().collect();
        let unit = format!("/api/v1/reports/loop?node_kind=unit&node=koivu&{PERIOD}");
        for who in &everybody {
            let answer = app.get(&unit, who).await;
            let all = &answer.body["all"];
            if sees_states.contains(&who.as_str()) {
                assert_eq!(
                    (answer.status, &all["cases"], &all["open"]),
                    (200, &json!(4), &json!({"received": 4})),
                    "{who}"
                );
                assert_eq!(all["told_share"], json!(null), "four givers are too few");
            } else if figures_only.contains(&who.as_str()) {
                let open = answer.problem(422, "invalid");
                assert_eq!(open.body["errors"][0]["pointer"], "to", "{who}: the months are not over");
            } else {
                assert_eq!(answer.status, 404, "{who}: {}", answer.text);
            }
        }
        for n in 4..9 {
            given(&app, "koivu", "oral", n).await;
        }
        app.at(CLOSED);
        for who in figures_only {
            let report = figures(&app, who, "unit", "koivu").await;
            let all = &report["all"];
            assert_eq!((&all["cases"], &all["told_share"]), (&json!(5), &json!(0.0)), "{who}: the four are left out");
            assert_eq!((&all["open"], &all["overdue"]), (&json!(null), &json!(null)), "{who}");
            assert_eq!(report["by_channel"]["oral"]["cases"], 5, "{who}");
            assert!(report["by_channel"]["web"].is_null(), "{who}");
            for (period, end) in [
                ("from=2026-11-02&to=2026-12-31", "from"),
                ("from=2026-11-01&to=2026-12-30", "to"),
                ("from=2026-11-01&to=2027-01-31", "to"),
            ] {
                let path = format!("/api/v1/reports/loop?node_kind=unit&node=koivu&{period}");
                let open = app.get(&path, who).await.problem(422, "invalid");
                assert_eq!(open.body["errors"][0]["pointer"], end, "{who}: {period}");
            }
        }
        let report = figures(&app, "responsible", "unit", "koivu").await;
        assert_eq!((&report["all"]["cases"], &report["all"]["told_share"]), (&json!(9), &json!(0.0)));
        // Together with the total, the figure of the five oral cases would give away that of the four others.
        assert_eq!(report["by_channel"]["oral"]["told_share"], json!(null));
        assert_eq!(report["by_channel"]["web"]["told_share"], json!(null));

        for (path, status) in [
            ("node_kind=producer&node=oma-tuotanto", 200),
            ("node_kind=producer&node=yhdistys", 404),
            ("node_kind=organiser&node=testila", 404),
            ("node_kind=unit&node=ei-ole", 404),
        ] {
            let answer = app.get(&format!("/api/v1/reports/loop?{path}&{PERIOD}"), "contact").await;
            assert_eq!(answer.status, status, "{path}");
        }
        for wrong in [
            "",
            "node_kind=unit&node=koivu&from=2026-11-01",
            "node_kind=kylä&node=koivu&from=2026-11-01&to=2026-11-30",
            "node_kind=unit&node=koivu&from=2026-11-01&to=2026-11-30&more=1",
        ] {
            let path = format!("/api/v1/reports/loop?{wrong}");
            app.get(&path, "organiser").await.problem(400, "malformed-parameter");
            app.call(Method::GET, &path, None, None).await.problem(401, "unauthenticated");
        }
        // The days can be parsed, but form no period, or one that is too long.
        for wrong in ["from=2026-11-30&to=2026-11-29", "from=2016-11-22&to=2026-12-01", "from=0001-01-01&to=9999-12-31"]
        {
            let path = format!("/api/v1/reports/loop?node_kind=unit&node=koivu&{wrong}");
            let answer = app.get(&path, "organiser").await.problem(422, "invalid");
            assert_eq!(answer.body["errors"][0]["pointer"], "to");
            app.call(Method::GET, &path, None, None).await.problem(401, "unauthenticated");
        }
        let longest = "/api/v1/reports/loop?node_kind=unit&node=koivu&from=2016-11-23&to=2026-12-01";
        app.get(longest, "organiser").await.expect(200);
        let outside = "/api/v1/reports/loop?node_kind=unit&node=koivu&from=2026-11-21&to=2026-12-31";
        assert_eq!(app.get(outside, "organiser").await.expect(200).body["all"]["cases"], 0);
        app.stop().await;
    })
    .await;
}

/// A verdict that one giver gave: whoever does not see the cases learns of it by no difference of two reports.
#[tokio::test(flavor = "multi_thread")]
async fn subtraction_tells_an_analyst_nothing_of_a_few() {
    on_both(async |app| {
        let decide = json!({"kind": "change_made", "text": "Vastaus."});
        let give = async |unit: &str, handler: &str, count: usize| {
            for n in 0..count {
                let (id, code) = given(&app, unit, "web", n).await;
                app.step(&id, "decide", handler, Some(&decide)).await.expect(200);
                let code = code.expect("a code");
                app.story(&code).await.expect(200);
                let verdict = json!({"code": code, "helped": true});
                app.post_public("/api/v1/receipts/verdict", &verdict).await.expect(200);
            }
        };
        // Six in November and one in December at koivu; five and two at leppa, of the same producer.
        give("koivu", "handler", 6).await;
        give("leppa", "contact", 5).await;
        app.at("2026-12-02T08:00:00Z");
        give("koivu", "handler", 1).await;
        give("leppa", "contact", 2).await;
        app.at(CLOSED);
        let helped = async |who: &str, kind: &str, node: &str, period: &str| {
            let path = format!("/api/v1/reports/loop?node_kind={kind}&node={node}&{period}");
            let all = app.get(&path, who).await.expect(200).body["all"].clone();
            (
                all["cases"].clone(),
                all["verdicts"]["helped"].clone(),
                all["decisions"]["by_kind"]["change_made"].clone(),
            )
        };
        let same = |n: u64| (json!(n), json!(n), json!(n));
        let (november, december) = ("from=2026-11-01&to=2026-11-30", "from=2026-12-01&to=2026-12-31");
        for (kind, node, whole, first) in [
            ("unit", "koivu", 7, 6),
            ("unit", "leppa", 7, 5),
            ("producer", "oma-tuotanto", 14, 11),
            ("organiser", "testila", 14, 11),
        ] {
            assert_eq!(helped("organiser", kind, node, PERIOD).await, same(whole), "{node}");
            assert_eq!(helped("analyst", kind, node, PERIOD).await, same(first), "{node}");
            assert_eq!(helped("analyst", kind, node, november).await, same(first), "{node}");
            let nothing = (json!(null), json!(null), json!(null));
            assert_eq!(helped("analyst", kind, node, december).await, nothing, "{node}");
        }
        app.stop().await;
    })
    .await;
}

/// What givers and staff do after a month was closed shows in no figure of those who do not see the cases.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_month_changes_no_more() {
    on_both(async |app| {
        let decide = json!({"kind": "change_made", "text": "Vastaus."});
        let told = async |n: usize| {
            let (id, code) = given(&app, "koivu", "web", n).await;
            app.step(&id, "decide", "handler", Some(&decide)).await.expect(200);
            let code = code.expect("a code");
            app.story(&code).await.expect(200);
            (id, code)
        };
        let says = async |code: &str, helped: bool| {
            let verdict = json!({"code": code, "helped": helped});
            app.post_public("/api/v1/receipts/verdict", &verdict).await.expect(200);
        };
        let mut november = Vec::new();
        for n in 0..6 {
            november.push(told(n).await);
        }
        for (_, code) in &november[1..] {
            says(code, true).await;
        }
        app.at("2026-12-15T08:00:00Z");
        for n in 0..6 {
            let (_, code) = told(n).await;
            says(&code, n > 0).await;
        }
        let read = async |who: &str, kind: &str, node: &str, period: &str| {
            let path = format!("/api/v1/reports/loop?node_kind={kind}&node={node}&{period}");
            app.get(&path, who).await
        };
        let month = "from=2026-11-01&to=2026-11-30";
        app.at("2026-12-31T08:00:00Z");
        let open = read("analyst", "unit", "koivu", month).await.problem(422, "invalid");
        assert_eq!(open.body["errors"][0]["pointer"], "to", "a whole month must have passed after it");
        app.at("2027-01-01T08:00:00Z");
        loop_report::close_months(&app.service).await.expect("the months are closed");
        // The sixth answers only now, and one is taken back.
        app.at("2027-01-04T08:00:00Z");
        says(&november[0].1, false).await;
        let before = read("analyst", "unit", "koivu", month).await.expect(200).body;
        assert_eq!(before["all"]["verdicts"], json!({"helped": 5, "did_not_help": 0, "helped_share": 1.0}));
        assert_eq!((&before["all"]["cases"], &before["all"]["told_share"]), (&json!(6), &json!(1.0)));
        let void = format!("/api/v1/feedback/{}/void", november[5].0);
        app.post(&void, "responsible", &json!({"reason": "spam"})).await.expect(204);
        let now = read("organiser", "unit", "koivu", month).await.expect(200).body;
        assert_eq!(now["all"]["cases"], 5, "who sees the cases sees them as they are");
        for (who, kind, node) in [
            ("analyst", "unit", "koivu"),
            ("handler", "unit", "koivu"),
            ("analyst", "producer", "oma-tuotanto"),
            ("analyst", "organiser", "testila"),
        ] {
            let later = read(who, kind, node, month).await.expect(200).body;
            assert_eq!((&later["all"], &later["by_channel"]), (&before["all"], &before["by_channel"]), "{who} {node}");
        }
        // Of five to one, the one would be known: neither is told.
        app.at(CLOSED);
        let december = "from=2026-12-01&to=2026-12-31";
        let seen = read("organiser", "unit", "koivu", december).await.expect(200).body;
        assert_eq!((&seen["all"]["verdicts"]["helped"], &seen["all"]["cases"]), (&json!(5), &json!(6)));
        for (period, verdicts) in [(december, json!(null)), (PERIOD, before["all"]["verdicts"].clone())] {
            let shown = read("analyst", "unit", "koivu", period).await.expect(200).body;
            assert_eq!(shown["all"]["verdicts"], verdicts, "{period}");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_producers_contact_does_not_see_what_came_before() {
    on_both(async |app| {
        for n in 0..5 {
            given(&app, "koivu", "web", n).await;
        }
        let moved = json!({"producer": "yhdistys", "valid_from": "2026-11-24"});
        app.post("/api/v1/units/koivu/placements", "admin", &moved).await.expect(201);
        app.at("2026-11-24T08:00:00Z");
        for n in 5..11 {
            given(&app, "koivu", "web", n).await;
        }
        let cases =
            async |who: &str, kind: &str, node: &str| figures(&app, who, kind, node).await["all"]["cases"].clone();
        assert_eq!(cases("contact-yhdistys", "unit", "koivu").await, 6);
        assert_eq!(cases("contact-yhdistys", "producer", "yhdistys").await, 6);
        assert_eq!(cases("contact", "producer", "oma-tuotanto").await, 5);
        assert_eq!(cases("responsible", "unit", "koivu").await, 11);
        assert_eq!(cases("organiser", "unit", "koivu").await, 11);
        let gone = format!("/api/v1/reports/loop?node_kind=unit&node=koivu&{PERIOD}");
        app.get(&gone, "contact").await.problem(404, "not-found");
        // Someone who also has a role at the unit itself sees all of it.
        let snapshot = app.service.snapshot();
        let contact = snapshot.tree.principal_by_slug("contact").expect("a principal").id;
        let unit = snapshot.tree.node(NodeKind::Unit, "koivu").expect("a unit");
        administration::grant(&app.service, ChangedBy::CommandLine, contact, Role::Handler, unit)
            .await
            .expect("a grant");
        app.at(CLOSED);
        assert_eq!(cases("contact", "unit", "koivu").await, 11);
        app.stop().await;
    })
    .await;
}

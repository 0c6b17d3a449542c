//! The counters agree with the answers, in whatever order feedback is given, voided and folded.

use futures_util::future::join_all;
use kaiku::figures::counters::{CountedFor, Deltas};
use kaiku::jobs::ticks::fold_counters;
use kaiku::reporting::recount::{Difference, differences};
use kaiku::store::{Conn, Connected, counters};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use crate::support::{Kind, TestApp, on_both};

/// How many sequences are tried on each database.
const SEQUENCES: u32 = 12;
/// The most operations in one sequence.
const OPERATIONS: usize = 40;

#[derive(Debug, Clone)]
enum Operation {
    /// One feedback, by whom, and how many times it is sent with the same key.
    Give { who: Option<&'static str>, form: Value, times: usize },
    /// A box of cards.
    Box(Vec<Value>),
    /// A group interview.
    Interview,
    /// One of the feedbacks given before is voided.
    Void(prop::sample::Index),
    /// The waiting deltas are folded into the counters.
    Fold,
}

fn coded(most: i64) -> impl Strategy<Value = Value> {
    prop_oneof![1 => Just(Value::Null), 1 => Just(json!("cannot_say")), 4 => (1..=most).prop_map(Value::from)]
}

fn words() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), Just(json!("Sanon jotakin."))]
}

fn survey() -> impl Strategy<Value = Operation> {
    let channel = prop::sample::select(vec![("web", None), ("kiosk", None), ("paper", Some("worker"))]);
    let instrument = prop::sample::select(vec!["asiakastyytyvaisyys", "asiakastyytyvaisyys-yleinen"]);
    let day = prop::sample::select(vec!["2026-11-20", "2026-10-31", "2026-01-01"]);
    let answers = (prop::collection::vec(coded(5), 12), 1930..=2008i64, words());
    (channel, instrument, day, answers, 1..=2usize).prop_map(|((channel, who), instrument, day, answers, times)| {
        let (steps, year, free) = answers;
        let mut all: Map<String, Value> = (1..).zip(steps).map(|(n, step)| (format!("q{n}"), step)).collect();
        all.insert("birth_year".to_owned(), json!(year));
        all.insert("free".to_owned(), free);
        let form = json!({"unit": "koivu", "instrument": instrument, "channel": channel, "language": "fi",
            "given_on": day, "answers": all});
        Operation::Give { who, form, times }
    })
}

fn card() -> impl Strategy<Value = Value> {
    // Yellow belongs to `worker` in one week and to `worker-b` in the other.
    let colour = prop::sample::select(vec![Value::Null, json!("keltainen")]);
    let day = prop::sample::select(vec!["2026-11-16", "2026-11-20", "2026-11-09"]);
    (colour, day, coded(3), 1..=3i64, words()).prop_map(|(colour, day, q1, q2, q3)| {
        json!({"unit": "koivu", "instrument": "tapaaminen-kortti", "channel": "card", "language": "fi",
            "colour": colour, "given_on": day, "answers": {"q1": q1, "q2": q2, "q3": q3}})
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    let note = json!({"unit": "koivu", "instrument": "tapaaminen-suullinen", "channel": "oral", "language": "fi",
        "answers": {"q1": "Hyvin meni."}});
    prop_oneof![
        5 => survey(),
        3 => (card(), 1..=2usize)
            .prop_map(|(form, times)| Operation::Give { who: Some("worker-b"), form, times }),
        2 => prop::collection::vec(card(), 1..5).prop_map(Operation::Box),
        1 => Just(Operation::Give { who: Some("worker"), form: note, times: 1 }),
        1 => Just(Operation::Interview),
        3 => any::<prop::sample::Index>().prop_map(Operation::Void),
        2 => Just(Operation::Fold),
    ]
}

/// Carries out an operation and updates `held`, the feedbacks that were given and not voided.
async fn carry_out(app: &TestApp, operation: Operation, held: &mut Vec<String>) {
    match operation {
        Operation::Give { who, form, times } => {
            let key = app.service.random_id().expect("an id").to_string();
            let path = "/api/v1/feedback";
            for time in 0..times {
                let headers = [("Idempotency-Key", key.as_str())];
                let given = app.call_with(reqwest::Method::POST, path, who, Some(&form), &headers).await.expect(201);
                if time == 0 {
                    held.push(given.text_at("/id"));
                }
            }
        }
        Operation::Box(items) => {
            let count = items.len();
            let body = json!({"items": items});
            let taken = app.post("/api/v1/feedback/batch", "worker-b", &body).await.expect(201);
            held.extend((0..count).map(|index| taken.text_at(&format!("/items/{index}/id"))));
        }
        Operation::Interview => {
            let form = json!({"unit": "koivu", "language": "fi", "held_on": "2026-11-19", "goal": "Arki",
                "arrangements": {"recording": "notes"}, "group": {"participants": 6, "interviewers": 1},
                "summary": {"strengths": ["Ilmapiiri"], "threats": ["Kiire"]}});
            let taken = app.post("/api/v1/group-interviews", "facilitator", &form).await.expect(201);
            held.push(taken.text_at("/id"));
        }
        Operation::Void(which) => {
            if !held.is_empty() {
                let id = held.swap_remove(which.index(held.len()));
                let because = json!({"reason": "spam"});
                app.post(&format!("/api/v1/feedback/{id}/void"), "responsible", &because).await.expect(204);
            }
        }
        Operation::Fold => fold_counters(&app.service).await.expect("folded"),
    }
}

async fn found(app: &TestApp) -> Vec<Difference> {
    differences(&app.service).await.expect("a recount")
}

/// How many feedbacks the counters of placements hold.
async fn counted(app: &TestApp) -> i64 {
    let mut db = app.service.store.read().await.expect("a reader");
    let blocks = counters::all(&mut db).await.expect("blocks");
    let of_placements = blocks.iter().filter(|(key, _)| matches!(key.counted_for, CountedFor::Placement(_)));
    of_placements.map(|(_, block)| block.feedbacks()).sum()
}

fn try_sequences(kind: Kind) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let config = Config { cases: SEQUENCES, failure_persistence: None, ..Config::default() };
    let sequences = prop::collection::vec(operation(), 1..=OPERATIONS);
    let outcome = TestRunner::new(config).run(&sequences, |operations| {
        runtime.block_on(async {
            let app = TestApp::start(kind).await;
            let mut held = Vec::new();
            for operation in operations {
                carry_out(&app, operation, &mut held).await;
            }
            for _ in 0..2 {
                let differences = found(&app).await;
                prop_assert!(differences.is_empty(), "{differences:?}");
                prop_assert_eq!(usize::try_from(counted(&app).await).expect("a count"), held.len());
                fold_counters(&app.service).await.expect("folded");
            }
            app.stop().await;
            Ok(())
        })
    });
    if let Err(why) = outcome {
        panic!("{why}");
    }
}

#[test]
fn any_sequence_is_counted_right_on_sqlite() {
    try_sequences(Kind::Sqlite);
}

#[test]
fn any_sequence_is_counted_right_on_postgres() {
    try_sequences(Kind::Postgres);
}

async fn give(app: &TestApp) {
    let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
        "answers": {"q1": 4, "q2": "cannot_say"}});
    app.post_public("/api/v1/feedback", &form).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_counter_is_reported() {
    on_both(async |app| {
        give(&app).await;
        fold_counters(&app.service).await.expect("folded");
        assert!(found(&app).await.is_empty());
        let mut tx = app.service.store.write().await.expect("a transaction");
        let blocks: Deltas = counters::all(&mut tx).await.expect("blocks");
        counters::append(&mut tx, &blocks).await.expect("appended");
        tx.commit().await.expect("committed");
        let reported = found(&app).await;
        let [twice] = reported.as_slice() else { panic!("{reported:?}") };
        assert_eq!(twice.counted.to_json(), r#"{"n":2,"q1=4":2,"q2=cannot_say":2}"#);
        assert_eq!(twice.recounted.to_json(), r#"{"n":1,"q1=4":1,"q2=cannot_say":1}"#);
        let mut lines = kaiku::cli::counters::lines(&app.service.snapshot().tree, twice);
        let month = twice.key.month;
        assert_eq!(lines.remove(0), format!("unit koivu, asiakastyytyvaisyys version 1, channel web, {month}:"));
        let counts = ["feedbacks", "q1=4", "q2=cannot_say"];
        assert_eq!(lines, counts.map(|name| format!("  {name}: 2 in the counters, 1 by the recount")));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_counter_is_reported() {
    on_both(async |app| {
        give(&app).await;
        let mut tx = app.service.store.write().await.expect("a transaction");
        for sql in ["DELETE FROM counter_blocks", "DELETE FROM counter_deltas"] {
            match tx.conn() {
                Conn::Sqlite(c) => sqlx::query(sql).execute(c).await.map(|_| ()).expect("deleted"),
                Conn::Postgres(c) => sqlx::query(sql).execute(c).await.map(|_| ()).expect("deleted"),
            }
        }
        tx.commit().await.expect("committed");
        let reported = found(&app).await;
        let [lost] = reported.as_slice() else { panic!("{reported:?}") };
        assert_eq!((lost.counted.to_json().as_str(), lost.key.instrument.as_str()), ("{}", "asiakastyytyvaisyys"));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recount_while_feedback_comes_in_finds_no_difference() {
    on_both(async |app| {
        let coming = join_all((0..120).map(|_| give(&app)));
        let recounting = async {
            for _ in 0..30 {
                assert!(found(&app).await.is_empty());
            }
        };
        tokio::join!(coming, recounting);
        assert_eq!(counted(&app).await, 120);
        app.stop().await;
    })
    .await;
}

/// Folds one delta at a time until none is left, so that concurrent callers meet at the same block.
async fn fold_one_by_one(app: &TestApp) {
    loop {
        let mut tx = app.service.store.write().await.expect("a transaction");
        let folded = counters::fold(&mut tx, 1).await.expect("folded");
        tx.commit().await.expect("committed");
        if folded == 0 {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn foldings_at_once_lose_nothing() {
    on_both(async |app| {
        for _ in 0..40 {
            give(&app).await;
        }
        join_all((0..4).map(|_| fold_one_by_one(&app))).await;
        assert_eq!(counted(&app).await, 40);
        assert!(found(&app).await.is_empty());
        app.stop().await;
    })
    .await;
}

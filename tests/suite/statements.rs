//! What stands in the database and what reads it agree.

use kaiku::store::feedback;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::support::{Kind, TestApp, on_both};

/// Runs a statement of the test's own.
async fn run(app: &TestApp, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    match app.kind {
        Kind::Sqlite => {
            let mut db = SqliteConnection::connect(&app.database_url).await.expect("the database");
            sqlx::raw_sql(sql).execute(&mut db).await.expect("a change");
        }
        Kind::Postgres => {
            let mut db = PgConnection::connect(&app.database_url).await.expect("the database");
            sqlx::raw_sql(sql).execute(&mut db).await.expect("a change");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_word_that_is_none_is_an_error_that_names_the_column() {
    on_both(async |app| {
        let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"q1": 4}});
        let id = app.post_public("/api/v1/feedback", &form).await.expect(201).text_at("/id");
        let mut db = app.service.store.read().await.expect("a reader");
        let id = id.parse().expect("an id");
        assert_eq!(feedback::find(&mut db, id).await.expect("a row").expect("a feedback").channel.as_str(), "web");
        run(&app, "UPDATE feedback SET channel = 'pigeon'").await;
        let fault = feedback::find(&mut db, id).await.expect_err("no channel").to_string();
        assert!(fault.contains("\"channel\"") && fault.contains("not a channel: one of oral, card, web"), "{fault}");
        drop(db);
        app.stop().await;
    })
    .await;
}

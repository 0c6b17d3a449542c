//! Every statement of the store is prepared on both migrated databases, and its parameters and columns are compared
//! with the types that bind and read them.

use std::path::Path;

use kaiku::base::Channel;
use kaiku::store::{Column, Described, every_statement, feedback};
use serde_json::json;
use sqlx::postgres::PgTypeInfo;
use sqlx::{
    AssertSqlSafe, Column as _, Connection, Either, Executor, PgConnection, Postgres, Row, SqlSafeStr, SqlStr,
    SqliteConnection, Statement, Type, TypeInfo,
};
use uuid::Uuid;

use crate::layers::files;
use crate::support::{Kind, TestApp, on_both};

/// The test's own connection to an application's database.
enum Open {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Open {
    async fn of(app: &TestApp) -> Self {
        let url = &app.database_url;
        match app.kind {
            Kind::Sqlite => Self::Sqlite(SqliteConnection::connect(url).await.expect("the database")),
            Kind::Postgres => Self::Postgres(PgConnection::connect(url).await.expect("the database")),
        }
    }

    /// What is wrong with a statement on this database.
    async fn faults(&mut self, statement: &Described) -> Vec<String> {
        let found = match self {
            Self::Sqlite(db) => in_sqlite(db, statement).await,
            Self::Postgres(db) => in_postgres(db, statement).await,
        };
        let found = found.unwrap_or_else(|why| vec![why.to_string()]);
        found.into_iter().map(|why| format!("{}::{}: {why}", statement.module, statement.name)).collect()
    }
}

fn sql(text: &str) -> SqlStr {
    AssertSqlSafe(text.to_owned()).into_sql_str()
}

/// A column of a result as the database describes it.
struct Given {
    name: String,
    kind: String,
    /// Whether the type that reads it fits; unknown if the database does not know its type.
    fits: Option<bool>,
    /// The table column it comes from, if that may be null.
    nullable: Option<String>,
}

/// Compares the columns of a result with those that a struct or tuple reads.
fn compare(text: &str, reads: &[Column], given: &[Given]) -> Vec<String> {
    let mut faults = Vec::new();
    if reads.is_empty() && !given.is_empty() {
        faults.push("its rows are read as nothing".to_owned());
        return faults;
    }
    if reads.len() != given.len() {
        faults.push(format!("it has {} columns, and {} are read", given.len(), reads.len()));
    }
    for (column, held) in reads.iter().zip(given) {
        if held.fits == Some(false) {
            faults.push(format!("{} is {}, which {} does not read", held.name, held.kind, column.reads));
        }
        if let Some(origin) = held.nullable.as_ref().filter(|_| !column.nullable)
            && !text.contains(&format!("{origin} IS NOT NULL"))
        {
            faults.push(format!("{} may be null, which {} does not read", held.name, column.reads));
        }
    }
    faults
}

/// The columns that are read, in the order of the result.
fn in_order(reads: &[Column], names: &[&str]) -> Result<Vec<Column>, String> {
    if let Some(missing) = reads.iter().filter_map(|column| column.name).find(|name| !names.contains(name)) {
        return Err(format!("there is no column {missing}"));
    }
    let mut ordered = reads.to_vec();
    let place = |column: &Column| column.name.and_then(|name| names.iter().position(|given| *given == name));
    if reads.iter().all(|column| column.name.is_some()) {
        ordered.sort_by_key(place);
    }
    Ok(ordered)
}

async fn in_sqlite(db: &mut SqliteConnection, statement: &Described) -> Result<Vec<String>, sqlx::Error> {
    let Some((text, parameters)) = statement.sqlite else { return Ok(Vec::new()) };
    let prepared = (&mut *db).prepare(sql(text)).await?;
    let mut faults = Vec::new();
    match prepared.parameters() {
        Some(Either::Right(count)) if count == parameters => {}
        other => faults.push(format!("it takes {other:?} parameters, and {parameters} are bound")),
    }
    let names: Vec<&str> = prepared.columns().iter().map(|column| column.name()).collect();
    let reads = match in_order(&statement.columns, &names) {
        Ok(reads) => reads,
        Err(why) => return Ok(vec![why]),
    };
    let mut given = Vec::new();
    for (index, column) in prepared.columns().iter().enumerate() {
        let origin = column.origin();
        let nullable = match origin.table_column() {
            Some(origin) => {
                let sql = "SELECT \"notnull\" = 0 AND pk = 0 FROM pragma_table_info($1) WHERE name = $2";
                let row = sqlx::query(sql).bind(origin.table.as_ref()).bind(origin.name.as_ref());
                let nullable: bool = row.fetch_one(&mut *db).await?.try_get(0)?;
                nullable.then(|| origin.name.to_string())
            }
            None => None,
        };
        let kind = column.type_info();
        given.push(Given {
            name: column.name().to_owned(),
            kind: kind.name().to_owned(),
            // SQLite does not know the type of an expression before the statement runs.
            fits: reads.get(index).filter(|_| !kind.is_null()).map(|reads| (reads.sqlite)(kind)),
            nullable,
        });
    }
    faults.extend(compare(text, &reads, &given));
    Ok(faults)
}

async fn in_postgres(db: &mut PgConnection, statement: &Described) -> Result<Vec<String>, sqlx::Error> {
    let Some(text) = statement.postgres else { return Ok(Vec::new()) };
    // Prepared as when it runs: with the types of its parameters.
    let prepared = (&mut *db).prepare_with(sql(text), &statement.parameters).await?;
    let mut faults = Vec::new();
    match prepared.parameters() {
        Some(Either::Left(kinds)) if kinds == statement.parameters => {}
        other => faults.push(format!("it takes {other:?}, and {:?} are bound", statement.parameters)),
    }
    let names: Vec<&str> = prepared.columns().iter().map(|column| column.name()).collect();
    let reads = match in_order(&statement.columns, &names) {
        Ok(reads) => reads,
        Err(why) => return Ok(vec![why]),
    };
    let mut given = Vec::new();
    for (index, column) in prepared.columns().iter().enumerate() {
        let nullable = match column.relation_id().zip(column.relation_attribute_no()) {
            Some((table, number)) => {
                let sql = "SELECT attname::text, NOT attnotnull FROM pg_attribute WHERE attrelid = $1 AND attnum = $2";
                let row = sqlx::query(sql).bind(table).bind(number).fetch_one(&mut *db).await?;
                let (name, nullable): (String, bool) = (row.try_get(0)?, row.try_get(1)?);
                nullable.then_some(name)
            }
            None => None,
        };
        let kind = column.type_info();
        given.push(Given {
            name: column.name().to_owned(),
            kind: kind.name().to_owned(),
            fits: reads.get(index).map(|reads| (reads.postgres)(kind)),
            nullable,
        });
    }
    faults.extend(compare(text, &reads, &given));
    Ok(faults)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_what_both_databases_take_and_give() {
    on_both(async |app| {
        let mut db = Open::of(&app).await;
        let (mut faults, mut compared) = (Vec::new(), 0);
        for statement in every_statement() {
            faults.extend(db.faults(&statement).await);
            compared += 1;
        }
        assert!(compared > 150, "{compared} statements");
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        app.stop().await;
    })
    .await;
}

/// A statement made for the test, the same on both databases.
fn described(text: &'static str, parameters: &[PgTypeInfo], columns: &[Column]) -> Described {
    Described {
        module: "test",
        name: "WRONG",
        sqlite: Some((text, parameters.len())),
        postgres: Some(text),
        parameters: parameters.to_vec(),
        columns: columns.to_vec(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_does_not_fit_is_found() {
    on_both(async |app| {
        let mut db = Open::of(&app).await;
        let (uuid, text) = (<Uuid as Type<Postgres>>::type_info(), <String as Type<Postgres>>::type_info());
        let id = Column::of::<Uuid>(Some("id"));
        let find = "SELECT id, channel FROM feedback WHERE id = $1";
        let by_id = std::slice::from_ref(&uuid);
        let sound = described(find, by_id, &[id, Column::of::<Channel>(Some("channel"))]);
        assert_eq!(db.faults(&sound).await, Vec::<String>::new());
        let wrong = [
            (described("SELECT id FROM feedbacks", &[], &[id]), "feedbacks"),
            (described("SELECT idd FROM feedback", &[], &[id]), "idd"),
            (described(find, by_id, &[id, Column::of::<Channel>(Some("way"))]), "no column way"),
            (described(find, by_id, &[id]), "2 columns, and 1 are read"),
            (described(find, by_id, &[]), "read as nothing"),
            (described(find, by_id, &[id, Column::of::<i64>(Some("channel"))]), "i64 does not read"),
            (
                described("SELECT id, author_id FROM feedback", &[], &[id, Column::of::<Uuid>(Some("author_id"))]),
                "null",
            ),
            (described(find, &[], &[id, Column::of::<Channel>(None)]), "bound"),
        ];
        for (statement, expected) in wrong {
            let faults = db.faults(&statement).await;
            assert!(faults.iter().any(|fault| fault.contains(expected)), "{expected}: {faults:?}");
        }
        // SQLite's parameters are untyped.
        if app.kind == Kind::Postgres {
            let faults = db.faults(&described("SELECT id FROM feedback WHERE id = $1", &[text], &[id])).await;
            assert!(faults.iter().any(|fault| fault.contains("uuid = text")), "{faults:?}");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_the_cases_of_a_unit_finds_the_unit_by_its_index() {
    let app = TestApp::start(Kind::Sqlite).await;
    let mut db = SqliteConnection::connect(&app.database_url).await.expect("the database");
    let mut plan = async |name: &str| {
        let listed = every_statement();
        let statement =
            listed.iter().find(|s| s.module == "kaiku::store::cases" && s.name == name).expect("a statement");
        let (text, _) = statement.sqlite.expect("a text for SQLite");
        let rows = sqlx::query(sql(&format!("EXPLAIN QUERY PLAN {text}"))).fetch_all(&mut db).await.expect("a plan");
        rows.iter().map(|row| row.get::<String, _>("detail")).collect::<Vec<_>>()
    };
    let at_unit = plan("LIST_AT_UNIT").await;
    let by_unit = |step: &String| step.starts_with("SEARCH cases USING INDEX") && step.contains("(unit_id=?");
    assert!(at_unit.iter().any(by_unit), "{at_unit:?}");
    let at_all = plan("LIST").await;
    assert!(!at_all.iter().any(by_unit), "{at_all:?}");
    app.stop().await;
}

/// Whether a source runs the statement of this name: calls a method of it, or borrows it to choose between several.
fn is_run(name: &str, source: &str) -> bool {
    source.match_indices(name).any(|(at, _)| {
        let (before, after) = (&source[..at], &source[at + name.len()..]);
        let whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        whole && (after.trim_start().starts_with('.') || before.ends_with('&'))
    })
}

#[test]
fn a_statement_that_is_listed_only_is_not_run() {
    assert!(
        is_run("FIND", "FIND.fetch_all(") && is_run("FIND", "FIND\n        .execute(") && is_run("FIND", "=> &FIND,")
    );
    assert!(!is_run("FIND", "FIND(Uuid) = \"FIND a row\"; REFIND.execute(); FIND_ALL.execute()"));
}

/// SQL that runs without a listed statement would not be compared.
#[test]
fn sql_runs_by_listed_statements_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    files(&root, &mut sources);
    let listed = every_statement();
    for source in sources {
        let text = std::fs::read_to_string(&source).expect("a source file");
        let place = source.strip_prefix(&root).expect("a file below src").display().to_string();
        let name = place.strip_prefix("store/").and_then(|file| file.strip_suffix(".rs"));
        if text.contains("\nstatements! {") {
            let module = format!("kaiku::store::{}", name.expect("statements stand in the store"));
            let own: Vec<&str> =
                listed.iter().filter(|statement| statement.module == module).map(|statement| statement.name).collect();
            assert!(!own.is_empty(), "{place} is not in every_statement()");
            // The compiler does not warn, because the list counts as a use.
            let unused = own.into_iter().find(|name| text.contains(&format!("\n    {name}(")) && !is_run(name, &text));
            assert_eq!(unused, None, "{place} never runs it");
        }
        // The macros themselves, inserts of many rows, and the one command that needs a connection outside a
        // transaction.
        let allowed: &[&str] = match place.as_str() {
            "store/sql.rs" => &["sqlx::query_with", "sqlx::query_as_with", "AssertSqlSafe", "Statement::new"],
            "store/many.rs" => &["sqlx::query_with", "sqlx::query_as_with", "sqlx::query::{"],
            "store/connect.rs" => &["sqlx::query(\"PRAGMA wal_checkpoint(TRUNCATE)\")"],
            "store/keys.rs" | "store/retention.rs" => &["Statement::ready"],
            _ => &[],
        };
        let rest = allowed.iter().fold(text, |text, allowed| text.replace(allowed, ""));
        for way in
            ["sqlx::query", "sqlx::raw_sql", "AssertSqlSafe", "QueryBuilder", "Statement::new", "Statement::ready"]
        {
            assert!(!rest.contains(way), "{place} runs SQL by {way}: list a statement instead");
        }
    }
}

/// Runs SQL made for the test.
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

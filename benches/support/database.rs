//! Prefills a database with millions of feedbacks: two statements copy one real feedback with its case.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use super::Fault;
use super::server::Installation;

/// The variable that holds the URL of a PostgreSQL cluster; `tests/with-postgres` sets it.
pub const CLUSTER: &str = "KAIKU_TEST_POSTGRES";
/// One feedback in this many has a text and a closed case.
const ONE_WITH_TEXT_IN: u32 = 4;
/// For how many days the MAC of a request body is kept.
const MAC_DAYS: u32 = 30;
/// Questions of the instrument that are answered.
const QUESTIONS: u32 = 12;

/// The feedback that is copied.
const FIRST: &str = "(SELECT * FROM feedback ORDER BY seq LIMIT 1)";
/// The case of that feedback.
const FIRST_CASE: &str =
    "(SELECT * FROM cases WHERE feedback_id = (SELECT id FROM feedback ORDER BY seq LIMIT 1) LIMIT 1)";
/// The last feedback before the copies.
const LAST: &str = "SELECT MAX(seq) FROM feedback";

/// The receipts of all feedbacks in runs of 65,536, as if the service had taken them in one after another.
const SEALED: &str = "DELETE FROM receipts; DELETE FROM receipt_runs; \
                      INSERT INTO receipt_runs (run) SELECT DISTINCT (seq + 65535) / 65536 * 65536 FROM feedback \
                      WHERE seq <= (SELECT MAX(seq) / 65536 * 65536 FROM feedback); \
                      INSERT INTO receipts (run, hash, seq) SELECT (seq + 65535) / 65536 * 65536 AS run, receipt_hash, seq \
                      FROM feedback WHERE seq <= (SELECT MAX(run) FROM receipt_runs) ORDER BY run, receipt_hash;";

/// The SQL in which the two databases differ.
struct Dialect {
    /// A table of the numbers from 1.
    numbers: fn(u32) -> String,
    /// 16 random bytes.
    random: &'static str,
    /// An id as the service makes them, from `n`: 512 in turn begin with the same five bytes.
    id: &'static str,
    /// A day of the last year, from `n`.
    day: &'static str,
    /// 1 to 5.
    answer: &'static str,
}

const SQLITE: Dialect = Dialect {
    numbers: |rows| {
        format!("WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows})")
    },
    random: "randomblob(16)",
    id: "unhex(printf('%010X', n / 512 * 11400714819 % 1099511627776) || hex(randomblob(11)))",
    day: "date('now', '-' || (n % 365) || ' days')",
    answer: "(abs(random()) % 5 + 1)",
};

const POSTGRES: Dialect = Dialect {
    numbers: |rows| format!("WITH numbers (n) AS (SELECT generate_series(1, {rows}))"),
    random: "gen_random_uuid()",
    id: "CAST(lpad(to_hex(n::bigint / 512 * 11400714819 % 1099511627776), 10, '0') \
         || substr(replace(gen_random_uuid()::text, '-', ''), 11) AS uuid)",
    day: "(CURRENT_DATE - (n % 365))::text",
    answer: "floor(random() * 5 + 1)::int",
};

impl Dialect {
    /// The statement that copies the first feedback, which has a text, with other ids, days and answers.
    ///
    /// A column that is not named here is copied as it is: one whose values must differ needs its line.
    fn feedbacks(&self, columns: &[String], rows: u32) -> String {
        let answers: Vec<String> =
            (1..=QUESTIONS).map(|question| format!("'\"q{question}\":' || {}", self.answer)).collect();
        let values: Vec<String> = columns
            .iter()
            .map(|column| match column.as_str() {
                "id" => self.id.to_owned(),
                "receipt_hash" => self.random.to_owned(),
                "received_on" => self.day.to_owned(),
                "month" => format!("substr({}, 1, 7)", self.day),
                "coded" => format!("'{{' || {} || '}}'", answers.join(" || ',' || ")),
                "body_mac" | "forget_mac_on" => format!("CASE WHEN n % 365 < {MAC_DAYS} THEN {column} END"),
                "texts" => format!("CASE WHEN n % {ONE_WITH_TEXT_IN} = 0 THEN texts END"),
                other => other.to_owned(),
            })
            .collect();
        let (numbers, columns, values) = ((self.numbers)(rows), columns.join(", "), values.join(", "));
        format!("{numbers} INSERT INTO feedback ({columns}) SELECT {values} FROM numbers, {FIRST} AS first")
    }

    /// The statement that copies the case of the first feedback for every copy with a text, as a handled and closed case.
    fn cases(columns: &[String], copies_after: i64) -> String {
        let values: Vec<String> = columns
            .iter()
            .map(|column| match column.as_str() {
                "id" | "feedback_id" => "f.id".to_owned(),
                "state" => "'closed'".to_owned(),
                "received_on" | "acknowledge_by" | "decide_by" | "tell_by" | "closed_on" => "f.received_on".to_owned(),
                other => format!("c.{other}"),
            })
            .collect();
        format!(
            "INSERT INTO cases ({}) SELECT {} FROM feedback f, {FIRST_CASE} c \
             WHERE f.texts IS NOT NULL AND f.seq > {copies_after}",
            columns.join(", "),
            values.join(", ")
        )
    }
}

/// Adds `rows` feedbacks to a database whose first feedback has a text and a case.
///
/// # Errors
/// The database's.
pub async fn prefill(database_url: &str, rows: u32) -> Result<(), Fault> {
    if database_url.starts_with("sqlite:") {
        let mut db = SqliteConnection::connect(database_url).await?;
        // Only here, where no data has to be kept: it writes a million random ids in seconds. The cache, in KiB, holds the
        // indexes of ten million.
        let fast = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; \
                    PRAGMA cache_size = -1500000;";
        sqlx::raw_sql(fast).execute(&mut db).await?;
        let names = "SELECT name FROM pragma_table_info($1)";
        let feedback: Vec<String> = sqlx::query_scalar(names).bind("feedback").fetch_all(&mut db).await?;
        let cases: Vec<String> = sqlx::query_scalar(names).bind("cases").fetch_all(&mut db).await?;
        let last = sqlx::query_scalar(LAST).fetch_one(&mut db).await?;
        let feedback = SQLITE.feedbacks(&without_seq(feedback), rows);
        sqlx::query(AssertSqlSafe(feedback)).execute(&mut db).await?;
        sqlx::query(AssertSqlSafe(Dialect::cases(&cases, last))).execute(&mut db).await?;
        sqlx::raw_sql(SEALED).execute(&mut db).await?;
        sqlx::raw_sql("PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL;").execute(&mut db).await?;
        db.close().await?;
        return Ok(());
    }
    let mut db = PgConnection::connect(database_url).await?;
    let names =
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position";
    let feedback: Vec<String> = sqlx::query_scalar(names).bind("feedback").fetch_all(&mut db).await?;
    let cases: Vec<String> = sqlx::query_scalar(names).bind("cases").fetch_all(&mut db).await?;
    // Without checks of foreign keys, which would be kept in memory for every row until the end of the statement.
    sqlx::raw_sql("SET session_replication_role = replica").execute(&mut db).await?;
    let last = sqlx::query_scalar(LAST).fetch_one(&mut db).await?;
    sqlx::query(AssertSqlSafe(POSTGRES.feedbacks(&without_seq(feedback), rows))).execute(&mut db).await?;
    sqlx::query(AssertSqlSafe(Dialect::cases(&cases, last))).execute(&mut db).await?;
    sqlx::raw_sql("VACUUM ANALYZE").execute(&mut db).await?;
    sqlx::raw_sql("CHECKPOINT").execute(&mut db).await?;
    db.close().await?;
    Ok(())
}

fn without_seq(columns: Vec<String>) -> Vec<String> {
    columns.into_iter().filter(|column| column != "seq").collect()
}

/// How many feedbacks there are.
///
/// # Errors
/// The database's.
pub async fn count(database_url: &str) -> Result<u64, Fault> {
    let sql = "SELECT COUNT(*) FROM feedback";
    let count: i64;
    // Closed before this returns: the prefill takes the file of SQLite for itself.
    if database_url.starts_with("sqlite:") {
        let mut db = SqliteConnection::connect(database_url).await?;
        count = sqlx::query_scalar(sql).fetch_one(&mut db).await?;
        db.close().await?;
    } else {
        let mut db = PgConnection::connect(database_url).await?;
        count = sqlx::query_scalar(sql).fetch_one(&mut db).await?;
        db.close().await?;
    }
    Ok(u64::try_from(count)?)
}

/// Makes a second installation with the same content; the first one must not be running.
///
/// # Errors
/// The disk's, the database's.
pub async fn copy(from: &Installation, to: &Installation) -> Result<(), Fault> {
    std::fs::copy(from.folder.join("keyring.toml"), to.folder.join("keyring.toml"))?;
    if let (Some(from), Some(to)) = (from.database_url.strip_prefix("sqlite:"), to.database_url.strip_prefix("sqlite:"))
    {
        std::fs::copy(from, to)?;
        // Synced now, so that the disk does not write it during a measurement.
        std::fs::File::open(to)?.sync_all()?;
        std::fs::File::open(from)?.sync_all()?;
        return Ok(());
    }
    let sql = format!("CREATE DATABASE {} TEMPLATE {}", name_of(&to.database_url), name_of(&from.database_url));
    administer(&sql).await
}

/// Creates an empty database in the cluster.
///
/// # Errors
/// The database's.
pub async fn create(database_url: &str) -> Result<(), Fault> {
    administer(&format!("CREATE DATABASE {}", name_of(database_url))).await
}

/// Drops a database of the cluster. An SQLite file goes with its folder.
///
/// # Errors
/// The database's.
pub async fn drop(database_url: &str) -> Result<(), Fault> {
    if database_url.starts_with("sqlite:") {
        return Ok(());
    }
    administer(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_of(database_url))).await
}

/// The name of a database in the cluster, from its URL.
fn name_of(database_url: &str) -> &str {
    database_url.rsplit_once('/').map_or("", |(_, name)| name)
}

/// The URL of a database in the cluster.
///
/// # Errors
/// When there is no cluster.
pub fn address_of(name: &str) -> Result<String, Fault> {
    let cluster = std::env::var(CLUSTER)?;
    let (base, _) = cluster.rsplit_once('/').ok_or("an address without a database")?;
    Ok(format!("{base}/{name}"))
}

/// Which settings of the cluster that keep data safe in a crash are off.
///
/// # Errors
/// The database's.
pub async fn settings_that_lose_data() -> Result<Vec<String>, Fault> {
    let sql = "SELECT name FROM pg_settings WHERE setting = 'off' \
               AND name IN ('fsync', 'synchronous_commit', 'full_page_writes')";
    let mut db = PgConnection::connect(&std::env::var(CLUSTER)?).await?;
    Ok(sqlx::query_scalar(sql).fetch_all(&mut db).await?)
}

async fn administer(sql: &str) -> Result<(), Fault> {
    let mut db = PgConnection::connect(&std::env::var(CLUSTER)?).await?;
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut db).await?;
    Ok(())
}

/// How many times a second the disk under `folder` makes 4 KiB durable. It varies, and every absolute figure with it.
///
/// # Errors
/// The disk's.
pub fn syncs_per_second(folder: &Path) -> Result<f64, Fault> {
    use std::io::Write;
    const LASTING: std::time::Duration = std::time::Duration::from_millis(300);
    let mut file = std::fs::File::create(folder.join("sync-probe"))?;
    let started = std::time::Instant::now();
    let mut syncs = 0u32;
    while started.elapsed() < LASTING {
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        syncs += 1;
    }
    Ok(f64::from(syncs) / started.elapsed().as_secs_f64())
}

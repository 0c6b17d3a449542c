//! The queue, in the same database as what it works for: a job commits together with its cause.
//!
//! A job is leased, tried again with backoff, and parked after the last try, where it stays visible.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::job::{Job, JobKind, UnknownJob};
use super::sql::{execute, fetch_all, row};
use super::{Connected, StoreResult, Writer};
use crate::base::Instant;

/// The state of a job whose last try failed: it waits for somebody to look at it.
pub const PARKED: &str = "parked";

/// A job to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    pub id: Uuid,
    /// What it does, with ids, never content.
    pub job: Job,
    /// While a job of this name waits, another is not queued.
    pub dedupe: Option<String>,
    /// Not before.
    pub run_at: Instant,
}

row! {
    /// A job as stored.
    #[derive(Debug, Clone)]
    pub struct JobRow {
        pub id: Uuid,
        pub kind: String,
        /// An id, never content.
        pub subject: String,
        /// `ready`, `leased` or `parked`.
        pub state: String,
        /// Not before (µs).
        pub run_at: i64,
        /// How often it was tried.
        pub attempts: i64,
        /// Whose turn ends when (µs).
        pub lease_until: Option<i64>,
        /// Why the last try failed.
        pub last_error: Option<String>,
    }
}

impl JobRow {
    /// What it does.
    ///
    /// # Errors
    /// [`UnknownJob`] when this version of the program has no such job.
    pub fn job(&self) -> Result<Job, UnknownJob> {
        Job::parse(&self.kind, &self.subject)
    }
}

/// Which kinds of jobs are meant.
#[derive(Debug, Clone, Copy)]
pub enum Kinds {
    /// These.
    Only(&'static [JobKind]),
    /// All but these, unknown ones too.
    AllBut(&'static [JobKind]),
}

impl Kinds {
    /// The kinds as a condition. They are words of the program, so nobody's text comes into the SQL.
    fn condition(self) -> String {
        let (not, kinds) = match self {
            Self::Only(kinds) => ("", kinds),
            Self::AllBut(kinds) => ("NOT ", kinds),
        };
        let kinds: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.as_str())).collect();
        format!("kind {not}IN ({})", kinds.join(", "))
    }
}

const COLUMNS: &str = "id, kind, subject, state, run_at, attempts, lease_until, last_error";

/// Queues a job, unless one of the same dedupe name waits.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn enqueue(tx: &mut Writer, job: &NewJob) -> StoreResult<()> {
    execute!(
        tx,
        "INSERT INTO jobs (id, kind, subject, dedupe, state, run_at, attempts) \
         VALUES ($1, $2, $3, $4, 'ready', $5, 0) ON CONFLICT DO NOTHING",
        job.id,
        job.job.kind().as_str(),
        job.job.subject(),
        job.dedupe.as_deref(),
        job.run_at.as_micros()
    )?;
    Ok(())
}

/// Leases up to `limit` due jobs of these kinds until `until`: ready ones, and ones whose worker died with its lease.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn lease(
    tx: &mut Writer,
    kinds: Kinds,
    now: Instant,
    until: Instant,
    limit: i64,
) -> StoreResult<Vec<JobRow>> {
    // PostgreSQL: without SKIP LOCKED and the state repeated outside, two instances would take the same jobs.
    let skip = match tx {
        Writer::Sqlite(_) => "",
        Writer::Postgres(_) => "FOR UPDATE SKIP LOCKED",
    };
    let due = "((state = 'ready' AND run_at <= $1) OR (state = 'leased' AND lease_until <= $1))";
    let kinds = kinds.condition();
    let sql = format!(
        "UPDATE jobs SET state = 'leased', lease_until = $2, attempts = attempts + 1 WHERE {due} AND id IN \
         (SELECT id FROM jobs WHERE {due} AND {kinds} ORDER BY run_at LIMIT $3 {skip}) RETURNING {COLUMNS}"
    );
    fetch_all!(tx, JobRow, AssertSqlSafe(sql.as_str()), now.as_micros(), until.as_micros(), limit)
}

/// Removes a job that is done, if the lease is still ours; false if another worker has taken it over meanwhile.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn finish(tx: &mut Writer, job: &JobRow) -> StoreResult<bool> {
    let removed =
        execute!(tx, "DELETE FROM jobs WHERE id = $1 AND state = 'leased' AND attempts = $2", job.id, job.attempts)?;
    Ok(removed == 1)
}

/// Gives a leased job back for `run_at` as if it had not been tried.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn postpone(tx: &mut Writer, job: &JobRow, run_at: Instant) -> StoreResult<()> {
    execute!(
        tx,
        "UPDATE jobs SET state = 'ready', run_at = $2, attempts = attempts - 1, lease_until = NULL \
         WHERE id = $1 AND state = 'leased' AND attempts = $3",
        job.id,
        run_at.as_micros(),
        job.attempts
    )?;
    Ok(())
}

/// Gives a failed job back for `run_at`, or parks it.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn give_back(tx: &mut Writer, job: &JobRow, run_at: Option<Instant>, error: &str) -> StoreResult<()> {
    let state = if run_at.is_some() { "ready" } else { PARKED };
    execute!(
        tx,
        "UPDATE jobs SET state = $2, run_at = $3, last_error = $4, lease_until = NULL \
         WHERE id = $1 AND state = 'leased' AND attempts = $5",
        job.id,
        state,
        run_at.map_or(job.run_at, Instant::as_micros),
        error,
        job.attempts
    )?;
    Ok(())
}

/// Makes a parked job ready again, with all its tries; false if there is none.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn requeue(tx: &mut Writer, id: Uuid, now: Instant) -> StoreResult<bool> {
    let touched = execute!(
        tx,
        "UPDATE jobs SET state = 'ready', attempts = 0, run_at = $2 WHERE id = $1 AND state = 'parked'",
        id,
        now.as_micros()
    )?;
    Ok(touched == 1)
}

/// Up to `limit` jobs, parked ones first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn list(db: &mut impl Connected, limit: i64) -> StoreResult<Vec<JobRow>> {
    let sql =
        format!("SELECT {COLUMNS} FROM jobs ORDER BY CASE state WHEN 'parked' THEN 0 ELSE 1 END, run_at, id LIMIT $1");
    fetch_all!(db, JobRow, AssertSqlSafe(sql.as_str()), limit)
}

/// How many jobs are in each state, for the metrics.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn count_by_state(db: &mut impl Connected) -> StoreResult<Vec<(String, i64)>> {
    fetch_all!(db, (String, i64), "SELECT state, COUNT(*) FROM jobs GROUP BY state")
}

/// Whether a job of these kinds is due.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn any_due(db: &mut impl Connected, kinds: Kinds, now: Instant) -> StoreResult<bool> {
    let sql = format!(
        "SELECT run_at FROM jobs WHERE ((state = 'ready' AND run_at <= $1) OR (state = 'leased' AND lease_until <= $1)) \
         AND {} LIMIT 1",
        kinds.condition()
    );
    let found = fetch_all!(db, (i64,), AssertSqlSafe(sql.as_str()), now.as_micros())?;
    Ok(!found.is_empty())
}

/// Until when (µs) `holder` has the lease of a repeating task, if it has it.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn held_until(db: &mut impl Connected, name: &str, holder: Uuid) -> StoreResult<Option<i64>> {
    let found = fetch_all!(db, (i64,), "SELECT until FROM leases WHERE name = $1 AND holder = $2", name, holder)?;
    Ok(found.first().map(|(until,)| *until))
}

/// Takes or renews the lease of a repeating task; true if `holder` may run it until `until`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn hold(tx: &mut Writer, name: &str, holder: Uuid, now: Instant, until: Instant) -> StoreResult<bool> {
    let touched = execute!(
        tx,
        "INSERT INTO leases (name, holder, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE \
         SET holder = excluded.holder, until = excluded.until WHERE leases.holder = $2 OR leases.until <= $4",
        name,
        holder,
        until.as_micros(),
        now.as_micros()
    )?;
    Ok(touched == 1)
}

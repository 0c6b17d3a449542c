//! The job queue. It is in the same database as the data, so that a job commits together with its cause.
//!
//! A job is leased, retried with backoff, and parked after the last attempt, where it stays visible.

use std::time::Duration;

use uuid::Uuid;

use super::job::{Job, JobKind, UnknownJob};
use super::sql::{NOW_POSTGRES, NOW_SQLITE, Part, row, statements};
use super::types::Many;
use super::{Connected, StoreResult, Writer};
use crate::base::Instant;
use crate::base::clock::micros_of;

/// The state of a job whose last attempt failed: it waits for somebody to look at it.
pub const PARKED: &str = "parked";

/// A job to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    pub id: Uuid,
    /// What it does, with ids, never content.
    pub job: Job,
    /// While a job with this name is waiting, another is not queued.
    pub dedupe: Option<String>,
    /// It does not run before this instant.
    pub run_at: Instant,
    /// What it waits for outside, if that is one of several of its kind: a target of webhooks.
    pub lane: Option<Uuid>,
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
        /// It does not run before this instant (µs).
        pub run_at: i64,
        /// How often it was tried.
        pub attempts: i64,
        /// When the turn of its worker ends, by the clock of the database (µs).
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

/// Which lanes are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lanes {
    /// Every lane.
    All,
    /// This one, or that of the jobs without one.
    One(Option<Uuid>),
}

impl Lanes {
    /// Whether all are meant, and else which.
    fn listed(self) -> (bool, Option<Uuid>) {
        match self {
            Self::All => (true, None),
            Self::One(lane) => (false, lane),
        }
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
    /// The kinds that are listed, and whether these are meant or all others.
    fn listed(self) -> (Many<JobKind>, bool) {
        let (kinds, meant) = match self {
            Self::Only(kinds) => (kinds, true),
            Self::AllBut(kinds) => (kinds, false),
        };
        (Many(kinds.to_vec()), meant)
    }
}

/// A ready job whose time has come at the instant $1.
const READY: &str = "(state = 'ready' AND run_at <= $1)";
/// A leased job whose worker is gone, by the clock of the database: that of a worker may be wrong by hours.
static LOST_SQLITE: Part = Part::new(|| format!("(state = 'leased' AND lease_until <= {NOW_SQLITE})"));
static LOST_POSTGRES: Part = Part::new(|| format!("(state = 'leased' AND lease_until <= {NOW_POSTGRES})"));

const COLUMNS: &str = "id, kind, subject, state, run_at, attempts, lease_until, last_error";

statements! {
    ENQUEUE(Uuid, JobKind, String, Option<String>, i64, Option<Uuid>) =
        "INSERT INTO jobs (id, kind, subject, dedupe, state, run_at, attempts, lane) \
         VALUES ($1, $2, $3, $4, 'ready', $5, 0, $6) ON CONFLICT DO NOTHING";
    // PostgreSQL: without SKIP LOCKED and the state repeated outside, two instances would take the same jobs. An IN could be
    // executed anew for each row, and lock more jobs than the limit; an array is made once.
    LEASE_LOST(i64, Many<JobKind>, bool, bool, Option<Uuid>) -> JobRow = [
        "UPDATE jobs SET state = 'leased', lease_until = {NOW_SQLITE} + $1, attempts = attempts + 1 \
         WHERE {LOST_SQLITE} AND id IN (SELECT id FROM jobs WHERE {LOST_SQLITE} \
         AND (kind IN (SELECT value FROM json_each($2))) = $3 AND ($4 OR lane IS NOT DISTINCT FROM $5) ORDER BY run_at LIMIT 1) RETURNING {COLUMNS}",
        "UPDATE jobs SET state = 'leased', lease_until = {NOW_POSTGRES} + $1, attempts = attempts + 1 \
         WHERE {LOST_POSTGRES} AND id = ANY(ARRAY(SELECT id FROM jobs WHERE {LOST_POSTGRES} \
         AND (kind = ANY($2)) = $3 AND ($4 OR lane IS NOT DISTINCT FROM $5) ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED)) RETURNING {COLUMNS}",
    ];
    LEASE_READY(i64, i64, i64, Many<JobKind>, bool, bool, Option<Uuid>) -> JobRow = [
        "UPDATE jobs SET state = 'leased', lease_until = {NOW_SQLITE} + $2, attempts = attempts + 1 \
         WHERE {READY} AND id IN (SELECT id FROM jobs WHERE {READY} \
         AND (kind IN (SELECT value FROM json_each($4))) = $5 AND ($6 OR lane IS NOT DISTINCT FROM $7) ORDER BY run_at LIMIT $3) RETURNING {COLUMNS}",
        "UPDATE jobs SET state = 'leased', lease_until = {NOW_POSTGRES} + $2, attempts = attempts + 1 \
         WHERE {READY} AND id = ANY(ARRAY(SELECT id FROM jobs WHERE {READY} \
         AND (kind = ANY($4)) = $5 AND ($6 OR lane IS NOT DISTINCT FROM $7) ORDER BY run_at LIMIT $3 FOR UPDATE SKIP LOCKED)) RETURNING {COLUMNS}",
    ];
    PARK_LOST(i64, String) -> (Uuid, String) = [
        "UPDATE jobs SET state = 'parked', last_error = $2, lease_until = NULL WHERE {LOST_SQLITE} AND attempts >= $1 \
         RETURNING id, kind",
        "UPDATE jobs SET state = 'parked', last_error = $2, lease_until = NULL WHERE {LOST_POSTGRES} AND attempts >= $1 \
         RETURNING id, kind",
    ];
    ANY_DUE(i64, Many<JobKind>, bool) -> (i64,) = [
        "SELECT run_at FROM jobs WHERE ({READY} OR {LOST_SQLITE}) \
         AND (kind IN (SELECT value FROM json_each($2))) = $3 LIMIT 1",
        "SELECT run_at FROM jobs WHERE ({READY} OR {LOST_POSTGRES}) AND (kind = ANY($2)) = $3 LIMIT 1",
    ];
    DUE_LANES(i64, Many<JobKind>) -> (Option<Uuid>,) = [
        "SELECT DISTINCT lane FROM jobs WHERE ({READY} OR {LOST_SQLITE}) AND kind IN (SELECT value FROM json_each($2))",
        "SELECT DISTINCT lane FROM jobs WHERE ({READY} OR {LOST_POSTGRES}) AND kind = ANY($2)",
    ];
    STILL_LEASED(Uuid, i64) -> (i64,) = [
        "SELECT attempts FROM jobs WHERE id = $1 AND state = 'leased' AND attempts = $2 AND lease_until > {NOW_SQLITE}",
        "SELECT attempts FROM jobs WHERE id = $1 AND state = 'leased' AND attempts = $2 AND lease_until > {NOW_POSTGRES}",
    ];
    FINISH(Uuid, i64) =
        "DELETE FROM jobs WHERE id = $1 AND state = 'leased' AND attempts = $2";
    POSTPONE(Uuid, i64, i64) =
        "UPDATE jobs SET state = 'ready', run_at = $2, attempts = attempts - 1, lease_until = NULL \
         WHERE id = $1 AND state = 'leased' AND attempts = $3";
    GIVE_BACK(Uuid, String, i64, String, i64) =
        "UPDATE jobs SET state = $2, run_at = $3, last_error = $4, lease_until = NULL \
         WHERE id = $1 AND state = 'leased' AND attempts = $5";
    REQUEUE(Uuid, i64) =
        "UPDATE jobs SET state = 'ready', attempts = 0, run_at = $2 WHERE id = $1 AND state = 'parked'";
    LIST(i64) -> JobRow =
        "SELECT {COLUMNS} FROM jobs ORDER BY CASE state WHEN 'parked' THEN 0 ELSE 1 END, run_at, id LIMIT $1";
    COUNT_BY_STATE() -> (String, i64) =
        "SELECT state, COUNT(*) FROM jobs GROUP BY state";
    IS_HELD(String, Uuid, i64) -> (i64,) = [
        "SELECT until FROM leases WHERE name = $1 AND holder = $2 AND until > {NOW_SQLITE} + $3",
        "SELECT until FROM leases WHERE name = $1 AND holder = $2 AND until > {NOW_POSTGRES} + $3",
    ];
    HOLD(String, Uuid, i64) = [
        "INSERT INTO leases (name, holder, until) VALUES ($1, $2, {NOW_SQLITE} + $3) ON CONFLICT (name) DO UPDATE \
         SET holder = excluded.holder, until = excluded.until WHERE leases.holder = $2 OR leases.until <= {NOW_SQLITE}",
        "INSERT INTO leases (name, holder, until) VALUES ($1, $2, {NOW_POSTGRES} + $3) ON CONFLICT (name) DO UPDATE \
         SET holder = excluded.holder, until = excluded.until WHERE leases.holder = $2 OR leases.until <= {NOW_POSTGRES}",
    ];
    NOT_BEFORE(String, Uuid) -> (i64,) =
        "SELECT until FROM leases WHERE name = $1 AND holder = $2";
    SET_NOT_BEFORE(String, Uuid, i64) =
        "INSERT INTO leases (name, holder, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET until = excluded.until";
}

/// Queues a job, unless one with the same dedupe name is waiting.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn enqueue(tx: &mut Writer, job: &NewJob) -> StoreResult<()> {
    ENQUEUE
        .execute(
            tx,
            (job.id, job.job.kind(), job.job.subject(), job.dedupe.as_deref(), job.run_at.as_micros(), job.lane),
        )
        .await?;
    Ok(())
}

/// Leases due jobs of these kinds for `lease`: one whose worker died with its lease, else up to `limit` that are ready at
/// `now`. The former is leased alone, so that a job that kills its workers uses up no tries of others.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn lease(
    tx: &mut Writer,
    kinds: Kinds,
    lanes: Lanes,
    now: Instant,
    lease: Duration,
    limit: i64,
) -> StoreResult<Vec<JobRow>> {
    let ((listed, meant), (all, lane)) = (kinds.listed(), lanes.listed());
    let taken_over = LEASE_LOST.fetch_all(tx, (micros_of(lease), listed, meant, all, lane)).await?;
    if !taken_over.is_empty() {
        return Ok(taken_over);
    }
    let (listed, meant) = kinds.listed();
    LEASE_READY.fetch_all(tx, (now.as_micros(), micros_of(lease), limit, listed, meant, all, lane)).await
}

/// The lanes that have a due job of these kinds.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn due_lanes(db: &mut impl Connected, kinds: &[JobKind], now: Instant) -> StoreResult<Vec<Option<Uuid>>> {
    let found = DUE_LANES.fetch_all(db, (now.as_micros(), Many(kinds.to_vec()))).await?;
    Ok(found.into_iter().map(|(lane,)| lane).collect())
}

/// Whether a job that was leased is still its worker's.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn still_leased(db: &mut impl Connected, job: &JobRow) -> StoreResult<bool> {
    Ok(STILL_LEASED.fetch_optional(db, (job.id, job.attempts)).await?.is_some())
}

/// Parks the jobs whose worker died with its lease at the last of `max_attempts` tries: such a job may be what kills its
/// workers. Their ids and kinds.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn park_lost(tx: &mut Writer, max_attempts: i64, error: &str) -> StoreResult<Vec<(Uuid, String)>> {
    PARK_LOST.fetch_all(tx, (max_attempts, error)).await
}

/// Removes a job that is done, if its lease is still held; false if another worker has taken it over in the meantime.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn finish(tx: &mut Writer, job: &JobRow) -> StoreResult<bool> {
    let removed = FINISH.execute(tx, (job.id, job.attempts)).await?;
    Ok(removed == 1)
}

/// Returns a leased job to the queue for `run_at`, without counting the attempt.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn postpone(tx: &mut Writer, job: &JobRow, run_at: Instant) -> StoreResult<()> {
    POSTPONE.execute(tx, (job.id, run_at.as_micros(), job.attempts)).await?;
    Ok(())
}

/// Returns a failed job to the queue for `run_at`, or parks it.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn give_back(tx: &mut Writer, job: &JobRow, run_at: Option<Instant>, error: &str) -> StoreResult<()> {
    let state = if run_at.is_some() { "ready" } else { PARKED };
    GIVE_BACK.execute(tx, (job.id, state, run_at.map_or(job.run_at, Instant::as_micros), error, job.attempts)).await?;
    Ok(())
}

/// Makes a parked job ready again, with its attempts reset; false if there is none.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn requeue(tx: &mut Writer, id: Uuid, now: Instant) -> StoreResult<bool> {
    let touched = REQUEUE.execute(tx, (id, now.as_micros())).await?;
    Ok(touched == 1)
}

/// Up to `limit` jobs, parked ones first.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn list(db: &mut impl Connected, limit: i64) -> StoreResult<Vec<JobRow>> {
    LIST.fetch_all(db, (limit,)).await
}

/// How many jobs are in each state, for the metrics.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn count_by_state(db: &mut impl Connected) -> StoreResult<Vec<(String, i64)>> {
    COUNT_BY_STATE.fetch_all(db, ()).await
}

/// Whether a job of these kinds is due.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn any_due(db: &mut impl Connected, kinds: Kinds, now: Instant) -> StoreResult<bool> {
    let (kinds, meant) = kinds.listed();
    let found = ANY_DUE.fetch_optional(db, (now.as_micros(), kinds, meant)).await?;
    Ok(found.is_some())
}

/// Whether `holder` has the lease of a repeating task for longer than `at_least` from now.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn is_held(db: &mut impl Connected, name: &str, holder: Uuid, at_least: Duration) -> StoreResult<bool> {
    Ok(IS_HELD.fetch_optional(db, (name, holder, micros_of(at_least))).await?.is_some())
}

/// Takes or renews the lease of a repeating task; true if `holder` may run it for `lease` from now.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn hold(tx: &mut Writer, name: &str, holder: Uuid, lease: Duration) -> StoreResult<bool> {
    let touched = HOLD.execute(tx, (name, holder, micros_of(lease))).await?;
    Ok(touched == 1)
}

/// The instant (µs) before which a task that nobody holds is not to run again, if it was noted.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn not_before(db: &mut impl Connected, name: &str) -> StoreResult<Option<i64>> {
    Ok(NOT_BEFORE.fetch_optional(db, (name, Uuid::nil())).await?.map(|(until,)| until))
}

/// Notes the instant before which a task that nobody holds is not to run again.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn set_not_before(tx: &mut Writer, name: &str, until: Instant) -> StoreResult<()> {
    SET_NOT_BEFORE.execute(tx, (name, Uuid::nil(), until.as_micros())).await?;
    Ok(())
}

//! How SQLite finds a feedback by the hash of its receipt code.
//!
//! PostgreSQL has a unique index for it. On SQLite an index of random hashes dirties a page of its own for nearly every
//! feedback: the database wrote 11 kB a submission instead of 2. So the newest hashes are kept in memory, and every so many
//! feedbacks they are added to the table `receipts` as one *run*, sorted, at the end of the table. A look-up
//! asks the memory, then each run.
//!
//! Memory and runs only say where to look: a feedback is found when its row has the hash. So a transaction that is rolled back
//! leaves nothing to undo.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::sql::statements;
use super::types::Many;
use super::{Connected, Store, StoreResult};
use crate::base::ReceiptHash;

/// The hashes of the newest feedbacks, with their `seq`.
#[derive(Debug)]
pub struct Newest {
    held: Mutex<Held>,
    /// How many feedbacks are gathered before their hashes become a run.
    run_rows: i64,
}

#[derive(Debug, Default)]
struct Held {
    by_hash: HashMap<ReceiptHash, i64>,
    /// The last run when the rows after it were read; `None` until then.
    after: Option<i64>,
    newest: i64,
}

statements! {
    LAST_RUN() -> (Option<i64>,) =
        ["SELECT MAX(run) FROM receipt_runs", _];
    NEWER(i64) -> (ReceiptHash, i64) =
        ["SELECT receipt_hash, seq FROM feedback WHERE seq > $1 AND receipt_hash IS NOT NULL", _];
    ADD_RUN(i64) =
        ["INSERT INTO receipt_runs (run) SELECT run FROM (SELECT MAX(seq) AS run FROM feedback) WHERE run >= $1", _];
    // Sorted, so that the table is written from one end to the other.
    FILL_RUN(i64, i64) =
        ["INSERT INTO receipts (run, hash, seq) SELECT $2, receipt_hash, seq FROM feedback \
          WHERE seq > $1 AND seq <= $2 AND receipt_hash IS NOT NULL ORDER BY receipt_hash", _];
    IN_RUNS(Many<ReceiptHash>) -> (ReceiptHash,) =
        ["SELECT r.hash FROM receipts r JOIN feedback f ON f.seq = r.seq AND f.receipt_hash = r.hash \
          WHERE r.run IN (SELECT run FROM receipt_runs) AND r.hash IN (SELECT unhex(value, '-') FROM json_each($1))", _];
}

impl Newest {
    /// None yet; they become a run at every `run_rows` feedbacks.
    pub(super) fn new(run_rows: u32) -> Self {
        Self { held: Mutex::default(), run_rows: run_rows.into() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds feedbacks that are being inserted.
    pub(super) fn add(&self, rows: impl Iterator<Item = (ReceiptHash, i64)>) {
        let mut held = self.held();
        for (hash, seq) in rows {
            held.newest = held.newest.max(seq);
            held.by_hash.insert(hash, seq);
        }
    }

    /// The place of a hash, if it is among the newest. Its row may have been rolled back since.
    ///
    /// # Errors
    /// See [`super::StoreError`].
    pub(super) async fn find(&self, db: &mut impl Connected, hash: ReceiptHash) -> StoreResult<Option<i64>> {
        self.read_once(db).await?;
        Ok(self.held().by_hash.get(&hash).copied())
    }

    /// Reads what was stored before this process began. What is added meanwhile is kept.
    async fn read_once(&self, db: &mut impl Connected) -> StoreResult<()> {
        if self.held().after.is_some() {
            return Ok(());
        }
        let last = last_run(db).await?;
        let rows = NEWER.fetch_all(db, (last,)).await?;
        let mut held = self.held();
        for (hash, seq) in rows {
            held.newest = held.newest.max(seq);
            held.by_hash.entry(hash).or_insert(seq);
        }
        held.after.get_or_insert(last);
        Ok(())
    }

    /// Whether enough feedbacks were added for a run, as far as memory knows.
    fn may_be_enough(&self) -> bool {
        let held = self.held();
        held.after.is_none_or(|after| held.newest - after >= self.run_rows)
    }

    /// Forgets what is in the run.
    fn forget(&self, run: i64) {
        let mut held = self.held();
        held.by_hash.retain(|_, seq| *seq > run);
        held.after = held.after.map(|_| run);
    }
}

impl Store {
    /// Makes the newest feedbacks' hashes a run when they are enough for one, which takes about a tenth of a second. The first
    /// call reads into memory those that are not.
    ///
    /// # Errors
    /// See [`super::StoreError`].
    pub async fn seal_receipts(&self) -> StoreResult<()> {
        let Self::Sqlite { newest, .. } = self else { return Ok(()) };
        if !newest.may_be_enough() {
            return Ok(());
        }
        let mut tx = self.write().await?;
        let before = last_run(&mut tx).await?;
        if ADD_RUN.execute(&mut tx, (before + newest.run_rows,)).await? == 1 {
            let run = last_run(&mut tx).await?;
            FILL_RUN.execute(&mut tx, (before, run)).await?;
            tx.commit().await?;
            // Only now: until the commit others find these feedbacks in memory alone.
            newest.forget(run);
        } else {
            drop(tx);
            newest.forget(before);
        }
        newest.read_once(&mut self.read().await?).await
    }
}

async fn last_run(db: &mut impl Connected) -> StoreResult<i64> {
    let (run,) = LAST_RUN.fetch_one(db, ()).await?;
    Ok(run.unwrap_or(0))
}

/// Which of these hashes are in a run.
///
/// # Errors
/// See [`super::StoreError`].
pub(super) async fn in_runs(db: &mut impl Connected, hashes: Vec<ReceiptHash>) -> StoreResult<Vec<ReceiptHash>> {
    let found = IN_RUNS.fetch_all(db, (Many(hashes),)).await?;
    Ok(found.into_iter().map(|(hash,)| hash).collect())
}

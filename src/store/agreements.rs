//! Agreements: append-only versions; the newest that is in force on the day counts.

use jiff::civil::Date;
use uuid::Uuid;

use super::sql::{execute, fetch_all, row};
use super::{Connected, Day, StoreError, StoreResult, Writer};
use crate::agreement::{Agreement, Terms, WorkingDays};
use crate::feedback::Instant;

row! {
    /// A row of `agreements`.
    #[derive(Debug)]
    pub struct AgreementRow {
        /// Its id.
        pub id: Uuid,
        /// The producer.
        pub producer_id: Uuid,
        /// Counted from 1 within the producer.
        pub version: i64,
        /// Who handles.
        pub handler_id: Option<Uuid>,
        /// Who handles instead.
        pub substitute_id: Option<Uuid>,
        /// Working days to acknowledge.
        pub acknowledge_wd: i64,
        /// Working days to decide.
        pub decide_wd: i64,
        /// Working days to tell.
        pub tell_wd: i64,
        /// How effects are told.
        pub told_how: String,
        /// Who signed.
        pub signed_by: String,
        /// First day.
        pub valid_from: Day,
        /// Last day, or none.
        pub valid_to: Option<Day>,
    }
}

/// Every version of every agreement, by producer and version.
///
/// # Errors
/// See [`StoreError`].
pub async fn all(db: &mut impl Connected) -> StoreResult<Vec<Agreement>> {
    let rows = fetch_all!(
        db,
        AgreementRow,
        "SELECT id, producer_id, version, handler_id, substitute_id, acknowledge_wd, decide_wd, tell_wd, told_how, \
         signed_by, valid_from, valid_to FROM agreements ORDER BY producer_id, version"
    )?;
    rows.into_iter().map(agreement).collect()
}

/// Adds a version.
///
/// # Errors
/// See [`StoreError`]; [`StoreError::Exists`] when another change took the version meanwhile.
pub async fn insert(tx: &mut Writer, agreement: &Agreement, now: Instant) -> StoreResult<()> {
    execute!(
        tx,
        "INSERT INTO agreements (id, producer_id, version, handler_id, substitute_id, acknowledge_wd, decide_wd, \
         tell_wd, told_how, signed_by, valid_from, valid_to, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        agreement.id,
        agreement.producer_id,
        agreement.version,
        agreement.handler_id,
        agreement.substitute_id,
        i64::from(agreement.terms.acknowledge().get()),
        i64::from(agreement.terms.decide().get()),
        i64::from(agreement.terms.tell().get()),
        agreement.told_how.as_str(),
        agreement.signed_by.as_str(),
        Day(agreement.valid_from),
        agreement.valid_to.map(Day),
        now.as_micros(),
    )?;
    Ok(())
}

fn agreement(row: AgreementRow) -> StoreResult<Agreement> {
    let terms = Terms::new(working_days(row.acknowledge_wd)?, working_days(row.decide_wd)?, working_days(row.tell_wd)?)
        .map_err(|why| StoreError::unreadable("agreements", why))?;
    Ok(Agreement {
        id: row.id,
        producer_id: row.producer_id,
        version: row.version,
        handler_id: row.handler_id,
        substitute_id: row.substitute_id,
        terms,
        told_how: row.told_how,
        signed_by: row.signed_by,
        valid_from: row.valid_from.into(),
        valid_to: row.valid_to.map(Date::from),
    })
}

fn working_days(stored: i64) -> StoreResult<WorkingDays> {
    let days = u16::try_from(stored).map_err(|why| StoreError::unreadable("agreements", why))?;
    WorkingDays::new(days).map_err(|why| StoreError::unreadable("agreements", why))
}

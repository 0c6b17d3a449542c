//! Agreements: append-only versions; the newest that is in force on the day counts.

use jiff::civil::Date;
use uuid::Uuid;

use super::sql::{row, statements};
use super::{Connected, Day, StoreError, StoreResult, Writer};
use crate::agreement::{Agreement, Coverage, Side, State, Terms, WorkingDays};
use crate::base::{Channel, Instant};

row! {
    /// A row of `agreements`.
    #[derive(Debug)]
    pub struct AgreementRow {
        pub id: Uuid,
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
        pub signed_by: String,
        pub valid_from: Day,
        /// Last day, or none.
        pub valid_to: Option<Day>,
        /// Only this service.
        pub service_id: Option<Uuid>,
        /// Only this unit.
        pub unit_id: Option<Uuid>,
        /// Only this channel.
        pub channel: Option<Channel>,
        /// Working days between two posts of the board.
        pub board_every_wd: Option<i64>,
        /// Who hears of a broken deadline.
        pub breach_id: Option<Uuid>,
        /// The version that it replaces.
        pub replaces_id: Option<Uuid>,
        /// How far the sides have agreed.
        pub state: State,
        pub proposed_side: Side,
        pub proposed_by: Option<Uuid>,
        pub proposed_on: Option<Day>,
        pub answered_by: Option<Uuid>,
        pub answered_on: Option<Day>,
        /// Why it was declined.
        pub answer_reason: Option<String>,
    }
}

statements! {
    ALL() -> AgreementRow =
        "SELECT id, producer_id, version, handler_id, substitute_id, acknowledge_wd, decide_wd, tell_wd, told_how, \
         signed_by, valid_from, valid_to, service_id, unit_id, channel, board_every_wd, breach_id, replaces_id, state, \
         proposed_side, proposed_by, proposed_on, answered_by, answered_on, answer_reason FROM agreements ORDER BY producer_id, version";
    INSERT(
        Uuid, Uuid, i64, Option<Uuid>, Option<Uuid>, i64, i64, i64, String, String, Day, Option<Day>, i64, Option<Uuid>,
        Option<Uuid>, Option<Channel>, Option<i64>, Option<Uuid>, Option<Uuid>, State, Side, Option<Uuid>, Option<Day>,
    ) =
        "INSERT INTO agreements (id, producer_id, version, handler_id, substitute_id, acknowledge_wd, decide_wd, \
         tell_wd, told_how, signed_by, valid_from, valid_to, created_at, service_id, unit_id, channel, board_every_wd, \
         breach_id, replaces_id, state, proposed_side, proposed_by, proposed_on) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)";
    ANSWER(Uuid, State, Option<Uuid>, Option<Day>, Option<String>, String, Option<Uuid>) =
        "UPDATE agreements SET state = $2, answered_by = $3, answered_on = $4, answer_reason = $5, signed_by = $6, \
         replaces_id = $7 WHERE id = $1 AND state = 'proposed'";
}

/// Every version of every agreement, by producer and version.
///
/// # Errors
/// See [`StoreError`].
pub async fn all(db: &mut impl Connected) -> StoreResult<Vec<Agreement>> {
    let rows = ALL.fetch_all(db, ()).await?;
    rows.into_iter().map(agreement).collect()
}

/// Adds a version.
///
/// # Errors
/// See [`StoreError`]; [`StoreError::Exists`] when another change took the version in the meantime.
pub async fn insert(tx: &mut Writer, agreement: &Agreement, now: Instant) -> StoreResult<()> {
    INSERT
        .execute(
            tx,
            (
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
                agreement.coverage.service_id,
                agreement.coverage.unit_id,
                agreement.coverage.channel,
                agreement.board_every.map(|days| i64::from(days.get())),
                agreement.breach_id,
                agreement.replaces_id,
                agreement.state,
                agreement.proposed_side,
                agreement.proposed_by,
                agreement.proposed_on.map(Day),
            ),
        )
        .await?;
    Ok(())
}

/// Writes the answer to a proposal; false when it was answered before.
///
/// # Errors
/// See [`StoreError`].
pub async fn answer(tx: &mut Writer, agreement: &Agreement) -> StoreResult<bool> {
    let answered = ANSWER
        .execute(
            tx,
            (
                agreement.id,
                agreement.state,
                agreement.answered_by,
                agreement.answered_on.map(Day),
                agreement.answer_reason.as_deref(),
                agreement.signed_by.as_str(),
                agreement.replaces_id,
            ),
        )
        .await?;
    Ok(answered > 0)
}

fn agreement(row: AgreementRow) -> StoreResult<Agreement> {
    let terms = Terms::new(working_days(row.acknowledge_wd)?, working_days(row.decide_wd)?, working_days(row.tell_wd)?)
        .map_err(|why| StoreError::unreadable("agreements", why))?;
    Ok(Agreement {
        id: row.id,
        producer_id: row.producer_id,
        version: row.version,
        coverage: Coverage { service_id: row.service_id, unit_id: row.unit_id, channel: row.channel },
        handler_id: row.handler_id,
        substitute_id: row.substitute_id,
        terms,
        told_how: row.told_how,
        signed_by: row.signed_by,
        valid_from: row.valid_from.into(),
        valid_to: row.valid_to.map(Date::from),
        board_every: row.board_every_wd.map(working_days).transpose()?,
        breach_id: row.breach_id,
        replaces_id: row.replaces_id,
        state: row.state,
        proposed_side: row.proposed_side,
        proposed_by: row.proposed_by,
        proposed_on: row.proposed_on.map(Date::from),
        answered_by: row.answered_by,
        answered_on: row.answered_on.map(Date::from),
        answer_reason: row.answer_reason,
    })
}

fn working_days(stored: i64) -> StoreResult<WorkingDays> {
    let days = u16::try_from(stored).map_err(|why| StoreError::unreadable("agreements", why))?;
    WorkingDays::new(days).map_err(|why| StoreError::unreadable("agreements", why))
}

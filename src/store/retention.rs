//! What retention erases: one rule a kind, with the same condition for counting and for erasing.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::channels::WITH_POINTS;
use super::feedback::VoidReason;
use super::sql::{execute, on, row};
use super::{Connected, Day, Reader, StoreError, StoreResult, Writer};
use crate::base::{Channel, Instant, redacted_debug};

/// A bound of a rule, in the order of its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    Day(Day),
    /// An instant.
    At(Instant),
    Word(String),
}

/// What is erased: `action` for the rows of `from` (alias included) whose `key` is found by `condition`.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name in what is printed and measured.
    pub kind: &'static str,
    action: &'static str,
    key: &'static str,
    found: &'static str,
    from: &'static str,
    condition: String,
    limits: Vec<Limit>,
}

/// A feedback `f` whose contact details and links are to go: it is as old as texts get ($1), it was taken back, or all of
/// its cases have been closed since $2. A case has its feedback's id; a group has a case a point.
fn gone_by() -> String {
    format!(
        "(f.received_on <= $1 OR f.voided_on IS NOT NULL \
     OR EXISTS (SELECT 1 FROM cases c WHERE c.id = f.id AND c.closed_on <= $2) \
     OR (f.channel IN ({WITH_POINTS}) AND EXISTS (SELECT 1 FROM swot_points p WHERE p.feedback_id = f.id) \
         AND NOT EXISTS (SELECT 1 FROM swot_points p JOIN cases c ON c.id = p.id \
                         WHERE p.feedback_id = f.id AND (c.closed_on IS NULL OR c.closed_on > $2))))"
    )
}

/// Up to when what is kept; see `[retention]` of the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    pub today: Day,
    /// Texts of feedback received up to this day go.
    pub texts: Day,
    /// Contact details of cases closed up to this day go.
    pub contacts: Day,
    /// Cards printed up to this day are not waited for any more.
    pub stubs: Day,
    /// Notices and mails settled up to this day go.
    pub settled: Day,
    /// Messages to webhooks settled up to this day go.
    pub deliveries: Day,
    /// Entries of the audit log before this instant go.
    pub audit: Instant,
    /// Answers to keys of days before this one go.
    pub keys: Day,
}

/// Every rule, in the order in which they are carried out.
pub fn rules(kept: &Kept) -> Vec<Rule> {
    let rule = |kind, action, key, from, condition: &str, limits: &[Limit]| Rule {
        kind,
        action,
        key,
        found: key,
        from,
        condition: condition.to_owned(),
        limits: limits.to_vec(),
    };
    let day = |day: Day| Limit::Day(day);
    let texts = [day(kept.texts)];
    let joined = |rule: Rule, found| Rule { found, ..rule };
    vec![
        rule(
            "texts",
            "UPDATE feedback SET texts = NULL, body_mac = NULL, forget_mac_on = NULL",
            "seq",
            "feedback",
            "texts IS NOT NULL AND received_on <= $1",
            &texts,
        ),
        joined(
            rule(
                "case_texts",
                "DELETE FROM case_texts",
                "(case_id, n)",
                "case_texts t JOIN cases c ON c.id = t.case_id",
                "c.received_on <= $1",
                &texts,
            ),
            "t.case_id, t.n",
        ),
        joined(
            rule(
                "interviews",
                "UPDATE group_interviews SET detail = '{}'",
                "feedback_id",
                "group_interviews g JOIN feedback f ON f.id = g.feedback_id",
                "g.detail <> '{}' AND f.received_on <= $1",
                &texts,
            ),
            "g.feedback_id",
        ),
        joined(
            rule(
                "swot_points",
                "UPDATE swot_points SET text = ''",
                "id",
                "swot_points p JOIN feedback f ON f.id = p.feedback_id",
                "p.text <> '' AND f.received_on <= $1",
                &texts,
            ),
            "p.id",
        ),
        joined(
            rule(
                "agreed_actions",
                "DELETE FROM agreed_actions",
                "(feedback_id, n)",
                "agreed_actions a JOIN feedback f ON f.id = a.feedback_id",
                "f.received_on <= $1",
                &texts,
            ),
            "a.feedback_id, a.n",
        ),
        joined(
            rule(
                "memos",
                "UPDATE discussions SET memo = ''",
                "id",
                "discussions d JOIN feedback f ON f.id = d.feedback_id",
                "d.memo <> '' AND f.received_on <= $1",
                &texts,
            ),
            "d.id",
        ),
        joined(
            rule(
                "contacts",
                "DELETE FROM contacts",
                "feedback_id",
                "contacts k JOIN feedback f ON f.id = k.feedback_id",
                &gone_by(),
                &[day(kept.texts), day(kept.contacts)],
            ),
            "k.feedback_id",
        ),
        joined(
            rule(
                "reminders",
                "DELETE FROM reminders",
                "feedback_id",
                "reminders r",
                // There is nothing to tell any more, or its author has left.
                "NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = r.feedback_id AND c.voided_on IS NULL \
                             AND c.state NOT IN ('told', 'closed')) \
                 OR EXISTS (SELECT 1 FROM principals o WHERE o.id = r.author_id AND o.disabled_at IS NOT NULL) \
                 OR (EXISTS (SELECT 1 FROM workers w WHERE w.principal_id = r.author_id) \
                     AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.principal_id = r.author_id \
                                     AND (w.valid_to IS NULL OR w.valid_to >= $1)))",
                &[day(kept.today)],
            ),
            "r.feedback_id",
        ),
        rule("volunteers", "DELETE FROM volunteers", "id", "volunteers", "erase_on <= $1", &[day(kept.today)]),
        rule("card_stubs", "DELETE FROM card_stubs", "id", "card_stubs", "printed_on <= $1", &[day(kept.stubs)]),
        rule("notices", "DELETE FROM notices", "id", "notices", "day <= $1", &[day(kept.settled)]),
        rule("mails", "DELETE FROM mails", "id", "mails", "settled_on <= $1", &[day(kept.settled)]),
        rule(
            "webhook_deliveries",
            "DELETE FROM webhook_deliveries",
            "id",
            "webhook_deliveries",
            "state <> 'waiting' AND settled_on <= $1",
            &[day(kept.deliveries)],
        ),
        rule("audit_log", "DELETE FROM audit_log", "seq", "audit_log", "at < $1", &[Limit::At(kept.audit)]),
        rule(
            "repeated_requests",
            "DELETE FROM idempotency",
            "key_hash",
            "idempotency",
            "created_on < $1",
            &[day(kept.keys)],
        ),
        rule(
            "request_bodies",
            "UPDATE feedback SET body_mac = NULL, forget_mac_on = NULL",
            "seq",
            "feedback",
            "forget_mac_on IS NOT NULL AND forget_mac_on <= $1",
            &[day(kept.today)],
        ),
    ]
}

macro_rules! bound {
    ($query:expr, $limits:expr) => {{
        let mut query = $query;
        for limit in $limits {
            query = match limit {
                Limit::Day(day) => query.bind(*day),
                Limit::At(at) => query.bind(at.as_micros()),
                Limit::Word(word) => query.bind(word.clone()),
            };
        }
        query
    }};
}

impl Rule {
    /// How many rows are due.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn count(&self, db: &mut Reader) -> StoreResult<u64> {
        let sql = format!("SELECT COUNT(*) FROM {} WHERE {}", self.from, self.condition);
        let (count,): (i64,) = on!(db, c => {
            bound!(sqlx::query_as(AssertSqlSafe(sql.as_str())), &self.limits).fetch_one(&mut *c).await
        })
        .map_err(StoreError::from)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Erases up to `limit` of the rows that are due; how many.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn erase(&self, tx: &mut Writer, limit: i64) -> StoreResult<u64> {
        let sql = format!(
            "{} WHERE {} IN (SELECT {} FROM {} WHERE {} LIMIT ${})",
            self.action,
            self.key,
            self.found,
            self.from,
            self.condition,
            self.limits.len() + 1
        );
        on!(tx, c => {
            bound!(sqlx::query(AssertSqlSafe(sql.as_str())), &self.limits)
                .bind(limit)
                .execute(&mut *c)
                .await
                .map(|done| done.rows_affected())
        })
        .map_err(StoreError::from)
    }
}

row! {
    /// A feedback whose link to a worker and birth year are to go.
    pub struct LinkedRow {
        /// Its place in the table.
        pub seq: i64,
        pub id: Uuid,
        /// Unit and producer on the day.
        pub placement_id: Uuid,
        pub instrument: String,
        pub instrument_version: i64,
        pub channel: Channel,
        /// The month it counts to.
        pub month: String,
        /// Coded answers as JSON.
        pub coded: String,
        /// The colour assignment of a card.
        pub colour_id: Option<Uuid>,
        /// Who typed it in.
        pub author_id: Option<Uuid>,
        /// Why it was taken back.
        pub void_reason: Option<VoidReason>,
    }
}

redacted_debug!(LinkedRow { seq, id, instrument, instrument_version });

/// Which feedbacks lose their link to a worker, and which of them have a year to round.
#[derive(Debug, Clone)]
pub struct Links {
    /// Received up to this day.
    pub received: Day,
    /// Or closed up to this day.
    pub closed: Day,
    /// Instruments that ask for a year.
    pub with_year: Vec<String>,
}

impl Links {
    fn due(&self) -> String {
        let years: Vec<String> = (0..self.with_year.len()).map(|index| format!("${}", index + 3)).collect();
        let asks = if years.is_empty() { String::new() } else { format!(" OR f.instrument IN ({})", years.join(", ")) };
        format!(
            "f.lessened_on IS NULL AND (f.author_id IS NOT NULL OR f.colour_id IS NOT NULL{asks}) AND {}",
            gone_by()
        )
    }

    fn limits(&self) -> Vec<Limit> {
        let days = [Limit::Day(self.received), Limit::Day(self.closed)];
        days.into_iter().chain(self.with_year.iter().cloned().map(Limit::Word)).collect()
    }

    /// Up to `limit` of them after `seq`, in their order.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn page(&self, db: &mut impl Connected, after: i64, limit: i64) -> StoreResult<Vec<LinkedRow>> {
        self.rows(db, &format!("AND f.seq > {after} ORDER BY f.seq LIMIT {limit}")).await
    }

    /// Those of `found` that still are due, held against every other change until the transaction ends.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn hold(&self, tx: &mut Writer, found: &[LinkedRow]) -> StoreResult<Vec<LinkedRow>> {
        // SQLite has one writer.
        let held = match tx {
            Writer::Sqlite(_) => "",
            Writer::Postgres(_) => "FOR UPDATE OF f",
        };
        let seqs: Vec<String> = found.iter().map(|row| row.seq.to_string()).collect();
        self.rows(tx, &format!("AND f.seq IN ({}) ORDER BY f.seq {held}", seqs.join(","))).await
    }

    async fn rows(&self, db: &mut impl Connected, end: &str) -> StoreResult<Vec<LinkedRow>> {
        let sql = format!(
            "SELECT f.seq, f.id, f.placement_id, f.instrument, f.instrument_version, f.channel, f.month, f.coded, \
             f.colour_id, f.author_id, f.void_reason FROM feedback f WHERE {} {end}",
            self.due()
        );
        on!(db, c => {
            bound!(sqlx::query_as::<_, LinkedRow>(AssertSqlSafe(sql.as_str())), &self.limits())
                .fetch_all(&mut *c)
                .await
        })
        .map_err(StoreError::from)
    }
}

/// Cuts the link of a feedback to a worker, and keeps its answers as `coded`. Its author's steps of its case stay, without
/// who took them.
///
/// # Errors
/// See [`StoreError`].
pub async fn lessen(tx: &mut Writer, row: &LinkedRow, coded: &str, day: Day) -> StoreResult<()> {
    execute!(
        tx,
        "UPDATE feedback SET author_id = NULL, colour_id = NULL, coded = $2, lessened_on = $3 WHERE seq = $1",
        row.seq,
        coded,
        day
    )?;
    if let Some(author_id) = row.author_id {
        execute!(
            tx,
            "UPDATE case_events SET actor_id = NULL WHERE actor_id = $2 AND (case_id = $1 OR case_id IN \
             (SELECT id FROM swot_points WHERE feedback_id = $1))",
            row.id,
            author_id
        )?;
    }
    Ok(())
}

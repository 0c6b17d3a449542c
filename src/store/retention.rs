//! What retention erases: one rule for each kind, which counts and erases by the same condition.

use std::sync::LazyLock;

use uuid::Uuid;

use super::channels::{TOLD_BY_STAFF, WITH_POINTS};
use super::feedback::VoidReason;
use super::sql::{Describe, Described, Parameters, Part, Statement, row, statements};
use super::types::Many;
use super::{Connected, Day, Reader, StoreResult, Writer, audit};
use crate::base::{Channel, Instant, redacted_debug};

/// What is erased: `action` for the rows of `from` (alias included) whose `key` is `found` by `condition`.
struct What {
    kind: &'static str,
    action: &'static str,
    key: &'static str,
    found: &'static str,
    from: &'static str,
    condition: &'static str,
}

impl What {
    /// The statement that counts, and the one that erases, whose last parameter is the most rows to erase.
    fn statements<C: Parameters, E: Parameters>(&self) -> (Statement<C, (i64,)>, Statement<E, ()>) {
        let Self { action, key, found, from, condition, .. } = self;
        let limit = E::COUNT;
        let count = format!("SELECT COUNT(*) FROM {from} WHERE {condition}");
        let erase = format!("{action} WHERE {key} IN (SELECT {found} FROM {from} WHERE {condition} LIMIT ${limit})");
        (Statement::ready("COUNT", module_path!(), count), Statement::ready("ERASE", module_path!(), erase))
    }

    /// Up to one day.
    fn by_day(self, day: fn(&Kept) -> Day) -> RetentionRule {
        let (count, erase) = self.statements();
        RetentionRule { kind: self.kind, due: Due::Day(day, count, erase) }
    }

    /// Up to two days.
    fn by_days(self, days: fn(&Kept) -> (Day, Day)) -> RetentionRule {
        let (count, erase) = self.statements();
        RetentionRule { kind: self.kind, due: Due::Days(days, count, erase) }
    }

    /// Before an instant.
    fn by_instant(self, at: fn(&Kept) -> Instant) -> RetentionRule {
        let (count, erase) = self.statements();
        RetentionRule { kind: self.kind, due: Due::At(at, count, erase) }
    }
}

/// A rule: what is counted and erased by one condition.
pub struct RetentionRule {
    /// Its name in what is printed and measured.
    pub kind: &'static str,
    due: Due,
}

/// Up to when rows are due, with the statements that count and erase them.
enum Due {
    Day(fn(&Kept) -> Day, Statement<(Day,), (i64,)>, Statement<(Day, i64), ()>),
    Days(fn(&Kept) -> (Day, Day), Statement<(Day, Day), (i64,)>, Statement<(Day, Day, i64), ()>),
    At(fn(&Kept) -> Instant, Statement<(i64,), (i64,)>, Statement<(i64, i64), ()>),
}

/// A case `c` that somebody still has to read, to decide on or to tell: it is open, or words of its giver are unread. One that
/// has waited for its giver since $1 or longer counts as handled.
static UNHANDLED: Part = Part::new(|| {
    format!(
        "(c.voided_on IS NULL AND (c.state IN ('received', 'acknowledged', 'in_handling') OR c.unread_since IS NOT NULL \
         OR (c.state = 'waiting_for_giver' AND c.waiting_since > $1) \
         OR (c.state = 'decided' AND c.channel IN ({TOLD_BY_STAFF}))))"
    )
});

/// Ends a condition on feedback as old as texts get ($1): all of its cases are handled.
static IS_HANDLED: Part = Part::new(|| format!("NOT IN (SELECT c.feedback_id FROM cases c WHERE {UNHANDLED})"));

/// The texts of feedback.
static TEXTS: Part = Part::new(|| format!("texts IS NOT NULL AND received_on <= $1 AND id {IS_HANDLED}"));
/// The words of steps, each by its own day.
static CASE_TEXTS: Part = Part::new(|| format!("e.on_day <= $1 AND NOT {UNHANDLED}"));
static INTERVIEWS: Part = Part::new(|| format!("g.detail <> '{{}}' AND f.received_on <= $1 AND f.id {IS_HANDLED}"));
static SWOT_POINTS: Part = Part::new(|| format!("p.text <> '' AND f.received_on <= $1 AND f.id {IS_HANDLED}"));
static AGREED_ACTIONS: Part = Part::new(|| format!("f.received_on <= $1 AND f.id {IS_HANDLED}"));
static MEMOS: Part = Part::new(|| format!("d.memo <> '' AND d.held_on <= $1 AND f.id {IS_HANDLED}"));

/// A feedback `f` whose contact details and links are to go: it is as old as texts get ($1) and handled, it was taken back, or all of
/// its cases have been closed since $2. A case has its feedback's id; a group has a case a point.
static GONE_BY: Part = Part::new(|| {
    format!(
        "((f.received_on <= $1 AND f.id {IS_HANDLED}) OR f.voided_on IS NOT NULL \
         OR EXISTS (SELECT 1 FROM cases c WHERE c.id = f.id AND c.closed_on <= $2) \
         OR (f.channel IN ({WITH_POINTS}) AND EXISTS (SELECT 1 FROM swot_points p WHERE p.feedback_id = f.id) \
             AND NOT EXISTS (SELECT 1 FROM swot_points p JOIN cases c ON c.id = p.id \
                             WHERE p.feedback_id = f.id AND (c.closed_on IS NULL OR c.closed_on > $2))))"
    )
});

/// Up to when each kind of row is due; see `[retention]` of the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    pub today: Day,
    /// Texts of this day and earlier go, once they are handled.
    pub texts: Day,
    /// Contact details of cases closed up to this day go.
    pub contacts: Day,
    /// Card serials printed up to this day go.
    pub stubs: Day,
    /// Messages of devices held since this day or earlier go.
    pub held: Day,
    /// Notices and mails settled up to this day go.
    pub settled: Day,
    /// Messages to webhooks settled up to this day go.
    pub deliveries: Day,
    /// Entries of the audit log before this instant go.
    pub audit: Instant,
    /// Responses to keys of days before this one go.
    pub keys: Day,
}

/// Every rule, in the order in which they are carried out.
pub fn rules() -> &'static [RetentionRule] {
    RULES.as_slice()
}

static RULES: LazyLock<[RetentionRule; 17]> = LazyLock::new(|| {
    [
        What {
            kind: "texts",
            action: "UPDATE feedback SET texts = NULL, body_mac = NULL, forget_mac_on = NULL",
            key: "seq",
            found: "seq",
            from: "feedback",
            condition: TEXTS.as_str(),
        }
        .by_day(|kept| kept.texts),
        What {
            kind: "case_texts",
            action: "DELETE FROM case_texts",
            key: "(case_id, n)",
            found: "t.case_id, t.n",
            from: "case_texts t JOIN cases c ON c.id = t.case_id \
                   JOIN case_events e ON e.case_id = t.case_id AND e.n = t.n",
            condition: CASE_TEXTS.as_str(),
        }
        .by_day(|kept| kept.texts),
        What {
            kind: "interviews",
            action: "UPDATE group_interviews SET detail = '{}'",
            key: "feedback_id",
            found: "g.feedback_id",
            from: "group_interviews g JOIN feedback f ON f.id = g.feedback_id",
            condition: INTERVIEWS.as_str(),
        }
        .by_day(|kept| kept.texts),
        What {
            kind: "swot_points",
            action: "UPDATE swot_points SET text = ''",
            key: "id",
            found: "p.id",
            from: "swot_points p JOIN feedback f ON f.id = p.feedback_id",
            condition: SWOT_POINTS.as_str(),
        }
        .by_day(|kept| kept.texts),
        What {
            kind: "agreed_actions",
            action: "DELETE FROM agreed_actions",
            key: "(feedback_id, n)",
            found: "a.feedback_id, a.n",
            from: "agreed_actions a JOIN feedback f ON f.id = a.feedback_id",
            condition: AGREED_ACTIONS.as_str(),
        }
        .by_day(|kept| kept.texts),
        What {
            kind: "memos",
            action: "UPDATE discussions SET memo = ''",
            key: "id",
            found: "d.id",
            from: "discussions d JOIN feedback f ON f.id = d.feedback_id",
            condition: MEMOS.as_str(),
        }
        .by_day(|kept| kept.texts),
        What {
            kind: "contacts",
            action: "DELETE FROM contacts",
            key: "feedback_id",
            found: "k.feedback_id",
            from: "contacts k JOIN feedback f ON f.id = k.feedback_id",
            condition: GONE_BY.as_str(),
        }
        .by_days(|kept| (kept.texts, kept.contacts)),
        What {
            kind: "reminders",
            action: "DELETE FROM reminders",
            key: "feedback_id",
            found: "r.feedback_id",
            from: "reminders r",
            // There is nothing left to tell, or its author has left.
            condition: "NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = r.feedback_id AND c.voided_on IS NULL \
                             AND c.state NOT IN ('told', 'closed')) \
                 OR EXISTS (SELECT 1 FROM principals o WHERE o.id = r.author_id AND o.disabled_at IS NOT NULL) \
                 OR (EXISTS (SELECT 1 FROM workers w WHERE w.principal_id = r.author_id) \
                     AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.principal_id = r.author_id \
                                     AND (w.valid_to IS NULL OR w.valid_to >= $1)))",
        }
        .by_day(|kept| kept.today),
        What {
            kind: "volunteers",
            action: "DELETE FROM volunteers",
            key: "id",
            found: "id",
            from: "volunteers",
            condition: "erase_on <= $1",
        }
        .by_day(|kept| kept.today),
        What {
            kind: "card_stubs",
            action: "DELETE FROM card_stubs",
            key: "receipt_hash",
            found: "receipt_hash",
            from: "card_stubs",
            condition: "printed_on <= $1",
        }
        .by_day(|kept| kept.stubs),
        What {
            kind: "held_messages",
            action: "DELETE FROM held_messages",
            key: "id",
            found: "id",
            from: "held_messages",
            condition: "held_on <= $1",
        }
        .by_day(|kept| kept.held),
        What {
            kind: "notices",
            action: "DELETE FROM notices",
            key: "id",
            found: "id",
            from: "notices",
            condition: "day <= $1",
        }
        .by_day(|kept| kept.settled),
        What {
            kind: "mails",
            action: "DELETE FROM mails",
            key: "id",
            found: "id",
            from: "mails",
            condition: "settled_on <= $1",
        }
        .by_day(|kept| kept.settled),
        What {
            kind: "webhook_deliveries",
            action: "DELETE FROM webhook_deliveries",
            key: "id",
            found: "id",
            from: "webhook_deliveries",
            condition: "state <> 'waiting' AND settled_on <= $1",
        }
        .by_day(|kept| kept.deliveries),
        What {
            kind: "audit_log",
            action: "DELETE FROM audit_log",
            key: "seq",
            found: "seq",
            from: "audit_log",
            condition: "at < $1",
        }
        .by_instant(|kept| kept.audit),
        What {
            kind: "repeated_requests",
            action: "DELETE FROM idempotency",
            key: "key_hash",
            found: "key_hash",
            from: "idempotency",
            condition: "created_on < $1",
        }
        .by_day(|kept| kept.keys),
        What {
            kind: "request_bodies",
            action: "UPDATE feedback SET body_mac = NULL, forget_mac_on = NULL",
            key: "seq",
            found: "seq",
            from: "feedback",
            condition: "forget_mac_on IS NOT NULL AND forget_mac_on <= $1",
        }
        .by_day(|kept| kept.today),
    ]
});

const LINKED_COLUMNS: &str = "f.seq, f.id, f.placement_id, f.instrument, f.instrument_version, f.channel, f.month, \
                              f.coded, f.colour_id, f.author_id, f.void_reason";

/// A feedback `f` that was not lessened yet and has a link; the list of instruments that ask for a year comes next.
const HAS_LINK: &str = "f.lessened_on IS NULL AND (f.author_id IS NOT NULL OR f.colour_id IS NOT NULL";

statements! {
    ..RULES;
    // SQLite has one writer, so no row has to be locked there.
    LINKED(Day, Day, Many<String>, i64, i64) -> LinkedRow = [
        "SELECT {LINKED_COLUMNS} FROM feedback f WHERE {HAS_LINK} OR f.instrument IN (SELECT value FROM json_each($3))) \
         AND {GONE_BY} AND f.seq > $4 ORDER BY f.seq LIMIT $5",
        "SELECT {LINKED_COLUMNS} FROM feedback f WHERE {HAS_LINK} OR f.instrument = ANY($3)) \
         AND {GONE_BY} AND f.seq > $4 ORDER BY f.seq LIMIT $5",
    ];
    HOLD_LINKED(Day, Day, Many<String>, Many<i64>) -> LinkedRow = [
        "SELECT {LINKED_COLUMNS} FROM feedback f WHERE {HAS_LINK} OR f.instrument IN (SELECT value FROM json_each($3))) \
         AND {GONE_BY} AND f.seq IN (SELECT value FROM json_each($4)) ORDER BY f.seq",
        "SELECT {LINKED_COLUMNS} FROM feedback f WHERE {HAS_LINK} OR f.instrument = ANY($3)) \
         AND {GONE_BY} AND f.seq = ANY($4) ORDER BY f.seq FOR UPDATE OF f",
    ];
    LESSEN(i64, String, Day) =
        "UPDATE feedback SET author_id = NULL, colour_id = NULL, coded = $2, lessened_on = $3 WHERE seq = $1";
    FORGET_ACTOR(Uuid, Uuid) =
        "UPDATE case_events SET actor_id = NULL WHERE actor_id = $2 AND (case_id = $1 OR case_id IN \
             (SELECT id FROM swot_points WHERE feedback_id = $1))";
    FORGET_READER(Uuid, Uuid, Uuid) =
        "UPDATE audit_log SET principal_id = $3 WHERE principal_id = $2 AND (subject_id = $1 OR subject_id IN \
             (SELECT id FROM swot_points WHERE feedback_id = $1))";
    FORGET_TOLD(Uuid, Uuid) =
        "DELETE FROM notices WHERE principal_id = $2 AND (case_id = $1 OR case_id IN \
             (SELECT id FROM swot_points WHERE feedback_id = $1))";
}

impl Describe for RetentionRule {
    fn describe(&'static self) -> Vec<Described> {
        match &self.due {
            Due::Day(_, count, erase) => [count.describe(), erase.describe()],
            Due::Days(_, count, erase) => [count.describe(), erase.describe()],
            Due::At(_, count, erase) => [count.describe(), erase.describe()],
        }
        .concat()
    }
}

impl RetentionRule {
    /// How many rows are due.
    ///
    /// # Errors
    /// See [`super::StoreError`].
    pub async fn count(&'static self, db: &mut Reader, kept: &Kept) -> StoreResult<u64> {
        let (count,) = match &self.due {
            Due::Day(day, count, _) => count.fetch_one(db, (day(kept),)).await?,
            Due::Days(days, count, _) => count.fetch_one(db, days(kept)).await?,
            Due::At(at, count, _) => count.fetch_one(db, (at(kept).as_micros(),)).await?,
        };
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Erases up to `limit` of the rows that are due; returns how many.
    ///
    /// # Errors
    /// See [`super::StoreError`].
    pub async fn erase(&'static self, tx: &mut Writer, kept: &Kept, limit: i64) -> StoreResult<u64> {
        match &self.due {
            Due::Day(day, _, erase) => erase.execute(tx, (day(kept), limit)).await,
            Due::Days(days, _, erase) => {
                let (first, second) = days(kept);
                erase.execute(tx, (first, second, limit)).await
            }
            Due::At(at, _, erase) => erase.execute(tx, (at(kept).as_micros(), limit)).await,
        }
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
    /// Up to `limit` of them after `seq`, in their order.
    ///
    /// # Errors
    /// See [`super::StoreError`].
    pub async fn page(&self, db: &mut impl Connected, after: i64, limit: i64) -> StoreResult<Vec<LinkedRow>> {
        LINKED.fetch_all(db, (self.received, self.closed, Many(self.with_year.clone()), after, limit)).await
    }

    /// Those of `found` that are still due, locked until the transaction ends.
    ///
    /// # Errors
    /// See [`super::StoreError`].
    pub async fn hold(&self, tx: &mut Writer, found: &[LinkedRow]) -> StoreResult<Vec<LinkedRow>> {
        let seqs = Many(found.iter().map(|row| row.seq).collect());
        HOLD_LINKED.fetch_all(tx, (self.received, self.closed, Many(self.with_year.clone()), seqs)).await
    }
}

/// Cuts the link of a feedback to a worker, and keeps its answers as `coded`. Its author's steps and readings stay, without
/// who it was; what its author was told of its case goes.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn lessen(tx: &mut Writer, row: &LinkedRow, coded: &str, day: Day) -> StoreResult<()> {
    LESSEN.execute(tx, (row.seq, coded, day)).await?;
    if let Some(author_id) = row.author_id {
        FORGET_ACTOR.execute(tx, (row.id, author_id)).await?;
        FORGET_READER.execute(tx, (row.id, author_id, audit::ITS_AUTHOR)).await?;
        FORGET_TOLD.execute(tx, (row.id, author_id)).await?;
    }
    Ok(())
}

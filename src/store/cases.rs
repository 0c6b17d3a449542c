//! Cases: one row a case. They are made, read and taken back here; `case_change` alone changes them.

use std::sync::LazyLock;

use uuid::Uuid;

use super::channels::{SEEN_BY_AUTHOR, TOLD_AT_MEETING, TOLD_BY_STAFF};
use super::many::{Inserts, Table};
use super::sql::{ColumnValues, Part, row, statements};
use super::types::{BEFORE_EVERY_DAY, Many};
use super::{Connected, Day, StoreResult, Writer};
use crate::base::Channel;
use crate::case::decision::DecisionKind;
use crate::case::steps::State;
use crate::case::told::ToldHow;
use crate::case::words::{CaseSubject, Verdict};
use crate::organisation::{Node, NodeKind, Place, Role};
use crate::routing::Urgency;

row! {
    /// A case as stored.
    #[derive(Debug, Clone)]
    pub struct CaseRow {
        /// The id of what it is about: a feedback or a SWOT point.
        pub id: Uuid,
        /// The feedback it belongs to.
        pub feedback_id: Uuid,
        /// What it is about.
        pub subject: CaseSubject,
        /// How its feedback came, which decides how its giver is told.
        pub channel: Channel,
        pub organiser_id: Uuid,
        pub producer_id: Uuid,
        pub unit_id: Uuid,
        pub state: State,
        /// A word that groups cases.
        pub category: String,
        /// How fast somebody must look at it.
        pub urgency: Urgency,
        /// The rule that made it.
        pub rule: String,
        pub rule_reason: String,
        /// The agreement it came in under.
        pub agreement_id: Option<Uuid>,
        /// Working days to acknowledge.
        pub acknowledge_wd: i64,
        /// Working days to decide.
        pub decide_wd: i64,
        /// Working days to tell.
        pub tell_wd: i64,
        /// Who handles it.
        pub handler_id: Uuid,
        pub handler_role: Role,
        /// Who may act beside the handler.
        pub stand_in_id: Option<Uuid>,
        /// Day 0 of acknowledging.
        pub received_on: Day,
        pub acknowledge_by: Day,
        pub decide_by: Day,
        pub tell_by: Day,
        /// Since when the case waits for the giver.
        pub waiting_since: Option<Day>,
        pub acknowledged_on: Option<Day>,
        /// When an answer became available to the giver.
        pub available_on: Option<Day>,
        /// When the giver was told.
        pub told_on: Option<Day>,
        /// How the giver was told.
        pub told_how: Option<ToldHow>,
        pub closed_on: Option<Day>,
        /// Kind of the decision in force.
        pub decision: Option<DecisionKind>,
        /// What the giver says about the answer.
        pub verdict: Option<Verdict>,
        /// How often the giver's "it did not help" reopened it.
        pub reopenings: i64,
        /// Day 0 of decide and tell: the day of receipt, or of the last reopening.
        pub terms_from: Day,
        /// Working days of all pauses since then.
        pub paused_wd: i64,
        /// The day of the last reminder.
        pub reminded_on: Option<Day>,
        /// Whether the giver left an e-mail address.
        pub reply_email: bool,
        /// Whether it reads like a formal complaint, whatever its category.
        pub complaint: bool,
        /// Since when words that the giver wrote after the feedback wait to be read by whoever handles it.
        pub unread_since: Option<Day>,
        /// Raised by every step.
        pub version: i64,
        /// When its feedback was taken back.
        pub voided_on: Option<Day>,
    }
}

impl CaseRow {
    /// Its place, for checks of roles and nodes only: service and placement are not known here.
    pub fn place(&self) -> Place {
        Place {
            organiser_id: self.organiser_id,
            producer_id: self.producer_id,
            unit_id: self.unit_id,
            service_id: Uuid::nil(),
            placement_id: Uuid::nil(),
        }
    }
}

const COLUMNS: &str = "id, feedback_id, subject, channel, organiser_id, producer_id, unit_id, state, category, urgency, rule, \
                       rule_reason, agreement_id, acknowledge_wd, decide_wd, tell_wd, handler_id, handler_role, stand_in_id, \
                       received_on, acknowledge_by, decide_by, tell_by, waiting_since, acknowledged_on, available_on, \
                       told_on, told_how, closed_on, decision, verdict, reopenings, terms_from, paused_wd, \
                       reminded_on, reply_email, complaint, unread_since, version, voided_on";

/// What a new case has in common with others of its unit on the same day: nearly everything. It has had no step.
type Shared = (
    CaseSubject,
    Channel,
    Uuid,
    Uuid,
    Uuid,
    State,
    String,
    Urgency,
    String,
    String,
    Option<Uuid>,
    i64,
    i64,
    i64,
    Uuid,
    Role,
    Day,
    Day,
    Day,
    Day,
    i64,
    Day,
    bool,
    bool,
    i64,
);

static INSERTS: LazyLock<Inserts<(Uuid, Uuid), Shared>> = LazyLock::new(|| {
    Inserts::new(Table {
        module: module_path!(),
        name: "cases",
        own: &["id", "feedback_id"],
        shared: &[
            "subject",
            "channel",
            "organiser_id",
            "producer_id",
            "unit_id",
            "state",
            "category",
            "urgency",
            "rule",
            "rule_reason",
            "agreement_id",
            "acknowledge_wd",
            "decide_wd",
            "tell_wd",
            "handler_id",
            "handler_role",
            "received_on",
            "acknowledge_by",
            "decide_by",
            "tell_by",
            "reopenings",
            "terms_from",
            "reply_email",
            "complaint",
            "version",
        ],
        postgres_end: "",
    })
});

/// Which deadline comes next by a case's columns, as `handling::read::next_deadline` says it for one case; the text 'none'
/// sorts after every day.
static NEXT_DEADLINE: Part = Part::new(|| {
    format!(
        "CASE WHEN state = 'received' THEN acknowledge_by WHEN state IN ('acknowledged', 'in_handling') THEN decide_by \
         WHEN state = 'decided' AND channel IN ({TOLD_BY_STAFF}) THEN tell_by ELSE 'none' END"
    )
});

/// What a list of cases may show: the parameters $1 to $5 are those of [`Visible`].
static VISIBLE_IN_SQLITE: Part = Part::new(|| {
    format!(
        "voided_on IS NULL AND (handler_id = $1 OR stand_in_id = $1 OR \
         (channel IN ({SEEN_BY_AUTHOR}) AND feedback_id IN (SELECT id FROM feedback WHERE author_id = $2)) \
         OR unit_id IN (SELECT unhex(value, '-') FROM json_each($3)) \
         OR producer_id IN (SELECT unhex(value, '-') FROM json_each($4)) \
         OR organiser_id IN (SELECT unhex(value, '-') FROM json_each($5)))"
    )
});

/// The same for PostgreSQL.
static VISIBLE_IN_POSTGRES: Part = Part::new(|| {
    format!(
        "voided_on IS NULL AND (handler_id = $1 OR stand_in_id = $1 OR \
         (channel IN ({SEEN_BY_AUTHOR}) AND feedback_id IN (SELECT id FROM feedback WHERE author_id = $2)) \
         OR unit_id = ANY($3) OR producer_id = ANY($4) OR organiser_id = ANY($5))"
    )
});

/// What a list of cases asks for, $6 to $8, each null if it is not asked for; and where its page begins, $9 to $11.
static ASKED_FOR: Part = Part::new(|| {
    format!(
        "($6 IS NULL OR state = $6) AND ($7 IS NULL OR {NEXT_DEADLINE} <= $7) \
         AND ($8 IS NULL OR $8 IN (handler_id, stand_in_id)) AND ({RANK}, decide_by, id) > ($9, $10, $11)"
    )
});

statements! {
    ..INSERTS;
    FIND(Uuid) -> CaseRow =
        "SELECT {COLUMNS} FROM cases WHERE id = $1 AND voided_on IS NULL";
    VOID(Uuid, Day) =
        "UPDATE cases SET voided_on = $2, version = version + 1 WHERE id = $1";
    LIST(
        Option<Uuid>, Option<Uuid>, Many<Uuid>, Many<Uuid>, Many<Uuid>, Option<State>, Option<Day>, Option<Uuid>, i64, Day,
        Uuid, i64,
    ) -> CaseRow = [
        "SELECT {COLUMNS} FROM cases WHERE {VISIBLE_IN_SQLITE} AND {ASKED_FOR} ORDER BY {RANK}, decide_by, id LIMIT $12",
        "SELECT {COLUMNS} FROM cases WHERE {VISIBLE_IN_POSTGRES} AND {ASKED_FOR} ORDER BY {RANK}, decide_by, id LIMIT $12",
    ];
    // A statement of its own, so that SQLite finds the unit by its index.
    LIST_AT_UNIT(
        Option<Uuid>, Option<Uuid>, Many<Uuid>, Many<Uuid>, Many<Uuid>, Option<State>, Option<Day>, Option<Uuid>, i64, Day,
        Uuid, i64, Uuid,
    ) -> CaseRow = [
        "SELECT {COLUMNS} FROM cases WHERE unit_id = $13 AND {VISIBLE_IN_SQLITE} AND {ASKED_FOR} \
         ORDER BY {RANK}, decide_by, id LIMIT $12",
        "SELECT {COLUMNS} FROM cases WHERE unit_id = $13 AND {VISIBLE_IN_POSTGRES} AND {ASKED_FOR} \
         ORDER BY {RANK}, decide_by, id LIMIT $12",
    ];
    OPEN_AT_ORGANISER(Uuid, Uuid, i64) -> CaseRow =
        "SELECT {COLUMNS} FROM cases WHERE organiser_id = $1 AND state IN ('received', 'acknowledged', 'in_handling', \
         'waiting_for_giver', 'decided') AND voided_on IS NULL AND id > $2 ORDER BY id LIMIT $3";
    OPEN_AT_PRODUCER(Uuid, Uuid, i64) -> CaseRow =
        "SELECT {COLUMNS} FROM cases WHERE producer_id = $1 AND state IN ('received', 'acknowledged', 'in_handling', \
         'waiting_for_giver', 'decided') AND voided_on IS NULL AND id > $2 ORDER BY id LIMIT $3";
    OPEN_AT_UNIT(Uuid, Uuid, i64) -> CaseRow =
        "SELECT {COLUMNS} FROM cases WHERE unit_id = $1 AND state IN ('received', 'acknowledged', 'in_handling', \
         'waiting_for_giver', 'decided') AND voided_on IS NULL AND id > $2 ORDER BY id LIMIT $3";
    WITH_OWN_DEADLINE(Uuid, i64) -> CaseRow =
        "SELECT {COLUMNS} FROM cases WHERE voided_on IS NULL AND (((handler_id = $1 OR stand_in_id = $1) AND state IN ('received', \
         'acknowledged', 'in_handling')) OR (state = 'decided' AND channel IN ({TOLD_BY_STAFF}) AND feedback_id IN \
         (SELECT id FROM feedback WHERE author_id = $1))) ORDER BY decide_by, id LIMIT $2";
    SILENT_SINCE(Day, Uuid, i64) -> CaseRow =
        "SELECT {COLUMNS} FROM cases WHERE state = 'told' AND told_on <= $1 AND unread_since IS NULL \
         AND voided_on IS NULL AND id > $2 ORDER BY id LIMIT $3";
    TO_REMIND(Day, Day, Uuid, i64) -> CaseRow =
        "SELECT {COLUMNS} FROM cases WHERE handler_id IN (SELECT id FROM principals) \
         AND state IN ('received', 'acknowledged', 'in_handling', 'decided') AND voided_on IS NULL \
         AND (reminded_on IS NULL OR reminded_on < $2) AND {NEXT_DEADLINE} <= $1 AND id > $3 ORDER BY id LIMIT $4";
    OPEN_OF(Uuid, Uuid, i64) -> CaseRow =
        "SELECT {COLUMNS} FROM cases WHERE handler_id = $1 AND voided_on IS NULL \
         AND state IN ('received', 'acknowledged', 'in_handling', 'waiting_for_giver') AND id > $2 ORDER BY id LIMIT $3";
    WITH_STAND_IN(Uuid, i64) -> CaseRow =
        "SELECT {COLUMNS} FROM cases WHERE stand_in_id IS NOT NULL AND voided_on IS NULL \
         AND state IN ('received', 'acknowledged', 'in_handling', 'waiting_for_giver') AND id > $1 ORDER BY id LIMIT $2";
    COUNT_WAITING(Uuid) -> (i64, i64) =
        "SELECT COUNT(*), COUNT(CASE WHEN urgency <> 'normal' AND (state = 'received' OR unread_since IS NOT NULL) \
         THEN 1 END) FROM cases WHERE voided_on IS NULL AND (((handler_id = $1 OR stand_in_id = $1) AND \
         (state IN ('received', 'acknowledged', 'in_handling') OR unread_since IS NOT NULL)) OR (state = 'decided' AND channel IN ({TOLD_BY_STAFF}) AND feedback_id IN \
         (SELECT id FROM feedback WHERE author_id = $1)))";
    DECIDED_OF_UNIT(Uuid, Day, Uuid, i64) -> CaseRow =
        "SELECT {COLUMNS} FROM cases WHERE unit_id = $1 AND state = 'decided' AND available_on <= $2 AND id > $3 \
         AND voided_on IS NULL ORDER BY id LIMIT $4";
    WAITING_FOR_BOARD(Uuid, Uuid) -> (Option<Day>, i64) =
        "SELECT MIN(available_on), COUNT(*) FROM cases WHERE unit_id = $1 AND state = 'decided' AND agreement_id = $2 \
         AND channel NOT IN ({TOLD_BY_STAFF}) AND NOT reply_email AND voided_on IS NULL";
    UNTOLD_OF_AUTHOR(Uuid, i64) -> CaseRow =
        "SELECT {COLUMNS} FROM cases WHERE state = 'decided' AND channel IN ({TOLD_AT_MEETING}) AND voided_on IS NULL \
         AND id IN (SELECT id FROM feedback WHERE author_id = $1) ORDER BY tell_by, id LIMIT $2";
    UNTOLD_OF_UNIT(Uuid, Day, Uuid, i64) -> UntoldNote =
        "SELECT c.id AS id, c.tell_by AS tell_by, f.author_id AS author_id FROM cases c JOIN feedback f ON f.id = c.id \
         WHERE c.unit_id = $1 AND c.state = 'decided' AND c.channel IN ({TOLD_AT_MEETING}) AND c.voided_on IS NULL \
         AND (c.tell_by, c.id) > ($2, $3) ORDER BY c.tell_by, c.id LIMIT $4";
    RECEIVED_AT(Uuid, Day, Uuid, Day, i64) -> CaseRow =
        "SELECT {COLUMNS} FROM cases WHERE unit_id = $1 AND (received_on, id) > ($2, $3) AND received_on <= $4 \
         AND voided_on IS NULL ORDER BY received_on, id LIMIT $5";
}

/// The values of a row in the order of [`Shared`].
fn shared<'r>(row: &'r &CaseRow) -> impl ColumnValues<'r, Shared> + use<'r> {
    (
        row.subject,
        row.channel,
        row.organiser_id,
        row.producer_id,
        row.unit_id,
        row.state,
        row.category.as_str(),
        row.urgency,
        row.rule.as_str(),
        row.rule_reason.as_str(),
        row.agreement_id,
        row.acknowledge_wd,
        row.decide_wd,
        row.tell_wd,
        row.handler_id,
        row.handler_role,
        row.received_on,
        row.acknowledge_by,
        row.decide_by,
        row.tell_by,
        row.reopenings,
        row.terms_from,
        row.reply_email,
        row.complaint,
        row.version,
    )
}

/// Inserts new cases.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert(tx: &mut Writer, rows: &[&CaseRow]) -> StoreResult<()> {
    INSERTS.execute(tx, rows, |row| (row.id, row.feedback_id), shared).await
}

/// The case of this id, unless its feedback was taken back.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn find(db: &mut impl Connected, id: Uuid) -> StoreResult<Option<CaseRow>> {
    FIND.fetch_optional(db, (id,)).await
}

/// Takes the case of a feedback or SWOT point out of every list.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn void(tx: &mut Writer, id: Uuid, day: Day) -> StoreResult<()> {
    VOID.execute(tx, (id, day)).await?;
    Ok(())
}

/// Who may see which cases, as conditions on columns: any of them is enough.
#[derive(Debug, Clone, Default)]
pub struct Visible {
    /// Units whose cases are seen.
    pub units: Vec<Uuid>,
    /// Producers whose cases are seen.
    pub producers: Vec<Uuid>,
    /// Organisers whose cases are seen.
    pub organisers: Vec<Uuid>,
    /// The principal whose handled cases are seen, for somebody in a handling role.
    pub handler: Option<Uuid>,
    /// The author whose oral notes and groups are seen, for a worker or facilitator: their givers are to be told.
    pub author: Option<Uuid>,
}

/// What a list of cases asks for.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Only in this state.
    pub state: Option<State>,
    /// Only with a next deadline up to this day.
    pub due_before: Option<Day>,
    /// Only of this unit.
    pub unit_id: Option<Uuid>,
    /// Only handled by this principal.
    pub handler_id: Option<Uuid>,
    /// After this place in the list (the cursor).
    pub after: Option<InboxKey>,
    /// At most this many.
    pub limit: i64,
}

/// Where a case stands in the inbox: of what is open or has unread words the urgent first, then what must be read today;
/// then all else; within each by decide-by day, then id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxKey {
    /// Normal once it is decided and all its words are read.
    pub urgency: Urgency,
    pub decide_by: Day,
    pub id: Uuid,
}

impl InboxKey {
    /// Where the first page begins.
    const FIRST: Self = Self { urgency: Urgency::Urgent, decide_by: BEFORE_EVERY_DAY, id: Uuid::nil() };

    /// The place of a case.
    pub fn of(case: &CaseRow) -> Self {
        let is_open =
            matches!(case.state, State::Received | State::Acknowledged | State::InHandling | State::WaitingForGiver);
        let urgency = if is_open || case.unread_since.is_some() { case.urgency } else { Urgency::Normal };
        Self { urgency, decide_by: case.decide_by, id: case.id }
    }

    /// The number that [`RANK`] gives.
    const fn rank(self) -> i64 {
        match self.urgency {
            Urgency::Urgent => 0,
            Urgency::ReadToday => 1,
            Urgency::Normal => 2,
        }
    }
}

/// The first part of [`InboxKey`] by a case's columns.
const RANK: &str = "CASE WHEN state NOT IN ('received', 'acknowledged', 'in_handling', 'waiting_for_giver') \
                    AND unread_since IS NULL THEN 2 \
                    WHEN urgency = 'urgent' THEN 0 WHEN urgency = 'read_today' THEN 1 ELSE 2 END";

/// A page of cases in the order of [`InboxKey`].
///
/// # Errors
/// See [`super::StoreError`].
pub async fn list(db: &mut impl Connected, visible: &Visible, filter: &CaseFilter) -> StoreResult<Vec<CaseRow>> {
    let after = filter.after.unwrap_or(InboxKey::FIRST);
    let (rank, day, id) = (after.rank(), after.decide_by, after.id);
    let Visible { handler, author, .. } = *visible;
    let (units, producers) = (Many(visible.units.clone()), Many(visible.producers.clone()));
    let organisers = Many(visible.organisers.clone());
    let CaseFilter { state, due_before, handler_id, limit, .. } = *filter;
    match filter.unit_id {
        None => {
            let values =
                (handler, author, units, producers, organisers, state, due_before, handler_id, rank, day, id, limit);
            LIST.fetch_all(db, values).await
        }
        Some(unit_id) => {
            let values = (
                handler, author, units, producers, organisers, state, due_before, handler_id, rank, day, id, limit,
                unit_id,
            );
            LIST_AT_UNIT.fetch_all(db, values).await
        }
    }
}

/// Up to `limit` cases at a node that are not told yet, after the id `after`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn open_at(db: &mut impl Connected, node: Node, after: Uuid, limit: i64) -> StoreResult<Vec<CaseRow>> {
    let statement = match node.kind {
        NodeKind::Organiser => &OPEN_AT_ORGANISER,
        NodeKind::Producer => &OPEN_AT_PRODUCER,
        NodeKind::Unit => &OPEN_AT_UNIT,
    };
    statement.fetch_all(db, (node.id, after, limit)).await
}

/// Up to `limit` cases whose next deadline is `principal_id`'s own: to be handled, also as a substitute, or, for oral
/// notes and groups of one's own, to be told.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn with_own_deadline(db: &mut impl Connected, principal_id: Uuid, limit: i64) -> StoreResult<Vec<CaseRow>> {
    WITH_OWN_DEADLINE.fetch_all(db, (principal_id, limit)).await
}

/// Cases told up to `day` whose giver has been silent, at most `limit`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn silent_since(db: &mut impl Connected, day: Day, after: Uuid, limit: i64) -> StoreResult<Vec<CaseRow>> {
    SILENT_SINCE.fetch_all(db, (day, after, limit)).await
}

/// Open cases whose next deadline is `due_up_to` or earlier and of which nobody was reminded `today`, after the id `after`,
/// at most `limit`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn to_remind(
    db: &mut impl Connected,
    due_up_to: Day,
    today: Day,
    after: Uuid,
    limit: i64,
) -> StoreResult<Vec<CaseRow>> {
    // The statement goes through the principals, so that the handler's index finds the few open cases among all.
    TO_REMIND.fetch_all(db, (due_up_to, today, after, limit)).await
}

/// Cases that are not decided yet and are handled by `handler_id`, after the id `after`, at most `limit`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn open_of(db: &mut impl Connected, handler_id: Uuid, after: Uuid, limit: i64) -> StoreResult<Vec<CaseRow>> {
    OPEN_OF.fetch_all(db, (handler_id, after, limit)).await
}

/// Open cases with a substitute, after the id `after`, at most `limit`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn with_stand_in(db: &mut impl Connected, after: Uuid, limit: i64) -> StoreResult<Vec<CaseRow>> {
    WITH_STAND_IN.fetch_all(db, (after, limit)).await
}

/// What waits for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingCases {
    pub cases: i64,
    /// Those of them that are urgent or must be read today and that nobody has taken up yet, or with unread words.
    pub to_read_today: i64,
}

/// How many cases wait for `principal_id`: to be handled, for their giver's words to be read, or, for oral notes and groups of one's own, to be told.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn count_waiting(db: &mut impl Connected, principal_id: Uuid) -> StoreResult<WaitingCases> {
    let (cases, to_read_today) = COUNT_WAITING.fetch_one(db, (principal_id,)).await?;
    Ok(WaitingCases { cases, to_read_today })
}

/// The decided cases of a unit whose answer was available up to `up_to`, by id after `after`, at most `limit`: what a board
/// post may cover.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn decided_of_unit(
    db: &mut impl Connected,
    unit_id: Uuid,
    up_to: Day,
    after: Uuid,
    limit: i64,
) -> StoreResult<Vec<CaseRow>> {
    DECIDED_OF_UNIT.fetch_all(db, (unit_id, up_to, after, limit)).await
}

/// The decided cases of a unit under an agreement that only the board tells: the day on which the oldest answer became
/// available, and how many cases there are.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn waiting_for_board(
    db: &mut impl Connected,
    unit_id: Uuid,
    agreement_id: Uuid,
) -> StoreResult<(Option<Day>, i64)> {
    WAITING_FOR_BOARD.fetch_one(db, (unit_id, agreement_id)).await
}

/// The decided oral notes of an author, at most `limit`, by the day to tell by.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn untold_of_author(db: &mut impl Connected, author: Uuid, limit: i64) -> StoreResult<Vec<CaseRow>> {
    UNTOLD_OF_AUTHOR.fetch_all(db, (author, limit)).await
}

/// The decided oral notes of a unit with their authors, by the day to tell by and id after `after`, at most `limit`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn untold_of_unit(
    db: &mut impl Connected,
    unit_id: Uuid,
    after: (Day, Uuid),
    limit: i64,
) -> StoreResult<Vec<UntoldNote>> {
    let (day, id) = after;
    UNTOLD_OF_UNIT.fetch_all(db, (unit_id, day, id, limit)).await
}

row! {
    /// An oral note that waits to be told.
    #[derive(Debug, Clone, Copy)]
    pub struct UntoldNote {
        /// Its case.
        pub id: Uuid,
        pub tell_by: Day,
        /// Who wrote it down.
        pub author_id: Option<Uuid>,
    }
}

/// The cases of a unit received up to `last`, by day and id after `after`, at most `limit`: what figures count.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn received_at(
    db: &mut impl Connected,
    unit_id: Uuid,
    after: (Day, Uuid),
    last: Day,
    limit: i64,
) -> StoreResult<Vec<CaseRow>> {
    let (day, id) = after;
    RECEIVED_AT.fetch_all(db, (unit_id, day, id, last, limit)).await
}

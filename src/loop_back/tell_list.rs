//! What a worker tells at the next meetings: the oral notes that have an answer, with the author's own reminder. If the
//! author has left, the note goes to the responsible person, without the reminder.

use std::collections::BTreeSet;

use jiff::civil::Date;
use uuid::Uuid;

use crate::base::{Kind, Language, Problem};
use crate::case::steps::Step;
use crate::handling::read::{self, OpenCase, can_tell, may_act, shown};
use crate::organisation::{Action, Place, Reach, Role};
use crate::routing::Snapshot;
use crate::service::Authority;
use crate::service::Service;
use crate::store::cases::{self, CaseRow};
use crate::store::contacts::SealedRow;
use crate::store::{Day, Writer, audit, case_log, contacts};

/// The maximum number of notes on a list; the others follow once these are told.
pub const LISTED_MOST: usize = 200;
/// Notes read in one query when looking for those of authors who left.
const READ_AT_A_TIME: i64 = 500;

/// One note to tell.
#[derive(Clone)]
pub struct ToTell {
    pub case: CaseRow,
    /// The language it was given in.
    pub language: Language,
    /// Whether the reader wrote it down.
    pub own: bool,
    /// The day of the next meeting, for its author.
    pub next_meeting: Option<Date>,
    /// The author's reminder of whom the note is from, for its author.
    pub reminder: Option<String>,
    /// The answer to read out, and its language; thanks may have none.
    pub answer: Option<(String, Language)>,
}

/// What `authority` is to tell, sorted by the day of the meeting. The audit log is written before an answer or a
/// reminder is returned.
///
/// # Errors
/// The store's; [`Kind::Internal`] when a reminder cannot be opened.
pub async fn of(service: &Service, authority: &Authority) -> Result<Vec<ToTell>, Problem> {
    let snapshot = service.snapshot();
    let mut tx = service.store.write().await?;
    let limit = i64::try_from(LISTED_MOST).map_err(Problem::internal)?;
    let mut ids: Vec<Uuid> = cases::untold_of_author(&mut tx, authority.principal_id(), limit)
        .await?
        .into_iter()
        .map(|case| case.id)
        .collect();
    ids.extend(of_leavers(service, &snapshot, &mut tx, authority).await?);
    let mut list = Vec::new();
    for id in ids {
        match read::open(&mut tx, authority, id).await {
            Ok(open) => list.push(to_tell(service, &mut tx, authority, open).await?),
            // A collector no longer sees what was recorded; the responsible person tells it.
            Err(problem) if problem.kind == Kind::NotFound => {}
            Err(problem) => return Err(problem),
        }
    }
    tx.commit().await?;
    list.sort_by_key(|note| (note.next_meeting.unwrap_or(note.case.tell_by.0), note.case.tell_by, note.case.id));
    list.truncate(LISTED_MOST);
    Ok(list)
}

async fn to_tell(service: &Service, tx: &mut Writer, authority: &Authority, open: OpenCase) -> Result<ToTell, Problem> {
    let id = open.case.id;
    let reminder = contacts::find_reminder(tx, open.case.feedback_id).await?;
    let reminder = reminder.filter(|row| open.is_author && row.author_id == authority.principal_id());
    if reminder.is_some() {
        audit::record(tx, service.now(), authority.principal_id(), "reminder.read", id).await?;
    }
    let mut answer = None;
    if open.texts != Reach::Nothing {
        let decided = case_log::events(tx, id).await?.into_iter().rfind(|event| event.step == Step::Decide);
        let texts = case_log::texts(tx, id).await?;
        answer = texts
            .into_iter()
            .find(|text| decided.as_ref().is_some_and(|event| event.n == text.n))
            .map(|text| (shown(open.texts, text.text), text.language));
        if answer.is_some() {
            audit::record(tx, service.now(), authority.principal_id(), "text.read", id).await?;
        }
    }
    Ok(ToTell {
        language: open.feedback.language,
        own: open.is_author,
        next_meeting: reminder.as_ref().and_then(|row| row.next_meeting).map(|day| day.0),
        reminder: reminder
            .map(|row| {
                let sealed = SealedRow { key_id: row.key_id, sealed: row.sealed };
                read::opened(service, &sealed, open.case.feedback_id)
            })
            .transpose()?,
        answer,
        case: open.case,
    })
}

/// The notes whose author can no longer tell, at the units for which the reader tells.
async fn of_leavers(
    service: &Service,
    snapshot: &Snapshot,
    tx: &mut Writer,
    authority: &Authority,
) -> Result<Vec<Uuid>, Problem> {
    let mut found = Vec::new();
    for unit_id in units_of(snapshot, authority) {
        // Before every day and every id.
        let mut after = (Day(Date::constant(1, 1, 1)), Uuid::nil());
        while found.len() < LISTED_MOST {
            let page = cases::untold_of_unit(tx, unit_id, after, READ_AT_A_TIME).await?;
            let Some(last) = page.last() else { break };
            after = (last.tell_by, last.id);
            for note in page.into_iter().filter(|note| note.author_id != Some(authority.principal_id())) {
                let Some(case) = cases::find(tx, note.id).await? else { continue };
                if note.author_id.is_some_and(|author| can_tell(snapshot, author, &case.place(), service.today())) {
                    continue;
                }
                // At a unit without a responsible person the handler tells.
                let place = case.place();
                let responsible = authority.may(Action::StepIn, &place);
                if !responsible && has_responsible(snapshot, &place, note.author_id) {
                    continue;
                }
                let open = read::open(tx, authority, note.id).await;
                if open.is_ok_and(|open| may_act(authority, &open)) {
                    found.push(note.id);
                }
            }
        }
    }
    found.truncate(LISTED_MOST);
    Ok(found)
}

/// Whether somebody other than the author is responsible for a place.
fn has_responsible(snapshot: &Snapshot, place: &Place, author: Option<Uuid>) -> bool {
    let mut holders = snapshot.tree.holders_upward(Role::ResponsiblePerson, place).flatten();
    holders.any(|principal| Some(principal.id) != author)
}

/// The units where the reader may tell in place of an author who left.
fn units_of(snapshot: &Snapshot, authority: &Authority) -> BTreeSet<Uuid> {
    let tells = authority.grants().iter().filter(|grant| grant.allows(Action::TellForLeaver));
    tells.flat_map(|grant| snapshot.tree.units_below(grant.node)).collect()
}

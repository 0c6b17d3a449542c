//! Who sees what of a case.

use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use crate::base::Problem;
use crate::case::deadlines::Deadline;
use crate::case::steps::State;
use crate::case::words::CaseSubject;
use crate::keys::keyring::Purpose;
use crate::organisation::tree::in_force;
use crate::organisation::{Action, DataClass, NodeKind, Place, Reach, Role, roles};
use crate::routing::Snapshot;
use crate::service::Authority;
use crate::service::Service;
use crate::store::case_change;
use crate::store::cases::{self, CaseRow, Visible};
use crate::store::contacts::SealedRow;
use crate::store::feedback::{self, FeedbackRow};
use crate::store::organisation::About;
use crate::store::{Connected, audit, contacts, group_interviews, organisation};
use crate::text::redaction::masked;

/// A case with the facts that decide who may see it.
pub struct OpenCase {
    pub case: CaseRow,
    pub feedback: FeedbackRow,
    /// How far the reader's roles reach into its state.
    pub state: Reach,
    /// How far the reader's roles reach into its texts.
    pub texts: Reach,
    /// Whether the reader is its handler or substitute.
    pub is_handler: bool,
    /// Whether the reader wrote the feedback down.
    pub is_author: bool,
    /// Whose work it is about.
    pub about: About,
    /// Whether it may be about the reader's own work.
    pub is_about_reader: bool,
    /// Whether the reader may open the giver's contact details.
    pub reads_contact: bool,
}

/// The deadlines that are still to be met in the state a case is in, in their order, with their days; none while the clock
/// stands still, and once told.
pub fn open_deadlines(case: &CaseRow) -> Vec<(Deadline, Date)> {
    let acknowledge = (Deadline::Acknowledge, case.acknowledge_by.0);
    let decide = (Deadline::Decide, case.decide_by.0);
    let tell = (Deadline::Tell, case.tell_by.0);
    match case.state {
        State::Received => vec![acknowledge, decide, tell],
        State::Acknowledged | State::InHandling => vec![decide, tell],
        // Where staff tell the giver, that is still to be done; elsewhere the answer is there to be read, and an anonymous
        // giver who never comes back breaks no deadline.
        State::Decided if case.channel.properties().told_by_staff.is_some() => vec![tell],
        State::Decided | State::WaitingForGiver | State::Told | State::Closed => Vec::new(),
    }
}

/// The first of the [`open_deadlines`].
pub fn next_deadline(case: &CaseRow) -> Option<(Deadline, Date)> {
    open_deadlines(case).into_iter().next()
}

/// Opens the case `id` for `authority`.
///
/// # Errors
/// [`crate::base::Kind::NotFound`] for what lies outside or does not exist.
pub async fn open(db: &mut impl Connected, authority: &Authority, id: Uuid) -> Result<OpenCase, Problem> {
    let case = cases::find(db, id).await?.ok_or_else(Problem::not_found)?;
    let feedback = feedback::find(db, case.feedback_id).await?.ok_or_else(Problem::not_found)?;
    let place = case.place();
    // A handler who has lost every handling role here no longer counts as the handler.
    let handles = case.handler_id == authority.principal_id() || case.stand_in_id == Some(authority.principal_id());
    let is_handler = handles && authority.may(Action::Handle, &place);
    let is_author =
        feedback.author_id == Some(authority.principal_id()) && feedback.channel.properties().seen_by_author;
    let own = is_handler || is_author;
    // Whoever is made the handler reaches what the role of that name reaches, though the own role may be another.
    let reach =
        |class| if is_handler { roles::reach(Role::Handler, class) } else { authority.reach(class, &place, own) };
    let state = reach(DataClass::CaseState);
    if state == Reach::Nothing {
        return Err(Problem::not_found());
    }
    let texts = reach(DataClass::OriginalText);
    let about = organisation::about(db, feedback.channel, feedback.author_id, feedback.colour_id).await?;
    let is_about_reader = about.is(authority.principal_id());
    // Feedback about the reader's own work is shown in released batches only; the author of an oral note may read it.
    let texts = if is_about_reader && !is_author { Reach::Nothing } else { texts };
    let reads_contact = is_handler && !is_about_reader && reach(DataClass::Contact) == Reach::Own;
    Ok(OpenCase { case, feedback, state, texts, is_handler, is_author, about, is_about_reader, reads_contact })
}

/// Which cases a list may hold.
pub fn visible(authority: &Authority) -> Visible {
    let mut visible = Visible::default();
    for grant in authority.grants() {
        if grant.allows(Action::Handle) {
            visible.handler = Some(authority.principal_id());
        }
        if grant.allows(Action::FollowOwn) {
            visible.author = Some(authority.principal_id());
        }
        if roles::reach(grant.role, DataClass::CaseState) == Reach::Node {
            match grant.node.kind {
                NodeKind::Unit => visible.units.push(grant.node.id),
                NodeKind::Producer => visible.producers.push(grant.node.id),
                NodeKind::Organiser => visible.organisers.push(grant.node.id),
            }
        }
    }
    visible
}

/// The texts of a case, as far as the reader may see them, with question ids. The audit log is written first.
///
/// # Errors
/// The store's.
pub async fn texts(
    service: &Service,
    authority: &Authority,
    open: &OpenCase,
) -> Result<Option<Vec<(String, String)>>, Problem> {
    if open.texts == Reach::Nothing {
        return Ok(None);
    }
    let mut tx = service.store.write().await?;
    audit::record(&mut tx, service.now(), authority.principal_id(), "text.read", open.case.id).await?;
    if open.case.unread_since.is_some() && open.texts != Reach::NodeMasked && may_act(authority, open) {
        case_change::mark_read(&mut tx, open.case.id, open.case.version).await?;
    }
    let texts = if open.case.subject == CaseSubject::SwotPoint {
        // Retention leaves an empty text.
        let point = group_interviews::point(&mut tx, open.case.id).await?.filter(|point| !point.text.is_empty());
        point.map(|point| vec![(point.field.to_string(), point.text)]).unwrap_or_default()
    } else {
        texts_of(service, &open.feedback)?
    };
    tx.commit().await?;
    Ok(Some(texts.into_iter().map(|(question, text)| (question, shown(open.texts, text))).collect()))
}

/// A text as far as a reach allows.
pub fn shown(reach: Reach, text: String) -> String {
    match reach {
        Reach::NodeMasked => masked(&text),
        Reach::Own | Reach::Node => text,
        Reach::Nothing => String::new(),
    }
}

/// A JSON value whose texts are limited to what a reach allows.
pub fn shown_inside(reach: Reach, value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(shown(reach, text)),
        Value::Array(items) => items.into_iter().map(|item| shown_inside(reach, item)).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, item)| (name, shown_inside(reach, item))).collect(),
        other => other,
    }
}

/// A feedback's texts by question id.
///
/// # Errors
/// [`crate::base::Kind::Internal`] when they cannot be read.
pub fn texts_of(service: &Service, row: &FeedbackRow) -> Result<Vec<(String, String)>, Problem> {
    let Some(stored) = &row.texts else { return Ok(Vec::new()) };
    let version = u32::try_from(row.instrument_version).ok();
    let instrument = service
        .catalogue
        .get(&row.instrument, version)
        .ok_or_else(|| Problem::internal(format!("the instrument {} is missing", row.instrument)))?;
    let texts = instrument.texts_from_json(stored).map_err(Problem::internal)?;
    Ok(texts
        .into_iter()
        .filter_map(|(index, text)| instrument.questions.get(index).map(|question| (question.id.clone(), text)))
        .collect())
}

/// The giver's contact details, for the handler of the case only. The audit log is written first.
///
/// # Errors
/// [`crate::base::Kind::NotFound`] for everybody else, and where there are none.
pub async fn contact(service: &Service, authority: &Authority, id: Uuid) -> Result<SealedRow, Problem> {
    let mut tx = service.store.write().await?;
    let open = open(&mut tx, authority, id).await?;
    if !open.reads_contact {
        return Err(Problem::not_found());
    }
    let contact = contacts::find(&mut tx, open.case.feedback_id).await?.ok_or_else(Problem::not_found)?;
    audit::record(&mut tx, service.now(), authority.principal_id(), "contact.read", id).await?;
    tx.commit().await?;
    Ok(contact)
}

/// Decrypts what was sealed for the record `record`: contact details or a reminder.
///
/// # Errors
/// [`crate::base::Kind::Internal`] when the key is missing or the value was tampered with.
pub fn opened<T: serde::de::DeserializeOwned>(
    service: &Service,
    sealed: &SealedRow,
    record: Uuid,
) -> Result<T, Problem> {
    let key = service.keyring.by_id(&sealed.key_id).filter(|key| key.purpose() == Purpose::Contact);
    let key = key.ok_or_else(|| Problem::internal(format!("the key {} is not in the keyring", sealed.key_id)))?;
    let plain = key.open(&sealed.sealed, record).map_err(Problem::internal)?;
    serde_json::from_slice(&plain).map_err(Problem::unreadable)
}

/// Whether the reader may take steps of the case. The handler may, and whoever is responsible for the unit, but never
/// the person whom it is about.
pub fn may_act(authority: &Authority, open: &OpenCase) -> bool {
    !open.is_about_reader && (open.is_handler || authority.may(Action::StepIn, &open.case.place()))
}

/// Whether the author of an oral note can still tell its giver: is not disabled, holds a role that sees the case, and,
/// as a worker, still works at the unit.
pub fn can_tell(snapshot: &Snapshot, author: Uuid, place: &Place, today: Date) -> bool {
    let tree = &snapshot.tree;
    if tree.principals.get(&author).is_none_or(|principal| principal.disabled) {
        return false;
    }
    let mut works = tree
        .workers
        .values()
        .filter(|worker| worker.principal_id == author && worker.unit_id == place.unit_id)
        .peekable();
    // Without recorded working dates the worker's grant alone decides.
    let left = works.peek().is_some() && !works.any(|worker| in_force(today, worker.valid_from, worker.valid_to));
    place.reached_by(tree.grants_of(author)).any(|grant| {
        roles::reach(grant.role, DataClass::CaseState) != Reach::Nothing && !(left && grant.role == Role::Worker)
    })
}

/// Whether the reader may mark that the giver was told: the author of the note, who meets the giver again. Others may
/// if there is no author or the author can no longer tell.
pub fn may_tell(snapshot: &Snapshot, authority: &Authority, open: &OpenCase, today: Date) -> bool {
    let author_tells =
        open.feedback.author_id.is_some_and(|author| can_tell(snapshot, author, &open.case.place(), today));
    open.is_author || (!author_tells && may_act(authority, open))
}

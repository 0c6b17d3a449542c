//! The feedback discussion of a group: it is recorded with a memo, and every point decided by then is told.

use jiff::civil::Date;
use uuid::Uuid;

use crate::base::channel::ToldByStaff;
use crate::base::{Fault, Kind, Language, Problem};
use crate::case::steps::{State, Step};
use crate::case::told::ToldHow;
use crate::handling::act::checked_text;
use crate::handling::transition::{Actor, Transition};
use crate::intake::evaluate::check_day;
use crate::intake::group::PARTICIPANTS_MOST;
use crate::organisation::Action;
use crate::service::idempotency::{self, KeyedRequest};
use crate::service::{Authority, Service};
use crate::store::cases::{self, CaseRow};
use crate::store::discussions::{self, DiscussionRow};
use crate::store::{Day, Writer, feedback, group_interviews};

#[derive(Clone)]
pub struct NewDiscussion<'a> {
    pub held_on: Date,
    /// Whether clients and workers met together, or each apart.
    pub together: bool,
    /// How many took part.
    pub participants: u16,
    /// What was told and said, in the words of staff.
    pub memo: &'a str,
    pub language: Language,
}

/// The result of recording a discussion.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub row: DiscussionRow,
    /// The cases of the points that it told.
    pub told: Vec<Uuid>,
    /// Those that still wait: not decided, or decided only after the discussion.
    pub waiting: Vec<CaseRow>,
}

/// Records a discussion of the interview `id`. Whoever recorded the interview may, and whoever is responsible for the
/// unit. Each point that was decided by then is told. A second discussion may follow for the others.
///
/// # Errors
/// [`Kind::NotFound`] for what lies outside or does not exist; faults of the input; [`Kind::StepNotAllowed`] when somebody
/// else took a step of a point meanwhile.
pub async fn record(
    service: &Service,
    authority: &Authority,
    id: Uuid,
    new: &NewDiscussion<'_>,
    repeat: Option<KeyedRequest<'_>>,
) -> Result<Recorded, Problem> {
    let mut tx = service.store.write().await?;
    let row = feedback::find(&mut tx, id).await?.filter(|row| row.void_reason.is_none());
    let row = row
        .filter(|row| row.channel.properties().told_by_staff == Some(ToldByStaff::FeedbackDiscussion))
        .ok_or_else(Problem::not_found)?;
    let place = service.snapshot().tree.place_of(row.placement_id).ok_or_else(Problem::not_found)?;
    let own = row.author_id == Some(authority.principal_id()) && authority.may(Action::DiscussOwn, &place);
    if !own && !authority.may(Action::Discuss, &place) {
        return Err(Problem::not_found());
    }
    let mut faults = Vec::new();
    check_day("/held_on", new.held_on, service.today(), &mut faults);
    if new.held_on < row.received_on.0 {
        let detail = format!("The interview was held on {}: its discussion comes after it.", row.received_on.0);
        faults.push(Fault::new("/held_on", Kind::Invalid, detail));
    }
    if !(1..=PARTICIPANTS_MOST).contains(&new.participants) {
        let detail = format!("Give 1 to {PARTICIPANTS_MOST} participants.");
        faults.push(Fault::new("/participants", Kind::Invalid, detail));
    }
    let memo = match checked_text(service, "/memo", new.memo, new.language) {
        Ok(memo) if faults.is_empty() => memo,
        Ok(_) => return Err(Problem::of_faults(faults)),
        Err(problem) => {
            faults.extend(problem.faults);
            return Err(Problem::of_faults(faults));
        }
    };
    let discussion = DiscussionRow {
        id: service.random_id()?,
        feedback_id: id,
        held_on: Day(new.held_on),
        together: new.together,
        participants: new.participants.into(),
        language: new.language,
        memo: memo.into_string(),
        recorded_by: authority.principal_id(),
        recorded_on: Day(service.today()),
    };
    if let Some(earlier) = idempotency::claim_id(service, &mut tx, repeat.as_ref(), discussion.id).await? {
        let row = discussions::find(&mut tx, earlier).await?.ok_or_else(Problem::not_found)?;
        return recorded(&mut tx, row).await;
    }
    discussions::insert(&mut tx, &discussion).await?;
    for case in points(&mut tx, id).await? {
        if case.state == State::Decided && case.available_on.is_some_and(|day| day.0 <= new.held_on) {
            tell(service, &mut tx, authority, case, &discussion).await?;
        }
    }
    let answer = recorded(&mut tx, discussion).await?;
    tx.commit().await?;
    Ok(answer)
}

async fn tell(
    service: &Service,
    tx: &mut Writer,
    authority: &Authority,
    case: CaseRow,
    discussion: &DiscussionRow,
) -> Result<(), Problem> {
    let change = Transition::begin(service, case, Step::Tell, Actor::Staff(authority.principal_id()))?
        .told(ToldHow::FeedbackDiscussion)
        .detail("language", discussion.language.as_str())
        .detail("discussion", discussion.id.to_string());
    match change.save(service, tx).await {
        Ok(_) => Ok(()),
        Err(problem) if problem.kind == Kind::VersionMismatch => Err(Problem::new(
            Kind::StepNotAllowed,
            "Somebody else took a step of a point meanwhile; nothing was recorded. Send the discussion again.",
        )),
        Err(problem) => Err(problem),
    }
}

/// The cases of an interview's points, in the order of the points.
async fn points(tx: &mut Writer, id: Uuid) -> Result<Vec<CaseRow>, Problem> {
    let mut found = Vec::new();
    for point in group_interviews::points(tx, id).await? {
        found.extend(cases::find(tx, point.id).await?);
    }
    Ok(found)
}

/// What a discussion told, read from the events of the cases, and what still waits.
async fn recorded(tx: &mut Writer, row: DiscussionRow) -> Result<Recorded, Problem> {
    let told_by = row.id.to_string();
    let (mut told, mut waiting) = (Vec::new(), Vec::new());
    for case in points(tx, row.feedback_id).await? {
        let events = crate::store::case_log::events(tx, case.id).await?;
        let by_this = events.iter().filter(|event| event.step == Step::Tell).any(|event| {
            serde_json::from_str::<serde_json::Value>(&event.detail)
                .is_ok_and(|detail| detail["discussion"] == told_by.as_str())
        });
        if by_this {
            told.push(case.id);
        } else if !matches!(case.state, State::Told | State::Closed) {
            waiting.push(case);
        }
    }
    Ok(Recorded { row, told, waiting })
}

//! Sends queued mails. The words are put together at sending, so that nobody gets a mail about something that is over.
//! The mail is sent outside of any transaction; then its outcome, the case's step that follows and the removal of the
//! job commit together. If the process dies in between, the job's lease ends and the mail is sent once more with the
//! same Message-ID.

use std::time::Duration;

use jiff::civil::Date;
use lettre::Address;
use uuid::Uuid;

use super::transports::JobWorker;
use crate::base::{Instant, Problem, mail_address};
use crate::calendar::Calendar;
use crate::case::steps::{State, Step};
use crate::case::told::ToldHow;
use crate::handling::read::{open_deadlines, opened};
use crate::handling::transition::{Actor, Transition, calendar};
use crate::intake::forms::Reply;
use crate::locales::Texts;
use crate::mail::letters::{self, NoticeFacts, NoticeSubject, Waiting, Words};
use crate::mail::{Delivery, Outgoing};
use crate::organisation::{MailWish, Principal};
use crate::outbox::mail_queue::Letter;
use crate::outbox::notices::{self, NoticeKind};
use crate::routing::{Snapshot, Urgency};
use crate::service::Service;
use crate::store::cases::{self, CaseRow};
use crate::store::jobs::{self, JobRow};
use crate::store::mails::{self, MailRow, MailState, reached_nobody};
use crate::store::notices::NoticeRow;
use crate::store::{Connected, Day, Writer, case_log, contacts, feedback, held_messages};

/// The maximum number of notices in one digest.
const DIGEST_MOST: i64 = 200;
/// How often recording the outcome of a sent mail is tried before the job is given back, which sends the mail again.
const RECORD_TRIES: u32 = 5;
/// The wait after the first of these tries; it doubles with each try.
const RECORD_WAIT: Duration = Duration::from_millis(50);

/// A refused mail that waits goes behind those that only wait, so that another mail is tried first.
const BEHIND_OTHERS: Duration = Duration::from_secs(1);
/// Begins the reason of a job whose mail to staff was refused.
const REFUSED: &str = "the receiver was refused";
/// What it was to say no longer holds.
const OUTDATED: &str = "outdated";

/// What to do with a mail.
enum Plan {
    /// Send it now.
    Send(Address, Words),
    /// Send it in the daytime, at this instant.
    Later(Instant),
    /// Do not send it, for this reason.
    Drop(&'static str),
}

/// Sends the mail of a job.
///
/// # Errors
/// [`crate::base::Kind::Internal`] when it cannot be sent now; the store's.
pub async fn send(worker: &JobWorker, job: &JobRow, mail_id: Uuid) -> Result<(), Problem> {
    let service = &worker.service;
    service.refresh().await?;
    let Some((mail, plan)) = plan(service, mail_id).await? else {
        let mut tx = service.store.write().await?;
        jobs::finish(&mut tx, job).await?;
        return Ok(tx.commit().await?);
    };
    let (state, reason) = match plan {
        Plan::Later(at) => return postpone(service, job, at).await,
        Plan::Drop(why) => (MailState::Dropped, Some(why.to_owned())),
        Plan::Send(to, words) => {
            let relay = &worker.transports.relay;
            if let Some(at) = relay.waits_until(service.now()) {
                return postpone(service, job, at).await;
            }
            let outgoing = Outgoing { id: mail.id, to, words, written_at: service.now() };
            let hold = |code: &str| {
                let until = relay.refused(&outgoing.to, code, service.now())?;
                Some(until.plus(BEHIND_OTHERS))
            };
            match worker.transports.mailer.send(&outgoing).await.map_err(Problem::internal)? {
                Delivery::Taken => {
                    relay.took();
                    (MailState::Taken, None)
                }
                Delivery::Written => (MailState::Written, None),
                Delivery::Refused(code) => {
                    if let Some(at) = hold(&code) {
                        return postpone(service, job, at).await;
                    }
                    if mail.letter.is_to_staff() && !is_last_refusal(service, job) {
                        return Err(Problem::internal(format!("{REFUSED} ({code})")));
                    }
                    (MailState::Refused, Some(code))
                }
                Delivery::RefusesAll(code) => {
                    if let Some(at) = hold(&code) {
                        return postpone(service, job, at).await;
                    }
                    return Err(Problem::internal(format!("the mail server refuses Kaiku or the mail ({code})")));
                }
            }
        }
    };
    metrics::counter!("kaiku_mails_total", "state" => state.as_str()).increment(1);
    if state == MailState::Refused {
        tracing::warn!(mail = %mail.id, letter = mail.letter.as_str(), code = reason.as_deref(), "a mail was refused for good");
    }
    record(service, job, &mail, state, reason.as_deref()).await
}

/// Whether a refused mail to staff is given up: its tries are used up, and it was refused before too. Staff depend on their
/// mails, and a mailbox may come back.
fn is_last_refusal(service: &Service, job: &JobRow) -> bool {
    let refused_before = job.last_error.as_deref().is_some_and(|why| why.starts_with(REFUSED));
    refused_before && job.attempts >= i64::from(service.config.jobs.max_attempts)
}

/// Leaves the mail for later; that is no try.
async fn postpone(service: &Service, job: &JobRow, at: Instant) -> Result<(), Problem> {
    let mut tx = service.store.write().await?;
    jobs::postpone(&mut tx, job, at).await?;
    Ok(tx.commit().await?)
}

/// A mail and what is to be done with it; none when it is done already.
async fn plan(service: &Service, id: Uuid) -> Result<Option<(MailRow, Plan)>, Problem> {
    let mut db = service.store.read().await?;
    let Some(mail) = mails::find(&mut db, id).await?.filter(|mail| mail.state == MailState::Queued) else {
        return Ok(None);
    };
    let letter = mail.letter;
    let snapshot = service.snapshot();
    let plan = match letter {
        Letter::Notice => of_notice(service, &mut db, &snapshot, &mail).await?,
        Letter::Digest => of_digest(service, &mut db, &snapshot, &mail).await?,
        Letter::AnswerWaits | Letter::QuestionWaits => to_giver(service, &mut db, &snapshot, &mail, letter).await?,
    };
    Ok(Some((mail, plan)))
}

/// The plan, or postponed to when it may be sent: what is not urgent is never sent at night or on a day off, not even
/// after failed tries.
fn when(service: &Service, calendar: Option<&Calendar>, urgent: bool, plan: Plan) -> Result<Plan, Problem> {
    if urgent {
        return Ok(plan);
    }
    let calendar = calendar.ok_or_else(|| Problem::internal("the organiser has no calendar"))?;
    let at = notices::next_sendable(service, calendar)?;
    Ok(if at > service.now() { Plan::Later(at) } else { plan })
}

/// The receiver of a mail to staff, if the person still wants it and has an address.
fn receiver<'s>(snapshot: &'s Snapshot, mail: &MailRow, urgent: bool) -> Option<(&'s Principal, Address)> {
    let principal = snapshot.tree.principals.get(&mail.principal_id?)?;
    let wanted = urgent || principal.mail != MailWish::None;
    let address = mail_address::parse(principal.email.as_deref()?)?;
    (wanted && !principal.disabled).then_some((principal, address))
}

async fn of_notice(
    service: &Service,
    db: &mut impl Connected,
    snapshot: &Snapshot,
    mail: &MailRow,
) -> Result<Plan, Problem> {
    let notice = match Uuid::parse_str(&mail.subject) {
        Ok(id) => crate::store::notices::find(db, id).await?,
        Err(_) => None,
    };
    let Some(notice) = notice else { return Ok(Plan::Drop(OUTDATED)) };
    let urgent = notice.kind == NoticeKind::UrgentCase;
    let Some((principal, to)) = receiver(snapshot, mail, urgent) else { return Ok(Plan::Drop(mails::NO_ADDRESS)) };
    let Some(facts) = facts_of(db, snapshot, &notice).await? else { return Ok(Plan::Drop(OUTDATED)) };
    let words = letters::notice(Texts::of(&principal.language), &facts);
    when(service, snapshot.calendar_of(principal.organiser_id), urgent, Plan::Send(to, words))
}

async fn of_digest(
    service: &Service,
    db: &mut impl Connected,
    snapshot: &Snapshot,
    mail: &MailRow,
) -> Result<Plan, Problem> {
    let day: Option<Date> = mail.subject.rsplit_once(':').and_then(|(_, day)| day.parse().ok());
    let Some(day) = day else { return Ok(Plan::Drop(OUTDATED)) };
    let Some((principal, to)) = receiver(snapshot, mail, false) else { return Ok(Plan::Drop(mails::NO_ADDRESS)) };
    let mut told: Vec<(NoticeRow, NoticeFacts)> = Vec::new();
    for notice in crate::store::notices::of_day(db, principal.id, Day(day), DIGEST_MOST).await? {
        if let Some(facts) = facts_of(db, snapshot, &notice).await? {
            told.push((notice, facts));
        }
    }
    // Of a deadline only the notice with the most to do is told; that of a breach asks for nothing.
    let weight = |notice: &NoticeRow| (notice.kind != NoticeKind::Breach, notice.kind);
    let says_more = |notice: &NoticeRow, other: &NoticeRow| {
        let is_same = (other.case_id, other.deadline) == (notice.case_id, notice.deadline);
        notice.deadline.is_some() && is_same && weight(other) > weight(notice)
    };
    let rest = told.iter().filter(|(notice, _)| !told.iter().any(|(other, _)| says_more(notice, other)));
    let facts: Vec<NoticeFacts> = rest.map(|(_, facts)| facts.clone()).collect();
    if facts.is_empty() {
        return Ok(Plan::Drop(OUTDATED));
    }
    let words = letters::digest(Texts::of(&principal.language), day, &facts);
    when(service, snapshot.calendar_of(principal.organiser_id), false, Plan::Send(to, words))
}

/// The facts for a notice; none if its case was taken back, its deadline was met, or no message is held any more.
async fn facts_of(
    db: &mut impl Connected,
    snapshot: &Snapshot,
    notice: &NoticeRow,
) -> Result<Option<NoticeFacts>, Problem> {
    let mut facts = NoticeFacts {
        kind: notice.kind.to_string(),
        cases: notice.cases,
        about: match (notice.case_id, notice.kind, Uuid::parse_str(&notice.subject)) {
            (Some(id), ..) => NoticeSubject::Case(id),
            (None, NoticeKind::AgreementProposed | NoticeKind::AgreementAnswered, Ok(id)) => {
                NoticeSubject::Agreement(id)
            }
            (None, NoticeKind::HeldMessages, _) => NoticeSubject::HeldMessages,
            _ => NoticeSubject::MyCases,
        },
        leads: notice.kind == NoticeKind::ReadToday,
        unit: None,
        deadline: notice.deadline.map(|deadline| deadline.to_string()).zip(notice.due.map(|day| day.0)),
    };
    if notice.kind == NoticeKind::HeldMessages {
        facts.unit = snapshot.tree.unit_by_slug(&notice.subject).map(|unit| unit.name.clone());
        return Ok(if held_messages::count(db).await? > 0 { Some(facts) } else { None });
    }
    let Some(id) = notice.case_id else { return Ok(Some(facts)) };
    let Some(case) = cases::find(db, id).await? else { return Ok(None) };
    // Whom the agreement names hears of a breach also when it was mended meanwhile.
    let reminds_of = notice.deadline.filter(|_| notice.kind != NoticeKind::Breach);
    if reminds_of.is_some_and(|deadline| open_deadlines(&case).iter().all(|(open, _)| *open != deadline)) {
        return Ok(None);
    }
    facts.unit = snapshot.tree.units.get(&case.unit_id).map(|unit| unit.name.clone());
    Ok(Some(facts))
}

async fn to_giver(
    service: &Service,
    db: &mut impl Connected,
    snapshot: &Snapshot,
    mail: &MailRow,
    letter: Letter,
) -> Result<Plan, Problem> {
    let Some(case) = fitting_case(db, mail, letter).await? else { return Ok(Plan::Drop(OUTDATED)) };
    let Some(row) = feedback::find(db, case.feedback_id).await? else { return Ok(Plan::Drop(OUTDATED)) };
    let Some(sealed) = contacts::find(db, case.feedback_id).await? else { return Ok(Plan::Drop(mails::NO_ADDRESS)) };
    let contact: Reply = opened(service, &sealed, case.feedback_id)?;
    let Some(to) = contact.email.as_deref().and_then(mail_address::parse) else {
        return Ok(Plan::Drop(mails::NO_ADDRESS));
    };
    let unit = snapshot.tree.units.get(&case.unit_id).filter(|unit| !unit.sensitive).map(|unit| unit.name.as_str());
    let waiting = if letter == Letter::QuestionWaits { Waiting::Question } else { Waiting::Answer };
    let words = letters::to_giver(Texts::of(row.language.as_str()), &service.config.server.public_url, waiting, unit);
    let urgent = case.urgency == Urgency::Urgent;
    when(service, Some(calendar(snapshot, &case)?), urgent, Plan::Send(to, words))
}

/// The case of a mail to a giver, if the mail still holds: the decision or question for which it was queued is the last
/// one and is still in force.
async fn fitting_case(db: &mut impl Connected, mail: &MailRow, letter: Letter) -> Result<Option<CaseRow>, Problem> {
    let version: Option<i64> = mail.subject.rsplit_once(':').and_then(|(_, version)| version.parse().ok());
    let (Some(case_id), Some(version)) = (mail.case_id, version) else { return Ok(None) };
    let Some(case) = cases::find(db, case_id).await? else { return Ok(None) };
    let (step, states) = match letter {
        Letter::QuestionWaits => (Step::Ask, &[State::WaitingForGiver][..]),
        _ => (Step::Decide, &[State::Decided, State::Told][..]),
    };
    let stands = states.contains(&case.state);
    let last = case_log::last_of(db, case.id, step).await?;
    Ok((stands && last == Some(version)).then_some(case))
}

/// Records the outcome of a mail. The mail has left already, so this is tried several times before the job is given
/// back.
async fn record(
    service: &Service,
    job: &JobRow,
    mail: &MailRow,
    state: MailState,
    reason: Option<&str>,
) -> Result<(), Problem> {
    for tried in 0..RECORD_TRIES - 1 {
        match record_once(service, job, mail, state, reason).await {
            Ok(()) => return Ok(()),
            Err(problem) => {
                tracing::warn!(mail = %mail.id, %problem, "the outcome of a mail is to be written down again");
                tokio::time::sleep(RECORD_WAIT * 2u32.pow(tried)).await;
            }
        }
    }
    record_once(service, job, mail, state, reason).await
}

async fn record_once(
    service: &Service,
    job: &JobRow,
    mail: &MailRow,
    state: MailState,
    reason: Option<&str>,
) -> Result<(), Problem> {
    let mut tx = service.store.write().await?;
    if !jobs::finish(&mut tx, job).await? {
        // The lease ended, and another worker took the job and settles it.
        return Ok(());
    }
    mails::settle(&mut tx, mail.id, state, Day(service.today()), reason).await?;
    if let letter @ (Letter::AnswerWaits | Letter::QuestionWaits) = mail.letter
        && let Some(case) = fitting_case(&mut tx, mail, letter).await?
    {
        follow(service, &mut tx, case, letter, state, reason).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes the step of the case that follows from the outcome of a mail to its giver. If the giver has read the answer
/// meanwhile, nothing follows.
async fn follow(
    service: &Service,
    tx: &mut Writer,
    case: CaseRow,
    letter: Letter,
    state: MailState,
    reason: Option<&str>,
) -> Result<(), Problem> {
    let told = case.state == State::Told;
    match (state, letter) {
        (MailState::Taken, Letter::AnswerWaits) if !told => {
            Transition::begin(service, case, Step::Tell, Actor::Service)?
                .told(ToldHow::Email)
                .save(service, tx)
                .await?;
        }
        (MailState::Refused, _) | (MailState::Dropped, _) if !told && reached_nobody(state, reason) => {
            let change = Transition::begin(service, case, Step::MailRefused, Actor::Service)?;
            change.detail("reason", reason.unwrap_or_default()).save(service, tx).await?;
        }
        _ => {}
    }
    Ok(())
}

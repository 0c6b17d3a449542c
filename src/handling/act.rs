//! The steps that staff take, as use cases.

use uuid::Uuid;

use super::read::{self, OpenCase, may_act};
use super::transition::{Actor, Transition, in_turn, version_mismatch};
use crate::base::channel::ToldByStaff;
use crate::base::{Kind, Language, Problem};
use crate::case::decision::DecisionKind;
use crate::case::steps::{State, Step};
use crate::case::told::ToldHow;
use crate::case::words::TextKind;
use crate::organisation::Reach;
use crate::outbox::mail_queue::Letter;
use crate::routing::handler::may_handle;
use crate::service::Authority;
use crate::service::Service;
use crate::service::idempotency::{self, KeyedRequest};
use crate::store::cases::CaseRow;
use crate::store::{Day, Writer, case_log, mails};
use crate::text::redaction::Redacted;

/// A step as staff ask for it.
#[derive(Clone)]
pub enum Act {
    /// Marks that somebody has taken up the case.
    Acknowledge,
    /// Gives the case to another principal, by short name.
    Assign {
        /// The new handler.
        handler: String,
    },
    /// Asks the giver something; the terms pause.
    Ask { question: String },
    Decide {
        kind: DecisionKind,
        /// The answer to the giver, in the giver's language; optional for thanks.
        text: String,
        /// Its language, if not the feedback's.
        language: Option<Language>,
    },
    /// Marks that the giver was told.
    Tell { how: ToldByStaff, language: Option<Language> },
    /// Takes back the telling by mail: the mail came back later, so the giver was not told.
    MailRefused,
    /// Closes a case whose giver was told.
    Close,
    /// Opens the case again.
    Reopen {
        /// Why, for staff.
        reason: String,
    },
}

impl Act {
    fn step(&self) -> Step {
        match self {
            Self::Acknowledge => Step::Acknowledge,
            Self::Assign { .. } => Step::Assign,
            Self::Ask { .. } => Step::Ask,
            Self::Decide { .. } => Step::Decide,
            Self::Tell { .. } => Step::Tell,
            Self::MailRefused => Step::MailRefused,
            Self::Close => Step::Close,
            Self::Reopen { .. } => Step::Reopen,
        }
    }
}

/// How often a step is tried that meets another at the same moment: a reminder must not refuse it.
const TRIES: u32 = 3;

/// Takes a step of the case `id`, which must be at one of `versions`.
///
/// # Errors
/// [`Kind::NotFound`], [`Kind::VersionMismatch`], [`Kind::StepNotAllowed`], faults of the input.
pub async fn act(
    service: &Service,
    authority: &Authority,
    id: Uuid,
    versions: &[i64],
    act: Act,
    repeat: Option<KeyedRequest<'_>>,
) -> Result<OpenCase, Problem> {
    in_turn(TRIES, async || act_once(service, authority, id, versions, &act, repeat.as_ref()).await).await
}

async fn act_once(
    service: &Service,
    authority: &Authority,
    id: Uuid,
    versions: &[i64],
    act: &Act,
    repeat: Option<&KeyedRequest<'_>>,
) -> Result<OpenCase, Problem> {
    let mut tx = service.store.write().await?;
    let repeated = idempotency::claim(service, &mut tx, repeat, "").await?.is_some();
    let mut open = read::open(&mut tx, authority, id).await?;
    let tells_own_note = open.is_author && matches!(act, Act::Tell { .. });
    if !may_act(authority, &open) && !tells_own_note {
        return Err(Problem::not_found());
    }
    if matches!(act, Act::Tell { .. }) && !read::may_tell(&service.snapshot(), authority, &open, service.today()) {
        return Err(Problem::new(
            Kind::StepNotAllowed,
            "Whoever wrote it down meets the giver and tells the answer. You can do so once they have left.",
        ));
    }
    if repeated {
        // The step was taken by the same request before: the case as it stands now is the answer.
        return Ok(open);
    }
    if !is_as_read(&mut tx, &open.case, versions).await? {
        return Err(version_mismatch());
    }
    open.case = step_of(service, authority, &open, act)?.save(service, &mut tx).await?;
    if matches!(act, Act::MailRefused) {
        mails::came_back(&mut tx, id, Letter::AnswerWaits, Day(service.today())).await?;
    }
    tx.commit().await?;
    // Whoever gave the case away sees its state once more, but its texts are now for the new handler.
    if matches!(act, Act::Assign { .. }) {
        open.texts = Reach::Nothing;
    }
    Ok(open)
}

/// Whether the case is still as it was read at one of `versions`. Steps that the service takes by itself, such as a reminder,
/// do not count: they must not make the answer that a handler is writing fail.
pub(super) async fn is_as_read(tx: &mut Writer, case: &CaseRow, versions: &[i64]) -> Result<bool, Problem> {
    if versions.contains(&case.version) {
        return Ok(true);
    }
    let events = case_log::events(tx, case.id).await?;
    let changes = events.iter().filter(|event| !event.step.leaves_the_matter_alone());
    let last_change = changes.map(|event| event.n).max().unwrap_or_default();
    Ok(versions.iter().any(|version| *version > 0 && *version < case.version && *version >= last_change))
}

pub(super) fn step_of(
    service: &Service,
    authority: &Authority,
    open: &OpenCase,
    act: &Act,
) -> Result<Transition, Problem> {
    let actor = Actor::Staff(authority.principal_id());
    if matches!(act, Act::MailRefused) && !was_told_by_mail(&open.case) {
        return Err(Problem::new(
            Kind::StepNotAllowed,
            "The giver of this case was not told by e-mail. Only the telling by a mail that came back is taken back.",
        ));
    }
    let step = Transition::begin(service, open.case.clone(), act.step(), actor)?;
    let language = open.feedback.language;
    Ok(match act {
        Act::Acknowledge | Act::Close | Act::MailRefused => step,
        Act::Assign { handler } => {
            let snapshot = service.snapshot();
            let place = open.case.place();
            let unknown = || {
                Problem::at(
                    "/handler",
                    Kind::UnknownReference,
                    "Nobody of this short name may handle this case: it takes a role at the unit or above it, and never \
                     the person the feedback is about.",
                )
            };
            let principal = snapshot.tree.principal_by_slug(handler).ok_or_else(unknown)?;
            let role = may_handle(&snapshot.tree, principal.id, &place, open.about.principal()).ok_or_else(unknown)?;
            let step = step.to_handler(principal.id, role);
            // Whoever hands over may know better than the calendar: it is allowed, and seen in the event.
            match snapshot.away_until(principal.id, service.today()) {
                Some(last) => step.detail("away_until", last.to_string()),
                None => step,
            }
        }
        Act::Ask { question } => {
            step.text(TextKind::Question, language, checked_text(service, "/question", question, language)?)
        }
        Act::Decide { kind, text: answer, language: written_in } => {
            let language = written_in.unwrap_or(language);
            let step = step.decided(*kind);
            if *kind == DecisionKind::Thanks && answer.trim().is_empty() {
                step
            } else {
                step.text(TextKind::Decision, language, checked_text(service, "/text", answer, language)?)
            }
        }
        Act::Tell { how, language: spoken } => {
            if open.feedback.channel.properties().told_by_staff != Some(*how) {
                return Err(Problem::at(
                    "/how",
                    Kind::StepNotAllowed,
                    format!(
                        "The giver of a {} feedback is not told this way. Oral feedback is told in_person, a group in \
                         its feedback_discussion; all others are told when they open their receipt.",
                        open.feedback.channel
                    ),
                ));
            }
            step.told((*how).into()).detail("language", spoken.unwrap_or(language).as_str())
        }
        Act::Reopen { reason } => {
            // The reason is for staff, so it is in its writer's language.
            let snapshot = service.snapshot();
            let writer = snapshot.tree.principals.get(&authority.principal_id());
            let language = writer.and_then(|writer| Language::parse(&writer.language)).unwrap_or(Language::Fi);
            step.text(TextKind::Reason, language, checked_text(service, "/reason", reason, language)?)
        }
    })
}

/// Whether the giver counts as told because a mail server accepted the mail.
pub fn was_told_by_mail(case: &CaseRow) -> bool {
    case.state == State::Told && case.told_how == Some(ToldHow::Email)
}

/// A text that staff or a giver writes: not empty, within the bound, redacted.
///
/// # Errors
/// [`Kind::Invalid`], [`Kind::TextTooLong`].
pub fn checked_text(service: &Service, pointer: &str, text: &str, language: Language) -> Result<Redacted, Problem> {
    let most = service.config.limits.text_chars;
    if text.trim().is_empty() {
        return Err(Problem::at(pointer, Kind::Invalid, "The text is empty. Write what the other side is to read."));
    }
    if text.chars().count() > most {
        let detail = format!("The text may have {most} characters at most. Shorten it.");
        return Err(Problem::at(pointer, Kind::TextTooLong, detail));
    }
    if text.contains('\0') {
        return Err(Problem::at(pointer, Kind::Invalid, "Remove the character U+0000."));
    }
    Ok(Redacted::from_text(text.trim(), language.as_str()))
}

/// Takes the step *tell* when the giver opens the receipt page.
///
/// # Errors
/// The store's.
pub async fn tell_by_receipt(service: &Service, tx: &mut Writer, case: CaseRow) -> Result<CaseRow, Problem> {
    Transition::begin(service, case, Step::Tell, Actor::Giver)?.told(ToldHow::ReceiptPage).save(service, tx).await
}

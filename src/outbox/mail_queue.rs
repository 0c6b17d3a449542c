//! Queuing a mail: what is to be written to whom, never the words. They are put together when it is sent.

use uuid::Uuid;

use crate::base::{Instant, Problem};
use crate::service::Service;
use crate::store::job::Job;
use crate::store::jobs::{self, NewJob};
pub use crate::store::mails::Letter;
use crate::store::mails::{self, MailRow, MailState};
use crate::store::{Day, Writer};

/// To whom a mail goes. The address is looked up when it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// Somebody of the staff.
    Principal(Uuid),
    /// The giver of this case.
    Giver(Uuid),
}

/// Queues a mail for `run_at`; the same letter about the same subject is queued once for ever.
///
/// # Errors
/// The store's; [`crate::base::Kind::Internal`] when the system has no random bytes.
pub async fn queue(
    service: &Service,
    tx: &mut Writer,
    letter: Letter,
    subject: String,
    receiver: Receiver,
    run_at: Instant,
) -> Result<(), Problem> {
    let (principal_id, case_id) = match receiver {
        Receiver::Principal(id) => (Some(id), None),
        Receiver::Giver(id) => (None, Some(id)),
    };
    let mail = MailRow {
        id: service.random_id()?,
        letter,
        principal_id,
        case_id,
        subject,
        state: MailState::Queued,
        queued_on: Day(service.today()),
        settled_on: None,
        reason: None,
    };
    if mails::insert(tx, &mail).await? {
        let job =
            NewJob { id: service.random_id()?, job: Job::Mail { mail_id: mail.id }, dedupe: None, run_at, lane: None };
        jobs::enqueue(tx, &job).await?;
    }
    Ok(())
}

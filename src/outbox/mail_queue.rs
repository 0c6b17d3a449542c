//! Queues mails: which letter goes to whom. The words are put together when the mail is sent.

use uuid::Uuid;

use crate::base::{Instant, Problem};
use crate::service::Service;
use crate::store::job::Job;
use crate::store::jobs::{self, NewJob};
pub use crate::store::mails::Letter;
use crate::store::mails::{self, MailRow, MailState};
use crate::store::{Day, Writer};

/// The receiver of a mail. The address is read when the mail is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// A member of staff.
    Principal(Uuid),
    /// The giver of this case.
    Giver(Uuid),
}

/// Queues a mail for `run_at`. The same letter about the same subject is queued only once.
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

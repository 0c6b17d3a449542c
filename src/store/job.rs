//! What a job is to do: its kind, and the ids that its handler needs. The kind is stored as a word, the ids as the job's
//! subject.

use uuid::Uuid;

use crate::base::words::word_enum;
use crate::organisation::{Node, NodeKind};

/// A job with its payload. The compiler asks for the stored form of a new one here, and for its handler in `jobs::worker`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Tells somebody of the staff that cases wait.
    NewCasesNotice {
        /// The receiver.
        principal_id: Uuid,
    },
    /// Tells the handler of an urgent case.
    UrgentCaseNotice {
        /// The urgent case.
        case_id: Uuid,
    },
    /// Moves the open deadlines at a node whose closures have changed.
    MoveDeadlines {
        /// Where the closures changed.
        node: Node,
        /// The last case of the page that was handled before.
        after: Option<Uuid>,
    },
    /// Sends a mail.
    Mail {
        /// Its row in `mails`.
        mail_id: Uuid,
    },
    /// Sends a message to the target of a webhook.
    Webhook {
        /// Its row in `webhook_deliveries`.
        delivery_id: Uuid,
    },
}

word_enum! {
    /// The kinds of jobs; the variants of [`Job`] say what each does.
    #[expect(missing_docs, reason = "the variants of Job say it")]
    pub enum JobKind: "kind of job" {
        NewCasesNotice = "notice_new_cases",
        UrgentCaseNotice = "notice_urgent_case",
        MoveDeadlines = "move_deadlines",
        Mail = "mail",
        Webhook = "webhook",
    }
}

/// Why a stored job cannot be done by this version of the program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownJob {
    /// No handler exists.
    #[error(
        "this version has no job of the kind {0}; make it ready again once every instance runs a version that has it"
    )]
    Kind(String),
    /// The ids of the subject are not those of its kind.
    #[error("the subject is not one of a job of the kind {}", .0.as_str())]
    Subject(JobKind),
}

impl Job {
    /// Its kind.
    pub fn kind(&self) -> JobKind {
        match self {
            Self::NewCasesNotice { .. } => JobKind::NewCasesNotice,
            Self::UrgentCaseNotice { .. } => JobKind::UrgentCaseNotice,
            Self::MoveDeadlines { .. } => JobKind::MoveDeadlines,
            Self::Mail { .. } => JobKind::Mail,
            Self::Webhook { .. } => JobKind::Webhook,
        }
    }

    /// Its ids as they are stored. Jobs of earlier versions wait in this form: it must not change.
    pub fn subject(&self) -> String {
        match self {
            Self::NewCasesNotice { principal_id: id }
            | Self::UrgentCaseNotice { case_id: id }
            | Self::Mail { mail_id: id }
            | Self::Webhook { delivery_id: id } => id.to_string(),
            Self::MoveDeadlines { node, after: None } => format!("{}:{}", node.kind.as_str(), node.id),
            Self::MoveDeadlines { node, after: Some(after) } => format!("{}:{}:{after}", node.kind.as_str(), node.id),
        }
    }

    /// The job of a stored kind and subject.
    ///
    /// # Errors
    /// [`UnknownJob`] for a job that this version of the program cannot read.
    pub fn parse(kind: &str, subject: &str) -> Result<Self, UnknownJob> {
        let kind = JobKind::parse(kind).ok_or_else(|| UnknownJob::Kind(kind.to_owned()))?;
        let id = || Uuid::parse_str(subject).map_err(|_| UnknownJob::Subject(kind));
        Ok(match kind {
            JobKind::NewCasesNotice => Self::NewCasesNotice { principal_id: id()? },
            JobKind::UrgentCaseNotice => Self::UrgentCaseNotice { case_id: id()? },
            JobKind::Mail => Self::Mail { mail_id: id()? },
            JobKind::Webhook => Self::Webhook { delivery_id: id()? },
            JobKind::MoveDeadlines => node_and_case(subject).ok_or(UnknownJob::Subject(kind))?,
        })
    }
}

/// `kind:id`, or `kind:id:case`.
fn node_and_case(subject: &str) -> Option<Job> {
    let mut parts = subject.split(':');
    let node = Node { kind: NodeKind::parse(parts.next()?)?, id: parts.next()?.parse().ok()? };
    let after = match parts.next() {
        Some(id) => Some(id.parse().ok()?),
        None => None,
    };
    parts.next().is_none().then_some(Job::MoveDeadlines { node, after })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stored form of every kind: jobs that were queued before an upgrade are read after it.
    const STORED: [(&str, &str); 6] = [
        ("notice_new_cases", "00000000-0000-0000-0000-000000000001"),
        ("notice_urgent_case", "00000000-0000-0000-0000-000000000001"),
        ("move_deadlines", "unit:00000000-0000-0000-0000-000000000001"),
        ("move_deadlines", "organiser:00000000-0000-0000-0000-000000000001:00000000-0000-0000-0000-000000000002"),
        ("mail", "00000000-0000-0000-0000-000000000001"),
        ("webhook", "00000000-0000-0000-0000-000000000001"),
    ];

    #[test]
    fn what_is_stored_is_read_and_written_the_same() {
        for (kind, subject) in STORED {
            let job = Job::parse(kind, subject).unwrap();
            assert_eq!((job.kind().as_str(), job.subject().as_str()), (kind, subject));
        }
        assert!(JobKind::ALL.into_iter().all(|kind| STORED.iter().any(|(stored, _)| *stored == kind.as_str())));
    }

    #[test]
    fn what_no_version_has_queued_is_named() {
        let unknown = Job::parse("hopeless", "nothing").unwrap_err();
        assert!(unknown.to_string().contains("hopeless"), "{unknown}");
        for subject in ["", "unit", "unit:1", "moon:00000000-0000-0000-0000-000000000001"] {
            assert_eq!(Job::parse("move_deadlines", subject), Err(UnknownJob::Subject(JobKind::MoveDeadlines)));
        }
        assert_eq!(Job::parse("mail", "nothing"), Err(UnknownJob::Subject(JobKind::Mail)));
    }
}

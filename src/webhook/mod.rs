//! Messages to other systems: the events, which target gets them, and how a message is signed. Pure.
//!
//! Messages follow Standard Webhooks (standardwebhooks.com). They carry ids, short names and states, never a text.

pub mod signature;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use signature::{Secret, SecretFault, Signer};

use crate::base::words::word_enum;
use crate::organisation::{Node, Place};

word_enum! {
    /// What happened. The word is stable: other systems are written against it.
    pub enum EventType: "event" {
        /// A feedback was taken in, with or without a case.
        FeedbackReceived = "feedback.received",
        /// A feedback was taken back.
        FeedbackVoided = "feedback.voided",
        /// Somebody has taken the case up.
        CaseAcknowledged = "case.acknowledged",
        /// Somebody else handles it.
        CaseAssigned = "case.assigned",
        /// The giver was asked something.
        CaseQuestionAsked = "case.question_asked",
        /// The giver has answered.
        CaseQuestionAnswered = "case.question_answered",
        /// The giver has added something.
        CaseAddedTo = "case.added_to",
        /// It was decided.
        CaseDecided = "case.decided",
        /// The giver was told.
        CaseTold = "case.told",
        /// The telling failed: the giver is to be told another way.
        CaseTellingFailed = "case.telling_failed",
        /// It was closed: by the giver, by silence or by staff.
        CaseClosed = "case.closed",
        /// It was taken up again: by the giver or by staff.
        CaseReopened = "case.reopened",
        /// Somebody was reminded of a deadline.
        CaseReminded = "case.reminded",
        /// Its deadlines were moved.
        CaseDeadlinesMoved = "case.deadlines_moved",
        /// Something was posted on a unit's board.
        BoardPosted = "board.posted",
        /// A message to try a target with.
        WebhookTest = "webhook.test",
    }
}

/// A target without its secrets: what is needed to decide who gets a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: Uuid,
    /// It gets the events of feedback, cases and boards at this node and below.
    pub node: Node,
    /// Where messages go.
    pub url: String,
    /// Which events; an empty list means all.
    pub events: Vec<EventType>,
    /// Whether messages are sent.
    pub enabled: bool,
    /// Why the service stopped it, if it did: `gone` when the target answered so.
    pub stopped: Option<String>,
}

impl Webhook {
    /// Whether it gets `event` at `place`.
    pub fn wants(&self, event: EventType, place: &Place) -> bool {
        self.enabled && place.is_under(self.node) && (self.events.is_empty() || self.events.contains(&event))
    }
}

/// The data of a message besides its type and time: ids, short names and states.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Uuid>,
    /// The cases that a feedback has: none, one, or one for each point of a group interview.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_ids: Option<Vec<Uuid>>,
    /// The post of a board.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_id: Option<Uuid>,
    /// The unit's short name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The case's state after the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::NodeKind;

    #[test]
    fn words_come_back_and_are_those_of_serde() {
        for event in EventType::ALL {
            assert_eq!(EventType::parse(event.as_str()), Some(event));
            assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
        }
        assert_eq!(EventType::parse("case"), None);
    }

    #[test]
    fn a_target_hears_of_what_lies_below_its_node() {
        let id = Uuid::from_u128;
        let place =
            Place { organiser_id: id(1), producer_id: id(2), unit_id: id(3), service_id: id(4), placement_id: id(5) };
        let at = |kind, n| Webhook {
            id: id(9),
            node: Node { kind, id: id(n) },
            url: String::new(),
            events: vec![EventType::CaseTold],
            enabled: true,
            stopped: None,
        };
        for (kind, n, hears) in [
            (NodeKind::Organiser, 1, true),
            (NodeKind::Producer, 2, true),
            (NodeKind::Unit, 3, true),
            (NodeKind::Unit, 7, false),
            (NodeKind::Producer, 7, false),
        ] {
            assert_eq!(at(kind, n).wants(EventType::CaseTold, &place), hears, "{kind:?} {n}");
        }
        let unit = at(NodeKind::Unit, 3);
        assert!(!unit.wants(EventType::CaseClosed, &place));
        assert!(Webhook { events: Vec::new(), ..unit.clone() }.wants(EventType::CaseClosed, &place));
        assert!(!Webhook { enabled: false, ..unit }.wants(EventType::CaseTold, &place));
    }
}

//! What other systems are told: the events, whom they concern, and how a message is signed. Pure.
//!
//! Messages follow Standard Webhooks (standardwebhooks.com). They carry ids, short names and states, never a text.

pub mod signature;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use signature::{Secret, SecretFault, Signer};

use crate::organisation::{Node, Place};

/// What happened. The word is stable: other systems are written against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub enum EventType {
    /// A feedback was taken in, with or without a case.
    #[serde(rename = "feedback.received")]
    FeedbackReceived,
    /// A feedback was taken back.
    #[serde(rename = "feedback.voided")]
    FeedbackVoided,
    /// Somebody has taken the case up.
    #[serde(rename = "case.acknowledged")]
    CaseAcknowledged,
    /// Somebody else handles it.
    #[serde(rename = "case.assigned")]
    CaseAssigned,
    /// The giver was asked something.
    #[serde(rename = "case.question_asked")]
    CaseQuestionAsked,
    /// The giver has answered.
    #[serde(rename = "case.question_answered")]
    CaseQuestionAnswered,
    /// The giver has added something.
    #[serde(rename = "case.added_to")]
    CaseAddedTo,
    /// It was decided.
    #[serde(rename = "case.decided")]
    CaseDecided,
    /// The giver was told.
    #[serde(rename = "case.told")]
    CaseTold,
    /// The telling failed: the giver is to be told another way.
    #[serde(rename = "case.telling_failed")]
    CaseTellingFailed,
    /// It was closed: by the giver, by silence or by staff.
    #[serde(rename = "case.closed")]
    CaseClosed,
    /// It was taken up again: by the giver or by staff.
    #[serde(rename = "case.reopened")]
    CaseReopened,
    /// Somebody was reminded of a deadline.
    #[serde(rename = "case.reminded")]
    CaseReminded,
    /// Its deadlines were moved.
    #[serde(rename = "case.deadlines_moved")]
    CaseDeadlinesMoved,
    /// Something was posted on a unit's board.
    #[serde(rename = "board.posted")]
    BoardPosted,
    /// A message to try a target with.
    #[serde(rename = "webhook.test")]
    WebhookTest,
}

impl EventType {
    pub const ALL: [Self; 16] = [
        Self::FeedbackReceived,
        Self::FeedbackVoided,
        Self::CaseAcknowledged,
        Self::CaseAssigned,
        Self::CaseQuestionAsked,
        Self::CaseQuestionAnswered,
        Self::CaseAddedTo,
        Self::CaseDecided,
        Self::CaseTold,
        Self::CaseTellingFailed,
        Self::CaseClosed,
        Self::CaseReopened,
        Self::CaseReminded,
        Self::CaseDeadlinesMoved,
        Self::BoardPosted,
        Self::WebhookTest,
    ];

    /// The word in messages, the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FeedbackReceived => "feedback.received",
            Self::FeedbackVoided => "feedback.voided",
            Self::CaseAcknowledged => "case.acknowledged",
            Self::CaseAssigned => "case.assigned",
            Self::CaseQuestionAsked => "case.question_asked",
            Self::CaseQuestionAnswered => "case.question_answered",
            Self::CaseAddedTo => "case.added_to",
            Self::CaseDecided => "case.decided",
            Self::CaseTold => "case.told",
            Self::CaseTellingFailed => "case.telling_failed",
            Self::CaseClosed => "case.closed",
            Self::CaseReopened => "case.reopened",
            Self::CaseReminded => "case.reminded",
            Self::CaseDeadlinesMoved => "case.deadlines_moved",
            Self::BoardPosted => "board.posted",
            Self::WebhookTest => "webhook.test",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == word)
    }
}

/// A target, without its secrets: what deciding whom to tell needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: Uuid,
    /// Whose feedback, cases and boards it hears of: all below this node.
    pub node: Node,
    /// Where messages go.
    pub url: String,
    /// Which events; none means all.
    pub events: Vec<EventType>,
    /// Whether messages leave.
    pub enabled: bool,
    /// Why it was stopped, if the service stopped it: `gone` when the target said that it is.
    pub stopped: Option<String>,
}

impl Webhook {
    /// Whether it is to hear of `event` at `place`.
    pub fn wants(&self, event: EventType, place: &Place) -> bool {
        self.enabled && place.is_under(self.node) && (self.events.is_empty() || self.events.contains(&event))
    }
}

/// What a message says besides its type and time: ids, short names and states.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Uuid>,
    /// The cases that a feedback has got: none, one, or one for each point of a group interview.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_ids: Option<Vec<Uuid>>,
    /// Which post of a board.
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

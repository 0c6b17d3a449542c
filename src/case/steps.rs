//! The states of a case and the steps between them, in one table that the API, the pages and the jobs use.
//!
//! `received → acknowledged → in_handling ⇄ waiting_for_giver → decided → told → closed`. Answered is not
//! told, and told is not closed: a case is told only when the giver has heard, and closed only by the giver's verdict,
//! by silence after the telling, or by staff after the telling. Who may take a step is decided elsewhere; this module
//! says only which step may follow which state.

use crate::base::words::word_enum;
use crate::webhook::EventType;

/// How often the giver's "it did not help" takes a case back into handling.
pub const MAX_REOPENINGS: u32 = 2;
/// For how many days after the telling (or, if not yet told, after the answer became available) "it did not help"
/// takes a case back into handling; the last of them included.
pub const REOPEN_WITHIN_DAYS: u32 = 60;
/// After how many days of silence since the telling a case closes by itself.
pub const SILENCE_CLOSES_AFTER_DAYS: u32 = 30;

word_enum! {
    /// The state of a case.
    #[schema(as = CaseState)]
    pub enum State: "state of a case" {
        /// Taken in; nobody has looked at it yet.
        Received = "received",
        /// Somebody has seen it and said so.
        Acknowledged = "acknowledged",
        /// Somebody is working on it.
        InHandling = "in_handling",
        /// The giver has been asked something; the deadlines pause.
        WaitingForGiver = "waiting_for_giver",
        /// There is a decision, which the giver has not heard yet.
        Decided = "decided",
        /// The giver has been told.
        Told = "told",
        /// Done.
        Closed = "closed",
    }
}

word_enum! {
    /// What can happen to a case.
    #[schema(as = CaseStep)]
    pub enum Step: "step of a case" {
        /// Staff say that they have seen it.
        Acknowledge = "acknowledge",
        /// A handler is named. In `received` this is no sign that anybody has looked at the case.
        Assign = "assign",
        /// Staff ask the giver something.
        Ask = "ask",
        /// The giver answers the question.
        GiverAnswers = "giver_answers",
        /// The giver adds something unasked.
        GiverAdds = "giver_adds",
        /// Staff decide. Straight from `received` it acknowledges too; while waiting it withdraws the question.
        Decide = "decide",
        /// The giver hears the decision.
        Tell = "tell",
        /// Staff close what has been told.
        Close = "close",
        /// The giver says that the answer helped.
        HelpedVerdict = "helped_verdict",
        /// The giver says that it did not help; bounded by [`may_reopen`].
        DidNotHelpVerdict = "did_not_help_verdict",
        /// Staff take it up again.
        Reopen = "reopen",
        /// The giver's mail server refused the mail: the giver is told in the next way.
        MailRefused = "mail_refused",
        /// [`SILENCE_CLOSES_AFTER_DAYS`] have passed since the telling.
        SilenceCloses = "silence_closes",
        /// Somebody is reminded of a deadline: a rung of [`super::rung::Rung`].
        Remind = "remind",
        /// The working calendar was changed, and the open deadlines with it.
        MoveDeadlines = "move_deadlines",
        /// A substitute may act beside the handler, or no longer does.
        StandIn = "stand_in",
    }
}

/// Every allowed step: from this state, by this step, to that state. What does not stand here is not allowed.
const TABLE: &[(State, Step, State)] = &[
    (State::Received, Step::Acknowledge, State::Acknowledged),
    (State::Received, Step::Assign, State::Received),
    (State::Received, Step::Ask, State::WaitingForGiver),
    (State::Received, Step::GiverAdds, State::Received),
    (State::Received, Step::Decide, State::Decided),
    (State::Acknowledged, Step::Assign, State::InHandling),
    (State::Acknowledged, Step::Ask, State::WaitingForGiver),
    (State::Acknowledged, Step::GiverAdds, State::Acknowledged),
    (State::Acknowledged, Step::Decide, State::Decided),
    (State::InHandling, Step::Assign, State::InHandling),
    (State::InHandling, Step::Ask, State::WaitingForGiver),
    (State::InHandling, Step::GiverAdds, State::InHandling),
    (State::InHandling, Step::Decide, State::Decided),
    (State::WaitingForGiver, Step::Assign, State::WaitingForGiver),
    (State::WaitingForGiver, Step::GiverAnswers, State::InHandling),
    (State::WaitingForGiver, Step::GiverAdds, State::WaitingForGiver),
    (State::WaitingForGiver, Step::Decide, State::Decided),
    (State::Decided, Step::GiverAdds, State::Decided),
    (State::Decided, Step::Tell, State::Told),
    (State::Decided, Step::DidNotHelpVerdict, State::InHandling),
    (State::Decided, Step::Reopen, State::InHandling),
    (State::Told, Step::GiverAdds, State::Told),
    (State::Told, Step::Close, State::Closed),
    (State::Told, Step::HelpedVerdict, State::Closed),
    (State::Told, Step::DidNotHelpVerdict, State::InHandling),
    (State::Told, Step::Reopen, State::InHandling),
    (State::Told, Step::MailRefused, State::Decided),
    (State::Told, Step::SilenceCloses, State::Closed),
    (State::Closed, Step::DidNotHelpVerdict, State::InHandling),
    (State::Closed, Step::Reopen, State::InHandling),
    (State::WaitingForGiver, Step::MailRefused, State::WaitingForGiver),
    (State::Decided, Step::MailRefused, State::Decided),
    (State::Received, Step::Remind, State::Received),
    (State::Acknowledged, Step::Remind, State::Acknowledged),
    (State::InHandling, Step::Remind, State::InHandling),
    (State::Decided, Step::Remind, State::Decided),
    (State::Received, Step::StandIn, State::Received),
    (State::Acknowledged, Step::StandIn, State::Acknowledged),
    (State::InHandling, Step::StandIn, State::InHandling),
    (State::WaitingForGiver, Step::StandIn, State::WaitingForGiver),
    (State::Received, Step::MoveDeadlines, State::Received),
    (State::Acknowledged, Step::MoveDeadlines, State::Acknowledged),
    (State::InHandling, Step::MoveDeadlines, State::InHandling),
    (State::WaitingForGiver, Step::MoveDeadlines, State::WaitingForGiver),
    (State::Decided, Step::MoveDeadlines, State::Decided),
];

/// Who takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenBy {
    /// Staff, through the API.
    Staff,
    /// The giver, on the receipt page.
    Giver,
    /// The service by itself.
    Service,
}

impl Step {
    /// Who takes it. Staff may also take [`Step::MailRefused`], for a mail that came back later.
    #[must_use]
    pub fn taken_by(self) -> TakenBy {
        match self {
            Self::Acknowledge
            | Self::Assign
            | Self::Ask
            | Self::Decide
            | Self::Tell
            | Self::MailRefused
            | Self::Close
            | Self::Reopen => TakenBy::Staff,
            Self::GiverAnswers | Self::GiverAdds | Self::HelpedVerdict | Self::DidNotHelpVerdict => TakenBy::Giver,
            Self::SilenceCloses | Self::Remind | Self::MoveDeadlines | Self::StandIn => TakenBy::Service,
        }
    }

    /// Whether the service takes it by itself and nobody's decision changes with it: a step of staff goes on from it
    /// without reading the case again.
    #[must_use]
    pub fn leaves_the_matter_alone(self) -> bool {
        matches!(self, Self::Remind | Self::MoveDeadlines | Self::StandIn)
    }
}

/// The state that a step leads to, or `None` if the step is not allowed from this state.
#[must_use]
pub fn next(state: State, step: Step) -> Option<State> {
    TABLE.iter().find(|(from, by, _)| *from == state && *by == step).map(|(_, _, to)| *to)
}

/// The steps that are allowed from a state, in the order of the table.
pub fn allowed(state: State) -> impl Iterator<Item = Step> {
    TABLE.iter().filter(move |(from, _, _)| *from == state).map(|(_, step, _)| *step)
}

/// Whether the giver's "it did not help" still takes the case back into handling.
///
/// `reopenings` counts the giver's earlier ones; reopening by staff does not use them up and is not bounded.
/// `since_days` are the calendar days since the telling or, if not yet told, since the answer became available.
#[must_use]
pub fn may_reopen(reopenings: u32, since_days: u32) -> bool {
    reopenings < MAX_REOPENINGS && since_days <= REOPEN_WITHIN_DAYS
}

impl Step {
    /// The webhook event of the step.
    #[must_use]
    pub fn event(self) -> EventType {
        match self {
            Self::Acknowledge => EventType::CaseAcknowledged,
            Self::Assign | Self::StandIn => EventType::CaseAssigned,
            Self::Ask => EventType::CaseQuestionAsked,
            Self::GiverAnswers => EventType::CaseQuestionAnswered,
            Self::GiverAdds => EventType::CaseAddedTo,
            Self::Decide => EventType::CaseDecided,
            Self::Tell => EventType::CaseTold,
            Self::Close | Self::HelpedVerdict | Self::SilenceCloses => EventType::CaseClosed,
            Self::DidNotHelpVerdict | Self::Reopen => EventType::CaseReopened,
            Self::MailRefused => EventType::CaseTellingFailed,
            Self::Remind => EventType::CaseReminded,
            Self::MoveDeadlines => EventType::CaseDeadlinesMoved,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::Error as ValueError;

    use super::*;

    /// The whole matrix by hand: one row for each step, one column for each state, `-` where the step is not allowed.
    /// R received, A acknowledged, H in handling, W waiting for the giver, D decided, T told, C closed.
    const EXPECTED: [(Step, &str); 16] = [
        //                         from R A H W D T C
        (Step::Acknowledge, /*      */ "A - - - - - -"),
        (Step::Assign, /*           */ "R H H W - - -"),
        (Step::Ask, /*              */ "W W W - - - -"),
        (Step::GiverAnswers, /*     */ "- - - H - - -"),
        (Step::GiverAdds, /*        */ "R A H W D T -"),
        (Step::Decide, /*           */ "D D D D - - -"),
        (Step::Tell, /*             */ "- - - - T - -"),
        (Step::Close, /*            */ "- - - - - C -"),
        (Step::HelpedVerdict, /*    */ "- - - - - C -"),
        (Step::DidNotHelpVerdict, /**/ "- - - - H H H"),
        (Step::Reopen, /*           */ "- - - - H H H"),
        (Step::MailRefused, /*      */ "- - - W D D -"),
        (Step::SilenceCloses, /*    */ "- - - - - C -"),
        (Step::Remind, /*           */ "R A H - D - -"),
        (Step::MoveDeadlines, /*    */ "R A H W D - -"),
        (Step::StandIn, /*          */ "R A H W - - -"),
    ];

    fn state_of_letter(letter: &str) -> Option<State> {
        match letter {
            "R" => Some(State::Received),
            "A" => Some(State::Acknowledged),
            "H" => Some(State::InHandling),
            "W" => Some(State::WaitingForGiver),
            "D" => Some(State::Decided),
            "T" => Some(State::Told),
            "C" => Some(State::Closed),
            "-" => None,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn every_state_and_step_is_as_the_matrix_says() {
        let steps: Vec<Step> = EXPECTED.iter().map(|(step, _)| *step).collect();
        assert_eq!(steps, Step::ALL);
        let mut allowed_pairs = 0;
        for (step, row) in EXPECTED {
            let row: Vec<Option<State>> = row.split(' ').map(state_of_letter).collect();
            assert_eq!(row.len(), State::ALL.len());
            for (from, expected) in State::ALL.into_iter().zip(row) {
                assert_eq!(next(from, step), expected, "{step} from {from}");
                assert_eq!(allowed(from).any(|s| s == step), expected.is_some());
                allowed_pairs += usize::from(expected.is_some());
            }
        }
        assert_eq!(allowed_pairs, TABLE.len(), "a row stands twice");
    }

    /// All states that can be reached from one, itself included.
    fn reachable_from(start: State) -> BTreeSet<State> {
        let mut reached = BTreeSet::from([start]);
        let mut to_visit = vec![start];
        while let Some(state) = to_visit.pop() {
            for to in allowed(state).filter_map(|step| next(state, step)) {
                if reached.insert(to) {
                    to_visit.push(to);
                }
            }
        }
        reached
    }

    #[test]
    fn every_state_is_reached_and_has_a_way_to_closed() {
        assert_eq!(reachable_from(State::Received), BTreeSet::from(State::ALL), "from received");
        for state in State::ALL {
            assert!(reachable_from(state).contains(&State::Closed), "{state}");
        }
    }

    #[test]
    fn reopening_is_bounded_in_number_and_time() {
        assert!(may_reopen(0, 0));
        assert!(may_reopen(1, 60));
        assert!(!may_reopen(1, 61));
        assert!(!may_reopen(2, 0));
        assert!(!may_reopen(u32::MAX, u32::MAX));
    }

    #[test]
    fn names_come_back_and_are_those_of_serde() {
        for state in State::ALL {
            let name = state.to_string();
            assert_eq!(State::parse(&name), Some(state));
            assert_eq!(name.parse(), Ok(state));
            let read: Result<State, ValueError> = State::deserialize(name.as_str().into_deserializer());
            assert_eq!(read, Ok(state));
        }
        for step in Step::ALL {
            let name = step.to_string();
            assert_eq!(Step::parse(&name), Some(step));
            assert_eq!(name.parse(), Ok(step));
            let read: Result<Step, ValueError> = Step::deserialize(name.as_str().into_deserializer());
            assert_eq!(read, Ok(step));
            assert!(step.event().as_str().starts_with("case."));
        }
        assert_eq!(State::parse("Told"), None);
        assert_eq!(Step::parse(""), None);
    }

    proptest! {
        #[test]
        fn no_sequence_of_steps_leaves_the_paths(
            steps in prop::collection::vec(prop::sample::select(Step::ALL.to_vec()), 0..200),
        ) {
            let mut state = State::Received;
            let mut has_decision = false;
            let mut was_told = false;
            for step in steps {
                let Some(to) = next(state, step) else { continue };
                has_decision |= step == Step::Decide;
                was_told |= step == Step::Tell;
                if to != state {
                    match to {
                        State::Received => prop_assert!(false, "back to received by {}", step),
                        State::Acknowledged => prop_assert_eq!(step, Step::Acknowledge),
                        State::InHandling => prop_assert!(matches!(
                            step,
                            Step::Assign | Step::GiverAnswers | Step::DidNotHelpVerdict | Step::Reopen
                        )),
                        State::WaitingForGiver => prop_assert_eq!(step, Step::Ask),
                        State::Decided => prop_assert!(matches!(step, Step::Decide | Step::MailRefused)),
                        State::Told => prop_assert_eq!((state, step), (State::Decided, Step::Tell)),
                        State::Closed => prop_assert_eq!(state, State::Told),
                    }
                }
                prop_assert!(has_decision || !matches!(to, State::Decided | State::Told | State::Closed));
                prop_assert!(was_told || !matches!(to, State::Told | State::Closed));
                state = to;
            }
        }
    }
}

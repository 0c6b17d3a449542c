//! The other enums of a case and its events. Pure.

use crate::base::words::word_enum;

word_enum! {
    /// What a case is about.
    pub enum CaseSubject: "subject of a case" {
        /// A whole feedback.
        Feedback = "feedback",
        /// One point of a group interview's summary.
        SwotPoint = "swot_point",
    }
}

word_enum! {
    /// What a point of a group interview's summary is.
    pub enum SwotField: "field of a summary" {
        /// What is good.
        Strength = "strength",
        /// What is not.
        Weakness = "weakness",
        /// What could be made of it.
        Opportunity = "opportunity",
        /// What endangers it.
        Threat = "threat",
    }
}

word_enum! {
    /// What the giver says about the answer.
    pub enum Verdict: "verdict" {
        /// It helped.
        Helped = "helped",
        /// It did not help.
        DidNotHelp = "did_not_help",
    }
}

word_enum! {
    /// Who took a step.
    pub enum ActorKind: "kind of actor" {
        /// A member of staff.
        Staff = "staff",
        /// The giver.
        Giver = "giver",
        /// The service itself.
        Service = "service",
    }
}

word_enum! {
    /// What a text of a step is.
    pub enum TextKind: "kind of text" {
        /// Staff ask the giver.
        Question = "question",
        /// The giver answers that.
        Answer = "answer",
        /// The giver adds something unasked.
        Addition = "addition",
        /// Staff answer the feedback.
        Decision = "decision",
        /// What the giver writes to explain a verdict.
        Verdict = "verdict",
        /// Why staff took it up again, for staff alone.
        Reason = "reason",
    }
}

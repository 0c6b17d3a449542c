//! Roles, the classes of data each of them reaches, what is done in which of them, and the scopes of tokens.

use super::tree::{Grant, NodeKind, Place};
use crate::base::Channel;
use crate::base::channel::RecordedBy;
use crate::base::words::word_enum;

word_enum! {
    /// In what capacity a principal acts at a node and everything below it.
    pub enum Role: "role" {
        /// työntekijä
        Worker = "worker",
        /// vastuuhenkilö
        ResponsiblePerson = "responsible_person",
        /// käsittelijä
        Handler = "handler",
        /// palveluntuottajan yhteyshenkilö
        ProducerContact = "producer_contact",
        /// palvelunjärjestäjä, osallisuusjohtaja
        Organiser = "organiser",
        /// TKI
        Analyst = "analyst",
        /// avainhenkilö, haastattelija
        Facilitator = "facilitator",
        /// kokemusasiantuntija kerääjänä
        Collector = "collector",
        /// Settings, people and jobs; no feedback.
        Admin = "admin",
    }
}

/// Classes of data, by which is decided who may reach what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataClass {
    /// Counted figures.
    Aggregate,
    /// State, deadlines, handler and steps of a case.
    CaseState,
    /// Texts that the handler has read for names and released.
    SharedText,
    /// Texts as they were given (after redaction).
    OriginalText,
    /// Contact details.
    Contact,
    /// Figures and texts of one worker's work.
    PerWorker,
    /// Settings, people and jobs.
    Settings,
}

/// How far a role reaches into a class of data below its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Not at all.
    Nothing,
    /// What is the principal's own: written by it, or handled by it.
    Own,
    /// Everything below the node.
    Node,
    /// Everything below the node, with phone numbers and e-mail addresses hidden.
    NodeMasked,
}

/// The table: how far each role reaches into each class of data. A case's handler reaches into it as [`Role::Handler`],
/// in whichever of [`HANDLING_ROLES`] it is handled.
pub fn reach(role: Role, class: DataClass) -> Reach {
    use DataClass as C;
    use Reach as R;
    match role {
        Role::Worker => match class {
            C::Aggregate | C::CaseState | C::SharedText | C::OriginalText | C::PerWorker => R::Own,
            C::Contact | C::Settings => R::Nothing,
        },
        Role::ResponsiblePerson => match class {
            C::Aggregate | C::CaseState | C::SharedText => R::Node,
            C::OriginalText => R::NodeMasked,
            C::Contact | C::PerWorker | C::Settings => R::Nothing,
        },
        Role::Handler => match class {
            C::Aggregate => R::Node,
            C::CaseState | C::SharedText | C::OriginalText | C::Contact => R::Own,
            C::PerWorker | C::Settings => R::Nothing,
        },
        Role::ProducerContact | Role::Organiser => match class {
            C::Aggregate | C::CaseState => R::Node,
            _ => R::Nothing,
        },
        Role::Analyst => match class {
            C::Aggregate | C::SharedText => R::Node,
            _ => R::Nothing,
        },
        Role::Facilitator => match class {
            C::Aggregate | C::CaseState | C::SharedText | C::OriginalText => R::Own,
            _ => R::Nothing,
        },
        Role::Collector => R::Nothing,
        Role::Admin => match class {
            C::Settings => R::Node,
            _ => R::Nothing,
        },
    }
}

word_enum! {
    /// What a token may be used for, besides what its principal's roles reach.
    pub enum Scope: "scope" {
        /// Record oral notes, cards, paper surveys and group interviews.
        FeedbackWrite = "feedback:write",
        /// Take a feedback back.
        FeedbackVoid = "feedback:void",
        /// Read cases: state, deadlines, events, and texts as far as the role reaches.
        CasesRead = "cases:read",
        /// Take the steps of a case.
        CasesWrite = "cases:write",
        /// Open the contact details of an own case.
        ContactsRead = "contacts:read",
        /// Read figures of cases and answers.
        ReportsRead = "reports:read",
        /// Read organisation, agreements and rules.
        OrganisationRead = "organisation:read",
        /// Change organisation, agreements and rules.
        OrganisationWrite = "organisation:write",
        /// List, make and revoke tokens.
        TokensWrite = "tokens:write",
        /// See jobs and messages of devices that are held, requeue and release them.
        JobsWrite = "jobs:write",
        /// List, add, change and try webhooks.
        WebhooksWrite = "webhooks:write",
        /// Confirm or refuse what another person asked for.
        ConfirmationsWrite = "confirmations:write",
        /// Read who changed and read what.
        AuditRead = "audit:read",
    }
}

impl Scope {
    /// Whether a token with it takes a second person: with the roles of its principal it reaches texts, contact details, what
    /// only readers of cases may see in figures, or who read what; it changes settings or confirms; or it destroys what a giver
    /// said. Without one: reading the organisation, and recording feedback, of which nothing comes back but what was sent.
    pub const fn needs_second_person(self) -> bool {
        match self {
            Self::FeedbackVoid
            | Self::CasesRead
            | Self::CasesWrite
            | Self::ContactsRead
            | Self::ReportsRead
            | Self::OrganisationWrite
            | Self::TokensWrite
            | Self::JobsWrite
            | Self::WebhooksWrite
            | Self::ConfirmationsWrite
            | Self::AuditRead => true,
            Self::FeedbackWrite | Self::OrganisationRead => false,
        }
    }
}

impl Role {
    /// Whether a grant of it takes a second person: it reaches texts, contact details or settings, confirms, or handles cases,
    /// and so reaches the texts and contact details of those.
    pub fn needs_second_person(self) -> bool {
        use DataClass as C;
        let reaches = [C::SharedText, C::OriginalText, C::Contact, C::PerWorker, C::Settings]
            .into_iter()
            .any(|class| reach(self, class) != Reach::Nothing);
        reaches
            || HANDLING_ROLES.contains(&self)
            || NodeKind::ALL.into_iter().any(|at| who_may(Action::Confirm, at).contains(&self))
    }
}

word_enum! {
    /// What a role lets somebody do, besides reading what [`reach`] says.
    pub enum Action: "action" {
        /// Write down oral notes, cards and paper surveys of others.
        RecordFeedback = "record_feedback",
        /// Write down a group interview.
        RecordInterview = "record_interview",
        /// Keep seeing the cases of what one wrote down oneself.
        FollowOwn = "follow_own",
        /// Take back what one wrote down oneself.
        TakeBackOwn = "take_back_own",
        /// Take back any feedback.
        TakeBack = "take_back",
        /// Be a case's handler.
        Handle = "handle",
        /// Take the steps of a case that somebody else handles.
        StepIn = "step_in",
        /// Tell the giver of an oral note whose author has left.
        TellForLeaver = "tell_for_leaver",
        /// Record the feedback discussion of an interview that one recorded oneself.
        DiscussOwn = "discuss_own",
        /// Record the feedback discussion of any interview.
        Discuss = "discuss",
        /// Post on the board.
        PostOnBoard = "post_on_board",
        /// Publish the results of a survey.
        PublishResults = "publish_results",
        /// Keep settings and people.
        KeepSettings = "keep_settings",
        /// See who works at a unit and assign card colours.
        KeepColours = "keep_colours",
        /// Say when a place is closed.
        KeepClosures = "keep_closures",
        /// Say when others are away.
        KeepAbsences = "keep_absences",
        /// Read and write routing rules.
        KeepRules = "keep_rules",
        /// Print cards with receipt codes. No role that records cards may do this: it must never see a code.
        PrintCards = "print_cards",
        /// Read what was agreed with a producer.
        ReadAgreements = "read_agreements",
        /// Sign an agreement for a producer.
        SignForProducer = "sign_for_producer",
        /// Sign an agreement for the organiser.
        SignForOrganiser = "sign_for_organiser",
        /// Enter an agreement that was signed on paper.
        EnterAgreement = "enter_agreement",
        /// Be named by an agreement to hear of broken deadlines.
        HearOfBreaches = "hear_of_breaches",
        /// See the queue of jobs, which belongs to the installation.
        KeepJobs = "keep_jobs",
        /// See and release what givers' devices sent that could not be taken in.
        KeepHeld = "keep_held",
        /// Confirm grants and tokens that another person asked for.
        Confirm = "confirm",
        /// Read who changed which settings.
        ReadChanges = "read_changes",
        /// Read who read which text or contact.
        ReadReadings = "read_readings",
    }
}

/// The roles in which somebody may handle a case, from the nearest to the last.
pub const HANDLING_ROLES: [Role; 4] = [Role::Handler, Role::ResponsiblePerson, Role::ProducerContact, Role::Organiser];

/// The table: the roles in which somebody does `action` at a node of the kind `at`, held at that node or above it.
pub const fn who_may(action: Action, at: NodeKind) -> &'static [Role] {
    use Action as A;
    use NodeKind as N;
    use Role as R;
    match (action, at) {
        (A::RecordFeedback, _) => &[R::Worker, R::ResponsiblePerson, R::Collector],
        (A::RecordInterview, _) => &[R::Facilitator, R::ResponsiblePerson, R::Collector],
        // A collector no longer sees what was recorded.
        (A::FollowOwn | A::TakeBackOwn, _) => &[R::Worker, R::Facilitator],
        (A::DiscussOwn, _) => &[R::Facilitator],
        (A::TakeBack | A::StepIn | A::Discuss | A::PublishResults, _) => &[R::ResponsiblePerson],
        (A::Handle, _) => &HANDLING_ROLES,
        (A::TellForLeaver | A::PostOnBoard, _) => &[R::ResponsiblePerson, R::Handler],
        (A::KeepSettings | A::PrintCards, _) => &[R::Admin],
        (A::KeepColours | A::KeepAbsences, _) => &[R::Admin, R::ResponsiblePerson],
        (A::KeepClosures, N::Organiser) => &[R::Admin],
        (A::KeepClosures, N::Producer) => &[R::Admin, R::ProducerContact],
        (A::KeepClosures, N::Unit) => &[R::Admin, R::ResponsiblePerson],
        (A::KeepRules, _) => &[R::Admin, R::Organiser],
        (A::ReadAgreements, _) => &[R::ProducerContact, R::ResponsiblePerson, R::Organiser, R::Admin],
        (A::SignForProducer, N::Producer) => &[R::ProducerContact],
        (A::SignForOrganiser, N::Organiser) => &[R::Organiser],
        (A::EnterAgreement, N::Organiser) => &[R::Admin],
        (A::HearOfBreaches, _) => &[R::ResponsiblePerson, R::ProducerContact, R::Organiser],
        (A::KeepJobs | A::KeepHeld, N::Organiser) => &[R::Admin],
        (A::Confirm, _) | (A::ReadChanges, N::Organiser) => &[R::Admin, R::Organiser],
        // Who read a case tells whose work it was or who wrote it down: nobody reads that who sees the cases.
        (A::ReadReadings, N::Organiser) => &[R::Admin],
        (
            A::SignForProducer
            | A::SignForOrganiser
            | A::EnterAgreement
            | A::KeepJobs
            | A::KeepHeld
            | A::ReadChanges
            | A::ReadReadings,
            _,
        ) => &[],
    }
}

/// The action of writing feedback of a channel down for its giver; `None` for a public channel.
pub const fn recording(channel: Channel) -> Option<Action> {
    match channel.properties().recorded_by {
        RecordedBy::Giver => None,
        RecordedBy::Staff => Some(Action::RecordFeedback),
        RecordedBy::Interviewer => Some(Action::RecordInterview),
    }
}

/// Whether only a person may hold a role: cases that nobody else may handle come to the organiser.
pub const fn is_for_persons(role: Role) -> bool {
    matches!(role, Role::Organiser)
}

impl Grant {
    /// Whether it lets its principal do `action` at its node.
    pub fn allows(&self, action: Action) -> bool {
        who_may(action, self.node.kind).contains(&self.role)
    }
}

/// Whether one of `grants` allows `action` at a place.
pub fn allows<'g>(grants: impl IntoIterator<Item = &'g Grant>, action: Action, place: &Place) -> bool {
    let roles = who_may(action, NodeKind::Unit);
    place.reached_by(grants).any(|grant| roles.contains(&grant.role))
}

/// The furthest any of `grants` reaches into `class` at `place`; `own` says whether the data is the principal's own there.
pub fn furthest<'g>(grants: impl IntoIterator<Item = &'g Grant>, class: DataClass, place: &Place, own: bool) -> Reach {
    let mut furthest = Reach::Nothing;
    for grant in place.reached_by(grants) {
        match reach(grant.role, class) {
            Reach::Node => return Reach::Node,
            Reach::Own if own => return Reach::Own,
            Reach::NodeMasked => furthest = Reach::NodeMasked,
            Reach::Own | Reach::Nothing => {}
        }
    }
    furthest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every place where somebody does `action` in `role`.
    fn places(action: Action, role: Role) -> impl Iterator<Item = NodeKind> {
        NodeKind::ALL.into_iter().filter(move |at| who_may(action, *at).contains(&role))
    }

    #[test]
    fn every_action_has_a_role_and_names_none_twice() {
        for action in Action::ALL {
            assert!(Role::ALL.into_iter().any(|role| places(action, role).next().is_some()), "{action}: nobody may");
            for at in NodeKind::ALL {
                let roles = who_may(action, at);
                assert!(roles.iter().all(|role| roles.iter().filter(|other| *other == role).count() == 1), "{action}");
            }
        }
    }

    #[test]
    fn every_channel_that_needs_a_token_has_roles_that_record_it() {
        for channel in Channel::ALL {
            let roles = recording(channel).map(|action| who_may(action, NodeKind::Unit));
            assert_eq!(roles.is_none(), channel.is_public(), "{channel}");
            assert!(roles.is_none_or(|roles| !roles.is_empty()), "{channel}");
        }
    }

    /// A role that takes steps of cases, or tells givers, sees at least its own cases; a role that keeps settings reads them.
    #[test]
    fn what_somebody_does_lies_within_what_the_role_reaches() {
        let needs = |action| match action {
            Action::RecordFeedback | Action::RecordInterview | Action::TakeBackOwn | Action::TakeBack => None,
            Action::FollowOwn
            | Action::Handle
            | Action::StepIn
            | Action::TellForLeaver
            | Action::DiscussOwn
            | Action::Discuss
            | Action::PostOnBoard => Some(DataClass::CaseState),
            Action::PublishResults | Action::HearOfBreaches => Some(DataClass::Aggregate),
            Action::KeepSettings
            | Action::KeepJobs
            | Action::KeepHeld
            | Action::PrintCards
            | Action::EnterAgreement
            | Action::ReadReadings => Some(DataClass::Settings),
            Action::KeepColours
            | Action::KeepClosures
            | Action::KeepAbsences
            | Action::KeepRules
            | Action::ReadAgreements
            | Action::SignForProducer
            | Action::SignForOrganiser
            | Action::Confirm
            | Action::ReadChanges => None,
        };
        for action in Action::ALL {
            let Some(class) = needs(action) else { continue };
            for role in Role::ALL.into_iter().filter(|role| places(action, *role).next().is_some()) {
                assert_ne!(reach(role, class), Reach::Nothing, "{role}: {action}");
            }
        }
    }

    #[test]
    fn who_reads_the_readings_sees_no_case() {
        for role in who_may(Action::ReadReadings, NodeKind::Organiser) {
            assert_eq!(reach(*role, DataClass::CaseState), Reach::Nothing, "{role}");
        }
    }

    #[test]
    fn what_reaches_no_person_takes_no_second_one() {
        let alone: Vec<Role> = Role::ALL.into_iter().filter(|role| !role.needs_second_person()).collect();
        assert_eq!(alone, [Role::Collector]);
    }

    /// Cards with codes are printed by nobody who also types them in, in whatever place.
    #[test]
    fn no_role_both_prints_and_records_cards() {
        let both = |role: &Role| {
            let records = who_may(Action::RecordFeedback, NodeKind::Unit).contains(role);
            records && places(Action::PrintCards, *role).next().is_some()
        };
        assert_eq!(Role::ALL.into_iter().find(both), None);
    }
}

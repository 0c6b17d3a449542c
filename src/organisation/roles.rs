//! Roles, the classes of data each of them reaches, scopes of tokens, and the authority of one request.

use crate::base::words::word_enum;
use uuid::Uuid;

use super::tree::{Grant, Place};

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

/// What a piece of data is, for the question who may reach it.
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

/// The table: how far each role reaches into each class of data.
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
        /// See jobs, requeue parked ones.
        JobsWrite = "jobs:write",
        /// List, add, change and try webhooks.
        WebhooksWrite = "webhooks:write",
    }
}

/// Who makes a request, and with what right. Made only from a checked token.
#[derive(Debug, Clone)]
pub struct Authority {
    pub principal_id: Uuid,
    /// In whose installation part.
    pub organiser_id: Uuid,
    /// The principal's grants.
    pub grants: Vec<Grant>,
    /// The token's scopes.
    pub scopes: Vec<Scope>,
}

impl Authority {
    /// Whether the token has `scope`.
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether the principal holds one of `roles` at a node above (or at) `place`.
    pub fn holds(&self, roles: &[Role], place: &Place) -> bool {
        self.grants.iter().any(|grant| roles.contains(&grant.role) && place.is_under(grant.node))
    }

    /// The furthest any grant reaches into `class` at `place`; `own` says whether the data is the principal's own there.
    pub fn reach(&self, class: DataClass, place: &Place, own: bool) -> Reach {
        let mut furthest = Reach::Nothing;
        for grant in self.grants.iter().filter(|grant| place.is_under(grant.node)) {
            match reach(grant.role, class) {
                Reach::Node => return Reach::Node,
                Reach::Own if own => return Reach::Own,
                Reach::NodeMasked => furthest = Reach::NodeMasked,
                Reach::Own | Reach::Nothing => {}
            }
        }
        furthest
    }
}

//! Roles, the classes of data each of them reaches, scopes of tokens, and the authority of one request.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::tree::{Grant, Place};

/// In what capacity a principal acts at a node and everything below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// työntekijä
    Worker,
    /// vastuuhenkilö
    ResponsiblePerson,
    /// käsittelijä
    Handler,
    /// palveluntuottajan yhteyshenkilö
    ProducerContact,
    /// palvelunjärjestäjä, osallisuusjohtaja
    Organiser,
    /// TKI
    Analyst,
    /// avainhenkilö, haastattelija
    Facilitator,
    /// kokemusasiantuntija kerääjänä
    Collector,
    /// Settings, people and jobs; no feedback.
    Admin,
}

impl Role {
    /// Every role, in the order of the table of reach.
    pub const ALL: [Self; 9] = [
        Self::Worker,
        Self::ResponsiblePerson,
        Self::Handler,
        Self::ProducerContact,
        Self::Organiser,
        Self::Analyst,
        Self::Facilitator,
        Self::Collector,
        Self::Admin,
    ];

    /// The word in the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::ResponsiblePerson => "responsible_person",
            Self::Handler => "handler",
            Self::ProducerContact => "producer_contact",
            Self::Organiser => "organiser",
            Self::Analyst => "analyst",
            Self::Facilitator => "facilitator",
            Self::Collector => "collector",
            Self::Admin => "admin",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
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

/// What a token may be used for, besides what its principal's roles reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Scope {
    /// Record oral notes, cards, paper surveys and group interviews.
    #[serde(rename = "feedback:write")]
    FeedbackWrite,
    /// Take a feedback back.
    #[serde(rename = "feedback:void")]
    FeedbackVoid,
    /// Read cases: state, deadlines, events, and texts as far as the role reaches.
    #[serde(rename = "cases:read")]
    CasesRead,
    /// Take the steps of a case.
    #[serde(rename = "cases:write")]
    CasesWrite,
    /// Open the contact details of an own case.
    #[serde(rename = "contacts:read")]
    ContactsRead,
    /// Read figures of cases and answers.
    #[serde(rename = "reports:read")]
    ReportsRead,
    /// Read organisation, agreements and rules.
    #[serde(rename = "organisation:read")]
    OrganisationRead,
    /// Change organisation, agreements and rules.
    #[serde(rename = "organisation:write")]
    OrganisationWrite,
    /// List, make and revoke tokens.
    #[serde(rename = "tokens:write")]
    TokensWrite,
    /// See jobs, requeue parked ones.
    #[serde(rename = "jobs:write")]
    JobsWrite,
    /// List, add, change and try webhooks.
    #[serde(rename = "webhooks:write")]
    WebhooksWrite,
}

impl Scope {
    pub const ALL: [Self; 11] = [
        Self::FeedbackWrite,
        Self::FeedbackVoid,
        Self::CasesRead,
        Self::CasesWrite,
        Self::ContactsRead,
        Self::ReportsRead,
        Self::OrganisationRead,
        Self::OrganisationWrite,
        Self::TokensWrite,
        Self::JobsWrite,
        Self::WebhooksWrite,
    ];

    /// The word in the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FeedbackWrite => "feedback:write",
            Self::FeedbackVoid => "feedback:void",
            Self::CasesRead => "cases:read",
            Self::CasesWrite => "cases:write",
            Self::ContactsRead => "contacts:read",
            Self::ReportsRead => "reports:read",
            Self::OrganisationRead => "organisation:read",
            Self::OrganisationWrite => "organisation:write",
            Self::TokensWrite => "tokens:write",
            Self::JobsWrite => "jobs:write",
            Self::WebhooksWrite => "webhooks:write",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
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

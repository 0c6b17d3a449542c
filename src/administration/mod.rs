//! Changes of organisation, agreements and rules, as use cases. In one transaction a change is checked and written, the
//! settings as a whole are checked again, and the change is put in force.

pub mod absences;
pub mod agreements;
pub mod card_colours;
mod change;
pub mod closure_file;
pub mod closures;
pub mod confirmations;
pub mod deadline_feeds;
mod differences;
pub mod dry_run;
pub mod fields;
pub mod import;
pub mod import_file;
pub mod keys;
pub mod organisation;
mod own_reach;
pub mod principals;
pub mod reach;
pub mod rules;
pub mod staff;
pub mod tokens;
pub mod units;
pub mod webhooks;

use serde::{Deserialize, Serialize};

pub use absences::{NewAbsence, add_absence, remove_absence};
pub use agreements::{AgreementAnswer, NewAgreement, Signer, add_agreement, answer_agreement};
pub use card_colours::set_card_colours;
pub use change::ChangedBy;
pub use closures::{CalendarImport, NewClosure, add_closures, import_calendar, remove_closure};
pub use import::{ImportReport, import};
pub use import_file::{Import, ImportFault};
pub use organisation::{NewNamed, add_producer, add_service, rename_organiser, rename_producer, rename_service};
pub use principals::{NewPrincipal, PrincipalChange, add_principal, choose_mail, grant, revoke, update_principal};
pub use reach::View;
pub use rules::{NewRule, put_rule, replace_rule};
pub use staff::{NewWorker, add_worker, end_worker};
pub use tokens::{MadeToken, NewToken, make_token, revoke_token};
pub use units::{NewUnit, UnitChange, add_unit, close_unit, place_unit, update_unit};

use crate::base::{Fault, Kind, Problem};
use crate::organisation::{Node, NodeKind, Tree};

/// A place in the tree by its short name, as calls and answers write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeName {
    /// What kind of place.
    pub kind: NodeKind,
    /// Its short name.
    #[schema(example = "koivuranta", min_length = 2, max_length = 60, pattern = "^[a-z0-9-]+$")]
    pub slug: String,
}

impl NodeName {
    /// The node of this name, if there is one.
    pub fn resolve(&self, tree: &Tree) -> Option<Node> {
        tree.node(self.kind, &self.slug)
    }

    pub fn of(tree: &Tree, node: Node) -> Option<Self> {
        Some(Self { kind: node.kind, slug: tree.node_slug(node)?.to_owned() })
    }
}

/// The problem: a reference to something that does not exist or that the caller may not know of; the two look the same.
pub fn unknown(pointer: &str, what: &str, slug: &str) -> Problem {
    Problem::of_faults(vec![unknown_fault(pointer, what, slug)])
}

/// The fault of [`unknown`].
pub(crate) fn unknown_fault(pointer: &str, what: &str, slug: &str) -> Fault {
    Fault::new(
        pointer,
        Kind::UnknownReference,
        format!("There is no {what} \"{}\" here. Correct the short name, or add it first.", fields::shortened(slug)),
    )
}

/// The problem: a short name is taken.
pub(crate) fn taken(pointer: &str, slug: &str) -> Problem {
    Problem::at(pointer, Kind::Exists, format!("The short name \"{slug}\" is taken. Choose another one."))
}

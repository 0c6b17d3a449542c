//! Organiser → producer → unit → worker, card colours, and who may reach what. Pure: read from a [`Tree`] in memory.

pub mod colours;
pub mod roles;
pub mod tree;

pub use roles::{Action, DataClass, Reach, Role, Scope};
pub use tree::{
    Absence, CardColour, CareService, Grant, MailWish, Node, NodeKind, Organiser, Place, Placement, Principal,
    PrincipalKind, Producer, Tree, Unit, Worker,
};

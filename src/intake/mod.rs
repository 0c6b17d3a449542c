//! Intake: feedback is checked, redacted, routed, counted and committed in one transaction before the giver gets an
//! answer.

pub mod batch;
pub mod evaluate;
pub mod forms;
pub mod group;
pub mod held;
pub mod identity;
pub mod take_in;
pub mod void;

pub use batch::Intake;
pub use take_in::Taken;

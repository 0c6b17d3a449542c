//! The steps of a case as use cases, and who sees what of it.

pub mod act;
pub mod deadline_feed;
pub mod escalation;
pub mod guidance;
pub mod moved_deadlines;
pub mod read;
pub mod thanks;
pub mod transition;

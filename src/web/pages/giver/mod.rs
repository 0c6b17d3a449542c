//! The pages on which feedback is given, and on which its giver reads what came of it.

pub mod form;
pub mod kiosk;
pub mod offline;
pub mod receipt;
pub mod sealed;
pub mod submission;

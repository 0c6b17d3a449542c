//! The case: its step table (pure), and the steps as use cases.

pub mod act;
pub mod calendar_feed;
pub mod deadlines;
pub mod escalation;
pub mod guidance;
pub mod read;
pub mod steps;
pub mod thanks;
pub mod told;
pub mod transition;

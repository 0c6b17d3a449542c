//! Telling the giver what came of it, and hearing whether it helped.

pub mod card_sheets;
pub mod card_stubs;
pub mod receipts;
pub mod story;

//! Tells the giver what came of a feedback, and records whether it helped.

pub mod board;
pub mod card_sheets;
pub mod card_stubs;
pub mod discussion;
pub mod plain_words;
pub mod postings;
pub mod qr;
pub mod receipts;
pub mod results;
pub mod story;
pub mod tell_list;

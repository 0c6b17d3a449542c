//! The queue's worker and the repeating tasks. One file a kind of job.

pub mod board_due;
pub mod deadlines;
pub mod mail_queue;
pub mod mails;
pub mod notices;
pub mod retention;
pub mod silence;
pub mod webhook;
pub mod webhook_queue;
pub mod worker;

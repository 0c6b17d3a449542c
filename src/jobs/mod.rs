//! The queue's worker and the repeating tasks. One file a kind of job.

pub mod board_due;
pub mod mails;
mod messenger;
mod relay;
pub mod retention;
pub mod silence;
pub mod ticks;
pub mod transports;
pub mod webhook;
pub mod worker;

//! The worker that takes jobs from the queue, and the repeating tasks.

pub mod board_due;
mod daily;
pub mod held_messages;
pub mod mails;
mod messenger;
mod relay;
pub mod retention;
pub mod silence;
pub mod ticks;
pub mod transports;
pub mod webhook;
pub mod worker;

//! What is to leave the service: notices, mails and webhook messages. They are queued in the transaction of the step
//! that they report; `jobs` delivers them.

pub mod mail_queue;
pub mod notices;
pub mod webhook_queue;

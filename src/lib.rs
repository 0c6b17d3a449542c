//! Kaiku: a multichannel feedback service for social and health care.
//!
//! The map of the house. A folder is a step of the way of one feedback, or a thing of the vocabulary. The arrows run one
//! way: a module may use what stands before it in this order, never what stands after it. `tests/suite/house.rs` reads the
//! `use crate::` lines and holds them to it.
//!
//! ```text
//! feedback            the vocabulary shared by all; pure
//! locales             what people read in mails and on pages, in every language; pure
//! instrument          questions, scales, translations; checking answers; pure
//! organisation        organiser, producer, unit, worker; roles and what they reach; pure
//! webhook             what other systems are told: events and signatures; pure
//! agreement           terms, working calendar, due dates; pure
//! routing             rules, handlers, the snapshot of settings; pure
//! intake::redaction   personal identity codes go before the first write; pure
//! handling::steps     the step table of a case; pure
//! handling::told      by which way whose giver is told; pure
//! reporting::counters counter blocks; pure
//! config              one file a section; the keyring
//! store               the only SQL
//! mail                the words and form of mails, and the way they leave the house; knows no database
//! service             what every use case is given
//! jobs::mail_queue    what is to be mailed
//! jobs::notices       what staff are told
//! jobs::webhook_queue what other systems are to be told
//! intake              submissions, codes, idempotency, the batching writer
//! handling            the case and its steps as use cases
//! jobs::deadlines     open deadlines after closures have changed
//! loop_back           receipts, the giver's story, card stubs, boards
//! reporting           recount
//! administration      changes of organisation, agreements, rules and tokens
//! jobs                the queue's worker and the repeating tasks
//! web                 extractors, error table, api, pages
//! app                 builds the running service
//! cli                 the command line
//! ```

pub mod administration;
pub mod agreement;
pub mod app;
pub mod cli;
pub mod config;
pub mod feedback;
pub mod handling;
pub mod instrument;
pub mod intake;
pub mod jobs;
pub mod locales;
pub mod loop_back;
pub mod mail;
pub mod organisation;
pub mod reporting;
pub mod routing;
pub mod service;
pub mod store;
pub mod web;
pub mod webhook;

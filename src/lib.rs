//! Kaiku: a multichannel feedback service for social and health care.
//!
//! The layers, from the command line down to what every module uses. A module may use the layers below its own, never
//! one above it. `tests/suite/layers.rs` checks the paths in every source file against this list.
//!
//! ```text
//! cli             the command line
//! app             builds the running service
//! web             HTTP: the API, the pages, the checks before them
//! administration  changes of the organisation, agreements, rules, people and tokens
//! jobs            the worker that takes jobs from the queue, and the repeating tasks; only it sends mails and webhooks
//! mail            the form of a mail and its transport; knows no database; used by `jobs` only
//! reporting       loop figures, the recount of the counters
//! loop_back       telling the giver: receipts, boards, results, discussions, printed cards
//! handling        the steps of a case as use cases; who sees what of it; escalation
//! intake          takes feedback in: checked, routed, counted and committed before the giver gets an answer
//! outbox          notices, mails and webhook messages, queued in the transaction of what they report
//! service         what every use case is given; repeated requests
//! store           the only SQL
//! config          the settings, one file a section
//! keys            the keyring; encryption, and the hashing of codes
//! figures         counter blocks, and which figures may be shown; pure
//! routing         rules, handlers, the snapshot of the settings; pure
//! case            states, steps and deadlines of a case; pure
//! webhook         what other systems are told: events and signatures; pure
//! agreement       agreements, terms and due days; pure
//! calendar        working days, public holidays, closures; pure
//! organisation    organiser, producer, unit, worker; roles and what they reach; pure
//! instrument      questions, scales, translations; checking of answers; pure
//! locales         what people read in mails, on pages and on paper, in every language; pure
//! text            removal of identity codes, word stems, words of danger and complaint; pure
//! base            clock, randomness, problems, languages, channels, codes; pure
//! ```

pub mod administration;
pub mod agreement;
pub mod app;
pub mod base;
pub mod calendar;
pub mod case;
pub mod cli;
pub mod config;
pub mod figures;
pub mod handling;
pub mod instrument;
pub mod intake;
pub mod jobs;
pub mod keys;
pub mod locales;
pub mod loop_back;
pub mod mail;
pub mod organisation;
pub mod outbox;
pub mod reporting;
pub mod routing;
pub mod service;
pub mod store;
pub mod text;
pub mod web;
pub mod webhook;

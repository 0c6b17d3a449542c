//! The only layer with SQL. One text runs on SQLite and on PostgreSQL: `$1` parameters, UUIDs, ISO days as text,
//! instants as microseconds. Where the two must differ, both variants stand side by side.
//!
//! A [`Reader`] only reads; a [`Writer`] is an open transaction and is the only way to write. SQLite has one write
//! connection behind sqlx's fair queue: staff's steps and intake's batches get it in the order in which they ask.

mod channels;
mod connect;
mod error;
mod many;
mod migrate;
mod receipts;
mod sql;
mod sqlite_file;
mod types;
mod words;

pub mod agreements;
pub mod audit;
pub mod case_change;
pub mod case_log;
pub mod case_rungs;
pub mod cases;
pub mod closures;
pub mod contacts;
pub mod counters;
pub mod deadline_feeds;
pub mod discussions;
pub mod feedback;
pub mod group_interviews;
pub mod held_messages;
pub mod idempotency;
pub mod instruments;
pub mod job;
pub mod jobs;
pub mod keyring;
pub mod keys;
pub mod loop_blocks;
pub mod mails;
pub mod notices;
pub mod organisation;
pub mod postings;
pub mod principals;
pub mod retention;
pub mod routing_rules;
pub mod savepoint;
pub mod settings;
pub mod stubs;
pub mod webhooks;

pub use connect::{Conn, Connected, Connections, Reader, ServesAlone, Store, Writer, serve_alone};
pub use error::{StoreError, StoreResult};
pub use migrate::{MigrationFault, is_current, migrate};
pub use sql::{Column, Described};
pub use types::Day;

/// Every statement of the store, to be compared with the databases.
pub fn every_statement() -> Vec<Described> {
    [
        agreements::statements(),
        audit::statements(),
        case_change::statements(),
        case_log::statements(),
        case_rungs::statements(),
        cases::statements(),
        closures::statements(),
        connect::statements(),
        contacts::statements(),
        counters::statements(),
        deadline_feeds::statements(),
        discussions::statements(),
        feedback::statements(),
        group_interviews::statements(),
        held_messages::statements(),
        idempotency::statements(),
        instruments::statements(),
        jobs::statements(),
        keyring::statements(),
        keys::statements(),
        loop_blocks::statements(),
        mails::statements(),
        migrate::statements(),
        notices::statements(),
        organisation::statements(),
        postings::statements(),
        principals::statements(),
        receipts::statements(),
        retention::statements(),
        routing_rules::statements(),
        savepoint::statements(),
        settings::statements(),
        stubs::statements(),
        webhooks::statements(),
    ]
    .concat()
}

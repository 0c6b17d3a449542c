//! The tests of the whole service, in one program so that it is linked only once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expects, and fails where it is not so"
)]

mod agreements;
mod at_once;
mod bench_guard;
mod board;
mod calendar;
mod card_sheets;
mod counters;
mod crash;
mod documents;
mod faults;
mod http;
mod intake;
mod journeys;
mod keys;
mod layers;
mod limits;
mod loop_figures;
mod mail;
mod mailbox;
mod openapi;
mod organisation;
mod pages;
mod pages_form;
mod pages_kiosk;
mod pages_public;
mod pages_receipt;
mod permissions;
mod program;
mod promises;
mod queue;
mod receipt_runs;
mod reminders;
mod retention;
mod rules;
mod second_person;
mod smoke;
mod smtp;
mod statements;
mod support;
mod two_processes;
mod unprintable;
mod webhooks;
mod words;
mod year;

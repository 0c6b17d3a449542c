//! Retention: erases what has been kept long enough, once a day under the ticks' lease, and by `kaiku retention run`.
//!
//! Coded answers and the counters of units stay. When a feedback's link to a worker is removed, the feedback is
//! subtracted from that worker's own counters in the same transaction: counters must equal a recount of the answers,
//! and a block of one card would itself be a link.

use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;

use super::daily;
use crate::base::{Instant, Problem};
use crate::calendar::local_instant;
use crate::figures::counters::{BlockKey, CountedFor, Deltas};
use crate::handling::left_out;
use crate::instrument::answers::Checked;
use crate::instrument::{Coded, Instrument, NumberUnit, QuestionKind};
use crate::service::Service;
use crate::service::heartbeat::CoreTask;
use crate::store::retention::{self, Kept, LinkedRow, Links};
use crate::store::{Day, counters};

/// The maximum number of rows erased or changed in one transaction, so that intake and staff are not blocked for long.
const ROUND: u64 = 500;
/// Under this name it is noted that it was done today.
const DONE: &str = "retention";
/// The kind under which removed links are reported.
const LINKS: &str = "worker_links";
/// The kind under which rounded years are reported.
const YEARS: &str = "birth_years";

/// The result: each kind with the number of its rows that were erased or would be.
pub type Gone = Vec<(&'static str, u64)>;

/// Runs once a day.
///
/// # Errors
/// The store's; the next round tries again.
pub async fn daily(service: &Service) -> Result<(), Problem> {
    daily::once(service, DONE, async || run(service, false).await).await?;
    Ok(())
}

/// Erases what is due, or with `dry_run` only counts it; returns each kind with its number of rows.
///
/// # Errors
/// The store's. What was erased before stays erased. A row that cannot be read is left out and reported.
pub async fn run(service: &Service, dry_run: bool) -> Result<Gone, Problem> {
    let mut gone = Gone::new();
    // The same day for the whole run. Over midnight a link to a worker could else be removed a day before the text is,
    // and the text would be shown to the worker whom it is about.
    let today = service.today();
    let kept = kept(service, today)?;
    for rule in retention::rules() {
        let mut db = service.store.read().await?;
        let due = rule.count(&mut db, &kept).await?;
        drop(db);
        let mut erased = 0;
        // The last round asks for no more rows than are due, so its statement does not scan the rest of the table.
        while !dry_run && erased < due {
            service.beat(CoreTask::Jobs);
            let mut tx = service.store.write().await?;
            let round = rule.erase(&mut tx, &kept, i64::try_from(ROUND.min(due - erased)).unwrap_or(0)).await?;
            tx.commit().await?;
            erased += round;
            if round == 0 {
                break;
            }
        }
        gone.push((rule.kind, if dry_run { due } else { erased }));
    }
    gone.extend(cut_links(service, today, dry_run).await?);
    if !dry_run && gone.iter().any(|(_, rows)| *rows > 0) {
        service.store.forget_erased().await?;
        for (kind, rows) in gone.iter().filter(|(_, rows)| *rows > 0) {
            metrics::counter!("kaiku_retention_rows_total", "kind" => *kind).increment(*rows);
            tracing::info!(kind, rows, "retention erased what has been kept long enough");
        }
    }
    Ok(gone)
}

fn kept(service: &Service, today: Date) -> Result<Kept, Problem> {
    let config = &service.config.retention;
    let months = |months: u16| today.saturating_sub(i64::from(months).months());
    let days = |days: u16| today.saturating_sub(i64::from(days).days());
    let years: Date = today.saturating_sub(i64::from(config.audit_years).years());
    Ok(Kept {
        today: Day(today),
        texts: Day(months(config.text_months)),
        contacts: Day(days(config.contact_days)),
        stubs: Day(months(config.stub_months)),
        held: Day(months(config.held_months)),
        settled: Day(days(config.settled_days)),
        deliveries: Day(days(config.delivery_days)),
        audit: Instant::from_timestamp(local_instant(years, 0).map_err(Problem::internal)?),
        keys: Day(days(config.idempotency_days)),
    })
}

/// Removes links to workers and rounds years, page by page; returns how many of each.
async fn cut_links(service: &Service, today: Date, dry_run: bool) -> Result<Gone, Problem> {
    let config = &service.config.retention;
    let asks_year = |instrument: &&Arc<Instrument>| instrument.questions.iter().any(|asked| is_year(&asked.kind));
    let mut with_year: Vec<String> =
        service.catalogue.all_with_retired().filter(asks_year).map(|instrument| instrument.id.clone()).collect();
    with_year.sort_unstable();
    with_year.dedup();
    let links = Links {
        received: Day(today.saturating_sub(i64::from(config.text_months).months())),
        closed: Day(today.saturating_sub(i64::from(config.link_days).days())),
        with_year,
    };
    let page = i64::try_from(ROUND).unwrap_or(i64::MAX);
    let (mut cut, mut rounded, mut after) = (0, 0, 0);
    loop {
        let mut db = service.store.read().await?;
        let found = links.page(&mut db, after, page).await?;
        drop(db);
        let Some(last) = found.last() else { break };
        after = last.seq;
        service.beat(CoreTask::Jobs);
        if dry_run {
            for row in &found {
                if let Some((_, has_year)) = left_out(lessened(service, row), "retention", row.id)? {
                    cut += u64::from(has_link(row));
                    rounded += u64::from(has_year);
                }
            }
            continue;
        }
        let mut tx = service.store.write().await?;
        let mut deltas = Deltas::new();
        for row in links.hold(&mut tx, &found).await? {
            let outcome = lessened(service, &row).and_then(|kept| uncount(service, &mut deltas, &row).map(|()| kept));
            let Some((coded, has_year)) = left_out(outcome, "retention", row.id)? else { continue };
            retention::lessen(&mut tx, &row, &coded, Day(today)).await?;
            cut += u64::from(has_link(&row));
            rounded += u64::from(has_year);
        }
        counters::append(&mut tx, &deltas).await?;
        tx.commit().await?;
    }
    Ok(vec![(LINKS, cut), (YEARS, rounded)])
}

fn has_link(row: &LinkedRow) -> bool {
    row.author_id.is_some() || row.colour_id.is_some()
}

fn is_year(kind: &QuestionKind) -> bool {
    matches!(kind, QuestionKind::Number { unit: Some(NumberUnit::Year), .. })
}

fn instrument_of(service: &Service, row: &LinkedRow) -> Result<Arc<Instrument>, Problem> {
    let version = u32::try_from(row.instrument_version).ok();
    let found = service.catalogue.get(&row.instrument, version).cloned();
    found.ok_or_else(|| Problem::internal(format!("the instrument {} is missing", row.instrument)))
}

/// The coded answers with each year rounded to its decade, and whether there was one. Numbers have no counters.
fn lessened(service: &Service, row: &LinkedRow) -> Result<(String, bool), Problem> {
    let instrument = instrument_of(service, row)?;
    let mut coded = instrument.coded_from_json(&row.coded).map_err(Problem::internal)?;
    let mut has_year = false;
    for (index, answer) in &mut coded {
        let asked = instrument.questions.get(*index).is_some_and(|question| is_year(&question.kind));
        if let (true, Coded::Value(year)) = (asked, answer) {
            *year -= year.rem_euclid(10);
            has_year = true;
        }
    }
    Ok((Checked { coded, texts: Vec::new() }.coded_json(&instrument), has_year))
}

/// Subtracts a card from its worker's own counters; a card that was taken back has been subtracted before.
fn uncount(service: &Service, deltas: &mut Deltas, row: &LinkedRow) -> Result<(), Problem> {
    let (Some(colour_id), None) = (row.colour_id, &row.void_reason) else { return Ok(()) };
    let instrument = instrument_of(service, row)?;
    let coded = instrument.coded_from_json(&row.coded).map_err(Problem::internal)?;
    let key = BlockKey::of_stored(row.placement_id, &row.instrument, row.instrument_version, row.channel, &row.month)
        .ok_or_else(|| Problem::internal("an unknown channel or month is stored"))?;
    let own = BlockKey { counted_for: CountedFor::Assignment(colour_id), ..key };
    deltas.entry(own).or_default().count(&instrument, &coded, -1);
    Ok(())
}

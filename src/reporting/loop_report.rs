//! The loop figures of a node and a period, read and counted page by page.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

use super::loop_figures::{self, Block, Moment, Tally};
use crate::base::{Month, Problem};
use crate::figures::suppression::last_closed_day;
use crate::organisation::{Node, NodeKind};
use crate::service::Service;
use crate::store::case_log::{self, StepRow};
use crate::store::loop_blocks::{self, LoopBlockRow};
use crate::store::{Day, cases};

/// Cases read at a time.
const PAGE: i64 = 2_000;
/// No feedback is older.
const FIRST_DAY: Date = jiff::civil::date(1, 1, 1);

/// Which cases are counted.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub node: Node,
    /// Only cases received while their unit belonged to one of these producers; without a list all.
    pub producers: Option<Vec<Uuid>>,
    /// The first day of receipt.
    pub from: Date,
    pub to: Date,
}

impl Wanted {
    fn counts(&self, producer_id: Uuid) -> bool {
        let of_node = self.node.kind != NodeKind::Producer || producer_id == self.node.id;
        of_node && self.producers.as_ref().is_none_or(|these| these.contains(&producer_id))
    }
}

/// Counts the cases by block as they stand now. What was taken back is out.
///
/// # Errors
/// The store's; [`crate::base::Kind::Internal`] when days cannot be counted.
pub async fn count(service: &Service, wanted: &Wanted) -> Result<BTreeMap<Block, Tally>, Problem> {
    let units = service.snapshot().tree.units_below(wanted.node);
    let mut blocks = count_units(service, units, wanted.from, wanted.to).await?;
    blocks.retain(|block, _| wanted.counts(block.producer_id));
    Ok(blocks)
}

/// The blocks of closed months as they were counted when they were closed; months that are not closed yet are closed first,
/// up to the month of [`last_closed_day`].
///
/// # Errors
/// See [`count`].
pub async fn closed(service: &Service, wanted: &Wanted) -> Result<BTreeMap<Block, Tally>, Problem> {
    close_months(service).await?;
    let [from, to] = [wanted.from, wanted.to].map(|day| Month::of(day).to_string());
    let mut blocks = BTreeMap::new();
    let mut db = service.store.read().await?;
    for unit_id in service.snapshot().tree.units_below(wanted.node) {
        for row in loop_blocks::of_unit(&mut db, unit_id, &from, &to).await? {
            let LoopBlockRow { unit_id, producer_id, month, channel, tally } = row;
            let month = Month::parse(&month).ok_or_else(|| Problem::internal(format!("{month} is no month")))?;
            if wanted.counts(producer_id) {
                let tally = serde_json::from_str(&tally).map_err(Problem::internal)?;
                blocks.insert(Block { unit_id, producer_id, month, channel }, tally);
            }
        }
    }
    Ok(blocks)
}

/// Counts the months that have become closed since the last time, once and for all. What is entered, answered or taken back
/// later changes them no more.
///
/// # Errors
/// See [`count`].
pub async fn close_months(service: &Service) -> Result<(), Problem> {
    let last = last_closed_day(service.today());
    let mut db = service.store.read().await?;
    let newest = loop_blocks::newest(&mut db).await?.and_then(|month| Month::parse(&month));
    drop(db);
    if newest.is_some_and(|newest| Month::of(last) <= newest) {
        return Ok(());
    }
    let units = service.snapshot().tree.units.keys().copied().collect();
    let from = newest.map_or(FIRST_DAY, |newest| newest.first_day().saturating_add(1.month()));
    let mut months = BTreeMap::from([(Month::of(last), Vec::new())]);
    for (block, tally) in loop_figures::closed(count_units(service, units, from, last).await?) {
        let tally = serde_json::to_string(&tally).map_err(Problem::internal)?;
        let Block { unit_id, producer_id, month, channel } = block;
        let row = LoopBlockRow { unit_id, producer_id, month: month.to_string(), channel, tally };
        months.entry(month).or_default().push(row);
    }
    let mut tx = service.store.write().await?;
    // A month that another instance has just closed is refused.
    for (month, rows) in months {
        if loop_blocks::close(&mut tx, &month.to_string()).await? {
            for row in rows {
                loop_blocks::insert(&mut tx, &row).await?;
            }
        }
    }
    Ok(tx.commit().await?)
}

/// Counts the cases that units received from one day to another.
async fn count_units(
    service: &Service,
    units: BTreeSet<Uuid>,
    from: Date,
    to: Date,
) -> Result<BTreeMap<Block, Tally>, Problem> {
    let snapshot = service.snapshot();
    let moment = Moment { now: service.clock.now(), closing_hour: service.config.terms.deadline_hour };
    let last = Day(to);
    let mut blocks: BTreeMap<Block, Tally> = BTreeMap::new();
    let mut db = service.store.read().await?;
    for unit_id in units {
        // After every case of the day before the first.
        let mut after = (Day(from.saturating_sub(1.day())), Uuid::max());
        loop {
            let page = cases::received_at(&mut db, unit_id, after, last, PAGE).await?;
            let Some(end) = page.last().map(|case| (case.received_on, case.id)) else { break };
            let mut steps: HashMap<Uuid, Vec<StepRow>> = HashMap::new();
            for step in case_log::steps_for_figures(&mut db, unit_id, after, end).await? {
                steps.entry(step.case_id).or_default().push(step);
            }
            after = end;
            for case in &page {
                let calendar = snapshot
                    .calendar_at(&case.place())
                    .ok_or_else(|| Problem::internal("the organiser has no calendar"))?;
                let own = steps.get(&case.id).map_or(&[][..], Vec::as_slice);
                let block = Block {
                    unit_id,
                    producer_id: case.producer_id,
                    month: Month::of(case.received_on.0),
                    channel: case.channel,
                };
                let tally = blocks.entry(block).or_default();
                tally.count(case, own, calendar, moment).map_err(Problem::internal)?;
            }
        }
    }
    Ok(blocks)
}

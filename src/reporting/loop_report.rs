//! The loop figures of a node and a period, read and counted page by page.

use std::collections::{BTreeMap, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

use super::loop_figures::{Block, Moment, Tally};
use crate::base::{Month, Problem};
use crate::organisation::{Node, NodeKind};
use crate::service::Service;
use crate::store::case_log::{self, StepRow};
use crate::store::{Day, cases};

/// Cases read at a time.
const PAGE: i64 = 2_000;

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

/// Counts the cases by block as they stand now. What was taken back is out.
///
/// # Errors
/// The store's; [`crate::base::Kind::Internal`] when days cannot be counted.
pub async fn count(service: &Service, wanted: &Wanted) -> Result<BTreeMap<Block, Tally>, Problem> {
    let snapshot = service.snapshot();
    let moment = Moment { now: service.clock.now(), closing_hour: service.config.terms.deadline_hour };
    let last = Day(wanted.to);
    let mut blocks: BTreeMap<Block, Tally> = BTreeMap::new();
    let mut db = service.store.read().await?;
    for unit_id in snapshot.tree.units_below(wanted.node) {
        // After every case of the day before the first.
        let mut after = (Day(wanted.from.saturating_sub(1.day())), Uuid::max());
        loop {
            let page = cases::received_at(&mut db, unit_id, after, last, PAGE).await?;
            let Some(end) = page.last().map(|case| (case.received_on, case.id)) else { break };
            let mut steps: HashMap<Uuid, Vec<StepRow>> = HashMap::new();
            for step in case_log::steps_for_figures(&mut db, unit_id, after, end).await? {
                steps.entry(step.case_id).or_default().push(step);
            }
            after = end;
            for case in &page {
                let counted = match wanted.node.kind {
                    NodeKind::Producer => case.producer_id == wanted.node.id,
                    NodeKind::Organiser | NodeKind::Unit => true,
                };
                if !counted || wanted.producers.as_ref().is_some_and(|these| !these.contains(&case.producer_id)) {
                    continue;
                }
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

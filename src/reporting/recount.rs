//! Recounts everything from the answers, to compare with the counters.

use crate::base::Problem;
use crate::figures::counters::{Block, BlockKey, Deltas, count_into};
use crate::service::Service;
use crate::store::{Connected, counters, feedback};

/// Rows read at a time.
const PAGE: i64 = 5_000;

/// A block that differs.
#[derive(Debug)]
pub struct Difference {
    pub key: BlockKey,
    /// The counters' block.
    pub counted: Block,
    /// The recounted block.
    pub recounted: Block,
}

/// Compares counters and answers in one snapshot of the database, while intake continues.
///
/// # Errors
/// The store's; [`crate::base::Kind::Internal`] when an answer cannot be read.
pub async fn differences(service: &Service) -> Result<Vec<Difference>, Problem> {
    let mut tx = service.store.one_moment().await?;
    let held = counters::all(&mut tx).await?;
    let mut again = recount(service, &mut tx).await?;
    let mut found = Vec::new();
    for (key, block) in held {
        let other = again.remove(&key).unwrap_or_default();
        if other != block {
            found.push(Difference { key, counted: block, recounted: other });
        }
    }
    for (key, block) in again {
        found.push(Difference { key, counted: Block::default(), recounted: block });
    }
    Ok(found)
}

async fn recount(service: &Service, db: &mut impl Connected) -> Result<Deltas, Problem> {
    let mut sums = Deltas::new();
    let mut after = 0;
    loop {
        let page = feedback::page_for_recount(db, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for row in &page {
            let version = u32::try_from(row.instrument_version).map_err(Problem::internal)?;
            let instrument = service
                .catalogue
                .get(&row.instrument, Some(version))
                .ok_or_else(|| Problem::internal(format!("the instrument {} {version} is missing", row.instrument)))?;
            let coded = instrument.coded_from_json(&row.coded).map_err(Problem::internal)?;
            let (version, channel) = (row.instrument_version, row.channel);
            let key = BlockKey::of_stored(row.placement_id, &row.instrument, version, channel, &row.month)
                .ok_or_else(|| Problem::internal("an unknown channel or month is stored"))?;
            count_into(&mut sums, &key, row.colour_id, instrument, &coded, 1);
        }
    }
    sums.retain(|_, block| !block.is_empty());
    Ok(sums)
}

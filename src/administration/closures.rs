//! Days on which an organiser, a producer or a unit is closed besides the public holidays. A change moves the open
//! deadlines.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::change::{Change, ChangedBy};
use super::closure_file::{self, Skipped};
use super::fields::{Checks, sentence_fault};
use crate::base::{Fault, Kind, Problem};
use crate::handling::moved_deadlines;
use crate::organisation::Node;
use crate::service::Service;
use crate::store::closures as store;
use crate::store::{Day, Writer};

/// The maximum number of closures of one node: more than ten years of every day.
pub const CLOSURES_MAX: i64 = 4_000;
/// The maximum number of closures in one request.
pub const CLOSURES_AT_A_TIME: usize = 400;

/// A day on which a node is closed besides the public holidays.
#[derive(Debug, Clone, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClosure {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    /// Why, in a sentence.
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$",
        example = "Koko väen koulutuspäivä"
    )]
    pub reason: String,
}

/// The result of importing a calendar file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CalendarImport {
    /// Days on which the node is closed by the file.
    pub days: usize,
    /// Days of the file that were left out: long past, or more than ten years ahead.
    pub left_out: usize,
    /// Events that close no day, and why.
    pub skipped: Vec<Skipped>,
}

/// Closes a node on some days, and moves the open deadlines there.
///
/// # Errors
/// [`Problem`] with a fault for each wrong value, when there is no such node, `batch-size` when the node would have too
/// many closures; as everywhere in this room, also what the store says.
pub async fn add_closures(
    service: &Service,
    by: ChangedBy,
    node: Node,
    closures: &[NewClosure],
) -> Result<(), Problem> {
    if closures.len() > CLOSURES_AT_A_TIME {
        let detail = format!("Send {CLOSURES_AT_A_TIME} closures at a time at most.");
        return Err(Problem::at("/closures", Kind::BatchSize, detail));
    }
    let mut checks = Checks::default();
    for (index, closure) in closures.iter().enumerate() {
        checks.note(&format!("/closures/{index}/reason"), sentence_fault(&closure.reason));
    }
    checks.finish()?;
    let mut change = begin(service, by, node).await?;
    for closure in closures {
        store::put(&mut change.db, node, Day(closure.day), store::ENTERED, &closure.reason).await?;
    }
    check_number(&mut change.db, node).await?;
    moved_deadlines::queue(service, &mut change.db, node).await?;
    change.finish().await?;
    Ok(())
}

/// Removes a closure of a node, and moves the open deadlines there.
///
/// # Errors
/// `not-found` when the node was not closed that day.
pub async fn remove_closure(service: &Service, by: ChangedBy, node: Node, day: Date) -> Result<(), Problem> {
    let mut change = begin(service, by, node).await?;
    if !store::remove(&mut change.db, node, Day(day)).await? {
        return Err(Problem::not_found());
    }
    moved_deadlines::queue(service, &mut change.db, node).await?;
    change.finish().await?;
    Ok(())
}

/// Closes a node on the days of an iCalendar file, which replace those of the previous file, and moves the open
/// deadlines there.
///
/// # Errors
/// A fault for each line of the file that cannot be taken; then nothing is stored.
pub async fn import_calendar(
    service: &Service,
    by: ChangedBy,
    node: Node,
    file: &[u8],
) -> Result<CalendarImport, Problem> {
    let read = closure_file::read(file, service.today()).map_err(|faults| {
        let faults = faults.into_iter().map(|fault| {
            Fault::new(format!("line {}", fault.line), Kind::Invalid, format!("Line {}: {}.", fault.line, fault.what))
        });
        Problem::of_faults(faults.collect())
    })?;
    let mut change = begin(service, by, node).await?;
    store::remove_of_files(&mut change.db, node).await?;
    for (day, reason) in &read.closures {
        store::put(&mut change.db, node, Day(*day), store::FILE, reason).await?;
    }
    check_number(&mut change.db, node).await?;
    moved_deadlines::queue(service, &mut change.db, node).await?;
    change.finish().await?;
    Ok(CalendarImport { days: read.closures.len(), left_out: read.left_out, skipped: read.skipped })
}

async fn begin(service: &Service, by: ChangedBy, node: Node) -> Result<Change<'_>, Problem> {
    let change = Change::begin(service, by).await?;
    if change.before.tree.node_slug(node).is_none() {
        return Err(Problem::not_found());
    }
    Ok(change)
}

async fn check_number(db: &mut Writer, node: Node) -> Result<(), Problem> {
    if store::count(db, node).await? <= CLOSURES_MAX {
        return Ok(());
    }
    let detail = format!("A node has {CLOSURES_MAX} closures at most; nothing was stored. Remove days that are past.");
    Err(Problem::new(Kind::BatchSize, detail))
}

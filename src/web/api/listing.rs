//! Pages of lists: how many items a page has, and the cursor of the next page.

use serde::Serialize;
use uuid::Uuid;

use crate::base::{Kind, Problem};
use crate::config::Limits;
use crate::routing::Urgency;
use crate::store::Day;
use crate::store::cases::InboxKey;

/// One page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items of the page.
    pub items: Vec<T>,
    /// Send this as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// The number of items on a page: the requested number, or the configured one.
///
/// # Errors
/// `malformed-parameter` for a limit out of bounds.
pub fn page_size(asked: Option<usize>, limits: &Limits) -> Result<usize, Problem> {
    let most = limits.page_size_max;
    let size = asked.unwrap_or(limits.page_size);
    if (1..=most).contains(&size) {
        return Ok(size);
    }
    Err(Problem::at("limit", Kind::MalformedParameter, format!("limit is a number from 1 to {most}.")))
}

/// The page of `rows` after `cursor`; each row has its sort key. Only the rows of the page are rendered.
///
/// # Errors
/// `malformed-parameter` for a limit out of bounds.
pub fn page<R, T>(
    mut rows: Vec<(String, R)>,
    cursor: Option<&str>,
    limit: Option<usize>,
    limits: &Limits,
    render: impl Fn(R) -> T,
) -> Result<Page<T>, Problem> {
    let size = page_size(limit, limits)?;
    rows.retain(|(key, _)| cursor.is_none_or(|cursor| cursor < key.as_str()));
    rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    let (rows, next_cursor) = cut(rows, size, |(key, _)| key.clone());
    Ok(Page { items: rows.into_iter().map(|(_, row)| render(row)).collect(), next_cursor })
}

/// The place of an item in a list that the database reads page by page, as a cursor writes it.
pub trait ListPosition: Sized {
    /// The cursor.
    fn write(&self) -> String;
    /// The place that a cursor writes; none where no page gave it.
    fn read(cursor: &str) -> Option<Self>;
}

/// Of a list that is sorted by day and id.
impl ListPosition for (Day, Uuid) {
    fn write(&self) -> String {
        format!("{}_{}", self.0.0, self.1)
    }

    fn read(cursor: &str) -> Option<Self> {
        let (day, id) = cursor.split_once('_')?;
        Some((Day(day.parse().ok()?), id.parse().ok()?))
    }
}

/// Of a list whose rows are numbered.
impl ListPosition for i64 {
    fn write(&self) -> String {
        self.to_string()
    }

    fn read(cursor: &str) -> Option<Self> {
        cursor.parse().ok()
    }
}

/// Of the inbox.
impl ListPosition for InboxKey {
    fn write(&self) -> String {
        format!("{}.{}", self.urgency, (self.decide_by, self.id).write())
    }

    fn read(cursor: &str) -> Option<Self> {
        let (urgency, rest) = cursor.split_once('.')?;
        let (decide_by, id) = ListPosition::read(rest)?;
        Some(Self { urgency: Urgency::parse(urgency)?, decide_by, id })
    }
}

/// A part of a list that the database reads page by page.
#[derive(Debug)]
pub struct Part<P = (Day, Uuid)> {
    /// Items on the page.
    pub size: usize,
    /// The number of rows to read: one more than the page has, to know whether there is a next page.
    pub rows: i64,
    /// The last item of the page before.
    pub after: Option<P>,
}

impl<P: ListPosition> Part<P> {
    /// Reads `cursor` and `limit` of a request.
    ///
    /// # Errors
    /// `malformed-parameter` for a limit out of bounds, and for an invalid cursor.
    pub fn of(cursor: Option<&str>, limit: Option<usize>, limits: &Limits) -> Result<Self, Problem> {
        let size = page_size(limit, limits)?;
        let rows = i64::try_from(size + 1).map_err(Problem::internal)?;
        let unknown = || {
            let detail = "Send the cursor as the last page gave it, or leave it out to begin anew.";
            Problem::at("cursor", Kind::MalformedParameter, detail)
        };
        let after = cursor.map(|cursor| P::read(cursor).ok_or_else(unknown)).transpose()?;
        Ok(Self { size, rows, after })
    }

    /// The items of the page, and where the next one begins.
    pub fn page_of<R>(&self, rows: Vec<R>, place: impl Fn(&R) -> P) -> (Vec<R>, Option<String>) {
        cut(rows, self.size, |row| place(row).write())
    }
}

/// The first `size` rows, and the cursor of the last of them if there are more.
fn cut<R>(mut rows: Vec<R>, size: usize, cursor: impl Fn(&R) -> String) -> (Vec<R>, Option<String>) {
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(cursor);
    (rows, next)
}

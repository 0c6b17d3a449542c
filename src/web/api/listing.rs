//! Pages of lists: how many items a page holds, and the cursor that says where the page before ended.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use uuid::Uuid;

use crate::base::{Kind, Problem};
use crate::config::Limits;
use crate::store::Day;

/// One page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Send this as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// The number of items on a page: what the request asks for, or the configured number.
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

/// The page after `cursor` of `rows`, each with the key it is sorted by; only what is on it is rendered.
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

/// A part of a list that the database reads page by page.
#[derive(Debug)]
pub struct Part {
    /// Items on the page.
    pub size: usize,
    /// Rows to read: one more than the page holds tells whether there is a next page.
    pub rows: i64,
    /// The last item of the page before.
    pub after: Option<(Day, Uuid)>,
}

impl Part {
    /// Reads `cursor` and `limit` of a request.
    ///
    /// # Errors
    /// `malformed-parameter` for a limit out of bounds, and for a cursor that no page gave.
    pub fn of(cursor: Option<&str>, limit: Option<usize>, limits: &Limits) -> Result<Self, Problem> {
        let size = page_size(limit, limits)?;
        let rows = i64::try_from(size + 1).map_err(Problem::internal)?;
        let cursor = cursor.map(str::parse::<DayCursor>).transpose()?;
        Ok(Self { size, rows, after: cursor.map(|DayCursor(day, id)| (day, id)) })
    }

    /// The items of the page, and where the next one begins.
    pub fn page_of<R>(&self, rows: Vec<R>, key: impl Fn(&R) -> (Day, Uuid)) -> (Vec<R>, Option<String>) {
        cut(rows, self.size, |row| {
            let (day, id) = key(row);
            DayCursor(day, id).to_string()
        })
    }
}

/// The place of an item in a list that is sorted by day and id.
struct DayCursor(Day, Uuid);

impl fmt::Display for DayCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.0.0, self.1)
    }
}

impl FromStr for DayCursor {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        text.split_once('_').and_then(|(day, id)| Some(Self(Day(day.parse().ok()?), id.parse().ok()?))).ok_or_else(
            || {
                let detail = "Send the cursor as the last page gave it, or leave it out to begin anew.";
                Problem::at("cursor", Kind::MalformedParameter, detail)
            },
        )
    }
}

/// The first `size` rows, and the cursor of the last of them if there are more.
fn cut<R>(mut rows: Vec<R>, size: usize, cursor: impl Fn(&R) -> String) -> (Vec<R>, Option<String>) {
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(cursor);
    (rows, next)
}

//! Pages of lists: a cursor that says where the page before ended, and a limit.

use serde::Serialize;

use crate::base::{Kind, Problem};
use crate::config::Limits;

/// One page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Send this as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
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
    let most = limits.page_size_max;
    let limit = limit.unwrap_or(limits.page_size);
    if !(1..=most).contains(&limit) {
        let detail = format!("limit is a number from 1 to {most}.");
        return Err(Problem::at("limit", Kind::MalformedParameter, detail));
    }
    rows.retain(|(key, _)| cursor.is_none_or(|cursor| cursor < key.as_str()));
    rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = rows.last().filter(|_| more).map(|(key, _)| key.clone());
    Ok(Page { items: rows.into_iter().map(|(_, row)| render(row)).collect(), next_cursor })
}

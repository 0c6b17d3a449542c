//! `[rates]`: how many calls one client or principal may make, and how many submissions to one unit raise an alarm.

use std::num::NonZeroU32;

use super::reader::Reader;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    /// Calls without a token of one client in a minute.
    pub public_per_client_per_minute: NonZeroU32,
    /// Calls without a token of one client at once.
    pub public_burst: NonZeroU32,
    /// Pages that one client may look at in a minute.
    pub page_views_per_client_per_minute: NonZeroU32,
    /// Public submissions to one unit in a minute that raise an alarm; none is refused.
    pub public_per_unit_per_minute: NonZeroU32,
    /// Receipt codes that one client may look up in a minute; also look-ups of one code by all clients.
    pub receipt_lookups_per_client_per_minute: NonZeroU32,
    /// Receipt codes that one client may get wrong in a minute.
    pub receipt_failures_per_client_per_minute: NonZeroU32,
    /// Calls of one principal, with any of its tokens, in a minute.
    pub token_calls_per_minute: NonZeroU32,
}

impl Rates {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let mut rate = |key| NonZeroU32::new(reader.integer(key, 1..=1_000_000)).unwrap_or(NonZeroU32::MIN);
        Self {
            public_per_client_per_minute: rate("public_per_client_per_minute"),
            public_burst: rate("public_burst"),
            page_views_per_client_per_minute: rate("page_views_per_client_per_minute"),
            public_per_unit_per_minute: rate("public_per_unit_per_minute"),
            receipt_lookups_per_client_per_minute: rate("receipt_lookups_per_client_per_minute"),
            receipt_failures_per_client_per_minute: rate("receipt_failures_per_client_per_minute"),
            token_calls_per_minute: rate("token_calls_per_minute"),
        }
    }
}

//! `[retention]`: how long things are kept.

use super::reader::Reader;

/// How long things are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Days for which a repeated request is answered as before.
    pub idempotency_days: u16,
}

impl Retention {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { idempotency_days: reader.integer("idempotency_days", 1..=365) }
    }
}

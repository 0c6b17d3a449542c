//! `[retention]`: how long things are kept.

use super::reader::Reader;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Days for which a repeated request gets the earlier response.
    pub idempotency_days: u16,
    /// Months for which texts are kept, from the day they were given or written.
    pub text_months: u16,
    /// Days for which contact details are kept after their case was closed.
    pub contact_days: u16,
    /// Days after closing until the link to a worker is removed and the birth year rounded.
    pub link_days: u16,
    /// Months for which the serial of a printed card is kept if the card is not typed in.
    pub stub_months: u16,
    /// Months for which messages of devices that could not be taken in are held.
    pub held_months: u16,
    /// Days for which notices, and mails that were accepted or refused, are kept.
    pub settled_days: u16,
    /// Days for which messages to webhooks are kept once they were delivered or given up.
    pub delivery_days: u16,
    /// Years for which the audit log is kept.
    pub audit_years: u16,
}

impl Retention {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            idempotency_days: reader.integer("idempotency_days", 1..=365),
            text_months: reader.integer("text_months", 1..=120),
            contact_days: reader.integer("contact_days", 1..=365),
            link_days: reader.integer("link_days", 1..=1100),
            stub_months: reader.integer("stub_months", 1..=120),
            held_months: reader.integer("held_months", 3..=120),
            settled_days: reader.integer("settled_days", 30..=3650),
            delivery_days: reader.integer("delivery_days", 1..=365),
            audit_years: reader.integer("audit_years", 1..=20),
        }
    }
}

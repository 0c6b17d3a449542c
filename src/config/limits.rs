//! `[limits]`: how much one request may hold and how much may wait.

use super::reader::Reader;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Bytes of a batch request's body.
    pub batch_body_bytes: usize,
    /// Bytes of the bodies of all running requests together.
    pub body_bytes_in_flight: usize,
    /// Characters of one text.
    pub text_chars: usize,
    /// Feedback items of one batch request.
    pub batch_items: usize,
    /// Rows of one page of a list, unless the request says otherwise.
    pub page_size: usize,
    /// Most rows of one page of a list.
    pub page_size_max: usize,
    /// Most submissions that may wait for the intake writer.
    pub intake_queue: usize,
    /// Most submissions of one transaction of the intake writer.
    pub intake_batch_rows: usize,
    /// Messages of devices that are held until staff releases them, at most.
    pub held_messages: usize,
}

impl Limits {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let limits = Self {
            body_bytes: reader.integer("body_bytes", 1024..=1_048_576),
            batch_body_bytes: reader.integer("batch_body_bytes", 1024..=16_777_216),
            body_bytes_in_flight: reader.integer("body_bytes_in_flight", 1_048_576..=1_073_741_824),
            text_chars: reader.integer("text_chars", 100..=100_000),
            batch_items: reader.integer("batch_items", 1..=500),
            page_size: reader.integer("page_size", 1..=200),
            page_size_max: reader.integer("page_size_max", 1..=200),
            intake_queue: reader.integer("intake_queue", 1..=65_536),
            intake_batch_rows: reader.integer("intake_batch_rows", 1..=1024),
            held_messages: reader.integer("held_messages", 1..=100_000),
        };
        if limits.page_size > limits.page_size_max {
            reader.fault("page_size", "limits.page_size is larger than limits.page_size_max; make it as large at most");
        }
        if limits.body_bytes > limits.batch_body_bytes {
            reader.fault(
                "batch_body_bytes",
                "limits.batch_body_bytes is smaller than limits.body_bytes; make it as large at least",
            );
        }
        if limits.batch_body_bytes > limits.body_bytes_in_flight {
            reader.fault(
                "body_bytes_in_flight",
                "limits.body_bytes_in_flight is smaller than limits.batch_body_bytes; make it as large at least",
            );
        }
        limits
    }
}

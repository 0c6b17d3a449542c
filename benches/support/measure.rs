//! One measurement under load, with what the server's process spends meanwhile.

use super::Fault;
use super::load::{self, Load, Reached};
use super::server::Process;

/// What was measured.
pub struct Measured {
    pub reached: Reached,
    /// Processor time of the server's process for each submission, in microseconds.
    pub processor_micros: f64,
    /// Kilobytes that the server's process wrote for each submission.
    pub written_kilobytes: f64,
    /// Submissions in each transaction; NaN if there is no writer.
    pub committed_together: f64,
}

/// What a process has spent so far.
struct Spent {
    processor_seconds: f64,
    written_bytes: f64,
    items: f64,
    batches: f64,
}

impl Spent {
    fn by(server: &Process, has_writer: bool) -> Result<Self, Fault> {
        let (items, batches) = if has_writer { server.writer_counts()? } else { (0.0, 0.0) };
        let (processor_seconds, written_bytes) = (server.processor_seconds()?, server.written_bytes()?);
        Ok(Self { processor_seconds, written_bytes, items, batches })
    }
}

/// Sends `load` to `server`, which is Kaiku (`has_writer`) or the echo.
///
/// # Errors
/// The load's; where there is no `/proc`.
pub fn measure(load: &Load<'_>, server: &Process, has_writer: bool) -> Result<Measured, Fault> {
    let before = Spent::by(server, has_writer)?;
    let reached = load::run(load)?;
    let after = Spent::by(server, has_writer)?;
    let answered = reached.answered as f64;
    Ok(Measured {
        reached,
        processor_micros: (after.processor_seconds - before.processor_seconds) * 1e6 / answered,
        written_kilobytes: (after.written_bytes - before.written_bytes) / 1e3 / answered,
        committed_together: (after.items - before.items) / (after.batches - before.batches),
    })
}

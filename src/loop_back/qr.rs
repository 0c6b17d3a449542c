//! Codes to scan, drawn as one path, so that they need no picture of their own and stay sharp on paper. Pure.

use std::fmt::Write as _;

use fast_qr::ECL;
use fast_qr::qr::QRBuilder;

use crate::base::Problem;

/// Empty modules around a code, as the standard wants them.
const QUIET_MODULES: usize = 4;

/// A code to scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// Modules on a side, the quiet zone included: `viewBox="0 0 size size"`.
    pub size: usize,
    /// The dark modules as the path of an SVG, on white. A stroke of modules is a rectangle of height one.
    pub path: String,
}

impl Qr {
    /// The code of an address or another text, with a correction that survives a bad copy.
    ///
    /// # Errors
    /// [`crate::base::Kind::Internal`] for a text that no code can hold.
    pub fn of(text: &str) -> Result<Self, Problem> {
        let qr = QRBuilder::new(text).ecl(ECL::M).build();
        let qr = qr.map_err(|why| Problem::internal(format!("the code to scan: {why}")))?;
        let mut path = String::new();
        for (y, row) in qr.data.chunks(qr.size).take(qr.size).enumerate() {
            let mut x = 0;
            while x < row.len() {
                let dark = row[x..].iter().take_while(|module| module.value()).count();
                if dark > 0 {
                    // Writing to a String cannot fail.
                    let _ = write!(path, "M{} {}h{dark}v1h-{dark}z", x + QUIET_MODULES, y + QUIET_MODULES);
                }
                x += dark.max(1);
            }
        }
        Ok(Self { size: qr.size + 2 * QUIET_MODULES, path })
    }
}

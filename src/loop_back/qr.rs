//! QR codes, drawn as one SVG path, so that they need no picture file and stay sharp on paper. Pure.

use std::fmt::Write as _;

use fast_qr::ECL;
use fast_qr::qr::QRBuilder;

use crate::base::Problem;

/// Width of the quiet zone in modules, as ISO/IEC 18004 demands.
const QUIET_MODULES: usize = 4;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// Modules on a side, the quiet zone included: `viewBox="0 0 size size"`.
    pub size: usize,
    /// The dark modules as an SVG path on white. A run of dark modules is a rectangle of height one.
    pub path: String,
}

impl Qr {
    /// The QR code of an address or another text, with error correction level M, which survives a bad copy.
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

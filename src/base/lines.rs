//! Places in text files, for messages about faults.

/// The line, from 1, on which the byte stands.
pub fn line_of_offset(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

//! `[log]`: what is logged, and how.

use super::reader::Reader;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// A level, or levels by module: `info,kaiku=debug`.
    pub level: String,
    /// How a line is written.
    pub format: LogFormat,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object for each line, for machines.
    Json,
    /// Plain text, for people.
    Text,
}

impl Log {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            level: reader.text("level", filter).unwrap_or_default(),
            format: reader
                .choice("format", &[("json", LogFormat::Json), ("text", LogFormat::Text)])
                .unwrap_or(LogFormat::Json),
        }
    }
}

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

fn filter(text: &str) -> Result<String, String> {
    let understood = text.split(',').all(|part| match part.split_once('=') {
        None => LEVELS.contains(&part),
        Some((module, level)) => {
            LEVELS.contains(&level)
                && !module.is_empty()
                && module.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
        }
    });
    if understood {
        Ok(text.to_owned())
    } else {
        Err(format!("write one of {}, or levels by module such as \"info,kaiku=debug\"", LEVELS.join(", ")))
    }
}

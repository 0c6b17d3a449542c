//! Errors as the caller sees them. The web layer's error table holds the HTTP status and title of each kind.

use std::fmt;

use super::json;

/// One fault of an input: where, which kind, and a sentence that tells what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer into the body (RFC 6901), or the parameter's name.
    pub pointer: String,
    pub kind: Kind,
    /// What to do, in a sentence.
    pub detail: String,
}

impl Fault {
    pub fn new(pointer: impl Into<String>, kind: Kind, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), kind, detail: detail.into() }
    }

    /// The same fault with its pointer moved below `base`.
    #[must_use]
    pub fn under(mut self, base: &str) -> Self {
        self.pointer.insert_str(0, base);
        self
    }
}

/// Every kind of problem; the word is stable, clients may rely on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the error table says what each kind means, once")]
pub enum Kind {
    MalformedBody,
    MalformedParameter,
    UnsupportedMediaType,
    UnsupportedEncoding,
    BodyTooLarge,
    WrongType,
    UnknownField,
    Invalid,
    UnknownQuestion,
    OffScale,
    TextTooLong,
    UnknownUnit,
    UnitClosed,
    UnitUnplaced,
    UnknownInstrument,
    WrongChannel,
    DateInFuture,
    DateTooOld,
    ColourUnassigned,
    UnknownSerial,
    NamesPeople,
    BadCode,
    UnknownReference,
    BatchSize,
    Unauthenticated,
    TokenExpired,
    ScopeMissing,
    SecondPerson,
    StaffSession,
    NotFound,
    MethodNotAllowed,
    Exists,
    CodeTaken,
    KeyReused,
    StepNotAllowed,
    NoHandler,
    SettingsBroken,
    PreconditionRequired,
    VersionMismatch,
    RateLimited,
    Overloaded,
    Unavailable,
    TimedOut,
    Internal,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub kind: Kind,
    /// What to do, in a sentence.
    pub detail: String,
    /// The single faults, if the input had several.
    pub faults: Vec<Fault>,
    /// After how many seconds to try again.
    pub retry_after_seconds: Option<u64>,
    /// For the log only: ids and causes, never content, never shown.
    pub cause: Option<String>,
}

impl Problem {
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), faults: Vec::new(), retry_after_seconds: None, cause: None }
    }

    /// Faults of an input: of their own kind if they share one, else [`Kind::Invalid`].
    pub fn of_faults(faults: Vec<Fault>) -> Self {
        let kind = match faults.split_first() {
            Some((first, rest)) if rest.iter().all(|fault| fault.kind == first.kind) => first.kind,
            _ => Kind::Invalid,
        };
        let detail = match faults.as_slice() {
            [only] => only.detail.clone(),
            several => {
                format!("There are {} faults; each is listed with its place. Nothing was stored.", several.len())
            }
        };
        Self { faults, ..Self::new(kind, detail) }
    }

    /// One fault at `pointer`.
    pub fn at(pointer: impl Into<String>, kind: Kind, detail: impl Into<String>) -> Self {
        Self::of_faults(vec![Fault::new(pointer, kind, detail)])
    }

    /// The answer for what does not exist and for what lies outside of the caller's nodes: the two look the same.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "There is nothing here that you may see. Check the address and your token's grants.")
    }

    /// A fault of the service; `cause` is for the log.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let mut problem = Self::new(
            Kind::Internal,
            "Something is wrong in the service. Nothing was stored. Tell its keeper the request id of this answer.",
        );
        problem.cause = Some(cause.to_string());
        problem
    }

    /// JSON of ours that cannot be read; the cause does not quote it.
    pub fn unreadable(why: serde_json::Error) -> Self {
        Self::internal(format!("stored JSON cannot be read: {}", json::fault_of(&why)))
    }

    /// Try again in `seconds`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The same problem with every fault's pointer moved below `base`.
    #[must_use]
    pub fn under(mut self, base: &str) -> Self {
        self.faults = self.faults.into_iter().map(|fault| fault.under(base)).collect();
        self
    }
}

impl Problem {
    /// All that is known, for whoever keeps the service and called it from the command line. It may hold what was sent.
    #[must_use]
    pub fn explained(&self) -> String {
        let mut text = self.detail.clone();
        for fault in &self.faults {
            text.push_str(&format!("\n  {}: {}", fault.pointer, fault.detail));
        }
        if let Some(cause) = &self.cause {
            text.push_str(&format!(" ({cause})"));
        }
        text
    }
}

/// What a log may hold: the kind and the cause, never the input. For the rest see [`Problem::explained`].
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)?;
        match &self.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::{Kind, Problem};

    #[test]
    fn a_log_line_has_the_cause_and_nothing_that_was_sent() {
        let problem =
            Problem { cause: Some("disk full".to_owned()), ..Problem::at("/x", Kind::Invalid, "Not salaisuus.") };
        assert_eq!(problem.to_string(), "Invalid: disk full");
        assert_eq!(problem.explained(), "Not salaisuus.\n  /x: Not salaisuus. (disk full)");
        assert_eq!(Problem::not_found().to_string(), "NotFound");
    }
}

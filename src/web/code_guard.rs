//! Limits the guessing of receipt codes, for the API and the pages together.

use actix_web::HttpRequest;

use crate::base::{Kind, Problem, ReceiptCode};
use crate::keys::codes::candidate_hashes;
use crate::loop_back::receipts;
use crate::service::Service;
use crate::web::client;
use crate::web::limits::{Client, RateLimits};

/// The limits for codes: lookups of a client, wrong codes of a client, lookups of a receipt.
pub struct CodeGuard<'a> {
    client: Client,
    service: &'a Service,
    limits: &'a RateLimits,
}

impl<'a> CodeGuard<'a> {
    pub fn new(request: &HttpRequest, service: &'a Service, limits: &'a RateLimits) -> Self {
        let client = client::of(request, &service.config.server);
        Self { client, service, limits }
    }

    /// Parses a typed code, if it may be tried now.
    ///
    /// # Errors
    /// [`Kind::RateLimited`], [`Kind::BadCode`].
    pub fn code(&self, typed: &str) -> Result<ReceiptCode, Problem> {
        self.limits.receipt_lookups.check(&self.client)?;
        self.limits.receipt_failures.may_try(&self.client)?;
        let code = receipts::parse(typed)?;
        for hash in candidate_hashes(&self.service.keyring, &code).into_iter().take(1) {
            self.limits.one_receipt.check(&hash)?;
        }
        Ok(code)
    }

    /// Counts the outcome. An unknown code with a correct check symbol is a guess, or a rare misprint.
    ///
    /// # Errors
    /// The outcome's; [`Kind::RateLimited`].
    pub fn count<T>(&self, outcome: Result<T, Problem>) -> Result<T, Problem> {
        if let Err(problem) = &outcome
            && problem.kind == Kind::NotFound
        {
            self.limits.receipt_failures.note(&self.client)?;
        }
        outcome
    }
}

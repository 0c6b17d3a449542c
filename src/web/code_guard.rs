//! What stands around a receipt code, in the API and on the pages: codes are guessed slowly, from wherever it is tried.

use actix_web::HttpRequest;

use crate::base::{Kind, Problem, ReceiptCode};
use crate::keys::codes::candidate_ids;
use crate::loop_back::receipts;
use crate::service::Service;
use crate::web::client;
use crate::web::limits::{Client, RateLimits};

/// The limits around a code: per client, per wrong code of a client, per receipt.
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

    /// The code that was typed, if it may be tried now.
    ///
    /// # Errors
    /// [`Kind::RateLimited`], [`Kind::BadCode`].
    pub fn code(&self, typed: &str) -> Result<ReceiptCode, Problem> {
        self.limits.receipt_lookups.check(&self.client)?;
        self.limits.receipt_failures.may_try(&self.client)?;
        let code = receipts::parse(typed)?;
        for id in candidate_ids(&self.service.keyring, &code).into_iter().take(1) {
            self.limits.one_receipt.check(&id)?;
        }
        Ok(code)
    }

    /// What was done with the code: one that fits its check symbol but is nobody's is a guess, or a rare misprint.
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

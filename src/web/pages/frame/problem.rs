//! How a page reports a problem: what it was and what to do, in the look of the page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use askama::Template;

use super::kiosk_screen;
use super::page::{Frame, Keep, Page};
use crate::base::{Kind, Problem};
use crate::web::errors;

/// `templates/problem.html`.
#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    text: String,
    again: Option<String>,
}

impl Page {
    /// The page, or the problem page.
    pub fn answer(&self, outcome: Result<HttpResponse, Problem>) -> HttpResponse {
        outcome.unwrap_or_else(|problem| self.problem(&problem))
    }

    /// A page that says what went wrong and what to do.
    pub fn problem(&self, problem: &Problem) -> HttpResponse {
        let row = errors::note(problem);
        let what = match problem.kind {
            Kind::UnitClosed => "closed",
            Kind::RateLimited | Kind::Overloaded | Kind::Unavailable | Kind::TimedOut => "busy",
            Kind::StaffSession => "refused",
            Kind::BodyTooLarge => "too-large",
            _ if row.status == 404 || row.status == 405 => "not-found",
            _ => "fault",
        };
        let title = self.t.get(&format!("problem-title-{what}"));
        let text = self.t.get(&format!("problem-text-{what}"));
        let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = if self.path().starts_with(kiosk_screen::ROOT) {
            self.html(status, Keep::Never, &kiosk_screen::problem(self, title, text))
        } else {
            let again = (what == "busy").then(|| self.link(self.path()));
            self.html(status, Keep::Never, &ProblemPage { frame: self.frame(title), text, again })
        };
        if let Some(seconds) = problem.retry_after_seconds {
            answer.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        answer
    }

    /// The response of a closed unit at the addresses where feedback is given.
    pub fn gone(&self) -> HttpResponse {
        let mut answer = self.problem(&Problem::new(Kind::UnitClosed, "This unit has closed."));
        *answer.status_mut() = StatusCode::GONE;
        answer
    }
}

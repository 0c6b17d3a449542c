//! The receipt page. The code is sent by POST, and the response shows what came of the feedback; what the giver replies
//! is sent in the same way. The code is in no address, no cookie and no log.

mod view;

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, LOCATION, RETRY_AFTER};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use crate::base::receipt::{RECEIPT_SYMBOLS, ReceiptCodeError};
use crate::base::{Kind, Problem, ReceiptCode};
use crate::locales::{Texts, arguments};
use crate::loop_back::receipts::{self, Call, LookedUpBy};
use crate::loop_back::story::Story;
use crate::service::Service;
use crate::service::idempotency::{KeyedRequest, RequestKey};
use crate::web::code_guard::CodeGuard;
use crate::web::errors;
use crate::web::limits::RateLimits;
use crate::web::pages::frame::entry::Entry;
use crate::web::pages::frame::guard::TooOften;
use crate::web::pages::frame::page::{Frame, Keep, LANGUAGE, Page};
use view::{Done, Fault, SCRIPT, Typed};

/// The maximum number of characters of a mistyped code that are shown again: enough for an address that ends in a code.
const TYPED_MOST: usize = 256;

/// Symbols in a group of a code.
const GROUP: usize = 4;

/// The endpoint under which idempotency keys of this page are stored.
const ENDPOINT: &str = "POST /r";

/// The form for the code (`templates/receipt_code.html`).
#[derive(Template)]
#[template(path = "receipt_code.html")]
struct CodePage {
    frame: Frame,
    typed: String,
    fault: Option<String>,
    /// Whether the fault is in what was typed.
    at_field: bool,
}

/// A text that could not be sent now, kept to be sent again (`templates/receipt_later.html`).
#[derive(Template)]
#[template(path = "receipt_later.html")]
struct LaterPage {
    frame: Frame,
    why: String,
    action: &'static str,
    hidden: Vec<(&'static str, String)>,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Look,
    Message,
    Verdict,
}

impl Act {
    const fn address(self) -> &'static str {
        match self {
            Self::Look => "/r",
            Self::Message => "/r/message",
            Self::Verdict => "/r/verdict",
        }
    }
}

/// The routes, below `/r`.
pub fn configure(routes: &mut ServiceConfig) {
    routes
        .route("", web::get().to(ask))
        .route("", web::post().to(look))
        // For a browser that reloads the address of a response: what was sent is not in it.
        .route("/message", web::get().to(ask))
        .route("/message", web::post().to(message))
        .route("/verdict", web::get().to(ask))
        .route("/verdict", web::post().to(verdict))
        .route("/{code:.*}", web::get().to(not_in_the_address));
}

async fn not_in_the_address(request: HttpRequest) -> HttpResponse {
    away_from_code(&request)
}

/// The way from an address with a code in it to the form for the code. The code is neither used nor repeated, and nothing
/// of it stays in the address bar.
pub fn away_from_code(request: &HttpRequest) -> HttpResponse {
    let form = Page::of(request).link(Act::Look.address());
    HttpResponse::SeeOther().insert_header((LOCATION, form)).insert_header((CACHE_CONTROL, "no-store")).finish()
}

async fn ask(request: HttpRequest) -> HttpResponse {
    // Whatever is in the address is not used as a code, and not shown again.
    code_page(&Page::of(&request), StatusCode::OK, "", None, true)
}

/// One visit. What is sent too often is kept on the page, as on every page with a form.
async fn visit(request: &HttpRequest, service: &Service, limits: &RateLimits, entry: &Entry, act: Act) -> HttpResponse {
    let visit = Visit::new(request, service, entry, act);
    let too_often = request.extensions_mut().remove::<TooOften>();
    match too_often {
        Some(TooOften(problem)) => visit.not_looked_up(&problem),
        None => visit.answer(&CodeGuard::new(request, service, limits)).await,
    }
}

async fn look(request: HttpRequest, service: Data<Service>, limits: Data<RateLimits>, entry: Entry) -> HttpResponse {
    visit(&request, &service, &limits, &entry, Act::Look).await
}

async fn message(request: HttpRequest, service: Data<Service>, limits: Data<RateLimits>, entry: Entry) -> HttpResponse {
    visit(&request, &service, &limits, &entry, Act::Message).await
}

async fn verdict(request: HttpRequest, service: Data<Service>, limits: Data<RateLimits>, entry: Entry) -> HttpResponse {
    visit(&request, &service, &limits, &entry, Act::Verdict).await
}

/// A form that was sent to this page.
struct Visit<'a> {
    page: Page,
    service: &'a Service,
    entry: &'a Entry,
    act: Act,
    staff: bool,
}

/// What the giver wrote, read from the form.
struct Words<'a> {
    matter: Option<Uuid>,
    helped: Option<bool>,
    text: &'a str,
}

impl<'a> Visit<'a> {
    fn new(request: &HttpRequest, service: &'a Service, entry: &'a Entry, act: Act) -> Self {
        // The buttons of the languages are in the page's head, before the form and its own language field.
        let page = Page::of(request).speaking(entry.first(LANGUAGE));
        // Basic authentication may belong to a proxy; a bearer token means staff.
        let header = request.headers().get(AUTHORIZATION).map(|value| value.as_bytes().to_ascii_lowercase());
        let staff = header.is_some_and(|value| value.starts_with(b"bearer"));
        Self { page, service, entry, act, staff }
    }

    /// Whether the form was sent by its own button. The language buttons also send it, to show it again.
    fn is_pressed(&self) -> bool {
        let named = self.entry.get("to").is_some();
        match self.entry.get("at") {
            None => true,
            // If there are several matters, the button names its matter.
            Some("story") => named || self.entry.filled("matter").is_some(),
            Some(_) => named,
        }
    }

    fn typed_code(&self) -> &'a str {
        self.entry.get("code").unwrap_or_default()
    }

    async fn answer(&self, guard: &CodeGuard<'_>) -> HttpResponse {
        if self.staff {
            let refused = Problem::new(Kind::StaffSession, "A receipt is its giver's alone.");
            return self.code_again(&refused, Some(self.page.t.get("receipt-fault-staff")), false);
        }
        match self.entry.get("at") {
            Some("code") if !self.is_pressed() => {
                return code_page(&self.page, StatusCode::OK, self.typed_code(), None, true);
            }
            Some("later") if !self.is_pressed() => {
                return self.later(StatusCode::OK, self.page.t.get("receipt-later-text"));
            }
            _ => {}
        }
        let code = match guard.code(self.typed_code()) {
            Ok(code) => code,
            Err(problem) => return self.not_looked_up(&problem),
        };
        let outcome = if self.act == Act::Look || !self.is_pressed() {
            let story = guard.count(self.story(&code).await);
            story.map(|story| self.show(&story, &code, &Typed::of(self.entry), None))
        } else {
            self.say(guard, &code).await
        };
        outcome.unwrap_or_else(|problem| self.not_looked_up(&problem))
    }

    async fn story(&self, code: &ReceiptCode) -> Result<Story, Problem> {
        receipts::lookup(self.service, code, LookedUpBy::Giver, Some(self.page.t)).await
    }

    fn words(&self) -> Result<Words<'a>, Problem> {
        let named = self.entry.filled("matter");
        let matter = named.map(Uuid::parse_str).transpose();
        let matter = matter.map_err(|_| Problem::at("/matter", Kind::UnknownReference, "There is no such matter."))?;
        // With several matters on the page, each has its own fields.
        let field = |name: &str| {
            let own = matter.and_then(|id| self.entry.get(&format!("{name}.{id}")));
            own.or_else(|| self.entry.get(name)).unwrap_or_default()
        };
        let helped = match field("helped") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        Ok(Words { matter, helped, text: field("text") })
    }

    fn key(&self) -> Result<Option<RequestKey>, Problem> {
        self.entry.get("key").map(|key| RequestKey::parse(key, None, ENDPOINT)).transpose()
    }

    /// Stores what the giver wrote, and shows the story as it is afterwards.
    async fn say(&self, guard: &CodeGuard<'_>, code: &ReceiptCode) -> Result<HttpResponse, Problem> {
        let words = match self.words() {
            Ok(words) => words,
            Err(problem) => return self.refused(code, &problem).await,
        };
        let empty = words.text.trim().is_empty();
        // A text without a chosen face is an addition.
        let helped = words.helped.filter(|_| self.act == Act::Verdict);
        if self.act == Act::Verdict && helped.is_none() && empty {
            return self.refused(code, &Problem::at("/helped", Kind::Invalid, "Choose one of the two.")).await;
        }
        let key = match self.key() {
            Ok(key) => key,
            Err(problem) => return self.refused(code, &problem).await,
        };
        let body = serde_json::json!([code.reveal(), words.matter, helped, words.text]).to_string();
        let call = Call {
            code,
            matter: words.matter,
            repeat: key.map(|key| KeyedRequest { key, body: body.as_bytes() }),
            language: Some(self.page.t),
        };
        let outcome = match helped {
            Some(helped) => {
                let text = Some(words.text).filter(|_| !empty);
                receipts::verdict(self.service, &call, helped, text).await
            }
            None => receipts::message(self.service, &call, words.text).await,
        };
        let problem = match guard.count(outcome) {
            Ok(story) => {
                let done = Done { matter: words.matter, helped };
                return Ok(self.show(&story, code, &Typed::others(self.entry, words.matter), Some(Ok(done))));
            }
            Err(problem) => problem,
        };
        match problem.kind {
            Kind::NotFound | Kind::RateLimited => Err(problem),
            _ if errors::row_of(problem.kind).status >= 500 => Err(problem),
            _ => self.refused(code, &problem).await,
        }
    }

    /// The story with the fault, and with everything that was typed.
    async fn refused(&self, code: &ReceiptCode, problem: &Problem) -> Result<HttpResponse, Problem> {
        let story = self.story(code).await?;
        let fault = Fault::of(self.page.t, problem, self.service.config.limits.text_chars, self.entry);
        Ok(self.show(&story, code, &Typed::of(self.entry), Some(Err((problem, fault)))))
    }

    fn show(
        &self,
        story: &Story,
        code: &ReceiptCode,
        typed: &Typed,
        outcome: Option<Result<Done, (&Problem, Fault)>>,
    ) -> HttpResponse {
        let (status, said) = match outcome {
            None => (StatusCode::OK, None),
            Some(Ok(done)) => (StatusCode::OK, Some(Ok(done))),
            Some(Err((problem, fault))) => (status_of(problem), Some(Err(fault))),
        };
        // Until a form is accepted it keeps its key; afterwards the page gets a new one.
        let unsent = matches!(said, None | Some(Err(_)));
        let kept = self.entry.get("key").filter(|key| unsent && Uuid::parse_str(key).is_ok());
        let reused = matches!(&said, Some(Err(fault)) if fault.wants_new_key);
        let key = match kept.filter(|_| !reused).map(str::to_owned) {
            Some(key) => key,
            None => match crate::base::chance::random_id(self.service.entropy.as_ref()) {
                Ok(id) => id.to_string(),
                Err(why) => return self.page.problem(&Problem::internal(why)),
            },
        };
        let template = view::story_page(&self.page, self.service, story, &code.reveal(), key, typed, said);
        self.page.html(status, Keep::Never, &template)
    }

    /// Shows the form for the code again if there is no story to show. What was written is kept.
    fn not_looked_up(&self, problem: &Problem) -> HttpResponse {
        let t = self.page.t;
        let status = errors::row_of(problem.kind).status;
        let writes = self.act != Act::Look && self.words().is_ok_and(|words| !words.text.trim().is_empty());
        if writes && (problem.kind == Kind::RateLimited || status >= 500) {
            let why = match problem.retry_after_seconds {
                Some(seconds) => t.with("receipt-later-seconds", &seconds_of(seconds)),
                None => t.get("receipt-later-text"),
            };
            let mut answer = self.later(status_of(problem), why);
            set_retry_after(&mut answer, problem);
            return answer;
        }
        match problem.kind {
            Kind::BadCode => self.code_again(problem, Some(what_is_wrong(t, self.typed_code())), true),
            Kind::NotFound => self.code_again(problem, Some(t.get("receipt-code-unknown")), true),
            Kind::RateLimited => {
                let seconds = problem.retry_after_seconds.unwrap_or(1);
                self.code_again(problem, Some(t.with("receipt-code-wait", &seconds_of(seconds))), false)
            }
            _ => self.code_again(problem, Some(t.get("problem-text-busy")), false),
        }
    }

    fn code_again(&self, problem: &Problem, fault: Option<String>, at_field: bool) -> HttpResponse {
        let mut answer = code_page(&self.page, status_of(problem), self.typed_code(), fault, at_field);
        set_retry_after(&mut answer, problem);
        answer
    }

    fn later(&self, status: StatusCode, why: String) -> HttpResponse {
        let words = self.words().unwrap_or(Words { matter: None, helped: None, text: "" });
        let helped = words.helped.map(|helped| if helped { "yes" } else { "no" });
        let hidden = [
            ("code", Some(self.typed_code().to_owned())),
            ("key", self.entry.filled("key").map(str::to_owned)),
            ("matter", words.matter.map(|matter| matter.to_string())),
            ("helped", helped.map(str::to_owned)),
        ];
        let template = LaterPage {
            frame: self.page.frame(self.page.t.get("receipt-later-title")).carrying("receipt").with_script(SCRIPT),
            why,
            action: self.act.address(),
            hidden: hidden.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
            text: words.text.to_owned(),
        };
        self.page.html(status, Keep::Never, &template)
    }
}

fn status_of(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(errors::note(problem).status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn set_retry_after(answer: &mut HttpResponse, problem: &Problem) {
    if let Some(seconds) = problem.retry_after_seconds {
        answer.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
}

fn seconds_of(seconds: u64) -> crate::locales::FluentArgs<'static> {
    arguments([("seconds", i64::try_from(seconds).unwrap_or(i64::MAX).into())])
}

fn code_page(page: &Page, status: StatusCode, typed: &str, fault: Option<String>, at_field: bool) -> HttpResponse {
    let title = page.t.get("receipt-title");
    let template = CodePage {
        frame: page.frame(title).carrying("receipt").with_script(SCRIPT),
        typed: typed.chars().take(TYPED_MOST).collect(),
        fault,
        at_field,
    };
    page.html(status, Keep::Never, &template)
}

/// What is wrong with an invalid code: which group has a wrong symbol, how many symbols there are, or only that one of
/// them is wrong.
fn what_is_wrong(t: Texts, typed: &str) -> String {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    match ReceiptCode::parse(typed).err() {
        Some(ReceiptCodeError::NotInAlphabet { position }) if position <= RECEIPT_SYMBOLS => {
            let (group, place) = ((position - 1) / GROUP + 1, (position - 1) % GROUP + 1);
            let places = arguments([("group", number(group).into()), ("place", number(place).into())]);
            t.with("receipt-code-symbol", &places)
        }
        Some(ReceiptCodeError::WrongLength { found: 0, .. }) => t.get("receipt-code-missing"),
        Some(ReceiptCodeError::WrongLength { found, .. }) if found < RECEIPT_SYMBOLS => {
            t.with("receipt-code-short", &arguments([("found", number(found).into())]))
        }
        Some(ReceiptCodeError::WrongLength { .. } | ReceiptCodeError::NotInAlphabet { .. }) => {
            t.get("receipt-code-long")
        }
        Some(ReceiptCodeError::CheckFails) | None => t.get("receipt-code-check"),
    }
}

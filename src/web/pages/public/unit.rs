//! A unit's own page: what feedback can be given here, and what came of it.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::civil::Date;

use crate::base::{Channel, Problem};
use crate::instrument::{Instrument, QuestionKind};
use crate::locales::{Texts, arguments};
use crate::service::Service;
use crate::store::postings::PostingKind;
use crate::web::pages::frame::page::{Frame, Keep, Page};
use crate::web::pages::frame::posts::{self, Post};
use crate::web::pages::frame::units::{Takes, offered, unit_of};

/// The number of posts of the board shown here.
const POSTS: i64 = 3;
/// How long a choice takes, in seconds.
const SECONDS_A_CHOICE: usize = 10;
/// How long a text takes, in seconds.
const SECONDS_A_TEXT: usize = 45;
/// Seconds in a minute.
const MINUTE: usize = 60;

/// `templates/unit.html`.
#[derive(Template)]
#[template(path = "unit.html")]
struct UnitPage {
    frame: Frame,
    name: String,
    service: String,
    social_phone: Option<Phone>,
    takes: Takes,
    offers: Vec<Offer>,
    posts: Vec<Post>,
}

/// A phone number.
struct Phone {
    dialled: String,
    /// The text of the link.
    words: String,
}

/// An instrument that can be filled in here.
struct Offer {
    title: String,
    lead: String,
    questions: usize,
    length: String,
    /// Whether its yearly survey is in this month.
    now: bool,
    address: String,
}

impl Offer {
    fn of(instrument: &Instrument, page: &Page, slug: &str, today: Date) -> Self {
        let t = page.t;
        let say = |text: &crate::instrument::Text| text.say(t.language(), Some(Channel::Web)).to_owned();
        Self {
            title: say(&instrument.title),
            lead: instrument.lead.as_ref().map(say).unwrap_or_default(),
            questions: instrument.questions.len(),
            length: length(instrument, t),
            now: instrument.survey_month.is_some_and(|month| i64::from(month) == i64::from(today.month())),
            address: page.link(&format!("/u/{slug}/{}", instrument.id)),
        }
    }
}

/// How long answering takes: an estimate, rounded up to minutes.
fn length(instrument: &Instrument, t: Texts) -> String {
    let seconds: usize = instrument
        .questions
        .iter()
        .map(|question| match question.kind {
            QuestionKind::Text => SECONDS_A_TEXT,
            QuestionKind::Scale { .. } | QuestionKind::Choice { .. } | QuestionKind::Number { .. } => SECONDS_A_CHOICE,
        })
        .sum();
    let minutes = i64::try_from(seconds.div_ceil(MINUTE).max(1)).unwrap_or(i64::MAX);
    t.with("unit-minutes", &arguments([("minutes", minutes.into())]))
}

async fn show(request: HttpRequest, service: Data<Service>, slug: Path<String>) -> HttpResponse {
    let page = Page::of(&request);
    page.answer(page_of(&page, &service, &slug).await)
}

async fn page_of(page: &Page, service: &Service, slug: &str) -> Result<HttpResponse, Problem> {
    let snapshot = service.snapshot();
    let (unit, today) = (unit_of(&snapshot.tree, slug)?, service.today());
    let takes = Takes::of(&snapshot.tree, unit, today);
    let offers = offered(&snapshot, unit, Channel::Web).filter(|_| takes == Takes::Yes);
    let mut offers: Vec<Offer> = offers.map(|instrument| Offer::of(instrument, page, slug, today)).collect();
    // Surveys of this month come first, then the shortest.
    offers.sort_by_key(|offer| (!offer.now, offer.questions));
    let posts = posts::newest(service, slug, PostingKind::Board, POSTS).await?;
    let phone = &service.config.pages.social_emergency_phone;
    let template = UnitPage {
        frame: page.frame(page.t.get("unit-title")).of_unit(service, &snapshot.tree, unit),
        name: unit.name.clone(),
        service: snapshot.tree.services.get(&unit.service_id).map(|held| held.name.clone()).unwrap_or_default(),
        social_phone: (unit.sensitive && !phone.is_empty()).then(|| Phone {
            dialled: phone.split_whitespace().collect(),
            words: page.t.with("unit-urgent-social-call", &arguments([("phone", phone.clone().into())])),
        }),
        takes,
        offers,
        posts: posts.iter().filter_map(|posting| Post::of(posting, page.t)).collect(),
    };
    // A closed unit keeps its page: it leads to the unit's board and to the receipts of its givers.
    Ok(page.html(StatusCode::OK, Keep::Fresh, &template))
}

/// The way to the page of the unit whose short name `path` begins with, or to a page below it: people type it right after the
/// service's own address.
pub fn by_short_name(request: &HttpRequest, path: &str) -> Option<HttpResponse> {
    let service = request.app_data::<Data<Service>>()?;
    service.snapshot().tree.unit_by_slug(path.split('/').next()?)?;
    let address = Page::of(request).link(&format!("/u/{path}"));
    // Not to be kept: a page of the service may get this name.
    Some(
        HttpResponse::SeeOther().insert_header((LOCATION, address)).insert_header((CACHE_CONTROL, "no-store")).finish(),
    )
}

/// The route, below `/u`.
pub fn configure(routes: &mut ServiceConfig) {
    routes.route("/{unit}", web::get().to(show));
}

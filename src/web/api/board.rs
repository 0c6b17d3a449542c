//! The board of a unit, "Te sanoitte – me teimme": public to read, posted by staff. A post tells the givers of the
//! cases it covers.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::listing::Part;
use super::parameters::{KeyHeader, PostingPath, UnitPath};
use super::problem_answers::{PublicProblems, WriteProblems};
use crate::base::{Fault, Kind, Language, Problem};
use crate::case::decision::DecisionKind;
use crate::config::Limits;
use crate::loop_back::board::{self, Covers, Posted};
use crate::loop_back::postings::{self, LANGUAGES_MOST, Posting, Words};
use crate::organisation::Action;
use crate::service::Service;
use crate::service::idempotency::KeyedRequest;
use crate::store::Day;
use crate::store::postings::PostingKind;
use crate::web::authority::{Allowed, scope};
use crate::web::errors::ApiProblem;
use crate::web::headers::idempotency_key;
use crate::web::json::StrictJson;

/// `Cache-Control` of a public list: browsers and proxies may keep it for 60 seconds.
pub(super) const PUBLIC_CACHE: &str = "public, max-age=60";

/// A new post on a unit's board.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBoardPost {
    /// What givers said, in the words of staff: nothing that reveals who said it.
    #[schema(min_length = 1, max_length = 10000, example = "Puhelimeen ei vastattu iltapäivisin.")]
    pub said: String,
    /// What was done, or why nothing was.
    #[schema(min_length = 1, max_length = 10000, example = "Puhelinaika on nyt kello 9–15.")]
    pub done: String,
    /// The language of these words.
    pub language: Language,
    /// The same in other languages.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub translations: Vec<BoardTranslation>,
    /// What was decided, shown as a word and a symbol above the post. Without it none is shown.
    #[serde(default)]
    pub decision: Option<DecisionKind>,
    /// The decided cases whose givers this post tells: cards, oral notes, and what came by web, kiosk or paper without
    /// an e-mail address (or with one that refused the mail). If one of them cannot be covered, the post is refused.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub covers: Vec<Uuid>,
    /// Covers every such case of the unit instead, up to 500.
    #[serde(default)]
    pub covers_all_decided: bool,
    /// With `covers_all_decided`: only cases whose answer was available on this day or before, so that later decisions,
    /// which the words do not cover, wait for the next post.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub decided_up_to: Option<Date>,
    /// That names, phone numbers and addresses of people in the words were looked at, and may be read by everybody. Without it
    /// such words are refused with `names-people`, and the places are named.
    #[serde(default)]
    pub names_checked: bool,
}

/// A correction of a post.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardCorrection {
    /// What givers said.
    #[schema(min_length = 1, max_length = 10000, example = "Puhelimeen ei vastattu iltapäivisin.")]
    pub said: String,
    /// What was done.
    #[schema(min_length = 1, max_length = 10000, example = "Puhelinaika on nyt kello 9–16.")]
    pub done: String,
    /// The language of these words.
    pub language: Language,
    /// The same in other languages.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub translations: Vec<BoardTranslation>,
    /// What was decided. Without it none is shown any longer.
    #[serde(default)]
    pub decision: Option<DecisionKind>,
    /// That names, phone numbers and addresses of people in the words were looked at, and may be read by everybody. Without it
    /// such words are refused with `names-people`, and the places are named.
    #[serde(default)]
    pub names_checked: bool,
}

/// A post in another language.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardTranslation {
    /// What givers said.
    #[schema(min_length = 1, max_length = 10000, example = "Telefonen besvarades inte på eftermiddagarna.")]
    pub said: String,
    /// What was done.
    #[schema(min_length = 1, max_length = 10000, example = "Telefontiden är nu kl. 9–15.")]
    pub done: String,
    /// Its language.
    pub language: Language,
}

/// A post as everybody reads it.
#[derive(Serialize, ToSchema)]
pub struct BoardPost {
    /// Its id.
    pub id: Uuid,
    /// When it was posted.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// When its words were last corrected.
    #[schema(value_type = Option<String>, format = Date)]
    pub corrected_on: Option<Date>,
    /// What was decided, if staff named it.
    pub decision: Option<DecisionKind>,
    /// Its words by language, the original first.
    pub texts: Vec<BoardText>,
}

/// The words of a post in one language.
#[derive(Serialize, ToSchema)]
pub struct BoardText {
    /// Its language.
    pub language: Language,
    /// What givers said.
    pub said: String,
    /// What was done.
    pub done: String,
}

/// A post and what it did, for whoever posted it.
#[derive(Serialize, ToSchema)]
pub struct PostedOnBoard {
    /// The post.
    #[serde(flatten)]
    pub post: BoardPost,
    /// How many cases it told.
    pub covered: i64,
    /// Whether more cases could be covered than one post may: post again for them.
    pub more: bool,
}

/// A page of a unit's board, newest first.
#[derive(Serialize, ToSchema)]
pub struct BoardPage {
    /// The unit's name.
    pub unit: String,
    /// The posts.
    pub items: Vec<BoardPost>,
    /// The cursor of the next page; null on the last page.
    pub next_cursor: Option<String>,
}

/// Which page of a public list, newest first.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NewestFirstQuery {
    /// The `next_cursor` of the previous page.
    pub cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
}

impl NewestFirstQuery {
    /// The requested part of the list.
    pub(super) fn part(&self, limits: &Limits) -> Result<Part, Problem> {
        Part::of(self.cursor.as_deref(), self.limit, limits)
    }
}

/// The sort key of a posting.
pub(super) fn place_of(posting: &Posting) -> (Day, Uuid) {
    (posting.row.posted_on, posting.row.id)
}

/// Refuses more translations than there are languages besides the original.
pub(super) fn check_translations(count: usize) -> Result<(), Problem> {
    if count < LANGUAGES_MOST {
        return Ok(());
    }
    let detail = format!("There can be {} translations at most, each language once.", LANGUAGES_MOST - 1);
    Err(Problem::at("/translations", Kind::BatchSize, detail))
}

fn words<'a>(
    said: &'a str,
    done: &'a str,
    language: Language,
    translations: &'a [BoardTranslation],
    names_checked: bool,
) -> Result<Vec<Words<'a>>, Problem> {
    check_translations(translations.len())?;
    let original = Words { pointer: String::new(), language, said: Some(said), done: ("done", done), names_checked };
    let others = translations.iter().enumerate().map(|(index, text)| Words {
        pointer: format!("/translations/{index}"),
        language: text.language,
        said: Some(&text.said),
        done: ("done", &text.done),
        names_checked,
    });
    Ok(std::iter::once(original).chain(others).collect())
}

fn document(posting: Posting) -> BoardPost {
    BoardPost {
        id: posting.row.id,
        on: posting.row.posted_on.0,
        corrected_on: posting.row.corrected_on.map(|day| day.0),
        decision: posting.decision(),
        texts: posting
            .texts
            .into_iter()
            .map(|text| BoardText { language: text.language, said: text.said, done: text.done })
            .collect(),
    }
}

/// The board of a unit: what staff wrote for it, newest first. Nothing reveals whose feedback a post is about.
#[utoipa::path(get, path = "/api/v1/units/{slug}/board", operation_id = "list_board", tag = "board",
    params(UnitPath, NewestFirstQuery),
    security(()),
    responses((status = 200, body = BoardPage, description = "A page of the board"), PublicProblems))]
pub async fn list(
    service: Data<Service>,
    slug: Path<String>,
    query: Query<NewestFirstQuery>,
) -> Result<HttpResponse, ApiProblem> {
    let part = query.part(&service.config.limits)?;
    let rows = postings::page(&service, &slug, PostingKind::Board, part.after, part.rows).await?;
    let (postings, next_cursor) = part.page_of(rows, place_of);
    let unit = service.snapshot().tree.unit_by_slug(&slug).map(|unit| unit.name.clone()).unwrap_or_default();
    let items = postings.into_iter().map(document).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, PUBLIC_CACHE)).json(BoardPage { unit, items, next_cursor }))
}

/// Posts on the board. For the responsible person and handlers of the unit. The givers of the covered cases are told.
#[utoipa::path(post, path = "/api/v1/units/{slug}/board", operation_id = "add_board_post", tag = "board",
    request_body = NewBoardPost,
    params(UnitPath, KeyHeader),
    security(("token" = ["cases:write"])),
    responses((status = 201, body = PostedOnBoard, description = "It is posted"), WriteProblems))]
pub async fn create(
    request: HttpRequest,
    service: Data<Service>,
    caller: Allowed<scope::CasesWrite>,
    slug: Path<String>,
    body: StrictJson<NewBoardPost>,
) -> Result<HttpResponse, ApiProblem> {
    let new = &body.value;
    let covers = match (new.covers_all_decided, new.decided_up_to) {
        (true, _) if !new.covers.is_empty() => {
            let detail = "Name cases or let the post cover all of them, not both.";
            return Err(Problem::at("/covers_all_decided", Kind::Invalid, detail).into());
        }
        (true, up_to) => Covers::AllDecided(up_to.unwrap_or_else(|| service.today())),
        (false, Some(_)) => {
            let detail = "decided_up_to goes with covers_all_decided. Remove it, or set that.";
            return Err(Problem::of_faults(vec![Fault::new("/decided_up_to", Kind::Invalid, detail)]).into());
        }
        (false, None) => Covers::These(new.covers.clone()),
    };
    let words = words(&new.said, &new.done, new.language, &new.translations, new.names_checked)?;
    let key = idempotency_key(&request, Some(caller.authority.principal_id()))?;
    let repeat = key.map(|key| KeyedRequest { key, body: &body.bytes });
    let Posted { posting, covered, more } =
        board::post(&service, &caller.authority, &slug, new.decision, &words, &covers, repeat).await?;
    Ok(HttpResponse::Created().json(PostedOnBoard { post: document(posting), covered, more }))
}

/// Corrects the words of a post. Givers whom it told stay told.
#[utoipa::path(put, path = "/api/v1/units/{slug}/board/{id}", operation_id = "correct_board_post", tag = "board",
    request_body = BoardCorrection,
    params(PostingPath),
    security(("token" = ["cases:write"])),
    responses((status = 200, body = BoardPost, description = "The post as it is now"), WriteProblems))]
pub async fn correct(
    service: Data<Service>,
    caller: Allowed<scope::CasesWrite>,
    path: Path<(String, Uuid)>,
    body: StrictJson<BoardCorrection>,
) -> Result<HttpResponse, ApiProblem> {
    let (slug, id) = path.into_inner();
    let snapshot = service.snapshot();
    let (unit, _) = postings::unit_for(&service, &snapshot.tree, &caller.authority, &slug, Action::PostOnBoard)?;
    let new = &body.value;
    let words = words(&new.said, &new.done, new.language, &new.translations, new.names_checked)?;
    let posting = postings::correct(&service, unit, PostingKind::Board, id, new.decision, &words).await?;
    Ok(HttpResponse::Ok().json(document(posting)))
}

/// Takes a post down: it is kept but no longer shown. Givers whom it told stay told.
#[utoipa::path(delete, path = "/api/v1/units/{slug}/board/{id}", operation_id = "take_down_board_post", tag = "board",
    params(PostingPath),
    security(("token" = ["cases:write"])),
    responses((status = 204, description = "It is taken down"), WriteProblems))]
pub async fn take_down(
    service: Data<Service>,
    caller: Allowed<scope::CasesWrite>,
    path: Path<(String, Uuid)>,
) -> Result<HttpResponse, ApiProblem> {
    let (slug, id) = path.into_inner();
    let snapshot = service.snapshot();
    let (unit, _) = postings::unit_for(&service, &snapshot.tree, &caller.authority, &slug, Action::PostOnBoard)?;
    postings::take_down(&service, unit, PostingKind::Board, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The routes, below `/api/v1`.
pub fn configure(routes: &mut ServiceConfig) {
    routes
        .route("/units/{slug}/board", web::get().to(list))
        .route("/units/{slug}/board", web::post().to(create))
        .route("/units/{slug}/board/{id}", web::put().to(correct))
        .route("/units/{slug}/board/{id}", web::delete().to(take_down));
}

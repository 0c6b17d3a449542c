//! The common part of every page: its language, its frame, and its response.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, ContentType, VARY};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::assets;
use super::units::Takes;
use crate::base::Problem;
pub use crate::locales::LANGUAGE;
use crate::locales::{Texts, soft};
use crate::organisation::{Tree, Unit};
use crate::service::Service;
use crate::web::errors;

/// The address parameter for the unit from which somebody came to a page about the service.
pub const UNIT: &str = "unit";

/// How long the browser may keep a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Revalidated each time, but available when the giver goes back.
    Fresh,
    /// Never: the page shows what only the giver may see.
    Never,
}

/// A request for a page: its address and its language.
#[derive(Debug, Clone)]
pub struct Page {
    /// The texts in its language.
    pub t: Texts,
    /// Whether the giver chose the language: then links contain it, so that no cookie is needed.
    chosen: bool,
    path: String,
    /// The other parameters of its address, as they were sent.
    parameters: Vec<(String, String)>,
}

impl Page {
    /// The page of a request: in the language of its address, else of the browser, else in Finnish.
    pub fn of(request: &HttpRequest) -> Self {
        let mut parameters: Vec<(String, String)> =
            form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect();
        let wanted = parameters.iter().find(|(name, _)| name == LANGUAGE).map(|(_, value)| value.clone());
        parameters.retain(|(name, _)| name != LANGUAGE);
        let accepted = || {
            let header = request.headers().get(ACCEPT_LANGUAGE)?.to_str().ok()?;
            Texts::accepted(header)
        };
        let chosen = wanted.and_then(|tag| Texts::tagged(&tag));
        let t = chosen.or_else(accepted).unwrap_or_else(|| Texts::of(""));
        Self { t, chosen: chosen.is_some(), path: request.path().to_owned(), parameters }
    }

    /// The same page in the language that a form names, if any.
    #[must_use]
    pub fn speaking(mut self, tag: Option<&str>) -> Self {
        if let Some(texts) = tag.and_then(Texts::tagged) {
            self.t = texts;
            self.chosen = true;
        }
        self
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the giver chose the language rather than the browser.
    pub fn is_chosen(&self) -> bool {
        self.chosen
    }

    /// A parameter of the address.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    /// The address of another page in the language of this one.
    pub fn link(&self, path: &str) -> String {
        if !self.chosen {
            return path.to_owned();
        }
        let (path, fragment) = path.split_once('#').map_or((path, None), |(path, part)| (path, Some(part)));
        let mark = if path.contains('?') { '&' } else { '?' };
        let fragment = fragment.map(|part| format!("#{part}")).unwrap_or_default();
        format!("{path}{mark}{LANGUAGE}={}{fragment}", self.t.language())
    }

    pub fn frame(&self, title: impl Into<String>) -> Frame {
        let languages = Texts::all().map(|texts| LanguageChoice {
            tag: texts.language(),
            name: texts.get("language-name"),
            current: texts.language() == self.t.language(),
            address: self.in_language(texts.language()),
        });
        Frame {
            page: self.clone(),
            t: self.t,
            title: title.into(),
            languages: languages.collect(),
            form: None,
            unit: None,
            leave_url: None,
            scripts: Vec::new(),
        }
    }

    /// The address of this page in another language.
    fn in_language(&self, tag: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.parameters).append_pair(LANGUAGE, tag);
        format!("{}?{}", self.path, query.finish())
    }

    /// The page as a response.
    pub fn html(&self, status: StatusCode, keep: Keep, template: &impl Template) -> HttpResponse {
        let html = match template.render() {
            Ok(html) => html,
            Err(why) => {
                errors::note(&Problem::internal(why));
                return HttpResponse::InternalServerError().finish();
            }
        };
        let cache = match keep {
            Keep::Fresh => "private, no-cache",
            Keep::Never => "no-store",
        };
        HttpResponse::build(status)
            .insert_header(ContentType::html())
            .insert_header((CACHE_CONTROL, cache))
            .insert_header((CONTENT_LANGUAGE, self.t.language()))
            .insert_header((VARY, "Accept-Language"))
            .body(html)
    }
}

/// One language in the page's head.
#[derive(Debug, Clone)]
pub struct LanguageChoice {
    pub tag: &'static str,
    /// The language's name in itself.
    pub name: String,
    /// Whether the page is in this language.
    pub current: bool,
    /// The address of the same page in this language.
    pub address: String,
}

/// The unit to which a page belongs.
#[derive(Debug, Clone)]
pub struct UnitFrame {
    /// Its short name.
    pub slug: String,
    pub name: String,
    /// Its organiser's name.
    pub organiser: String,
    /// Whether its first screen names emergency help.
    pub sensitive: bool,
    /// Whether it takes feedback today.
    pub takes: bool,
}

/// What surrounds every page; the template is `templates/frame.html`.
#[derive(Debug, Clone)]
pub struct Frame {
    page: Page,
    pub t: Texts,
    pub title: String,
    /// The languages to choose from.
    pub languages: Vec<LanguageChoice>,
    /// The id of the form whose fields are sent when the language is changed: then the languages are its buttons.
    pub form: Option<&'static str>,
    pub unit: Option<UnitFrame>,
    /// The address of the quick exit, on the pages of sensitive units.
    pub leave_url: Option<String>,
    /// Scripts of the page.
    pub scripts: Vec<&'static str>,
}

impl Frame {
    #[must_use]
    pub fn of_unit(mut self, service: &Service, tree: &Tree, unit: &Unit) -> Self {
        let organiser = tree.organisers.get(&unit.organiser_id).map(|organiser| organiser.name.clone());
        self.unit = Some(UnitFrame {
            slug: unit.slug.clone(),
            name: unit.name.clone(),
            organiser: organiser.unwrap_or_default(),
            sensitive: unit.sensitive,
            takes: Takes::of(tree, unit, service.today()) == Takes::Yes,
        });
        self.leave_url = unit.sensitive.then(|| service.config.pages.leave_url.clone());
        self
    }

    /// The frame of a page with a form whose fields are sent when the language is changed.
    #[must_use]
    pub fn carrying(mut self, form: &'static str) -> Self {
        self.form = Some(form);
        self
    }

    #[must_use]
    pub fn with_script(mut self, name: &'static str) -> Self {
        self.scripts.push(name);
        self
    }

    /// The address of another page in the same language.
    pub fn link(&self, path: &str) -> String {
        self.page.link(path)
    }

    /// The address of a page below the unit's own (`""` for that one).
    pub fn unit_link(&self, below: &str) -> String {
        let slug = self.unit.as_ref().map_or("", |unit| &unit.slug);
        self.page.link(&format!("/u/{slug}{below}"))
    }

    /// The address of a page about the service, with the unit as a parameter.
    pub fn service_link(&self, path: &str) -> String {
        match &self.unit {
            Some(unit) => self.page.link(&format!("{path}?{UNIT}={}", unit.slug)),
            None => self.page.link(path),
        }
    }

    /// Where an accessibility barrier is reported: at the unit, which answers; without a unit, in the statement.
    pub fn barrier_link(&self) -> String {
        if self.takes_feedback() {
            return self.unit_link("/saavutettavuus");
        }
        self.page.link("/accessibility#feedback")
    }

    /// Whether the unit of the page takes feedback today.
    pub fn takes_feedback(&self) -> bool {
        self.unit.as_ref().is_some_and(|unit| unit.takes)
    }

    /// The controller of the register: the organiser of the unit from which somebody came, or the only organiser.
    pub fn controller(&self, service: &Service) -> Option<String> {
        if let Some(unit) = &self.unit {
            return Some(unit.organiser.clone());
        }
        let snapshot = service.snapshot();
        let mut organisers = snapshot.tree.organisers.values();
        organisers.next().filter(|_| organisers.next().is_none()).map(|organiser| organiser.name.clone())
    }

    /// The address of an asset.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// A heading in the page's language with soft hyphens in long words.
    pub fn soft(&self, text: &str) -> String {
        soft::hyphens(text, self.t.language())
    }

    /// A text.
    pub fn say(&self, id: &str) -> String {
        self.t.get(id)
    }
}

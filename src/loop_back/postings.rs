//! What staff publish for a unit, shared by board and results: permission, texts, reading.

use std::ops::RangeInclusive;

use uuid::Uuid;

use crate::base::{Fault, Kind, Language, Problem};
use crate::case::decision::DecisionKind;
use crate::handling::act::checked_text;
use crate::organisation::{Action, Place, Tree, Unit};
use crate::service::{Authority, Service};
use crate::store::postings::{self, PostingKind, PostingRow, PostingText};
use crate::store::{Connected, Day, Reader};
use crate::text::personal::{self, Known};

/// The maximum number of languages of one posting: all there are.
pub const LANGUAGES_MOST: usize = Language::ALL.len();

/// The texts of a posting in one language, as they were sent.
#[derive(Clone)]
pub struct Words<'a> {
    /// Their JSON pointer in the body.
    pub pointer: String,
    pub language: Language,
    /// What givers said, in the words of staff; none for results.
    pub said: Option<&'a str>,
    /// The name of the field for what was done or decided, and its text.
    pub done: (&'static str, &'a str),
    /// Whether names, phone numbers and addresses in them were looked at and may be published.
    pub names_checked: bool,
}

/// A posting with its texts, the original first.
#[derive(Debug, Clone)]
pub struct Posting {
    pub row: PostingRow,
    pub texts: Vec<PostingText>,
}

impl Posting {
    /// The texts in `language`, or the original where there are none.
    pub fn words_in(&self, language: &str) -> Option<&PostingText> {
        self.texts.iter().find(|text| text.language.as_str() == language).or_else(|| self.texts.first())
    }

    /// The decision that the post announces, if staff named one.
    pub fn decision(&self) -> Option<DecisionKind> {
        self.row.decision
    }
}

/// The unit with a short name and its placement, for a caller who may do `action` there.
///
/// # Errors
/// [`Kind::NotFound`] for what lies outside or does not exist.
pub fn unit_for<'t>(
    service: &Service,
    tree: &'t Tree,
    authority: &Authority,
    slug: &str,
    action: Action,
) -> Result<(&'t Unit, Place), Problem> {
    let unit = tree.unit_by_slug(slug).ok_or_else(Problem::not_found)?;
    let place = place_now(service, tree, unit).ok_or_else(Problem::not_found)?;
    if authority.may(action, &place) { Ok((unit, place)) } else { Err(Problem::not_found()) }
}

/// The placement of a unit today, or its last one: feedback to a closed unit still needs an answer.
fn place_now(service: &Service, tree: &Tree, unit: &Unit) -> Option<Place> {
    let today = service.today();
    tree.place(unit, today).or_else(|| {
        let past = tree.placements.values().filter(|held| held.unit_id == unit.id && held.valid_from <= today);
        past.max_by_key(|held| held.valid_from).and_then(|held| tree.place_of(held.id))
    })
}

/// The words as they may be kept: each language once, each text checked and redacted. Whoever wrote them is asked about what
/// could say who somebody is, since everybody will read it.
///
/// # Errors
/// Every fault of the texts; [`Kind::NamesPeople`] for what is asked about.
pub fn checked(service: &Service, id: Uuid, words: &[Words<'_>]) -> Result<Vec<PostingText>, Problem> {
    let mut faults = Vec::new();
    let mut texts: Vec<PostingText> = Vec::new();
    let tree = &service.snapshot().tree;
    let people = tree.principals.values().map(|principal| principal.name.as_str());
    let producers = tree.producers.values().map(|producer| producer.name.as_str());
    let organisers = tree.organisers.values().map(|organiser| organiser.name.as_str());
    let places = producers.chain(organisers).chain(tree.units.values().map(|unit| unit.name.as_str()));
    let known = Known::new(people, places.chain(tree.services.values().map(|service| service.name.as_str())));
    for (n, word) in (0i64..).zip(words) {
        let language = word.language;
        if texts.iter().any(|text| text.language == language) {
            faults.push(Fault::new(
                format!("{}/language", word.pointer),
                Kind::Invalid,
                format!("There are words in {language} already. Write each language once."),
            ));
        }
        let mut read =
            |name: &str, text: &str| match checked_text(service, &format!("{}/{name}", word.pointer), text, language) {
                Ok(text) => {
                    let text = text.into_string();
                    let found = if word.names_checked { Vec::new() } else { personal::places(&text, &known) };
                    if !found.is_empty() {
                        let pointer = format!("{}/{name}", word.pointer);
                        faults.push(Fault::new(pointer, Kind::NamesPeople, asked_about(&found)));
                    }
                    text
                }
                Err(problem) => {
                    faults.extend(problem.faults);
                    String::new()
                }
            };
        let said = word.said.map(|said| read("said", said)).unwrap_or_default();
        let done = read(word.done.0, word.done.1);
        texts.push(PostingText { posting_id: id, n, language, said, done });
    }
    if faults.is_empty() { Ok(texts) } else { Err(Problem::of_faults(faults)) }
}

/// What is asked about these places of a text. The text itself is not repeated.
fn asked_about(found: &[RangeInclusive<usize>]) -> String {
    let places: Vec<String> = found.iter().map(|range| format!("{}–{}", range.start(), range.end())).collect();
    format!(
        "Everybody will read this, and there seems to be a name, a phone number or an address in it: characters {}. Take it \
         out, or send names_checked: true if it may stand there.",
        places.join(", ")
    )
}

/// A posting of a unit that is not hidden, for those who keep it.
///
/// # Errors
/// [`Kind::NotFound`].
pub async fn kept(db: &mut impl Connected, unit: &Unit, kind: PostingKind, id: Uuid) -> Result<PostingRow, Problem> {
    let row = postings::find(db, id).await?.filter(|row| row.unit_id == unit.id && row.kind == kind);
    row.ok_or_else(Problem::not_found)
}

/// Replaces the texts of a posting and the decision it announces.
///
/// # Errors
/// [`Kind::NotFound`], also for what was taken down; faults of the texts.
pub async fn correct(
    service: &Service,
    unit: &Unit,
    kind: PostingKind,
    id: Uuid,
    decision: Option<DecisionKind>,
    words: &[Words<'_>],
) -> Result<Posting, Problem> {
    let texts = checked(service, id, words)?;
    let mut tx = service.store.write().await?;
    kept(&mut tx, unit, kind, id).await?;
    if !postings::correct(&mut tx, id, decision, Day(service.today())).await? {
        return Err(Problem::not_found());
    }
    postings::put_texts(&mut tx, id, &texts).await?;
    let row = kept(&mut tx, unit, kind, id).await?;
    tx.commit().await?;
    Ok(Posting { row, texts })
}

/// Hides a posting. Idempotent. Givers whom it told stay told.
///
/// # Errors
/// [`Kind::NotFound`].
pub async fn take_down(service: &Service, unit: &Unit, kind: PostingKind, id: Uuid) -> Result<(), Problem> {
    let mut tx = service.store.write().await?;
    kept(&mut tx, unit, kind, id).await?;
    postings::take_down(&mut tx, id, Day(service.today())).await?;
    Ok(tx.commit().await?)
}

/// Adds the texts to postings.
///
/// # Errors
/// The store's.
pub async fn with_words(db: &mut impl Connected, rows: Vec<PostingRow>) -> Result<Vec<Posting>, Problem> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let texts = postings::texts(db, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let own = texts.iter().filter(|text| text.posting_id == row.id).cloned().collect();
            Posting { row, texts: own }
        })
        .collect())
}

/// A page of a unit's postings, newest first; needs no permission.
///
/// # Errors
/// [`Kind::NotFound`] for a unit that does not exist; the store's.
pub async fn page(
    service: &Service,
    slug: &str,
    kind: PostingKind,
    after: Option<(Day, Uuid)>,
    limit: i64,
) -> Result<Vec<Posting>, Problem> {
    let snapshot = service.snapshot();
    let unit = snapshot
        .tree
        .unit_by_slug(slug)
        .ok_or_else(|| Problem::new(Kind::NotFound, "There is no unit of this short name. Correct the address."))?;
    let mut db: Reader = service.store.read().await?;
    let rows = postings::page(&mut db, unit.id, kind, after, limit).await?;
    with_words(&mut db, rows).await
}

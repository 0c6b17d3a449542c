//! What a giver can do with a receipt code: read the story, answer or add something, say whether the answer helped.

use uuid::Uuid;

use super::story::{self, Story, StoryUnit};
use crate::base::{Kind, Problem, ReceiptCode};
use crate::case::steps::{State, Step, next};
use crate::case::words::TextKind;
use crate::handling::act::{checked_text, tell_by_receipt};
use crate::handling::transition::{Actor, Transition, in_turn};
use crate::keys::codes;
use crate::locales::Texts;
use crate::service::Service;
use crate::service::idempotency::{self, KeyedRequest};
use crate::store::cases::{self, CaseRow};
use crate::store::feedback::{self, FeedbackRow};
use crate::store::{Connected, Writer, case_log, group_interviews, stubs};

/// The maximum number of messages that a giver can add to one matter without being asked.
pub const MESSAGES_MOST: usize = 30;

/// How often a giver's step is tried when others' steps of the same case come first.
const TRIES_MOST: u32 = 8;

/// Who looks a code up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookedUpBy {
    /// The giver: an answer that waits is told by this.
    Giver,
    /// Staff with a token: reading never counts as telling.
    Staff,
}

/// Reads a code as it was typed.
///
/// # Errors
/// [`Kind::BadCode`] when its length, symbols or check symbol are wrong.
pub fn parse(typed: &str) -> Result<ReceiptCode, Problem> {
    ReceiptCode::parse(typed).map_err(|why| {
        Problem::at(
            "/code",
            Kind::BadCode,
            format!("This cannot be a receipt code: {why}. Check it against your paper."),
        )
    })
}

fn unknown_code() -> Problem {
    Problem::at("/code", Kind::NotFound, "We cannot find this code. Check it against your paper, symbol by symbol.")
}

/// A request of a giver who has a code.
pub struct Call<'a> {
    pub code: &'a ReceiptCode,
    /// The matter, where there are several.
    pub matter: Option<Uuid>,
    /// Key and body of a request that may come twice: it is taken once.
    pub repeat: Option<KeyedRequest<'a>>,
    /// The language of the story that answers; without one the feedback's own.
    pub language: Option<Texts>,
}

/// The story of the feedback with `code`, in the language asked for or in its own. The giver is told when reading a
/// decision for the first time.
///
/// # Errors
/// [`Kind::NotFound`]; the store's.
pub async fn lookup(
    service: &Service,
    code: &ReceiptCode,
    reader: LookedUpBy,
    language: Option<Texts>,
) -> Result<Story, Problem> {
    let mut db = service.store.read().await?;
    let Some(row) = find(service, &mut db, code).await? else {
        return on_its_way(service, &mut db, code, language).await;
    };
    let cases = cases_of(&mut db, &row).await?;
    let waits = reader == LookedUpBy::Giver && cases.iter().any(|case| case.state == State::Decided);
    if !waits {
        let story = story::tell(service, &mut db, &row, &cases, language).await?;
        return Ok(if reader == LookedUpBy::Staff { story.without_words() } else { story });
    }
    drop(db);
    in_turn(TRIES_MOST, async || finish(service, service.store.write().await?, &row, language).await).await
}

/// Adds the giver's answer to the handler's question, or an unasked addition.
///
/// # Errors
/// [`Kind::NotFound`], [`Kind::StepNotAllowed`], [`Kind::KeyReused`], faults of the text.
pub async fn message(service: &Service, call: &Call<'_>, text: &str) -> Result<Story, Problem> {
    in_turn(TRIES_MOST, async || take_message(service, call, text).await).await
}

async fn take_message(service: &Service, call: &Call<'_>, text: &str) -> Result<Story, Problem> {
    let mut tx = service.store.write().await?;
    let is_repeated = idempotency::claim(service, &mut tx, call.repeat.as_ref(), "").await?.is_some();
    let (row, case) = matter_of(service, &mut tx, call).await?;
    if is_repeated {
        return finish(service, tx, &row, call.language).await;
    }
    let said = case_log::texts(&mut tx, case.id).await?;
    let asked = case.state == State::WaitingForGiver;
    if !asked && said.iter().filter(|text| text.kind == TextKind::Addition).count() >= MESSAGES_MOST {
        return Err(Problem::new(
            Kind::StepNotAllowed,
            "There are very many messages here already. Please give new feedback: it gets an answer of its own.",
        ));
    }
    let text = checked_text(service, "/text", text, row.language)?;
    let (step, kind) =
        if asked { (Step::GiverAnswers, TextKind::Answer) } else { (Step::GiverAdds, TextKind::Addition) };
    Transition::begin(service, case, step, Actor::Giver)?.text(kind, row.language, text).save(service, &mut tx).await?;
    finish(service, tx, &row, call.language).await
}

/// Records whether the answer helped the giver.
///
/// # Errors
/// [`Kind::NotFound`], [`Kind::StepNotAllowed`], [`Kind::KeyReused`].
pub async fn verdict(service: &Service, call: &Call<'_>, helped: bool, words: Option<&str>) -> Result<Story, Problem> {
    in_turn(TRIES_MOST, async || take_verdict(service, call, helped, words).await).await
}

async fn take_verdict(service: &Service, call: &Call<'_>, helped: bool, words: Option<&str>) -> Result<Story, Problem> {
    let mut tx = service.store.write().await?;
    let is_repeated = idempotency::claim(service, &mut tx, call.repeat.as_ref(), "").await?.is_some();
    let (row, mut case) = matter_of(service, &mut tx, call).await?;
    if is_repeated {
        return finish(service, tx, &row, call.language).await;
    }
    if helped && case.state == State::Decided {
        // A giver who says that an answer helped has read it.
        case = tell_by_receipt(service, &mut tx, case).await?;
    }
    let step = if helped { Step::HelpedVerdict } else { Step::DidNotHelpVerdict };
    if next(case.state, step).is_none() {
        return Err(Problem::new(
            Kind::StepNotAllowed,
            "There is no answer yet to say this of. Come back when there is one.",
        ));
    }
    let mut change = Transition::begin(service, case, step, Actor::Giver)?;
    if let Some(words) = words {
        change = change.text(TextKind::Verdict, row.language, checked_text(service, "/text", words, row.language)?);
    }
    change.save(service, &mut tx).await?;
    finish(service, tx, &row, call.language).await
}

/// The story that answers a giver: what waits in it to be heard is told by this.
async fn finish(
    service: &Service,
    mut tx: Writer,
    row: &FeedbackRow,
    language: Option<Texts>,
) -> Result<Story, Problem> {
    let mut told = Vec::new();
    for case in cases_of(&mut tx, row).await? {
        let waits = case.state == State::Decided;
        told.push(if waits { tell_by_receipt(service, &mut tx, case).await? } else { case });
    }
    let story = story::tell(service, &mut tx, row, &told, language).await?;
    tx.commit().await?;
    Ok(story)
}

/// The feedback of a code, under whichever receipt key; feedback without a code of its own is not found.
async fn find(service: &Service, db: &mut impl Connected, code: &ReceiptCode) -> Result<Option<FeedbackRow>, Problem> {
    for hash in codes::candidate_hashes(&service.keyring, code) {
        if let Some(row) = feedback::find_by_receipt(&service.store, db, hash).await?
            && row.receipt_key.is_some()
        {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

async fn on_its_way(
    service: &Service,
    db: &mut impl Connected,
    code: &ReceiptCode,
    language: Option<Texts>,
) -> Result<Story, Problem> {
    for hash in codes::candidate_hashes(&service.keyring, code) {
        if let Some(stub) = stubs::find(db, hash).await? {
            let snapshot = service.snapshot();
            let unit = snapshot
                .tree
                .units
                .get(&stub.unit_id)
                .map(|unit| StoryUnit { slug: unit.slug.clone(), name: unit.name.clone() });
            // Without a language asked for, the words are Finnish, the language that most read: a stub has none.
            return Ok(Story::on_its_way(unit, language.unwrap_or_else(|| Texts::of("fi"))));
        }
    }
    Err(unknown_code())
}

/// The cases of a feedback: its own, and those of its points.
async fn cases_of(db: &mut impl Connected, row: &FeedbackRow) -> Result<Vec<CaseRow>, Problem> {
    let mut found: Vec<CaseRow> = cases::find(db, row.id).await?.into_iter().collect();
    if row.channel.properties().has_points {
        for point in group_interviews::points(db, row.id).await? {
            found.extend(cases::find(db, point.id).await?);
        }
    }
    Ok(found)
}

async fn matter_of(service: &Service, tx: &mut Writer, call: &Call<'_>) -> Result<(FeedbackRow, CaseRow), Problem> {
    let Some(row) = find(service, tx, call.code).await? else {
        on_its_way(service, tx, call.code, None).await?;
        return Err(Problem::new(
            Kind::StepNotAllowed,
            "Your card is on its way: it has not been typed in yet. Come back in some days.",
        ));
    };
    if row.void_reason.is_some() {
        return Err(Problem::new(Kind::StepNotAllowed, "This feedback was taken back. Please give new feedback."));
    }
    let mut cases = cases_of(tx, &row).await?;
    if let Some(id) = call.matter {
        cases.retain(|case| case.id == id);
        if cases.is_empty() {
            return Err(Problem::at("/matter", Kind::UnknownReference, "This receipt has no such matter."));
        }
    }
    match (cases.pop(), cases.is_empty()) {
        (Some(case), true) => Ok((row, case)),
        (Some(_), false) => Err(Problem::at(
            "/matter",
            Kind::Invalid,
            "There are several matters under this code. Say which one by the id of the lookup's answer.",
        )),
        (None, _) => Err(Problem::new(
            Kind::StepNotAllowed,
            "Nobody handles this feedback by itself: it is counted, and its giver is told with the published results.",
        )),
    }
}

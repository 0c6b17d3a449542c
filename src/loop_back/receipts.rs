//! What a giver can do with a receipt code: hear the story, answer or add something, say whether it helped.

use uuid::Uuid;

use super::story::{self, Story, StoryUnit};
use crate::feedback::{Kind, Problem, ReceiptCode};
use crate::handling::act::{checked_text, tell_by_receipt};
use crate::handling::steps::{State, Step, next};
use crate::handling::transition::{Actor, Change};
use crate::intake::codes;
use crate::locales::Texts;
use crate::service::Service;
use crate::store::cases::{self, CaseRow};
use crate::store::feedback::{self, FeedbackRow};
use crate::store::{Connected, Writer, case_log, group_interviews, stubs};

/// Messages of one giver in one matter at most.
pub const MESSAGES_MOST: usize = 30;

/// Who looks a code up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The giver: an answer that waits is told by this.
    Giver,
    /// Staff with a token: a lookup by staff never tells.
    Staff,
}

/// Reads a code as it was typed.
///
/// # Errors
/// [`Kind::BadCode`] when it cannot be right.
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

/// What came of the feedback with `code`. A giver's first look at a decision is the telling.
///
/// # Errors
/// [`Kind::NotFound`]; the store's.
pub async fn lookup(service: &Service, code: &ReceiptCode, reader: Reader) -> Result<Story, Problem> {
    let mut db = service.store.read().await?;
    let Some(row) = find(service, &mut db, code).await? else {
        return on_its_way(service, &mut db, code).await;
    };
    let cases = cases_of(&mut db, &row).await?;
    let waits = reader == Reader::Giver && cases.iter().any(|case| case.state == State::Decided.as_str());
    if !waits {
        let story = story::tell(service, &mut db, &row, &cases).await?;
        return Ok(if reader == Reader::Staff { story.without_words() } else { story });
    }
    drop(db);
    let mut tx = service.store.write().await?;
    let mut told = Vec::new();
    for case in cases_of(&mut tx, &row).await? {
        if case.state == State::Decided.as_str() {
            told.push(tell_by_receipt(service, &mut tx, case).await?);
        } else {
            told.push(case);
        }
    }
    let story = story::tell(service, &mut tx, &row, &told).await?;
    tx.commit().await?;
    Ok(story)
}

/// The giver answers the handler's question, or adds something.
///
/// # Errors
/// [`Kind::NotFound`], [`Kind::StepNotAllowed`], faults of the text.
pub async fn message(
    service: &Service,
    code: &ReceiptCode,
    matter: Option<Uuid>,
    text: &str,
) -> Result<Story, Problem> {
    let mut tx = service.store.write().await?;
    let (row, case) = matter_of(service, &mut tx, code, matter).await?;
    let said = case_log::texts(&mut tx, case.id).await?;
    let asked = case.state == State::WaitingForGiver.as_str();
    if !asked && said.iter().filter(|text| text.kind == "addition").count() >= MESSAGES_MOST {
        return Err(Problem::new(
            Kind::StepNotAllowed,
            "There are very many messages here already. Please give new feedback: it gets an answer of its own.",
        ));
    }
    let text = checked_text(service, "/text", text, &row.language)?;
    let (step, kind) = if asked { (Step::GiverAnswers, "answer") } else { (Step::GiverAdds, "addition") };
    Change::begin(service, case, step, Actor::Giver)?.text(kind, &row.language, text).save(service, &mut tx).await?;
    finish(service, tx, &row).await
}

/// The giver says whether the answer helped.
///
/// # Errors
/// [`Kind::NotFound`], [`Kind::StepNotAllowed`].
pub async fn verdict(
    service: &Service,
    code: &ReceiptCode,
    matter: Option<Uuid>,
    helped: bool,
    words: Option<&str>,
) -> Result<Story, Problem> {
    let mut tx = service.store.write().await?;
    let (row, mut case) = matter_of(service, &mut tx, code, matter).await?;
    if helped && case.state == State::Decided.as_str() {
        // Whoever says that an answer helped has read it.
        case = tell_by_receipt(service, &mut tx, case).await?;
    }
    let step = if helped { Step::HelpedVerdict } else { Step::DidNotHelpVerdict };
    let state = State::parse(&case.state).map_err(|_| Problem::internal("an unknown state is stored"))?;
    if next(state, step).is_none() {
        return Err(Problem::new(
            Kind::StepNotAllowed,
            "There is no answer yet to say this of. Come back when there is one.",
        ));
    }
    let mut change = Change::begin(service, case, step, Actor::Giver)?;
    if let Some(words) = words {
        change = change.text("verdict", &row.language, checked_text(service, "/text", words, &row.language)?);
    }
    change.save(service, &mut tx).await?;
    finish(service, tx, &row).await
}

async fn finish(service: &Service, mut tx: Writer, row: &FeedbackRow) -> Result<Story, Problem> {
    let cases = cases_of(&mut tx, row).await?;
    let story = story::tell(service, &mut tx, row, &cases).await?;
    tx.commit().await?;
    Ok(story)
}

/// The feedback of a code, under whichever key it was kept; one without a code of its own cannot be found.
async fn find(service: &Service, db: &mut impl Connected, code: &ReceiptCode) -> Result<Option<FeedbackRow>, Problem> {
    for id in codes::candidate_ids(&service.keyring, code) {
        if let Some(row) = feedback::find(db, id).await?
            && row.receipt_key.is_some()
        {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

async fn on_its_way(service: &Service, db: &mut impl Connected, code: &ReceiptCode) -> Result<Story, Problem> {
    for id in codes::candidate_ids(&service.keyring, code) {
        if let Some(stub) = stubs::find(db, id).await? {
            let snapshot = service.snapshot();
            let unit = snapshot
                .tree
                .units
                .get(&stub.unit_id)
                .map(|unit| StoryUnit { slug: unit.slug.clone(), name: unit.name.clone() });
            // Nothing is known yet of who holds the card: the words are in the language that most read.
            return Ok(Story::on_its_way(unit, Texts::of("fi")));
        }
    }
    Err(unknown_code())
}

/// The cases of a feedback: its own, or its points'.
async fn cases_of(db: &mut impl Connected, row: &FeedbackRow) -> Result<Vec<CaseRow>, Problem> {
    let mut found: Vec<CaseRow> = cases::find(db, row.id).await?.into_iter().collect();
    if row.channel == "group" {
        for point in group_interviews::points(db, row.id).await? {
            found.extend(cases::find(db, point.id).await?);
        }
    }
    Ok(found)
}

async fn matter_of(
    service: &Service,
    tx: &mut Writer,
    code: &ReceiptCode,
    matter: Option<Uuid>,
) -> Result<(FeedbackRow, CaseRow), Problem> {
    let Some(row) = find(service, tx, code).await? else {
        on_its_way(service, tx, code).await?;
        return Err(Problem::new(
            Kind::StepNotAllowed,
            "Your card is on its way: it has not been typed in yet. Come back in some days.",
        ));
    };
    if row.void_reason.is_some() {
        return Err(Problem::new(Kind::StepNotAllowed, "This feedback was taken back. Please give new feedback."));
    }
    let mut cases = cases_of(tx, &row).await?;
    if let Some(id) = matter {
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

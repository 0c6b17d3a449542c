//! The board, "Te sanoitte – me teimme": what givers said and what was done, in the words of staff. A post that covers
//! cases tells all their givers.

use jiff::civil::Date;
use uuid::Uuid;

use super::postings::{self as shared, Posting, Words};
use crate::base::{Fault, Kind, Problem};
use crate::case::decision::DecisionKind;
use crate::case::steps::{State, Step};
use crate::case::told::{ToldHow, board_fault};
use crate::handling::read::{self, may_act};
use crate::handling::transition::{Actor, Transition};
use crate::organisation::{Action, Unit};
use crate::outbox::mail_queue::Letter;
use crate::outbox::webhook_queue;
use crate::service::Authority;
use crate::service::Service;
use crate::service::idempotency::{self, KeyedRequest};
use crate::store::cases::{self, CaseRow};
use crate::store::postings::{self, PostingKind, PostingRow};
use crate::store::{Connected, Day, Writer, mails};

/// The maximum number of cases that one post covers.
pub const COVERED_MOST: usize = 500;
/// Decided cases read at a time when a post covers all of them.
const READ_AT_A_TIME: i64 = 500;

/// Which cases a post covers.
#[derive(Debug, Clone)]
pub enum Covers {
    /// These cases; if one cannot be covered, the post is refused.
    These(Vec<Uuid>),
    /// All coverable cases whose answer was available on this day or before.
    AllDecided(Date),
}

/// The outcome of a post.
#[derive(Debug, Clone)]
pub struct Posted {
    pub posting: Posting,
    /// How many cases it told.
    pub covered: i64,
    /// Whether there were more coverable cases than one post may cover.
    pub more: bool,
}

/// Posts on the board of a unit, and tells the givers of the cases it covers, all in one transaction.
///
/// # Errors
/// [`Kind::NotFound`] for a caller who may not post there; faults of the texts and, by index, of the covered cases;
/// [`Kind::StepNotAllowed`] when somebody else took a step of one meanwhile.
pub async fn post(
    service: &Service,
    authority: &Authority,
    slug: &str,
    decision: Option<DecisionKind>,
    words: &[Words<'_>],
    covers: &Covers,
    repeat: Option<KeyedRequest<'_>>,
) -> Result<Posted, Problem> {
    let snapshot = service.snapshot();
    let (unit, place) = shared::unit_for(service, &snapshot.tree, authority, slug, Action::PostOnBoard)?;
    let id = service.new_id()?;
    let texts = shared::checked(service, id, words)?;
    let (found, more) = match covers {
        Covers::These(_) => (Vec::new(), false),
        Covers::AllDecided(up_to) => all_decided(service, authority, unit, *up_to).await?,
    };
    let mut tx = service.store.write().await?;
    if let Some(earlier) = idempotency::claim_id(service, &mut tx, repeat.as_ref(), id).await? {
        return posted(&mut tx, unit, earlier, false).await;
    }
    let mut covered = match covers {
        Covers::These(ids) => these(&mut tx, authority, unit, ids).await?,
        Covers::AllDecided(_) => still_coverable(&mut tx, authority, unit, &found).await?,
    };
    let row = PostingRow {
        id,
        kind: PostingKind::Board,
        unit_id: unit.id,
        instrument: None,
        from_month: None,
        to_month: None,
        decision,
        posted_by: authority.principal_id(),
        posted_on: Day(service.today()),
        corrected_on: None,
        taken_down_on: None,
    };
    postings::insert(&mut tx, &row).await?;
    postings::put_texts(&mut tx, id, &texts).await?;
    // In the order of ids, so that two posts can wait for each other but never deadlock.
    covered.sort_by_key(|case| case.id);
    for case in covered {
        let case_id = case.id;
        tell(service, &mut tx, authority, case, id).await?;
        postings::cover(&mut tx, id, case_id).await?;
    }
    webhook_queue::board_posted(service, &snapshot, &mut tx, place, id).await?;
    let answer = posted(&mut tx, unit, id, more).await?;
    tx.commit().await?;
    Ok(answer)
}

async fn posted(tx: &mut Writer, unit: &Unit, id: Uuid, more: bool) -> Result<Posted, Problem> {
    let row = shared::kept(tx, unit, PostingKind::Board, id).await?;
    let covered = postings::covered(tx, id).await?;
    let posting = shared::with_words(tx, vec![row]).await?.pop().ok_or_else(Problem::not_found)?;
    Ok(Posted { posting, covered, more })
}

async fn tell(
    service: &Service,
    tx: &mut Writer,
    authority: &Authority,
    case: CaseRow,
    posting: Uuid,
) -> Result<(), Problem> {
    let change = Transition::begin(service, case, Step::Tell, Actor::Staff(authority.principal_id()))?
        .told(ToldHow::Board)
        .detail("board_post", posting.to_string());
    match change.save(service, tx).await {
        Ok(_) => Ok(()),
        Err(problem) if problem.kind == Kind::VersionMismatch => Err(Problem::new(
            Kind::StepNotAllowed,
            "Somebody else took a step of a covered case meanwhile; nothing was posted. Read the cases again and post anew.",
        )),
        Err(problem) => Err(problem),
    }
}

/// The named cases, or every fault with its pointer.
async fn these(tx: &mut Writer, authority: &Authority, unit: &Unit, ids: &[Uuid]) -> Result<Vec<CaseRow>, Problem> {
    let mut faults = Vec::new();
    let mut found: Vec<CaseRow> = Vec::new();
    if ids.len() > COVERED_MOST {
        let detail = format!("A post covers {COVERED_MOST} cases at most. Post again for the others.");
        return Err(Problem::at("/covers", Kind::BatchSize, detail));
    }
    for (index, id) in ids.iter().enumerate() {
        let pointer = format!("/covers/{index}");
        if ids.iter().take(index).any(|earlier| earlier == id) {
            faults.push(Fault::new(pointer, Kind::Invalid, "This case is named twice. Name it once."));
            continue;
        }
        match coverable(tx, authority, unit, *id).await? {
            Ok(case) => found.push(case),
            Err((kind, why)) => faults.push(Fault::new(pointer, kind, why)),
        }
    }
    // Each fault keeps its own kind; the problem as a whole is invalid input.
    if faults.is_empty() { Ok(found) } else { Err(Problem::of_faults(faults)) }
}

/// Every case of the unit that a post of `authority` may cover, up to [`COVERED_MOST`], and whether there are more.
///
/// However many have to be looked at, nobody waits for it: this only reads, before the transaction that posts.
async fn all_decided(
    service: &Service,
    authority: &Authority,
    unit: &Unit,
    up_to: Date,
) -> Result<(Vec<Uuid>, bool), Problem> {
    let mut db = service.store.read().await?;
    let mut found = Vec::new();
    let mut after = Uuid::nil();
    loop {
        let page = cases::decided_of_unit(&mut db, unit.id, Day(up_to), after, READ_AT_A_TIME).await?;
        let Some(last) = page.last() else { return Ok((found, false)) };
        after = last.id;
        for case in page {
            if coverable(&mut db, authority, unit, case.id).await?.is_ok() {
                if found.len() == COVERED_MOST {
                    return Ok((found, true));
                }
                found.push(case.id);
            }
        }
    }
}

/// Those of the cases found before that can still be covered; of another one somebody has taken a step meanwhile.
async fn still_coverable(
    tx: &mut Writer,
    authority: &Authority,
    unit: &Unit,
    ids: &[Uuid],
) -> Result<Vec<CaseRow>, Problem> {
    let mut cases = Vec::with_capacity(ids.len());
    for id in ids {
        cases.extend(coverable(tx, authority, unit, *id).await?.ok());
    }
    Ok(cases)
}

/// A case that may be covered, or why it may not.
async fn coverable(
    db: &mut impl Connected,
    authority: &Authority,
    unit: &Unit,
    id: Uuid,
) -> Result<Result<CaseRow, (Kind, String)>, Problem> {
    let unknown = || {
        let why = "There is no case of this id that you may tell. Leave it out, or ask whoever handles it.";
        Ok(Err((Kind::UnknownReference, why.to_owned())))
    };
    let open = match read::open(db, authority, id).await {
        Ok(open) => open,
        Err(problem) if problem.kind == Kind::NotFound => return unknown(),
        Err(problem) => return Err(problem),
    };
    if !may_act(authority, &open) {
        return unknown();
    }
    let case = open.case;
    if case.unit_id != unit.id {
        return Ok(Err((Kind::Invalid, "This case is another unit's. Post it on that unit's board.".to_owned())));
    }
    if case.state != State::Decided {
        let why = format!("This case is {}: a post covers what is decided and not told. Leave it out.", case.state);
        return Ok(Err((Kind::Invalid, why)));
    }
    let refused = case.reply_email && mail_refused(db, case.id).await?;
    match board_fault(case.channel, case.reply_email, refused) {
        Some(why) => Ok(Err((Kind::Invalid, format!("A board post does not tell this case: {why}. Leave it out.")))),
        None => Ok(Ok(case)),
    }
}

/// Whether the mail that announces the answer was refused: then the giver is told in the next way.
async fn mail_refused(db: &mut impl Connected, case_id: Uuid) -> Result<bool, Problem> {
    let sent = mails::of_case(db, case_id).await?;
    Ok(sent.iter().any(|mail| mail.letter == Letter::AnswerWaits && mail.reached_nobody()))
}

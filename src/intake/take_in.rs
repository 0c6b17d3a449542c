//! The use cases of intake: one feedback, and a box of cards.

use actix_web::web::Bytes;
use jiff::Span;
use jiff::civil::Date;
use uuid::Uuid;

use super::batch::{Intake, Item, Parts, Repeat, Stored, unknown_serial};
use super::evaluate::{Author, Evaluated, check, evaluate};
use super::forms::{NewFeedback, ReadForm};
use super::identity::{self, Identified, Known, kept_answer};
use crate::agreement::Due;
use crate::base::{Channel, Fault, Kind, Problem, ReceiptCode, ReceiptHash, redacted_debug};
use crate::keys::codes::{self, Identity};
use crate::organisation::Place;
use crate::organisation::roles::recording;
use crate::routing::Snapshot;
use crate::service::Authority;
use crate::service::Service;
use crate::service::idempotency::RequestKey;

/// What the giver receives: receipt and promise.
#[derive(Clone)]
pub struct Taken {
    pub id: Uuid,
    /// The code; none for cards.
    pub receipt: Option<ReceiptCode>,
    /// By when the giver hears back; none without a case.
    pub promise: Option<Due>,
    /// Whether it reads like a formal complaint.
    pub complaint: bool,
}

redacted_debug!(Taken { id, promise, complaint });

/// What identifies a request to intake.
pub struct Request {
    /// Its body, for the comparison of repeated requests.
    pub body: Bytes,
    pub key: Option<RequestKey>,
}

/// Whether `authority` may record feedback of `channel` at `place`; for all others the unit does not exist.
///
/// # Errors
/// [`Kind::NotFound`].
pub fn may_record(authority: &Authority, channel: Channel, place: &Place) -> Result<(), Problem> {
    let may = recording(channel).is_some_and(|action| authority.may(action, place));
    if may { Ok(()) } else { Err(Problem::not_found()) }
}

/// Takes in one feedback.
///
/// # Errors
/// Every fault of the input; what the writer says.
pub async fn one(
    service: &Service,
    intake: &Intake,
    form: NewFeedback,
    author: Option<&Authority>,
    request: Request,
) -> Result<Taken, Problem> {
    let snapshot = service.snapshot();
    check_author(&snapshot, service, &form, author)?;
    // A token adds nothing to a channel of givers: the form alone decides whose answer it is.
    let author = author.filter(|_| !form.channel.is_public()).map(|authority| Author { id: authority.principal_id() });
    let identified = match (&form.receipt, &form.serial, request.key) {
        (Some(code), _, key) => identity::from_device(service, code, key, request.body).await?,
        (None, Some(serial), key) => {
            match identity::from_serial(service, &snapshot, &form.unit, serial, key, request.body).await? {
                Known::New(identified) => identified,
                Known::Before(rows) => return Ok(without_code(&rows)),
            }
        }
        (None, None, Some(key)) => identity::from_key(service, &key, request.body)?,
        (None, None, None) => identity::from_chance(service)?,
    };
    write(service, intake, &snapshot, form, author, identified).await
}

/// Gives one feedback to the writer, or returns the stored answer to the same request.
async fn write(
    service: &Service,
    intake: &Intake,
    snapshot: &Snapshot,
    form: NewFeedback,
    author: Option<Author>,
    identified: Identified,
) -> Result<Taken, Problem> {
    let Identified { id, identity, repeat, stub } = identified;
    let hashes: Vec<ReceiptHash> = identity.hashes().collect();
    let codes = form.channel.properties().shows_code.then(|| identity.clone());
    let with_code = |rows: &[Stored]| {
        let hash = rows.first().and_then(|row| row.receipt_hash);
        let code = codes.as_ref().zip(hash).and_then(|(identity, hash)| identity.code_of(hash));
        Taken { receipt: code.cloned(), ..without_code(rows) }
    };
    let body_mac = match &repeat {
        Repeat::ByReceipt { body, .. } | Repeat::ByKey { body, .. } => Some(codes::body_mac(&service.keyring, body)),
        Repeat::Never => None,
    };
    let build = move |service: &Service, snapshot: &Snapshot| -> Result<Parts, Problem> {
        let mut row = evaluate(service, snapshot, &form, id, &identity, author)?;
        row.feedback.body_mac.clone_from(&body_mac);
        row.feedback.forget_mac_on = body_mac.as_ref().map(|_| forget_on(service).into());
        hide_unused_code(&form, &mut row);
        Ok(Parts { rows: vec![row], interview: None })
    };
    let parts = match build(service, snapshot) {
        Ok(parts) => parts,
        Err(problem) => {
            // A feedback that was taken in before may be refused now: its unit has closed, or its day is too long ago.
            return identity::answered_before(service, &repeat, &hashes)
                .await?
                .unwrap_or(Err(problem))
                .map(|rows| with_code(&rows));
        }
    };
    let alone = stub.is_some() || matches!(repeat, Repeat::ByKey { .. });
    let stubs = stub.into_iter().collect();
    let item = Item { parts, again: Box::new(build), repeat, stubs, alone };
    Ok(with_code(&intake.write(item).await?))
}

/// Takes a box of cards in: all of them, or none with every fault listed by its index.
///
/// # Errors
/// Every fault of every card; what the writer says.
pub async fn cards(
    service: &Service,
    intake: &Intake,
    items: Vec<ReadForm<NewFeedback>>,
    author: &Authority,
    request: Request,
) -> Result<Vec<Taken>, Problem> {
    let snapshot = service.snapshot();
    let most = service.config.limits.batch_items;
    if items.is_empty() || items.len() > most {
        return Err(Problem::at("/items", Kind::BatchSize, format!("Send 1 to {most} cards at a time.")));
    }
    if let Some(key) = &request.key
        && let Some(answer) = kept_answer(service, key, &request.body).await?
    {
        return answer.map(|rows| one_by_one(&rows));
    }
    let count = items.len();
    let mut checked = CheckedBox::default();
    for (index, item) in items.into_iter().enumerate() {
        checked.add(service, &snapshot, author, item, &format!("/items/{index}")).await?;
    }
    let CheckedBox { cards, rows, stubs, faults, outside } = checked;
    if outside == count && faults.len() == count {
        return Err(Problem::not_found());
    }
    if !faults.is_empty() {
        if let Some(key) = &request.key
            && let Some(answer) = kept_answer(service, key, &request.body).await?
        {
            // The same request was taken in meanwhile, and its serials were used up by it.
            return answer.map(|rows| one_by_one(&rows));
        }
        return Err(Problem::of_faults(faults));
    }
    let author_id = Author { id: author.principal_id() };
    let build = move |service: &Service, snapshot: &Snapshot| -> Result<Parts, Problem> {
        let mut rows = Vec::with_capacity(cards.len());
        for (index, (form, id, identity)) in cards.iter().enumerate() {
            let mut row = evaluate(service, snapshot, form, *id, identity, Some(author_id))
                .map_err(|problem| problem.under(&format!("/items/{index}")))?;
            hide_unused_code(form, &mut row);
            rows.push(row);
        }
        Ok(Parts { rows, interview: None })
    };
    let parts = Parts { rows, interview: None };
    let repeat = request.key.map_or(Repeat::Never, |key| Repeat::ByKey { key, body: request.body });
    let rows = intake.write(Item { parts, again: Box::new(build), repeat, stubs, alone: true }).await?;
    Ok(one_by_one(&rows))
}

/// The cards of a box that can be taken in, and what is wrong with the others.
#[derive(Default)]
struct CheckedBox {
    cards: Vec<(NewFeedback, Uuid, Identity)>,
    /// Each of them evaluated.
    rows: Vec<Evaluated>,
    /// The stubs that the cards use up.
    stubs: Vec<ReceiptHash>,
    faults: Vec<Fault>,
    /// How many cards are of units that the author does not reach, each of which is a fault.
    outside: usize,
}

impl CheckedBox {
    /// Checks the card at the pointer `base`.
    ///
    /// # Errors
    /// What is no fault of the card.
    async fn add(
        &mut self,
        service: &Service,
        snapshot: &Snapshot,
        author: &Authority,
        item: ReadForm<NewFeedback>,
        base: &str,
    ) -> Result<(), Problem> {
        let mut faults = item.faults;
        if let Some(form) = item.form {
            self.check(service, snapshot, author, form, &mut faults).await?;
        }
        self.faults.extend(faults.into_iter().map(|fault| fault.under(base)));
        Ok(())
    }

    /// Checks all of a card, also one that has `faults` already: one fault hides another only where the other would not be
    /// there without it.
    async fn check(
        &mut self,
        service: &Service,
        snapshot: &Snapshot,
        author: &Authority,
        mut form: NewFeedback,
        faults: &mut Vec<Fault>,
    ) -> Result<(), Problem> {
        if !form.channel.properties().takes_card_fields {
            faults.push(Fault::new(
                "/channel",
                Kind::WrongChannel,
                "A batch is a box of cards. Send other channels one by one to /api/v1/feedback.",
            ));
            form.channel = Channel::Card;
        }
        let names_unit = faults.iter().all(|fault| fault.pointer != UNIT);
        let reaches_unit = names_unit && check_author(snapshot, service, &form, Some(author)).is_ok();
        if names_unit && !reaches_unit {
            // An unknown unit and one outside the token's nodes look the same here too.
            self.outside += 1;
            faults.push(Fault::new(
                UNIT,
                Kind::UnknownUnit,
                "There is no unit of this short name whose cards you may type in. Correct it.",
            ));
        }
        let mut identity = None;
        if reaches_unit {
            match identity_of_card(service, snapshot, &form).await {
                Ok((found, true)) if self.stubs.contains(&found.hash) => {
                    faults.extend(unknown_serial("/serial").faults)
                }
                Ok((found, stub)) => {
                    self.stubs.extend(stub.then_some(found.hash));
                    identity = Some(found);
                }
                Err(problem) => faults.extend(listed(problem)?),
            }
        }
        let author = Author { id: author.principal_id() };
        match identity.filter(|_| faults.is_empty()) {
            Some(identity) => {
                let id = service.feedback_id()?;
                match evaluate(service, snapshot, &form, id, &identity, Some(author)) {
                    Ok(mut row) => {
                        hide_unused_code(&form, &mut row);
                        self.rows.push(row);
                        self.cards.push((form, id, identity));
                    }
                    Err(problem) => faults.extend(listed(problem)?),
                }
            }
            None => {
                let mut found = check(service, snapshot, &form).err().unwrap_or_default();
                found.retain(|fault| !follows(fault, faults));
                faults.append(&mut found);
            }
        }
        Ok(())
    }
}

/// Where the unit of a feedback is named.
const UNIT: &str = "/unit";

/// Whether a fault only follows from a `known` one: it lies in the same place, or its check looked at that place too.
fn follows(fault: &Fault, known: &[Fault]) -> bool {
    let looks_at: &[&str] = match (fault.kind, fault.pointer.as_str()) {
        (Kind::UnitUnplaced, _) => &["/given_on"],
        (Kind::ColourUnassigned, _) => &["/given_on", UNIT],
        (Kind::UnknownQuestion | Kind::OffScale | Kind::WrongType, _) => &["/instrument_version"],
        (Kind::Invalid, "/reply" | "/receipt" | "/reminder") => &["/channel"],
        _ => &[],
    };
    known.iter().any(|known| {
        let below = fault.pointer.strip_prefix(&known.pointer);
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) || looks_at.contains(&known.pointer.as_str())
    })
}

/// The day after which a repeated request need not be recognised.
fn forget_on(service: &Service) -> Date {
    let kept = Span::new().days(i64::from(service.config.retention.idempotency_days));
    service.today().saturating_add(kept)
}

/// The faults of a card; a problem without faults ends the whole request.
fn listed(problem: Problem) -> Result<Vec<Fault>, Problem> {
    if problem.faults.is_empty() { Err(problem) } else { Ok(problem.faults) }
}

fn check_author(
    snapshot: &Snapshot,
    service: &Service,
    form: &NewFeedback,
    author: Option<&Authority>,
) -> Result<(), Problem> {
    if form.channel.is_public() {
        return Ok(());
    }
    let Some(author) = author else {
        return Err(Problem::new(
            Kind::Unauthenticated,
            "Oral notes, cards, paper surveys and group interviews are recorded by staff. Send a token with the scope feedback:write.",
        ));
    };
    // An unknown unit and one outside of the token's nodes look the same.
    let unit = snapshot.tree.unit_by_slug(&form.unit).ok_or_else(Problem::not_found)?;
    let day = form.given_on.unwrap_or_else(|| service.today());
    match snapshot.tree.place(unit, day).or_else(|| snapshot.tree.place(unit, service.today())) {
        Some(place) => may_record(author, form.channel, &place),
        None => Err(Problem::not_found()),
    }
}

async fn identity_of_card(
    service: &Service,
    snapshot: &Snapshot,
    form: &NewFeedback,
) -> Result<(Identity, bool), Problem> {
    match &form.serial {
        Some(serial) => Ok((identity::of_serial(service, snapshot, &form.unit, serial).await?, true)),
        None => Ok((codes::by_chance(&service.keyring, service.entropy.as_ref())?, false)),
    }
}

/// Where only the giver's paper has the code, no code can find a feedback without a serial; its repetition can.
fn hide_unused_code(form: &NewFeedback, row: &mut Evaluated) {
    if !form.channel.properties().shows_code && form.serial.is_none() {
        row.feedback.receipt_key = None;
        row.feedback.receipt_hash = row.feedback.receipt_hash.filter(|_| row.feedback.body_mac.is_some());
    }
}

fn one_by_one(rows: &[Stored]) -> Vec<Taken> {
    rows.iter().map(|row| without_code(std::slice::from_ref(row))).collect()
}

fn without_code(rows: &[Stored]) -> Taken {
    let row = rows.first();
    Taken {
        id: row.map_or_else(Uuid::nil, |row| row.id),
        receipt: None,
        promise: row.and_then(|row| row.promise),
        complaint: row.is_some_and(|row| row.complaint),
    }
}

//! The only writer of feedback: it commits all waiting requests as one transaction, and answers each after the commit.
//!
//! Plain feedback is inserted with a few multi-row statements for the whole batch. Items with parts of their own (a box
//! of cards, a group interview, a card with a serial, a device's code sent with an idempotency key) are inserted one by
//! one, each behind a savepoint of the same transaction. If a batch fails, each item is tried alone, so that one bad
//! item does not fail the others.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::evaluate::{Evaluated, promise_of};
use crate::agreement::Due;
use crate::base::{Kind, Problem, ReceiptHash, redacted_debug};
use crate::figures::counters::{Deltas, count_into};
use crate::keys::codes;
use crate::outbox::notices;
use crate::outbox::webhook_queue::{self, Happened, Leaves};
use crate::routing::{Snapshot, Urgency};
use crate::service::Service;
use crate::service::heartbeat::CoreTask;
use crate::service::idempotency::{self, KeyedRequest, RequestKey};
use crate::store::cases::CaseRow;
use crate::store::feedback::FeedbackRow;
use crate::store::group_interviews::{ActionRow, PointRow};
use crate::store::jobs::NewJob;
use crate::store::{Connected, StoreError, StoreResult, Writer, cases, contacts, counters, feedback, group_interviews};
use crate::store::{jobs, savepoint, stubs};
use crate::webhook::{Data, EventType};

/// `Retry-After` when the queue is full, in seconds.
const RETRY_AFTER_SECONDS: u64 = 1;
/// A commit of this age shows that the writer can write; after it the writer is asked for another.
const COMMIT_IS_FRESH: Duration = Duration::from_secs(2);
/// How long the writer is waited for when it is asked; one that needs longer is stuck.
const PROOF_WAIT: Duration = Duration::from_secs(3);
/// How often an idle writer gives a sign of life.
const IDLE_BEAT: Duration = Duration::from_secs(10);

/// What one request writes.
#[derive(Clone)]
pub struct Parts {
    /// One feedback; several for a box of cards.
    pub rows: Vec<Evaluated>,
    /// The interview they belong to, if the feedback is a group's.
    pub interview: Option<Interview>,
}

/// What a group interview writes besides its feedback.
#[derive(Clone)]
pub struct Interview {
    /// Arrangements as JSON, redacted.
    pub detail: String,
    /// SWOT points.
    pub points: Vec<PointRow>,
    /// Agreed actions.
    pub actions: Vec<ActionRow>,
    /// One case for each point that has one.
    pub cases: Vec<CaseRow>,
}

redacted_debug!(Interview { cases });

/// Evaluates a request again on newer settings.
pub type Again = Box<dyn Fn(&Service, &Snapshot) -> Result<Parts, Problem> + Send + Sync>;

/// How a repeated request is recognised.
#[derive(Clone)]
pub enum Repeat {
    /// Not at all: no key was sent.
    Never,
    /// By the receipt, which follows from the key or is the device's code.
    ByReceipt {
        /// The body, compared by its MAC.
        body: Bytes,
        /// The hashes the receipt would have had under older receipt keys.
        older: Vec<ReceiptHash>,
        /// The kind of the error when the receipt exists with another body.
        otherwise: Kind,
    },
    /// By the answer stored for the key.
    ByKey {
        key: RequestKey,
        /// The body, compared by its MAC.
        body: Bytes,
    },
}

/// A request for the writer.
pub struct Item {
    pub parts: Parts,
    /// How to evaluate it on newer settings.
    pub again: Again,
    pub repeat: Repeat,
    /// The stubs of the printed cards that are typed in.
    pub stubs: Vec<ReceiptHash>,
    /// Whether it is written by itself, behind a savepoint.
    pub alone: bool,
}

/// One feedback that was taken in, now or by the same request before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub id: Uuid,
    /// By when the giver hears back; none without a case.
    pub promise: Option<Due>,
    /// Whether it reads like a formal complaint: then the giver gets guidance. Missing in answers that older versions
    /// stored.
    #[serde(default)]
    pub complaint: bool,
    /// Which of the codes it may have is its code; missing for a point of an interview.
    #[serde(default)]
    pub receipt_hash: Option<ReceiptHash>,
}

/// What the writer says of one request.
pub type Answer = Result<Vec<Stored>, Problem>;

/// A handle to the writer's queue.
#[derive(Clone)]
pub struct Intake {
    sender: mpsc::Sender<Waiting>,
    /// The last commit that succeeded, unless one failed since.
    committed: Arc<Mutex<Option<Instant>>>,
}

/// What waits for the writer, and where its answer goes.
enum Waiting {
    /// The request goes back with its answer: the thread that made it frees it, and the writer loses no time on it.
    Request(Box<Item>, oneshot::Sender<(Answer, Item)>),
    /// Asks whether the writer can write.
    Proof(oneshot::Sender<bool>),
}

impl Intake {
    /// Starts the writer. It ends when the last `Intake` is dropped and everything queued is written.
    pub fn start(service: Arc<Service>) -> (Self, JoinHandle<()>) {
        let (sender, receiver) = mpsc::channel(service.config.limits.intake_queue);
        let committed = Arc::default();
        (Self { sender, committed: Arc::clone(&committed) }, tokio::spawn(run(service, receiver, committed)))
    }

    /// Queues `item` and waits until it is committed.
    ///
    /// # Errors
    /// [`Kind::Overloaded`] when the queue is full; else the writer's problem.
    pub async fn write(&self, item: Item) -> Answer {
        let (sender, receiver) = oneshot::channel();
        self.sender.try_send(Waiting::Request(Box::new(item), sender)).map_err(|_| {
            Problem::new(
                Kind::Overloaded,
                "Very many are giving feedback right now. Nothing was stored; send the same request again shortly.",
            )
            .retry_after(RETRY_AFTER_SECONDS)
        })?;
        let (answer, _) = receiver.await.map_err(|_| Problem::internal("the writer has stopped"))?;
        answer
    }

    /// Whether the writer can write: it has committed a moment ago, or does so when it is asked. False when it has ended, is
    /// stuck for seconds, or its disk is full.
    pub async fn can_write(&self) -> bool {
        let last = *self.committed.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| last.elapsed() < COMMIT_IS_FRESH) {
            return !self.sender.is_closed();
        }
        let (sender, receiver) = oneshot::channel();
        if self.sender.try_send(Waiting::Proof(sender)).is_err() {
            return false;
        }
        matches!(tokio::time::timeout(PROOF_WAIT, receiver).await, Ok(Ok(true)))
    }
}

async fn run(service: Arc<Service>, mut receiver: mpsc::Receiver<Waiting>, committed: Arc<Mutex<Option<Instant>>>) {
    let note = |succeeded: bool| {
        *committed.lock().unwrap_or_else(PoisonError::into_inner) = succeeded.then(Instant::now);
        service.beat(CoreTask::Writer);
    };
    let most = service.config.limits.intake_batch_rows;
    let mut waiting = Vec::new();
    seal_receipts(&service).await;
    loop {
        service.beat(CoreTask::Writer);
        match tokio::time::timeout(IDLE_BEAT, receiver.recv_many(&mut waiting, most)).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(_) => continue,
        }
        let (mut items, mut senders, mut proofs) = (Vec::new(), Vec::new(), Vec::new());
        for one in waiting.drain(..) {
            match one {
                Waiting::Request(item, sender) => {
                    items.push(*item);
                    senders.push(sender);
                }
                Waiting::Proof(sender) => proofs.push(sender),
            }
        }
        if !items.is_empty() {
            metrics::histogram!("kaiku_intake_batch_items").record(count_as_f64(items.len()));
            let (answers, succeeded) = commit(&service, &mut items).await;
            note(succeeded);
            for ((sender, answer), item) in senders.into_iter().zip(answers).zip(items) {
                // A client that hung up has its feedback stored all the same; its retry is answered by the key.
                let _ = sender.send((answer, item));
            }
            seal_receipts(&service).await;
        }
        if !proofs.is_empty() {
            let proven = service.store.prove_writable().await;
            if let Err(error) = &proven {
                tracing::error!(%error, "the writer cannot write");
            }
            note(proven.is_ok());
            for sender in proofs {
                // Whoever asked may wait no longer.
                let _ = sender.send(proven.is_ok());
            }
        }
    }
}

/// After a failure they stay in memory, and it is tried again after the next batch.
async fn seal_receipts(service: &Service) {
    if let Err(error) = service.store.seal_receipts().await {
        tracing::warn!(%error, "the newest receipts stay in memory");
    }
}

/// A batch has at most 1,024 items, which a float holds exactly.
fn count_as_f64(count: usize) -> f64 {
    count as f64
}

/// Commits all items as one transaction, or each alone if that fails for a reason of one of them. The answers, and whether
/// the last transaction was committed.
async fn commit(service: &Service, items: &mut [Item]) -> (Vec<Answer>, bool) {
    match commit_together(service, items).await {
        Ok(answers) => (answers, true),
        // After a lost answer nothing is tried again: what came without a key would be stored twice.
        Err(error @ (StoreError::Unavailable(_) | StoreError::OutcomeUnknown(_))) => {
            let problem = Problem::from(error);
            (items.iter().map(|_| Err(problem.clone())).collect(), false)
        }
        Err(error) if items.len() == 1 => (vec![Err(error.into())], false),
        Err(error) => {
            tracing::warn!(%error, items = items.len(), "a batch failed and is tried item by item");
            let mut answers = Vec::with_capacity(items.len());
            let mut succeeded = false;
            for item in items {
                let one = commit_together(service, std::slice::from_mut(item)).await;
                succeeded = one.is_ok();
                answers.push(one.map_or_else(|error| Err(error.into()), only_answer));
            }
            (answers, succeeded)
        }
    }
}

/// As [`write_together`]. A panic is an error like others, so that one request never stops the writer: the transaction is
/// rolled back when it is dropped.
async fn commit_together(service: &Service, items: &mut [Item]) -> StoreResult<Vec<Answer>> {
    let written = AssertUnwindSafe(write_together(service, items)).catch_unwind().await;
    written.unwrap_or_else(|_| Err(StoreError::Broken("the writing panicked; the log says where".to_owned())))
}

fn only_answer(mut answers: Vec<Answer>) -> Answer {
    answers.pop().unwrap_or_else(|| Err(Problem::internal("an item got no answer")))
}

async fn write_together(service: &Service, items: &mut [Item]) -> StoreResult<Vec<Answer>> {
    let mut tx = service.store.write().await?;
    let mut answers: Vec<Option<Answer>> = items.iter().map(|_| None).collect();
    let snapshot = service.settings_in(&mut tx).await?;
    for (item, answer) in items.iter_mut().zip(&mut answers) {
        if item.parts.rows.iter().any(|row| row.settings_version != snapshot.version) {
            match (item.again)(service, &snapshot) {
                Ok(parts) => item.parts = parts,
                Err(problem) => *answer = Some(Err(problem)),
            }
        }
    }
    let mut batch =
        Batch { service, snapshot: &snapshot, deltas: Deltas::new(), jobs: BTreeMap::new(), happened: Vec::new() };
    batch.write_plain(&mut tx, items, &mut answers).await?;
    for (item, answer) in items.iter().zip(&mut answers).filter(|(item, answer)| item.alone && answer.is_none()) {
        *answer = Some(batch.write_alone(&mut tx, item).await?);
    }
    counters::append(&mut tx, &batch.deltas).await?;
    for job in batch.jobs.values() {
        jobs::enqueue(&mut tx, job).await?;
    }
    batch.tell_others(&mut tx).await?;
    tx.commit().await?;
    Ok(answers
        .into_iter()
        .map(|answer| answer.unwrap_or_else(|| Err(Problem::internal("an item got no answer"))))
        .collect())
}

/// What is collected while the items of one transaction are written.
struct Batch<'a> {
    service: &'a Service,
    snapshot: &'a Snapshot,
    deltas: Deltas,
    /// By handler and organiser; for urgent cases also by case.
    jobs: BTreeMap<(Uuid, Uuid, Option<Uuid>), NewJob>,
    /// Messages for other systems; empty if there are no webhooks.
    happened: Vec<Happened>,
}

impl Batch<'_> {
    /// Writes every item that has no parts of its own, with multi-row statements.
    async fn write_plain(
        &mut self,
        tx: &mut Writer,
        items: &[Item],
        answers: &mut [Option<Answer>],
    ) -> StoreResult<()> {
        // The first item with a receipt is written; another with the same receipt in this batch is a repetition.
        let mut first: HashMap<ReceiptHash, usize> = HashMap::new();
        let mut chosen: Vec<&Evaluated> = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            if item.alone || answers.get(index).is_none_or(Option::is_some) {
                continue;
            }
            let Some(row) = item.parts.rows.first() else { continue };
            if self.came_under_an_older_key(tx, item, &mut answers[index]).await? {
                continue;
            }
            if row.feedback.receipt_hash.is_none_or(|hash| *first.entry(hash).or_insert(index) == index) {
                chosen.push(row);
            }
        }
        chosen.sort_unstable_by_key(|row| row.feedback.receipt_hash);
        let inserted = self.insert(tx, &chosen).await?;
        for (index, item) in items.iter().enumerate() {
            if item.alone || answers[index].is_some() {
                continue;
            }
            let Some(row) = item.parts.rows.first() else { continue };
            answers[index] = Some(if inserted.contains(&row.feedback.id) {
                Ok(vec![taken(row)])
            } else {
                self.repetition(tx, &item.repeat, row.feedback.receipt_hash).await?
            });
        }
        Ok(())
    }

    /// Inserts feedbacks with everything that belongs to them; returns the ids that were new.
    async fn insert(&mut self, tx: &mut Writer, rows: &[&Evaluated]) -> StoreResult<HashSet<Uuid>> {
        let feedbacks: Vec<_> = rows.iter().map(|row| &row.feedback).collect();
        let inserted = feedback::insert(&self.service.store, tx, &feedbacks).await?;
        let new: Vec<&&Evaluated> = rows.iter().filter(|row| inserted.contains(&row.feedback.id)).collect();
        let new_cases: Vec<&CaseRow> = new.iter().filter_map(|row| row.case.as_ref()).collect();
        cases::insert(tx, &new_cases).await?;
        self.announce(&new_cases);
        for row in new {
            self.count(row);
            self.tell(row);
            if let Some(contact) = &row.contact {
                contacts::insert(tx, row.feedback.id, contact).await?;
            }
            if let Some((id, erase_on, details)) = &row.volunteer {
                contacts::insert_volunteer(tx, *id, row.place.unit_id, (*erase_on).into(), details).await?;
            }
            if let Some(reminder) = &row.reminder {
                contacts::insert_reminder(tx, row.feedback.id, reminder).await?;
            }
        }
        Ok(inserted)
    }

    fn count(&mut self, row: &Evaluated) {
        let version = u32::try_from(row.feedback.instrument_version).ok();
        if let Some(instrument) = self.snapshot.catalogue.get(&row.feedback.instrument, version) {
            count_into(&mut self.deltas, &row.block, row.feedback.colour_id, instrument, &row.coded, 1);
        }
    }

    /// Adds the message for other systems about a feedback.
    fn tell(&mut self, row: &Evaluated) {
        let event = EventType::FeedbackReceived;
        if !self.snapshot.webhooks.iter().any(|webhook| webhook.wants(event, &row.place)) {
            return;
        }
        let data = Data { feedback_id: Some(row.feedback.id), case_ids: Some(Vec::new()), ..Data::default() };
        self.happened.push(Happened { event, place: row.place, leaves: Leaves::OnceADay, data });
        self.tell_cases(row.case.iter());
    }

    /// Adds cases to the message about their feedback, which is the last one.
    fn tell_cases<'c>(&mut self, cases: impl Iterator<Item = &'c CaseRow>) {
        let Some(told) = self.happened.last_mut() else { return };
        for case in cases.filter(|case| told.data.feedback_id == Some(case.feedback_id)) {
            told.data.case_ids.get_or_insert_default().push(case.id);
            if case.urgency == Urgency::Urgent {
                told.leaves = Leaves::AtOnce;
            }
        }
    }

    /// Queues what other systems are told, each behind a savepoint: a message that cannot be queued is reported and left
    /// out, since no feedback may be lost for it.
    async fn tell_others(&self, tx: &mut Writer) -> StoreResult<()> {
        for happened in &self.happened {
            savepoint::begin(tx).await?;
            if let Err(error) = webhook_queue::emit(self.service, self.snapshot, tx, happened).await {
                // Where the transaction itself is lost there is nothing to go back to.
                if savepoint::roll_back(tx).await.is_err() {
                    return Err(error);
                }
                webhook_queue::report_lost(happened.event, &error);
            }
            savepoint::release(tx).await?;
        }
        Ok(())
    }

    /// Queues the notices to the handlers: once a day, and at once for what is urgent.
    fn announce(&mut self, new_cases: &[&CaseRow]) {
        for case in new_cases {
            let urgent = (case.urgency == Urgency::Urgent).then_some(case.id);
            let Entry::Vacant(place) = self.jobs.entry((case.handler_id, case.organiser_id, urgent)) else { continue };
            match notices::of_new_case(self.service, self.snapshot, case) {
                Ok(job) => {
                    place.insert(job);
                }
                // Without its notice a case is still in the inbox with its deadlines. The feedback must not be lost for
                // it.
                Err(problem) => tracing::error!(%problem, "a notice could not be queued"),
            }
        }
    }

    /// Answers the request if it came before under an older receipt key; returns whether it did.
    async fn came_under_an_older_key(
        &self,
        tx: &mut Writer,
        item: &Item,
        answer: &mut Option<Answer>,
    ) -> StoreResult<bool> {
        let Repeat::ByReceipt { older, .. } = &item.repeat else { return Ok(false) };
        for hash in older {
            if let Some(row) = feedback::find_by_receipt(&self.service.store, tx, *hash).await? {
                *answer = Some(repeated(self.service, tx, &item.repeat, &row).await?);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The answer to a request whose receipt exists.
    async fn repetition(&self, tx: &mut Writer, repeat: &Repeat, hash: Option<ReceiptHash>) -> StoreResult<Answer> {
        let stored = match hash {
            Some(hash) => feedback::find_by_receipt(&self.service.store, tx, hash).await?,
            None => None,
        };
        match stored {
            Some(row) => repeated(self.service, tx, repeat, &row).await,
            None => Err(StoreError::Broken("a receipt exists and is not found".to_owned())),
        }
    }

    /// Writes one item by itself: completely or not at all, without effect on the others of the transaction.
    async fn write_alone(&mut self, tx: &mut Writer, item: &Item) -> StoreResult<Answer> {
        savepoint::begin(tx).await?;
        let (deltas, jobs, told) = (self.deltas.clone(), self.jobs.clone(), self.happened.len());
        let answer = self.write_parts(tx, item).await?;
        if answer.is_err() {
            savepoint::roll_back(tx).await?;
            (self.deltas, self.jobs) = (deltas, jobs);
            self.happened.truncate(told);
        }
        savepoint::release(tx).await?;
        Ok(answer)
    }

    async fn write_parts(&mut self, tx: &mut Writer, item: &Item) -> StoreResult<Answer> {
        let rows: Vec<&Evaluated> = item.parts.rows.iter().collect();
        let taken: Vec<Stored> = match &item.parts.interview {
            None => rows.iter().map(|row| taken(row)).collect(),
            Some(interview) => taken_interview(&rows, interview),
        };
        if let Repeat::ByKey { key, body } = &item.repeat {
            let request = KeyedRequest { key: key.clone(), body };
            let answer = serde_json::to_string(&taken).map_err(|why| StoreError::unreadable("answer", why))?;
            match idempotency::claim(self.service, tx, Some(&request), &answer).await {
                Ok(None) => {}
                Ok(Some(answer)) => return Ok(kept(&answer)),
                Err(problem) if problem.kind == Kind::KeyReused => return Ok(Err(problem)),
                Err(problem) => return Err(StoreError::Unavailable(problem.to_string())),
            }
        }
        for id in &item.stubs {
            if !stubs::take(tx, *id).await? {
                return Ok(Err(unknown_serial("/serial")));
            }
        }
        let mut sorted = rows;
        sorted.sort_unstable_by_key(|row| row.feedback.receipt_hash);
        if self.insert(tx, &sorted).await?.len() != sorted.len() {
            return Ok(Err(code_taken()));
        }
        if let Some(interview) = &item.parts.interview
            && let Some(row) = item.parts.rows.first()
        {
            let id = row.feedback.id;
            group_interviews::insert(tx, id, &interview.detail, &interview.points, &interview.actions).await?;
            let cases: Vec<&CaseRow> = interview.cases.iter().collect();
            cases::insert(tx, &cases).await?;
            self.announce(&cases);
            self.tell_cases(cases.into_iter());
        }
        Ok(Ok(taken))
    }
}

/// The answer to a request whose receipt the feedback `stored` has.
///
/// # Errors
/// The store's.
pub async fn repeated(
    service: &Service,
    db: &mut impl Connected,
    repeat: &Repeat,
    stored: &FeedbackRow,
) -> StoreResult<Answer> {
    let Repeat::ByReceipt { body, otherwise, .. } = repeat else {
        return Ok(Err(code_taken()));
    };
    let same = stored.body_mac.as_ref().is_some_and(|mac| codes::same_body(&service.keyring, mac, body));
    if !same {
        return Ok(Err(if *otherwise == Kind::CodeTaken { code_taken() } else { idempotency::reused() }));
    }
    let case = cases::find(db, stored.id).await?;
    Ok(Ok(vec![answer_of(stored, case.as_ref())]))
}

/// Parses a stored answer.
///
/// # Errors
/// [`Kind::Internal`] when it cannot be read.
pub fn kept(response: &str) -> Answer {
    let mut rows: Vec<Stored> = serde_json::from_str(response).map_err(Problem::unreadable)?;
    for row in &mut rows {
        // Answers kept by earlier versions have none: there the id was the hash.
        row.receipt_hash = row.receipt_hash.or(Some(ReceiptHash(row.id)));
    }
    Ok(rows)
}

fn taken(row: &Evaluated) -> Stored {
    answer_of(&row.feedback, row.case.as_ref())
}

fn answer_of(feedback: &FeedbackRow, case: Option<&CaseRow>) -> Stored {
    Stored {
        id: feedback.id,
        promise: case.map(promise_of),
        complaint: case.is_some_and(|case| case.complaint),
        receipt_hash: feedback.receipt_hash,
    }
}

/// The interview first, then its points.
fn taken_interview(rows: &[&Evaluated], interview: &Interview) -> Vec<Stored> {
    let of_point = |id: Uuid, case: Option<&CaseRow>| Stored {
        id,
        promise: case.map(promise_of),
        complaint: case.is_some_and(|case| case.complaint),
        receipt_hash: None,
    };
    let latest = interview.cases.iter().max_by_key(|case| case.tell_by);
    let mut taken: Vec<Stored> =
        rows.iter().map(|row| Stored { promise: latest.map(promise_of), ..taken(row) }).collect();
    for point in &interview.points {
        let case = interview.cases.iter().find(|case| case.id == point.id);
        taken.push(of_point(point.id, case));
    }
    taken
}

/// The problem: the code is in use already.
pub fn code_taken() -> Problem {
    Problem::at("/receipt", Kind::CodeTaken, "This receipt code is in use already. Make a new one and send again.")
}

/// The problem: no printed card has this serial, or it has been typed in.
pub fn unknown_serial(pointer: &str) -> Problem {
    Problem::at(
        pointer,
        Kind::UnknownSerial,
        "No printed card of this unit waits under this serial: it is mistyped or has been typed in already. Check it, or \
         leave it out.",
    )
}

//! Thanks for many cases in one request: all of them are decided, or none.

use uuid::Uuid;

use super::act::{Act, is_as_read, step_of};
use super::read::{self, may_act};
use crate::base::{Fault, Kind, Language, Problem};
use crate::case::decision::DecisionKind;
use crate::routing::Urgency;
use crate::service::Authority;
use crate::service::Service;
use crate::service::idempotency::{self, KeyedRequest};
use crate::store::cases::CaseRow;

/// The maximum number of cases in one request.
pub const THANKED_MOST: usize = 200;

/// Decides "thanks" for each of `cases` (id and version), with the same text or none.
///
/// # Errors
/// [`Kind::BatchSize`]; by index, each case that the caller may not decide, that is at another version or that cannot
/// be decided now; faults of the text. Nothing is stored then.
pub async fn decide(
    service: &Service,
    authority: &Authority,
    cases: &[(Uuid, i64)],
    text: &str,
    language: Option<Language>,
    repeat: Option<KeyedRequest<'_>>,
) -> Result<Vec<CaseRow>, Problem> {
    if cases.is_empty() || cases.len() > THANKED_MOST {
        let detail = format!("Thank for 1 to {THANKED_MOST} cases at a time.");
        return Err(Problem::at("/cases", Kind::BatchSize, detail));
    }
    let mut tx = service.store.write().await?;
    let repeated = idempotency::claim(service, &mut tx, repeat.as_ref(), "").await?.is_some();
    let what = Act::Decide { kind: DecisionKind::Thanks, text: text.to_owned(), language };
    let mut faults = Vec::new();
    let mut thanked: Vec<(usize, CaseRow)> = Vec::new();
    // In the order of ids, so that two requests can wait for each other but never deadlock.
    let mut order: Vec<(usize, Uuid, i64)> =
        cases.iter().enumerate().map(|(index, (id, version))| (index, *id, *version)).collect();
    order.sort_by_key(|(_, id, _)| *id);
    for (index, id, version) in order {
        let pointer = format!("/cases/{index}");
        if cases.iter().take(index).any(|(earlier, _)| *earlier == id) {
            faults.push(Fault::new(pointer, Kind::Invalid, "This case is named twice. Name it once."));
            continue;
        }
        let open = match read::open(&mut tx, authority, id).await {
            Ok(open) if may_act(authority, &open) => open,
            Ok(_) => {
                faults.push(unknown(pointer));
                continue;
            }
            Err(problem) if problem.kind == Kind::NotFound => {
                faults.push(unknown(pointer));
                continue;
            }
            Err(problem) => return Err(problem),
        };
        if repeated {
            // The same request was handled before: answer with the cases as they stand now.
            thanked.push((index, open.case));
            continue;
        }
        if !is_as_read(&mut tx, &open.case, &[version]).await? {
            let detail = "Somebody else took a step of this case meanwhile. Read it again and decide anew.";
            faults.push(Fault::new(format!("{pointer}/version"), Kind::VersionMismatch, detail));
            continue;
        }
        if open.case.complaint || open.case.urgency != Urgency::Normal {
            let detail = "This case is urgent, must be read today or reads like a formal complaint. Open it, and answer it \
                          by itself.";
            faults.push(Fault::new(pointer, Kind::StepNotAllowed, detail));
            continue;
        }
        match step_of(service, authority, &open, &what) {
            Ok(step) => match step.save(service, &mut tx).await {
                Ok(case) => thanked.push((index, case)),
                Err(problem) if problem.kind == Kind::VersionMismatch => {
                    faults.push(Fault::new(format!("{pointer}/version"), problem.kind, problem.detail));
                }
                Err(problem) => return Err(problem),
            },
            Err(problem) if problem.kind == Kind::StepNotAllowed => {
                faults.push(Fault::new(pointer, problem.kind, problem.detail));
            }
            // A fault of the text is the same for every case.
            Err(problem) => return Err(problem),
        }
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| place_of(&fault.pointer));
        return Err(Problem::of_faults(faults));
    }
    tx.commit().await?;
    thanked.sort_by_key(|(index, _)| *index);
    Ok(thanked.into_iter().map(|(_, case)| case).collect())
}

fn unknown(pointer: String) -> Fault {
    let detail = "There is no case of this id that you may decide. Leave it out, or ask whoever handles it.";
    Fault::new(format!("{pointer}/id"), Kind::UnknownReference, detail)
}

/// The index in `/cases/12/version`.
fn place_of(pointer: &str) -> usize {
    pointer.split('/').nth(2).and_then(|index| index.parse().ok()).unwrap_or(usize::MAX)
}

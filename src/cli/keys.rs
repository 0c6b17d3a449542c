//! `kaiku keys rotate`, `kaiku keys reencrypt`, `kaiku keys list`.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::{print_lines, said};
use crate::administration::keys::{self, Opening};
use crate::app::StartFault;
use crate::keys::Purpose;
use crate::service::Service;

/// What to do with the keys.
#[derive(Subcommand)]
pub enum KeysCommand {
    /// Adds new keys to the keyring. When every running instance reads them, they write, and contact details, reminders,
    /// volunteers' details and secrets of webhooks are sealed with them. Old keys stay in the file: receipts and answers to
    /// repeated requests are found by them.
    Rotate(RotateArguments),
    /// Lets the newest keys write when every running instance reads them, and seals anew what older ones sealed: after
    /// `rotate --only-file`, or when `rotate` was broken off.
    Reencrypt,
    /// Prints every key and how much of what it has written; fails when one is missing.
    List,
}

impl KeysCommand {
    /// What is done about the keyring before the command runs.
    pub fn opening(&self) -> Opening {
        match self {
            Self::List => Opening::AsItIs,
            Self::Rotate(_) | Self::Reencrypt => Opening::Existing,
        }
    }
}

/// Which keys.
#[derive(Args)]
pub struct RotateArguments {
    /// Only this purpose: receipt, contact, request or device. May be given more than once; all purposes by default.
    #[arg(long, value_parser = purpose)]
    purpose: Vec<Purpose>,
    /// Changes only the file, so that it can be copied to every machine before anything is written with the new keys.
    #[arg(long)]
    only_file: bool,
}

fn purpose(word: &str) -> Result<Purpose, String> {
    Purpose::parse(word).ok_or_else(|| "write receipt, contact, request or device".to_owned())
}

/// Runs the command.
///
/// # Errors
/// [`StartFault`] with what to do.
pub async fn run(service: &Service, command: KeysCommand) -> Result<(), StartFault> {
    match command {
        KeysCommand::Rotate(RotateArguments { purpose, only_file }) => {
            let purposes = if purpose.is_empty() { Purpose::ALL.to_vec() } else { purpose };
            let file = &service.config.keys.file;
            let ids = keys::add(service, file, &purposes).await.map_err(cause)?;
            print_lines(ids.iter().map(|id| format!("new key {id}")))?;
            if only_file {
                println!("Bring {} to every machine, then run `kaiku keys reencrypt`.", file.display());
                return Ok(());
            }
            reencrypt(service).await
        }
        KeysCommand::Reencrypt => reencrypt(service).await,
        KeysCommand::List => list(service).await,
    }
}

/// The cause: it says what is wrong with the keyring's file.
fn cause(problem: crate::base::Problem) -> StartFault {
    StartFault(problem.cause.unwrap_or(problem.detail))
}

/// How long `rotate` waits until every instance reads the new keys; each looks once a second.
const WAIT: Duration = Duration::from_secs(15);

async fn reencrypt(service: &Service) -> Result<(), StartFault> {
    let behind = keys::let_newest_write(service, WAIT).await?;
    if !behind.is_empty() {
        let hosts: Vec<&str> = behind.iter().map(|instance| instance.host.as_str()).collect();
        return Err(StartFault(format!(
            "the new keys are in the keyring and do not write yet, since not every instance reads them: {}. Bring {} to these \
             machines, then run `kaiku keys reencrypt`.",
            hosts.join("; "),
            service.config.keys.file.display()
        )));
    }
    let kinds = keys::reencrypt(service).await?;
    print_lines(kinds.iter().map(|kind| format!("{},{}", kind.kind, kind.done)))?;
    let unreadable: u64 = kinds.iter().map(|kind| kind.unreadable).sum();
    if unreadable > 0 {
        return Err(StartFault(format!(
            "{unreadable} values do not open with any key of the keyring; the log names them. They were left as they are: \
             put the missing key back and run `kaiku keys reencrypt`."
        )));
    }
    Ok(())
}

async fn list(service: &Service) -> Result<(), StartFault> {
    let usage = keys::usage(service).await.map_err(said)?;
    let mut lines = vec!["key,purpose,writes,used_by".to_owned()];
    let mut known = Vec::new();
    for purpose in Purpose::ALL {
        for key in service.keyring.all(purpose) {
            let mut used: Vec<String> = usage
                .iter()
                .filter(|(_, id, _)| id == key.id())
                .map(|(kind, _, count)| format!("{kind}={count}"))
                .collect();
            if purpose == Purpose::Request {
                // Hashes of requests do not name their key.
                let days = service.config.retention.idempotency_days;
                used.push(format!("requests of the last {days} days"));
            }
            if purpose == Purpose::Device {
                // Values that devices keep are not stored in the database.
                used.push("what devices sealed and have not sent".to_owned());
            }
            known.push(key.id());
            let writes = if key.id() == service.keyring.active(purpose).id() { "yes" } else { "no" };
            lines.push(format!("{},{},{writes},{}", key.id(), purpose.as_str(), used.join(" ")));
        }
    }
    let missing = usage.iter().filter(|(_, id, _)| !known.contains(&id.as_str()));
    lines.extend(missing.map(|(kind, id, count)| format!("{id},MISSING,no,{kind}={count}")));
    print_lines(lines.into_iter())?;
    let missing = keys::missing(service).await.map_err(said)?;
    if missing.is_empty() {
        return Ok(());
    }
    let file = service.config.keys.file.display();
    Err(StartFault(format!(
        "the keyring {file} lacks the keys {}, which the database was written with",
        missing.join(", ")
    )))
}

//! `kaiku confirmations`: what waits for a second person, for installations where only one person keeps the settings.

use clap::Subcommand;
use uuid::Uuid;

use super::{instant, print_lines, said};
use crate::administration::ChangedBy;
use crate::administration::confirmations::{self, Asked, Waiting};
use crate::app::StartFault;
use crate::base::Problem;
use crate::organisation::Tree;
use crate::service::Service;

/// What is done with what waits.
#[derive(Debug, Subcommand)]
pub enum ConfirmationsCommand {
    /// Lists the grants and tokens that wait for a second person, oldest first.
    List,
    /// Puts one of them in force.
    Confirm {
        /// Its id, as `confirmations list` shows it.
        id: Uuid,
    },
    /// Drops one of them.
    Refuse {
        /// Its id.
        id: Uuid,
    },
}

/// Runs the command.
///
/// # Errors
/// [`StartFault`] with what to do.
pub async fn run(service: &Service, command: ConfirmationsCommand) -> Result<(), StartFault> {
    match command {
        ConfirmationsCommand::List => {
            let settings = service.snapshot();
            let all = confirmations::list(service).await.map_err(said)?;
            print_lines(all.iter().map(|waiting| line(&settings.tree, waiting)))
        }
        ConfirmationsCommand::Confirm { id } => {
            confirmations::confirm(service, ChangedBy::CommandLine, id, |_, _| true)
                .await
                .map_err(|why| refused(&why, id))?;
            println!("{id} holds from now on");
            Ok(())
        }
        ConfirmationsCommand::Refuse { id } => {
            confirmations::refuse(service, ChangedBy::CommandLine, id, |_, _| true)
                .await
                .map_err(|why| refused(&why, id))?;
            println!("{id} is gone");
            Ok(())
        }
    }
}

fn refused(why: &Problem, id: Uuid) -> StartFault {
    said(format!("{id}: {}; `kaiku confirmations list` shows what waits", why.explained()))
}

fn line(tree: &Tree, waiting: &Waiting) -> String {
    let slug = |id: Uuid| tree.principals.get(&id).map_or_else(|| id.to_string(), |known| known.slug.clone());
    let what = match &waiting.asked {
        Asked::Grant(grant) => {
            format!("role {} at {} {}", grant.role, grant.node.kind, tree.node_slug(grant.node).unwrap_or_default())
        }
        Asked::Token(token) => {
            let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
            format!("token {} with {}", token.name, scopes.join(","))
        }
    };
    let at = instant(waiting.asked_at);
    let by = waiting.asked_by.map_or_else(String::new, slug);
    format!("{}\t{}\t{what}\tasked by {by}\t{at}", waiting.id, slug(waiting.principal_id()))
}

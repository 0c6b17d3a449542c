//! `kaiku token add|list|revoke`: tokens for people, other systems and kiosks.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use uuid::Uuid;

use super::said;
use crate::administration::{self, ChangedBy, NewToken, tokens};
use crate::app::StartFault;
use crate::organisation::Scope;
use crate::service::Service;

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Makes a token and prints its secret, which is not shown again.
    Add(TokenArguments),
    /// Lists all tokens, oldest first, without their secrets.
    List,
    /// Revokes a token permanently.
    Revoke {
        /// The token's id, as `token list` shows it.
        id: Uuid,
    },
}

/// Which token to make.
#[derive(Debug, Args)]
pub struct TokenArguments {
    /// The short name of the principal whose token it is.
    #[arg(long, value_name = "SLUG")]
    principal: String,
    /// What it is for, in words.
    #[arg(long)]
    name: String,
    /// Its scopes, separated by commas, such as feedback:write,cases:read.
    #[arg(long, value_delimiter = ',', required = true, value_parser = scope)]
    scopes: Vec<Scope>,
    /// Its last day, such as 2027-12-31: two years ahead at most.
    #[arg(long, value_name = "DATE")]
    expires: Date,
}

fn scope(word: &str) -> Result<Scope, String> {
    Scope::parse(word.trim()).ok_or_else(|| {
        let words: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        format!("write one of {}", words.join(", "))
    })
}

/// Runs the command.
///
/// # Errors
/// [`StartFault`] with what to do.
pub async fn run(service: &Service, command: TokenCommand) -> Result<(), StartFault> {
    match command {
        TokenCommand::Add(arguments) => {
            let new = NewToken {
                principal: arguments.principal,
                name: arguments.name,
                scopes: arguments.scopes,
                expires_on: arguments.expires,
            };
            let made = administration::make_token(service, ChangedBy::CommandLine, &new).await?;
            // The secret alone on standard output, so that it can be piped to where it is kept.
            eprintln!("token {}: this is its secret, shown only now", made.id);
            println!("{}", made.secret.as_str());
        }
        TokenCommand::List => {
            let settings = service.snapshot();
            let today = service.today();
            println!("id\tprincipal\tname\tscopes\texpires\tlast used\tstate");
            for token in tokens::list(service).await.map_err(said)? {
                let principal = settings.tree.principals.get(&token.principal_id);
                let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
                let state = match token.revoked_at {
                    Some(_) => "revoked",
                    None if token.expires_on < today => "expired",
                    None if token.confirmed_at.is_none() => "waits for a second person",
                    None => "valid",
                };
                println!(
                    "{}\t{}\t{}\t{}\t{}\t{}\t{state}",
                    token.id,
                    principal.map_or("", |principal| principal.slug.as_str()),
                    token.name,
                    scopes.join(","),
                    token.expires_on,
                    token.last_used_on.map_or_else(|| "never".to_owned(), |day| day.to_string()),
                );
            }
        }
        TokenCommand::Revoke { id } => {
            administration::revoke_token(service, ChangedBy::CommandLine, id).await?;
            println!("token {id} opens nothing any more");
        }
    }
    Ok(())
}

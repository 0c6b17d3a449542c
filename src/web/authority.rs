//! Permission as a type: a handler that takes [`Allowed`] has a checked token with the scope. There is no other way to
//! get an [`Authority`] in a request.

use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::client;
use super::errors::ApiProblem;
use super::limits::RateLimits;
use crate::base::{Kind, Problem};
use crate::organisation::Scope;
use crate::service::authority::authenticate;
use crate::service::{Authority, Service};

/// A scope as a type.
pub trait ScopeType: 'static {
    const SCOPE: Scope;
}

/// The scopes as types, for [`Allowed`].
pub mod scope {
    use super::{Scope, ScopeType};

    macro_rules! scopes {
        ($($name:ident),*) => {
            $(
                #[doc = concat!("[`Scope::", stringify!($name), "`]")]
                pub struct $name;
                impl ScopeType for $name {
                    const SCOPE: Scope = Scope::$name;
                }
            )*
        };
    }
    scopes!(
        FeedbackWrite,
        FeedbackVoid,
        CasesRead,
        CasesWrite,
        ContactsRead,
        ReportsRead,
        OrganisationRead,
        OrganisationWrite,
        TokensWrite,
        JobsWrite,
        WebhooksWrite,
        ConfirmationsWrite,
        AuditRead
    );
}

/// A request with a valid token that has the scope `S`.
pub struct Allowed<S> {
    /// The principal, with roles and scopes.
    pub authority: Authority,
    scope: PhantomData<S>,
}

impl<S: ScopeType> FromRequest for Allowed<S> {
    type Error = ApiProblem;
    type Future = Ready<Result<Self, ApiProblem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let allowed = || {
            let authority = of_request(request)?.ok_or_else(missing_token)?;
            if !authority.has(S::SCOPE) {
                return Err(Problem::new(
                    Kind::ScopeMissing,
                    format!("This call needs a token with the scope {}.", S::SCOPE.as_str()),
                )
                .into());
            }
            Ok(Self { authority, scope: PhantomData })
        };
        ready(allowed())
    }
}

/// A request with a valid token that has the scope `A` or the scope `B`: often one scope is enough for the caller's own
/// things, and the other is needed for those of others.
pub struct AllowedEither<A, B> {
    /// The principal, with roles and scopes.
    pub authority: Authority,
    scopes: PhantomData<(A, B)>,
}

impl<A: ScopeType, B: ScopeType> FromRequest for AllowedEither<A, B> {
    type Error = ApiProblem;
    type Future = Ready<Result<Self, ApiProblem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let allowed = || {
            let authority = of_request(request)?.ok_or_else(missing_token)?;
            if !authority.has(A::SCOPE) && !authority.has(B::SCOPE) {
                let (one, other) = (A::SCOPE.as_str(), B::SCOPE.as_str());
                let detail = format!("This call needs a token with the scope {one} or {other}.");
                return Err(Problem::new(Kind::ScopeMissing, detail).into());
            }
            Ok(Self { authority, scopes: PhantomData })
        };
        ready(allowed())
    }
}

/// A request with or without a token.
pub struct Anybody(pub Option<Authority>);

impl FromRequest for Anybody {
    type Error = ApiProblem;
    type Future = Ready<Result<Self, ApiProblem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(of_request(request).map(Self).map_err(ApiProblem))
    }
}

/// Whose token a call carries, if it carries one: found out once.
#[derive(Clone)]
struct Identified(Result<Option<Authority>, Problem>);

/// Finds out whose token a call carries, and counts the call for the token's principal. Without a token that opens something
/// it counts for its client, whatever stands in the header: a wrong one is no way around the limit, and tokens are guessed
/// slowly.
///
/// # Errors
/// [`Kind::RateLimited`].
pub async fn identify(request: &HttpRequest) -> Result<(), Problem> {
    let service = request.app_data::<Data<Service>>().ok_or_else(|| Problem::internal("no service"))?;
    let limits = request.app_data::<Data<RateLimits>>().ok_or_else(|| Problem::internal("no limits"))?;
    let outcome = match secret(request) {
        Ok(Some(secret)) => authenticate(service, secret).await.map(Some),
        Ok(None) => Ok(None),
        Err(problem) => Err(problem),
    };
    match &outcome {
        Ok(Some(authority)) => limits.token_calls.check(&authority.principal_id())?,
        // The token may be a good one: the store could not say.
        Err(problem) if !matches!(problem.kind, Kind::Unauthenticated | Kind::TokenExpired) => {}
        Ok(None) | Err(_) => limits.public_calls.check(&client::of(request, &service.config.server))?,
    }
    request.extensions_mut().insert(Identified(outcome));
    Ok(())
}

/// The secret of the token that the request carries, if it carries one.
fn secret(request: &HttpRequest) -> Result<Option<&str>, Problem> {
    let Some(header) = request.headers().get(AUTHORIZATION) else { return Ok(None) };
    let secret = header
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, secret)| secret.trim());
    secret.map(Some).ok_or_else(missing_token)
}

/// Whose token the request carries, if it carries one.
fn of_request(request: &HttpRequest) -> Result<Option<Authority>, Problem> {
    let identified = request.extensions().get::<Identified>().cloned();
    identified.ok_or_else(|| Problem::internal("nobody found out who calls"))?.0
}

fn missing_token() -> Problem {
    Problem::new(Kind::Unauthenticated, "Send a token: Authorization: Bearer kaiku_… (made with `kaiku token add`).")
}

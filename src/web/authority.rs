//! Permission as a type: a handler that takes [`Allowed`] has a checked token with the scope; there is no other way to an
//! [`Authority`].

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

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
        WebhooksWrite
    );
}

/// A request with a valid token that has the scope `S`.
pub struct Allowed<S> {
    /// Who, and with what right.
    pub authority: Authority,
    scope: PhantomData<S>,
}

impl<S: ScopeType> FromRequest for Allowed<S> {
    type Error = ApiProblem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiProblem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let authority = of_request(&request).await?.ok_or_else(missing_token)?;
            if !authority.has(S::SCOPE) {
                return Err(Problem::new(
                    Kind::ScopeMissing,
                    format!("This call needs a token with the scope {}.", S::SCOPE.as_str()),
                )
                .into());
            }
            Ok(Self { authority, scope: PhantomData })
        })
    }
}

/// A request with a valid token that has the scope `A` or the scope `B`: what one may do for oneself with the one, and for
/// others with the other.
pub struct AllowedEither<A, B> {
    /// Who, and with what right.
    pub authority: Authority,
    scopes: PhantomData<(A, B)>,
}

impl<A: ScopeType, B: ScopeType> FromRequest for AllowedEither<A, B> {
    type Error = ApiProblem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiProblem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let authority = of_request(&request).await?.ok_or_else(missing_token)?;
            if !authority.has(A::SCOPE) && !authority.has(B::SCOPE) {
                let (one, other) = (A::SCOPE.as_str(), B::SCOPE.as_str());
                let detail = format!("This call needs a token with the scope {one} or {other}.");
                return Err(Problem::new(Kind::ScopeMissing, detail).into());
            }
            Ok(Self { authority, scopes: PhantomData })
        })
    }
}

/// A request that may come with a token or without one.
pub struct Anybody(pub Option<Authority>);

impl FromRequest for Anybody {
    type Error = ApiProblem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiProblem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(of_request(&request).await?)) })
    }
}

/// Whose token the request carries, if it carries one.
async fn of_request(request: &HttpRequest) -> Result<Option<Authority>, Problem> {
    let Some(header) = request.headers().get(AUTHORIZATION) else {
        return Ok(None);
    };
    let secret = header
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, secret)| secret.trim())
        .ok_or_else(missing_token)?;
    let service = request.app_data::<Data<Service>>().ok_or_else(|| Problem::internal("no service"))?;
    let limits = request.app_data::<Data<RateLimits>>().ok_or_else(|| Problem::internal("no limits"))?;
    match authenticate(service, secret).await {
        Ok(authority) => {
            limits.token_calls.check(&authority.principal_id())?;
            Ok(Some(authority))
        }
        Err(problem) => {
            // Guessing tokens counts as public calls of the client that guesses.
            limits.public_calls.check(&client::limited_as(client::address(request, &service.config.server)))?;
            Err(problem)
        }
    }
}

fn missing_token() -> Problem {
    Problem::new(Kind::Unauthenticated, "Send a token: Authorization: Bearer kaiku_… (made with `kaiku token add`).")
}

//! The HTTP client that calls the targets of webhooks, and the addresses that it refuses to connect to.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;

use crate::base::Problem;
use crate::config::Webhooks;

const USER_AGENT: &str = concat!("kaiku/", env!("CARGO_PKG_VERSION"));

/// Looks names up, and leaves out every address that targets may not have. What is connected to is what was looked at:
/// a name that changes its address between two looks gains nothing.
struct Guarded(Webhooks);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let config = self.0.clone();
        Box::pin(async move {
            // Port 0 is replaced by the address's own.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| config.may_reach(address.ip())).collect();
            if allowed.is_empty() {
                return Err(Box::from(Forbidden));
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Every address behind the name lies where targets may not be.
#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
pub(super) struct Forbidden;

/// The HTTP client of all targets. It is made when the first one is called: reading the system's certificates takes time
/// that an installation without webhooks does not need.
pub struct Messenger {
    config: Webhooks,
    client: OnceLock<Client>,
}

impl Messenger {
    pub(super) fn new(config: &Webhooks) -> Self {
        Self { config: config.clone(), client: OnceLock::new() }
    }

    /// # Errors
    /// [`crate::base::Kind::Internal`] when TLS cannot be set up.
    pub(super) fn client(&self) -> Result<Client, Problem> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let client = Client::builder()
            .user_agent(USER_AGENT)
            .timeout(self.config.timeout)
            .redirect(Policy::none())
            .dns_resolver(Arc::new(Guarded(self.config.clone())))
            // A proxy of the environment would look names up by itself.
            .no_proxy()
            .build()
            .map_err(Problem::internal)?;
        // Another job was first: both clients are alike.
        let _ = self.client.set(client.clone());
        Ok(client)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::str::FromStr;
    use std::time::Duration;

    use super::*;

    fn guard(allow_private: bool) -> Guarded {
        Guarded(Webhooks {
            allow_private,
            allow_http: false,
            networks: Vec::new(),
            timeout: Duration::from_secs(1),
            rotation: Duration::from_secs(1),
        })
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        let name = || Name::from_str("localhost").unwrap();
        let Err(refused) = guard(false).resolve(name()).await else { panic!("localhost was followed") };
        assert!(refused.is::<Forbidden>());
        let found: Vec<IpAddr> = guard(true).resolve(name()).await.unwrap().map(|address| address.ip()).collect();
        assert!(found.iter().all(IpAddr::is_loopback) && !found.is_empty());
    }
}

//! How much each reader may ask for: each token its own quota, and everybody without one that of his address. Quotas of
//! writing are the ledger's: they are taken after a signature is verified.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderMap;
use jejak_ledger::{Clock, Exceeded, Quota, Quotas};

use crate::config;
use crate::problem::Problem;
use crate::tokens::{TOKENS_MAX, Token};

/// The quotas of all readers of one server.
pub(crate) struct ReadQuotas {
    addresses: Quotas<IpAddr>,
    tokens: Quotas<String>,
    /// Tokens that were given a quota of their own.
    own: Mutex<HashMap<String, Arc<Quotas<()>>>>,
    proxies: Vec<IpAddr>,
    clock: Arc<dyn Clock>,
}

impl ReadQuotas {
    pub(crate) fn new(config: &config::Quotas, clock: Arc<dyn Clock>) -> Self {
        let quota = |per_minute, burst| Quota { per_minute, burst };
        let addresses = quota(config.address_requests_per_minute, config.address_requests_burst);
        let tokens = quota(config.token_requests_per_minute, config.token_requests_burst);
        Self {
            addresses: Quotas::new(addresses, config.addresses_max, Arc::clone(&clock)),
            tokens: Quotas::new(tokens, TOKENS_MAX, Arc::clone(&clock)),
            own: Mutex::default(),
            proxies: config.proxies.clone(),
            clock,
        }
    }

    /// One request of somebody about whom nothing is known but where he comes from.
    pub(crate) fn take_address(
        &self,
        peer: Option<IpAddr>,
        headers: &HeaderMap,
    ) -> Result<(), Problem> {
        self.addresses.take(&self.address(peer, headers)).map_err(over("address"))
    }

    /// One request of the bearer of `token`.
    pub(crate) fn take_token(&self, token: &Token) -> Result<(), Problem> {
        let result = match token.requests_per_minute {
            None => self.tokens.take(&token.id),
            Some(per_minute) => self.own(&token.id, per_minute).take(&()),
        };
        result.map_err(over("token"))
    }

    fn own(&self, id: &str, per_minute: u32) -> Arc<Quotas<()>> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let quota = Quota { per_minute, burst: per_minute };
        if let Some(known) = own.get(id).filter(|known| known.quota() == quota) {
            return Arc::clone(known);
        }
        if own.len() >= TOKENS_MAX {
            own.clear();
        }
        let made = Arc::new(Quotas::new(quota, 1 << 1, Arc::clone(&self.clock)));
        own.insert(id.to_owned(), Arc::clone(&made));
        made
    }

    /// The address that a request is counted under. Behind a proxy of ours it is the last that the proxy has added;
    /// what others write into that header says nothing.
    fn address(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> IpAddr {
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let forwarded = || {
            let last = headers.get_all(FORWARDED_FOR).iter().next_back()?.to_str().ok()?;
            last.rsplit(',').next()?.trim().parse().ok()
        };
        let is_ours = self.proxies.contains(&peer.to_canonical());
        network(if is_ours { forwarded().unwrap_or(peer) } else { peer })
    }
}

/// One subscriber: an IPv4 address, or the 64 bits of an IPv6 address that name his network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
    }
}

fn over(of: &'static str) -> impl FnOnce(Exceeded) -> Problem {
    move |exceeded| Problem::RateLimited { of, exceeded }
}

const FORWARDED_FOR: &str = "x-forwarded-for";

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::clock::SystemClock;

    fn counted_under(peer: &str, forwarded: &[&str]) -> String {
        let config = config::Quotas {
            proxies: vec!["127.0.0.1".parse().unwrap()],
            ..config::Quotas::default()
        };
        let quotas = ReadQuotas::new(&config, Arc::new(SystemClock));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        quotas.address(Some(peer.parse().unwrap()), &headers).to_string()
    }

    #[test]
    fn only_a_proxy_of_ours_is_believed_and_only_its_own_word() {
        assert_eq!(counted_under("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(counted_under("127.0.0.1", &["203.0.113.9, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(counted_under("127.0.0.1", &["203.0.113.9", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(counted_under("127.0.0.1", &["unknown"]), "127.0.0.1");
        assert_eq!(counted_under("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(counted_under("::ffff:127.0.0.1", &["198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        assert_eq!(counted_under("2001:db8:1:2:3:4:5:6", &[]), "2001:db8:1:2::");
    }
}

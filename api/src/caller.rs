//! Who asks, as far as an address tells: what is shared among callers is shared by these.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use tracing::warn;

use crate::app::AppState;

/// One caller: an IPv4 address, or the 64 bits of an IPv6 address that name a subscriber's network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Caller(IpAddr);

tokio::task_local! {
    /// The caller of the request that a task works for.
    static CURRENT: Caller;
}

/// Works for a request of `caller`.
pub(crate) async fn asks<F: Future>(caller: Caller, work: F) -> F::Output {
    CURRENT.scope(caller, work).await
}

/// The caller of the request that this task works for, where it works for one.
pub(crate) fn current() -> Option<Caller> {
    CURRENT.try_with(|caller| *caller).ok()
}

/// Tells callers apart. Behind a proxy of ours a caller is the last address that the proxy has added; what others write
/// into that header says nothing, and behind a proxy that nobody has named all its clients are one caller.
#[derive(Debug, Default)]
pub(crate) struct Callers {
    proxies: Vec<IpAddr>,
    /// Whether the operator was told of a proxy on this machine that he has not named.
    told: AtomicBool,
}

impl Caller {
    /// Who speaks from `address`.
    pub(crate) fn at(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
            }
        })
    }

    pub(crate) fn address(self) -> IpAddr {
        self.0
    }
}

impl Callers {
    /// Believes these proxies.
    pub(crate) fn behind(proxies: &[IpAddr]) -> Self {
        Self { proxies: proxies.to_vec(), told: AtomicBool::new(false) }
    }

    /// The caller at the other end of a connection; none where a proxy of ours speaks for many.
    pub(crate) fn connected(&self, peer: IpAddr) -> Option<Caller> {
        (!self.is_proxy(peer)).then(|| Caller::at(peer))
    }

    /// The caller of a request with these extensions and headers.
    pub(crate) fn caller(&self, extensions: &Extensions, headers: &HeaderMap) -> Caller {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>();
        // Only a test without a listener has no peer.
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        self.behind_peer(peer, headers)
    }

    fn behind_peer(&self, peer: IpAddr, headers: &HeaderMap) -> Caller {
        if !self.is_proxy(peer) {
            if peer.to_canonical().is_loopback() && headers.contains_key(FORWARDED_FOR) {
                self.tell(peer);
            }
            return Caller::at(peer);
        }
        let forwarded = || {
            let last = headers.get_all(FORWARDED_FOR).iter().next_back()?.to_str().ok()?;
            last.rsplit(',').next()?.trim().parse().ok()
        };
        Caller::at(forwarded().unwrap_or(peer))
    }

    /// Whether `peer` speaks for others.
    fn is_proxy(&self, peer: IpAddr) -> bool {
        self.proxies.contains(&peer.to_canonical())
    }

    fn tell(&self, peer: IpAddr) {
        if !self.told.swap(true, Ordering::Relaxed) {
            warn!(
                %peer,
                "a proxy on this machine passes requests on and is not in [quotas] proxies: all its clients share the \
                 bounds of one caller"
            );
        }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        Ok(app.callers().caller(&parts.extensions, &parts.headers))
    }
}

const FORWARDED_FOR: &str = "x-forwarded-for";

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn told_apart_as(peer: &str, forwarded: &[&str]) -> String {
        let callers = Callers::behind(&["127.0.0.1".parse().unwrap()]);
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        callers.behind_peer(peer.parse().unwrap(), &headers).address().to_string()
    }

    #[test]
    fn only_a_proxy_of_ours_is_believed_and_only_its_own_word() {
        assert_eq!(told_apart_as("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(told_apart_as("127.0.0.1", &["203.0.113.9, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(told_apart_as("127.0.0.1", &["203.0.113.9", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(told_apart_as("127.0.0.1", &["unknown"]), "127.0.0.1");
        assert_eq!(told_apart_as("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(told_apart_as("::ffff:127.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(told_apart_as("::1", &["198.51.100.7"]), "::");
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        assert_eq!(told_apart_as("2001:db8:1:2:3:4:5:6", &[]), "2001:db8:1:2::");
        assert_eq!(told_apart_as("::ffff:10.0.0.1", &[]), "10.0.0.1");
    }
}

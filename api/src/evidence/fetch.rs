//! One list, or one response, from one place: only from hosts that are named, without surprises in their addresses, bounded in size and
//! time, and not again while it is the same.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use jejak_signer::{OCSP_RESPONSE_BYTES_MAX, REVOCATION_LIST_BYTES_MAX};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{
    ACCEPT, CONTENT_TYPE, ETAG, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Response, StatusCode, Url};
use thiserror::Error;
use tokio::net::lookup_host;

use super::Evidence;
use crate::media;

/// Why evidence was not fetched.
#[derive(Debug, Error)]
pub(super) enum FetchError {
    /// Not an address of the web.
    #[error("not an http address")]
    NotHttp,
    /// The host is not one of those that are named.
    #[error("the host {host} is not one that lists are fetched from")]
    OtherHost { host: String },
    /// The server said something else.
    #[error("answered {0}")]
    Status(StatusCode),
    /// Longer than it may be.
    #[error("longer than {bytes_max} bytes")]
    TooLong { bytes_max: usize },
    /// It did not come.
    #[error(transparent)]
    Transfer(#[from] reqwest::Error),
}

/// What was said of a list when it came last.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    etag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
}

/// Fetches lists and responses.
pub(super) struct Fetcher {
    http: Client,
}

impl Fetcher {
    pub(super) fn new(settings: &Evidence) -> Result<Self, reqwest::Error> {
        let public_only = !settings.private_addresses;
        let http = Client::builder()
            .timeout(settings.fetch())
            .redirect(Policy::custom(follow))
            .dns_resolver(Arc::new(Addresses { public_only }))
            // What the environment says of proxies leads elsewhere than to the hosts that are named.
            .no_proxy()
            .user_agent(concat!("jejak/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http })
    }

    /// The list at `address`; none where it is the one that was seen.
    pub(super) async fn fetch(
        &self,
        address: &str,
        hosts: &[String],
        seen: &mut Seen,
    ) -> Result<Option<Vec<u8>>, FetchError> {
        let mut request = self.http.get(checked(address, hosts)?);
        let known = [(IF_NONE_MATCH, &seen.etag), (IF_MODIFIED_SINCE, &seen.modified)];
        for (name, value) in known {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let response = request.send().await?;
        match response.status() {
            StatusCode::NOT_MODIFIED => return Ok(None),
            StatusCode::OK => {}
            other => return Err(FetchError::Status(other)),
        }
        let now = Seen {
            etag: response.headers().get(ETAG).cloned(),
            modified: response.headers().get(LAST_MODIFIED).cloned(),
        };
        let list = body(response, REVOCATION_LIST_BYTES_MAX).await?;
        *seen = now;
        Ok(Some(list))
    }

    /// What the responder at `address` answers to a request (RFC 6960, A.1).
    pub(super) async fn ask(
        &self,
        address: &str,
        hosts: &[String],
        request: Vec<u8>,
    ) -> Result<Vec<u8>, FetchError> {
        let asked = self.http.post(checked(address, hosts)?);
        let asked = asked.header(CONTENT_TYPE, media::OCSP_REQUEST);
        let response = asked.header(ACCEPT, media::OCSP_RESPONSE).body(request).send().await?;
        match response.status() {
            StatusCode::OK => body(response, OCSP_RESPONSE_BYTES_MAX).await,
            other => Err(FetchError::Status(other)),
        }
    }
}

/// Whether anything is asked of that address at all.
pub(super) fn is_named(address: &str, hosts: &[String]) -> bool {
    checked(address, hosts).is_ok()
}

/// An address of the web on one of the hosts.
fn checked(address: &str, hosts: &[String]) -> Result<Url, FetchError> {
    let url = Url::parse(address).map_err(|_| FetchError::NotHttp)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(FetchError::NotHttp);
    }
    check_host(&url, hosts)?;
    Ok(url)
}

async fn body(mut response: Response, bytes_max: usize) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        if body.len().saturating_add(piece.len()) > bytes_max {
            return Err(FetchError::TooLong { bytes_max });
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// The host, with its port where it is not the scheme's own, is one of those that are named.
fn check_host(url: &Url, hosts: &[String]) -> Result<(), FetchError> {
    let host = url.host_str().unwrap_or_default();
    let asked = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    if hosts.iter().any(|named| named.eq_ignore_ascii_case(&asked)) {
        return Ok(());
    }
    Err(FetchError::OtherHost { host: asked })
}

/// A few steps on the same host, and never to another.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let place = |url: &Url| (url.host_str().map(str::to_owned), url.port_or_known_default());
    let same = attempt.previous().last().is_some_and(|from| place(from) == place(attempt.url()));
    if same && attempt.previous().len() <= REDIRECTS_MAX {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

/// Names lead to public addresses only: nobody's DNS makes this server ask its own network. An address that stands in
/// the list of hosts itself is not looked up.
struct Addresses {
    public_only: bool,
}

impl Resolve for Addresses {
    fn resolve(&self, name: Name) -> Resolving {
        let public_only = self.public_only;
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?;
            let fit = found.filter(|address| !public_only || is_public(address.ip()));
            let fit: Vec<SocketAddr> = fit.collect();
            if fit.is_empty() {
                let error = std::io::Error::other("no public address of that host");
                return Err(error.into());
            }
            let addresses: Addrs = Box::new(fit.into_iter());
            Ok(addresses)
        })
    }
}

/// Reached over the public network (IANA special-purpose address registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || address.is_broadcast();
    let shared = first == 100 && (64..128).contains(&second);
    let benchmarks = first == 198 && (18..20).contains(&second);
    let protocols = (first, second, third) == (192, 0, 0);
    !(special || shared || benchmarks || protocols || first == 0 || first >= 240)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Global unicast without documentation, and without those that stand for addresses of version 4.
    (first & 0xe000) == 0x2000
        && !(first == 0x2001 && (second == 0xdb8 || second < 0x200))
        && first != 0x2002
}

/// Steps of one redirection.
const REDIRECTS_MAX: usize = 3;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn private_addresses_are_none_of_the_public_network() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "2001:db8::1",
            "64:ff9b::a00:1",
            "ff02::1",
            "2001::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["36.66.1.1", "103.28.12.1", "2001:df0:27b::1", "2400:cb00::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn a_host_is_named_with_its_port() {
        let hosts = ["crl.example.id".to_owned(), "127.0.0.1:8080".to_owned()];
        let asked = |url: &str| check_host(&Url::parse(url).unwrap(), &hosts).is_ok();
        assert!(asked("http://crl.example.id/a.crl"));
        assert!(asked("http://CRL.example.id:80/a.crl"));
        assert!(asked("http://127.0.0.1:8080/a.crl"));
        for other in [
            "http://crl.example.id:8080/a.crl",
            "http://127.0.0.1/a.crl",
            "http://crl.example.id@evil.example/a.crl",
            "http://crl.example.id.evil.example/a.crl",
        ] {
            assert!(!asked(other), "{other}");
        }
    }
}

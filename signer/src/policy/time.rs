//! Times of a policy: how far a claimed one may lie off, who stamps them, how old news of revocations may be.

use super::error::{self, TrustPolicyError, TrustPolicyPart};
use super::{HOSTS_MAX, OIDS_MAX, is_dotted_oid};
use crate::authority::AuthorityCertificate;
use crate::error::TrustError;

/// How far the claimed signing time (`iat`) may lie from the moment at which a statement is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IngestWindow {
    /// At most so many seconds before.
    pub iat_past_s: u64,
    /// At most so many seconds after.
    pub iat_future_s: u64,
}

/// A time-stamping authority (RFC 3161) that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeAuthority {
    /// A short name, for people and for configuration: small letters, digits, `-`.
    pub name: String,
    /// Where it is asked: `http://` or `https://`.
    pub url: String,
    /// The certificate in DER that the paths of its signing certificates end in.
    pub anchor: Vec<u8>,
    /// The policies under which its tokens count, dotted; any where the list is empty.
    pub policies: Vec<String>,
    /// First second at which it is trusted, Unix time.
    pub trusted_from: Option<i64>,
    /// First second at which it is no longer trusted.
    pub trusted_until: Option<i64>,
}

/// How fresh news of revocations must be, and where it may be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationRules {
    /// What becomes of a statement where the news is too old.
    pub stale: StaleRevocation,
    /// News counts as too old after so many hours, whatever its own `nextUpdate` says.
    pub age_max_hours: Option<u32>,
    /// Hosts that lists and responses may be fetched from: `crl.example.id` or `crl.example.id:8080`.
    pub hosts: Vec<String>,
}

/// What becomes of a statement where the news of revocations is too old.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StaleRevocation {
    /// News is not asked for: what the ledger's own events say counts. So it is where no policy says otherwise.
    #[default]
    NotAsked,
    /// It is refused.
    Refuse,
    /// It is accepted and shown as waiting for news.
    Pending,
}

impl Default for IngestWindow {
    /// A day before, a quarter of an hour after.
    fn default() -> Self {
        Self { iat_past_s: 86_400, iat_future_s: 900 }
    }
}

impl Default for RevocationRules {
    fn default() -> Self {
        Self { stale: StaleRevocation::NotAsked, age_max_hours: None, hosts: Vec::new() }
    }
}

impl IngestWindow {
    /// The widest that a policy may set.
    pub const WIDEST: Self = Self { iat_past_s: 90 * 86_400, iat_future_s: 86_400 };

    /// May a statement that says to be signed at `iat` be recorded at `recorded_at`, both Unix seconds?
    pub fn contains(self, iat: u64, recorded_at: u64) -> bool {
        iat.saturating_add(self.iat_past_s) >= recorded_at
            && iat <= recorded_at.saturating_add(self.iat_future_s)
    }

    /// Narrower than a minute no clock is exact enough, wider than 90 days the time says nothing.
    pub fn check(self) -> Result<(), TrustPolicyError> {
        let within = (60..=Self::WIDEST.iat_past_s).contains(&self.iat_past_s)
            && (60..=Self::WIDEST.iat_future_s).contains(&self.iat_future_s);
        if within { Ok(()) } else { Err(TrustPolicyError::Window) }
    }
}

impl TimeAuthority {
    /// Whether it is trusted at a time in Unix seconds.
    pub fn is_trusted_at(&self, at: i64) -> bool {
        self.trusted_from.is_none_or(|from| from <= at)
            && self.trusted_until.is_none_or(|until| at < until)
    }

    /// Whether tokens under this policy count.
    pub fn allows_policy(&self, oid: &str) -> bool {
        self.policies.is_empty() || self.policies.iter().any(|policy| policy == oid)
    }

    /// Everything that is wrong with it, its certificate aside.
    pub fn faults(&self) -> Vec<TrustPolicyError> {
        let mut faults = Vec::new();
        if !is_short_name(&self.name) {
            faults.push(TrustPolicyError::Name);
        }
        if !is_url(&self.url) {
            faults.push(TrustPolicyError::Url);
        }
        faults.extend(error::bound(TrustPolicyPart::Oids, self.policies.len(), OIDS_MAX).err());
        let oids = self.policies.iter().filter(|oid| !is_dotted_oid(oid));
        faults.extend(oids.map(|text| TrustPolicyError::NotAnOid { text: text.clone() }));
        faults.extend(error::period(self.trusted_from, self.trusted_until).err());
        faults
    }

    /// What keeps its certificate from being the root of tokens.
    pub fn root_fault(&self) -> Option<TrustPolicyError> {
        let fault = AuthorityCertificate::from_der(self.anchor.clone()).err();
        fault.map(|reason| TrustPolicyError::Anchors(TrustError::Anchor { index: 0, reason }))
    }
}

/// Checks all time-stamping authorities, and that no name stands twice.
pub(super) fn check_all(authorities: &[TimeAuthority]) -> Result<(), TrustPolicyError> {
    for (number, authority) in (1..).zip(authorities) {
        let failed =
            |reason| TrustPolicyError::TimeAuthority { tsa: number, reason: Box::new(reason) };
        let faults = authority.faults().into_iter().chain(authority.root_fault());
        error::none_of(faults.collect()).map_err(failed)?;
        if authorities.iter().take(number - 1).any(|earlier| earlier.name == authority.name) {
            return Err(failed(TrustPolicyError::Twice));
        }
    }
    Ok(())
}

impl RevocationRules {
    /// Whether news may be fetched from this host; `port` where it is not the scheme's own.
    pub fn allows_host(&self, host: &str, port: Option<u16>) -> bool {
        let asked = match port {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        self.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(&asked))
    }

    /// Everything that is wrong with them.
    pub fn faults(&self) -> Vec<TrustPolicyError> {
        let mut faults = Vec::new();
        faults.extend(error::bound(TrustPolicyPart::Hosts, self.hosts.len(), HOSTS_MAX).err());
        let hosts = self.hosts.iter().filter(|host| !is_host(host));
        faults.extend(hosts.map(|host| TrustPolicyError::Host { host: host.clone() }));
        if self.age_max_hours.is_some_and(|hours| !(1..=AGE_HOURS_MAX).contains(&hours)) {
            faults.push(TrustPolicyError::Age);
        }
        faults
    }
}

fn is_short_name(name: &str) -> bool {
    let letters = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    (1..=32).contains(&name.len()) && letters
}

/// `http://host` or `https://host`, then anything printable. What is asked there is decided by who asks.
fn is_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?']).next());
    host.is_some_and(is_host)
        && url.len() <= URL_BYTES_MAX
        && url.bytes().all(|b| b.is_ascii_graphic())
}

/// A DNS name in small letters or an address (version 6 in brackets), with or without a port; nobody's name and
/// password before it.
fn is_host(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) => {
                (address, port.strip_prefix(':').or_else(|| port.is_empty().then_some("1")))
            }
            None => return false,
        },
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, Some("1")),
        },
    };
    let is_port = port.is_some_and(|port| {
        port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
    });
    let is_address = host.starts_with('[');
    let letters = name.bytes().all(|b| match b {
        b'a'..=b'z' | b'0'..=b'9' | b'.' => true,
        b'-' => !is_address,
        b':' => is_address,
        _ => false,
    });
    is_port && letters && (1..=253).contains(&name.len()) && !name.starts_with(['-', '.'])
}

/// RFC 9110 names no bound; nobody needs a longer one.
const URL_BYTES_MAX: usize = 2_048;
/// A year.
const AGE_HOURS_MAX: u32 = 8_784;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses_with_or_without_a_port() {
        for good in ["crl.example.id", "crl.example.id:8080", "127.0.0.1:9000", "[::1]", "[::1]:90"]
        {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "",
            ":80",
            "CRL.example.id",
            "a@b",
            "a/b",
            "a:",
            "a:0",
            "a:65536",
            "a:+1",
            "a:8x",
            "[::1",
            "[::1]80",
            ".id",
            "-a",
            "a b",
            &"a".repeat(254),
        ] {
            assert!(!is_host(bad), "{bad}");
        }
        for bad in ["ftp://a/b", "http://", "https://a@b/", "http://A/", "https://a/\u{e9}", "a/b"]
        {
            assert!(!is_url(bad), "{bad}");
        }
        assert!(is_url("https://tsa.example.id/tsa?x=1") && is_url("http://127.0.0.1:9000"));
    }

    #[test]
    fn only_the_named_host_is_asked() {
        let hosts = vec!["crl.example.id".to_owned(), "127.0.0.1:9000".to_owned()];
        let rules = RevocationRules { hosts, ..RevocationRules::default() };
        assert!(rules.allows_host("crl.example.id", None));
        assert!(rules.allows_host("CRL.Example.ID", None), "names of hosts have no case");
        assert!(rules.allows_host("127.0.0.1", Some(9000)));
        assert!(!rules.allows_host("crl.example.id", Some(8080)));
        assert!(!rules.allows_host("127.0.0.1", None));
        assert!(!rules.allows_host("example.id", None));
        assert!(!RevocationRules::default().allows_host("crl.example.id", None));
    }
}

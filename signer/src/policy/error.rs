//! Why parts make no trust policy.

use crate::error::TrustError;

/// A part of a trust policy that has a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrustPolicyPart {
    /// `[[anchor]]`.
    Anchors,
    /// `[[algorithm]]`.
    Algorithms,
    /// `[[hash]]`.
    Hashes,
    /// `[[tsa]]`.
    TimeAuthorities,
    /// A list of object identifiers.
    Oids,
    /// `hosts` of `[revocation]`.
    Hosts,
}

/// Why parts make no trust policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustPolicyError {
    /// More than the bound.
    #[error("{found} {part}, at most {max}")]
    TooMany {
        /// Of what.
        part: TrustPolicyPart,
        /// How many.
        found: usize,
        /// The bound.
        max: usize,
    },
    /// The anchors' certificates cannot stand, or there is none.
    #[error("{0}")]
    Anchors(TrustError),
    /// One anchor cannot stand.
    #[error("[[anchor]] {anchor}: {reason}")]
    Anchor {
        /// Which, from 1.
        anchor: usize,
        /// Why.
        reason: Box<Self>,
    },
    /// One rule of algorithms cannot stand.
    #[error("[[algorithm]] {rule}: {reason}")]
    Algorithm {
        /// Which, from 1.
        rule: usize,
        /// Why.
        reason: Box<Self>,
    },
    /// One rule of hash algorithms cannot stand.
    #[error("[[hash]] {rule}: {reason}")]
    Hash {
        /// Which, from 1.
        rule: usize,
        /// Why.
        reason: Box<Self>,
    },
    /// One time-stamping authority cannot stand.
    #[error("[[tsa]] {tsa}: {reason}")]
    TimeAuthority {
        /// Which, from 1.
        tsa: usize,
        /// Why.
        reason: Box<Self>,
    },
    /// The same stands before.
    #[error("it stands in the policy already")]
    Twice,
    /// Not an object identifier with dots.
    #[error("{text:?} is not an object identifier with dots")]
    NotAnOid {
        /// As written.
        text: String,
    },
    /// `anyPolicy` in an allow-list.
    #[error("policies names anyPolicy; leave policies out to allow any")]
    AnyPolicy,
    /// An empty list of purposes.
    #[error("purposes is empty; leave it out for the usual ones")]
    NoPurpose,
    /// It ends before it begins.
    #[error("trusted_until is not after trusted_from")]
    EmptyPeriod,
    /// A lifetime of nothing, or of more than a hundred years.
    #[error("lifetime_max_days is not from 1 to 36525")]
    Lifetime,
    /// The algorithm signs nothing of what the rule says.
    #[error("the algorithm is not one of what it is to sign")]
    SignsNothing,
    /// A modulus where there is none.
    #[error("rsa_bits_min belongs to RSA algorithms only")]
    NotRsa,
    /// A modulus that is not accepted at all.
    #[error("rsa_bits_min is not from 2048 to 8192")]
    RsaBits,
    /// The window is too narrow or too wide.
    #[error("iat_past_s is from 60 to 7776000 (90 days), iat_future_s from 60 to 86400")]
    Window,
    /// Not a short name.
    #[error("name has 1 to 32 small letters, digits or hyphens")]
    Name,
    /// Not a URL that is asked.
    #[error("url is not http:// or https:// with a host, at most 2048 characters")]
    Url,
    /// Not a host.
    #[error("{host:?} is not a host in small letters, with or without a port")]
    Host {
        /// As written.
        host: String,
    },
    /// An age of nothing, or of more than a year.
    #[error("age_max_hours is not from 1 to 8784")]
    Age,
}

impl std::fmt::Display for TrustPolicyPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Anchors => "[[anchor]]",
            Self::Algorithms => "[[algorithm]]",
            Self::Hashes => "[[hash]]",
            Self::TimeAuthorities => "[[tsa]]",
            Self::Oids => "object identifiers in a list",
            Self::Hosts => "hosts",
        })
    }
}

pub(super) fn bound(
    part: TrustPolicyPart,
    found: usize,
    max: usize,
) -> Result<(), TrustPolicyError> {
    if found > max { Err(TrustPolicyError::TooMany { part, found, max }) } else { Ok(()) }
}

/// It ends after it begins.
pub(super) fn period(from: Option<i64>, until: Option<i64>) -> Result<(), TrustPolicyError> {
    match (from, until) {
        (Some(from), Some(until)) if until <= from => Err(TrustPolicyError::EmptyPeriod),
        _ => Ok(()),
    }
}

/// The first of them, if there is one.
pub(super) fn none_of(faults: Vec<TrustPolicyError>) -> Result<(), TrustPolicyError> {
    faults.into_iter().next().map_or(Ok(()), Err)
}

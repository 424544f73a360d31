//! What a verdict is judged by: whom the inspector trusts, and what he asks for.

use jejak_signer::{
    AnchorRule, Hash, HashAlgorithm, StaleRevocation, TimestampAuthority, TrustPolicy,
    TrustPolicyError, TrustPolicyParts, certificates_from_pem,
};

use crate::log::{Policy, PolicyAnchor, PolicyError, PolicyLedger, Position, Witnessing};
use crate::trust::{TrustFileError, read_trust_policy};
use crate::view::{ReadError, View};

/// What a verdict is judged by.
#[derive(Debug, Clone)]
pub struct VerdictPolicy {
    /// What it is called: the file's name, or that it is the ledger's own.
    pub name: String,
    /// SHA-256 of the file; none where the policy is what the opening of the ledger gives.
    pub sha256: Option<Hash>,
    /// The ledgers with their keys, and the witnesses.
    pub log: Policy,
    /// Anchors, algorithms, time-stamping authorities, how news of revocations is asked for; none where the policy
    /// says nothing of whom it believes.
    pub trust: Option<TrustPolicy>,
    /// The ledger's own clock proves when a signature existed: no token is asked for.
    pub clock_suffices: bool,
    authorities: Vec<TimestampAuthority>,
    authority_names: Vec<String>,
}

impl VerdictPolicy {
    /// The policy in these parts.
    pub fn new(
        name: &str,
        sha256: Option<Hash>,
        log: Policy,
        trust: Option<TrustPolicy>,
        clock_suffices: bool,
    ) -> Self {
        let stamping = trust.iter().flat_map(TrustPolicy::time_authorities);
        let authorities = stamping.filter_map(|named| {
            // What a trust policy holds has been read as an authority's certificate before.
            let authority = TimestampAuthority::try_from(named).ok()?;
            Some((named.name.clone(), authority))
        });
        let (authority_names, authorities) = authorities.unzip();
        let name = name.to_owned();
        Self { name, sha256, log, trust, clock_suffices, authorities, authority_names }
    }

    /// Reads a policy file; `name` is what it is called.
    pub fn of_file(name: &str, text: &str) -> Result<Self, VerdictPolicyError> {
        let log = Policy::parse(text)?;
        let sha256 = Hash::of(text.as_bytes());
        let trust = match (&log.trust, log.anchors.as_slice()) {
            (Some(_), [_, ..]) => return Err(VerdictPolicyError::AnchorsTwice),
            (Some(trust), []) => Some(read_trust_policy(trust.as_bytes())?),
            (None, []) => None,
            (None, anchors) => Some(of_anchors(sha256, anchors)?),
        };
        let clock_suffices = log.clock_suffices;
        Ok(Self::new(name, Some(sha256), log, trust, clock_suffices))
    }

    /// What the ledger itself trusts as of a view. It says what the ledger says, and no witness is asked.
    pub fn of_ledger(view: &View) -> Result<Self, ReadError> {
        let origin = view.origin().parse().map_err(|_| ReadError::Corrupt)?;
        let keys = view.log_keys().all().to_vec();
        let genesis = view.record(Position(0))?.map(|first| first.leaf_hash());
        let ledgers = vec![PolicyLedger { origin, genesis, keys }];
        let log = Policy {
            ledgers,
            anchors: Vec::new(),
            witnessing: Witnessing::NotAsked,
            trust: None,
            clock_suffices: false,
        };
        let trust = view.trust()?;
        let hash = trust.hash();
        let mut policy =
            Self::new(view.origin(), hash, log, Some(TrustPolicy::clone(&trust)), false);
        let ever = view.time_authorities_ever()?.into_iter();
        (policy.authority_names, policy.authorities) =
            ever.map(|named| (named.name, named.authority)).unzip();
        Ok(policy)
    }

    /// How news of revocations is asked for.
    pub(super) fn stale(&self) -> StaleRevocation {
        self.trust.as_ref().map_or(StaleRevocation::NotAsked, |trust| trust.revocation().stale)
    }

    /// First second at which a hash algorithm proves nothing by itself any more.
    pub(super) fn hash_until(&self, algorithm: HashAlgorithm) -> Option<i64> {
        self.trust.as_ref().and_then(|trust| trust.hash_until(algorithm))
    }

    /// The anchors in DER.
    pub(super) fn anchors(&self) -> impl Iterator<Item = &[u8]> {
        self.trust.iter().flat_map(|trust| trust.anchors().ders())
    }

    /// The time-stamping authorities.
    pub(super) fn authorities(&self) -> &[TimestampAuthority] {
        &self.authorities
    }

    /// The name of a time-stamping authority by its place.
    pub(super) fn authority_name(&self, index: usize) -> &str {
        self.authority_names.get(index).map_or("", String::as_str)
    }
}

/// Why a text is no policy that a verdict can be judged by.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum VerdictPolicyError {
    /// Not a policy file.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// `trust` is no trust policy file.
    #[error("trust: {0}")]
    Trust(#[from] TrustFileError),
    /// Both `trust` and `[[anchor]]`.
    #[error("both trust and [[anchor]]")]
    AnchorsTwice,
    /// An anchor is not one block of PEM.
    #[error("[[anchor]] {anchor}: certificate is not one CERTIFICATE block of PEM")]
    Certificate {
        /// Which, from 1.
        anchor: usize,
    },
    /// An anchor that cannot stand.
    #[error(transparent)]
    Anchors(TrustPolicyError),
}

/// The anchors of a policy file as a trust policy that asks for nothing else.
fn of_anchors(sha256: Hash, anchors: &[PolicyAnchor]) -> Result<TrustPolicy, VerdictPolicyError> {
    let mut read = Vec::new();
    for (number, anchor) in (1..).zip(anchors) {
        let ders = certificates_from_pem(&anchor.certificate).unwrap_or_default();
        let Ok([der]) = <[Vec<u8>; 1]>::try_from(ders) else {
            return Err(VerdictPolicyError::Certificate { anchor: number });
        };
        let rule = AnchorRule {
            trusted_from: anchor.trusted_from.map(jiff::Timestamp::as_second),
            trusted_until: anchor.trusted_until.map(jiff::Timestamp::as_second),
            tersertifikasi: anchor.tersertifikasi,
            ..AnchorRule::default()
        };
        read.push((der, rule));
    }
    let parts = TrustPolicyParts { anchors: read, ..TrustPolicyParts::default() };
    TrustPolicy::new(sha256, parts).map_err(VerdictPolicyError::Anchors)
}

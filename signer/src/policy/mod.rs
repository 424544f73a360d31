//! What the trust of a ledger rests on: which anchors, for what and from when to when, which algorithms and until
//! when, how far a claimed signing time may lie off, who stamps time, and how fresh news of revocations must be.
//!
//! A ledger begins with the anchors of its opening and nothing else ([`TrustPolicy::of_anchors`]): every rule that a
//! policy may add is then absent. Later ones are adopted by events of the ledger; the file that they name is read by
//! the ledger, its meaning is here.

mod algorithms;
mod anchor;
mod error;
mod hashes;
mod time;

pub use algorithms::{AlgorithmRule, PolicyAlgorithm, Signs};
pub(crate) use anchor::PURPOSES;
pub use anchor::{AnchorRule, is_dotted_oid};
pub use error::{TrustPolicyError, TrustPolicyPart};
pub use hashes::HashRule;
pub use time::{IngestWindow, RevocationRules, StaleRevocation, TimeAuthority};

use crate::error::TrustError;
use crate::fields::Fields;
use crate::hash::Hash;
use crate::timestamp::HashAlgorithm;
use crate::trust::{Anchors, Credential};

/// Most anchors of a policy. The national hierarchy has a handful of roots, past ones included.
pub const ANCHORS_MAX: usize = 64;
/// Most algorithm rules of a policy.
pub const ALGORITHM_RULES_MAX: usize = 32;
/// Most time-stamping authorities of a policy.
pub const TIME_AUTHORITIES_MAX: usize = 16;
/// Most object identifiers in one list of a policy.
pub const OIDS_MAX: usize = 32;
/// Most hosts that news of revocations may be fetched from.
pub const HOSTS_MAX: usize = 64;

/// What a ledger trusts, checked when it is made.
#[derive(Debug, Clone)]
pub struct TrustPolicy {
    hash: Option<Hash>,
    anchors: Anchors,
    algorithms: Vec<AlgorithmRule>,
    hashes: Vec<HashRule>,
    window: IngestWindow,
    time_authorities: Vec<TimeAuthority>,
    revocation: RevocationRules,
}

/// What a trust policy is made of; [`TrustPolicy::new`] checks it.
#[derive(Debug, Clone, Default)]
pub struct TrustPolicyParts {
    /// The certificates of the anchors in DER, and what each is trusted for. At least one.
    pub anchors: Vec<(Vec<u8>, AnchorRule)>,
    /// The algorithms that count; all that are known where there is no rule.
    pub algorithms: Vec<AlgorithmRule>,
    /// Hash algorithms that end; those that no rule names do not.
    pub hashes: Vec<HashRule>,
    /// How far `iat` may lie off.
    pub window: IngestWindow,
    /// Who stamps time.
    pub time_authorities: Vec<TimeAuthority>,
    /// How fresh news of revocations must be.
    pub revocation: RevocationRules,
}

impl TrustPolicy {
    /// A policy of these parts; `hash` is that of the bytes that it was read from.
    pub fn new(hash: Hash, parts: TrustPolicyParts) -> Result<Self, TrustPolicyError> {
        let TrustPolicyParts { anchors, algorithms, hashes, window, time_authorities, revocation } =
            parts;
        error::bound(TrustPolicyPart::Anchors, anchors.len(), ANCHORS_MAX)?;
        error::bound(TrustPolicyPart::Algorithms, algorithms.len(), ALGORITHM_RULES_MAX)?;
        error::bound(TrustPolicyPart::Hashes, hashes.len(), HashAlgorithm::ALL.len())?;
        error::bound(
            TrustPolicyPart::TimeAuthorities,
            time_authorities.len(),
            TIME_AUTHORITIES_MAX,
        )?;
        anchor::check_all(&anchors)?;
        algorithms::check_all(&algorithms)?;
        hashes::check_all(&hashes)?;
        window.check()?;
        time::check_all(&time_authorities)?;
        error::none_of(revocation.faults())?;
        let anchors = Anchors::with_rules(anchors).map_err(TrustPolicyError::Anchors)?;
        let hash = Some(hash);
        Ok(Self { hash, anchors, algorithms, hashes, window, time_authorities, revocation })
    }

    /// The policy of a ledger that has adopted none: the anchors of its opening and no rule beside them.
    pub fn of_anchors(anchors: Anchors) -> Self {
        Self {
            hash: None,
            anchors,
            algorithms: Vec::new(),
            hashes: Vec::new(),
            window: IngestWindow::default(),
            time_authorities: Vec::new(),
            revocation: RevocationRules::default(),
        }
    }

    /// SHA-256 of the file; `None` for a policy that no event adopted.
    pub fn hash(&self) -> Option<Hash> {
        self.hash
    }

    /// The anchors' certificates.
    pub fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    /// Each anchor's certificate in DER with what it is trusted for, as given.
    pub fn anchor_rules(&self) -> impl Iterator<Item = (&[u8], &AnchorRule)> {
        self.anchors.ders().zip(self.anchors.rules())
    }

    /// The algorithms that count; all that are known where there is no rule.
    pub fn algorithms(&self) -> &[AlgorithmRule] {
        &self.algorithms
    }

    /// First second at which a hash algorithm proves nothing by itself any more; none where it has no end.
    pub fn hash_until(&self, algorithm: HashAlgorithm) -> Option<i64> {
        let mut rules = self.hashes.iter();
        rules.find(|rule| rule.algorithm == algorithm).map(|rule| rule.until)
    }

    /// First second at which the signature of one of these certificates (DER) is of an algorithm that no longer counts;
    /// none where each counts without end. One that no rule names was never asked for.
    pub fn certificates_until(&self, certificates: &[Vec<u8>]) -> Option<i64> {
        let ends = certificates.iter().filter_map(|der| algorithms::until(&self.algorithms, der));
        ends.min()
    }

    /// How far `iat` may lie off.
    pub fn window(&self) -> IngestWindow {
        self.window
    }

    /// Who stamps time, in the order of the file.
    pub fn time_authorities(&self) -> &[TimeAuthority] {
        &self.time_authorities
    }

    /// How fresh news of revocations must be.
    pub fn revocation(&self) -> &RevocationRules {
        &self.revocation
    }

    /// The anchor that lets a credential count at a time in Unix seconds, its certificate in DER and what it is
    /// trusted for; or why none does. Signatures are not verified again: the path was walked when the credential was
    /// made, to the name and the key that an anchor here must have.
    pub fn anchor_of(
        &self,
        credential: &Credential,
        at: i64,
    ) -> Result<(&[u8], &AnchorRule), TrustError> {
        self.anchor_proven(credential, at, at)
    }

    /// The same of a signature that is said to be of `at` and is proven to have existed `by` then: its algorithms must
    /// still have counted, for whoever breaks one makes signatures of any earlier time.
    pub fn anchor_proven(
        &self,
        credential: &Credential,
        at: i64,
        by: i64,
    ) -> Result<(&[u8], &AnchorRule), TrustError> {
        let below = credential.below();
        let (anchor, rule) = self.anchors.choose_by_rules(credential.root(), &below, at)?;
        self.check_algorithms(&below, &anchor.fields.spki, by)?;
        self.check_statements(credential, by)?;
        Ok((anchor.fields.der.as_slice(), rule))
    }

    /// Whether the path's own signatures count at a time.
    pub(crate) fn check_algorithms(
        &self,
        below: &[&Fields],
        root_spki: &[u8],
        at: i64,
    ) -> Result<(), TrustError> {
        algorithms::check_path(&self.algorithms, below, root_spki, at)
    }

    fn check_statements(&self, credential: &Credential, at: i64) -> Result<(), TrustError> {
        algorithms::check_statements(&self.algorithms, credential, at)
    }
}

//! The answer no to one statement, whatever the step that says it, as facts with data. The rules have
//! their own ([`rules::Refusal`](crate::rules::Refusal)); here are the others, and one face for all.

mod words;

use jejak_signer::{
    Hash, HeaderError, JwsError, Revocation, RevocationReason, TrustError, Typ, VerifyError, Window,
};

use crate::event::PayloadError;
use crate::evidence::EvidenceFault;
use crate::log::{Micros, Position};
use crate::rules::{self, Language, RuleSetError, Text};
use crate::trust::LockedOut;

/// Why a statement is not recorded. The caller's to mend; nothing was stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", self.code(), self.detail(Language::English))]
#[non_exhaustive]
pub enum Refusal {
    /// Not a strict compact JWS, or a header that is not exactly ours.
    Jws(JwsError),
    /// The payload is not an event.
    Payload(PayloadError),
    /// No event has enrolled the certificate.
    CertificateUnknown {
        /// SHA-256 of the certificate that the header names.
        thumbprint: Hash,
    },
    /// The signature is not the certificate's, or of another algorithm than the enrolled one.
    Signature(VerifyError),
    /// The event is meant for another ledger.
    WrongLedger {
        /// Origin of this ledger.
        expected: String,
        /// Origin in the event.
        found: String,
    },
    /// The source is not the signatory's agency.
    SourceNotYours {
        /// The signatory's agency.
        agency: String,
        /// The source in the event.
        source_named: String,
    },
    /// Another event of the same source has this id.
    IdReused {
        /// Where that event stands.
        position: Position,
    },
    /// The claimed signing time is too far from the ledger's.
    IatOutOfWindow {
        /// Claimed, in seconds since 1970 UTC.
        iat: u64,
        /// The ledger's time.
        recorded_at: Micros,
        /// How far `iat` may lie before it, in seconds.
        past_s: u64,
        /// How far it may lie after it, in seconds.
        future_s: u64,
    },
    /// The certificate is not valid at the ledger's time.
    CertificateExpired {
        /// When it is, in seconds since 1970 UTC.
        window: Window,
        /// The ledger's time.
        recorded_at: Micros,
    },
    /// The signer's certificate was revoked by an earlier event.
    SignerRevoked {
        /// SHA-256 of the certificate.
        thumbprint: Hash,
    },
    /// The signer's certificate was suspended by an earlier event.
    SignerSuspended {
        /// SHA-256 of the certificate.
        thumbprint: Hash,
    },
    /// The signer's certificate, one that the event enrols, or an authority's above it stands on the newest recorded
    /// list of its issuer.
    RevokedByList {
        /// Where in the event the certificate is; empty for the signer's.
        pointer: &'static str,
        /// SHA-256 of the certificate.
        certificate: Hash,
        /// When and why.
        revocation: Revocation,
        /// SHA-256 of the list.
        list: Hash,
    },
    /// The policy asks for news of revocations that is newer than what is recorded.
    RevocationStale {
        /// SHA-256 of the certificate of the path.
        certificate: Hash,
        /// The stream of the lists of its issuer.
        stream: String,
        /// When the next list was due, Unix seconds; none where there is no list about it.
        due: Option<i64>,
    },
    /// Evidence of revocation is not what the event says.
    Evidence(EvidenceFault),
    /// The trust policy in force does not let a certificate count.
    SignerNotTrusted {
        /// SHA-256 of the certificate.
        thumbprint: Hash,
        /// Why.
        reason: TrustError,
    },
    /// The act lies too far from the claimed signing time.
    TimeOutOfRange(ActTime),
    /// A certificate chain in the event leads to no anchor.
    Chain {
        /// Where in the event.
        pointer: String,
        /// Why.
        reason: TrustError,
    },
    /// A member of the event that carries certificates is not what it must be.
    Enrolment {
        /// Where in the event.
        pointer: String,
        /// What is wrong.
        reason: EnrolmentFault,
    },
    /// The server does not hold the rule set that the event adopts.
    RuleSetNotHeld {
        /// Its hash.
        hash: Hash,
    },
    /// What the server holds under the hash does not load as a rule set.
    RuleSetUnloadable {
        /// Where the event names the rule set, or the act that adopts it.
        pointer: &'static str,
        /// Its hash.
        hash: Hash,
        /// Why, and where.
        error: Box<RuleSetError>,
    },
    /// The server does not hold the trust policy that the event adopts, or what it holds is none.
    TrustPolicyNotHeld {
        /// Its hash.
        hash: Hash,
    },
    /// No log key that the server holds could sign a checkpoint after the event.
    LogKeyNotHeld {
        /// The keys that would be in force.
        in_force: Vec<String>,
    },
    /// The trust policy would shut an authority of the ledger out, and with him every further policy.
    LocksOut {
        /// Where the event names the policy, or the act that adopts it.
        pointer: &'static str,
        /// Whom, and why.
        locked: Box<LockedOut>,
    },
    /// The rule set stands on an earlier version of the structural acts than the one in force.
    StructureOfBefore {
        /// Where the event names the rule set, or the act that adopts it.
        pointer: &'static str,
        /// The version in force.
        in_force: u8,
        /// That of the rule set.
        found: u8,
    },
    /// The rule set is another region's.
    RuleSetOfAnotherRegion {
        /// Region of this ledger.
        expected: String,
        /// Region in the rule set.
        found: String,
    },
    /// What is kept of the stream has grown as large as it may.
    StreamFull {
        /// The stream.
        subject: String,
        /// The bound, in bytes.
        bytes_max: usize,
    },
    /// The stream has gone on since the signer saw it.
    VersionMismatch {
        /// What the signer had seen.
        expected: u64,
        /// What the stream has.
        version: u64,
    },
    /// A rule refuses.
    Rule(Box<rules::Refusal>),
}

/// How the time of an act is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActTime {
    /// Later than `iat` by more than this many seconds.
    Future {
        /// The bound.
        future_s: u64,
    },
    /// Earlier than `iat` by more than this many seconds, without `late`.
    LateUnexplained {
        /// The bound.
        late_after_s: u64,
    },
}

/// What is wrong with the certificates in an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnrolmentFault {
    /// Not a list of 1 to 4 base64 DER certificates.
    NotCertificates,
    /// Not a possession statement in compact JWS.
    PossessionMalformed,
    /// The possession statement is not signed by the key of the certificate.
    PossessionNotSigned,
    /// The possession statement names another ledger, agency, person or certificate.
    PossessionOfAnother,
    /// Not the opening of this ledger.
    NotAnOpening,
}

/// One thing that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// RFC 6901 pointer into the event; empty for the statement as a whole.
    pub pointer: String,
    /// Id of the rule, where it is one.
    pub rule: Option<String>,
    /// The fact in words.
    pub text: Text,
}

impl Refusal {
    /// Is an earlier statement missing that the decision rests on? What was decided with it cannot be decided again.
    pub(crate) fn rests_on_what_is_not_held(&self) -> bool {
        let is_missing = |why: &rules::Why| matches!(why, rules::Why::EventNotHeld { .. });
        matches!(self, Self::Rule(refusal) if refusal.faults.iter().any(|one| is_missing(&one.why)))
    }

    /// The stable, kebab-case name of the kind of refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Jws(JwsError::Framing(_)) => "malformed-jws",
            // A rehearsal is never the act, and an act is never a rehearsal (FORMAT.md, statement).
            Self::Jws(JwsError::Header(HeaderError::WrongTyp { expected: Typ::Trial, .. })) => {
                "not-a-trial"
            }
            Self::Jws(JwsError::Header(HeaderError::WrongTyp { found, .. }))
                if found == Typ::Trial.name() =>
            {
                "only-a-trial"
            }
            Self::Jws(JwsError::Header(_)) => "malformed-header",
            Self::Payload(_) => "malformed-payload",
            Self::CertificateUnknown { .. }
            | Self::Signature(VerifyError::CertificateUnknown { .. }) => "certificate-unknown",
            Self::Signature(_) => "signature-invalid",
            Self::WrongLedger { .. } => "wrong-ledger",
            Self::SourceNotYours { .. } => "source-not-yours",
            Self::IdReused { .. } => "id-reused",
            Self::IatOutOfWindow { .. } => "iat-out-of-window",
            Self::CertificateExpired { .. }
            | Self::SignerNotTrusted { .. }
            | Self::Chain { .. } => "certificate-not-valid",
            Self::RevokedByList { revocation, .. }
                if revocation.reason == RevocationReason::CertificateHold =>
            {
                "signer-suspended"
            }
            Self::SignerRevoked { .. } | Self::RevokedByList { .. } => "signer-revoked",
            Self::RevocationStale { .. } => "revocation-stale",
            Self::Evidence(fault) => fault.code(),
            Self::SignerSuspended { .. } => "signer-suspended",
            Self::TimeOutOfRange(_) => "time-out-of-range",
            Self::Enrolment { .. }
            | Self::RuleSetNotHeld { .. }
            | Self::RuleSetUnloadable { .. }
            | Self::TrustPolicyNotHeld { .. }
            | Self::RuleSetOfAnotherRegion { .. } => "content-invalid",
            Self::LogKeyNotHeld { .. } => "log-key-not-held",
            Self::StreamFull { .. } | Self::StructureOfBefore { .. } | Self::LocksOut { .. } => {
                "rule-refused"
            }
            Self::VersionMismatch { .. } => "version-mismatch",
            Self::Rule(refusal) => refusal.code.as_str(),
        }
    }

    /// Id of the rule that refuses, `BKY.25.4`, where it is one.
    pub fn rule(&self) -> Option<&str> {
        match self {
            Self::Rule(refusal) => refusal.rule.as_deref(),
            Self::StructureOfBefore { .. } => Some(STRUCTURE_STAYS),
            Self::LocksOut { .. } => Some(AUTHORITIES_STAND),
            _ => None,
        }
    }

    /// Where the statement that stands in the way has its place, where there is one.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::IdReused { position } => Some(*position),
            _ => None,
        }
    }

    /// One paragraph: what the rule says, then what stands in the way.
    pub fn detail(&self, language: Language) -> String {
        match self {
            Self::Rule(refusal) => refusal.detail(language),
            _ => self.fact().in_language(language).to_owned(),
        }
    }

    /// What stands in the way, at least one.
    pub fn obstacles(&self) -> Vec<Obstacle> {
        if let Self::Rule(refusal) = self {
            let obstacle = |fault: &rules::Fault| Obstacle {
                pointer: fault.pointer.clone(),
                rule: fault.rule.clone(),
                text: fault.why.text(),
            };
            return refusal.faults.iter().map(obstacle).collect();
        }
        let rule = self.rule().map(str::to_owned);
        vec![Obstacle { pointer: self.pointer(), rule, text: self.fact() }]
    }
}

impl From<rules::Refusal> for Refusal {
    fn from(refusal: rules::Refusal) -> Self {
        Self::Rule(Box::new(refusal))
    }
}

/// Structural rule: under a trust policy the certificates of both authorities stand.
const AUTHORITIES_STAND: &str = "SYS.31.2";
/// Structural rule: no rule set goes back to an earlier version of the structural acts.
const STRUCTURE_STAYS: &str = "SYS.2.2";

//! Trust policies as JSON: what one says, which one is in force, and which were.

use jejak_ledger::log::Position;
use jejak_ledger::words::time;
use jejak_ledger::{PolicyInForce, ReadError, View};
use jejak_signer::{
    AlgorithmRule, AnchorRule, Description, Hash, Signs, StaleRevocation, TimeAuthority,
    TrustPolicy,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::shapes;
use crate::wire::{AsOfView, Time};

/// What a ledger trusts at a moment, and what it has trusted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trust)]
pub(crate) struct TrustView {
    as_of: AsOfView,
    #[serde(flatten)]
    since: SinceView,
    policy: PolicyView,
    /// All of them, the oldest first: the anchors of the opening, then what was adopted.
    history: Vec<SinceView>,
}

/// Since when a policy is in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TrustSince)]
pub(crate) struct SinceView {
    /// SHA-256 of the file of the policy; null for the anchors of the opening.
    hash: Option<String>,
    /// As the event called it that adopted it.
    name: Option<String>,
    /// Where it was put in force: with the signature of the second authority.
    #[schema(schema_with = shapes::position)]
    position: Position,
    #[schema(schema_with = shapes::time)]
    recorded_at: Time,
}

/// What a policy says (FORMAT.md, trust policy file).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrustPolicy)]
pub(crate) struct PolicyView {
    anchors: Vec<AnchorView>,
    /// Empty where it has no rule: then all that are known count.
    algorithms: Vec<AlgorithmView>,
    window: WindowView,
    tsa: Vec<TsaView>,
    revocation: RevocationView,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrustAnchor)]
pub(crate) struct AnchorView {
    /// SHA-256 of its certificate.
    #[schema(schema_with = shapes::sha256)]
    certificate: String,
    subject: String,
    trusted_from: Option<String>,
    trusted_until: Option<String>,
    /// May what is signed under it be called certified (tersertifikasi)?
    tersertifikasi: bool,
    /// The certificate policies of which one must hold; any where there is none.
    policies: Vec<String>,
    /// The extended key usages of which a certificate that has any must have one.
    purposes: Vec<String>,
    lifetime_max_s: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrustAlgorithm)]
pub(crate) struct AlgorithmView {
    name: &'static str,
    /// `statements`, `certificates`, or `both`.
    signs: &'static str,
    /// From when on it no longer counts.
    until: Option<String>,
    rsa_bits_min: Option<usize>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrustWindow)]
pub(crate) struct WindowView {
    iat_past_s: u64,
    iat_future_s: u64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrustTsa)]
pub(crate) struct TsaView {
    name: String,
    url: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrustRevocation)]
pub(crate) struct RevocationView {
    /// `refuse`, `pending`; null where no news is asked for.
    stale: Option<&'static str>,
    age_max_hours: Option<u32>,
    hosts: Vec<String>,
}

impl TrustView {
    pub(crate) fn of(view: &View, as_of: AsOfView) -> Result<Self, ReadError> {
        let policy = view.trust_after(as_of.position)?;
        let history = view.trust_policies(as_of.position)?;
        let history: Vec<_> = history.into_iter().map(SinceView::of).collect();
        let since = history.last().cloned().ok_or(ReadError::Corrupt)?;
        Ok(Self { as_of, since, policy: PolicyView::of(&policy), history })
    }
}

impl SinceView {
    fn of(in_force: PolicyInForce) -> Self {
        Self {
            hash: in_force.hash.map(|hash| hash.to_string()),
            name: in_force.name,
            position: in_force.position,
            recorded_at: Time(in_force.recorded_at),
        }
    }
}

impl PolicyView {
    pub(crate) fn of(policy: &TrustPolicy) -> Self {
        let (window, revocation) = (policy.window(), policy.revocation());
        Self {
            anchors: policy.anchor_rules().map(AnchorView::of).collect(),
            algorithms: policy.algorithms().iter().map(AlgorithmView::of).collect(),
            window: WindowView { iat_past_s: window.iat_past_s, iat_future_s: window.iat_future_s },
            tsa: policy.time_authorities().iter().map(TsaView::of).collect(),
            revocation: RevocationView {
                stale: match revocation.stale {
                    StaleRevocation::NotAsked => None,
                    StaleRevocation::Refuse => Some("refuse"),
                    StaleRevocation::Pending => Some("pending"),
                },
                age_max_hours: revocation.age_max_hours,
                hosts: revocation.hosts.clone(),
            },
        }
    }
}

impl AnchorView {
    fn of((der, rule): (&[u8], &AnchorRule)) -> Self {
        let subject = Description::of_der(der).map(|one| one.subject().to_owned());
        Self {
            certificate: Hash::of(der).to_string(),
            subject: subject.unwrap_or_default(),
            trusted_from: rule.trusted_from.map(time),
            trusted_until: rule.trusted_until.map(time),
            tersertifikasi: rule.tersertifikasi,
            policies: rule.policies.clone(),
            purposes: rule.purposes.clone(),
            lifetime_max_s: rule.lifetime_max_s,
        }
    }
}

impl AlgorithmView {
    fn of(rule: &AlgorithmRule) -> Self {
        Self {
            name: rule.algorithm.name(),
            signs: match rule.signs {
                Signs::Statements => "statements",
                Signs::Certificates => "certificates",
                Signs::Both => "both",
            },
            until: rule.until.map(time),
            rsa_bits_min: rule.rsa_bits_min,
        }
    }
}

impl TsaView {
    fn of(tsa: &TimeAuthority) -> Self {
        Self { name: tsa.name.clone(), url: tsa.url.clone() }
    }
}

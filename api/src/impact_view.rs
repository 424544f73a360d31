//! How what rests on a certificate is shown: each event with whether it stands, and the rows that it made.

use jejak_ledger::View;
use jejak_ledger::impact::{EnrolledCertificate, Resting, Standing};
use jejak_ledger::log::{Micros, Position};
use jejak_ledger::rules::Class;
use jejak_ledger::{Entry, ReadError};
use jejak_signer::{Hash, Revocation};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::openapi::shapes;
use crate::reader::class_name;
use crate::wire::{HeadView, SignerView, Time};

/// A page of what rests on a certificate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImpactPage)]
pub(crate) struct ImpactView {
    #[serde(flatten)]
    pub(crate) certificate: HolderView,
    /// Since when the key may have been another's, as asked.
    #[schema(schema_with = shapes::time)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) compromised_since: Option<Time>,
    /// Events up to this class were looked into.
    #[schema(schema_with = shapes::class)]
    pub(crate) class: &'static str,
    #[schema(value_type = Vec<ImpactedView>)]
    pub(crate) events: Vec<Box<RawValue>>,
    /// Records that were looked at for this page whose statements are not held: who signed them is not known.
    #[schema(schema_with = shapes::whole)]
    pub(crate) not_held: u64,
    pub(crate) next: Option<String>,
    pub(crate) head: HeadView,
}

/// The certificate, and whose it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnrolledCertificate)]
pub(crate) struct HolderView {
    #[schema(schema_with = shapes::sha256)]
    certificate: String,
    person: String,
    agency: String,
    /// `active`, `suspended` or `revoked`.
    state: String,
    #[schema(schema_with = shapes::position)]
    enrolled_at: Position,
    /// What its issuer says, where a recorded list or OCSP response tells that it was revoked or is on hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    revocation: Option<RevocationView>,
}

/// A revocation, as the issuer tells it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CertificateRevocation)]
pub(crate) struct RevocationView {
    #[schema(schema_with = shapes::time)]
    revoked_at: Time,
    /// Since when its key was not its holder's alone.
    #[schema(schema_with = shapes::time)]
    #[serde(skip_serializing_if = "Option::is_none")]
    invalid_since: Option<Time>,
    /// As RFC 5280, 5.3.1 names it.
    reason: &'static str,
    /// SHA-256 of the list or response that says so.
    #[schema(schema_with = shapes::sha256)]
    evidence: String,
}

impl RevocationView {
    fn of((revocation, evidence): (Revocation, Hash)) -> Self {
        let time = |seconds: i64| {
            Time(Micros(u64::try_from(seconds).unwrap_or(0).saturating_mul(1_000_000)))
        };
        Self {
            revoked_at: time(revocation.revoked_at),
            invalid_since: revocation.invalid_since.map(time),
            reason: revocation.reason.name(),
            evidence: evidence.to_string(),
        }
    }
}

/// An event that rests on the certificate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Impacted)]
pub(crate) struct ImpactedView {
    #[schema(schema_with = shapes::position)]
    position: Position,
    #[schema(schema_with = shapes::time)]
    recorded_at: Time,
    /// From when on its existence is proven by a time stamp; absent while none covers it.
    #[schema(schema_with = shapes::time)]
    #[serde(skip_serializing_if = "Option::is_none")]
    proven_at: Option<Time>,
    #[schema(schema_with = shapes::class)]
    class: &'static str,
    #[serde(rename = "type")]
    event_type: String,
    subject: String,
    source: String,
    signer: SignerView,
    /// 1: signed under the certificate; 2: under one that it enrolled or attested; and so on.
    order: u32,
    /// Beyond order 1: where the certificate enrolled or attested the one that leads here; of several the nearest that is in
    /// doubt, else the nearest.
    #[schema(schema_with = shapes::position)]
    #[serde(skip_serializing_if = "Option::is_none")]
    through: Option<Position>,
    /// `stands` or `indeterminate`; absent where no `compromised_since` was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
    /// Why it is indeterminate: `recorded-since`, `proven-since`, `enrolled-since`, `attested-since`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// The rows of registers that it made or changed; under `evidence` the lists and OCSP responses that it recorded, by
    /// stream.
    rows: Vec<MadeView>,
}

/// A row that an event made or changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MadeRow)]
pub(crate) struct MadeView {
    register: &'static str,
    key: String,
    /// Whether what it shows now is what this event left; else a later event has changed it since.
    newest: bool,
}

impl HolderView {
    pub(crate) fn of(
        view: &View,
        thumbprint: &Hash,
        known: EnrolledCertificate,
    ) -> Result<Self, ReadError> {
        let EnrolledCertificate { person, agency, state, enrolled_at } = known;
        let revocation = view.recorded_revocation(thumbprint)?.map(RevocationView::of);
        let certificate = thumbprint.to_string();
        Ok(Self { certificate, person, agency, state, enrolled_at, revocation })
    }
}

impl ImpactedView {
    /// One event; `may_see` says of a class whether rows of it may be named.
    pub(crate) fn of(
        view: &View,
        resting: Resting,
        since: Option<Micros>,
        may_see: impl Fn(Class) -> bool,
    ) -> Result<Self, ReadError> {
        let standing = since.map(|since| view.standing(&resting, since)).transpose()?;
        let shown = resting.made.iter().filter(|made| may_see(made.class));
        let rows = shown.flat_map(|made| {
            let row = |(register, key): (_, &str)| MadeView {
                register,
                key: key.to_owned(),
                newest: made.newest,
            };
            made.rows().map(row)
        });
        let rows = rows.collect();
        let doubtful = since.map(|since| view.doubtful(&resting, since)).transpose()?.flatten();
        let through = doubtful.or_else(|| resting.through.first().copied());
        let through = through.map(|through| through.position);
        let Resting { entry, order, proven_at, .. } = resting;
        let Entry { record, class, event, signatory, .. } = entry;
        let (standing, reason) = match standing {
            None => (None, None),
            Some(Standing::Stands) => (Some("stands"), None),
            Some(Standing::Indeterminate(doubt)) => (Some("indeterminate"), Some(doubt.code())),
        };
        Ok(Self {
            position: record.position,
            recorded_at: Time(record.recorded_at),
            proven_at: proven_at.map(Time),
            class: class_name(class),
            event_type: event.kind,
            subject: event.subject,
            source: event.source,
            signer: SignerView::of(signatory.person, signatory.agency, &signatory.certificate),
            order,
            through,
            standing,
            reason,
            rows,
        })
    }
}

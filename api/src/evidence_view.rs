//! Evidence of revocation as the interface shows it: issuers with their lists, responses, what was taken in, and what is known of
//! the certificates behind an event.

use jejak_ledger::evidence::{
    CertificateNews, KnownIssuer, News, RecordedList, RecordedResponse, RevocationNews, list_stream,
};
use jejak_signer::Hash;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::openapi::shapes;

/// The issuers of a ledger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Evidence)]
pub(crate) struct EvidenceView {
    /// The authorities above enrolled certificates, and the anchors.
    pub(crate) issuers: Vec<IssuerView>,
    /// The newest recorded OCSP response about each certificate, at most 1,000.
    pub(crate) responses: Vec<ResponseView>,
    /// There are more responses than are shown; their streams are read one by one.
    pub(crate) more_responses: bool,
}

/// A recorded OCSP response.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvidenceResponse)]
pub(crate) struct ResponseView {
    /// The stream on which responses about the certificate are recorded: `ocsp/` and the beginning of its SHA-256.
    #[schema(schema_with = shapes::stream)]
    stream: String,
    /// Name of who issued the certificate.
    issuer: String,
    #[serde(flatten)]
    response: ListView,
}

/// One issuer with its newest lists.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvidenceIssuer)]
pub(crate) struct IssuerView {
    /// The stream on which its lists are recorded.
    #[schema(schema_with = shapes::stream)]
    stream: String,
    /// Its name.
    name: String,
    /// SHA-256 of its certificate.
    #[schema(schema_with = shapes::sha256)]
    certificate: String,
    /// An enrolled certificate in whose chain it stands; none for an anchor.
    #[schema(schema_with = shapes::sha256)]
    #[serde(skip_serializing_if = "Option::is_none")]
    via: Option<String>,
    /// Where its lists are, as the certificates that it issued say.
    points: Vec<String>,
    /// The newest recorded list of each scope.
    lists: Vec<ListView>,
}

/// A recorded list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvidenceList)]
struct ListView {
    /// SHA-256 of the list: its name under `/evidence`.
    #[schema(schema_with = shapes::sha256)]
    object: String,
    /// Bytes.
    #[schema(schema_with = shapes::whole)]
    size: u64,
    /// SHA-256 of what it says that it is about; none where it is about all that its issuer issued.
    #[schema(schema_with = shapes::sha256)]
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// When it was made, RFC 3339.
    this_update: String,
    /// When the next one was due.
    next_update: String,
    /// Its number in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    /// Where the event stands that recorded it.
    #[schema(schema_with = shapes::position)]
    position: u64,
}

/// A list or response that was taken in, and what the event says that records it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvidenceTaken)]
pub(crate) struct TakenView {
    /// SHA-256 of the list or response.
    #[schema(schema_with = shapes::sha256)]
    pub(crate) object: String,
    /// The issuer's name.
    pub(crate) issuer: String,
    /// The `type` of the event: `evidence.recorded` for a list, `evidence.response_recorded` for a response.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// Its `subject`.
    #[schema(schema_with = shapes::stream)]
    pub(crate) subject: String,
    /// Its `data`.
    pub(crate) data: Map<String, Value>,
}

/// What recorded lists say of the certificates behind an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventEvidence)]
pub(crate) struct OfEntryView {
    /// The event's.
    #[schema(schema_with = shapes::position)]
    position: u64,
    /// The worst of `path`.
    #[schema(schema_with = news)]
    revocation: &'static str,
    /// The time for which that is asked, RFC 3339: when the event is proven to have existed, or where the policy names no
    /// time-stamping authority, when it was recorded. Absent while the proof is awaited: nothing is settled before.
    #[serde(skip_serializing_if = "Option::is_none")]
    existed_at: Option<String>,
    /// Names of the issuers whose list or OCSP response is awaited, from the holder's issuer up to the root.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    awaited_of: Vec<String>,
    /// The holder's certificate first, then those of the authorities above him.
    path: Vec<OfCertificateView>,
}

/// What is known of one certificate at the time of the event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventEvidenceCertificate)]
struct OfCertificateView {
    /// SHA-256.
    #[schema(schema_with = shapes::sha256)]
    certificate: String,
    /// Name of who issued it, and says whether it was revoked.
    issuer: String,
    #[schema(schema_with = news)]
    revocation: &'static str,
    /// The list or response that says so.
    #[schema(schema_with = shapes::sha256)]
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<String>,
    /// When it was revoked or suspended, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
    /// Since when its key was not its holder's alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    invalid_since: Option<String>,
    /// As RFC 5280, 5.3.1 names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// `not-asked`: the policy of that time asks for no news. `fresh`: accepted on fresh lists or responses.
/// `revocation-pending`: accepted while they were stale. `settled`: one that was made after the event is proven to have
/// existed says that it was not revoked. `revoked`: one says that it was.
fn news() -> utoipa::openapi::Object {
    shapes::one_of(&["not-asked", "fresh", "revocation-pending", "settled", "revoked"])
}

impl IssuerView {
    pub(crate) fn of(issuer: &KnownIssuer, lists: Vec<RecordedList>) -> Self {
        let text = |hash: Hash| hash.to_string();
        Self {
            stream: list_stream(issuer.id),
            name: issuer.name.clone(),
            certificate: text(issuer.certificate),
            via: issuer.via.map(text),
            points: issuer.points.clone(),
            lists: lists.into_iter().map(ListView::of).collect(),
        }
    }
}

impl ListView {
    fn of(list: RecordedList) -> Self {
        Self {
            object: list.object.to_string(),
            size: list.size,
            scope: list.scope.map(|scope| scope.to_string()),
            this_update: list.this_update,
            next_update: list.next_update,
            number: list.number,
            position: list.position.0,
        }
    }
}

impl ResponseView {
    pub(crate) fn of(recorded: RecordedResponse) -> Self {
        let RecordedResponse { stream, issuer, response } = recorded;
        // What a response is about is its stream.
        let response = ListView::of(RecordedList { scope: None, ..response });
        Self { stream, issuer, response }
    }
}

impl OfEntryView {
    pub(crate) fn of(position: u64, found: RevocationNews) -> Self {
        Self {
            position,
            revocation: found.news.word(),
            existed_at: found.existed_at.map(time),
            awaited_of: found.awaited_of().into_iter().map(str::to_owned).collect(),
            path: found.path.into_iter().map(OfCertificateView::of).collect(),
        }
    }
}

impl OfCertificateView {
    fn of(one: CertificateNews) -> Self {
        let revocation = match one.news {
            News::Revoked(revocation) => Some(revocation),
            _ => None,
        };
        Self {
            certificate: one.certificate.to_string(),
            issuer: one.issuer,
            revocation: one.news.word(),
            list: one.evidence.map(|list| list.to_string()),
            revoked_at: revocation.map(|revocation| time(revocation.revoked_at)),
            invalid_since: revocation.and_then(|revocation| revocation.invalid_since).map(time),
            reason: revocation.map(|revocation| revocation.reason.name()),
        }
    }
}

fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |at| at.to_string())
}

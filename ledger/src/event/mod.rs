//! The event: the attributes of one governance act, parsed strictly from a statement's payload.
//! What is parsed here is what is decided, hashed and stored; nothing is defaulted silently.

mod document;
mod form;
mod forms;
mod imported;
mod members;

#[cfg(test)]
mod tests;

use jejak_signer::{Hash, JsonReason, json};
use jiff::civil::Date;
use serde_json::{Map, Value};

use document::required_document;
use forms::{
    bounded, date, event_type, id, mandate, office, origin, person, schema_version, seen,
    signed_as, source, stream, time,
};
use members::{Members, form, missing, wrong_type};

pub use document::Document;
pub use form::Form;
pub(crate) use forms::{
    is_blank, is_event_type, is_office, is_person, is_segment, is_stream, parse_date, parse_time,
};
pub(crate) use imported::Imported;
pub(crate) use members::escape;

/// One governance act. Only [`Event::parse`] makes one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// Chosen by the client; with `source` unique in the ledger.
    pub id: String,
    /// The signatory's agency: `agency/dinkes`.
    pub source: String,
    /// The event type (`type`): `subdomain.granted`.
    pub kind: String,
    /// The stream: `subdomain/diskominfo.bengkayangkab.go.id`.
    pub subject: String,
    /// When the act happened. For legal clocks and effective dates; never for authority, which is judged when it is recorded and
    /// may be asked for on the day of the act besides.
    pub time: Time,
    /// Origin of the ledger the event is meant for.
    pub ledger: String,
    /// Version of the type's schema; the newest when absent.
    pub dataschema: Option<u32>,
    /// How many events of the stream the signer had seen.
    pub expected_version: Option<u64>,
    /// The checkpoint the poster last saw.
    pub seen: Option<Seen>,
    /// The office in which the signatory acts: `role/kadis-kominfo`.
    pub office: Option<String>,
    /// The title by which an office is used that is not one's own.
    pub mandate: Option<Mandate>,
    /// The event or document that gives the mandate; present exactly when `mandate` is.
    pub mandate_ref: Option<String>,
    /// The official himself, or a recorder of a decision made elsewhere.
    pub signed_as: SignedAs,
    /// The decision that a recorder records; present exactly with [`SignedAs::Recorder`].
    pub decision: Option<Decision>,
    /// Why the act is entered more than a day after it happened.
    pub late: Option<Late>,
    /// The content, by the type's schema.
    pub data: Map<String, Value>,
    /// Of an act from before the ledger, as the rules judge it: what brought it in. No payload says this.
    pub(crate) imported: Option<Box<Imported>>,
}

/// A point in time together with the text that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time {
    /// Microseconds since 1970 UTC.
    pub micros: i64,
    /// RFC 3339 as signed, offset included.
    pub text: String,
}

/// A checkpoint that the poster says it saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Number of records under the checkpoint.
    pub size: u64,
    /// Root hash of the checkpoint.
    pub root: Hash,
}

/// How somebody uses an office that is not his own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mandate {
    /// Pelaksana tugas: the office is vacant.
    Plt,
    /// Pelaksana harian: the holder is away.
    Plh,
    /// Penjabat: appointed until a definitive holder is.
    Pj,
    /// Atas nama: in the name of the holder.
    An,
    /// Untuk beliau: by one to whom an `an` was passed on.
    Ub,
}

/// In which quality the signatory signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedAs {
    /// `pejabat`: the official himself.
    Official,
    /// `pencatat`: an appointed recorder. Shown as DICATAT, never as signed by the decider.
    Recorder,
}

/// A decision made on paper or as a signed PDF, which a recorder records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Person id of the decider.
    pub by: String,
    /// The decider's office: `role/kadis-kominfo`.
    pub office: String,
    /// The day of the decision, on which the decider's office is judged.
    pub date: Date,
    /// The paper itself.
    pub document: Document,
}

/// Why an act is entered late, and the document that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// In words.
    pub reason: String,
    /// The document that shows when the act happened.
    pub document: Document,
}

/// Why a payload is no event, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", place(.pointer))]
pub struct PayloadError {
    /// RFC 6901 pointer into the payload.
    pub pointer: String,
    /// What is wrong there.
    pub reason: PayloadReason,
}

/// What is wrong with a payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayloadReason {
    /// Not one I-JSON object.
    #[error("{0}")]
    Json(JsonReason),
    /// A required member is not there.
    #[error("is required")]
    Missing,
    /// No such member is defined.
    #[error("is not a member that is known here")]
    Unknown,
    /// Another JSON type was expected.
    #[error("must be {expected}")]
    WrongType {
        /// The JSON type: `a string`.
        expected: &'static str,
    },
    /// A text without a visible character, or with characters that control or turn it.
    #[error("must be a text without control or bidi override characters and not empty")]
    Blank,
    /// Longer than the limit.
    #[error("is longer than {max} bytes")]
    TooLong {
        /// The limit in bytes.
        max: usize,
    },
    /// Not of the form that the attribute has.
    #[error("must be {form}")]
    Form {
        /// The form in words.
        form: &'static str,
    },
    /// One attribute demands another.
    #[error("is required with {with}")]
    RequiredWith {
        /// The attribute that demands it.
        with: &'static str,
    },
    /// One attribute excludes another.
    #[error("stands only with {with}")]
    OnlyWith {
        /// The attribute without which it may not stand.
        with: &'static str,
    },
}

/// `time` and `iat` do not fit (three times, see the architecture).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeOutOfRange {
    /// The act lies after the signature.
    #[error("the act lies more than 15 minutes after its signature")]
    AfterSignature,
    /// Entered more than a day after it happened, without saying why.
    #[error("an act older than 24 hours needs `late`")]
    LateWithoutReason,
}

/// Furthest that `time` may lie after `iat`.
pub const TIME_AHEAD_S_MAX: i64 = 15 * 60;
/// Furthest that `time` may lie before `iat` without `late`.
pub const TIME_BEHIND_S_MAX: i64 = 24 * 60 * 60;
/// Longest subject, source or office in bytes.
pub const STREAM_BYTES_MAX: usize = 200;

impl Event {
    /// Parses the payload of a statement: all attributes, strictly, and no others.
    pub fn parse(payload: &[u8]) -> Result<Self, PayloadError> {
        let mut object = json::parse_object(payload).map_err(|error| PayloadError {
            pointer: error.pointer,
            reason: PayloadReason::Json(error.reason),
        })?;
        let data = object.remove("data");
        let mut members = Members::new(String::new(), &object);
        members
            .required("specversion", |text| (text == "1.0").then_some(()).ok_or(form("\"1.0\"")))?;
        let event = Self {
            id: members.required("id", id)?,
            source: members.required("source", source)?,
            kind: members.required("type", event_type)?,
            subject: members.required("subject", stream)?,
            time: members.required("time", time)?,
            ledger: members.required("ledger", origin)?,
            dataschema: members.optional("dataschema", schema_version)?,
            expected_version: members.optional_size("expectedversion")?,
            seen: members.optional("seen", seen)?,
            office: members.optional("office", office)?,
            mandate: members.optional("mandate", mandate)?,
            mandate_ref: members.optional("mandateref", |text| bounded(text, 200))?,
            signed_as: members.optional("signedas", signed_as)?.unwrap_or(SignedAs::Official),
            decision: members.optional_object("decision")?.map(decision).transpose()?,
            late: members.optional_object("late")?.map(late).transpose()?,
            data: match data {
                Some(Value::Object(data)) => data,
                Some(_) => return Err(wrong_type("/data".to_owned(), "an object")),
                None => return Err(missing("/data")),
            },
            imported: None,
        };
        members.finish()?;
        event.check_mandate_and_decision()?;
        Ok(event)
    }

    /// The agency id in `source`.
    pub fn agency(&self) -> &str {
        self.source.strip_prefix("agency/").unwrap_or(&self.source)
    }

    /// The region code: the last segment of the ledger's origin.
    pub fn region(&self) -> &str {
        self.ledger.rsplit('/').next().unwrap_or(&self.ledger)
    }

    /// Checks `time` against the claimed signing time (unix seconds).
    pub fn check_time(&self, iat: u64) -> Result<(), TimeOutOfRange> {
        let iat = i64::try_from(iat).unwrap_or(i64::MAX).saturating_mul(1_000_000);
        let ahead = self.time.micros.saturating_sub(iat);
        if ahead > TIME_AHEAD_S_MAX * 1_000_000 {
            return Err(TimeOutOfRange::AfterSignature);
        }
        if ahead < -TIME_BEHIND_S_MAX * 1_000_000 && self.late.is_none() {
            return Err(TimeOutOfRange::LateWithoutReason);
        }
        Ok(())
    }

    fn check_mandate_and_decision(&self) -> Result<(), PayloadError> {
        let fail =
            |pointer: &str, reason| Err(PayloadError { pointer: pointer.to_owned(), reason });
        let needs = |with| PayloadReason::RequiredWith { with };
        let only = |with| PayloadReason::OnlyWith { with };
        match (self.mandate, &self.mandate_ref, &self.office) {
            (Some(_), None, _) => return fail("/mandateref", needs("mandate")),
            (None, Some(_), _) => return fail("/mandateref", only("mandate")),
            (Some(_), _, None) => return fail("/office", needs("mandate")),
            _ => {}
        }
        match (self.signed_as, &self.decision, &self.office) {
            (SignedAs::Recorder, None, _) => fail("/decision", needs("signedas pencatat")),
            (SignedAs::Official, Some(_), _) => fail("/decision", only("signedas pencatat")),
            (SignedAs::Recorder, _, None) => fail("/office", needs("signedas pencatat")),
            _ => Ok(()),
        }
    }
}

impl Mandate {
    /// As written in an event.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plt => "plt",
            Self::Plh => "plh",
            Self::Pj => "pj",
            Self::An => "an",
            Self::Ub => "ub",
        }
    }
}

/// Where it is wrong; nothing for the payload as a whole.
fn place(pointer: &str) -> String {
    if pointer.is_empty() { String::new() } else { format!("{pointer}: ") }
}

fn decision(mut members: Members<'_>) -> Result<Decision, PayloadError> {
    let decision = Decision {
        by: members.required("by", person)?,
        office: members.required("office", office)?,
        date: members.required("date", date)?,
        document: required_document(&mut members)?,
    };
    members.finish()?;
    Ok(decision)
}

fn late(mut members: Members<'_>) -> Result<Late, PayloadError> {
    let late = Late {
        reason: members.required("reason", |text| bounded(text, 1000))?,
        document: required_document(&mut members)?,
    };
    members.finish()?;
    Ok(late)
}

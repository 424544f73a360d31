//! What has become of the event, in the file: each row with the key that it stands under, which must be the event's own.

use jejak_signer::{Jws, Typ};
use serde::{Deserialize, Serialize};

use super::evidence::Since;
use super::file::{EvidenceError, row, row_of};
use crate::event::Event;
use crate::log::Record;
use crate::rules::Thing;
use crate::state::certificate_subject;
use crate::store::codec;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SincePart {
    #[serde(default)]
    size: Option<u64>,
    stream: Option<SinceRow>,
    certificate: Option<SinceRow>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum SinceRow {
    /// Key and row.
    Of(String, String),
    /// As in files of before: it says not of what it is, so that it says nothing.
    Unbound(String),
}

/// The keys under which the rows of an event stand.
#[derive(Default)]
struct Keys {
    stream: Option<String>,
    certificate: Option<String>,
}

impl Keys {
    fn of(statement: Option<&[u8]>) -> Self {
        let jws = statement.and_then(|bytes| Jws::parse(bytes.to_vec(), Typ::Event).ok());
        let Some(jws) = jws else { return Self::default() };
        Self {
            stream: Event::parse(jws.payload()).ok().map(|event| event.subject),
            certificate: Some(certificate_subject(&jws.header().thumbprint)),
        }
    }
}

impl SincePart {
    pub(super) fn of(since: &Since, statement: Option<&[u8]>) -> Result<Self, codec::CodecError> {
        let keys = Keys::of(statement);
        let part = |key: Option<String>, thing: &Option<Thing>| match (key, thing) {
            (Some(key), Some(thing)) => Ok(Some(SinceRow::Of(key, row_of(thing)?))),
            _ => Ok(None),
        };
        Ok(Self {
            size: Some(since.size),
            stream: part(keys.stream, &since.stream)?,
            certificate: part(keys.certificate, &since.certificate)?,
        })
    }

    /// Rows of this event; one of another is refused.
    pub(super) fn read(
        self,
        record: &Record,
        statement: Option<&[u8]>,
    ) -> Result<Since, EvidenceError> {
        let (keys, size) = (Keys::of(statement), self.size.unwrap_or_default());
        let stream = bound(self.stream, keys.stream, size)?;
        let certificate = bound(self.certificate, keys.certificate, size)?;
        // The event itself changed its stream.
        let older = stream.as_ref().is_some_and(|stream| stream.position < record.position);
        let told = stream.is_some() || certificate.is_some();
        if older || (told && size <= record.position.0) {
            return Err(MALFORMED);
        }
        Ok(Since { size, stream, certificate })
    }
}

fn bound(
    part: Option<SinceRow>,
    key: Option<String>,
    size: u64,
) -> Result<Option<Thing>, EvidenceError> {
    let (named, text) = match part {
        None => return Ok(None),
        Some(SinceRow::Unbound(text)) => {
            row::<Thing>(MEMBER, &text)?;
            return Ok(None);
        }
        Some(SinceRow::Of(named, text)) => (named, text),
    };
    let thing: Thing = row(MEMBER, &text)?;
    match key {
        // What the statement is about cannot be read: a step says so.
        None => Ok(None),
        Some(key) if key == named && thing.position.0 < size => Ok(Some(thing)),
        Some(_) => Err(MALFORMED),
    }
}

const MEMBER: &str = "since";
const MALFORMED: EvidenceError = EvidenceError::Member { member: MEMBER };

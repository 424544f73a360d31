//! Documents that an event cites.

use jejak_signer::Hash;
use jiff::civil::Date;
use serde_json::Value;

use super::PayloadError;
use super::forms::{bounded, date, mediatype, segment, signatory};
use super::members::{Members, form, missing, wrong_type};

/// A document that an event cites by its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What the document is, as the rule set calls it: `letter`.
    pub kind: String,
    /// Its number, where it has one.
    pub number: Option<String>,
    /// Its date, where it has one.
    pub date: Option<Date>,
    /// File name or title.
    pub name: String,
    /// Media type: `application/pdf`.
    pub mediatype: String,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: Hash,
    /// Who signed it: person ids and offices, where the event says.
    pub signatory: Vec<String>,
}

impl Document {
    /// Parses `{kind, number, date, signatory, name, mediatype, size, sha256}`; `number`, `date` and
    /// `signatory` may be absent. Pointers in the error start at `pointer`.
    pub fn parse(value: &Value, pointer: &str) -> Result<Self, PayloadError> {
        let Value::Object(object) = value else {
            return Err(wrong_type(pointer.to_owned(), "an object"));
        };
        document(Members::new(pointer.to_owned(), object))
    }
}

pub(super) fn required_document(members: &mut Members<'_>) -> Result<Document, PayloadError> {
    let found = members.optional_object("document")?;
    document(found.ok_or_else(|| missing(&members.at("document")))?)
}

fn document(mut members: Members<'_>) -> Result<Document, PayloadError> {
    let document = Document {
        kind: members.required("kind", segment)?,
        number: members.optional("number", |text| bounded(text, 100))?,
        date: members.optional("date", date)?,
        name: members.required("name", |text| bounded(text, 200))?,
        mediatype: members.required("mediatype", mediatype)?,
        size: members.optional_size("size")?.ok_or_else(|| missing(&members.at("size")))?,
        sha256: members.required("sha256", |text| {
            text.parse().map_err(|_| form("64 lower-case hexadecimal digits"))
        })?,
        signatory: members.optional_texts("signatory", SIGNATORIES_MAX, signatory)?,
    };
    members.finish()?;
    Ok(document)
}

/// Signatories that one document may name: the parties of an agreement and their witnesses.
const SIGNATORIES_MAX: usize = 8;

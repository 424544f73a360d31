//! Somebody who signs: his certificate chain, his agency and his person id in a ledger.

use std::path::Path;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use super::exit::Stop;
use super::files;

/// A holder of a certificate, as an opening or an enrolment names him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    /// Random: says nothing about the person.
    pub(crate) person: String,
    /// The agency's id, without `agency/`.
    pub(crate) agency: String,
    /// The agency's name, as far as the certificate says it.
    pub(crate) organization: String,
    /// DER, leaf first, without the root.
    pub(crate) chain: Vec<Vec<u8>>,
}

impl Holder {
    /// A holder with a new random person id.
    pub(crate) fn new(agency: &str, organization: &str, chain: Vec<Vec<u8>>) -> Self {
        Self {
            person: Uuid::new_v4().to_string(),
            agency: agency.to_owned(),
            organization: organization.to_owned(),
            chain,
        }
    }

    /// `PEM` or `PEM=agency`; without an agency, the one that the certificate's organisation spells.
    pub(crate) fn from_argument(argument: &str) -> Result<Self> {
        let (path, agency) = match argument.rsplit_once('=') {
            Some((path, agency)) if !Path::new(argument).exists() => (path, Some(agency)),
            _ => (argument, None),
        };
        let chain = files::chain(Path::new(path))?;
        let certificate = files::leaf(&chain).with_context(|| path.to_owned())?;
        let organization = organization(certificate.subject()).unwrap_or_default();
        let agency = agency.map_or_else(|| slug(organization), str::to_owned);
        if agency.is_empty() {
            let indonesian = format!("{path}: sertifikat tanpa O; tulis {path}=instansi");
            return Err(Stop::usage(indonesian, "the certificate names no organisation").into());
        }
        let name = if organization.is_empty() { agency.as_str() } else { organization };
        Ok(Self::new(&agency, name, chain.clone()))
    }

    /// The chain as the events carry it.
    pub(crate) fn chain_base64(&self) -> Vec<String> {
        self.chain.iter().map(|der| STANDARD.encode(der)).collect()
    }
}

/// `Dinas Komunikasi dan Informatika` -> `dinas-komunikasi-dan-informatika`.
pub(crate) fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// The organisation in a distinguished name written as `C=ID, O=Dinas, CN=Nama`.
fn organization(subject: &str) -> Option<&str> {
    // A comma may stand inside a value: a value ends where the next attribute begins.
    let start = subject.strip_prefix("O=").or_else(|| Some(subject.split_once(", O=")?.1))?;
    let ends = ATTRIBUTES.iter().filter_map(|attribute| start.find(attribute)).min();
    Some(ends.map_or(start, |end| start.split_at(end).0))
}

const ATTRIBUTES: [&str; 8] =
    [", C=", ", CN=", ", O=", ", OU=", ", L=", ", ST=", ", Email=", ", serialNumber="];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_organisation_is_read_whole() {
        assert_eq!(organization("C=ID, O=Dinas Kesehatan, CN=Siti"), Some("Dinas Kesehatan"));
        assert_eq!(organization("O=Badan A, B dan C, CN=x"), Some("Badan A, B dan C"));
        assert_eq!(organization("CN=x, O=Setda"), Some("Setda"));
        assert_eq!(organization("CN=x"), None);
    }

    #[test]
    fn a_slug_is_one_segment_of_a_stream() {
        assert_eq!(slug("Dinas Kesehatan, P2KB (Kab.)"), "dinas-kesehatan-p2kb-kab");
        assert_eq!(slug("  "), "");
    }
}

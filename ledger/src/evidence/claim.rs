//! What an event says of the evidence that it records, and whether the object bears it out.

use jejak_signer::{
    Hash, Issued, OCSP_RESPONSE_BYTES_MAX, REVOCATION_LIST_BYTES_MAX, RevocationEvidence, Window,
};
use serde_json::{Map, Value};

use super::{EVIDENCE_RECORDED, EvidenceFault, RESPONSE_RECORDED, list_stream, response_stream};
use crate::event::{Event, parse_time};

/// The content check has taken each for what it is.
pub(crate) struct Claim<'a> {
    subject: &'a str,
    data: &'a Map<String, Value>,
    /// The list or response, in DER.
    pub(crate) object: Hash,
    /// The certificate of its issuer.
    pub(crate) issuer: Hash,
    /// An enrolled certificate in whose chain the issuer stands.
    pub(crate) via: Option<Hash>,
    /// The certificate that a response is about; none for a list.
    pub(crate) certificate: Option<Hash>,
}

impl<'a> Claim<'a> {
    /// None where the event records no evidence, or says less than its row demands: then its content refuses it.
    pub(crate) fn of(event: &'a Event) -> Option<Self> {
        let hash = |name: &str| event.data.get(name).and_then(Value::as_str)?.parse().ok();
        let certificate = match event.kind.as_str() {
            EVIDENCE_RECORDED => None,
            RESPONSE_RECORDED => Some(hash("certificate")?),
            _ => return None,
        };
        Some(Self {
            subject: &event.subject,
            data: &event.data,
            object: hash("object")?,
            issuer: hash("issuer")?,
            via: hash("via"),
            certificate,
        })
    }

    /// The size that it gives lies within what is read.
    pub(crate) fn check_size(&self) -> Result<(), EvidenceFault> {
        let bytes_max = match self.certificate {
            None => REVOCATION_LIST_BYTES_MAX,
            Some(_) => OCSP_RESPONSE_BYTES_MAX,
        };
        let bytes_max = i64::try_from(bytes_max).unwrap_or(i64::MAX);
        match self.data.get("size").and_then(Value::as_i64) {
            Some(1..) if self.size() <= bytes_max => Ok(()),
            _ => Err(EvidenceFault::Differs { pointer: "/data/size" }),
        }
    }

    /// Everything that the event says, against the evidence of `bytes` that is the issuer's, at a time. `about` is the
    /// certificate that a response is recorded for.
    pub(crate) fn check(
        &self,
        evidence: &RevocationEvidence,
        about: Option<&Issued>,
        bytes: usize,
        at: i64,
    ) -> Result<(), EvidenceFault> {
        let (stream, window, number, scope) = match (evidence, about) {
            (RevocationEvidence::List(list), None) => {
                (list_stream(list.by()), list.window(), list.number(), list.scope())
            }
            (RevocationEvidence::Response(response), Some(certificate)) => {
                let window = response.window_about(certificate);
                let window = window.ok_or(EvidenceFault::SaysNothing)?;
                (response_stream(&certificate.thumbprint()), window, None, None)
            }
            _ => return Err(EvidenceFault::OtherForm),
        };
        let Window { not_before: made_at, not_after: next_at } = window;
        let time = |name: &str| self.text(name).and_then(parse_time);
        let micros = |seconds: i64| seconds.checked_mul(1_000_000);
        let scope = scope.map(|scope| scope.to_string());
        let same = [
            ("/subject", self.subject == stream),
            ("/data/size", i64::try_from(bytes).is_ok_and(|bytes| bytes == self.size())),
            ("/data/this_update", time("this_update") == micros(made_at)),
            ("/data/next_update", time("next_update") == micros(next_at)),
            ("/data/number", self.text("number") == number),
            ("/data/scope", self.text("scope") == scope.as_deref()),
        ];
        if let Some((pointer, _)) = same.into_iter().find(|(_, same)| !same) {
            return Err(EvidenceFault::Differs { pointer });
        }
        if made_at > at.saturating_add(AHEAD_MAX_S) {
            return Err(EvidenceFault::NotYet { made_at });
        }
        Ok(())
    }

    fn size(&self) -> i64 {
        self.data.get("size").and_then(Value::as_i64).unwrap_or_default()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.data.get(name).and_then(Value::as_str)
    }
}

/// How far `thisUpdate` may lie after the ledger's time, in seconds: clocks differ.
const AHEAD_MAX_S: i64 = 900;

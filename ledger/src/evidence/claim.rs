//! What an event says of the evidence that it records, and whether the object bears it out.

use jejak_signer::{Hash, REVOCATION_LIST_BYTES_MAX, RevocationList};
use serde_json::{Map, Value};

use super::{EvidenceFault, list_stream};
use crate::event::{Event, parse_time};

/// The content check has taken each for what it is.
pub(crate) struct Claim<'a> {
    subject: &'a str,
    data: &'a Map<String, Value>,
    /// The list, in DER.
    pub(crate) object: Hash,
    /// The certificate of its issuer.
    pub(crate) issuer: Hash,
    /// An enrolled certificate in whose chain the issuer stands.
    pub(crate) via: Option<Hash>,
}

impl<'a> Claim<'a> {
    /// None where the event says less than its row demands: then its content refuses it.
    pub(crate) fn of(event: &'a Event) -> Option<Self> {
        let hash = |name: &str| event.data.get(name).and_then(Value::as_str)?.parse().ok();
        Some(Self {
            subject: &event.subject,
            data: &event.data,
            object: hash("object")?,
            issuer: hash("issuer")?,
            via: hash("via"),
        })
    }

    /// The size that it gives lies within what is read.
    pub(crate) fn check_size(&self) -> Result<(), EvidenceFault> {
        let bytes_max = i64::try_from(REVOCATION_LIST_BYTES_MAX).unwrap_or(i64::MAX);
        match self.data.get("size").and_then(Value::as_i64) {
            Some(1..) if self.size() <= bytes_max => Ok(()),
            _ => Err(EvidenceFault::Differs { pointer: "/data/size" }),
        }
    }

    /// Everything that the event says, against the list of `bytes` that is the issuer's, at a time.
    pub(crate) fn check(
        &self,
        list: &RevocationList,
        bytes: usize,
        at: i64,
    ) -> Result<(), EvidenceFault> {
        let window = list.window();
        let time = |name: &str| self.text(name).and_then(parse_time);
        let micros = |seconds: i64| seconds.checked_mul(1_000_000);
        let scope = list.scope().map(|scope| scope.to_string());
        let same = [
            ("/subject", self.subject == list_stream(list.by())),
            ("/data/size", i64::try_from(bytes).is_ok_and(|bytes| bytes == self.size())),
            ("/data/this_update", time("this_update") == micros(window.not_before)),
            ("/data/next_update", time("next_update") == micros(window.not_after)),
            ("/data/number", self.text("number") == list.number()),
            ("/data/scope", self.text("scope") == scope.as_deref()),
        ];
        if let Some((pointer, _)) = same.into_iter().find(|(_, same)| !same) {
            return Err(EvidenceFault::Differs { pointer });
        }
        if window.not_before > at.saturating_add(AHEAD_MAX_S) {
            return Err(EvidenceFault::NotYet { made_at: window.not_before });
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

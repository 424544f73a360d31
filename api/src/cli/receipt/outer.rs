//! What an answer says beside its receipt, held against what the receipt proves: nobody reads the record by eye.

use jejak_ledger::log::{Micros, Position, Receipt};
use jejak_ledger::rules::Text;
use jejak_signer::{Hash, Jws, Typ};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::cli::times;

/// Members beside the receipt that it does not bear out.
pub(crate) struct Differing(Vec<Member>);

/// One of them.
struct Member {
    name: &'static str,
    /// As the answer says.
    said: String,
    /// As the receipt says.
    is: String,
}

impl Differing {
    /// None where all agree, and where the file is the receipt alone.
    pub(super) fn of(bytes: &[u8], receipt: &Receipt) -> Option<Self> {
        let answer: Map<String, Value> = serde_json::from_slice(bytes).ok()?;
        answer.get("receipt")?;
        let record = &receipt.record;
        let key = receipt.statement.as_ref().and_then(|statement| {
            let jws = Jws::parse(statement.as_bytes().to_vec(), Typ::Event).ok()?;
            Some(jws.event_key().to_string())
        });
        let origin = receipt.proof.checkpoint.lines().next().map(str::to_owned);
        let borne_out = [
            ("position", Some(record.position.to_string())),
            ("recorded_at", times::in_utc(record.recorded_at).ok()),
            ("statement_sha256", Some(record.statement.to_string())),
            ("event_key", key),
            ("origin", origin.clone()),
            ("ledger", origin),
        ];
        let differing = borne_out.into_iter().filter_map(|(name, is)| {
            let (said, is) = (answer.get(name)?, is?);
            let agrees = match name {
                "position" => said.as_u64().map(Position) == Some(record.position),
                "recorded_at" => moment(said) == Some(record.recorded_at),
                "statement_sha256" => hash(said) == Some(record.statement),
                // The region alone, or the whole name.
                "ledger" => said
                    .as_str()
                    .is_some_and(|said| said == is || is.rsplit('/').next() == Some(said)),
                _ => said.as_str() == Some(is.as_str()),
            };
            let said = said.as_str().map_or_else(|| said.to_string(), str::to_owned);
            (!agrees).then_some(Member { name, said, is })
        });
        let differing: Vec<_> = differing.collect();
        (!differing.is_empty()).then_some(Self(differing))
    }

    /// Which, what they say and what the receipt says.
    pub(crate) fn text(&self) -> Text {
        let told = |word: &str, other: &str| {
            let all = self
                .0
                .iter()
                .map(|Member { name, said, is }| format!("{name} {said}, {word} {other} {is}"));
            all.collect::<Vec<_>>().join("; ")
        };
        Text {
            id: format!("jawaban ini diubah di luar resinya: {}", told("menurut", "resi")),
            en: format!("the answer was changed beside its receipt: {}", told("by the", "receipt")),
        }
    }

    pub(super) fn row(&self) -> Value {
        let Text { id, en } = self.text();
        json!({ "verdict": "FAILED", "indonesian": id, "english": en })
    }

    pub(super) fn report(&self) -> Value {
        let differing = self.0.iter().map(
            |Member { name, said, is }| json!({ "member": name, "said": said, "receipt": is }),
        );
        json!({
            "outcome": "failed",
            "reason": REASON,
            "differing": differing.collect::<Vec<_>>(),
            "proven": [],
            "unproven": [],
        })
    }
}

fn moment(said: &Value) -> Option<Micros> {
    let at = said.as_str()?.parse::<Timestamp>().ok()?;
    u64::try_from(at.as_microsecond()).ok().map(Micros)
}

fn hash(said: &Value) -> Option<Hash> {
    said.as_str()?.parse().ok()
}

const REASON: &str = "answer-differs-from-receipt";

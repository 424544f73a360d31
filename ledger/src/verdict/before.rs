//! The state before an event, in the file: what the decision on it reads, each row once.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_signer::Hash;
use serde::{Deserialize, Serialize};

use super::evidence::Before;
use super::file::{EvidenceError, bounded, decoded, encoded, optional, record, row_of, text_of};
use super::parsed::parsed;
use super::reads::Reads;
use crate::log::Position;
use crate::rules::Thing;
use crate::store::codec;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BeforePart {
    previous: Option<String>,
    anchors: Vec<String>,
    policy: Option<String>,
    ruleset: String,
    rulesets: Vec<String>,
    objects: Vec<String>,
    ids: Vec<(String, Option<String>)>,
    things: Vec<(String, Option<String>)>,
    versions: Vec<(String, u64, Option<String>)>,
    newest: Vec<(String, u64, Option<u64>)>,
    statements: Vec<(u64, Option<String>)>,
}

/// The rows of `before`: what the decision reads.
#[derive(Serialize)]
pub(super) struct RowsPart {
    ids: Vec<(String, Option<String>)>,
    things: Vec<(String, Option<String>)>,
    versions: Vec<(String, u64, Option<String>)>,
    newest: Vec<(String, u64, Option<u64>)>,
    statements: Vec<(u64, Option<String>)>,
}

impl RowsPart {
    pub(super) fn of(reads: &Reads) -> Result<Self, codec::CodecError> {
        let row = |thing: &Option<Thing>| thing.as_ref().map(row_of).transpose();
        Ok(Self {
            ids: reads
                .ids
                .iter()
                .map(|(key, id)| Ok((STANDARD.encode(key), id.as_ref().map(row_of).transpose()?)))
                .collect::<Result<_, codec::CodecError>>()?,
            things: reads
                .things
                .iter()
                .map(|(key, thing)| Ok((key.clone(), row(thing)?)))
                .collect::<Result<_, codec::CodecError>>()?,
            versions: reads
                .versions
                .iter()
                .map(|((key, below), thing)| Ok((key.clone(), *below, row(thing)?)))
                .collect::<Result<_, codec::CodecError>>()?,
            newest: reads
                .newest
                .iter()
                .map(|((key, below), at)| (key.clone(), *below, at.map(|at| at.0)))
                .collect(),
            statements: reads
                .statements
                .iter()
                .map(|(at, statement)| (*at, statement.as_deref().map(text_of)))
                .collect(),
        })
    }
}

/// What it names as in force is what the row of the ledger before the event names.
pub(super) fn check_in_force(before: &Before, origin: &str) -> Result<(), EvidenceError> {
    let region = origin.rsplit('/').next().unwrap_or(origin);
    let ledger = before.reads.things.get(&format!("ledger/{region}"));
    let Some(ledger) = ledger.and_then(Option::as_ref) else { return Ok(()) };
    if ledger.text("ruleset") != Some(before.ruleset.to_string().as_str()) {
        return Err(EvidenceError::Member { member: "before.ruleset" });
    }
    if ledger.text("policy") != before.policy.map(|hash| hash.to_string()).as_deref() {
        return Err(EvidenceError::Member { member: "before.policy" });
    }
    Ok(())
}

impl BeforePart {
    pub(super) fn of(before: &Before, rulesets: &[Vec<u8>]) -> Result<Self, codec::CodecError> {
        let rows = RowsPart::of(&before.reads)?;
        Ok(Self {
            previous: before.previous.map(|record| STANDARD.encode(record.to_bytes())),
            anchors: encoded(&before.anchors),
            policy: before.policy.map(|hash| hash.to_string()),
            ruleset: before.ruleset.to_string(),
            rulesets: rulesets.iter().map(|source| text_of(source)).collect(),
            objects: before.objects.values().map(|object| STANDARD.encode(object)).collect(),
            ids: rows.ids,
            things: rows.things,
            versions: rows.versions,
            newest: rows.newest,
            statements: rows.statements,
        })
    }

    /// A row that stands twice is refused: who reads the file elsewhere might take the other one.
    pub(super) fn read(self) -> Result<Before, EvidenceError> {
        let malformed = |member| EvidenceError::Member { member };
        bounded("rulesets", self.rulesets.len(), RULESETS_MAX)?;
        let mut rulesets = BTreeMap::new();
        for source in &self.rulesets {
            let parsed = parsed(source.as_bytes()).map_err(|_| malformed("before.rulesets"))?;
            rulesets.insert(parsed.hash(), parsed);
        }
        let objects = decoded("before.objects", &self.objects)?;
        let mut reads = Reads::default();
        for (key, id) in self.ids {
            let key = STANDARD.decode(key).map_err(|_| malformed("before.ids"))?;
            once(&mut reads.ids, "before.ids", key, optional("before.ids", id)?)?;
        }
        for (key, thing) in self.things {
            once(&mut reads.things, "before.things", key, optional("before.things", thing)?)?;
        }
        for (key, below, thing) in self.versions {
            once(
                &mut reads.versions,
                "before.versions",
                (key, below),
                optional("before.versions", thing)?,
            )?;
        }
        for (key, below, at) in self.newest {
            once(&mut reads.newest, "before.newest", (key, below), at.map(Position))?;
        }
        for (at, statement) in self.statements {
            once(
                &mut reads.statements,
                "before.statements",
                at,
                statement.map(String::into_bytes),
            )?;
        }
        Ok(Before {
            previous: self.previous.map(|text| record("before.previous", &text)).transpose()?,
            anchors: decoded("before.anchors", &self.anchors)?,
            policy: match self.policy {
                None => None,
                Some(hash) => Some(hash.parse().map_err(|_| malformed("before.policy"))?),
            },
            ruleset: self.ruleset.parse().map_err(|_| malformed("before.ruleset"))?,
            rulesets,
            objects: objects.into_iter().map(|object| (Hash::of(&object), object)).collect(),
            reads,
        })
    }
}

/// Only if nothing stands there yet.
fn once<K: Ord, V>(
    rows: &mut BTreeMap<K, V>,
    member: &'static str,
    key: K,
    value: V,
) -> Result<(), EvidenceError> {
    if rows.insert(key, value).is_some() { Err(EvidenceError::Member { member }) } else { Ok(()) }
}

/// A region adopts a few in a decade.
const RULESETS_MAX: usize = 32;

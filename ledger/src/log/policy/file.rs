//! The tables of the file as TOML has them, and what becomes of them.

use jiff::Timestamp;
use serde::Deserialize;

use super::{
    FORMAT, Policy, PolicyAnchor, PolicyError, PolicyKey, PolicyLedger, PolicyLedgerError,
    WitnessPolicy, Witnessing,
};
use crate::log::moment::Moment;
use crate::log::origin::Origin;
use crate::log::vkey::{SignatureType, Vkey};

pub(super) fn read(text: &str) -> Result<Policy, PolicyError> {
    // The format first: what else the file may hold follows from it.
    if toml::from_str::<FormatLine>(text)?.format != FORMAT {
        return Err(PolicyError::Format);
    }
    let file: PolicyFile = toml::from_str(text)?;
    let witnessing = file.witnessing()?;
    let clock_suffices = match file.clock.as_deref() {
        None => false,
        Some("ledger") => true,
        Some(_) => return Err(PolicyError::Clock),
    };
    let (ledgers, anchors) = (read_ledgers(file.ledger)?, read_anchors(file.anchor)?);
    Ok(Policy { ledgers, anchors, witnessing, trust: file.trust, clock_suffices })
}

/// The one part of the file that every version has.
#[derive(Deserialize)]
struct FormatLine {
    format: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    #[serde(rename = "format")]
    _format: String,
    #[serde(default)]
    ledger: Vec<LedgerTable>,
    #[serde(default)]
    anchor: Vec<AnchorTable>,
    witnesses: Option<String>,
    quorum: Option<String>,
    trust: Option<String>,
    clock: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerTable {
    origin: String,
    genesis: Option<String>,
    #[serde(default)]
    key: Vec<KeyTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyTable {
    vkey: String,
    #[serde(default)]
    from: u64,
    until: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnchorTable {
    certificate: String,
    trusted_from: Option<Moment>,
    trusted_until: Option<Moment>,
    #[serde(default)]
    tersertifikasi: bool,
}

impl PolicyFile {
    fn witnessing(&self) -> Result<Witnessing, PolicyError> {
        match (&self.witnesses, self.quorum.as_deref()) {
            (None, None) => Ok(Witnessing::Unstated),
            (None, Some("none")) => Ok(Witnessing::NotAsked),
            (None, Some(_)) => Err(PolicyError::Quorum),
            (Some(_), Some(_)) => Err(PolicyError::QuorumAndWitnesses),
            (Some(text), None) => {
                let policy: WitnessPolicy = text.parse()?;
                let asks = policy.asks_for_witnesses();
                Ok(if asks { Witnessing::Quorum(policy) } else { Witnessing::NotAsked })
            }
        }
    }
}

fn read_ledgers(tables: Vec<LedgerTable>) -> Result<Vec<PolicyLedger>, PolicyError> {
    let mut ledgers: Vec<PolicyLedger> = Vec::new();
    for (number, table) in (1..).zip(tables) {
        let failed = |reason| PolicyError::Ledger { ledger: number, reason };
        let ledger = table.read().map_err(failed)?;
        if ledgers.iter().any(|known| known.origin == ledger.origin) {
            return Err(failed(PolicyLedgerError::OriginTwice));
        }
        ledgers.push(ledger);
    }
    if ledgers.is_empty() { Err(PolicyError::NoLedger) } else { Ok(ledgers) }
}

fn read_anchors(tables: Vec<AnchorTable>) -> Result<Vec<PolicyAnchor>, PolicyError> {
    let numbered = (1..).zip(tables);
    numbered
        .map(|(anchor, table)| table.read().map_err(|_| PolicyError::AnchorTime { anchor }))
        .collect()
}

impl LedgerTable {
    fn read(self) -> Result<PolicyLedger, PolicyLedgerError> {
        let origin: Origin = self.origin.parse()?;
        let genesis = self.genesis.map(|hex| hex.parse()).transpose();
        let genesis = genesis.map_err(|_| PolicyLedgerError::Genesis)?;
        let mut keys: Vec<PolicyKey> = Vec::new();
        for table in self.key {
            let key = table.read(&origin)?;
            if keys.iter().any(|known| known.vkey == key.vkey) {
                return Err(PolicyLedgerError::KeyTwice);
            }
            keys.push(key);
        }
        if keys.is_empty() {
            return Err(PolicyLedgerError::NoKey);
        }
        Ok(PolicyLedger { origin, genesis, keys })
    }
}

impl KeyTable {
    fn read(self, origin: &Origin) -> Result<PolicyKey, PolicyLedgerError> {
        let vkey: Vkey = self.vkey.parse()?;
        let is_log_key = vkey.signature_type() == SignatureType::Ed25519;
        if !is_log_key || vkey.name() != origin.as_str() {
            return Err(PolicyLedgerError::NotALogKey);
        }
        if self.until.is_some_and(|until| until <= self.from) {
            return Err(PolicyLedgerError::EmptyRange);
        }
        Ok(PolicyKey { vkey, from: self.from, until: self.until })
    }
}

impl AnchorTable {
    fn read(self) -> Result<PolicyAnchor, jiff::Error> {
        Ok(PolicyAnchor {
            certificate: self.certificate,
            trusted_from: read_moment(self.trusted_from)?,
            trusted_until: read_moment(self.trusted_until)?,
            tersertifikasi: self.tersertifikasi,
        })
    }
}

fn read_moment(moment: Option<Moment>) -> Result<Option<Timestamp>, jiff::Error> {
    moment.map(Moment::read).transpose()
}

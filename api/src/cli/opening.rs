//! The birth of a ledger: its log key and the `ledger.opened` statement, signed by the first authority.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_ledger::custody::LogKey;
use jejak_ledger::log::{Micros, SignatureType, Vkey};
use jejak_ledger::{Ledger, LedgerInit, Ledgers};
use jejak_signer::{Hash, SigningKey, Typ, sign_jws};
use serde_json::{Value, json};
use uuid::Uuid;

use super::holder::Holder;
use super::times;

/// What a new ledger begins with.
pub(crate) struct Opening {
    pub(crate) region: String,
    pub(crate) origin: String,
    pub(crate) time_zone: String,
    pub(crate) anchors: Vec<Vec<u8>>,
    pub(crate) authorities: Vec<Holder>,
    pub(crate) registrars: Vec<Holder>,
    /// Systems that sign for the ledger itself; only rule sets on version 3 of the structural acts take any.
    pub(crate) services: Vec<Holder>,
    /// At least the agencies of those people.
    pub(crate) agencies: Vec<Agency>,
    pub(crate) ruleset: Vec<u8>,
}

/// An agency as an opening names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Agency {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    /// What it is for in the region's rules: `kominfo`, `kepegawaian`.
    pub(crate) functions: Vec<String>,
}

impl Opening {
    /// Opens the ledger in `ledgers`, signed by `key`: that of the first authority.
    pub(crate) fn open(
        self,
        ledgers: &Ledgers,
        key: &SigningKey,
        log_key: LogKey,
        now: Micros,
    ) -> Result<Arc<Ledger>> {
        let vkey = Vkey::new(&self.origin, SignatureType::Ed25519, log_key.key().public_key())?
            .to_string();
        let opened = self.signed(&vkey, key, now)?;
        let Self { region, origin, ruleset, .. } = self;
        Ok(ledgers.init(LedgerInit { region, origin, opened, ruleset, log_key })?)
    }

    fn signed(&self, vkey: &str, key: &SigningKey, now: Micros) -> Result<Vec<u8>> {
        let first = self.authorities.first().context("tidak ada otoritas (no authority)")?;
        let certificate = first.chain.first().context("rantai kosong (empty chain)")?;
        let event = self.event(first, vkey, now)?.to_string();
        let iat = now.0 / 1_000_000;
        Ok(sign_jws(key, Typ::Event, Hash::of(certificate), Some(iat), event.as_bytes())?)
    }

    fn event(&self, first: &Holder, vkey: &str, now: Micros) -> Result<Value> {
        let mut event = json!({
            "specversion": "1.0",
            "id": Uuid::new_v4().to_string(),
            "source": format!("agency/{}", first.agency),
            "type": "ledger.opened",
            "subject": format!("ledger/{}", self.region),
            "time": times::in_jakarta(now)?,
            "ledger": self.origin,
            "data": {
                "region": self.region,
                "timezone": self.time_zone,
                "keys": [vkey],
                "anchors": self.anchors.iter().map(|der| STANDARD.encode(der)).collect::<Vec<_>>(),
                "ruleset": Hash::of(&self.ruleset).to_string(),
                "authorities": self.authorities.iter().map(founder).collect::<Vec<_>>(),
                "registrars": self.registrars.iter().map(founder).collect::<Vec<_>>(),
                "agencies": self.agencies.iter().map(agency).collect::<Vec<_>>(),
            },
        });
        let data = event.get_mut("data").and_then(Value::as_object_mut);
        if let Some(data) = data.filter(|_| !self.services.is_empty()) {
            data.insert("services".to_owned(), self.services.iter().map(founder).collect());
        }
        Ok(event)
    }
}

fn agency(agency: &Agency) -> Value {
    json!({
        "agency": agency.id,
        "name": agency.name,
        "kind": agency.kind,
        "functions": agency.functions,
    })
}

fn founder(holder: &Holder) -> Value {
    json!({ "person": holder.person, "agency": holder.agency, "chain": holder.chain_base64() })
}

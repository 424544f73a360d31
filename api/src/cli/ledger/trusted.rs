//! The first trust policy of a new ledger: adopted by the first authority right after the opening, and signed by the other
//! one where that key is at hand.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use jejak_ledger::log::Micros;
use jejak_ledger::objects::Objects;
use jejak_ledger::rules::RuleSet;
use jejak_ledger::{Ledger, words};
use jejak_signer::{Credential, Hash, HolderKind, Jws, SigningKey, TrustPolicy, Typ, sign_jws};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::cli::exit::{Exit, Stop};
use crate::cli::holder::Holder;
use crate::cli::opening::Opening;
use crate::cli::recorded::recorded;
use crate::cli::times;
use crate::cli::trust;

/// A policy that two authorities of a new ledger are to adopt.
pub(super) struct FirstPolicy {
    bytes: Vec<u8>,
    policy: TrustPolicy,
    authorities: [Holder; 2],
    other_key: Option<SigningKey>,
}

impl FirstPolicy {
    /// The policy in a file, before anything is made: the rules have such an act, both authorities go on signing under
    /// it, and `other_key` is that of the second one.
    pub(super) fn read(
        file: &Path,
        opening: &Opening,
        other_key: Option<SigningKey>,
        now: Micros,
    ) -> Result<Self> {
        let (bytes, policy) = trust::load(file)?;
        if RuleSet::parse(&opening.ruleset)?.act(ADOPTED).is_none() {
            let indonesian = "aturan itu tidak mengenal kebijakan kepercayaan (structural = 3)";
            let english =
                "the rule set knows no trust policies: it needs version 3 of the structural acts";
            return Err(Stop::usage(indonesian, english).into());
        }
        let authorities = <[Holder; 2]>::try_from(opening.authorities.clone());
        let authorities = authorities.map_err(|_| Stop::usage("--authority", "two of them"))?;
        let at = i64::try_from(now.0 / 1_000_000)?;
        for holder in &authorities {
            let admitted = Credential::admit(&policy, &holder.chain, HolderKind::Person, at);
            if let Err(error) = admitted {
                let why = words::trust_in_chain(&error);
                let stop = Stop::new(
                    Exit::Refused,
                    format!(
                        "menurut {} otoritas dari {} tidak dapat menandatangani: {}",
                        file.display(),
                        holder.agency,
                        why.id
                    ),
                    format!("under the policy this authority could sign nothing: {}", why.en),
                );
                return Err(stop.into());
            }
        }
        if let Some(key) = &other_key {
            super::init::check_key(&authorities[1], key, "--other-key")?;
        }
        Ok(Self { bytes, policy, authorities, other_key })
    }

    /// Adopts it in the ledger that was just opened; what came of it.
    pub(super) fn adopt(
        self,
        dir: &Path,
        ledger: &Arc<Ledger>,
        key: &SigningKey,
        now: Micros,
    ) -> Result<Value> {
        Objects::beside(&dir.join("objects")).put(&self.bytes)?;
        let [first, other] = &self.authorities;
        let hash = self.policy.hash().map(|hash| hash.to_string());
        let id = Uuid::new_v4().to_string();
        let data = json!({ "policy": hash, "name": NAME });
        let adopted = event(ledger, first, (ADOPTED, &id), &data, now)?;
        let adopted = signed(&adopted, first, key, now)?;
        let key = Jws::parse(adopted.clone(), Typ::Event)?.event_key();
        let position = recorded(ledger, adopted)?;
        let act = json!({ "agency": first.agency, "id": id, "key": key.to_string() });
        let in_force = match &self.other_key {
            Some(other_key) => {
                let id = Uuid::new_v4().to_string();
                let data = json!({ "event": act });
                let signature = event(ledger, other, (COUNTERSIGNED, &id), &data, now)?;
                Some(recorded(ledger, signed(&signature, other, other_key, now)?)?)
            }
            None => None,
        };
        Ok(json!({
            "hash": hash,
            "name": NAME,
            "position": position.0,
            "in_force": in_force.map(|at| at.0),
            "event": act,
        }))
    }
}

fn event(
    ledger: &Ledger,
    by: &Holder,
    (kind, id): (&str, &str),
    data: &Value,
    now: Micros,
) -> Result<Value> {
    Ok(json!({
        "specversion": "1.0",
        "id": id,
        "source": format!("agency/{}", by.agency),
        "type": kind,
        "subject": format!("ledger/{}", ledger.region()),
        "time": times::in_jakarta(now)?,
        "ledger": ledger.origin(),
        "data": data,
    }))
}

fn signed(event: &Value, by: &Holder, key: &SigningKey, now: Micros) -> Result<Vec<u8>> {
    let certificate = by.chain.first().context("rantai kosong (empty chain)")?;
    let (certificate, iat) = (Hash::of(certificate), Some(now.0 / 1_000_000));
    Ok(sign_jws(key, Typ::Event, certificate, iat, event.to_string().as_bytes())?)
}

const ADOPTED: &str = "trust.policy_adopted";
const COUNTERSIGNED: &str = "act.countersigned";
/// What the first policy of a ledger is called.
const NAME: &str = "kebijakan-1";

//! The certificate that an act gives a power of the ledger: it must count as one must that is enrolled.

use std::sync::Arc;

use jejak_signer::Hash;
use serde_json::Value;

use super::Draft;
use super::evidence::Whose;
use super::judge::{is_trusted, is_valid};
use crate::event::Event;
use crate::log::Micros;
use crate::refusal::Refusal;
use crate::rules::{Past, Structural};
use crate::state::State;
use crate::store::StoreError;

impl<S: State> Draft<'_, S> {
    /// Dates, trust policy and news of revocations of the certificate that the act attests or appoints, and of that in the
    /// act which the event countersigns: what was sound when it was proposed need not be so when it takes effect. From
    /// version 3 of the structural acts.
    pub(super) fn check_empowered(
        &mut self,
        event: &Event,
        past: Option<&Past>,
        recorded_at: Micros,
    ) -> Result<Result<(), Refusal>, StoreError> {
        if self.context.ruleset.structural() < Structural::Three {
            return Ok(Ok(()));
        }
        let cited = match past {
            Some(Past::Known(known)) if event.kind == COUNTERSIGNED => Some(&known.cited.event),
            _ => None,
        };
        let own = named(event).map(|certificate| (certificate, Whose::Empowered));
        let waits = cited.and_then(named).map(|certificate| (certificate, Whose::Confirmed));
        for (certificate, whose) in own.into_iter().chain(waits) {
            // What is enrolled for nobody the rules refuse.
            let Some(credential) = self.credential(&certificate)? else { continue };
            let policy = Arc::clone(&self.context.policy);
            let counts = is_valid(&credential, recorded_at)
                .and_then(|()| is_trusted(&credential, &policy, recorded_at));
            if let Err(refusal) = counts {
                return Ok(Err(refusal));
            }
            if let Err(refusal) = self.check_path(&credential, whose, recorded_at)? {
                return Ok(Err(refusal));
            }
        }
        Ok(Ok(()))
    }
}

fn named(event: &Event) -> Option<Hash> {
    let gives = GIVING.contains(&event.kind.as_str());
    let certificate = event.data.get("certificate").and_then(Value::as_str).filter(|_| gives)?;
    certificate.parse().ok()
}

/// The acts that give a certificate a power of the ledger.
const GIVING: [&str; 4] = [
    "signer.attested",
    "ledger.registrar_appointed",
    "ledger.service_appointed",
    "ledger.authority_replaced",
];
const COUNTERSIGNED: &str = "act.countersigned";

//! Who the ledger says that a signer is.

use std::sync::Arc;

use jejak_signer::Hash;

use super::Draft;
use crate::event::Event;
use crate::log::Micros;
use crate::prepared::Prepared;
use crate::refusal::Refusal;
use crate::rules::{self, Archive, Signatory, Thing, is_attested};
use crate::state::State;
use crate::store::StoreError;

/// Who the ledger says that the signer is, before this event.
pub(super) struct Holder {
    pub(super) signatory: Signatory,
    pub(super) revoked: bool,
    pub(super) suspended: bool,
}

impl Holder {
    pub(super) fn of(thing: &Thing, certificate: Hash) -> Option<Self> {
        let revoked = thing.state != ACTIVE;
        Some(Self { signatory: signatory(thing, certificate)?, revoked, suspended: false })
    }

    /// The first authority, under the chain in `ledger.opened` itself.
    pub(super) fn founder(prepared: &Prepared) -> Option<Self> {
        let first = prepared.event.data.get("authorities")?.get(0)?;
        let text = |name: &str| Some(first.get(name)?.as_str()?.to_owned());
        let signatory = Signatory {
            person: text("person")?,
            agency: text("agency")?,
            kind: DIRECT.to_owned(),
            certificate: prepared.credential.thumbprint(),
            attested: true,
        };
        let own = prepared.enrolled.as_ref().ok()?.first()?;
        let signed = own.facts.certificate == signatory.certificate;
        signed.then_some(Self { signatory, revoked: false, suspended: false })
    }

    /// Does his certificate count, as far as earlier events say?
    pub(super) fn counts(&self) -> bool {
        !self.revoked && !self.suspended
    }

    fn speaks_for(&self, source: &str) -> Result<(), Refusal> {
        let own = &self.signatory.agency;
        if source.strip_prefix("agency/") == Some(own.as_str()) {
            return Ok(());
        }
        Err(Refusal::SourceNotYours { agency: own.clone(), source_named: source.to_owned() })
    }
}

impl<S: State> Draft<'_, S> {
    /// May he speak for the agency that the event comes from: his own, or one in which he holds the office that he uses?
    pub(super) fn speaks_for(
        &mut self,
        holder: &Holder,
        event: &Event,
        recorded_at: Micros,
    ) -> Result<Result<(), Refusal>, StoreError> {
        let own = holder.speaks_for(&event.source);
        let rules = Arc::clone(&self.context.ruleset);
        let keys = rules::reads_of_office(&rules, event);
        if own.is_ok() || keys.is_empty() {
            return Ok(own);
        }
        let facts = self.facts(&keys)?;
        let speaks = rules::speaks_in_office(&rules, &facts, event, &holder.signatory, recorded_at);
        Ok(if speaks { Ok(()) } else { own })
    }
}

/// Who holds a certificate, as its enrolment says.
pub(crate) fn signatory(certificate: &Thing, thumbprint: Hash) -> Option<Signatory> {
    let text = |name: &str| Some(certificate.text(name)?.to_owned());
    Some(Signatory {
        person: text("person")?,
        agency: text("agency")?,
        kind: text("kind")?,
        certificate: thumbprint,
        attested: is_attested(certificate),
    })
}

/// State of a certificate that counts.
const ACTIVE: &str = "active";
/// The holder signs himself, not through a system.
const DIRECT: &str = "langsung";

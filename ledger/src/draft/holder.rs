//! Who the ledger says that a signer is.

use jejak_signer::Hash;

use crate::prepared::Prepared;
use crate::refusal::Refusal;
use crate::rules::{Signatory, Thing, is_attested};

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

    pub(super) fn speaks_for(&self, source: &str) -> Result<(), Refusal> {
        let own = &self.signatory.agency;
        if source.strip_prefix("agency/") == Some(own.as_str()) {
            return Ok(());
        }
        Err(Refusal::SourceNotYours { agency: own.clone(), source_named: source.to_owned() })
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

//! A trust policy must let both authorities go on signing: with one of them shut out no policy is adopted any more.

use std::sync::Arc;

use jejak_signer::{Credential, Hash, TrustError, TrustPolicy};

use crate::credentials;
use crate::log::{Micros, Position};
use crate::rules::{Field, Thing, attested_certificates};
use crate::state::{certificate_subject, signer_subject};
use crate::view::{ReadError, View};

/// An authority of whom no certificate would count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedOut {
    /// Who.
    pub person: String,
    /// SHA-256 of one of the certificates that count now.
    pub certificate: Hash,
    /// Why it would not.
    pub reason: TrustError,
}

/// Where signers and their certificates are looked up.
pub(crate) trait Signers {
    type Error;

    /// The thing of a signer.
    fn signer(&mut self, person: &str) -> Result<Option<Thing>, Self::Error>;

    /// An enrolled certificate; none where it is not held.
    fn credential(&mut self, thumbprint: &Hash) -> Result<Option<Arc<Credential>>, Self::Error>;
}

impl LockedOut {
    /// The first authority of the ledger's thing, of whom nothing that counts at that time would count under the policy, or
    /// nothing that counts 30 days later would then: so long a next policy may wait for its second signature. Of a
    /// certificate that is not held nothing is said.
    pub(crate) fn find<S: Signers>(
        policy: &TrustPolicy,
        ledger: &Thing,
        at: Micros,
        signers: &mut S,
    ) -> Result<Option<Self>, S::Error> {
        for at in [at, Micros(at.0.saturating_add(AHEAD_MICROS))] {
            let found = Self::find_at(policy, ledger, at, signers)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn find_at<S: Signers>(
        policy: &TrustPolicy,
        ledger: &Thing,
        at: Micros,
        signers: &mut S,
    ) -> Result<Option<Self>, S::Error> {
        let at = i64::try_from(at.0 / 1_000_000).unwrap_or(i64::MAX);
        let authorities = ledger.fields.get("authorities").and_then(Field::as_list);
        for person in authorities.unwrap_or_default() {
            let Some(person) = person.member("person").and_then(Field::as_text) else { continue };
            let Some(signer) = signers.signer(person)? else { continue };
            let mut found = None;
            for certificate in attested_certificates(&signer).filter_map(|one| one.parse().ok()) {
                let Some(credential) = signers.credential(&certificate)? else {
                    found = None;
                    break;
                };
                if !credential.window().contains(at) {
                    continue;
                }
                match policy.anchor_of(&credential, at) {
                    Ok(_) => {
                        found = None;
                        break;
                    }
                    Err(reason) => {
                        let person = person.to_owned();
                        found = Some(Self { person, certificate, reason });
                    }
                }
            }
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

/// How far ahead a policy must let the authorities sign.
const AHEAD_MICROS: u64 = 30 * 24 * 60 * 60 * 1_000_000;

/// As a view has them.
struct OfView<'a> {
    view: &'a View,
    opening: Arc<TrustPolicy>,
}

impl Signers for OfView<'_> {
    type Error = ReadError;

    fn signer(&mut self, person: &str) -> Result<Option<Thing>, ReadError> {
        self.view.thing(&signer_subject(person), self.view.size())
    }

    fn credential(&mut self, thumbprint: &Hash) -> Result<Option<Arc<Credential>>, ReadError> {
        let subject = certificate_subject(thumbprint);
        let Some(thing) = self.view.thing(&subject, self.view.size())? else { return Ok(None) };
        Ok(credentials::load(thumbprint, &thing, &self.opening, &self.view.held)?)
    }
}

impl View {
    /// Whom of the authorities the policy would shut out, if it were adopted at that time.
    pub fn locked_out(
        &self,
        policy: &TrustPolicy,
        at: Micros,
    ) -> Result<Option<LockedOut>, ReadError> {
        let subject = format!("ledger/{}", self.region());
        let ledger = self.thing(&subject, self.size())?.ok_or(ReadError::Corrupt)?;
        let opening = self.context_at(Position(self.size()))?.opening;
        LockedOut::find(policy, &ledger, at, &mut OfView { view: self, opening })
    }
}

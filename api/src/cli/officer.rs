//! Somebody with a key of his own: the officers of the demo and of the benchmark.

use anyhow::Result;
use jejak_signer::devca::{DevCa, Profile};
use jejak_signer::{Algorithm, Hash, HolderKind, SigningKey, Typ, Window, sign_jws};
use serde_json::{Value, json};

use super::holder::Holder;

/// An officer: who he is to a ledger, and the key he signs with.
#[derive(Debug)]
pub(crate) struct Officer {
    pub(crate) name: &'static str,
    pub(crate) holder: Holder,
    pub(crate) key: SigningKey,
    pub(crate) certificate: Hash,
}

/// An agency: its id and its name.
pub(crate) type Named = (&'static str, &'static str);

impl Officer {
    /// A new key, and a certificate for it.
    pub(crate) fn new(
        ca: &DevCa,
        window: Window,
        name: &'static str,
        (agency, organization): Named,
        algorithm: Algorithm,
    ) -> Result<Self> {
        Self::certified(ca, window, name, (agency, organization), algorithm, HolderKind::Person)
    }

    /// A system that signs for itself: a key and a certificate of its kind.
    pub(crate) fn system(
        ca: &DevCa,
        window: Window,
        name: &'static str,
        agency: Named,
    ) -> Result<Self> {
        Self::certified(ca, window, name, agency, Algorithm::Ed25519, HolderKind::System)
    }

    fn certified(
        ca: &DevCa,
        window: Window,
        name: &'static str,
        (agency, organization): Named,
        algorithm: Algorithm,
        kind: HolderKind,
    ) -> Result<Self> {
        let key = SigningKey::generate(algorithm)?;
        let profile = Profile::of_holder(kind);
        let chain = ca.issue(name, organization, key.public_key(), &profile, window)?;
        let certificate = chain.first().map(|der| Hash::of(der));
        let certificate =
            certificate.ok_or_else(|| anyhow::anyhow!("an empty chain was issued"))?;
        Ok(Self { name, holder: Holder::new(agency, organization, chain), key, certificate })
    }

    pub(crate) fn agency(&self) -> &str {
        &self.holder.agency
    }

    pub(crate) fn person(&self) -> &str {
        &self.holder.person
    }

    /// The statement of an event, signed at `iat`.
    pub(crate) fn sign(&self, event: &Value, iat: u64) -> Result<Vec<u8>> {
        let payload = event.to_string();
        Ok(sign_jws(&self.key, Typ::Event, self.certificate, Some(iat), payload.as_bytes())?)
    }

    /// The `data` of his own enrolment: the registrar signs it, the possession is his.
    pub(crate) fn enrolment(&self, origin: &str) -> Result<Value> {
        Ok(json!({
            "person": self.person(),
            "agency": self.agency(),
            "algorithm": self.key.algorithm().name(),
            "class": "langsung",
            "chain": self.holder.chain_base64(),
            "possession": self.possession(origin)?,
        }))
    }

    fn possession(&self, origin: &str) -> Result<String> {
        let payload = json!({
            "ledger": origin,
            "agency": self.agency(),
            "person": self.person(),
            "certificate": self.certificate.to_string(),
        });
        let payload = payload.to_string();
        let jws = sign_jws(&self.key, Typ::Possession, self.certificate, None, payload.as_bytes())?;
        Ok(String::from_utf8(jws)?)
    }
}

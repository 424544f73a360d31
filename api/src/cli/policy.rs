//! The policy file of somebody who trusts one ledger: `jejak-policy/1`.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use jejak_ledger::View;
use jejak_ledger::log::{PolicyKey, Position};
use jejak_signer::certificate_to_pem;
use serde::Deserialize;
use serde_json::Value;

/// What is known of a ledger that a verifier may decide to trust.
pub(crate) struct Trusted {
    pub(crate) origin: String,
    /// Its log keys, past and present.
    pub(crate) keys: Vec<TrustedKey>,
    /// Leaf hash of the first record, in hex, where known.
    pub(crate) genesis: Option<String>,
    /// The anchors that the ledger trusts, PEM, where they are known and no trust policy was adopted.
    pub(crate) anchors: Vec<String>,
    /// The trust policy file that was adopted, where one was: anchors and their rules, time-stamping authorities, and how
    /// news of revocations is asked for.
    pub(crate) trust: Option<String>,
}

/// A log key, as a policy file has it.
#[derive(Debug, Deserialize)]
pub(crate) struct TrustedKey {
    vkey: String,
    /// First size at which it counts.
    #[serde(default)]
    from: u64,
    /// First size at which it no longer counts.
    #[serde(default)]
    until: Option<u64>,
}

impl Trusted {
    /// A ledger of a directory.
    pub(crate) fn of_view(view: &View) -> Result<Self> {
        let first = view.record(Position(0))?.context("buku besar kosong (empty ledger)")?;
        let trust = view.trust_file()?.map(String::from_utf8).transpose()?;
        let anchors = match &trust {
            Some(_) => Vec::new(),
            None => view.trust()?.anchors().ders().map(certificate_to_pem).collect(),
        };
        Ok(Self {
            origin: view.origin().to_owned(),
            keys: view.log_keys().all().iter().map(TrustedKey::of).collect(),
            genesis: Some(first.leaf_hash().to_string()),
            anchors,
            trust,
        })
    }

    /// What a server says of itself. One that tells no history has one key.
    pub(crate) fn of_answer(ledger: &Value) -> Result<Self> {
        let text = |name| ledger.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let keys = match ledger.get("keys") {
            Some(keys) => Vec::<TrustedKey>::deserialize(keys)?,
            None => vec![TrustedKey { vkey: text("vkey"), from: 0, until: None }],
        };
        Ok(Self { origin: text("origin"), keys, genesis: None, anchors: Vec::new(), trust: None })
    }

    /// The file. Without `unwitnessed_suffices` a receipt is proven only by witnesses that the
    /// verifier adds, and a verdict only with a token of trusted time.
    pub(crate) fn policy(&self, unwitnessed_suffices: bool) -> String {
        let genesis = self.genesis.as_ref().map(|hash| format!("genesis = \"{hash}\"\n"));
        let genesis = genesis.unwrap_or_default();
        let quorum =
            if unwitnessed_suffices { "quorum = \"none\"\nclock = \"ledger\"\n" } else { "" };
        let trust = self.trust.as_ref().map(|text| toml::Value::String(text.clone()));
        let trust = trust.map(|text| format!("trust = {text}\n")).unwrap_or_default();
        let anchors = self.anchors.iter();
        let anchors =
            anchors.map(|pem| format!("\n[[anchor]]\ncertificate = \"\"\"\n{pem}\"\"\"\n"));
        let anchors: String = anchors.collect();
        format!(
            "format = \"jejak-policy/1\"\n{quorum}{trust}\n[[ledger]]\norigin = \"{}\"\n{genesis}{}{anchors}",
            self.origin,
            self.keys.iter().map(TrustedKey::table).collect::<String>(),
        )
    }
}

impl TrustedKey {
    fn of(key: &PolicyKey) -> Self {
        Self { vkey: key.vkey.to_string(), from: key.from, until: key.until }
    }

    fn table(&self) -> String {
        let mut table = format!("\n[[ledger.key]]\nvkey = \"{}\"\n", self.vkey);
        let until = self.until.map(|until| ("until", until));
        let sizes =
            Some(("from", self.from)).filter(|(_, from)| *from > 0).into_iter().chain(until);
        for (name, size) in sizes {
            let _ = writeln!(table, "{name} = {size}");
        }
        table
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use jejak_ledger::log::{Policy, SignatureType, Vkey, Witnessing};
    use jejak_signer::SigningKey;

    use super::*;

    #[test]
    fn what_is_written_is_a_policy() {
        let key = SigningKey::from_ed25519_seed([7; 32]).unwrap();
        let origin = "jejak.example.go.id/61.07";
        let vkey = Vkey::new(origin, SignatureType::Ed25519, key.public_key()).unwrap();
        let genesis = Some("ab".repeat(32));
        let other = SigningKey::from_ed25519_seed([8; 32]).unwrap();
        let next = Vkey::new(origin, SignatureType::Ed25519, other.public_key()).unwrap();
        let keys = [
            PolicyKey { vkey, from: 0, until: Some(9) },
            PolicyKey { vkey: next, from: 7, until: None },
        ];
        let trusted = Trusted {
            origin: origin.to_owned(),
            keys: keys.iter().map(TrustedKey::of).collect(),
            genesis,
            anchors: Vec::new(),
            trust: None,
        };
        let policy = Policy::parse(&trusted.policy(true)).unwrap();
        assert_eq!(policy.witnessing, Witnessing::NotAsked);
        assert_eq!(policy.ledger(origin).unwrap().keys, keys);
        assert_eq!(Policy::parse(&trusted.policy(false)).unwrap().witnessing, Witnessing::Unstated);
    }
}

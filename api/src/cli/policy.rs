//! The policy file of somebody who trusts one ledger: `jejak-policy/1`.

use anyhow::{Context as _, Result};
use jejak_ledger::View;
use jejak_ledger::log::Position;
use jejak_signer::certificate_to_pem;

/// What is known of a ledger that a verifier may decide to trust.
pub(crate) struct Trusted {
    pub(crate) origin: String,
    pub(crate) vkey: String,
    /// Leaf hash of the first record, in hex, where known.
    pub(crate) genesis: Option<String>,
    /// The anchors that the ledger trusts, PEM, where known.
    pub(crate) anchors: Vec<String>,
}

impl Trusted {
    /// A ledger of a directory.
    pub(crate) fn of_view(view: &View) -> Result<Self> {
        let first = view.record(Position(0))?.context("buku besar kosong (empty ledger)")?;
        Ok(Self {
            origin: view.origin().to_owned(),
            vkey: view.vkey().to_owned(),
            genesis: Some(first.leaf_hash().to_string()),
            anchors: view.trust()?.anchors().ders().map(certificate_to_pem).collect(),
        })
    }

    /// The file. Without `unwitnessed_suffices` a receipt is proven only by witnesses that the
    /// verifier adds, and a verdict only with a token of trusted time.
    pub(crate) fn policy(&self, unwitnessed_suffices: bool) -> String {
        let genesis = self.genesis.as_ref().map(|hash| format!("genesis = \"{hash}\"\n"));
        let genesis = genesis.unwrap_or_default();
        let quorum =
            if unwitnessed_suffices { "quorum = \"none\"\nclock = \"ledger\"\n" } else { "" };
        let anchors = self.anchors.iter();
        let anchors =
            anchors.map(|pem| format!("\n[[anchor]]\ncertificate = \"\"\"\n{pem}\"\"\"\n"));
        let anchors: String = anchors.collect();
        format!(
            "format = \"jejak-policy/1\"\n{quorum}\n[[ledger]]\norigin = \"{}\"\n{genesis}\n\
             [[ledger.key]]\nvkey = \"{}\"\n{anchors}",
            self.origin, self.vkey,
        )
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use jejak_ledger::log::{Policy, SignatureType, Vkey, Witnessing};
    use jejak_signer::SigningKey;

    use super::*;

    #[test]
    fn what_is_written_is_a_policy() {
        let key = SigningKey::from_ed25519_seed([7; 32]).unwrap();
        let origin = "jejak.example.go.id/61.07";
        let vkey = Vkey::new(origin, SignatureType::Ed25519, key.public_key()).unwrap();
        let genesis = Some("ab".repeat(32));
        let trusted = Trusted {
            origin: origin.to_owned(),
            vkey: vkey.to_string(),
            genesis,
            anchors: Vec::new(),
        };
        let policy = Policy::parse(&trusted.policy(true)).unwrap();
        assert_eq!(policy.witnessing, Witnessing::NotAsked);
        assert_eq!(policy.ledger(origin).unwrap().keys[0].vkey, vkey);
        assert_eq!(Policy::parse(&trusted.policy(false)).unwrap().witnessing, Witnessing::Unstated);
    }
}

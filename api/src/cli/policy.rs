//! The policy file of somebody who trusts one ledger: `jejak-policy/1`.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use jejak_ledger::View;
use jejak_ledger::log::{PolicyKey, Position, TILE_WIDTH};
use jejak_signer::{Hash, certificate_to_pem};
use serde::Deserialize;
use serde_json::Value;

use super::client::Client;
use super::exit::{Exit, Stop};

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
        let head = Position(view.size().saturating_sub(1));
        let trust = view.trust_source(head)?.map(|(_, file)| String::from_utf8(file));
        let trust = trust.transpose()?;
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

    /// All that a server says of itself, the same as [`Self::of_view`].
    pub(crate) fn of_server(client: &Client, region: &str) -> Result<Self> {
        let ledger = client.get(&[region], &[])?;
        let size = ledger.get("size").and_then(Value::as_u64).unwrap_or_default();
        let genesis = first_leaf(client, region, size)?.to_string();
        let trusted = client.get(&[region, "trust"], &[])?;
        let (mut anchors, mut trust) = (Vec::new(), None);
        if trusted.get("hash").is_some_and(Value::is_string) {
            let file = client.bytes(&[region, "trust", "source"], &[])?;
            if Some(Hash::of(&file).to_string().as_str())
                != trusted.get("hash").and_then(Value::as_str)
            {
                return Err(changed("kebijakan kepercayaan", "the trust policy").into());
            }
            trust = Some(String::from_utf8(file)?);
        } else {
            let named = trusted.pointer("/policy/anchors").and_then(Value::as_array);
            for anchor in named.into_iter().flatten() {
                let hash = anchor.get("certificate").and_then(Value::as_str).unwrap_or_default();
                let der = client.bytes(&[region, "certificates", hash], &[])?;
                if Hash::of(&der).to_string() != hash {
                    return Err(changed("jangkar", "the anchor").into());
                }
                anchors.push(certificate_to_pem(&der));
            }
        }
        Ok(Self { genesis: Some(genesis), anchors, trust, ..Self::of_answer(&ledger)? })
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

/// The leaf hash of the first record, out of the first tile of the tree (C2SP tlog-tiles).
fn first_leaf(client: &Client, region: &str, size: u64) -> Result<Hash> {
    let width = u64::from(TILE_WIDTH);
    let partial = ["000.p".to_owned(), size.to_string()];
    let [folder, width_now] = &partial;
    let tile = if size < width {
        vec![region, "tile", "0", folder, width_now]
    } else {
        vec![region, "tile", "0", "000"]
    };
    let hashes = client.bytes(&tile, &[])?;
    let first =
        hashes.first_chunk::<32>().context("ubin pertama kosong (the first tile is empty)")?;
    Ok(Hash(*first))
}

/// What a server handed over is not what it named.
fn changed(indonesian: &str, english: &str) -> Stop {
    let indonesian = format!("{indonesian} dari server bukan yang disebut buku besar");
    let english = format!("{english} of the server is not what the ledger names");
    Stop::new(Exit::VerificationFailed, indonesian, english)
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

    /// A trust policy is a text of its own within the file, whatever it is quoted with there.
    #[test]
    fn a_trust_policy_is_whole_within_the_policy_whatever_stands_in_it() {
        let key = SigningKey::from_ed25519_seed([7; 32]).unwrap();
        let origin = "jejak.example.go.id/61.07";
        let vkey = Vkey::new(origin, SignatureType::Ed25519, key.public_key()).unwrap();
        let keys = [PolicyKey { vkey, from: 0, until: None }];
        for text in [
            "certificate = '''\npem\n'''\n",
            "# \"\"\" and '''\n\\ \t\u{7f}\r\n",
            "\n\nsatu ''",
            "akhir \"",
        ] {
            let trusted = Trusted {
                origin: origin.to_owned(),
                keys: keys.iter().map(TrustedKey::of).collect(),
                genesis: None,
                anchors: Vec::new(),
                trust: Some(text.to_owned()),
            };
            let policy = Policy::parse(&trusted.policy(true)).unwrap();
            assert_eq!(policy.trust.as_deref(), Some(text));
        }
    }

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

//! A message logged as Sigsum logs it, signed and cosigned by us, and the quorum that it is held
//! against; both sides can say whether it is proven.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use jejak_signer::{Hash, SigningKey};

use crate::log::merkle::{leaf_hash, verify_inclusion};
use crate::log::tests::numbered_leaves;
use crate::log::tests::properties::count;
use crate::log::{
    Checkpoint, Cosigner, Note, NoteSigner, SignatureLine, Tree, Vkey, WitnessPolicy,
};

/// A logged message with everything that proves it.
#[derive(Debug, Clone)]
pub(super) struct Logged {
    pub(super) index: u64,
    pub(super) path: Vec<Hash>,
    pub(super) size: u64,
    pub(super) root: Hash,
    pub(super) signature: Vec<u8>,
    pub(super) cosignatures: Vec<Cosignature>,
}

#[derive(Debug, Clone)]
pub(super) struct Cosignature {
    pub(super) seed: u8,
    pub(super) time: u64,
    pub(super) signature: Vec<u8>,
}

impl Logged {
    pub(super) fn new(index: u64, size: u64, witnesses: &[u8], time: u64) -> Self {
        let mut leaves = numbered_leaves(size);
        leaves[count(index)] = leaf();
        let appended = Tree::empty().append(&leaves);
        let path = appended.proofs.inclusion(index).unwrap();
        let root = appended.proofs.root();
        let text = Checkpoint::new(LOG.vkey().name(), size, root).text();
        let cosignature = |&seed: &u8| {
            let time = time + u64::from(seed);
            let line = WITNESSES[&seed].cosign(&text, time).unwrap();
            Cosignature { seed, time, signature: line.signature[8..].to_vec() }
        };
        let cosignatures = witnesses.iter().map(cosignature).collect();
        let signature = LOG.sign(&text).unwrap().signature;
        Self { index, path, size, root, signature, cosignatures }
    }

    fn note(&self) -> Note {
        let text = Checkpoint::new(LOG.vkey().name(), self.size, self.root).text();
        let line = |vkey: &Vkey, signature| {
            let name = vkey.name().to_owned();
            SignatureLine { name, id: vkey.id(), signature }
        };
        let mut note = Note::new(text).unwrap();
        note.add(line(LOG.vkey(), self.signature.clone()));
        for Cosignature { seed, time, signature } in &self.cosignatures {
            let timed = [time.to_be_bytes().as_slice(), signature].concat();
            note.add(line(WITNESSES[seed].vkey(), timed));
        }
        note
    }

    /// Our verdict.
    pub(super) fn is_proven(&self, quorum: &Quorum) -> bool {
        let note = self.note();
        let note = Note::parse(note.to_string().as_bytes()).unwrap();
        let policy: WitnessPolicy = quorum.policy(|seed| WITNESSES[&seed].vkey().to_string());
        let mut known: Vec<&Vkey> = policy.witnesses().iter().map(|known| &known.vkey).collect();
        known.push(LOG.vkey());
        let Ok(signed) = note.verify(&known) else { return false };
        let has_signed = |vkey: &Vkey| signed.iter().any(|signed| signed.key == vkey);
        let included = verify_inclusion(&leaf(), self.index, self.size, &self.path, &self.root);
        included.is_ok()
            && has_signed(LOG.vkey())
            && policy.satisfied_by(|witness| has_signed(&witness.vkey))
    }

    /// Theirs.
    pub(super) fn is_proven_to_them(&self, quorum: &Quorum) -> bool {
        let log = format!("log {}\n", public(LOG_SEED));
        let policy = log + &quorum.text(|seed| public(seed).to_string());
        let policy = sigsum::Policy::parse(&policy).unwrap();
        let logged = sigsum::SigsumSignature::from_ascii(&self.ascii()).unwrap();
        let signers = [public(SUBMITTER).0.into()];
        sigsum::verify(&message().0.into(), &logged, &signers, &policy).is_ok()
    }

    /// As Sigsum writes it down.
    fn ascii(&self) -> String {
        let hex = |signature: &[u8]| -> sigsum::Signature {
            <[u8; 64]>::try_from(signature).unwrap().into()
        };
        let mut ascii = format!(
            "version=2\nlog={}\nleaf={} {:x}\n\nsize={}\nroot_hash={}\nsignature={:x}\n",
            key_hash(LOG_SEED),
            key_hash(SUBMITTER),
            hex(&submitter_signature()),
            self.size,
            self.root,
            hex(&self.signature),
        );
        for Cosignature { seed, time, signature } in &self.cosignatures {
            let signature = hex(signature);
            writeln!(ascii, "cosignature={} {time} {signature:x}", key_hash(*seed)).unwrap();
        }
        writeln!(ascii, "\nleaf_index={}", self.index).unwrap();
        for hash in &self.path {
            writeln!(ascii, "node_hash={hash}").unwrap();
        }
        ascii
    }
}

/// Two groups of witnesses with a threshold each, and a threshold over the two.
#[derive(Debug, Clone)]
pub(super) struct Quorum {
    pub(super) groups: [Vec<u8>; 2],
    pub(super) thresholds: [usize; 2],
    pub(super) of_both: bool,
}

impl Quorum {
    fn text(&self, key: impl Fn(u8) -> String) -> String {
        let mut text = String::new();
        for (group, (members, threshold)) in self.groups.iter().zip(self.thresholds).enumerate() {
            for seed in members {
                writeln!(text, "witness w{seed} {}", key(*seed)).unwrap();
            }
            let members: Vec<_> = members.iter().map(|seed| format!("w{seed}")).collect();
            writeln!(text, "group g{group} {threshold} {}", members.join(" ")).unwrap();
        }
        text + &format!(
            "group both {} g0 g1\nquorum both\n",
            if self.of_both { "all" } else { "any" }
        )
    }

    fn policy(&self, key: impl Fn(u8) -> String) -> WitnessPolicy {
        self.text(key).parse().unwrap()
    }
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_ed25519_seed([seed; 32]).unwrap()
}

fn public(seed: u8) -> Hash {
    Hash(*key(seed).public_key().ed25519_bytes().unwrap())
}

/// Sigsum calls a key by the hash of its bytes.
fn key_hash(seed: u8) -> Hash {
    Hash::of(public(seed).as_bytes())
}

static LOG: LazyLock<NoteSigner> = LazyLock::new(|| {
    let name = format!("sigsum.org/v1/tree/{}", key_hash(LOG_SEED));
    NoteSigner::new(&name, key(LOG_SEED)).unwrap()
});

static WITNESSES: LazyLock<BTreeMap<u8, Cosigner>> = LazyLock::new(|| {
    let witness = |seed| Cosigner::new(&format!("witness.example.id/{seed}"), key(seed)).unwrap();
    ALL_WITNESSES.into_iter().map(|seed| (seed, witness(seed))).collect()
});

fn message() -> Hash {
    Hash::of(b"message")
}

fn submitter_signature() -> Vec<u8> {
    let checksum = Hash::of(message().as_bytes());
    let signed = [b"sigsum.org/v1/tree-leaf\0".as_slice(), checksum.as_bytes()].concat();
    key(SUBMITTER).sign(&signed).unwrap()
}

/// Checksum, signature and key hash of whoever submitted the message.
fn leaf() -> Hash {
    let checksum = Hash::of(message().as_bytes());
    let keyhash = key_hash(SUBMITTER);
    leaf_hash(&[checksum.as_bytes(), submitter_signature().as_slice(), keyhash.as_bytes()].concat())
}

const LOG_SEED: u8 = 1;
const SUBMITTER: u8 = 2;

/// The seeds of their keys; the last is in no policy.
pub(super) const ALL_WITNESSES: [u8; 7] = [10, 11, 12, 20, 21, 22, 30];

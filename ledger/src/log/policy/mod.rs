//! The policy file: whom a verifier trusts. TOML, `format = "jejak-policy/1"`.
//! FORMAT.md, Policy file.

mod file;
mod lines;
mod witnesses;

use std::borrow::Cow;

use jejak_signer::Hash;
use jiff::Timestamp;

use crate::log::origin::{Origin, OriginError};
use crate::log::vkey::{Vkey, VkeyError};

pub use witnesses::{LineError, Witness, WitnessPolicy, WitnessPolicyError};

/// A policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The ledgers whose receipts count.
    pub ledgers: Vec<PolicyLedger>,
    /// The roots under which signatories' certificates stand.
    pub anchors: Vec<PolicyAnchor>,
    /// What must have been seen by others.
    pub witnessing: Witnessing,
    /// The text of a trust policy file, for verdicts: read by whoever judges one.
    pub trust: Option<String>,
    /// `clock = "ledger"`: the ledger's word for when something was recorded suffices.
    pub clock_suffices: bool,
}

impl Policy {
    /// The same as far as it speaks of one ledger: by it no checkpoint of another one counts.
    pub fn only(&self, origin: &str) -> Cow<'_, Self> {
        let is_own = |ledger: &PolicyLedger| ledger.origin.as_str() == origin;
        if self.ledgers.iter().all(is_own) {
            return Cow::Borrowed(self);
        }
        let mut own = self.clone();
        own.ledgers.retain(is_own);
        Cow::Owned(own)
    }
}

/// A ledger of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyLedger {
    /// Its name.
    pub origin: Origin,
    /// Leaf hash of its record at position 0, if the verifier knows it.
    pub genesis: Option<Hash>,
    /// Its keys, past and present.
    pub keys: Vec<PolicyKey>,
}

/// A key of a ledger, and the sizes of the checkpoints that it may sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyKey {
    /// The key; its name is the origin.
    pub vkey: Vkey,
    /// First size at which it counts.
    pub from: u64,
    /// First size at which it no longer counts.
    pub until: Option<u64>,
}

/// A trust anchor of the policy. The certificate is kept as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyAnchor {
    /// PEM.
    pub certificate: String,
    /// First moment at which it is trusted.
    pub trusted_from: Option<Timestamp>,
    /// First moment at which it is no longer trusted.
    pub trusted_until: Option<Timestamp>,
    /// Whether signatures under it are certified in the sense of PP 71/2019.
    pub tersertifikasi: bool,
}

/// What a policy asks of witnesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Witnessing {
    /// Nothing is said: no receipt is more than indeterminate.
    Unstated,
    /// `quorum = "none"`: the ledger's own word suffices.
    NotAsked,
    /// `witnesses`: a tlog-policy.
    Quorum(WitnessPolicy),
}

/// Why a text is not a policy file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PolicyError {
    /// Longer than a policy file may be.
    #[error("a policy file has at most {} bytes, not {bytes}", Policy::BYTES_MAX)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not TOML, or not of this shape.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    /// Another format, or another version.
    #[error("the format is not {FORMAT:?}")]
    Format,
    /// No ledger at all.
    #[error("no [[ledger]]")]
    NoLedger,
    /// A ledger that cannot stand.
    #[error("ledger {ledger}: {reason}")]
    Ledger {
        /// Which, from 1.
        ledger: usize,
        /// Why.
        reason: PolicyLedgerError,
    },
    /// An anchor's time is not RFC 3339.
    #[error("anchor {anchor}: a time is not RFC 3339 with an offset")]
    AnchorTime {
        /// Which, from 1.
        anchor: usize,
    },
    /// `quorum` is something else than `"none"`.
    #[error("quorum can only be \"none\"; everything else is said in witnesses")]
    Quorum,
    /// `clock` is something else than `"ledger"`.
    #[error(
        "clock can only be \"ledger\"; leave it out where tokens of trusted time are asked for"
    )]
    Clock,
    /// Both `quorum` and `witnesses`.
    #[error("both quorum and witnesses")]
    QuorumAndWitnesses,
    /// `witnesses` is not a tlog-policy.
    #[error("witnesses: {0}")]
    Witnesses(#[from] WitnessPolicyError),
}

/// Why a ledger cannot stand in a policy file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyLedgerError {
    /// Malformed origin.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// An earlier ledger has this origin.
    #[error("the origin stands in the file already")]
    OriginTwice,
    /// Not 64 lower-case hexadecimal digits.
    #[error("genesis is not the hexadecimal form of a hash")]
    Genesis,
    /// No key.
    #[error("no [[ledger.key]]")]
    NoKey,
    /// Malformed verifier key.
    #[error(transparent)]
    Vkey(#[from] VkeyError),
    /// A witness's key, or a key of another name than the origin.
    #[error("the key is not one of a log called as the origin")]
    NotALogKey,
    /// The key stands there already.
    #[error("the key stands in the file already")]
    KeyTwice,
    /// `until` is not after `from`.
    #[error("until is not after from")]
    EmptyRange,
}

impl Policy {
    /// Longest policy file that is read.
    pub const BYTES_MAX: usize = 2 * WitnessPolicy::BYTES_MAX;

    /// Reads a policy file.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > Self::BYTES_MAX {
            return Err(PolicyError::TooLong { bytes: text.len() });
        }
        file::read(text)
    }

    /// The ledger of this origin.
    pub fn ledger(&self, origin: &str) -> Option<&PolicyLedger> {
        self.ledgers.iter().find(|ledger| ledger.origin.as_str() == origin)
    }
}

impl PolicyKey {
    /// Whether it may sign a checkpoint of this size.
    pub fn counts_at(&self, size: u64) -> bool {
        self.from <= size && self.until.is_none_or(|until| size < until)
    }
}

const FORMAT: &str = "jejak-policy/1";

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    const KEY: &str = "ledger.example.id/kat+6bc7a70c+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
    const WITNESS: &str =
        "witness.example.id/kat+5158ae7c+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";

    fn file(rest: &str, ledger: &str) -> String {
        format!(
            "format = \"jejak-policy/1\"\n{rest}\n[[ledger]]\norigin = \"ledger.example.id/kat\"\n\
             {ledger}\n"
        )
    }

    fn key(rest: &str) -> String {
        format!("[[ledger.key]]\nvkey = \"{KEY}\"\n{rest}")
    }

    #[test]
    fn a_whole_file_is_read() {
        let genesis = "ab".repeat(32);
        let text = format!(
            "{}\n[[anchor]]\ncertificate = \"PEM\"\ntrusted_from = 2024-01-01T00:00:00+07:00\n\
             trusted_until = \"2034-01-01T00:00:00Z\"\ntersertifikasi = true\n\
             [[anchor]]\ncertificate = \"PEM\"\n",
            file(
                &format!("witnesses = '''\nwitness w {WITNESS}\nquorum w\n'''"),
                &format!("genesis = \"{genesis}\"\n{}", key("from = 1\nuntil = 300")),
            ),
        );
        let policy = Policy::parse(&text).unwrap();
        let ledger = policy.ledger("ledger.example.id/kat").unwrap();
        assert_eq!(ledger.genesis, Some(Hash([0xab; 32])));
        assert_eq!(ledger.keys[0].vkey.to_string(), KEY);
        let counts = [0, 1, 299, 300].map(|size| ledger.keys[0].counts_at(size));
        assert_eq!(counts, [false, true, true, false]);
        assert_eq!(policy.ledger("ledger.example.id/other"), None);
        let times = |i: usize| (policy.anchors[i].trusted_from, policy.anchors[i].trusted_until);
        let time = |text: &str| text.parse::<Timestamp>().ok();
        assert_eq!(times(0), (time("2023-12-31T17:00:00Z"), time("2034-01-01T00:00:00Z")));
        assert_eq!(times(1), (None, None));
        assert!(policy.anchors[0].tersertifikasi && !policy.anchors[1].tersertifikasi);
        assert!(matches!(policy.witnessing, Witnessing::Quorum(_)));
    }

    #[test]
    fn what_is_asked_of_witnesses_is_read() {
        let witnessing = |rest: &str| Policy::parse(&file(rest, &key(""))).map(|p| p.witnessing);
        assert_eq!(witnessing(""), Ok(Witnessing::Unstated));
        assert_eq!(witnessing("quorum = \"none\""), Ok(Witnessing::NotAsked));
        assert_eq!(witnessing("witnesses = \"quorum none\""), Ok(Witnessing::NotAsked));
        assert_eq!(witnessing("quorum = \"any\""), Err(PolicyError::Quorum));
        let both = "quorum = \"none\"\nwitnesses = \"quorum none\"";
        assert_eq!(witnessing(both), Err(PolicyError::QuorumAndWitnesses));
        let no_quorum = PolicyError::Witnesses(WitnessPolicyError::NoQuorum);
        assert_eq!(witnessing("witnesses = \"\""), Err(no_quorum));
    }

    #[test]
    fn ledgers_that_cannot_stand_are_refused() {
        use PolicyLedgerError::*;
        let reason = |ledger: &str| match Policy::parse(&file("", ledger)) {
            Err(PolicyError::Ledger { reason, .. }) => reason,
            other => unreachable!("{other:?}"),
        };
        assert_eq!(reason(""), NoKey);
        assert_eq!(reason(&format!("genesis = \"AB\"\n{}", key(""))), Genesis);
        assert_eq!(reason(&key("from = 5\nuntil = 5")), EmptyRange);
        assert_eq!(reason(&format!("{}\n{}", key(""), key("from = 9"))), KeyTwice);
        assert_eq!(reason("[[ledger.key]]\nvkey = \"x\""), Vkey(VkeyError::Form));
        assert_eq!(reason(&format!("[[ledger.key]]\nvkey = \"{WITNESS}\"")), NotALogKey);
        let twice = format!("{0}\n[[ledger]]\norigin = \"ledger.example.id/kat\"\n{0}", key(""));
        assert_eq!(reason(&twice), OriginTwice);
        let other = format!("{0}\n[[ledger]]\norigin = \"ledger.example.id/x\"\n{0}", key(""));
        assert_eq!(reason(&other), NotALogKey);
        let origin = format!("{}\n[[ledger]]\norigin = \"UPPER/x\"", key(""));
        assert_eq!(reason(&origin), Origin(OriginError::Host));
    }

    #[test]
    fn other_files_are_refused() {
        assert_eq!(Policy::parse("format = \"jejak-policy/2\"\nnew = 1"), Err(PolicyError::Format));
        assert_eq!(Policy::parse("format = \"jejak-policy/1\""), Err(PolicyError::NoLedger));
        for text in ["", "quorum = \"none\"", "{}", "format = 1"] {
            assert!(matches!(Policy::parse(text), Err(PolicyError::Toml(_))), "{text:?}");
        }
        for (rest, ledger) in [
            ("other = 1", key("")),
            ("", format!("other = 1\n{}", key(""))),
            ("", key("other = 1")),
            ("", key("from = -1")),
        ] {
            let result = Policy::parse(&file(rest, &ledger));
            assert!(matches!(result, Err(PolicyError::Toml(_))), "{result:?}");
        }
        for time in ["2024-01-01", "2024-01-01T00:00:00", "\"yesterday\""] {
            let anchor = format!("[[anchor]]\ncertificate = \"\"\ntrusted_from = {time}");
            let text = file("", &format!("{}\n{anchor}", key("")));
            assert_eq!(Policy::parse(&text), Err(PolicyError::AnchorTime { anchor: 1 }), "{time}");
        }
        let bytes = Policy::BYTES_MAX + 1;
        assert_eq!(Policy::parse(&" ".repeat(bytes)), Err(PolicyError::TooLong { bytes }));
    }
}

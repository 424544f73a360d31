//! Which witnesses must have cosigned a checkpoint before it counts as seen. C2SP tlog-policy.

use std::str::FromStr;

use super::lines::PolicyReader;
use crate::log::vkey::{Vkey, VkeyError};

/// The witnesses that a verifier knows, and the rule for how many of them suffice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessPolicy {
    pub(super) logs: Vec<Vkey>,
    pub(super) witnesses: Vec<Witness>,
    pub(super) nodes: Vec<Node>,
    pub(super) quorum: Quorum,
}

/// What must have cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quorum {
    /// The predefined `none`: nobody.
    None,
    Node {
        index: usize,
    },
}

/// A witness of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Its name in the policy.
    pub name: String,
    /// Its key.
    pub vkey: Vkey,
    /// Where it is reached, if the policy says so.
    pub url: Option<String>,
}

/// What a quorum or a group can name. Members come before the groups that they are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Witness { index: usize },
    Group { threshold: usize, members: Vec<usize> },
}

/// Why a text is not a witness policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WitnessPolicyError {
    /// Longer than a policy may be.
    #[error("a witness policy has at most {} bytes, not {bytes}", WitnessPolicy::BYTES_MAX)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A line that cannot stand.
    #[error("line {line}: {reason}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// Why.
        reason: LineError,
    },
    /// No quorum line.
    #[error("no quorum line")]
    NoQuorum,
}

/// Why a line of a witness policy cannot stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// A control character other than tab.
    #[error("control character")]
    ControlCharacter,
    /// Neither `log`, `witness`, `group` nor `quorum`.
    #[error("unknown keyword")]
    Keyword,
    /// More or fewer items than the keyword takes.
    #[error("too many or too few items")]
    Items,
    /// A malformed verifier key.
    #[error(transparent)]
    Vkey(#[from] VkeyError),
    /// A log's key in place of a witness's, or the other way round.
    #[error("a key of the wrong kind for this line")]
    KeyKind,
    /// The same public key on an earlier line of the same kind.
    #[error("the key stands on an earlier line")]
    DuplicateKey,
    /// The name is defined already, or is `none`.
    #[error("the name is taken")]
    NameTaken,
    /// The name is not defined on an earlier line.
    #[error("the name is not defined before")]
    NameUnknown,
    /// A name that is a member of a group already.
    #[error("the name is a member of a group already")]
    MemberTwice,
    /// Neither `any`, `all` nor a number from 1 to the number of members.
    #[error("a threshold is 'any', 'all' or a number from 1 to the number of members")]
    Threshold,
    /// A second quorum line.
    #[error("a second quorum line")]
    SecondQuorum,
    /// More names or logs than are read.
    #[error("more than {} names or logs", WitnessPolicy::NAMES_MAX)]
    TooMany,
}

impl WitnessPolicy {
    /// Longest policy that is read.
    pub const BYTES_MAX: usize = 1024 * 1024;

    /// Most witnesses and groups together, and most logs. C2SP tlog-policy asks for at least 32 of
    /// each kind.
    pub const NAMES_MAX: usize = 1024;

    /// The logs it lists. Which logs a receipt may come from is for the policy file to say.
    pub fn logs(&self) -> &[Vkey] {
        &self.logs
    }

    /// The witnesses it knows.
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// Whether it asks for witnesses at all: not so with `quorum none`.
    pub fn asks_for_witnesses(&self) -> bool {
        self.quorum != Quorum::None
    }

    /// Whether these witnesses are enough.
    pub fn satisfied_by(&self, has_cosigned: impl Fn(&Witness) -> bool) -> bool {
        let Quorum::Node { index: quorum } = self.quorum else {
            return true;
        };
        let mut satisfied: Vec<bool> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let yes = |index: &&usize| satisfied.get(**index) == Some(&true);
            satisfied.push(match node {
                Node::Witness { index } => self.witnesses.get(*index).is_some_and(&has_cosigned),
                Node::Group { threshold, members } => {
                    members.iter().filter(yes).count() >= *threshold
                }
            });
        }
        satisfied.get(quorum) == Some(&true)
    }
}

impl FromStr for WitnessPolicy {
    type Err = WitnessPolicyError;

    fn from_str(text: &str) -> Result<Self, WitnessPolicyError> {
        if text.len() > Self::BYTES_MAX {
            return Err(WitnessPolicyError::TooLong { bytes: text.len() });
        }
        let mut reader = PolicyReader::default();
        for (line, content) in (1..).zip(text.split('\n')) {
            reader.line(content).map_err(|reason| WitnessPolicyError::Line { line, reason })?;
        }
        reader.finish().ok_or(WitnessPolicyError::NoQuorum)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use jejak_signer::SigningKey;

    use super::*;
    use crate::log::vkey::SignatureType;

    fn vkey(kind: SignatureType, seed: u8) -> String {
        let key = SigningKey::from_ed25519_seed([seed; 32]).unwrap();
        Vkey::new("w.example", kind, key.public_key()).unwrap().to_string()
    }

    /// Replaces `@3` with a witness's key and `%3` with a log's.
    fn policy(text: &str) -> Result<WitnessPolicy, WitnessPolicyError> {
        let mut text = text.to_owned();
        for seed in 1..9 {
            text = text.replace(&format!("@{seed}"), &vkey(SignatureType::CosignatureV1, seed));
            text = text.replace(&format!("%{seed}"), &vkey(SignatureType::Ed25519, seed));
        }
        text.parse()
    }

    const TWO_LEVELS: &str = "
        # two of three in the province, one of two beyond it
        log %1 https://log.example/
        witness sambas @1 https://sambas.example/
        witness landak @2
        \twitness\tsanggau\t@3
        group province 2 sambas landak sanggau
        witness audit @4
        witness campus @5
        group beyond any audit campus
        group seen all province beyond
        quorum seen
    ";

    #[test]
    fn a_quorum_of_two_levels_is_reached_by_two_and_one() {
        let policy = policy(TWO_LEVELS).unwrap();
        let reached = |names: &[&str]| policy.satisfied_by(|w| names.contains(&w.name.as_str()));
        for names in [["sambas", "landak", "audit"], ["sanggau", "sambas", "campus"]] {
            assert!(reached(&names), "{names:?}");
        }
        for names in [
            ["sambas", "audit", "campus"],
            ["sambas", "landak", "sanggau"],
            ["audit", "campus", "unknown"],
        ] {
            assert!(!reached(&names), "{names:?}");
        }
        assert!(policy.asks_for_witnesses());
        assert_eq!(policy.witnesses()[0].url.as_deref(), Some("https://sambas.example/"));
        assert_eq!((policy.logs().len(), policy.witnesses().len()), (1, 5));
    }

    #[test]
    fn quorum_none_is_reached_by_nobody() {
        let policy = policy("quorum none").unwrap();
        assert!(policy.satisfied_by(|_| false));
        assert!(!policy.asks_for_witnesses());
    }

    #[test]
    fn a_single_witness_can_be_the_quorum() {
        let policy = policy("witness w @1\nquorum w\n").unwrap();
        assert!(policy.satisfied_by(|_| true));
        assert!(!policy.satisfied_by(|_| false));
    }

    #[test]
    fn lines_that_cannot_stand_are_refused_with_their_number() {
        use LineError::*;
        for (text, line, reason) in [
            ("quorum none\r\n", 1, ControlCharacter),
            ("\u{7f}\nquorum none", 1, ControlCharacter),
            ("Quorum none", 1, Keyword),
            ("quorum", 1, Items),
            ("quorum none none", 1, Items),
            ("log", 1, Items),
            ("log %1 url more", 1, Items),
            ("witness w", 1, Items),
            ("witness w @1 url more", 1, Items),
            ("group g any", 1, Items),
            ("log @1", 1, KeyKind),
            ("witness w %1", 1, KeyKind),
            ("log nonsense", 1, Vkey(VkeyError::Form)),
            ("log %1\nlog %1", 2, DuplicateKey),
            ("witness a @1\nwitness b @1", 2, DuplicateKey),
            ("witness a @1\nwitness a @2", 2, NameTaken),
            ("witness none @1", 1, NameTaken),
            ("witness a @1\ngroup a any a", 2, NameTaken),
            ("quorum a\nwitness a @1", 1, NameUnknown),
            ("group g any none", 1, NameUnknown),
            ("group g any g", 1, NameUnknown),
            ("witness a @1\ngroup g 2 a a", 2, MemberTwice),
            ("witness a @1\ngroup g any a\ngroup h any a", 3, MemberTwice),
            ("witness a @1\ngroup g 0 a", 2, Threshold),
            ("witness a @1\ngroup g 2 a", 2, Threshold),
            ("witness a @1\ngroup g 01 a", 2, Threshold),
            ("witness a @1\ngroup g some a", 2, Threshold),
            ("quorum none\nquorum none", 2, SecondQuorum),
        ] {
            let expected = WitnessPolicyError::Line { line, reason };
            assert_eq!(policy(text), Err(expected), "{text:?}");
        }
        assert_eq!(policy("witness a @1\n"), Err(WitnessPolicyError::NoQuorum));
        let bytes = WitnessPolicy::BYTES_MAX + 1;
        assert_eq!(policy(&" ".repeat(bytes)), Err(WitnessPolicyError::TooLong { bytes }));
    }
}

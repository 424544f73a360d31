//! Tokens: how a reader shows that he may see more than the public.
//!
//! The operator makes one (`jejak token new`), hands its text to the reader once, and keeps only its hash, in the file
//! `tokens.json` of the data directory. A token has a class, may be for some ledgers only, and always ends.
//!
//! | file | idea |
//! | --- | --- |
//! | `secret.rs` | the text that its holder shows |
//! | `list.rs` | the tokens that were given out, as stored |
//! | `known.rs` | the same as a running server knows them |
//! | `used.rs` | the day on which each was last used |

mod known;
mod list;
mod secret;
mod used;

use jejak_ledger::log::Micros;
use jejak_ledger::rules::Class;
use jejak_signer::Hash;
use serde::{Deserialize, Serialize};

pub(crate) use known::{Known, Verdict};
pub use list::{TOKENS_FILE, TOKENS_MAX, TokenList, TokensError};
pub use secret::{NoRandomness, NotASecret, Secret};
pub use used::{Used, UsedFile};

/// What is kept of one token: everything but its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The name under which logs and commands speak of it. Not secret.
    pub id: String,
    /// Who or what it was given to.
    pub name: String,
    /// The highest class its holder may see.
    pub class: Class,
    /// The regions of the ledgers it opens; none: all of them. On any other its holder is the public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledgers: Option<Vec<String>>,
    /// Whether its holder may read the refusals that are kept.
    #[serde(default)]
    pub refusals: bool,
    /// Requests a minute, where it has a quota of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<u32>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Micros,
    /// From when on it no longer counts.
    #[serde(with = "moment")]
    pub expires: Micros,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "moment::option")]
    pub revoked: Option<Micros>,
    /// SHA-256 of its text.
    #[serde(with = "digest")]
    pub sha256: Hash,
}

/// Whether a token counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It does.
    Active,
    /// Its time is over.
    Expired,
    /// The operator took it back.
    Revoked,
}

impl Token {
    /// Whether it counts at `now`.
    pub fn state(&self, now: Micros) -> State {
        match self.revoked {
            Some(_) => State::Revoked,
            None if now >= self.expires => State::Expired,
            None => State::Active,
        }
    }

    /// Whether it opens the ledger of `region`.
    pub fn opens(&self, region: &str) -> bool {
        self.ledgers.as_ref().is_none_or(|regions| regions.iter().any(|one| one == region))
    }

    /// When it stopped to count, or will.
    fn ended(&self) -> Micros {
        self.revoked.map_or(self.expires, |revoked| revoked.min(self.expires))
    }
}

impl State {
    /// The word in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// Times as RFC 3339 text.
mod moment {
    use jejak_ledger::log::Micros;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use crate::wire::Time;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    pub(super) fn serialize<S: Serializer>(time: &Micros, to: S) -> Result<S::Ok, S::Error> {
        Time(*time).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Micros, D::Error> {
        let text = String::deserialize(from)?;
        let time: jiff::Timestamp = text.parse().map_err(de::Error::custom)?;
        u64::try_from(time.as_microsecond()).map(Micros).map_err(de::Error::custom)
    }

    /// The same where there may be none.
    pub(super) mod option {
        use jejak_ledger::log::Micros;
        use serde::{Deserializer, Serialize, Serializer};

        use crate::wire::Time;

        #[expect(clippy::ref_option, reason = "serde hands a reference")]
        pub(in crate::tokens) fn serialize<S: Serializer>(
            time: &Option<Micros>,
            to: S,
        ) -> Result<S::Ok, S::Error> {
            time.map(Time).serialize(to)
        }

        pub(in crate::tokens) fn deserialize<'de, D: Deserializer<'de>>(
            from: D,
        ) -> Result<Option<Micros>, D::Error> {
            super::deserialize(from).map(Some)
        }
    }
}

/// Hashes as hexadecimal text.
mod digest {
    use jejak_signer::Hash;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(hash: &Hash, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(hash)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Hash, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

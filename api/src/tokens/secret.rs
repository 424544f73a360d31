//! The text of a token: a prefix, 256 random bits, and a checksum, so that a slip of the hand is told from a token
//! that nobody gave out.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jejak_signer::Hash;

/// The text that its holder shows. It has no `Display` and its `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Not the text of a token: mistyped, cut off, or something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the text of a token")]
pub struct NotASecret;

/// The system has no randomness to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandomness;

impl Secret {
    /// A new one.
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut bytes = [0; RANDOM_BYTES];
        getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
        let body = format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
        let checksum = checksum(&body);
        Ok(Self(body + &checksum))
    }

    /// Reads the text of a token. That the checksum is right says nothing about whether it was ever given out.
    pub fn parse(text: &str) -> Result<Self, NotASecret> {
        let (body, sum) = text
            .len()
            .checked_sub(CHECKSUM_CHARS)
            .and_then(|at| text.split_at_checked(at))
            .ok_or(NotASecret)?;
        let random = body.strip_prefix(PREFIX).ok_or(NotASecret)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(random).map_err(|_| NotASecret)?;
        let is_whole = bytes.len() == RANDOM_BYTES && sum == checksum(body);
        if is_whole { Ok(Self(text.to_owned())) } else { Err(NotASecret) }
    }

    /// What is stored of it and compared: nobody learns a token from how long a comparison of hashes takes.
    pub fn hash(&self) -> Hash {
        Hash::of(self.0.as_bytes())
    }

    /// The text itself, to be shown once or sent.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The first 24 bits of a SHA-256, in base64url.
fn checksum(body: &str) -> String {
    let hash = Hash::of(body.as_bytes());
    let bytes: Vec<u8> = hash.as_bytes().iter().copied().take(CHECKSUM_BYTES).collect();
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

const PREFIX: &str = "jejak_";
const RANDOM_BYTES: usize = 32;
const CHECKSUM_BYTES: usize = 3;
const CHECKSUM_CHARS: usize = 4;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// Made from 32 zero bytes.
    const ZEROS: &str = "jejak_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAtUTU";

    #[test]
    fn a_token_comes_back_as_it_went_and_no_two_are_alike() {
        let secret = Secret::generate().unwrap();
        assert_eq!(secret.reveal().len(), 6 + 43 + 4);
        assert_eq!(Secret::parse(secret.reveal()), Ok(secret.clone()));
        assert_ne!(Secret::generate().unwrap(), secret);
    }

    #[test]
    fn the_checksum_is_the_start_of_a_sha256() {
        assert!(Secret::parse(ZEROS).is_ok());
        let hash = "f3133eaafb69ceae41520affb139d56222cb038c5b36d152771d7883c7161394";
        assert_eq!(Secret::parse(ZEROS).unwrap().hash().to_string(), hash);
    }

    #[test]
    fn every_slip_of_the_hand_is_noticed() {
        let text = Secret::generate().unwrap().reveal().to_owned();
        for at in 0..text.len() {
            let (before, after) = text.split_at(at);
            let other = if after.starts_with('x') { "y" } else { "x" };
            let wrong: String =
                [before, other].concat() + &after.chars().skip(1).collect::<String>();
            assert_eq!(Secret::parse(&wrong), Err(NotASecret), "{at}");
            assert_eq!(Secret::parse(before), Err(NotASecret), "{at}");
        }
        for wrong in [format!("{text}="), format!("{text}\n"), text.to_uppercase(), "é".repeat(30)]
        {
            assert_eq!(Secret::parse(&wrong), Err(NotASecret), "{wrong}");
        }
    }

    #[test]
    fn nothing_prints_a_token_by_mistake() {
        let secret = Secret::generate().unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }
}

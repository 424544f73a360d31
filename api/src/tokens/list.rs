//! The tokens that were given out: one JSON file of the data directory, replaced whole, readable by its owner only. A
//! running server reads it; only the command writes it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jejak_ledger::log::Micros;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{NoRandomness, Secret, Token};

/// The file in the data directory.
pub const TOKENS_FILE: &str = "tokens.json";
/// Tokens kept, those that have ended among them.
pub const TOKENS_MAX: usize = 10_000;

/// The list as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenList {
    tokens: Vec<Token>,
}

/// The layout of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Layout<T> {
    format: String,
    tokens: T,
}

/// Why the list was not read or not changed.
#[derive(Debug, Error)]
pub enum TokensError {
    /// A file operation failed.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not a list of tokens.
    #[error("{}: {reason}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// [`TOKENS_MAX`] are reached.
    #[error("{TOKENS_MAX} tokens are kept already; those that ended within the last year count")]
    Full,
    /// No token has this id.
    #[error("no token {id}")]
    Unknown {
        /// The id asked for.
        id: String,
    },
    /// The system gives no random bytes.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

impl TokenList {
    /// Reads the list of the data directory `dir`; where there is no file, no token was ever given out.
    pub fn load(dir: &Path) -> Result<Self, TokensError> {
        let path = dir.join(TOKENS_FILE);
        let mut text = String::new();
        match File::open(&path) {
            Ok(file) => {
                let mut file = file.take(FILE_BYTES_MAX);
                file.read_to_string(&mut text).map_err(|source| failed(&path, source))?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { tokens: Vec::new() });
            }
            Err(source) => return Err(failed(&path, source)),
        }
        Self::parse(&text).map_err(|reason| TokensError::Broken { path, reason })
    }

    /// Reads the list, lets `change` change it, and writes it back. Two that change it at once wait for each other.
    pub fn edit<T>(
        dir: &Path,
        change: impl FnOnce(&mut Self) -> Result<T, TokensError>,
    ) -> Result<T, TokensError> {
        let path = dir.join(LOCK_FILE);
        let mut options = OpenOptions::new();
        let lock = options.write(true).create(true).truncate(false).mode(0o600).open(&path);
        let lock = lock.and_then(|file| file.lock().map(|()| file));
        // Held until the new list is in its place.
        let _lock = lock.map_err(|source| failed(&path, source))?;
        let mut list = Self::load(dir)?;
        let changed = change(&mut list)?;
        list.save(dir)?;
        Ok(changed)
    }

    /// All tokens, in the order in which they were made.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Adds `token` under the hash of a new text, which is returned and kept nowhere. Tokens that ended long ago are
    /// forgotten.
    pub fn add(&mut self, mut token: Token, now: Micros) -> Result<Secret, TokensError> {
        let forgotten = Micros(now.0.saturating_sub(FORGOTTEN_AFTER_US));
        self.tokens.retain(|one| one.ended() > forgotten);
        if self.tokens.len() >= TOKENS_MAX {
            return Err(TokensError::Full);
        }
        let secret = Secret::generate()?;
        token.sha256 = secret.hash();
        self.tokens.push(token);
        Ok(secret)
    }

    /// Revokes the token `id`. One that was revoked before stays as it is.
    pub fn revoke(&mut self, id: &str, now: Micros) -> Result<Token, TokensError> {
        let token = self.tokens.iter_mut().find(|token| token.id == id);
        let token = token.ok_or_else(|| TokensError::Unknown { id: id.to_owned() })?;
        token.revoked.get_or_insert(now);
        Ok(token.clone())
    }

    fn parse(text: &str) -> Result<Self, String> {
        let layout: Layout<Vec<Token>> =
            serde_json::from_str(text).map_err(|error| error.to_string())?;
        if layout.format != FORMAT {
            return Err(format!("format {:?}, not {FORMAT:?}", layout.format));
        }
        if layout.tokens.len() > TOKENS_MAX {
            return Err(format!("more than {TOKENS_MAX} tokens"));
        }
        Ok(Self { tokens: layout.tokens })
    }

    fn save(&self, dir: &Path) -> Result<(), TokensError> {
        let layout = Layout { format: FORMAT.to_owned(), tokens: &self.tokens };
        let path = dir.join(TOKENS_FILE);
        let mut text = serde_json::to_vec_pretty(&layout)
            .map_err(|error| failed(&path, io::Error::other(error)))?;
        text.push(b'\n');
        replace(&path, &text).map_err(|source| failed(&path, source))
    }
}

/// Puts a file that only its owner may read under `path`: after a crash it is the old one or the new one.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let aside = path.with_extension("json.new");
    match fs::remove_file(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&aside, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn failed(path: &Path, source: io::Error) -> TokensError {
    TokensError::File { path: path.to_owned(), source }
}

const FORMAT: &str = "jejak-tokens/1";
const LOCK_FILE: &str = "tokens.lock";
/// More than so many tokens take.
const FILE_BYTES_MAX: u64 = 32 << 20;
/// A year after its end nobody asks for a token any more.
const FORGOTTEN_AFTER_US: u64 = 366 * 86_400 * 1_000_000;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use std::os::unix::fs::PermissionsExt as _;

    use jejak_ledger::rules::Class;
    use jejak_signer::Hash;

    use super::super::State;
    use super::*;

    const DAY: u64 = 86_400 * 1_000_000;

    fn token(id: &str, expires: u64) -> Token {
        Token {
            id: id.to_owned(),
            name: "Inspektorat".to_owned(),
            class: Class::Internal,
            ledgers: Some(vec!["61.07".to_owned()]),
            refusals: true,
            requests_per_minute: Some(60),
            created: Micros(DAY),
            expires: Micros(expires),
            revoked: None,
            sha256: Hash([0; 32]),
        }
    }

    fn added(dir: &Path, id: &str, expires: u64, now: u64) -> Result<Secret, TokensError> {
        TokenList::edit(dir, |list| list.add(token(id, expires), Micros(now)))
    }

    #[test]
    fn what_is_written_is_read_and_only_the_owner_may() {
        let dir = tempfile::tempdir().unwrap();
        assert!(TokenList::load(dir.path()).unwrap().tokens().is_empty());
        let secret = added(dir.path(), "t-1", 9 * DAY, DAY).unwrap();
        let list = TokenList::load(dir.path()).unwrap();
        assert_eq!(list.tokens(), [Token { sha256: secret.hash(), ..token("t-1", 9 * DAY) }]);
        let path = dir.path().join(TOKENS_FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!fs::read_to_string(&path).unwrap().contains(secret.reveal()));
    }

    #[test]
    fn a_token_ends_by_time_or_by_revocation() {
        let dir = tempfile::tempdir().unwrap();
        added(dir.path(), "t-1", 9 * DAY, DAY).unwrap();
        let state = |now| TokenList::load(dir.path()).unwrap().tokens()[0].state(Micros(now));
        assert_eq!(state(9 * DAY - 1), State::Active);
        assert_eq!(state(9 * DAY), State::Expired);
        let revoke =
            |id: &str, now| TokenList::edit(dir.path(), |list| list.revoke(id, Micros(now)));
        assert_eq!(revoke("t-1", 3 * DAY).unwrap().revoked, Some(Micros(3 * DAY)));
        assert_eq!(revoke("t-1", 4 * DAY).unwrap().revoked, Some(Micros(3 * DAY)), "once");
        assert_eq!(state(3 * DAY), State::Revoked);
        assert!(matches!(revoke("t-2", 0), Err(TokensError::Unknown { id }) if id == "t-2"));
    }

    #[test]
    fn a_token_is_forgotten_a_year_after_its_end_and_not_before() {
        let dir = tempfile::tempdir().unwrap();
        added(dir.path(), "old", 9 * DAY, DAY).unwrap();
        let ids = || {
            let list = TokenList::load(dir.path()).unwrap();
            list.tokens().iter().map(|token| token.id.clone()).collect::<Vec<_>>()
        };
        added(dir.path(), "a", 800 * DAY, (9 + 366) * DAY - 1).unwrap();
        assert_eq!(ids(), ["old", "a"]);
        added(dir.path(), "b", 800 * DAY, (9 + 366) * DAY).unwrap();
        assert_eq!(ids(), ["a", "b"]);
    }

    #[test]
    fn the_number_of_tokens_is_bounded() {
        let mut list = TokenList { tokens: vec![token("t", 9 * DAY); TOKENS_MAX] };
        assert!(matches!(list.add(token("u", 9 * DAY), Micros(DAY)), Err(TokensError::Full)));
    }

    #[test]
    fn a_file_that_is_not_exactly_a_list_of_tokens_is_broken() {
        let dir = tempfile::tempdir().unwrap();
        added(dir.path(), "t-1", 9 * DAY, DAY).unwrap();
        let path = dir.path().join(TOKENS_FILE);
        let good = fs::read_to_string(&path).unwrap();
        let wrong = [
            String::new(),
            "{}".to_owned(),
            good.replace("jejak-tokens/1", "jejak-tokens/2"),
            good.replace("\"internal\"", "\"secret\""),
            good.replace("\"refusals\"", "\"refusal\""),
            good.replace("1970-01-10", "1970-13-10"),
            good.replacen("\"sha256\": \"", "\"sha256\": \"x", 1),
            good[..good.len() / 2].to_owned(),
        ];
        for text in wrong {
            assert_ne!(text, good);
            fs::write(&path, &text).unwrap();
            let error = TokenList::load(dir.path()).unwrap_err();
            assert!(matches!(error, TokensError::Broken { .. }), "{text}: {error}");
        }
    }
}

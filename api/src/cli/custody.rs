//! The keys that commands sign with: opened wherever they are, what opens them read from where the user says
//! or asked of him on the terminal.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Result;
use clap::Args;
use jejak_ledger::custody::{
    CustodyError, KeyPlace, SecretError, SecretSource, Wanted, open_pkcs12,
};
use jejak_ledger::words;
use jejak_signer::{
    Algorithm, KeyError, Passphrase, Pkcs12, SignError, SigningKey, TokenError, TokenUri,
};

use super::causes::of_kind;
use super::exit::{Exit, Stop};
use super::key_words;
use super::talk::Talk;

/// Where the passphrase or the PIN of a key comes from.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Secret {
    /// Asal frasa sandi atau PIN: `file:BERKAS`, `env:NAMA`, `credential:NAMA`; bawaan: ditanyakan di terminal (where the
    /// passphrase or PIN comes from; default: the terminal asks)
    #[arg(long, value_name = "FROM", value_parser = source)]
    pub(crate) passphrase: Option<SecretSource>,
}

impl Secret {
    /// The key at `place`.
    pub(crate) fn key(&self, place: &KeyPlace) -> Result<SigningKey> {
        Ok(place.open(&mut |wanted| self.ask(wanted)).map_err(|error| stop(&error))?)
    }

    /// The key and the certificates of a PKCS #12 file.
    pub(crate) fn pkcs12(&self, path: &Path) -> Result<Pkcs12> {
        Ok(open_pkcs12(path, &mut |wanted| self.ask(wanted)).map_err(|error| stop(&error))?)
    }

    /// The PIN with which a token is to make a key; none, where its URI says where it is, or where there is nobody to
    /// ask.
    pub(crate) fn pin(&self, uri: &TokenUri) -> Result<Option<Passphrase>> {
        let read = match (uri.pin_source(), &self.passphrase) {
            (Some(source), _) => source.parse().and_then(|source: SecretSource| source.read()),
            (None, Some(source)) => source.read(),
            (None, None) => match self.ask(Wanted::Pin(uri)) {
                Err(SecretError::NotAnswered { .. }) => return Ok(None),
                asked => asked,
            },
        };
        let read = read.map_err(|error| CustodyError::Secret { place: uri.to_string(), error });
        Ok(Some(read.map_err(|error| stop(&error))?))
    }

    /// A new passphrase; one that is typed is typed twice.
    pub(crate) fn new_one(&self) -> Result<Passphrase> {
        let place = || "baru (new)".to_owned();
        let unread = |error| stop(&CustodyError::Secret { place: place(), error });
        if let Some(source) = &self.passphrase {
            return Ok(source.read().map_err(unread)?);
        }
        let asked = |question| prompt(question).map_err(unread);
        let first = asked("frasa sandi baru (new passphrase): ")?;
        if first == asked("sekali lagi (once more): ")? {
            return Ok(first);
        }
        Err(Stop::usage("keduanya tidak sama", "the two are not the same").into())
    }

    fn ask(&self, wanted: Wanted<'_>) -> Result<Passphrase, SecretError> {
        match (&self.passphrase, wanted) {
            (Some(source), _) => source.read(),
            (None, Wanted::Passphrase(path)) => {
                prompt(&format!("frasa sandi (passphrase) {}: ", path.display()))
            }
            (None, Wanted::Pin(uri)) => prompt(&format!("PIN {uri}: ")),
        }
    }
}

/// Asks on the terminal, whatever stdin and stdout are; what is typed is not shown.
fn prompt(question: &str) -> Result<Passphrase, SecretError> {
    let answer = rpassword::prompt_password(question);
    let answer = answer.map_err(|error| SecretError::NotAnswered { reason: error.to_string() })?;
    let reason = |error: KeyError| SecretError::NotAnswered { reason: error.to_string() };
    Passphrase::new(answer).map_err(reason)
}

/// The place of a key on a command line.
pub(crate) fn place(text: &str) -> Result<KeyPlace, Stop> {
    text.parse().map_err(|error| Stop::usage(key_words::uri(&error), error))
}

/// The source of a passphrase on a command line.
pub(crate) fn source(text: &str) -> Result<SecretSource, Stop> {
    text.parse().map_err(|error: SecretError| Stop::usage(secret(&error), error))
}

/// Whether the key at `option` can sign a log: the checkpoints of C2SP are signed with Ed25519 (vkeys of type 1).
pub(crate) fn check_log_key(key: &SigningKey, option: &str) -> Result<()> {
    let algorithm = key.algorithm();
    if algorithm == Algorithm::Ed25519 {
        return Ok(());
    }
    let name = algorithm.name();
    let indonesian = format!(
        "{option}: ini kunci {name}; kunci log harus Ed25519: buat dengan `jejak key new --alg Ed25519 --out baru.pem`"
    );
    let english = format!("this is a key for {name}: a log key is an Ed25519 key");
    Err(Stop::usage(indonesian, english).into())
}

/// Says where others can read the file of a key that is about to sign.
pub(crate) fn warn_if_open(place: &KeyPlace, talk: Talk) {
    let KeyPlace::File(path) = place else { return };
    warn_if_file_open(path, talk);
}

/// The same of a file.
pub(crate) fn warn_if_file_open(path: &Path, talk: Talk) {
    let mode = fs::metadata(path).map_or(0, |found| found.permissions().mode());
    if mode & 0o077 != 0 {
        let mode = mode & 0o777;
        talk.say(
            format!(
                "awas: {} dapat dibaca orang lain ({mode:o}); jalankan chmod 600",
                path.display()
            ),
            "warning: others may read this private key: chmod 600",
        );
    }
}

/// Why a key is not to be had, in both languages, with its ending.
pub(crate) fn stop(error: &CustodyError) -> Stop {
    let place = |text: &str| format!("kunci {text}");
    match error {
        CustodyError::File { path, error: cause } => {
            let said = place(&path.display().to_string());
            let exit = of_kind(cause.kind()).unwrap_or(Exit::Error);
            let missing = exit == Exit::NotFound;
            let why = if missing { "tidak ada" } else { "tidak dapat dibaca" };
            Stop::new(exit, format!("{said} {why}"), cause)
        }
        CustodyError::Open { path } => Stop::new(
            Exit::NotPermitted,
            format!("{} dapat dibaca orang lain; jalankan chmod 600", path.display()),
            "others may read it: chmod 600",
        ),
        CustodyError::TooLong { path, bytes_max } => Stop::usage(
            format!("{} lebih dari {bytes_max} bita", path.display()),
            "too long for a key",
        ),
        CustodyError::Key { path, error } => {
            let said = place(&path.display().to_string());
            Stop::new(Exit::Error, format!("{said}: {}", words::key(error).id), error)
        }
        CustodyError::Uri { uri, error } => {
            Stop::usage(format!("{}: {}", place(uri), key_words::uri(error)), error)
        }
        CustodyError::Token { uri, error } => {
            let said = format!("{}: {}", place(uri), key_words::token(error));
            Stop::new(ending(error), said, error)
        }
        CustodyError::Secret { place: whose, error } => {
            let exit = match error {
                SecretError::File { error, .. } => of_kind(error.kind()).unwrap_or(Exit::Error),
                SecretError::Open { .. } => Exit::NotPermitted,
                _ => Exit::Usage,
            };
            Stop::new(exit, format!("{}: {}", place(whose), secret(error)), error)
        }
        other => Stop::new(Exit::Error, "kunci tidak dapat dipakai", other),
    }
}

/// Why a statement was not signed: of a token, in both languages.
pub(crate) fn unsigned(error: SignError) -> anyhow::Error {
    match error {
        SignError::Token(error) => {
            Stop::new(ending(&error), key_words::token(&error), error).into()
        }
        other => other.into(),
    }
}

fn ending(error: &TokenError) -> Exit {
    match error {
        TokenError::TokenAbsent | TokenError::ObjectNotFound => Exit::NotFound,
        TokenError::PinMissing
        | TokenError::TokenAmbiguous { .. }
        | TokenError::ObjectAmbiguous { .. }
        | TokenError::ObjectExists => Exit::Usage,
        _ => Exit::Error,
    }
}

fn secret(error: &SecretError) -> String {
    match error {
        SecretError::Malformed { source_text } => {
            format!("{source_text:?} bukan file:BERKAS, env:NAMA, atau credential:NAMA")
        }
        SecretError::NotNamed => "perlu frasa sandi atau PIN, dan asalnya tidak disebut".to_owned(),
        SecretError::File { path, .. } => format!("{} tidak dapat dibaca", path.display()),
        SecretError::Open { path } => {
            format!("{} dapat dibaca orang lain; jalankan chmod 600", path.display())
        }
        SecretError::Variable { name } => format!("variabel {name} tidak berisi teks"),
        SecretError::NoCredentials => {
            "CREDENTIALS_DIRECTORY tidak ada: systemd memberikannya dengan LoadCredential="
                .to_owned()
        }
        SecretError::Unfit { from, error } => format!("{from}: {}", words::key(error).id),
        SecretError::NotAnswered { .. } => {
            "perlu frasa sandi atau PIN dan tidak ada terminal untuk bertanya; beri --passphrase"
                .to_owned()
        }
        _ => "frasa sandi tidak dapat dibaca".to_owned(),
    }
}

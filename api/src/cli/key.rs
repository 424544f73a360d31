//! `jejak key`: makes signing keys, shows them, and changes the passphrases of those that are encrypted.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use jejak_ledger::custody::{CustodyError, KeyPlace, SecretSource};
use jejak_ledger::log::{SignatureType, Vkey};
use jejak_signer::{Algorithm, SigningKey, TokenUri};
use serde_json::json;

use super::custody::{self, Secret, place};
use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::{Context, durable, files};

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Buat kunci baru (make a new key)
    New(New),
    /// Algoritma dan kunci publik dari sebuah kunci (algorithm and public key of a key)
    Show(Show),
    /// Ganti frasa sandi sebuah kunci, atau enkripsi kunci itu (change a key's passphrase, or encrypt it)
    Passphrase(NewPassphrase),
}

/// A new key.
#[derive(Debug, Args)]
#[command(after_help = NEW_EXAMPLES)]
pub(crate) struct New {
    /// Algoritma: Ed25519, ES256, ES384, RS256, PS256 (algorithm; the last two make RSA-2048)
    #[arg(long, default_value = "Ed25519", value_parser = algorithm)]
    alg: Algorithm,
    /// Berkas PKCS#8 PEM, 0600, tidak pernah ditimpa (the file to write)
    #[arg(long, value_name = "PEM", required_unless_present = "token")]
    out: Option<PathBuf>,
    /// Enkripsi berkas itu: PBES2, PBKDF2 600000 kali, AES-256 (encrypt the file)
    #[arg(long, conflicts_with = "token")]
    encrypt: bool,
    /// Buat di token PKCS#11, tidak dapat dikeluarkan: pkcs11:token=...;object=...?module-path=... (make it on a token,
    /// not extractable)
    #[arg(long, value_name = "URI", value_parser = token, conflicts_with = "out")]
    token: Option<TokenUri>,
    #[command(flatten)]
    secret: Secret,
}

/// What a key is.
#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub(crate) struct Show {
    /// Berkas PEM, atau URI pkcs11: (a PEM file or a pkcs11: URI)
    #[arg(value_name = "KEY", value_parser = place, required_unless_present = "p12")]
    key: Option<KeyPlace>,
    /// Berkas PKCS #12, .p12 atau .pfx (a PKCS #12 file)
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    p12: Option<PathBuf>,
    /// Asal log yang ditandatangani kunci ini, untuk vkey (the origin of the log that the key signs, for its vkey)
    #[arg(long)]
    origin: Option<String>,
    #[command(flatten)]
    secret: Secret,
}

/// Another passphrase.
#[derive(Debug, Args)]
#[command(after_help = PASSPHRASE_EXAMPLES)]
pub(crate) struct NewPassphrase {
    /// Berkas PEM; diganti sekaligus (the PEM file; replaced in one step)
    #[arg(value_name = "PEM")]
    key: PathBuf,
    #[command(flatten)]
    secret: Secret,
    /// Asal frasa sandi baru: `file:BERKAS`, `env:NAMA`, `credential:NAMA`; bawaan: ditanyakan dua kali (where the new
    /// passphrase comes from; default: it is asked twice)
    #[arg(long = "new-passphrase", value_name = "FROM", value_parser = custody::source)]
    new: Option<SecretSource>,
}

impl Key {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        match self {
            Self::New(new) => new.run(context),
            Self::Show(show) => show.run(context),
            Self::Passphrase(new) => new.run(context),
        }
    }
}

impl New {
    fn run(&self, context: &Context) -> Result<Exit> {
        let place = match (&self.token, &self.out) {
            (Some(uri), _) => {
                let pin = self.secret.pin(uri)?;
                SigningKey::generate_on_token(uri, pin.as_ref(), self.alg).map_err(|error| {
                    custody::stop(&CustodyError::Token { uri: uri.to_string(), error })
                })?;
                uri.to_string()
            }
            (None, Some(out)) => {
                self.check_secret()?;
                let key = SigningKey::generate(self.alg)?;
                let pem = if self.encrypt {
                    key.to_encrypted_pem(&self.secret.new_one()?)?
                } else {
                    key.to_pkcs8_pem()?
                };
                files::write_secret(out, &pem)?;
                out.display().to_string()
            }
            (None, None) => return Err(Stop::usage("--out atau --token", "one of the two").into()),
        };
        context.talk.say(format!("kunci {} ditulis", self.alg), "key written");
        context.output.object(&json!({ "algorithm": self.alg.name(), "key": place }))?;
        Ok(Exit::Ok)
    }

    /// A passphrase for a key that would lie there in the clear is a misunderstanding.
    fn check_secret(&self) -> Result<()> {
        if self.secret.passphrase.is_some() && !self.encrypt {
            let indonesian = "--passphrase hanya dengan --encrypt atau --token";
            return Err(Stop::usage(indonesian, "with --encrypt or --token only").into());
        }
        Ok(())
    }
}

impl Show {
    fn run(&self, context: &Context) -> Result<Exit> {
        let key = match (&self.p12, &self.key) {
            (Some(file), _) => self.secret.pkcs12(file)?.key,
            (None, Some(place)) => self.secret.key(place)?,
            (None, None) => return Err(Stop::usage("KEY atau --p12", "one of the two").into()),
        };
        let spki = key.public_key().spki_der();
        let mut shown = json!({
            "algorithm": key.algorithm().name(),
            "public_key": STANDARD.encode(spki),
            "public_key_sha256": jejak_signer::Hash::of(spki).to_string(),
            "extractable": !key.is_elsewhere(),
        });
        if let Some(origin) = &self.origin {
            let vkey = Vkey::new(origin, SignatureType::Ed25519, key.public_key());
            let named = || format!("vkey {origin}");
            let vkey = json!(vkey.with_context(named)?.to_string());
            shown.as_object_mut().and_then(|shown| shown.insert("vkey".to_owned(), vkey));
        }
        context.output.object(&shown)?;
        Ok(Exit::Ok)
    }
}

impl NewPassphrase {
    fn run(&self, context: &Context) -> Result<Exit> {
        let key = self.secret.key(&KeyPlace::File(self.key.clone()))?;
        let new = Secret { passphrase: self.new.clone() }.new_one()?;
        let pem = key.to_encrypted_pem(&new)?;
        durable::put_secret(&self.key, pem.as_bytes())?;
        context.talk.say(
            format!("frasa sandi {} diganti", self.key.display()),
            "its passphrase is changed; copies still open with the old one",
        );
        Ok(Exit::Ok)
    }
}

/// An algorithm by its name, in any case.
pub(crate) fn algorithm(name: &str) -> Result<Algorithm, Stop> {
    let mut known = Algorithm::ALL.into_iter();
    let named = known.find(|algorithm| algorithm.name().eq_ignore_ascii_case(name));
    named.ok_or_else(|| {
        let accepted = Algorithm::ALL.map(Algorithm::name).join(", ");
        Stop::usage(format!("algoritma tidak dikenal: {name}"), format!("one of {accepted}"))
    })
}

fn token(text: &str) -> Result<TokenUri, Stop> {
    match place(text)? {
        KeyPlace::Token(uri) => Ok(*uri),
        KeyPlace::File(_) => Err(Stop::usage("bukan URI pkcs11:", "not a pkcs11: URI")),
    }
}

const NEW_EXAMPLES: Examples = Examples(&[
    ("kunci Ed25519", "an Ed25519 key", "jejak key new --out /tmp/ed25519.key.pem"),
    (
        "kunci P-256, terenkripsi",
        "a P-256 key, encrypted",
        "umask 077 && echo 'kuda baterai staples' > /tmp/sandi && \\
  jejak key new --alg ES256 --out /tmp/es256.key.pem --encrypt --passphrase file:/tmp/sandi",
    ),
]);
const SHOW_EXAMPLES: Examples = Examples(&[
    (
        "kunci penandatangan",
        "a signer's key",
        "jejak key show /tmp/jejak/demo/kepala-dinas-kesehatan.key.pem",
    ),
    (
        "kunci log dan vkey-nya",
        "a log key and its vkey",
        "jejak key show /tmp/jejak/keys/61.07.pem --origin jejak.example.go.id/61.07",
    ),
]);
const PASSPHRASE_EXAMPLES: Examples = Examples(&[
    (
        "enkripsi kunci yang masih terbuka",
        "encrypt a key that is not yet",
        "umask 077 && echo 'kuda baterai staples' > /tmp/sandi && \\
  jejak key new --out /tmp/terbuka.key.pem && \\
  jejak key passphrase /tmp/terbuka.key.pem --new-passphrase file:/tmp/sandi",
    ),
    (
        "ganti frasa sandi",
        "change the passphrase",
        "umask 077 && echo 'kuda baterai staples' > /tmp/sandi && echo 'yang baru' > /tmp/sandi-baru && \\
  jejak key new --out /tmp/rahasia.key.pem --encrypt --passphrase file:/tmp/sandi && \\
  jejak key passphrase /tmp/rahasia.key.pem --passphrase file:/tmp/sandi \\
  --new-passphrase file:/tmp/sandi-baru",
    ),
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithms_have_one_name_each() {
        assert_eq!(algorithm("ed25519"), Ok(Algorithm::Ed25519));
        for known in Algorithm::ALL {
            assert_eq!(algorithm(known.name()), Ok(known));
        }
        assert!(algorithm("none").is_err());
    }
}

//! `jejak key new`: a signing key in a file that only its owner may read.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use jejak_signer::{Algorithm, SigningKey};
use serde_json::json;

use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::{Context, files};

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Buat kunci baru (make a new key)
    New(New),
}

/// A new key.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct New {
    /// Algoritma: Ed25519, ES256, ES384, RS256, PS256 (algorithm; the last two make RSA-2048)
    #[arg(long, default_value = "Ed25519", value_parser = algorithm)]
    alg: Algorithm,
    /// Berkas PKCS#8 PEM, 0600, tidak pernah ditimpa (the file to write)
    #[arg(long, value_name = "PEM")]
    out: PathBuf,
}

impl Key {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let Self::New(new) = self;
        let key = SigningKey::generate(new.alg)?;
        files::write_secret(&new.out, &key.to_pkcs8_pem()?)?;
        context.talk.say(format!("kunci {} ditulis", new.alg), "key written");
        context.output.object(&json!({ "algorithm": new.alg.name(), "key": new.out }))?;
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

const EXAMPLES: Examples = Examples(&[
    ("kunci Ed25519", "an Ed25519 key", "jejak key new --out /tmp/ed25519.key.pem"),
    ("kunci P-256", "a P-256 key", "jejak key new --alg ES256 --out /tmp/es256.key.pem"),
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

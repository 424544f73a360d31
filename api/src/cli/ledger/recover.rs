//! `jejak ledger recover`: puts another log key in force where the one that was is lost. Offline: without its log key a
//! ledger is not served.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use jejak_ledger::custody::{DirectoryKeys, KeyPlace, LogKey};
use jejak_ledger::rules::Language;
use jejak_ledger::{Ledgers, RECOVERY_STATEMENTS_MAX, RecoverError, Recovered, StillInForce};
use serde_json::{Value, json};

use crate::cli::custody;
use crate::cli::examples::Examples;
use crate::cli::exit::{Exit, Stop};
use crate::cli::serve::configuration;
use crate::cli::{Context, files, shapes, source};

/// Puts another log key in force.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Recover {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: PathBuf,
    /// Kode wilayah (region), e.g. 61.07
    #[arg(long)]
    region: String,
    /// Kunci log yang baru: berkas PEM (disalin) atau URI pkcs11:; bawaan: yang pertama disebut konfigurasi
    /// (the new log key; default: the first that the configuration names)
    #[arg(long, value_name = "KEY", value_parser = custody::place)]
    log_key: Option<KeyPlace>,
    /// Pernyataan bertanda tangan kedua otoritas, menurut urutan (the signed statements of both authorities, in order)
    #[arg(value_name = "FILE", required = true, num_args = 1..)]
    statements: Vec<PathBuf>,
}

impl Recover {
    pub(super) fn run(&self, context: &Context) -> Result<Exit> {
        source::check_directory(&self.dir)?;
        let settings = configuration(context, Some(&self.dir))?.ledger;
        let log_key = match (&self.log_key, settings.log_keys.contains_key(&self.region)) {
            (Some(_), true) => {
                let indonesian = "konfigurasi sudah menyebut kunci log buku besar ini";
                let english =
                    "the configuration names the log key of this ledger: give one of the two";
                return Err(Stop::usage(indonesian, english).into());
            }
            (Some(place), false) => LogKey::at(place.clone(), &settings),
            (None, true) => LogKey::named(&self.region, &DirectoryKeys::new(&self.dir, &settings)),
            (None, false) => {
                let (id, en) =
                    ("--log-key diperlukan", "--log-key is needed: which key is the new one?");
                return Err(Stop::usage(id, en).into());
            }
        };
        let log_key = log_key.map_err(|error| custody::stop(&error))?;
        custody::check_log_key(log_key.key(), "--log-key")?;
        let clock = Arc::clone(&context.clock);
        let statements = self.statements()?;
        let recovered =
            Ledgers::recover(&self.dir, settings, clock, &self.region, log_key, statements);
        let recovered = recovered.map_err(|error| self.explained(error))?;
        context.talk.say(
            "kunci log baru berlaku; buku besar dapat dilayani lagi",
            "the new log key is in force: the ledger can be served again",
        );
        tell_the_rest(context, &recovered);
        context.output.object(&json!({
            "region": self.region,
            "keys": recovered.keys.all().iter().map(shapes::log_key).collect::<Vec<_>>(),
            "positions": recovered.positions.iter().map(|position| position.0).collect::<Vec<_>>(),
            "checkpoint": recovered.checkpoint,
            "former": recovered.former,
            "still_in_force": recovered.still_in_force.iter().map(still_in_force).collect::<Vec<_>>(),
        }))?;
        Ok(Exit::Ok)
    }

    /// One statement in each file, or one in each line.
    fn statements(&self) -> Result<Vec<Vec<u8>>> {
        let mut statements = Vec::new();
        for path in &self.statements {
            let text = files::read_text(path)?;
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            statements.extend(lines.map(|line| line.as_bytes().to_vec()));
        }
        Ok(statements)
    }

    fn explained(&self, error: RecoverError) -> anyhow::Error {
        match error {
            RecoverError::Open(error) => source::explained(error, &self.dir),
            RecoverError::NoLedger { region } => {
                Stop::not_found(format!("tidak ada buku besar {region}"), "no such ledger").into()
            }
            RecoverError::TooMany => Stop::usage(
                format!("lebih dari {RECOVERY_STATEMENTS_MAX} pernyataan"),
                "too many statements",
            )
            .into(),
            RecoverError::Refused { line, refusal } => Stop::new(
                Exit::Refused,
                format!(
                    "pernyataan {line} ditolak: {} ({}); tidak ada yang dicatat",
                    refusal.detail(Language::Indonesian),
                    refusal.code()
                ),
                format!(
                    "statement {line} is refused: {}; nothing is recorded",
                    refusal.detail(Language::English)
                ),
            )
            .into(),
            RecoverError::NotInForce { in_force } => Stop::new(
                Exit::Refused,
                format!(
                    "sesudah pernyataan ini kunci log yang diberikan tidak berlaku; yang berlaku: {}; tidak ada yang \
                     dicatat",
                    in_force.join(", ")
                ),
                "after these statements the given log key is not in force: they must add it, signed by both \
                 authorities; nothing is recorded",
            )
            .into(),
            RecoverError::NotKept(error) => custody::stop(&error).into(),
            other @ RecoverError::Failed(_) => {
                anyhow::Error::new(other).context(self.dir.display().to_string())
            }
        }
    }
}

/// What lies aside, and which other keys count still: the statements need not have retired the lost one.
fn tell_the_rest(context: &Context, recovered: &Recovered) {
    if let Some(former) = &recovered.former {
        let former = former.display();
        context.talk.say(
            format!("berkas kunci yang tadinya di tempat itu kini {former}"),
            format!("the key file that was in that place is {former} now"),
        );
    }
    for StillInForce { vkey, file } in &recovered.still_in_force {
        match file.as_ref().map(|file| file.display()) {
                Some(file) => context.talk.say(
                    format!(
                        "kunci {vkey} MASIH BERLAKU; {file} memuatnya: jaga berkas itu sampai ledger.key_retired \
                         dicatat"
                    ),
                    format!(
                        "the key {vkey} is STILL IN FORCE, and {file} holds it: guard that file until \
                         ledger.key_retired is recorded"
                    ),
                ),
                None => context.talk.say(
                    format!(
                        "kunci {vkey} MASIH BERLAKU: pernyataan ini tidak mengakhirinya; catat ledger.key_retired bila \
                         kunci itu hilang"
                    ),
                    format!(
                        "the key {vkey} is STILL IN FORCE: these statements do not retire it; record ledger.key_retired \
                         if it is lost"
                    ),
                ),
            }
    }
}

fn still_in_force(key: &StillInForce) -> Value {
    json!({ "vkey": key.vkey.to_string(), "file": key.file })
}

const EXAMPLES: Examples = Examples(&[
    (
        "kunci log hilang",
        "the log key is lost",
        "jejak ledger recover --dir /tmp/jejak --region 61.07 --log-key /tmp/log-baru.pem \\
  /tmp/key-added.jws /tmp/key-added-2.jws  # exit 6",
    ),
    (
        "kunci baru menurut konfigurasi",
        "the configuration names the new key",
        "jejak ledger recover --dir /tmp/tidak-ada --region 61.07 /tmp/pernyataan.jsonl  # exit 6",
    ),
]);

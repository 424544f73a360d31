//! `jejak evidence renew`: hashes every segment under SHA-512, names every stamp that is kept, and has it stamped.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use jejak_ledger::Ledgers;
use jejak_signer::Hash512;
use serde_json::json;

use super::authority::{Trusted, stamp};
use crate::cli::examples::Examples;
use crate::cli::exit::{Exit, Stop};
use crate::cli::serve::configuration;
use crate::cli::{Context, source};

/// Renews the evidence of one ledger.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Renew {
    /// Direktori data; server harus berhenti (data directory; no server may have it open)
    #[arg(long)]
    dir: PathBuf,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Alamat otoritas stempel waktu (the time-stamping authority, RFC 3161)
    #[arg(long, value_name = "URL")]
    tsa: String,
    /// Berkas berisi nama:sandi untuk otoritas itu (a file with user:password for it)
    #[arg(long, value_name = "FILE")]
    tsa_login: Option<PathBuf>,
    #[command(flatten)]
    trusted: Trusted,
}

impl Renew {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let authorities = self.trusted.authorities()?;
        if authorities.is_empty() {
            let english = "without a root that is trusted no token counts";
            return Err(Stop::usage("--anchor diperlukan", english).into());
        }
        source::check_directory(&self.dir)?;
        let settings = configuration(context, Some(&self.dir))?.ledger;
        let ledgers = Ledgers::open(&self.dir, settings, context.clock.clone())
            .map_err(|error| source::explained(error, &self.dir))?;
        let missing =
            || Stop::not_found(format!("tidak ada buku besar {}", self.ledger), "no such ledger");
        let ledger = ledgers.ledger(&self.ledger).ok_or_else(missing)?;
        let renewal = ledger.prepare_renewal()?;
        let text = renewal.to_string();
        let login = self.tsa_login.as_deref();
        let (token, timestamp) = stamp(&self.tsa, login, text.as_bytes(), &authorities)?;
        let number = ledger.keep_renewal(&renewal, &token, &authorities)?;
        context.talk.say(
            "diperbarui; periksa dengan `jejak audit`, lalu buat cadangan",
            "renewed; audit the directory, then back it up",
        );
        let stamps = ledger.view().stamps_named(&renewal)?;
        let counted = stamps.unwrap_or_default();
        context.talk.say(
            format!("menyebut {counted} stempel yang sudah ada sebelumnya, dan distempel sekarang"),
            "so many stamps that were there before are named in it (stamps); its own is token",
        );
        context.output.object(&json!({
            "number": number,
            "size": renewal.size,
            "segments": renewal.segments.len(),
            "stamps": stamps,
            "stamp_lists": renewal.lists.len(),
            "sha512": Hash512::of(text.as_bytes()).to_string(),
            "token": token.digest().to_string(),
            "existed_at": super::show::time(timestamp.existed_at())?,
        }))?;
        Ok(Exit::Ok)
    }
}

const EXAMPLES: Examples = Examples(&[
    (
        "tanpa akar tepercaya tidak ada yang diterima",
        "without a trusted root no token is taken",
        "jejak evidence renew --dir /tmp/jejak --ledger 61.07 --tsa http://127.0.0.1:9/tsa  # exit 2",
    ),
    (
        "otoritas yang tidak menjawab",
        "an authority that does not answer",
        "jejak evidence renew --dir /tmp/jejak --ledger 61.07 --tsa http://127.0.0.1:9/tsa \\\n --anchor /tmp/jejak/demo/anchor.pem  # exit 3",
    ),
]);

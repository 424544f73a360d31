//! `jejak sign`: the statement of one event, signed here and nowhere else.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use jejak_ledger::event::Event;
use jejak_signer::{Typ, json};

use super::examples::Examples;
use super::exit::Exit;
use super::signatory::KeyAndCertificate;
use super::{Context, files, output};

/// Signs an event.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Sign {
    #[command(flatten)]
    signer: KeyAndCertificate,
    /// Jenis pernyataan (what kind of statement)
    #[arg(long, value_enum, default_value_t = Kind::Event)]
    typ: Kind,
    /// Pernyataan uji untuk `?dry_run=true`; sama dengan `--typ trial` (a trial, never recorded)
    #[arg(long, conflicts_with = "typ")]
    trial: bool,
    /// Waktu tanda tangan dalam detik Unix; bawaan: sekarang (signing time; default: now)
    #[arg(long, value_name = "SECONDS")]
    iat: Option<u64>,
    /// Peristiwa sebagai JSON; `-` untuk stdin (the event; its bytes are signed as they are)
    #[arg(value_name = "EVENT.json")]
    event: PathBuf,
}

/// The kinds of statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Peristiwa untuk dicatat (an event to be recorded)
    Event,
    /// Peristiwa untuk diuji saja (a trial, never recorded)
    Trial,
    /// Bukti penguasaan kunci untuk `signer.enrolled` (proof that the holder has the key)
    Possession,
}

impl Sign {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let payload = files::read(&self.event)?;
        let payload = payload.trim_ascii();
        check(self.kind(), payload).with_context(|| self.event.display().to_string())?;
        let signatory = self.signer.need(context.talk)?;
        let iat = self.iat.unwrap_or_else(|| context.now_s());
        let statement = match self.kind() {
            Kind::Event => signatory.statement(Typ::Event, Some(iat), payload),
            Kind::Trial => signatory.statement(Typ::Trial, Some(iat), payload),
            Kind::Possession => signatory.statement(Typ::Possession, None, payload),
        };
        output::line(statement?)?;
        Ok(Exit::Ok)
    }

    fn kind(&self) -> Kind {
        if self.trial { Kind::Trial } else { self.typ }
    }
}

/// Is the payload what its kind of statement may carry?
fn check(kind: Kind, payload: &[u8]) -> Result<()> {
    match kind {
        Kind::Event | Kind::Trial => Event::parse(payload).map(drop)?,
        Kind::Possession => json::parse_object(payload).map(drop)?,
    }
    Ok(())
}

const EXAMPLES: Examples = Examples(&[
    (
        "tanda tangani; kirim dengan jejak post",
        "sign it; jejak post sends it",
        "jejak sign --key /tmp/jejak/demo/kepala-dinas-kesehatan.key.pem \\\n  --cert /tmp/jejak/demo/kepala-dinas-kesehatan.pem /tmp/jejak/demo/event.json > /tmp/event.jws",
    ),
    (
        "uji coba, tidak pernah dicatat",
        "a trial, never recorded",
        "jejak sign --key /tmp/jejak/demo/kepala-dinas-kesehatan.key.pem --typ trial \\\n  --cert /tmp/jejak/demo/kepala-dinas-kesehatan.pem - \\\n  < /tmp/jejak/demo/event.json > /tmp/trial.jws",
    ),
]);

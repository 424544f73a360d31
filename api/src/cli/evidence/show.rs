//! `jejak evidence show`: the renewals of a ledger, verified under the roots that the caller trusts.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_ledger::KeptRenewal;
use jejak_signer::{Timestamp, TimestampAuthority, TimestampError, TimestampToken};
use jiff::Timestamp as Instant;
use serde_json::{Value, json};

use super::authority::Trusted;
use crate::cli::examples::Examples;
use crate::cli::exit::Exit;
use crate::cli::{Context, output, source};

/// Shows the renewals of one ledger.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: PathBuf,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    #[command(flatten)]
    trusted: Trusted,
}

impl Show {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let authorities = self.trusted.authorities()?;
        let archive = source::archive(&self.dir, context)?;
        let view = source::view(&archive, &self.ledger)?;
        let (mut rows, mut exit) = (Vec::new(), Exit::Ok);
        for kept in view.renewals()? {
            let verified = verified(&kept, &authorities);
            match (&verified, exit) {
                (Some(Err(_)), _) => exit = Exit::VerificationFailed,
                (None, Exit::Ok) => exit = Exit::Indeterminate,
                _ => {}
            }
            rows.push(row(&kept, view.stamps_named(&kept.renewal)?, verified)?);
        }
        if rows.is_empty() {
            context.talk.say("belum pernah diperbarui", "nothing was renewed yet");
        } else if authorities.is_empty() {
            context.talk.say(
                "tanpa --anchor stempelnya tidak diperiksa",
                "without --anchor the stamps are not verified",
            );
        }
        context.output.rows(&COLUMNS, &rows, &rows)?;
        Ok(exit)
    }
}

/// What the token says, where anybody is trusted to stamp.
fn verified(
    kept: &KeptRenewal,
    authorities: &[TimestampAuthority],
) -> Option<Result<Timestamp, TimestampError>> {
    if authorities.is_empty() {
        return None;
    }
    let token = TimestampToken::parse(&kept.token);
    let text = kept.renewal.to_string();
    Some(token.and_then(|token| token.verify(text.as_bytes(), authorities)))
}

/// `stamps`: how many the renewal names; none where one of its lists is not held.
fn row(
    kept: &KeptRenewal,
    stamps: Option<usize>,
    verified: Option<Result<Timestamp, TimestampError>>,
) -> Result<Value> {
    let renewal = &kept.renewal;
    let row = json!({
        "number": kept.number,
        "size": renewal.size,
        "segments": renewal.segments.len(),
        "stamps": stamps,
        "stamp_lists": renewal.lists.len(),
    });
    let (verdict, more) = match verified {
        None => ("not checked", Vec::new()),
        Some(Err(error)) => ("bad", vec![("reason", error.to_string())]),
        Some(Ok(timestamp)) => (
            "ok",
            vec![
                ("existed_at", time(timestamp.existed_at())?),
                ("hash", timestamp.algorithm().name().to_owned()),
                ("policy", timestamp.policy().to_owned()),
                ("serial", timestamp.serial().to_owned()),
            ],
        ),
    };
    let row = output::with(row, "verdict", verdict.into());
    Ok(more.into_iter().fold(row, |row, (name, value)| output::with(row, name, value.into())))
}

/// Unix seconds as RFC 3339.
pub(super) fn time(seconds: i64) -> Result<String> {
    Ok(Instant::from_second(seconds).context("waktu (time)")?.to_string())
}

const COLUMNS: [&str; 8] =
    ["number", "size", "segments", "stamps", "existed_at", "hash", "verdict", "reason"];
const EXAMPLES: Examples = Examples(&[
    (
        "pembaruan yang disimpan",
        "the renewals that are kept",
        "jejak evidence show --dir /tmp/jejak --ledger 61.07",
    ),
    (
        "diperiksa terhadap akar otoritas",
        "verified under the authority's root",
        "jejak evidence show --dir /tmp/jejak --ledger 61.07 --anchor /tmp/jejak/demo/anchor.pem -o json",
    ),
]);

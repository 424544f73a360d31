//! `jejak token`: gives readers tokens, lists them, takes them back. It changes the list in the data directory; a running
//! server sees the change at the next request.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, Subcommand};
use jejak_api::tokens::{Token, TokenList, UsedFile};
use jejak_ledger::log::Micros;
use jejak_ledger::rules::Class;
use jejak_signer::Hash;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::moment::{Edge, WIB};
use super::{Context, output, source};

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Beri token baru; teksnya tampil sekali di stdout (make one; its text is shown once, on stdout)
    New(New),
    /// Daftar token, tanpa teksnya (list them, without their texts)
    List(List),
    /// Cabut token; berlaku seketika (take one back; at once)
    Revoke(Revoke),
}

/// Makes a token.
#[derive(Debug, Args)]
#[command(after_help = NEW_EXAMPLES)]
pub(crate) struct New {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: PathBuf,
    /// Untuk siapa (who or what it is for)
    #[arg(long, value_parser = name)]
    name: String,
    /// Kelas tertinggi yang boleh dibaca (the highest class it opens)
    #[arg(long, value_parser = ["public", "internal", "restricted"])]
    class: String,
    /// Hanya buku besar ini; tanpa ini semuanya (only these ledgers; default: all), e.g. 61.07
    #[arg(long = "ledger", value_name = "REGION", num_args = 1..)]
    ledgers: Vec<String>,
    /// Berlaku sampai akhir hari ini (WIB), saat ini, atau selama ini, paling lama 366 hari
    /// (until the end of a day, UTC+7, a time, or for a while, e.g. 2026-12-31, 90d, 12h)
    #[arg(long, value_name = "DAY|TIME|DURATION")]
    expires: String,
    /// Boleh membaca penolakan yang disimpan (may read the refusals that are kept)
    #[arg(long)]
    refusals: bool,
    /// Permintaan tiap menit, ganti bawaan server (requests a minute, instead of the server's default)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    requests_per_minute: Option<u32>,
}

/// Lists tokens.
#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
pub(crate) struct List {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: PathBuf,
}

/// Revokes a token.
#[derive(Debug, Args)]
#[command(after_help = REVOKE_EXAMPLES)]
pub(crate) struct Revoke {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: PathBuf,
    /// Id token, lihat `token list` (its id)
    id: String,
}

impl Command {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        match self {
            Self::New(new) => new.run(context),
            Self::List(list) => list.run(context),
            Self::Revoke(revoke) => revoke.run(context),
        }
    }
}

impl New {
    fn run(&self, context: &Context) -> Result<Exit> {
        source::check_directory(&self.dir)?;
        check_ledgers(&self.dir, &self.ledgers)?;
        let now = context.clock.now();
        let token = Token {
            id: Uuid::new_v4().simple().to_string().chars().take(ID_CHARS).collect(),
            name: self.name.clone(),
            class: class(&self.class),
            ledgers: (!self.ledgers.is_empty()).then(|| self.ledgers.clone()),
            refusals: self.refusals,
            requests_per_minute: self.requests_per_minute,
            created: now,
            expires: expiry(&self.expires, now)?,
            revoked: None,
            sha256: Hash([0; Hash::BYTES]),
        };
        let (id, expires) = (token.id.clone(), time(token.expires));
        let secret = TokenList::edit(&self.dir, |list| list.add(token, now))?;
        context.talk.say(
            format!("token {id} untuk {}, sampai {expires}; teksnya tidak tampil lagi", self.name),
            "keep the text safe: it is not shown again",
        );
        output::line(secret.reveal())?;
        Ok(Exit::Ok)
    }
}

impl List {
    fn run(&self, context: &Context) -> Result<Exit> {
        source::check_directory(&self.dir)?;
        let now = context.clock.now();
        let list = TokenList::load(&self.dir)?;
        let used = UsedFile::load(&self.dir);
        let row = |token: &Token| -> Value {
            json!({
                "id": token.id,
                "name": token.name,
                "class": token.class,
                "ledgers": token.ledgers,
                "refusals": token.refusals,
                "requests_per_minute": token.requests_per_minute,
                "created": time(token.created),
                "expires": time(token.expires),
                "revoked": token.revoked.map(time),
                "last_used": used.used().day(&token.id).map(|day| day.to_string()),
                "state": token.state(now).name(),
            })
        };
        let rows: Vec<Value> = list.tokens().iter().map(row).collect();
        context.output.rows(&COLUMNS, &rows, &rows)?;
        Ok(Exit::Ok)
    }
}

impl Revoke {
    fn run(&self, context: &Context) -> Result<Exit> {
        source::check_directory(&self.dir)?;
        let now = context.clock.now();
        let token = TokenList::edit(&self.dir, |list| list.revoke(&self.id, now))?;
        context.talk.say(
            format!("token {} ({}) dicabut", token.id, token.name),
            "revoked, also for a running server",
        );
        Ok(Exit::Ok)
    }
}

/// A ledger that the directory does not hold is one that is spelled wrongly. It is known by its log key, also while a
/// server has the database open.
fn check_ledgers(dir: &Path, asked: &[String]) -> Result<()> {
    if asked.is_empty() {
        return Ok(());
    }
    let mut held = BTreeSet::new();
    for file in fs::read_dir(dir.join(KEYS)).into_iter().flatten() {
        let name = file?.file_name().to_string_lossy().into_owned();
        held.extend(name.strip_suffix(".pem").map(str::to_owned));
    }
    match asked.iter().find(|region| !held.contains(*region)) {
        None => Ok(()),
        Some(unknown) => {
            let held = held.into_iter().collect::<Vec<_>>().join(", ");
            let indonesian = format!("tidak ada buku besar {unknown} di {}", dir.display());
            Err(Stop::not_found(indonesian, format!("no such ledger; there are: {held}")).into())
        }
    }
}

/// What `--class` says; clap lets no other words through.
fn class(name: &str) -> Class {
    match name {
        "restricted" => Class::Restricted,
        "internal" => Class::Internal,
        _ => Class::Public,
    }
}

/// A name for people: one short line.
fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_plain = !text.is_empty() && !text.chars().any(char::is_control);
    if is_plain && text.chars().count() <= NAME_CHARS_MAX {
        Ok(text.to_owned())
    } else {
        Err(format!("satu baris, 1 sampai {NAME_CHARS_MAX} huruf (one line of so many characters)"))
    }
}

/// The end that `--expires` means, after `now` and not later than the bound.
fn expiry(text: &str, now: Micros) -> Result<Micros> {
    let at = Timestamp::from_microsecond(i64::try_from(now.0)?)?;
    let end = if let Ok(edge) = Edge::parse(text) {
        // Of a day its last microsecond: it ends with the next one.
        Timestamp::from_microsecond(edge.last(WIB) + i64::from(edge.is_day()))?
    } else if let Ok(while_) = text.parse::<SignedDuration>() {
        at.checked_add(while_)?
    } else {
        whole_days(text).and_then(|days| at.checked_add(days).ok()).ok_or_else(|| {
            let indonesian = format!("bukan hari, saat, atau lama: {text}");
            Stop::usage(indonesian, "not a date, a time or a duration, e.g. 2026-12-31, 90d, 12h")
        })?
    };
    let latest = at.checked_add(SignedDuration::from_hours(24 * DAYS_MAX))?;
    if end <= at || end > latest {
        let indonesian = format!("masa berlaku harus berakhir sebelum {latest}, dan belum lewat");
        let english = format!("a token ends after now and within {DAYS_MAX} days");
        return Err(Stop::usage(indonesian, english).into());
    }
    Ok(Micros(u64::try_from(end.as_microsecond())?))
}

/// `90d`: jiff's absolute durations have no days, which here are 24 hours.
fn whole_days(text: &str) -> Option<SignedDuration> {
    let days: i64 = text.strip_suffix('d')?.parse().ok()?;
    // A number of hours that is too large would panic there.
    SignedDuration::try_from_hours(days.checked_mul(24)?)
}

fn time(time: Micros) -> String {
    let micros = i64::try_from(time.0).unwrap_or(i64::MAX);
    Timestamp::from_microsecond(micros)
        .map_or_else(|_| micros.to_string(), |time| format!("{time:.0}"))
}

const COLUMNS: [&str; 8] =
    ["id", "name", "class", "ledgers", "refusals", "state", "expires", "last_used"];
/// Where the log keys lie, one for each ledger.
const KEYS: &str = "keys";
const ID_CHARS: usize = 12;
const NAME_CHARS_MAX: usize = 100;
/// A token that never ended would be forgotten about.
const DAYS_MAX: i64 = 366;
const NEW_EXAMPLES: Examples = Examples(&[
    (
        "untuk inspektorat: kelas internal, 90 hari",
        "for an inspector: class internal, 90 days",
        "jejak token new --dir /tmp/jejak --name Inspektorat --class internal --expires 90d",
    ),
    (
        "hanya satu buku besar; teksnya ke berkas",
        "for one ledger only; its text into a file",
        "umask 077 && jejak token new --dir /tmp/jejak --name BSSN --class restricted --ledger 61.07 \\\n  --expires 12h > /tmp/bssn.token",
    ),
    (
        "buku besar yang tidak ada",
        "a ledger that is not there",
        "jejak token new --dir /tmp/jejak --name BSSN --class public \\\n  --ledger 99.99 --expires 1d  # exit 6",
    ),
]);

const LIST_EXAMPLES: Examples = Examples(&[
    ("semua token", "all tokens", "jejak token list --dir /tmp/jejak"),
    ("sebagai CSV", "as CSV", "jejak token list --dir /tmp/jejak -o csv"),
]);
const REVOKE_EXAMPLES: Examples = Examples(&[
    (
        "buat satu, lalu cabut",
        "make one, then take it back",
        r#"jejak token new --dir /tmp/jejak --name Coba --class internal --expires 1d \
  > /tmp/coba.token && \
  jejak token revoke --dir /tmp/jejak \
  "$(jejak token list --dir /tmp/jejak -o csv | tail -n 1 | cut -d , -f 1)""#,
    ),
    (
        "token yang tidak ada",
        "one that is not there",
        "jejak token revoke --dir /tmp/jejak 00000000  # exit 6",
    ),
]);

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// 2026-01-02T03:04:05Z.
    const NOW: Micros = Micros(1_767_323_045_000_000);

    #[test]
    fn an_expiry_is_a_day_a_time_or_a_while() {
        let ends = |text: &str| time(expiry(text, NOW).unwrap());
        assert_eq!(ends("2026-01-31"), "2026-01-31T17:00:00Z", "the end of that day, WIB");
        assert_eq!(ends("2026-01-02"), "2026-01-02T17:00:00Z");
        assert_eq!(ends("2026-01-03T07:00:00+07:00"), "2026-01-03T00:00:00Z");
        assert_eq!(ends("90d"), "2026-04-02T03:04:05Z");
        assert_eq!(ends("12h"), "2026-01-02T15:04:05Z");
        assert_eq!(ends("366d"), "2027-01-03T03:04:05Z");
    }

    #[test]
    fn a_token_that_has_ended_or_never_ends_is_not_made() {
        for text in
            ["2026-01-01", "0d", "-1d", "367d", "2027-12-31", "9999999999999999d", "soon", ""]
        {
            let error = expiry(text, NOW).unwrap_err();
            assert_eq!(Exit::of(&error), Exit::Usage, "{text}: {error}");
        }
    }

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(name(" Inspektorat Daerah ").as_deref(), Ok("Inspektorat Daerah"));
        for wrong in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
    }
}

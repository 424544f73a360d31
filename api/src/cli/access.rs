//! `jejak access`: who read what that is above public, from the access log of a data directory.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use jejak_api::access::{self, Wanted};
use jejak_ledger::log::Micros;
use serde_json::Value;

use super::examples::Examples;
use super::exit::Exit;
use super::moment::{Edge, WIB};
use super::{Context, source};

/// Shows the access log.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Access {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: PathBuf,
    /// Dari saat atau hari ini, hari menurut WIB (from this time or day on, UTC+7), e.g. 2026-01-02
    #[arg(long, value_name = "TIME|DAY", value_parser = Edge::parse)]
    from: Option<Edge>,
    /// Sampai saat atau akhir hari ini (up to this time, or the end of this day)
    #[arg(long, value_name = "TIME|DAY", value_parser = Edge::parse)]
    to: Option<Edge>,
    /// Hanya token ini (only this token), its id
    #[arg(long, value_name = "ID")]
    token: Option<String>,
    /// Hanya buku besar ini (only this ledger), e.g. 61.07
    #[arg(long, value_name = "REGION")]
    ledger: Option<String>,
    /// Paling banyak sekian, yang terbaru (at most so many, the newest)
    #[arg(long, default_value_t = 1_000)]
    limit: usize,
}

impl Access {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        source::check_directory(&self.dir)?;
        let wanted = Wanted {
            from: self.from.map(|from| micros(from.first(WIB))),
            to: self.to.map(|to| micros(to.last(WIB))),
            token: self.token.clone(),
            ledger: self.ledger.clone(),
            limit: self.limit,
        };
        let page = access::read(&self.dir, &wanted)?;
        let rows =
            page.lines.iter().map(serde_json::to_value).collect::<Result<Vec<Value>, _>>()?;
        context.output.rows(&COLUMNS, &rows, &rows)?;
        if page.more {
            let indonesian = format!("hanya {} yang terbaru", rows.len());
            context.talk.say(indonesian, "only the newest: see --limit, --from, --to");
        }
        if page.unreadable > 0 {
            let indonesian = format!("{} baris tidak terbaca", page.unreadable);
            context.talk.say(indonesian, "lines that are not readable");
        }
        Ok(Exit::Ok)
    }
}

/// No edge lies before 1970.
fn micros(edge: i64) -> Micros {
    Micros(u64::try_from(edge).unwrap_or_default())
}

const COLUMNS: [&str; 7] = ["time", "token", "name", "ledger", "class", "path", "query"];
const EXAMPLES: Examples = Examples(&[
    (
        "siapa membaca apa di atas kelas publik",
        "who read what above public",
        "jejak access --dir /tmp/jejak",
    ),
    (
        "satu buku besar, sejak awal tahun",
        "one ledger, since the year began",
        "jejak access --dir /tmp/jejak --ledger 61.07 --from 2026-01-01 -o ndjson",
    ),
]);

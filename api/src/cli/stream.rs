//! `jejak stream`: what happened to one thing, and which acts the rules would accept on it next.

use std::ops::ControlFlow;

use anyhow::Result;
use clap::Args;
use serde_json::{Map, Value};

use super::Context;
use super::client::Client;
use super::events::COLUMNS;
use super::examples::Examples;
use super::exit::Exit;
use super::moment::Moment;

/// Shows a stream.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Stream {
    /// Aliran (the stream), e.g. subdomain/diskominfo.bengkayangkab.go.id
    subject: String,
    /// Alamat server (the server's URL)
    #[arg(long)]
    url: String,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Sampai posisi atau saat ini (as of a position or an RFC 3339 time)
    #[arg(long, value_name = "POSITION|TIME", value_parser = Moment::parse)]
    as_of: Option<Moment>,
    /// Tindakan yang akan diterima aturan berikutnya (the acts that the rules would accept next)
    #[arg(long)]
    next: bool,
    /// Dengan --next: hanya bagi orang ini (with --next: only for this person)
    #[arg(long, requires = "next")]
    person: Option<String>,
    /// Dengan --next: hanya bagi instansi ini (with --next: only for this agency)
    #[arg(long, requires = "next")]
    agency: Option<String>,
    /// Dengan --next: dalam jabatan ini (with --next: in this office)
    #[arg(long, requires = "next")]
    office: Option<String>,
}

impl Stream {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let client = Client::new(&self.url, &context.reach)?;
        let mut query: Vec<(&str, String)> =
            self.as_of.iter().map(|moment| ("as_of", moment.text.clone())).collect();
        let mut path = vec![self.ledger.as_str(), "streams"];
        path.extend(self.subject.split('/'));
        if self.next {
            path.push("next");
            let asker =
                [("person", &self.person), ("agency", &self.agency), ("office", &self.office)];
            query
                .extend(asker.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
            let found = client.get(&path, &query)?;
            let acts = found.get("acts").and_then(Value::as_array).cloned().unwrap_or_default();
            context.output.rows(&NEXT_COLUMNS, &acts, &found)?;
            return Ok(Exit::Ok);
        }
        let mut list = context.output.list(&COLUMNS, Some("events"));
        let page = client.pages(&path, query, "events", None, |event| {
            list.row(&event)?;
            Ok(ControlFlow::Continue(()))
        })?;
        let rest = page.as_object().into_iter().flatten();
        let rest: Map<String, Value> = rest
            .filter(|(name, _)| !matches!(name.as_str(), "events" | "next"))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        list.end(rest)?;
        Ok(Exit::Ok)
    }
}

const NEXT_COLUMNS: [&str; 3] = ["type", "row", "rule"];
const EXAMPLES: Examples = Examples(&[
    (
        "riwayat sebuah subdomain",
        "what happened to a subdomain",
        "jejak stream subdomain/simpus.bengkayangkab.go.id --url http://127.0.0.1:6107 \\\n  --ledger 61.07",
    ),
    (
        "apa yang boleh terjadi berikutnya",
        "what may come next",
        "jejak stream subdomain/simpus.bengkayangkab.go.id --url http://127.0.0.1:6107 \\\n  --ledger 61.07 --next",
    ),
]);

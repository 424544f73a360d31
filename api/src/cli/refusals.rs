//! `jejak refusals`: the refusals that a ledger keeps beside its chain, from a directory or a server.

use std::ops::ControlFlow;

use anyhow::Result;
use clap::Args;
use jejak_ledger::rules::Class;
use jejak_ledger::{RefusalFilter, RefusedEvent, Signer, View};
use serde_json::{Value, json};

use super::client::Client;
use super::examples::Examples;
use super::exit::Exit;
use super::serve::configuration;
use super::source::{self, Place, Source};
use super::{Context, forms, times};

/// Lists refusals.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Refusals {
    #[command(flatten)]
    place: Place,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Hanya penanda tangan ini: id orang atau sidik sertifikat (only this signer: person id or certificate)
    #[arg(long)]
    signer: Option<Signer>,
    /// Hanya kode ini (only this code), e.g. role-missing
    #[arg(long, value_parser = forms::refusal_code)]
    code: Option<String>,
    /// Paling banyak sekian, yang terbaru (at most so many, the newest)
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

impl Refusals {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let rows = match self.open(context)? {
            Source::Directory(archive) => {
                self.of_view(source::view(&archive, &self.ledger)?, context)?
            }
            Source::Server(client) => self.of_server(&client)?,
        };
        context.output.rows(&COLUMNS, &rows, &json!({ "refusals": rows }))?;
        Ok(Exit::Ok)
    }

    /// Of a directory that a server has open, only that server can tell, and only to those who are entitled.
    fn open(&self, context: &Context) -> Result<Source> {
        self.place.open(context).map_err(|error| {
            if !source::is_held(&error) {
                return error;
            }
            error.context(
                "tanya server itu: jejak refusals --url U --token-file T; tokennya dari `jejak token new --refusals` \
                 (ask that server, with a token made with --refusals)",
            )
        })
    }

    fn of_view(&self, view: &View, context: &Context) -> Result<Vec<Value>> {
        let settings = configuration(context, None)?.ledger;
        let filter = RefusalFilter {
            signer: self.signer.as_ref().map(Signer::to_string),
            code: self.code.clone(),
            class_max: Class::Restricted,
            since: settings.refusals_since(context.clock.now()),
        };
        let (mut rows, mut before) = (Vec::new(), None);
        while rows.len() < self.limit {
            let count = PAGE_ROWS.min(self.limit - rows.len());
            let page = view.refusals(&filter, before, count, EXAMINED_MAX)?;
            for refused in &page.refusals {
                rows.push(row(refused)?);
            }
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        Ok(rows)
    }

    fn of_server(&self, client: &Client) -> Result<Vec<Value>> {
        let signer = self.signer.as_ref().map(Signer::to_string);
        let filter = [("signer", signer), ("code", self.code.clone())];
        let query = filter.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let path = [self.ledger.as_str(), "refusals"];
        let mut rows = Vec::new();
        client.pages(&path, query.collect(), "refusals", Some(self.limit), |row| {
            rows.push(row);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(rows)
    }
}

/// The row that a server would give.
fn row(refused: &RefusedEvent) -> Result<Value> {
    let event = refused.event.as_ref();
    let mut row = json!({
        "refused_at": times::in_utc(refused.refused_at)?,
        "code": refused.code,
        "class": refused.class,
        "rule": refused.rule,
        "pointer": refused.pointer,
        "event_key": refused.event_key.to_string(),
        "id": event.map(|event| &event.id),
        "type": event.map(|event| &event.kind),
        "subject": event.map(|event| &event.subject),
        "source": event.map(|event| &event.source),
        "signer": {
            "person": refused.person,
            "agency": refused.agency,
            "certificate": refused.certificate.to_string(),
        },
    });
    if let Some(members) = row.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    Ok(row)
}

const COLUMNS: [&str; 7] =
    ["refused_at", "code", "rule", "type", "subject", "signer.person", "signer.agency"];
const PAGE_ROWS: usize = 1_000;
const EXAMINED_MAX: usize = 10_000;
const EXAMPLES: Examples = Examples(&[
    (
        "penolakan terbaru yang disimpan",
        "the newest refusals that are kept",
        "jejak refusals --dir /tmp/jejak --ledger 61.07",
    ),
    (
        "hanya yang tanpa wewenang, sebagai NDJSON",
        "only those without the office, as NDJSON",
        "jejak refusals --dir /tmp/jejak --ledger 61.07 --code role-missing -o ndjson",
    ),
]);

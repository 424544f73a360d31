//! `jejak events`: the recorded events, in order, from a directory or a server.

use std::ops::ControlFlow;

use anyhow::Result;
use clap::Args;
use jejak_ledger::log::{Micros, Position};
use jejak_ledger::rules::Class;
use jejak_ledger::{EntryFilter, Form, Signer, View};
use serde_json::{Map, Value};

use super::client::Client;
use super::examples::Examples;
use super::exit::Exit;
use super::moment::{self, Edge, Moment};
use super::noted::Column;
use super::output::List;
use super::rules;
use super::source::{self, Place, Source};
use super::{Context, forms, shapes};

/// Lists events.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Events {
    #[command(flatten)]
    place: Place,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Hanya setelah posisi ini (only after this position)
    #[arg(long, value_name = "POSITION")]
    after: Option<u64>,
    #[command(flatten)]
    filter: Filter,
    /// Hanya yang tercatat sampai posisi, saat, atau akhir hari ini (as of a position, an RFC 3339 time or the end of a
    /// day)
    #[arg(long, value_name = "POSITION|TIME|DAY", value_parser = Moment::parse)]
    as_of: Option<Moment>,
    /// Paling banyak sekian (at most so many)
    #[arg(long, default_value_t = 100)]
    limit: usize,
    /// Semuanya (all of them)
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

/// Which events.
#[derive(Debug, Clone, Args)]
pub(crate) struct Filter {
    /// Hanya jenis ini (only this type), e.g. subdomain.granted
    #[arg(long = "type", value_name = "TYPE", value_parser = forms::of(Form::EventType))]
    event_type: Option<String>,
    /// Hanya tentang ini (only about this stream), e.g. system/antrean
    #[arg(long, value_parser = forms::of(Form::Stream))]
    subject: Option<String>,
    /// Hanya dari instansi ini (only from this agency), e.g. agency/dinkes
    #[arg(long, value_parser = forms::of(Form::Source))]
    source: Option<String>,
    /// Hanya yang ditandatangani orang atau sertifikat ini (only signed by this person id or certificate)
    #[arg(long)]
    signer: Option<Signer>,
    /// Dicatat sejak saat atau hari ini, waktu setempat (recorded at this RFC 3339 time or local day, or later)
    #[arg(long, value_name = "TIME|DAY", value_parser = Edge::parse)]
    from: Option<Edge>,
    /// Dicatat sampai saat atau hari ini (recorded at this time or day, or earlier)
    #[arg(long, value_name = "TIME|DAY", value_parser = Edge::parse)]
    to: Option<Edge>,
    /// Terjadi sejak saat atau hari ini (the act happened at this time or day, or later)
    #[arg(long, value_name = "TIME|DAY", value_parser = Edge::parse)]
    acted_from: Option<Edge>,
    /// Terjadi sampai saat atau hari ini (the act happened at this time or day, or earlier)
    #[arg(long, value_name = "TIME|DAY", value_parser = Edge::parse)]
    acted_to: Option<Edge>,
}

impl Filter {
    /// As a server is asked.
    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        let text = |edge: &Option<Edge>| edge.map(Edge::text);
        let signer = self.signer.as_ref().map(Signer::to_string);
        let filter = [
            ("type", self.event_type.clone()),
            ("subject", self.subject.clone()),
            ("source", self.source.clone()),
            ("signer", signer),
            ("from", text(&self.from)),
            ("to", text(&self.to)),
            ("acted_from", text(&self.acted_from)),
            ("acted_to", text(&self.acted_to)),
        ];
        filter.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// Where nothing was found: says so of a type that the rules in force do not know. Earlier ones may have, so that
    /// it is no mistake to ask.
    pub(crate) fn tell_unknown(
        &self,
        found: u64,
        context: &Context,
        knows: impl FnOnce(&str) -> Result<bool>,
    ) {
        let Some(kind) = self.event_type.as_ref().filter(|_| found == 0) else { return };
        // The list itself is done: that this could not be found out is not worth an error.
        if let Ok(false) = knows(kind) {
            context.talk.say(
                format_args!(
                    "aturan yang berlaku tidak mengenal jenis {kind}: lihat `jejak rules list`"
                ),
                "the rules in force know no such type",
            );
        }
    }

    /// As a directory is asked. Who has it may read it: nothing in it is withheld from him.
    fn entries(&self, view: &View) -> Result<EntryFilter> {
        let zone = view.zone()?;
        let first = |edge: &Option<Edge>| edge.map(|edge| edge.first(zone));
        let last = |edge: &Option<Edge>| edge.map(|edge| edge.last(zone));
        let micros = |micros: i64| Micros(u64::try_from(micros).unwrap_or_default());
        let within =
            view.recorded_within(first(&self.from).map(micros), last(&self.to).map(micros))?;
        Ok(EntryFilter {
            event_type: self.event_type.clone(),
            subject: self.subject.clone(),
            source: self.source.clone(),
            signer: self.signer.clone(),
            acted_from: first(&self.acted_from),
            acted_to: last(&self.acted_to),
            within: Some(within),
            class_max: Class::Restricted,
        })
    }
}

impl Events {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut list = Rows {
            list: context.output.list(&COLUMNS, Some("events")),
            noted: Column::new(context),
        };
        let more = match self.place.open(context)? {
            Source::Directory(archive) => {
                let view = source::view(&archive, &self.ledger)?;
                let more = self.of_view(view, &mut list)?;
                self.filter
                    .tell_unknown(list.list.rows(), context, |kind| Ok(rules::knows(view, kind)));
                more
            }
            Source::Server(client) => {
                let more = self.of_server(&client, &mut list)?;
                self.filter.tell_unknown(list.list.rows(), context, |kind| {
                    rules::server_knows(&client, &self.ledger, kind)
                });
                more
            }
        };
        if more {
            let shown = list.list.rows();
            context.talk.say(
                format_args!("{shown} ditampilkan, masih ada lagi: --all, --limit, atau --after"),
                "there are more: use --all, --limit or --after",
            );
        }
        list.noted.say(context);
        list.list.end(Map::new())?;
        Ok(Exit::Ok)
    }

    fn limit(&self) -> Option<usize> {
        (!self.all).then_some(self.limit)
    }

    /// Lists those of a directory; whether there are more.
    fn of_view(&self, view: &View, list: &mut Rows) -> Result<bool> {
        let filter = self.filter.entries(view)?;
        let until = match &self.as_of {
            Some(moment) => Some(moment::head(view, moment.as_of)?.0),
            None => None,
        };
        let (mut given, mut after) = (0, self.after.map(Position));
        while until.is_none_or(|last| after.is_none_or(|at| at < last)) {
            let page = view.entries(&filter, after, PAGE_ROWS, EXAMINED_MAX)?;
            for entry in &page.entries {
                if until.is_some_and(|last| entry.record.position > last) {
                    return Ok(false);
                }
                if self.limit().is_some_and(|limit| given >= limit) {
                    return Ok(true);
                }
                list.row(shapes::entry(view, entry)?)?;
                given += 1;
            }
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        Ok(false)
    }

    /// Lists those that a server shows; whether there are more.
    fn of_server(&self, client: &Client, list: &mut Rows) -> Result<bool> {
        let mut query = self.filter.query();
        query.extend(self.after.map(|after| ("after", after.to_string())));
        query.extend(self.as_of.iter().map(|moment| ("as_of", moment.text.clone())));
        let path = [self.ledger.as_str(), "events"];
        let page = client.pages(&path, query, "events", self.limit(), |entry| {
            list.row(entry)?;
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(page.get("next").is_some_and(Value::is_string))
    }
}

/// Events on their way out.
struct Rows {
    list: List,
    noted: Column,
}

impl Rows {
    fn row(&mut self, entry: Value) -> Result<()> {
        self.list.row(&self.noted.fill(entry))
    }
}

/// What a table of events shows.
pub(crate) const COLUMNS: [&str; 7] =
    ["position", "recorded_at", "type", "subject", "source", "class", "noted"];
const PAGE_ROWS: usize = 1_000;
const EXAMINED_MAX: usize = 10_000;
const EXAMPLES: Examples = Examples(&[
    (
        "lima peristiwa pertama",
        "the first five events",
        "jejak events --dir /tmp/jejak --ledger 61.07 --limit 5",
    ),
    (
        "pemberian subdomain menurut server, sebagai CSV",
        "granted subdomains of a server, as CSV",
        "jejak events --url http://127.0.0.1:6107 --ledger 61.07 --type subdomain.granted -o csv",
    ),
    (
        "yang terjadi pada suatu bulan, waktu setempat",
        "what happened in a month, by local time",
        "jejak events --dir /tmp/jejak --ledger 61.07 \\\n  --acted-from 2026-01-01 --acted-to 2026-01-31",
    ),
]);

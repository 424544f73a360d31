//! `jejak events`: the recorded events, in order, from a directory or a server.

use anyhow::Result;
use clap::Args;
use jejak_ledger::log::Position;
use jejak_ledger::rules::Class;
use jejak_ledger::{AsOf, EntryFilter, View};
use serde_json::{Value, json};

use super::client::Client;
use super::exit::{Exit, Stop};
use super::moment::{self, Moment};
use super::source::{self, Place, Source};
use super::{Context, shapes};

/// Lists events.
#[derive(Debug, Args)]
pub(crate) struct Events {
    #[command(flatten)]
    place: Place,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Hanya setelah posisi ini (only after this position)
    #[arg(long, value_name = "POSITION")]
    after: Option<u64>,
    /// Hanya jenis ini (only this type), e.g. subdomain.granted
    #[arg(long = "type", value_name = "TYPE")]
    event_type: Option<String>,
    /// Hanya tentang ini (only about this stream)
    #[arg(long)]
    subject: Option<String>,
    /// Hanya dari instansi ini (only from this agency), e.g. agency/dinkes
    #[arg(long)]
    source: Option<String>,
    /// Hanya yang tercatat sampai posisi atau saat ini (as of a position or an RFC 3339 time)
    #[arg(long, value_name = "POSITION|TIME", value_parser = Moment::parse)]
    as_of: Option<Moment>,
    /// Paling banyak sekian (at most so many)
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

impl Events {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let events = match self.place.open(context)? {
            Source::Directory(archive) => self.of_view(source::view(&archive, &self.ledger)?)?,
            Source::Server(client) => self.of_server(&client)?,
        };
        context.output.rows(&COLUMNS, &events, &json!({ "events": events }))?;
        Ok(Exit::Ok)
    }

    fn of_view(&self, view: &View) -> Result<Vec<Value>> {
        let filter = EntryFilter {
            event_type: self.event_type.clone(),
            subject: self.subject.clone(),
            source: self.source.clone(),
            // A directory is read by who has it: nothing in it is withheld from him.
            class_max: Class::Restricted,
        };
        let last = match &self.as_of {
            Some(moment) => Some(moment::head(view, moment.as_of)?.0),
            None => None,
        };
        let (mut events, mut after) = (Vec::new(), self.after.map(Position));
        while events.len() < self.limit && last.is_none_or(|last| after.is_none_or(|at| at < last))
        {
            let rows = PAGE_ROWS.min(self.limit - events.len());
            let page = view.entries(&filter, after, rows, EXAMINED_MAX)?;
            for entry in &page.entries {
                if last.is_some_and(|last| entry.record.position > last) {
                    return Ok(events);
                }
                events.push(shapes::entry(entry)?);
            }
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        Ok(events)
    }

    fn of_server(&self, client: &Client) -> Result<Vec<Value>> {
        let filter =
            [("type", &self.event_type), ("subject", &self.subject), ("source", &self.source)];
        let given = filter.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        let mut query: Vec<(&str, String)> = given.collect();
        query.extend(self.after.map(|after| ("after", after.to_string())));
        let path = [self.ledger.as_str(), "events"];
        let wanted = |entry: &Value| self.as_of.as_ref().map_or(Ok(true), |at| at.includes(entry));
        let (rows, page) = client.pages(&path, query, "events", self.limit, wanted)?;
        self.check_reached(&page)?;
        Ok(rows)
    }

    /// A position that the server's ledger has not reached is not there, as it is not in a directory.
    fn check_reached(&self, page: &Value) -> Result<()> {
        let size = page.pointer("/head/size").and_then(Value::as_u64);
        match (self.as_of.as_ref().map(|moment| moment.as_of), size) {
            (Some(AsOf::Position(Position(position))), Some(size)) if position >= size => {
                let indonesian = format!("belum ada catatan pada posisi {position}");
                let english = "nothing is recorded at this position yet";
                Err(Stop::not_found(indonesian, english).into())
            }
            _ => Ok(()),
        }
    }
}

const COLUMNS: [&str; 6] = ["position", "recorded_at", "type", "subject", "source", "class"];
const PAGE_ROWS: usize = 1_000;
const EXAMINED_MAX: usize = 10_000;

//! `jejak stream`: what happened to one thing, and which acts the rules would accept on it next, from a directory or a
//! server.

use std::ops::ControlFlow;

use anyhow::Result;
use clap::Args;
use jejak_api::shown;
use jejak_ledger::log::{Micros, Position};
use jejak_ledger::registers::marks;
use jejak_ledger::rules::Asker;
use jejak_ledger::{AsOf, Form, View};
use serde_json::{Map, Value, json};

use super::client::Client;
use super::events::COLUMNS;
use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::moment::{self, Moment};
use super::noted::{self, Column, Since};
use super::output::{Format, List, with};
use super::source::{self, Place, Source};
use super::{Context, forms, shapes, steps, times};

/// Shows a stream.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Stream {
    /// Aliran (the stream), e.g. subdomain/diskominfo.bengkayangkab.go.id
    subject: String,
    #[command(flatten)]
    place: Place,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Sampai posisi, saat, atau akhir hari ini (as of a position, an RFC 3339 time or the end of a day)
    #[arg(long, value_name = "POSITION|TIME|DAY", value_parser = Moment::parse)]
    as_of: Option<Moment>,
    /// Tindakan yang akan diterima aturan berikutnya (the acts that the rules would accept next)
    #[arg(long)]
    next: bool,
    /// Dengan --next: hanya bagi orang ini (with --next: only for this person)
    #[arg(long, requires = "next", value_parser = forms::of(Form::Person))]
    person: Option<String>,
    /// Dengan --next: hanya bagi instansi ini (with --next: only for this agency), e.g. dinkes
    #[arg(long, requires = "next", value_parser = forms::of(Form::Agency))]
    agency: Option<String>,
    /// Dengan --next: dalam jabatan ini (with --next: in this office), e.g. role/kadis-kominfo
    #[arg(long, requires = "next", value_parser = forms::of(Form::Office))]
    office: Option<String>,
}

impl Stream {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        match self.place.open(context)? {
            Source::Directory(archive) => {
                let view = source::view(&archive, &self.ledger)?;
                if self.next {
                    self.next_of_view(view, context)
                } else {
                    self.of_view(view, context)
                }
            }
            Source::Server(client) if self.next => self.next_of_server(&client, context),
            Source::Server(client) => self.of_server(&client, context),
        }
    }

    fn of_view(&self, view: &View, context: &Context) -> Result<Exit> {
        let at = moment::head(view, self.moment())?;
        let thing = view.stream(&self.subject, at.0)?.ok_or_else(|| self.missing())?;
        let mut marks = marks(&thing);
        let teller = view.teller(at.0)?.asked_at(self.judged_at(at.1, context));
        teller.marks(&mut marks)?;
        teller.waiting(&self.subject, &mut marks)?;
        let marks = Value::from(marks);
        let mut noted = Column::new(context);
        if noted.is_laid_out() {
            let mut since = Since::default();
            since.shown(Some(&marks));
            self.each(view, at.0, |entry| {
                since.saw(&entry);
                Ok(())
            })?;
            noted = noted.knowing(since);
        }
        let mut list = context.output.list(&COLUMNS, Some("events"));
        self.each(view, at.0, |entry| list.row(&noted.fill(entry)))?;
        let mut rest = json!({
            "stream": self.subject,
            "as_of": shapes::as_of(at)?,
            "state": thing.state,
            "version": thing.version,
            "position": thing.position.0,
            "recorded_at": times::in_utc(thing.recorded_at)?,
            "class": thing.class.name(),
        });
        let has_marks = marks.as_object().is_some_and(|marks| !marks.is_empty());
        if let Some(rest) = rest.as_object_mut().filter(|_| has_marks) {
            rest.insert("marks".to_owned(), marks);
        }
        Self::ended(list, &rest, context)
    }

    /// Every event that touched the stream up to a position, in order.
    fn each(
        &self,
        view: &View,
        at: Position,
        mut row: impl FnMut(Value) -> Result<()>,
    ) -> Result<()> {
        let size = at.0.saturating_add(1);
        let mut after = None::<Position>;
        loop {
            let first = after.map_or(0, |after| after.0.saturating_add(1));
            let page = view.touching(&self.subject, first..size, PAGE_ROWS)?;
            let held = page
                .entries
                .iter()
                .map(|entry| Ok((entry.record.position, shapes::entry(view, entry)?)));
            let gone =
                page.not_held.iter().map(|record| Ok((record.position, shapes::not_held(record)?)));
            let mut rows = held.chain(gone).collect::<Result<Vec<_>>>()?;
            rows.sort_by_key(|(position, _)| *position);
            rows.into_iter().try_for_each(|(_, entry)| row(entry))?;
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Whether an act still waits is judged now, or at the moment that was asked for.
    fn judged_at(&self, recorded_at: Micros, context: &Context) -> Micros {
        match self.moment() {
            AsOf::Head => context.clock.now().max(recorded_at),
            AsOf::Position(_) | AsOf::Time(_) | AsOf::Day(_) => recorded_at,
        }
    }

    fn of_server(&self, client: &Client, context: &Context) -> Result<Exit> {
        let mut noted = Column::new(context);
        let mut query = self.query();
        if noted.is_laid_out() {
            // What has become of the acts is known at the end only: the rows are asked for again, as of the same moment.
            let mut since = Since::default();
            let page = client.pages(&self.path(), query, "events", None, |event| {
                since.saw(&event);
                Ok(ControlFlow::Continue(()))
            })?;
            since.shown(page.get("marks"));
            noted = noted.knowing(since);
            let position = page.pointer("/as_of/position").and_then(Value::as_u64);
            query = position.map(|at| ("as_of", at.to_string())).into_iter().collect();
        }
        let mut list = context.output.list(&COLUMNS, Some("events"));
        let page = client.pages(&self.path(), query, "events", None, |event| {
            list.row(&noted.fill(event))?;
            Ok(ControlFlow::Continue(()))
        })?;
        Self::ended(list, &page, context)
    }

    /// Completes the list with what else is known of the stream.
    fn ended(list: List, whole: &Value, context: &Context) -> Result<Exit> {
        let members = whole.as_object().into_iter().flatten();
        let rest: Map<String, Value> = members
            .filter(|(name, _)| !matches!(name.as_str(), "events" | "next"))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let state = rest.get("state").and_then(Value::as_str).unwrap_or_default().to_owned();
        let marks = rest.get("marks").cloned();
        list.end(rest)?;
        context.talk.say(format_args!("keadaan: {state}"), "its state");
        noted::say_waiting(marks.as_ref(), context);
        Ok(Exit::Ok)
    }

    /// Without `--as-of` the acts are judged as if recorded now, with it as if recorded at that moment.
    fn next_of_view(&self, view: &View, context: &Context) -> Result<Exit> {
        let at = moment::head(view, self.moment())?;
        let judged_at = self.judged_at(at.1, context);
        let asker = Asker {
            person: self.person.clone(),
            agency: self.agency.clone(),
            office: self.office.clone(),
        };
        let found = shown::next(view, &self.subject, &asker, at, judged_at)?;
        Self::told(&found.ok_or_else(|| self.missing())?, context)
    }

    fn next_of_server(&self, client: &Client, context: &Context) -> Result<Exit> {
        let mut path = self.path();
        path.push("next");
        let mut query = self.query();
        let asker = [("person", &self.person), ("agency", &self.agency), ("office", &self.office)];
        query.extend(asker.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
        Self::told(&client.get(&path, &query)?, context)
    }

    /// Shows the acts that are open.
    fn told(found: &Value, context: &Context) -> Result<Exit> {
        let acts = found.get("acts").and_then(Value::as_array).cloned().unwrap_or_default();
        if context.output.asked().unwrap_or(Format::Table) == Format::Table {
            let row = |act: &Value| {
                let may = act.pointer("/may/answer").cloned().unwrap_or_default();
                with(with(act.clone(), "step", steps::of(act, "steps").into()), "may", may)
            };
            let rows: Vec<Value> = acts.iter().map(row).collect();
            let is_asked = found.get("asker").is_some();
            let columns: &[&str] = if is_asked { &ASKED_COLUMNS } else { &OPEN_COLUMNS };
            context.output.rows(columns, &rows, found)?;
        } else {
            context.output.rows(&NEXT_COLUMNS, &acts, found)?;
        }
        Ok(Exit::Ok)
    }

    fn moment(&self) -> AsOf {
        self.as_of.as_ref().map_or(AsOf::Head, |moment| moment.as_of)
    }

    fn path(&self) -> Vec<&str> {
        [self.ledger.as_str(), "streams"].into_iter().chain(self.subject.split('/')).collect()
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        self.as_of.iter().map(|moment| ("as_of", moment.text.clone())).collect()
    }

    fn missing(&self) -> Stop {
        Stop::not_found(
            format!("tidak ada aliran {}", self.subject),
            "no such stream in this ledger",
        )
    }
}

const PAGE_ROWS: usize = 1_000;
/// What programs get of an open act, and what people do.
const NEXT_COLUMNS: [&str; 3] = ["type", "row", "rule"];
const OPEN_COLUMNS: [&str; 5] = ["type", "row", "rule", "step", "answer"];
const ASKED_COLUMNS: [&str; 6] = ["type", "row", "rule", "step", "answer", "may"];
const EXAMPLES: Examples = Examples(&[
    (
        "riwayat sebuah subdomain",
        "what happened to a subdomain",
        "jejak stream subdomain/simpus.bengkayangkab.go.id --url http://127.0.0.1:6107 \\\n  --ledger 61.07",
    ),
    (
        "dari direktori, pada saat yang lalu",
        "from a directory, as of an earlier position",
        "jejak stream subdomain/simpus.bengkayangkab.go.id --dir /tmp/jejak --ledger 61.07 \\\n  --as-of 26",
    ),
    (
        "apa yang boleh terjadi berikutnya",
        "what may come next",
        "jejak stream subdomain/simpus.bengkayangkab.go.id --url http://127.0.0.1:6107 \\\n  --ledger 61.07 --next",
    ),
]);

//! `jejak register`: one register, now or as of an earlier position or time; how many rows it has in each state, and what
//! one of them was before.

mod history;
mod totals;

use std::ops::ControlFlow;

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_ledger::log::Micros;
use jejak_ledger::rules::{Class, Thing};
use jejak_ledger::{AsOf, View, registers};
use serde_json::{Map, Value, json};

use super::client::Client;
use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::moment::{self, Moment};
use super::output::{Format, with};
use super::source::{self, Place, Source};
use super::{Context, shapes};

/// Shows a register.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Register {
    /// Nama register (its name), e.g. systems, subdomains, incidents, evaluations
    name: String,
    #[command(flatten)]
    place: Place,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Keadaan setelah posisi, saat, atau akhir hari ini (as of a position, an RFC 3339 time or the end of a day)
    #[arg(long, value_name = "POSITION|TIME|DAY", value_parser = Moment::parse)]
    as_of: Option<Moment>,
    /// Hanya baris dengan nilai ini; boleh berulang (only rows with this value in a column, or `state`)
    #[arg(long = "where", value_name = "COLUMN=VALUE", value_parser = wanted)]
    wanted: Vec<(String, String)>,
    /// Paling banyak sekian baris (at most so many rows)
    #[arg(long, default_value_t = 10_000)]
    limit: usize,
    /// Hanya jumlah baris tiap keadaan (only how many rows there are, by state)
    #[arg(long, conflicts_with = "history")]
    totals: bool,
    /// Riwayat satu baris: tiap versi dan perubahannya (what one row was before, and what changed)
    #[arg(long, value_name = "KEY", conflicts_with = "wanted")]
    history: Option<String>,
}

impl Register {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        match (&self.history, self.totals) {
            (Some(key), _) => history::show(self, key, context),
            (None, true) => totals::show(self, context),
            (None, false) => self.rows(context),
        }
    }

    fn rows(&self, context: &Context) -> Result<Exit> {
        let columns = columns(&self.name);
        let mut list = context.output.list(&columns, Some("rows"));
        let is_laid_out = is_laid_out(context);
        let mut give = |row: Value| list.row(&if is_laid_out { with_marks(row) } else { row });
        let as_of = match self.place.open(context)? {
            Source::Directory(archive) => {
                let view = source::view(&archive, &self.ledger)?;
                each_row(
                    view,
                    &self.name,
                    Asked::of(self.moment(), context),
                    self.limit,
                    &self.wanted,
                    &mut give,
                )?
            }
            Source::Server(client) => self.of_server(&client, &mut give)?,
        };
        let name = ("register".to_owned(), self.name.as_str().into());
        list.end(Map::from_iter([name, ("as_of".to_owned(), as_of)]))?;
        Ok(Exit::Ok)
    }

    fn moment(&self) -> AsOf {
        self.as_of.as_ref().map_or(AsOf::Head, |moment| moment.as_of)
    }

    fn query(&self) -> Vec<(&str, String)> {
        let as_of = self.as_of.iter().map(|moment| ("as_of", moment.text.clone()));
        let wanted = self.wanted.iter().map(|(column, value)| (column.as_str(), value.clone()));
        as_of.chain(wanted).collect()
    }

    fn of_server(
        &self,
        client: &Client,
        give: &mut dyn FnMut(Value) -> Result<()>,
    ) -> Result<Value> {
        let query = self.query();
        let path = [self.ledger.as_str(), "registers", self.name.as_str()];
        let mut page = client.pages(&path, query, "rows", Some(self.limit), |row| {
            give(row)?;
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(page.get_mut("as_of").map(Value::take).unwrap_or_default())
    }
}

/// A register of a directory: name, as of when, rows.
pub(crate) fn of_view(view: &View, name: &str, as_of: AsOf, limit: usize) -> Result<Value> {
    let mut rows = Vec::new();
    let asked = Asked { as_of, now: Micros(0) };
    let as_of = each_row(view, name, asked, limit, &[], |row| {
        rows.push(row);
        Ok(())
    })?;
    Ok(json!({ "register": name, "as_of": as_of, "rows": rows }))
}

/// As of when, and when that is asked.
#[derive(Clone, Copy)]
struct Asked {
    as_of: AsOf,
    now: Micros,
}

impl Asked {
    fn of(as_of: AsOf, context: &Context) -> Self {
        Self { as_of, now: context.clock.now() }
    }

    /// Now, or at the moment that is asked for.
    fn judged_at(self, recorded_at: Micros) -> Micros {
        match self.as_of {
            AsOf::Head => self.now.max(recorded_at),
            AsOf::Position(_) | AsOf::Time(_) | AsOf::Day(_) => recorded_at,
        }
    }
}

/// Gives each row of a register of a directory; as of when they are.
fn each_row(
    view: &View,
    name: &str,
    asked: Asked,
    limit: usize,
    wanted: &[(String, String)],
    mut given: impl FnMut(Value) -> Result<()>,
) -> Result<Value> {
    let register = named(name)?;
    let head = moment::head(view, asked.as_of)?;
    let known = |column: &str| {
        column == "state" || register.columns.iter().any(|known| known.name == column)
    };
    if let Some((column, _)) = wanted.iter().find(|(column, _)| !known(column)) {
        let indonesian = format!("register {name} tidak punya kolom {column}");
        return Err(Stop::usage(indonesian, "the register has no such column").into());
    }
    for (column, value) in wanted {
        let known = register.columns.iter().find(|known| known.name == column);
        if let Some(form) = known.and_then(|known| known.form_instead(value)) {
            let (indonesian, english) = form.in_words();
            let indonesian = format!("--where {column}={value}: harus berupa {indonesian}");
            return Err(Stop::usage(indonesian, format!("must be {english}")).into());
        }
    }
    let teller = view.teller(head.0)?.asked_at(asked.judged_at(head.1));
    if let Some((_, state)) = wanted.iter().find(|(column, _)| column == "state") {
        let states = register.states(teller.rules());
        if !states.is_empty() && !states.contains(state.as_str()) {
            let known = states.into_iter().collect::<Vec<_>>().join(", ");
            let indonesian =
                format!("--where state={state}: bukan keadaan register {name}; yang ada: {known}");
            return Err(
                Stop::usage(indonesian, format!("no such state; there are: {known}")).into()
            );
        }
    }
    let matches = |thing: &Thing| {
        wanted.iter().all(|wanted| {
            register.matches(thing, (&wanted.0, &wanted.1), Class::Restricted, head.1)
        })
    };
    let (mut rows, mut after) = (0, None::<String>);
    while rows < limit {
        let count = PAGE_ROWS.min(limit - rows);
        let page = view.register_where(
            &register,
            head.0,
            after.as_deref(),
            count,
            EXAMINED_MAX,
            &matches,
        )?;
        for (key, thing) in &page.rows {
            given(shapes::row(&register, key, thing, &teller, head.1)?)?;
            rows += 1;
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    shapes::as_of(head)
}

/// The register of that name.
fn named(name: &str) -> Result<registers::Register> {
    let known = registers::ALL.map(|register| register.name).join(", ");
    let unknown =
        || Stop::not_found(format!("tidak ada register {name}"), format!("known: {known}"));
    Ok(registers::by_name(name).ok_or_else(unknown)?)
}

/// Reads `COLUMN=VALUE`.
fn wanted(text: &str) -> Result<(String, String)> {
    let (column, value) = text.split_once('=').context("COLUMN=VALUE")?;
    Ok((column.to_owned(), value.to_owned()))
}

/// The rows of a register's JSON.
pub(crate) fn rows(whole: &Value) -> &[Value] {
    whole.get("rows").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Are rows shown as cells, for which marks are names?
fn is_laid_out(context: &Context) -> bool {
    matches!(context.output.asked().unwrap_or(Format::Table), Format::Table | Format::Csv)
}

/// A row with the names of its marks: `corrected, pending`.
fn with_marks(row: Value) -> Value {
    let names = row.as_object().map(registers::names_of_marks).unwrap_or_default();
    with(row, "marks", names.join(", ").into())
}

/// What a table of this register shows: the key, the state, its own columns, the marks, the position.
fn columns(name: &str) -> Vec<&'static str> {
    let register = registers::by_name(name);
    let own = register.iter().flat_map(|register| register.columns).map(|column| column.name);
    ["key", "state"].into_iter().chain(own).chain(["marks", "position"]).collect()
}

const PAGE_ROWS: usize = 1_000;
const EXAMINED_MAX: usize = 10_000;
const EXAMPLES: Examples = Examples(&[
    (
        "sistem yang terdaftar",
        "the registered systems",
        "jejak register systems --dir /tmp/jejak --ledger 61.07",
    ),
    (
        "subdomain setelah posisi 26",
        "the subdomains as of position 26",
        "jejak register subdomains --url http://127.0.0.1:6107 --ledger 61.07 --as-of 26",
    ),
    (
        "hanya yang sudah diberikan",
        "only those that are granted",
        "jejak register subdomains --dir /tmp/jejak --ledger 61.07 --where state=granted",
    ),
    (
        "jumlah tiap keadaan",
        "how many in each state",
        "jejak register subdomains --url http://127.0.0.1:6107 --ledger 61.07 --totals",
    ),
    (
        "riwayat satu baris",
        "what one row was before",
        "jejak register subdomains --dir /tmp/jejak --ledger 61.07 \\\n  --history simpus.bengkayangkab.go.id",
    ),
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_of_the_register() {
        assert_eq!(columns("subdomains").get(..3), Some(["key", "state", "holder"].as_slice()));
        assert_eq!(columns("unknown"), ["key", "state", "marks", "position"]);
    }
}

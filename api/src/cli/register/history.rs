//! What one row of a register was before: each version, and what it changed.

use std::ops::ControlFlow;

use anyhow::Result;
use jejak_api::shown;
use jejak_ledger::View;
use jejak_ledger::log::Position;
use jejak_ledger::registers::names_of_marks;
use jejak_ledger::rules::Thing;
use serde_json::{Map, Value};

use super::super::client::Client;
use super::super::exit::{Exit, Stop};
use super::super::output::{Format, List, with};
use super::super::source::{self, Source};
use super::super::{Context, moment, shapes};
use super::{Register, named};

/// Shows the versions of the row `key`.
pub(super) fn show(asked: &Register, key: &str, context: &Context) -> Result<Exit> {
    let is_table = context.output.asked().unwrap_or(Format::Table) == Format::Table;
    let mut versions = Versions { list: context.output.list(&COLUMNS, Some("versions")), is_table };
    let as_of = match asked.place.open(context)? {
        Source::Directory(archive) => {
            of_view(asked, key, source::view(&archive, &asked.ledger)?, &mut versions)?
        }
        Source::Server(client) => of_server(asked, key, &client, &mut versions)?,
    };
    let register = ("register".to_owned(), asked.name.as_str().into());
    let key = ("key".to_owned(), key.into());
    versions.list.end(Map::from_iter([register, key, ("as_of".to_owned(), as_of)]))?;
    Ok(Exit::Ok)
}

/// The versions on their way out.
struct Versions {
    list: List,
    is_table: bool,
}

impl Versions {
    fn give(&mut self, version: Value) -> Result<()> {
        match version.get("changes") {
            Some(changes) if self.is_table => {
                let told = told(changes);
                let marks = version.get("marks").and_then(Value::as_object).map(names_of_marks);
                let marks = marks.unwrap_or_default().join(", ");
                let version = with(version, "marks", marks.into());
                self.list.row(&with(version, "changes", told.into()))
            }
            _ => self.list.row(&version),
        }
    }
}

fn of_view(asked: &Register, key: &str, view: &View, versions: &mut Versions) -> Result<Value> {
    let register = named(&asked.name)?;
    let at = moment::head(view, asked.moment())?;
    let missing =
        || Stop::not_found(format!("tidak ada baris {key}"), "no such row in this register");
    view.register_row(&register, key, at.0)?.ok_or_else(missing)?;
    let size = at.0.0.saturating_add(1);
    let teller = view.teller(at.0)?;
    let (mut after, mut before) = (None::<Position>, None::<Thing>);
    loop {
        let first = after.map_or(0, |after| after.0.saturating_add(1));
        let page = view.row_versions(&register, key, first..size, PAGE_ROWS)?;
        for thing in page.versions {
            versions.give(shown::version(&register, key, before.as_ref(), &thing, &teller)?)?;
            before = Some(thing);
        }
        after = page.next;
        if after.is_none() {
            return shapes::as_of(at);
        }
    }
}

fn of_server(
    asked: &Register,
    key: &str,
    client: &Client,
    versions: &mut Versions,
) -> Result<Value> {
    let mut path = vec![asked.ledger.as_str(), "registers", asked.name.as_str()];
    path.extend(key.split('/'));
    path.push("history");
    let mut page = client.pages(&path, asked.query(), "versions", None, |version| {
        versions.give(version)?;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(page.get_mut("as_of").map(Value::take).unwrap_or_default())
}

/// The columns that changed, for people: `state: requested → granted`.
fn told(changes: &Value) -> String {
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let changes = changes.as_object().into_iter().flatten();
    let told = changes.map(|(column, change)| {
        format!("{column}: {} → {}", text(change.get("old")), text(change.get("new")))
    });
    told.collect::<Vec<_>>().join("; ")
}

const COLUMNS: [&str; 5] = ["position", "recorded_at", "version", "changes", "marks"];
const PAGE_ROWS: usize = 1_000;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changes_are_told_column_by_column() {
        let changes = json!({
            "holder": { "old": null, "new": "dinkes" },
            "state": { "old": "requested", "new": "granted" },
        });
        assert_eq!(told(&changes), "holder: - → dinkes; state: requested → granted");
    }
}

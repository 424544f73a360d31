//! What the command prints on stdout: a table for people, JSON, NDJSON or CSV for programs.

mod csv_cell;
mod list;
mod table;

use std::io::{self, Write};

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) use csv_cell::harmless;
pub(crate) use list::List;
pub(crate) use table::{printable, table_within};

/// The form of the data on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tabel untuk dibaca (for people)
    Table,
    /// Satu dokumen JSON (one document)
    Json,
    /// Satu baris JSON tiap baris data (one JSON object a line)
    Ndjson,
    /// Nilai dipisah koma; sel yang dapat dihitung sebagai rumus, yaitu berawalan = + - @ tab CR dan bukan bilangan
    /// atau "-", diberi ' di depannya (comma-separated values; a cell that could be a formula gets a ' before it)
    Csv,
}

/// Prints data in the format that the user asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    asked: Option<Format>,
    layout: Layout,
}

/// How a table is laid out.
type Layout = fn(&[&str], &[Value]) -> String;

impl Output {
    pub(crate) fn new(asked: Option<Format>) -> Self {
        Self { asked, layout: table::shown }
    }

    /// The same where the tables hold sentences: they wrap also where there is no terminal.
    pub(crate) fn wrapped(self) -> Self {
        Self { layout: table::wrapped, ..self }
    }

    /// The format that was asked for, if one was.
    pub(crate) fn asked(self) -> Option<Format> {
        self.asked
    }

    /// Rows with named columns; as JSON, the `whole` answer of which they are a part.
    pub(crate) fn rows<W: Serialize>(
        self,
        columns: &[&str],
        rows: &[Value],
        whole: &W,
    ) -> Result<()> {
        match self.asked.unwrap_or(Format::Table) {
            Format::Table => line((self.layout)(columns, rows)),
            Format::Json => document(whole),
            Format::Ndjson => rows.iter().try_for_each(|row| line(row.to_string())),
            Format::Csv => comma_separated(columns, rows),
        }
    }

    /// Rows that are printed as they come, however many; as JSON they are the `member` of one object,
    /// or one array.
    pub(crate) fn list(self, columns: &[&str], member: Option<&'static str>) -> List {
        List::new(self.asked.unwrap_or(Format::Table), columns, member).laid_out_by(self.layout)
    }

    /// Rows of something that has no end: each is printed at once.
    pub(crate) fn live(self, columns: &[&str]) -> List {
        List::live(self.asked.unwrap_or(Format::Table), columns)
    }

    /// One object: as a table, a name and a value a row.
    pub(crate) fn object<T: Serialize>(self, object: &T) -> Result<()> {
        match self.asked {
            Some(Format::Json) => document(object),
            Some(Format::Ndjson) => line(serde_json::to_string(object)?),
            Some(Format::Csv) => comma_separated(&MEMBER, &members(&serde_json::to_value(object)?)),
            Some(Format::Table) | None => people_read(&serde_json::to_value(object)?, self.layout),
        }
    }

    /// One object of a check or a measurement: a table of its rows, or the object as one line of JSON.
    pub(crate) fn report<T: Serialize>(
        self,
        object: &T,
        columns: &[&str],
        rows: &[Value],
    ) -> Result<()> {
        self.reports(std::slice::from_ref(object), columns, rows)
    }

    /// Several such objects: one table of all their rows, or a line of JSON for each.
    pub(crate) fn reports<T: Serialize>(
        self,
        objects: &[T],
        columns: &[&str],
        rows: &[Value],
    ) -> Result<()> {
        match self.asked.unwrap_or(Format::Table) {
            Format::Table => line(table::shown(columns, rows)),
            Format::Csv => comma_separated(columns, rows),
            Format::Json | Format::Ndjson => {
                objects.iter().try_for_each(|object| line(serde_json::to_string(object)?))
            }
        }
    }
}

/// One line of text on stdout.
pub(crate) fn line(text: impl AsRef<[u8]>) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_ref())?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// An object for people: its plain members, those of objects in it by their path (`policy.window`), then a table for each
/// list of objects in it.
fn people_read(object: &Value, layout: Layout) -> Result<()> {
    let (mut plain, mut lists) = (Vec::new(), Vec::new());
    take_apart(None, object, &mut plain, &mut lists);
    let plain: Vec<Value> = plain
        .into_iter()
        .map(|(name, value)| serde_json::json!({ "name": name, "value": value }))
        .collect();
    line(layout(&MEMBER, &plain))?;
    for (name, rows) in lists {
        let rows: Vec<Value> = rows.iter().map(one_line).collect();
        let names = rows.first().and_then(Value::as_object).into_iter().flat_map(Map::keys);
        line(format!("\n{}", printable(&name)))?;
        line(layout(&names.map(String::as_str).collect::<Vec<_>>(), &rows))?;
    }
    Ok(())
}

/// Plain values under their paths, and the lists of objects; an object deeper than the bound stays JSON.
fn take_apart<'a>(
    path: Option<&str>,
    value: &'a Value,
    plain: &mut Vec<(String, Value)>,
    lists: &mut Vec<(String, &'a [Value])>,
) {
    let name = path.unwrap_or_default();
    match (value, list_of_objects(value)) {
        (_, Some(rows)) => lists.push((name.to_owned(), rows)),
        (Value::Object(members), _) if name.matches('.').count() < DEPTH_MAX => {
            for (member, value) in members {
                let path = path.map_or_else(|| member.clone(), |path| format!("{path}.{member}"));
                take_apart(Some(&path), value, plain, lists);
            }
        }
        _ => plain.push((name.to_owned(), listed(value))),
    }
}

/// A row of a table: what is in its objects under its path.
fn one_line(row: &Value) -> Value {
    let (mut plain, mut lists) = (Vec::new(), Vec::new());
    take_apart(None, row, &mut plain, &mut lists);
    let lists = lists.into_iter().map(|(name, rows)| (name, Value::from(rows)));
    plain.into_iter().chain(lists).collect()
}

/// A list of plain values side by side.
fn listed(value: &Value) -> Value {
    let Some(list) = value.as_array() else { return value.clone() };
    if list.iter().any(|one| one.is_object() || one.is_array()) {
        return value.clone();
    }
    let text = |one: &Value| one.as_str().map_or_else(|| one.to_string(), str::to_owned);
    list.iter().map(text).collect::<Vec<_>>().join(", ").into()
}

fn list_of_objects(value: &Value) -> Option<&[Value]> {
    let list = value.as_array()?;
    (!list.is_empty() && list.iter().all(Value::is_object)).then_some(list)
}

/// The members of an object as rows `{name, value}`.
pub(crate) fn members(object: &Value) -> Vec<Value> {
    let member =
        |(name, value): (&String, &Value)| serde_json::json!({ "name": name, "value": value });
    object.as_object().into_iter().flatten().map(member).collect()
}

/// A row with one more member.
pub(crate) fn with(mut row: Value, name: &str, value: Value) -> Value {
    if let Some(members) = row.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
    row
}

fn document<T: Serialize>(whole: &T) -> Result<()> {
    line(serde_json::to_vec_pretty(whole)?)
}

fn comma_separated(columns: &[&str], rows: &[Value]) -> Result<()> {
    let mut list = List::new(Format::Csv, columns, None);
    rows.iter().try_for_each(|row| list.row(row))?;
    list.end(Map::new())
}

/// The text of one cell: `a.b` reads a nested member; text without quotes; nothing for null. What says which thing a
/// row is about says that it is withheld, or that the ledger no longer holds it.
fn cell(row: &Value, column: &str) -> String {
    let nested = || column.split('.').try_fold(row, |value, name| value.get(name));
    let value = row.get(column).or_else(nested);
    match value {
        None if NAMING.contains(&column) && row.get("withheld") == Some(&Value::Bool(true)) => {
            WITHHELD.to_owned()
        }
        None if NAMING.contains(&column) && row.get("held") == Some(&Value::Bool(false)) => {
            NOT_HELD.to_owned()
        }
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Objects in objects that are taken apart.
const DEPTH_MAX: usize = 4;
const MEMBER: [&str; 2] = ["name", "value"];
/// The columns that say what a row is about: of a register, of events, of the versions of a row.
const NAMING: [&str; 3] = ["key", "type", "changes"];
const WITHHELD: &str = "tertutup (withheld)";
const NOT_HELD: &str = "tidak disimpan (not held)";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cell_reads_nested_members_and_leaves_gaps_empty() {
        let row = json!({ "key": "a", "signer": { "agency": "agency/dinkes" }, "n": 3, "x": null });
        assert_eq!(cell(&row, "key"), "a");
        assert_eq!(cell(&row, "signer.agency"), "agency/dinkes");
        assert_eq!(cell(&row, "n"), "3");
        assert_eq!(cell(&row, "x"), "");
        assert_eq!(cell(&row, "none.deeper"), "");
    }

    #[test]
    fn an_object_in_an_object_is_read_by_its_path_and_a_list_in_one_line() {
        let object = json!({
            "hash": null,
            "policy": { "window": { "past": 60 }, "hosts": ["a", "b"], "anchors": [{ "x": { "y": 1 } }], "none": [] },
        });
        let (mut plain, mut lists) = (Vec::new(), Vec::new());
        take_apart(None, &object, &mut plain, &mut lists);
        plain.sort_by(|one, other| one.0.cmp(&other.0));
        let expected = [
            ("hash", Value::Null),
            ("policy.hosts", json!("a, b")),
            ("policy.none", json!("")),
            ("policy.window.past", json!(60)),
        ];
        assert_eq!(plain, expected.map(|(name, value)| (name.to_owned(), value)));
        let lists: Vec<_> = lists
            .into_iter()
            .map(|(name, rows)| (name, rows.iter().map(one_line).collect::<Vec<_>>()))
            .collect();
        assert_eq!(lists, [("policy.anchors".to_owned(), vec![json!({ "x.y": 1 })])]);
    }

    #[test]
    fn a_row_that_is_withheld_or_not_held_says_so_where_it_would_say_what_it_is() {
        let withheld = json!({ "position": 3, "class": "internal", "withheld": true });
        assert_eq!(cell(&withheld, "key"), "tertutup (withheld)");
        assert_eq!(cell(&withheld, "type"), "tertutup (withheld)");
        assert_eq!(
            (cell(&withheld, "name"), cell(&withheld, "position")),
            (String::new(), "3".into())
        );
        assert_eq!(
            cell(&json!({ "position": 3, "held": false }), "type"),
            "tidak disimpan (not held)"
        );
        assert_eq!(cell(&json!({ "name": "x", "held": false }), "name"), "x");
    }
}

//! What the command prints on stdout: a table for people, JSON, NDJSON or CSV for programs.

use std::io::{self, IsTerminal, Write};

use anyhow::Result;
use clap::ValueEnum;
use comfy_table::{ContentArrangement, LineStyle, Table, presets};
use serde::Serialize;
use serde_json::{Map, Value};

/// The form of the data on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tabel untuk dibaca (for people)
    Table,
    /// Satu dokumen JSON (one document)
    Json,
    /// Satu baris JSON tiap baris data (one JSON object a line)
    Ndjson,
    /// Nilai dipisah koma (comma-separated values)
    Csv,
}

/// Prints data in the format that the user asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    asked: Option<Format>,
}

impl Output {
    pub(crate) fn new(asked: Option<Format>) -> Self {
        Self { asked }
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
            Format::Table => line(table(columns, rows)),
            Format::Json => document(whole),
            Format::Ndjson => rows.iter().try_for_each(|row| line(row.to_string())),
            Format::Csv => comma_separated(columns, rows),
        }
    }

    /// One object: as a table, a name and a value a row.
    pub(crate) fn object<T: Serialize>(self, object: &T) -> Result<()> {
        match self.asked {
            Some(Format::Json) => document(object),
            Some(Format::Ndjson) => line(serde_json::to_string(object)?),
            Some(Format::Csv) => comma_separated(&MEMBER, &members(&serde_json::to_value(object)?)),
            Some(Format::Table) | None => people_read(&serde_json::to_value(object)?),
        }
    }

    /// One object of a check or a measurement: a table on a terminal, else one line of JSON, so
    /// that a script needs no flag.
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
        match self.asked {
            Some(Format::Table) => line(table(columns, rows)),
            None if io::stdout().is_terminal() => line(table(columns, rows)),
            Some(Format::Csv) => comma_separated(columns, rows),
            Some(Format::Json | Format::Ndjson) | None => {
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

/// An object for people: its plain members, then a table for each list of objects in it.
fn people_read(object: &Value) -> Result<()> {
    let is_list =
        |row: &Value| row.get("value").is_some_and(|value| list_of_objects(value).is_some());
    let (lists, plain): (Vec<Value>, Vec<Value>) = members(object).into_iter().partition(is_list);
    line(table(&MEMBER, &plain))?;
    for list in lists {
        let rows = list.get("value").and_then(list_of_objects).unwrap_or_default();
        let names = rows.first().and_then(Value::as_object).into_iter().flat_map(Map::keys);
        line(format!("\n{}", cell(&list, "name")))?;
        line(table(&names.map(String::as_str).collect::<Vec<_>>(), rows))?;
    }
    Ok(())
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

/// A table with the named members of each row as its cells; as wide as the terminal at most.
pub(crate) fn table(columns: &[&str], rows: &[Value]) -> String {
    laid_out(columns, rows).trim_fmt()
}

/// The same in at most so many characters, wherever it is shown.
pub(crate) fn table_within(width: u16, columns: &[&str], rows: &[Value]) -> String {
    laid_out(columns, rows).set_width(width).trim_fmt()
}

fn laid_out(columns: &[&str], rows: &[Value]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING.header_separator(RULE));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    let withheld = rows.iter().any(|row| row.get(WITHHELD).is_some());
    let columns: Vec<&str> = columns.iter().copied().chain(withheld.then_some(WITHHELD)).collect();
    for row in rows {
        table.add_row(columns.iter().map(|column| cell(row, column)));
    }
    table.set_header(columns);
    table
}

fn document<T: Serialize>(whole: &T) -> Result<()> {
    line(serde_json::to_vec_pretty(whole)?)
}

fn comma_separated(columns: &[&str], rows: &[Value]) -> Result<()> {
    let mut writer = csv::Writer::from_writer(io::stdout().lock());
    writer.write_record(columns)?;
    for row in rows {
        writer.write_record(columns.iter().map(|column| cell(row, column)))?;
    }
    Ok(writer.flush()?)
}

/// The text of one cell: `a.b` reads a nested member; text without quotes; nothing for null.
fn cell(row: &Value, column: &str) -> String {
    let value = column.split('.').try_fold(row, |value, name| value.get(name));
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// The member of what a reader may not see (interface.md).
const WITHHELD: &str = "withheld";
/// The line under a header.
const RULE: LineStyle = LineStyle::none().fill('─').junction('─');
const MEMBER: [&str; 2] = ["name", "value"];

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
    fn a_table_has_its_columns_and_its_rows() {
        let text = table(&["name", "value"], &members(&json!({ "size": 7 })));
        assert!(text.contains("name") && text.contains("size") && text.contains('7'));
    }
}

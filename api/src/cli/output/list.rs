//! A list that is printed while it is read: neither NDJSON nor CSV nor JSON holds more than one row, a
//! table a page of them.

use std::io::{self, BufWriter, Stdout, Write};

use anyhow::Result;
use serde_json::{Map, Value};

use super::{Format, Layout, cell, csv_cell::harmless, table};

/// A list on its way out; `end` completes it.
pub(crate) struct List<W: Write = BufWriter<Stdout>> {
    out: W,
    columns: Vec<String>,
    form: Form,
    layout: Layout,
    rows: u64,
    is_begun: bool,
}

/// How the rows are written.
enum Form {
    /// Rows that wait until their page is full, and is laid out.
    Table(Vec<Value>),
    /// A line for each row at once, in columns that never move.
    Live,
    Ndjson {
        at_once: bool,
    },
    Csv {
        at_once: bool,
    },
    Json {
        member: Option<&'static str>,
    },
}

impl List {
    pub(super) fn new(format: Format, columns: &[&str], member: Option<&'static str>) -> Self {
        let form = match format {
            Format::Table => Form::Table(Vec::new()),
            Format::Json => Form::Json { member },
            Format::Ndjson => Form::Ndjson { at_once: false },
            Format::Csv => Form::Csv { at_once: false },
        };
        Self::new_on(BufWriter::new(io::stdout()), columns, form)
    }

    pub(super) fn live(format: Format, columns: &[&str]) -> Self {
        let form = match format {
            Format::Table => Form::Live,
            // A document that has no end is none: an object a line is the JSON of it.
            Format::Json | Format::Ndjson => Form::Ndjson { at_once: true },
            Format::Csv => Form::Csv { at_once: true },
        };
        Self::new_on(BufWriter::new(io::stdout()), columns, form)
    }
}

impl<W: Write> List<W> {
    fn new_on(out: W, columns: &[&str], form: Form) -> Self {
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        Self { out, columns, form, layout: table::shown, rows: 0, is_begun: false }
    }

    pub(super) fn laid_out_by(self, layout: Layout) -> Self {
        Self { layout, ..self }
    }

    /// What comes before the rows; not before there is something to say, so that an error stands alone.
    fn begin(&mut self) -> Result<()> {
        if std::mem::replace(&mut self.is_begun, true) {
            return Ok(());
        }
        match &self.form {
            Form::Csv { .. } => {
                let header = self.columns.clone();
                self.record(&header)?;
            }
            Form::Json { member: Some(member) } => write!(self.out, "{{\"{member}\":[")?,
            Form::Json { member: None } => write!(self.out, "[")?,
            Form::Table(_) | Form::Live | Form::Ndjson { .. } => {}
        }
        Ok(())
    }

    /// How many rows there were.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// The next row.
    pub(crate) fn row(&mut self, row: &Value) -> Result<()> {
        self.begin()?;
        let at_once = match &mut self.form {
            Form::Table(page) => {
                page.push(row.clone());
                if page.len() >= PAGE_ROWS {
                    self.lay_out()?;
                }
                false
            }
            Form::Live => {
                writeln!(self.out, "{}", table::aligned(&self.columns, row))?;
                true
            }
            Form::Ndjson { at_once } => {
                let at_once = *at_once;
                serde_json::to_writer(&mut self.out, row)?;
                self.out.write_all(b"\n")?;
                at_once
            }
            Form::Csv { at_once } => {
                let at_once = *at_once;
                let cells: Vec<String> =
                    self.columns.iter().map(|column| cell(row, column)).collect();
                self.record(&cells)?;
                at_once
            }
            Form::Json { .. } => {
                self.out.write_all(if self.rows == 0 { b"\n" } else { b",\n" })?;
                serde_json::to_writer(&mut self.out, row)?;
                false
            }
        };
        self.rows += 1;
        if at_once {
            self.out.flush()?;
        }
        Ok(())
    }

    /// Hands on what is complete.
    pub(crate) fn flush(&mut self) -> Result<()> {
        Ok(self.out.flush()?)
    }

    /// Completes the list; as JSON, with what else the answer says.
    pub(crate) fn end(mut self, rest: Map<String, Value>) -> Result<()> {
        self.begin()?;
        match &self.form {
            Form::Table(page) if !page.is_empty() || self.rows == 0 => self.lay_out()?,
            Form::Json { member } => {
                self.out.write_all(b"\n]")?;
                if member.is_some() {
                    for (name, value) in rest {
                        write!(self.out, ",\n{}:{value}", Value::String(name))?;
                    }
                    self.out.write_all(b"}")?;
                }
                self.out.write_all(b"\n")?;
            }
            Form::Table(_) | Form::Live | Form::Ndjson { .. } | Form::Csv { .. } => {}
        }
        Ok(self.out.flush()?)
    }

    /// Writes the page that waits, as one table.
    fn lay_out(&mut self) -> Result<()> {
        let Form::Table(page) = &mut self.form else { return Ok(()) };
        let page = std::mem::take(page);
        let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        Ok(writeln!(self.out, "{}", (self.layout)(&columns, &page))?)
    }

    fn record(&mut self, cells: &[String]) -> Result<()> {
        let mut writer =
            csv::WriterBuilder::new().buffer_capacity(RECORD_BYTES).from_writer(vec![]);
        writer.write_record(cells.iter().map(|cell| harmless(cell).into_owned()))?;
        let record = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        Ok(self.out.write_all(&record)?)
    }
}

/// Rows that a table lays out at once, and so all that it holds; the next ones get a header of their own.
const PAGE_ROWS: usize = 1_000;
/// Most records are shorter.
const RECORD_BYTES: usize = 512;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn printed(form: Form, rows: &[Value], rest: Map<String, Value>) -> String {
        let mut out = Vec::new();
        let mut list = List::new_on(&mut out, &["key", "note"], form);
        for row in rows {
            list.row(row).unwrap();
        }
        list.end(rest).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn two() -> [Value; 2] {
        [json!({ "key": "a", "note": "=1+1" }), json!({ "key": "b", "note": "x, \"y\"" })]
    }

    #[test]
    fn csv_has_a_header_even_without_rows_and_no_formulas() {
        assert_eq!(printed(Form::Csv { at_once: false }, &[], Map::new()), "key,note\n");
        let text = printed(Form::Csv { at_once: true }, &two(), Map::new());
        assert_eq!(text, "key,note\na,'=1+1\nb,\"x, \"\"y\"\"\"\n");
    }

    #[test]
    fn json_is_one_document_with_what_else_is_known() {
        let rest = Map::from_iter([("as_of".to_owned(), json!({ "position": 7 }))]);
        for rows in [&two()[..], &[]] {
            let text = printed(Form::Json { member: Some("rows") }, rows, rest.clone());
            let parsed: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(parsed, json!({ "rows": rows, "as_of": { "position": 7 } }));
            let text = printed(Form::Json { member: None }, rows, Map::new());
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!(rows));
        }
    }

    #[test]
    fn ndjson_is_a_line_for_each_row() {
        let text = printed(Form::Ndjson { at_once: false }, &two(), Map::new());
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines, two());
    }

    #[test]
    fn a_table_is_laid_out_page_by_page_and_loses_no_row() {
        let rows: Vec<Value> = (0..2_500).map(|n| json!({ "key": format!("k{n}-") })).collect();
        let text = printed(Form::Table(Vec::new()), &rows, Map::new());
        assert_eq!(text.matches("key").count(), 3, "a header for each page");
        assert!((0..2_500).all(|n| text.contains(&format!("k{n}-"))));
        assert_eq!(printed(Form::Table(Vec::new()), &[], Map::new()).matches("key").count(), 1);
    }
}

//! Tables that can be read: as wide as the terminal at most, and where that would squeeze the columns,
//! a block for each row.

use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, Width, presets};
use serde_json::Value;

use super::cell;

/// A table with the named members of each row as its cells, for the terminal that it goes to; where
/// there is none, every row is one line.
pub(super) fn shown(columns: &[&str], rows: &[Value]) -> String {
    match Table::new().width() {
        Some(width) => within(width, columns, rows),
        None => laid_out(columns, rows).trim_fmt(),
    }
}

/// The same of sentences: as wide as the terminal, or a page where there is none.
pub(super) fn wrapped(columns: &[&str], rows: &[Value]) -> String {
    within(Table::new().width().unwrap_or(PAGE_WIDTH), columns, rows)
}

/// The same in at most so many characters, wherever it is shown.
pub(crate) fn table_within(width: u16, columns: &[&str], rows: &[Value]) -> String {
    laid_out(columns, rows).set_width(width).trim_fmt()
}

/// A row of something that has no end: cells side by side, each as wide as such cells mostly are.
pub(super) fn aligned(columns: &[String], row: &Value) -> String {
    let width = |column: &str| LIVE_WIDTHS.iter().find(|(name, _)| *name == column);
    let padded = |column: &String| {
        let room = width(column).map_or(0, |(_, width)| *width);
        format!("{:<room$}", printable(&cell(row, column)))
    };
    columns.iter().map(padded).collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// A text without what could steer a terminal, or make who reads it read something else.
pub(crate) fn printable(text: &str) -> String {
    let hidden = |c: char| c.is_control() || is_unseen(c);
    text.chars().map(|c| if hidden(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Characters that mark, embed, override or isolate a direction (Unicode, UAX 9, 2), that have no width, or that end a line.
/// A certificate may bear any of them in a name.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{061C}'
            | '\u{FEFF}'
    )
}

fn within(width: u16, columns: &[&str], rows: &[Value]) -> String {
    let mut table = laid_out(columns, rows);
    let contents = table.column_max_content_widths();
    let gaps = GAP.saturating_mul(u16::try_from(contents.len()).unwrap_or(u16::MAX));
    let room = width.saturating_sub(gaps);
    let sum = |widths: &[u16]| widths.iter().fold(0_u16, |sum, width| sum.saturating_add(*width));
    if sum(&contents) <= room {
        return table.set_width(width).trim_fmt();
    }
    let least: Vec<u16> = contents.iter().map(|width| (*width).min(READABLE)).collect();
    if sum(&least) > room {
        return blocks(width, columns, rows);
    }
    let constraint = |width: &u16| ColumnConstraint::LowerBoundary(Width::Fixed(*width + GAP));
    table.set_constraints(least.iter().map(constraint));
    table.set_width(width).trim_fmt()
}

fn laid_out(columns: &[&str], rows: &[Value]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING.header_separator(RULE));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    for row in rows {
        table.add_row(columns.iter().map(|column| printable(&cell(row, column))));
    }
    table.set_header(columns.iter().copied());
    table
}

/// A block for each row: a name and a value a line, without what is empty.
fn blocks(width: u16, columns: &[&str], rows: &[Value]) -> String {
    let block = |row: &Value| {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        for column in columns {
            let value = printable(&cell(row, column));
            if !value.is_empty() {
                table.add_row([(*column).to_owned(), value]);
            }
        }
        let names = columns.iter().map(|column| column.chars().count()).max().unwrap_or_default();
        let names = u16::try_from(names).unwrap_or(width).saturating_add(GAP);
        if let Some(column) = table.column_mut(0) {
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(names)));
        }
        table.set_width(width).trim_fmt()
    };
    let rule = "─".repeat(width.into());
    rows.iter().map(block).collect::<Vec<_>>().join(&format!("\n{rule}\n"))
}

/// The line under a header.
const RULE: LineStyle = LineStyle::none().fill('─').junction('─');
/// The spaces around a cell.
const GAP: u16 = 2;
/// How wide what is read is where there is no terminal.
const PAGE_WIDTH: u16 = 100;
/// A column narrower than this is no longer read: a word of an average length fits.
const READABLE: u16 = 12;
/// How wide the cells of what is followed mostly are.
const LIVE_WIDTHS: [(&str, usize); 7] = [
    ("position", 8),
    ("recorded_at", 27),
    ("type", 27),
    ("subject", 40),
    ("source", 20),
    ("name", 24),
    ("status", 6),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cli::output::members;

    fn widest(text: &str) -> usize {
        text.lines().map(|line| line.chars().count()).max().unwrap_or_default()
    }

    #[test]
    fn a_table_has_its_columns_and_its_rows() {
        let text = shown(&["name", "value"], &members(&json!({ "size": 7 })));
        assert!(text.contains("name") && text.contains("size") && text.contains('7'));
    }

    #[test]
    fn a_table_that_fits_is_as_wide_as_its_cells() {
        let rows = [json!({ "a": "satu", "b": "dua" })];
        assert!(widest(&within(80, &["a", "b"], &rows)) <= 20);
    }

    #[test]
    fn cells_wrap_where_the_columns_stay_readable() {
        let rows = [json!({ "key": "subdomain/simpus", "text": "kata ".repeat(40) })];
        let text = within(60, &["key", "text"], &rows);
        assert!(widest(&text) <= 60, "{text}");
        assert!(text.contains("subdomain/simpus") || text.contains("subdomain/si"), "{text}");
        assert_eq!(text.matches("kata").count(), 40, "{text}");
    }

    #[test]
    fn sentences_are_a_page_wide_where_there_is_no_terminal() {
        let sentence =
            json!({ "a": "1. tanda tangan: ya", "b": "kata ".repeat(90), "c": "word ".repeat(80) });
        let text = wrapped(&["a", "b", "c"], std::slice::from_ref(&sentence));
        assert!(widest(&text) <= 100, "{text}");
        assert_eq!((text.matches("kata").count(), text.matches("word").count()), (90, 80));
        // Rows that a program cuts apart stay a line each.
        assert!(widest(&shown(&["a", "b", "c"], &[sentence])) > 800);
    }

    #[test]
    fn columns_that_would_be_squeezed_become_a_block_for_each_row() {
        let names: Vec<String> = (0..12).map(|n| format!("kolom{n}")).collect();
        let columns: Vec<&str> = names.iter().map(String::as_str).collect();
        let row: Value =
            names.iter().map(|name| (name.clone(), json!(format!("nilai {name}")))).collect();
        let text = within(80, &columns, &[row.clone(), row]);
        assert!(widest(&text) <= 80, "{text}");
        assert_eq!(text.matches("nilai kolom11").count(), 2, "{text}");
        assert!(text.lines().any(|line| line.trim_start().starts_with("kolom0 ")), "{text}");
    }

    #[test]
    fn a_cell_cannot_steer_the_terminal() {
        let text = shown(&["a"], &[json!({ "a": "\u{1b}[2Jx" })]);
        assert!(!text.contains('\u{1b}') && text.contains("[2Jx"));
    }

    #[test]
    fn a_text_from_a_file_cannot_steer_the_terminal() {
        assert_eq!(printable("Kab.\u{1b}[2J A\nB"), "Kab.\u{fffd}[2J A\u{fffd}B");
        let unseen = "\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{61c}\u{feff}";
        assert_eq!(printable(unseen), "\u{fffd}".repeat(12));
        let text = shown(&["a"], &[json!({ "a": "Kepala\u{202e}saniD" })]);
        assert!(text.contains("Kepala\u{fffd}saniD"), "{text}");
        assert_eq!(printable("Sékretaris – ‘Daérah’\u{a0}ꦗꦮ"), "Sékretaris – ‘Daérah’\u{a0}ꦗꦮ");
    }

    #[test]
    fn a_followed_row_is_one_line() {
        let row = json!({ "position": 7, "type": "a\nb" });
        assert_eq!(
            aligned(&["position".to_owned(), "type".to_owned()], &row),
            "7         a\u{fffd}b"
        );
    }
}

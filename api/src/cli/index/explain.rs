//! `--explain`: each step of the arithmetic for one agency, and of the way to a target.

use std::io::Write;

use jejak_ledger::evaluation::{
    Explanation, Instrument, Levels, Path, PathError, Raise, Scores, cheapest_path,
};
use serde::Serialize;

use super::IndexError;
use super::compute::{assumed, each_row, levels};
use super::output::Format;
use super::request::Request;
use super::table::Table;
use crate::cli::output::printable;

#[derive(Serialize)]
struct Explained {
    agency: String,
    explanation: Explanation,
    #[serde(skip_serializing_if = "Option::is_none")]
    what_if: Option<Explanation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<Path>,
    #[serde(skip_serializing_if = "Option::is_none")]
    out_of_reach: Option<String>,
}

/// Explains one agency. Faults in the rows of others do not matter here.
pub(super) fn run(
    request: &Request,
    table: &Table,
    agency: &str,
    output: &mut dyn Write,
    format: Format,
) -> Result<(), IndexError> {
    if format == Format::Csv {
        return Err(IndexError::ExplanationAsCsv);
    }
    let (agency, levels) = find(request, table, agency.trim())?;
    let assumed = assumed(request, &levels)?;
    let last = assumed.as_ref().unwrap_or(&levels);
    let way = request
        .target
        .as_ref()
        .map(|(target, costs)| cheapest_path(&request.edition, last, *target, costs));
    if format == Format::Table {
        writeln!(output, "{}", printable(&agency))?;
        write!(output, "{}", Explanation::of(&request.edition, &levels))?;
        if let Some(assumed) = &assumed {
            write_assumed(request, &levels, assumed, output)?;
        }
        if let Some(way) = &way {
            write_way(request, last, way, output)?;
        }
    } else {
        let explained = Explained {
            agency,
            explanation: Explanation::of(&request.edition, &levels),
            what_if: assumed.as_ref().map(|levels| Explanation::of(&request.edition, levels)),
            out_of_reach: way.as_ref().and_then(|way| way.as_ref().err().map(ToString::to_string)),
            path: way.and_then(Result::ok),
        };
        serde_json::to_writer(&mut *output, &explained)?;
        writeln!(output)?;
    }
    Ok(output.flush()?)
}

fn find(request: &Request, table: &Table, wanted: &str) -> Result<(String, Levels), IndexError> {
    let mut found: Option<(u64, String, Levels)> = None;
    let same = |name: &str| name.to_lowercase() == wanted.to_lowercase();
    each_row(request, table, &mut |_| Ok(()), &mut |row| {
        if !same(row.agency()) {
            return Ok(());
        }
        if let Some((first, ..)) = found {
            return Err(IndexError::AgencyTwice {
                path: table.path().to_owned(),
                agency: wanted.to_owned(),
                first,
                second: row.number,
            });
        }
        found = Some((row.number, row.agency().to_owned(), levels(request, table, row)?));
        Ok(())
    })?;
    let agency = wanted.to_owned();
    let missing = || IndexError::NoAgency { path: table.path().to_owned(), agency };
    found.map(|(_, name, levels)| (name, levels)).ok_or_else(missing)
}

fn write_assumed(
    request: &Request,
    levels: &Levels,
    assumed: &Levels,
    output: &mut dyn Write,
) -> Result<(), IndexError> {
    writeln!(output, "\nAndaikata (what if)")?;
    let now = levels.as_slice().iter().zip(assumed.as_slice());
    for (indicator, (from, to)) in levels.instrument().indicators().zip(now) {
        if from != to {
            writeln!(output, "     {} {from} -> {to}  {}", indicator.column(), indicator.name())?;
        }
    }
    write!(output, "\n{}", Explanation::of(&request.edition, assumed))?;
    Ok(())
}

fn write_way(
    request: &Request,
    levels: &Levels,
    way: &Result<Path, PathError>,
    output: &mut dyn Write,
) -> Result<(), IndexError> {
    let path = match way {
        Ok(path) => path,
        Err(error) => return Ok(writeln!(output, "\nJalan termurah (cheapest way): {error}")?),
    };
    writeln!(output, "\nJalan termurah ke (cheapest way to) {}", path.target)?;
    writeln!(
        output,
        "     perlu {} poin, ada {} (points needed, points there)",
        path.points_needed, path.points
    )?;
    for raise in &path.raises {
        let name = name(levels.instrument(), raise.position);
        let Raise { column, from, to, points, cost, .. } = raise;
        writeln!(output, "     {column} {from} -> {to}: {points} points, cost {cost}  {name}")?;
    }
    if path.raises.is_empty() {
        return Ok(writeln!(
            output,
            "     tidak ada yang perlu dinaikkan (nothing has to be raised)"
        )?);
    }
    let changes: Vec<_> = path.raises.iter().map(|raise| (raise.position, raise.to)).collect();
    if let Ok(then) = levels.with(&changes) {
        let index = Scores::of(&then).index();
        let predicate = request.edition.predicate(index);
        let shown = index.hundredths();
        writeln!(output, "     cost {}, {index} points, shown {shown}, {predicate}", path.cost)?;
    }
    writeln!(
        output,
        "     semua kombinasi diperiksa: di bawah biaya {} paling banyak {} poin (all combinations were considered)",
        path.cost, path.points_for_less
    )?;
    Ok(())
}

fn name(instrument: &Instrument, position: usize) -> &'static str {
    instrument.indicators().nth(position).map_or("", |indicator| indicator.name())
}

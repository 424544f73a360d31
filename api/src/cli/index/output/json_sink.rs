//! JSON: one object with rows and totals, or one object a line. Values are texts with two decimals,
//! so that no reader makes them binary fractions; exact values stand beside them.

use std::io::Write;

use jejak_ledger::evaluation::{Distribution, Instrument, Predicate, Ratio, Tally};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::super::IndexError;
use super::super::compute::{Line, Outcome};
use super::super::request::Request;
use super::{Sink, Totals, change, counts, write_totals};

pub(super) struct JsonSink<'a> {
    request: &'a Request,
    totals: &'a Totals,
    first: bool,
}

impl<'a> JsonSink<'a> {
    pub(super) const fn new(request: &'a Request, totals: &'a Totals) -> Self {
        Self { request, totals, first: true }
    }
}

impl Sink for JsonSink<'_> {
    fn begin(&mut self, output: &mut dyn Write) -> Result<(), IndexError> {
        let edition = &self.request.edition;
        let unconfirmed = self.request.unconfirmed();
        let texts: Vec<String> = unconfirmed.iter().map(ToString::to_string).collect();
        write!(output, "{{\"year\":{},\"instrument\":", edition.year())?;
        serde_json::to_writer(&mut *output, &edition.instrument().id())?;
        write!(output, ",\"predicate_read_from\":")?;
        serde_json::to_writer(&mut *output, &edition.banding())?;
        write!(output, ",\"unconfirmed\":")?;
        serde_json::to_writer(&mut *output, &texts)?;
        Ok(write!(output, ",\"rows\":[")?)
    }

    fn line(&mut self, output: &mut dyn Write, line: &Line<'_>) -> Result<(), IndexError> {
        output.write_all(if self.first { b"\n" } else { b",\n" })?;
        self.first = false;
        Ok(serde_json::to_writer(output, &JsonRow { request: self.request, line })?)
    }

    fn end(&mut self, output: &mut dyn Write, _: &mut dyn Write) -> Result<(), IndexError> {
        let instrument = self.request.edition.instrument();
        let before = JsonTotals::of(&self.totals.before, instrument);
        write!(output, "\n],\"totals\":")?;
        serde_json::to_writer(&mut *output, &before)?;
        if let Some(after) = &self.totals.after {
            write!(output, ",\"what_if_totals\":")?;
            serde_json::to_writer(&mut *output, &JsonTotals::of(after, instrument))?;
        }
        Ok(writeln!(output, "}}")?)
    }
}

pub(super) struct NdjsonSink<'a> {
    request: &'a Request,
    totals: &'a Totals,
}

impl<'a> NdjsonSink<'a> {
    pub(super) const fn new(request: &'a Request, totals: &'a Totals) -> Self {
        Self { request, totals }
    }
}

impl Sink for NdjsonSink<'_> {
    fn begin(&mut self, _: &mut dyn Write) -> Result<(), IndexError> {
        Ok(())
    }

    fn line(&mut self, output: &mut dyn Write, line: &Line<'_>) -> Result<(), IndexError> {
        serde_json::to_writer(&mut *output, &JsonRow { request: self.request, line })?;
        Ok(writeln!(output)?)
    }

    fn end(&mut self, _: &mut dyn Write, talk: &mut dyn Write) -> Result<(), IndexError> {
        write_totals(self.totals, self.request.edition.instrument(), talk)
    }
}

struct JsonRow<'a> {
    request: &'a Request,
    line: &'a Line<'a>,
}

impl Serialize for JsonRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (request, line) = (self.request, self.line);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("agency", line.agency)?;
        if let Some(group) = line.group {
            map.serialize_entry("group", group)?;
        }
        outcome_entries(request, &line.outcome, &mut map)?;
        if let Some(then) = &line.what_if {
            map.serialize_entry("what_if", &JsonOutcome { request, outcome: then })?;
            let [before, after] =
                [&line.outcome, then].map(|outcome| outcome.scores.index().hundredths());
            map.serialize_entry("change", &change(before, after))?;
        }
        match &line.path {
            Some(Ok(path)) => map.serialize_entry("path", path)?,
            Some(Err(error)) => map.serialize_entry("out_of_reach", &error.to_string())?,
            None => {}
        }
        map.end()
    }
}

struct JsonOutcome<'a> {
    request: &'a Request,
    outcome: &'a Outcome,
}

impl Serialize for JsonOutcome<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        outcome_entries(self.request, self.outcome, &mut map)?;
        map.end()
    }
}

fn outcome_entries<M: SerializeMap>(
    request: &Request,
    outcome: &Outcome,
    map: &mut M,
) -> Result<(), M::Error> {
    let instrument = request.edition.instrument();
    let index = outcome.scores.index();
    for (domain, value) in instrument.domains().iter().zip(outcome.scores.domains()) {
        map.serialize_entry(&format!("d{}", domain.number()), &value.hundredths())?;
    }
    map.serialize_entry("index", &index.hundredths())?;
    map.serialize_entry("predicate", &outcome.predicate)?;
    map.serialize_entry("exact", &index)?;
    for (aspect, value) in instrument.aspects().zip(outcome.scores.aspects()) {
        map.serialize_entry(&format!("a{}", aspect.number()), &value.hundredths())?;
    }
    if let Some(gap) = request.edition.gap(index) {
        map.serialize_entry("next", &gap.next)?;
        map.serialize_entry("missing_for_next", &gap.missing)?;
    }
    if let Some(doubt) = outcome.doubt {
        map.serialize_entry("predicate_by_other_reading", &doubt)?;
    }
    if outcome.unscored > 0 {
        map.serialize_entry("unscored", &outcome.unscored)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct JsonTotals<'a> {
    #[serde(flatten)]
    all: JsonTally,
    groups: Vec<JsonGroup<'a>>,
}

#[derive(Serialize)]
struct JsonGroup<'a> {
    group: &'a str,
    #[serde(flatten)]
    tally: JsonTally,
}

#[derive(Serialize)]
struct JsonTally {
    agencies: u64,
    mean: Option<String>,
    domain_means: Vec<String>,
    lowest: Option<String>,
    highest: Option<String>,
    predicates: Counts,
}

/// The number of each predicate, best first.
struct Counts(Vec<(Predicate, u64)>);

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(predicate, count)| (predicate.name(), count)))
    }
}

impl<'a> JsonTotals<'a> {
    fn of(distribution: &'a Distribution, instrument: &Instrument) -> Self {
        let groups = distribution.groups().iter();
        let groups = groups
            .map(|(group, tally)| JsonGroup { group, tally: JsonTally::of(tally, instrument) });
        Self { all: JsonTally::of(distribution.all(), instrument), groups: groups.collect() }
    }
}

impl JsonTally {
    fn of(tally: &Tally, instrument: &Instrument) -> Self {
        let shown = |value: Ratio| value.hundredths().to_string();
        Self {
            agencies: tally.agencies(),
            mean: tally.mean(instrument).map(shown),
            domain_means: tally.domain_means(instrument).into_iter().map(shown).collect(),
            lowest: tally.lowest().map(shown),
            highest: tally.highest().map(shown),
            predicates: Counts(counts(tally).collect()),
        }
    }
}

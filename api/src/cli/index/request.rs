//! What is asked of a table, checked against the instrument of the year.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;

use jejak_ledger::evaluation::{
    Costs, Edition, Instrument, InstrumentId, Predicate, STEP_COST_MAX, Unconfirmed, Unscored,
};

use super::IndexError;

/// The arguments of `jejak index`.
#[derive(Debug, clap::Args)]
pub(super) struct TableArgs {
    /// Year of the evaluation; it decides the instrument and how the predicate is read
    #[arg(long, value_name = "YEAR")]
    year: u16,
    /// Instrument: 59/2020 or 5/2018; needed only where the year alone does not decide it
    #[arg(long)]
    instrument: Option<InstrumentId>,
    /// Sheet of a workbook (default: the first)
    #[arg(long, value_name = "NAME")]
    pub(super) sheet: Option<String>,
    /// What an indicator without a level means
    #[arg(long, value_enum, default_value_t = UnscoredArg::Refuse)]
    unscored: UnscoredArg,
    /// Show each step of the arithmetic for one agency
    #[arg(long, value_name = "AGENCY")]
    pub(super) explain: Option<String>,
    /// Levels to assume instead, such as i22=4,i30=3
    #[arg(long, value_name = "INDICATOR=LEVEL", value_delimiter = ',')]
    what_if: Vec<Assignment>,
    /// Find the cheapest way to a predicate: kurang, cukup, baik, sangat-baik or memuaskan
    #[arg(long, value_name = "PREDICATE")]
    target: Option<Predicate>,
    /// What raising an indicator by one level costs, such as i22=3 (default: 1 each)
    #[arg(long, value_name = "INDICATOR=COST", value_delimiter = ',', requires = "target")]
    cost: Vec<Assignment>,
    /// Indicators that stay as they are on the way to the target, such as i30,i31
    #[arg(long, value_name = "INDICATOR", value_delimiter = ',', requires = "target")]
    keep: Vec<String>,
    /// Table of levels, CSV or XLSX: agency,i1..i47 (5/2018: agency,i1..i34,i35a,i35b,i35c)
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum UnscoredArg {
    /// It is a fault
    Refuse,
    /// It counts 0 (not confirmed)
    Zero,
}

impl From<UnscoredArg> for Unscored {
    fn from(argument: UnscoredArg) -> Self {
        match argument {
            UnscoredArg::Refuse => Self::Refused,
            UnscoredArg::Zero => Self::CountsZero,
        }
    }
}

/// `i22=4`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    column: String,
    value: u32,
}

/// A text that assigns nothing to an indicator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not INDICATOR=NUMBER, such as i22=4")]
pub(super) struct NotAnAssignment(String);

impl FromStr for Assignment {
    type Err = NotAnAssignment;

    fn from_str(text: &str) -> Result<Self, NotAnAssignment> {
        let parse = || {
            let (column, value) = text.split_once('=')?;
            let column = column.trim().to_lowercase();
            Some(Self { column, value: value.trim().parse().ok()? })
        };
        parse().ok_or_else(|| NotAnAssignment(text.to_owned()))
    }
}

/// A question that can be answered for every row.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) edition: Edition,
    pub(super) unscored: Unscored,
    /// Positions and levels; empty when nothing is assumed.
    pub(super) what_if: Vec<(usize, u8)>,
    pub(super) target: Option<(Predicate, Costs)>,
}

impl Request {
    /// Checks the arguments.
    pub(super) fn new(args: &TableArgs) -> Result<Self, IndexError> {
        let edition = Edition::of(args.year, args.instrument)?;
        let instrument = edition.instrument();
        let what_if = args.what_if.iter().map(|one| assumed(instrument, one));
        let what_if = what_if.collect::<Result<_, _>>()?;
        let target = match args.target {
            Some(predicate) => Some((predicate, costs(instrument, &args.cost, &args.keep)?)),
            None => None,
        };
        Ok(Self { edition, unscored: args.unscored.into(), what_if, target })
    }

    /// A request for the indexes alone.
    pub(super) const fn plain(edition: Edition, unscored: Unscored) -> Self {
        Self { edition, unscored, what_if: Vec::new(), target: None }
    }

    /// What the results rest on that no source confirms.
    pub(super) fn unconfirmed(&self) -> Vec<Unconfirmed> {
        let mut all = self.edition.unconfirmed().to_vec();
        if self.unscored == Unscored::CountsZero {
            all.push(Unconfirmed::UnscoredCountsZero);
        }
        all
    }
}

fn assumed(instrument: &Instrument, one: &Assignment) -> Result<(usize, u8), IndexError> {
    const OPTION: &str = "--what-if";
    let position = position(instrument, OPTION, &one.column)?;
    let (min, max) = (instrument.level_min(), instrument.level_max());
    let level = u8::try_from(one.value).ok().filter(|level| (min..=max).contains(level));
    let out_of_range = || out_of_range(OPTION, one, min.into(), max.into());
    Ok((position, level.ok_or_else(out_of_range)?))
}

fn costs(
    instrument: &Instrument,
    dear: &[Assignment],
    keep: &[String],
) -> Result<Costs, IndexError> {
    let mut costs = Costs::equal(instrument);
    for one in dear {
        let position = position(instrument, "--cost", &one.column)?;
        let cost = NonZeroU32::new(one.value);
        if cost.is_none() || !costs.set(position, cost) {
            return Err(out_of_range("--cost", one, 1, STEP_COST_MAX));
        }
    }
    for column in keep {
        let position = position(instrument, "--keep", &column.trim().to_lowercase())?;
        // The position is the instrument's own, so there is always an indicator to keep.
        let _kept = costs.set(position, None);
    }
    Ok(costs)
}

fn position(
    instrument: &Instrument,
    option: &'static str,
    column: &str,
) -> Result<usize, IndexError> {
    instrument.position(column).ok_or_else(|| IndexError::NoIndicator {
        option,
        instrument: instrument.title(),
        column: column.to_owned(),
    })
}

fn out_of_range(option: &'static str, one: &Assignment, min: u32, max: u32) -> IndexError {
    let (column, value) = (one.column.clone(), one.value);
    IndexError::OutOfRange { option, column, value, min, max }
}

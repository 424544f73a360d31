//! The SPBE index of an agency: from the levels of its indicators to aspects, domains, index and
//! predicate.
//!
//! An [`Instrument`] says what is asked and what it weighs; an [`Edition`] says which instrument a
//! year uses and which value its predicate is read from, and lists what about that is
//! [`Unconfirmed`]. [`Levels`] are answers already checked against an instrument, so [`Scores`]
//! cannot fail. All arithmetic is on whole numbers: a value is a [`Ratio`] until it is shown, and
//! [`Hundredths`] (half up) only when it is shown.
//!
//! Nothing here reads files, clocks or a ledger.
//!
//! ```
//! use jejak_ledger::evaluation::{Edition, Levels, Predicate, Scores, Unscored};
//!
//! let edition = Edition::of(2023, None)?;
//! let answers = vec![Some(3); edition.instrument().indicators().count()];
//! let levels = Levels::new(edition.instrument(), answers, Unscored::Refused);
//! let scores = Scores::of(&levels.map_err(|errors| format!("{errors:?}"))?);
//! assert_eq!(scores.index().hundredths().to_string(), "3.00");
//! assert_eq!(edition.predicate(scores.index()), Predicate::Baik);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod edition;
mod explain;
mod instrument;
mod levels;
mod path;
mod permenpanrb_59_2020;
mod permenpanrb_5_2018;
mod predicate;
mod published;
mod ratio;
mod scores;
mod search;
mod stages;
mod tally;

pub use edition::{Edition, EditionError, Gap, Unconfirmed};
pub use explain::{AspectStep, DomainStep, Explanation};
pub use instrument::{Aspect, Domain, Indicator, Instrument, InstrumentId, UnknownInstrument};
pub use levels::{LevelError, Levels, Unscored};
pub use path::{Costs, Path, PathError, Raise, STEP_COST_MAX, cheapest_path};
pub use permenpanrb_5_2018::PERMENPANRB_5_2018;
pub use permenpanrb_59_2020::PERMENPANRB_59_2020;
pub use predicate::{Band, Banding, Bands, Predicate, UnknownPredicate};
pub use published::{Difference, Published};
pub use ratio::{Hundredths, NotHundredths, Ratio};
pub use scores::Scores;
pub use stages::{ScoreSheet, Stage};
pub use tally::{Distribution, GROUPS_MAX, Tally, TooManyGroups};

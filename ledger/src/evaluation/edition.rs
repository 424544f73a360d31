//! Which instrument and which reading of it a year uses, and what about that is not confirmed.

use std::ops::RangeInclusive;

use serde::Serialize;

use super::instrument::{Instrument, InstrumentId};
use super::predicate::{Banding, Bands, Predicate};
use super::ratio::Ratio;

/// The evaluation of one year: its instrument, its bands, and the value they are read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    year: u16,
    entry: &'static Entry,
}

impl Edition {
    /// The edition of a year. An old year is never judged by a new instrument, nor the other way
    /// round.
    ///
    /// `instrument` is needed only where the year's own is not held here; elsewhere it must agree.
    pub fn of(year: u16, instrument: Option<InstrumentId>) -> Result<Self, EditionError> {
        let entry = YEARS.iter().find(|entry| entry.years.contains(&year));
        let entry = entry.ok_or(EditionError::BeforeTheIndex { year })?;
        match instrument {
            None if !entry.by_default => Err(EditionError::InstrumentNotHeld { year }),
            Some(wanted) if wanted != entry.instrument => {
                Err(EditionError::NotInForce { year, wanted, in_force: entry.instrument })
            }
            _ => Ok(Self { year, entry }),
        }
    }

    /// The year.
    pub const fn year(&self) -> u16 {
        self.year
    }

    /// The instrument of that year.
    pub const fn instrument(&self) -> &'static Instrument {
        self.entry.instrument.instrument()
    }

    /// The bounds of the predicates.
    pub const fn bands(&self) -> &'static Bands {
        &Bands::TABLE_13
    }

    /// Which value the predicate is read from.
    pub const fn banding(&self) -> Banding {
        self.entry.banding
    }

    /// What about this edition no source confirms. To be shown with every result.
    pub const fn unconfirmed(&self) -> &'static [Unconfirmed] {
        self.entry.unconfirmed
    }

    /// The predicate of an index.
    pub fn predicate(&self, index: Ratio) -> Predicate {
        self.bands().predicate(index, self.banding())
    }

    /// The predicate the other reading would give, where the reading is not confirmed and it makes
    /// a difference.
    pub fn doubt(&self, index: Ratio) -> Option<Predicate> {
        let other = self.bands().predicate(index, self.banding().other());
        let confirmed = !self.unconfirmed().iter().any(|what| what.leaves_the_reading_open());
        (!confirmed && other != self.predicate(index)).then_some(other)
    }

    /// The fewest points (levels times weights) that earn a predicate.
    pub fn points_for(&self, predicate: Predicate) -> u64 {
        self.banding().points(self.bands().from(predicate), self.instrument().weight())
    }

    /// How far an index is from the next better predicate; none above the best.
    pub fn gap(&self, index: Ratio) -> Option<Gap> {
        let next = self.predicate(index).next()?;
        let points = self.points_for(next).saturating_sub(index.numerator());
        Some(Gap { next, missing: Ratio::new(points, self.instrument().weight()) })
    }
}

/// The distance to the next predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The next better predicate.
    pub next: Predicate,
    /// What the index lacks: missing points over the instrument's weight.
    pub missing: Ratio,
}

/// Something a result rests on that no source confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Unconfirmed {
    /// The predicate bounds under Permen PANRB 5/2018.
    #[error(
        "the predicate bounds of PermenPANRB 5/2018 are not confirmed; those of 59/2020 are used"
    )]
    BandsOf5Of2018,
    /// Which value the predicate was read from in years before 2023.
    #[error("that the predicate is read from the rounded value is confirmed for 2023 only")]
    RoundedBefore2023,
    /// The instrument of the 2020 figure.
    #[error("that the figure of 2020 was made with PermenPANRB 5/2018 is not confirmed")]
    InstrumentOf2020,
    /// The evaluation of 2025.
    #[error(
        "2025 is judged as 2024 (59/2020, predicate from the unrounded value), which no source says"
    )]
    JudgedAs2024,
    /// 59/2020 used for a year from 2026 on.
    #[error(
        "59/2020 was asked for; from 2026 on PermenPANRB 8/2026 (Indeks Pemdi) is said to apply"
    )]
    AfterIndeksPemdi,
    /// Indicators without a score counted as 0.
    #[error("that what is not scored counts 0 is inferred from one published row (Banyuasin 2023)")]
    UnscoredCountsZero,
}

impl Unconfirmed {
    /// Whether it leaves open if the rounded or the exact value is judged.
    const fn leaves_the_reading_open(self) -> bool {
        match self {
            Self::RoundedBefore2023 | Self::JudgedAs2024 | Self::AfterIndeksPemdi => true,
            Self::BandsOf5Of2018 | Self::InstrumentOf2020 | Self::UnscoredCountsZero => false,
        }
    }
}

/// Why a year has no edition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditionError {
    /// The first evaluation was that of 2018.
    #[error("there is no SPBE index of {year}: the first is that of 2018")]
    BeforeTheIndex {
        /// The year asked for.
        year: u16,
    },
    /// The year's instrument is not held here.
    #[error(
        "the instrument of {year} (PermenPANRB 8/2026, Indeks Pemdi) is not held: its weights are \
         not known in full; name an instrument to use that one"
    )]
    InstrumentNotHeld {
        /// The year asked for.
        year: u16,
    },
    /// Another instrument was in force.
    #[error("the instrument {wanted} was not in use for {year}: {in_force} was")]
    NotInForce {
        /// The year asked for.
        year: u16,
        /// The instrument asked for.
        wanted: InstrumentId,
        /// The instrument of that year.
        in_force: InstrumentId,
    },
}

/// What holds for a run of years.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    years: RangeInclusive<u16>,
    instrument: InstrumentId,
    /// Whether a year alone is enough to choose it.
    by_default: bool,
    banding: Banding,
    unconfirmed: &'static [Unconfirmed],
}

impl Entry {
    const fn new(
        years: RangeInclusive<u16>,
        instrument: InstrumentId,
        banding: Banding,
        unconfirmed: &'static [Unconfirmed],
    ) -> Self {
        Self { years, instrument, by_default: true, banding, unconfirmed }
    }

    const fn only_when_named(self) -> Self {
        Self { by_default: false, ..self }
    }
}

static YEARS: [Entry; 7] = {
    use Banding::{Rounded, Unrounded};
    use InstrumentId::{PermenPanRb5Of2018 as Old, PermenPanRb59Of2020 as Current};
    use Unconfirmed::{
        AfterIndeksPemdi, BandsOf5Of2018, InstrumentOf2020, JudgedAs2024, RoundedBefore2023,
    };
    [
        Entry::new(2018..=2019, Old, Rounded, &[BandsOf5Of2018, RoundedBefore2023]),
        Entry::new(
            2020..=2020,
            Old,
            Rounded,
            &[InstrumentOf2020, BandsOf5Of2018, RoundedBefore2023],
        ),
        Entry::new(2021..=2022, Current, Rounded, &[RoundedBefore2023]),
        Entry::new(2023..=2023, Current, Rounded, &[]),
        Entry::new(2024..=2024, Current, Unrounded, &[]),
        Entry::new(2025..=2025, Current, Unrounded, &[JudgedAs2024]),
        Entry::new(2026..=u16::MAX, Current, Unrounded, &[AfterIndeksPemdi]).only_when_named(),
    ]
};

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn edition(year: u16) -> Edition {
        Edition::of(year, None).unwrap()
    }

    fn index(points: u64, edition: &Edition) -> Ratio {
        Ratio::new(points, edition.instrument().weight())
    }

    #[test]
    fn each_year_has_its_instrument_and_its_reading() {
        use InstrumentId::{PermenPanRb5Of2018 as Old, PermenPanRb59Of2020 as Current};
        for (year, instrument, banding) in [
            (2018, Old, Banding::Rounded),
            (2019, Old, Banding::Rounded),
            (2020, Old, Banding::Rounded),
            (2021, Current, Banding::Rounded),
            (2022, Current, Banding::Rounded),
            (2023, Current, Banding::Rounded),
            (2024, Current, Banding::Unrounded),
            (2025, Current, Banding::Unrounded),
        ] {
            let edition = edition(year);
            assert_eq!(
                (edition.instrument().id(), edition.banding()),
                (instrument, banding),
                "{year}"
            );
            assert_eq!(edition.unconfirmed().is_empty(), year == 2023 || year == 2024, "{year}");
        }
    }

    #[test]
    fn a_year_is_never_judged_by_another_years_instrument() {
        let wanted = InstrumentId::PermenPanRb59Of2020;
        let in_force = InstrumentId::PermenPanRb5Of2018;
        assert_eq!(
            Edition::of(2019, Some(wanted)),
            Err(EditionError::NotInForce { year: 2019, wanted, in_force })
        );
        assert_eq!(
            Edition::of(2021, Some(in_force)),
            Err(EditionError::NotInForce { year: 2021, wanted: in_force, in_force: wanted })
        );
        assert_eq!(Edition::of(2017, None), Err(EditionError::BeforeTheIndex { year: 2017 }));
    }

    #[test]
    fn from_2026_on_an_instrument_must_be_named_and_the_result_is_marked() {
        assert_eq!(Edition::of(2026, None), Err(EditionError::InstrumentNotHeld { year: 2026 }));
        let named = Edition::of(2026, Some(InstrumentId::PermenPanRb59Of2020)).unwrap();
        assert_eq!(named.unconfirmed(), [Unconfirmed::AfterIndeksPemdi]);
        assert_eq!(named.banding(), Banding::Unrounded);
    }

    #[test]
    fn a_doubt_is_told_only_where_the_reading_is_open_and_matters() {
        let near = |year| {
            let edition = edition(year);
            edition.doubt(index(6995, &edition)) // 3.4975, shown as 3.50
        };
        assert_eq!(near(2022), Some(Predicate::Baik));
        assert_eq!(near(2023), None);
        assert_eq!(near(2024), None);
        assert_eq!(near(2025), Some(Predicate::SangatBaik));
        assert_eq!(edition(2025).doubt(index(7000, &edition(2025))), None);
    }

    #[test]
    fn the_gap_is_what_the_next_predicate_lacks() {
        let gap = edition(2024).gap(index(6998, &edition(2024))).unwrap();
        assert_eq!((gap.next, gap.missing.numerator()), (Predicate::SangatBaik, 2));
        let gap = edition(2023).gap(index(6989, &edition(2023))).unwrap();
        assert_eq!((gap.next, gap.missing.numerator()), (Predicate::SangatBaik, 1));
        assert_eq!(edition(2024).gap(index(10_000, &edition(2024))), None);
    }
}

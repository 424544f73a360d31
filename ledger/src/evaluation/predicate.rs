//! The five predicates, their bounds, and which value they are read from.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::ratio::{Hundredths, Ratio};

/// What an index is called, from lowest to highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Predicate {
    /// Below 1.8.
    Kurang,
    /// From 1.8.
    Cukup,
    /// From 2.6, the national target.
    Baik,
    /// From 3.5.
    SangatBaik,
    /// From 4.2.
    Memuaskan,
}

impl Predicate {
    /// All of them, lowest first.
    pub const ALL: [Self; 5] =
        [Self::Kurang, Self::Cukup, Self::Baik, Self::SangatBaik, Self::Memuaskan];

    /// Its name in the regulation.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kurang => "Kurang",
            Self::Cukup => "Cukup",
            Self::Baik => "Baik",
            Self::SangatBaik => "Sangat Baik",
            Self::Memuaskan => "Memuaskan",
        }
    }

    /// The next better one; none above Memuaskan.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|&other| other > self)
    }
}

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Predicate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A name that is no predicate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no predicate {0:?}; the predicates are Kurang, Cukup, Baik, Sangat Baik and Memuaskan"
)]
pub struct UnknownPredicate(pub String);

impl FromStr for Predicate {
    type Err = UnknownPredicate;

    /// Without regard to case; `sangat-baik` is `Sangat Baik`.
    fn from_str(text: &str) -> Result<Self, UnknownPredicate> {
        let wanted = text.trim().replace(['-', '_'], " ");
        Self::ALL
            .into_iter()
            .find(|predicate| predicate.name().eq_ignore_ascii_case(&wanted))
            .ok_or_else(|| UnknownPredicate(text.to_owned()))
    }
}

/// A predicate and the value it starts at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// The predicate.
    pub predicate: Predicate,
    /// The lowest value that earns it.
    pub from: Hundredths,
}

/// The bounds of all predicates.
#[derive(Debug, PartialEq, Eq)]
pub struct Bands([Band; 5]);

impl Bands {
    /// Permen PANRB 59/2020, Lampiran I, Table 13.
    pub const TABLE_13: Self = Self([
        Band { predicate: Predicate::Memuaskan, from: Hundredths(420) },
        Band { predicate: Predicate::SangatBaik, from: Hundredths(350) },
        Band { predicate: Predicate::Baik, from: Hundredths(260) },
        Band { predicate: Predicate::Cukup, from: Hundredths(180) },
        Band { predicate: Predicate::Kurang, from: Hundredths(0) },
    ]);

    /// The bands, best first.
    pub const fn as_slice(&self) -> &[Band] {
        &self.0
    }

    /// Where a predicate starts.
    pub fn from(&self, predicate: Predicate) -> Hundredths {
        let band = self.0.iter().find(|band| band.predicate == predicate);
        band.map_or(Hundredths(0), |band| band.from)
    }

    /// The predicate of an index.
    pub fn predicate(&self, index: Ratio, banding: Banding) -> Predicate {
        let earned =
            |band: &&Band| index.numerator() >= banding.points(band.from, index.denominator());
        self.0.iter().find(earned).map_or(Predicate::Kurang, |band| band.predicate)
    }
}

/// Which value a predicate is read from. The regulation does not say, and the practice changed
/// between 2023 and 2024.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Banding {
    /// The value as shown: 1.795 is shown as 1.80 and is Cukup.
    Rounded,
    /// The exact value: 3.4985 is shown as 3.50 and is Baik.
    Unrounded,
}

impl Banding {
    /// The other way to read it.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Rounded => Self::Unrounded,
            Self::Unrounded => Self::Rounded,
        }
    }

    /// The fewest points over `weight` that reach `bound`.
    ///
    /// Half up, a value is shown as `bound` or more from half a hundredth below it on:
    /// `points >= weight * (2 * bound - 1) / 200`, with `bound` in hundredths.
    pub(super) fn points(self, bound: Hundredths, weight: std::num::NonZeroU64) -> u64 {
        match self {
            Self::Rounded => (weight.get() * (2 * bound.0).saturating_sub(1)).div_ceil(200),
            Self::Unrounded => (weight.get() * bound.0).div_ceil(100),
        }
    }
}

impl fmt::Display for Banding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rounded => "rounded",
            Self::Unrounded => "unrounded",
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::num::NonZeroU64;

    use super::*;

    fn judged(points: u64) -> (Predicate, Predicate) {
        let index = Ratio::new(points, NonZeroU64::new(2000).unwrap());
        let read = |banding| Bands::TABLE_13.predicate(index, banding);
        (read(Banding::Rounded), read(Banding::Unrounded))
    }

    #[test]
    fn a_bound_begins_at_its_exact_value_or_half_a_hundredth_before_when_rounded() {
        use Predicate::{Baik, Cukup, Kurang, Memuaskan, SangatBaik};
        for (bound, above, below) in [
            (3600, Cukup, Kurang),
            (5200, Baik, Cukup),
            (7000, SangatBaik, Baik),
            (8400, Memuaskan, SangatBaik),
        ] {
            assert_eq!(judged(bound), (above, above));
            assert_eq!(judged(bound - 1), (above, below));
            assert_eq!(judged(bound - 10), (above, below));
            assert_eq!(judged(bound - 11), (below, below));
        }
    }

    /// Every index either instrument can give. The older one has bounds between two points.
    #[test]
    fn a_rounded_value_is_judged_as_it_is_shown() {
        for weight in [300, 2000] {
            for points in 0..=5 * weight {
                let index = Ratio::new(points, NonZeroU64::new(weight).unwrap());
                let shown = Ratio::new(index.hundredths().0, NonZeroU64::new(100).unwrap());
                assert_eq!(
                    Bands::TABLE_13.predicate(index, Banding::Rounded),
                    Bands::TABLE_13.predicate(shown, Banding::Unrounded),
                    "{index}"
                );
            }
        }
    }

    #[test]
    fn names_are_read_without_regard_to_case() {
        assert_eq!("sangat-baik".parse(), Ok(Predicate::SangatBaik));
        assert_eq!(" MEMUASKAN ".parse(), Ok(Predicate::Memuaskan));
        assert_eq!("buruk".parse::<Predicate>(), Err(UnknownPredicate("buruk".to_owned())));
    }

    #[test]
    fn the_next_predicate_is_the_next_better_one() {
        assert_eq!(Predicate::Kurang.next(), Some(Predicate::Cukup));
        assert_eq!(Predicate::Memuaskan.next(), None);
    }
}

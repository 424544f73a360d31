//! How an index came about, step by step, for a reader with the regulation in hand.

use std::fmt;
use std::num::NonZeroU64;

use serde::Serialize;

use super::edition::{Edition, Unconfirmed};
use super::instrument::{Aspect, Domain, InstrumentId};
use super::levels::Levels;
use super::predicate::{Banding, Predicate};
use super::ratio::{Hundredths, Ratio};
use super::scores::Scores;

/// Every step from levels to predicate. Its text (`Display`) can be checked with pencil and paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The year.
    pub year: u16,
    /// The instrument.
    pub instrument: InstrumentId,
    /// The aspects.
    pub aspects: Vec<AspectStep>,
    /// The domains.
    pub domains: Vec<DomainStep>,
    /// The index: points over the instrument's weight.
    pub index: Ratio,
    /// The index as shown.
    pub shown: Hundredths,
    /// Which of the two the predicate is read from.
    pub banding: Banding,
    /// The lowest value of the predicate.
    pub predicate_from: Hundredths,
    /// The predicate.
    pub predicate: Predicate,
    /// What the other reading would give, where the reading is not confirmed and it matters.
    pub doubt: Option<Predicate>,
    /// Indicators without a score, counted as 0.
    pub unscored: usize,
    /// What about the edition is not confirmed.
    pub unconfirmed: &'static [Unconfirmed],
}

/// One aspect: its levels and their mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AspectStep {
    /// Its number.
    pub number: u8,
    /// Its name.
    pub name: &'static str,
    /// The column and level of each indicator.
    pub levels: Vec<(&'static str, u8)>,
    /// The sum of the levels.
    pub sum: u64,
    /// The weight of each indicator in percent, as a fraction.
    pub percent_each: Ratio,
    /// The weight of the aspect in percent, as a fraction.
    pub percent: Ratio,
    /// The value of the aspect.
    pub value: Ratio,
}

/// One domain: its aspects and their weighted mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DomainStep {
    /// Its number.
    pub number: u8,
    /// Its name.
    pub name: &'static str,
    /// The numbers of its aspects.
    pub aspects: Vec<u8>,
    /// The weight of the domain in percent, as a fraction.
    pub percent: Ratio,
    /// The value of the domain.
    pub value: Ratio,
}

impl Explanation {
    /// Explains levels under an edition.
    pub fn of(edition: &Edition, levels: &Levels) -> Self {
        let scores = Scores::of(levels);
        let whole = levels.instrument().weight();
        let predicate = edition.predicate(scores.index());
        Self {
            year: edition.year(),
            instrument: levels.instrument().id(),
            aspects: aspect_steps(levels, &scores),
            domains: levels
                .instrument()
                .domains()
                .iter()
                .zip(scores.domains())
                .map(|(domain, &value)| domain_step(domain, value, whole))
                .collect(),
            index: scores.index(),
            shown: scores.index().hundredths(),
            banding: edition.banding(),
            predicate_from: edition.bands().from(predicate),
            predicate,
            doubt: edition.doubt(scores.index()),
            unscored: levels.unscored(),
            unconfirmed: edition.unconfirmed(),
        }
    }
}

fn aspect_steps(levels: &Levels, scores: &Scores) -> Vec<AspectStep> {
    let whole = levels.instrument().weight();
    let mut given = levels.as_slice().iter().copied();
    let step = |(aspect, &value): (&Aspect, &Ratio)| {
        let columns = aspect.indicators().map(super::Indicator::column);
        let levels: Vec<_> = columns.zip(given.by_ref()).collect();
        AspectStep {
            number: aspect.number(),
            name: aspect.name(),
            sum: levels.iter().map(|&(_, level)| u64::from(level)).sum(),
            levels,
            percent_each: percent(aspect.weight_each(), whole),
            percent: percent(aspect.weight(), whole),
            value,
        }
    };
    levels.instrument().aspects().zip(scores.aspects()).map(step).collect()
}

fn domain_step(domain: &Domain, value: Ratio, whole: NonZeroU64) -> DomainStep {
    DomainStep {
        number: domain.number(),
        name: domain.name(),
        aspects: domain.aspects().map(Aspect::number).collect(),
        percent: percent(domain.weight(), whole),
        value,
    }
}

fn percent(weight: NonZeroU64, whole: NonZeroU64) -> Ratio {
    Ratio::new(100 * weight.get(), whole)
}

/// Percent times value: what a part contributes, exact, because its points are over its own weight.
fn contribution(value: Ratio, whole: NonZeroU64) -> Ratio {
    Ratio::new(100 * value.numerator(), whole)
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Year {}, {}", self.year, self.instrument.instrument().title())?;
        self.write_aspects(f)?;
        self.write_domains(f)?;
        self.write_index(f)?;
        self.write_predicate(f)
    }
}

impl Explanation {
    fn write_aspects(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nAspects: (sum of levels x weight of each) / weight of the aspect")?;
        for step in &self.aspects {
            writeln!(f, "  A{} {}", step.number, step.name)?;
            let levels = step.levels.iter().map(|(column, level)| format!("{column}={level}"));
            writeln!(f, "     {}", levels.collect::<Vec<_>>().join(" "))?;
            writeln!(
                f,
                "     ({} x {}) / {} = {}",
                step.sum,
                step.percent_each.exact(),
                step.percent.exact(),
                shown(step.value)
            )?;
        }
        Ok(())
    }

    fn write_domains(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nDomains: sum of (aspect x its weight) / weight of the domain")?;
        for step in &self.domains {
            let own = self.aspects.iter().filter(|aspect| step.aspects.contains(&aspect.number));
            let parts =
                own.map(|part| format!("{} x {}", part.value.exact(), part.percent.exact()));
            writeln!(f, "  D{} {}", step.number, step.name)?;
            writeln!(
                f,
                "     ({}) / {} = {} / {} = {}",
                parts.collect::<Vec<_>>().join(" + "),
                step.percent.exact(),
                contribution(step.value, self.index.denominator()).exact(),
                step.percent.exact(),
                shown(step.value)
            )?;
        }
        Ok(())
    }

    fn write_index(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.domains.iter();
        let parts = parts.map(|step| format!("{} x {}", step.value.exact(), step.percent.exact()));
        writeln!(f, "\nIndex: sum of (domain x its weight) / 100")?;
        writeln!(
            f,
            "     ({}) / 100 = {} / 100",
            parts.collect::<Vec<_>>().join(" + "),
            contribution(self.index, self.index.denominator()).exact()
        )?;
        let exact = self.index.exact();
        writeln!(f, "     = {} points = {exact}, shown {} (half up)", self.index, self.shown)?;
        if self.unscored > 0 {
            writeln!(f, "     {} indicators have no score and count 0", self.unscored)?;
        }
        Ok(())
    }

    fn write_predicate(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match self.banding {
            Banding::Rounded => format!("the value as shown, {}", self.shown),
            Banding::Unrounded => format!("the exact value, {}", self.index.exact()),
        };
        writeln!(f, "\nPredicate: read from {value}, is at least {}", self.predicate_from)?;
        writeln!(f, "     {}", self.predicate)?;
        if let Some(other) = self.doubt {
            writeln!(
                f,
                "     not confirmed: the {} value would give {other}",
                self.banding.other()
            )?;
        }
        for what in self.unconfirmed {
            writeln!(f, "     not confirmed: {what}")?;
        }
        Ok(())
    }
}

/// The exact value, and the shown one where they differ.
fn shown(value: Ratio) -> String {
    let (exact, shown) = (value.exact(), value.hundredths().to_string());
    if exact == shown { shown } else { format!("{exact} (shown {shown})") }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::super::Unscored;
    use super::*;

    /// Kab. Pesisir Selatan 2023: the sums 44, 37, 34, 46, 30 are the only ones that fit the
    /// published row.
    #[test]
    fn each_step_of_a_published_index_can_be_followed() {
        let edition = Edition::of(2023, None).unwrap();
        let sums: [(u8, u8); 8] =
            [(44, 10), (13, 4), (14, 4), (10, 2), (25, 8), (9, 3), (46, 10), (30, 6)];
        let answers = sums.into_iter().flat_map(|(sum, count)| {
            (0..count).map(move |place| Some(sum / count + u8::from(place < sum % count)))
        });
        let levels = Levels::new(edition.instrument(), answers, Unscored::Refused).unwrap();
        let text = Explanation::of(&edition, &levels).to_string();
        for line in [
            "Year 2023, PermenPANRB 59/2020",
            "     i1=5 i2=5 i3=5 i4=5 i5=4 i6=4 i7=4 i8=4 i9=4 i10=4",
            "     (44 x 1.30) / 13.00 = 4.40",
            "     (3.25 x 10.00 + 3.50 x 10.00 + 5.00 x 5.00) / 25.00 = 92.50 / 25.00 = 3.70",
            "     (25/8 x 12.00 + 3.00 x 4.50) / 16.50 = 51.00 / 16.50 = 34/11 (shown 3.09)",
            "     (4.40 x 13.00 + 3.70 x 25.00 + 34/11 x 16.50 + 433/91 x 45.50) / 100 = 417.20 / 100",
            "     = 8344/2000 points = 4.172, shown 4.17 (half up)",
            "Predicate: read from the value as shown, 4.17, is at least 3.50",
            "     Sangat Baik",
        ] {
            let line = line.replace("25/8", "3.125");
            assert!(text.lines().any(|found| found == line), "{line:?} is not in\n{text}");
        }
    }
}

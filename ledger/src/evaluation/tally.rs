//! Totals over many agencies: how many have which predicate, and the plain mean. Bounded memory,
//! exact sums.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use super::instrument::Instrument;
use super::predicate::Predicate;
use super::ratio::Ratio;
use super::scores::Scores;

/// Totals of a set of agencies under one instrument.
#[derive(Clone, Debug)]
pub struct Tally {
    agencies: u64,
    predicates: BTreeMap<Predicate, u64>,
    domain_points: Vec<u64>,
    index_points: u64,
    bounds: Option<(Ratio, Ratio)>,
}

impl Tally {
    /// Nobody yet.
    pub fn new(instrument: &Instrument) -> Self {
        Self {
            agencies: 0,
            predicates: BTreeMap::new(),
            domain_points: instrument.domains().iter().map(|_| 0).collect(),
            index_points: 0,
            bounds: None,
        }
    }

    /// Adds one agency.
    pub fn add(&mut self, scores: &Scores, predicate: Predicate) {
        let index = scores.index();
        self.agencies += 1;
        *self.predicates.entry(predicate).or_default() += 1;
        self.index_points += index.numerator();
        for (points, value) in self.domain_points.iter_mut().zip(scores.domains()) {
            *points += value.numerator();
        }
        let (lowest, highest) = self.bounds.unwrap_or((index, index));
        self.bounds = Some((lowest.min(index), highest.max(index)));
    }

    /// How many agencies there are.
    pub const fn agencies(&self) -> u64 {
        self.agencies
    }

    /// How many of them have this predicate.
    pub fn with_predicate(&self, predicate: Predicate) -> u64 {
        self.predicates.get(&predicate).copied().unwrap_or(0)
    }

    /// The plain mean of the indexes. The published national figure is formed in another way that
    /// is not known.
    pub fn mean(&self, instrument: &Instrument) -> Option<Ratio> {
        self.over(self.index_points, instrument.weight())
    }

    /// The plain mean of each domain.
    pub fn domain_means(&self, instrument: &Instrument) -> Vec<Ratio> {
        let domains = self.domain_points.iter().zip(instrument.domains());
        domains.filter_map(|(&points, domain)| self.over(points, domain.weight())).collect()
    }

    /// The lowest index.
    pub fn lowest(&self) -> Option<Ratio> {
        self.bounds.map(|(lowest, _)| lowest)
    }

    /// The highest index.
    pub fn highest(&self) -> Option<Ratio> {
        self.bounds.map(|(_, highest)| highest)
    }

    fn over(&self, points: u64, weight: NonZeroU64) -> Option<Ratio> {
        let denominator = weight.checked_mul(NonZeroU64::new(self.agencies)?)?;
        Some(Ratio::new(points, denominator))
    }
}

/// Agencies clustered by predicate, over all and in each group (a province, a kind of agency).
///
/// Permen PANRB 59/2020, Lampiran I, III D 4 c: the clusters are those of the index value, that is,
/// the predicates.
#[derive(Clone, Debug)]
pub struct Distribution {
    all: Tally,
    groups: BTreeMap<String, Tally>,
    empty: Tally,
}

impl Distribution {
    /// Nobody yet.
    pub fn new(instrument: &Instrument) -> Self {
        let empty = Tally::new(instrument);
        Self { all: empty.clone(), groups: BTreeMap::new(), empty }
    }

    /// Adds one agency, and to its group if it has one.
    pub fn add(
        &mut self,
        group: Option<&str>,
        scores: &Scores,
        predicate: Predicate,
    ) -> Result<(), TooManyGroups> {
        if let Some(name) = group {
            self.group(name)?.add(scores, predicate);
        }
        self.all.add(scores, predicate);
        Ok(())
    }

    /// The totals of all agencies.
    pub const fn all(&self) -> &Tally {
        &self.all
    }

    /// The totals of each group, by name.
    pub const fn groups(&self) -> &BTreeMap<String, Tally> {
        &self.groups
    }

    fn group(&mut self, name: &str) -> Result<&mut Tally, TooManyGroups> {
        if !self.groups.contains_key(name) {
            if self.groups.len() >= GROUPS_MAX {
                return Err(TooManyGroups);
            }
            self.groups.insert(name.to_owned(), self.empty.clone());
        }
        self.groups.get_mut(name).ok_or(TooManyGroups)
    }
}

/// More than [`GROUPS_MAX`] groups.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are more than {GROUPS_MAX} groups")]
pub struct TooManyGroups;

/// Twenty times the groups of the official tables, so that memory does not grow with the table.
pub const GROUPS_MAX: usize = 1000;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::super::{Levels, PERMENPANRB_59_2020, Unscored};
    use super::*;

    fn scores(level: u8) -> Scores {
        let answers = vec![Some(level); 47];
        Scores::of(&Levels::new(&PERMENPANRB_59_2020, answers, Unscored::Refused).unwrap())
    }

    #[test]
    fn totals_are_exact_and_by_group() {
        let mut distribution = Distribution::new(&PERMENPANRB_59_2020);
        for (group, level, predicate) in [
            (Some("Bali"), 5, Predicate::Memuaskan),
            (Some("Bali"), 1, Predicate::Kurang),
            (None, 2, Predicate::Cukup),
        ] {
            distribution.add(group, &scores(level), predicate).unwrap();
        }
        let all = distribution.all();
        assert_eq!((all.agencies(), all.with_predicate(Predicate::Kurang)), (3, 1));
        assert_eq!(all.mean(&PERMENPANRB_59_2020).unwrap().hundredths().to_string(), "2.67");
        assert_eq!(all.lowest().unwrap().hundredths().to_string(), "1.00");
        let bali = distribution.groups().get("Bali").unwrap();
        assert_eq!((bali.agencies(), bali.with_predicate(Predicate::Cukup)), (2, 0));
        assert_eq!(bali.domain_means(&PERMENPANRB_59_2020).len(), 4);
    }

    #[test]
    fn nobody_has_no_mean() {
        let nobody = Distribution::new(&PERMENPANRB_59_2020);
        assert_eq!(nobody.all().mean(&PERMENPANRB_59_2020), None);
        assert!(nobody.all().domain_means(&PERMENPANRB_59_2020).is_empty());
    }

    #[test]
    fn groups_are_bounded() {
        let mut distribution = Distribution::new(&PERMENPANRB_59_2020);
        let one = scores(3);
        for number in 0..GROUPS_MAX {
            distribution.add(Some(&number.to_string()), &one, Predicate::Baik).unwrap();
        }
        assert_eq!(distribution.add(Some("one more"), &one, Predicate::Baik), Err(TooManyGroups));
        assert!(distribution.add(Some("7"), &one, Predicate::Baik).is_ok());
    }
}

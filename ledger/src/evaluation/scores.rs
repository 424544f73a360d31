//! From levels to aspects, domains and index: whole-number sums over whole-number weights.

use super::instrument::{Aspect, Domain, Instrument};
use super::levels::Levels;
use super::ratio::Ratio;

/// The values of one agency, exact.
///
/// Permen PANRB 59/2020, Lampiran I, nests three weighted means: indicators in an aspect, aspects
/// in a domain, domains in the index. The weight of each part is the sum of the weights below it,
/// so each value is the points of its indicators (level times weight) over their weights, without
/// an intermediate division.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scores {
    aspects: Vec<Ratio>,
    domains: Vec<Ratio>,
    index: Ratio,
}

impl Scores {
    /// Computes them. Levels are checked, so nothing can go wrong here.
    pub fn of(levels: &Levels) -> Self {
        let instrument = levels.instrument();
        let aspects = aspects(instrument, levels.as_slice());
        let domains = domains(instrument, &aspects);
        let points = domains.iter().map(|domain| domain.numerator()).sum();
        Self { aspects, domains, index: Ratio::new(points, instrument.weight()) }
    }

    /// The value of each aspect: its points over its weight.
    pub fn aspects(&self) -> &[Ratio] {
        &self.aspects
    }

    /// The value of each domain: its points over its weight.
    pub fn domains(&self) -> &[Ratio] {
        &self.domains
    }

    /// The index: all points over the instrument's weight.
    pub const fn index(&self) -> Ratio {
        self.index
    }
}

fn aspects(instrument: &Instrument, levels: &[u8]) -> Vec<Ratio> {
    let mut levels = levels.iter();
    let value = |aspect: &Aspect| {
        let own = levels.by_ref().take(aspect.indicators().count());
        let sum: u64 = own.map(|&level| u64::from(level)).sum();
        Ratio::new(sum * aspect.weight_each().get(), aspect.weight())
    };
    instrument.aspects().map(value).collect()
}

fn domains(instrument: &Instrument, aspects: &[Ratio]) -> Vec<Ratio> {
    let mut aspects = aspects.iter();
    let value = |domain: &Domain| {
        let own = aspects.by_ref().take(domain.aspects().count());
        Ratio::new(own.map(|aspect| aspect.numerator()).sum(), domain.weight())
    };
    instrument.domains().iter().map(value).collect()
}

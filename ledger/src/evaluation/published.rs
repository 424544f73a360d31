//! A published result against the result of the final external scores.

use serde::Serialize;

use super::edition::Edition;
use super::predicate::Predicate;
use super::ratio::Hundredths;
use super::scores::Scores;

/// A result as the ministry publishes it. Domains are told or not, but if told then all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The domains in order; empty when only the index was published.
    pub domains: Vec<Hundredths>,
    /// The index.
    pub index: Hundredths,
    /// The predicate, if published.
    pub predicate: Option<Predicate>,
}

/// Where a published result differs from the scores it should come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// Another number of domains than the instrument has.
    #[error("{published} domains are published, the instrument has {held}")]
    DomainCount {
        /// How many were published.
        published: usize,
        /// How many there are.
        held: usize,
    },
    /// A domain differs.
    #[error("domain {number} is published as {published}, the scores give {computed}")]
    Domain {
        /// The domain's number.
        number: u8,
        /// What was published.
        published: Hundredths,
        /// What the scores give.
        computed: Hundredths,
    },
    /// The index differs.
    #[error("the index is published as {published}, the scores give {computed}")]
    Index {
        /// What was published.
        published: Hundredths,
        /// What the scores give.
        computed: Hundredths,
    },
    /// The predicate differs, under either reading of the value where the reading is not confirmed.
    #[error("the predicate is published as {published}, the scores give {computed}")]
    Predicate {
        /// What was published.
        published: Predicate,
        /// What the scores give.
        computed: Predicate,
    },
}

impl Published {
    /// Every difference from what the scores give. Empty when they agree.
    pub fn differences(&self, edition: &Edition, scores: &Scores) -> Vec<Difference> {
        let mut differences = self.domain_differences(edition, scores);
        let computed = scores.index().hundredths();
        if self.index != computed {
            differences.push(Difference::Index { published: self.index, computed });
        }
        let computed = edition.predicate(scores.index());
        if let Some(published) = self.predicate
            && published != computed
            && Some(published) != edition.doubt(scores.index())
        {
            differences.push(Difference::Predicate { published, computed });
        }
        differences
    }

    fn domain_differences(&self, edition: &Edition, scores: &Scores) -> Vec<Difference> {
        let (published, held) = (self.domains.len(), scores.domains().len());
        if published == 0 {
            return Vec::new();
        }
        if published != held {
            return vec![Difference::DomainCount { published, held }];
        }
        let domains = edition.instrument().domains().iter();
        let compared = domains.zip(&self.domains).zip(scores.domains());
        compared
            .map(|((domain, &published), value)| (domain.number(), published, value.hundredths()))
            .filter(|(_, published, computed)| published != computed)
            .map(|(number, published, computed)| Difference::Domain { number, published, computed })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::super::{Levels, Unscored};
    use super::*;

    fn threes(year: u16) -> (Edition, Scores) {
        let edition = Edition::of(year, None).unwrap();
        let levels = Levels::new(edition.instrument(), vec![Some(3); 47], Unscored::Refused);
        let scores = Scores::of(&levels.unwrap());
        (edition, scores)
    }

    #[test]
    fn agreement_is_no_difference() {
        let (edition, scores) = threes(2024);
        let three = Hundredths(300);
        let published =
            Published { domains: vec![three; 4], index: three, predicate: Some(Predicate::Baik) };
        assert_eq!(published.differences(&edition, &scores), []);
    }

    #[test]
    fn every_difference_is_told() {
        let (edition, scores) = threes(2024);
        let (three, more) = (Hundredths(300), Hundredths(301));
        let predicate = Some(Predicate::Cukup);
        let published =
            Published { domains: vec![three, more, three, three], index: more, predicate };
        assert_eq!(
            published.differences(&edition, &scores),
            [
                Difference::Domain { number: 2, published: more, computed: three },
                Difference::Index { published: more, computed: three },
                Difference::Predicate { published: Predicate::Cukup, computed: Predicate::Baik },
            ]
        );
        let count = Published { domains: vec![three; 3], index: three, predicate: None };
        assert_eq!(
            count.differences(&edition, &scores),
            [Difference::DomainCount { published: 3, held: 4 }]
        );
    }

    /// Exactly 3.4985, shown as 3.50, in a year for which no source says which of them is judged.
    #[test]
    fn where_the_reading_is_open_either_predicate_agrees() {
        let published = |predicate| Published {
            domains: Vec::new(),
            index: Hundredths(350),
            predicate: Some(predicate),
        };
        let differs = |year, predicate| {
            let edition = Edition::of(year, None).unwrap();
            let mut answers = vec![Some(4); 47];
            answers[..7].fill(Some(5));
            answers[10..20].fill(Some(3));
            answers[20..31].fill(Some(2));
            answers[20] = Some(3);
            answers[31] = Some(3);
            let levels = Levels::new(edition.instrument(), answers, Unscored::Refused);
            let scores = Scores::of(&levels.unwrap());
            assert_eq!(scores.index().numerator(), 6997);
            !published(predicate).differences(&edition, &scores).is_empty()
        };
        let both = |year| (differs(year, Predicate::Baik), differs(year, Predicate::SangatBaik));
        assert_eq!([both(2022), both(2023)], [(false, false), (true, false)]);
        assert_eq!([both(2024), both(2025)], [(false, true), (false, false)]);
        assert!(differs(2022, Predicate::Cukup));
    }
}

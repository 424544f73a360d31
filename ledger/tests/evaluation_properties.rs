//! What holds for every table of levels, against a reference that follows the regulation literally:
//! three nested weighted means in plain fractions, with the weights as the regulation prints them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jejak_ledger::evaluation::{
    Edition, Instrument, InstrumentId, Levels, PERMENPANRB_5_2018, PERMENPANRB_59_2020, Predicate,
    Ratio, Scores, Unscored,
};
use proptest::prelude::*;

/// A reduced fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fraction(i128, i128);

impl Fraction {
    fn new(numerator: i128, denominator: i128) -> Self {
        let (mut left, mut right) = (numerator, denominator);
        while right != 0 {
            (left, right) = (right, left % right);
        }
        let divisor = if left == 0 { 1 } else { left };
        Self(numerator / divisor, denominator / divisor)
    }

    fn plus(self, other: Self) -> Self {
        Self::new(self.0 * other.1 + other.0 * self.1, self.1 * other.1)
    }

    fn times(self, other: Self) -> Self {
        Self::new(self.0 * other.0, self.1 * other.1)
    }

    fn over(self, other: Self) -> Self {
        Self::new(self.0 * other.1, self.1 * other.0)
    }

    fn of(ratio: Ratio) -> Self {
        Self::new(ratio.numerator().into(), ratio.denominator().get().into())
    }
}

/// Percent with two decimals, as printed: 275 is 2.75.
fn printed(percent: i128) -> Fraction {
    Fraction::new(percent, 100)
}

/// An aspect as the regulation prints it: how many indicators, what each weighs, what the aspect
/// weighs.
struct PrintedAspect {
    indicators: usize,
    each: Fraction,
    weight: Fraction,
}

/// A domain as printed: its weight and its aspects.
struct PrintedDomain {
    weight: Fraction,
    aspects: Vec<PrintedAspect>,
}

fn domain(weight: i128, aspects: &[(usize, Fraction, i128)]) -> PrintedDomain {
    let aspect = |&(indicators, each, weight): &(usize, Fraction, i128)| PrintedAspect {
        indicators,
        each,
        weight: printed(weight),
    };
    PrintedDomain { weight: printed(weight), aspects: aspects.iter().map(aspect).collect() }
}

fn printed_59_2020() -> Vec<PrintedDomain> {
    vec![
        domain(1300, &[(10, printed(130), 1300)]),
        domain(2500, &[(4, printed(250), 1000), (4, printed(250), 1000), (2, printed(250), 500)]),
        domain(1650, &[(8, printed(150), 1200), (3, printed(150), 450)]),
        domain(4550, &[(10, printed(275), 2750), (6, printed(300), 1800)]),
    ]
}

fn printed_5_2018() -> Vec<PrintedDomain> {
    let slot = Fraction::new(20, 6);
    vec![
        domain(1700, &[(7, printed(100), 700), (10, printed(100), 1000)]),
        domain(2800, &[(2, printed(400), 800), (2, printed(400), 800), (3, printed(400), 1200)]),
        domain(5500, &[(7, printed(500), 3500), (6, slot, 2000)]),
    ]
}

fn weighted_mean(parts: &[(Fraction, Fraction)], whole: Fraction) -> Fraction {
    let sum = parts.iter().fold(Fraction(0, 1), |sum, part| sum.plus(part.0.times(part.1)));
    sum.over(whole)
}

struct Reference {
    aspects: Vec<Fraction>,
    domains: Vec<Fraction>,
    index: Fraction,
}

fn reference(printed: &[PrintedDomain], levels: &[u8]) -> Reference {
    let mut levels = levels.iter().map(|&level| Fraction::new(level.into(), 1));
    let (mut aspects, mut domains) = (Vec::new(), Vec::new());
    for domain in printed {
        let mut parts = Vec::new();
        for aspect in &domain.aspects {
            let own: Vec<_> =
                levels.by_ref().take(aspect.indicators).map(|level| (level, aspect.each)).collect();
            let value = weighted_mean(&own, aspect.weight);
            aspects.push(value);
            parts.push((value, aspect.weight));
        }
        domains.push((weighted_mean(&parts, domain.weight), domain.weight));
    }
    let index = index_of(&domains);
    Reference { aspects, domains: domains.into_iter().map(|(value, _)| value).collect(), index }
}

fn index_of(domains: &[(Fraction, Fraction)]) -> Fraction {
    weighted_mean(domains, Fraction(100, 1))
}

fn scores(instrument: &'static Instrument, levels: &[u8]) -> Scores {
    let answers = levels.iter().copied().map(Some);
    Scores::of(&Levels::new(instrument, answers, Unscored::Refused).unwrap())
}

/// Two decimals, half up, by long division on decimal digits.
fn shown(value: Fraction) -> String {
    let Fraction(numerator, denominator) = value;
    let (mut hundredths, rest) = (numerator * 100 / denominator, numerator * 100 % denominator);
    if 2 * rest >= denominator {
        hundredths += 1;
    }
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn newer() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(1_u8..=5, 47)
}

fn older() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(0_u8..=5, 37)
}

/// Where each aspect begins and ends among the indicators, as printed.
fn groups(printed: &[PrintedDomain]) -> Vec<std::ops::Range<usize>> {
    let mut start = 0;
    let counts = printed.iter().flat_map(|domain| &domain.aspects).map(|aspect| aspect.indicators);
    let range = |count| {
        start += count;
        start - count..start
    };
    counts.map(range).collect()
}

fn equals_the_reference(
    instrument: &'static Instrument,
    printed: &[PrintedDomain],
    levels: &[u8],
) -> Result<(), TestCaseError> {
    let (scores, reference) = (scores(instrument, levels), reference(printed, levels));
    let fractions = |values: &[Ratio]| values.iter().copied().map(Fraction::of).collect::<Vec<_>>();
    prop_assert_eq!(fractions(scores.aspects()), reference.aspects);
    prop_assert_eq!(fractions(scores.domains()), reference.domains);
    prop_assert_eq!(Fraction::of(scores.index()), reference.index);
    prop_assert_eq!(scores.index().hundredths().to_string(), shown(reference.index));
    Ok(())
}

/// Permen PANRB 59/2020, Lampiran I, Tables 10, 11 and 12, as fractions: 3.00, 3.40 and 3.282.
#[test]
fn the_reference_gives_the_worked_examples_of_the_regulation() {
    let whole = |value| Fraction::new(value, 1);
    let each = printed(250);
    let table_10 = [3, 4, 3, 2].map(|level| (whole(level), each));
    assert_eq!(weighted_mean(&table_10, printed(1000)), whole(3));
    let table_11 = [(whole(3), printed(1000)), (whole(4), printed(1000)), (whole(3), printed(500))];
    assert_eq!(weighted_mean(&table_11, printed(2500)), Fraction::new(340, 100));
    let table_12: Vec<_> = [370, 340, 300, 320]
        .into_iter()
        .zip(printed_59_2020())
        .map(|(value, domain)| (Fraction::new(value, 100), domain.weight))
        .collect();
    assert_eq!(index_of(&table_12), Fraction::new(3282, 1000));
    assert_eq!(shown(index_of(&table_12)), "3.28");
}

#[test]
fn each_indicator_weighs_what_the_regulation_prints() {
    for (id, printed) in [
        (InstrumentId::PermenPanRb59Of2020, printed_59_2020()),
        (InstrumentId::PermenPanRb5Of2018, printed_5_2018()),
    ] {
        let instrument = id.instrument();
        let percent =
            |weight: u64| Fraction::new(100 * i128::from(weight), instrument.weight().get().into());
        let aspects: Vec<_> = printed.iter().flat_map(|domain| &domain.aspects).collect();
        assert_eq!(instrument.aspects().count(), aspects.len());
        for (aspect, printed) in instrument.aspects().zip(aspects) {
            assert_eq!(percent(aspect.weight_each().get()), printed.each, "{}", aspect.name());
            assert_eq!(percent(aspect.weight().get()), printed.weight, "{}", aspect.name());
            assert_eq!(aspect.indicators().count(), printed.indicators, "{}", aspect.name());
        }
        for (domain, printed) in instrument.domains().iter().zip(&printed) {
            assert_eq!(percent(domain.weight().get()), printed.weight, "{}", domain.name());
        }
    }
}

#[test]
fn the_columns_are_those_of_a_table_of_levels() {
    let columns = |instrument: &Instrument| {
        instrument.indicators().map(|indicator| indicator.column().to_owned()).collect::<Vec<_>>()
    };
    let newer: Vec<String> = (1..=47).map(|number| format!("i{number}")).collect();
    assert_eq!(columns(&PERMENPANRB_59_2020), newer);
    let mut older: Vec<String> = (1..=34).map(|number| format!("i{number}")).collect();
    older.extend(["i35a", "i35b", "i35c"].map(str::to_owned));
    assert_eq!(columns(&PERMENPANRB_5_2018), older);
    let numbers: Vec<u8> =
        PERMENPANRB_59_2020.aspects().map(jejak_ledger::evaluation::Aspect::number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
}

proptest! {
    #[test]
    fn the_newer_index_equals_the_nested_means(levels in newer()) {
        equals_the_reference(&PERMENPANRB_59_2020, &printed_59_2020(), &levels)?;
    }

    #[test]
    fn the_older_index_equals_the_nested_means(levels in older()) {
        equals_the_reference(&PERMENPANRB_5_2018, &printed_5_2018(), &levels)?;
    }

    #[test]
    fn the_newer_index_equals_the_integer_form(levels in newer()) {
        let sum = |range: std::ops::Range<usize>| -> u64 {
            levels[range].iter().copied().map(u64::from).sum()
        };
        let process = 26 * sum(0..10) + 50 * sum(10..20) + 30 * sum(20..31);
        let points = process + 55 * sum(31..41) + 60 * sum(41..47);
        let index = scores(&PERMENPANRB_59_2020, &levels).index();
        prop_assert_eq!((index.numerator(), index.denominator().get()), (points, 2000));
    }

    #[test]
    fn raising_a_level_raises_the_index_and_never_lowers_the_predicate(
        levels in newer(), place in 0_usize..47, year in 2021_u16..=2025,
    ) {
        prop_assume!(levels[place] < 5);
        let edition = Edition::of(year, None).unwrap();
        let before = scores(&PERMENPANRB_59_2020, &levels).index();
        let mut raised = levels;
        raised[place] += 1;
        let after = scores(&PERMENPANRB_59_2020, &raised).index();
        prop_assert!(after > before);
        prop_assert!(after.hundredths() >= before.hundredths());
        prop_assert!(edition.predicate(after) >= edition.predicate(before));
    }

    #[test]
    fn every_value_is_within_its_levels(newer in newer(), older in older()) {
        for (instrument, levels) in [(&PERMENPANRB_59_2020, newer), (&PERMENPANRB_5_2018, older)] {
            let scores = scores(instrument, &levels);
            let one = std::num::NonZeroU64::MIN;
            let lowest = Ratio::new(u64::from(*levels.iter().min().unwrap()), one);
            let highest = Ratio::new(u64::from(*levels.iter().max().unwrap()), one);
            let parts = scores.aspects().iter().chain(scores.domains());
            for value in parts.copied().chain([scores.index()]) {
                prop_assert!(lowest <= value && value <= highest);
            }
        }
    }

    #[test]
    fn the_order_within_an_aspect_changes_nothing(
        newer in newer(), older in older(), turn in 0_usize..47,
    ) {
        for (instrument, printed, levels) in [
            (&PERMENPANRB_59_2020, printed_59_2020(), newer),
            (&PERMENPANRB_5_2018, printed_5_2018(), older),
        ] {
            let mut turned = levels.clone();
            for group in groups(&printed) {
                let by = turn % group.len();
                turned[group].rotate_left(by);
            }
            prop_assert_eq!(scores(instrument, &levels), scores(instrument, &turned));
        }
    }

    #[test]
    fn the_gap_is_the_smallest_that_closes(levels in newer(), year in 2021_u16..=2025) {
        let edition = Edition::of(year, None).unwrap();
        let index = scores(&PERMENPANRB_59_2020, &levels).index();
        if let Some(gap) = edition.gap(index) {
            let with = |points: u64| Ratio::new(index.numerator() + points, index.denominator());
            let missing = gap.missing.numerator();
            prop_assert_eq!(edition.predicate(with(missing)), gap.next);
            prop_assert!(edition.predicate(with(missing - 1)) < gap.next);
        } else {
            prop_assert_eq!(edition.predicate(index), Predicate::Memuaskan);
        }
    }
}

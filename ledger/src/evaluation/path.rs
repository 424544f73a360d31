//! The cheapest way to a wanted predicate, found by an exact search over all combinations of
//! levels.

use std::num::NonZeroU32;

use serde::Serialize;

use super::edition::Edition;
use super::instrument::Instrument;
use super::levels::Levels;
use super::predicate::Predicate;
use super::scores::Scores;
use super::search::{Ladder, Search};

/// What raising each indicator by one level costs. A step costs 1 unless something else is known.
#[derive(Clone, Debug)]
pub struct Costs {
    /// In the instrument's order; `None` is an indicator that stays as it is.
    per_step: Vec<Option<NonZeroU32>>,
}

impl Costs {
    /// Every step costs 1, so the cheapest way is the one with the fewest steps.
    pub fn equal(instrument: &Instrument) -> Self {
        Self { per_step: instrument.indicators().map(|_| Some(NonZeroU32::MIN)).collect() }
    }

    /// Sets the cost of one step of an indicator, at most [`STEP_COST_MAX`]; `None` keeps its
    /// level.
    ///
    /// False when there is no such indicator or the cost is above the limit.
    #[must_use]
    pub fn set(&mut self, position: usize, cost: Option<NonZeroU32>) -> bool {
        let payable = cost.is_none_or(|cost| cost.get() <= STEP_COST_MAX);
        match self.per_step.get_mut(position) {
            Some(step) if payable => {
                *step = cost;
                true
            }
            _ => false,
        }
    }
}

/// The cheapest way to a predicate, with what proves that there is no cheaper one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Path {
    /// The predicate wanted.
    pub target: Predicate,
    /// The points held now.
    pub points: u64,
    /// The fewest points that earn the target.
    pub points_needed: u64,
    /// What to raise, in the instrument's order. Empty when the target is held already.
    pub raises: Vec<Raise>,
    /// What the raises cost together.
    pub cost: u64,
    /// The most points that anything cheaper reaches, when that is less than needed: the proof.
    pub points_for_less: u64,
}

/// One indicator to raise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Raise {
    /// The indicator's place in the instrument.
    #[serde(skip)]
    pub position: usize,
    /// The indicator's column.
    pub column: &'static str,
    /// Its level now.
    pub from: u8,
    /// Its level then.
    pub to: u8,
    /// The points this adds.
    pub points: u64,
    /// What it costs.
    pub cost: u64,
}

/// Why there is no way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Even the highest level everywhere it may be raised is not enough.
    #[error(
        "{target} is out of reach: it needs {points_needed} points, at most {points_max} can be had"
    )]
    OutOfReach {
        /// The predicate wanted.
        target: Predicate,
        /// The fewest points that earn it.
        points_needed: u64,
        /// The most points that can be had.
        points_max: u64,
    },
}

/// Finds the way to `target` that costs least; among those the one that touches the fewest
/// indicators; among those the one that touches the earliest.
///
/// The search is a table over (indicators considered, points still missing), so it looks at every
/// combination of levels without listing them. The work is bounded by indicators x levels x missing
/// points: under two million steps.
pub fn cheapest_path(
    edition: &Edition,
    levels: &Levels,
    target: Predicate,
    costs: &Costs,
) -> Result<Path, PathError> {
    let points = Scores::of(levels).index().numerator();
    let points_needed = edition.points_for(target);
    let ladders = ladders(levels, costs);
    let points_max = points + ladders.iter().map(Ladder::points).sum::<u64>();
    if points_max < points_needed {
        return Err(PathError::OutOfReach { target, points_needed, points_max });
    }
    let search = Search::over(&ladders, points_needed.saturating_sub(points));
    let raises = raises(levels, &ladders, &search.climbs(&ladders));
    let (cost, points_for_less) = (search.cost(), points + search.points_for_less());
    Ok(Path { target, points, points_needed, raises, cost, points_for_less })
}

fn ladders(levels: &Levels, costs: &Costs) -> Vec<Ladder> {
    let instrument = levels.instrument();
    let known = instrument.indicator_weights().zip(levels.as_slice()).zip(&costs.per_step);
    let ladder = |((weight, &level), cost): ((NonZeroU32, &u8), &Option<NonZeroU32>)| Ladder {
        weight: weight.get(),
        cost: cost.map_or(0, NonZeroU32::get),
        rungs: cost.map_or(0, |_| instrument.level_max().saturating_sub(level)),
    };
    known.map(ladder).collect()
}

fn raises(levels: &Levels, ladders: &[Ladder], climbs: &[u8]) -> Vec<Raise> {
    let indicators = levels.instrument().indicators().zip(levels.as_slice());
    let climbed = indicators.zip(ladders).zip(climbs).enumerate().filter(|(_, (_, by))| **by > 0);
    climbed
        .map(|(position, (((indicator, &from), ladder), &by))| Raise {
            position,
            column: indicator.column(),
            from,
            to: from + by,
            points: u64::from(ladder.weight) * u64::from(by),
            cost: u64::from(ladder.cost) * u64::from(by),
        })
        .collect()
}

/// The most one step can be said to cost.
pub const STEP_COST_MAX: u32 = 1_000_000;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use proptest::prelude::*;

    use super::super::{PERMENPANRB_59_2020, Unscored};
    use super::*;

    fn levels(all: &[u8]) -> Levels {
        Levels::new(&PERMENPANRB_59_2020, all.iter().copied().map(Some), Unscored::Refused).unwrap()
    }

    fn edition(year: u16) -> Edition {
        Edition::of(year, None).unwrap()
    }

    fn equal() -> Costs {
        Costs::equal(&PERMENPANRB_59_2020)
    }

    fn applied(levels: &Levels, path: &Path) -> Scores {
        let changes: Vec<_> = path.raises.iter().map(|raise| (raise.position, raise.to)).collect();
        Scores::of(&levels.with(&changes).unwrap())
    }

    #[test]
    fn with_equal_costs_the_heaviest_indicators_are_raised() {
        let now = levels(&[3; 47]);
        let path = cheapest_path(&edition(2024), &now, Predicate::SangatBaik, &equal()).unwrap();
        // 17 steps are too few: twelve of 60 and five of 55 give 995 of the 1000 points missing.
        assert_eq!((path.points, path.points_needed, path.cost), (6000, 7000, 18));
        assert!(path.points_for_less < 7000);
        assert_eq!(edition(2024).predicate(applied(&now, &path).index()), Predicate::SangatBaik);
    }

    #[test]
    fn a_predicate_that_is_held_costs_nothing() {
        let path =
            cheapest_path(&edition(2024), &levels(&[5; 47]), Predicate::Baik, &equal()).unwrap();
        assert_eq!((path.cost, path.raises.len()), (0, 0));
    }

    #[test]
    fn what_must_stay_is_not_raised_and_may_put_the_target_out_of_reach() {
        let mut costs = equal();
        for position in 0..46 {
            assert!(costs.set(position, None));
        }
        let path = cheapest_path(&edition(2024), &levels(&[1; 47]), Predicate::Cukup, &costs);
        let error = PathError::OutOfReach {
            target: Predicate::Cukup,
            points_needed: 3600,
            points_max: 2240,
        };
        assert_eq!(path, Err(error));
    }

    #[test]
    fn a_dear_step_is_avoided() {
        let mut now = [3; 47];
        now[46] = 4;
        let (mut costs, target) = (equal(), Predicate::SangatBaik);
        let plain = cheapest_path(&edition(2024), &levels(&now), target, &costs).unwrap();
        assert!(plain.raises.iter().any(|raise| raise.column == "i42"));
        assert!(costs.set(41, NonZeroU32::new(100)));
        let path = cheapest_path(&edition(2024), &levels(&now), target, &costs).unwrap();
        assert!(path.raises.iter().all(|raise| raise.column != "i42"));
        assert!(!costs.set(47, None));
        assert!(!costs.set(0, NonZeroU32::new(STEP_COST_MAX + 1)));
    }

    #[test]
    fn of_equal_costs_the_way_that_touches_fewer_indicators_is_taken() {
        let (mut now, mut costs) = ([1; 47], equal());
        now[10..20].copy_from_slice(&[4, 4, 4, 4, 3, 3, 3, 3, 3, 3]);
        (now[31], now[41]) = (4, 3);
        for position in (0..47).filter(|position| ![31, 41].contains(position)) {
            assert!(costs.set(position, None));
        }
        // 115 points are missing: i32 and i42 by one level bring them, i42 alone by two brings 120.
        let path = cheapest_path(&edition(2024), &levels(&now), Predicate::Cukup, &costs).unwrap();
        assert_eq!((path.points_needed - path.points, path.cost), (115, 2));
        let raised: Vec<_> = path.raises.iter().map(|raise| (raise.column, raise.to)).collect();
        assert_eq!(raised, [("i42", 5)]);
    }

    #[test]
    fn one_step_is_enough_where_rounding_helps() {
        let mut now = [1; 47];
        for level in now.iter_mut().take(23) {
            *level = 3;
        }
        // The same levels miss Cukup by more when the exact value is judged.
        let gap = |year| cheapest_path(&edition(year), &levels(&now), Predicate::Cukup, &equal());
        let (rounded, exact) = (gap(2023).unwrap(), gap(2024).unwrap());
        assert_eq!(exact.points_needed - rounded.points_needed, 10);
        assert!(rounded.cost <= exact.cost);
    }

    /// Every combination of the levels of five indicators, one in each weight class, the rest kept.
    fn brute_force(now: &[u8], costs: &[u32; 5], needed: u64) -> Option<(u64, usize)> {
        let columns = [0, 10, 20, 31, 41];
        let mut best = None;
        for code in 0..5_usize.pow(5) {
            let mut then = now.to_vec();
            let (mut cost, mut touched, mut digits, mut allowed) = (0, 0, code, true);
            for (&column, &step) in columns.iter().zip(costs) {
                let raised = u8::try_from(digits % 5).unwrap();
                digits /= 5;
                then[column] += raised;
                allowed &= then[column] <= 5;
                cost += u64::from(step) * u64::from(raised);
                touched += usize::from(raised > 0);
            }
            if allowed && Scores::of(&levels(&then)).index().numerator() >= needed {
                best = best.min(Some((cost, touched))).or(Some((cost, touched)));
            }
        }
        best
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn the_search_finds_what_trying_everything_finds(
            five in proptest::array::uniform5(1_u8..=5),
            prices in proptest::array::uniform5(1_u32..=9),
            base in 1_u8..=4,
        ) {
            let columns = [0, 10, 20, 31, 41];
            let mut now = vec![base; 47];
            let mut costs = equal();
            for position in 0..47 {
                prop_assert!(costs.set(position, None));
            }
            for ((column, level), price) in columns.into_iter().zip(five).zip(prices) {
                now[column] = level;
                prop_assert!(costs.set(column, NonZeroU32::new(price)));
            }
            for target in Predicate::ALL {
                let edition = edition(2024);
                let found = cheapest_path(&edition, &levels(&now), target, &costs);
                let expected = brute_force(&now, &prices, edition.points_for(target));
                prop_assert_eq!(found.ok().map(|path| (path.cost, path.raises.len())), expected);
            }
        }

        #[test]
        fn a_path_arrives_and_nothing_cheaper_does(all in proptest::collection::vec(1_u8..=5, 47)) {
            let (edition, now) = (edition(2023), levels(&all));
            for target in Predicate::ALL {
                let path = cheapest_path(&edition, &now, target, &equal()).unwrap();
                prop_assert!(edition.predicate(applied(&now, &path).index()) >= target);
                prop_assert_eq!(path.cost, path.raises.iter().map(|raise| raise.cost).sum::<u64>());
                prop_assert!(path.cost == 0 || path.points_for_less < path.points_needed);
                // With equal costs the heaviest steps are best: one fewer of them must not do.
                let weights = PERMENPANRB_59_2020.indicator_weights().zip(&all);
                let mut steps: Vec<u64> = weights
                    .flat_map(|(weight, &level)| {
                        vec![u64::from(weight.get()); usize::from(5 - level)]
                    })
                    .collect();
                steps.sort_unstable_by(|left, right| right.cmp(left));
                let fewer = usize::try_from(path.cost).unwrap().saturating_sub(1);
                let most = path.points + steps.iter().take(fewer).sum::<u64>();
                prop_assert!(path.cost == 0 || most < path.points_needed);
            }
        }
    }
}

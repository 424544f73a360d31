//! The answers of one agency, checked against an instrument.

use super::instrument::Instrument;

/// One possible level for every indicator of an instrument, in the instrument's order.
#[derive(Clone, Debug)]
pub struct Levels {
    instrument: &'static Instrument,
    values: Vec<u8>,
    unscored: usize,
}

impl Levels {
    /// Checks every answer; `None` is an indicator without a score. All that is wrong is told at
    /// once.
    pub fn new(
        instrument: &'static Instrument,
        answers: impl IntoIterator<Item = Option<u8>>,
        unscored: Unscored,
    ) -> Result<Self, Vec<LevelError>> {
        let mut values = Vec::with_capacity(INDICATORS_EXPECTED);
        let mut errors = Vec::new();
        let mut without_score = 0;
        let mut answers = answers.into_iter();
        for indicator in instrument.indicators() {
            let column = indicator.column();
            match (answers.next().flatten(), unscored) {
                (Some(level), _) if allowed(instrument, level) => values.push(level),
                (Some(level), _) => errors.push(LevelError::Impossible {
                    column,
                    level,
                    level_min: instrument.level_min(),
                    level_max: instrument.level_max(),
                }),
                (None, Unscored::Refused) => errors.push(LevelError::Missing { column }),
                (None, Unscored::CountsZero) => {
                    without_score += 1;
                    values.push(0);
                }
            }
        }
        let surplus = answers.count();
        if surplus > 0 {
            errors.push(LevelError::Surplus { surplus });
        }
        if errors.is_empty() {
            Ok(Self { instrument, values, unscored: without_score })
        } else {
            Err(errors)
        }
    }

    /// The same answers with some levels changed, as in "what if": positions are those of the
    /// instrument.
    ///
    /// An indicator without a score that is given one is no longer counted as without.
    pub fn with(&self, changes: &[(usize, u8)]) -> Result<Self, Vec<LevelError>> {
        let mut answers: Vec<Option<u8>> = self.answers().collect();
        for &(position, level) in changes {
            match answers.get_mut(position) {
                Some(answer) => *answer = Some(level),
                None => return Err(vec![LevelError::Surplus { surplus: 1 }]),
            }
        }
        let unscored = if self.unscored > 0 { Unscored::CountsZero } else { Unscored::Refused };
        Self::new(self.instrument, answers, unscored)
    }

    /// The instrument these levels answer.
    pub const fn instrument(&self) -> &'static Instrument {
        self.instrument
    }

    /// The levels, one for each indicator; an indicator without a score is 0.
    pub fn as_slice(&self) -> &[u8] {
        &self.values
    }

    /// How many indicators have no score and count 0.
    pub const fn unscored(&self) -> usize {
        self.unscored
    }

    /// The answers as given: where 0 is no level, a 0 can only be an indicator without a score.
    fn answers(&self) -> impl Iterator<Item = Option<u8>> {
        let zero_is_a_level = self.instrument.level_min() == 0;
        self.values.iter().map(move |&level| (level > 0 || zero_is_a_level).then_some(level))
    }
}

/// What an indicator without a score means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unscored {
    /// There is no index without it.
    Refused,
    /// It counts 0. Not confirmed: one published row (Banyuasin 2023) fits only so.
    CountsZero,
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LevelError {
    /// An indicator has no score.
    #[error("{column} has no level")]
    Missing {
        /// The indicator's column.
        column: &'static str,
    },
    /// A level the instrument does not have.
    #[error("{column}: level {level} is not one of {level_min} to {level_max}")]
    Impossible {
        /// The indicator's column.
        column: &'static str,
        /// What was given.
        level: u8,
        /// The lowest possible level.
        level_min: u8,
        /// The highest possible level.
        level_max: u8,
    },
    /// More answers than the instrument has indicators.
    #[error("{surplus} answers more than the instrument has indicators")]
    Surplus {
        /// How many more.
        surplus: usize,
    },
}

fn allowed(instrument: &Instrument, level: u8) -> bool {
    (instrument.level_min()..=instrument.level_max()).contains(&level)
}

/// The larger instrument has 47.
const INDICATORS_EXPECTED: usize = 47;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::super::{PERMENPANRB_5_2018, PERMENPANRB_59_2020};
    use super::*;

    #[test]
    fn every_wrong_answer_is_named_at_once() {
        let mut answers = vec![Some(3); 48];
        answers[0] = None;
        answers[21] = Some(6);
        answers[46] = Some(0);
        let errors = Levels::new(&PERMENPANRB_59_2020, answers, Unscored::Refused).unwrap_err();
        let impossible =
            |column, level| LevelError::Impossible { column, level, level_min: 1, level_max: 5 };
        assert_eq!(
            errors,
            [
                LevelError::Missing { column: "i1" },
                impossible("i22", 6),
                impossible("i47", 0),
                LevelError::Surplus { surplus: 1 },
            ]
        );
    }

    #[test]
    fn too_few_answers_are_missing_levels() {
        let errors =
            Levels::new(&PERMENPANRB_59_2020, vec![Some(1); 46], Unscored::Refused).unwrap_err();
        assert_eq!(errors, [LevelError::Missing { column: "i47" }]);
    }

    #[test]
    fn zero_is_a_level_of_the_older_instrument_only_and_five_the_highest_of_both() {
        let possible = |instrument: &'static Instrument, level| {
            let answers = instrument.indicators().map(|_| Some(level));
            Levels::new(instrument, answers, Unscored::Refused).is_ok()
        };
        for (level, newer, older) in
            [(0, false, true), (1, true, true), (5, true, true), (6, false, false)]
        {
            assert_eq!(possible(&PERMENPANRB_59_2020, level), newer, "{level}");
            assert_eq!(possible(&PERMENPANRB_5_2018, level), older, "{level}");
        }
    }

    #[test]
    fn an_indicator_without_a_score_stays_so_until_it_gets_one() {
        let mut answers = vec![Some(2); 47];
        answers[3] = None;
        answers[4] = None;
        let levels = Levels::new(&PERMENPANRB_59_2020, answers, Unscored::CountsZero).unwrap();
        assert_eq!((levels.unscored(), levels.as_slice()[3]), (2, 0));
        let changed = levels.with(&[(3, 4)]).unwrap();
        assert_eq!((changed.unscored(), changed.as_slice()[3]), (1, 4));
        assert!(levels.with(&[(47, 1)]).is_err());
        assert!(levels.with(&[(3, 6)]).is_err());
    }
}

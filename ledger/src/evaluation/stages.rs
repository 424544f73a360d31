//! The stages of an evaluation: a later score of an indicator counts instead of an earlier one,
//! which stays on the sheet.

use std::collections::BTreeMap;

use serde::Serialize;

use super::instrument::Instrument;
use super::levels::{LevelError, Levels, Unscored};

/// Who scored, in order. Permen PANRB 59/2020, Lampiran I, III C and D.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Penilaian Mandiri, by the agency.
    SelfAssessment,
    /// Penilaian Dokumen, by the external assessors.
    Document,
    /// Penilaian Interviu, by the external assessors, for indicators in question.
    Interview,
    /// Penilaian Visitasi, by the external assessors, where the ministry wants one.
    Visitation,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 4] =
        [Self::SelfAssessment, Self::Document, Self::Interview, Self::Visitation];

    /// Its name: `self-assessment`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SelfAssessment => "self-assessment",
            Self::Document => "document",
            Self::Interview => "interview",
            Self::Visitation => "visitation",
        }
    }

    /// Whether the external assessors score at it.
    pub const fn is_external(self) -> bool {
        !matches!(self, Self::SelfAssessment)
    }
}

/// All scores of one evaluation, by indicator and stage.
#[derive(Clone, Debug)]
pub struct ScoreSheet {
    instrument: &'static Instrument,
    scores: Vec<BTreeMap<Stage, u8>>,
}

impl ScoreSheet {
    /// No scores yet.
    pub fn new(instrument: &'static Instrument) -> Self {
        Self { instrument, scores: instrument.indicators().map(|_| BTreeMap::new()).collect() }
    }

    /// Records the level of an indicator at a stage, replacing what the same stage gave before.
    ///
    /// False when the instrument has no such column or no such level.
    #[must_use]
    pub fn score(&mut self, stage: Stage, column: &str, level: u8) -> bool {
        let possible = self.instrument.level_min()..=self.instrument.level_max();
        let position = self.instrument.position(column).filter(|_| possible.contains(&level));
        let scores = position.and_then(|position| self.scores.get_mut(position));
        scores.map(|scores| scores.insert(stage, level)).is_some()
    }

    /// What each stage gave an indicator.
    pub fn scores(&self, column: &str) -> Option<&BTreeMap<Stage, u8>> {
        self.scores.get(self.instrument.position(column)?)
    }

    /// What this sheet is scored by.
    pub const fn instrument(&self) -> &'static Instrument {
        self.instrument
    }

    /// The latest stage that scored anything; none where nothing is scored.
    pub fn stage(&self) -> Option<Stage> {
        self.scores.iter().filter_map(|scores| scores.last_key_value()).map(|(&s, _)| s).max()
    }

    /// How many indicators a stage scored.
    pub fn count(&self, stage: Stage) -> usize {
        self.scores.iter().filter(|scores| scores.contains_key(&stage)).count()
    }

    /// The indicators that no stage scored of which `counts` holds.
    pub fn unscored(&self, counts: impl Fn(Stage) -> bool) -> Vec<&'static str> {
        let without = |scores: &BTreeMap<Stage, u8>| !scores.keys().any(|&stage| counts(stage));
        let rows = self.instrument.indicators().zip(&self.scores);
        rows.filter(|(_, scores)| without(scores)).map(|(of, _)| of.column()).collect()
    }

    /// The levels that one stage gave. None when it left an indicator without a score.
    pub fn levels_of(&self, stage: Stage) -> Option<Levels> {
        let own = self.scores.iter().map(|scores| scores.get(&stage).copied());
        Levels::new(self.instrument, own, Unscored::Refused).ok()
    }

    /// The level that counts for each indicator: that of the latest stage which scored it.
    pub fn levels(&self, unscored: Unscored) -> Result<Levels, Vec<LevelError>> {
        let latest =
            |scores: &BTreeMap<Stage, u8>| scores.last_key_value().map(|(_, &level)| level);
        Levels::new(self.instrument, self.scores.iter().map(latest), unscored)
    }

    /// The levels the external assessors gave. None when an indicator has no external score: then
    /// there is no final result that a published index could differ from.
    pub fn external_levels(&self) -> Option<Levels> {
        let latest = |scores: &BTreeMap<Stage, u8>| {
            let latest = scores.last_key_value().filter(|(stage, _)| stage.is_external());
            latest.map(|(_, &level)| level)
        };
        Levels::new(self.instrument, self.scores.iter().map(latest), Unscored::Refused).ok()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::super::PERMENPANRB_59_2020;
    use super::*;

    fn scored(stages: &[Stage]) -> ScoreSheet {
        let mut sheet = ScoreSheet::new(&PERMENPANRB_59_2020);
        for (&stage, level) in stages.iter().zip(2..) {
            for indicator in PERMENPANRB_59_2020.indicators() {
                assert!(sheet.score(stage, indicator.column(), level));
            }
        }
        sheet
    }

    #[test]
    fn a_later_stage_overrides_and_the_earlier_score_stays() {
        let mut sheet = scored(&[Stage::SelfAssessment, Stage::Document]);
        assert!(sheet.score(Stage::Interview, "i22", 5));
        assert!(sheet.score(Stage::SelfAssessment, "i22", 1), "told late, but of an early stage");
        let levels = sheet.levels(Unscored::Refused).unwrap();
        assert_eq!((levels.as_slice()[21], levels.as_slice()[22]), (5, 3));
        let kept: Vec<_> = sheet.scores("i22").unwrap().values().copied().collect();
        assert_eq!(kept, [1, 3, 5]);
        assert_eq!(sheet.stage(), Some(Stage::Interview));
        assert_eq!(sheet.levels_of(Stage::SelfAssessment).unwrap().as_slice()[21], 1);
        assert!(sheet.levels_of(Stage::Interview).is_none());
        assert_eq!(sheet.count(Stage::Interview), 1);
        assert_eq!(sheet.unscored(|stage| stage != Stage::Interview), [""; 0]);
        assert_eq!(sheet.unscored(|stage| stage == Stage::Interview).len(), 46);
    }

    #[test]
    fn a_stage_is_called_as_it_is_written() {
        for stage in Stage::ALL {
            assert_eq!(serde_json::to_value(stage).unwrap(), stage.name());
        }
    }

    #[test]
    fn only_a_whole_external_scoring_is_final() {
        assert!(scored(&[Stage::SelfAssessment]).external_levels().is_none());
        assert!(scored(&[Stage::SelfAssessment, Stage::Document]).external_levels().is_some());
        let mut partly = scored(&[Stage::SelfAssessment]);
        assert!(partly.score(Stage::Visitation, "i1", 4));
        assert!(partly.external_levels().is_none());
    }

    #[test]
    fn what_the_instrument_does_not_have_is_not_scored() {
        let mut sheet = ScoreSheet::new(&PERMENPANRB_59_2020);
        assert!(!sheet.score(Stage::Document, "i48", 3));
        assert!(!sheet.score(Stage::Document, "i1", 0));
        assert!(!sheet.score(Stage::Document, "i1", 6));
        let missing = sheet.levels(Unscored::Refused).unwrap_err();
        assert_eq!(missing.len(), 47);
    }
}

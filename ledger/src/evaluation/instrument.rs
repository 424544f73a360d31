//! What an evaluation asks and what each answer weighs. The instruments themselves are data, one
//! file each.

use std::fmt;
use std::num::{NonZeroU32, NonZeroU64};
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// An instrument: domains of aspects of indicators, all with weights in one whole-number unit.
///
/// The unit is the instrument's own, chosen so that every weight is whole; the weights of all
/// indicators sum to [`Instrument::weight`], so an index is `points / weight`. Built only at
/// compile time.
#[derive(Debug)]
pub struct Instrument {
    id: InstrumentId,
    title: &'static str,
    level_min: u8,
    level_max: u8,
    domains: &'static [Domain],
    weight: NonZeroU32,
}

impl Instrument {
    #[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
    pub(super) const fn new(
        id: InstrumentId,
        title: &'static str,
        levels: (u8, u8),
        domains: &'static [Domain],
        weight: u32,
    ) -> Self {
        let (level_min, level_max) = levels;
        let mut sum = 0;
        let mut next = 0;
        while next < domains.len() {
            sum += domains[next].weight.get();
            next += 1;
        }
        assert!(sum == weight, "the weights of an instrument sum to its whole");
        assert!(level_min < level_max, "levels go up");
        Self { id, title, level_min, level_max, domains, weight: positive(weight) }
    }

    /// Its number and year.
    pub const fn id(&self) -> InstrumentId {
        self.id
    }

    /// The regulation it comes from, as it is cited.
    pub const fn title(&self) -> &'static str {
        self.title
    }

    /// The lowest level an indicator can have.
    pub const fn level_min(&self) -> u8 {
        self.level_min
    }

    /// The highest level an indicator can have.
    pub const fn level_max(&self) -> u8 {
        self.level_max
    }

    /// The domains, in the order of the regulation.
    pub const fn domains(&self) -> &'static [Domain] {
        self.domains
    }

    /// The aspects of all domains, in the order of the regulation.
    pub fn aspects(&self) -> impl Iterator<Item = &'static Aspect> {
        self.domains.iter().flat_map(Domain::aspects)
    }

    /// The indicators of all aspects, in the order of the regulation: the order of
    /// [`super::Levels`].
    pub fn indicators(&self) -> impl Iterator<Item = &'static Indicator> {
        self.aspects().flat_map(Aspect::indicators)
    }

    /// Each indicator's weight, in the order of [`Instrument::indicators`].
    pub fn indicator_weights(&self) -> impl Iterator<Item = NonZeroU32> {
        self.aspects().flat_map(|aspect| aspect.indicators.iter().map(|_| aspect.weight_each))
    }

    /// Where the indicator of this column stands in [`Instrument::indicators`].
    pub fn position(&self, column: &str) -> Option<usize> {
        self.indicators().position(|indicator| indicator.column == column)
    }

    /// The sum of all weights: the denominator of an index.
    pub fn weight(&self) -> NonZeroU64 {
        self.weight.into()
    }
}

/// A domain (domain): the highest part of an index.
#[derive(Debug)]
pub struct Domain {
    number: u8,
    name: &'static str,
    aspects: &'static [Aspect],
    weight: NonZeroU32,
}

impl Domain {
    #[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
    pub(super) const fn new(number: u8, name: &'static str, aspects: &'static [Aspect]) -> Self {
        let mut weight = 0;
        let mut next = 0;
        while next < aspects.len() {
            weight += aspects[next].weight.get();
            next += 1;
        }
        Self { number, name, aspects, weight: positive(weight) }
    }

    /// Its number in the regulation; `d4` is domain 4.
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// Its name in the regulation.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its aspects.
    pub fn aspects(&self) -> impl Iterator<Item = &'static Aspect> + use<> {
        self.aspects.iter()
    }

    /// The sum of the weights of its indicators.
    pub fn weight(&self) -> NonZeroU64 {
        self.weight.into()
    }
}

/// An aspect (aspek): a group of indicators that all weigh the same.
#[derive(Debug)]
pub struct Aspect {
    number: u8,
    name: &'static str,
    weight_each: NonZeroU32,
    indicators: &'static [Indicator],
    weight: NonZeroU32,
}

impl Aspect {
    pub(super) const fn new(
        number: u8,
        name: &'static str,
        weight_each: u32,
        indicators: &'static [Indicator],
    ) -> Self {
        let mut weight = 0;
        let mut next = 0;
        while next < indicators.len() {
            weight += weight_each;
            next += 1;
        }
        Self {
            number,
            name,
            weight_each: positive(weight_each),
            indicators,
            weight: positive(weight),
        }
    }

    /// Its number in the regulation.
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// Its name in the regulation.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What one level of one of its indicators adds to the points of an index.
    pub fn weight_each(&self) -> NonZeroU64 {
        self.weight_each.into()
    }

    /// Its indicators.
    pub fn indicators(&self) -> impl Iterator<Item = &'static Indicator> + use<> {
        self.indicators.iter()
    }

    /// The sum of the weights of its indicators.
    pub fn weight(&self) -> NonZeroU64 {
        self.weight.into()
    }
}

/// An indicator: one question, answered by a level.
#[derive(Debug, PartialEq, Eq)]
pub struct Indicator {
    column: &'static str,
    name: &'static str,
}

impl Indicator {
    pub(super) const fn new(column: &'static str, name: &'static str) -> Self {
        Self { column, name }
    }

    /// What it is called in a table of levels: `i22`, `i35a`.
    pub const fn column(&self) -> &'static str {
        self.column
    }

    /// Its name in the regulation.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// Which instrument: the number and year of its regulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstrumentId {
    /// Permen PANRB 5/2018: 35 indicators in 37 slots.
    PermenPanRb5Of2018,
    /// Permen PANRB 59/2020: 47 indicators.
    PermenPanRb59Of2020,
}

impl InstrumentId {
    /// Every instrument held here.
    pub const ALL: [Self; 2] = [Self::PermenPanRb5Of2018, Self::PermenPanRb59Of2020];

    /// `5/2018` or `59/2020`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PermenPanRb5Of2018 => "5/2018",
            Self::PermenPanRb59Of2020 => "59/2020",
        }
    }

    /// Its id in events: `permenpanrb-59-2020`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::PermenPanRb5Of2018 => "permenpanrb-5-2018",
            Self::PermenPanRb59Of2020 => "permenpanrb-59-2020",
        }
    }

    /// The instrument that has this id in events.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|id| id.slug() == slug)
    }

    /// The instrument itself.
    pub const fn instrument(self) -> &'static Instrument {
        match self {
            Self::PermenPanRb5Of2018 => &super::PERMENPANRB_5_2018,
            Self::PermenPanRb59Of2020 => &super::PERMENPANRB_59_2020,
        }
    }
}

impl fmt::Display for InstrumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for InstrumentId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A name that is no instrument held here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no instrument {0:?}; the instruments are 5/2018 and 59/2020")]
pub struct UnknownInstrument(pub String);

impl FromStr for InstrumentId {
    type Err = UnknownInstrument;

    fn from_str(text: &str) -> Result<Self, UnknownInstrument> {
        Self::ALL
            .into_iter()
            .find(|id| id.name() == text)
            .ok_or_else(|| UnknownInstrument(text.to_owned()))
    }
}

#[expect(
    clippy::expect_used,
    reason = "evaluated at compile time: a part without weight does not build"
)]
const fn positive(weight: u32) -> NonZeroU32 {
    NonZeroU32::new(weight).expect("every part of an instrument has a weight")
}

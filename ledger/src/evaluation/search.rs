//! The table behind the cheapest path: the cheapest way to gain so many points with so many
//! indicators.
//!
//! It grows by one indicator at a time and holds, for every number of points still missing, the
//! best price with the indicators so far. So every combination of levels is considered and none is
//! listed.

/// One indicator: what each level more brings and costs, and how many levels are left.
pub(super) struct Ladder {
    /// The points of one level.
    pub(super) weight: u32,
    /// The cost of one level.
    pub(super) cost: u32,
    /// The levels left.
    pub(super) rungs: u8,
}

impl Ladder {
    /// All the points it can bring.
    pub(super) fn points(&self) -> u64 {
        self.gain(self.rungs)
    }

    fn gain(&self, climb: u8) -> u64 {
        u64::from(self.weight) * u64::from(climb)
    }

    fn price(&self, climb: u8) -> Price {
        Price { cost: u64::from(self.cost) * u64::from(climb), touched: u32::from(climb > 0) }
    }
}

/// The filled table.
pub(super) struct Search {
    /// At `p`: the price of gaining `p` points or more with all indicators.
    prices: Vec<Price>,
    /// For each indicator, at `p`: how far it is climbed when it is the last one considered.
    climbs: Vec<Vec<u8>>,
}

impl Search {
    /// Searches for the cheapest way to gain `missing` points or more.
    pub(super) fn over(ladders: &[Ladder], missing: u64) -> Self {
        let mut prices = vec![Price::FREE];
        prices.extend((0..missing).map(|_| Price::IMPOSSIBLE));
        let mut climbs = Vec::with_capacity(ladders.len());
        for ladder in ladders {
            let (with_it, climb) = consider(ladder, &prices);
            prices = with_it;
            climbs.push(climb);
        }
        Self { prices, climbs }
    }

    /// What the way costs.
    pub(super) fn cost(&self) -> u64 {
        self.prices.last().map_or(0, |price| price.cost)
    }

    /// The most points, up to the number searched for, that cost less than the way found.
    pub(super) fn points_for_less(&self) -> u64 {
        let cost = self.cost();
        let affordable = self.prices.partition_point(|price| price.cost < cost);
        u64::try_from(affordable.saturating_sub(1)).unwrap_or(u64::MAX)
    }

    /// How far each indicator is climbed on the way found.
    pub(super) fn climbs(&self, ladders: &[Ladder]) -> Vec<u8> {
        let mut missing = self.prices.len().saturating_sub(1);
        let mut way = Vec::with_capacity(ladders.len());
        for (climbs, ladder) in self.climbs.iter().zip(ladders).rev() {
            let climb = climbs.get(missing).copied().unwrap_or(0);
            missing = less(missing, ladder.gain(climb));
            way.push(climb);
        }
        way.reverse();
        way
    }
}

/// One indicator more: for every number of missing points, the best climb and the price with it.
///
/// Of equal prices the smaller climb is taken, so ties stay with the indicators considered earlier.
fn consider(ladder: &Ladder, before: &[Price]) -> (Vec<Price>, Vec<u8>) {
    let at = |missing: usize| {
        let options = (0..=ladder.rungs).map(|climb| {
            let rest = before.get(less(missing, ladder.gain(climb)));
            (rest.map_or(Price::IMPOSSIBLE, |rest| rest.plus(ladder.price(climb))), climb)
        });
        options.min().unwrap_or((Price::IMPOSSIBLE, 0))
    };
    (0..before.len()).map(at).unzip()
}

fn less(missing: usize, gain: u64) -> usize {
    missing.saturating_sub(usize::try_from(gain).unwrap_or(usize::MAX))
}

/// Cost first, then the indicators touched: the order of the fields is the order of preference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Price {
    cost: u64,
    touched: u32,
}

impl Price {
    const FREE: Self = Self { cost: 0, touched: 0 };
    const IMPOSSIBLE: Self = Self { cost: u64::MAX, touched: u32::MAX };

    fn plus(self, other: Self) -> Self {
        Self {
            cost: self.cost.saturating_add(other.cost),
            touched: self.touched.saturating_add(other.touched),
        }
    }
}

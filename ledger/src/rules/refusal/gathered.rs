//! What becomes of a refusal: the first one ends a judgement, or all that can be reached are gathered.
//! One judgement serves both, so that a rehearsal cannot come to another answer than the posting.

/// Where the refusals of one judgement go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusals<R> {
    /// The first one ends it.
    First,
    /// It goes on as far as it can.
    All(Vec<R>),
}

/// Most refusals that are gathered.
const GATHERED_MAX: usize = 64;

impl<R: PartialEq> Refusals<R> {
    /// Takes a refusal; `Err` where it ends the judgement.
    pub(crate) fn add(&mut self, refusal: R) -> Result<(), R> {
        match self {
            Self::First => Err(refusal),
            Self::All(all) => {
                if all.len() < GATHERED_MAX && !all.contains(&refusal) {
                    all.push(refusal);
                }
                Ok(())
            }
        }
    }

    /// Takes the refusal of `result`, or gives its value.
    pub(crate) fn heed<T>(&mut self, result: Result<T, R>) -> Result<Option<T>, R> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(refusal) => self.add(refusal).map(|()| None),
        }
    }

    /// What was gathered so far.
    pub(crate) fn gathered(&self) -> &[R] {
        match self {
            Self::First => &[],
            Self::All(all) => all,
        }
    }

    /// The same, to leave something out.
    pub(crate) fn gathered_mut(&mut self) -> &mut [R] {
        match self {
            Self::First => &mut [],
            Self::All(all) => all,
        }
    }

    /// What was gathered, in the order of the checks.
    pub(crate) fn into_gathered(self) -> Vec<R> {
        match self {
            Self::First => Vec::new(),
            Self::All(all) => all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_refusal_ends_or_all_are_gathered_once_each_and_no_more_than_the_bound() {
        assert_eq!(Refusals::First.add(1), Err(1));
        let mut all = Refusals::All(Vec::new());
        for refusal in [1, 2, 1] {
            assert_eq!(all.add(refusal), Ok(()));
        }
        assert_eq!(all.heed(Err::<(), _>(3)), Ok(None));
        assert_eq!(all.heed(Ok("value")), Ok(Some("value")));
        assert_eq!(all.gathered(), [1, 2, 3]);
        for refusal in 0..1000 {
            assert_eq!(all.add(refusal), Ok(()));
        }
        assert_eq!(all.into_gathered().len(), GATHERED_MAX);
    }
}

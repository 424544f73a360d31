//! The three values of a rule that is judged before its event is written.

use std::collections::BTreeSet;

use crate::rules::refusal::Why;

/// Does it hold, whatever the event will say?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outlook {
    /// It does.
    Holds,
    /// It depends on these values, named as a rule set names them: `data.holder`, `source`, `signer`.
    Depends(BTreeSet<String>),
    /// It does not.
    Fails(Box<Why>),
}

impl Outlook {
    pub(crate) fn fails(why: Why) -> Self {
        Self::Fails(Box::new(why))
    }

    pub(crate) fn depends(on: &[&str]) -> Self {
        Self::Depends(on.iter().map(|name| (*name).to_owned()).collect())
    }

    /// Both: what fails decides, the first of two.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fails(why), _) | (_, Self::Fails(why)) => Self::Fails(why),
            (Self::Holds, other) | (other, Self::Holds) => other,
            (Self::Depends(mut on), Self::Depends(more)) => {
                on.extend(more);
                Self::Depends(on)
            }
        }
    }

    /// Either: what holds decides.
    #[must_use]
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Holds, _) | (_, Self::Holds) => Self::Holds,
            (Self::Fails(_), other) | (other, Self::Fails(_)) => other,
            (Self::Depends(mut on), Self::Depends(more)) => {
                on.extend(more);
                Self::Depends(on)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(name: &str) -> Outlook {
        Outlook::depends(&[name])
    }

    #[test]
    fn both_and_either_are_those_of_three_valued_logic() {
        let fails = || Outlook::fails(Why::OutOfRange);
        assert_eq!(Outlook::Holds.and(on("a")), on("a"));
        assert_eq!(on("a").and(on("b")), Outlook::depends(&["a", "b"]));
        assert_eq!(on("a").and(fails()), fails());
        assert_eq!(on("a").or(fails()), on("a"));
        assert_eq!(on("a").or(Outlook::Holds), Outlook::Holds);
        assert_eq!(fails().or(fails()), fails());
    }
}

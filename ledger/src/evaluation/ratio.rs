//! An exact fraction, and the two decimals it is shown with.

use std::cmp::Ordering;
use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// An exact fraction, zero or more. It keeps the denominator it was made with: 8344/2000 stays
/// readable as points.
///
/// Equality and order are those of the value: 1/2 equals 2/4.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    numerator: u64,
    denominator: NonZeroU64,
}

impl Ratio {
    /// `numerator / denominator`.
    pub const fn new(numerator: u64, denominator: NonZeroU64) -> Self {
        Self { numerator, denominator }
    }

    /// The number above the line.
    pub const fn numerator(self) -> u64 {
        self.numerator
    }

    /// The number below the line.
    pub const fn denominator(self) -> NonZeroU64 {
        self.denominator
    }

    /// Two decimals, half up: the only rounding there is, done once, on the exact value.
    ///
    /// The official tables of 2023 and 2024 fit half up on every row with one exact value, and half
    /// to even on fewer. Rounding the domains first would change one index in nine.
    pub fn hundredths(self) -> Hundredths {
        let numerator = u128::from(self.numerator);
        let denominator = u128::from(self.denominator.get());
        let rounded = (200 * numerator + denominator) / (2 * denominator);
        Hundredths(u64::try_from(rounded).unwrap_or(u64::MAX))
    }

    /// The value without rounding: decimals when at most six suffice, else a
    /// reduced fraction.
    pub fn exact(self) -> String {
        let divisor = greatest_common_divisor(self.numerator, self.denominator.get());
        let (numerator, denominator) = (self.numerator / divisor, self.denominator.get() / divisor);
        let mut rest = u128::from(numerator % denominator);
        let mut decimals = String::new();
        while rest != 0 && decimals.len() < EXACT_DECIMALS_MAX {
            rest *= 10;
            decimals.push_str(&(rest / u128::from(denominator)).to_string());
            rest %= u128::from(denominator);
        }
        if rest != 0 {
            return format!("{numerator}/{denominator}");
        }
        format!("{}.{decimals:0<2}", numerator / denominator)
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ratio {}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = u128::from(self.numerator) * u128::from(other.denominator.get());
        let right = u128::from(other.numerator) * u128::from(self.denominator.get());
        left.cmp(&right)
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A value as it is shown: a whole number of hundredths. `4.17` is 417.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hundredths(pub u64);

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Serialize for Hundredths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text that is not a number with exactly two decimals, such as `4.17`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a number with two decimals, such as 4.17")]
pub struct NotHundredths(pub String);

impl FromStr for Hundredths {
    type Err = NotHundredths;

    fn from_str(text: &str) -> Result<Self, NotHundredths> {
        let parse = |text: &str| {
            let (whole, decimals) = text.split_once('.')?;
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            if decimals.len() != 2 || whole.is_empty() || !digits(whole) || !digits(decimals) {
                return None;
            }
            whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(decimals.parse().ok()?)
        };
        parse(text).map(Self).ok_or_else(|| NotHundredths(text.to_owned()))
    }
}

fn greatest_common_divisor(mut left: u64, mut right: u64) -> u64 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left.max(1)
}

/// What a reader can check by hand; every value of Permen PANRB 59/2020 that ends needs fewer.
const EXACT_DECIMALS_MAX: usize = 6;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn ratio(numerator: u64, denominator: u64) -> Ratio {
        Ratio::new(numerator, NonZeroU64::new(denominator).unwrap())
    }

    #[test]
    fn a_half_is_shown_upwards_and_a_hair_less_is_not() {
        assert_eq!(ratio(2050, 2000).hundredths(), Hundredths(103)); // 1.025
        assert_eq!(ratio(2049, 2000).hundredths(), Hundredths(102));
        assert_eq!(ratio(9530, 2000).hundredths(), Hundredths(477)); // 4.765
        assert_eq!(ratio(10, 3).hundredths(), Hundredths(333));
        assert_eq!(ratio(0, 7).hundredths(), Hundredths(0));
    }

    #[test]
    fn order_and_equality_are_those_of_the_value() {
        assert_eq!(ratio(1, 2), ratio(2, 4));
        assert!(ratio(19, 6) > ratio(316, 100));
        assert!(ratio(u64::MAX, 1) > ratio(u64::MAX, 2));
    }

    #[test]
    fn the_exact_value_ends_or_is_a_fraction() {
        assert_eq!(ratio(8344, 2000).exact(), "4.172");
        assert_eq!(ratio(6000, 2000).exact(), "3.00");
        assert_eq!(ratio(114, 36).exact(), "19/6");
        assert_eq!(ratio(0, 5).exact(), "0.00");
    }

    #[test]
    fn two_decimals_are_read_strictly() {
        assert_eq!("4.17".parse(), Ok(Hundredths(417)));
        for text in ["4,17", "4.1", "4", ".17", "4.170", "+4.17", "4.+1", ""] {
            assert_eq!(text.parse::<Hundredths>(), Err(NotHundredths(text.to_owned())));
        }
    }
}

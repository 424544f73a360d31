//! Decimals written as strings, compared exactly.

use std::cmp::Ordering;

/// `-?digits[.digits]`, at most 18 digits, no leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    mantissa: i64,
    scale: u32,
}

impl Decimal {
    /// Most digits; 10^18 fits an i64, and the product of a comparison fits an i128.
    pub(crate) const DIGITS_MAX: usize = 18;

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (digits, ""),
        };
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        if whole.is_empty()
            || leading_zero
            || !all_digits(whole)
            || !all_digits(fraction)
            || whole.len() + fraction.len() > Self::DIGITS_MAX
        {
            return None;
        }
        let mut mantissa = 0_i64;
        for digit in whole.bytes().chain(fraction.bytes()) {
            mantissa = mantissa * 10 + i64::from(digit - b'0');
        }
        let scale = u32::try_from(fraction.len()).ok()?;
        Some(Self { mantissa: if negative { -mantissa } else { mantissa }, scale })
    }

    /// An integer of JSON, which has at most 16 digits.
    pub(crate) fn of_integer(number: i64) -> Option<Self> {
        (number.unsigned_abs() < 10_u64.pow(18)).then_some(Self { mantissa: number, scale: 0 })
    }

    /// Digits after the point.
    pub(crate) fn scale(self) -> u32 {
        self.scale
    }

    /// By value: 1.5 equals 1.50.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        let widened = |value: Self, by: u32| i128::from(value.mantissa) * 10_i128.pow(by);
        widened(self, other.scale).cmp(&widened(other, self.scale))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn only_plain_decimals_parse() {
        for text in ["0", "2.46", "-1.5", "0.30", "123456789012345678"] {
            assert!(Decimal::parse(text).is_some(), "{text}");
        }
        for text in
            ["", ".5", "1.", "01", "1e3", "+1", "1,5", "--1", "1.2.3", "1234567890123456789"]
        {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn comparison_is_exact() {
        let of = |text| Decimal::parse(text).unwrap();
        assert_eq!(of("2.5").compare(of("2.50")), Ordering::Equal);
        assert_eq!(of("-2.51").compare(of("-2.5")), Ordering::Less);
        assert_eq!(of("4.21").compare(of("4.2")), Ordering::Greater);
    }
}

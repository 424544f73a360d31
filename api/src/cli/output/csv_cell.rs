//! Cells that a spreadsheet takes for what they are: text that it would run as a formula is made plain.

use std::borrow::Cow;

/// The cell with an apostrophe before what could be a formula (CWE-1236): a text of an event or of a
/// table must not compute on the machine of who reads it. A number stays a number.
pub(crate) fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(FORMULA) && !is_number(cell) && !is_sign(cell) {
        return Cow::Owned(format!("'{cell}"));
    }
    Cow::Borrowed(cell)
}

/// A sign alone computes nothing: `-` is what stands where there is nothing.
fn is_sign(cell: &str) -> bool {
    matches!(cell, "-" | "+")
}

/// A plain decimal: `-3`, `+4.17`.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

/// What a formula begins with in one of the programs that read CSV.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_formula_is_text() {
        for cell in
            ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "--", "-a", "+4."]
        {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
    }

    #[test]
    fn text_and_numbers_stay_as_they_are() {
        for cell in
            ["", "-", "+", "61.07", "-3", "+4.17", "-0.5", "a=b", "subdomain/a-b", "{\"a\":1}"]
        {
            assert_eq!(harmless(cell), cell);
        }
    }
}

//! Codes of regions as the Ministry of Home Affairs gives them: a province has two digits (`61`), a regency or a city two
//! more behind a dot (`61.07`). The state itself is `id`.

/// The state, for what holds in the whole country.
const STATE: &str = "id";

/// Is it the code of the state, of a province, or of a regency or city?
pub(super) fn is_region(code: &str) -> bool {
    let (province, regency) =
        code.split_once('.').map_or((code, None), |(province, regency)| (province, Some(regency)));
    let is_regency = |code: &str| two_digits(code).is_some_and(|number| number != 0);
    code == STATE
        || (two_digits(province).is_some_and(is_province) && regency.is_none_or(is_regency))
}

/// Is it between the first and the last number of a province? None has 20, with which the dates of this century begin.
pub(super) fn is_province(number: u8) -> bool {
    (11..=97).contains(&number) && number != 20
}

fn two_digits(text: &str) -> Option<u8> {
    let fits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_the_state_a_province_or_a_regency_in_one() {
        for code in ["id", "11", "61", "97", "61.07", "61.72", "35.28", "31.01", "94.99"] {
            assert!(is_region(code), "{code}");
        }
        for code in [
            "", "9", "10", "20", "98", "611", "6107", "61.", ".07", "61.7", "61.00", "61.007",
            "61.07.01", "20.01", "ID", "id.61", "kalbar", "61.ab", "\u{661}1", "+1", "61.+7",
        ] {
            assert!(!is_region(code), "{code}");
        }
    }
}

//! Recognises an Indonesian national identity number (NIK) in text, so that none enters the ledger.
//! 16 digits: province, regency, district (6), day, month, year of birth (a woman's day is plus 40),
//! serial; in one piece or in any groups parted by one space, dot, hyphen, slash or underscore, in
//! the decimal digits of any script.

use serde_json::Value;

use super::region::is_province;

/// Does any text or integer in `value` contain one?
pub(crate) fn find_in_json(value: &Value, pointer: &mut Vec<String>) -> bool {
    match value {
        Value::String(text) => contains(text),
        // 2^53 - 1 has 16 digits: an integer can be one as well.
        Value::Number(number) => {
            number.as_u64().is_some_and(|n| n >= 1_000_000_000_000_000)
                && contains(&number.to_string())
        }
        Value::Array(list) => list.iter().enumerate().any(|(index, item)| {
            find_in_json(item, pointer).then(|| pointer.push(index.to_string())).is_some()
        }),
        Value::Object(map) => map.iter().any(|(name, item)| {
            (contains(name) || find_in_json(item, pointer))
                .then(|| pointer.push(crate::event::escape(name)))
                .is_some()
        }),
        Value::Null | Value::Bool(_) => false,
    }
}

/// Does `text` contain one that is not part of a longer number, a digest in hex or a UUID?
pub(crate) fn contains(text: &str) -> bool {
    if text.len() < DIGITS {
        return false;
    }
    let mut run = Run::default();
    let mut rest = text;
    let mut before = None;
    while let Some(next) = rest.chars().next() {
        let starts_word = !before.is_some_and(char::is_alphanumeric);
        if starts_word && let Some(after) = after_uuid(rest) {
            rest = after;
            before = Some('0');
            if run.ends_with_national_id() {
                return true;
            }
            continue;
        }
        rest = rest.get(next.len_utf8()..).unwrap_or_default();
        if is_invisible(next) {
            continue;
        }
        if let Some(digit) = digit(next) {
            run.digit(digit, before.is_some_and(is_hex_letter));
        } else if !run.part(next) {
            if is_hex_letter(next) {
                run.touch();
            }
            if run.ends_with_national_id() {
                return true;
            }
        }
        before = Some(next);
    }
    run.ends_with_national_id()
}

const DIGITS: usize = 16;

/// Groups of digits, each parted from the next by one separator: what may be one number.
#[derive(Default)]
struct Run {
    digits: Vec<u8>,
    groups: Vec<Group>,
    /// The separator after the last group, while no digit has followed it.
    parted_by: Option<char>,
}

struct Group {
    /// Where its digits start among those of the run, and how many they are.
    start: usize,
    count: usize,
    /// What parts it from the group before.
    separator: Option<char>,
    /// A hex letter stands at it: it is part of a digest or a word.
    touched: bool,
}

impl Run {
    fn digit(&mut self, digit: u8, touched: bool) {
        let separator = self.parted_by.take();
        match self.groups.last_mut() {
            Some(group) if separator.is_none() => group.count = group.count.saturating_add(1),
            _ => {
                let start = self.digits.len();
                self.groups.push(Group { start, count: 1, separator, touched });
            }
        }
        self.digits.push(digit);
    }

    /// Takes `next` as the separator after a group; false where it is none.
    fn part(&mut self, next: char) -> bool {
        let parts = is_separator(next) && !self.groups.is_empty() && self.parted_by.is_none();
        if parts {
            self.parted_by = Some(next);
        }
        parts
    }

    /// A hex letter follows the last digit.
    fn touch(&mut self) {
        if let Some(group) = self.groups.last_mut().filter(|_| self.parted_by.is_none()) {
            group.touched = true;
        }
    }

    /// Ends the run and begins another: did it hold a number?
    fn ends_with_national_id(&mut self) -> bool {
        let found = (0..self.groups.len()).any(|first| self.has_from(first));
        self.digits.clear();
        self.groups.clear();
        self.parted_by = None;
        found
    }

    /// Do whole groups from `first` on make one?
    fn has_from(&self, first: usize) -> bool {
        let groups = self.groups.get(first..).unwrap_or_default();
        let mut count: usize = 0;
        for (index, group) in groups.iter().enumerate() {
            count = count.saturating_add(group.count);
            if group.touched || count > DIGITS {
                return false;
            }
            if count == DIGITS {
                let (own, later) = groups.split_at(index.saturating_add(1));
                return stands_alone(own, later.first()) && self.is_national_id(own);
            }
        }
        false
    }

    fn is_national_id(&self, groups: &[Group]) -> bool {
        let start = groups.first().map_or(0, |group| group.start);
        let digits = self.digits.get(start..start.saturating_add(DIGITS));
        digits.and_then(|digits| digits.try_into().ok()).is_some_and(is_national_id)
    }
}

/// Groups that other groups follow with the separator that parts themselves are a longer number:
/// `005/6107/0101/1280/0001`. One group of 16 digits is always taken by itself.
fn stands_alone(own: &[Group], next: Option<&Group>) -> bool {
    let Some((first, others)) = own.split_first() else { return false };
    let outer = [first.separator, next.and_then(|next| next.separator)];
    let mut inner = others.iter().filter_map(|group| group.separator);
    inner.all(|separator| !outer.contains(&Some(separator)))
}

fn is_national_id(digits: &[u8; DIGITS]) -> bool {
    let [p0, p1, r0, r1, c0, c1, d0, d1, m0, m1, _, _, serial @ ..] = *digits;
    let two = |tens: u8, ones: u8| tens * 10 + ones;
    let (province, day) = (two(p0, p1), two(d0, d1));
    is_province(province)
        && two(r0, r1) != 0
        && two(c0, c1) != 0
        && ((1..=31).contains(&day) || (41..=71).contains(&day))
        && (1..=12).contains(&two(m0, m1))
        && serial != [0; 4]
}

/// The value of a decimal digit of any script (Unicode category Nd).
fn digit(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.to_digit(10).and_then(|value| u8::try_from(value).ok());
    }
    let code = u32::from(c);
    let index = ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?;
    let value = code.checked_sub(*ZEROS.get(index)?)?;
    u8::try_from(value).ok().filter(|value| *value < 10)
}

/// A letter that may be part of a digest.
fn is_hex_letter(c: char) -> bool {
    c.is_ascii_hexdigit() && !c.is_ascii_digit()
}

/// What people write between groups of digits: also the spaces, hyphens and full-width signs that
/// look the same.
fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '.' | '-' | '/' | '_' | '\u{A0}' | '\u{202F}' | '\u{3000}' | '\u{2212}')
        || matches!(c, '\u{2000}'..='\u{200A}' | '\u{2010}'..='\u{2015}')
        || matches!(c, '\u{FF0D}'..='\u{FF0F}' | '\u{FF3F}')
}

/// Characters without width: a number is not less readable for them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// What follows the UUID (RFC 9562, 4) that `text` starts with: its groups of hex digits may have
/// no letter.
fn after_uuid(text: &str) -> Option<&str> {
    let (uuid, rest) = text.split_at_checked(UUID_GROUPS.len())?;
    let fits = uuid.bytes().zip(UUID_GROUPS.bytes()).all(|(byte, want)| match want {
        b'x' => byte.is_ascii_hexdigit(),
        _ => byte == want,
    });
    (fits && !rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

const UUID_GROUPS: &str = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

/// The zeros of all scripts, sorted (Unicode 14); nine more digits follow each.
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x10_4a0, 0x10_d30, 0x11_066, 0x11_0f0, 0x11_136, 0x11_1d0, 0x11_2f0, 0x11_450, 0x11_4d0,
    0x11_650, 0x11_6c0, 0x11_730, 0x11_8e0, 0x11_950, 0x11_c50, 0x11_d50, 0x11_da0, 0x16_a60,
    0x16_ac0, 0x16_b50, 0x1d_7ce, 0x1d_7d8, 0x1d_7e2, 0x1d_7ec, 0x1d_7f6, 0x1e_140, 0x1e_2f0,
    0x1e_950, 0x1f_bf0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_recognised_in_any_usual_writing() {
        for text in [
            "6107010112800001",
            "NIK: 6107015203900002.",
            "6107 0101 1280 0001",
            "61.07.01.011280.0001",
            "(610701-011280-0001)",
            "NIK6107010112800001 a.n.",
            "nomor 12 6107010112800001",
            "6107010112800001 dan",
            "61/07/01/011280/0001",
            "61_07_01_011280_0001",
            "6107-0101 1280.0001",
            "6 1 0 7 0 1 0 1 1 2 8 0 0 0 0 1",
            "610701011280-0001",
            "6107\u{A0}0101\u{A0}1280\u{A0}0001",
            "6107\u{2011}0101\u{2011}1280\u{2011}0001",
            "61070101\u{200B}12800001",
            // Full-width, Arabic-Indic and mathematical digits.
            "６１０７０１０１１２８００００１",
            "６１０７－０１０１－１２８０－０００１",
            "٦١٠٧٠١٠١١٢٨٠٠٠٠١",
            "𝟔𝟏𝟎𝟕𝟎𝟏𝟎𝟏𝟏𝟐𝟖𝟎𝟎𝟎𝟎𝟏",
            // Beside another number that is parted in another way.
            "12 6107.0101.1280.0001",
            "6107-0101-1280-0001/2026",
            "1. 6107 0101 1280 0001",
            "01932c4e-6107-7101-8280-000112345678 6107010112800001",
        ] {
            assert!(contains(text), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_not() {
        for text in [
            // NIP, 18 digits, whole and in groups.
            "196312071985031010",
            "19631207 198503 1 010",
            // No such day, no such month, no serial.
            "6107013212800001",
            "6107010113800001",
            "6107010112800000",
            // Part of a digest or a word.
            "a6107010112800001b",
            "ba7816bf8f01cfea6107010112800001",
            "610701011280000",
            "61070101128000011",
            "005/6107/0101/1280/0001",
            "01932c4e-6107-0101-1280-000112345678",
            // Two groups of this UUID have 16 digits together, three of the next.
            "abcdefab-1234-4abc-8123-010112800001",
            "61070101-1280-4001-a123-abcdefabcdef",
            "20261120-0930-0001",
            "6107  0101  1280  0001",
            "Rp 1.250.000.000.000,00",
        ] {
            assert!(!contains(text), "{text}");
        }
    }
}

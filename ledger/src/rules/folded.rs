//! Texts as they read: what is written otherwise and reads the same is one. Compatibility forms (UAX #15, NFKD), characters that
//! nobody sees (`Default_Ignorable_Code_Point`), marks on Latin letters, and what looks like a sign of ASCII (UTS #39, 4).
//!
//! Signs of ASCII are never taken for each other (`1` and `l`, `m` and `rn`): labels and codes are told apart by them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::skeleton;

/// The text as it reads. One of ASCII is given as it stands; of any other one all letters are small.
pub(crate) fn as_read(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut read = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_unseen(*c)) {
        // A mark on a Latin letter says how it is spoken: "séri" is "seri".
        let is_on_latin = || read.chars().next_back().is_none_or(|before| before.is_ascii());
        if c.is_ascii() {
            read.push(c.to_ascii_lowercase());
        } else if !(is_combining_mark(c) && is_on_latin()) {
            push_as_read(c, &mut read);
        }
    }
    Cow::Owned(read)
}

/// The words of a text, of letters and digits alone.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Does it take no room, and show nothing, wherever it stands?
pub(crate) fn is_unseen(c: char) -> bool {
    let is_ignorable = || skeleton(c.encode_utf8(&mut [0; 4])).next().is_none();
    !c.is_ascii() && (matches!(c, BRAILLE_BLANK | '\u{FFF9}'..='\u{FFFB}') || is_ignorable())
}

fn push_as_read(c: char, read: &mut String) {
    // As it stands first: Greek `Ν` looks like N, and its small letter like v.
    let seen = looks_like(c).or_else(|| other_case(c).and_then(looks_like));
    if let Some(ascii) = seen {
        read.push(ascii);
        return;
    }
    // As near to full case folding as the letters themselves come: `ẞ` is "ss", `ς` is `σ`.
    let capital = c.to_lowercase().flat_map(char::to_uppercase);
    let small = capital.flat_map(char::to_lowercase);
    read.extend(small.map(|small| looks_like(small).unwrap_or(small.to_ascii_lowercase())));
}

/// The sign of ASCII, in small letters, that it cannot be told from.
fn looks_like(c: char) -> Option<char> {
    let prototype: String =
        skeleton(c.encode_utf8(&mut [0; 4])).filter(|c| !is_combining_mark(*c)).collect();
    let ascii = PROTOTYPES.get(&prototype).copied();
    // I, l and 1 are one in UTS #39.
    ascii.map(|ascii| if ascii == 'l' && c.is_uppercase() { 'i' } else { ascii })
}

fn other_case(c: char) -> Option<char> {
    fn single(mut case: impl Iterator<Item = char>) -> Option<char> {
        case.next().filter(|_| case.next().is_none())
    }
    let other = if c.is_uppercase() { single(c.to_lowercase()) } else { single(c.to_uppercase()) };
    other.filter(|other| *other != c)
}

/// Each sign of ASCII by its prototype; of several with one prototype a small letter before a sign.
static PROTOTYPES: LazyLock<BTreeMap<String, char>> = LazyLock::new(|| {
    let mut prototypes = BTreeMap::new();
    for ascii in ('a'..='z').chain('A'..='Z').chain('!'..='~') {
        let prototype = skeleton(ascii.encode_utf8(&mut [0; 4])).collect();
        prototypes.entry(prototype).or_insert(ascii.to_ascii_lowercase());
    }
    prototypes
});

/// Shows nothing, though Unicode calls it a symbol.
const BRAILLE_BLANK: char = '\u{2800}';

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        as_read(text).to_ascii_lowercase()
    }

    #[test]
    fn what_reads_the_same_is_one() {
        for (other, plain) in [
            // NFKC: full width, ligature, ring, digits of mathematics (UAX #15, tables 3 and 4).
            ("ＫＵＮＪＵＮＧＡＮ １２", "kunjungan 12"),
            ("ﬁle", "file"),
            ("Å", "a"),
            ("Ⅳ", "iv"),
            ("𝐝𝐚𝐭𝐚", "data"),
            ("m²", "m2"),
            // Default ignorables: zero width space, joiners, soft hyphen, BOM, fillers, tags, variation selectors.
            ("kun\u{200B}jungan", "kunjungan"),
            ("kun\u{200C}jun\u{200D}gan\u{2060}", "kunjungan"),
            ("kun\u{AD}jungan", "kunjungan"),
            ("\u{FEFF}data\u{3164}\u{115F}\u{FE0F}\u{E0061}\u{2800}", "data"),
            // Composed and decomposed are one, and so are they without the mark.
            ("s\u{E9}ri", "seri"),
            ("se\u{301}ri", "seri"),
            ("d\u{323}ata", "data"),
            // UTS #39, confusables: Cyrillic, Greek, Cherokee, Latin letters with a stroke, dashes and quotes.
            ("d\u{430}ta", "data"),
            ("\u{420}\u{410}\u{421}", "pac"),
            ("\u{412}\u{41D}", "bh"),
            ("\u{432}\u{43D}", "bh"),
            ("K\u{406}\u{456}", "kii"),
            ("\u{3A4}\u{391}\u{39D}\u{391}\u{397}", "tanah"),
            ("\u{13A0}", "d"),
            ("d\u{131}nas", "dinas"),
            ("A\u{2010}1\u{2013}2", "a-1-2"),
            ("juma\u{2019}t", "juma't"),
        ] {
            assert_eq!(read(other), plain, "{}", other.escape_unicode());
        }
    }

    #[test]
    fn what_reads_otherwise_stays_apart() {
        for [one, other] in [
            ["modern", "modem"],
            ["A1", "Al"],
            ["K0", "KO"],
            ["A-1", "A 1"],
            ["план", "плин"],
            ["ٱ", "ب"],
        ] {
            assert_ne!(read(one), read(other));
        }
        // Case of other scripts tells nothing apart, as case of Latin does not.
        for [one, other] in [["ПЛАН", "план"], ["ΣΟΦΟΣ", "σοφος"], ["STRASSE\u{301}", "straße"]]
        {
            assert_eq!(read(one), read(other));
        }
    }

    #[test]
    fn ascii_is_given_as_it_stands() {
        assert!(matches!(as_read("Data Kunjungan | 1"), Cow::Borrowed("Data Kunjungan | 1")));
    }

    #[test]
    fn nothing_changes_in_what_was_read_once() {
        // All letters but Han and Hangul, which nothing of ASCII looks like.
        let scripts =
            ('\0'..='\u{33FF}').chain('\u{A000}'..='\u{ABFF}').chain('\u{F900}'..='\u{FFFF}');
        for c in scripts.chain('\u{10000}'..='\u{16FFF}').chain('\u{1D000}'..='\u{1FFFF}') {
            let once = read(c.encode_utf8(&mut [0; 4]));
            assert_eq!(read(&once), once, "{}", c.escape_unicode());
        }
    }

    #[test]
    fn only_what_shows_nothing_is_unseen() {
        let unseen: Vec<_> = ('\0'..='\u{FFFF}').filter(|c| is_unseen(*c)).collect();
        assert!(unseen.iter().all(|c| !c.is_alphanumeric() || is_filler(*c)), "{unseen:?}");
        for c in ['\u{AD}', '\u{34F}', '\u{200B}', '\u{200E}', '\u{2060}', '\u{FEFF}', '\u{FFA0}'] {
            assert!(unseen.contains(&c), "{}", c.escape_unicode());
        }
    }

    fn is_filler(c: char) -> bool {
        matches!(c, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}')
    }

    proptest! {
        #[test]
        fn folding_is_idempotent(text in "(?s).{0,24}") {
            let once = read(&text);
            prop_assert_eq!(read(&once), once);
        }

        #[test]
        fn whatever_shows_nothing_changes_nothing(
            text in "[a-zA-Z0-9é\u{430}\u{3a9} -]{1,12}",
            place in 0_usize..12,
            unseen in prop::sample::select(vec!['\u{200B}', '\u{AD}', '\u{2060}', '\u{FE0F}']),
        ) {
            let mut other: Vec<char> = text.chars().collect();
            other.insert(place.min(other.len()), unseen);
            let other: String = other.into_iter().collect();
            prop_assert_eq!(read(&other), read(&text));
        }
    }
}

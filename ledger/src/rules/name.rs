//! Does a domain label fit the name of an agency or an application? The comparison that
//! `name_basis@1` makes; it never changes (a new meaning is a new guard).
//!
//! A label fits a name when it is the name itself without spaces (or with hyphens between the
//! words), or when it is made of the beginnings of all its words in their order, as `diskominfo` is
//! of "Dinas Komunikasi dan Informatika" (`dis` is the custom for Dinas). Joining words and the kind
//! of region do not count. A label fits a short name when both have the same letters and digits;
//! abbreviations of any other build are registered as short names.

/// Words of a name that need not show in an abbreviation.
const JOINING_WORDS: [&str; 13] = [
    "dan",
    "serta",
    "di",
    "ke",
    "dari",
    "untuk",
    "pada",
    "dengan",
    "yang",
    "atau",
    "bagi",
    "dalam",
    "kabupaten",
];

/// Words that custom shortens otherwise than by their beginning.
const CUSTOMARY: [(&str, &str); 2] = [("dinas", "dis"), ("sekretariat", "set")];

/// Most words compared; longer names are compared by their first ones.
const WORDS_MAX: usize = 16;

/// Does `label` fit the full name?
pub(crate) fn fits_name(label: &str, name: &str) -> bool {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .take(WORDS_MAX)
        .collect();
    let telling: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| !JOINING_WORDS.contains(word)).collect();
    let letters = letters_of(label);
    letters.len() >= 2
        && (letters == words.concat()
            || letters == telling.concat()
            || (telling.len() >= 2 && is_made_of_beginnings(&letters, &telling)))
}

/// Does `label` have the letters and digits of the short name?
pub(crate) fn fits_short_name(label: &str, short: &str) -> bool {
    let letters = letters_of(label);
    letters.len() >= 2 && letters == letters_of(short)
}

fn letters_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// `reachable` holds every number of letters that the words so far can account for.
fn is_made_of_beginnings(letters: &str, words: &[&str]) -> bool {
    let letters = letters.as_bytes();
    let mut reachable = vec![0];
    for word in words {
        let mut next = Vec::new();
        let customary = CUSTOMARY.iter().filter(|(long, _)| long == word).map(|(_, short)| *short);
        for form in customary.chain([*word]) {
            for start in &reachable {
                let rest = letters.get(*start..).unwrap_or_default();
                let common = rest.iter().zip(form.as_bytes()).take_while(|(a, b)| a == b).count();
                next.extend((1..=common).map(|taken| start + taken));
            }
        }
        next.sort_unstable();
        next.dedup();
        reachable = next;
    }
    reachable.contains(&letters.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_abbreviations_fit_their_names() {
        for (label, name) in [
            // The example in the explanation of BTM 19(2).
            ("diskominfo", "Dinas Komunikasi dan Informatika"),
            ("dinkes", "Dinas Kesehatan"),
            ("setda", "Sekretariat Daerah"),
            ("dinaskesehatan", "Dinas Kesehatan"),
            ("dinas-kesehatan", "Dinas Kesehatan"),
            ("dpupr", "Dinas Pekerjaan Umum dan Penataan Ruang"),
            ("bappeda", "Badan Perencanaan Pembangunan Daerah"),
            ("bkpsdm", "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia"),
            ("e-office", "E-Office"),
        ] {
            assert!(fits_name(label, name), "{label}: {name}");
        }
    }

    #[test]
    fn names_of_others_do_not_fit() {
        for (label, name) in [
            ("diskominfo", "Dinas Kesehatan"),
            ("dinas", "Dinas Kesehatan"),
            ("kesehatan", "Dinas Kesehatan"),
            ("dk1", "Dinas Kesehatan"),
            ("dinkes", "Dinas Kebersihan"),
            ("d", "Dinas"),
            ("kominfodis", "Dinas Komunikasi dan Informatika"),
            ("", "Dinas Kesehatan"),
        ] {
            assert!(!fits_name(label, name), "{label}: {name}");
        }
    }

    #[test]
    fn short_names_are_compared_by_letters_and_digits() {
        assert!(fits_short_name("disdukcapil", "Disdukcapil"));
        assert!(fits_short_name("e-office", "E Office"));
        assert!(!fits_short_name("disdukcapil2", "Disdukcapil"));
    }
}

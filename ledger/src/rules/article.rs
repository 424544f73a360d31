//! Articles of a regulation as lawyers cite them: `9(1)-(2)`, `20(3)f`, `43bis(1)`.

use std::fmt;

/// Where something stands in a regulation: a pasal, some of its paragraphs (ayat), some letters (huruf) of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    text: String,
    pasal: String,
    ayat: Option<(u16, u16)>,
    huruf: Option<(char, char)>,
}

impl Article {
    /// `33`, `9(1)`, `9(1)-(2)`, `20(3)f`, `20(3)a-f`, `43bis(1)`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let end = text.find('(').unwrap_or(text.len());
        let (pasal, rest) = text.split_at_checked(end)?;
        number(pasal.strip_suffix("bis").unwrap_or(pasal))?;
        let (ayat, rest) = if rest.is_empty() {
            (None, "")
        } else {
            ayat(rest).map(|(ayat, rest)| (Some(ayat), rest))?
        };
        let huruf = if rest.is_empty() { None } else { Some(huruf(rest)?) };
        Some(Self { text: text.to_owned(), pasal: pasal.to_owned(), ayat, huruf })
    }

    /// Its pasal: `43bis`.
    pub fn pasal(&self) -> &str {
        &self.pasal
    }

    /// Is a rule id, `BKY.20.3f`, of this article?
    pub fn has(&self, rule: &str) -> bool {
        let mut parts = rule.split('.').skip(1);
        if parts.next() != Some(&self.pasal) {
            return false;
        }
        let Some(place) = parts.next() else { return self.ayat.is_none() };
        let letters = place.trim_start_matches(|c: char| c.is_ascii_digit());
        let ayat = place.strip_suffix(letters).and_then(number);
        let in_ayat = |(first, last)| ayat.is_some_and(|ayat| (first..=last).contains(&ayat));
        let in_huruf =
            |(first, last)| letters.chars().all(|letter| (first..=last).contains(&letter));
        self.ayat.is_none_or(in_ayat) && self.huruf.is_none_or(in_huruf)
    }
}

/// `(1)`, `(1)-(4)`, and what follows.
fn ayat(text: &str) -> Option<((u16, u16), &str)> {
    let (first, rest) = bracketed(text)?;
    match rest.strip_prefix('-') {
        Some(range) => bracketed(range)
            .filter(|(last, _)| *last > first)
            .map(|(last, rest)| ((first, last), rest)),
        None => Some(((first, first), rest)),
    }
}

fn bracketed(text: &str) -> Option<(u16, &str)> {
    let (inner, rest) = text.strip_prefix('(')?.split_once(')')?;
    Some((number(inner)?, rest))
}

/// `f`, `a-f`.
fn huruf(text: &str) -> Option<(char, char)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let letter = |text: &str| text.parse().ok().filter(char::is_ascii_lowercase);
    let (first, last) = (letter(first)?, letter(last)?);
    (first <= last).then_some((first, last))
}

fn number(text: &str) -> Option<u16> {
    let digits = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Article {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn articles_are_read_as_lawyers_write_them() {
        for text in ["33", "9(1)", "9(1)-(2)", "20(3)f", "20(3)a-f", "43bis(1)"] {
            assert_eq!(Article::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "", "a", "9()", "9(0)", "9(2)-(1)", "9(1)-2", "9(1)f-a", "9(1)F", "9(1", "09", "9f",
            "bis",
        ] {
            assert_eq!(Article::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_rule_is_of_the_article_that_holds_its_place() {
        let has = |article: &str, rule: &str| Article::parse(article).unwrap().has(rule);
        assert!(has("33", "BKY.33"));
        assert!(has("42", "BKY.42.1"));
        assert!(has("6(1)-(4)", "BKY.6.4c"));
        assert!(has("14(4)b-d", "BKY.14.4c"));
        assert!(has("14(4)b-d", "BKY.14.4"));
        assert!(has("43bis(1)", "BKY.43bis.1"));
        assert!(!has("43(1)", "BKY.43bis.1"));
        assert!(!has("14(4)b-d", "BKY.14.4a"));
        assert!(!has("6(1)-(4)", "BKY.6.5"));
        assert!(!has("6(1)-(4)", "BKY.6"));
        assert!(!has("6", "BKY"));
    }
}

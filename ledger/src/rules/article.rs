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

    /// As people ask for one: `25(4)`, `pasal 25 ayat (4) huruf a`, `Ps. 25`.
    pub(crate) fn asked(text: &str) -> Option<Self> {
        let plain = text.to_lowercase().replace('.', " ");
        let words = plain.split_whitespace().filter(|word| !ASKING.contains(word));
        Self::parse(&words.collect::<String>())
    }

    /// Is it meant by who asks for `asked`? A text may have a pasal twice: who gives only the number means both.
    pub(crate) fn is_meant(&self, asked: &Self) -> bool {
        let both = self.pasal.strip_suffix("bis") == Some(&asked.pasal);
        let same = Self { pasal: asked.pasal.clone(), ..self.clone() };
        self.meets(asked) || (both && same.meets(asked))
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

impl Article {
    /// Has it anything in common with another?
    pub(crate) fn meets(&self, other: &Self) -> bool {
        fn within<T: PartialOrd>(left: Option<(T, T)>, right: Option<(T, T)>) -> bool {
            match (left, right) {
                (Some((first, last)), Some((from, to))) => first <= to && from <= last,
                _ => true,
            }
        }
        self.pasal == other.pasal
            && within(self.ayat, other.ayat)
            && within(self.huruf, other.huruf)
    }

    /// Where it begins.
    pub(crate) fn place(&self) -> Place {
        let (ayat, _) = self.ayat.unwrap_or_default();
        let huruf = self.huruf.map(|(first, _)| first.to_string()).unwrap_or_default();
        Place::new(&self.pasal, ayat, huruf)
    }
}

/// A place in a regulation, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pasal: u16,
    bis: bool,
    ayat: u16,
    huruf: String,
}

impl Place {
    fn new(pasal: &str, ayat: u16, huruf: String) -> Self {
        let plain = pasal.strip_suffix("bis");
        // What has no number comes last.
        let number = number(plain.unwrap_or(pasal)).unwrap_or(u16::MAX);
        Self { pasal: number, bis: plain.is_some(), ayat, huruf }
    }

    /// The place that a rule id names: `BKY.20.3f`.
    pub(crate) fn of_rule(rule: &str) -> Self {
        let mut parts = rule.split('.').skip(1);
        let pasal = parts.next().unwrap_or_default();
        let place = parts.next().unwrap_or_default();
        let huruf = place.trim_start_matches(|c: char| c.is_ascii_digit());
        let ayat = place.strip_suffix(huruf).and_then(number).unwrap_or_default();
        Self::new(pasal, ayat, huruf.to_owned())
    }

    /// The regulation that a rule id names: `BKY`.
    pub(crate) fn prefix(rule: &str) -> &str {
        rule.split_once('.').map_or(rule, |(prefix, _)| prefix)
    }
}

/// Words that lawyers write around the numbers.
const ASKING: [&str; 6] = ["pasal", "ps", "ayat", "huruf", "article", "art"];

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
    fn articles_meet_where_they_have_something_in_common() {
        let meets = |left: &str, right: &str| {
            Article::parse(left).unwrap().meets(&Article::parse(right).unwrap())
        };
        assert!(meets("25", "25(4)") && meets("9(1)-(3)", "9(2)") && meets("20(3)a-f", "20(3)c"));
        assert!(!meets("25", "26") && !meets("9(1)-(2)", "9(3)") && !meets("20(3)a-c", "20(3)d"));
        assert!(!meets("43(1)", "43bis(1)"));
    }

    #[test]
    fn an_article_is_asked_for_as_lawyers_write_it() {
        let asked = |text: &str| Article::asked(text).map(|article| article.to_string());
        for text in ["25(4)", "pasal 25 ayat (4)", "Pasal 25(4)", "Ps. 25 (4)"] {
            assert_eq!(asked(text).as_deref(), Some("25(4)"), "{text}");
        }
        assert_eq!(asked("Pasal 20 ayat (3) huruf f").as_deref(), Some("20(3)f"));
        assert_eq!((asked("pasal 25").as_deref(), asked("pasal")), (Some("25"), None));
        assert_eq!(asked("subdomain.granted"), None);
        let means = |article: &str, asked: &str| {
            Article::parse(article).unwrap().is_meant(&Article::asked(asked).unwrap())
        };
        assert!(means("43bis(1)", "43") && means("43(1)", "43") && means("43bis(1)", "43bis"));
        assert!(means("43bis(1)", "43(1)") && !means("43bis(1)", "43(2)"));
        assert!(!means("43(1)", "43bis") && !means("4", "43"));
    }

    #[test]
    fn places_are_read_from_front_to_back() {
        let order =
            ["BKY.6.4a", "BKY.6.4b", "BKY.6.5", "BKY.20.3", "BKY.43.1", "BKY.43bis.1", "BKY.x"];
        let places: Vec<_> = order.iter().map(|rule| Place::of_rule(rule)).collect();
        assert!(places.is_sorted());
        assert_eq!(Article::parse("20(3)b").unwrap().place(), Place::of_rule("BKY.20.3b"));
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

//! Subject patterns: which streams an act may be about. `subdomain/{name:fqdn}` captures one segment.

use super::reader::RuleSetReason;
use crate::event::{is_segment, is_stream};

/// A pattern of segments; without any, of every stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    /// Length of the first segment in bytes.
    stream: usize,
    segments: Vec<Segment>,
}

/// The pattern of acts that may be about any stream.
const ANY: &str = "*";

/// With what a year of this millennium begins.
const YEARS_BEGIN: char = '2';

/// One segment of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    Literal(String),
    Any {
        name: String,
    },
    /// Four digits; `bounded`: a year from 2000 to 2999.
    Year {
        name: String,
        bounded: bool,
    },
    Fqdn {
        name: String,
    },
}

impl Pattern {
    pub(crate) fn parse(text: &str) -> Result<Self, RuleSetReason> {
        let form = || RuleSetReason::Form {
            value: text.to_owned(),
            form: (
                "ruas-ruas seperti subdomain/{name:fqdn}; jenis: tanpa, year, fqdn; atau *",
                "segments such as subdomain/{name:fqdn}; kinds: none, year, fqdn; or *",
            ),
        };
        if text == ANY {
            return Ok(Self { text: text.to_owned(), stream: text.len(), segments: Vec::new() });
        }
        let segments = text
            .split('/')
            .map(|segment| match segment.strip_prefix('{').map(|s| s.strip_suffix('}')) {
                None if is_segment(segment) => Some(Segment::Literal(segment.to_owned())),
                Some(Some(capture)) => match capture.split_once(':') {
                    None => Some(Segment::Any { name: capture.to_owned() }),
                    Some((name, "year")) => {
                        Some(Segment::Year { name: name.to_owned(), bounded: false })
                    }
                    Some((name, "fqdn")) => Some(Segment::Fqdn { name: name.to_owned() }),
                    Some(_) => None,
                },
                _ => None,
            })
            .collect::<Option<Vec<_>>>()
            .ok_or_else(form)?;
        let stream = text.find('/').unwrap_or(text.len());
        Ok(Self { text: text.to_owned(), stream, segments })
    }

    /// From version 3 of the structural acts a year is one from 2000 to 2999, as those of fields are.
    pub(crate) fn bound_years(&mut self) {
        for segment in &mut self.segments {
            if let Segment::Year { bounded, .. } = segment {
                *bounded = true;
            }
        }
    }

    /// As written in the rule set.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Does `subject` follow the pattern?
    pub fn matches(&self, subject: &str) -> bool {
        if self.is_any() {
            return is_stream(subject) && subject.contains('/');
        }
        let mut segments = subject.split('/');
        self.segments.iter().all(|want| segments.next().is_some_and(|have| want.matches(have)))
            && segments.next().is_none()
    }

    /// Does every subject of `other` follow it?
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let both = || self.segments.iter().zip(&other.segments);
        self.is_any()
            || (!other.is_any()
                && self.segments.len() == other.segments.len()
                && both().all(|(own, other)| own.covers(other)))
    }

    /// The kind of stream, where it is written out.
    pub(crate) fn written_stream(&self) -> Option<&str> {
        match self.segments.first() {
            Some(Segment::Literal(stream)) => Some(stream),
            Some(_) | None => None,
        }
    }

    /// Is every stream meant?
    pub(crate) fn is_any(&self) -> bool {
        self.segments.is_empty()
    }

    /// Index of the segment captured as `name`.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.segments.iter().position(|segment| match segment {
            Segment::Literal(_) => false,
            Segment::Any { name: own }
            | Segment::Year { name: own, .. }
            | Segment::Fqdn { name: own } => own == name,
        })
    }

    /// Its segments in order.
    pub(crate) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The kind of stream: the first segment.
    pub(crate) fn stream(&self) -> &str {
        self.text.get(..self.stream).unwrap_or(&self.text)
    }
}

impl Segment {
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Literal(other)) => self.matches(other),
            (Self::Any { .. }, _)
            | (Self::Year { .. }, Self::Year { .. })
            | (Self::Fqdn { .. }, Self::Fqdn { .. }) => true,
            _ => false,
        }
    }

    fn matches(&self, have: &str) -> bool {
        match self {
            Self::Literal(want) => want == have,
            Self::Any { .. } => is_segment(have),
            Self::Year { bounded, .. } => {
                have.len() == 4
                    && have.bytes().all(|b| b.is_ascii_digit())
                    && (!bounded || have.starts_with(YEARS_BEGIN))
            }
            Self::Fqdn { .. } => is_fqdn(have),
        }
    }
}

/// A domain name of at least two labels as A-labels, lower case, without a dot at the end
/// (RFC 1123, 2.1; RFC 1035, 2.3.4).
pub(crate) fn is_fqdn(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let top_is_word =
        name.rsplit('.').next().is_some_and(|top| !top.bytes().all(|b| b.is_ascii_digit()));
    name.len() <= 253 && name.contains('.') && name.split('.').all(label) && top_is_word
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_pattern_matches_segment_by_segment() {
        let pattern = Pattern::parse("eval/{year:year}/{slug}").unwrap();
        assert!(pattern.matches("eval/2023/kab-bengkayang"));
        for other in ["eval/23/x", "eval/2023", "eval/2023/x/y", "role/2023/x", "eval/2023/"] {
            assert!(!pattern.matches(other), "{other}");
        }
        assert_eq!(pattern.position("slug"), Some(2));
        assert_eq!(pattern.stream(), "eval");
    }

    #[test]
    fn a_bounded_year_is_one_of_this_millennium() {
        let mut pattern = Pattern::parse("fund/{year:year}").unwrap();
        assert!(pattern.matches("fund/0000"));
        pattern.bound_years();
        assert!(pattern.matches("fund/2000") && pattern.matches("fund/2999"));
        for other in ["fund/0000", "fund/1999", "fund/3000", "fund/20260"] {
            assert!(!pattern.matches(other), "{other}");
        }
    }

    #[test]
    fn domain_names_are_a_labels_without_a_dot_at_the_end() {
        for name in ["a.id", "xn--bcher-kva.go.id", "e-office.bengkayangkab.go.id"] {
            assert!(is_fqdn(name), "{name}");
        }
        for name in ["id", "a.id.", ".a.id", "-a.id", "a-.id", "A.id", "a_b.id", "1.2.3.4", "a..id"]
        {
            assert!(!is_fqdn(name), "{name}");
        }
    }
}

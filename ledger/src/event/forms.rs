//! The forms that texts of an event have: ids, streams, dates, times.

use jejak_signer::Hash;
use jiff::Timestamp;
use jiff::civil::Date;

use super::members::form;
use super::{Mandate, PayloadReason, STREAM_BYTES_MAX, Seen, SignedAs, Time};

pub(super) fn id(text: &str) -> Result<String, PayloadReason> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(allowed);
    owned(text, fits, "1 to 64 of A-Z a-z 0-9 . _ -")
}

pub(super) fn source(text: &str) -> Result<String, PayloadReason> {
    let fits = text.strip_prefix("agency/").is_some_and(is_segment);
    owned(text, fits && text.len() <= STREAM_BYTES_MAX, "agency/ and an agency id")
}

pub(super) fn event_type(text: &str) -> Result<String, PayloadReason> {
    owned(text, is_event_type(text), "lower-case words joined by dots")
}

/// `subdomain.granted`.
pub(crate) fn is_event_type(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    text.len() <= 100 && text.contains('.') && text.split('.').all(word)
}

pub(super) fn stream(text: &str) -> Result<String, PayloadReason> {
    owned(text, is_stream(text), "lower-case a-z 0-9 . _ - segments joined by /, 200 at most")
}

pub(super) fn office(text: &str) -> Result<String, PayloadReason> {
    owned(text, is_office(text), "role/ and an office id")
}

pub(super) fn person(text: &str) -> Result<String, PayloadReason> {
    owned(text, is_person(text), "a person id: 8 to 64 of a-z 0-9 . _ -, random")
}

pub(super) fn origin(text: &str) -> Result<String, PayloadReason> {
    let allowed = |b: u8| {
        b.is_ascii_lowercase()
            || b.is_ascii_digit()
            || matches!(b, b'.' | b'-' | b'_' | b'/' | b':')
    };
    let fits = (1..=200).contains(&text.len()) && text.bytes().all(allowed);
    owned(text, fits, "the origin of a ledger")
}

pub(super) fn schema_version(text: &str) -> Result<u32, PayloadReason> {
    let reason = form("the version of a schema, such as \"1\"");
    match text.parse::<u32>() {
        Ok(version) if version > 0 && version.to_string() == text => Ok(version),
        _ => Err(reason),
    }
}

pub(super) fn seen(text: &str) -> Result<Seen, PayloadReason> {
    use base64::Engine as _;
    let read = || {
        let (size, root) = text.split_once(' ')?;
        let parsed: u64 = size.parse().ok()?;
        let root = base64::engine::general_purpose::STANDARD.decode(root).ok()?;
        (parsed.to_string() == size)
            .then_some(Seen { size: parsed, root: Hash::try_from(root.as_slice()).ok()? })
    };
    read().ok_or(form("\"<size> <base64 root>\""))
}

pub(super) fn mandate(text: &str) -> Result<Mandate, PayloadReason> {
    [Mandate::Plt, Mandate::Plh, Mandate::Pj, Mandate::An, Mandate::Ub]
        .into_iter()
        .find(|mandate| mandate.as_str() == text)
        .ok_or(form("one of plt, plh, pj, an, ub"))
}

pub(super) fn signed_as(text: &str) -> Result<SignedAs, PayloadReason> {
    match text {
        "pejabat" => Ok(SignedAs::Official),
        "pencatat" => Ok(SignedAs::Recorder),
        _ => Err(form("pejabat or pencatat")),
    }
}

pub(super) fn segment(text: &str) -> Result<String, PayloadReason> {
    owned(text, is_segment(text) && text.len() <= 64, "1 to 64 of a-z 0-9 . _ -")
}

pub(super) fn signatory(text: &str) -> Result<String, PayloadReason> {
    owned(text, is_office(text) || is_person(text), "a person id, or role/ and an office id")
}

pub(super) fn mediatype(text: &str) -> Result<String, PayloadReason> {
    let token = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b))
    };
    let fits = text.len() <= 100 && text.split_once('/').is_some_and(|(t, s)| token(t) && token(s));
    owned(text, fits, "a media type")
}

pub(super) fn date(text: &str) -> Result<Date, PayloadReason> {
    parse_date(text).ok_or(form("a date, YYYY-MM-DD"))
}

pub(super) fn time(text: &str) -> Result<Time, PayloadReason> {
    let micros = parse_time(text).ok_or(form("an RFC 3339 time with offset"))?;
    Ok(Time { micros, text: text.to_owned() })
}

pub(super) fn bounded(text: &str, max: usize) -> Result<String, PayloadReason> {
    if text.len() > max {
        return Err(PayloadReason::TooLong { max });
    }
    if is_blank(text) { Err(PayloadReason::Blank) } else { Ok(text.to_owned()) }
}

pub(super) fn owned(text: &str, fits: bool, what: &'static str) -> Result<String, PayloadReason> {
    if fits { Ok(text.to_owned()) } else { Err(form(what)) }
}

/// No visible character, or characters that make a text read as what it is not.
pub(crate) fn is_blank(text: &str) -> bool {
    text.trim().is_empty() || text.chars().any(misleads)
}

/// Control characters other than line feed and tab, and those that embed, override or isolate a
/// direction (Unicode, UAX 9, 2.1 to 2.5): a reader would see other words than the bytes say.
fn misleads(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// One segment of a stream; dots alone would read as a path.
pub(crate) fn is_segment(text: &str) -> bool {
    let allowed =
        |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
    !text.is_empty() && text.bytes().all(allowed) && !text.bytes().all(|b| b == b'.')
}

pub(crate) fn is_stream(text: &str) -> bool {
    text.len() <= STREAM_BYTES_MAX && text.split('/').all(is_segment)
}

pub(crate) fn is_office(text: &str) -> bool {
    is_stream(text) && text.starts_with("role/")
}

/// A random id that says nothing about the person.
pub(crate) fn is_person(text: &str) -> bool {
    (8..=64).contains(&text.len()) && is_segment(text)
}

/// RFC 3339 `full-date`.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    is_shaped(text.as_bytes(), b"0000-00-00").then(|| text.parse().ok()).flatten()
}

/// RFC 3339 `date-time` as I-JSON wants it (RFC 7493, 4.3): upper-case letters, seconds and an
/// offset always there. Microseconds since 1970; finer digits (9 at most) are cut off.
pub(crate) fn parse_time(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let (start, rest) = bytes.split_at_checked(19)?;
    let offset = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (1..=9).contains(&digits).then(|| fraction.get(digits..)).flatten()?
        }
        None => rest,
    };
    let offset_fits =
        offset == b"Z" || is_shaped(offset, b"+00:00") || is_shaped(offset, b"-00:00");
    // A leap second is refused: jiff would move it silently.
    if !offset_fits || !is_shaped(start, b"0000-00-00T00:00:00") || start.ends_with(b":60") {
        return None;
    }
    Some(text.parse::<Timestamp>().ok()?.as_microsecond())
}

/// Every `0` of `shape` stands for a digit, everything else for itself.
fn is_shaped(text: &[u8], shape: &[u8]) -> bool {
    text.len() == shape.len()
        && text.iter().zip(shape).all(|(byte, want)| match want {
            b'0' => byte.is_ascii_digit(),
            _ => byte == want,
        })
}

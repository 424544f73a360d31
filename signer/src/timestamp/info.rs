//! What a token says (`TSTInfo`, RFC 3161, 2.4.2): over which hash, when, how exactly, under which policy.

use cms::cert::x509::ext::Extension;
use der::asn1::{Any, GeneralizedTime, Int};
use der::oid::ObjectIdentifier;
use der::{Decode, Sequence, Tag, Tagged};

use super::request::MessageImprint;
use crate::error::TimestampError;

/// `TSTInfo`, its time not yet read.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct TstInfo {
    pub(super) version: u8,
    pub(super) policy: ObjectIdentifier,
    pub(super) message_imprint: MessageImprint,
    pub(super) serial_number: Int,
    gen_time: Any,
    #[asn1(optional = "true")]
    accuracy: Option<AccuracyParts>,
    #[asn1(default = "Default::default")]
    ordering: bool,
    #[asn1(optional = "true")]
    pub(super) nonce: Option<Int>,
    // A hint only: who signed is said by the certificate identifier among the signed attributes.
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    tsa: Option<Any>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    extensions: Option<Vec<Extension>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct AccuracyParts {
    #[asn1(optional = "true")]
    seconds: Option<u32>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    millis: Option<u16>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    micros: Option<u16>,
}

/// `genTime`: when the authority made the token, by its clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GenTime {
    /// Unix seconds.
    pub seconds: i64,
    /// Nanoseconds after them; 0 where the authority says whole seconds.
    pub nanoseconds: u32,
}

/// How far `genTime` may be from the true time, either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Accuracy {
    /// Microseconds.
    pub microseconds: u64,
}

impl TstInfo {
    /// Reads it in DER: version 1, no critical extension (none is defined).
    pub(super) fn read(der: &[u8]) -> Result<Self, TimestampError> {
        let info = Self::from_der(der).map_err(|_| MALFORMED)?;
        if info.version != 1 {
            return Err(TimestampError::Version { version: info.version });
        }
        let mut extensions = info.extensions.iter().flatten();
        if let Some(extension) = extensions.find(|extension| extension.critical) {
            let oid = extension.extn_id.to_string();
            return Err(TimestampError::UnknownCriticalExtension { oid });
        }
        Ok(info)
    }

    /// `YYYYMMDDhhmmss[.f...]Z`: the seconds are there, and a fraction does not end in 0 (RFC 3161, 2.4.2). One before 1970
    /// or finer than nanoseconds is well-formed, and told as what it is.
    pub(super) fn time(&self) -> Result<GenTime, TimestampError> {
        if self.gen_time.tag() != Tag::GeneralizedTime {
            return Err(MALFORMED);
        }
        let text = str::from_utf8(self.gen_time.value()).map_err(|_| GEN_TIME)?;
        let text = text.strip_suffix('Z').ok_or(GEN_TIME)?;
        let (whole, nanoseconds) = match text.split_once('.') {
            None => (text, 0),
            Some((whole, fraction)) => (whole, nanoseconds(fraction)?),
        };
        if is_before_1970(whole) {
            return Err(TimestampError::GenTimeOutOfReach);
        }
        let der = [&[24, 15], whole.as_bytes(), b"Z"].concat();
        let time = GeneralizedTime::from_der(&der).map_err(|_| GEN_TIME)?;
        let seconds = i64::try_from(time.to_unix_duration().as_secs()).map_err(|_| GEN_TIME)?;
        Ok(GenTime { seconds, nanoseconds })
    }

    /// Missing parts count as 0; without any nothing is promised.
    pub(super) fn accuracy(&self) -> Result<Option<Accuracy>, TimestampError> {
        let Some(parts) = &self.accuracy else {
            return Ok(None);
        };
        let thousandths = |part: Option<u16>| match part {
            None => Ok(0),
            Some(part @ 1..=999) => Ok(u64::from(part)),
            Some(_) => Err(TimestampError::Malformed { what: "accuracy" }),
        };
        let seconds = u64::from(parts.seconds.unwrap_or(0));
        let (millis, micros) = (thousandths(parts.millis)?, thousandths(parts.micros)?);
        Ok(Some(Accuracy { microseconds: seconds * 1_000_000 + millis * 1_000 + micros }))
    }
}

impl GenTime {
    /// The first second, Unix time, of which it is certain that what was stamped existed: this time and its accuracy,
    /// rounded up.
    pub fn existed_at(self, accuracy: Option<Accuracy>) -> i64 {
        let fraction = i64::from(self.nanoseconds > 0);
        let accuracy = accuracy.map_or(0, Accuracy::seconds);
        self.seconds.saturating_add(fraction).saturating_add(accuracy)
    }
}

impl Accuracy {
    /// In whole seconds, rounded up.
    pub fn seconds(self) -> i64 {
        i64::try_from(self.microseconds.div_ceil(1_000_000)).unwrap_or(i64::MAX)
    }
}

fn nanoseconds(fraction: &str) -> Result<u32, TimestampError> {
    let digits = fraction.len();
    let plain = fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !plain || digits == 0 || fraction.ends_with('0') {
        return Err(GEN_TIME);
    }
    if digits > NANOSECOND_DIGITS {
        return Err(TimestampError::GenTimeOutOfReach);
    }
    format!("{fraction:0<9}").parse().map_err(|_| GEN_TIME)
}

/// A time of 14 digits, of which the first four are the year.
fn is_before_1970(whole: &str) -> bool {
    let plain = whole.len() == 14 && whole.bytes().all(|byte| byte.is_ascii_digit());
    plain && whole < "1970"
}

const NANOSECOND_DIGITS: usize = 9;

const MALFORMED: TimestampError = TimestampError::Malformed { what: "TSTInfo" };
const GEN_TIME: TimestampError = TimestampError::Malformed { what: "genTime" };

//! The origin: the name of one ledger, fixed for ever, that its checkpoints and events carry.

use std::fmt;
use std::str::FromStr;

/// `<host>/<region>`, such as `jejak.bengkayangkab.go.id/61.07`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

/// Why a text is not an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Too long.
    #[error("an origin has at most {} bytes, not {bytes}", Origin::BYTES_MAX)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not two parts with one `/` between them.
    #[error("an origin is <host>/<region>")]
    NotHostAndRegion,
    /// The host is not labels of `a-z`, `0-9`, `-` joined by dots.
    #[error("the host of an origin is a lower-case domain name")]
    Host,
    /// The region is not parts of `a-z`, `0-9`, `-` joined by dots.
    #[error("the region of an origin is written with a-z, 0-9, '-' and '.'")]
    Region,
}

impl Origin {
    /// Longest origin. Below the 255 bytes that the newer cosignatures can name.
    pub const BYTES_MAX: usize = 200;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `/`.
    pub fn host(&self) -> &str {
        self.0.split_once('/').map_or("", |(host, _)| host)
    }

    /// The part after the `/`.
    pub fn region(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, region)| region)
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        if text.len() > Self::BYTES_MAX {
            return Err(OriginError::TooLong { bytes: text.len() });
        }
        let (host, region) = text.split_once('/').ok_or(OriginError::NotHostAndRegion)?;
        if region.contains('/') {
            return Err(OriginError::NotHostAndRegion);
        }
        if !labels(host) {
            return Err(OriginError::Host);
        }
        if !labels(region) {
            return Err(OriginError::Region);
        }
        Ok(Self(text.to_owned()))
    }
}

impl AsRef<str> for Origin {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Labels joined by dots, in small letters.
fn labels(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.split('.').all(|label| {
        let hyphen_outside = label.starts_with('-') || label.ends_with('-');
        !label.is_empty()
            && !hyphen_outside
            && label.bytes().all(|byte| letter(byte) || byte == b'-')
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn host_and_region_are_the_two_parts() {
        for (host, region) in [("jejak.bengkayangkab.go.id", "61.07"), ("localhost", "id")] {
            let text = format!("{host}/{region}");
            let origin: Origin = text.parse().unwrap();
            assert_eq!((origin.as_str(), origin.host(), origin.region()), (&*text, host, region));
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        let refused = |text: &str| text.parse::<Origin>().unwrap_err();
        assert_eq!(refused(&format!("a/{}", "b".repeat(199))), OriginError::TooLong { bytes: 201 });
        for text in ["", "a", "a/b/c", "a//b"] {
            assert_eq!(refused(text), OriginError::NotHostAndRegion, "{text:?}");
        }
        for text in ["/b", "A/b", "a b/c", "a..b/c", ".a/b", "-a/b", "a+b/c", "é/b", "a:80/b"] {
            assert_eq!(refused(text), OriginError::Host, "{text:?}");
        }
        for text in ["a/", "a/B", "a/b c", "a/b\n", "a/.b", "a/b-", "a/b_c"] {
            assert_eq!(refused(text), OriginError::Region, "{text:?}");
        }
    }
}

//! A moment in a TOML file: a date-time as TOML has it, or the same in quotes. The offset is not optional.

use jiff::Timestamp;
use serde::Deserialize;

/// A date-time of TOML, or the same in quotes.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Moment {
    /// As TOML has it.
    Native(toml::value::Datetime),
    /// In quotes.
    Quoted(String),
}

impl Moment {
    /// The moment itself, where it is RFC 3339 with an offset.
    pub(crate) fn read(self) -> Result<Timestamp, jiff::Error> {
        match self {
            Self::Native(moment) => moment.to_string().parse(),
            Self::Quoted(text) => text.parse(),
        }
    }
}

//! A thing: what the ledger knows about one stream. Rules read things, accepted events change them,
//! registers show them.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::log::{Micros, Position};

pub use super::fields::Fields;

/// The state of a stream after its newest event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// State of the lifecycle; [`Thing::NONE`] where no step of it was taken.
    pub state: String,
    /// How many events the stream has. What the opening of the ledger creates counts 1; what an
    /// event changes in another stream than its own does not count there.
    pub version: u64,
    /// Position of the event that last changed the thing.
    pub position: Position,
    /// When that event was recorded.
    pub recorded_at: Micros,
    /// The highest class of what is kept here.
    pub class: Class,
    /// What the acts declared to be kept.
    pub fields: Fields,
}

/// The things an act reads, by key; absent means that there is none yet.
pub type Facts = BTreeMap<String, Thing>;

/// One kept value. Every variant is tagged, so that a binary codec can store it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Field {
    /// Text, and whatever is written as text: dates, times, decimals, digests.
    Text(String),
    /// An integer within plus or minus 2^53-1.
    Integer(i64),
    /// Yes or no.
    Flag(bool),
    /// Several values in order.
    #[serde(deserialize_with = "nested")]
    List(Vec<Self>),
    /// Named values: documents and nested objects.
    #[serde(deserialize_with = "nested")]
    Map(Fields),
}

/// How deep values may lie in each other: as deep as the JSON they come from.
const DEPTH_MAX: usize = jejak_signer::json::DEPTH_MAX;

thread_local! {
    /// How deep the value lies that this thread is decoding.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// A damaged row must end in an error, not in an exhausted stack: the decoder calls itself for each
/// level, and the row says how many there are.
fn nested<'de, D: Deserializer<'de>, T: Deserialize<'de>>(decoder: D) -> Result<T, D::Error> {
    let depth = DEPTH.get();
    if depth >= DEPTH_MAX {
        return Err(D::Error::custom(format_args!("values nested deeper than {DEPTH_MAX}")));
    }
    DEPTH.set(depth + 1);
    let value = T::deserialize(decoder);
    DEPTH.set(depth);
    value
}

/// Who may read it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Everybody.
    #[default]
    Public,
    /// Officials of the region.
    Internal,
    /// Those concerned, and inspectors.
    Restricted,
}

impl Class {
    /// Lowest first.
    pub(crate) const ALL: [Self; 3] = [Self::Public, Self::Internal, Self::Restricted];

    /// Its byte in stored rows.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Public => 0,
            Self::Internal => 1,
            Self::Restricted => 2,
        }
    }

    pub(crate) fn of_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }
}

impl Thing {
    /// The state of a stream before the first step of its lifecycle.
    pub const NONE: &'static str = "none";

    /// A thing without state and fields, as made by an event at `position`.
    pub fn new(position: Position, recorded_at: Micros, class: Class) -> Self {
        Self {
            state: Self::NONE.to_owned(),
            version: 0,
            position,
            recorded_at,
            class,
            fields: Fields::new(),
        }
    }

    /// The text kept at a place: under a name, or in what is kept there.
    pub(crate) fn text_at(&self, path: &[String]) -> Option<&str> {
        let (first, rest) = path.split_first()?;
        let mut kept = self.fields.get(first)?;
        for name in rest {
            kept = kept.member(name)?;
        }
        kept.as_text()
    }

    /// The text kept under `name`.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_text()
    }
}

impl Field {
    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members, where it is a list.
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// The value kept under `name`, where it is a map.
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(map) => map.get(name),
            _ => None,
        }
    }

    /// From JSON that passed the content check; `null` and fractions have no place in it.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(flag) => Self::Flag(*flag),
            Value::Number(number) => Self::Integer(number.as_i64()?),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(list) => Self::List(list.iter().filter_map(Self::from_json).collect()),
            Value::Object(map) => Self::Map(
                map.iter().filter_map(|(k, v)| Some((k.clone(), Self::from_json(v)?))).collect(),
            ),
        })
    }

    /// As JSON, for registers.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Text(text) => Value::from(text.as_str()),
            Self::Integer(number) => Value::from(*number),
            Self::Flag(flag) => Value::from(*flag),
            Self::List(list) => list.iter().map(Self::to_json).collect(),
            Self::Map(map) => map.iter().map(|(k, v)| (k.clone(), v.to_json())).collect(),
        }
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Class {
    /// By its name in rule sets and answers.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Public, Self::Internal, Self::Restricted].into_iter().find(|c| c.name() == name)
    }

    /// The name in rule sets and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Restricted => "restricted",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::codec;

    fn lists(depth: usize) -> Field {
        (0..depth).fold(Field::Flag(true), |inner, _| Field::List(vec![inner]))
    }

    /// A row of 80,000 lists in each other once ended in an exhausted stack.
    #[test]
    fn values_are_decoded_as_deep_as_json_may_be_and_no_deeper() {
        let decode = |depth| {
            let bytes = codec::encode(&lists(depth));
            bytes.and_then(|bytes| codec::decode::<Field>(&bytes))
        };
        assert_eq!(decode(DEPTH_MAX), Ok(lists(DEPTH_MAX)));
        assert!(decode(DEPTH_MAX + 1).is_err());
        assert_eq!(decode(DEPTH_MAX), Ok(lists(DEPTH_MAX)), "an error leaves no depth behind");
        // 4 bytes of variant and 8 of length a level, as the codec writes them.
        let level = [3_u32.to_le_bytes().as_slice(), &1_u64.to_le_bytes()].concat();
        assert!(codec::decode::<Field>(&level.repeat(80_000)).is_err());
    }
}

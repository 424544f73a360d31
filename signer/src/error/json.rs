//! Why a JSON text is refused.

/// Why a text is not one strict I-JSON object, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at \"{pointer}\": {reason}")]
pub struct JsonError {
    /// JSON pointer (RFC 6901) to the value; empty for the whole text.
    pub pointer: String,
    /// What is wrong there.
    pub reason: JsonReason,
}

/// What is wrong with a JSON text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonReason {
    /// Not UTF-8.
    #[error("byte {offset} is not UTF-8")]
    NotUtf8 {
        /// Of the first byte that does not belong.
        offset: usize,
    },
    /// A byte order mark stands first.
    #[error("byte order mark")]
    ByteOrderMark,
    /// White space stands before the object.
    #[error("bytes before the object")]
    BytesBefore,
    /// Something stands after the object, be it white space.
    #[error("bytes after the object")]
    BytesAfter,
    /// The text is something else than an object.
    #[error("not an object")]
    NotAnObject,
    /// Not JSON.
    #[error("not JSON: line {line}, column {column}")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
    },
    /// A name stands twice in one object.
    #[error("name {name:?} stands twice")]
    DuplicateName {
        /// The name, unescaped.
        name: String,
    },
    /// Objects and arrays are nested too deeply.
    #[error("nested deeper than {depth_max}")]
    TooDeep {
        /// The deepest that is allowed.
        depth_max: usize,
    },
    /// A number with fraction or exponent, or beyond 2^53 - 1.
    #[error("not an integer within 2^53 - 1")]
    NumberNotAllowed,
    /// NUL or a noncharacter in a string or a name.
    #[error("forbidden character U+{:04X}", u32::from(*character))]
    ForbiddenCharacter {
        /// The first one.
        character: char,
    },
}

impl JsonReason {
    /// The stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotUtf8 { .. } => "not-utf8",
            Self::ByteOrderMark => "byte-order-mark",
            Self::BytesBefore => "bytes-before",
            Self::BytesAfter => "bytes-after",
            Self::NotAnObject => "not-an-object",
            Self::Syntax { .. } => "syntax",
            Self::DuplicateName { .. } => "duplicate-name",
            Self::TooDeep { .. } => "too-deep",
            Self::NumberNotAllowed => "number-not-allowed",
            Self::ForbiddenCharacter { .. } => "forbidden-character",
        }
    }
}

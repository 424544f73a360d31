//! Signed notes: a text and the signature lines under it. C2SP signed-note.

use std::fmt::{self, Write as _};

use super::text::{bytes_of_base64, push_base64};
use super::vkey::{KeyId, Vkey, is_key_name};

/// A note whose form is right. Its text says nothing until [`Note::verify`] has been asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

/// One line under a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    /// Name of the key.
    pub name: String,
    /// Id of the key.
    pub id: KeyId,
    /// What the key made, without the id.
    pub signature: Vec<u8>,
}

/// A signature that has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endorsement<'k> {
    /// By which key.
    pub key: &'k Vkey,
    /// When, in seconds since 1970; only a cosignature says it.
    pub time: Option<u64>,
}

/// Why bytes are not a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Longer than a note may be.
    #[error("a note has at most {} bytes, not {bytes}", Note::BYTES_MAX)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8 after {valid} bytes")]
    NotUtf8 {
        /// How many bytes before are.
        valid: usize,
    },
    /// A control character other than the line feed.
    #[error("control character at byte {at}")]
    ControlCharacter {
        /// Its offset.
        at: usize,
    },
    /// No empty line between text and signatures.
    #[error("no empty line before the signatures")]
    NoSeparator,
    /// The text is empty or does not end with a line feed.
    #[error("the text of a note ends with a line feed")]
    TextEnd,
    /// No signature line.
    #[error("no signature line")]
    NoSignature,
    /// More signature lines than are read.
    #[error("more than {} signature lines", Note::SIGNATURES_MAX)]
    TooManySignatures,
    /// The last line does not end with a line feed.
    #[error("the last line does not end")]
    LineEnd,
    /// A line under the text that is not a signature line.
    #[error("signature line {line} is malformed")]
    SignatureLine {
        /// Which, from 1.
        line: usize,
    },
}

/// Why a note is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteVerifyError {
    /// A key that should have signed did not make its signature.
    #[error("the signature by {name} ({id}) is wrong")]
    SignatureInvalid {
        /// The key's name.
        name: String,
        /// The key's id.
        id: KeyId,
    },
    /// No known key has signed.
    #[error("not signed by any known key")]
    NoKnownSignature,
    /// Two of the known keys have the same name and id.
    #[error("two known keys are called {name} ({id})")]
    AmbiguousKey {
        /// Their name.
        name: String,
        /// Their id.
        id: KeyId,
    },
}

impl Note {
    /// Longest note that is read: the largest number of signature lines at about 7 kB, the size
    /// of the largest post-quantum signatures in base64, and a text.
    pub const BYTES_MAX: usize = 512 * 1024;

    /// Most signature lines that are read. C2SP signed-note asks for at least 16.
    pub const SIGNATURES_MAX: usize = 64;

    /// A note without signatures yet.
    pub fn new(text: String) -> Result<Self, NoteError> {
        check_characters(&text)?;
        if !text.ends_with('\n') {
            return Err(NoteError::TextEnd);
        }
        Ok(Self { text, signatures: Vec::new() })
    }

    /// Reads a note.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > Self::BYTES_MAX {
            return Err(NoteError::TooLong { bytes: bytes.len() });
        }
        let note = std::str::from_utf8(bytes)
            .map_err(|error| NoteError::NotUtf8 { valid: error.valid_up_to() })?;
        check_characters(note)?;
        // The text may have empty lines of its own: the last one separates.
        let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::NoSeparator)?;
        Ok(Self { text: format!("{text}\n"), signatures: parse_lines(lines)? })
    }

    /// The signed text, with its final line feed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines under the text, believed or not.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// What a token of trusted time is over: the text, the empty line, and the signature lines of the keys that are
    /// called `name`, which is the origin for those of the log. Witnesses may cosign before or after.
    pub fn stamped(&self, name: &str) -> String {
        let own = self.signatures.iter().filter(|line| line.name == name);
        own.fold(format!("{}\n", self.text), |text, line| text + &line.to_string())
    }

    /// Adds a signature line.
    pub fn add(&mut self, line: SignatureLine) {
        self.signatures.push(line);
    }

    /// Verifies the signatures of the known keys and gives them in the order of their lines.
    /// Lines of other keys are ignored, also where name or id alone is known. One wrong signature
    /// by a known key condemns the whole note; so does the lack of any.
    pub fn verify<'k>(&self, known: &[&'k Vkey]) -> Result<Vec<Endorsement<'k>>, NoteVerifyError> {
        let mut verified = Vec::new();
        for line in &self.signatures {
            let Some(key) = line.signer(known)? else {
                continue;
            };
            let Ok(time) = key.verify(&self.text, &line.signature) else {
                let (name, id) = (line.name.clone(), line.id);
                return Err(NoteVerifyError::SignatureInvalid { name, id });
            };
            verified.push(Endorsement { key, time });
        }
        if verified.is_empty() {
            return Err(NoteVerifyError::NoKnownSignature);
        }
        Ok(verified)
    }
}

impl SignatureLine {
    fn parse(line: &str) -> Option<Self> {
        let (name, signature) = line.strip_prefix(PREFIX)?.split_once(' ')?;
        let bytes = bytes_of_base64(signature)?;
        let (id, signature) = bytes.split_first_chunk()?;
        let complete = is_key_name(name) && !signature.is_empty();
        complete.then(|| Self {
            name: name.to_owned(),
            id: KeyId(*id),
            signature: signature.to_owned(),
        })
    }

    fn signer<'k>(&self, known: &[&'k Vkey]) -> Result<Option<&'k Vkey>, NoteVerifyError> {
        let mut keys = known.iter().filter(|key| key.name() == self.name && key.id() == self.id);
        let signer = keys.next().copied();
        if keys.next().is_some() {
            let (name, id) = (self.name.clone(), self.id);
            return Err(NoteVerifyError::AmbiguousKey { name, id });
        }
        Ok(signer)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        f.write_char('\n')?;
        self.signatures.iter().try_for_each(|line| line.fmt(f))
    }
}

impl fmt::Display for SignatureLine {
    /// The line with its final line feed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut signature = String::new();
        push_base64(&mut signature, &[self.id.0.as_slice(), &self.signature].concat());
        writeln!(f, "{PREFIX}{} {signature}", self.name)
    }
}

fn check_characters(text: &str) -> Result<(), NoteError> {
    let control = |byte: u8| byte < 0x20 && byte != b'\n';
    match text.bytes().position(control) {
        Some(at) => Err(NoteError::ControlCharacter { at }),
        None => Ok(()),
    }
}

fn parse_lines(lines: &str) -> Result<Vec<SignatureLine>, NoteError> {
    if lines.is_empty() {
        return Err(NoteError::NoSignature);
    }
    let lines = lines.strip_suffix('\n').ok_or(NoteError::LineEnd)?;
    if lines.split('\n').count() > Note::SIGNATURES_MAX {
        return Err(NoteError::TooManySignatures);
    }
    let numbered = (1..).zip(lines.split('\n'));
    numbered
        .map(|(number, line)| {
            SignatureLine::parse(line).ok_or(NoteError::SignatureLine { line: number })
        })
        .collect()
}

/// Em dash and space.
const PREFIX: &str = "\u{2014} ";

//! The fields of an act: what `data` must contain, kind by kind.

mod bounds;
mod check;
mod described;

use super::lifecycle::STREAM;
use super::reader::{Node, RuleSetError, RuleSetReason};
use super::refusal::Text;
use super::thing::Field;
use crate::event::is_segment;

pub(crate) use check::{Pointer, check_fields};

/// One declared field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldSpec {
    /// Its name in `data` and in the thing.
    pub name: String,
    /// What its value must be.
    pub kind: FieldKind,
    /// Must it be there?
    pub required: bool,
    /// The rule that demands it; that of the act where none is named.
    pub rule: Option<String>,
    /// What the rule says.
    pub wording: Option<Text>,
    /// Is it kept in the thing?
    pub keep: bool,
    /// Kept where the event has none.
    pub default: Option<Field>,
    /// Is it no slip of the pen, though no rule asks for it? A correction leaves it as it is.
    pub decides: bool,
}

/// What a value must be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// Text without control characters, of at most `max` bytes.
    Text {
        /// Bytes.
        max: usize,
    },
    /// An integer.
    Integer {
        /// Smallest.
        min: Option<i64>,
        /// Largest.
        max: Option<i64>,
    },
    /// A decimal as a string.
    Decimal {
        /// Digits after the point, where fixed.
        scale: Option<u32>,
        /// Smallest.
        min: Option<String>,
        /// Largest.
        max: Option<String>,
    },
    /// `YYYY-MM-DD`.
    Date,
    /// RFC 3339 with offset.
    Time {
        /// May it be to come? Else it is a moment that has been.
        ahead: bool,
    },
    /// True or false.
    Flag,
    /// One of a closed list.
    Enum {
        /// The list.
        one_of: Vec<String>,
    },
    /// Several values of one kind.
    List {
        /// The kind of each.
        of: Box<Self>,
        /// Fewest.
        min: usize,
        /// Most.
        max: usize,
    },
    /// A domain name.
    Fqdn,
    /// An agency id, without `agency/`.
    Agency,
    /// A person id.
    Person,
    /// An office: `role/kadis-kominfo`.
    Office,
    /// One lower-case segment: an id or a code.
    Id,
    /// A stream, of the kind `prefix` where given.
    Stream {
        /// The first segment.
        prefix: Option<String>,
    },
    /// SHA-256 in hex.
    Sha256,
    /// Base64 (RFC 4648, 4, with padding) of at most `max` characters.
    Base64 {
        /// Characters.
        max: usize,
    },
    /// `{kind, number, date, name, mediatype, size, sha256}`.
    Document {
        /// The document kind, where fixed.
        is: Option<String>,
        /// Are number and date required?
        numbered: bool,
    },
    /// Any JSON value: what it must be is said elsewhere.
    Any,
    /// An object with declared fields.
    Map {
        /// Its fields.
        fields: Vec<FieldSpec>,
    },
}

/// The field kinds, for error messages.
const KINDS: &str = "text, integer, decimal, date, time, flag, enum, list, fqdn, agency, person, \
                     office, id, stream, sha256, base64, document, any, map";

/// Longest text of a field that names no limit, in bytes.
const TEXT_BYTES_MAX: usize = 200;

impl FieldSpec {
    /// Reads `[[act.field]]`.
    pub(crate) fn read(mut node: Node) -> Result<Self, RuleSetError> {
        let name = node.need_text("name")?;
        node.rename(&name);
        // Both are asked of a thing by these names.
        if name == "state" || name == "version" {
            return Err(node.fail("name", RuleSetReason::Twice { name }));
        }
        let spec = Self {
            kind: FieldKind::read(&mut node)?,
            required: node.flag("required")?.unwrap_or(true),
            rule: node.rule("rule")?,
            wording: node.wording("text")?,
            keep: node.flag("keep")?.unwrap_or(true),
            default: node.text("default")?.map(Field::Text),
            decides: node.flag("decides")?.unwrap_or(false),
            name,
        };
        if let Some(default) = spec.default.as_ref().filter(|_| node.is_close())
            && let Some(why) = spec.kind.unfit(&default.to_json())
        {
            let value = default.as_text().unwrap_or_default().to_owned();
            return Err(node.fail("default", RuleSetReason::Unfit { value, why }));
        }
        node.finish()?;
        Ok(spec)
    }

    /// Stands for a field that cannot be read, so that its name is known.
    pub(crate) fn unread(name: String) -> Self {
        Self {
            name,
            kind: FieldKind::Text { max: TEXT_BYTES_MAX },
            required: true,
            rule: None,
            wording: None,
            keep: true,
            default: None,
            decides: false,
        }
    }

    /// What this field, or one inside it, says of `rule`.
    pub(crate) fn wording_of(&self, rule: &str) -> Option<&Text> {
        let own = self.wording.as_ref().filter(|_| self.rule.as_deref() == Some(rule));
        own.or_else(|| self.kind.fields().iter().find_map(|field| field.wording_of(rule)))
    }

    /// The rules by which this field, or one inside it, is demanded.
    pub(crate) fn rules(&self) -> Vec<(&str, Option<&Text>)> {
        let own = self.rule.as_deref().map(|rule| (rule, self.wording.as_ref()));
        let inner = self.kind.fields().iter().flat_map(Self::rules);
        own.into_iter().chain(inner).collect()
    }

    /// Reads a list of fields; a name stands once.
    pub(crate) fn read_all(node: &mut Node, key: &str) -> Result<Vec<Self>, RuleSetError> {
        let at = node.at(key);
        let fields =
            node.tables(key)?.into_iter().map(Self::read).collect::<Result<Vec<_>, _>>()?;
        for (index, field) in fields.iter().enumerate() {
            if fields.iter().take(index).any(|earlier| earlier.name == field.name) {
                let reason = RuleSetReason::Twice { name: field.name.clone() };
                return Err(RuleSetError { at, reason });
            }
        }
        Ok(fields)
    }
}

impl FieldKind {
    fn read(node: &mut Node) -> Result<Self, RuleSetError> {
        let kind = node.need_text("kind")?;
        Ok(match kind.as_str() {
            "text" => Self::Text { max: bounds::most(node)?.unwrap_or(TEXT_BYTES_MAX) },
            "integer" => bounds::of_integers(node)?,
            "decimal" => bounds::of_decimals(node)?,
            "date" => Self::Date,
            "time" => Self::Time { ahead: node.flag("ahead")?.unwrap_or(false) },
            "flag" => Self::Flag,
            "enum" => Self::Enum { one_of: bounds::choice(node)? },
            "list" => {
                let mut of =
                    node.table("of")?.ok_or_else(|| node.fail("of", RuleSetReason::Missing))?;
                let inner = Self::read(&mut of)?;
                of.finish()?;
                let (min, max) = bounds::of_lists(node)?;
                Self::List { of: Box::new(inner), min, max }
            }
            "fqdn" => Self::Fqdn,
            "agency" => Self::Agency,
            "person" => Self::Person,
            "office" => Self::Office,
            "id" => Self::Id,
            "stream" => Self::Stream { prefix: node.formed("prefix", is_segment, STREAM)? },
            "sha256" => Self::Sha256,
            "base64" => Self::Base64 { max: bounds::most(node)?.unwrap_or(8192) },
            "document" => Self::Document {
                is: node.text("is")?,
                numbered: node.flag("numbered")?.unwrap_or(false),
            },
            "any" => Self::Any,
            "map" => Self::Map { fields: FieldSpec::read_all(node, "field")? },
            _ => {
                let reason = RuleSetReason::UnknownWord { value: kind, known: KINDS };
                return Err(node.fail("kind", reason));
            }
        })
    }

    /// The fields of an object, or of the objects of a list.
    pub(crate) fn fields(&self) -> &[FieldSpec] {
        match self {
            Self::Map { fields } => fields,
            Self::List { of, .. } => of.fields(),
            _ => &[],
        }
    }

    /// What a value must be, in Indonesian and English.
    pub fn in_words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Text { .. } => (
                "teks (string, tidak kosong, tanpa karakter kontrol atau pengubah arah)",
                "text (a string, not blank, without control or bidi override characters)",
            ),
            Self::Integer { .. } => ("bilangan bulat", "integer"),
            Self::Decimal { .. } => ("desimal (string)", "decimal (a string)"),
            Self::Date => ("tanggal (YYYY-MM-DD)", "date (YYYY-MM-DD)"),
            Self::Time { .. } => ("waktu (RFC 3339)", "time (RFC 3339)"),
            Self::Flag => ("true atau false", "flag (true or false)"),
            Self::Enum { .. } => ("salah satu isi daftar (string)", "enum (a string)"),
            Self::List { .. } => ("daftar", "list"),
            Self::Fqdn => ("nama domain", "domain name"),
            Self::Agency => (
                "id instansi (1 sampai 64 dari a-z 0-9 . _ -)",
                "agency id (1 to 64 of a-z 0-9 . _ -)",
            ),
            Self::Person => (
                "id orang (8 sampai 64 dari a-z 0-9 . _ -, acak)",
                "person id (8 to 64 of a-z 0-9 . _ -, random)",
            ),
            Self::Office => ("jabatan (role/...)", "office (role/...)"),
            Self::Id => ("id (a-z 0-9 . _ -)", "id (a-z 0-9 . _ -)"),
            Self::Stream { .. } => ("aliran", "stream"),
            Self::Sha256 => ("SHA-256 (64 digit heksadesimal)", "SHA-256 (64 hex digits)"),
            Self::Base64 { .. } => ("base64", "base64"),
            Self::Document { .. } => ("dokumen", "document"),
            Self::Any => ("nilai apa pun", "any value"),
            Self::Map { .. } => ("objek", "object"),
        }
    }
}

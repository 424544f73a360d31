//! What the value of a field must be, with its words and numbers, for people.

use super::bounds::LIST_MAX;
use super::{FieldKind, TEXT_BYTES_MAX};
use crate::rules::lexicon::{told, told_all};
use crate::rules::refusal::Text;

impl FieldKind {
    /// What a value must be, with the words and numbers of this field: `one of: open, limited`.
    pub(crate) fn described(&self) -> Text {
        // What a form is exactly stands in the schema.
        let plain = |text: &str| text.split(" (").next().unwrap_or(text).to_owned();
        let (id, en) = self.in_words();
        let text = Text { id: plain(id), en: plain(en) };
        match self {
            Self::Enum { one_of } => Text {
                id: format!("salah satu dari: {}", told_all(one_of.iter().map(String::as_str))),
                en: format!("one of: {}", one_of.join(", ")),
            },
            Self::List { of, min, max } => {
                let of = of.described();
                let (most, more) = if *max == LIST_MAX {
                    (String::new(), String::new())
                } else {
                    (format!(", paling banyak {max}"), format!(" and at most {max}"))
                };
                Text {
                    id: format!("daftar, paling sedikit {min}{most}: {}", of.id),
                    en: format!("list of at least {min}{more}: {}", of.en),
                }
            }
            Self::Document { is, numbered } => {
                let mut text = text;
                if let Some(is) = is {
                    text = Text {
                        id: format!("{}: {}", text.id, told(is)),
                        en: format!("{}: {is}", text.en),
                    };
                }
                if *numbered {
                    text.id.push_str(", dengan nomor dan tanggal");
                    text.en.push_str(", with number and date");
                }
                text
            }
            Self::Text { max } if *max != TEXT_BYTES_MAX => {
                bounded(text, "", &max.to_string(), "bita", "bytes")
            }
            Self::Base64 { max } => bounded(text, "", &max.to_string(), "karakter", "characters"),
            Self::Integer { min, max } => {
                let number =
                    |bound: &Option<i64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
                bounded(text, &number(min), &number(max), "", "")
            }
            Self::Decimal { scale, min, max } => {
                let number = |bound: &Option<String>| bound.clone().unwrap_or_default();
                let text = bounded(text, &number(min), &number(max), "", "");
                match scale {
                    Some(scale) => Text {
                        id: format!("{}, {scale} angka di belakang koma", text.id),
                        en: format!("{}, {scale} digits after the point", text.en),
                    },
                    None => text,
                }
            }
            Self::Stream { prefix: Some(prefix) } => Text {
                id: format!("{} {prefix}...", text.id),
                en: format!("{} {prefix}...", text.en),
            },
            Self::Flag => Text {
                id: "ya atau tidak (true, false)".to_owned(),
                en: "yes or no (true, false)".to_owned(),
            },
            _ => text,
        }
    }
}

/// With the bounds that there are.
fn bounded(mut text: Text, min: &str, max: &str, unit: &str, unit_en: &str) -> Text {
    for (bound, id, en) in [(min, "paling sedikit", "at least"), (max, "paling banyak", "at most")]
    {
        if !bound.is_empty() {
            let (unit, unit_en) = (spaced(unit), spaced(unit_en));
            text.id = format!("{}, {id} {bound}{unit}", text.id);
            text.en = format!("{}, {en} {bound}{unit_en}", text.en);
        }
    }
    text
}

fn spaced(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(" {unit}") }
}

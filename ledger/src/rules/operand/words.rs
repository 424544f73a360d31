//! Operands in the words of people who do not write rule sets: `data.holder` is "holder" of the event.

use super::{Operand, Piece, Template};
use crate::rules::refusal::Text;

impl Operand {
    /// What it names, in words.
    pub(crate) fn in_words(&self) -> Text {
        let text = |id: String, en: String| Text { id, en };
        let plain = |id: &str, en: &str| text(id.to_owned(), en.to_owned());
        let is_state = |path: &[String]| path == ["state"];
        match self {
            Self::Data(path) => {
                let name = path.join(".");
                text(format!("isi \"{name}\""), format!("\"{name}\" of the event"))
            }
            Self::This(path) if is_state(path) => plain("status sekarang", "the present state"),
            Self::This(path) => {
                let name = path.join(".");
                text(
                    format!("\"{name}\" yang tercatat sebelumnya"),
                    format!("\"{name}\" as recorded before"),
                )
            }
            Self::After(path) => {
                let name = path.join(".");
                text(
                    format!("\"{name}\" yang tercatat sesudahnya"),
                    format!("\"{name}\" as recorded then"),
                )
            }
            Self::Thing(key, path) => {
                let thing = key.in_words();
                if is_state(path) {
                    return text(
                        format!("status {}", thing.id),
                        format!("the state of {}", thing.en),
                    );
                }
                let name = path.join(".");
                text(format!("\"{name}\" pada {}", thing.id), format!("\"{name}\" of {}", thing.en))
            }
            Self::Source => plain("instansi yang bertindak", "the agency that acts"),
            Self::Signer => plain("penandatangan", "who signs"),
            Self::Actor => plain("orang yang bertindak", "the person who acts"),
            Self::Office => plain("jabatan yang dipakai", "the office that is used"),
            Self::Time => plain("waktu tindakan", "the time of the act"),
            Self::Effective => plain(
                "waktu tindakan, atau waktu tanda tangan terakhir yang diperlukan",
                "the time of the act, or of the last signature that it needs",
            ),
            Self::Today => plain("hari pencatatan", "the day of recording"),
            Self::Subject => plain("nama aliran", "the name of the stream"),
            Self::Captured { name, .. } => text(
                format!("\"{name}\" dalam nama aliran"),
                format!("\"{name}\" in the name of the stream"),
            ),
        }
    }
}

impl Template {
    /// The thing that it names, in words: `agency/(isi "holder")`.
    pub(crate) fn in_words(&self) -> Text {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Literal(literal) => (literal.clone(), literal.clone()),
            Piece::Value(operand) => {
                let Text { id, en } = operand.in_words();
                (format!("({id})"), format!("({en})"))
            }
        });
        let (id, en) = pieces.unzip();
        Text { id, en }
    }
}

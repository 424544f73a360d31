//! Lists and responses that the one who asks hands in himself: one that cannot be used is an error before anything is
//! judged. A verdict that went on without it would look as if it had been heard.

use jejak_signer::{RevocationEvidenceError, is_ocsp_response};

use super::case;
use super::evidence::Evidence;
use super::own::OwnPolicy;
use super::policy::VerdictPolicy;
use crate::held::Held;
use crate::objects::Objects;
use crate::rules::Text;
use crate::words;

/// Why a list or response that is handed in is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandedInError {
    /// It is none, or none of an authority of this evidence and policy.
    #[error(transparent)]
    NotAccepted(#[from] RevocationEvidenceError),
    /// It is not about a certificate of the signer's chain or behind a token: another issuer's, kind or distribution point.
    #[error(
        "it is about none of the certificates of this evidence (another distribution point, kind or issuer)"
    )]
    AboutNone,
    /// The evidence holds as many as are looked at.
    #[error("with those of the evidence more than {max} lists or responses")]
    TooMany {
        /// The bound.
        max: usize,
    },
}

impl HandedInError {
    /// In words.
    pub fn text(&self) -> Text {
        match self {
            Self::NotAccepted(reason) => words::revocation_evidence(reason),
            Self::AboutNone => Text {
                id: "bukan tentang sertifikat mana pun dalam bukti ini (titik distribusi, jenis, atau penerbit lain)"
                    .to_owned(),
                en: self.to_string(),
            },
            Self::TooMany { max } => Text {
                id: format!("bersama yang ada dalam bukti lebih dari {max} daftar atau jawaban"),
                en: self.to_string(),
            },
        }
    }
}

impl Evidence {
    /// Adds a revocation list or an OCSP response in DER, if a verdict by this policy can use it: it is of an authority
    /// of the signer's chain, of an anchor, or of one behind a token. `at` is the time of who asks, Unix seconds.
    pub fn hand_in(
        &mut self,
        der: Vec<u8>,
        policy: &VerdictPolicy,
        at: i64,
    ) -> Result<(), HandedInError> {
        let held = Held::new(Objects::in_memory());
        if !case::is_about(&der, self, &OwnPolicy::at(policy, self, at, &held))? {
            return Err(HandedInError::AboutNone);
        }
        let (held, max) = if is_ocsp_response(&der) {
            (&mut self.responses, Self::RESPONSES_MAX)
        } else {
            (&mut self.lists, Self::LISTS_MAX)
        };
        if held.len() >= max {
            return Err(HandedInError::TooMany { max });
        }
        held.push(der);
        Ok(())
    }
}

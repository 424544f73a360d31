//! Why a certificate or a chain is refused: the reason as the commands show it.

use jejak_ledger::words;
use jejak_signer::TrustError;

/// One reason: its stable code, which certificate of the chain, and the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    pub(super) code: &'static str,
    /// 0 for the leaf; none where no single one is at fault.
    pub(super) certificate: Option<usize>,
    pub(super) indonesian: String,
    pub(super) english: String,
}

impl Reason {
    pub(super) fn of(error: &TrustError) -> Self {
        let text = words::trust(error);
        let (code, certificate) = (error.code(), error.certificate());
        Self { code, certificate, indonesian: text.id, english: text.en }
    }
}

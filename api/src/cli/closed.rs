//! Why a data directory does not open, in Indonesian, and what to do; the library says the rest in English.

use jejak_ledger::log::TreeError;
use jejak_ledger::store::LockError;
use jejak_ledger::{OpenError, store};

/// The same, of a ledger that is not served while others are: with the keys of which it needs one.
pub(super) fn told(error: &OpenError) -> String {
    match error {
        OpenError::KeyFileMissing { path, vkeys, .. } => format!(
            "kunci log {} tidak ada; yang berlaku: {}; bila tidak ada salinannya: `jejak ledger recover --help`",
            path.display(),
            vkeys.join(", ")
        ),
        OpenError::LogKey { vkeys, .. } => format!(
            "kunci log tidak dapat dipakai; yang berlaku: {}; bila hilang: `jejak ledger recover --help`",
            vkeys.join(", ")
        ),
        _ => indonesian(error).unwrap_or_else(|| "tidak dapat dibuka".to_owned()),
    }
}

/// What the error means, where it has a meaning of its own.
pub(super) fn indonesian(error: &OpenError) -> Option<String> {
    Some(match error {
        OpenError::Database(store::OpenError::Held { .. }) => {
            "sedang dipakai proses lain; hentikan dulu, atau pakai salinan direktorinya".to_owned()
        }
        OpenError::BehindLock { region, lock, store } => format!(
            "buku besar {region}: kunci mencatat {lock}, basis data hanya berisi {store}; basis data \
             dikembalikan ke keadaan lama, pulihkan yang lebih baru"
        ),
        OpenError::NotOnChain { region, size } => {
            format!("buku besar {region}: catatan pada ukuran {size} bukan yang dikunci; log lain")
        }
        OpenError::Damaged { region, position } => {
            format!("buku besar {region}: catatan {position} rusak; jalankan `jejak audit`")
        }
        OpenError::NotLocked { region, size } => format!(
            "buku besar {region}: berisi {size} catatan tetapi tidak ada di berkas lock; pulihkan lock \
             dari salinan"
        ),
        OpenError::DatabaseLost { .. } => {
            "ada lock tetapi basis data hilang; pulihkan dari salinan".to_owned()
        }
        OpenError::KeyFileOpen { path } => {
            format!("{} dapat dibaca orang lain; jalankan chmod 600", path.display())
        }
        OpenError::WrongKey { region, path, vkeys } => format!(
            "buku besar {region}: {} bukan kunci log yang berlaku; yang berlaku: {}; bila tidak ada salinannya: `jejak \
             ledger recover --help`",
            path.display(),
            vkeys.join(", ")
        ),
        OpenError::Genesis { region, .. } => {
            format!("buku besar {region}: pernyataan pembukaan tidak terbaca")
        }
        OpenError::RuleSetMissing { region, hash } => format!(
            "buku besar {region}: perangkat aturan {hash} tidak ada; simpan lagi dengan `jejak ledger \
             ruleset`"
        ),
        OpenError::TrustPolicyMissing { region, hash } => format!(
            "buku besar {region}: kebijakan kepercayaan {hash} tidak ada; simpan lagi dengan `jejak trust \
             hold`"
        ),
        OpenError::Exists { region } => format!("buku besar {region} sudah ada"),
        OpenError::RuleSet(error) => {
            format!("perangkat aturan tidak dapat dimuat: {}", error.text().id)
        }
        OpenError::OtherRuleSet { .. } => {
            "perangkat aturan bukan yang disebut peristiwa pembukaan".to_owned()
        }
        OpenError::Failed(_) => "peristiwa pembukaan tidak tertulis".to_owned(),
        OpenError::Threads(_) => "utas tidak dapat dijalankan".to_owned(),
        OpenError::Database(store::OpenError::Newer { .. }) => {
            "ditulis program yang lebih baru; pakai program yang lebih baru".to_owned()
        }
        OpenError::Database(_) => "basis data tidak dapat dibuka".to_owned(),
        OpenError::Store(_) | OpenError::Read(_) | OpenError::Tree(TreeError::Source(_)) => {
            "isi basis data tidak terbaca; jalankan `jejak audit`".to_owned()
        }
        OpenError::Lock(LockError::Missing { .. }) => {
            "berkas lock hilang; pulihkan dari salinan".to_owned()
        }
        OpenError::Lock(_) => "berkas lock tidak dapat dipakai".to_owned(),
        OpenError::Objects(_) => {
            "objek (perangkat aturan, sertifikat) tidak terbaca; jalankan `jejak audit`".to_owned()
        }
        OpenError::Documents(_) => "tempat dokumen tidak dapat dibuka".to_owned(),
        OpenError::Chain(_) => "rantai tidak dapat dilanjutkan; jalankan `jejak audit`".to_owned(),
        OpenError::LogKey { region, .. } => {
            format!("buku besar {region}: kunci log tidak dapat dipakai")
        }
        OpenError::Tree(_) => "pohon log tidak utuh; jalankan `jejak audit`".to_owned(),
        OpenError::Origin(_) => "origin tidak sah".to_owned(),
        OpenError::File { path, .. } => {
            format!("{} tidak dapat dibaca atau ditulis", path.display())
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jejak_ledger::rules::{RuleSetError, RuleSetReason};

    use super::*;
    use crate::cli::exit::{Exit, told};
    use crate::cli::source::explained;

    #[test]
    fn why_a_directory_does_not_open_is_said_in_both_languages() {
        let error = OpenError::Damaged { region: "61.07".to_owned(), position: 3 };
        let error = explained(error, Path::new("data"));
        assert_eq!(
            told(&error),
            "data: buku besar 61.07: catatan 3 rusak; jalankan `jejak audit`: ledger 61.07: the record \
             at position 3 does not fit the chain, the tree or its statement; run `jejak audit`"
        );
        assert_eq!(Exit::of(&error), Exit::VerificationFailed);
        let fault = RuleSetError { at: "name".to_owned(), reason: RuleSetReason::Missing };
        assert_eq!(
            told(&explained(OpenError::RuleSet(fault), Path::new("data"))),
            "data: perangkat aturan tidak dapat dimuat: name: wajib ada: the rule set does not load: name: is required"
        );
    }
}

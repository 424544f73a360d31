//! What the errors of the libraries mean for the ending of the command: missing, not permitted, damaged,
//! refused. Everything else is an error without a code of its own.

use std::error::Error;
use std::io;

use jejak_api::access::AccessError;
use jejak_api::tokens::TokensError;
use jejak_api::{ConfigError, ServeError};
use jejak_ledger::event::PayloadError;
use jejak_ledger::log::{CheckpointError, NoteError, PolicyError, ReceiptError, TreeError};
use jejak_ledger::objects::ObjectError;
use jejak_ledger::rules::RuleSetError;
use jejak_ledger::store::{self, FileError, LockError, StoreError};
use jejak_ledger::verdict::{EvidenceError, VerdictPolicyError};
use jejak_ledger::{Failure, OpenError, ReadError, TrustFileError, words};
use jejak_signer::devca::DevCaError;
use jejak_signer::{
    CertificateError, JsonError, JwsError, KeyError, PemError, RevocationListError, TrustError,
};

use super::exit::{Exit, Stop};
use super::index::IndexError;

/// The ending that one error of a chain stands for, if it stands for one.
pub(super) fn ending(cause: &(dyn Error + 'static)) -> Option<Exit> {
    if let Some(stop) = cause.downcast_ref::<Stop>() {
        return Some(stop.exit());
    }
    if let Some(error) = cause.downcast_ref::<IndexError>() {
        return Some(error.exit());
    }
    if let Some(TokensError::Unknown { .. }) = cause.downcast_ref::<TokensError>() {
        return Some(Exit::NotFound);
    }
    // Where an error passes another one through, the inner one is not in the chain.
    if let Some(ServeError::Open(error)) = cause.downcast_ref::<ServeError>() {
        return open(error);
    }
    if let Some(ServeError::Io(error)) = cause.downcast_ref::<ServeError>() {
        return of_kind(error.kind());
    }
    if let Some(ConfigError::Read { source, .. }) = cause.downcast_ref::<ConfigError>() {
        return of_kind(source.kind());
    }
    if let Some(
        ConfigError::Invalid { .. } | ConfigError::Variable { .. } | ConfigError::Together { .. },
    ) = cause.downcast_ref::<ConfigError>()
    {
        return Some(Exit::Usage);
    }
    if UNUSABLE.iter().any(|is_that| is_that(cause)) {
        return Some(Exit::VerificationFailed);
    }
    cause
        .downcast_ref::<OpenError>()
        .and_then(open)
        .or_else(|| cause.downcast_ref::<store::OpenError>().and_then(database))
        .or_else(|| cause.downcast_ref::<StoreError>().and_then(store))
        .or_else(|| cause.downcast_ref::<ReadError>().and_then(read))
        .or_else(|| cause.downcast_ref::<ObjectError>().and_then(object))
        .or_else(|| cause.downcast_ref::<FileError>().and_then(|error| of_kind(error.kind)))
        .or_else(|| cause.downcast_ref::<io::Error>().and_then(|error| of_kind(error.kind())))
}

/// What an error of the system or of a library means, in Indonesian; itself it says it in English. None where it is of
/// the command, and says both.
pub(super) fn indonesian(cause: &Cause) -> Option<String> {
    if let Some(error) = cause.downcast_ref::<io::Error>() {
        return Some(of_system(error.kind()).to_owned());
    }
    if let Some(error) = cause.downcast_ref::<FileError>() {
        return Some(of_system(error.kind).to_owned());
    }
    if let Some(error) = cause.downcast_ref::<TrustFileError>() {
        return Some(words::trust_file(error).id);
    }
    if let Some(error) = cause.downcast_ref::<KeyError>() {
        return Some(words::key(error).id);
    }
    if let Some(error) = cause.downcast_ref::<CertificateError>() {
        return Some(words::certificate(error).id);
    }
    if let Some(error) = cause.downcast_ref::<TrustError>() {
        return Some(words::trust(error).id);
    }
    if let Some(error) = cause.downcast_ref::<RevocationListError>() {
        return Some(words::revocation_list(error).id);
    }
    if let Some(error) = cause.downcast_ref::<RuleSetError>() {
        return Some(error.text().id);
    }
    let (_, words) = LIBRARIES.into_iter().find(|(is_that, _)| is_that(cause))?;
    Some(words.to_owned())
}

type Cause = dyn Error + 'static;
/// Whether an error is of a kind.
type IsThat = fn(&Cause) -> bool;

fn is<E: Error + 'static>(cause: &Cause) -> bool {
    cause.is::<E>()
}

/// Of a file that is not what it must be: it has faults.
const UNUSABLE: [IsThat; 8] = [
    is::<PemError>,
    is::<CertificateError>,
    is::<RevocationListError>,
    is::<PolicyError>,
    is::<VerdictPolicyError>,
    is::<EvidenceError>,
    is::<ReceiptError>,
    is::<TrustFileError>,
];

/// Whose own words say where it is wrong, and only in English: what it is about is said in Indonesian.
const LIBRARIES: [(IsThat, &str); 19] = [
    (is::<TokensError>, "daftar token tidak dapat dipakai"),
    (is::<AccessError>, "catatan pembacaan tidak terbaca"),
    (is::<ConfigError>, "tidak dapat dipakai"),
    (is::<PolicyError>, "bukan berkas kebijakan jejak-policy/1 yang sah"),
    (is::<VerdictPolicyError>, "bukan kebijakan pemeriksa yang sah"),
    (is::<EvidenceError>, "bukan berkas bukti yang sah"),
    (is::<PayloadError>, "peristiwa tidak sah"),
    (is::<JwsError>, "bukan pernyataan JWS yang sah"),
    (is::<JsonError>, "JSON tidak sah"),
    (is::<serde_json::Error>, "JSON tidak sah"),
    (is::<DevCaError>, "otoritas pengembangan tidak dapat dipakai"),
    (is::<PemError>, "bukan PEM yang sah"),
    (is::<NoteError>, "bukan kepala pohon (checkpoint) yang sah"),
    (is::<CheckpointError>, "bukan kepala pohon (checkpoint) yang sah"),
    (is::<jiff::Error>, "waktu tidak sah"),
    (is::<reqwest::Error>, "HTTP gagal"),
    (is::<StoreError>, "basis data menolak"),
    (is::<ReadError>, "isi direktori tidak terbaca"),
    (is::<Failure>, "buku besar tidak dapat mencatat"),
];

/// What the system says, by its kind.
fn of_system(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::NotFound => "tidak ada",
        io::ErrorKind::PermissionDenied => "tidak diizinkan",
        io::ErrorKind::AlreadyExists => "sudah ada",
        io::ErrorKind::IsADirectory => "itu direktori",
        io::ErrorKind::NotADirectory => "itu bukan direktori",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "penyimpanan penuh",
        io::ErrorKind::ReadOnlyFilesystem => "penyimpanan hanya dapat dibaca",
        io::ErrorKind::AddrInUse => "alamat sudah dipakai",
        io::ErrorKind::TimedOut => "waktu habis",
        io::ErrorKind::ConnectionRefused => "sambungan ditolak",
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => "sambungan terputus",
        io::ErrorKind::UnexpectedEof => "berakhir terlalu dini",
        io::ErrorKind::InvalidData => "isinya tidak sah",
        _ => "sistem menolak",
    }
}

/// The ending of a failed file operation.
pub(super) fn of_kind(kind: io::ErrorKind) -> Option<Exit> {
    match kind {
        io::ErrorKind::NotFound => Some(Exit::NotFound),
        io::ErrorKind::PermissionDenied => Some(Exit::NotPermitted),
        _ => None,
    }
}

fn open(error: &OpenError) -> Option<Exit> {
    match error {
        OpenError::Database(error) => database(error),
        OpenError::Store(error) | OpenError::Tree(TreeError::Source(error)) => store(error),
        OpenError::Lock(error) => lock(error),
        OpenError::Objects(error) => object(error),
        OpenError::File { error, .. } => of_kind(error.kind()),
        OpenError::Read(error) => read(error),
        OpenError::Refused(_) => Some(Exit::Refused),
        OpenError::Origin(_) => Some(Exit::Usage),
        OpenError::KeyFileMissing { .. } => Some(Exit::NotFound),
        // Until it is the server's alone, it is nobody's to use.
        OpenError::KeyFileOpen { .. } => Some(Exit::NotPermitted),
        OpenError::Tree(_)
        | OpenError::BehindLock { .. }
        | OpenError::NotOnChain { .. }
        | OpenError::NotLocked { .. }
        | OpenError::DatabaseLost { .. }
        | OpenError::Damaged { .. }
        | OpenError::Genesis { .. }
        | OpenError::RuleSetMissing { .. }
        | OpenError::TrustPolicyMissing { .. } => Some(Exit::VerificationFailed),
        _ => None,
    }
}

fn database(error: &store::OpenError) -> Option<Exit> {
    match error {
        store::OpenError::Missing { .. } => Some(Exit::NotFound),
        store::OpenError::File(error) => of_kind(error.kind),
        store::OpenError::Store(error) => store(error),
        _ => None,
    }
}

fn store(error: &StoreError) -> Option<Exit> {
    matches!(error, StoreError::Corrupt { .. }).then_some(Exit::VerificationFailed)
}

/// A lock that is gone or contradicts itself is damage: it is what keeps the log from going back.
fn lock(error: &LockError) -> Option<Exit> {
    match error {
        LockError::File(error) => of_kind(error.kind),
        LockError::Missing { .. }
        | LockError::NotALock { .. }
        | LockError::Damaged { .. }
        | LockError::GoesBack { .. }
        | LockError::Conflict { .. } => Some(Exit::VerificationFailed),
        _ => None,
    }
}

fn object(error: &ObjectError) -> Option<Exit> {
    match error {
        ObjectError::File(error) => of_kind(error.kind),
        ObjectError::Damaged { .. } => Some(Exit::VerificationFailed),
        ObjectError::TooLarge { .. } => None,
    }
}

fn read(error: &ReadError) -> Option<Exit> {
    match error {
        ReadError::Corrupt | ReadError::Damaged(_) => Some(Exit::VerificationFailed),
        ReadError::UnknownRegister => Some(Exit::NotFound),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use anyhow::Context as _;

    use super::*;

    fn exit(error: impl Into<anyhow::Error>) -> Exit {
        Exit::of(
            &Err::<(), _>(error.into())
                .context("membuka (opening)")
                .err()
                .unwrap_or_else(|| anyhow::anyhow!("there is an error")),
        )
    }

    #[test]
    fn what_is_missing_and_what_is_not_permitted_have_codes_of_their_own() {
        assert_eq!(exit(io::Error::from(io::ErrorKind::NotFound)), Exit::NotFound);
        assert_eq!(exit(io::Error::from(io::ErrorKind::PermissionDenied)), Exit::NotPermitted);
        assert_eq!(exit(io::Error::from(io::ErrorKind::AddrInUse)), Exit::Error);
        let denied = || io::Error::from(io::ErrorKind::PermissionDenied);
        let path = PathBuf::from("jejak.toml");
        assert_eq!(exit(ConfigError::Read { path, source: denied() }), Exit::NotPermitted);
        let open = OpenError::File { path: PathBuf::from("db"), error: denied() };
        assert_eq!(exit(ServeError::Open(open)), Exit::NotPermitted);
        let missing = store::OpenError::Missing { dir: PathBuf::from("db") };
        assert_eq!(exit(OpenError::Database(missing)), Exit::NotFound);
    }

    #[test]
    fn damage_is_a_failed_verification() {
        let region = || "61.07".to_owned();
        assert_eq!(exit(ReadError::Corrupt), Exit::VerificationFailed);
        let damaged = [
            OpenError::Damaged { region: region(), position: 3 },
            OpenError::BehindLock { region: region(), lock: 4, store: 3 },
            OpenError::NotOnChain { region: region(), size: 4 },
            OpenError::Read(ReadError::Corrupt),
        ];
        for error in damaged {
            assert_eq!(exit(ServeError::Open(error)), Exit::VerificationFailed);
        }
    }
}

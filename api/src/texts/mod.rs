//! The words of every problem, in Indonesian and English. Programs decide by codes, so words may improve at any time.

mod limits;

use jejak_ledger::Refusal;

use crate::context::{Context, Language};
use crate::problem::{Fault, FieldError, Problem, TokenFault};
use crate::reader::class_name;
use crate::shown::REFUSAL_CODES;
use limits::{busy, failed, full, over_quota, too_large};

/// The words of one problem.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) errors: Vec<FieldError>,
}

/// The words of `problem` for a caller.
pub(crate) fn to(context: &Context, problem: &Problem) -> Words {
    let mut words = of(problem, context.language);
    if context.both {
        words.title = context.words(|language| of(problem, language).title);
        words.detail = context.words(|language| of(problem, language).detail);
        for (index, error) in words.errors.iter_mut().enumerate() {
            let detail = |language| {
                let one = of(problem, language).errors.into_iter().nth(index);
                one.map(|one| one.detail).unwrap_or_default()
            };
            error.detail = context.words(detail);
        }
    }
    words
}

/// The words of `problem` in `language`.
pub(crate) fn of(problem: &Problem, language: Language) -> Words {
    match problem {
        Problem::Refused(refusal) => refused(refusal, language),
        Problem::Failed(failure) => told(language, failed(failure)),
        Problem::Document(problem) => {
            told(language, Both { title: problem.title(), detail: problem.detail() })
        }
        Problem::BrokenOff { lines, cause } => broken_off(*lines, cause, language),
        other => told(language, plain(other)),
    }
}

/// The last line of a batch. What its cause says of a whole request is not true of it: lines were recorded.
fn broken_off(lines: u64, cause: &Problem, language: Language) -> Words {
    let title = of(cause, language).title;
    let detail = match language {
        Language::Indonesian => format!(
            "{title}: kiriman berakhir setelah {lines} baris dijawab. Jawaban itu berlaku; kirim ulang baris yang belum \
             dijawab."
        ),
        Language::English => format!(
            "{title}: the batch ended after the answers to {lines} lines. They stand; send the lines that were not \
             answered again."
        ),
    };
    Words { title, detail, errors: Vec::new() }
}

fn refused(refusal: &Refusal, language: Language) -> Words {
    let of_rules = language.of_rules();
    let (id, en) = refusal_title(refusal.code());
    let obstacles = refusal.obstacles();
    let errors = obstacles.into_iter().filter(|obstacle| !obstacle.pointer.is_empty());
    Words {
        title: match language {
            Language::Indonesian => id.to_owned(),
            Language::English => en.to_owned(),
        },
        detail: refusal.detail(of_rules),
        errors: errors
            .map(|obstacle| FieldError {
                detail: obstacle.text.in_language(of_rules).to_owned(),
                pointer: obstacle.pointer,
                rule: obstacle.rule,
            })
            .collect(),
    }
}

/// The title of a refusal in both languages.
fn refusal_title(code: &str) -> (&'static str, &'static str) {
    match code {
        "malformed-jws" => ("JWS tidak sah", "Malformed JWS"),
        "malformed-header" => ("Header tidak sah", "Malformed header"),
        "not-a-trial" => ("Bukan pernyataan uji", "Not a trial"),
        "only-a-trial" => ("Hanya pernyataan uji", "Only a trial"),
        "malformed-payload" => ("Isi pernyataan tidak sah", "Malformed payload"),
        "certificate-unknown" => ("Sertifikat tidak terdaftar", "Certificate not enrolled"),
        "signature-invalid" => ("Tanda tangan tidak sah", "Signature invalid"),
        "certificate-not-valid" => ("Sertifikat tidak berlaku", "Certificate not valid"),
        "signer-revoked" => ("Penanda tangan dicabut", "Signer revoked"),
        "signer-suspended" => ("Penanda tangan dibekukan", "Signer suspended"),
        "log-key-not-held" => ("Kunci log tidak dipegang", "Log key not held"),
        "revocation-stale" => ("Bukti pencabutan usang", "Evidence of revocation stale"),
        "evidence-not-held" => ("Bukti pencabutan tidak tersimpan", "Evidence not held"),
        "evidence-certificate-unknown" => ("Sertifikat tidak dikenal", "Certificate unknown"),
        "evidence-issuer-unknown" => ("Penerbit tidak dikenal", "Issuer unknown"),
        "evidence-not-valid" => ("Bukti pencabutan tidak sah", "Evidence not valid"),
        "evidence-differs" => ("Isi lain dari bukti pencabutan", "Evidence differs"),
        "wrong-ledger" => ("Buku besar salah", "Wrong ledger"),
        "source-not-yours" => ("Sumber bukan milik penanda tangan", "Source not yours"),
        "id-reused" => ("Id sudah dipakai", "Id already used"),
        "iat-out-of-window" => ("Waktu tanda tangan di luar batas", "Signing time out of window"),
        "time-out-of-range" => ("Waktu tindakan di luar batas", "Time of the act out of range"),
        "type-unknown" => ("Jenis peristiwa tidak dikenal", "Event type unknown"),
        "content-invalid" => ("Isi peristiwa tidak memenuhi syarat", "Content invalid"),
        "role-missing" => ("Tidak berwenang", "Not entitled"),
        "transition-forbidden" => ("Belum atau tidak lagi mungkin", "Not possible in this state"),
        "version-mismatch" => ("Aliran sudah berubah", "The stream has gone on"),
        _ => ("Ditolak oleh aturan", "Refused by a rule"),
    }
}

/// A text in both languages.
struct Both {
    title: (&'static str, &'static str),
    detail: (String, String),
}

fn told(language: Language, both: Both) -> Words {
    let (title, detail) = match language {
        Language::Indonesian => (both.title.0, both.detail.0),
        Language::English => (both.title.1, both.detail.1),
    };
    Words { title: title.to_owned(), detail, errors: Vec::new() }
}

fn both(title: (&'static str, &'static str), id: impl Into<String>, en: impl Into<String>) -> Both {
    Both { title, detail: (id.into(), en.into()) }
}

fn plain(problem: &Problem) -> Both {
    match problem {
        Problem::UnknownRoute => both(
            ("Alamat tidak dikenal", "Unknown route"),
            "Tidak ada layanan di alamat ini. Semua alamat buku besar diawali /v1/.",
            "There is nothing at this address. All addresses of ledgers start with /v1/.",
        ),
        Problem::MethodNotAllowed => both(
            ("Metode tidak diizinkan", "Method not allowed"),
            "Alamat ini tidak melayani metode tersebut; lihat header Allow.",
            "This address does not serve that method; see the Allow header.",
        ),
        Problem::UnknownLedger { region } => unknown_ledger(region),
        Problem::LedgerShut { region } => ledger_shut(region),
        Problem::UnknownPosition { size } => both(
            ("Posisi tidak dikenal", "Unknown position"),
            format!("Buku besar ini berisi {size} catatan; posisi dihitung mulai dari 0."),
            format!("This ledger holds {size} records; positions count from 0."),
        ),
        Problem::UnknownSize { size } => both(
            ("Ukuran tidak dikenal", "Unknown size"),
            format!(
                "Buku besar ini baru berisi {size} catatan; bukti untuk ukuran di atasnya belum ada."
            ),
            format!(
                "This ledger holds {size} records so far; there is no proof for a size beyond."
            ),
        ),
        Problem::BeforeFirst => both(
            ("Posisi tidak dikenal", "Unknown position"),
            "Pada waktu itu belum ada catatan dalam buku besar ini.",
            "At that time nothing was recorded in this ledger yet.",
        ),
        Problem::NotHeld => both(
            ("Pernyataan tidak disimpan", "Statement not held"),
            "Pernyataan pada posisi ini telah dihapus menurut hukum; catatannya tetap berlaku.",
            "The statement at this position was lawfully removed; its record still stands.",
        ),
        Problem::UnknownTile => both(
            ("Ubin tidak dikenal", "Unknown tile"),
            "Tidak ada ubin dengan alamat ini pada ukuran buku besar sekarang.",
            "There is no tile of this address at the ledger's present size.",
        ),
        Problem::UnknownCertificate => both(
            ("Sertifikat tidak dikenal", "Unknown certificate"),
            "Buku besar ini tidak menyebut sertifikat dengan nilai hash tersebut.",
            "This ledger names no certificate of that hash.",
        ),
        Problem::UnknownTrustPolicy => both(
            ("Tidak ada kebijakan kepercayaan", "No trust policy"),
            "Belum ada kebijakan kepercayaan yang ditetapkan pada posisi itu: jangkar dari pembukaannya yang berlaku.",
            "No trust policy was adopted at that position: the anchors of the opening count.",
        ),
        Problem::UnknownRegister { name } => both(
            ("Register tidak dikenal", "Unknown register"),
            format!("Buku besar ini tidak memiliki register \"{name}\"."),
            format!("This ledger keeps no register \"{name}\"."),
        ),
        Problem::UnknownType { name, nearest } => {
            let nearest = nearest.join(", ");
            both(
                ("Jenis tidak dikenal", "Unknown type"),
                format!("Tata aturan ini tidak memuat jenis \"{name}\"; yang terdekat: {nearest}."),
                format!("This rule set has no type \"{name}\"; the nearest are: {nearest}."),
            )
        }
        Problem::PlaceForgotten => both(
            ("Kursor kedaluwarsa", "Cursor expired"),
            "Peladen tidak lagi mengingat tempat kursor ini; mulai lagi dari halaman pertama.",
            "The server no longer remembers the place of this cursor; start at the first page again.",
        ),
        Problem::UnknownRow => both(
            ("Baris tidak dikenal", "Unknown row"),
            "Tidak ada baris dengan kunci ini pada posisi yang diminta, atau kelasnya di atas hak baca Anda.",
            "There is no such row at the position asked for, or it is above your class.",
        ),
        Problem::UnknownStream => both(
            ("Aliran tidak dikenal", "Unknown stream"),
            "Tidak ada aliran dengan nama ini pada posisi yang diminta, atau kelasnya di atas hak baca Anda.",
            "There is no such stream at the position asked for, or it is above your class.",
        ),
        Problem::ClassDenied { class } => both(
            ("Di luar hak baca", "Above your class"),
            format!(
                "Isi ini berkelas \"{}\" dan tidak dibuka untuk pembaca ini.",
                class_name(*class)
            ),
            format!(
                "This content is of class \"{}\" and is not open to this reader.",
                class_name(*class)
            ),
        ),
        Problem::ReaderRequired(fault) => reader_required(*fault),
        Problem::NotEntitled => both(
            ("Token tidak berhak", "Token not entitled"),
            "Token ini tidak memberi hak membaca penolakan yang disimpan pada buku besar ini.",
            "This token does not entitle to read the refusals that this ledger keeps.",
        ),
        Problem::RateLimited { of, exceeded } => over_quota(of, exceeded),
        other => requests(other),
    }
}

fn unknown_ledger(region: &str) -> Both {
    both(
        ("Buku besar tidak dikenal", "Unknown ledger"),
        format!("Peladen ini tidak memuat buku besar \"{region}\". Lihat /v1/ledgers."),
        format!("This server has no ledger \"{region}\". See /v1/ledgers."),
    )
}

fn ledger_shut(region: &str) -> Both {
    both(
        ("Buku besar tidak dilayani", "Ledger not served"),
        format!(
            "Buku besar \"{region}\" ada di peladen ini tetapi tidak dapat dibuka; pengelola tahu sebabnya. Tidak ada yang \
             dicatat."
        ),
        format!(
            "The ledger \"{region}\" is on this server and did not open; its operator knows why. Nothing is recorded."
        ),
    )
}

/// Problems of how the request was made or carried.
fn requests(problem: &Problem) -> Both {
    match problem {
        Problem::UnknownTimestamp => both(
            ("Penanda waktu tidak dikenal", "Unknown time-stamp"),
            "Buku besar ini tidak menyimpan penanda waktu dengan ukuran dan nilai hash tersebut.",
            "This ledger keeps no time-stamp of that size and hash.",
        ),
        Problem::UnknownParameter { name, known } => unknown_parameter(name, known),
        Problem::InvalidParameter { name, fault } => {
            let (id, en) = fault_words(fault.clone());
            both(
                ("Parameter tidak sah", "Invalid parameter"),
                format!("Parameter \"{name}\" {id}."),
                format!("Parameter \"{name}\" {en}."),
            )
        }
        Problem::WrongMediaType { expected } => both(
            ("Jenis media salah", "Wrong media type"),
            format!("Kirim dengan Content-Type: {expected}, tanpa Content-Encoding."),
            format!("Send it as Content-Type: {expected}, without Content-Encoding."),
        ),
        Problem::TooLarge { limit, max } => too_large(*limit, *max),
        Problem::EmptyBatch => both(
            ("Tidak ada pernyataan", "Empty batch"),
            "Kiriman tidak memuat satu baris pun: satu JWS ringkas tiap baris, diakhiri LF.",
            "The batch has no line: one compact JWS a line, ended by LF.",
        ),
        Problem::MalformedRequest => both(
            ("Permintaan tidak terbaca", "Malformed request"),
            "Kepala permintaan ini bukan HTTP/1.1 yang sah.",
            "The head of this request is not valid HTTP/1.1.",
        ),
        Problem::TargetTooLong => both(
            ("Alamat terlalu panjang", "Target too long"),
            "Alamat permintaan ini lebih panjang daripada yang dibaca peladen.",
            "The target of this request is longer than the server reads.",
        ),
        Problem::TlsRequired => both(
            ("Gunakan https", "Use https"),
            "Peladen ini hanya berbicara TLS: awali alamat dengan https://.",
            "This server speaks TLS only: start the address with https://.",
        ),
        Problem::BodyTimeout { limit } => both(
            ("Kiriman terlalu lambat", "Body too slow"),
            format!("Isi kiriman tidak datang dalam batas {limit:?}. Tidak ada yang dicatat."),
            format!("The body did not come within the limit of {limit:?}. Nothing was recorded."),
        ),
        Problem::BodyTruncated => both(
            ("Kiriman terpotong", "Body truncated"),
            "Isi kiriman terputus sebelum lengkap. Tidak ada yang dicatat.",
            "The body ended before it was complete. Nothing was recorded.",
        ),
        other => ours(other),
    }
}

/// Problems of the server.
fn ours(problem: &Problem) -> Both {
    match problem {
        Problem::Evidence(problem) => {
            let (title, (id, en)) = problem.words();
            both(title, id, en)
        }
        Problem::Busy => busy(),
        Problem::Full { of, of_caller, max } => full(*of, *of_caller, *max),
        Problem::Recalled { after } => both(
            ("Tempat diberikan kepada pengirim lain", "Place given to another"),
            format!(
                "Selama {after:?} tidak ada yang dicatat dari kiriman ini, dan pengirim lain menunggu tempatnya."
            ),
            format!(
                "For {after:?} nothing of this batch was recorded, and another caller waits for its place."
            ),
        ),
        Problem::TokensUnreadable => both(
            ("Daftar token tidak terbaca", "List of tokens not readable"),
            "Peladen tidak dapat membaca daftar tokennya, jadi tidak ada token yang berlaku. Beri tahu pengelola; \
             yang publik tetap dapat dibaca tanpa token.",
            "The server cannot read its list of tokens, so no token counts. Tell the operator; what is public can be \
             read without a token.",
        ),
        Problem::AccessUnrecorded => both(
            ("Pembacaan tidak dapat dicatat", "Read could not be recorded"),
            "Pembacaan di atas kelas publik wajib dicatat, dan catatannya tidak dapat ditulis. Beri tahu pengelola.",
            "Reads above public must be recorded, and the record could not be written. Tell the operator.",
        ),
        Problem::OutcomeUnknown => both(
            ("Hasil tidak diketahui", "Outcome unknown"),
            "Peladen berhenti sebelum hasilnya pasti. Kirim ulang pernyataan yang sama: bila sudah tercatat, \
             resinya dijawab.",
            "The server stopped before the outcome was certain. Post the same statement again: if it was recorded, \
             its receipt is the answer.",
        ),
        _ => both(
            ("Kesalahan peladen", "Internal error"),
            "Kesalahan ada pada peladen. Sebutkan request_id ini kepada pengelola.",
            "The fault is the server's. Give this request_id to its operator.",
        ),
    }
}

fn reader_required(fault: TokenFault) -> Both {
    let (id, en) = match fault {
        TokenFault::Missing => (
            "Hanya pembaca dengan token yang boleh membaca ini: kirim Authorization: Bearer <token>.",
            "Only readers with a token may read this: send Authorization: Bearer <token>.",
        ),
        TokenFault::Malformed => (
            "Header Authorization bukan satu token Jejak yang utuh. Periksa salinannya, atau kirim tanpa header itu.",
            "The Authorization header is not one whole token of Jejak. Check your copy, or send without the header.",
        ),
        TokenFault::Unknown => (
            "Token ini tidak pernah diberikan oleh peladen ini. Mintalah token kepada pengelola.",
            "This server never gave out that token. Ask its operator for one.",
        ),
        TokenFault::Expired => (
            "Masa berlaku token ini sudah habis. Mintalah yang baru kepada pengelola.",
            "This token has expired. Ask the operator for a new one.",
        ),
        TokenFault::Revoked => (
            "Token ini sudah dicabut. Hubungi pengelola.",
            "This token was revoked. Speak to the operator.",
        ),
    };
    both(("Pembaca tidak dikenal", "Reader required"), id, en)
}

fn unknown_parameter(name: &str, known: &[&str]) -> Both {
    let title = ("Parameter tidak dikenal", "Unknown parameter");
    if known.is_empty() {
        return both(
            title,
            format!("Parameter \"{name}\" tidak dikenal; alamat ini tidak menerima parameter."),
            format!("Parameter \"{name}\" is not known; this address takes none."),
        );
    }
    let known = known.join(", ");
    both(
        title,
        format!("Parameter \"{name}\" tidak dikenal; yang dikenal: {known}."),
        format!("Parameter \"{name}\" is not known; known are: {known}."),
    )
}

fn fault_words(fault: Fault) -> (String, String) {
    let fixed = |id: &str, en: &str| (id.to_owned(), en.to_owned());
    match fault {
        Fault::Encoding => fixed("tidak terbaca sebagai UTF-8", "is not readable as UTF-8"),
        Fault::Repeated => fixed("diberikan lebih dari sekali", "is given more than once"),
        Fault::Missing => fixed("wajib diberikan", "is required"),
        Fault::Empty => fixed("kosong", "is empty"),
        Fault::Long { bytes_max } => {
            (format!("lebih dari {bytes_max} bita"), format!("is longer than {bytes_max} bytes"))
        }
        Fault::Integer => fixed(
            "bukan bilangan bulat desimal tanpa tanda",
            "is not a whole decimal number without sign",
        ),
        Fault::Flag => fixed("harus true atau false", "must be true or false"),
        Fault::Range { min, max } => {
            (format!("harus antara {min} dan {max}"), format!("must be between {min} and {max}"))
        }
        Fault::Least { min } => (format!("paling kecil {min}"), format!("must be at least {min}")),
        Fault::Below { other } => {
            (format!("harus lebih kecil dari {other}"), format!("must be less than {other}"))
        }
        Fault::NotAbove { other } => (
            format!("tidak boleh lebih besar dari {other}"),
            format!("must not be greater than {other}"),
        ),
        Fault::AsOf => fixed(
            "harus berupa posisi, tanggal (YYYY-MM-DD), atau waktu RFC 3339 sejak 1970 (tanda + ditulis %2B)",
            "must be a position, a date (YYYY-MM-DD) or an RFC 3339 time since 1970 (write + as %2B)",
        ),
        Fault::Moment => fixed(
            "harus berupa tanggal (YYYY-MM-DD) atau waktu RFC 3339 sejak 1970 (tanda + ditulis %2B)",
            "must be a date (YYYY-MM-DD) or an RFC 3339 time since 1970 (write + as %2B)",
        ),
        Fault::Many { max } => (
            format!("melampaui batas {max} parameter"),
            format!("is one more than the limit of {max} parameters"),
        ),
        Fault::Signer => fixed(
            "harus berupa id orang atau SHA-256 sertifikat (64 digit heksadesimal)",
            "must be a person id or the SHA-256 of a certificate (64 hex digits)",
        ),
        Fault::Form(form) => {
            let (id, en) = form.in_words();
            (format!("harus berupa {id}"), format!("must be {en}"))
        }
        Fault::State { known } => (
            format!("bukan keadaan baris register ini; yang ada: {known}"),
            format!("is no state of rows of this register; there are: {known}"),
        ),
        Fault::Code => {
            let codes = REFUSAL_CODES.join(", ");
            (
                format!("bukan kode penolakan; yang ada: {codes}"),
                format!("is no code of a refusal; there are: {codes}"),
            )
        }
        Fault::Digest => fixed(
            "bukan 64 digit heksadesimal huruf kecil",
            "is not 64 lower-case hexadecimal digits",
        ),
        Fault::Row => fixed(
            "bukan baris jenis ini; daftarnya ada di .../schemas",
            "is not a row of this type; .../schemas lists them",
        ),
        Fault::Cursor => {
            fixed("bukan kursor dari permintaan ini", "is not a cursor of this question")
        }
        Fault::CursorWith => fixed(
            "tidak boleh diberikan bersama cursor dengan nilai lain",
            "must not be given beside a cursor that says otherwise",
        ),
    }
}

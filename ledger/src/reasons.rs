//! Why bytes are no statement or no event, in both languages: the reasons of parsers and of the signer, whose own words
//! are for those who program.

use jejak_signer::{
    FramingError, Hash, HeaderError, JsonReason, JwsError, Part, Revocation, RevocationReason, Typ,
    VerifyError,
};
use jiff::Timestamp;

use crate::event::{PayloadError, PayloadReason};
use crate::rules::Text;

/// Why bytes are not a statement that is taken here.
pub(crate) fn jws(error: &JwsError) -> Text {
    match error {
        JwsError::Framing(error) => text(
            format!("Pernyataan bukan JWS ringkas yang sah: {}.", framing(error)),
            format!("The statement is not a strict compact JWS: {error}."),
        ),
        JwsError::Header(HeaderError::WrongTyp { expected: Typ::Trial, found }) => text(
            format!(
                "Di alamat ini hanya pernyataan uji ({}) yang dicoba; ini {found:?}. Kirim tanpa dry_run untuk \
                 mencatatnya, atau tanda tangani uji: jejak sign --trial.",
                Typ::Trial.name()
            ),
            format!(
                "Only trials ({}) are tried here; this is {found:?}. Post it without dry_run to record it, or sign a \
                 trial: jejak sign --trial.",
                Typ::Trial.name()
            ),
        ),
        JwsError::Header(HeaderError::WrongTyp { expected, found })
            if found == Typ::Trial.name() =>
        {
            text(
                format!(
                    "Pernyataan ini hanya uji ({found}) dan tidak pernah dicatat. Kirim dengan ?dry_run=true untuk \
                     mencobanya, atau tanda tangani peristiwanya sebagai {}.",
                    expected.name()
                ),
                format!(
                    "This statement is only a trial ({found}), which is never recorded. Send it with ?dry_run=true to \
                     try it, or sign the event as {}.",
                    expected.name()
                ),
            )
        }
        JwsError::Header(error) => text(
            format!("Header pernyataan tidak sah: {}.", header(error)),
            format!("The header of the statement is not valid: {error}."),
        ),
    }
}

/// Why a payload is not an event.
pub(crate) fn payload(error: &PayloadError) -> Text {
    let at = if error.pointer.is_empty() { String::new() } else { format!("{} ", error.pointer) };
    text(
        format!("Isi pernyataan bukan peristiwa yang sah: {at}{}.", of_payload(&error.reason)),
        format!("The payload is not an event: {error}."),
    )
}

/// Why a signature is not believed.
pub(crate) fn signature(error: &VerifyError) -> Text {
    match error {
        VerifyError::CertificateUnknown { thumbprint } => text(
            format!("Sertifikat {thumbprint} belum terdaftar di buku besar ini."),
            format!("Certificate {thumbprint} is not enrolled in this ledger."),
        ),
        VerifyError::AlgorithmNotEnrolled { enrolled, found } => text(
            format!(
                "Tanda tangan tidak sah: sertifikat terdaftar untuk {enrolled}, bukan {found}."
            ),
            format!("The signature is not valid: {error}."),
        ),
        VerifyError::SignatureInvalid(_) => text(
            "Tanda tangan tidak sah: bukan buatan kunci sertifikat ini atas isi ini.".to_owned(),
            format!("The signature is not valid: {error}."),
        ),
    }
}

/// What the list of its issuer says of a certificate.
pub(crate) fn revoked(certificate: &Hash, revocation: &Revocation, list: &Hash) -> Text {
    let when = |seconds: i64| {
        Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |at| at.to_string())
    };
    let (at, reason) = (when(revocation.revoked_at), revocation.reason.name());
    let [(done, fell), (verb, since)] = match revocation.reason {
        RevocationReason::CertificateHold => {
            [("ditangguhkan", "tidak berlaku"), ("suspended", "invalid")]
        }
        _ => [("dicabut", "tidak berlaku"), ("revoked", "invalid")],
    };
    let [id, en] = match revocation.invalid_since.map(when) {
        Some(invalid) => {
            [format!(" dan {fell} sejak {invalid}"), format!(" and {since} since {invalid}")]
        }
        None => [String::new(), String::new()],
    };
    text(
        format!(
            "Sertifikat {certificate} telah {done} penerbitnya pada {at}{id}, alasan {reason}, menurut bukti {list}."
        ),
        format!(
            "Certificate {certificate} was {verb} by its issuer at {at}{en}, reason {reason}, says the evidence {list}."
        ),
    )
}

/// The newest list about a certificate is older than the policy allows, or there is none.
pub(crate) fn stale(certificate: &Hash, stream: &str, due: Option<i64>) -> Text {
    let Some(due) = due else {
        return text(
            format!(
                "Belum ada daftar pencabutan tentang sertifikat {certificate} yang tercatat di {stream}, dan belum ada \
                 jawaban OCSP tentangnya."
            ),
            format!(
                "No revocation list about the certificate {certificate} is recorded on {stream} yet, and no OCSP response \
                 about it."
            ),
        );
    };
    let due = Timestamp::from_second(due).map_or_else(|_| due.to_string(), |at| at.to_string());
    text(
        format!(
            "Bukti pencabutan terbaru tentang sertifikat {certificate} (daftar di {stream}, jawaban OCSP) terlalu lama; \
             yang berikutnya dijadwalkan {due}."
        ),
        format!(
            "The newest evidence about the certificate {certificate} (the list on {stream}, an OCSP response) is too old; \
             the next one was due at {due}."
        ),
    )
}

fn framing(error: &FramingError) -> String {
    match error {
        FramingError::TooLong { bytes, bytes_max } => {
            format!("{bytes} bita, paling banyak {bytes_max}")
        }
        FramingError::DotCount { dots } => format!("{dots} titik, seharusnya 2"),
        FramingError::EmptyPart(part) => format!("{} kosong", name(*part)),
        FramingError::HeaderTooLong { bytes, bytes_max } => {
            format!("header {bytes} bita, paling banyak {bytes_max}")
        }
        FramingError::ForbiddenByte { offset, byte } => {
            format!("bita 0x{byte:02x} di tempat {offset} bukan base64url")
        }
        FramingError::Padded(part) => format!("{} diakhiri tanda =", name(*part)),
        FramingError::ImpossibleLength(part) => {
            format!("panjang {} tidak mungkin untuk base64url", name(*part))
        }
        FramingError::TrailingBits(part) => {
            format!("{} memiliki bit sisa yang bukan nol", name(*part))
        }
        FramingError::SignatureLength { algorithm, bytes } => {
            format!("tanda tangan {bytes} bita tidak mungkin untuk {algorithm}")
        }
    }
}

fn name(part: Part) -> &'static str {
    match part {
        Part::Header => "header",
        Part::Payload => "isi",
        Part::Signature => "tanda tangan",
    }
}

fn header(error: &HeaderError) -> String {
    match error {
        HeaderError::Json(error) => json(&error.reason),
        HeaderError::DuplicateMember { name } => format!("{name:?} muncul dua kali"),
        HeaderError::CritPresent => "crit tidak boleh ada".to_owned(),
        HeaderError::UnknownMember { name } => format!("{name:?} tidak dikenal"),
        HeaderError::MissingMember { name } => format!("{name:?} tidak ada"),
        HeaderError::WrongType { name } => format!("{name:?} salah jenis"),
        HeaderError::AlgorithmNotAccepted { alg } => format!("algoritme {alg:?} tidak diterima"),
        HeaderError::WrongTyp { expected, found } => {
            format!("typ {found:?}, seharusnya {:?}", expected.name())
        }
        HeaderError::ThumbprintMalformed => "x5t#S256 bukan nilai SHA-256".to_owned(),
    }
}

fn json(reason: &JsonReason) -> String {
    match reason {
        JsonReason::NotUtf8 { offset } => format!("bita ke-{offset} bukan UTF-8"),
        JsonReason::ByteOrderMark => "diawali tanda urutan bita (BOM)".to_owned(),
        JsonReason::BytesBefore => "ada bita sebelum objek JSON".to_owned(),
        JsonReason::BytesAfter => "ada bita sesudah objek JSON".to_owned(),
        JsonReason::NotAnObject => "bukan objek JSON".to_owned(),
        JsonReason::Syntax { line, column } => format!("bukan JSON: baris {line}, kolom {column}"),
        JsonReason::DuplicateName { name } => format!("nama {name:?} muncul dua kali"),
        JsonReason::TooDeep { depth_max } => format!("bersarang lebih dari {depth_max} tingkat"),
        JsonReason::NumberNotAllowed => "bukan bilangan bulat dalam batas 2^53 - 1".to_owned(),
        JsonReason::ForbiddenCharacter { character } => {
            format!("memuat karakter terlarang U+{:04X}", u32::from(*character))
        }
    }
}

fn of_payload(reason: &PayloadReason) -> String {
    match reason {
        PayloadReason::Json(reason) => json(reason),
        PayloadReason::Missing => "wajib ada".to_owned(),
        PayloadReason::Unknown => "tidak dikenal di sini".to_owned(),
        PayloadReason::WrongType { expected } => {
            format!("harus berupa {}", in_indonesian(expected))
        }
        PayloadReason::Blank => {
            "harus berupa teks yang terbaca, tanpa karakter kendali atau pembalik arah".to_owned()
        }
        PayloadReason::TooLong { max } => format!("lebih dari {max} bita"),
        PayloadReason::Form { form } => format!("harus berupa {}", in_indonesian(form)),
        PayloadReason::RequiredWith { with } => format!("wajib ada bersama {with}"),
        PayloadReason::OnlyWith { with } => format!("hanya boleh ada bersama {with}"),
    }
}

/// What an attribute has to be. What is spelled alike in both languages has no line here.
fn in_indonesian(english: &'static str) -> &'static str {
    let known = FORMS.iter().find(|(of, _)| *of == english);
    known.map_or(english, |(_, indonesian)| indonesian)
}

pub(crate) const FORMS: [(&str, &str); 23] = [
    ("a string", "teks"),
    ("an object", "objek"),
    ("a list", "daftar"),
    ("an integer, 0 or more", "bilangan bulat, 0 atau lebih"),
    ("1 to 64 of A-Z a-z 0-9 . _ -", "1 sampai 64 dari A-Z a-z 0-9 . _ -"),
    ("agency/ and an agency id", "agency/ dan id instansi"),
    ("lower-case words joined by dots", "kata huruf kecil yang dipisah titik"),
    (
        "lower-case a-z 0-9 . _ - segments joined by /, 200 at most",
        "ruas huruf kecil a-z 0-9 . _ - yang dipisah /, paling banyak 200",
    ),
    ("an RFC 3339 time with offset", "waktu RFC 3339 dengan selisih zona"),
    ("the version of a schema, such as \"1\"", "versi skema, misalnya \"1\""),
    ("\"<size> <base64 root>\"", "\"<ukuran> <akar base64>\""),
    ("role/ and an office id", "role/ dan id jabatan"),
    ("the origin of a ledger", "asal (origin) sebuah buku besar"),
    ("one of plt, plh, pj, an, ub", "salah satu dari plt, plh, pj, an, ub"),
    ("pejabat or pencatat", "pejabat atau pencatat"),
    ("64 lower-case hexadecimal digits", "64 digit heksadesimal huruf kecil"),
    ("a date, YYYY-MM-DD", "tanggal, YYYY-MM-DD"),
    ("a list of 1 to 8 texts", "daftar berisi 1 sampai 8 teks"),
    ("another than those before it", "lain dari yang sebelumnya"),
    (
        "a person id: 8 to 64 of a-z 0-9 . _ -, random",
        "id orang: 8 sampai 64 dari a-z 0-9 . _ -, acak",
    ),
    ("1 to 64 of a-z 0-9 . _ -", "1 sampai 64 dari a-z 0-9 . _ -"),
    ("a person id, or role/ and an office id", "id orang, atau role/ dan id jabatan"),
    ("a media type", "jenis media"),
];

fn text(id: String, en: String) -> Text {
    Text { id, en }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_posts_a_trial_is_told_where_it_belongs() {
        let found = Typ::Trial.name().to_owned();
        let error = HeaderError::WrongTyp { expected: Typ::Event, found };
        let told = jws(&JwsError::Header(error));
        assert_eq!(
            told.en,
            "This statement is only a trial (jejak-trial+jws), which is never recorded. Send it with ?dry_run=true to \
             try it, or sign the event as jejak-event+jws."
        );
        assert!(told.id.starts_with("Pernyataan ini hanya uji (jejak-trial+jws)"));
    }
}

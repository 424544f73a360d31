//! On what signer and rules rest, for people: what is proven, whose word the rest is, and what cannot be proven offline.

use jejak_ledger::log::Position;
use jejak_ledger::verdict::{Adopted, Grounds, NotCounting, ProvenEnrolment};
use serde_json::Value;

use super::words::row;

pub(super) fn rows(grounds: &Grounds) -> Vec<Value> {
    let mut rows: Vec<Value> = grounds.enrolment.iter().map(enrolled).collect();
    let adoptions = [
        (&grounds.ruleset, ("perangkat aturan itu", "the rule set")),
        (&grounds.trust, ("yang dipercaya buku besar", "what the ledger trusts")),
    ];
    for (adopted, words) in adoptions {
        rows.extend(adopted.iter().map(|adopted| self::adopted(adopted, words)));
    }
    rows.extend(grounds.is_unpinned.then(unpinned));
    rows.extend(grounds.rests_on_seat.map(seat_given));
    rows.extend(grounds.standing_by_word.then(standing_by_word));
    rows.extend(grounds.not_counting.iter().map(not_counting));
    rows.push(believed(grounds));
    rows.push(nothing_between());
    rows
}

fn enrolled(proven: &ProvenEnrolment) -> Value {
    let ProvenEnrolment { position, person, agency, class, enrolled_by, attested_at, renewed } =
        proven;
    let (by, by_whom) = match enrolled_by {
        Some(by) => (format!("oleh {by}"), format!("by {by}")),
        None => ("oleh pembukaan buku besar".to_owned(), "by the opening of the ledger".to_owned()),
    };
    let (how, how_en) = if *renewed {
        (
            format!("diperbarui pemegangnya (#{position}) dari yang didaftarkan {by}"),
            format!("was renewed by its holder (#{position}) from one enrolled {by_whom}"),
        )
    } else {
        (format!("didaftarkan {by} (#{position})"), format!("was enrolled {by_whom} (#{position})"))
    };
    let attested = attested_at.map_or_else(Default::default, |at| {
        (
            format!(", disahkan pendiri lain (#{at})"),
            format!(", attested by another founder (#{at})"),
        )
    });
    row(
        PROVEN,
        &format!("sertifikat ini {how} untuk {person}, {agency}, kelas {class}{}", attested.0),
        &format!("the certificate {how_en} for {person}, {agency}, class {class}{}", attested.1),
    )
}

fn adopted(adopted: &Adopted, (indonesian, english): (&str, &str)) -> Value {
    let (position, by) = (adopted.position, adopted.by.join(", "));
    row(
        PROVEN,
        &format!("{indonesian} ditetapkan oleh {by} (#{position})"),
        &format!("{english} was adopted by {by} (#{position})"),
    )
}

/// What is the word of the source: the state before the event, and whatever of the grounds is not proven.
fn believed(grounds: &Grounds) -> Value {
    let parts = [
        (grounds.enrolment.is_none(), ["orang, instansi", "person, agency"]),
        (true, ["jabatan", "office"]),
        (grounds.ruleset.is_none(), ["perangkat aturan", "rule set"]),
        (grounds.trust.is_none() && *grounds != Grounds::default(), TRUST),
    ];
    let open: Vec<[&str; 2]> =
        parts.into_iter().filter_map(|(is_open, texts)| is_open.then_some(texts)).collect();
    let (indonesian, english) =
        (listed(&open, |[text, _]| text, ", dan "), listed(&open, |[_, text]| text, " and "));
    let verb = if open.len() == 1 { "is" } else { "are" };
    row(
        "menurut sumber (by its word)",
        &format!(
            "{indonesian} diambil dari kata sumber bukti; `jejak audit` atas salinan buku besar memeriksa apakah itu mengikuti \
             dari log"
        ),
        &format!(
            "{english} {verb} taken by the word of the source of the evidence; `jejak audit` on a copy of the ledger checks \
             that it follows from the log"
        ),
    )
}

/// `a, b and c`.
fn listed(
    all: &[[&'static str; 2]],
    of: fn([&'static str; 2]) -> &'static str,
    last: &str,
) -> String {
    let texts: Vec<_> = all.iter().map(|one| of(*one)).collect();
    match texts.split_last() {
        Some((only, [])) => (*only).to_owned(),
        Some((end, before)) => format!("{}{last}{end}", before.join(", ")),
        None => String::new(),
    }
}

/// Whoever holds the log's key can make another opening.
fn unpinned() -> Value {
    row(
        "tidak terbukti (not proven)",
        "kebijakan tidak menyebut catatan pertama buku besar (genesis), sehingga siapa yang membukanya, dan semua yang bertumpu \
         padanya, hanya kata pemegang kunci log: `jejak ledger policy` menuliskan genesis",
        "the policy does not name the first record of the ledger (genesis), so that who opened it, and all that rests on \
         that, is only the word of whoever holds the log's key: `jejak ledger policy` writes genesis",
    )
}

/// Two registrars give it where the certificates of all authorities have ended.
fn seat_given(Position(at): Position) -> Value {
    row(
        "tidak terbukti (not proven)",
        &format!(
            "kursi pemegang otoritas yang diberikan dua pendaftar (#{at}), dan yang bertumpu padanya: bahwa sertifikat semua pemegang \
             otoritas sudah berakhir dan tidak diperbarui tidak terlihat dari berkas bukti"
        ),
        &format!(
            "the seat of an authority that two registrars gave (#{at}), and what rests on it: that the certificates of all \
             authorities had ended, and none was renewed, no file of evidence shows"
        ),
    )
}

/// A certificate that one has enrolled has no power of the ledger before another founder attests it.
fn standing_by_word() -> Value {
    row(
        "tidak terbukti (not proven)",
        "baris sertifikat dalam bukti ini menyebut pengesahan pendiri lain, atau tidak menyebut siapa yang mendaftarkannya: bahwa \
         sertifikat ini bertumpu pada kata lebih dari satu orang adalah kata sumber bukti",
        "the row of the certificate in this evidence names an attestation by another founder, or not who enrolled it: that the \
         certificate stands on more than the word of one is the word of the source",
    )
}

/// A list or response has taken it.
fn not_counting(one: &NotCounting) -> Value {
    let NotCounting { position, kind, reason } = one;
    let (text, code) = (reason.text(), reason.code());
    row(
        "tidak terbukti (not proven)",
        &format!(
            "yang bertumpu pada {kind} (#{position}): sertifikat yang menandatanganinya tidak berlaku saat dicatat, menurut daftar \
             atau jawaban penerbitnya: {} ({code})",
            text.id
        ),
        &format!(
            "what rests on {kind} (#{position}): the certificate that signed it did not count when it was recorded, by a list or \
             response of its issuer: {} ({code})",
            text.en
        ),
    )
}

/// An absence is in no statement.
fn nothing_between() -> Value {
    row(
        "tidak terbuktikan (not provable)",
        "berkas bukti tidak memuat pencabutan: bahwa penanda tangan dan yang mendaftarkannya tidak dicabut, dibekukan, atau dicopot, dan \
         tidak ada penetapan lain di antaranya, hanya terlihat dari seluruh log. Mintalah register penanda tangan per kepala pohon yang \
         lebih baru (`jejak register signers`), `jejak impact` atas sertifikat yang dicabut, atau `jejak audit` atas salinan buku besar",
        "a file of evidence holds no revocations: that neither the signer nor who enrolled him was revoked, suspended or removed, \
         and that nothing else was adopted in between, only the whole log shows. Ask for the register of signers as of a later \
         checkpoint (`jejak register signers`), `jejak impact` on a certificate that was revoked, or `jejak audit` on a copy of \
         the ledger",
    )
}

const PROVEN: &str = "terbukti (proven)";
const TRUST: [&str; 2] = ["kebijakan kepercayaan", "trust policy"];

#[cfg(test)]
mod tests {
    use jejak_ledger::verdict::Reason;

    use super::*;

    fn of(position: u64, enrolled_by: Option<&str>, renewed: bool) -> ProvenEnrolment {
        ProvenEnrolment {
            position: Position(position),
            person: "p".to_owned(),
            agency: "dinkes".to_owned(),
            class: "langsung".to_owned(),
            enrolled_by: enrolled_by.map(str::to_owned),
            attested_at: None,
            renewed,
        }
    }

    #[test]
    fn who_enrolled_and_who_renewed_are_told_apart() {
        let told = |proven| {
            let row = enrolled(&proven);
            let text = |name| row.get(name).and_then(Value::as_str).map(str::to_owned);
            ["indonesian", "english"].map(text)
        };
        let texts = |id: &str, en: &str| [Some(id.to_owned()), Some(en.to_owned())];
        let expected = texts(
            "sertifikat ini didaftarkan oleh r (#7) untuk p, dinkes, kelas langsung",
            "the certificate was enrolled by r (#7) for p, dinkes, class langsung",
        );
        assert_eq!(told(of(7, Some("r"), false)), expected);
        let expected = texts(
            "sertifikat ini diperbarui pemegangnya (#43) dari yang didaftarkan oleh r untuk p, dinkes, kelas langsung",
            "the certificate was renewed by its holder (#43) from one enrolled by r for p, dinkes, class langsung",
        );
        assert_eq!(told(of(43, Some("r"), true)), expected);
        let expected = texts(
            "sertifikat ini diperbarui pemegangnya (#43) dari yang didaftarkan oleh pembukaan buku besar untuk p, dinkes, kelas langsung",
            "the certificate was renewed by its holder (#43) from one enrolled by the opening of the ledger for p, dinkes, class langsung",
        );
        assert_eq!(told(of(43, None, true)), expected);
    }

    #[test]
    fn what_a_list_took_from_the_grounds_is_told() {
        let reason = Reason::CertificateRevoked;
        let kind = "signer.enrolled".to_owned();
        let mut grounds = Grounds::default();
        grounds.not_counting.push(NotCounting { position: Position(7), kind, reason });
        let rows = rows(&grounds);
        let row = rows.first().map(ToString::to_string).unwrap_or_default();
        for words in [
            "tidak terbukti (not proven)",
            "yang bertumpu pada signer.enrolled (#7)",
            "penerbit telah mencabut sertifikat pada saat itu (certificate-revoked)",
            "what rests on signer.enrolled (#7)",
        ] {
            assert!(row.contains(words), "{words}: {row}");
        }
    }
}

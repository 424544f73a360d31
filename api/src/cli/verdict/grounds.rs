//! On what signer and rules rest, for people: what is proven, whose word the rest is, and what cannot be proven offline.

use jejak_ledger::verdict::{Adopted, Grounds, ProvenEnrolment};
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
    let is_any_proven = !rows.is_empty();
    rows.extend(grounds.is_unpinned.then(unpinned));
    rows.push(believed(grounds));
    rows.extend(is_any_proven.then(nothing_between));
    rows
}

fn enrolled(proven: &ProvenEnrolment) -> Value {
    let ProvenEnrolment { position, person, agency, class, enrolled_by, attested_at } = proven;
    let (by, by_whom) = match enrolled_by {
        Some(by) => (format!("oleh {by}"), format!("by {by}")),
        None if position.0 > 0 => (
            "oleh pemegangnya, sebagai pembaruan sertifikat yang disebut pembukaan buku besar,"
                .to_owned(),
            "by its holder, renewing one that the opening of the ledger names,".to_owned(),
        ),
        None => ("oleh pembukaan buku besar".to_owned(), "by the opening of the ledger".to_owned()),
    };
    let attested = attested_at.map_or_else(Default::default, |at| {
        (
            format!(", disahkan pendiri lain (#{at})"),
            format!(", attested by another founder (#{at})"),
        )
    });
    row(
        PROVEN,
        &format!(
            "sertifikat ini didaftarkan {by} untuk {person}, {agency}, kelas {class} (#{position}){}",
            attested.0
        ),
        &format!(
            "the certificate was enrolled {by_whom} for {person}, {agency}, class {class} (#{position}){}",
            attested.1
        ),
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

/// An absence is in no statement.
fn nothing_between() -> Value {
    row(
        "tidak terbuktikan (not provable)",
        "bahwa di antaranya tidak ada pencabutan, pencopotan, atau penetapan lain tidak dapat dibuktikan tanpa seluruh log: \
         `jejak audit` atas salinan buku besar mengatakannya",
        "that nothing came in between (a revocation, a removal, another adoption) cannot be proven without the whole log: \
         `jejak audit` on a copy of the ledger says so",
    )
}

const PROVEN: &str = "terbukti (proven)";
const TRUST: [&str; 2] = ["kebijakan kepercayaan", "trust policy"];

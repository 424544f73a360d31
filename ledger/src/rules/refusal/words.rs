//! What stands in the way of an event, in words.

use super::phrases::{
    abbreviated, agency_ended, both, comparison, in_indonesian, in_state, mandate_reference,
    states, thing_in_words, those_entitled,
};
use super::{Text, Why};
use crate::rules::lexicon::told;

impl Why {
    /// The fact in words, without a full stop.
    #[expect(clippy::too_many_lines, reason = "one arm a fact; a table would hide the data")]
    pub fn text(&self) -> Text {
        let (id, en) = match self {
            Self::TypeUnknown { kind } => (
                format!("jenis peristiwa `{kind}` tidak dikenal"),
                format!("event type `{kind}` is unknown"),
            ),
            Self::SubjectNotOfPattern { pattern } => {
                (format!("subject harus berbentuk {pattern}"), format!("subject must be {pattern}"))
            }
            Self::SchemaVersionUnknown { newest } => (
                format!("versi skema yang berlaku adalah {newest}"),
                format!("the schema version in force is {newest}"),
            ),
            Self::FieldMissing => both("wajib diisi", "is required"),
            Self::FieldUnknown => both("isian tidak dikenal", "is not a field of this type"),
            Self::FieldNotOfKind { kind: (id, en) } => {
                (format!("harus berupa {id}"), format!("must be {en}"))
            }
            Self::TooLong { max } => (format!("paling banyak {max}"), format!("at most {max}")),
            Self::TooFewLeft { list, min } => (
                format!("paling sedikit {min} harus tersisa di {list}"),
                format!("at least {min} of {list} must be left"),
            ),
            Self::OutOfRange => both("di luar rentang", "is out of range"),
            Self::NotOneOf { allowed } => {
                let list = allowed.join(", ");
                (format!("harus salah satu dari: {list}"), format!("must be one of: {list}"))
            }
            Self::NotBelow { domains } => {
                let list = domains.join(", ");
                (
                    format!("harus berada di bawah salah satu dari: {list}"),
                    format!("must be below one of: {list}"),
                )
            }
            Self::NotAllOf { all_of } => {
                let list = all_of.join(", ");
                (format!("harus memuat semua: {list}"), format!("must contain all of: {list}"))
            }
            Self::SamePlace { other } => (
                format!("harus berbeda dari tempat {other}"),
                format!("must be another place than {other}"),
            ),
            Self::DocumentMissing { kind } => (
                format!("dokumen `{kind}` tidak dilampirkan"),
                format!("document `{kind}` is missing"),
            ),
            Self::SizeContradicted { elsewhere, size } => (
                format!(
                    "dokumen dengan SHA-256 yang sama disebut berukuran {size} bita di {elsewhere}"
                ),
                format!("the document of the same SHA-256 is {size} bytes at {elsewhere}"),
            ),
            Self::Unseen { character } => (
                format!("memuat karakter {character}, yang tidak terlihat"),
                format!("contains {character}, which nobody sees"),
            ),
            Self::OutOfTime { from, until } => (
                format!("harus antara {from} dan {until}"),
                format!("must be between {from} and {until}"),
            ),
            Self::NationalIdentityNumber => both(
                "memuat NIK; data pribadi tidak boleh ditulis di buku besar",
                "contains a national identity number, which must not enter the ledger",
            ),
            Self::OfficeRequired { offices } => {
                let list = offices.join(", ");
                (format!("`office` wajib diisi ({list})"), format!("`office` is required ({list})"))
            }
            Self::OfficeNotHeld { office, person, day } => (
                format!("{person} tidak memegang {office} pada {day}"),
                format!("{person} does not hold {office} on {day}"),
            ),
            Self::OfficeHeld { office, person, day } => (
                format!("{person} memegang {office} pada {day}, yang tidak boleh dirangkap"),
                format!("{person} holds {office} on {day}, which excludes this"),
            ),
            Self::MandateNotGiven { office, person, mandate, day } => (
                format!(
                    "{person} tidak memegang mandat {} {office} pada {day}",
                    abbreviated(*mandate)
                ),
                format!("{person} has no {} mandate for {office} on {day}", abbreviated(*mandate)),
            ),
            Self::MandateOfOtherActs { office, kind } => (
                format!("mandat untuk {office} tidak mencakup `{kind}`"),
                format!("the mandate for {office} does not cover `{kind}`"),
            ),
            Self::MandateLapsed { office, holder, day } => (
                format!("pemberi mandat {holder} tidak memegang {office} pada {day}"),
                format!("{holder}, who gave the mandate, does not hold {office} on {day}"),
            ),
            Self::MandateReference { position } => mandate_reference(*position),
            Self::MandatePassedOn => both(
                "mandat hanya dilimpahkan satu kali lagi, sebagai u.b. di bawah mandat a.n. miliknya sendiri",
                "a mandate is passed on only once more, as u.b. below one's own a.n. mandate",
            ),
            Self::MandateNotYours { entitled } => {
                let list = entitled.join(", ");
                (
                    format!(
                        "bukan mandat yang berjalan untuk jabatan ini; selebihnya diakhiri oleh: {list}"
                    ),
                    format!(
                        "not a mandate that runs for this office; the rest is ended by: {list}"
                    ),
                )
            }
            Self::NotARecorder { office } => (
                format!("{office} bukan jabatan pencatat"),
                format!("{office} is not the office of a recorder"),
            ),
            Self::NotBroughtIn { kind } => (
                format!("`{kind}` bukan tindakan yang dimasukkan sebagai RIWAYAT"),
                format!("`{kind}` is no act that is brought in from before the ledger"),
            ),
            Self::NotBeforeTheLedger { opened: Some(opened) } => (
                format!("RIWAYAT bertanggal sebelum {opened}, hari buku besar dibuka"),
                format!("RIWAYAT is dated before {opened}, the day on which the ledger was opened"),
            ),
            Self::NotBeforeTheLedger { opened: None } => both(
                "hari buku besar dibuka tidak diketahui",
                "the day on which the ledger was opened is not known",
            ),
            Self::KnownOtherwise { thing } => (
                format!("pada {thing} sudah ada yang bukan RIWAYAT, atau menunggu tanda tangan"),
                format!("{thing} has what is no RIWAYAT already, or what waits for a signature"),
            ),
            Self::DecisionOfRecorder { person } => (
                format!(
                    "{person} mencatat keputusannya sendiri; ia menandatanganinya sebagai pejabat"
                ),
                format!("{person} records his own decision; he signs it himself"),
            ),
            Self::RecorderIsParty { party } => (
                format!(
                    "tindakan itu dikenakan kepada {party}, atau mengakhirinya; pencatatnya orang dari perangkat daerah lain"
                ),
                format!(
                    "this is done to {party}, or ends what was; somebody of another agency records it"
                ),
            ),
            Self::ActorIsParty { party } => (
                format!(
                    "itu dikenakan kepada {party}; yang mengakhirinya bukan orang dari instansi itu"
                ),
                format!("that is done to {party}; nobody of that agency ends it"),
            ),
            Self::OfficeElsewhere { office, agency } => (
                format!(
                    "{office} jabatan pada {agency}, bukan kepalanya: atas nama {agency} pejabat dari instansi lain hanya \
                     melakukan yang menyebut jabatan itu"
                ),
                format!(
                    "{office} is an office of {agency}, not its headship: for {agency} somebody of another agency does only \
                     what names that office"
                ),
            ),
            Self::DecidedBefore { thing, since: Some(since) } => (
                format!(
                    "tindakan itu bertanggal sebelum {since}, hari sejak kapan {thing} berlaku demikian"
                ),
                format!("the act is dated before {since}, the day since which {thing} stands so"),
            ),
            Self::DecidedBefore { thing, since: None } => (
                format!(
                    "tindakan itu bertanggal sebelum hari sejak kapan {thing} berlaku demikian"
                ),
                format!("the act is dated before the day since which {thing} stands so"),
            ),
            Self::RevokedBefore { decided } => (
                format!("keputusan itu diambil pada {decided}; pencabutan tidak berlaku surut"),
                format!(
                    "the decision was made on {decided}; a revocation does not reach back before it"
                ),
            ),
            Self::AgencyUnknown { agency } => (
                format!("perangkat daerah `{agency}` tidak terdaftar"),
                format!("agency `{agency}` is not registered"),
            ),
            Self::RecorderElsewhere { agency, decider } => (
                format!(
                    "yang memutuskan adalah pejabat `{decider}`; perbuatan ini dicatat oleh pencatat instansi itu sendiri, \
                     bukan oleh pencatat `{agency}`"
                ),
                format!(
                    "who decided is an official of `{decider}`; this act is recorded by a recorder of that agency itself, \
                     not by one of `{agency}`"
                ),
            ),
            Self::AgencyEnded { agency, last_day, successors } => {
                agency_ended(agency, last_day, successors)
            }
            Self::NoOtherAgency { agency } => (
                format!("tidak ada perangkat daerah selain `{agency}`"),
                format!("no agency but `{agency}`"),
            ),
            Self::AgencyStands { operand } => (
                format!("perangkat daerah pada `{operand}` belum berakhir, atau ada penggantinya"),
                format!("the agency of `{operand}` has not ended, or another stands in its place"),
            ),
            Self::AgencyOrphaned { operand } => (
                format!("perangkat daerah pada `{operand}` sudah berakhir tanpa pengganti"),
                format!("the agency of `{operand}` has ended, and nobody stands in its place"),
            ),
            Self::SignsForAnotherAgency { agency } => (
                format!("sertifikatnya pada `{agency}` belum dicabut semua"),
                format!("not all of his certificates for `{agency}` are revoked"),
            ),
            Self::NoSuchRule => both(
                "perangkat aturan yang berlaku tidak memuat ketentuan itu",
                "the rule set in force has no such rule",
            ),
            Self::ActorNotEntitled { entitled } => those_entitled(entitled),
            Self::StateForbids { thing, state, allowed } => {
                let (id_list, en_list) = states(allowed);
                let (id, en) = in_state(thing, state.as_deref());
                (format!("{id}; yang diperlukan: {id_list}"), format!("{en}; needed: {en_list}"))
            }
            Self::StateExcluded { thing, state, excluded } => {
                let list = excluded.join(", ");
                let (id, en) = in_state(thing, state.as_deref());
                (
                    format!("{id}; status yang tidak diperbolehkan: {list}"),
                    format!("{en}; states not allowed: {list}"),
                )
            }
            Self::ComparisonFails { left, is, right } => {
                let (id, en) = comparison(is);
                (format!("{left} {id} {right}"), format!("{left} {en} {right}"))
            }
            Self::ValueMissing { operand } => {
                (format!("{operand} wajib ada"), format!("{operand} is required"))
            }
            Self::ValuePresent { operand } => {
                (format!("{operand} tidak boleh ada"), format!("{operand} must be absent"))
            }
            Self::ValueNotOneOf { operand, allowed } => {
                let list = allowed.join(", ");
                (
                    format!("{operand} harus salah satu dari: {list}"),
                    format!("{operand} must be one of: {list}"),
                )
            }
            Self::ValueExcluded { operand, excluded } => {
                let list = excluded.join(", ");
                (
                    format!("{operand} tidak boleh salah satu dari: {list}"),
                    format!("{operand} must be none of: {list}"),
                )
            }
            Self::CountOutside { operand, at_least, at_most: Some(most) } => (
                format!("banyaknya {operand} harus {at_least} sampai {most}"),
                format!("the number of {operand} must be {at_least} to {most}"),
            ),
            Self::CountOutside { operand, at_least, at_most: None } => (
                format!("banyaknya {operand} paling sedikit {at_least}"),
                format!("the number of {operand} must be at least {at_least}"),
            ),
            Self::ClassAbove { operand, most } => (
                format!("kelas {operand} paling tinggi {most}"),
                format!("the class {operand} must be at most {most}"),
            ),
            Self::NotAPlan { in_force: true } => both(
                "harus menyebut rencana (plan/...) yang berlaku",
                "must name a plan (plan/...) that is in force",
            ),
            Self::NotAPlan { in_force: false } => {
                both("harus menyebut rencana (plan/...)", "must name a plan (plan/...)")
            }
            Self::NotCovered { operand, of } => (
                format!("{operand} harus memuat setiap nilai dari {of}"),
                format!("{operand} must contain every value of {of}"),
            ),
            Self::ConditionBroken { condition } => (
                format!("syarat `{condition}` tidak terpenuhi"),
                format!("condition `{condition}` does not hold"),
            ),
            Self::NameTaken { holder } => {
                (format!("nama sudah dipegang {holder}"), format!("the name is held by {holder}"))
            }
            Self::NameWithoutBasis { label, names } => {
                let list = names.join(", ");
                (
                    format!("`{label}` tidak sesuai dengan: {list}"),
                    format!("`{label}` does not match: {list}"),
                )
            }
            Self::NotUnique { index, owner } => (
                format!("{} sudah dipakai {owner}", told(index)),
                format!("{} is already held by {owner}", index.replace('-', " ")),
            ),
            Self::OtherWalidata { dataset, walidata } => {
                let who = walidata.as_deref().unwrap_or("-");
                (
                    format!("walidata dari {dataset} adalah {who}"),
                    format!("the walidata of {dataset} is {who}"),
                )
            }
            Self::NotReported { dataset } => (
                format!("{dataset} tidak disebut dalam laporan insiden ini (incident.reported); laporkan lebih dulu"),
                format!("no report of this incident (incident.reported) names {dataset}; it is reported before"),
            ),
            Self::HeldByMany { index, max } => (
                format!("lebih dari {max} aliran memegang {index} ini; pihak lain tidak dicatat di samping pemegangnya"),
                format!("more than {max} streams hold this {index}; nobody else is recorded beside their owner"),
            ),
            Self::Unscored { indicators } => {
                let list = indicators.join(", ");
                (format!("belum dinilai: {list}"), format!("not scored: {list}"))
            }
            Self::OtherThanScored { difference } => {
                (in_indonesian(difference), difference.to_string())
            }
            Self::CertificateEnrolled { certificate, state } => (
                format!("sertifikat {certificate} sudah pernah didaftarkan ({state})"),
                format!("certificate {certificate} was enrolled before ({state})"),
            ),
            Self::KeyEnrolled { person } => (
                format!("kunci publik ini milik {person} atau sudah dicabut"),
                format!("this public key is {person}'s or was revoked"),
            ),
            Self::EnrolmentMismatch => both(
                "sertifikat tidak cocok dengan isi peristiwa",
                "the certificates do not match the data",
            ),
            Self::CertificateNotActive { certificate } => (
                format!("sertifikat {certificate} bukan sertifikat aktif orang ini"),
                format!("certificate {certificate} is not an active one of this person"),
            ),
            Self::CertificateNotAttested { certificate } => (
                format!(
                    "sertifikat {certificate} didaftarkan oleh satu orang saja dan menunggu pengesahan pendiri lain (signer.attested)"
                ),
                format!(
                    "certificate {certificate} was enrolled by one person alone and waits for another founder's attestation (signer.attested)"
                ),
            ),
            Self::CertificateAttested { certificate } => (
                format!("sertifikat {certificate} sudah sah dan tidak menunggu pengesahan"),
                format!("certificate {certificate} counts already and waits for no attestation"),
            ),
            Self::RenewalOfAnother { certificate } => (
                format!(
                    "yang memperbarui sertifikatnya sendiri menandatangani dengan sertifikat lama dan menyebutnya: {certificate}"
                ),
                format!(
                    "who renews his own certificate signs with the old one and names it: {certificate}"
                ),
            ),
            Self::KeyBanned { person } => (
                format!(
                    "kunci publik ini milik {person} dan dilaporkan bocor; tidak pernah didaftarkan lagi, dengan sertifikat apa pun"
                ),
                format!(
                    "this public key was {person}'s and was reported compromised: it never enrols again, whatever the certificate"
                ),
            ),
            Self::AgencyOfFounders { agency, persons } => {
                let persons = persons.join(", ");
                (
                    format!(
                        "pendiri buku besar masih menandatangani untuk {agency}: {persons}; mereka pindah lebih dahulu"
                    ),
                    format!(
                        "founders of the ledger still sign for {agency}: {persons}; they move first"
                    ),
                )
            }
            Self::EventUnknown => both(
                "tidak ada peristiwa dengan instansi, id, dan kunci peristiwa ini",
                "there is no event of this agency, id and event key",
            ),
            Self::EventNotHeld { position } => (
                format!("pernyataan pada posisi {position} tidak lagi disimpan"),
                format!("the statement at position {position} is not held"),
            ),
            Self::TooMuchFollowed { events_max, bytes_max } => (
                format!(
                    "terlalu banyak peristiwa sesudahnya: yang ditelusuri paling banyak {events_max} peristiwa dan {bytes_max} bita pernyataan"
                ),
                format!(
                    "too much has followed: at most {events_max} later events and {bytes_max} bytes of their statements are looked into"
                ),
            ),
            Self::EventOfAnotherStream { subject } => (
                format!("peristiwa itu milik aliran {subject}"),
                format!("the event is one of the stream {subject}"),
            ),
            Self::EventStructural { kind } => (
                format!(
                    "`{kind}` tidak dibetulkan atau dibatalkan, hanya diganti dengan tindakan berikutnya"
                ),
                format!("`{kind}` is neither corrected nor voided, only superseded by a later act"),
            ),
            Self::EventVoided => both("peristiwa itu sudah dibatalkan", "the event was voided"),
            Self::NotTheNewest { thing, position } => {
                let (id, en) = thing_in_words(thing);
                (
                    format!(
                        "{id} sudah diubah oleh peristiwa pada posisi {position}; batalkan yang terbaru lebih dulu"
                    ),
                    format!(
                        "{en} was changed by the event at position {position}; void the newest first"
                    ),
                )
            }
            Self::FieldDecides { field } => (
                format!(
                    "`{field}` menentukan keputusan; bukan salah tulis: batalkan (event.voided) atau cabut tindakannya"
                ),
                format!(
                    "`{field}` decides something and is no slip of the pen: void the event (event.voided) or revoke the act"
                ),
            ),
            Self::FieldTwice { field } => (
                format!("`{field}` disebut dua kali dalam satu pembetulan"),
                format!("`{field}` is named twice in one correction"),
            ),
            Self::NothingCorrected => {
                both("sama dengan isi yang berlaku", "is the value that stands there already")
            }
            Self::OtherDocument => both(
                "menyebut dokumen lain (SHA-256 berbeda); bukan salah tulis",
                "names another document (another SHA-256), which is no slip of the pen",
            ),
            Self::NoDecision { kind } => (
                format!("`{kind}` bukan keputusan yang dapat dicabut atau dibatalkan"),
                format!("`{kind}` is no decision that could be revoked or annulled"),
            ),
            Self::EventPending => both(
                "tindakan itu masih menunggu tanda tangan; batalkan (event.voided) lalu buat yang benar",
                "the act still waits for a signature; void it (event.voided) and do it anew",
            ),
            Self::NothingAwaited => both(
                "tindakan itu tidak menunggu tanda tangan ini",
                "the act does not wait for this signature",
            ),
            Self::CertificateOfEarlierWord { certificate } => (
                format!(
                    "sertifikat {certificate} orang ini didaftarkan sebelum pengesahan ada; cabut lebih dahulu"
                ),
                format!(
                    "certificate {certificate} of this person was enrolled before there were attestations; revoke it before"
                ),
            ),
            Self::CertificateOfPerson => (
                "ini sertifikat orang (keyUsage nonRepudiation, tanpa organizationIdentifier); layanan perlu sertifikat \
                 sistem atau segel instansi"
                    .to_owned(),
                "this is a person's certificate (keyUsage nonRepudiation, no organizationIdentifier): a service needs one of \
                 a system, or a seal"
                    .to_owned(),
            ),
            Self::TooManyCertificates { max } => (
                format!(
                    "orang ini sudah mempunyai {max} sertifikat yang belum dicabut; cabut salah satu lebih dahulu"
                ),
                format!(
                    "this person has {max} certificates already that were not revoked; revoke one before"
                ),
            ),
            Self::TooManyWait { max } => (
                format!(
                    "{max} tindakan orang ini sudah menunggu tanda tangan di aliran ini; batalkan salah satu (event.voided)"
                ),
                format!(
                    "{max} acts of this person wait for a signature in this stream already; void one (event.voided)"
                ),
            ),
            Self::WaitedTooLong { until } => (
                format!("tindakan itu menunggu sampai {until}; buat yang baru"),
                format!("the act waited until {until}; do it anew"),
            ),
            Self::DecisionEnded => both(
                "keputusan itu sudah dicabut atau dibatalkan",
                "the decision was revoked or annulled",
            ),
            Self::DecisionReplaced { thing, position } => (
                format!("{thing} sudah diputuskan lagi pada posisi {position}"),
                format!("{thing} was decided again at position {position}"),
            ),
        };
        Text { id, en }
    }
}

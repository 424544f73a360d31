//! What can stand in the way of an event, as states of the world, and their wording.

use super::{Language, Text};
use crate::evaluation::Difference;
use crate::event::Mandate;
use crate::log::Position;

/// What stands in the way, as a state of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The rule set has no such event type.
    TypeUnknown {
        /// The type.
        kind: String,
    },
    /// The subject does not follow the type's pattern.
    SubjectNotOfPattern {
        /// The pattern: `subdomain/{fqdn:fqdn}`.
        pattern: String,
    },
    /// The event names a version of the schema that the rule set does not have.
    SchemaVersionUnknown {
        /// The version in force.
        newest: u32,
    },
    /// A required field is not there.
    FieldMissing,
    /// No such field is defined.
    FieldUnknown,
    /// The value is not of the field's kind.
    FieldNotOfKind {
        /// The kind in words, Indonesian and English.
        kind: (&'static str, &'static str),
    },
    /// The value is too long, or has too many members.
    TooLong {
        /// The limit.
        max: usize,
    },
    /// Fewer would be left than a list of the ledger must have.
    TooFewLeft {
        /// The list: `registrars`.
        list: &'static str,
        /// So many must be left.
        min: usize,
    },
    /// The value lies outside its range.
    OutOfRange,
    /// The value is not in the closed list.
    NotOneOf {
        /// The list.
        allowed: Vec<String>,
    },
    /// The value is a name below none of the domains.
    NotBelow {
        /// The domains.
        domains: Vec<String>,
    },
    /// The list lacks some of the values.
    NotAllOf {
        /// The values.
        all_of: Vec<String>,
    },
    /// The place is that of another thing.
    SamePlace {
        /// How the rule set names the place of the other.
        other: String,
    },
    /// A document of this kind is required.
    DocumentMissing {
        /// The kind.
        kind: String,
    },
    /// A national identity number (NIK) stands in clear.
    NationalIdentityNumber,
    /// The event gives the document of this digest another size elsewhere.
    SizeContradicted {
        /// Where.
        elsewhere: String,
        /// Which.
        size: u64,
    },
    /// The rule asks for an office and the event names none.
    OfficeRequired {
        /// The offices that the rule accepts; empty where any headship does.
        offices: Vec<String>,
    },
    /// The person does not hold that office on that day, or not under that mandate.
    OfficeNotHeld {
        /// The office.
        office: String,
        /// The person.
        person: String,
        /// The day on which it is judged.
        day: String,
    },
    /// The person holds an office that the rule excludes.
    OfficeHeld {
        /// The office.
        office: String,
        /// The person.
        person: String,
        /// The day on which it is judged.
        day: String,
    },
    /// Nobody gave him that mandate, or it does not run on that day.
    MandateNotGiven {
        /// The office.
        office: String,
        /// The person.
        person: String,
        /// In whose place.
        mandate: Mandate,
        /// The day on which it is judged.
        day: String,
    },
    /// The mandate is for other acts.
    MandateOfOtherActs {
        /// The office.
        office: String,
        /// The event type.
        kind: String,
    },
    /// He who gave the mandate no longer holds the office.
    MandateLapsed {
        /// The office.
        office: String,
        /// The holder who gave it.
        holder: String,
        /// The day on which it is judged.
        day: String,
    },
    /// `mandateref` does not name what gives the mandate.
    MandateReference {
        /// Where the event that gives it stands.
        position: Option<i64>,
    },
    /// A mandate is passed on once, as u.b. below an a.n. mandate.
    MandatePassedOn,
    /// The tenure or mandate is not his to end.
    MandateNotYours {
        /// Who may.
        entitled: Vec<String>,
    },
    /// The office is not that of a recorder.
    NotARecorder {
        /// The office.
        office: String,
    },
    /// The signatory's agency stands in no register.
    AgencyUnknown {
        /// The agency.
        agency: String,
    },
    /// The agency was merged into others or dissolved.
    AgencyEnded {
        /// The agency.
        agency: String,
        /// Its last day.
        last_day: String,
        /// The agencies that stand in its place.
        successors: Vec<String>,
    },
    /// He has certificates for another agency, which must be revoked first.
    SignsForAnotherAgency {
        /// The agency.
        agency: String,
    },
    /// None of the actors whom the rule names signed.
    ActorNotEntitled {
        /// The actors and who they are: `DINAS (agency with the function kominfo)`.
        entitled: Vec<Text>,
    },
    /// The stream is in another state.
    StateForbids {
        /// The thing.
        thing: String,
        /// Its state.
        state: String,
        /// The states in which the act is possible.
        allowed: Vec<String>,
    },
    /// The stream is in a state in which the act is not possible.
    StateExcluded {
        /// The thing.
        thing: String,
        /// Its state.
        state: String,
        /// The states in which the act is not possible.
        excluded: Vec<String>,
    },
    /// A value does not stand to another as the rule demands.
    ComparisonFails {
        /// The value, and what it is: `data.year (2025)`.
        left: String,
        /// How it must stand to the other: `==`, `>=`.
        is: &'static str,
        /// The other.
        right: String,
    },
    /// A value that must be there is not.
    ValueMissing {
        /// How the rule set names it: `this.plan`.
        operand: String,
    },
    /// A value is there that must not be.
    ValuePresent {
        /// How the rule set names it.
        operand: String,
    },
    /// The value is not one of those that the rule admits.
    ValueNotOneOf {
        /// How the rule set names it.
        operand: String,
        /// The values.
        allowed: Vec<String>,
    },
    /// The value is one that the rule excludes.
    ValueExcluded {
        /// How the rule set names it.
        operand: String,
        /// The values.
        excluded: Vec<String>,
    },
    /// Too few or too many members.
    CountOutside {
        /// How the rule set names the list.
        operand: String,
        /// Fewest.
        at_least: usize,
        /// Most, where there is a limit.
        at_most: Option<usize>,
    },
    /// A data class above another.
    ClassAbove {
        /// How the rule set names the class.
        operand: String,
        /// The highest that is admitted.
        most: String,
    },
    /// Not a reference to a plan, or to one in force.
    NotAPlan {
        /// Must the plan be in force?
        in_force: bool,
    },
    /// The rule set in force has no rule with that id.
    NoSuchRule,
    /// A list lacks values of another.
    NotCovered {
        /// How the rule set names the list.
        operand: String,
        /// How it names the other.
        of: String,
    },
    /// A condition of the rule does not hold.
    ConditionBroken {
        /// The kind of the condition.
        condition: &'static str,
    },
    /// Somebody else holds the name.
    NameTaken {
        /// The holder.
        holder: String,
    },
    /// The name matches neither the agency nor the application.
    NameWithoutBasis {
        /// The label in question.
        label: String,
        /// The names it was compared with.
        names: Vec<String>,
    },
    /// The value is held by somebody else.
    NotUnique {
        /// The index.
        index: String,
        /// Who holds it.
        owner: String,
    },
    /// The data set has another walidata.
    OtherWalidata {
        /// The data set.
        dataset: String,
        /// Its walidata, where known.
        walidata: Option<String>,
    },
    /// Indicators are without a score.
    Unscored {
        /// Their columns: `i22`.
        indicators: Vec<String>,
    },
    /// What is published does not follow from the scores of the external assessors.
    OtherThanScored {
        /// Where they differ.
        difference: Difference,
    },
    /// The certificate was enrolled before.
    CertificateEnrolled {
        /// Its thumbprint in hex.
        certificate: String,
        /// `active` or `revoked`.
        state: String,
    },
    /// The public key belongs to somebody else, or was revoked.
    KeyEnrolled {
        /// The person who has it.
        person: String,
    },
    /// The certificates of the event are not those its data speak of.
    EnrolmentMismatch,
    /// The certificate is not one of this person's active ones.
    CertificateNotActive {
        /// Its thumbprint in hex.
        certificate: String,
    },
    /// One alone has enrolled the certificate of an authority, registrar or service: it waits for another founder.
    CertificateNotAttested {
        /// Its thumbprint in hex.
        certificate: String,
    },
    /// The certificate needs no attestation, or no other.
    CertificateAttested {
        /// Its thumbprint in hex.
        certificate: String,
    },
    /// Who renews his own certificate signs with it, and names it.
    RenewalOfAnother {
        /// The certificate that he signs with.
        certificate: String,
    },
    /// The private key was reported compromised: it never enrols again, whatever the certificate.
    KeyBanned {
        /// Whose it was.
        person: String,
    },
    /// Authorities, registrars or services of the ledger sign for the agency still.
    AgencyOfFounders {
        /// The agency.
        agency: String,
        /// Who they are.
        persons: Vec<String>,
    },
    /// The ledger has no event of this source, id and event key.
    EventUnknown,
    /// What the decision rests on stands in the log, but its statement is not held.
    EventNotHeld {
        /// Where it stands.
        position: Position,
    },
    /// More has followed on the event than is looked into.
    TooMuchFollowed {
        /// Most later events of one thing.
        events_max: usize,
        /// Most bytes of their statements.
        bytes_max: usize,
    },
    /// The event is one of another stream.
    EventOfAnotherStream {
        /// Its stream.
        subject: String,
    },
    /// The event is structural: it is superseded by a later one, never corrected or voided.
    EventStructural {
        /// Its type.
        kind: String,
    },
    /// The event was voided.
    EventVoided,
    /// A later event has changed what the event changed.
    NotTheNewest {
        /// The thing that it changed.
        thing: String,
        /// Where the later event stands.
        position: Position,
    },
    /// Something is decided by the field.
    FieldDecides {
        /// The field.
        field: String,
    },
    /// The correction names the field twice.
    FieldTwice {
        /// The field.
        field: String,
    },
    /// The value is the one that stands there.
    NothingCorrected,
    /// The value names another document, by its digest.
    OtherDocument,
    /// The event is no decision that could be revoked or annulled.
    NoDecision {
        /// Its type.
        kind: String,
    },
    /// The decision was revoked or annulled.
    DecisionEnded,
    /// The act waits for a signature.
    EventPending,
    /// The act waits for no signature, or not for his.
    NothingAwaited,
    /// As many of his acts wait as may.
    TooManyWait {
        /// The bound.
        max: usize,
    },
    /// The act has waited for its second signature as long as it may.
    WaitedTooLong {
        /// Until then, RFC 3339.
        until: String,
    },
    /// A later decision stands in its place.
    DecisionReplaced {
        /// The stream.
        thing: String,
        /// Where the later decision stands.
        position: Position,
    },
}

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
            Self::MandateReference { position } => {
                let at = position.map_or_else(String::new, |position| format!(" {position}"));
                (
                    format!(
                        "harus menyebut yang memberi mandat: posisi{at} atau id peristiwanya, nomor atau SHA-256 keputusannya"
                    ),
                    format!(
                        "must name what gives the mandate: position{at} or id of its event, number or SHA-256 of its decision"
                    ),
                )
            }
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
            Self::AgencyUnknown { agency } => (
                format!("perangkat daerah `{agency}` tidak terdaftar"),
                format!("agency `{agency}` is not registered"),
            ),
            Self::AgencyEnded { agency, last_day, successors } => {
                let (id, en) = match successors.join(", ") {
                    list if list.is_empty() => (String::new(), String::new()),
                    list => (format!("; penggantinya: {list}"), format!("; in its place: {list}")),
                };
                (
                    format!("perangkat daerah `{agency}` berakhir pada {last_day}{id}"),
                    format!("agency `{agency}` ended on {last_day}{en}"),
                )
            }
            Self::SignsForAnotherAgency { agency } => (
                format!("sertifikatnya pada `{agency}` belum dicabut semua"),
                format!("not all of his certificates for `{agency}` are revoked"),
            ),
            Self::NoSuchRule => both(
                "himpunan aturan yang berlaku tidak memuat ketentuan itu",
                "the rule set in force has no such rule",
            ),
            Self::ActorNotEntitled { entitled } => {
                let list = |language| {
                    let texts = entitled.iter().map(|actor| actor.in_language(language));
                    texts.collect::<Vec<_>>().join("; ")
                };
                let (id, en) = (list(Language::Indonesian), list(Language::English));
                (format!("yang berwenang: {id}"), format!("entitled: {en}"))
            }
            Self::StateForbids { thing, state, allowed } => {
                let list = allowed.join(", ");
                (
                    format!("{thing} berstatus {state}; yang diperlukan: {list}"),
                    format!("{thing} is in state {state}; needed: {list}"),
                )
            }
            Self::StateExcluded { thing, state, excluded } => {
                let list = excluded.join(", ");
                (
                    format!("{thing} berstatus {state}; status yang tidak diperbolehkan: {list}"),
                    format!("{thing} is in state {state}; states not allowed: {list}"),
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
                format!("{index} sudah dipakai {owner}"),
                format!("{index} is already held by {owner}"),
            ),
            Self::OtherWalidata { dataset, walidata } => {
                let who = walidata.as_deref().unwrap_or("-");
                (
                    format!("walidata dari {dataset} adalah {who}"),
                    format!("the walidata of {dataset} is {who}"),
                )
            }
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
            Self::NotTheNewest { thing, position } => (
                format!(
                    "{thing} sudah diubah oleh peristiwa pada posisi {position}; batalkan yang terbaru lebih dulu"
                ),
                format!(
                    "{thing} was changed by the event at position {position}; void the newest first"
                ),
            ),
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

fn in_indonesian(difference: &Difference) -> String {
    match difference {
        Difference::DomainCount { published, held } => {
            format!("{published} domain diumumkan, instrumen memiliki {held}")
        }
        Difference::Domain { number, published, computed } => {
            format!("domain {number} diumumkan {published}, menurut penilaian {computed}")
        }
        Difference::Index { published, computed } => {
            format!("indeks diumumkan {published}, menurut penilaian {computed}")
        }
        Difference::Predicate { published, computed } => {
            format!("predikat diumumkan {published}, menurut penilaian {computed}")
        }
    }
}

/// As it stands before a signature.
fn abbreviated(mandate: Mandate) -> &'static str {
    match mandate {
        Mandate::An => "a.n.",
        Mandate::Ub => "u.b.",
        own => own.as_str(),
    }
}

fn both(id: &str, en: &str) -> (String, String) {
    (id.to_owned(), en.to_owned())
}

/// What the sign of a comparison demands.
fn comparison(sign: &str) -> (&'static str, &'static str) {
    match sign {
        "==" => ("harus sama dengan", "must be the same as"),
        "!=" => ("harus berbeda dari", "must differ from"),
        "<" => ("harus kurang dari", "must be less than"),
        "<=" => ("tidak boleh lebih dari", "must not be more than"),
        ">" => ("harus lebih dari", "must be more than"),
        _ => ("tidak boleh kurang dari", "must not be less than"),
    }
}

//! The words of rule sets, states and choices, as people say them. Rule sets and events keep to one spelling, which is
//! English; who reads Indonesian reads the word and the spelling behind it: `diberikan (granted)`.

/// A state or a choice in Indonesian, with its spelling; only the spelling where the lexicon has none.
pub(crate) fn told(word: &str) -> String {
    match WORDS.iter().find(|(spelling, _)| *spelling == word) {
        Some((_, indonesian)) => format!("{indonesian} ({word})"),
        None => word.to_owned(),
    }
}

/// Several of them, with commas.
pub(crate) fn told_all<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(told).collect::<Vec<_>>().join(", ")
}

const WORDS: &[(&str, &str)] = &[
    // States.
    ("none", "belum ada"),
    ("active", "aktif"),
    ("adopted", "ditetapkan"),
    ("agency", "perangkat daerah"),
    ("breached", "kerahasiaan dilanggar"),
    ("built", "dibangun"),
    ("candidate", "calon PSE"),
    ("cleared", "diizinkan"),
    ("closed", "ditutup"),
    ("coordinated", "dikoordinasikan"),
    ("disposed", "dihapuskan"),
    ("documented", "dinilai menurut dokumen"),
    ("drafted", "disusun"),
    ("ended", "berakhir"),
    ("established", "dibentuk"),
    ("final", "final"),
    ("followed_up", "ditindaklanjuti"),
    ("granted", "diberikan"),
    ("granted+requested", "diberikan dengan permohonan baru"),
    ("handled", "ditangani"),
    ("held", "dipegang"),
    ("imposed", "dijatuhkan"),
    ("in_force", "berlaku"),
    ("in_force+drafted", "berlaku dengan rancangan baru"),
    ("in_office", "menjabat"),
    ("in_use", "dipakai"),
    ("in_use+requested", "dipakai dengan permohonan baru"),
    ("interviewed", "dinilai dengan wawancara"),
    ("live", "beroperasi"),
    ("live+built", "beroperasi, dan yang berikut dibangun"),
    ("live+cleared", "beroperasi, dan yang berikut diizinkan"),
    ("live+coordinated", "beroperasi, dan yang berikut dikoordinasikan"),
    ("live+verified", "beroperasi, dan yang berikut lolos uji"),
    ("managed_by_dinas", "dikelola OPD Kominfo"),
    ("misuse_again", "disalahgunakan lagi di samping sanksi yang berjalan"),
    ("misuse_open", "disalahgunakan dan belum dijatuhi sanksi"),
    ("misuse_sanctioned", "disalahgunakan dan sudah dijatuhi sanksi"),
    ("notified", "walidata diberi tahu"),
    ("offered", "ditawarkan"),
    ("offered+built", "ditawarkan, dan yang berikut dibangun"),
    ("offered+cleared", "ditawarkan, dan yang berikut diizinkan"),
    ("offered+coordinated", "ditawarkan, dan yang berikut dikoordinasikan"),
    ("offered+verified", "ditawarkan, dan yang berikut lolos uji"),
    ("open", "terbuka"),
    ("provided", "tersedia"),
    ("pse", "PSE"),
    ("published", "diumumkan"),
    ("received", "diterima"),
    ("recorded", "dicatat"),
    ("refused", "ditolak"),
    ("registered", "terdaftar"),
    ("reported", "dilaporkan"),
    ("requested", "dimohonkan"),
    ("retired", "tidak dipakai lagi"),
    ("returned", "dikembalikan"),
    ("revising", "sedang diubah"),
    ("revoked", "dicabut"),
    ("annulled", "dibatalkan"),
    ("scoring", "sedang dinilai"),
    ("self_assessed", "dinilai mandiri"),
    ("staffed", "timnya dibentuk"),
    ("submitted", "disampaikan"),
    ("suspended", "dibekukan sementara"),
    ("validated", "divalidasi"),
    ("verified", "lolos uji"),
    ("visited", "dinilai dengan kunjungan"),
    // Choices.
    ("administrative", "administratif"),
    ("an", "atas nama"),
    ("apbd", "APBD"),
    ("application", "aplikasi"),
    ("application-security", "keamanan aplikasi"),
    ("architecture", "arsitektur"),
    ("architecture-design", "dokumen arsitektur atau desain"),
    ("at-request", "atas permintaan"),
    ("backbone", "jaringan backbone"),
    ("broken", "rusak berat"),
    ("bus", "sistem penghubung layanan"),
    ("central", "instansi pusat"),
    ("complaint-handling", "pengelolaan pengaduan"),
    ("control", "pengendalian"),
    ("coordination", "koordinasi"),
    ("critical", "kritis"),
    ("damaged", "rusak ringan"),
    ("data", "data"),
    ("data-centre", "pusat data"),
    ("end-user", "perangkat pengguna akhir"),
    ("executor-profile", "profil pelaksana"),
    ("expired", "kedaluwarsa"),
    ("failed", "tidak lolos"),
    ("formal-education", "pendidikan formal"),
    ("general", "umum"),
    ("good", "baik"),
    ("guidance", "bimbingan"),
    ("handover-minutes", "berita acara serah terima"),
    ("high", "tinggi"),
    ("holder-ended", "pemegangnya berakhir"),
    ("ict", "TIK"),
    ("incomplete", "tidak lengkap"),
    ("input", "masukan"),
    ("internal-security", "keamanan informasi internal"),
    ("keep", "tetap"),
    ("keputusan-bupati", "Keputusan Bupati"),
    ("kominfo", "komunikasi dan informatika"),
    ("lan", "jaringan lokal"),
    ("limited", "terbatas"),
    ("low", "rendah"),
    ("maintenance", "pemeliharaan"),
    ("manual", "dokumen manual"),
    ("medium", "sedang"),
    ("missing", "hilang"),
    ("misuse", "penyalahgunaan"),
    ("name-taken", "nama sudah dipakai"),
    ("naming", "penamaan tidak sesuai"),
    ("non-pns", "bukan PNS"),
    ("official-letter", "surat resmi"),
    ("opd", "OPD"),
    ("operation", "pengelolaan operasional"),
    ("oral-warning", "peringatan lisan"),
    ("other", "lain-lain"),
    ("outreach", "sosialisasi dan koordinasi"),
    ("oversight", "pengawasan"),
    ("participation", "peran serta masyarakat"),
    ("passed", "lolos"),
    ("people", "pengembangan SDM"),
    ("peraturan-bupati", "Peraturan Bupati"),
    ("performance-rating", "penilaian kinerja"),
    ("physical", "fisik"),
    ("pj", "penjabat"),
    ("plh", "pelaksana harian"),
    ("plt", "pelaksana tugas"),
    ("pns", "PNS"),
    ("policy", "kebijakan"),
    ("procurement", "pengadaan"),
    ("professional-development", "peningkatan profesionalisme"),
    ("promotion", "promosi"),
    ("provider-profile", "profil penyelenggara"),
    ("recovery-centre", "pusat pemulihan bencana"),
    ("registration-form", "formulir registrasi"),
    ("repair", "perbaikan"),
    ("replacement", "penggantian"),
    ("request", "permintaan"),
    ("revise", "diubah"),
    ("roadmap", "peta jalan"),
    ("secret", "rahasia"),
    ("security", "keamanan"),
    ("service-charter", "maklumat pelayanan"),
    ("service-standard", "standar pelayanan"),
    ("software-requirements", "dokumen kebutuhan perangkat lunak"),
    ("source-code", "kode sumber"),
    ("special", "khusus"),
    ("stakeholder", "pemangku kepentingan"),
    ("strategy", "strategi"),
    ("supervision", "supervisi"),
    ("technical", "teknis"),
    ("technical-document", "dokumen teknis"),
    ("technical-guidance", "bimbingan teknis"),
    ("technical-training", "pendidikan dan latihan teknis"),
    ("test-report", "laporan hasil uji"),
    ("transfer", "mutasi"),
    ("ub", "untuk beliau"),
    ("unknown", "tidak diketahui"),
    ("unused", "tidak dipakai"),
    ("vision-mission", "visi dan misi"),
    ("written-notice", "pemberitahuan tertulis"),
    ("written-warning", "peringatan tertulis (surat teguran)"),
    ("true", "ya"),
    ("false", "tidak"),
    // What is held once.
    ("cable-code", "kode kabel"),
    ("centre-address", "alamat pusat"),
    ("civil-servant", "status kepegawaian"),
    ("dataset-maker", "pembuat data"),
    ("dataset-topic", "topik data"),
];

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::collections::BTreeSet;

    use super::*;
    use crate::rules::{BENGKAYANG_19_2020, RuleSet};

    #[test]
    fn a_word_is_told_with_its_spelling() {
        assert_eq!(told("granted"), "diberikan (granted)");
        assert_eq!(told("II.a"), "II.a");
        assert_eq!(told_all(["passed", "failed"]), "lolos (passed), tidak lolos (failed)");
        let spellings: BTreeSet<_> = WORDS.iter().map(|(spelling, _)| spelling).collect();
        assert_eq!(spellings.len(), WORDS.len(), "a word stands twice");
    }

    #[test]
    fn every_state_of_bengkayang_has_a_word() {
        let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
        let own = rules.acts().filter(|act| !act.rule.starts_with("SYS."));
        let steps = own.flat_map(|act| &act.transitions);
        let states = steps.flat_map(|step| step.from.iter().chain(&step.to));
        let without: BTreeSet<_> =
            states.filter(|state| *state != "*" && told(state) == **state).collect();
        assert!(without.is_empty(), "{without:?}");
    }
}

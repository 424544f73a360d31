//! What the structural rules say that stand in the program: those of the acts' builtins that no row, field or condition
//! of `rulesets/structural-*.toml` has words for. The documents of earlier versions are frozen; what a rule says decides
//! nothing, and is told under every version.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::rules::refusal::Text;

/// The words of a structural rule.
pub(crate) fn sentence(rule: &str) -> Option<&'static Text> {
    BY_RULE.get(rule)
}

static BY_RULE: LazyLock<BTreeMap<&str, Text>> = LazyLock::new(|| {
    let text = |id: &str, en: &str| Text { id: id.to_owned(), en: en.to_owned() };
    SENTENCES.iter().map(|(rule, id, en)| (*rule, text(id, en))).collect()
});

/// Rule, Indonesian, English; as docs/rules.md has them at greater length.
const SENTENCES: [(&str, &str, &str); 32] = [
    (
        "SYS.0.1",
        "Nomor induk kependudukan (NIK) tidak ditulis terang dalam peristiwa.",
        "No national identity number stands in clear in an event.",
    ),
    (
        "SYS.0.2",
        "Dokumen yang disebut dua kali dalam satu peristiwa berukuran satu.",
        "A document that an event cites twice has one size.",
    ),
    (
        "SYS.0.3",
        "Teks yang menamai sesuatu tidak memuat karakter yang tidak terlihat.",
        "A text that names something has no characters that nobody sees.",
    ),
    (
        "SYS.0.4",
        "Tanggal dan waktu tidak sebelum 17 Agustus 1945, dan yang disebut telah terjadi tidak di masa depan.",
        "Days and times are not before 17 August 1945, and what is said to have happened is not to come.",
    ),
    (
        "SYS.1.1",
        "Buku besar dibuka satu kali, dan pembukaannya adalah peristiwa pertama.",
        "A ledger is opened once, and its opening is the first event.",
    ),
    ("SYS.4.2", "Sertifikat didaftarkan satu kali.", "A certificate enrols once."),
    (
        "SYS.4.3",
        "Kunci publik milik satu orang dan didaftarkan satu kali; perpanjangan membawa kunci baru.",
        "A public key is one person's and enrols once; a renewal brings a new one.",
    ),
    (
        "SYS.4.4",
        "Rantai sertifikat adalah yang disebut isi peristiwa.",
        "The chain of certificates is the one that the data speak of.",
    ),
    (
        "SYS.4.6",
        "Pemegang otoritas dan pendaftar didaftarkan oleh pemegang otoritas, yang lain oleh pendaftar.",
        "Authorities and registrars are enrolled by an authority, everybody else by a registrar.",
    ),
    // Of the second signature, too, whose row says nothing of it.
    (
        "SYS.4.9",
        "Yang mendaftarkan suatu sertifikat tidak mengesahkannya.",
        "Nobody attests a certificate that he enrolled himself.",
    ),
    (
        "SYS.4.11",
        "Penanda tangan mempunyai paling banyak 8 sertifikat yang belum dicabut.",
        "A signer has at most 8 certificates that were not revoked.",
    ),
    (
        "SYS.4.12",
        "Sertifikat orang tidak didaftarkan untuk sistem: layanan menandatangani dengan sertifikat sistem atau segel instansi.",
        "A person's certificate is enrolled for no system: a service signs with the certificate of a system or a seal.",
    ),
    (
        "SYS.5.2",
        "Yang dicabut adalah sertifikat aktif orang itu.",
        "What is revoked is an active certificate of that person.",
    ),
    (
        "SYS.5.3",
        "Sertifikat pemegang otoritas atau pendaftar dicabut oleh pemegang otoritas atau olehnya sendiri, dan yang terakhir masih berlaku tidak dengan satu kunci saja.",
        "The certificate of an authority or a registrar is revoked by an authority or by himself, and his last one that counts not with one key alone.",
    ),
    (
        "SYS.7.2",
        "Yang diakhiri adalah masa jabatan yang masih berjalan.",
        "What ends is a tenure that runs.",
    ),
    (
        "SYS.7.3",
        "Mandat diakhiri seperti masa jabatan, juga oleh pemegang jabatan yang memberikannya; selain itu ia tidak mengakhiri apa pun.",
        "A mandate ends as a tenure does, also by the holder who gave it; he ends nothing else.",
    ),
    (
        "SYS.8.2",
        "Pemegang jabatan yang atas namanya mandat diberikan memegang jabatan itu ketika mandat mulai; ia memberikan mandatnya sendiri.",
        "The holder in whose name a mandate is given holds the office when it begins; a holder gives his own.",
    ),
    (
        "SYS.9.2",
        "Peristiwa terdahulu hanya dibetulkan atau dibatalkan oleh yang menandatangani atau memutuskannya, oleh yang berwenang atas tindakan itu, atau oleh pemegang otoritas buku besar.",
        "Only he who signed or decided an earlier event, whoever may do the act, or an authority of the ledger corrects or voids it.",
    ),
    (
        "SYS.10.2",
        "Keputusan diakhiri oleh pejabat yang kini memegang jabatan yang memutuskannya; bila tanpa jabatan, oleh yang kini berwenang memutuskannya.",
        "A decision is ended by the present holder of the office that made it; where no office did, by whoever may make it today.",
    ),
    (
        "SYS.10.3",
        "Yang diakhiri adalah keputusan yang masih berlaku: keadaan yang diberikannya masih ada dan tidak ada keputusan lain yang menggantikannya.",
        "Only a decision that is in effect ends: what it gave still stands, and no later decision stands in its place.",
    ),
    (
        "SYS.10.5",
        "Pencabutan berlaku paling awal sejak hari keputusan; yang berlaku surut adalah pembatalan.",
        "A revocation counts from the day of the decision on at the earliest; what reaches back is an annulment.",
    ),
    (
        "SYS.11.2",
        "Tanda tangan berikutnya dibubuhkan oleh mereka yang disebut baris tindakan itu, masing-masing satu kali.",
        "A further signature is of those whom the row of the act names, once each.",
    ),
    (
        "SYS.11.3",
        "Dengan tanda tangan terakhir tindakan yang menunggu harus masih sesuai dengan aturan.",
        "With the last signature the act that waits must fit the rules still.",
    ),
    (
        "SYS.11.4",
        "Tindakan buku besar sendiri menunggu paling banyak 4 dari satu orang di satu aliran, masing-masing 30 hari dan selama sertifikat penandatangannya berlaku; tindakan lain selama perangkat daerahnya, atau penggantinya, belum berakhir.",
        "Of the acts of the ledger itself at most 4 of one person wait in a stream, each for 30 days and while the certificate that signed it counts; any other act as long as its agency, or one in its place, has not ended.",
    ),
    (
        "SYS.12.1",
        "Pencatat mencatat keputusan orang lain; keputusannya sendiri ia tanda tangani sendiri.",
        "A recorder records what another decided; his own decision he signs himself.",
    ),
    (
        "SYS.12.2",
        "Tindakan, juga keputusan yang dicatat, tidak bertanggal sebelum yang menjadi dasarnya.",
        "An act, also a decision that is recorded, is not dated before what it rests on.",
    ),
    (
        "SYS.12.3",
        "Yang dikenakan kepada seseorang atau instansinya tidak dicatat dan tidak diakhiri olehnya.",
        "What is done to somebody, or to his agency, he neither records nor ends.",
    ),
    (
        "SYS.12.4",
        "Siapa bertindak dengan suatu jabatan sudah memegangnya pada hari tindakan itu.",
        "Who acts in an office held it on the day of the act already.",
    ),
    (
        "SYS.20.1",
        "Instansi yang sudah berakhir tidak lagi bertindak.",
        "An agency that has ended acts no more.",
    ),
    (
        "SYS.20.5",
        "Instansi berakhir setelah tidak ada lagi pemegang otoritas, pendaftar, atau layanan buku besar yang menandatangani untuknya.",
        "An agency ends once no authority, registrar or service of the ledger signs for it.",
    ),
    (
        "SYS.25.4",
        "RIWAYAT hanya dimasukkan ke aliran yang belum memuat apa pun selain RIWAYAT.",
        "RIWAYAT is brought into a stream only where nothing but RIWAYAT stands yet.",
    ),
    (
        "SYS.25.5",
        "Perangkat daerah yang disebut RIWAYAT terdaftar dan belum berakhir pada hari tindakan itu.",
        "The agencies that RIWAYAT names are registered, and had not ended on the day of the act.",
    ),
];

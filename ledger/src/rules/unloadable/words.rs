//! Why a rule set does not load, in words. What stands in backquotes is as the rule set writes it.

use super::RuleSetReason;
use crate::rules::refusal::Text;

impl RuleSetReason {
    /// What is wrong in words, without a full stop.
    #[expect(clippy::too_many_lines, reason = "one arm a reason; a table would hide the data")]
    pub fn text(&self) -> Text {
        let (id, en) = match self {
            Self::NotUtf8 => both("bukan UTF-8", "not UTF-8"),
            // The parser speaks English alone.
            Self::NotToml { line, column, message } => (
                format!("bukan TOML, baris {line}, kolom {column}; kata pengurainya: {message}"),
                format!("not TOML, line {line}, column {column}: {message}"),
            ),
            Self::Missing => both("wajib ada", "is required"),
            Self::UnknownKey => {
                both("bukan kunci yang dikenal di sini", "is no key that is known here")
            }
            Self::UnknownWord { value, known } => (
                format!("`{value}` bukan salah satu dari {known}"),
                format!("`{value}` is not one of {known}"),
            ),
            Self::WrongType { expected: (id, en) } => {
                (format!("harus berupa {id}"), format!("must be {en}"))
            }
            Self::Form { value, form: (id, en) } => {
                (format!("`{value}` harus berupa {id}"), format!("`{value}` must be {en}"))
            }
            Self::NoDuty { force } => (
                format!("baris dengan daya ikat {force} bukan kewajiban"),
                format!("a row of the force {force} is no duty"),
            ),
            Self::OfNoArticle { rule } => (
                format!("`{rule}` tidak termasuk pasal-pasal ini"),
                format!("`{rule}` is of none of these articles"),
            ),
            Self::OtherThanNobody { actor } => (
                format!(
                    "`{actor}` ialah orang lain daripada penanda tangan pertama (other = true): hanya cosigned_by yang \
                     boleh menyebutnya"
                ),
                format!(
                    "`{actor}` is another than the one who signs first (other = true): only cosigned_by may name it"
                ),
            ),
            Self::Undefined { name } => (
                format!("`{name}` tidak didefinisikan dalam perangkat aturan ini"),
                format!("`{name}` is not defined in this rule set"),
            ),
            Self::Twice { name } => {
                (format!("`{name}` didefinisikan dua kali"), format!("`{name}` is defined twice"))
            }
            Self::OfStructure { name } => (
                format!(
                    "`{name}`: sejak aturan struktural versi 3 perangkat aturan tidak memuat baris, akibat, langkah, atau \
                     skema untuk ledger/, signer/, crl/, dan ocsp/"
                ),
                format!(
                    "`{name}`: from version 3 of the structural acts no rule set has rows, effects, steps or schemas of \
                     ledger/, signer/, crl/ and ocsp/"
                ),
            ),
            Self::Owned { name } => (
                format!(
                    "`{name}` milik aturan struktural: sejak versi 3 perangkat aturan tidak memuat baris, langkah, skip, \
                     atau skema lama untuk jenis peristiwanya, tidak memuat baris untuk alirannya, dan tidak menyimpan apa \
                     yang disimpannya, kecuali role.appointed untuk jabatan yang ditulis lengkap, dan tindakan lain tentang \
                     instansi"
                ),
                format!(
                    "`{name}` belongs to the structural acts: from version 3 no rule set has rows, steps, skips or older \
                     schemas of their types or rows of their streams, nor keeps what they keep, but role.appointed for an \
                     office that is written out, and other acts of agencies"
                ),
            ),
            Self::Appoints { actor } => (
                format!(
                    "`{actor}`: yang mengisi suatu jabatan memegang jabatan lain yang disebut, atau merupakan otoritas, \
                     pendaftar, atau layanan buku besar"
                ),
                format!(
                    "`{actor}`: who fills an office holds another one that is named, or is an authority, a registrar or a \
                     service of the ledger"
                ),
            ),
            Self::OneOf { keys: (id, en) } => (
                format!("wajib ada tepat satu dari {id}"),
                format!("exactly one of {en} is required"),
            ),
            Self::Blank => both(
                "kosong, atau memuat karakter kontrol atau pengubah arah baca",
                "is blank, or has control characters or such as turn the direction of reading",
            ),
            Self::Anybody => both(
                "tidak menuntut apa pun, sehingga siapa saja termasuk: function, kind, office, head, authority, registrar, \
                 service, founder, holder, dan other menyatakan siapa yang dimaksud",
                "demands nothing, and everybody would be one: function, kind, office, head, authority, registrar, service, \
                 founder, holder and other say whom it names",
            ),
            Self::OpensStructure { kind } => (
                format!(
                    "kosong: `{kind}` akan terbuka bagi siapa saja, padahal aturan struktural menyatakan untuk siapa"
                ),
                format!(
                    "is empty: `{kind}` would be for everybody, and the structural acts say for whom it is"
                ),
            ),
            Self::Unreachable { row } => (
                format!(
                    "tidak ada peristiwa yang sampai ke baris ini: semuanya diambil baris `{row}` di depannya"
                ),
                format!("no event is ever of this row: the row `{row}` before it takes them all"),
            ),
            Self::Shadows { subject } => (
                format!(
                    "mengambil semua peristiwa baris struktural untuk `{subject}`; daerah hanya mempersempitnya"
                ),
                format!(
                    "takes every event of the structural row for `{subject}`; a region narrows it"
                ),
            ),
            Self::StructuralRule { rule } => (
                format!(
                    "`{rule}`: SYS adalah aturan struktural, yang bunyinya tidak ada dalam perangkat aturan lain"
                ),
                format!(
                    "`{rule}`: SYS stands for the structural acts, whose words no other rule set has"
                ),
            ),
            Self::NotKept { name, stream } => (
                format!("`{name}`: tidak ada baris yang menyimpannya pada aliran {stream}/"),
                format!("`{name}`: no row keeps it on streams of {stream}/"),
            ),
            Self::NoSuchState { state, stream } => (
                format!("`{state}` bukan status dalam daur hidup {stream}/"),
                format!("`{state}` is no state of the lifecycle of {stream}/"),
            ),
            Self::NoLifecycle { stream } => (
                format!("aliran {stream}/ tidak mempunyai daur hidup"),
                format!("streams of {stream}/ have no lifecycle"),
            ),
            Self::NeverMatch { left, right } => (
                format!("`{left}` dan `{right}` berlainan jenis dan tidak pernah cocok"),
                format!("`{left}` and `{right}` are of kinds that never match"),
            ),
            Self::Beyond { name, value } => (
                format!("`{value}` di luar batas `{name}`"),
                format!("`{value}` is beyond the bounds of `{name}`"),
            ),
            Self::WithItself { name } => (
                format!("`{name}` dibandingkan dengan dirinya sendiri"),
                format!("`{name}` is compared with itself"),
            ),
            Self::Excluded { name, other } => (
                format!("yang dituntut dari `{name}` tidak pernah terpenuhi bersama {other}"),
                format!("what is demanded of `{name}` never holds together with {other}"),
            ),
            Self::NeverAbsent { name } => (
                format!("`{name}` selalu ada: setiap peristiwa baris ini memuatnya"),
                format!("`{name}` is never absent: every event of the row has it"),
            ),
            Self::TooMany { name, most, asked } => (
                format!(
                    "`{name}` memuat paling banyak {most}, padahal dituntut {asked} atau lebih"
                ),
                format!("`{name}` holds {most} at most, and {asked} or more are demanded"),
            ),
            Self::TooFew { name, least, asked } => (
                format!(
                    "`{name}` memuat {least} atau lebih, padahal dituntut paling banyak {asked}"
                ),
                format!("`{name}` holds {least} or more, and {asked} at most are demanded"),
            ),
            Self::NeverOf { name, of: (id, en) } => {
                (format!("`{name}` tidak pernah berupa {id}"), format!("`{name}` is never {en}"))
            }
            Self::NothingBetween { min, max } => (
                format!("`{max}` lebih kecil dari `{min}`: tidak ada nilai di antaranya"),
                format!("`{max}` is below `{min}`: nothing lies between"),
            ),
            Self::Unfit { value, why } => (
                format!("`{value}` tidak sesuai dengan isiannya: {}", why.id),
                format!("`{value}` does not fit the field: {}", why.en),
            ),
            Self::HasRow { name } => (
                format!(
                    "`{name}` mempunyai baris di sini; hanya langkah tanpa baris yang dilewati"
                ),
                format!("`{name}` has a row here; only a step without one is skipped"),
            ),
        };
        Text { id, en }
    }
}

fn both(id: &str, en: &str) -> (String, String) {
    (id.to_owned(), en.to_owned())
}

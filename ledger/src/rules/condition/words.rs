//! What a condition demands, in words, before there is an event that it could be broken by: for people who do not write
//! rule sets. Values of the event are called by the names that they have there.

use jiff::Span;

use super::{Comparison, CoverSet, Predicate, Right, Test};
use crate::rules::lexicon::{told, told_all};
use crate::rules::operand::Operand;
use crate::rules::refusal::Text;
use crate::rules::thing::Field;

impl Predicate {
    /// What it demands.
    pub(crate) fn in_words(&self) -> Text {
        match self {
            Self::Field { field, test } => test.in_words(&field.in_words()),
            Self::Guard(guard) => guard.in_words(),
            Self::Documents { kinds, .. } => text(
                format!("dilampirkan semua dokumen ini: {}", told_list(kinds)),
                format!("all of these documents are attached: {}", kinds.join(", ")),
            ),
            Self::State { thing, within, not_within } => {
                let thing = thing.in_words();
                if within.is_empty() {
                    let (id, en) = (told_list(not_within), not_within.join(", "));
                    text(
                        format!("keadaan {} bukan: {id}", thing.id),
                        format!("the state of {} is none of: {en}", thing.en),
                    )
                } else {
                    let (id, en) = (told_list(within), within.join(", "));
                    text(
                        format!("keadaan {}: {id}", thing.id),
                        format!("the state of {} is: {en}", thing.en),
                    )
                }
            }
            Self::Unique { value, .. } => {
                let value = value.in_words();
                text(
                    format!("{} belum dipakai pihak lain", value.id),
                    format!("{} is held by nobody else", value.en),
                )
            }
            Self::Member { field, list, under } => member(&field.in_words(), list, *under),
            Self::Compare { left, is, right, plus, .. } => compare(left, *is, right, *plus),
            Self::Count { field, at_least, at_most } => {
                count(&field.in_words(), *at_least, *at_most)
            }
            Self::Location { country, within, apart } => {
                location(&country.in_words(), within, apart.as_ref())
            }
            Self::Class { field, at_most, .. } => {
                let (field, most) = (field.in_words(), at_most.in_words());
                text(
                    format!("kelas {} paling tinggi {}", field.id, most.id),
                    format!("the class {} is at most {}", field.en, most.en),
                )
            }
            Self::Plan { field, in_force } => plan(&field.in_words(), *in_force),
            Self::Covers { field, all_of } => covers(&field.in_words(), all_of),
            Self::Holds { person, office, at, not } => {
                let (person, office) = (person.in_words(), office.in_words());
                let at = at.as_ref().map_or_else(
                    || text("hari perbuatannya".to_owned(), "the day of the act".to_owned()),
                    Operand::in_words,
                );
                let (id, en) =
                    if *not { ("tidak memegang", "does not hold") } else { ("memegang", "holds") };
                text(
                    format!("{} {id} {} pada {}", person.id, office.id, at.id),
                    format!("{} {en} {} on {}", person.en, office.en, at.en),
                )
            }
            Self::Agencies { field, other_than } => agencies(field, other_than.as_ref()),
            Self::Orphaned { field, not } => orphaned(&field.in_words(), *not),
            Self::Cites { field } => {
                let field = field.in_words();
                text(
                    format!("{} menyebut aturan dari perangkat aturan ini", field.id),
                    format!("{} names a rule of this rule set", field.en),
                )
            }
        }
    }
}

impl Test {
    fn in_words(&self, field: &Text) -> Text {
        let Text { id, en } = field;
        match self {
            Self::Present => text(format!("{id} ada"), format!("{en} is there")),
            Self::Absent => text(format!("{id} tidak ada"), format!("{en} is not there")),
            Self::OneOf(values) => {
                let list = values_told(values);
                if values.len() == 1 {
                    return text(
                        format!("{id} adalah {}", list.id),
                        format!("{en} is {}", list.en),
                    );
                }
                text(
                    format!("{id} salah satu dari: {}", list.id),
                    format!("{en} is one of: {}", list.en),
                )
            }
            Self::NoneOf(values) => {
                let list = values_told(values);
                text(format!("{id} bukan: {}", list.id), format!("{en} is none of: {}", list.en))
            }
        }
    }
}

impl Right {
    fn in_words(&self) -> Text {
        match self {
            Self::Operand(operand) => operand.in_words(),
            Self::Literal(field) => value(field),
        }
    }
}

fn member(field: &Text, list: &[String], under: bool) -> Text {
    let list = list.join(", ");
    if under {
        text(
            format!("{} berada di bawah salah satu dari: {list}", field.id),
            format!("{} is below one of: {list}", field.en),
        )
    } else {
        text(
            format!("{} salah satu dari: {list}", field.id),
            format!("{} is one of: {list}", field.en),
        )
    }
}

fn compare(left: &Operand, is: Comparison, right: &Right, plus: Option<Span>) -> Text {
    let (left, mut right) = (left.in_words(), right.in_words());
    if let Some(plus) = plus {
        let plus = span(plus);
        right = text(format!("{} + {}", right.id, plus.id), format!("{} + {}", right.en, plus.en));
    }
    let (id, en) = match is {
        Comparison::Equal => ("sama dengan", "is the same as"),
        Comparison::Unequal => ("berbeda dari", "differs from"),
        Comparison::Less => ("kurang dari", "is less than"),
        Comparison::AtMost => ("tidak lebih dari", "is not more than"),
        Comparison::More => ("lebih dari", "is more than"),
        Comparison::AtLeast => ("tidak kurang dari", "is not less than"),
    };
    text(format!("{} {id} {}", left.id, right.id), format!("{} {en} {}", left.en, right.en))
}

fn count(field: &Text, at_least: usize, at_most: usize) -> Text {
    let Text { id, en } = field;
    if at_most == 0 {
        return text(format!("{id} kosong"), format!("{en} is empty"));
    }
    if at_most == usize::MAX {
        return text(
            format!("banyaknya {id} paling sedikit {at_least}"),
            format!("there are at least {at_least} of {en}"),
        );
    }
    text(
        format!("banyaknya {id} {at_least} sampai {at_most}"),
        format!("there are {at_least} to {at_most} of {en}"),
    )
}

fn location(country: &Text, within: &[String], apart: Option<&(Operand, Operand)>) -> Text {
    let list = within.join(", ");
    let mut words = text(
        format!("negara ({}): {list}", country.id),
        format!("the country ({}) is: {list}", country.en),
    );
    if let Some((place, other)) = apart {
        let (place, other) = (place.in_words(), other.in_words());
        words.id = format!("{}, dan {} berbeda dari {}", words.id, place.id, other.id);
        words.en = format!("{}, and {} differs from {}", words.en, place.en, other.en);
    }
    words
}

fn plan(field: &Text, in_force: bool) -> Text {
    let Text { id, en } = field;
    if in_force {
        text(
            format!("{id} menyebut rencana (plan/...) yang berlaku"),
            format!("{en} names a plan (plan/...) that is in force"),
        )
    } else {
        text(format!("{id} menyebut rencana (plan/...)"), format!("{en} names a plan (plan/...)"))
    }
}

fn agencies(field: &Operand, other_than: Option<&Operand>) -> Text {
    let field = field.in_words();
    let mut words = text(
        format!("{} adalah perangkat daerah yang terdaftar dan belum berakhir", field.id),
        format!("{} is an agency that is registered and has not ended", field.en),
    );
    if let Some(other) = other_than.map(Operand::in_words) {
        words.id = format!("{}, paling sedikit satu selain {}", words.id, other.id);
        words.en = format!("{}, at least one of them not {}", words.en, other.en);
    }
    words
}

fn orphaned(field: &Text, not: bool) -> Text {
    let Text { id, en } = field;
    if not {
        text(
            format!("{id} belum berakhir, atau ada penggantinya"),
            format!("{en} has not ended, or somebody stands in its place"),
        )
    } else {
        text(
            format!("{id} sudah berakhir tanpa pengganti"),
            format!("{en} has ended, and nobody stands in its place"),
        )
    }
}

fn covers(field: &Text, all_of: &CoverSet) -> Text {
    let Text { id, en } = field;
    match all_of {
        CoverSet::Literals(all_of) => text(
            format!("{id} memuat semua: {}", told_list(all_of)),
            format!("{en} contains all of: {}", all_of.join(", ")),
        ),
        CoverSet::Operand(of) => {
            let of = of.in_words();
            text(
                format!("{id} memuat setiap nilai dari {}", of.id),
                format!("{en} contains every value of {}", of.en),
            )
        }
    }
}

/// `14 days`, `24 hours`.
fn span(span: Span) -> Text {
    let parts = [
        (i64::from(span.get_years()), "tahun", "years"),
        (i64::from(span.get_months()), "bulan", "months"),
        (i64::from(span.get_weeks()), "minggu", "weeks"),
        (i64::from(span.get_days()), "hari", "days"),
        (i64::from(span.get_hours()), "jam", "hours"),
        (span.get_minutes(), "menit", "minutes"),
    ];
    let parts = parts.into_iter().filter(|(number, ..)| *number != 0);
    let (id, en): (Vec<_>, Vec<_>) =
        parts.map(|(number, id, en)| (format!("{number} {id}"), format!("{number} {en}"))).unzip();
    text(id.join(" "), en.join(" "))
}

/// A literal: a word of the lexicon where it is one.
fn value(field: &Field) -> Text {
    let plain = match field {
        Field::Text(text) => text.clone(),
        other => other.to_json().to_string(),
    };
    text(format!("\"{}\"", told(&plain)), format!("\"{plain}\""))
}

fn values_told(values: &[Field]) -> Text {
    let (id, en): (Vec<_>, Vec<_>) =
        values.iter().map(value).map(|text| (text.id, text.en)).unzip();
    text(id.join(", "), en.join(", "))
}

fn told_list(words: &[String]) -> String {
    told_all(words.iter().map(String::as_str))
}

fn text(id: String, en: String) -> Text {
    Text { id, en }
}

//! What has become of an event since: shown beside its verdict, which it does not change. A voided event was
//! signed all the same.

use crate::log::Position;
use crate::rules::{CORRECTIONS, DECISIONS_ENDED, Field, PENDING, Thing, VOIDED};

use super::evidence::Since;

/// What has become of an event since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Today {
    /// Size of the log as of which the source of the evidence says it; none where it does not say what became of it.
    pub as_of: Option<u64>,
    /// What later events say of it.
    pub marks: Vec<Mark>,
    /// The enrolment of the signer's certificate: `active`, `revoked`; none where it is not known.
    pub certificate: Option<String>,
}

/// What one later event says of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What it says.
    pub what: MarkKind,
    /// Where that event stands; none for what is still awaited.
    pub position: Option<Position>,
    /// The person who says it.
    pub by: Option<String>,
    /// When, as signed.
    pub time: Option<String>,
    /// Why, as signed.
    pub reason: Option<String>,
    /// Whose signatures are still awaited.
    pub awaits: Vec<String>,
}

/// What a later event says of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// It counts no longer.
    Voided,
    /// A slip of the pen in it was put right.
    Corrected,
    /// The decision ended from a day on.
    Revoked,
    /// The decision counts as never made.
    Annulled,
    /// It waits for further signatures.
    Pending,
    /// It waited for them, and its time is over.
    Lapsed,
}

impl MarkKind {
    /// Its name in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Voided => "voided",
            Self::Corrected => "corrected",
            Self::Revoked => "decision-revoked",
            Self::Annulled => "decision-annulled",
            Self::Pending => "awaits-signatures",
            Self::Lapsed => "signatures-lapsed",
        }
    }

    /// In words: Indonesian, English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Voided => ("peristiwa ini dibatalkan kemudian", "the event was voided later"),
            Self::Corrected => {
                ("kesalahan tulis di dalamnya diperbaiki", "a slip of the pen in it was put right")
            }
            Self::Revoked => ("keputusannya dicabut kemudian", "the decision was revoked later"),
            Self::Annulled => {
                ("keputusannya dibatalkan kemudian", "the decision was annulled later")
            }
            Self::Lapsed => (
                "tidak lagi menunggu tanda tangan lain: waktunya sudah lewat",
                "it waits no more for further signatures: its time is over",
            ),
            Self::Pending => {
                ("masih menunggu tanda tangan lain", "it still waits for further signatures")
            }
        }
    }
}

impl Today {
    /// `at` is when it is asked: an act of the ledger itself does not wait for ever.
    pub(super) fn of(since: &Since, position: Position, at_s: i64) -> Self {
        let mut marks = Vec::new();
        if let Some(stream) = &since.stream {
            for (name, what) in [
                (VOIDED, MarkKind::Voided),
                (CORRECTIONS, MarkKind::Corrected),
                (DECISIONS_ENDED, MarkKind::Revoked),
            ] {
                let of = listed(stream, name).filter(|mark| at(mark, "of") == Some(position));
                marks.extend(of.map(|mark| Mark::of(what, mark)));
            }
            let waits =
                listed(stream, PENDING).filter(|mark| at(mark, "position") == Some(position));
            marks.extend(waits.map(|mark| {
                let what = if is_over(mark, at_s) { MarkKind::Lapsed } else { MarkKind::Pending };
                Mark { position: None, ..Mark::of(what, mark) }
            }));
        }
        let certificate = since.certificate.as_ref().map(|thing| thing.state.clone());
        let as_of = since.stream.is_some().then_some(since.size);
        Self { as_of, marks, certificate }
    }
}

impl Mark {
    fn of(what: MarkKind, mark: &Field) -> Self {
        let text = |name: &str| mark.member(name).and_then(Field::as_text).map(str::to_owned);
        let what = match (what, text("how").as_deref()) {
            (MarkKind::Revoked, Some("annulled")) => MarkKind::Annulled,
            _ => what,
        };
        let awaits = mark.member("awaits").and_then(Field::as_list).unwrap_or_default();
        Self {
            what,
            position: at(mark, "position"),
            by: text("by"),
            time: text("time"),
            reason: text("reason"),
            awaits: awaits.iter().filter_map(Field::as_text).map(str::to_owned).collect(),
        }
    }
}

fn is_over(mark: &Field, at_s: i64) -> bool {
    let until = mark.member("until").and_then(Field::as_text);
    let until = until.and_then(|until| until.parse::<jiff::Timestamp>().ok());
    until.is_some_and(|until| at_s >= until.as_second())
}

fn listed<'a>(stream: &'a Thing, name: &str) -> impl Iterator<Item = &'a Field> {
    stream.fields.get(name).and_then(Field::as_list).unwrap_or_default().iter()
}

fn at(mark: &Field, name: &str) -> Option<Position> {
    match mark.member(name) {
        Some(Field::Integer(position)) => u64::try_from(*position).ok().map(Position),
        _ => None,
    }
}

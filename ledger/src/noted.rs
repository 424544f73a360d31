//! What an event was accepted with: the findings, and whose signatures it had to wait for. It is read off the version
//! of its stream that the event made, so that it is the same for ever; what has become of it since stands on the stream.

use serde::Serialize;

use crate::log::Position;
use crate::rules::{FOUND, Field, PENDING, RIWAYAT, RuleSet, Text, Thing, Warning};
use crate::view::{Entry, ReadError, View};

/// What an event was accepted with; mostly nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Noted {
    /// The rules that found something in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Found>,
    /// Whose signatures it needed besides, before it took effect.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awaits: Vec<Awaited>,
    /// The policy of that time let it be accepted while the news of its signer's certificates was stale. Whether that was
    /// settled since, [`View::revocation_news`] says.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub revocation_pending: bool,
    /// It is from before the ledger (RIWAYAT): as which act it counts, and of which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub riwayat: Option<Riwayat>,
}

/// An act from before the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Riwayat {
    /// The event type that it counts as: `system.registered`.
    pub act: String,
    /// The day of the act: `2018-03-12`.
    pub at: String,
}

/// A rule that found something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Found {
    /// Its id.
    pub rule: String,
    /// What it says; none where the rules of that time no longer tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
}

/// A signature that is needed besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Awaited {
    /// As the rule set names him: `KAOPD of source`.
    pub actor: String,
    /// In words; none where the rules of that time no longer tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
}

impl Noted {
    /// Nothing was found, no signature is missing, and it is of the ledger's own time.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
            && self.awaits.is_empty()
            && !self.revocation_pending
            && self.riwayat.is_none()
    }

    /// What the event at `position` left on its stream, whose version of that position is `thing`.
    fn of(thing: &Thing, position: Position, rules: &RuleSet) -> Self {
        let mut noted = Self::default();
        for mark in marks_of(thing, FOUND, position) {
            let Some((rule, kind)) = text(mark, "rule").zip(text(mark, "type")) else { continue };
            noted.found.push(Found { rule: rule.to_owned(), text: rules.finding(kind, rule) });
        }
        for mark in marks_of(thing, PENDING, position) {
            let awaits = mark.member("awaits").and_then(Field::as_list).unwrap_or_default();
            // Those of the act that a correction corrects sign it.
            let of = mark.member("of").unwrap_or(mark);
            let (kind, agency) = (text(of, "type").unwrap_or_default(), text(of, "agency"));
            let awaited = |actor: &str| Awaited {
                actor: actor.to_owned(),
                text: rules.cosigner(kind, actor, agency.unwrap_or_default()),
            };
            noted.awaits.extend(awaits.iter().filter_map(Field::as_text).map(awaited));
        }
        let mut brought_in = marks_of(thing, RIWAYAT, position);
        let told = brought_in.find_map(|mark| text(mark, "type").zip(text(mark, "date")));
        noted.riwayat = told.map(|(act, at)| Riwayat { act: act.to_owned(), at: at.to_owned() });
        noted
    }

    /// What an accepted event leaves: what it says of its stream, and what was found besides.
    pub(crate) fn of_accepted(
        subject: &str,
        changes: &[(String, Thing)],
        position: Position,
        warnings: Vec<Warning>,
        rules: &RuleSet,
    ) -> Self {
        let stream = changes.iter().find(|(key, _)| key == subject);
        let mut noted = stream.map_or_else(Self::default, |(_, thing)| {
            if is_marked(thing, position) {
                Self::of(thing, position, rules)
            } else {
                Self::default()
            }
        });
        for Warning { rule, text } in warnings {
            if !noted.found.iter().any(|found| found.rule == rule) {
                noted.found.push(Found { rule, text: Some(text) });
            }
        }
        noted
    }
}

impl View {
    /// What an event was accepted with. Where its stream is above the class of the event itself, only the stream
    /// tells.
    pub fn noted(&self, entry: &Entry) -> Result<Noted, ReadError> {
        let position = entry.record.position;
        let thing = self.stream(&entry.event.subject, position)?;
        let shown = |thing: &Thing| thing.class <= entry.class && is_marked(thing, position);
        let noted = match thing.filter(shown) {
            None => Noted::default(),
            Some(thing) => {
                let before = Position(position.0.saturating_sub(1));
                Noted::of(&thing, position, &*self.ruleset_after(before)?)
            }
        };
        Ok(Noted { revocation_pending: self.was_pending(entry)?, ..noted })
    }

    /// What the event at `position` was accepted with; nothing where its statement is not held.
    pub fn noted_at(&self, position: Position) -> Result<Noted, ReadError> {
        self.entry(position)?.map_or_else(|| Ok(Noted::default()), |entry| self.noted(&entry))
    }
}

/// Has the event at `position` left anything to tell?
fn is_marked(thing: &Thing, position: Position) -> bool {
    [FOUND, PENDING, RIWAYAT]
        .into_iter()
        .any(|name| marks_of(thing, name, position).next().is_some())
}

/// The marks of a kind that the event at `position` has left.
fn marks_of<'a>(
    thing: &'a Thing,
    name: &str,
    position: Position,
) -> impl Iterator<Item = &'a Field> {
    let marks = thing.fields.get(name).and_then(Field::as_list).unwrap_or_default();
    let at = i64::try_from(position.0).unwrap_or(i64::MAX);
    marks.iter().filter(move |mark| mark.member("position") == Some(&Field::Integer(at)))
}

fn text<'a>(mark: &'a Field, name: &str) -> Option<&'a str> {
    mark.member(name).and_then(Field::as_text)
}

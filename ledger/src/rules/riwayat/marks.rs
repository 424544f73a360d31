//! What a stream shows of acts from before the ledger, and whether it still takes one.

use jiff::civil::Date;

use super::super::act::Act;
use super::super::operand::Context;
use super::super::structural::{self, Builtin, CORRECTIONS, PENDING, VOIDED};
use super::super::thing::{Field, Fields, Thing};
use crate::event::parse_date;

/// What a stream shows of acts from before the ledger, oldest first; no act keeps anything under this name.
pub(crate) const RIWAYAT: &str = "riwayat";
/// In the newest of them: something of the ledger's own time has followed.
const FOLLOWED: &str = "followed";
/// Most of them that a stream shows: the newest, and one of each agency.
const SHOWN_MAX: usize = 64;

/// Notes an act from before the ledger in what its stream keeps; any other act, where there are such, that something has
/// followed. What only speaks of another event is not counted.
pub(crate) fn note(thing: &mut Thing, act: &Act, context: &Context<'_>) {
    if context.event.imported.is_some() {
        show(thing, context);
    } else if !act.builtin.is_some_and(Builtin::is_remark) {
        follow(thing);
    }
}

/// Something of the ledger's own time has followed, if the stream stands on acts from before it.
pub(crate) fn follow(thing: &mut Thing) {
    if let Some(Field::List(acts)) = thing.fields.get_mut(RIWAYAT)
        && let Some(Field::Map(newest)) = acts.last_mut()
    {
        newest.insert(FOLLOWED.to_owned(), Field::Flag(true));
    }
}

fn show(thing: &mut Thing, context: &Context<'_>) {
    let Some(imported) = &context.event.imported else { return };
    let text = |value: Option<&str>| value.map(Field::from);
    let mark: Fields = [
        ("position", Some(structural::position_field(thing.position))),
        ("type", text(Some(&context.event.kind))),
        ("date", Some(Field::Text(imported.day.to_string()))),
        ("agency", text(Some(context.event.agency()))),
        ("office", text(context.event.office.as_deref())),
        ("by", text(imported.by.as_deref())),
        ("recorded_by", text(context.signer())),
        ("source", imported.signed.data.get("source").and_then(Field::from_json)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect();
    let acts = thing.fields.entry(RIWAYAT.to_owned());
    if let Field::List(acts) = acts.or_insert_with(|| Field::List(Vec::new())) {
        if acts.len() >= SHOWN_MAX {
            acts.remove(dispensable(acts));
        }
        acts.push(Field::Map(mark));
    }
}

/// The day of the newest act from before the ledger.
pub(super) fn newest(thing: &Thing) -> Option<Date> {
    parse_date(acts(thing).last()?.member("date")?.as_text()?)
}

/// The oldest whose agency has brought in a newer one.
fn dispensable(acts: &[Field]) -> usize {
    let agency = |act: &Field| act.member("agency").and_then(Field::as_text).map(str::to_owned);
    let newer = |index: usize| acts.iter().skip(index.saturating_add(1));
    let is_told_again =
        |(index, act): &(usize, &Field)| newer(*index).any(|one| agency(one) == agency(act));
    acts.iter().enumerate().find(is_told_again).map_or(0, |(index, _)| index)
}

/// The agencies that have brought them in.
pub(super) fn tellers(thing: &Thing) -> impl Iterator<Item = &str> {
    acts(thing).iter().filter_map(|act| act.member("agency")?.as_text())
}

/// Has a later one come in already?
pub(crate) fn is_later(thing: &Thing, day: Date) -> bool {
    newest(thing).is_some_and(|newest| newest > day)
}

fn acts(thing: &Thing) -> &[Field] {
    thing.fields.get(RIWAYAT).and_then(Field::as_list).unwrap_or_default()
}

/// Does nothing but RIWAYAT stand on the stream? What was voided does not, nor does what waits not; of an agency its
/// registration says nothing of its acts.
pub(crate) fn is_open(thing: Option<&Thing>, subject: &str) -> bool {
    let Some(thing) = thing else { return true };
    let count = |name: &str| {
        let marks = thing.fields.get(name).and_then(Field::as_list).unwrap_or_default();
        u64::try_from(marks.len()).unwrap_or(u64::MAX)
    };
    if count(PENDING) > 0 {
        return false;
    }
    if let Some(newest) = acts(thing).last() {
        return newest.member(FOLLOWED).is_none();
    }
    // Each that was voided is there with its voiding; a correction of such a one is shown still.
    let voided = count(VOIDED).saturating_mul(2).saturating_add(count(CORRECTIONS));
    let registered = u64::from(subject.starts_with("agency/"));
    thing.version == voided.saturating_add(registered)
}

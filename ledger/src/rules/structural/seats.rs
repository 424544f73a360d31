//! `authority-replaced@1`: the seat of an authority goes over to another person. From version 3 on.
//!
//! An authority proposes it, the one who leaves or the other, and another founder signs, too: the same two who can already take
//! an authority's certificates out and give him new ones. Where time has ended the certificates of all authorities, nobody
//! would be left to propose it: then, and only then, two registrars do it together. A suspension, which registrars have a
//! part in, does not count as such an end.

use serde_json::Value;

use super::founders::have_ended;
use super::powers::{self, AUTHORITIES};
use super::signers::is_listed;
use super::{Broken, Changes, key_of, text_of};
use crate::event::Event;
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::refusal::{Text, Why};
use crate::rules::role::has_person;
use crate::rules::thing::{Field, Thing};

/// Structural rule: whose seat, and who takes it.
pub(super) const TAKES: &str = "SYS.35.1";
/// Structural rule: who proposes it.
const PROPOSED_BY: &str = "SYS.35.2";

pub(super) fn replace(
    context: &Context<'_>,
    after: &mut Thing,
    changes: &mut Changes,
) -> Result<(), Broken> {
    if !is_listed(context, AUTHORITIES.list()) && !have_ended(context, AUTHORITIES.list()) {
        let entitled = Text {
            id: "pemegang otoritas; dua pendaftar hanya bila sertifikat semua pemegang otoritas sudah berakhir".to_owned(),
            en: "an authority; two registrars only where the certificates of all authorities have ended".to_owned(),
        };
        let why = Why::ActorNotEntitled { entitled: vec![entitled] };
        return Err(Broken { rule: PROPOSED_BY, pointer: "/source", why });
    }
    let leaves = text_of(context.event.data.get("replaces")).unwrap_or_default();
    if !has_person(after, AUTHORITIES.list(), leaves) {
        let why = Why::EnrolmentMismatch;
        return Err(Broken { rule: TAKES, pointer: "/data/replaces", why });
    }
    // Who stands on a list takes no seat: neither the other authority nor he who leaves it.
    powers::appoint(AUTHORITIES, context, after, changes)?;
    if let Some(Field::List(seats)) = after.fields.get_mut(AUTHORITIES.list()) {
        seats.retain(|seat| seat.member("person").and_then(Field::as_text) != Some(leaves));
    }
    Ok(())
}

/// The signer who takes the seat, his certificate, and the one who leaves it; with a founder all of them are read.
pub(super) fn reads(event: &Event, keys: &mut Vec<String>) {
    powers::reads(event, keys);
    let leaves = event.data.get("replaces").and_then(Value::as_str);
    keys.extend(leaves.map(|person| key_of("signer/", person)));
}

/// What can be said before it is written.
pub(super) fn outlooks() -> Vec<(&'static str, Outlook)> {
    let depends = Outlook::depends(&["data.certificate", "data.person", "data.replaces"]);
    vec![(TAKES, depends), (PROPOSED_BY, Outlook::depends(&["data.replaces"]))]
}

//! `log-key-added@1`, `log-key-retired@1`: with which keys the log may be signed. The list stands in the ledger's thing,
//! each key with the first size at which it counts, and the first at which it no longer does.

use super::written::position_field;
use super::{Broken, text_of};
use crate::log::{KeyHistory, PolicyKey, Position, SignatureType, Vkey};
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::refusal::Why;
use crate::rules::thing::{Field, Fields, Thing};

/// Structural rule: a key that the log never had.
const ADDS: &str = "SYS.34.1";
/// Structural rule: one in force, beside another.
const RETIRES: &str = "SYS.34.2";

/// Field of the ledger's thing: its log keys, where an event has changed them.
pub(crate) const LOG_KEYS: &str = "log_keys";
/// Field of the ledger's thing: what the opening named, whose first is the log's key.
const OPENED_WITH: &str = "keys";

/// Most keys that may sign at a time.
const IN_FORCE_MAX: usize = 8;
/// Most keys that a ledger ever has.
const KEYS_MAX: usize = 64;

/// The keys of the log, as the ledger's thing says; `None` where what it says is damaged.
pub(crate) fn log_keys_of(ledger: &Thing) -> Option<KeyHistory> {
    entries(ledger).iter().map(key_of).collect::<Option<Vec<_>>>().map(KeyHistory::new)
}

fn key_of(entry: &Field) -> Option<PolicyKey> {
    let size = |name: &str| match entry.member(name) {
        None => Some(None),
        Some(Field::Integer(size)) => u64::try_from(*size).ok().map(Some),
        Some(_) => None,
    };
    let vkey = entry.member("vkey").and_then(Field::as_text)?.parse().ok()?;
    Some(PolicyKey { vkey, from: size("from")??, until: size("until")? })
}

/// The list, or what it begins with.
fn entries(ledger: &Thing) -> Vec<Field> {
    if let Some(Field::List(list)) = ledger.fields.get(LOG_KEYS) {
        return list.clone();
    }
    let opened = ledger.fields.get(OPENED_WITH).and_then(Field::as_list).unwrap_or_default();
    let first = opened.first().and_then(Field::as_text);
    first.map(|vkey| entry(vkey, Field::Integer(0))).into_iter().collect()
}

fn entry(vkey: &str, from: Field) -> Field {
    let fields = [("vkey", Field::from(vkey)), ("from", from)];
    Field::Map(fields.map(|(name, value)| (name.to_owned(), value)).into())
}

fn vkey_of(entry: &Field) -> Option<&str> {
    entry.member("vkey").and_then(Field::as_text)
}

fn is_in_force(entry: &Field) -> bool {
    entry.member("until").is_none()
}

/// The first checkpoint that holds the event: its size.
fn first_size(after: &Thing) -> Field {
    position_field(Position(after.position.0.saturating_add(1)))
}

/// `log-key-added@1`: a key that this log never had signs from the next checkpoint on.
pub(super) fn add(context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    let broken = |why| Broken { rule: ADDS, pointer: "/data/vkey", why };
    let text = text_of(context.event.data.get("vkey")).unwrap_or_default();
    let vkey = text.parse::<Vkey>().ok();
    let is_of_log = |vkey: &Vkey| {
        vkey.signature_type() == SignatureType::Ed25519 && vkey.name() == context.event.ledger
    };
    let Some(vkey) = vkey.filter(is_of_log) else {
        return Err(broken(Why::FieldNotOfKind { kind: VKEY }));
    };
    let mut list = entries(after);
    let known = list.iter().filter_map(|entry| vkey_of(entry)?.parse::<Vkey>().ok());
    // A line of a note names its key by the id alone.
    if let Some(same) = known.into_iter().find(|known| known.id() == vkey.id()) {
        let why = Why::NotUnique { index: LOG_KEYS.to_owned(), owner: same.to_string() };
        return Err(broken(why));
    }
    if list.iter().filter(|entry| is_in_force(entry)).count() >= IN_FORCE_MAX {
        return Err(broken(Why::TooLong { max: IN_FORCE_MAX }));
    }
    if list.len() >= KEYS_MAX {
        return Err(broken(Why::TooLong { max: KEYS_MAX }));
    }
    list.push(entry(text, first_size(after)));
    after.fields.insert(LOG_KEYS.to_owned(), Field::List(list));
    Ok(())
}

/// `log-key-retired@1`: a key in force signs nothing from the next checkpoint on; another is left.
pub(super) fn retire(context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    let broken = |why| Broken { rule: RETIRES, pointer: "/data/vkey", why };
    let text = text_of(context.event.data.get("vkey")).unwrap_or_default();
    let until = first_size(after);
    let mut list = entries(after);
    let in_force: Vec<_> = list.iter().filter(|entry| is_in_force(entry)).collect();
    if !in_force.iter().any(|entry| vkey_of(entry) == Some(text)) {
        let allowed = in_force.iter().filter_map(|entry| vkey_of(entry)).map(str::to_owned);
        let (operand, allowed) = ("data.vkey".to_owned(), allowed.collect());
        return Err(broken(Why::ValueNotOneOf { operand, allowed }));
    }
    if in_force.len() == 1 {
        return Err(broken(last()));
    }
    let reason = text_of(context.event.data.get("reason")).unwrap_or_default();
    for entry in &mut list {
        if let Field::Map(fields) = entry
            && fields.get("vkey").and_then(Field::as_text) == Some(text)
        {
            ended(fields, until.clone(), reason);
        }
    }
    after.fields.insert(LOG_KEYS.to_owned(), Field::List(list));
    Ok(())
}

fn ended(entry: &mut Fields, until: Field, reason: &str) {
    entry.insert("until".to_owned(), until);
    entry.insert("reason".to_owned(), Field::from(reason));
}

/// What can be said of an addition before it is written.
pub(super) fn addition_outlooks() -> Vec<(&'static str, Outlook)> {
    vec![(ADDS, Outlook::depends(&["data.vkey"]))]
}

/// What can be said of a retirement before it is written: nothing is retired where one key is in force.
pub(super) fn retirement_outlooks(context: &Context<'_>) -> Vec<(&'static str, Outlook)> {
    let list = context.this().map(entries).unwrap_or_default();
    let is_last = list.iter().filter(|entry| is_in_force(entry)).count() <= 1;
    let outlook = if is_last { Outlook::fails(last()) } else { Outlook::depends(&["data.vkey"]) };
    vec![(RETIRES, outlook)]
}

fn last() -> Why {
    Why::TooFewLeft { list: LOG_KEYS, min: 1 }
}

/// What a key must be, Indonesian and English.
const VKEY: (&str, &str) = (
    "kunci verifikasi C2SP Ed25519 yang bernama origin buku besar ini",
    "a C2SP Ed25519 verifier key named as the origin of this ledger",
);

//! How long an act of the ledger itself waits for its second signature, and how many of one person wait: whoever holds
//! one key can fill no stream, and what a stolen key has left behind does not outlive it. An act of a region waits as long
//! as its agency stands, or another in its place. From version 3 on.

use jiff::Timestamp;

use super::attestation::standing_of;
use super::cited::from_three;
use super::marks::PENDING;
use super::written::written;
use super::{ACTIVE, key_of};
use crate::rules::RuleSet;
use crate::rules::closed::is_closed;
use crate::rules::operand::Context;
use crate::rules::orphan::is_orphaned;
use crate::rules::refusal::Why;
use crate::rules::role::{Who, ledger_key};
use crate::rules::ruleset::Structural;
use crate::rules::succession::{agency_key, ended};
use crate::rules::thing::{Facts, Field, Fields, Thing};

/// Structural rule: how many wait, and how long.
pub(super) const WAITS: &str = "SYS.11.4";

/// Most acts of one person that wait in one stream of the ledger itself.
const OF_ONE_MAX: usize = 4;
/// How long such an act waits, in seconds.
pub(crate) const WAITS_S: i64 = 30 * 24 * 60 * 60;

/// What of such an act its entry shows: what it would change, for those who are asked to sign.
const SHOWN: [&str; 8] =
    ["policy", "ruleset", "name", "replaces", "person", "agency", "certificate", "vkey"];

/// Is the event about a stream that no region writes?
pub(super) fn is_of_ledger(context: &Context<'_>) -> bool {
    let stream = context.event.subject.split('/').next();
    from_three(context) && stream.is_some_and(is_closed)
}

/// What the entry of such an act says besides: by which certificate it was signed, until when it waits, and of what it is.
pub(super) fn terms(context: &Context<'_>) -> Vec<(&'static str, Field)> {
    let Some(world) = context.world.filter(|_| is_of_ledger(context)) else { return Vec::new() };
    let until = now(context).saturating_add(WAITS_S);
    let shown = SHOWN.iter().filter_map(|name| {
        let value = context.event.data.get(*name)?.as_str()?;
        Some(((*name).to_owned(), Field::from(value)))
    });
    let certificate = world.signatory.certificate.to_string();
    vec![
        ("certificate", Field::Text(certificate)),
        ("until", Field::Text(written(until))),
        ("data", Field::Map(shown.collect())),
    ]
}

/// Those that wait no more go; then there is room for one more of this person, or not.
pub(super) fn make_room(
    waiting: &mut Vec<Field>,
    by: &str,
    context: &Context<'_>,
) -> Result<(), Why> {
    if !is_of_ledger(context) {
        return Ok(());
    }
    waiting.retain(|entry| match entry {
        Field::Map(entry) => lapsed(entry, context).is_none(),
        _ => false,
    });
    let his = |entry: &&Field| entry.member("by").and_then(Field::as_text) == Some(by);
    if waiting.iter().filter(his).count() < OF_ONE_MAX {
        return Ok(());
    }
    Err(Why::TooManyWait { max: OF_ONE_MAX })
}

/// Why the act of this entry waits no more, at the time of an event.
pub(super) fn lapsed(entry: &Fields, context: &Context<'_>) -> Option<Why> {
    let by = entry.get("by").and_then(Field::as_text);
    let waiting = Waiting {
        rules: context.rules,
        subject: &context.event.subject,
        ledger: context.thing(&ledger_key(context.event)),
        signer: by.and_then(|by| context.thing(&key_of("signer/", by))),
        agencies: context.world?.facts,
        now_s: now(context),
    };
    waiting.lapsed(entry)
}

/// What it rests on that an act of a stream still waits.
pub(crate) struct Waiting<'a> {
    pub(crate) rules: &'a RuleSet,
    /// Its stream.
    pub(crate) subject: &'a str,
    /// The thing of the ledger.
    pub(crate) ledger: Option<&'a Thing>,
    /// The thing of who signed it first.
    pub(crate) signer: Option<&'a Thing>,
    /// The things of the agency that it is of, and of those in its place.
    pub(crate) agencies: &'a Facts,
    /// When it is asked, in seconds since 1970 UTC.
    pub(crate) now_s: i64,
}

impl Waiting<'_> {
    /// Why the act of this entry waits no more: its time is over, the certificate that it was signed with has ended or counts
    /// no longer, or who signed it is no more the one who may; of acts of regions, its agency has ended and nobody stands in
    /// its place. None where it waits.
    pub(crate) fn lapsed(&self, entry: &Fields) -> Option<Why> {
        let text = |name: &str| entry.get(name).and_then(Field::as_text);
        let Some((certificate, until)) = text("certificate").zip(text("until")) else {
            return self.without_agency(text("agency")?);
        };
        let over = until.parse::<Timestamp>().is_ok_and(|until| self.now_s >= until.as_second());
        if over {
            return Some(Why::WaitedTooLong { until: until.to_owned() });
        }
        let by = text("by")?;
        let standing = self.signer.and_then(|signer| standing_of(signer, certificate, self.now_s));
        let certificate = certificate.to_owned();
        match standing {
            Some((ACTIVE, true)) => self.not_entitled(text("type")?, by),
            Some((ACTIVE, false)) => Some(Why::CertificateNotAttested { certificate }),
            _ => Some(Why::CertificateNotActive { certificate }),
        }
    }

    fn without_agency(&self, agency: &str) -> Option<Why> {
        let three = self.rules.structural() >= Structural::Three;
        let orphaned = three && is_orphaned(self.agencies, agency);
        ended(self.agencies.get(&agency_key(agency)), agency).filter(|_| orphaned)
    }

    /// Who may do the act, where its first signatory is none of them any more: he stands on no list that its rows name, and
    /// it is not about himself.
    fn not_entitled(&self, kind: &str, by: &str) -> Option<Why> {
        let rows = self.rules.acts().filter(|act| act.kind == kind);
        let who: Vec<_> = rows.flat_map(|act| &act.who).collect();
        let is_himself = self.subject == key_of("signer/", by);
        let may = |who: &&Who| {
            if who.actor.is_power() { who.actor.is_listed(by, self.ledger) } else { is_himself }
        };
        if who.iter().any(may) {
            return None;
        }
        Some(Why::ActorNotEntitled { entitled: who.into_iter().map(Who::in_words).collect() })
    }
}

/// Seconds since 1970 UTC.
pub(super) fn now(context: &Context<'_>) -> i64 {
    context.world.map_or(0, |world| world.recorded_at_micros.div_euclid(1_000_000))
}

/// The signers of the acts that wait: whether they wait still rests on their certificates.
pub(crate) fn waiting_signers(thing: &Thing) -> impl Iterator<Item = String> {
    let waiting = thing.fields.get(PENDING).and_then(Field::as_list).unwrap_or_default();
    let text = |entry: &Field, name: &str| entry.member(name)?.as_text().map(str::to_owned);
    let of_ledger = move |entry: &&Field| entry.member("until").is_some();
    waiting
        .iter()
        .filter(of_ledger)
        .filter_map(move |entry| text(entry, "by"))
        .map(|by| key_of("signer/", &by))
}

//! What the acts about earlier events have in common: which event is meant, and who may speak of it.

use super::countersignature::waits;
use super::first::First;
use super::marks::{VOIDED, is_marked};
use super::party::{is_at_home, is_party};
use super::signers::is_listed;
use super::{Broken, is_structural};
use crate::event::{Event, SignedAs};
use crate::rules::act::Act;
use crate::rules::next::Outlook;
use crate::rules::operand::{Context, Item, World};
use crate::rules::past::{Followed, Known, LATER_BYTES_MAX, LATER_MAX, Lineage, Past, Recorded};
use crate::rules::refusal::{Code, Refusal, Text, Why};
use crate::rules::role;
use crate::rules::ruleset::Structural;
use crate::rules::succession::stands_for;

/// Structural rule: which events can be spoken of.
pub(super) const OF_THIS_STREAM: &str = "SYS.9.1";
/// Structural rule: who may speak of one.
const SAME_AUTHORITY: &str = "SYS.9.2";

/// The event that is spoken of.
#[derive(Clone, Copy)]
pub(super) struct Cited<'a> {
    pub(super) known: &'a Known,
    pub(super) act: &'a Act,
}

impl<'a> Cited<'a> {
    /// The event that `data.event` names: of this stream and of no structural type.
    pub(super) fn find(context: &Context<'a>, by: &Act) -> Result<Self, Refusal> {
        let broken =
            |why| Broken { rule: OF_THIS_STREAM, pointer: "/data/event", why }.into_refusal(by);
        let past = context.world.and_then(|world| world.past);
        let known = match past {
            Some(Past::Known(known)) => known,
            Some(Past::NotHeld(position)) => {
                return Err(broken(Why::EventNotHeld { position: *position }));
            }
            Some(Past::TooMuch) => return Err(broken(too_much())),
            None => return Err(broken(Why::EventUnknown)),
        };
        let (subject, kind) = (&known.cited.event.subject, &known.cited.event.kind);
        if *subject != context.event.subject {
            return Err(broken(Why::EventOfAnotherStream { subject: subject.clone() }));
        }
        // A structural act can be spoken of only while it waits for a signature.
        let waiting = context.this().is_some_and(|this| waits(this, &known.cited));
        let act = known.cited.act();
        let act = act.filter(|act| waiting || !is_structural(act) && act.builtin.is_none());
        let Some(act) = act else {
            return Err(broken(Why::EventStructural { kind: kind.clone() }));
        };
        Ok(Self { known, act })
    }

    /// It was not voided: the stream shows what was.
    pub(super) fn check_standing(&self, context: &Context<'_>, by: &Act) -> Result<(), Refusal> {
        let voided = context.this().is_some_and(|this| is_marked(this, VOIDED, self.recorded()));
        if voided { Err(Self::refusal(Why::EventVoided, by)) } else { Ok(()) }
    }

    /// It does not wait for a signature: what is not done yet is voided, and done anew.
    pub(super) fn check_complete(&self, context: &Context<'_>, by: &Act) -> Result<(), Refusal> {
        let waits = context.this().is_some_and(|this| waits(this, self.recorded()));
        if waits { Err(Self::refusal(Why::EventPending, by)) } else { Ok(()) }
    }

    /// What has become of it. Not more has followed than is looked into.
    pub(super) fn followed(&self, by: &Act) -> Result<&'a Followed, Refusal> {
        // It is asked of whoever is heard.
        let followed = self.known.followed.as_ref();
        let followed = followed.ok_or_else(|| Self::refusal(Why::EventUnknown, by))?;
        if followed.things.iter().any(|lineage| lineage.is_cut) {
            return Err(Self::refusal(too_much(), by));
        }
        Ok(followed)
    }

    /// What has become of its stream. An event that stands has changed that.
    pub(super) fn stream(&self, by: &Act) -> Result<&'a Lineage, Refusal> {
        let stream = self.followed(by)?.things.first();
        stream.ok_or_else(|| Self::refusal(Why::EventUnknown, by))
    }

    fn refusal(why: Why, by: &Act) -> Refusal {
        Broken { rule: OF_THIS_STREAM, pointer: "/data/event", why }.into_refusal(by)
    }

    pub(super) fn recorded(&self) -> &'a Recorded {
        &self.known.cited
    }

    /// He who signed or decided it, whoever may do the act, or an authority of the ledger; where the text names
    /// nobody, its agency.
    pub(super) fn check_authority(&self, context: &Context<'a>, by: &Act) -> Result<(), Refusal> {
        let Some(world) = context.world else { return Ok(()) };
        let recorded = self.recorded();
        let same_agency = recorded.event.source == context.event.source;
        let himself = recorded.signatory.person == world.signer() && same_agency;
        let decided =
            recorded.event.decision.as_ref().is_some_and(|one| one.by == world.acting.person);
        let authority = world.acting.is_personal() && is_listed(context, "authorities");
        let own = himself && recorded.event.signed_as == SignedAs::Official;
        let another = || !self.is_against(context, world);
        let entitled = himself || authority || self.is_entitled(context, world);
        if own || decided || entitled && another() {
            return Ok(());
        }
        if let Some(party) = self.against(context).filter(|_| entitled) {
            let why = Why::ActorIsParty { party: party.to_owned() };
            let wording = by.wording_of(SAME_AUTHORITY);
            return Err(Refusal::new(Code::RoleMissing, Some(SAME_AUTHORITY), "/source", why)
                .worded(wording));
        }
        let mut entitled: Vec<_> = self.act.who.iter().map(of_its_agency).collect();
        entitled.push(Text { id: "AUTHORITY".to_owned(), en: "AUTHORITY".to_owned() });
        Err(not_entitled(entitled, by))
    }

    /// Nobody takes back what waits against his own certificates, but him who signed it: a stolen key would stop whoever
    /// stops it. From version 3.
    pub(super) fn check_not_against_himself(
        &self,
        context: &Context<'_>,
        by: &Act,
    ) -> Result<(), Refusal> {
        let holder = context.event.subject.strip_prefix("signer/");
        let signer = context.signer();
        let against_himself = holder.is_some() && holder == signer;
        let own = signer == Some(self.recorded().signatory.person.as_str());
        if !from_three(context) || !against_himself || own {
            return Ok(());
        }
        let another = Text {
            id: "orang lain daripada pemegang sertifikat itu".to_owned(),
            en: "another than the holder of the certificates".to_owned(),
        };
        Err(not_entitled(vec![another], by))
    }

    /// The person or agency to whom it is done, where its row says so. From version 3.
    pub(super) fn against(&self, context: &Context<'a>) -> Option<&'a str> {
        let recorded = self.recorded();
        let his = Context { rules: &recorded.rules, event: &recorded.event, ..*context };
        let against = self.act.against.as_ref().filter(|_| from_three(context))?;
        against.value(&his).and_then(Item::as_text)
    }

    /// Is it done to him who speaks of it, or to his agency? Not where he uses the office that decided it as one of its
    /// own agency. From version 3.
    pub(super) fn is_against(&self, context: &Context<'a>, world: &World<'_>) -> bool {
        let earlier = &self.recorded().event;
        let decided_in = earlier.decision.as_ref().map(|decision| &decision.office);
        let decided_in = decided_in.or(earlier.office.as_ref()).map(String::as_str);
        let in_its_office = decided_in.is_some() && world.acting.office == decided_in;
        self.against(context).is_some_and(|against| {
            let of_office = in_its_office && is_at_home(against, context, world);
            is_party(against, context, world) && !of_office
        })
    }

    /// May he do the act that was done: one of its agency, one in its office, or whom the row names by what the
    /// event says? What any agency may do for itself, none may undo for another.
    pub(super) fn is_entitled(&self, context: &Context<'_>, world: &World<'_>) -> bool {
        let earlier = &self.recorded().event;
        let of_its_agency = stands_for(world.facts, context.event.agency(), earlier.agency());
        if self.act.who.is_empty() {
            return of_its_agency && !world.acting.is_guest();
        }
        if First::of(self.recorded(), self.act, context).is_some_and(|first| first.signs(context)) {
            return true;
        }
        let event = in_place_of(earlier, context.event);
        let rules = &self.recorded().rules;
        let his = Context { rules, event: &event, world: Some(world), after: None };
        if of_its_agency || in_its_office(earlier, context.event) {
            return role::entitled(self.act, &his, &mut Vec::new()).is_ok();
        }
        role::is_named(self.act, &his)
    }
}

/// Is it decided by version 3 of the structural acts, or a later one?
pub(super) fn from_three(context: &Context<'_>) -> bool {
    context.rules.structural() >= Structural::Three
}

/// Whoever may do the act, of the agency that did it or in its office; whom the row names by what the event says, of any.
fn of_its_agency(who: &role::Who) -> Text {
    let Text { id, en } = who.in_words();
    match who.of() {
        Some(_) => Text { id, en },
        None => Text {
            id: format!("{id} dari instansi yang mencatatnya"),
            en: format!("{en} of the agency that recorded it"),
        },
    }
}

/// More has followed than is looked into.
fn too_much() -> Why {
    Why::TooMuchFollowed { events_max: LATER_MAX, bytes_max: LATER_BYTES_MAX }
}

/// Only these may speak of the event.
fn not_entitled(entitled: Vec<Text>, by: &Act) -> Refusal {
    let why = Why::ActorNotEntitled { entitled };
    let wording = by.wording_of(SAME_AUTHORITY);
    Refusal::new(Code::RoleMissing, Some(SAME_AUTHORITY), "/source", why).worded(wording)
}

/// An earlier act as if done now by him who speaks of it.
pub(crate) fn in_place_of(earlier: &Event, by: &Event) -> Event {
    Event {
        source: by.source.clone(),
        office: by.office.clone(),
        mandate: by.mandate,
        mandate_ref: by.mandate_ref.clone(),
        signed_as: by.signed_as,
        decision: by.decision.clone(),
        ..earlier.clone()
    }
}

/// Is the office used in which the earlier act was done?
pub(super) fn in_its_office(earlier: &Event, by: &Event) -> bool {
    office_used(by).is_some() && office_used(by) == office_used(earlier)
}

fn office_used(event: &Event) -> Option<&String> {
    let decided_in = event.decision.as_ref().map(|decision| &decision.office);
    decided_in.or(event.office.as_ref())
}

/// What can be said before such an act is written: nothing can be said of an event of a stream that has none.
pub(super) fn outlook(context: &Context<'_>) -> Vec<(&'static str, Outlook)> {
    vec![match context.this() {
        None => (OF_THIS_STREAM, Outlook::fails(Why::EventUnknown)),
        Some(_) => (OF_THIS_STREAM, Outlook::depends(&["data.event"])),
    }]
}

//! Who may sign an act: the actors as data, and whether he who asks is one of them.

use std::collections::BTreeSet;

use super::Outlook;
use super::sketch::Sketch;
use crate::rules::act::Act;
use crate::rules::mandate::Use;
use crate::rules::refusal::{Text, Why};
use crate::rules::role::{Who, has_person, held, ledger_key, signer_key};
use crate::rules::ruleset::Structural;
use crate::rules::succession;
use crate::rules::thing::{Field, Fields, Thing};

/// One entry of an act's `who`.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the demands of an actor, each on its own")]
pub struct Entitled<'a> {
    /// As the rule set writes it: `PSE of data.holder`.
    pub written: &'a str,
    /// All that it demands, in words.
    pub words: Text,
    /// The function that the agency has: `kominfo`.
    pub function: Option<&'a str>,
    /// The kind that the agency is of: `opd`.
    pub kind: Option<&'a str>,
    /// The offices, one of which is used.
    pub offices: &'a [String],
    /// The office used is the headship of the agency.
    pub head: bool,
    /// An authority of the ledger.
    pub authority: bool,
    /// A registrar of the ledger.
    pub registrar: bool,
    /// The value that the agency is, or the person where `itself`.
    pub of: Option<String>,
    /// The relation is to the person.
    pub itself: bool,
    /// Is he who asks such a one?
    pub outlook: Outlook,
}

/// Everybody who may sign.
pub(super) fn entitled<'a>(act: &'a Act, sketch: &Sketch<'_>) -> Vec<Entitled<'a>> {
    let entitled = |who: &'a Who| Entitled {
        written: &who.text,
        words: who.in_words(),
        function: who.actor.function.as_deref(),
        kind: who.actor.kind.as_deref(),
        offices: who.offices(),
        head: who.actor.head,
        authority: who.actor.authority,
        registrar: who.actor.registrar,
        of: who.of().map(ToString::to_string),
        itself: who.itself,
        outlook: Asking { sketch }.is(who),
    };
    act.who.iter().map(entitled).collect()
}

/// May he who asks sign the act?
pub(super) fn any(act: &Act, sketch: &Sketch<'_>) -> Outlook {
    let asking = Asking { sketch };
    let office = asking.is_of_a_standing_agency().and(asking.holds_the_office_he_names());
    if act.who.is_empty() {
        return office;
    }
    let entitled = act.who.iter().map(Who::in_words).collect();
    let nobody = Outlook::fails(Why::ActorNotEntitled { entitled });
    let decides = act.is_decided_in_person(sketch.context.rules.structural());
    let person = if decides { asking.is_a_person() } else { Outlook::Holds };
    let any = act.who.iter().fold(nobody.clone(), |any, who| any.or(asking.is(who))).and(person);
    // One reason for all of them, not that of the last.
    let any = if matches!(any, Outlook::Fails(_)) { nobody } else { any };
    office.and(any)
}

/// He who asks, as far as he is known.
struct Asking<'a> {
    sketch: &'a Sketch<'a>,
}

impl Asking<'_> {
    /// As `Who::is`, in three values.
    fn is(&self, who: &Who) -> Outlook {
        let actor = &who.actor;
        let personally = who.needs_person(self.sketch.context.rules.structural());
        let parts = [
            self.relation(who),
            if personally { self.is_a_person() } else { Outlook::Holds },
            self.of_agency(who),
            self.of_offices(who),
            if actor.holder { self.is_holder() } else { Outlook::Holds },
            if actor.head { self.is_head() } else { Outlook::Holds },
            if who.itself || actor.needs_office() {
                Outlook::Holds
            } else {
                self.speaks_for_agency()
            },
            if actor.authority { self.is_listed("authorities") } else { Outlook::Holds },
            if actor.registrar { self.is_listed("registrars") } else { Outlook::Holds },
            if actor.service { self.is_listed("services") } else { Outlook::Holds },
        ];
        parts.into_iter().fold(Outlook::Holds, Outlook::and)
    }

    fn relation(&self, who: &Who) -> Outlook {
        let Some(of) = who.of() else { return Outlook::Holds };
        let mut awaited = BTreeSet::new();
        self.sketch.operand(of, &mut awaited);
        let own = if who.itself { self.person() } else { self.agency() };
        if own.is_none() {
            awaited.insert(if who.itself { "signer" } else { "source" }.to_owned());
        }
        if !awaited.is_empty() {
            return Outlook::Depends(awaited);
        }
        when(own.is_some_and(|own| who.is_that_of(of, own, &self.sketch.context)))
    }

    /// The certificate of a system holds no office and is nobody.
    fn is_a_person(&self) -> Outlook {
        let Some(world) = self.sketch.context.world else { return Outlook::Holds };
        when(world.acting.is_personal())
    }

    fn of_agency(&self, who: &Who) -> Outlook {
        if !who.actor.needs_agency() {
            return Outlook::Holds;
        }
        let Some(agency) = self.agency() else { return Outlook::depends(&["source"]) };
        let key = format!("agency/{agency}");
        if self.sketch.hidden.contains(&key) {
            return Outlook::depends(&[&key]);
        }
        when(who.actor.is_of_agency(self.sketch.context.thing(&key)))
    }

    fn of_offices(&self, who: &Who) -> Outlook {
        let offices = who.offices();
        if offices.is_empty() {
            return Outlook::Holds;
        }
        match (&self.sketch.asker.office, self.person()) {
            (Some(office), _) => when(offices.contains(office)),
            // He names the one that he holds.
            (None, Some(person)) => when(offices.iter().any(|office| self.is_held(office, person))),
            (None, None) => Outlook::depends(&["office"]),
        }
    }

    /// Uses the office that the event is about.
    fn is_holder(&self) -> Outlook {
        let subject = self.sketch.context.event.subject.as_str();
        match (&self.sketch.asker.office, self.person()) {
            (Some(office), _) => when(office == subject),
            (None, Some(person)) => when(self.is_held(subject, person)),
            (None, None) => Outlook::depends(&["office"]),
        }
    }

    fn is_head(&self) -> Outlook {
        match (&self.sketch.asker.office, self.person(), self.agency()) {
            (Some(office), Some(person), Some(agency)) => {
                let tenure = self.tenure(office, person);
                when(tenure.is_some_and(|tenure| {
                    tenure.get("head") == Some(&Field::Flag(true))
                        && tenure.get("agency").and_then(Field::as_text) == Some(agency)
                }))
            }
            (None, _, _) => Outlook::depends(&["office"]),
            (_, None, _) => Outlook::depends(&["signer"]),
            (_, _, None) => Outlook::depends(&["source"]),
        }
    }

    /// In an office of another agency than his own, that is no headship of it, he does only what names the office.
    fn speaks_for_agency(&self) -> Outlook {
        let context = &self.sketch.context;
        let (Some(office), Some(person), Some(agency)) =
            (&self.sketch.asker.office, self.person(), self.agency())
        else {
            return Outlook::Holds;
        };
        let enrolled = context.thing(&signer_key(person)).and_then(|signer| signer.text("agency"));
        let at_home = context.rules.structural() < Structural::Three
            || enrolled.is_none_or(|own| own == agency);
        if at_home || self.is_head() == Outlook::Holds {
            return Outlook::Holds;
        }
        Outlook::fails(Why::OfficeElsewhere { office: office.clone(), agency: agency.to_owned() })
    }

    fn is_listed(&self, list: &str) -> Outlook {
        let Some(person) = self.person() else { return Outlook::depends(&["signer"]) };
        when(self.sketch.context.has_power())
            .and(when(self.ledger().is_some_and(|ledger| has_person(ledger, list, person))))
    }

    /// An agency that ended does nothing more, whatever the act.
    fn is_of_a_standing_agency(&self) -> Outlook {
        let Some(agency) = self.agency() else { return Outlook::Holds };
        let thing = self.sketch.context.thing(&succession::agency_key(agency));
        succession::ended(thing, agency).map_or(Outlook::Holds, Outlook::fails)
    }

    /// An office that the event names must be held by him who signs, whatever the act.
    fn holds_the_office_he_names(&self) -> Outlook {
        let (Some(office), Some(person)) = (&self.sketch.asker.office, self.person()) else {
            return Outlook::Holds;
        };
        if self.is_held(office, person) {
            return Outlook::Holds;
        }
        let day = self.sketch.context.world.map(|world| world.day_of(world.recorded_at_micros));
        Outlook::fails(Why::OfficeNotHeld {
            office: office.clone(),
            person: person.to_owned(),
            day: day.map(|day| day.to_string()).unwrap_or_default(),
        })
    }

    fn is_held(&self, office: &str, person: &str) -> bool {
        self.tenure(office, person).is_some()
    }

    /// Under whatever mandate: the event says which.
    fn tenure<'b>(&'b self, office: &'b str, person: &'b str) -> Option<&'b Fields> {
        let world = self.sketch.context.world?;
        let today = world.day_of(world.recorded_at_micros);
        let rules = self.sketch.context.rules;
        if rules.structural() == Structural::One {
            return held(world.facts, office, person, today, |_| true).ok();
        }
        let kind = self.sketch.context.event.kind.as_str();
        let right = Use { facts: world.facts, office, person, day: today, kind }.by_any();
        right.ok().map(|right| right.tenure)
    }

    fn person(&self) -> Option<&str> {
        self.sketch.asker.person.as_deref()
    }

    fn agency(&self) -> Option<&str> {
        self.sketch.asker.agency.as_deref()
    }

    fn ledger(&self) -> Option<&Thing> {
        self.sketch.context.thing(&ledger_key(self.sketch.context.event))
    }
}

fn when(holds: bool) -> Outlook {
    if holds {
        Outlook::Holds
    } else {
        Outlook::fails(Why::ActorNotEntitled { entitled: Vec::new() })
    }
}

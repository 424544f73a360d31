//! One entry of an act's `who`: an actor, perhaps in relation to a value.

use super::{Actor, signer_key};
use crate::rules::Warning;
use crate::rules::operand::{Context, Item, Operand, World};
use crate::rules::reader::RuleSetReason;
use crate::rules::refusal::Text;
use crate::rules::ruleset::Structural;
use crate::rules::succession::stands_for;
use crate::rules::thing::Thing;

/// One entry of an act's `who`: an actor, perhaps in relation to a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Who {
    /// As written: `PSE of data.holder`.
    pub(crate) text: String,
    pub(crate) actor: Actor,
    of: Option<Operand>,
    /// `SELF of ...`: the relation is to the person, not to the agency.
    pub(crate) itself: bool,
}

impl Who {
    /// Resolves `DINAS` or `PSE of data.holder`; `SELF of subject.person` needs no definition.
    pub(crate) fn resolve(
        text: &str,
        actor: impl FnOnce(&str) -> Option<Actor>,
        operand: impl FnOnce(&str) -> Result<Operand, RuleSetReason>,
    ) -> Result<Self, RuleSetReason> {
        let (name, of) = match text.split_once(" of ") {
            Some((name, of)) => (name, Some(operand(of)?)),
            None => (text, None),
        };
        let itself = name == "SELF" && of.is_some();
        let undefined = || RuleSetReason::Undefined { name: name.to_owned() };
        let actor = if itself { Actor::default() } else { actor(name).ok_or_else(undefined)? };
        Ok(Self { text: text.to_owned(), actor, of, itself })
    }

    /// The offices, one of which is used; empty where none is needed, or any headship does.
    pub(crate) fn offices(&self) -> &[String] {
        &self.actor.offices
    }

    /// `DINAS (agency with the function kominfo)`; `PSE (agency) of "holder" of the event`.
    pub(crate) fn in_words(&self) -> Text {
        self.in_words_for(None)
    }

    /// The same of an act of the agency `source`: `KAOPD (head of the agency) of dinkes`.
    pub(crate) fn in_words_for(&self, source: Option<&str>) -> Text {
        let described = |name: &str, words: &str| {
            if words.is_empty() { name.to_owned() } else { format!("{name} ({words})") }
        };
        let name = self.text.split_once(" of ").map_or(self.text.as_str(), |(name, _)| name);
        let words = self.actor.in_words();
        let Text { mut id, mut en } = if self.itself {
            Text { id: "yang bersangkutan sendiri".to_owned(), en: "the person himself".to_owned() }
        } else {
            Text { id: described(name, &words.id), en: described(name, &words.en) }
        };
        if let Some(of) = &self.of {
            let of = match (of, source) {
                (Operand::Source, Some(agency)) => {
                    Text { id: agency.to_owned(), en: agency.to_owned() }
                }
                (of, _) => of.in_words(),
            };
            let (indonesian, english) = if self.itself { (", ", ", ") } else { (" dari ", " of ") };
            id = format!("{id}{indonesian}{}", of.id);
            en = format!("{en}{english}{}", of.en);
        }
        Text { id, en }
    }

    /// Must it be another than the one who signed first?
    pub(crate) fn is_another(&self) -> bool {
        self.actor.other
    }

    /// What it finds of an actor who acts all the same.
    pub(crate) fn finding(&self) -> Option<&Warning> {
        self.actor.finding.as_ref().map(|finding| &finding.warning)
    }

    pub(crate) fn of(&self) -> Option<&Operand> {
        self.of.as_ref()
    }

    /// Is `own`, the person or agency that acts, the value of the operand? An agency stands for those that it
    /// succeeded, where the value is one that is kept.
    pub(crate) fn is_that_of(&self, of: &Operand, own: &str, context: &Context<'_>) -> bool {
        let Some(value) = of.value(context).and_then(Item::as_text) else { return false };
        match context.world {
            Some(world) if !self.itself && of.is_of_things() => stands_for(world.facts, own, value),
            _ => value == own,
        }
    }

    pub(crate) fn is(
        &self,
        context: &Context<'_>,
        agency: Option<&Thing>,
        ledger: Option<&Thing>,
    ) -> bool {
        let related = self.is_related(context);
        related && self.is_if(context.has_power(), context, agency, ledger)
    }

    /// Is he the one who signs besides, by what an act says? From version 3 of the structural acts an agency signs for
    /// those that it succeeded since.
    pub(crate) fn cosigns(
        &self,
        context: &Context<'_>,
        agency: Option<&Thing>,
        ledger: Option<&Thing>,
    ) -> bool {
        let succeeds = || {
            let value = self.of.as_ref().and_then(|of| of.value(context)).and_then(Item::as_text);
            let three = context.rules.structural() >= Structural::Three && !self.itself;
            context
                .world
                .filter(|_| three)
                .zip(value)
                .is_some_and(|(world, value)| stands_for(world.facts, world.acting.agency, value))
        };
        let related = self.is_related(context) || succeeds();
        related && self.is_if(context.has_power(), context, agency, ledger)
    }

    /// Is it the person or agency to whom the row relates him, where it does?
    fn is_related(&self, context: &Context<'_>) -> bool {
        let Some(world) = context.world else { return false };
        if self.itself && world.acting.is_before_the_ledger() && !is_of_its_agency(context, world) {
            return false;
        }
        self.of.as_ref().is_none_or(|of| {
            let own = if self.itself { world.acting.person } else { world.acting.agency };
            // Whose something is, what is brought in from before the ledger may be the first to say.
            let unknown = world.acting.is_before_the_ledger() && is_nobodys(context);
            unknown && of.is_of_things() || self.is_that_of(of, own, context)
        })
    }

    /// Would he be the one, were the certificate that he signed with attested?
    pub(super) fn would_be(
        &self,
        context: &Context<'_>,
        agency: Option<&Thing>,
        ledger: Option<&Thing>,
    ) -> bool {
        self.is_related(context) && self.is_if(true, context, agency, ledger)
    }

    /// Would he be the one, were it the person or agency to whom the row relates him?
    pub(crate) fn would_do(
        &self,
        context: &Context<'_>,
        agency: Option<&Thing>,
        ledger: Option<&Thing>,
    ) -> bool {
        self.is_if(context.has_power(), context, agency, ledger)
    }

    /// Is it a person who must act, not a system? From version 3 of the structural acts so is whoever acts by a function of
    /// his agency: it decides about others.
    pub(crate) fn needs_person(&self, version: Structural) -> bool {
        let by_function = self.actor.function.is_some() && version >= Structural::Three;
        self.itself || by_function || self.actor.needs_person()
    }

    /// Were he related, and had he that power: is he the one?
    fn is_if(
        &self,
        has_power: bool,
        context: &Context<'_>,
        agency: Option<&Thing>,
        ledger: Option<&Thing>,
    ) -> bool {
        let Some(world) = context.world else { return false };
        let its_own =
            !self.actor.holder || world.acting.office == Some(context.event.subject.as_str());
        let in_person = world.acting.personal || !self.needs_person(context.rules.structural());
        // A small office elsewhere makes nobody the whole agency.
        let may_speak = !world.acting.is_guest() || self.itself || self.actor.needs_office();
        its_own
            && may_speak
            && in_person
            && (!self.itself || world.acting.personal)
            && self.actor.is(world.acting, has_power, agency, ledger)
    }
}

/// Of what a person did himself before the ledger his own agency tells, for which he is enrolled: he has not signed it.
fn is_of_its_agency(context: &Context<'_>, world: &World<'_>) -> bool {
    let signer = world.facts.get(&signer_key(world.acting.person));
    let agency = signer.and_then(|signer| signer.text("agency"));
    agency.is_some_and(|agency| stands_for(world.facts, context.event.agency(), agency))
}

/// Is nobody known yet whom the rows of its stream name by what is kept?
fn is_nobodys(context: &Context<'_>) -> bool {
    let is_known = |of: &Operand| of.is_of_things() && of.value(context).is_some();
    let mut rows = context.rules.acts().filter(|row| row.subject.matches(&context.event.subject));
    !rows.any(|row| row.who.iter().filter_map(Who::of).any(is_known))
}

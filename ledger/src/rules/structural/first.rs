//! Whose an act was that others have signed besides: the part of him who signed first. It is his agency's, as the act says
//! itself, whatever its stream keeps since: what was handed over names another one there. From version 3.

use super::cited::{from_three, in_its_office, in_place_of};
use super::countersignature::agency_of_source;
use crate::rules::act::Act;
use crate::rules::operand::{Context, Item};
use crate::rules::past::Recorded;
use crate::rules::refusal::Text;
use crate::rules::role::Who;
use crate::rules::succession::stands_for;

/// How an act that waits names the agency that signed first: by where that act came from.
pub(crate) const FIRST: &str = "source";

/// An act that others have signed besides.
#[derive(Clone, Copy)]
pub(super) struct First<'a> {
    recorded: &'a Recorded,
    act: &'a Act,
}

impl<'a> First<'a> {
    /// None where nobody signs besides, as of an act from before the ledger.
    pub(super) fn of(recorded: &'a Recorded, act: &'a Act, context: &Context<'_>) -> Option<Self> {
        let is_cosigned = !act.cosigned_by.is_empty() && recorded.event.imported.is_none();
        (from_three(context) && is_cosigned).then_some(Self { recorded, act })
    }

    /// Does one of those who signed besides speak for his agency, too, as its head does?
    pub(super) fn is_spoken_for(&self, of: &Context<'_>) -> bool {
        let agency = self.recorded.event.agency();
        let named = |who: &Who| {
            let value = who.of().and_then(|named| named.value(of));
            value.and_then(Item::as_text) == Some(agency)
        };
        self.act.cosigned_by.iter().any(named)
    }

    /// Does he who acts sign for that agency, or in the office that was used, as one of those who may do the act?
    pub(super) fn signs(&self, context: &Context<'_>) -> bool {
        let Some(world) = context.world else { return false };
        let earlier = &self.recorded.event;
        let is_its = stands_for(world.facts, world.acting.agency, earlier.agency());
        if !is_its && !in_its_office(earlier, context.event) {
            return false;
        }
        let event = in_place_of(earlier, context.event);
        let rules = &self.recorded.rules;
        let his = Context { rules, event: &event, world: Some(world), after: None };
        let agency = agency_of_source(&his, &event.source);
        // Whom the row names by what its stream keeps, his agency was when it signed.
        let is_one = |who: &Who| match who.of().filter(|of| of.is_of_things() && !who.itself) {
            Some(_) => is_its && who.would_do(&his, agency, world.ledger),
            None => who.is(&his, agency, world.ledger),
        };
        self.act.who.iter().any(is_one)
    }
}

/// The agency that signed first, in words.
pub(crate) fn of_first(agency: &str) -> Text {
    Text {
        id: format!("{agency}, yang menandatangani lebih dahulu"),
        en: format!("{agency}, which signed first"),
    }
}

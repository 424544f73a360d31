//! Does a comparison hold? Of the time of a late act it must hold as it is said, and as it is borne out.

use jiff::Span;
use jiff::tz::Offset;

use super::{Comparison, Right};
use crate::rules::operand::{Context, Hours, Item, Operand};
use crate::rules::ruleset::Structural;
use crate::rules::succession::same_agency;

/// The two sides of a comparison.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) left: &'a Operand,
    pub(super) is: Comparison,
    pub(super) right: &'a Right,
    pub(super) plus: Option<Span>,
    pub(super) of_agencies: bool,
}

impl Sides<'_> {
    pub(super) fn hold(self, context: &Context<'_>) -> bool {
        let (left, right) = (self.left.value(context), self.right.value(context));
        let (Some(left), Some(right)) = (left, right) else { return false };
        match self.is {
            Comparison::Equal => self.is_same(left, right, context),
            Comparison::Unequal => !self.is_same(left, right, context),
            _ => self.is_ordered(left, right, context) && self.is_borne_out(left, right, context),
        }
    }

    fn is_same(self, left: Item<'_>, right: Item<'_>, context: &Context<'_>) -> bool {
        left.same_as(right) || (self.of_agencies && same_agency(context, left, right))
    }

    fn is_ordered(self, left: Item<'_>, right: Item<'_>, context: &Context<'_>) -> bool {
        let zone = context.world.map_or(Offset::UTC, |world| world.zone);
        let hours = match context.rules.structural() {
            Structural::One | Structural::Two => Hours::OfPoints,
            Structural::Three => Hours::OfDays,
        };
        let order = left.compare_by(right, zone, self.plus, hours);
        order.is_some_and(|order| self.is.admits(order))
    }

    /// What a late act says of its time counts as far as its paper bears it out.
    fn is_borne_out(self, left: Item<'_>, right: Item<'_>, context: &Context<'_>) -> bool {
        let Some(later) = context.world.and_then(|world| world.borne_out) else { return true };
        let left = if self.left.is_own_time(context) { later } else { left };
        let right = if self.right.is_own_time(context) { later } else { right };
        self.is_ordered(left, right, context)
    }
}

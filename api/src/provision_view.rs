//! What stands around a row in its regulation, as JSON.

use jejak_ledger::rules::{Clock, Duty, Provision, Start, Text, Trigger};
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::shapes::Words;

/// Articles, term, trigger, clock and consequence of a row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Provision)]
pub(crate) struct ProvisionView {
    /// Where it stands: `9(1)-(2)`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    articles: Vec<String>,
    /// The act in the words of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    term: Option<String>,
    /// From when a duty binds; absent where the verb binds nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger: Option<TriggerView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock: Option<ClockView>,
    /// What follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Words>)]
    consequence: Option<Text>,
}

/// From when a duty binds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trigger)]
pub(crate) struct TriggerView {
    /// `standing`, `in-the-act`, `when`.
    kind: &'static str,
    #[schema(value_type = Words)]
    text: Text,
    /// The event types that are that moment, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    acts: Vec<String>,
}

/// By when, or how often.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Clock)]
pub(crate) struct ClockView {
    /// `term`, `every`, `within`, `periodic` (no figure: the region sets one), `at_once`, `moment`.
    kind: &'static str,
    /// ISO 8601, where there is a figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<String>,
    /// The event types and days that it starts at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    starts: Vec<String>,
    /// A date to be reminded of, never overdue.
    reminder: bool,
    #[schema(value_type = Words)]
    text: Text,
}

/// A duty without an act: cited by findings and sanctions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Duty)]
pub(crate) struct DutyView {
    row: String,
    rule: String,
    /// `MUST`, `DO`, `NOT`.
    force: &'static str,
    /// Whom it binds.
    #[schema(value_type = Words)]
    who: Text,
    #[schema(value_type = Words)]
    text: Text,
    #[serde(flatten)]
    provision: ProvisionView,
}

impl ProvisionView {
    pub(crate) fn of(provision: &Provision) -> Self {
        Self {
            articles: provision.articles.iter().map(ToString::to_string).collect(),
            term: provision.term.clone(),
            trigger: provision.trigger.as_ref().map(TriggerView::of),
            clock: provision.clock.as_ref().map(ClockView::of),
            consequence: provision.consequence.clone(),
        }
    }
}

impl TriggerView {
    fn of(trigger: &Trigger) -> Self {
        let (kind, acts) = match trigger {
            Trigger::Standing => ("standing", &[][..]),
            Trigger::InTheAct => ("in-the-act", &[][..]),
            Trigger::When { acts, .. } => ("when", acts.as_slice()),
        };
        Self { kind, text: trigger.in_words(), acts: acts.to_vec() }
    }
}

impl ClockView {
    fn of(clock: &Clock) -> Self {
        let (kind, length) = clock.kind.name();
        Self {
            kind,
            length: length.map(str::to_owned),
            starts: clock.starts.iter().map(Start::to_string).collect(),
            reminder: clock.reminder,
            text: clock.in_words(),
        }
    }
}

impl DutyView {
    pub(crate) fn of(duty: &Duty) -> Self {
        Self {
            row: duty.row.clone(),
            rule: duty.rule.clone(),
            force: duty.force.name(),
            who: duty.who.clone(),
            text: duty.wording.clone(),
            provision: ProvisionView::of(&duty.provision),
        }
    }
}

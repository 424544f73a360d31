//! On whose authority an act rests.

use jiff::civil::Date;

use super::held;
use crate::event::{Event, Mandate, SignedAs};
use crate::rules::Signatory;
use crate::rules::mandate::{Right, Use};
use crate::rules::refusal::Why;
use crate::rules::ruleset::Structural;
use crate::rules::thing::{Facts, Field, Fields};

/// The person on whose authority the act rests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Acting<'a> {
    pub(crate) person: &'a str,
    pub(crate) agency: &'a str,
    pub(crate) office: Option<&'a str>,
    tenure: Option<&'a Fields>,
    /// The mandate under which he uses it, where it is not his own.
    pub(crate) delegation: Option<&'a Fields>,
    /// A person signed himself; the certificate of a system holds no office and is nobody.
    pub(super) personal: bool,
}

impl<'a> Acting<'a> {
    /// The signatory in his own right, without an office.
    pub(crate) fn in_person(signatory: &'a Signatory) -> Self {
        Self {
            person: &signatory.person,
            agency: &signatory.agency,
            office: None,
            tenure: None,
            delegation: None,
            personal: signatory.kind != SYSTEM,
        }
    }

    /// On whose authority does the event rest, and does he hold the office that it names?
    pub(crate) fn judge(
        version: Structural,
        event: &'a Event,
        facts: &'a Facts,
        signatory: &'a Signatory,
        today: Date,
    ) -> Result<Self, (&'static str, Why)> {
        let Some(office) = event.office.as_deref() else { return Ok(Self::in_person(signatory)) };
        let own = Use { facts, office, person: &signatory.person, day: today, kind: &event.kind };
        let right = right_to(version, own, event)?;
        let tenure = right.tenure;
        match (event.signed_as, &event.decision) {
            (SignedAs::Official, _) | (_, None) => {
                let agency = agency_of(version, event, right, signatory);
                Ok(Self {
                    agency,
                    office: Some(office),
                    tenure: Some(tenure),
                    delegation: right.delegation,
                    ..Self::in_person(signatory)
                })
            }
            (SignedAs::Recorder, Some(decision)) => {
                if decision.date > today {
                    return Err(("/decision/date", Why::OutOfRange));
                }
                if tenure.get("recorder") != Some(&Field::Flag(true)) {
                    return Err(("/office", Why::NotARecorder { office: office.to_owned() }));
                }
                let his = Use {
                    facts,
                    office: &decision.office,
                    person: &decision.by,
                    day: decision.date,
                    kind: &event.kind,
                };
                let right =
                    right_of_decider(version, his).map_err(|why| ("/decision/office", why))?;
                let known_by = right.delegation.unwrap_or(right.tenure);
                Ok(Self {
                    person: &decision.by,
                    agency: known_by.get("agency").and_then(Field::as_text).unwrap_or_default(),
                    office: Some(&decision.office),
                    tenure: Some(right.tenure),
                    delegation: right.delegation,
                    personal: signatory.kind != SYSTEM,
                })
            }
        }
    }

    /// He who signs, by the office as he held it on an earlier day: by whatever title, as a decider whom a recorder records.
    pub(crate) fn then(
        version: Structural,
        event: &'a Event,
        facts: &'a Facts,
        signatory: &'a Signatory,
        day: Date,
    ) -> Result<Self, Why> {
        let Some(office) = event.office.as_deref() else { return Ok(Self::in_person(signatory)) };
        let his = Use { facts, office, person: &signatory.person, day, kind: &event.kind };
        let right = his.by_any()?;
        Ok(Self {
            agency: agency_of(version, event, right, signatory),
            office: Some(office),
            tenure: Some(right.tenure),
            delegation: right.delegation,
            ..Self::in_person(signatory)
        })
    }

    /// A person, not a system.
    pub(crate) fn is_personal(&self) -> bool {
        self.personal
    }

    pub(super) fn heads_own_agency(&self) -> bool {
        self.tenure.is_some_and(|tenure| {
            tenure.get("head") == Some(&Field::Flag(true))
                && tenure.get("agency").and_then(Field::as_text) == Some(self.agency)
        })
    }
}

/// For which agency he acts who signs himself: the one that he signs for already, or, from version 3, the other one in which
/// he holds the office that he uses, where the event comes from that.
fn agency_of<'a>(
    version: Structural,
    event: &'a Event,
    right: Right<'a>,
    signatory: &'a Signatory,
) -> &'a str {
    let own = version >= Structural::Three && right.delegation.is_none();
    let of_tenure = right.tenure.get("agency").and_then(Field::as_text).filter(|_| own);
    match of_tenure.filter(|agency| *agency == event.agency()) {
        Some(agency) if signatory.kind != SYSTEM => agency,
        _ => &signatory.agency,
    }
}

/// The right that the event claims. Version 1 knows tenures only, and does not look at `mandateref`.
fn right_to<'a>(
    version: Structural,
    own: Use<'a>,
    event: &Event,
) -> Result<Right<'a>, (&'static str, Why)> {
    match version {
        Structural::One => {
            let mandate = event.mandate.map(Mandate::as_str);
            let tenure = held(own.facts, own.office, own.person, own.day, |held| held == mandate);
            let tenure = tenure.map_err(|why| ("/office", why))?;
            Ok(Right { tenure, delegation: None })
        }
        Structural::Two | Structural::Three => own.by(event.mandate, event.mandate_ref.as_deref()),
    }
}

/// The right of a decider on the day of his decision.
fn right_of_decider(version: Structural, his: Use<'_>) -> Result<Right<'_>, Why> {
    match version {
        Structural::One => {
            let tenure = held(his.facts, his.office, his.person, his.day, |_| true)?;
            Ok(Right { tenure, delegation: None })
        }
        Structural::Two | Structural::Three => his.by_any(),
    }
}

/// Kind of a certificate that a system signs with.
pub(super) const SYSTEM: &str = "sistem";

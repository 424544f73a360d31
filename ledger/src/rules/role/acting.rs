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
    /// He acted before the ledger: which office he used is known, not who held it.
    before_the_ledger: bool,
    /// He acts for another agency than his own, in an office there that is no headship of it.
    guest: bool,
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
            before_the_ledger: false,
            guest: false,
        }
    }

    /// Whoever did the act that `event` brings in from before the ledger, for the agency of the event, in the office that it
    /// names.
    pub(crate) fn before_the_ledger(event: &'a Event, signatory: &'a Signatory) -> Self {
        let by = event.imported.as_ref().and_then(|imported| imported.by.as_deref());
        Self {
            person: by.unwrap_or(&signatory.person),
            agency: event.agency(),
            office: event.office.as_deref(),
            before_the_ledger: true,
            ..Self::in_person(signatory)
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
                Ok(Self::in_office(office, agency, right, signatory))
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
                    before_the_ledger: false,
                    guest: false,
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
        let agency = agency_of(version, event, right, signatory);
        Ok(Self::in_office(office, agency, right, signatory))
    }

    fn in_office(
        office: &'a str,
        agency: &'a str,
        right: Right<'a>,
        signatory: &'a Signatory,
    ) -> Self {
        let own = Self {
            agency,
            office: Some(office),
            tenure: Some(right.tenure),
            delegation: right.delegation,
            ..Self::in_person(signatory)
        };
        Self { guest: agency != signatory.agency && !own.heads_own_agency(), ..own }
    }

    /// Does he act for another agency than his own, in an office there that is no headship of it? For that agency he does
    /// only what is the office's.
    pub(crate) fn is_guest(&self) -> bool {
        self.guest
    }

    /// The agency of the office that is used.
    pub(crate) fn office_agency(&self) -> Option<&'a str> {
        self.tenure.and_then(|tenure| tenure.get("agency")).and_then(Field::as_text)
    }

    /// A person, not a system.
    pub(crate) fn is_personal(&self) -> bool {
        self.personal
    }

    /// Is it he who did what is brought in from before the ledger?
    pub(crate) fn is_before_the_ledger(&self) -> bool {
        self.before_the_ledger
    }

    /// Does he use an office of a recorder, which he holds in his own right in this agency?
    pub(crate) fn is_recorder_of(&self, agency: &str) -> bool {
        let of_agency = |tenure: &Fields| {
            tenure.get("recorder") == Some(&Field::Flag(true))
                && tenure.get("agency").and_then(Field::as_text) == Some(agency)
        };
        self.personal && self.delegation.is_none() && self.tenure.is_some_and(of_agency)
    }

    pub(super) fn heads_own_agency(&self) -> bool {
        let heads = |tenure: &Fields| tenure.get("head") == Some(&Field::Flag(true));
        let own = self.tenure.is_some_and(heads) && self.office_agency() == Some(self.agency);
        self.before_the_ledger || own
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

//! By what right somebody uses an office: his own tenure of it, or a mandate that its holder gave (a.n.), or
//! one that was passed on below such a mandate (u.b.). A mandate counts while its holder is in office.
//! UU 30/2014 Pasal 11 to 14; the chain has two steps and no third.

use jiff::civil::Date;

use super::refusal::Why;
use super::role::held;
use super::thing::{Facts, Field, Fields, Thing};
use crate::event::{Mandate, parse_date};

/// Where an office keeps the mandates that were given for it.
pub(crate) const DELEGATIONS: &str = "delegations";
/// The act that gives a mandate. Under an a.n. mandate it gives a u.b. one, whatever acts that one names.
const DELEGATED: &str = "role.delegated";

/// The right to use an office.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Right<'a> {
    /// The tenure that it rests on: one's own, or that of the holder who gave the mandate.
    pub(crate) tenure: &'a Fields,
    /// The mandate, where it is not one's own.
    pub(crate) delegation: Option<&'a Fields>,
}

/// Somebody who uses an office on a day, for acts of a type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) office: &'a str,
    pub(crate) person: &'a str,
    pub(crate) day: Date,
    /// The event type.
    pub(crate) kind: &'a str,
}

/// What is wrong, and where in the event.
type Fault = (&'static str, Why);

impl<'a> Use<'a> {
    /// By the title that the event names, given by what it names.
    pub(crate) fn by(
        self,
        mandate: Option<Mandate>,
        reference: Option<&str>,
    ) -> Result<Right<'a>, Fault> {
        let right = match mandate {
            Some(mandate @ (Mandate::An | Mandate::Ub)) => self.delegated(mandate)?,
            own => {
                let title = own.map(Mandate::as_str);
                let tenure =
                    held(self.facts, self.office, self.person, self.day, |held| held == title)
                        .map_err(|why| ("/office", why))?;
                Right { tenure, delegation: None }
            }
        };
        let given_by = right.delegation.unwrap_or(right.tenure);
        match reference {
            Some(reference) if !gives(given_by, reference) => {
                let position = integer(given_by, "position");
                Err(("/mandateref", Why::MandateReference { position }))
            }
            _ => Ok(right),
        }
    }

    /// By whatever title he had.
    pub(crate) fn by_any(self) -> Result<Right<'a>, Why> {
        let own = held(self.facts, self.office, self.person, self.day, |_| true);
        let own = own.map(|tenure| Right { tenure, delegation: None });
        own.or_else(|why| {
            let mandates = [Mandate::An, Mandate::Ub];
            mandates.into_iter().find_map(|mandate| self.delegated(mandate).ok()).ok_or(why)
        })
    }

    /// By a mandate. The newest that runs says why it does not count, where none does.
    fn delegated(self, mandate: Mandate) -> Result<Right<'a>, Fault> {
        let mut refused = None;
        for delegation in delegations(self.facts.get(self.office)).rev() {
            let is = |name: &str, value: &str| text(delegation, name) == Some(value);
            if !(is("person", self.person)
                && is("mandate", mandate.as_str())
                && runs(delegation, self.day))
            {
                continue;
            }
            match self.under(delegation) {
                Ok(tenure) => return Ok(Right { tenure, delegation: Some(delegation) }),
                Err(fault) => drop(refused.get_or_insert(fault)),
            }
        }
        Err(refused.unwrap_or_else(|| {
            let why = Why::MandateNotGiven {
                office: self.office.to_owned(),
                person: self.person.to_owned(),
                mandate,
                day: self.day.to_string(),
            };
            ("/mandate", why)
        }))
    }

    /// The tenure of him who gave the mandate, if it is for this act and counts.
    fn under(self, delegation: &'a Fields) -> Result<&'a Fields, Fault> {
        let acts = delegation.get("acts").and_then(Field::as_list);
        let covers = |acts: &[Field]| acts.iter().any(|act| act.as_text() == Some(self.kind));
        if self.kind != DELEGATED && acts.is_some_and(|acts| !covers(acts)) {
            let (office, kind) = (self.office.to_owned(), self.kind.to_owned());
            return Err(("/type", Why::MandateOfOtherActs { office, kind }));
        }
        let holder = text(delegation, "holder").unwrap_or_default();
        let tenure = held(self.facts, self.office, holder, self.day, |_| true);
        let tenure = tenure.map_err(|_| ("/mandate", self.lapsed(holder)))?;
        match text(delegation, "under") {
            None => Ok(tenure),
            // A u.b. mandate stands on an a.n. mandate of the same holder, which must count as well.
            Some(person) => {
                let above = Use { person, ..self }.delegated(Mandate::An)?;
                let same = above.delegation.and_then(|above| text(above, "holder")) == Some(holder);
                if same { Ok(tenure) } else { Err(("/mandate", self.lapsed(holder))) }
            }
        }
    }

    fn lapsed(self, holder: &str) -> Why {
        Why::MandateLapsed {
            office: self.office.to_owned(),
            holder: holder.to_owned(),
            day: self.day.to_string(),
        }
    }
}

/// The mandates that an office keeps, oldest first.
fn delegations(office: Option<&Thing>) -> impl DoubleEndedIterator<Item = &Fields> {
    let list = office.and_then(|thing| thing.fields.get(DELEGATIONS)).and_then(Field::as_list);
    list.unwrap_or_default().iter().filter_map(|entry| match entry {
        Field::Map(delegation) => Some(delegation),
        _ => None,
    })
}

/// Does a mandate run on that day?
pub(crate) fn runs(delegation: &Fields, day: Date) -> bool {
    let date = |name: &str| text(delegation, name).and_then(parse_date);
    date("from").is_some_and(|from| from <= day) && date("until").is_none_or(|until| day <= until)
}

/// Is it what `reference` names: the position or id of the event, the number or digest of the decision? An
/// office filled before these were kept can be named by anything.
fn gives(given_by: &Fields, reference: &str) -> bool {
    let position = integer(given_by, "position");
    let names = ["event", "number", "decision"];
    position.is_none_or(|position| position.to_string() == reference)
        || names.iter().any(|name| text(given_by, name) == Some(reference))
}

fn text<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(Field::as_text)
}

fn integer(fields: &Fields, name: &str) -> Option<i64> {
    match fields.get(name) {
        Some(Field::Integer(value)) => Some(*value),
        _ => None,
    }
}

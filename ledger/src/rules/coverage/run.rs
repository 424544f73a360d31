//! Cases are run: each in a region of its own that stands in memory, by the code that decides.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::cases::{Cases, Given};
use super::placed::{Example, event_of, put_into};
use super::region::{Posted, Ready, Region, told};
use crate::rules::RuleSet;

/// What came of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ran {
    /// Which kind of case.
    pub kind: CaseKind,
    /// Name of the example.
    pub event: String,
    /// What the case says: `accepted, none`, `rule-refused BKY.25.3 /subject`, `found BKY.14.3`.
    pub said: String,
    /// What came of it.
    pub came: String,
}

/// Kinds of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseKind {
    /// An event that is accepted.
    Accepted,
    /// One that is refused.
    Refused,
    /// One that is accepted with a finding.
    Found,
}

impl Ran {
    /// It came as the case says.
    pub fn holds(&self) -> bool {
        self.said == self.came
    }
}

impl Cases {
    /// Runs all cases, in their order: accepted, refused, found.
    pub fn run(&self, rules: &Arc<RuleSet>, example: &Example<'_>) -> Vec<Ran> {
        let founded = Region::founded(rules, self, example);
        let plain = BTreeMap::new();
        let ran = |kind, event: &str, given: &[Given], put, said: String, told: &Told| {
            let in_place = founded.clone().and_then(|region| with(region, given, example));
            let came = in_place.and_then(|mut region| {
                let event = put_into(event, put, example)?;
                Ok(told(region.post(&event), &region, &event))
            });
            Ran { kind, event: event.to_owned(), said, came: came.unwrap_or_else(|why| why) }
        };
        let accepted = self.accepted.iter().map(|case| {
            let said = format!("accepted, {}", case.state);
            ran(CaseKind::Accepted, &case.event, &case.given, &plain, said, &as_accepted)
        });
        let refused = self.refused.iter().map(|case| {
            let said = format!("{} {} {}", case.code, case.rule, case.at);
            ran(CaseKind::Refused, &case.event, &case.given, &case.put, said, &as_accepted)
        });
        let found = self.found.iter().map(|case| {
            let said = format!("found {}", case.rules.join(", "));
            ran(CaseKind::Found, &case.event, &case.given, &case.put, said, &as_found)
        });
        accepted.chain(refused).chain(found).collect()
    }

    /// The accepted cases by name, in their order, each before its decision.
    ///
    /// # Errors
    ///
    /// What of the case does not come to pass.
    pub fn accepted_at_hand<'a>(
        &'a self,
        rules: &'a Arc<RuleSet>,
        example: &'a Example<'_>,
    ) -> impl Iterator<Item = Result<(&'a str, Ready), String>> {
        let founded = Region::founded(rules, self, example);
        self.accepted.iter().map(move |case| {
            let region = with(founded.clone()?, &case.given, example)?;
            let event = put_into(&case.event, &BTreeMap::new(), example)?;
            let ready = region.ready(&event).map_err(|refusal| told(&refusal))?;
            Ok((case.event.as_str(), ready))
        })
    }
}

/// The region with what stands before a case.
fn with<'a>(
    mut region: Region<'a>,
    given: &[Given],
    example: &Example<'_>,
) -> Result<Region<'a>, String> {
    given.iter().try_for_each(|given| region.given(&event_of(given, example)?))?;
    Ok(region)
}

type Told = dyn Fn(Posted, &Region<'_>, &Value) -> String;

fn as_accepted(posted: Posted, region: &Region<'_>, event: &Value) -> String {
    match posted {
        Ok(_) => format!("accepted, {}", region.state_after(event)),
        Err(refusal) => told(&refusal),
    }
}

fn as_found(posted: Posted, _: &Region<'_>, _: &Value) -> String {
    match posted {
        Ok(found) => {
            let rules: Vec<_> = found.into_iter().map(|warning| warning.rule).collect();
            format!("found {}", rules.join(", "))
        }
        Err(refusal) => told(&refusal),
    }
}

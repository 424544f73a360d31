//! Offices end with their agency, of which their own stream tells nothing: rows of the register of roles show it.

use std::ops::Range;

use crate::log::Position;
use crate::registers::{ROLES, Register};
use crate::rules::{ENDED, Field, Thing, agency_key};
use crate::streams::VersionPage;
use crate::view::{ReadError, View};

impl View {
    /// The first `limit` versions of a row at these positions, oldest first. Besides the versions of its stream, a row
    /// of an office has one where its agency ended.
    pub fn row_versions(
        &self,
        register: &Register,
        key: &str,
        within: Range<u64>,
        limit: usize,
    ) -> Result<VersionPage, ReadError> {
        let subject = register.thing_key(key);
        let page = self.versions(&subject, within.clone(), limit)?;
        if register.prefix != ROLES.prefix {
            return Ok(page);
        }
        let end = page.next.map_or(within.end, next);
        let mut standing = self.thing(&subject, within.start)?;
        let (mut from, mut next) = (within.start, page.next);
        let mut versions = Vec::new();
        for office in page.versions {
            let (at, size) = (office.position.0, office.position.0.saturating_add(1));
            versions.extend(self.ended_with_its_agency(standing.as_ref(), from..at)?);
            versions.push(self.with_its_agency(register, office.clone(), size)?);
            (from, standing) = (size, Some(office));
        }
        versions.extend(self.ended_with_its_agency(standing.as_ref(), from..end)?);
        if versions.len() > limit {
            versions.truncate(limit);
            next = versions.last().map(|last| last.position);
        }
        Ok(VersionPage { versions, next })
    }

    /// The row as the end of its agency leaves it: `ended`, with the agency's last day and those that succeed it.
    pub(crate) fn with_its_agency(
        &self,
        register: &Register,
        thing: Thing,
        size: u64,
    ) -> Result<Thing, ReadError> {
        if register.prefix != ROLES.prefix || thing.state != IN_OFFICE {
            return Ok(thing);
        }
        let agency = thing.text("agency").map(|agency| self.thing(&agency_key(agency), size));
        let agency = agency.transpose()?.flatten().filter(|agency| agency.state == ENDED);
        Ok(match agency {
            Some(agency) => ended(thing, &agency),
            None => thing,
        })
    }

    /// An office in whose time its agency ended, at one of these positions: as that leaves it, there.
    fn ended_with_its_agency(
        &self,
        office: Option<&Thing>,
        within: Range<u64>,
    ) -> Result<Option<Thing>, ReadError> {
        let office = office.filter(|office| office.state == IN_OFFICE);
        let Some((office, agency)) = office.and_then(|one| Some((one, one.text("agency")?))) else {
            return Ok(None);
        };
        let (mut size, mut end) = (within.end, None);
        for _ in 0..ENDED_VERSIONS_MAX {
            let agency = self.thing(&agency_key(agency), size)?;
            let Some(agency) = agency.filter(|agency| agency.state == ENDED) else { break };
            size = agency.position.0;
            end = Some(agency);
        }
        Ok(end.filter(|agency| within.contains(&agency.position.0)).map(|agency| {
            let class = office.class.max(agency.class);
            let (position, recorded_at) = (agency.position, agency.recorded_at);
            Thing { position, recorded_at, class, ..ended(office.clone(), &agency) }
        }))
    }
}

fn ended(mut office: Thing, agency: &Thing) -> Thing {
    let end = |name: &str| agency.fields.get("end").and_then(|end| end.member(name));
    if let Some(last_day) = end("date") {
        office.fields.insert("until".to_owned(), last_day.clone());
    }
    let successors = end("successors").and_then(Field::as_list).unwrap_or_default();
    let named: Vec<_> = successors.iter().filter_map(|one| one.member("agency").cloned()).collect();
    if !named.is_empty() {
        office.fields.insert("successors".to_owned(), Field::List(named));
    }
    ENDED.clone_into(&mut office.state);
    office
}

fn next(after: Position) -> u64 {
    after.0.saturating_add(1)
}

const IN_OFFICE: &str = "in_office";
/// Most versions of an agency that are looked at for the one that ended it: an ended agency has hardly another.
const ENDED_VERSIONS_MAX: usize = 256;

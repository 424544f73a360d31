//! What the rows of the evidence say of the signer's certificate, against its enrolment in the log.

use jejak_signer::Hash;

use super::super::evidence::Before;
use super::replayed::{DIRECT, Replayed};
use super::{Adopted, ProvenEnrolment};
use crate::log::Position;
use crate::rules::{Field, Structural, Thing};
use crate::state::{certificate_subject, signer_subject};

/// The row of the certificate, and its place in that of its holder: each says on whose word it stands.
pub(super) struct Rows<'a> {
    before: &'a Before,
    certificate: &'a Thing,
    of_holder: Option<&'a Field>,
}

impl<'a> Rows<'a> {
    pub(super) fn of(before: &'a Before, signer: &Hash) -> Option<Self> {
        let thing = |key: &str| before.reads.things.get(key).and_then(Option::as_ref);
        let certificate = thing(&certificate_subject(signer))?;
        let holder = certificate.text("person").and_then(|person| thing(&signer_subject(person)));
        let listed = holder.and_then(|holder| holder.fields.get("certificates")?.as_list());
        let thumbprint = signer.to_string();
        let is_own = |entry: &&Field| {
            let of = entry.member("certificate").and_then(Field::as_text);
            of == Some(thumbprint.as_str())
        };
        let of_holder = listed.and_then(|listed| listed.iter().find(is_own));
        Some(Self { before, certificate, of_holder })
    }

    fn contradict(&self, replayed: &Replayed<'_>, signer: &Hash) -> bool {
        let row = self.certificate;
        if replayed.is_revoked(signer) && row.state == ACTIVE {
            return true;
        }
        let Some(found) = replayed.enrolment(signer) else { return false };
        let other = |name, said: &str| row.text(name).is_some_and(|text| text != said);
        let by = found.enrolled_by.as_deref();
        let names_enroller = replayed.names_enroller(signer);
        let is_by_another = |mark: Option<&Field>| match mark {
            Some(mark) => mark.as_text().is_some_and(|mark| Some(mark) != by),
            None => names_enroller && by.is_some(),
        };
        let enrolled_at = row.fields.get("enrolled_at");
        other("person", &found.person)
            || other("agency", &found.agency)
            || row.text("kind").unwrap_or(DIRECT) != found.class
            || self.marks(ENROLLED_BY).any(is_by_another)
            || enrolled_at.is_some_and(|at| !is_at(at, found.position))
    }

    /// Do they give it the standing that a second founder's word gives, where nothing shows that there is one?
    ///
    /// Before version 3 of the structural acts no row named who enrolled, and while one of these is in force nothing rests on it:
    /// where it is proven that it is.
    pub(super) fn stand_by_word(&self, found: &ProvenEnrolment, ruleset: Option<&Adopted>) -> bool {
        let shown = |at: &Field| found.attested_at.is_some_and(|shown| is_at(at, shown));
        if self.marks(ATTESTED_AT).flatten().any(|at| !shown(at)) {
            return true;
        }
        let in_force = ruleset.and_then(|_| self.before.rulesets.get(&self.before.ruleset));
        let is_older = in_force.is_some_and(|rules| rules.structural() < Structural::Three);
        let rests_on_one = found.enrolled_by.is_some() && found.attested_at.is_none();
        rests_on_one && !is_older && self.marks(ENROLLED_BY).any(|mark| mark.is_none())
    }

    fn marks(&self, name: &'static str) -> impl Iterator<Item = Option<&'a Field>> {
        let of_holder = self.of_holder.map(|entry| entry.member(name));
        [self.certificate.fields.get(name)].into_iter().chain(of_holder)
    }
}

/// Do the rows say otherwise than the enrolment that stands in the log, or its revocation there? Also that there is none.
pub(super) fn contradict(before: &Before, replayed: &Replayed<'_>, signer: &Hash) -> bool {
    match before.reads.things.get(&certificate_subject(signer)) {
        None => false,
        Some(None) => replayed.enrolment(signer).is_some(),
        Some(Some(_)) => {
            Rows::of(before, signer).is_some_and(|rows| rows.contradict(replayed, signer))
        }
    }
}

fn is_at(field: &Field, position: Position) -> bool {
    matches!(field, Field::Integer(at) if u64::try_from(*at) == Ok(position.0))
}

/// Who enrolled it, in a row.
const ENROLLED_BY: &str = "enrolled_by";
/// Where another founder attested it, in a row.
const ATTESTED_AT: &str = "attested_at";
/// State of an enrolment that counts.
const ACTIVE: &str = "active";

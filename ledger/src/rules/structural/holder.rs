//! The rows that a certificate has: one of its own, one of its key, and its place in its holder's.

use super::attestation::{ATTESTED_AT, ENROLLED_BY};
use super::written::{position_field, written};
use super::{ACTIVE, Fresh, certificate_key, key_of, public_key_key};
use crate::rules::Enrolment;
use crate::rules::thing::{Class, Field, Fields, Thing};

/// On whose word a certificate stands; on that of the opening, or of an earlier version, where it says nothing.
#[derive(Default)]
pub(super) struct Standing {
    pub(super) enrolled_by: Option<Field>,
    pub(super) attested_at: Option<Field>,
    pub(super) renews: Option<String>,
}

impl Standing {
    fn fields(&self) -> impl Iterator<Item = (String, Field)> {
        let renews = self.renews.as_deref().map(Field::from);
        let all = [
            (ENROLLED_BY, self.enrolled_by.clone()),
            (ATTESTED_AT, self.attested_at.clone()),
            ("renews", renews),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)))
    }
}

/// The person whom a certificate is enrolled for.
pub(super) struct Holder<'a> {
    pub(super) person: &'a str,
    pub(super) agency: &'a str,
    pub(super) kind: &'a str,
}

impl Holder<'_> {
    pub(super) fn signer_key(&self) -> String {
        key_of("signer/", self.person)
    }

    /// The index rows of a certificate and its key; the signer's own thing is brought up to date.
    pub(super) fn things(
        &self,
        enrolment: &Enrolment,
        signer: &mut Thing,
        fresh: &Fresh<'_>,
    ) -> [(String, Thing); 2] {
        self.things_standing(&Standing::default(), enrolment, signer, fresh)
    }

    pub(super) fn things_standing(
        &self,
        standing: &Standing,
        enrolment: &Enrolment,
        signer: &mut Thing,
        fresh: &Fresh<'_>,
    ) -> [(String, Thing); 2] {
        let certificate = enrolment.certificate.to_string();
        let mut entry = Fields::new();
        for (name, value) in [
            ("certificate", certificate.as_str()),
            ("agency", self.agency),
            ("kind", self.kind),
            ("algorithm", &enrolment.algorithm),
            ("state", ACTIVE),
        ] {
            entry.insert(name.to_owned(), Field::from(value));
        }
        entry.insert("not_before".to_owned(), Field::Text(written(enrolment.not_before)));
        entry.insert("not_after".to_owned(), Field::Text(written(enrolment.not_after)));
        for (name, value) in &entry {
            if name != "state" {
                signer.fields.insert(name.clone(), value.clone());
            }
        }
        entry.extend(standing.fields());
        ACTIVE.clone_into(&mut signer.state);
        match signer
            .fields
            .entry("certificates".to_owned())
            .or_insert_with(|| Field::List(Vec::new()))
        {
            Field::List(list) => list.push(Field::Map(entry)),
            other => *other = Field::List(vec![Field::Map(entry)]),
        }
        let mut key = active(fresh);
        key.fields.insert("person".to_owned(), Field::from(self.person));
        [
            (certificate_key(&certificate), self.certificate_row(standing, enrolment, fresh)),
            (public_key_key(enrolment), key),
        ]
    }

    fn certificate_row(
        &self,
        standing: &Standing,
        enrolment: &Enrolment,
        fresh: &Fresh<'_>,
    ) -> Thing {
        let mut row = active(fresh);
        let intermediates =
            enrolment.intermediates.iter().map(|hash| Field::Text(hash.to_string())).collect();
        row.fields.extend(
            [
                ("person", Field::from(self.person)),
                ("agency", Field::from(self.agency)),
                ("kind", Field::from(self.kind)),
                ("algorithm", Field::from(enrolment.algorithm.as_str())),
                ("not_before", Field::Integer(enrolment.not_before)),
                ("not_after", Field::Integer(enrolment.not_after)),
                ("issuer", Field::from(enrolment.issuer.as_str())),
                ("serial", Field::from(enrolment.serial.as_str())),
                ("intermediates", Field::List(intermediates)),
                ("public_key", Field::Text(enrolment.public_key.to_string())),
                ("enrolled_at", position_field(row.position)),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        let policy = enrolment.policy.map(|hash| Field::Text(hash.to_string()));
        row.fields.extend(policy.map(|policy| ("policy".to_owned(), policy)));
        row.fields.extend(standing.fields());
        row
    }
}

fn active(fresh: &Fresh<'_>) -> Thing {
    let mut thing = Thing { version: 1, ..fresh(Class::Public) };
    ACTIVE.clone_into(&mut thing.state);
    thing
}

//! What is done to signers: enrolled, attested, renewed, revoked, by whom and with which key.

use Code::RoleMissing;

use super::powers::SYSTEM;
use super::*;

/// The registrar of setda.
pub(super) const SECOND_REGISTRAR: &str = "p-09e6b4a1d85c";

/// A key that the one who tries it holds himself, whosever name it is enrolled under.
pub(super) const MADE: &str = "made by one";
pub(super) const MADE_TOO: &str = "made by the same one";

pub(super) fn agency_of(person: &str) -> &'static str {
    match person {
        AUTHORITY | SECOND_REGISTRAR => "setda",
        OTHER_AUTHORITY | REGISTRAR => "kominfo",
        SYSTEM => "dishub",
        _ => "dinkes",
    }
}

impl World {
    /// `by` enrols the key `key` for `person`.
    pub(super) fn enrols(
        &mut self,
        by: &'static str,
        person: &'static str,
        key: &str,
        changes: &[(&str, Value)],
    ) -> Result<(), Refusal> {
        let usual = [
            ("/id", json!(format!("enrols-{}", self.position))),
            ("/source", json!(format!("agency/{}", agency_of(by)))),
            ("/subject", json!(format!("signer/{person}"))),
            ("/data/person", json!(person)),
            ("/data/agency", json!(agency_of(person))),
            ("/data/class", json!(if person == SYSTEM { "sistem" } else { "langsung" })),
        ];
        self.enrolments = vec![enrolment(key)];
        let event = changed("signer.enrolled", &[&usual[..], changes].concat());
        let result = self.signed_by(by).when(&event);
        self.enrolments.clear();
        result
    }

    /// `by`, with the key `with`, renews his certificate by the key `key`.
    pub(super) fn renews(
        &mut self,
        by: &'static str,
        with: &'static str,
        key: &str,
    ) -> Result<(), Refusal> {
        let renews = ("/data/renews", json!(certificate(with)));
        self.with_key(with).enrols(by, by, key, &[renews])
    }

    pub(super) fn attests(
        &mut self,
        by: &'static str,
        with: &'static str,
        person: &str,
        key: &str,
    ) -> Result<(), Refusal> {
        let event = changed(
            "signer.attested",
            &[
                ("/id", json!(format!("attests-{}", self.position))),
                ("/source", json!(format!("agency/{}", agency_of(by)))),
                ("/subject", json!(format!("signer/{person}"))),
                ("/data/certificate", json!(certificate(key))),
            ],
        );
        self.signed_by(by).with_key(with).when(&event)
    }

    /// `by` does it with the key `key`, or with his own; it may wait.
    pub(super) fn on_signer(
        &mut self,
        kind: &str,
        by: &'static str,
        person: &str,
        changes: &[(&str, Value)],
    ) -> Result<(), Refusal> {
        let usual = [
            ("/id", json!(format!("{kind}-{}", self.position))),
            ("/source", json!(format!("agency/{}", agency_of(by)))),
            ("/subject", json!(format!("signer/{person}"))),
        ];
        self.signed_by(by).when(&changed(kind, &[&usual[..], changes].concat()))
    }

    /// The newest act that waits in the stream is signed by `by`, too.
    pub(super) fn signs(
        &mut self,
        by: &'static str,
        stream: &str,
        at: usize,
    ) -> Result<(), Refusal> {
        let entry = self.field(stream, "pending")[at].clone();
        let id = entry["id"].as_str().unwrap().to_owned();
        let mut signature = example("act.countersigned");
        signature.as_object_mut().unwrap().remove("office");
        signature["id"] = json!(format!("signs-{}", self.position));
        signature["source"] = json!(format!("agency/{}", agency_of(by)));
        signature["subject"] = json!(stream);
        let key = event_key(&id).to_string();
        signature["data"]["event"] = json!({ "agency": entry["agency"], "id": id, "key": key });
        self.signed_by(by).when(&signature)
    }

    /// With a registrar's signature where it needs one.
    pub(super) fn revokes(
        &mut self,
        by: &'static str,
        person: &str,
        key: &str,
    ) -> Result<(), Refusal> {
        self.revokes_alone(by, person, key, "left-office")?;
        self.signed_if_it_waits(by, person);
        Ok(())
    }

    pub(super) fn revokes_alone(
        &mut self,
        by: &'static str,
        person: &str,
        key: &str,
        reason: &str,
    ) -> Result<(), Refusal> {
        let named =
            [("/data/certificate", json!(certificate(key))), ("/data/reason", json!(reason))];
        self.on_signer("signer.revoked", by, person, &named)
    }

    pub(super) fn signed_if_it_waits(&mut self, by: &'static str, person: &str) {
        let stream = format!("signer/{person}");
        let waiting = self.field(&stream, "pending").as_array().map_or(0, Vec::len);
        if waiting > 0 {
            let other = [REGISTRAR, SECOND_REGISTRAR].into_iter().find(|one| *one != by).unwrap();
            self.signs(other, &stream, waiting - 1).unwrap();
        }
    }
}

pub(super) fn certificate(key: &str) -> String {
    enrolment(key).certificate.to_string()
}

pub(super) fn not_attested(result: Result<(), Refusal>, rule: &str, key: &str) {
    let why = refused(result, RoleMissing, rule, "/source");
    assert_eq!(why, Why::CertificateNotAttested { certificate: certificate(key) });
}

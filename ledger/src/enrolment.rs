//! The certificates that an event carries: paths walked, possession proven. The rules see only the
//! plain facts; `ledger.opened` and `signer.enrolled` are the only events that carry chains.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jejak_signer::{
    Anchors, Certificate, Credential, Credentials, Description, Hash, HolderKind, Jws, TrustPolicy,
    Typ, Verifier, json,
};
use serde_json::{Map, Value};

use crate::event::Event;
use crate::prepared::Enrolled;
use crate::refusal::{EnrolmentFault, Refusal};
use crate::rules::Enrolment;

/// Certificates in one chain: the holder's and at most three above it, the anchor not among them.
const CHAIN_MAX: usize = 4;

/// Reads and checks every chain in `event`, at the time its signer claims (`iat`).
///
/// The window of each credential is compared with `recorded_at` when the event is decided.
pub(crate) fn read(
    event: &Event,
    iat: u64,
    origin: &str,
    policy: &TrustPolicy,
) -> Result<Vec<Enrolled>, Refusal> {
    match event.kind.as_str() {
        "signer.enrolled" => Ok(vec![of_signer(&event.data, iat, origin, policy)?]),
        "ledger.opened" => founders(&event.data, iat, policy),
        _ => Ok(Vec::new()),
    }
}

/// The anchors that `ledger.opened` names.
pub(crate) fn anchors(data: &Map<String, Value>) -> Result<Anchors, Refusal> {
    let ders = ders(data.get("anchors"), "/data/anchors")?;
    let pointer = "/data/anchors".to_owned();
    Anchors::new(ders).map_err(|reason| Refusal::Chain { pointer, reason })
}

/// One known credential: what a chain in the event itself is verified under.
pub(crate) struct Only<'a>(pub(crate) &'a [Enrolled]);

impl Credentials for Only<'_> {
    fn credential(&self, thumbprint: &Hash) -> Option<Arc<Credential>> {
        let found = self.0.iter().find(|one| one.credential.thumbprint() == *thumbprint)?;
        Some(Arc::clone(&found.credential))
    }
}

fn founders(
    data: &Map<String, Value>,
    iat: u64,
    policy: &TrustPolicy,
) -> Result<Vec<Enrolled>, Refusal> {
    let mut enrolled = Vec::new();
    let groups = [
        ("authorities", HolderKind::Person),
        ("registrars", HolderKind::Person),
        ("services", HolderKind::System),
    ];
    for (group, kind) in groups {
        let members = data.get(group).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for (index, member) in members.iter().enumerate() {
            let pointer = format!("/data/{group}/{index}/chain");
            let chain = ders(member.get("chain"), &pointer)?;
            let credential = admitted(&chain, kind, iat, policy, &pointer)?;
            enrolled.push(enrolled_as(credential, &chain, policy));
        }
    }
    Ok(enrolled)
}

fn of_signer(
    data: &Map<String, Value>,
    iat: u64,
    origin: &str,
    policy: &TrustPolicy,
) -> Result<Enrolled, Refusal> {
    let kind = match data.get("class").and_then(Value::as_str) {
        Some("sistem") => HolderKind::System,
        _ => HolderKind::Person,
    };
    let chain = ders(data.get("chain"), "/data/chain")?;
    let credential = admitted(&chain, kind, iat, policy, "/data/chain")?;
    let enrolled = enrolled_as(chosen(credential, data), &chain, policy);
    possession(data, origin, &enrolled)?;
    Ok(enrolled)
}

/// The holder signed for just this enrolment: nobody enrols a key that he does not hold.
fn possession(data: &Map<String, Value>, origin: &str, enrolled: &Enrolled) -> Result<(), Refusal> {
    let wrong = |reason| Refusal::Enrolment { pointer: "/data/possession".to_owned(), reason };
    let text = data.get("possession").and_then(Value::as_str).unwrap_or_default();
    let jws = Jws::parse(text.as_bytes().to_vec(), Typ::Possession)
        .map_err(|_| wrong(EnrolmentFault::PossessionMalformed))?;
    let verified = Verifier::new(Only(std::slice::from_ref(enrolled)))
        .verify(jws)
        .map_err(|_| wrong(EnrolmentFault::PossessionNotSigned))?;
    let payload = json::parse_object(verified.jws().payload())
        .map_err(|_| wrong(EnrolmentFault::PossessionMalformed))?;
    let thumbprint = enrolled.credential.thumbprint().to_string();
    let expected = [
        ("ledger", Some(origin)),
        ("agency", data.get("agency").and_then(Value::as_str)),
        ("person", data.get("person").and_then(Value::as_str)),
        ("certificate", Some(thumbprint.as_str())),
    ];
    let same =
        expected.iter().all(|(name, value)| payload.get(*name).and_then(Value::as_str) == *value);
    if same && payload.len() == expected.len() {
        Ok(())
    } else {
        Err(wrong(EnrolmentFault::PossessionOfAnother))
    }
}

/// The credential for the algorithm that the enrolment names. Where its key has no such algorithm it
/// keeps its own, and the rules refuse an enrolment that names another.
fn chosen(credential: Credential, data: &Map<String, Value>) -> Credential {
    let named = data.get("algorithm").and_then(Value::as_str);
    match named.and_then(|name| name.parse().ok()) {
        Some(algorithm) => credential.clone().with_algorithm(algorithm).unwrap_or(credential),
        None => credential,
    }
}

fn admitted(
    chain: &[Vec<u8>],
    kind: HolderKind,
    iat: u64,
    policy: &TrustPolicy,
    pointer: &str,
) -> Result<Credential, Refusal> {
    let at = i64::try_from(iat).unwrap_or(i64::MAX);
    Credential::admit(policy, chain, kind, at)
        .map_err(|reason| Refusal::Chain { pointer: pointer.to_owned(), reason })
}

fn enrolled_as(credential: Credential, chain: &[Vec<u8>], policy: &TrustPolicy) -> Enrolled {
    let certificate: &Certificate = credential.certificate();
    let window = credential.window();
    let facts = Enrolment {
        certificate: credential.thumbprint(),
        public_key: Hash::of(certificate.public_key().spki_der()),
        algorithm: credential.algorithm().name().to_owned(),
        not_before: window.not_before,
        not_after: window.not_after,
        issuer: certificate.issuer().to_owned(),
        serial: certificate.serial(),
        intermediates: chain.iter().skip(1).map(|der| Hash::of(der)).collect(),
        policy: policy.hash(),
        is_of_person: is_of_person(chain),
    };
    Enrolled { facts, credential: Arc::new(credential) }
}

fn is_of_person(chain: &[Vec<u8>]) -> bool {
    let leaf = chain.first().and_then(|leaf| Description::of_der(leaf).ok());
    leaf.is_some_and(|leaf| leaf.is_of_person())
}

/// A JSON array of base64 DER certificates.
fn ders(value: Option<&Value>, pointer: &str) -> Result<Vec<Vec<u8>>, Refusal> {
    let wrong = || Refusal::Enrolment {
        pointer: pointer.to_owned(),
        reason: EnrolmentFault::NotCertificates,
    };
    let texts = value.and_then(Value::as_array).ok_or_else(wrong)?;
    if texts.is_empty() || texts.len() > CHAIN_MAX {
        return Err(wrong());
    }
    texts
        .iter()
        .map(|text| STANDARD.decode(text.as_str().unwrap_or_default()).map_err(|_| wrong()))
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use jejak_signer::devca::{DevCa, Profile};
    use jejak_signer::{Algorithm, SigningKey, Window, sign_jws};
    use serde_json::json;

    use super::*;

    const NOW: u64 = 1_800_000_000;
    const ORIGIN: &str = "jejak.example/61.07";

    /// Enrols an RSA key for the algorithm `named`, with a possession signed by `signed`.
    fn enrol(named: &str, signed: Algorithm) -> Result<Enrolled, Refusal> {
        let window = Window { not_before: 1_700_000_000, not_after: 1_900_000_000 };
        let ca = DevCa::create("Uji", window, Algorithm::Ed25519).unwrap();
        let anchors = Anchors::new(vec![ca.anchor_der().to_vec()]).unwrap();
        let policy = TrustPolicy::of_anchors(anchors);
        let key = SigningKey::generate(signed).unwrap();
        let profile = Profile::of_holder(HolderKind::Person);
        let chain = ca.issue("Pejabat", "Dinas", key.public_key(), &profile, window).unwrap();
        let thumbprint = Hash::of(&chain[0]);
        let payload = json!({
            "ledger": ORIGIN,
            "agency": "dinkes",
            "person": "p-1",
            "certificate": thumbprint.to_string(),
        });
        let payload = payload.to_string();
        let possession =
            sign_jws(&key, Typ::Possession, thumbprint, None, payload.as_bytes()).unwrap();
        let chain: Vec<String> = chain.iter().map(|der| STANDARD.encode(der)).collect();
        let data = json!({
            "person": "p-1",
            "agency": "dinkes",
            "algorithm": named,
            "class": "langsung",
            "chain": chain,
            "possession": String::from_utf8(possession).unwrap(),
        });
        of_signer(data.as_object().unwrap(), NOW, ORIGIN, &policy)
    }

    #[test]
    fn the_enrolment_says_which_algorithm_an_rsa_key_has() {
        for algorithm in [Algorithm::Rs256, Algorithm::Ps256] {
            let enrolled = enrol(algorithm.name(), algorithm).unwrap();
            assert_eq!(enrolled.credential.algorithm(), algorithm);
            assert_eq!(enrolled.facts.algorithm, algorithm.name());
        }
    }

    #[test]
    fn possession_is_proven_with_the_algorithm_that_is_enrolled() {
        for (named, signed) in [("RS256", Algorithm::Ps256), ("PS256", Algorithm::Rs256)] {
            let Err(Refusal::Enrolment { reason, .. }) = enrol(named, signed) else {
                unreachable!("{named} enrolled")
            };
            assert_eq!(reason, EnrolmentFault::PossessionNotSigned);
        }
    }

    /// The rules compare the two names and refuse.
    #[test]
    fn a_key_keeps_its_algorithm_where_the_enrolment_names_none_of_its_own() {
        for named in ["ES256", "Ed25519", "EdDSA", "none", ""] {
            let enrolled = enrol(named, Algorithm::Rs256).unwrap();
            assert_eq!(enrolled.facts.algorithm, "RS256");
        }
    }
}

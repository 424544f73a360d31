//! What a ledger decides before its rules do: events for one ledger, at one time.

use super::{Cases, braces};
use crate::signers::{AT, Signers};

/// The ledger that the events are meant for (`ledger` of the file).
pub(crate) const ORIGIN: &str = "jejak.bengkayangkab.go.id/61.07";
/// Where its rule set lies in this repository.
pub(crate) const RULESET: &str = "ledger/rulesets/bengkayang-19-2020.toml";
/// The agency that all signers are enrolled for.
pub(crate) const AGENCY: &str = "dinkes";

pub(super) fn events(cases: &mut Cases, signers: &Signers) {
    let ed25519 = &signers.ed25519;
    let token = |payload: String| ed25519.token().payload(payload);
    let mut refuse = |name: &str, payload: String, code| {
        cases.event(name, token(payload).sign(), Some(code));
    };
    refuse(
        "another ledger",
        event("1").replace(ORIGIN, "jejak.example.go.id/61.07"),
        "wrong-ledger",
    );
    let upper = event("2").replace(ORIGIN, "Jejak.bengkayangkab.go.id/61.07");
    refuse("the ledger's name in another case", upper, "malformed-payload");
    let other = event("3").replace(r#""agency/dinkes""#, r#""agency/kominfo""#);
    refuse("another agency as source", other, "source-not-yours");
    let unknown = event("4").replace("subdomain.requested", "subdomain.wished");
    refuse("an unknown type", unknown, "type-unknown");
    let upper = event("5").replace("subdomain.requested", "Subdomain.Requested");
    refuse("a type in another case", upper, "malformed-payload");
    refuse(
        "no type",
        event("6").replace(r#""type":"subdomain.requested","#, ""),
        "malformed-payload",
    );
    let more = event("7").replacen('{', r#"{"unheard":1,"#, 1);
    refuse("an unknown attribute", more, "malformed-payload");

    for (name, iat) in [
        ("iat a day and a second early", AT - 86_401),
        ("iat 1", 1),
        ("iat 15 minutes and a second late", AT + 901),
        ("iat 2^53 - 1, in an event", 9_007_199_254_740_991),
    ] {
        let header = braces(&ed25519.members().replace(&AT.to_string(), &iat.to_string()));
        let early = token(event("8")).header(header).sign();
        cases.event(name, early, Some("iat-out-of-window"));
    }
    for (number, signer) in (10..).zip(signers.all()) {
        let payload = event(&number.to_string()).replace("dinkes.", &format!("d{number}."));
        let name = format!("{}: an event that is recorded", signer.algorithm());
        cases.event(&name, signer.token().payload(payload).sign(), None);
    }
}

/// A request that the rule set accepts.
fn event(id: &str) -> String {
    let document = |kind: &str| {
        format!(
            r#"{{"kind":"{kind}","number":"800/12/2027","date":"2027-01-14","name":"{kind}.pdf","mediatype":"application/pdf","size":1024,"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}}"#
        )
    };
    format!(
        r#"{{"specversion":"1.0","id":"v-{id}","source":"agency/{AGENCY}","type":"subdomain.requested","subject":"subdomain/dinkes.bengkayangkab.go.id","time":"2027-01-15T08:00:00Z","ledger":"{ORIGIN}","data":{{"basis":"agency","form":{},"letter":{}}}}}"#,
        document("registration-form"),
        document("official-letter"),
    )
}

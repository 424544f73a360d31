//! Everything that a verdict was computed from besides statement and policy, by its SHA-256: whoever has the same inputs
//! computes the same verdict, and who has others can tell which differ.
//!
//! What is bytes in the file of evidence is hashed as these bytes; what is a text, as that text; what has members of its
//! own, as JSON without spaces as the file writes it. As many as the file holds, within its bounds.

use jejak_signer::Hash;
use serde::Serialize;

use super::before::RowsPart;
use super::evidence::Evidence;
use super::file::{KeyPart, RenewedPart, StampPart};
use super::result::Input;
use super::since::SincePart;

pub(super) fn of(evidence: &Evidence) -> Vec<Input> {
    let (before, mut inputs) =
        (&evidence.before, vec![of_bytes("record", &evidence.record.to_bytes())]);
    if let Some(proof) = &evidence.proof {
        inputs.push(of_bytes("checkpoint", proof.checkpoint.as_bytes()));
        inputs.push(of_bytes("proof", proof.to_string().as_bytes()));
    }
    inputs.extend(evidence.chain.iter().map(|der| of_bytes("certificate", der)));
    for stamp in &evidence.stamps {
        inputs.push(of_bytes("token", &stamp.token));
        inputs.extend(of_json("stamp", &StampPart::of(stamp)));
    }
    inputs.extend(evidence.lists.iter().map(|der| of_bytes("revocation-list", der)));
    inputs.extend(evidence.responses.iter().map(|der| of_bytes("ocsp-response", der)));
    inputs.extend(evidence.grounds.iter().filter_map(|ground| of_json("ground", ground)));
    let renewals = evidence.renewals.iter();
    inputs.extend(renewals.filter_map(|one| of_json("renewal", &RenewedPart::of(one))));
    inputs.extend(evidence.keys.iter().filter_map(|link| of_json("key", &KeyPart::of(link))));
    inputs.extend(before.previous.map(|record| of_bytes("previous", &record.to_bytes())));
    inputs.extend(before.anchors.iter().map(|der| of_bytes("anchor", der)));
    inputs.extend(before.policy.map(|sha256| Input { what: "trust-policy", sha256 }));
    inputs.push(Input { what: "ruleset", sha256: before.ruleset });
    let others = before.rulesets.keys().filter(|sha256| **sha256 != before.ruleset);
    inputs.extend(others.map(|sha256| Input { what: "ruleset-read", sha256: *sha256 }));
    inputs.extend(before.objects.keys().map(|sha256| Input { what: "object", sha256: *sha256 }));
    let rows = RowsPart::of(&before.reads).ok();
    inputs.extend(rows.and_then(|rows| of_json("rows", &rows)));
    let since = SincePart::of(&evidence.since, evidence.statement.as_deref()).ok();
    inputs.extend(since.and_then(|since| of_json("since", &since)));
    inputs
}

fn of_bytes(what: &'static str, bytes: &[u8]) -> Input {
    Input { what, sha256: Hash::of(bytes) }
}

/// None of what cannot be written, which what was read from a file can.
fn of_json(what: &'static str, part: &impl Serialize) -> Option<Input> {
    Some(of_bytes(what, &serde_json::to_vec(part).ok()?))
}

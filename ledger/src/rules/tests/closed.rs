//! What a rule set cannot say from version 3 on: a row of a region that takes the second signature away, or gives the
//! ledger something to read that no two have signed.

use super::*;

const HEAD: &str = r#"
format = "jejak-ruleset/1"
name = "test"
structural = 3
title = { id = "Uji", en = "Test" }
"#;

fn row(kind: &str, subject: &str, rest: &str) -> String {
    format!(
        "[[act]]\ntype = \"{kind}\"\nrow = \"T-1\"\nrule = \"T.1\"\nforce = \"DO\"\nclass = \"public\"\n\
         subject = \"{subject}\"\nwho = []\ntext = {{ id = \"Uji.\", en = \"Test.\" }}\n{rest}"
    )
}

/// Refused at that place by version 3, and taken by version 2, whose meaning stays.
#[track_caller]
fn is_closed(rest: &str, at: &str, name: &str) {
    let toml = format!("{HEAD}{rest}");
    let faults = RuleSet::check(toml.as_bytes()).unwrap_err();
    let reason = RuleSetReason::OfStructure { name: name.to_owned() };
    let told = faults.iter().any(|fault| fault.at == at && fault.reason == reason);
    assert!(told, "{faults:?}");
}

#[track_caller]
fn loads(version: u8, rest: &str) {
    let toml =
        format!("{HEAD}{rest}").replace("structural = 3", &format!("structural = {version}"));
    RuleSet::parse(toml.as_bytes()).unwrap();
}

/// It inherited all but `cosigned_by`, came before the structural row, and one key changed everything.
#[test]
fn a_region_does_not_narrow_an_act_of_the_ledger_to_one_signature() {
    for kind in ["ruleset.adopted", "trust.policy_adopted", "ledger.registrar_appointed"] {
        let narrow = row(kind, "ledger/61.07", "");
        is_closed(&narrow, &format!("act[{kind}].type"), kind);
        is_closed(&narrow, &format!("act[{kind}].subject"), "ledger/61.07");
        // What the type does reaches further than its stream.
        is_closed(&row(kind, "thing/{id}", ""), &format!("act[{kind}].type"), kind);
    }
    loads(2, &row("ruleset.adopted", "ledger/61.07", ""));
    is_closed(
        &row("signer.revoked", "signer/p-1", ""),
        "act[signer.revoked].type",
        "signer.revoked",
    );
    let crl = row("evidence.recorded", "crl/{issuer}", "");
    is_closed(&crl, "act[evidence.recorded].type", "evidence.recorded");
}

#[test]
fn a_region_keeps_nothing_in_the_streams_that_trust_is_read_from() {
    let keep = "field = [{ name = \"policy\", kind = \"sha256\" }]\n";
    for subject in
        ["ledger/{region}", "signer/{person}", "crl/{issuer}", "ocsp/{one}", "{any}/{one}", "*"]
    {
        let own = row("thing.done", subject, keep);
        is_closed(&own, "act[thing.done].subject", subject);
        loads(2, &own);
    }
    loads(3, &row("thing.done", "thing/{id}", keep));
}

#[test]
fn a_region_changes_none_of_them_from_another_stream() {
    let effect = |thing: &str| {
        let field = "field = [{ name = \"of\", kind = \"text\" }]\n";
        let effect =
            format!("effect = [{{ thing = \"{thing}\", from = [\"none\"], to = \"gone\" }}]\n");
        row("thing.done", "thing/{id}", &format!("{field}{effect}"))
    };
    for (thing, named) in [
        ("ledger/61.07", "ledger"),
        ("signer/{data.of}", "signer"),
        // The rest of the name comes from the event.
        ("led{data.of}", "led"),
        ("{data.of}/61.07", ""),
        ("{data.of}", ""),
        // What becomes of agencies and offices, acts of their own streams say.
        ("agency/{data.of}", "agency"),
        ("role/{data.of}", "role"),
        ("duty/{data.of}", "duty"),
        // The index of certificates is no stream, and no region's either.
        ("certificate:{data.of}", "certificate:"),
    ] {
        is_closed(&effect(thing), "act[thing.done].effect[0].thing", named);
    }
    loads(2, &effect("signer/{data.of}"));
    loads(2, &effect("agency/{data.of}"));
    loads(3, &effect("other/{data.of}"));
}

#[test]
fn a_region_neither_adds_steps_to_them_nor_skips_any() {
    let steps = "[[lifecycle]]\nstream = \"signer\"\ntransition = [{ on = \"thing.done\", from = [\"active\"] }]\n";
    let own = format!("{steps}{}", row("thing.done", "thing/{id}", ""));
    is_closed(&own, "lifecycle[signer].transition[0].on", "signer");
    for skipped in ["ruleset.adopted", "signer.suspended", "evidence.recorded"] {
        is_closed(&format!("skip = [\"{skipped}\"]\n"), "skip", skipped);
    }
    let upcast =
        "[[upcast]]\ntype = \"ruleset.adopted\"\nfrom = 1\nrename = { old = \"ruleset\" }\n";
    is_closed(upcast, "upcast[ruleset.adopted].type", "ruleset.adopted");
}

/// An agency that a step of the region brought back from its end would have no offices and no successors, and act.
#[test]
fn a_region_neither_ends_an_agency_nor_brings_one_back() {
    let step = |from: &str, to: &str| {
        let step =
            format!("transition = [{{ on = \"thing.done\", from = [\"{from}\"], to = \"{to}\" }}]");
        let lifecycle =
            format!("[[lifecycle]]\nstream = \"agency\"\nfinal = [\"ended\"]\n{step}\n");
        format!("{lifecycle}{}", row("thing.done", "agency/{id}", ""))
    };
    for (from, to) in [("agency", "ended"), ("ended", "agency")] {
        is_closed(&step(from, to), "lifecycle[agency].transition[0].on", "agency");
        loads(2, &step(from, to));
    }
    loads(3, &step("agency", "other"));
    loads(3, &step("*", "other"));
}

#[test]
fn offices_and_agencies_stay_open_to_narrower_rows() {
    for (kind, subject) in [("role.appointed", "role/cio"), ("agency.registered", "agency/dinkes")]
    {
        loads(3, &row(kind, subject, "").replace("who = []", "who = [\"REGISTRAR\"]"));
    }
    for own in [BENGKAYANG_19_2020, NASIONAL] {
        let text = std::str::from_utf8(own).unwrap();
        let third = ["structural = 1", "structural = 2"];
        let text =
            third.iter().fold(text.to_owned(), |text, of| text.replace(of, "structural = 3"));
        RuleSet::parse(text.as_bytes()).unwrap();
    }
}

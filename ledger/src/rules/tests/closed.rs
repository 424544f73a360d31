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

const ACTORS: &str = r#"
[actors.OPD]
kind = "opd"
[actors.BUPATI]
office = ["role/bupati"]
"#;

#[track_caller]
fn is_owned(rest: &str, at: &str, name: &str) {
    let faults = RuleSet::check(format!("{HEAD}{rest}{ACTORS}").as_bytes()).unwrap_err();
    let reason = RuleSetReason::Owned { name: name.to_owned() };
    let told = faults.iter().any(|fault| fault.at == at && fault.reason == reason);
    assert!(told, "{faults:?}");
}

fn by(who: &str, row: &str) -> String {
    row.replace("who = []", &format!("who = [\"{who}\"]"))
}

/// A clerk dissolved the inspectorate: of two rows that of the region was meant.
#[test]
fn a_region_has_no_row_of_a_structural_type() {
    for (kind, subject) in [
        ("agency.registered", "agency/dinkes"),
        ("agency.renamed", "agency/dinkes"),
        ("agency.merged", "agency/dinkes"),
        ("agency.dissolved", "agency/inspektorat"),
        ("role.ended", "role/bupati"),
        ("role.delegated", "role/bupati"),
        ("event.voided", "plan/{id}"),
        ("event.corrected", "plan/{id}"),
        ("decision.revoked", "plan/{id}"),
        ("decision.annulled", "plan/{id}"),
        ("act.countersigned", "plan/{id}"),
        ("duty.interval_set", "duty/bky"),
        ("calendar.holidays_set", "calendar/2027"),
        ("inspection.verified", "inspection/one"),
    ] {
        for who in ["OPD", "BUPATI", "REGISTRAR"] {
            let own = by(who, &row(kind, subject, ""));
            is_owned(&own, &format!("act[{kind}].type"), kind);
        }
    }
    loads(2, &by("REGISTRAR", &row("agency.registered", "agency/dinkes", "")));
    let step = "[[lifecycle]]\nstream = \"agency\"\n\
        transition = [{ on = \"agency.renamed\", from = [\"agency\"], to = \"other\" }]\n";
    is_owned(step, "lifecycle[agency].transition[0].on", "agency.renamed");
}

#[test]
fn a_region_has_no_row_of_its_own_about_what_the_structural_acts_own() {
    for subject in ["role/{id}", "role/bupati", "duty/{id}", "calendar/{id}", "inspection/{id}"] {
        let own = by("OPD", &row("thing.done", subject, ""));
        is_owned(&own, "act[thing.done].subject", subject);
        loads(2, &format!("{own}{ACTORS}"));
    }
    // An agency has acts of the region, which give it no function.
    let on_agency = |rest: &str| by("OPD", &row("thing.done", "agency/{id}", rest));
    loads(3, &format!("{}{ACTORS}", on_agency("field = [{ name = \"of\", kind = \"text\" }]\n")));
    for keep in [
        "field = [{ name = \"functions\", kind = \"text\" }]\n",
        "keep = { functions = \"source\" }\n",
        "gather = { functions = \"source\" }\n",
        "clear = [\"functions\"]\n",
        "under = \"functions\"\n",
    ] {
        is_owned(&on_agency(keep), "act[thing.done].keep", "functions");
    }
    is_owned(&on_agency("keep = { kind = \"source\" }\n"), "act[thing.done].keep", "kind");
}

/// A clerk appointed a regent.
#[test]
fn an_office_that_is_written_out_is_filled_by_holders_of_others_or_by_a_power_of_the_ledger() {
    let appointed = |office: &str, who: &str, rest: &str| {
        let row = row("role.appointed", office, rest);
        format!("{}{ACTORS}", by(who, &row))
    };
    for who in ["BUPATI", "REGISTRAR"] {
        loads(3, &appointed("role/cio", who, ""));
    }
    for (office, who) in [
        ("role/bupati", "OPD"),
        ("role/cio", "OPD"),
        ("role/bupati", "BUPATI"),
        ("role/cio", "HOLDER"),
        ("role/cio", "SELF of data.person"),
    ] {
        let toml = format!("{HEAD}{}", appointed(office, who, ""));
        let fault = RuleSet::parse(toml.as_bytes()).unwrap_err();
        assert_eq!(fault.at, "act[role.appointed].who", "{office} {who}");
        assert_eq!(fault.reason, RuleSetReason::Appoints { actor: who.to_owned() });
        loads(2, &appointed(office, who, ""));
    }
    for office in ["role/{id}", "thing/cio"] {
        let own = by("BUPATI", &row("role.appointed", office, ""));
        is_owned(&own, "act[role.appointed].subject", office);
    }
    let kept =
        by("BUPATI", &row("role.appointed", "role/cio", "keep = { tenures = \"source\" }\n"));
    is_owned(&kept, "act[role.appointed].keep", "tenures");
}

/// What is left out is not asked for, and what is lifted says something else than was signed.
#[test]
fn a_region_neither_skips_nor_lifts_what_the_structural_acts_own() {
    for kind in
        ["agency.registered", "agency.dissolved", "role.appointed", "role.ended", "event.voided"]
    {
        let skip = format!("skip = [\"{kind}\"]\n");
        is_owned(&skip, "skip", kind);
        let upcast = format!("[[upcast]]\ntype = \"{kind}\"\nfrom = 1\nremove = [\"remark\"]\n");
        is_owned(&upcast, &format!("upcast[{kind}].type"), kind);
    }
    // Their meaning stays.
    loads(2, "skip = [\"agency.dissolved\"]\n");
    let own = row("thing.done", "thing/{id}", "schema_version = 2\n");
    loads(3, &format!("[[upcast]]\ntype = \"thing.done\"\nfrom = 1\nremove = [\"remark\"]\n{own}"));
}

#[test]
fn what_is_shipped_loads_on_the_third_version() {
    for own in [BENGKAYANG_19_2020, NASIONAL] {
        let text = std::str::from_utf8(own).unwrap();
        let third = ["structural = 1", "structural = 2"];
        let text =
            third.iter().fold(text.to_owned(), |text, of| text.replace(of, "structural = 3"));
        RuleSet::parse(text.as_bytes()).unwrap();
    }
}

//! What a refusal tells of a stream that not everybody may read: first whose it is, and never in which state.

use Code::{RoleMissing, RuleRefused, TransitionForbidden};

use super::*;

/// A case of a class, and what may be done to it: by the agency that opened it (named in `who`, or in a condition), and
/// by whoever is an agency.
fn rules(class: &str) -> String {
    let act = |kind: &str, who: &str, rest: &str| {
        format!(
            "[[act]]\ntype = \"case.{kind}\"\nrow = \"T-{kind}\"\nrule = \"T.{kind}\"\nforce = \"DO\"\n\
             class = \"{class}\"\nsubject = \"case/{{id}}\"\nwho = [\"{who}\"]\n\
             text = {{ id = \"Uji.\", en = \"Test.\" }}\n{rest}\n"
        )
    };
    let own = "condition = [{ kind = \"compare\", left = \"source\", is = \"==\", right = \"this.agency\", \
               rule = \"T.own\", text = { id = \"Milik sendiri.\", en = \"Its own.\" } }]";
    let other = "field = [{ name = \"case\", kind = \"id\" }]\n\
                 condition = [{ kind = \"state\", thing = \"case/{data.case}\", not_in = [\"open\"] }]";
    [
        "format = \"jejak-ruleset/1\"\nname = \"test\"\nstructural = 3\ntitle = { id = \"Uji\", en = \"Test\" }\n\
         [actors.ANY]\nkind = \"opd\"\n\
         [[lifecycle]]\nstream = \"case\"\ntransition = [\n\
             { on = \"case.opened\", from = [\"none\"], to = \"open\" },\n\
             { on = \"case.closed\", from = [\"heard\"], to = \"closed\" },\n\
             { on = \"case.heard\", from = [\"heard\"] },\n\
             { on = \"case.shelved\", from = [\"open\"], to = \"heard\" },\n\
             { on = \"case.noted\", from = [\"heard\"] },\n]\n"
            .to_owned(),
        act("opened", "ANY", "keep = { agency = \"source\" }"),
        act("closed", "ANY", own),
        act("heard", "ANY of this.agency", ""),
        act("shelved", "ANY", ""),
        act("noted", "ANY", ""),
        act("opened", "ANY", other).replace("case.opened", "link.made").replace("case/{id}", "link/{id}"),
    ]
    .concat()
}

fn event(kind: &str, agency: &str) -> Value {
    let changes = [
        ("/type", json!(kind)),
        ("/subject", json!("case/c1")),
        ("/source", json!(format!("agency/{agency}"))),
        ("/data", json!({})),
    ];
    changed("agency.registered", &changes)
}

fn world(class: &str) -> World {
    let mut world = World::bengkayang_on(rules(class).as_bytes());
    world.given(&event("case.opened", "dinkes"));
    world
}

#[track_caller]
fn told(world: &mut World, event: &Value, code: Code, rule: &str) -> (String, String) {
    let refusal = world.when(event).unwrap_err();
    assert_eq!((refusal.code, refusal.rule.as_deref()), (code, Some(rule)));
    (refusal.detail(Language::Indonesian), refusal.detail(Language::English))
}

fn both(id: &str, en: &str) -> (String, String) {
    (id.to_owned(), en.to_owned())
}

/// Everybody may read a public case: in which state it is comes first, and is said.
#[test]
fn the_state_of_a_public_stream_is_told_to_everybody() {
    let mut world = world("public");
    let stands = both(
        "Uji. /subject: case/c1 berstatus open; yang diperlukan: heard.",
        "Test. /subject: case/c1 is in state open; needed: heard.",
    );
    for agency in ["dinkes", "dishub"] {
        let closed = event("case.closed", agency);
        assert_eq!(told(&mut world, &closed, TransitionForbidden, "T.closed"), stands, "{agency}");
    }
}

/// A stranger was told the state of an incident by the refusal of his act: it went by the lifecycle before it was asked
/// whose the incident is.
#[test]
fn whose_a_stream_is_that_not_everybody_may_read_is_told_before_its_state() {
    for class in ["internal", "restricted"] {
        let mut world = world(class);
        let not_his = both(
            "Milik sendiri. /source: source (dishub) harus sama dengan this.agency.",
            "Its own. /source: source (dishub) must be the same as this.agency.",
        );
        let closed = event("case.closed", "dishub");
        assert_eq!(told(&mut world, &closed, RuleRefused, "T.own"), not_his, "{class}");
        let heard = told(&mut world, &event("case.heard", "dishub"), RoleMissing, "T.heard");
        let named = both(
            "Uji. /source: yang berwenang: ANY (perangkat daerah) dari \"agency\" yang tercatat sebelumnya.",
            "Test. /source: entitled: ANY (agency) of \"agency\" as recorded before.",
        );
        assert_eq!(heard, named, "{class}");
        // In the state that the act needs, and where there is none, he is told the same.
        world.given(&event("case.shelved", "dinkes"));
        assert_eq!(told(&mut world, &closed, RuleRefused, "T.own"), not_his, "{class}");
        let mut absent = closed.clone();
        absent["subject"] = json!("case/c2");
        assert_eq!(told(&mut world, &absent, RuleRefused, "T.own"), not_his, "{class}");
        world.given(&event("case.closed", "dinkes"));
        assert_eq!(told(&mut world, &closed, RuleRefused, "T.own"), not_his, "{class}");
    }
}

/// Nothing tells who of the agencies that may do it may also read: the refusal names what would be needed alone.
#[test]
fn the_state_of_a_stream_that_not_everybody_may_read_is_named_in_no_refusal() {
    for class in ["internal", "restricted"] {
        let mut world = world(class);
        let withheld = both(
            "Uji. /subject: case/c1 tidak berstatus yang memungkinkan tindakan ini; yang diperlukan: heard.",
            "Test. /subject: case/c1 is in no state in which this act is possible; needed: heard.",
        );
        for agency in ["dinkes", "dishub"] {
            let noted = event("case.noted", agency);
            assert_eq!(
                told(&mut world, &noted, TransitionForbidden, "T.noted"),
                withheld,
                "{class}"
            );
        }
        // Whether it is there at all is as little said.
        let mut absent = event("case.noted", "dishub");
        absent["subject"] = json!("case/c2");
        let of_none = told(&mut world, &absent, TransitionForbidden, "T.noted");
        assert_eq!(of_none.1, withheld.1.replace("c1", "c2"), "{class}");
        // Nor of one that an event only names.
        let mut link = event("link.made", "dishub");
        (link["subject"], link["data"]) = (json!("link/l1"), json!({ "case": "c1" }));
        let named = both(
            "Uji. /data/case: case/c1 tidak berstatus yang memungkinkan tindakan ini; status yang tidak diperbolehkan: open.",
            "Test. /data/case: case/c1 is in no state in which this act is possible; states not allowed: open.",
        );
        assert_eq!(told(&mut world, &link, RuleRefused, "T.opened"), named, "{class}");
    }
}

/// A rehearsal gathers all that can be found against an act: against that of a stranger nothing more.
#[test]
fn a_rehearsal_tells_a_stranger_no_more() {
    for class in ["internal", "restricted"] {
        let world = world(class);
        let parsed = Event::parse(event("case.closed", "dishub").to_string().as_bytes()).unwrap();
        let mut refusals = Refusals::All(Vec::new());
        let facts = world.facts.clone();
        let signatory = signatory(usual_signer("dishub"), &parsed);
        let case = Case {
            rules: &world.rules,
            facts: &facts,
            past: None,
            event: &parsed,
            signatory: &signatory,
            enrolments: &[],
            position: world.position,
            recorded_at: Micros(world.now),
        };
        case.judge(&mut refusals).unwrap();
        let rules: Vec<_> = refusals.gathered().iter().map(|one| one.rule.as_deref()).collect();
        assert_eq!(rules, [Some("T.own")], "{class}");
        let noted = Event::parse(event("case.noted", "dishub").to_string().as_bytes()).unwrap();
        let mut refusals = Refusals::All(Vec::new());
        Case { event: &noted, ..case }.judge(&mut refusals).unwrap();
        let details: Vec<_> =
            refusals.gathered().iter().map(|one| one.detail(Language::English)).collect();
        assert_eq!(
            details,
            [
                "Test. /subject: case/c1 is in no state in which this act is possible; needed: heard."
            ]
        );
    }
}

/// Another agency was told that the incident is not one in which data are secured.
#[test]
fn an_incident_tells_another_agency_that_it_is_not_its_own() {
    let mut world = World::bengkayang();
    let ours = example("incident.data_secured");
    world.given(&ours);
    assert_eq!(world.facts[ours["subject"].as_str().unwrap()].class, Class::Restricted);
    let theirs = changed("incident.data_secured", &[("/source", json!("agency/dishub"))]);
    let refusal = world.when(&theirs).unwrap_err();
    assert_eq!(refusal.code, RuleRefused);
    let compared = "source (dishub) must be the same as this.agency";
    assert!(
        refusal.detail(Language::English).ends_with(&format!("/source: {compared}.")),
        "{refusal}"
    );
}

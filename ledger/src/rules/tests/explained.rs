//! A rule set in words, what two of them differ in, and the diagrams that are kept beside the code.

use super::super::{About, Explained, compare, explain, lifecycle_pages};
use super::*;

fn bengkayang() -> RuleSet {
    RuleSet::parse(BENGKAYANG_19_2020).unwrap()
}

fn types(rows: &[Explained]) -> Vec<&str> {
    rows.iter().filter_map(|row| row.kind.as_deref()).collect()
}

#[test]
fn a_row_is_told_as_a_lawyer_reads_it() {
    let rules = bengkayang();
    let rows = explain(&rules, Some("BKY-50"));
    let [row] = rows.as_slice() else { panic!("{rows:#?}") };
    assert_eq!(row.articles, ["25(1)", "25(3)"]);
    assert_eq!((row.force, row.term.as_deref()), ("DO", Some("pemberian nama domain")));
    assert_eq!(row.who[0].en, "DINAS (agency with the function kominfo)");
    assert_eq!(row.trigger.as_ref().unwrap().en, "when a request is open (subdomain.requested)");
    let holder = row.demands.iter().find(|content| content.field == "holder").unwrap();
    assert!(holder.required && holder.rule == "BKY.25.1");
    let refusals: Vec<_> = row.refuses.iter().map(|spoken| spoken.rule.as_str()).collect();
    assert_eq!(refusals, [["BKY.25.1"; 3].as_slice(), &["BKY.25.3"; 4]].concat());
    let guard = row.refuses.last().unwrap().test.as_ref().unwrap();
    assert!(guard.en.starts_with("the name is one label below a main domain"), "{guard:?}");
    let ends = row.ends.as_ref().unwrap();
    assert!(
        ends.id.contains("dapat dicabut (decision.revoked): keadaannya menjadi dicabut (revoked)")
    );
    assert!(
        ends.en.contains("can be annulled (decision.annulled): back to the state before"),
        "{ends:?}"
    );
    assert_eq!(row.readers.as_ref().unwrap().id, "umum");
    assert!(row.keeps.iter().any(|kept| kept.en == "\"granted_at\" kept from the time of the act"));
    assert!(
        row.steps
            .iter()
            .any(|step| step.way() == "requested, granted+requested, in_use+requested -> granted"),
        "{row:#?}"
    );
    let sop = &explain(&rules, Some("sop.reviewed"))[0];
    let clock = "every 1 year from sop.adopted or sop.reviewed (a reminder, never overdue)";
    assert_eq!(sop.clock.as_ref().unwrap().en, clock);
    let adopted = &explain(&rules, Some("sop.adopted"))[0];
    let besides: Vec<_> = adopted.cosigners.iter().map(|who| who.en.as_str()).collect();
    assert!(matches!(besides.as_slice(), [head] if head.contains("KAOPD")), "{besides:?}");
}

#[test]
fn what_is_asked_for_is_a_pasal_a_type_a_row_or_a_rule() {
    let rules = bengkayang();
    let asked = |asked: &str| explain(&rules, Some(asked));
    assert_eq!(
        types(&asked("25")),
        [
            "subdomain.granted",
            "subdomain.revoked",
            "subdomain.requested",
            "subdomain.refused",
            "subdomain.request_returned"
        ]
    );
    assert_eq!(types(&asked("25(4)")), ["subdomain.refused", "subdomain.request_returned"]);
    assert_eq!(types(&asked("BKY.34.4")), ["facility.connected"]);
    assert_eq!(types(&asked("43bis")), ["adjustment.completed"]);
    assert_eq!(types(&asked("site.opened")), ["site.opened", "site.opened"]);
    let duty = &asked("37(1)")[0];
    assert_eq!((duty.kind.as_deref(), duty.rule.as_str()), (None, "BKY.37.1"));
    // A text may have a pasal twice, and lawyers write words around the numbers.
    assert_eq!(asked("43").last().unwrap().kind.as_deref(), Some("adjustment.completed"));
    assert_eq!(asked("pasal 25 ayat (4)"), asked("25(4)"));
    assert_eq!((asked("10"), asked("35")), (Vec::new(), Vec::new()));
    let table = Articles::parse(BENGKAYANG_ARTICLES).unwrap();
    assert_eq!(table.without_row("10"), ["10(1)", "10(2)"]);
    assert_eq!(table.without_row("Pasal 35 ayat (2)"), ["35(2)"]);
    assert_eq!(
        (table.without_row("25"), table.without_row("99")),
        (Vec::new(), Vec::<String>::new())
    );
    assert_eq!(asked("99"), []);
    assert_eq!(asked("subdomain.stolen"), []);
}

#[test]
fn the_whole_is_in_the_order_of_the_articles() {
    let rules = bengkayang();
    let rows = explain(&rules, None);
    assert_eq!(rows.len(), rules.acts().count() + rules.duties().len());
    let first = |rule: &str| rows.iter().position(|row| row.rule == rule).unwrap();
    let order = [
        "BKY.6.4c",
        "BKY.9.1",
        "BKY.20.1",
        "BKY.37.1",
        "BKY.43.1",
        "BKY.43bis.1",
        "P59.7",
        "SYS.1.2",
    ];
    assert!(order.map(first).is_sorted(), "{:?}", order.map(first));
}

#[test]
fn a_rule_set_differs_from_itself_in_nothing() {
    assert_eq!(compare(&bengkayang(), &bengkayang()), []);
}

#[test]
fn each_kind_of_difference_is_told() {
    let file = String::from_utf8(BENGKAYANG_19_2020.to_vec()).unwrap();
    let after = |from: &str, to: &str| {
        assert!(file.contains(from), "{from}");
        let other = RuleSet::parse(file.replacen(from, to, 1).as_bytes()).unwrap();
        let differences = compare(&bengkayang(), &other).into_iter();
        differences.map(|one| (one.kind, one.about, one.first, one.second)).collect::<Vec<_>>()
    };
    let about = |from: &str, to: &str, kind: &str, about: About| {
        let found = after(from, to);
        assert!(!found.is_empty(), "{to}");
        assert!(found.iter().all(|one| one.0 == kind && one.1 == about), "{found:#?}");
        found
    };
    let found =
        after("type = \"sop.disseminated\"", "type = \"sop.disseminated\"\nschema_version = 1");
    assert_eq!(found, []);
    let found = after("type = \"internet_policy.set\"", "type = \"internet_policy.noted\"");
    assert!(
        found
            .iter()
            .any(|one| one.0 == "internet_policy.noted" && one.1 == About::Row && one.2.is_none())
    );
    about("clock = { every = \"P1Y\"", "clock = { every = \"P2Y\"", "sop.reviewed", About::Clock);
    about("name = \"channel\"", "name = \"medium\"", "dataset.published", About::Content);
    let country = "country = \"data.country\"\nin = [\"ID\"]";
    let found = about(
        country,
        "country = \"data.country\"\nin = [\"ID\", \"SG\"]",
        "datacenter.commissioned",
        About::Refusal,
    );
    assert_eq!(found.len(), 2);
    about(
        "name = \"legal_limit\", kind = \"text\", max = 1000",
        "name = \"legal_limit\", kind = \"text\", max = 50",
        "dataset.shared",
        About::Content,
    );
    let found = about(
        "list = \"main_domains\"\nunder = true",
        "list = \"main_domains\"",
        "site.opened",
        About::Refusal,
    );
    assert!(found[0].2.as_ref().unwrap().id.contains("berada di bawah"), "{found:#?}");
    about("under = \"guarantee\"", "under = \"promise\"", "pse.guarantee_declared", About::Kept);
    about("drafted_at = \"time\"", "drafted_on = \"time\"", "plan.drafted", About::Kept);
    let service = "type = \"service.performance_rated\"";
    let public = file.split(service).nth(1).unwrap().split("class = ").nth(1).unwrap();
    assert!(public.starts_with("\"public\""));
    let place = file.find(service).unwrap();
    let (before, rest) = file.split_at(place);
    let inner =
        format!("{before}{}", rest.replacen("class = \"public\"", "class = \"internal\"", 1));
    let other = RuleSet::parse(inner.as_bytes()).unwrap();
    let differences = compare(&bengkayang(), &other);
    assert_eq!(differences.len(), 1, "{differences:#?}");
    assert_eq!(
        (differences[0].kind.as_str(), differences[0].about),
        ("service.performance_rated", About::Readers)
    );
    assert_eq!(differences[0].second.as_ref().unwrap().id, "pejabat daerah");
    let is_it = |line: &&str| line.starts_with("decision = ") && line.contains("clear = [");
    let decision = file.lines().find(is_it).unwrap();
    let ended = decision.replace("clear = [", "clear = [\"draft\", ");
    assert!(after(decision, &ended).iter().all(|one| one.1 == About::Ends), "{ended}");
    // The ids of rules are names only.
    assert_eq!(after("rule = \"BKY.31.4\"", "rule = \"BKY.31.3\""), []);
}

/// What people read has none of the words in which rule sets are written.
#[test]
fn an_explanation_has_no_word_of_a_programmer() {
    for row in explain(&bengkayang(), None) {
        let spoken = row.refuses.iter().chain(&row.finds);
        let tests = spoken.flat_map(|one| one.test.iter().chain(&one.when));
        let steps = row.steps.iter().flat_map(|step| &step.when);
        for text in tests.chain(steps).chain(&row.who).chain(&row.cosigners).chain(&row.keeps) {
            for word in ["this.", "after.", "data.", "subject.", "@1", "{", "}"] {
                assert!(
                    !text.id.contains(word) && !text.en.contains(word),
                    "{}: {text:?}",
                    row.row
                );
            }
        }
        if let Some(trigger) = &row.trigger {
            assert!(!trigger.id.starts_with("sejak sejak"), "{trigger:?}");
        }
    }
}

/// `jejak rules lifecycles --out docs/lifecycles` makes them anew.
#[test]
fn the_diagrams_in_the_docs_are_those_of_the_rules() {
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/lifecycles");
    let pages = lifecycle_pages(&bengkayang());
    for (name, page) in &pages {
        let found = std::fs::read_to_string(docs.join(name)).unwrap_or_default();
        assert!(
            found == *page,
            "docs/lifecycles/{name} is not what the rules say: \
            run `jejak rules lifecycles --out docs/lifecycles`"
        );
    }
    let found: Vec<_> =
        std::fs::read_dir(docs).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(found.len(), pages.len(), "a page of no lifecycle: {found:?}");
}

#[test]
fn a_diagram_shows_every_change_of_state_with_its_rule() {
    let pages = lifecycle_pages(&bengkayang());
    let page = &pages["subdomain.md"];
    assert!(page.contains("```mermaid\nstateDiagram-v2\n"), "{page}");
    assert!(page.contains("    requested --> granted : subdomain.granted (BKY.25.1)\n"), "{page}");
    assert!(page.contains("    state \"granted+requested\" as granted_requested\n"), "{page}");
    assert!(page.contains("    [*] --> requested : subdomain.requested (BKY.25.2)\n"), "{page}");
    // An effect of another stream, and the structural lifecycles.
    assert!(pages["eval.md"].contains("`self_assessment.scored` (of another stream)"));
    assert!(pages["signer.md"].contains("signer.enrolled (SYS.4.1)"));
}

//! Lifecycles as pages with diagrams (Mermaid), drawn from the steps that decide: one page a kind of stream.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::words_of;
use crate::rules::act::Act;
use crate::rules::ruleset::RuleSet;
use crate::rules::thing::Thing;

/// The acts that end a decision.
const ENDINGS: [&str; 2] = ["decision.revoked", "decision.annulled"];

/// One way from a state to a state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    from: String,
    to: String,
    /// The event type.
    on: String,
    rule: String,
    /// What must hold besides, in words.
    when: String,
    /// The event is one of another stream.
    from_elsewhere: bool,
}

/// The pages by file name; `README.md` lists the others.
pub fn lifecycle_pages(rules: &RuleSet) -> BTreeMap<String, String> {
    let mut streams: BTreeMap<&str, BTreeSet<Way>> = BTreeMap::new();
    for act in rules.acts() {
        steps(act, &mut streams);
        effects(act, &mut streams);
        endings(rules, act, &mut streams);
    }
    let mut pages = BTreeMap::new();
    let mut index = format!(
        "# Lifecycles\n\n{MADE}\n\nRule set `{}`, with the structural acts of every ledger.\n\n",
        rules.name()
    );
    for (stream, ways) in &streams {
        let states: BTreeSet<&str> =
            ways.iter().flat_map(|way| [way.from.as_str(), way.to.as_str()]).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(index, "- [{stream}]({stream}.md): {} states", states.len());
        pages.insert(format!("{stream}.md"), page(stream, ways));
    }
    pages.insert("README.md".to_owned(), index);
    pages
}

fn steps<'a>(act: &'a Act, streams: &mut BTreeMap<&'a str, BTreeSet<Way>>) {
    for step in &act.transitions {
        let when: Vec<String> = step.when.iter().map(|when| words_of(when).en).collect();
        for from in &step.from {
            streams.entry(act.subject.stream()).or_default().insert(Way {
                from: from.clone(),
                to: step.to.as_ref().unwrap_or(from).clone(),
                on: act.kind.clone(),
                rule: step.rule().unwrap_or(&act.rule).to_owned(),
                when: when.join("; "),
                from_elsewhere: false,
            });
        }
    }
}

fn effects<'a>(act: &'a Act, streams: &mut BTreeMap<&'a str, BTreeSet<Way>>) {
    for (stream, from, to) in act.effects_on() {
        for from in from {
            streams.entry(stream).or_default().insert(Way {
                from: from.clone(),
                to: to.to_owned(),
                on: act.kind.clone(),
                rule: act.rule.clone(),
                when: String::new(),
                from_elsewhere: true,
            });
        }
    }
}

/// A decision may be revoked, and then its stream is in a state of its own; or annulled, and then it is as if it
/// had never been made.
fn endings<'a>(rules: &RuleSet, act: &'a Act, streams: &mut BTreeMap<&'a str, BTreeSet<Way>>) {
    let Some(decision) = &act.decision else { return };
    let ways = decision.ends.iter().flat_map(|end| end.from.iter().map(move |from| (end, from)));
    for ((end, from), on) in ways.flat_map(|way| ENDINGS.map(|on| (way, on))) {
        let Some(ending) = rules.act(on) else { continue };
        streams.entry(end.thing.stream()).or_default().insert(Way {
            from: from.clone(),
            to: end.to.clone(),
            on: on.to_owned(),
            rule: ending.rule.clone(),
            when: String::new(),
            from_elsewhere: true,
        });
    }
    for step in &act.transitions {
        let Some(made) = &step.to else { continue };
        let before = step.from.iter().map(String::as_str);
        let annulled: Vec<_> =
            decision.annulled.as_deref().map_or(before.collect(), |state| vec![state]);
        let revoked = std::iter::once(("decision.revoked", decision.revoked.as_str()));
        let annulled = annulled.into_iter().map(|state| ("decision.annulled", state));
        let of_made = revoked.chain(annulled.clone()).map(|(on, to)| (made.as_str(), on, to));
        let of_later = decision.in_effect.iter().flat_map(|(state, after)| {
            let revoked = std::iter::once(("decision.revoked", after.as_str()));
            let annulled =
                annulled.clone().map(|(on, to)| (on, decision.annulled_in(after, made, to)));
            revoked.chain(annulled).map(|(on, to)| (state.as_str(), on, to))
        });
        for (from, on, to) in of_made.chain(of_later) {
            let Some(ending) = rules.act(on) else { continue };
            streams.entry(act.subject.stream()).or_default().insert(Way {
                from: from.to_owned(),
                to: to.to_owned(),
                on: on.to_owned(),
                rule: ending.rule.clone(),
                when: format!("ends {}", act.kind),
                from_elsewhere: false,
            });
        }
    }
}

fn page(stream: &str, ways: &BTreeSet<Way>) -> String {
    let mut page = format!("# {stream}\n\n{MADE}\n\n```mermaid\nstateDiagram-v2\n");
    let states: BTreeSet<&str> =
        ways.iter().flat_map(|way| [way.from.as_str(), way.to.as_str()]).collect();
    for state in &states {
        if node(state) != *state && *state != Thing::NONE {
            let _ = writeln!(page, "    state \"{state}\" as {}", node(state));
        }
    }
    for (from, to, labels) in arrows(ways) {
        let _ = writeln!(page, "    {} --> {} : {labels}", node(from), node(to));
    }
    for last in ends(ways, &states) {
        let _ = writeln!(page, "    {} --> [*]", node(last));
    }
    page.push_str("```\n\n| from | event | to | rule | when |\n| --- | --- | --- | --- | --- |\n");
    for way in ways {
        let to = if way.from == way.to { "(same)" } else { &way.to };
        let elsewhere = if way.from_elsewhere { " (of another stream)" } else { "" };
        let Way { from, on, rule, when, .. } = way;
        let when = when.replace('|', "\\|");
        let _ = writeln!(page, "| {from} | `{on}`{elsewhere} | {to} | {rule} | {when} |");
    }
    page
}

/// The changes of state, several events between the same states in one arrow. What changes none stands in the
/// table only.
fn arrows(ways: &BTreeSet<Way>) -> Vec<(&str, &str, String)> {
    let mut arrows: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    for way in ways.iter().filter(|way| way.from != way.to) {
        let label = format!("{} ({})", way.on, way.rule);
        arrows.entry((&way.from, &way.to)).or_default().insert(label);
    }
    let joined = |labels: BTreeSet<String>| labels.into_iter().collect::<Vec<_>>().join("<br/>");
    arrows.into_iter().map(|((from, to), labels)| (from, to, joined(labels))).collect()
}

/// The states that no way leads out of.
fn ends<'a>(ways: &BTreeSet<Way>, states: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let leads_on = |state: &str| ways.iter().any(|way| way.from == state && way.to != state);
    states.iter().copied().filter(|state| *state != Thing::NONE && !leads_on(state)).collect()
}

/// A state as Mermaid names it.
fn node(state: &str) -> String {
    if state == Thing::NONE { "[*]".to_owned() } else { state.replace(['+', '-'], "_") }
}

const MADE: &str = "Made from the rule set by `jejak rules lifecycles --out docs/lifecycles`; \
                    the states and steps are those that decide.";

//! Which acts the rules would accept next on a stream, derived from the same rows, steps and conditions
//! that `admit` decides by. Pure: facts in, an answer out.
//!
//! Nothing of the event is known but its stream and, where somebody asks for himself, who he is. So an
//! answer has three values: it holds, it fails and says why, or it depends on values that it names as a
//! rule set does. What holds is never refused for this reason, what fails is never accepted.

mod outlook;
mod sketch;
mod who;

use std::collections::BTreeSet;

use jejak_signer::Hash;

use super::Signatory;
use super::act::Act;
use super::operand::{Context, Item, World, day_of};
use super::orphan;
use super::refusal::{Code, Text, Why};
use super::role::{Acting, ledger_key, signer_key};
use super::ruleset::RuleSet;
use super::structural;
use super::succession::reads_further;
use super::thing::{Class, Facts, Thing};
use crate::event::{Event, SignedAs, Time};
use crate::log::{Micros, Position};
use sketch::Sketch;

pub use outlook::Outlook;
pub use who::Entitled;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The stream.
    pub subject: &'a str,
    /// The origin of the ledger.
    pub origin: &'a str,
    /// Who asks; nobody in particular where nothing is named.
    pub asker: &'a Asker,
}

/// Who asks, as far as he says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asker {
    /// His person id.
    pub person: Option<String>,
    /// His agency id; that of his enrolment where he names none.
    pub agency: Option<String>,
    /// The office in which he would act.
    pub office: Option<String>,
}

/// What is known when it is asked.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The things that [`next_reads`] named and that may be shown.
    pub facts: &'a Facts,
    /// Those of them that are there, but may not be shown: what rests on one depends on it.
    pub hidden: &'a BTreeSet<String>,
    /// The position of the next event.
    pub position: Position,
    /// When it would be recorded.
    pub recorded_at: Micros,
}

/// The answer: every row that is about such a stream, either open or closed, by type.
#[derive(Debug)]
pub struct NextActs<'a> {
    /// Acts that the rules would accept, or that depend on what the event holds.
    pub open: Vec<OpenAct<'a>>,
    /// Acts that they would not, whatever the event holds and whoever signs.
    pub closed: Vec<ClosedAct<'a>>,
}

/// An act that is possible.
#[derive(Debug)]
pub struct OpenAct<'a> {
    /// Its row.
    pub act: &'a Act,
    /// Would it be accepted from somebody who is entitled, with content of the form it demands?
    pub outlook: Outlook,
    /// The steps it may take, in their order: the first open one is taken.
    pub steps: Vec<OpenStep<'a>>,
    /// What else must hold.
    pub conditions: Vec<Demand<'a>>,
    /// Who may sign it, one of them; empty where the text names nobody.
    pub who: Vec<Entitled<'a>>,
    /// May a recorder record it for whoever is entitled?
    pub is_recordable: bool,
    /// May he who asks sign it himself? None where nobody in particular asks.
    pub may: Option<Outlook>,
}

/// A step that an act may take from the present state.
#[derive(Debug)]
pub struct OpenStep<'a> {
    /// The state it leads to.
    pub to: &'a str,
    /// Is it open?
    pub outlook: Outlook,
}

/// A condition of an act, or of one of its structural parts.
#[derive(Debug)]
pub struct Demand<'a> {
    /// The rule that demands it.
    pub rule: &'a str,
    /// What the rule says, where it has words.
    pub wording: Option<&'a Text>,
    /// What must hold, in words; none where the wording says it all.
    pub words: Option<Text>,
    /// Is it broken, the act is accepted with a finding.
    pub warn: bool,
    /// Does it hold?
    pub outlook: Outlook,
}

/// An act that is not possible.
#[derive(Debug)]
pub struct ClosedAct<'a> {
    /// Its row.
    pub act: &'a Act,
    /// The kind of refusal.
    pub code: Code,
    /// The rule that would refuse.
    pub rule: String,
    /// What stands in the way.
    pub why: Why,
}

impl Asker {
    /// Does somebody in particular ask?
    pub fn is_named(&self) -> bool {
        self.person.is_some() || self.agency.is_some() || self.office.is_some()
    }

    /// With the agency of his enrolment where he names none.
    fn enrolled(&self, facts: &Facts) -> Self {
        let signer = self.person.as_deref().and_then(|person| facts.get(&signer_key(person)));
        let agency = || signer.and_then(|signer| signer.text("agency")).map(str::to_owned);
        Self { agency: self.agency.clone().or_else(agency), ..self.clone() }
    }
}

/// The keys of the things that [`next`] looks at, sorted, each once.
///
/// Of an asker who names no agency it is not known at first, nor to which agencies the offices belong: asked
/// again with the facts of the first two rounds, it names all.
pub fn next_reads(rules: &RuleSet, question: Question<'_>, facts: &Facts) -> Vec<String> {
    let asker = question.asker.enrolled(facts);
    let event = event_of(question, &asker);
    let context = Context { rules, event: &event, world: None, after: None };
    let mut keys = vec![question.subject.to_owned(), ledger_key(&event)];
    keys.extend(asker.person.as_deref().map(signer_key));
    keys.extend(asker.agency.as_deref().map(|agency| format!("agency/{agency}")));
    keys.extend(asker.office.clone());
    for act in rules.acts().filter(|act| act.subject.matches(question.subject)) {
        act.conditions.iter().for_each(|condition| condition.reads(&context, &mut keys));
        act.transitions.iter().for_each(|step| step.reads(&context, &mut keys));
        for who in &act.who {
            who.of().into_iter().for_each(|of| of.reads(&context, &mut keys));
            // Which of the offices the asker holds.
            keys.extend(asker.person.iter().flat_map(|_| who.offices().iter().cloned()));
        }
        for agency in orphan::named(rules, act, &event, facts) {
            keys.extend(orphan::looked_at(facts, agency));
        }
    }
    keys.extend(reads_further(facts));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Is the stream one that a row is about?
pub fn is_subject(rules: &RuleSet, subject: &str) -> bool {
    rules.acts().any(|act| !act.subject.is_any() && act.subject.matches(subject))
}

/// Could such a stream keep anything above `class`?
pub fn could_be_above(rules: &RuleSet, subject: &str, class: Class) -> bool {
    rules.acts().any(|act| act.subject.matches(subject) && act.row_class > class)
}

/// The acts that the rules would accept on the stream, and those that they would not.
pub fn next<'a>(
    rules: &'a RuleSet,
    question: Question<'_>,
    situation: Situation<'_>,
) -> NextActs<'a> {
    let asker = question.asker.enrolled(situation.facts);
    let mut rows: Vec<&Act> =
        rules.acts().filter(|act| act.subject.matches(question.subject)).collect();
    // Stable: the rows of a type stay in the order in which the first that fits is meant.
    rows.sort_by(|left, right| left.kind.cmp(&right.kind));
    let mut acts = NextActs { open: Vec::new(), closed: Vec::new() };
    for rows in rows.chunk_by(|left, right| left.kind == right.kind) {
        for act in rows {
            let anybody = |sketch: &Sketch<'_>| (sketch.fits(), judge(act, sketch, situation));
            let (fits, judged) =
                sketched(rules, question, situation, &Asker::default(), act, anybody);
            match judged {
                _ if matches!(fits, Outlook::Fails(_)) => continue,
                Ok(open) if asker.is_named() => {
                    let himself =
                        |sketch: &Sketch<'_>| (who::entitled(act, sketch), may(act, sketch));
                    let (who, may) = sketched(rules, question, situation, &asker, act, himself);
                    acts.open.push(OpenAct { who, may: Some(may), ..open });
                }
                Ok(open) => acts.open.push(open),
                Err(closed) => acts.closed.push(closed),
            }
            if fits == Outlook::Holds {
                break;
            }
        }
    }
    acts
}

/// The act for anybody who is entitled.
fn judge<'a>(
    act: &'a Act,
    sketch: &Sketch<'_>,
    situation: Situation<'_>,
) -> Result<OpenAct<'a>, ClosedAct<'a>> {
    let closed = |code, rule: &str, why| ClosedAct { act, code, rule: rule.to_owned(), why };
    let opening = structural::check_opening(act, sketch.context.event, situation.position);
    if let Err(refusal) = opening {
        let rule = refusal.rule.unwrap_or_default();
        let why = refusal.faults.into_iter().next().map(|fault| fault.why);
        let why = why.unwrap_or(Why::ConditionBroken { condition: "opening" });
        return Err(closed(refusal.code, &rule, why));
    }
    let (steps, way) = sketch.steps(act);
    let mut outlook = match way {
        Ok(way) => way,
        Err((rule, why)) => return Err(closed(Code::TransitionForbidden, &rule, why)),
    };
    let conditions = demands(act, sketch);
    for demand in conditions.iter().filter(|demand| !demand.warn) {
        if let Outlook::Fails(why) = &demand.outlook {
            return Err(closed(Code::RuleRefused, demand.rule, (**why).clone()));
        }
        outlook = outlook.and(demand.outlook.clone());
    }
    Ok(OpenAct {
        act,
        outlook: outlook.and(sketch.fits()),
        steps,
        conditions,
        who: who::entitled(act, sketch),
        is_recordable: !structural::is_structural(act),
        may: None,
    })
}

/// The act for him who asks, signing himself.
fn may(act: &Act, sketch: &Sketch<'_>) -> Outlook {
    let way = sketch.steps(act).1.unwrap_or_else(|(_, why)| Outlook::fails(why));
    let demands = demands(act, sketch).into_iter().filter(|demand| !demand.warn);
    let met = demands.fold(sketch.fits().and(way), |met, demand| met.and(demand.outlook));
    let own = sketch.asker.person.as_deref().map(signer_key);
    let own = own.and_then(|key| sketch.context.thing(&key)?.text("agency"));
    let apart = structural::outlook_of_party(act, &sketch.context, own);
    who::any(act, sketch).and(apart).and(met)
}

/// Every condition, and what the structural part of the act demands besides.
fn demands<'a>(act: &'a Act, sketch: &Sketch<'_>) -> Vec<Demand<'a>> {
    let written = act.conditions.iter().map(|condition| Demand {
        rule: &condition.rule,
        wording: condition.wording.as_ref().or_else(|| act.wording_of(&condition.rule)),
        words: Some(condition.predicate.in_words()),
        warn: condition.warn,
        outlook: sketch.condition(condition),
    });
    let built_in = act.builtin.into_iter().flat_map(|builtin| {
        let outlooks = builtin.outlooks(&sketch.context, sketch.asker.person.is_some());
        outlooks.into_iter().map(|(rule, outlook)| Demand {
            rule,
            wording: act.wording_of(rule).or(Some(&act.wording)),
            words: None,
            warn: false,
            outlook,
        })
    });
    written.chain(built_in).collect()
}

/// Asks about one act, as far as an event of it is known.
fn sketched<T>(
    rules: &RuleSet,
    question: Question<'_>,
    situation: Situation<'_>,
    asker: &Asker,
    act: &Act,
    ask: impl FnOnce(&Sketch<'_>) -> T,
) -> T {
    let event = event_of(question, asker);
    let facts = situation.facts;
    let enrolled = asker.person.as_deref().and_then(|person| facts.get(&signer_key(person)));
    let signatory = Signatory {
        person: asker.person.clone().unwrap_or_default(),
        agency: asker.agency.clone().unwrap_or_default(),
        kind: enrolled.and_then(|signer| signer.text("kind")).unwrap_or_default().to_owned(),
        certificate: Hash::of(b""),
        attested: enrolled.is_none_or(structural::has_attested),
    };
    let recorded_at_micros = i64::try_from(situation.recorded_at.0).unwrap_or(i64::MAX);
    let ledger = facts.get(&ledger_key(&event));
    let zone = structural::zone_of(ledger);
    let world = World {
        facts,
        ledger,
        past: None,
        acting: Acting::in_person(&signatory),
        signatory: &signatory,
        recorded_at_micros,
        effective: Item::Text(&event.time.text),
        borne_out: None,
        day: day_of(recorded_at_micros, zone),
        zone,
    };
    let after = untouched(act, facts.get(question.subject), situation);
    let context = Context { rules, event: &event, world: Some(&world), after: Some(&after) };
    ask(&Sketch { context, asker, hidden: situation.hidden, act })
}

/// What is left of the stream's thing when the act has cleared what it clears, before it keeps anything.
fn untouched(act: &Act, this: Option<&Thing>, situation: Situation<'_>) -> Thing {
    let fresh = || Thing::new(situation.position, situation.recorded_at, act.row_class);
    let mut thing = this.cloned().unwrap_or_else(fresh);
    thing.fields.retain(|name, _| !act.clear.contains(name) && act.under.as_ref() != Some(name));
    thing
}

/// An event of which only the stream and the asker are known. What is not known is never read.
fn event_of(question: Question<'_>, asker: &Asker) -> Event {
    Event {
        id: String::new(),
        source: format!("agency/{}", asker.agency.as_deref().unwrap_or_default()),
        kind: String::new(),
        subject: question.subject.to_owned(),
        time: Time { micros: 0, text: String::new() },
        ledger: question.origin.to_owned(),
        dataschema: None,
        expected_version: None,
        seen: None,
        office: asker.office.clone(),
        mandate: None,
        mandate_ref: None,
        signed_as: SignedAs::Official,
        decision: None,
        late: None,
        data: serde_json::Map::new(),
        imported: None,
    }
}

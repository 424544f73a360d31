//! A rule set: one regulation as data, parsed from TOML and compiled once. Every rule set stands on
//! a version of the structural acts (`rulesets/structural-1.toml` ...), which a region may narrow but not replace.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jejak_signer::Hash;

use super::act::{Act, Surroundings};
use super::cited::Cited;
use super::duty::Duty;
use super::lifecycle::{self, Step};
use super::reader::{Node, RuleSetError, RuleSetReason};
use super::refusal::{Code, Refusal, Text, Why};
use super::role::Actor;
use super::thing::Class;
use super::upcast::Upcasts;
use crate::event::Event;

/// One regulation as data.
#[derive(Debug)]
pub struct RuleSet {
    name: String,
    title: Text,
    region: Option<String>,
    hash: Hash,
    structural: Structural,
    acts: BTreeMap<String, Vec<Act>>,
    duties: Vec<Duty>,
    cited: Cited,
    lists: BTreeMap<String, Vec<String>>,
    upcasts: Upcasts,
}

/// A version of the structural acts. What a version means never changes: a rule set that stands on one decides
/// for ever as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Structural {
    /// Ledger, agencies, signers, offices.
    One,
    /// With mandates: `role.delegated`, and `mandateref` is checked. A document has one size in an event.
    Two,
}

/// Their bytes never change.
const STRUCTURAL_1: &str = include_str!("../../rulesets/structural-1.toml");
/// What stands in place of, or beside, the acts of version 1.
const STRUCTURAL_2: &str = include_str!("../../rulesets/structural-2.toml");

impl Structural {
    fn read(root: &mut Node) -> Result<Self, RuleSetError> {
        match root.integer("structural")? {
            Some(1) => Ok(Self::One),
            Some(2) => Ok(Self::Two),
            _ => {
                let reason = RuleSetReason::UnknownWord { value: String::new(), known: "1, 2" };
                Err(root.fail("structural", reason))
            }
        }
    }

    /// Each document stands in place of the acts that those before it have of the same type.
    fn documents(self) -> &'static [&'static str] {
        match self {
            Self::One => &[STRUCTURAL_1],
            Self::Two => &[STRUCTURAL_1, STRUCTURAL_2],
        }
    }
}

impl RuleSet {
    /// Parses and compiles. What is not in the closed vocabulary does not load and says where.
    pub fn parse(toml: &[u8]) -> Result<Self, RuleSetError> {
        let mut root = Node::document(toml)?;
        read_format(&mut root)?;
        let name = root.need_text("name")?;
        let title = root.wording("title")?;
        let title = title.ok_or_else(|| root.fail("title", RuleSetReason::Missing))?;
        let region = root.text("region")?;
        let version = Structural::read(&mut root)?;
        let skipped = root.texts("skip")?.unwrap_or_default();

        let duties =
            root.tables("duty")?.into_iter().map(Duty::read).collect::<Result<Vec<_>, _>>()?;

        let mut parts = Parts::default();
        let mut structural_acts = Vec::new();
        for document in version.documents() {
            let mut node = Node::document(document.as_bytes())?;
            read_format(&mut node)?;
            let own = parts.take(node)?;
            let replaced =
                |act: &Node| own.iter().any(|new| new.peek_text("type") == act.peek_text("type"));
            structural_acts.retain(|act| !replaced(act));
            structural_acts.extend(own);
        }
        let region_acts = parts.take(root)?;
        lifecycle::resolve(&mut parts.steps);
        let written = parts.steps.clone();
        lifecycle::skip(&mut parts.steps, &skipped);

        let base = parts.compile(structural_acts, &BTreeMap::new(), true)?;
        let mut acts = parts.compile(region_acts, &base, false)?;
        for (kind, rows) in base {
            // A region's own rows come first: they are about narrower subjects.
            acts.entry(kind).or_default().extend(rows);
        }
        let given: Vec<_> = acts.values().flatten().flat_map(Act::states_given).collect();
        lifecycle::check_states(&written, &given)?;
        parts.check_steps(&acts)?;
        check_provisions(&acts, &duties)?;
        parts.upcasts.check(&acts)?;
        Ok(Self {
            cited: Cited::of(acts.values().flatten(), &duties),
            duties,
            name,
            title,
            region,
            hash: Hash::of(toml),
            structural: version,
            acts,
            lists: parts.lists,
            upcasts: parts.upcasts,
        })
    }

    /// Its name: `bengkayang-19-2020`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The regulation's title.
    pub fn title(&self) -> &Text {
        &self.title
    }

    /// The region it is for, where it is for one.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// SHA-256 of the bytes it was parsed from: its name as an object.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The version of the structural acts that it stands on.
    pub(crate) fn structural(&self) -> Structural {
        self.structural
    }

    /// Every act by type; the rows of a type in the order in which one is chosen.
    pub fn acts(&self) -> impl Iterator<Item = &Act> {
        self.acts.values().flatten()
    }

    /// The duties without an act, in the order of the file.
    pub fn duties(&self) -> &[Duty] {
        &self.duties
    }

    /// Every id that a finding or a sanction can cite, sorted: the rules of acts, fields, conditions, steps and
    /// duties, and the rows that stand in the regulation.
    pub fn rule_ids(&self) -> impl Iterator<Item = &str> {
        self.cited.ids()
    }

    /// What the rule or row with this id says; none where the rule set has no such id.
    pub fn cites(&self, id: &str) -> Option<&Text> {
        self.cited.get(id)
    }

    /// The rows of an event type, narrower ones first; empty for an unknown type.
    pub fn rows(&self, kind: &str) -> &[Act] {
        self.acts.get(kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// The first row of an event type.
    pub fn act(&self, kind: &str) -> Option<&Act> {
        self.rows(kind).first()
    }

    /// A named list.
    pub(crate) fn list(&self, name: &str) -> Option<&[String]> {
        self.lists.get(name).map(Vec::as_slice)
    }

    /// Who may read the statement of an event that this rule set accepted.
    pub(crate) fn class_of(&self, event: &Event) -> Class {
        self.row_of(event).map_or(Class::Restricted, |act| act.class)
    }

    /// The event in the newest version of its type's schema.
    pub(crate) fn lift<'a>(&self, event: &'a Event) -> Cow<'a, Event> {
        self.upcasts.lift(event)
    }

    /// The versions of a type's schema that are taken besides the newest.
    pub fn older_schemas(&self, kind: &str) -> impl Iterator<Item = u32> {
        self.upcasts.older(kind)
    }

    /// The row that an event is about; none where it is of no type or subject of this rule set.
    pub fn row_of(&self, event: &Event) -> Option<&Act> {
        self.select(&self.lift(event)).ok()
    }

    /// The row that an event is about: the first whose subject and `when` fit.
    pub(crate) fn select(&self, event: &Event) -> Result<&Act, Refusal> {
        let rows = self.rows(&event.kind);
        let context = super::operand::Context { rules: self, event, world: None, after: None };
        let meant = |act: &&Act| {
            act.subject.matches(&event.subject) && act.when.iter().all(|when| when.is_met(&context))
        };
        rows.iter().find(meant).ok_or_else(|| match rows.last() {
            None => {
                let why = Why::TypeUnknown { kind: event.kind.clone() };
                Refusal::new(Code::TypeUnknown, None, "/type", why)
            }
            Some(act) => {
                let pattern = act.subject.as_str().to_owned();
                let why = Why::SubjectNotOfPattern { pattern };
                Refusal::new(Code::ContentInvalid, Some(&act.rule), "/subject", why)
                    .worded(Some(&act.wording))
            }
        })
    }
}

/// The parts of the structural document and of the region's, put together.
#[derive(Default)]
struct Parts {
    lists: BTreeMap<String, Vec<String>>,
    actors: BTreeMap<String, Actor>,
    steps: Vec<Step>,
    upcasts: Upcasts,
}

impl Parts {
    /// Takes lists, actors and lifecycles; the acts are compiled when all parts are there.
    fn take(&mut self, mut root: Node) -> Result<Vec<Node>, RuleSetError> {
        if let Some(mut lists) = root.table("lists")? {
            for name in lists.names() {
                let list = lists.texts(&name)?.unwrap_or_default();
                if self.lists.insert(name.clone(), list).is_some() {
                    return Err(lists.fail(&name, RuleSetReason::Twice { name: name.clone() }));
                }
            }
        }
        if let Some(mut actors) = root.table("actors")? {
            for name in actors.names() {
                let Some(actor) = actors.table(&name)? else { continue };
                if self.actors.insert(name.clone(), Actor::read(actor)?).is_some() {
                    return Err(actors.fail(&name, RuleSetReason::Twice { name: name.clone() }));
                }
            }
        }
        for node in root.tables("lifecycle")? {
            self.steps.extend(lifecycle::read(node)?);
        }
        for node in root.tables("upcast")? {
            self.upcasts.take(node)?;
        }
        let mut acts = root.tables("act")?;
        for act in &mut acts {
            act.rename_by("type");
        }
        root.finish()?;
        Ok(acts)
    }

    fn compile(
        &self,
        nodes: Vec<Node>,
        base: &BTreeMap<String, Vec<Act>>,
        structural: bool,
    ) -> Result<BTreeMap<String, Vec<Act>>, RuleSetError> {
        let mut acts: BTreeMap<String, Vec<Act>> = BTreeMap::new();
        for node in nodes {
            let kind = node.peek_text("type").unwrap_or_default();
            let around = Surroundings {
                lists: &self.lists,
                actors: &self.actors,
                steps: &self.steps,
                base: base.get(&kind).and_then(|rows| rows.first()),
                structural,
            };
            acts.entry(kind).or_default().push(Act::read(node, &around)?);
        }
        Ok(acts)
    }

    /// A step on an event that no act is about would never be taken.
    fn check_steps(&self, acts: &BTreeMap<String, Vec<Act>>) -> Result<(), RuleSetError> {
        match self.steps.iter().find(|step| !acts.contains_key(&step.on)) {
            Some(step) => Err(step.undefined()),
            None => Ok(()),
        }
    }
}

/// Triggers and clocks speak of acts that the rule set has.
fn check_provisions(
    acts: &BTreeMap<String, Vec<Act>>,
    duties: &[Duty],
) -> Result<(), RuleSetError> {
    let of_acts = acts.values().flatten().map(|act| (format!("act[{}]", act.kind), &act.provision));
    let of_duties = duties.iter().map(|duty| (format!("duty[{}]", duty.row), &duty.provision));
    for (at, provision) in of_acts.chain(of_duties) {
        if let Some(name) = provision.acts().find(|name| !acts.contains_key(*name)) {
            return Err(RuleSetError {
                at,
                reason: RuleSetReason::Undefined { name: name.to_owned() },
            });
        }
    }
    Ok(())
}

fn read_format(root: &mut Node) -> Result<(), RuleSetError> {
    let known = "jejak-ruleset/1";
    root.word("format", known, |format| (format == known).then_some(()))?
        .ok_or_else(|| root.fail("format", RuleSetReason::Missing))
}

//! A rule set: one regulation as data, parsed from TOML and compiled once. Every rule set stands on
//! a version of the structural acts (`rulesets/structural-1.toml` ...), which a region may narrow but not replace.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jejak_signer::Hash;

use super::act::{Act, Surroundings};
use super::cited::Cited;
use super::closed;
use super::condition::Condition;
use super::duty::Duty;
use super::faults::Faults;
use super::held::Fold;
use super::lifecycle::{self, Step};
use super::owned;
use super::reader::{Care, Node, Phrase, RuleSetError, RuleSetReason};
use super::refusal::{Code, Refusal, Text, Why};
use super::region::is_region;
use super::riwayat;
use super::role::Actor;
use super::sound;
use super::structural;
use super::thing::Class;
use super::upcast::Upcasts;
use crate::event::{Event, is_segment};

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
    /// The indexes that acts free.
    freed: BTreeSet<String>,
    /// The indexes whose values letters and digits alone tell apart.
    worded: BTreeSet<String>,
}

/// A version of the structural acts. What a version means never changes: a rule set that stands on one decides
/// for ever as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Structural {
    /// Ledger, agencies, signers, offices.
    One,
    /// With mandates: `role.delegated`, and `mandateref` is checked. A document has one size in an event.
    Two,
    /// With a trust policy, and confirmations by the other authority.
    Three,
}

/// What the code of a region must be.
const REGION: Phrase = (
    "`id`, atau kode provinsi atau kabupaten/kota di dalamnya: 61, 61.07",
    "`id`, or the code of a province or of a regency or city in one: 61, 61.07",
);

/// From this version of the structural acts on every rule set is looked at closely.
const CLOSE: i64 = 3;

/// Their bytes never change.
const STRUCTURAL_1: &str = include_str!("../../rulesets/structural-1.toml");
/// What stands in place of, or beside, the acts of version 1.
const STRUCTURAL_2: &str = include_str!("../../rulesets/structural-2.toml");
/// What stands in place of, or beside, the acts of versions 1 and 2.
const STRUCTURAL_3: &str = include_str!("../../rulesets/structural-3.toml");

impl Structural {
    fn read(root: &mut Node) -> Result<Self, RuleSetError> {
        match root.integer("structural")? {
            Some(1) => Ok(Self::One),
            Some(2) => Ok(Self::Two),
            Some(3) => Ok(Self::Three),
            _ => {
                let reason = RuleSetReason::UnknownWord { value: String::new(), known: "1, 2, 3" };
                Err(root.fail("structural", reason))
            }
        }
    }

    /// As a rule set names it.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
        }
    }

    /// Each document stands in place of the acts that those before it have of the same type.
    fn documents(self) -> &'static [&'static str] {
        match self {
            Self::One => &[STRUCTURAL_1],
            Self::Two => &[STRUCTURAL_1, STRUCTURAL_2],
            Self::Three => &[STRUCTURAL_1, STRUCTURAL_2, STRUCTURAL_3],
        }
    }
}

impl RuleSet {
    /// Parses and compiles. What is not in the closed vocabulary does not load and says where.
    ///
    /// What loaded once loads for ever: a rule set on version 1 or 2 of the structural acts that an earlier program took
    /// is taken still, whatever [`RuleSet::check`] says of it.
    pub fn parse(toml: &[u8]) -> Result<Self, RuleSetError> {
        let first = |faults: Vec<RuleSetError>| {
            let none = || RuleSetError { at: String::new(), reason: RuleSetReason::Missing };
            faults.into_iter().next().unwrap_or_else(none)
        };
        Self::load(toml, Care::Lenient).map_err(first)
    }

    /// For who writes it: with every fault, at least one, in the order of reading. What rests on a part that cannot be
    /// read is looked at once that part can be; what could not work or would mislead, once everything loads.
    pub fn check(toml: &[u8]) -> Result<Self, Vec<RuleSetError>> {
        Self::load(toml, Care::Region)
    }

    fn load(toml: &[u8], care: Care) -> Result<Self, Vec<RuleSetError>> {
        let mut faults = Faults::default();
        match Self::read(toml, care, &mut faults) {
            Some(rules) if faults.is_empty() => Ok(rules),
            _ => Err(faults.into_vec()),
        }
    }

    fn read(toml: &[u8], care: Care, faults: &mut Faults) -> Option<Self> {
        let mut root = faults.take(Node::document(toml))?;
        // Of another format nothing else is known.
        faults.take(read_format(&mut root))?;
        let is_newer = root.peek_integer("structural").is_some_and(|version| version >= CLOSE);
        let care = if is_newer { Care::Region } else { care };
        let mut root = root.read_with(care);
        let name = faults.take(read_name(&mut root));
        let title = faults.take(root.need_wording("title"));
        let region = faults.take(root.formed("region", is_region, REGION));
        let version = faults.take(Structural::read(&mut root))?;
        let skipped = faults.take(root.texts("skip")).flatten().unwrap_or_default();
        let duties = faults.take(root.tables("duty")).unwrap_or_default();
        let duties: Vec<_> =
            duties.into_iter().filter_map(|duty| faults.take(Duty::read(duty))).collect();

        let mut parts = Parts::default();
        let mut structural_acts = Vec::new();
        for document in version.documents() {
            let node = faults.take(Node::document(document.as_bytes()))?;
            let mut node = node.read_with(Care::Structure);
            faults.take(read_format(&mut node))?;
            let own = parts.take(node, faults);
            let replaced =
                |act: &Node| own.iter().any(|new| new.peek_text("type") == act.peek_text("type"));
            structural_acts.retain(|act| !replaced(act));
            structural_acts.extend(own);
        }
        let structural_steps = parts.steps.len();
        let structural_actors: BTreeSet<_> = parts.actors.keys().cloned().collect();
        let region_acts = parts.take(root, faults);
        lifecycle::resolve(&mut parts.steps);
        let written = parts.steps.clone();
        lifecycle::skip(&mut parts.steps, &skipped);

        let mut base = parts.compile(structural_acts, &BTreeMap::new(), true, faults);
        let mut acts = parts.compile(region_acts, &base, false, faults);
        if version >= Structural::Three {
            let rows = base.values_mut().chain(acts.values_mut()).flatten();
            rows.for_each(|act| act.subject.bound_years());
            let (own, of_region) = written.split_at(structural_steps);
            closed::check_steps(own, of_region, &skipped, faults);
            closed::check_rows(&acts, &base, faults);
            owned::check_rows(&acts, &base, faults);
            owned::check_steps(of_region, &base, faults);
            closed::check_upcasts(parts.upcasts.kinds(), &base, faults);
            owned::check_names(&skipped, parts.upcasts.kinds(), &base, faults);
        }
        let loads = faults.is_empty();
        if loads && care == Care::Region {
            let own = |name: &&String| !structural_actors.contains(*name);
            let actors = parts.actors.iter().filter(|(name, _)| own(name)).collect();
            let whole = sound::Parts {
                own: &acts,
                base: &base,
                actors,
                steps: &written,
                skipped: &skipped,
                upcasts: &parts.upcasts,
                from_three: version >= Structural::Three,
            };
            sound::check(&whole, faults);
        }
        for (kind, rows) in base {
            // A region's own rows come first: they are about narrower subjects.
            acts.entry(kind).or_default().extend(rows);
        }
        if loads {
            parts.check_whole(version, &written, &acts, &duties, faults);
        }
        let freed = acts.values().flatten().flat_map(|act| &act.frees);
        let freed = freed.map(|(index, _)| index.clone()).collect();
        let conditions = acts.values().flatten().flat_map(|act| &act.conditions);
        let worded = conditions.filter_map(Condition::worded_index).map(str::to_owned).collect();
        Some(Self {
            cited: Cited::of(acts.values().flatten(), &duties),
            duties,
            name: name?,
            title: title?,
            region: region?,
            hash: Hash::of(toml),
            structural: version,
            acts,
            lists: parts.lists,
            upcasts: parts.upcasts,
            freed,
            worded,
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

    /// The states that streams of a kind (`subdomain`) can be in.
    pub fn states(&self, stream: &str) -> BTreeSet<&str> {
        let own = self.acts().filter(|act| act.subject.stream() == stream);
        let steps = own.flat_map(|act| &act.transitions);
        let steps = steps.flat_map(|step| step.from.iter().chain(&step.to)).map(String::as_str);
        let given = self.acts().flat_map(Act::states_given);
        let given = given.filter(|(kind, _)| *kind == stream).map(|(_, state)| state);
        let known = steps.chain(given).filter(|state| *state != "*");
        known.chain([super::Thing::NONE]).collect()
    }

    /// What a rule says that finds something in events of a type.
    pub fn finding(&self, kind: &str, rule: &str) -> Option<Text> {
        self.rows(kind).iter().find_map(|act| act.finding(rule)).cloned()
    }

    /// Who must sign an event of a type and an agency besides, by the name that its row has for him, in words.
    pub fn cosigner(&self, kind: &str, actor: &str, agency: &str) -> Option<Text> {
        if actor == structural::FIRST {
            return Some(structural::of_first(agency));
        }
        let mut cosigners = self.rows(kind).iter().flat_map(|act| &act.cosigned_by);
        cosigners.find(|who| who.text == actor).map(|who| who.in_words_for(Some(agency)))
    }

    /// The first row of an event type.
    pub fn act(&self, kind: &str) -> Option<&Act> {
        self.rows(kind).first()
    }

    /// Does an act free values of the index?
    pub(crate) fn is_freed(&self, index: &str) -> bool {
        self.freed.contains(index)
    }

    /// How values of the index are told apart.
    pub(crate) fn fold_of(&self, index: &str) -> Fold {
        match self.structural {
            Structural::One | Structural::Two => Fold::Written,
            Structural::Three if self.worded.contains(index) => Fold::Words,
            Structural::Three => Fold::Read,
        }
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
    ///
    /// Of one that brings an act in from before the ledger: that act.
    pub(crate) fn lift<'a>(&self, event: &'a Event) -> Cow<'a, Event> {
        match riwayat::act_of(self.structural, event) {
            Some(act) => Cow::Owned(act),
            None => self.upcasts.lift(event),
        }
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
                // What one row says is of that row, where others are of other streams.
                let mut patterns: Vec<&str> = rows.iter().map(|act| act.subject.as_str()).collect();
                patterns.dedup();
                let wording = (patterns.len() == 1).then_some(&act.wording);
                let why = Why::SubjectNotOfPattern { pattern: patterns.join(", ") };
                Refusal::new(Code::ContentInvalid, Some(&act.rule), "/subject", why).worded(wording)
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
    fn take(&mut self, mut root: Node, faults: &mut Faults) -> Vec<Node> {
        if let Some(mut lists) = faults.take(root.table("lists")).flatten() {
            for name in lists.names() {
                let list = faults.take(lists.texts(&name)).flatten().unwrap_or_default();
                if self.lists.insert(name.clone(), list).is_some() {
                    faults.push(lists.fail(&name, RuleSetReason::Twice { name: name.clone() }));
                }
            }
        }
        if let Some(mut actors) = faults.take(root.table("actors")).flatten() {
            for name in actors.names() {
                let actor = faults.take(actors.table(&name)).flatten();
                let actor = actor.and_then(|actor| faults.take(Actor::read(actor)));
                // One that cannot be read is one all the same: acts may name it.
                if self.actors.insert(name.clone(), actor.unwrap_or_default()).is_some() {
                    faults.push(actors.fail(&name, RuleSetReason::Twice { name: name.clone() }));
                }
            }
        }
        for node in faults.take(root.tables("lifecycle")).unwrap_or_default() {
            self.steps.extend(faults.take(lifecycle::read(node)).unwrap_or_default());
        }
        for node in faults.take(root.tables("upcast")).unwrap_or_default() {
            faults.take(self.upcasts.take(node));
        }
        let mut acts = faults.take(root.tables("act")).unwrap_or_default();
        for act in &mut acts {
            act.rename_by("type");
        }
        faults.finish(&root);
        acts
    }

    fn compile(
        &self,
        nodes: Vec<Node>,
        base: &BTreeMap<String, Vec<Act>>,
        structural: bool,
        faults: &mut Faults,
    ) -> BTreeMap<String, Vec<Act>> {
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
            if let Some(act) = Act::read(node, &around, faults) {
                acts.entry(kind).or_default().push(act);
            }
        }
        acts
    }

    /// What only all parts together tell.
    fn check_whole(
        &mut self,
        version: Structural,
        written: &[Step],
        acts: &BTreeMap<String, Vec<Act>>,
        duties: &[Duty],
        faults: &mut Faults,
    ) {
        let given: Vec<_> = acts.values().flatten().flat_map(Act::states_given).collect();
        lifecycle::check_states(written, &given, faults);
        self.check_steps(acts, faults);
        check_provisions(acts, duties, faults);
        if version >= Structural::Three {
            check_decisions(acts, faults);
        }
        check_freed(acts, faults);
        faults.take(self.upcasts.check(acts));
    }

    /// A step on an event that no act is about would never be taken.
    fn check_steps(&self, acts: &BTreeMap<String, Vec<Act>>, faults: &mut Faults) {
        let undefined = self.steps.iter().filter(|step| !acts.contains_key(&step.on));
        undefined.for_each(|step| faults.push(step.undefined()));
    }
}

/// Triggers and clocks speak of acts that the rule set has.
fn check_provisions(acts: &BTreeMap<String, Vec<Act>>, duties: &[Duty], faults: &mut Faults) {
    let of_acts = acts.values().flatten().map(|act| (format!("act[{}]", act.kind), &act.provision));
    let of_duties = duties.iter().map(|duty| (format!("duty[{}]", duty.row), &duty.provision));
    for (at, provision) in of_acts.chain(of_duties) {
        for name in provision.acts().filter(|name| !acts.contains_key(*name)) {
            let reason = RuleSetReason::Undefined { name: name.to_owned() };
            faults.push(RuleSetError { at: at.clone(), reason });
        }
    }
}

/// A name that a decision holds is its stream's: where several streams may hold one for the same owner, nobody knows
/// whether it is free when one of their decisions ends.
fn check_decisions(acts: &BTreeMap<String, Vec<Act>>, faults: &mut Faults) {
    for act in acts.values().flatten().filter(|act| act.decision.is_some()) {
        for index in act.conditions.iter().filter_map(Condition::shared_index) {
            let reason = RuleSetReason::Form {
                value: index.to_owned(),
                form: (
                    "indeks yang pemiliknya aliran itu sendiri (tanpa `owner`), karena baris ini keputusan",
                    "an index whose owner is the stream (no `owner`), where the row is a decision",
                ),
            };
            faults.push(RuleSetError { at: format!("act[{}].condition", act.kind), reason });
        }
    }
}

/// What is freed was held, by a row of this rule set.
fn check_freed(acts: &BTreeMap<String, Vec<Act>>, faults: &mut Faults) {
    let conditions = acts.values().flatten().flat_map(|act| &act.conditions);
    let held: BTreeSet<_> = conditions.filter_map(Condition::held_index).collect();
    for act in acts.values().flatten() {
        for (index, _) in act.frees.iter().filter(|(index, _)| !held.contains(index.as_str())) {
            let at = format!("act[{}].frees.{index}", act.kind);
            faults.push(RuleSetError {
                at,
                reason: RuleSetReason::Undefined { name: index.clone() },
            });
        }
    }
}

/// What a rule set may be called.
const NAME: Phrase = ("nama: a-z 0-9 . _ -", "a name: a-z 0-9 . _ -");

fn read_name(root: &mut Node) -> Result<String, RuleSetError> {
    let name = root.formed("name", is_segment, NAME)?;
    name.ok_or_else(|| root.fail("name", RuleSetReason::Missing))
}

fn read_format(root: &mut Node) -> Result<(), RuleSetError> {
    let known = "jejak-ruleset/1";
    root.word("format", known, |format| (format == known).then_some(()))?
        .ok_or_else(|| root.fail("format", RuleSetReason::Missing))
}

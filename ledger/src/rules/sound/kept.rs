//! What streams keep, by name. What a rule looks for and no row keeps is never there: a misspelt name.

use std::collections::{BTreeMap, BTreeSet};

use super::states::is_of_streams;
use super::{Parts, at};
use crate::rules::act::{Act, PARTY};
use crate::rules::condition::Predicate;
use crate::rules::faults::Faults;
use crate::rules::operand::{Operand, Template};
use crate::rules::reader::{RuleSetError, RuleSetReason};
use crate::rules::schema::{FieldKind, FieldSpec};
use crate::rules::structural;

/// What is known of a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape<'a> {
    /// A declared field.
    Field(&'a FieldKind),
    /// A member of a document, or a value that the event itself has.
    Of(FormOf),
    /// What an act keeps under one name.
    Under(&'a Act),
    /// Anything.
    Unknown,
}

/// Values that no field declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FormOf {
    Text,
    Integer,
    Day,
    /// A point in time, or a day: of an act the time as signed, or the day of the decision that was recorded.
    Moment,
    /// A segment of a subject: whatever fits there.
    Segment,
}

/// What each kind of stream keeps, by name; under no kind what rows about any stream keep.
pub(super) struct Kept<'a> {
    shapes: BTreeMap<(Option<&'a str>, &'a str), Vec<Shape<'a>>>,
    /// The names under which values gather, without an end.
    gathered: BTreeSet<&'a str>,
}

impl<'a> Kept<'a> {
    pub(super) fn of(parts: &Parts<'a>) -> Self {
        let mut kept = Self { shapes: BTreeMap::new(), gathered: BTreeSet::new() };
        for act in parts.own.values().chain(parts.base.values()).flatten() {
            kept.add(act);
        }
        kept
    }

    fn add(&mut self, act: &'a Act) {
        self.gathered.extend(act.gather.iter().map(|(name, _)| name.as_str()));
        let stream = act.subject.written_stream();
        let mut enter = |stream: Option<&'a str>, name: &'a str, shape| {
            self.shapes.entry((stream, name)).or_default().push(shape);
        };
        if let Some(name) = &act.under {
            enter(stream, name, Shape::Under(act));
        } else {
            for field in act.fields.iter().filter(|field| field.keep) {
                enter(stream, &field.name, Shape::Field(&field.kind));
            }
        }
        let kept = act.keep.iter().filter(|_| act.under.is_none());
        for (name, from) in kept.chain(&act.gather) {
            for shape in of_event(act, from) {
                enter(stream, name, shape);
            }
        }
        for (thing, put) in
            act.effects.iter().filter_map(|effect| Some((&effect.thing, effect.put.as_ref()?)))
        {
            enter(thing.written_stream(), &put.into, Shape::Unknown);
        }
    }

    /// What streams of a kind keep under a name; nothing where nothing is.
    pub(super) fn shapes(&self, stream: &str, name: &str) -> Vec<Shape<'a>> {
        if structural::keeps(stream, name) {
            return vec![Shape::Unknown];
        }
        let of = |stream| self.shapes.get(&(stream, name)).into_iter().flatten().copied();
        of(Some(stream)).chain(of(None)).collect()
    }

    /// Does more and more gather where the operand points?
    pub(super) fn gathers(&self, operand: &Operand) -> bool {
        operand.is_of_things()
            && operand.path().first().is_some_and(|name| self.gathered.contains(name.as_str()))
    }

    /// The same of a name, whatever the stream.
    pub(super) fn gathers_under(&self, name: &str) -> bool {
        self.gathered.contains(name)
    }

    /// What an operand of an act names; nothing where nothing is ever there.
    pub(super) fn named(&self, act: &'a Act, operand: &Operand) -> Vec<Shape<'a>> {
        let (shapes, rest) = self.outermost(act, operand);
        inside(shapes, rest)
    }

    /// What the first member of its path names, and the members inside that.
    pub(super) fn outermost<'p>(
        &self,
        act: &'a Act,
        operand: &'p Operand,
    ) -> (Vec<Shape<'a>>, &'p [String]) {
        let Some((first, rest)) = operand.path().split_first() else {
            return (of_event(act, operand), &[]);
        };
        let stream = match operand {
            Operand::Data(_) => return (declared(&act.fields, first), rest),
            Operand::Thing(key, _) => stream_of(act, key),
            _ => act.subject.written_stream(),
        };
        let shapes = match stream.filter(|stream| is_of_streams(stream)) {
            _ if first == "state" => vec![Shape::Of(FormOf::Text)],
            Some(stream) => self.shapes(stream, first),
            None => vec![Shape::Unknown],
        };
        (shapes, rest)
    }

    /// The operands of an act outside of its conditions and steps, and the names that it clears.
    pub(super) fn check_act(&self, act: &'a Act, faults: &mut Faults) {
        for (key, operands) in [("keep", &act.keep), ("gather", &act.gather), ("frees", &act.frees)]
        {
            for (name, operand) in operands {
                self.must_keep(act, operand, &at(act, &format!("{key}.{name}")), faults);
            }
        }
        for (key, whom) in [("who", &act.who), ("cosigned_by", &act.cosigned_by)] {
            for of in whom.iter().filter_map(|who| who.of()) {
                self.must_keep(act, of, &at(act, key), faults);
            }
        }
        for (index, effect) in act.effects.iter().enumerate() {
            let Some(put) = &effect.put else { continue };
            for (key, operand) in [("key", &put.key), ("value", &put.value)] {
                self.must_keep(
                    act,
                    operand,
                    &at(act, &format!("effect[{index}].put.{key}")),
                    faults,
                );
            }
        }
        if let Some(against) = &act.against {
            self.must_name_a_party(act, against, faults);
        }
        let cleared = act.clear.iter().map(|name| ("clear", name));
        let ended = act.decision.iter().flat_map(|decision| &decision.clear);
        let Some(stream) = act.subject.written_stream() else { return };
        for (key, name) in cleared.chain(ended.map(|name| ("decision.clear", name))) {
            if self.shapes(stream, name).is_empty() {
                faults.push(not_kept(name, stream, &at(act, key)));
            }
        }
    }

    /// The operands of a predicate.
    pub(super) fn check(
        &self,
        act: &'a Act,
        place: &str,
        predicate: &Predicate,
        faults: &mut Faults,
    ) {
        for (key, operand) in predicate.named_operands() {
            self.must_keep(act, operand, &format!("{place}.{key}"), faults);
        }
        let Predicate::Guard(guard) = predicate else { return };
        let Some(stream) = act.subject.written_stream() else { return };
        for (of, name) in guard.kept() {
            if of.is_none() && self.shapes(stream, name).is_empty() {
                faults.push(not_kept(name, stream, &format!("{place}.name")));
            }
        }
    }

    /// What names to whom an act is done is kept, by some row, of an agency or a person.
    fn must_name_a_party(&self, act: &'a Act, against: &Operand, faults: &mut Faults) {
        self.must_keep(act, against, &at(act, "against"), faults);
        let is_party = |shape: &Shape<'_>| {
            matches!(
                shape,
                Shape::Unknown
                    | Shape::Field(FieldKind::Agency | FieldKind::Person)
                    | Shape::Of(FormOf::Text)
            )
        };
        let shapes = self.named(act, against);
        if !shapes.is_empty() && !shapes.iter().any(is_party) {
            let (value, form) = (against.to_string(), PARTY);
            let reason = RuleSetReason::Form { value, form };
            faults.push(RuleSetError { at: at(act, "against"), reason });
        }
    }

    fn must_keep(&self, act: &'a Act, operand: &Operand, place: &str, faults: &mut Faults) {
        if !self.named(act, operand).is_empty() {
            return;
        }
        let stream = match operand {
            Operand::Thing(key, _) => stream_of(act, key).unwrap_or_default(),
            Operand::This(_) | Operand::After(_) => act.subject.stream(),
            _ => {
                let reason = RuleSetReason::Undefined { name: operand.to_string() };
                faults.push(RuleSetError { at: place.to_owned(), reason });
                return;
            }
        };
        faults.push(not_kept(&operand.to_string(), stream, place));
    }
}

fn not_kept(name: &str, stream: &str, place: &str) -> RuleSetError {
    let (name, stream) = (name.to_owned(), stream.to_owned());
    RuleSetError { at: place.to_owned(), reason: RuleSetReason::NotKept { name, stream } }
}

/// The kind of stream that a key is of: as written, or as the field says that the key is the value of.
pub(super) fn stream_of<'a>(act: &'a Act, key: &'a Template) -> Option<&'a str> {
    let Some(first) = key.leading() else { return key.written_stream() };
    match (first, of_event(act, first).as_slice()) {
        (Operand::Subject, _) => act.subject.written_stream(),
        (Operand::Office, _) => Some(OFFICES),
        (_, [Shape::Field(kind)]) => stream_of_kind(kind),
        _ => None,
    }
}

fn stream_of_kind(kind: &FieldKind) -> Option<&str> {
    match kind {
        FieldKind::Stream { prefix } => prefix.as_deref(),
        FieldKind::Office => Some(OFFICES),
        FieldKind::List { of, .. } => stream_of_kind(of),
        _ => None,
    }
}

/// The first segment of the streams of offices.
const OFFICES: &str = "role";

/// What an act of that event finds where an operand names a value of it; of what is kept nothing is said.
pub(super) fn of_event<'a>(act: &'a Act, operand: &Operand) -> Vec<Shape<'a>> {
    vec![match operand {
        Operand::Data(path) => {
            let Some((first, rest)) = path.split_first() else { return Vec::new() };
            return inside(declared(&act.fields, first), rest);
        }
        Operand::This(_) | Operand::After(_) | Operand::Thing(..) => Shape::Unknown,
        Operand::Source | Operand::Signer | Operand::Actor | Operand::Office | Operand::Subject => {
            Shape::Of(FormOf::Text)
        }
        Operand::Captured { .. } => Shape::Of(FormOf::Segment),
        Operand::Time | Operand::Effective | Operand::Today => Shape::Of(FormOf::Moment),
    }]
}

/// What lies at a path in any of them.
fn inside<'a>(shapes: Vec<Shape<'a>>, path: &[String]) -> Vec<Shape<'a>> {
    let step = |shapes: Vec<Shape<'a>>, name: &String| {
        shapes.into_iter().flat_map(|shape| member(shape, name)).collect()
    };
    path.iter().fold(shapes, step)
}

fn declared<'a>(fields: &'a [FieldSpec], name: &str) -> Vec<Shape<'a>> {
    let field = fields.iter().find(|field| field.name == name);
    field.map(|field| Shape::Field(&field.kind)).into_iter().collect()
}

pub(super) fn member<'a>(shape: Shape<'a>, name: &str) -> Vec<Shape<'a>> {
    match shape {
        Shape::Unknown | Shape::Field(FieldKind::Any) => vec![Shape::Unknown],
        // A list on the way stands for each of its members.
        Shape::Field(FieldKind::List { of, .. }) => member(Shape::Field(of), name),
        Shape::Field(FieldKind::Map { fields }) => declared(fields, name),
        Shape::Field(FieldKind::Document { .. }) => {
            let of = DOCUMENT.iter().find(|(known, _)| *known == name);
            of.map(|(_, of)| Shape::Of(*of)).into_iter().collect()
        }
        Shape::Field(_) | Shape::Of(_) => Vec::new(),
        Shape::Under(act) => {
            let field = act.fields.iter().find(|field| field.keep && field.name == name);
            let field = field.map(|field| Shape::Field(&field.kind));
            let from = act.keep.iter().find(|(kept, _)| kept == name);
            let from = from.map(|(_, from)| of_event(act, from)).unwrap_or_default();
            field.into_iter().chain(from).collect()
        }
    }
}

/// The members of a document.
const DOCUMENT: [(&str, FormOf); 8] = [
    ("kind", FormOf::Text),
    ("number", FormOf::Text),
    ("date", FormOf::Day),
    ("signatory", FormOf::Text),
    ("name", FormOf::Text),
    ("mediatype", FormOf::Text),
    ("size", FormOf::Integer),
    ("sha256", FormOf::Text),
];

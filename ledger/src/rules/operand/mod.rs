//! Operands: how a rule set names a value of the event, of the stream's thing or of another thing.
//! Parsed once; evaluating one allocates nothing but the key of a cited thing.

mod item;
mod words;

use std::fmt::{self, Display, Formatter};

use jiff::civil::Date;
use jiff::tz::Offset;

use super::Signatory;
use super::past::Past;
use super::reader::RuleSetReason;
use super::role::Acting;
use super::ruleset::{RuleSet, Structural};
use super::subject::Pattern;
use super::thing::{Facts, Thing};
use crate::event::{Event, SignedAs};
use item::walk;

pub(crate) use item::{Hours, Item, day_of};

/// Names one value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    /// `data.a.b`: the content of the event.
    Data(Path),
    /// `this.a`: the stream's thing before the event.
    This(Path),
    /// `after.a`: the stream's thing with the event's fields kept, before its state changes.
    After(Path),
    /// `agency/{data.holder}#names`: a cited thing.
    Thing(Template, Path),
    /// `source`: the agency id of the signatory.
    Source,
    /// `signer`: the person id of the signatory.
    Signer,
    /// `actor`: the person who acts: the signatory, or the decider whom a recorder records.
    Actor,
    /// `office`.
    Office,
    /// `time`: from version 3 of the structural acts the day of the decision, where a recorder records one.
    Time,
    /// `effective`: when the act takes effect: its own time, or where it waited for signatures, that of the last.
    Effective,
    /// `today`: the local day on which the ledger records.
    Today,
    /// `subject`.
    Subject,
    /// `subject.name`: one captured segment.
    Captured { name: String, index: usize },
}

/// Member names from the outside in. A list on the way stands for each of its members.
pub(crate) type Path = Vec<String>;

/// A key with operands in it: `system/{data.system}`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Literal(String),
    Value(Operand),
}

/// What a condition is evaluated against.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) rules: &'a RuleSet,
    pub(crate) event: &'a Event,
    /// Absent while only the content is checked.
    pub(crate) world: Option<&'a World<'a>>,
    pub(crate) after: Option<&'a Thing>,
}

/// What is known besides the event itself.
#[derive(Clone, Copy)]
pub(crate) struct World<'a> {
    pub(crate) facts: &'a Facts,
    /// The thing of the ledger, of which it is asked more than once.
    pub(crate) ledger: Option<&'a Thing>,
    /// The earlier event that the event speaks of, where it speaks of one.
    pub(crate) past: Option<&'a Past>,
    pub(crate) acting: Acting<'a>,
    pub(crate) signatory: &'a Signatory,
    pub(crate) recorded_at_micros: i64,
    /// When the act takes effect, as it was signed: a text, or the day of a decision.
    pub(crate) effective: Item<'a>,
    /// Of a late act: when it happened at the latest, where that is later than it says. From version 3.
    pub(crate) borne_out: Option<Item<'a>>,
    /// The day of the act, as far as it is borne out.
    pub(crate) day: Date,
    pub(crate) zone: Offset,
}

impl<'a> World<'a> {
    /// The person whose key signed.
    pub(crate) fn signer(&self) -> &'a str {
        &self.signatory.person
    }
}

impl Operand {
    pub(crate) fn parse(text: &str, pattern: &Pattern) -> Result<Self, RuleSetReason> {
        let form = || RuleSetReason::Form {
            value: text.to_owned(),
            form: (
                "data.x, this.x, after.x, source, signer, actor, office, time, effective, today, \
                 subject, subject.x atau key/{operand}#x",
                "data.x, this.x, after.x, source, signer, actor, office, time, effective, today, \
                 subject, subject.x or key/{operand}#x",
            ),
        };
        if let Some((key, path)) = text.split_once('#') {
            return Ok(Self::Thing(
                Template::parse(key, pattern)?,
                parse_path(path).ok_or_else(form)?,
            ));
        }
        Ok(match text.split_once('.') {
            Some(("data", path)) => Self::Data(parse_path(path).ok_or_else(form)?),
            Some(("this", path)) => Self::This(parse_path(path).ok_or_else(form)?),
            Some(("after", path)) => Self::After(parse_path(path).ok_or_else(form)?),
            Some(("subject", name)) => {
                let undefined = || RuleSetReason::Undefined { name: text.to_owned() };
                let index = pattern.position(name).ok_or_else(undefined)?;
                Self::Captured { name: name.to_owned(), index }
            }
            None => match text {
                "source" => Self::Source,
                "signer" => Self::Signer,
                "actor" => Self::Actor,
                "office" => Self::Office,
                "time" => Self::Time,
                "effective" => Self::Effective,
                "today" => Self::Today,
                "subject" => Self::Subject,
                _ => return Err(form()),
            },
            Some(_) => return Err(form()),
        })
    }

    /// Can it be read from the event alone?
    pub(crate) fn is_of_event(&self) -> bool {
        match self {
            Self::Data(_)
            | Self::Source
            | Self::Office
            | Self::Time
            | Self::Subject
            | Self::Captured { .. } => true,
            Self::This(_)
            | Self::After(_)
            | Self::Thing(..)
            | Self::Signer
            | Self::Actor
            | Self::Effective
            | Self::Today => false,
        }
    }

    /// Does it name what the ledger keeps?
    pub(crate) fn is_of_things(&self) -> bool {
        matches!(self, Self::This(_) | Self::After(_) | Self::Thing(..))
    }

    /// The members that it names, from the outside in; none where it is one value.
    pub(crate) fn path(&self) -> &[String] {
        match self {
            Self::Data(path) | Self::This(path) | Self::After(path) | Self::Thing(_, path) => path,
            _ => &[],
        }
    }

    /// Is it when the act happened, by what the event itself says?
    pub(crate) fn is_own_time(&self, context: &Context<'_>) -> bool {
        let effective = || context.world.and_then(|world| world.effective.as_text());
        match self {
            Self::Time => true,
            Self::Effective => effective() == Some(context.event.time.text.as_str()),
            _ => false,
        }
    }

    /// The fields of `data` that it names.
    pub(crate) fn data_fields(&self) -> Vec<&str> {
        match self {
            Self::Data(path) => path.first().map(String::as_str).into_iter().collect(),
            Self::Thing(key, _) => key.data_fields(),
            _ => Vec::new(),
        }
    }

    /// Is it what streams of the kind `stream` keep at `place`, or in it, or around it? The event's own stream is
    /// of that kind if `own`.
    pub(crate) fn is_kept(&self, own: bool, stream: &str, place: &str) -> bool {
        let is_named = |path: &Path| path.iter().zip(place.split('.')).all(|(one, two)| one == two);
        match self {
            Self::This(path) | Self::After(path) => own && is_named(path),
            Self::Thing(key, path) => key.stream() == stream && is_named(path),
            _ => false,
        }
    }

    /// Calls `found` for each value; a path through a list has several, an absent one none.
    pub(crate) fn each<'a>(&self, context: &Context<'a>, found: &mut dyn FnMut(Item<'a>)) {
        match self {
            Self::Data(path) => {
                if let Some((first, rest)) = path.split_first()
                    && let Some(value) = context.event.data.get(first)
                {
                    walk(Item::Json(value), rest, found);
                }
            }
            Self::This(path) => walk_thing(context.this(), path, found),
            Self::After(path) => walk_thing(context.after, path, found),
            Self::Thing(key, path) => {
                let thing = key.render(context).and_then(|key| context.thing(&key));
                walk_thing(thing, path, found);
            }
            Self::Source => found(Item::Text(context.event.agency())),
            Self::Office => {
                if let Some(office) = &context.event.office {
                    found(Item::Text(office));
                }
            }
            Self::Time => found(context.time()),
            Self::Subject => found(Item::Text(&context.event.subject)),
            Self::Captured { index, .. } => {
                if let Some(segment) = context.event.subject.split('/').nth(*index) {
                    found(Item::Text(segment));
                }
            }
            Self::Signer | Self::Actor | Self::Effective | Self::Today => {
                if let Some(world) = context.world {
                    found(match self {
                        Self::Signer => Item::Text(world.signer()),
                        Self::Actor => Item::Text(world.acting.person),
                        Self::Effective => world.effective,
                        _ => Item::Day(world.today()),
                    });
                }
            }
        }
    }

    /// The only or first value.
    pub(crate) fn value<'a>(&self, context: &Context<'a>) -> Option<Item<'a>> {
        let mut first = None;
        self.each(context, &mut |item| first = first.or(Some(item)));
        first
    }

    /// The JSON pointer of the value, as near as the event has one.
    pub(crate) fn pointer(&self) -> String {
        match self {
            Self::Data(path) => {
                let mut pointer = "/data".to_owned();
                for name in path {
                    pointer.push('/');
                    pointer.push_str(&crate::event::escape(name));
                }
                pointer
            }
            Self::Source => "/source".to_owned(),
            Self::Office => "/office".to_owned(),
            Self::Time | Self::Effective => "/time".to_owned(),
            Self::Thing(key, _) => key.pointer(),
            Self::Subject | Self::Captured { .. } | Self::This(_) | Self::After(_) => {
                "/subject".to_owned()
            }
            Self::Signer | Self::Actor | Self::Today => String::new(),
        }
    }

    /// Adds the keys of cited things.
    pub(crate) fn reads(&self, context: &Context<'_>, keys: &mut Vec<String>) {
        if let Self::Thing(key, _) = self {
            key.reads(context, keys);
        }
    }
}

impl Template {
    pub(crate) fn parse(text: &str, pattern: &Pattern) -> Result<Self, RuleSetReason> {
        let form = || RuleSetReason::Form {
            value: text.to_owned(),
            form: ("kunci seperti agency/{source}", "a key such as agency/{source}"),
        };
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once('{') {
            let (operand, tail) = after.split_once('}').ok_or_else(form)?;
            pieces.push(Piece::Literal(literal.to_owned()));
            let operand = Operand::parse(operand, pattern)?;
            if !operand.is_of_event() {
                return Err(form());
            }
            pieces.push(Piece::Value(operand));
            rest = tail;
        }
        pieces.push(Piece::Literal(rest.to_owned()));
        if text.is_empty() { Err(form()) } else { Ok(Self(pieces)) }
    }

    /// The key; none where an operand is absent or no text.
    pub(crate) fn render(&self, context: &Context<'_>) -> Option<String> {
        let mut key = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(literal) => key.push_str(literal),
                Piece::Value(operand) => key.push_str(operand.value(context)?.as_text()?),
            }
        }
        Some(key)
    }

    pub(crate) fn reads(&self, context: &Context<'_>, keys: &mut Vec<String>) {
        keys.extend(self.render(context));
    }

    pub(crate) fn operands(&self) -> impl Iterator<Item = &Operand> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Value(operand) => Some(operand),
            Piece::Literal(_) => None,
        })
    }

    pub(crate) fn data_fields(&self) -> Vec<&str> {
        self.operands().flat_map(Operand::data_fields).collect()
    }

    /// The first segment, as far as it is written out: `eval` of `eval/{subject.year}`.
    pub(crate) fn stream(&self) -> &str {
        match self.0.first() {
            Some(Piece::Literal(literal)) => literal.split('/').next().unwrap_or(literal),
            Some(Piece::Value(_)) | None => "",
        }
    }

    /// The same where it is written out whole, so that no value goes on with it.
    pub(crate) fn written_stream(&self) -> Option<&str> {
        match self.0.first() {
            Some(Piece::Literal(literal)) => literal.split_once('/').map(|(stream, _)| stream),
            Some(Piece::Value(_)) | None => None,
        }
    }

    /// The value that the key begins with, where it begins with one.
    pub(crate) fn leading(&self) -> Option<&Operand> {
        match self.0.as_slice() {
            [Piece::Literal(nothing), Piece::Value(first), ..] if nothing.is_empty() => Some(first),
            _ => None,
        }
    }

    /// Where the event names the thing.
    pub(crate) fn pointer(&self) -> String {
        self.operands().next().map(Operand::pointer).unwrap_or_default()
    }
}

/// As a rule set writes it.
impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data(path) => write!(f, "data.{}", path.join(".")),
            Self::This(path) => write!(f, "this.{}", path.join(".")),
            Self::After(path) => write!(f, "after.{}", path.join(".")),
            Self::Thing(key, path) => write!(f, "{key}#{}", path.join(".")),
            Self::Source => f.write_str("source"),
            Self::Signer => f.write_str("signer"),
            Self::Actor => f.write_str("actor"),
            Self::Office => f.write_str("office"),
            Self::Time => f.write_str("time"),
            Self::Effective => f.write_str("effective"),
            Self::Today => f.write_str("today"),
            Self::Subject => f.write_str("subject"),
            Self::Captured { name, .. } => write!(f, "subject.{name}"),
        }
    }
}

impl Operand {
    /// As a rule set writes it, but a field of another thing by the key of that thing, where the event makes it:
    /// `facility/dc1#address`.
    pub(crate) fn named(&self, context: &Context<'_>) -> String {
        match self {
            Self::Thing(key, path) => match key.render(context) {
                Some(key) => format!("{key}#{}", path.join(".")),
                None => self.to_string(),
            },
            _ => self.to_string(),
        }
    }
}

/// As a rule set writes it.
impl Display for Template {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Literal(literal) => f.write_str(literal),
            Piece::Value(operand) => write!(f, "{{{operand}}}"),
        })
    }
}

impl<'a> Context<'a> {
    pub(crate) fn thing(&self, key: &str) -> Option<&'a Thing> {
        self.world?.facts.get(key)
    }

    /// The stream's thing before the event.
    pub(crate) fn this(&self) -> Option<&'a Thing> {
        self.thing(&self.event.subject)
    }

    /// The person whose key signed.
    pub(crate) fn signer(&self) -> Option<&'a str> {
        self.world.map(World::signer)
    }

    /// When the act happened, by what the event says; how far that is borne out says the world.
    pub(crate) fn time(&self) -> Item<'a> {
        match decided_on(self.rules.structural(), self.event) {
            Some(day) => Item::Day(day),
            None => Item::Micros(self.event.time.micros),
        }
    }

    /// Does the key that signed exercise powers of the ledger? Before version 3 every key of its person did, and that
    /// of a recorder those of the decider; now nobody's but his own, and not where he acts in an office of another agency.
    pub(crate) fn has_power(&self) -> bool {
        let own = |world: &World<'_>| {
            world.signatory.attested
                && world.signer() == world.acting.person
                && world.signatory.agency == world.acting.agency
        };
        self.rules.structural() < Structural::Three || self.world.is_some_and(own)
    }
}

impl World<'_> {
    pub(crate) fn day_of(&self, micros: i64) -> Date {
        day_of(micros, self.zone)
    }

    /// The local day on which the ledger records.
    pub(crate) fn today(&self) -> Date {
        self.day_of(self.recorded_at_micros)
    }
}

/// When an act takes effect that waits for nobody's signature.
pub(crate) fn effective_of(version: Structural, event: &Event) -> Item<'_> {
    match decided_on(version, event) {
        Some(day) => Item::Day(day),
        None => Item::Text(&event.time.text),
    }
}

/// The day of an act from before the ledger, or of the decision that a recorder records; before version 3 its day was nothing to the time of the act.
fn decided_on(version: Structural, event: &Event) -> Option<Date> {
    if let Some(imported) = &event.imported {
        return Some(imported.day);
    }
    let decision = event.decision.as_ref().filter(|_| version >= Structural::Three)?;
    (event.signed_as == SignedAs::Recorder).then_some(decision.date)
}

fn parse_path(text: &str) -> Option<Path> {
    let path: Path = text.split('.').map(str::to_owned).collect();
    (!path.iter().any(String::is_empty)).then_some(path)
}

fn walk_thing<'a>(thing: Option<&'a Thing>, path: &[String], found: &mut dyn FnMut(Item<'a>)) {
    let (Some(thing), Some((first, rest))) = (thing, path.split_first()) else { return };
    if first == "state" {
        found(Item::Text(&thing.state));
    } else if let Some(field) = thing.fields.get(first) {
        walk(Item::Field(field), rest, found);
    }
}

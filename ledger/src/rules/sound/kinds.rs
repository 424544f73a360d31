//! Words of the vocabulary on values that they never find anything in: membership of a number in a list, an office that
//! is held on what is no day, a key made of a flag.

use super::kept::{FormOf, Kept, Shape};
use super::sorts::{Sorts, is_written};
use crate::rules::act::Act;
use crate::rules::condition::{CoverSet, Predicate, Right};
use crate::rules::faults::Faults;
use crate::rules::operand::{Operand, Template};
use crate::rules::reader::{Phrase, RuleSetError, RuleSetReason};
use crate::rules::schema::FieldKind;
use crate::rules::thing::Field;

/// One act, seen with what streams keep.
pub(super) struct Kinds<'k, 'a> {
    pub(super) kept: &'k Kept<'a>,
    pub(super) act: &'a Act,
}

impl<'a> Kinds<'_, 'a> {
    /// The values that a predicate looks at.
    pub(super) fn check(&self, place: &str, predicate: &Predicate, faults: &mut Faults) {
        let mut tell = |key: &str, operand: &Operand, of: Phrase| {
            let reason = RuleSetReason::NeverOf { name: operand.to_string(), of };
            faults.push(RuleSetError { at: format!("{place}.{key}"), reason });
        };
        let mut must = |key: &str, operand: &Operand, fits: bool, of: Phrase| {
            if !fits {
                tell(key, operand, of);
            }
        };
        match predicate {
            Predicate::Unique { value, owner, .. } => {
                must("value", value, self.is_text(value), TEXT);
                must("owner", owner, self.is_text(owner), TEXT);
            }
            Predicate::Member { field, list, under } => {
                let among = *under || self.is_among(field, list);
                must("field", field, self.is_text(field), TEXT);
                must("list", field, !self.is_text(field) || among, MEMBER);
            }
            Predicate::Class { field, order, at_most } => {
                let rank = |word: &str| order.iter().position(|own| own == word);
                let highest = match at_most {
                    Right::Literal(Field::Text(word)) => rank(word),
                    Right::Literal(_) => None,
                    Right::Operand(highest) => {
                        must("at_most", highest, self.is_among(highest, order), OF_ORDER);
                        Some(order.len())
                    }
                };
                let reached = order.get(..=highest.unwrap_or_default()).unwrap_or(order);
                let fits = highest.is_some() && self.is_among(field, reached);
                must("field", field, fits, SO_LOW);
            }
            Predicate::Plan { field, .. } => must("field", field, self.is_plan(field), A_PLAN),
            Predicate::Covers { field, all_of } => {
                must("field", field, self.is_text(field), TEXT);
                match all_of {
                    CoverSet::Operand(of) => must("of", of, self.is_text(of), TEXT),
                    CoverSet::Literals(words) => {
                        let can = |word: &String| self.is_among(field, std::slice::from_ref(word));
                        let fits = !self.is_text(field) || words.iter().all(can);
                        must("all_of", field, fits, ALL);
                    }
                }
            }
            Predicate::Documents { field, kinds } => {
                let fits = kinds.iter().all(|kind| self.is_document(field, kind));
                must("field", field, fits, EACH_DOCUMENT);
            }
            Predicate::Location { country, within, apart } => {
                must("country", country, self.is_among(country, within), ONE);
                for (key, place) in apart
                    .iter()
                    .flat_map(|(place, other)| [("place", place), ("apart_from", other)])
                {
                    must(key, place, self.is_text(place), TEXT);
                }
            }
            Predicate::Cites { field } => must("field", field, self.is_text(field), TEXT),
            Predicate::Holds { person, at, .. } => {
                must("person", person, self.is_id_of(person, Whose::Person), PERSON);
                if let Some(at) = at {
                    must("at", at, self.is_day(at), DAY);
                }
            }
            Predicate::Agencies { field, other_than } => {
                let is_agency = |operand: &Operand| self.is_id_of(operand, Whose::Agency);
                must("field", field, is_agency(field), AGENCY);
                if let Some(other) = other_than {
                    must("other_than", other, is_agency(other), AGENCY);
                }
            }
            Predicate::Orphaned { field, .. } => {
                must("field", field, self.is_id_of(field, Whose::Agency), AGENCY);
            }
            Predicate::Field { .. }
            | Predicate::State { .. }
            | Predicate::Compare { .. }
            | Predicate::Count { .. }
            | Predicate::Guard(_) => {}
        }
        match predicate {
            Predicate::State { thing, .. } => self.check_key(thing, place, "thing", faults),
            Predicate::Holds { office, .. } => self.check_key(office, place, "office", faults),
            _ => {}
        }
        for (key, operand) in predicate.named_operands() {
            self.check_operand(operand, place, key, faults);
        }
    }

    /// Whom the act names, and the keys that it makes, outside of its conditions.
    pub(super) fn check_act(&self, faults: &mut Faults) {
        self.check_whom(faults);
        let row = format!("act[{}]", self.act.kind);
        for (place, effect) in self.act.placed_effects() {
            let place = format!("{row}.{place}");
            self.check_key(&effect.thing, &place, "thing", faults);
        }
        for (list, operands) in [("keep", &self.act.keep), ("gather", &self.act.gather)] {
            for (name, operand) in operands {
                self.check_operand(operand, &format!("{row}.{list}"), name, faults);
            }
        }
    }

    /// Who acts in relation to a value: `PSE of this.agency`, `SELF of subject.person`.
    fn check_whom(&self, faults: &mut Faults) {
        let row = format!("act[{}]", self.act.kind);
        for (key, whom) in [("who", &self.act.who), ("cosigned_by", &self.act.cosigned_by)] {
            for (who, operand) in whom.iter().filter_map(|who| Some((who, who.of()?))) {
                let (whose, of) =
                    if who.itself { (Whose::Person, PERSON) } else { (Whose::Agency, AGENCY) };
                if !self.is_id_of(operand, whose) {
                    let reason = RuleSetReason::NeverOf { name: operand.to_string(), of };
                    faults.push(RuleSetError { at: format!("{row}.{key}"), reason });
                }
                self.check_operand(operand, &row, key, faults);
            }
        }
    }

    fn check_operand(&self, operand: &Operand, place: &str, key: &str, faults: &mut Faults) {
        if let Operand::Thing(of, _) = operand {
            self.check_key(of, place, key, faults);
        }
    }

    /// A key is made of texts.
    fn check_key(&self, template: &Template, place: &str, key: &str, faults: &mut Faults) {
        for operand in template.operands().filter(|operand| !self.is_text(operand)) {
            let of =
                ("teks, padahal kunci tersusun dari teks", "a text, and keys are made of texts");
            let name = operand.to_string();
            let reason = RuleSetReason::NeverOf { name, of };
            faults.push(RuleSetError { at: format!("{place}.{key}"), reason });
        }
    }

    /// Does it fit one of the shapes that it can have? Of what is never there that is told.
    fn is(&self, operand: &Operand, fits: impl Fn(Shape<'a>) -> bool) -> bool {
        let shapes = self.kept.named(self.act, operand);
        shapes.is_empty() || shapes.into_iter().any(fits)
    }

    fn is_text(&self, operand: &Operand) -> bool {
        self.is(operand, is_written)
    }

    /// Can it be one of the words?
    fn is_among(&self, operand: &Operand, words: &[String]) -> bool {
        self.is(operand, |shape| match inner(shape) {
            Shape::Field(FieldKind::Enum { one_of }) => {
                one_of.iter().any(|own| words.contains(own))
            }
            shape => {
                let sorts = Sorts::of_shapes(&[shape]);
                is_written(shape) && words.iter().any(|word| sorts.has(Sorts::of_text(word)))
            }
        })
    }

    fn is_plan(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Subject => self.act.subject.written_stream().is_none_or(|own| own == PLAN),
            Operand::Source
            | Operand::Signer
            | Operand::Actor
            | Operand::Office
            | Operand::Captured { .. } => false,
            _ => self.is(operand, |shape| match inner(shape) {
                Shape::Unknown | Shape::Of(FormOf::Text) => true,
                Shape::Field(FieldKind::Stream { prefix }) => {
                    prefix.as_deref().is_none_or(|own| own == PLAN)
                }
                Shape::Field(FieldKind::Enum { one_of }) => {
                    one_of.iter().any(|own| own.split('/').next() == Some(PLAN))
                }
                Shape::Field(kind) => matches!(kind, FieldKind::Text { .. } | FieldKind::Any),
                Shape::Of(_) | Shape::Under(_) => false,
            }),
        }
    }

    fn is_document(&self, operand: &Operand, kind: &str) -> bool {
        self.is(operand, |shape| match inner(shape) {
            Shape::Field(FieldKind::Document { is, .. }) => {
                is.as_deref().is_none_or(|own| own == kind)
            }
            // Whatever has a `kind`.
            Shape::Field(FieldKind::Map { fields }) => fields.iter().any(|f| f.name == "kind"),
            Shape::Unknown | Shape::Under(_) | Shape::Field(FieldKind::Any) => true,
            Shape::Field(_) | Shape::Of(_) => false,
        })
    }

    /// A day as it is written, or the day of a point in time that is known as such.
    fn is_day(&self, operand: &Operand) -> bool {
        let shapes = self.kept.named(self.act, operand);
        shapes.is_empty() || Sorts::of_shapes(&shapes).has(Sorts::DAY)
    }

    fn is_id_of(&self, operand: &Operand, whose: Whose) -> bool {
        let own = match whose {
            Whose::Person => matches!(operand, Operand::Signer | Operand::Actor),
            Whose::Agency => matches!(operand, Operand::Source),
        };
        match operand {
            Operand::Signer
            | Operand::Actor
            | Operand::Source
            | Operand::Office
            | Operand::Subject => own,
            _ => self.is(operand, |shape| match inner(shape) {
                Shape::Unknown | Shape::Of(FormOf::Text | FormOf::Segment) => true,
                Shape::Field(kind) => match kind {
                    FieldKind::Person => whose == Whose::Person,
                    FieldKind::Agency => whose == Whose::Agency,
                    other => matches!(
                        other,
                        FieldKind::Text { .. }
                            | FieldKind::Id
                            | FieldKind::Enum { .. }
                            | FieldKind::Any
                    ),
                },
                Shape::Of(_) | Shape::Under(_) => false,
            }),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Person,
    Agency,
}

/// A list stands for its members.
fn inner(shape: Shape<'_>) -> Shape<'_> {
    match shape {
        Shape::Field(FieldKind::List { of, .. }) => inner(Shape::Field(of)),
        shape => shape,
    }
}

const MEMBER: Phrase = ("anggota daftar itu", "a member of the list");
const OF_ORDER: Phrase = ("salah satu dari urutan itu", "one of the order");
const SO_LOW: Phrase = ("serendah itu dalam urutannya", "so low in the order");
const A_PLAN: Phrase = ("rencana", "a plan");
const ALL: Phrase = ("semuanya itu", "all of these");
const EACH_DOCUMENT: Phrase =
    ("dokumen dari setiap jenis itu", "a document of each of these kinds");
const ONE: Phrase = ("salah satu dari itu", "one of these");
const DAY: Phrase = ("hari", "a day");
const TEXT: Phrase = ("teks", "a text");
const PERSON: Phrase = ("orang", "a person");
const AGENCY: Phrase = ("instansi", "an agency");
/// The first segment of the streams of plans.
const PLAN: &str = "plan";

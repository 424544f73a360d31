//! Registers: what people read. A register is a kind of stream and a choice of columns; its rows are
//! pure functions of things. A reader below the class of a thing learns only that there is one.

mod accesses;
mod agencies;
mod assets;
mod calendars;
mod complaints;
mod datasets;
mod evaluations;
mod facilities;
mod figures;
mod findings;
mod history;
mod incidents;
mod indicators;
mod inspections;
mod intervals;
mod marks;
mod plans;
mod recommendations;
mod reports;
mod review;
mod roles;
mod sanctions;
mod services;
mod signers;
mod sops;
mod subdomains;
mod systems;

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::event::Form;
use crate::log::Micros;
use crate::rules::{Class, Field, RuleSet, Thing};

pub use accesses::ACCESSES;
pub use agencies::AGENCIES;
pub use assets::ASSETS;
pub use calendars::CALENDARS;
pub use complaints::COMPLAINTS;
pub use datasets::DATASETS;
pub use evaluations::EVALUATIONS;
pub use facilities::FACILITIES;
pub use findings::FINDINGS;
pub use history::HISTORY;
pub use incidents::INCIDENTS;
pub use indicators::INDICATORS;
pub use inspections::INSPECTIONS;
pub use intervals::INTERVALS;
pub use marks::{LAPSED, REVOCATION_PENDING, UNATTESTED, marks, marks_of, names_of_marks, tell};
pub use plans::PLANS;
pub use recommendations::RECOMMENDATIONS;
pub use reports::REPORTS;
pub use roles::ROLES;
pub use sanctions::SANCTIONS;
pub use services::SERVICES;
pub use signers::SIGNERS;
pub use sops::SOPS;
pub use subdomains::SUBDOMAINS;
pub use systems::SYSTEMS;

/// A register: the things of one kind of stream, as rows.
#[derive(Debug, Clone, Copy)]
pub struct Register {
    /// Its name in paths: `subdomains`.
    pub name: &'static str,
    /// What the keys of its things start with: `subdomain/`.
    pub prefix: &'static str,
    /// Its columns besides key, position, version and state, in order.
    pub columns: &'static [Column],
}

/// One column: a name and where the value stands in the thing, or how it follows from the thing.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in rows.
    pub name: &'static str,
    /// Names from the outside in: `["request", "by"]`; empty where nothing is kept for it.
    pub path: &'static [&'static str],
    /// Computes it where nothing is kept.
    pub computed: Computed,
}

/// How a value follows from a thing.
#[derive(Debug, Clone, Copy)]
pub enum Computed {
    /// It does not: what is kept is all.
    Never,
    /// From the thing alone.
    Always(fn(&Thing) -> Option<Field>),
    /// From the thing, and from the point in time that the read is as of.
    AsOf(fn(&Thing, Micros) -> Option<Field>),
}

/// Every register.
pub const ALL: [Register; 24] = [
    AGENCIES,
    SIGNERS,
    ROLES,
    PLANS,
    SOPS,
    SYSTEMS,
    ACCESSES,
    SUBDOMAINS,
    DATASETS,
    ASSETS,
    FACILITIES,
    RECOMMENDATIONS,
    INCIDENTS,
    EVALUATIONS,
    INDICATORS,
    HISTORY,
    FINDINGS,
    SANCTIONS,
    SERVICES,
    COMPLAINTS,
    REPORTS,
    INTERVALS,
    CALENDARS,
    INSPECTIONS,
];

/// The register of that name.
pub fn by_name(name: &str) -> Option<Register> {
    ALL.into_iter().find(|register| register.name == name)
}

impl Register {
    /// The key of a row, from the key of its thing; none for a thing of another register.
    pub fn row_key<'a>(&self, thing_key: &'a str) -> Option<&'a str> {
        thing_key.strip_prefix(self.prefix)
    }

    /// The key of the thing behind a row.
    pub fn thing_key(&self, row_key: &str) -> String {
        format!("{}{row_key}", self.prefix)
    }

    /// The row as JSON for a reader of that class, as of a point in time: `{key, position, version, state, ...columns}`, or
    /// `{key, position, withheld: true}`. A column without a value is null. The [`marks`] of the thing stand behind the
    /// columns, where there are any.
    pub fn row(&self, row_key: &str, thing: &Thing, reader: Class, at: Micros) -> Value {
        if thing.class > reader {
            return json!({ "key": row_key, "position": thing.position.0, "withheld": true });
        }
        let mut row = Map::new();
        row.insert("key".to_owned(), json!(row_key));
        row.insert("position".to_owned(), json!(thing.position.0));
        row.insert("version".to_owned(), json!(thing.version));
        row.insert("state".to_owned(), json!(thing.state));
        for column in self.columns {
            let value = column.value(thing, at).map_or(Value::Null, |field| field.to_json());
            row.insert(column.name.to_owned(), value);
        }
        row.extend(marks(thing));
        Value::Object(row)
    }

    /// The states that its rows can be in, by a rule set; none of a register over all kinds of streams.
    pub fn states<'a>(&self, rules: &'a RuleSet) -> BTreeSet<&'a str> {
        let stream = self.prefix.split('/').next().unwrap_or_default();
        if stream.is_empty() { BTreeSet::new() } else { rules.states(stream) }
    }

    /// Does a visible row have `value` in `column` (`state` included)? A list has it if a member is
    /// equal. What is withheld matches nothing, so that filtering tells nothing about it.
    pub fn matches(
        &self,
        thing: &Thing,
        (column, value): (&str, &str),
        reader: Class,
        at: Micros,
    ) -> bool {
        if thing.class > reader {
            return false;
        }
        if column == "state" {
            return thing.state == value;
        }
        let column = self.columns.iter().find(|own| own.name == column);
        column.and_then(|column| column.value(thing, at)).is_some_and(|field| is(&field, value))
    }
}

impl Column {
    /// What its values look like instead, where no row can have `value` in it: an agency stands in registers by its id,
    /// or as the official table writes it, never as the source of events that it is.
    pub fn form_instead(&self, value: &str) -> Option<Form> {
        let is_agency = matches!(self.name, "agency" | "holder" | "former_holder" | "requested_by");
        (is_agency && Form::Source.fits(value)).then_some(Form::Agency)
    }

    fn value<'a>(&self, thing: &'a Thing, at: Micros) -> Option<Cow<'a, Field>> {
        let computed = || match self.computed {
            Computed::Never => None,
            Computed::Always(of) => of(thing),
            Computed::AsOf(of) => of(thing, at),
        };
        self.kept(thing).map(Cow::Borrowed).or_else(|| computed().map(Cow::Owned))
    }

    fn kept<'a>(&self, thing: &'a Thing) -> Option<&'a Field> {
        let (first, rest) = self.path.split_first()?;
        rest.iter().try_fold(thing.fields.get(*first)?, |field, name| field.member(name))
    }
}

fn is(field: &Field, value: &str) -> bool {
    match field {
        Field::Text(text) => text == value,
        Field::Integer(number) => value.parse() == Ok(*number),
        Field::Flag(flag) => value.parse() == Ok(*flag),
        Field::List(list) => list.iter().any(|member| is(member, value)),
        Field::Map(_) => false,
    }
}

/// A column that shows what is kept.
const fn column(name: &'static str, path: &'static [&'static str]) -> Column {
    Column { name, path, computed: Computed::Never }
}

/// A column that follows from the thing.
const fn computed(name: &'static str, computed: fn(&Thing) -> Option<Field>) -> Column {
    Column { name, path: &[], computed: Computed::Always(computed) }
}

/// A column that follows from the thing and the time of the read.
const fn as_of(name: &'static str, computed: fn(&Thing, Micros) -> Option<Field>) -> Column {
    Column { name, path: &[], computed: Computed::AsOf(computed) }
}

/// A column that shows what is kept, and where nothing is, what follows from the thing.
const fn kept_or_computed(
    name: &'static str,
    path: &'static [&'static str],
    computed: fn(&Thing) -> Option<Field>,
) -> Column {
    Column { name, path, computed: Computed::Always(computed) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::log::Position;

    fn granted() -> Thing {
        let mut thing = Thing::new(Position(7), Micros(0), Class::Public);
        thing.state = "granted".to_owned();
        thing.version = 2;
        thing.fields.insert("holder".to_owned(), Field::from("dinkes"));
        let request = [("by".to_owned(), Field::from("setda"))].into_iter().collect();
        thing.fields.insert("request".to_owned(), Field::Map(request));
        thing
    }

    #[test]
    fn a_row_shows_the_columns_of_its_register() {
        let row =
            SUBDOMAINS.row("dinkes.bengkayangkab.go.id", &granted(), Class::Public, Micros(0));
        assert_eq!(
            row,
            json!({
                "key": "dinkes.bengkayangkab.go.id", "position": 7, "version": 2,
                "state": "granted", "holder": "dinkes", "basis": null, "system": null,
                "granted_at": null, "requested_by": "setda", "requested_at": null,
                "answer": null, "answered_to": null, "answered_at": null, "former_holder": null,
                "revoked_for": null, "revoked_at": null,
            })
        );
    }

    #[test]
    fn above_the_readers_class_only_key_and_position_show() {
        let thing = Thing { class: Class::Restricted, ..granted() };
        let row = INCIDENTS.row("i-1", &thing, Class::Internal, Micros(0));
        assert_eq!(row, json!({ "key": "i-1", "position": 7, "withheld": true }));
        assert!(!INCIDENTS.matches(&thing, ("state", "granted"), Class::Internal, Micros(0)));
        assert!(INCIDENTS.matches(&thing, ("state", "granted"), Class::Restricted, Micros(0)));
    }

    /// A result of the national ledger: as published, and nothing computed beside it.
    #[test]
    fn a_result_without_scores_shows_what_was_published() {
        let mut thing = Thing::new(Position(9), Micros(0), Class::Public);
        for (name, text) in [
            ("agency", "Pemerintah Kab. Bengkayang"),
            ("d1", "2.90"),
            ("index", "2.46"),
            ("predicate", "Cukup"),
            ("instrument", "permenpanrb-59-2020"),
            ("published_at", "2024-01-11T00:00:00+07:00"),
        ] {
            thing.fields.insert(name.to_owned(), Field::from(text));
        }
        thing.fields.insert("year".to_owned(), Field::Integer(2023));
        let row = EVALUATIONS.row("2023/kab-bengkayang", &thing, Class::Public, Micros(0));
        let told = row.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
        let told: Map<String, Value> = told.map(|(k, v)| (k.clone(), v.clone())).collect();
        assert_eq!(
            Value::Object(told),
            json!({
                "key": "2023/kab-bengkayang", "position": 9, "version": 0, "state": "none",
                "year": 2023, "agency": "Pemerintah Kab. Bengkayang", "stage": "published",
                "d1": "2.90", "index": "2.46", "predicate": "Cukup",
                "instrument": "permenpanrb-59-2020", "published_at": "2024-01-11T00:00:00+07:00",
            })
        );
        assert!(EVALUATIONS.matches(&thing, ("index", "2.46"), Class::Public, Micros(0)));
        assert!(HISTORY.matches(&thing, ("published_index", "2.46"), Class::Public, Micros(0)));
    }

    #[test]
    fn every_register_stands_in_the_docs_with_its_streams() {
        let docs = include_str!("../../../docs/registers.md");
        for register in ALL {
            for name in [register.name, register.prefix] {
                assert!(docs.contains(&format!("`{name}`")), "{name}");
            }
        }
    }

    #[test]
    fn keys_go_there_and_back() {
        let register = by_name("subdomains").unwrap();
        assert_eq!(register.row_key("subdomain/a.id"), Some("a.id"));
        assert_eq!(register.row_key("system/a"), None);
        assert_eq!(register.thing_key("a.id"), "subdomain/a.id");
        assert!(by_name("nothing").is_none());
    }
}

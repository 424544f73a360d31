//! A condition as a rule set writes it, for those who read the rules as JSON. A list stands with its members, not by
//! its name; what a rule set may leave out is left out.

use serde_json::{Map, Value};

use super::{Condition, CoverSet, Predicate, Right, Test};
use crate::rules::operand::Operand;
use crate::rules::thing::Field;

impl Condition {
    /// Its word of the vocabulary with the arguments, as `docs/rules.md` explains them.
    pub fn written(&self) -> Value {
        let mut written = self.predicate.written();
        if !self.when.is_empty() {
            let when = self.when.iter().map(|when| Value::Object(when.written()));
            written.insert("when".to_owned(), when.collect());
        }
        Value::Object(written)
    }
}

impl Predicate {
    /// A table of the rule set.
    pub(crate) fn written(&self) -> Map<String, Value> {
        let mut table = Table(Map::new());
        table.set("kind", self.word());
        match self {
            Self::Field { field, test } => {
                table.operand("field", field);
                table.test(test);
            }
            Self::Documents { field, kinds } => {
                table.operand("field", field);
                table.set("kinds", kinds.as_slice());
            }
            Self::State { thing, within, not_within } => {
                table.set("thing", thing.to_string());
                for (key, states) in [("in", within), ("not_in", not_within)] {
                    if !states.is_empty() {
                        table.set(key, states.as_slice());
                    }
                }
            }
            Self::Unique { index, value, owner, words, .. } => {
                table.set("index", index.as_str());
                table.operand("value", value);
                if *words {
                    table.set("words", true);
                }
                if *owner != Operand::Subject {
                    table.operand("owner", owner);
                }
            }
            Self::Member { field, list, under } => {
                table.operand("field", field);
                table.set("list", list.as_slice());
                table.flag("under", *under);
            }
            Self::Compare { left, is, right, plus, .. } => {
                table.operand("left", left);
                table.set("is", is.sign());
                table.right("right", right);
                if let Some(plus) = plus {
                    table.set("plus", plus.to_string());
                }
            }
            Self::Count { field, at_least, at_most } => {
                table.operand("field", field);
                if *at_least > 0 {
                    table.set("at_least", *at_least);
                }
                if *at_most != usize::MAX {
                    table.set("at_most", *at_most);
                }
            }
            Self::Location { country, within, apart } => {
                table.operand("country", country);
                table.set("in", within.as_slice());
                if let Some((place, other)) = apart {
                    table.operand("place", place);
                    table.operand("apart_from", other);
                }
            }
            Self::Class { field, order, at_most } => {
                table.operand("field", field);
                table.set("order", order.as_slice());
                table.right("at_most", at_most);
            }
            Self::Plan { field, in_force } => {
                table.operand("field", field);
                table.flag("in_force", *in_force);
            }
            Self::Covers { field, all_of } => {
                table.operand("field", field);
                match all_of {
                    CoverSet::Operand(of) => table.operand("of", of),
                    CoverSet::Literals(all_of) => table.set("all_of", all_of.as_slice()),
                }
            }
            Self::Holds { person, office, at, not } => {
                table.flag("not", *not);
                table.operand("person", person);
                table.set("office", office.to_string());
                if let Some(at) = at {
                    table.operand("at", at);
                }
            }
            Self::Cites { field } => table.operand("field", field),
            Self::Orphaned { field, not } => {
                table.operand("field", field);
                table.flag("not", *not);
            }
            Self::Agencies { field, other_than } => {
                table.operand("field", field);
                if let Some(other_than) = other_than {
                    table.operand("other_than", other_than);
                }
            }
            Self::Guard(guard) => table.set("name", guard.name()),
        }
        table.0
    }
}

struct Table(Map<String, Value>);

impl Table {
    fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    fn operand(&mut self, key: &str, operand: &Operand) {
        self.set(key, operand.to_string());
    }

    fn flag(&mut self, key: &str, flag: bool) {
        if flag {
            self.set(key, true);
        }
    }

    fn right(&mut self, key: &str, right: &Right) {
        match right {
            Right::Operand(operand) => self.operand(key, operand),
            Right::Literal(field) => self.set("value", field.to_json()),
        }
    }

    fn test(&mut self, test: &Test) {
        let list = |fields: &[Field]| fields.iter().map(Field::to_json).collect::<Value>();
        match test {
            Test::Present => self.flag("present", true),
            Test::Absent => self.flag("absent", true),
            Test::OneOf(values) => match values.as_slice() {
                [value] => self.set("equals", value.to_json()),
                values => self.set("one_of", list(values)),
            },
            Test::NoneOf(values) => self.set("none_of", list(values)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;
    use crate::rules::{Act, BUNDLED, RuleSet};

    /// The tables of the conditions of one act as the file has them, lists resolved.
    fn in_file(act: &Value, lists: &Value) -> Vec<Value> {
        let tables = act["condition"].as_array().cloned().unwrap_or_default();
        tables.into_iter().map(|table| plain(table, lists)).collect()
    }

    fn plain(mut table: Value, lists: &Value) -> Value {
        let members = table.as_object_mut().unwrap();
        for words in ["rule", "text", "warn"] {
            members.remove(words);
        }
        for list in ["list", "order"] {
            if let Some(name) = members.get(list).and_then(Value::as_str) {
                let resolved = lists[name].clone();
                members.insert(list.to_owned(), resolved);
            }
        }
        if let Some([value]) = members.get("one_of").and_then(Value::as_array).map(Vec::as_slice) {
            let value = value.clone();
            members.remove("one_of");
            members.insert("equals".to_owned(), value);
        }
        if let Some(when) = members.remove("when") {
            let when = when.as_array().unwrap().iter().map(|when| plain(when.clone(), lists));
            members.insert("when".to_owned(), when.collect());
        }
        table
    }

    /// Every word of the vocabulary with all its arguments, beside what the bundled rule sets use.
    const EVERY_WORD: &str = r#"
        format = "jejak-ruleset/1"
        name = "words"
        structural = 1
        title = { id = "Uji", en = "Test" }
        lists = { classes = ["open", "closed"], domains = ["a.id"] }
        [[act]]
        type = "thing.done"
        row = "T-1"
        rule = "T.1"
        force = "DO"
        class = "public"
        subject = "thing/{id}"
        who = []
        text = { id = "Uji.", en = "Test." }
        field = [
            { name = "text", kind = "text" },
            { name = "start", kind = "date" },
            { name = "parts", kind = "list", of = { kind = "text" } },
        ]
        condition = [
            { kind = "field", field = "data.text", present = true },
            { kind = "field", field = "data.text", absent = true },
            { kind = "field", field = "data.text", equals = "a" },
            { kind = "field", field = "data.text", one_of = ["a", "b"] },
            { kind = "field", field = "data.text", none_of = ["a"], when = [
                { kind = "field", field = "data.start", present = true } ] },
            { kind = "documents", field = "data.parts", kinds = ["form"] },
            { kind = "state", thing = "thing/{data.text}", in = ["a"], not_in = ["b"] },
            { kind = "unique", index = "i", value = "data.text", owner = "source" },
            { kind = "unique", index = "i", value = "data.text" },
            { kind = "member", field = "data.text", list = "domains", under = true },
            { kind = "compare", left = "data.start", is = "<=", right = "time", plus = "P14D" },
            { kind = "compare", left = "data.text", is = "!=", value = 3 },
            { kind = "count", field = "data.parts", at_least = 1, at_most = 4 },
            { kind = "location", country = "data.text", in = ["ID"], place = "data.text", apart_from = "this.place" },
            { kind = "class", field = "data.text", order = "classes", at_most = "this.class" },
            { kind = "class", field = "data.text", order = "classes", value = "open" },
            { kind = "plan", field = "data.text", in_force = true },
            { kind = "covers", field = "data.parts", of = "this.parts" },
            { kind = "covers", field = "data.parts", all_of = ["a"] },
            { kind = "holds", person = "data.text", office = "role/kepala-{source}", at = "data.start" },
            { kind = "holds", person = "data.text", office = "role/ppk", not = true },
            { kind = "compare", left = "time", is = "<=", right = "this.start", plus = "PT24H" },
            { kind = "cites", field = "data.text" },
            { kind = "agencies", field = "data.text" },
            { kind = "agencies", field = "data.text", other_than = "source" },
            { kind = "orphaned", field = "this.holder" },
            { kind = "orphaned", field = "this.holder", not = true },
            { kind = "guard", name = "free_name@1" },
        ]
    "#;

    #[test]
    fn every_condition_is_written_as_its_rule_set_writes_it() {
        let mut words = std::collections::BTreeSet::new();
        for toml in [BUNDLED.as_slice(), &[EVERY_WORD.as_bytes()]].concat() {
            let rules = RuleSet::parse(toml).unwrap();
            let text = std::str::from_utf8(toml).unwrap();
            let file = serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
            for written in file["act"].as_array().unwrap() {
                let (kind, row) = (written["type"].as_str().unwrap(), &written["row"]);
                // A row of the regulation may stand twice, for two who act by it: the wording tells them apart.
                let same = |act: &&Act| {
                    act.row == row.as_str().unwrap()
                        && act.wording.id == written["text"]["id"].as_str().unwrap()
                };
                let act = rules.rows(kind).iter().find(same);
                let of_file = in_file(written, &file["lists"]);
                // A row that narrows a structural one begins with the conditions of that.
                let conditions = &act.unwrap().conditions;
                let own = &conditions[conditions.len() - of_file.len()..];
                for (condition, expected) in own.iter().zip(of_file) {
                    assert_eq!(condition.written(), expected, "{kind} {row}");
                    words.insert(condition.predicate.word());
                }
            }
        }
        assert_eq!(words.len(), 16, "{words:?}");
    }
}

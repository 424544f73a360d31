//! Why a rule set does not load is said in both languages, and in both with the same names and numbers.

use super::super::unloadable::Phrase;
use super::*;

/// How a value of a reason stands in its Indonesian and in its English text.
trait Told {
    fn told(&self) -> (String, String);
}

impl Told for String {
    fn told(&self) -> (String, String) {
        (self.clone(), self.clone())
    }
}

impl Told for &str {
    fn told(&self) -> (String, String) {
        ((*self).to_owned(), (*self).to_owned())
    }
}

impl Told for usize {
    fn told(&self) -> (String, String) {
        (self.to_string(), self.to_string())
    }
}

impl Told for Text {
    fn told(&self) -> (String, String) {
        (self.id.clone(), self.en.clone())
    }
}

impl Told for Phrase {
    fn told(&self) -> (String, String) {
        (self.0.to_owned(), self.1.to_owned())
    }
}

/// Each reason with its values. One that is not here does not compile.
macro_rules! reasons {
    ($($variant:ident { $($name:ident: $value:expr),* })*) => {
        fn reasons() -> Vec<(RuleSetReason, Vec<(String, String)>)> {
            fn _all(reason: &RuleSetReason) {
                match reason {
                    $(RuleSetReason::$variant { .. } => {})*
                }
            }
            vec![$({
                $(let $name = $value;)*
                let told = vec![$($name.told()),*];
                (RuleSetReason::$variant { $($name),* }, told)
            }),*]
        }
    };
}

fn first() -> String {
    "satu-71".to_owned()
}

fn second() -> String {
    "dua-82".to_owned()
}

const PHRASE: Phrase = ("kata-93", "word-93");

reasons! {
    NotUtf8 {}
    NotToml { line: 5_417, column: 6_528, message: first() }
    Missing {}
    UnknownKey {}
    UnknownWord { value: first(), known: "dua-82" }
    WrongType { expected: PHRASE }
    Form { value: first(), form: PHRASE }
    NoDuty { force: "satu-71" }
    OfNoArticle { rule: first() }
    OtherThanNobody { actor: first() }
    Undefined { name: first() }
    Twice { name: first() }
    OfStructure { name: first() }
    Owned { name: first() }
    Appoints { actor: first() }
    OneOf { keys: PHRASE }
    Blank {}
    Anybody {}
    OpensStructure { kind: first() }
    Unreachable { row: first() }
    Shadows { subject: first() }
    StructuralRule { rule: first() }
    NotKept { name: first(), stream: second() }
    NoSuchState { state: first(), stream: second() }
    NoLifecycle { stream: first() }
    NeverMatch { left: first(), right: second() }
    Beyond { name: first(), value: second() }
    WithItself { name: first() }
    Excluded { name: first(), other: second() }
    NeverAbsent { name: first() }
    TooMany { name: first(), most: 5_417, asked: 6_528 }
    TooFew { name: first(), least: 5_417, asked: 6_528 }
    NeverOf { name: first(), of: PHRASE }
    NothingBetween { min: first(), max: second() }
    Unfit { value: first(), why: Text { id: PHRASE.0.to_owned(), en: PHRASE.1.to_owned() } }
    HasRow { name: first() }
}

#[test]
fn every_reason_is_said_in_both_languages_with_the_same_values() {
    let mut said = std::collections::BTreeSet::new();
    for (reason, values) in reasons() {
        let Text { id, en } = reason.text();
        let once = |text: &str, value: &str| text.matches(value).count() == 1;
        for (indonesian, english) in &values {
            assert!(once(&id, indonesian), "{id} lacks {indonesian}");
            assert!(once(&en, english), "{en} lacks {english}");
        }
        assert_eq!(reason.to_string(), en);
        let bare = |text: &str, of: fn(&(String, String)) -> &String| {
            values.iter().fold(text.to_owned(), |text, value| text.replace(of(value), "_"))
        };
        let (id, en) = (bare(&id, |value| &value.0), bare(&en, |value| &value.1));
        for text in [&id, &en] {
            assert!(text.chars().any(char::is_alphabetic), "{text} says nothing");
            assert!(!text.ends_with('.') && !text.contains("  "), "{text}");
        }
        for word in [" is ", " are ", " must ", " of ", " the ", " never ", " and "] {
            assert!(!format!(" {id} ").contains(word), "{id} is no Indonesian");
        }
        assert!(said.insert(id) && said.insert(en), "{reason:?} says what another says");
    }
}

#[test]
fn a_fault_names_its_place_in_both_languages() {
    let fault = |at: &str| RuleSetError { at: at.to_owned(), reason: RuleSetReason::Missing };
    let Text { id, en } = fault("act[a.b].who").text();
    assert_eq!(
        (id.as_str(), en.as_str()),
        ("act[a.b].who: wajib ada", "act[a.b].who: is required")
    );
    assert_eq!(fault("act[a.b].who").to_string(), en);
    let whole = RuleSet::parse(b"\xff").unwrap_err();
    assert_eq!((whole.at.as_str(), whole.to_string().as_str()), ("", "rule set: not UTF-8"));
    assert_eq!(whole.text().id, "perangkat aturan: bukan UTF-8");
}

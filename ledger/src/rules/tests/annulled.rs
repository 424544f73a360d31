//! A decision that was annulled is as if it was never made: the one before it is in effect again, and ends as any other.

use Code::RuleRefused;

use super::decisions::ends;
use super::rows::{post, region};
use super::*;

const PLAN: &str = "plan/master";

fn plan(kind: &str, id: &str) -> Value {
    changed(&format!("plan.{kind}"), &[("/id", json!(id))])
}

/// A plan that was adopted, drafted anew and adopted anew; `between` stands after the second adoption.
fn adopted_twice(structural: &str, between: &[&str]) -> World {
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let mut world = region();
    world.rules = Arc::new(
        RuleSet::parse(text.replacen("structural = 3", structural, 1).as_bytes()).unwrap(),
    );
    for (kind, id) in [("drafted", "d1"), ("adopted", "a1"), ("drafted", "d2"), ("adopted", "a2")] {
        post(&mut world, &plan(kind, id)).unwrap();
    }
    for kind in between {
        post(&mut world, &plan(kind, kind)).unwrap();
    }
    world
}

fn end(world: &mut World, kind: &str, id: &str) -> Result<(), Refusal> {
    post(world, &ends(&format!("decision.{kind}"), &plan("adopted", id)))
}

fn fields(world: &World) -> Fields {
    let mut fields = world.facts[PLAN].fields.clone();
    fields.remove("revoked");
    fields
}

#[test]
fn the_decision_before_one_that_was_annulled_is_revoked_and_annulled_as_any_other() {
    for kind in ["revoked", "annulled"] {
        let mut world = adopted_twice("structural = 3", &[]);
        let of = world.position.0 - 3;
        let mut alone = region();
        for (kind, id) in [("drafted", "d1"), ("adopted", "a1"), ("drafted", "d2")] {
            post(&mut alone, &plan(kind, id)).unwrap();
        }
        end(&mut world, "annulled", "a2").unwrap();
        assert_eq!((world.state(PLAN), fields(&world)), (alone.state(PLAN), fields(&alone)));
        end(&mut world, kind, "a1").unwrap();
        end(&mut alone, kind, "a1").unwrap();
        assert_eq!((world.state(PLAN), fields(&world)), (alone.state(PLAN), fields(&alone)));
        let marks = world.field(PLAN, "revoked");
        assert_eq!((&marks[1]["of"], &marks[1]["how"]), (&json!(of), &json!(kind)));
        // Nothing that was never made rests on it.
        assert_eq!(marks[1]["rests"], alone.field(PLAN, "revoked")[0]["rests"]);
        let again = end(&mut world, kind, "a1");
        assert_eq!(refused(again, RuleRefused, "SYS.10.3", "/data/event"), Why::DecisionEnded);
    }
}

#[test]
fn so_it_is_where_something_has_followed_on_the_annulled_one() {
    for kind in ["revoked", "annulled"] {
        let mut world = adopted_twice("structural = 3", &["reviewed"]);
        end(&mut world, "annulled", "a2").unwrap();
        end(&mut world, kind, "a1").unwrap();
        assert_eq!(world.field(PLAN, "adoption"), Value::Null);
    }
}

/// A revocation counts forward only: what stood in the place of the first had ended it.
#[test]
fn the_decision_before_one_that_was_revoked_is_not_in_effect_again() {
    let mut world = adopted_twice("structural = 3", &[]);
    let position = Position(world.position.0 - 1);
    let why = refused(end(&mut world, "revoked", "a1"), RuleRefused, "SYS.10.3", "/data/event");
    assert_eq!(why, Why::DecisionReplaced { thing: PLAN.to_owned(), position });
    end(&mut world, "revoked", "a2").unwrap();
    for kind in ["revoked", "annulled"] {
        let why = refused(end(&mut world, kind, "a1"), RuleRefused, "SYS.10.3", "/data/event");
        assert!(matches!(why, Why::StateForbids { .. } | Why::DecisionReplaced { .. }), "{why:?}");
    }
}

/// What version 2 has refused it refuses.
#[test]
fn under_version_2_the_decision_before_an_annulled_one_stays_replaced() {
    let mut world = adopted_twice("structural = 2", &[]);
    let position = Position(world.position.0 - 1);
    end(&mut world, "annulled", "a2").unwrap();
    let why = refused(end(&mut world, "revoked", "a1"), RuleRefused, "SYS.10.3", "/data/event");
    assert_eq!(why, Why::DecisionReplaced { thing: PLAN.to_owned(), position });
}

/// A third decision stands where the annulled second one stood, and ends as the second of two.
#[test]
fn a_value_held_by_the_first_is_free_once_the_third_is_revoked_though_the_second_was_annulled() {
    const NAME: &str = "subdomain/simpus.bengkayangkab.go.id";
    let text = str::from_utf8(BENGKAYANG_19_2020).unwrap();
    let row = "\n[[act]]\ntype = \"subdomain.refused\"";
    let unique = "\n[[act.condition]]\nkind = \"unique\"\nindex = \"basis\"\nvalue = \"data.basis\"\n\
                  text.id = \"a\"\ntext.en = \"b\"\n";
    let text = text.replacen(row, &format!("{unique}{row}"), 1);
    let mut world = region();
    world.rules = Arc::new(RuleSet::parse(text.as_bytes()).unwrap());
    world.given_all(&["system.registered", "subdomain.requested", "subdomain.granted"]);
    let again = |world: &mut World, id: &str| {
        let mut event = example("subdomain.granted");
        event["id"] = json!(id);
        event.as_object_mut().unwrap().remove("expectedversion");
        // As if its holder had let it go without a decision.
        let thing = world.facts.get_mut(NAME).unwrap();
        thing.fields.remove("holder");
        "requested".clone_into(&mut thing.state);
        world.given(&event);
        event
    };
    let second = again(&mut world, "second");
    world.given(&ends("decision.annulled", &second));
    let key = "index:basis:application";
    assert_eq!(world.state(key), "held");
    let mut revoked = world.clone();
    let third = again(&mut revoked, "third");
    revoked.given(&ends("decision.revoked", &third));
    assert_eq!(revoked.state(key), "none");
    // And the first alone holds it still.
    "granted".clone_into(&mut world.facts.get_mut(NAME).unwrap().state);
    world.given(&ends("decision.revoked", &example("subdomain.granted")));
    assert_eq!(world.state(key), "none");
}

//! Who may read an act, what is kept of it, what it does to other things, and what becomes of a decision that ends.

use crate::rules::act::{Act, Decision, Effect};
use crate::rules::lexicon::{told, told_all};
use crate::rules::operand::Operand;
use crate::rules::refusal::Text;
use crate::rules::thing::Class;

/// What becomes of the stream where the decision is revoked or annulled.
pub(super) fn ends(decision: &Decision) -> Text {
    let Decision { revoked, annulled, clear, in_effect, ends } = decision;
    let mut words = text(
        format!("dapat dicabut (decision.revoked): keadaannya menjadi {}", told(revoked)),
        format!("can be revoked (decision.revoked): its state is then {revoked}"),
    );
    for (state, after) in in_effect {
        words.id = format!("{}, {} bila {}", words.id, told(after), told(state));
        words.en = format!("{}, {after} where it is {state}", words.en);
    }
    let back = match annulled {
        Some(state) => text(
            format!("keadaan sebelumnya, atau {} bila sudah ada tindak lanjut", told(state)),
            format!("the state before, or {state} where something has followed"),
        ),
        None => text("keadaan sebelumnya".to_owned(), "the state before".to_owned()),
    };
    words.id =
        format!("{}; dapat dibatalkan (decision.annulled): kembali ke {}", words.id, back.id);
    words.en = format!("{}; can be annulled (decision.annulled): back to {}", words.en, back.en);
    if !clear.is_empty() {
        let names = clear.join(", ");
        words.id = format!("{}; yang tidak lagi dicatat: {names}", words.id);
        words.en = format!("{}; no longer kept: {names}", words.en);
    }
    for end in ends.iter().map(effect) {
        words = text(format!("{}; {}", words.id, end.id), format!("{}; {}", words.en, end.en));
    }
    words
}

/// Who may read the statement, and what is kept of it.
pub(super) fn readers(act: &Act) -> Text {
    let (statement, row) = (class(act.class), class(act.row_class));
    if act.class == act.row_class {
        return statement;
    }
    text(
        format!("pernyataan: {}; yang dicatat: {}", statement.id, row.id),
        format!("the statement: {}; what is kept: {}", statement.en, row.en),
    )
}

fn class(class: Class) -> Text {
    let (id, en) = match class {
        Class::Public => ("umum", "everybody"),
        Class::Internal => ("pejabat daerah", "officials of the region"),
        Class::Restricted => {
            ("yang berkepentingan dan pengawas", "those concerned, and inspectors")
        }
    };
    text(id.to_owned(), en.to_owned())
}

/// What is kept besides the contents under their own names, and the effects on other things.
pub(super) fn of(act: &Act) -> Vec<Text> {
    let mut kept = Vec::new();
    if let Some(name) = &act.under {
        kept.push(text(
            format!("isi dicatat sebagai \"{name}\""),
            format!("the contents are kept as \"{name}\""),
        ));
    }
    let unkept: Vec<&str> =
        act.fields.iter().filter(|field| !field.keep).map(|field| field.name.as_str()).collect();
    if !unkept.is_empty() {
        let names = unkept.join(", ");
        kept.push(text(format!("tidak dicatat: {names}"), format!("not kept: {names}")));
    }
    kept.extend(
        act.keep.iter().map(|(name, from)| named(name, from, ("dicatat dari", "kept from"))),
    );
    let gathered = ("bertambah dengan", "grows by");
    kept.extend(act.gather.iter().map(|(name, from)| named(name, from, gathered)));
    if !act.clear.is_empty() {
        let names = act.clear.join(", ");
        kept.push(text(format!("dihapus lebih dulu: {names}"), format!("removed before: {names}")));
    }
    kept.extend(act.frees.iter().map(|(index, value)| {
        let value = value.in_words();
        text(
            format!("{} bebas lagi dalam indeks \"{index}\"", value.id),
            format!("{} is free again in the index \"{index}\"", value.en),
        )
    }));
    kept.extend(act.effects.iter().map(effect));
    if let Some(against) = &act.against {
        let on = against.in_words();
        kept.push(text(
            format!(
                "tidak ditarik kembali oleh {0} sendiri, dan tidak dicatat oleh pencatat dari {0}",
                on.id
            ),
            format!("not taken back by {0} itself, nor written down by a recorder of {0}", on.en),
        ));
    }
    kept
}

fn named(name: &str, from: &Operand, (id, en): (&str, &str)) -> Text {
    let from = from.in_words();
    text(format!("\"{name}\" {id} {}", from.id), format!("\"{name}\" {en} {}", from.en))
}

fn effect(effect: &Effect) -> Text {
    let thing = effect.thing.in_words();
    let from = told_all(effect.from.iter().map(String::as_str));
    let mut words = text(
        format!("keadaan {}: {from} -> {}", thing.id, told(&effect.to)),
        format!("the state of {}: {} -> {}", thing.en, effect.from.join(", "), effect.to),
    );
    if let Some(put) = &effect.put {
        let (key, value) = (put.key.in_words(), put.value.in_words());
        words.id = format!("{}; \"{}\" mencatat {} untuk {}", words.id, put.into, value.id, key.id);
        words.en = format!("{}; \"{}\" keeps {} for {}", words.en, put.into, value.en, key.en);
    }
    words
}

fn text(id: String, en: String) -> Text {
    Text { id, en }
}

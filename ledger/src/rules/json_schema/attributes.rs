//! The JSON Schema of an event's attributes: the twin of `Event::parse`.

use serde_json::{Map, Value, json};

use super::forms::{self, with};
use super::value::document;
use crate::rules::act::Act;
use crate::rules::refusal::Language;
use crate::rules::subject::Segment;
use jejak_signer::json::INTEGER_MAX;

/// The object, still without `data`.
pub(super) fn of_event(act: &Act, origin: &str, language: Language) -> Map<String, Value> {
    let described = |schema: Value, (id, en): (&str, &str)| {
        let words = match language {
            Language::Indonesian => id,
            Language::English => en,
        };
        with(schema, "description", words)
    };
    let mut properties = Map::new();
    for (name, schema, words) in attributes(act, origin) {
        properties.insert(name.to_owned(), described(schema, words));
    }
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    schema.insert("required".to_owned(), json!(REQUIRED));
    schema.insert("additionalProperties".to_owned(), false.into());
    schema.insert(
        "dependentRequired".to_owned(),
        json!({ "mandate": ["mandateref", "office"], "mandateref": ["mandate"] }),
    );
    schema.insert(
        "if".to_owned(),
        json!({ "properties": { "signedas": { "const": "pencatat" } }, "required": ["signedas"] }),
    );
    schema.insert("then".to_owned(), json!({ "required": ["decision", "office"] }));
    schema.insert("else".to_owned(), json!({ "properties": { "decision": false } }));
    schema
}

const REQUIRED: [&str; 8] =
    ["specversion", "id", "source", "type", "subject", "time", "ledger", "data"];

type Attribute = (&'static str, Value, (&'static str, &'static str));

fn attributes(act: &Act, origin: &str) -> [Attribute; 16] {
    let whole = json!({ "type": "integer", "minimum": 0, "maximum": INTEGER_MAX });
    let source = forms::subject(&["agency".to_owned(), forms::any_segment()]);
    let seen = forms::of_pattern("(?:0|[1-9][0-9]{0,19}) [A-Za-z0-9+/]{43}=");
    [
        ("specversion", json!({ "const": "1.0" }), ("CloudEvents 1.0", "CloudEvents 1.0")),
        (
            "id",
            forms::of_pattern("[A-Za-z0-9._-]{1,64}"),
            (
                "dipilih pengirim; bersama source unik dalam buku besar (UUIDv7 dianjurkan)",
                "chosen by the client; with source unique in the ledger (UUIDv7 recommended)",
            ),
        ),
        ("source", source, ("instansi penanda tangan", "the signatory's agency")),
        ("type", json!({ "const": act.kind }), ("jenis peristiwa", "the event type")),
        (
            "subject",
            with(subject(act), "$comment", act.subject.as_str()),
            ("aliran yang diubah peristiwa ini", "the stream that the event is about"),
        ),
        (
            "time",
            forms::time(),
            ("saat tindakan terjadi, RFC 3339", "when the act happened, RFC 3339"),
        ),
        ("ledger", json!({ "const": origin }), ("asal buku besar ini", "origin of this ledger")),
        (
            "dataschema",
            json!({ "const": act.schema_version.to_string() }),
            ("versi skema data", "version of the schema of data"),
        ),
        (
            "expectedversion",
            whole,
            (
                "banyaknya peristiwa aliran ini yang sudah dilihat penanda tangan; bila berbeda: 412",
                "how many events of the stream the signer had seen; another number: 412",
            ),
        ),
        (
            "seen",
            seen,
            ("checkpoint yang terakhir dilihat", "the checkpoint last seen: size and root"),
        ),
        (
            "office",
            forms::stream(Some("role")),
            ("jabatan yang dipakai", "the office in which the signatory acts"),
        ),
        (
            "mandate",
            json!({ "enum": ["plt", "plh", "pj", "an", "ub"] }),
            (
                "jabatan dipakai bukan atas hak sendiri",
                "the title by which an office is used that is not one's own",
            ),
        ),
        (
            "mandateref",
            forms::text(200),
            ("peristiwa atau dokumen pemberi mandat", "what gives the mandate: event or document"),
        ),
        (
            "signedas",
            json!({ "enum": ["pejabat", "pencatat"] }),
            (
                "pejabat sendiri (bawaan) atau pencatat keputusan yang dibuat di tempat lain",
                "the official himself (default), or a recorder of a decision made elsewhere",
            ),
        ),
        ("decision", decision(), ("keputusan yang dicatat", "the decision that is recorded")),
        (
            "late",
            late(),
            (
                "mengapa tindakan dicatat lebih dari sehari sesudahnya",
                "why the act is entered more than a day after it happened",
            ),
        ),
    ]
}

fn subject(act: &Act) -> Value {
    if act.subject.is_any() {
        return forms::stream(None);
    }
    let pattern = |segment: &Segment| match segment {
        Segment::Literal(text) => forms::literal(text),
        Segment::Any { .. } => forms::any_segment(),
        Segment::Year { bounded: false, .. } => "[0-9]{4}".to_owned(),
        Segment::Year { bounded: true, .. } => "2[0-9]{3}".to_owned(),
        Segment::Fqdn { .. } => forms::domain_name(),
    };
    let segments: Vec<_> = act.subject.segments().iter().map(pattern).collect();
    forms::subject(&segments)
}

fn decision() -> Value {
    json!({
        "type": "object",
        "properties": {
            "by": forms::person(),
            "office": forms::stream(Some("role")),
            "date": forms::date(),
            "document": document(None, false),
        },
        "required": ["by", "office", "date", "document"],
        "additionalProperties": false,
    })
}

fn late() -> Value {
    json!({
        "type": "object",
        "properties": { "reason": forms::text(1000), "document": document(None, false) },
        "required": ["reason", "document"],
        "additionalProperties": false,
    })
}

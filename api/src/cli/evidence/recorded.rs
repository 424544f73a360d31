//! What is recorded of revocation, as rows: the lists of issuers and the responses about certificates, of a directory or a server.

use anyhow::Result;
use jejak_ledger::View;
use jejak_ledger::evidence::list_stream;
use serde_json::{Map, Value, json};

use crate::cli::Context;
use crate::cli::client::Client;

fn member(of: &Value, name: &str) -> Value {
    of.get(name).cloned().unwrap_or_default()
}

/// A row for each list of an issuer, and one for an issuer without any.
fn rows_of(issuer: &Value) -> Vec<Value> {
    let lists = issuer.get("lists").and_then(Value::as_array).cloned().unwrap_or_default();
    let row = |list: &Value| {
        let mut row = Map::from_iter([("what".to_owned(), "list".into())]);
        for name in ["name", "stream", "points"] {
            row.insert(name.to_owned(), member(issuer, name));
        }
        for name in ["this_update", "next_update", "number", "object", "position"] {
            row.insert(name.to_owned(), member(list, name));
        }
        Value::Object(row)
    };
    if lists.is_empty() { vec![row(&Value::Null)] } else { lists.iter().map(row).collect() }
}

/// A row for a response, under the name of who issued the certificate that it is about.
fn row_of_response(response: &Value) -> Value {
    let mut row = Map::from_iter([("what".to_owned(), "response".into())]);
    row.insert("name".to_owned(), member(response, "issuer"));
    for name in ["stream", "this_update", "next_update", "object", "position"] {
        row.insert(name.to_owned(), member(response, name));
    }
    Value::Object(row)
}

fn told_more(context: &Context) {
    context.talk.say(
        format_args!("masih ada jawaban OCSP lain daripada {RESPONSES_MAX} yang ditampilkan"),
        "there are more OCSP responses than are shown",
    );
}

/// The issuers of a ledger of a server, with their newest lists, and the newest responses.
pub(super) fn at(client: &Client, ledger: &str, context: &Context) -> Result<Vec<Value>> {
    let found = client.get(&[ledger, "evidence"], &[])?;
    let array = |name: &str| found.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut rows: Vec<Value> = array("issuers").iter().flat_map(rows_of).collect();
    rows.extend(array("responses").iter().map(row_of_response));
    if found.get("more_responses") == Some(&true.into()) {
        told_more(context);
    }
    Ok(rows)
}

/// The same of a directory.
pub(super) fn rows_in(view: &View, context: &Context) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    for issuer in view.issuers()? {
        let lists = view.lists_of(issuer.id)?;
        let lists: Vec<Value> = lists
            .into_iter()
            .map(|list| {
                json!({
                    "this_update": list.this_update,
                    "next_update": list.next_update,
                    "number": list.number,
                    "object": list.object.to_string(),
                    "position": list.position.0,
                })
            })
            .collect();
        rows.extend(rows_of(&json!({
            "name": issuer.name,
            "stream": list_stream(issuer.id),
            "points": issuer.points,
            "lists": lists,
        })));
    }
    let responses = view.responses(RESPONSES_MAX + 1)?;
    if responses.len() > RESPONSES_MAX {
        told_more(context);
    }
    rows.extend(responses.into_iter().take(RESPONSES_MAX).map(|one| {
        row_of_response(&json!({
            "stream": one.stream,
            "issuer": one.issuer,
            "this_update": one.response.this_update,
            "next_update": one.response.next_update,
            "object": one.response.object.to_string(),
            "position": one.response.position.0,
        }))
    }));
    Ok(rows)
}

/// Responses that are shown, as a server shows them.
const RESPONSES_MAX: usize = 1_000;

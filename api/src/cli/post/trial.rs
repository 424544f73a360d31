//! `jejak post --dry-run`: what posting would come to, and everything that stands in the way. Events are signed as trials,
//! which no ledger records; a batch is rehearsed as a batch, each event over what those before it would have changed.

use anyhow::Result;
use jejak_signer::{Jws, Typ};
use serde_json::{Map, Value};

use super::super::Context;
use super::super::client::{Answer, Client};
use super::super::exit::{Exit, Stop};
use super::super::output::{Format, List, with};
use super::super::patience::Patience;
use super::super::signatory::Signatory;
use super::sources::{self, Content, Item, Source};
use super::{Post, Statement, send};

/// How many there were of each kind.
#[derive(Debug, Default)]
struct Tally {
    accepted: u64,
    refused: u64,
    groups: u64,
}

/// A rehearsal of files.
struct Rehearsing<'a> {
    post: &'a Post,
    client: Client,
    signatory: Option<Signatory>,
    list: List,
    /// A row for each thing that stands in the way, for people; programs get the whole answer.
    is_laid_out: bool,
    tally: Tally,
    context: &'a Context,
}

/// Rehearses what would be posted.
pub(super) fn run(post: &Post, context: &Context) -> Result<Exit> {
    let sources = sources::find(&post.files, post.list.as_deref())?;
    let signatory = post.signer.load(context.talk)?;
    sources::check(&sources, signatory.is_some(), false)?;
    let format = context.output.asked().unwrap_or(Format::Table);
    let mut rehearsing = Rehearsing {
        post,
        client: post.client(Patience::Usual, context)?,
        signatory,
        list: context.output.list(&COLUMNS, None),
        is_laid_out: matches!(format, Format::Table | Format::Csv),
        tally: Tally::default(),
        context,
    };
    let rehearsed = rehearsing.all(&sources);
    rehearsing.list.end(Map::new())?;
    rehearsing.tally.tell(context);
    rehearsed?;
    Ok(if rehearsing.tally.refused == 0 { Exit::Ok } else { Exit::Refused })
}

impl Rehearsing<'_> {
    fn all(&mut self, sources: &[Source]) -> Result<()> {
        let mut group = send::Group::default();
        let mut any = false;
        for source in sources {
            for item in source.items()? {
                let item = item?;
                let jws = self.signed(&item)?;
                if !group.has_room(&jws) {
                    self.rehearse(&mut group)?;
                }
                group.push(Statement { item, jws });
                any = true;
            }
        }
        if !any {
            return Err(sources::nothing().into());
        }
        self.rehearse(&mut group)
    }

    /// An item as a trial. A statement that could be recorded is taken apart and signed anew, which only its signer can.
    fn signed(&self, item: &Item) -> Result<Vec<u8>> {
        let now = Some(self.context.now_s());
        match (&item.content, &self.signatory) {
            (Content::Event(event), Some(signatory)) => signatory.statement(Typ::Trial, now, event),
            (Content::Event(_), None) => Err(sources::not_signed(&item.file).into()),
            (Content::Statement(jws), signatory) => {
                let Ok(event) = Jws::parse(jws.clone(), Typ::Event) else { return Ok(jws.clone()) };
                match signatory {
                    Some(signatory) if signatory.thumbprint() == event.header().thumbprint => {
                        signatory.statement(Typ::Trial, now, event.payload())
                    }
                    _ => Err(only_its_signer(item).into()),
                }
            }
        }
    }

    fn rehearse(&mut self, group: &mut send::Group) -> Result<()> {
        let statements = group.take();
        if statements.is_empty() {
            return Ok(());
        }
        self.tally.groups += 1;
        let lines: Vec<Vec<u8>> = statements.iter().map(|one| one.jws.clone()).collect();
        let answers = self.client.rehearse(&self.post.ledger, &lines)?;
        for (statement, answer) in statements.iter().zip(answers) {
            self.answered(&statement.item, &answer)?;
        }
        self.list.flush()
    }

    fn answered(&mut self, item: &Item, answer: &Answer) -> Result<()> {
        let is_accepted = answer.body.get("accepted") == Some(&Value::Bool(true));
        if is_accepted {
            self.tally.accepted += 1;
        } else {
            self.tally.refused += 1;
        }
        let placed = |row: Value| {
            with(with(row, "file", item.file.as_str().into()), "line", item.line.into())
        };
        if !self.is_laid_out {
            return self.list.row(&placed(answer.body.clone()));
        }
        rows(answer, is_accepted).into_iter().try_for_each(|row| self.list.row(&placed(row)))
    }
}

/// What stands in the way, one a row; of what would be accepted, what it would change and the findings.
fn rows(answer: &Answer, is_accepted: bool) -> Vec<Value> {
    let list = |pointer: &str| {
        answer.body.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let verdict = if is_accepted { ACCEPTED } else { REFUSED };
    let told = if is_accepted {
        [list("/would/changes"), list("/warnings")].concat()
    } else {
        list("/failures")
    };
    if told.is_empty() {
        let row = with(answer.body.clone(), "verdict", verdict.into());
        // A problem of the statement as a whole tells itself.
        return vec![match answer.body.pointer("/would/position").filter(|_| is_accepted) {
            Some(position) => {
                let told = format!("sudah tercatat pada posisi {position} (recorded already)");
                with(row, "detail", told.into())
            }
            None => row,
        }];
    }
    told.into_iter().map(|row| with(row, "verdict", verdict.into())).collect()
}

fn only_its_signer(item: &Item) -> Stop {
    let indonesian = format!(
        "{}: pernyataan yang sudah ditandatangani untuk dicatat; beri peristiwanya (JSON), atau --key dan --cert \
         penandatangannya",
        item.file
    );
    Stop::usage(
        indonesian,
        "signed to be recorded: give the event (JSON), or --key and --cert of its signer",
    )
}

impl Tally {
    fn tell(&self, context: &Context) {
        let Self { accepted, refused, groups } = self;
        context.talk.say(
            format_args!("diuji saja: {accepted} akan diterima, {refused} akan ditolak; tidak ada yang dicatat"),
            format_args!("only tried: {accepted} would be accepted, {refused} refused; nothing is recorded"),
        );
        if *groups > 1 {
            context.talk.say(
                format_args!("{groups} kelompok, masing-masing diuji sendiri"),
                "so many groups, each tried by itself: what one would change, the next does not see",
            );
        }
    }
}

const COLUMNS: [&str; 7] = ["file", "line", "verdict", "code", "rule", "pointer", "detail"];
const ACCEPTED: &str = "diterima (accepted)";
const REFUSED: &str = "ditolak (refused)";

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn told(body: Value, is_accepted: bool) -> Vec<Value> {
        rows(&Answer { status: 200, body }, is_accepted)
    }

    #[test]
    fn every_failure_has_a_row_and_so_has_what_nothing_is_said_of() {
        let failures = json!({ "accepted": false, "failures": [{ "code": "a" }, { "code": "b" }] });
        let rows = told(failures, false);
        assert_eq!(rows.iter().map(|row| &row["code"]).collect::<Vec<_>>(), ["a", "b"]);
        assert!(rows.iter().all(|row| row["verdict"] == REFUSED));
        let problem = told(json!({ "status": 400, "code": "malformed-jws" }), false);
        assert_eq!(problem.len(), 1);
        assert_eq!(
            (&problem[0]["code"], &problem[0]["verdict"]),
            (&json!("malformed-jws"), &json!(REFUSED))
        );
        let changes =
            json!({ "would": { "changes": [{ "detail": "x" }] }, "warnings": [{ "rule": "R" }] });
        assert_eq!(told(changes, true).len(), 2);
        let repeated = json!({ "accepted": true, "would": { "status": 200, "position": 7 } });
        let repeated = told(repeated, true);
        assert_eq!(repeated[0]["detail"], "sudah tercatat pada posisi 7 (recorded already)");
    }
}

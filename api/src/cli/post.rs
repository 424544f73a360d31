//! `jejak post`: sends statements to a ledger and keeps their receipts.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::{Value, json};

use super::client::{Answer, Client};
use super::examples::Examples;
use super::exit::Exit;
use super::patience::Patience;
use super::{Context, files};

/// Posts statements.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Post {
    /// Alamat server (the server's URL)
    #[arg(long)]
    url: String,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Simpan resi di sini, `<posisi>.json` (keep the receipts in this directory)
    #[arg(long, value_name = "DIR")]
    receipts: Option<PathBuf>,
    /// Berapa lama menunggu server, misalnya 30s, 5m; bawaan: semenit bila pernah menjawab (how long to
    /// wait for the server; default: a minute for one that has answered)
    #[arg(long, value_name = "DURATION", value_parser = Patience::parse)]
    give_up: Option<Patience>,
    /// Berkas JWS, satu tiap baris; `-` untuk stdin (files with one JWS a line)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// One statement and where it came from.
struct Statement {
    file: String,
    /// Its line in the file, from 1.
    line: usize,
    jws: Vec<u8>,
}

impl Post {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let statements = self.statements()?;
        if let Some(directory) = &self.receipts {
            files::make_directory(directory)?;
        }
        let patience = self.give_up.unwrap_or(Patience::Usual);
        let client = Client::new(&self.url, &context.reach)?.patient(patience, context.talk);
        let answers = self.send(&client, &statements, context)?;
        let mut rows = Vec::with_capacity(answers.len());
        for (statement, answer) in statements.iter().zip(&answers) {
            rows.push(self.row(statement, answer)?);
        }
        context.output.rows(&COLUMNS, &rows, &rows)?;
        Ok(ending(&answers, context))
    }

    fn statements(&self) -> Result<Vec<Statement>> {
        let mut statements = Vec::new();
        for path in &self.files {
            let bytes = files::read(path)?;
            statements.extend(of_file(&path.display().to_string(), &bytes));
        }
        anyhow::ensure!(!statements.is_empty(), "tidak ada pernyataan (no statement in the files)");
        Ok(statements)
    }

    fn send(
        &self,
        client: &Client,
        statements: &[Statement],
        context: &Context,
    ) -> Result<Vec<Answer>> {
        if let [only] = statements {
            return Ok(vec![client.post(&self.ledger, &only.jws)?]);
        }
        let lines: Vec<Vec<u8>> =
            statements.iter().map(|statement| statement.jws.clone()).collect();
        let bar = context.talk.progress(u64::try_from(lines.len())?, "mengirim (posting)");
        let mut answers = Vec::with_capacity(lines.len());
        for batch in batches(&lines) {
            answers.extend(client.post_batch(&self.ledger, batch)?);
            bar.inc(u64::try_from(batch.len())?);
        }
        bar.finish_and_clear();
        Ok(answers)
    }

    /// The row that is printed of one answer; writes its receipt where one is to be kept.
    fn row(&self, statement: &Statement, answer: &Answer) -> Result<Value> {
        let Statement { file, line, .. } = statement;
        let mut row = json!({ "file": file, "line": line, "status": answer.status });
        let members = row.as_object_mut().context("objek (object)")?;
        for name in MEMBERS {
            if let Some(value) = answer.body.get(name) {
                members.insert(name.to_owned(), value.clone());
            }
        }
        if let (Some(directory), true) = (&self.receipts, answer.is_accepted()) {
            let kept = keep(directory, answer)?;
            members.insert("receipt_file".to_owned(), kept.display().to_string().into());
        }
        Ok(row)
    }
}

/// The statements of a file, one a line; blank lines are none, but count.
fn of_file(file: &str, bytes: &[u8]) -> impl Iterator<Item = Statement> {
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.zip(1..).filter(|(jws, _)| !jws.is_empty()).map(move |(jws, line)| Statement {
        file: file.to_owned(),
        line,
        jws: jws.to_vec(),
    })
}

/// Writes a receipt as `<position>.json`.
pub(crate) fn keep(directory: &Path, answer: &Answer) -> Result<PathBuf> {
    let member =
        |name: &str| answer.body.get(name).context("jawaban tanpa resi (no receipt in the answer)");
    let path = directory.join(format!("{}.json", member("position")?));
    fs::write(&path, serde_json::to_vec_pretty(member("receipt")?)?)?;
    Ok(path)
}

/// Cuts statements into requests of at most so many lines and bytes.
pub(crate) fn batches(lines: &[Vec<u8>]) -> impl Iterator<Item = &[Vec<u8>]> {
    let mut rest = lines;
    std::iter::from_fn(move || {
        let mut bytes: usize = 0;
        let fits = rest.iter().take(BATCH_LINES_MAX).take_while(|line| {
            bytes = bytes.saturating_add(line.len() + 1);
            bytes <= BATCH_BYTES_MAX
        });
        // A line that is too large alone is sent alone, for the server to say so.
        let taken = fits.count().max(1).min(rest.len());
        let (batch, after) = rest.split_at(taken);
        rest = after;
        (!batch.is_empty()).then_some(batch)
    })
}

fn ending(answers: &[Answer], context: &Context) -> Exit {
    let accepted = answers.iter().filter(|answer| answer.is_accepted()).count();
    let total = answers.len();
    context
        .talk
        .say(format!("{accepted} dari {total} dicatat"), format!("{accepted} of {total} recorded"));
    let worst = answers.iter().find(|answer| !answer.is_accepted());
    worst.map_or(Exit::Ok, |answer| Exit::of(&answer.stop().into()))
}

const COLUMNS: [&str; 8] =
    ["file", "line", "status", "position", "recorded_at", "code", "rule", "detail"];
/// What is kept of an answer or of a problem.
const MEMBERS: [&str; 8] =
    ["position", "recorded_at", "receipt", "code", "title", "rule", "detail", "errors"];
/// The server's default bounds of one batch (interface.md).
const BATCH_LINES_MAX: usize = 4_096;
const BATCH_BYTES_MAX: usize = 8 << 20;
const EXAMPLES: Examples = Examples(&[
    (
        "kirim satu pernyataan, simpan resinya",
        "post a statement and keep its receipt",
        "jejak post --url http://127.0.0.1:6107 --ledger 61.07 --receipts /tmp/resi \\\n  /tmp/jejak/demo/event.jws",
    ),
    (
        "kirim ulang: posisi yang sama",
        "post it again: the same position",
        "jejak post --url http://127.0.0.1:6107 --ledger 61.07 - < /tmp/jejak/demo/event.jws",
    ),
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_known_by_its_line() {
        let lines: Vec<usize> = of_file("f", b"a.b.c\n\n d.e.f\r\n").map(|one| one.line).collect();
        assert_eq!(lines, [1, 3]);
    }

    #[test]
    fn batches_hold_every_line_once_and_keep_the_bounds() {
        let lines: Vec<Vec<u8>> = (0..10_000_u32).map(|n| n.to_string().into_bytes()).collect();
        let cut: Vec<&[Vec<u8>]> = batches(&lines).collect();
        assert_eq!(cut.iter().map(|batch| batch.len()).collect::<Vec<_>>(), [4_096, 4_096, 1_808]);
        assert_eq!(cut.concat(), lines);
    }

    #[test]
    fn large_lines_make_smaller_batches() {
        let lines = vec![vec![b'x'; 3 << 20]; 5];
        assert_eq!(batches(&lines).map(<[_]>::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(batches(&[vec![b'x'; 9 << 20]]).count(), 1);
        assert_eq!(batches(&[]).count(), 0);
    }
}

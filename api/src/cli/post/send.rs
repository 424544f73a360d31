//! Sending statements so that their order is kept: as many as fit in a request, and again from the first
//! one that the server had no time for.

use anyhow::Result;

use super::super::client::{Answer, Client};
use super::super::patience::Failure;
use super::Statement;

/// Statements that go in one request.
#[derive(Default)]
pub(super) struct Group {
    statements: Vec<Statement>,
    bytes: usize,
}

impl Group {
    /// Whether one more fits. A statement too large for any request goes alone, for the server to say so.
    pub(super) fn has_room(&self, jws: &[u8]) -> bool {
        self.statements.is_empty()
            || (self.statements.len() < BATCH_LINES_MAX
                && self.bytes.saturating_add(jws.len() + 1) <= BATCH_BYTES_MAX)
    }

    pub(super) fn push(&mut self, statement: Statement) {
        self.bytes = self.bytes.saturating_add(statement.jws.len() + 1);
        self.statements.push(statement);
    }

    pub(super) fn take(&mut self) -> Vec<Statement> {
        self.bytes = 0;
        std::mem::take(&mut self.statements)
    }
}

/// Sends at most one request's worth of statements; an answer for each, in their order. An answer that
/// may pass is the last word only where patience has ended.
pub(super) fn send(client: &Client, ledger: &str, statements: &[Vec<u8>]) -> Result<Vec<Answer>> {
    let mut answers: Vec<Answer> = Vec::with_capacity(statements.len());
    let mut tries = client.patience().tries();
    loop {
        let rest = statements.get(answers.len()..).unwrap_or_default();
        let news = once(client, ledger, rest)?;
        let decided = news.iter().take_while(|answer| !answer.is_passing()).count();
        let why = news.get(decided).map(|answer| answer.text("title").to_owned());
        if decided > 0 {
            tries = client.patience().tries();
        }
        // What was decided behind one that was not is asked for again, and answered as it was.
        let all = news.len();
        let paused = why.and_then(|why| Some((tries.pause(Failure::Busy(None))?, why)));
        let kept = if paused.is_some() { decided } else { all };
        answers.extend(news.into_iter().take(kept));
        match paused {
            Some((pause, why)) => client.wait(pause, &why),
            None => return Ok(answers),
        }
    }
}

/// One request, or several where the server takes only smaller ones.
fn once(client: &Client, ledger: &str, statements: &[Vec<u8>]) -> Result<Vec<Answer>> {
    match statements {
        [] => return Ok(Vec::new()),
        [only] => return Ok(vec![client.post(ledger, only)?]),
        _ => {}
    }
    match client.try_batch(ledger, statements)? {
        Ok(answers) => Ok(answers),
        Err(problem) if problem.status == TOO_LARGE => {
            let (first, second) = statements.split_at(statements.len() / 2);
            let mut answers = once(client, ledger, first)?;
            match answers.iter().find(|answer| answer.is_passing()).cloned() {
                // Not to be sent before those in front of it: as good as not answered.
                Some(passing) => answers.extend(second.iter().map(|_| passing.clone())),
                None => answers.extend(once(client, ledger, second)?),
            }
            Ok(answers)
        }
        Err(problem) if problem.is_passing() => Ok(vec![problem; statements.len()]),
        Err(problem) => Err(problem.stop().into()),
    }
}

/// The server's default bounds of one batch (interface.md).
pub(super) const BATCH_LINES_MAX: usize = 4_096;
pub(super) const BATCH_BYTES_MAX: usize = 8 << 20;
const TOO_LARGE: u16 = 413;

#[cfg(test)]
mod tests {
    use super::super::sources::{Content, Item};
    use super::*;

    fn statement(bytes: usize) -> Statement {
        let jws = vec![b'x'; bytes];
        let content = Content::Statement(jws.clone());
        Statement { item: Item { file: "f".into(), line: 1, is_alone: true, content }, jws }
    }

    fn fill(bytes: usize, count: usize) -> usize {
        let mut group = Group::default();
        (0..count)
            .take_while(|_| {
                let next = statement(bytes);
                let fits = group.has_room(&next.jws);
                group.push(next);
                fits
            })
            .count()
    }

    #[test]
    fn a_group_keeps_the_bounds_of_a_request() {
        assert_eq!(fill(1, 5_000), 4_096);
        assert_eq!(fill(3 << 20, 5), 2);
        assert_eq!(fill(9 << 20, 5), 1);
    }
}

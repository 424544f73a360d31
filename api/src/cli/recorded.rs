//! Recording a statement in a ledger of a directory, and waiting for the answer.

use std::sync::{Arc, mpsc};

use anyhow::{Context as _, Result};
use jejak_ledger::log::Position;
use jejak_ledger::rules::Language;
use jejak_ledger::{Answer, Ledger};

use super::exit::{Exit, Stop};

/// Where the statement stands; a refusal is told in both languages.
pub(crate) fn recorded(ledger: &Arc<Ledger>, statement: Vec<u8>) -> Result<Position> {
    let (sender, receiver) = mpsc::channel();
    let reply = move |answers: Vec<Answer>| {
        // Whoever waits below is there until he has it.
        let _ = sender.send(answers);
    };
    ledger.submit(vec![statement], Box::new(reply))?;
    let answers = receiver.recv().context("tidak ada jawaban (no answer)")?;
    match answers.into_iter().next() {
        Some(Answer::Recorded(receipted) | Answer::Repeated(receipted)) => Ok(receipted.position),
        Some(Answer::Refused(refusal)) => {
            let said = |language| refusal.detail(language);
            let (id, en) = (said(Language::Indonesian), said(Language::English));
            Err(Stop::new(Exit::Refused, id, en).into())
        }
        Some(Answer::Failed(failure)) => Err(failure.into()),
        None => anyhow::bail!("tidak ada jawaban (no answer)"),
    }
}

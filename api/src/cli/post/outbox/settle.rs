//! The way out: what was answered leaves `signed/`, once its receipt or its problem is on the disk.

use anyhow::{Context as _, Result};
use jejak_signer::{Jws, Typ};
use serde_json::Value;

use super::super::super::client::Answer;
use super::super::super::durable;
use super::super::receipts::pretty;
use super::super::row_of;
use super::folder::{free_stem, statement};
use super::{OLD_S, Outbox, Sent, age_s, is_expired};

/// A file that leaves `signed/` for the directory of its kind.
struct Move {
    stem: String,
    to: std::path::PathBuf,
}

impl Outbox<'_> {
    /// Settles answers in order; false where one has to be sent again. A server that does not serve this
    /// ledger to us, or whose receipt proves nothing, is an error, and the statement stays.
    pub(super) fn settle(&mut self, group: &[Sent], answers: &[Answer]) -> Result<bool> {
        let mut moves = Vec::with_capacity(group.len());
        let mut settled = Ok(true);
        for (sent, answer) in group.iter().zip(answers) {
            settled = self.one(sent, answer, &mut moves);
            if !matches!(settled, Ok(true)) {
                break;
            }
        }
        // Receipts and problems first, then the statements: a kill in between sends them again.
        let (done, refused) = (self.folder.done.clone(), self.folder.refused.clone());
        self.receipts.sync()?;
        durable::sync(&done)?;
        durable::sync(&refused)?;
        for Move { stem, to } in moves {
            durable::rename(&statement(&self.folder.signed, &stem), &to)?;
        }
        durable::sync(&done)?;
        durable::sync(&refused)?;
        durable::sync(&self.folder.signed)?;
        self.list.flush()?;
        settled
    }

    fn one(&mut self, sent: &Sent, answer: &Answer, moves: &mut Vec<Move>) -> Result<bool> {
        if answer.is_accepted() {
            let name = self.accepted(sent, answer, moves)?;
            self.tally.count(answer);
            self.row(&name, row_of(answer))?;
            return Ok(true);
        }
        if is_expired(answer) && self.sign_again(sent)? {
            return Ok(false);
        }
        match answer.status {
            // Not about the statement: about us, or about the address.
            401 | 403 | 404 | 405 => Err(answer.stop().into()),
            _ if answer.is_passing() => Err(answer.stop().into()),
            _ => {
                let name = self.refused(sent, answer, moves)?;
                self.tally.count(answer);
                self.row(&name, row_of(answer))?;
                Ok(true)
            }
        }
    }

    fn accepted(&self, sent: &Sent, answer: &Answer, moves: &mut Vec<Move>) -> Result<String> {
        self.receipts.check(&self.client, &self.post.ledger, &sent.jws, answer)?;
        let done = &self.folder.done;
        let stem = free_stem(done, &sent.stem, "jws", &sent.jws)?;
        self.receipts.keep(&stem, answer)?;
        durable::put(&done.join(format!("{stem}.receipt.json")), &pretty(answer)?)?;
        let to = statement(done, &stem);
        moves.push(Move { stem: sent.stem.clone(), to });
        Ok(stem)
    }

    fn refused(&self, sent: &Sent, answer: &Answer, moves: &mut Vec<Move>) -> Result<String> {
        let refused = &self.folder.refused;
        let stem = free_stem(refused, &sent.stem, "jws", &sent.jws)?;
        let problem: &Value = &answer.body;
        let text = serde_json::to_vec_pretty(problem)?;
        durable::put(&refused.join(format!("{stem}.problem.json")), &text)?;
        let to = statement(refused, &stem);
        moves.push(Move { stem: sent.stem.clone(), to });
        Ok(stem)
    }

    /// Signs the event of an expired statement anew, if that is ours to do: the statement was signed by
    /// this very key, and its time has passed. The ledger holds no event of its id, or it would have said
    /// so, and one that was refused as too old is too old for ever: the two can never both be recorded.
    fn sign_again(&self, sent: &Sent) -> Result<bool> {
        let now = self.context.now_s();
        let Some(signatory) = &self.signatory else { return Ok(false) };
        let jws = Jws::parse(sent.jws.clone(), Typ::Event).context(sent.stem.clone())?;
        let is_ours = jws.header().thumbprint == signatory.thumbprint();
        if !is_ours || age_s(&sent.jws, now).is_none_or(|age| age < OLD_S) {
            return Ok(false);
        }
        let signed = signatory.event(jws.payload(), now)?;
        durable::put(&statement(&self.folder.signed, &sent.stem), &signed)?;
        durable::sync(&self.folder.signed)?;
        let stem = &sent.stem;
        self.context.talk.say(
            format_args!("{stem}: waktu tanda tangan terlewat, ditandatangani lagi"),
            "its signing time had passed: signed anew",
        );
        Ok(true)
    }
}

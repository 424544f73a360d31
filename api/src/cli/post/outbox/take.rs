//! The way in: what was dropped into `new/` becomes a statement in `signed/`, on the disk before
//! anybody sends it. What cannot become one is refused here.

use anyhow::Result;
use jejak_signer::{Jws, STATEMENT_BYTES_MAX, Typ};
use serde_json::{Map, json};

use super::super::super::exit::Exit;
use super::super::super::{durable, exit};
use super::super::sources;
use super::Outbox;
use super::folder::{Dropped, FILE_BYTES_MAX, Kind, free_stem, read, statement};

/// What became of a dropped file.
enum Fate {
    /// It lies in `signed/`.
    Signed,
    /// It is done already: dropped again, or left behind by a kill.
    Done,
    /// Another of its name has to be settled first.
    Later,
    /// No statement can be made of it.
    Unfit(anyhow::Error),
}

impl Outbox<'_> {
    /// Takes what is waiting; whether there was anything.
    pub(super) fn take(&mut self) -> Result<bool> {
        let dropped = self.folder.dropped()?;
        let mut taken = Vec::with_capacity(dropped.len());
        for one in &dropped {
            let path = self.folder.new.join(one.name());
            // Whoever dropped it may have taken it back.
            let Some(bytes) = read(&path, FILE_BYTES_MAX)? else { continue };
            match self.fate(one, bytes.trim_ascii())? {
                Fate::Signed | Fate::Done => taken.push(path),
                Fate::Later => {}
                Fate::Unfit(error) => self.refuse(one, &bytes, &error)?,
            }
        }
        // Only what is durable over there may be removed here.
        durable::sync(&self.folder.signed)?;
        taken.iter().try_for_each(|path| durable::remove(path))?;
        durable::sync(&self.folder.new)?;
        Ok(!dropped.is_empty())
    }

    fn fate(&self, dropped: &Dropped, bytes: &[u8]) -> Result<Fate> {
        let target = statement(&self.folder.signed, &dropped.stem);
        if let Some(signed) = read(&target, STATEMENT_BYTES_MAX)? {
            return Ok(if same(dropped.kind, bytes, signed) { Fate::Done } else { Fate::Later });
        }
        let done = statement(&self.folder.done, &dropped.stem);
        if read(&done, STATEMENT_BYTES_MAX)?.is_some_and(|jws| same(dropped.kind, bytes, jws)) {
            return Ok(Fate::Done);
        }
        let made = match (dropped.kind, &self.signatory) {
            (Kind::Statement, _) => Jws::parse(bytes.to_vec(), Typ::Event)
                .map(Jws::into_bytes)
                .map_err(anyhow::Error::from),
            (Kind::Event, Some(signatory)) => signatory.event(bytes, self.context.now_s()),
            // Nothing is wrong with the event: whoever started us has to say more.
            (Kind::Event, None) => return Err(sources::not_signed(&dropped.name()).into()),
        };
        match made {
            Ok(jws) => durable::put(&target, &jws).map(|()| Fate::Signed),
            Err(error) => Ok(Fate::Unfit(error)),
        }
    }

    /// Keeps what no ledger would take, with the reason.
    fn refuse(&mut self, dropped: &Dropped, bytes: &[u8], error: &anyhow::Error) -> Result<()> {
        let (refused, extension) = (&self.folder.refused, dropped.kind.extension());
        let stem = free_stem(refused, &dropped.stem, extension, bytes)?;
        let problem = json!({ "code": "not-signed", "detail": exit::told(error) });
        let text = serde_json::to_vec_pretty(&problem)?;
        durable::put(&refused.join(format!("{stem}.problem.json")), &text)?;
        durable::sync(refused)?;
        let kept = refused.join(format!("{stem}.{extension}"));
        durable::rename(&self.folder.new.join(dropped.name()), &kept)?;
        durable::sync(refused)?;
        self.tally.not_sent += 1;
        self.tally.worst.get_or_insert(Exit::Refused);
        let row = problem.as_object().cloned().unwrap_or_else(Map::new);
        self.row(&dropped.stem, row)
    }
}

/// Is the dropped thing this statement, or the event in it?
fn same(kind: Kind, bytes: &[u8], jws: Vec<u8>) -> bool {
    match kind {
        Kind::Statement => jws == bytes,
        Kind::Event => Jws::parse(jws, Typ::Event).is_ok_and(|jws| jws.payload() == bytes),
    }
}

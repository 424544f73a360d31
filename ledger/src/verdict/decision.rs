//! The decision on one event, made again by the code of admission over the state before it.

use jejak_signer::{Credential, Credentials, Hash};
use std::sync::Arc;

use crate::credentials::CredentialCache;
use crate::draft::{Basis, Draft, Outcome};
use crate::genesis;
use crate::held::Held;
use crate::log::{Chain, Record};
use crate::prepared::{Candidate, Context};
use crate::state::State;
use crate::store::StoreError;

/// One event and where it stood.
pub(super) struct Decided<'a> {
    pub(super) statement: &'a [u8],
    pub(super) record: &'a Record,
    /// The record before it; none for the opening.
    pub(super) previous: Option<&'a Record>,
    /// What statements were judged by at its position.
    pub(super) context: Context,
    pub(super) held: &'a Held,
}

impl Decided<'_> {
    /// What the decision comes to over `state`, and the record that it makes.
    pub(super) fn again<S: State>(
        self,
        state: &S,
    ) -> Result<(Outcome, Option<Record>), StoreError> {
        let chain = match self.previous {
            Some(previous) => Chain::ending_with(previous),
            None => Ok(Chain::new(&self.context.origin)),
        };
        // No position is left: nothing can be recorded there.
        let Ok(chain) = chain else { return Ok((Outcome::Recorded(self.record.position), None)) };
        let candidate = if chain.size() == 0 {
            let opening = genesis::prepare(self.statement.to_vec(), &self.context);
            opening.unwrap_or_else(Candidate::Refused)
        } else {
            Candidate::of(self.statement.to_vec(), Nobody, &self.context)
        };
        let known = CredentialCache::new(CREDENTIALS_MAX);
        let mut draft = Draft::new(Basis {
            state,
            chain,
            context: self.context,
            credentials: &known,
            held: self.held,
        });
        draft.prefetch(std::iter::once(&candidate))?;
        let outcome = draft.decide(candidate, self.record.recorded_at)?;
        let record = draft.finish()?.records.into_iter().next();
        Ok((outcome, record))
    }
}

/// One signer, and whom he enrols.
const CREDENTIALS_MAX: usize = 4;

/// Nobody is known beforehand: the signer is looked up in the state before his event.
struct Nobody;

impl Credentials for Nobody {
    fn credential(&self, _: &Hash) -> Option<Arc<Credential>> {
        None
    }
}

//! Rehearsals: the trial of an event, judged like the event itself but to the end, and never recorded.

use jejak_signer::{Jws, Unverified, Verified, Verifier, VerifyError};

use super::judge::{Accepted, Halt, Judged, judge_act_time, judge_iat};
use super::{Draft, Known};
use crate::event::{Event, is_stream};
use crate::log::{Micros, Position};
use crate::noted::Noted;
use crate::prepared::{Depth, Prepared, astray, content_refusals, iat_of};
use crate::quota::OverQuota;
use crate::refusal::Refusal;
use crate::rules::{Refusals, Thing};
use crate::state::State;
use crate::store::StoreError;

/// What would become of the event of a trial, were it posted now.
#[derive(Debug, Clone, PartialEq)]
pub enum Rehearsal {
    /// It would be recorded.
    Accepted {
        /// Where, if nothing else came before it.
        position: Position,
        /// The streams that it would change.
        changes: Vec<Change>,
        /// The findings that it would be shown with, and whose signatures it would wait for.
        noted: Noted,
    },
    /// It stands in the log already.
    Repeated(Position),
    /// It would be refused: all that could be found against it, at least one, in the order of the checks.
    Refused(Vec<Refusal>),
    /// It was not tried: its signer is over a quota, which trials and events share.
    Limited(OverQuota),
}

/// What an accepted event would change of one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The stream.
    pub subject: String,
    /// Its state before; `none` where there was no such stream.
    pub before: String,
    /// Its state after.
    pub after: String,
    /// How many events it would then have.
    pub version: u64,
}

impl<S: State> Draft<'_, S> {
    /// Tries a trial: what would stand in the way of its event, or what it would change. The next trial
    /// is tried over that change; the rows are nobody's and are dropped.
    pub(crate) fn rehearse(
        &mut self,
        jws: Jws,
        recorded_at: Micros,
    ) -> Result<Rehearsal, StoreError> {
        let known = self.credential(&jws.header().thumbprint)?;
        let verified = match Verifier::new(Known(known)).verify(jws) {
            Ok(verified) => verified,
            Err(Unverified { jws, reason }) => {
                return Ok(Rehearsal::Refused(self.unverified(&jws, reason, recorded_at)));
            }
        };
        let iat = iat_of(verified.jws());
        let prepared = match Prepared::of(&verified, &self.context, Depth::All) {
            Ok(prepared) => prepared,
            Err(refusal) => {
                if let Err(over) = self.take_quota_of(&verified)? {
                    return Ok(Rehearsal::Limited(over));
                }
                let in_window = judge_iat(iat, self.context.policy.window(), recorded_at);
                let refusals = std::iter::once(refusal).chain(in_window.err());
                return Ok(Rehearsal::Refused(refusals.collect()));
            }
        };
        let mut refusals = Refusals::All(Vec::new());
        let judged = match self.judge(prepared, recorded_at, &mut refusals) {
            Ok(judged) => Some(judged),
            // What ends even a rehearsal stands last, and there only once.
            Err(Halt::Refused(refusal)) => {
                let _ = refusals.add(*refusal);
                None
            }
            Err(Halt::Limited(over)) => return Ok(Rehearsal::Limited(over)),
            Err(Halt::Unread(error)) => return Err(error),
        };
        let refusals = refusals.into_gathered();
        match judged {
            Some(Judged::Repeats(position)) if refusals.is_empty() => {
                Ok(Rehearsal::Repeated(position))
            }
            Some(Judged::Accepted(accepted)) if refusals.is_empty() => {
                let position = accepted.position;
                let noted = accepted.noted.clone();
                let changes = self.changes_of(&accepted)?;
                self.record(*accepted, recorded_at)?;
                Ok(Rehearsal::Accepted { position, changes, noted })
            }
            _ => Ok(Rehearsal::Refused(refusals)),
        }
    }

    /// A trial that is no trial of an event takes from the quota of who signed it, like a post that is no event.
    fn take_quota_of(&mut self, verified: &Verified) -> Result<Result<(), OverQuota>, StoreError> {
        let Some(quotas) = self.door else { return Ok(Ok(())) };
        let signatory = self.signatory_of(verified.jws().header().thumbprint)?;
        Ok(signatory.map_or(Ok(()), |signatory| quotas.take(&signatory)))
    }

    /// What the statement alone tells: of the state nothing, for nobody knows who asks.
    fn unverified(&self, jws: &Jws, reason: VerifyError, recorded_at: Micros) -> Vec<Refusal> {
        let mut refusals = vec![match reason {
            VerifyError::CertificateUnknown { thumbprint } => {
                Refusal::CertificateUnknown { thumbprint }
            }
            reason => Refusal::Signature(reason),
        }];
        let iat = iat_of(jws);
        match Event::parse(jws.payload()) {
            Err(error) => {
                refusals.push(Refusal::Payload(error));
                refusals.extend(judge_iat(iat, self.context.policy.window(), recorded_at).err());
            }
            Ok(event) => {
                refusals.extend(astray(&event, &self.context));
                refusals.extend(judge_iat(iat, self.context.policy.window(), recorded_at).err());
                refusals.extend(judge_act_time(&event, iat).err());
                let content = content_refusals(&event, &self.context, Depth::All);
                refusals.extend(content.into_iter().map(Refusal::from));
            }
        }
        refusals
    }

    /// The streams that an accepted trial would change, with the state of each before and after.
    fn changes_of(&mut self, accepted: &Accepted) -> Result<Vec<Change>, StoreError> {
        let mut changes = Vec::new();
        for (subject, thing) in &accepted.changes {
            // Certificates, keys and names are kept under keys that are no streams.
            if !is_stream(subject) {
                continue;
            }
            let before = self.state.thing(subject)?;
            changes.push(Change {
                subject: subject.clone(),
                before: before.map_or(Thing::NONE, |thing| &thing.state).to_owned(),
                after: thing.state.clone(),
                version: thing.version,
            });
        }
        Ok(changes)
    }
}

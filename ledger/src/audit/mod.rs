//! Everything again, from the bytes: each record is re-derived with the code that decided it, and every
//! row the store holds is compared with the row that follows.
//!
//! The state that a decision is judged under
//! is read from the history rows, each of which is itself compared when the walk passes it, and counted
//! at the end, so that a row slipped in cannot pass.

mod documents;
mod report;
pub(crate) mod rows;
mod segments;
mod state;
mod timestamps;

use std::collections::VecDeque;
use std::sync::Arc;

use jejak_signer::{Credential, Hash, TimestampAuthority};

use self::rows::Compared;
use self::segments::Segments;
use self::state::Audited;
use crate::credentials::CredentialCache;
use crate::draft::{Basis, Decided, Draft, Outcome};
use crate::evidence::EvidenceFault;
use crate::log::{Chain, Position, Record, Tree};
use crate::prepared::{Candidate, Context};
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::state::certificate_subject;
use crate::store::{LockEntry, LockError};
use crate::view::{ReadError, View};
use crate::walk::{self, Statement, Step};

pub use self::documents::Depth;
pub use self::report::{AuditReport, Check, CheckName, Verdict};

/// Called with the positions done and the positions there are.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// What is known of the lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockEvidence {
    /// Its entry for this ledger.
    Entry(LockEntry),
    /// It has none for this ledger.
    NoEntry,
    /// It is lost or damaged.
    Unreadable(LockError),
    /// Nobody looked.
    NotAsked,
}

/// Re-derives the whole ledger and compares. Whatever is damaged ends in the report, never in an error.
///
/// Of documents only their size is compared; [`audit_to`] looks closer.
pub fn audit(
    view: &View,
    lock: &LockEvidence,
    settings: &Settings,
    progress: Progress<'_>,
) -> AuditReport {
    audit_to(Depth::Sizes, view, lock, settings, progress)
}

/// The same, with documents looked at as closely as `depth` says.
pub fn audit_to(
    depth: Depth,
    view: &View,
    lock: &LockEvidence,
    settings: &Settings,
    progress: Progress<'_>,
) -> AuditReport {
    audit_with(depth, &[], view, lock, settings, progress)
}

/// The same, with time-stamps verified under these authorities.
pub fn audit_with(
    depth: Depth,
    authorities: &[TimestampAuthority],
    view: &View,
    lock: &LockEvidence,
    settings: &Settings,
    progress: Progress<'_>,
) -> AuditReport {
    let report = AuditReport::new(view.region(), view.size());
    let context = match walk::first_context(view) {
        Ok(context) => context,
        Err(error) => {
            let mut report = report;
            report.bad(CheckName::Objects, Position(0), "what the opening names is not readable");
            report.unread(Position(0), &error);
            return report;
        }
    };
    let cache = CredentialCache::new(settings.credentials_max);
    let mut auditor = Auditor {
        view,
        cache: &cache,
        state: Audited::new(view),
        chain: Chain::new(view.origin()),
        resume: Chain::new(view.origin()),
        tree: Tree::empty(),
        context: context.clone(),
        compared: Compared::new(view),
        segments: Segments::new(view),
        reached: Position(0),
        ended: false,
        depth,
        authorities,
        report,
    };
    let walked = walk::chunks(view, &context, &cache, |steps| {
        let done = steps.last().map_or(0, |step| step.position.0.saturating_add(1));
        auditor.chunk(steps)?;
        auditor.reached = Position(done);
        progress(done, view.size());
        Ok::<(), ReadError>(())
    });
    let ended = walked.and_then(|()| auditor.finish(lock));
    let (mut report, reached) = (auditor.report, auditor.reached);
    if let Err(error) = ended {
        report.unread(reached, &error);
    }
    report
}

struct Auditor<'a> {
    view: &'a View,
    cache: &'a CredentialCache,
    state: Audited<'a>,
    /// The chain as the stored records make it.
    chain: Chain,
    /// The chain from which the next decision goes on.
    resume: Chain,
    tree: Tree,
    context: Context,
    compared: Compared<'a>,
    segments: Segments<'a>,
    /// The first position of the chunk that is being judged.
    reached: Position,
    /// A record is missing: what lies behind it cannot be judged.
    ended: bool,
    depth: Depth,
    authorities: &'a [TimestampAuthority],
    report: AuditReport,
}

/// A position whose record and statement are sound, ready to be decided again.
struct Sound {
    record: Record,
    candidate: Candidate,
}

impl Auditor<'_> {
    fn chunk(&mut self, steps: Vec<Step>) -> Result<(), ReadError> {
        let mut run = VecDeque::new();
        for step in steps {
            if self.ended {
                break;
            }
            let record = step.record.filter(|record| record.position == step.position);
            let Some(record) = record else {
                let reason = "no readable record of this position";
                self.report.bad(CheckName::Records, step.position, reason);
                self.report.end(step.position);
                self.ended = true;
                break;
            };
            let linked = self.link(&record)?;
            self.segments.step(&record, &step.statement, &self.tree, &mut self.report)?;
            if !linked {
                self.decide(std::mem::take(&mut run))?;
                self.pass_over(&record)?;
                continue;
            }
            if let Some(sound) = self.sound(record, step.statement) {
                run.push_back(sound);
            } else {
                self.decide(std::mem::take(&mut run))?;
                self.pass_over(&record)?;
            }
        }
        self.decide(run)
    }

    /// Chain and tree: what the stored records say of each other.
    /// False where the record does not follow the one before it: it is not decided again.
    fn link(&mut self, record: &Record) -> Result<bool, ReadError> {
        let linked = self.chain.check(record);
        if let Err(error) = &linked {
            self.report.bad(CheckName::Chain, record.position, error);
            self.chain = Chain::ending_with(record).map_err(|_| ReadError::Corrupt)?;
        }
        for tile in self.tree.push(record.leaf_hash()) {
            if !self.compared.tile(&tile)? {
                self.report.bad(CheckName::Tree, record.position, "a stored tile differs");
            }
        }
        Ok(linked.is_ok())
    }

    /// `None` where there is nothing to decide again.
    fn sound(&mut self, record: Record, statement: Statement) -> Option<Sound> {
        let position = record.position;
        match statement {
            Statement::Damaged => {
                let reason = "the frame of the stored statement is damaged";
                self.report.bad(CheckName::Statements, position, reason);
                None
            }
            Statement::NotHeld(_) => {
                self.report.not_held(position);
                None
            }
            Statement::Held { hash, .. } if hash != record.statement => {
                let reason = "the stored statement is not the one that the record commits to";
                self.report.bad(CheckName::Statements, position, reason);
                None
            }
            Statement::Held { candidate, .. } => Some(Sound { record, candidate }),
        }
    }

    /// Decides a run of sound positions again. After one that is not accepted any more the state goes
    /// on from the stored history, so that one fault is reported once.
    fn decide(&mut self, mut run: VecDeque<Sound>) -> Result<(), ReadError> {
        while let Some(first) = run.front() {
            self.state.begin_at(first.record.position);
            let (decided, failed) = self.decide_until_failure(&mut run)?;
            self.compare(&decided)?;
            self.context = decided.context;
            self.resume = decided.chain;
            match failed {
                Some((record, outcome)) => {
                    self.fault(outcome, record.position)?;
                    self.pass_over(&record)?;
                }
                None => self.state.keep(decided.changed),
            }
        }
        Ok(())
    }

    fn decide_until_failure(
        &mut self,
        run: &mut VecDeque<Sound>,
    ) -> Result<(Decided, Option<(Record, Outcome)>), ReadError> {
        let mut draft = Draft::new(Basis {
            state: &self.state,
            chain: self.resume.clone(),
            context: self.context.clone(),
            credentials: self.cache,
            held: &self.view.held,
        });
        draft.prefetch(run.iter().map(|sound| &sound.candidate))?;
        let mut failed = None;
        while !draft.is_full()
            && let Some(Sound { record, candidate }) = run.pop_front()
        {
            let outcome = draft.decide(candidate, record.recorded_at)?;
            if outcome == Outcome::Recorded(record.position) {
                continue;
            }
            failed = Some((record, outcome));
            break;
        }
        Ok((draft.finish()?, failed))
    }

    fn compare(&mut self, decided: &Decided) -> Result<(), ReadError> {
        for (check, position) in self.compared.rows(&decided.rows)? {
            self.report.bad(
                check,
                position,
                "a stored row is not the one that follows from the log",
            );
        }
        for (position, credential) in &decided.fresh {
            self.chain_is_held(*position, credential);
            self.cache.insert(Arc::clone(credential));
        }
        for der in &decided.objects {
            self.is_held(self.state.began_at(), Hash::of(der), "certificate of a list's issuer");
        }
        if decided.context.ruleset.hash() != self.context.ruleset.hash() {
            let hash = decided.context.ruleset.hash();
            self.is_held(self.state.began_at(), hash, "rule set");
        }
        if let Some(hash) = decided.context.policy.hash()
            && self.context.policy.hash() != Some(hash)
        {
            self.is_held(self.state.began_at(), hash, "trust policy");
        }
        Ok(())
    }

    /// A person's certificate may be erased with his enrolment; an authority's may not be missing.
    fn chain_is_held(&mut self, position: Position, credential: &Credential) {
        for der in credential.intermediates() {
            self.is_held(position, Hash::of(der), "authority's certificate");
        }
        let leaf = credential.thumbprint();
        match self.view.held.object(&leaf) {
            Ok(Some(_)) => {}
            Ok(None) => {
                let reason =
                    format!("the certificate {leaf}, enrolled at position {position}, is not held");
                self.report.not_checked(CheckName::Objects, reason);
            }
            Err(error) => self.report.bad(CheckName::Objects, position, error),
        }
    }

    fn is_held(&mut self, position: Position, hash: Hash, what: &str) {
        match self.view.held.object(&hash) {
            Ok(Some(_)) => {}
            Ok(None) => {
                let reason = format!("the {what} {hash} is not held");
                self.report.bad(CheckName::Objects, position, reason);
            }
            Err(error) => self.report.bad(CheckName::Objects, position, error),
        }
    }

    /// An event that is not accepted any more.
    fn fault(&mut self, outcome: Outcome, position: Position) -> Result<(), ReadError> {
        let (check, reason) = match outcome {
            Outcome::Refused(Refusal::CertificateUnknown { thumbprint })
                if self.is_enrolled(&thumbprint)? =>
            {
                let reason =
                    format!("the certificate {thumbprint} of position {position} is not held");
                for name in [CheckName::Signatures, CheckName::Certificates, CheckName::Admission] {
                    self.report.not_checked(name, &reason);
                }
                return Ok(());
            }
            Outcome::Refused(refusal) if refusal.rests_on_what_is_not_held() => {
                self.report.not_checked(CheckName::Admission, refusal);
                return Ok(());
            }
            Outcome::Refused(refusal) => (check_of(&refusal), refusal.to_string()),
            Outcome::Repeated(at) => {
                (CheckName::Admission, format!("repeats the event at position {at}"))
            }
            // An audit has no door, and so no quota.
            Outcome::Limited(_) => (CheckName::Admission, "over a quota".to_owned()),
            Outcome::Recorded(at) => (CheckName::Chain, format!("would stand at position {at}")),
        };
        self.report.bad(check, position, reason);
        Ok(())
    }

    fn is_enrolled(&self, thumbprint: &Hash) -> Result<bool, ReadError> {
        let subject = certificate_subject(thumbprint);
        Ok(self.view.thing(&subject, self.state.began_at().0)?.is_some())
    }

    /// Goes on behind a position that could not be decided, with the history rows as they are stored.
    fn pass_over(&mut self, record: &Record) -> Result<(), ReadError> {
        self.resume = Chain::ending_with(record).map_err(|_| ReadError::Corrupt)?;
        self.compared.pass_over(record.position);
        self.state.forget();
        Ok(())
    }

    fn finish(&mut self, lock: &LockEvidence) -> Result<(), ReadError> {
        if self.ended {
            return Ok(());
        }
        self.compared.head(&self.chain, &self.tree, &mut self.report)?;
        self.lock(lock)?;
        let opening = walk::first_context(self.view)?;
        for der in opening.policy.anchors().ders() {
            self.is_held(Position(0), Hash::of(der), "anchor");
        }
        self.is_held(Position(0), opening.ruleset.hash(), "rule set");
        self.compared.totals(&mut self.report)?;
        self.segments.totals(&mut self.report)?;
        timestamps::check(self.view, self.authorities, &mut self.report)?;
        documents::check(self.view, self.depth, &mut self.report)
    }

    fn lock(&mut self, lock: &LockEvidence) -> Result<(), ReadError> {
        let last = Position(self.view.size().saturating_sub(1));
        match lock {
            LockEvidence::NotAsked => {
                self.report.not_checked(CheckName::Lock, "nobody looked at the lock");
            }
            LockEvidence::NoEntry => {
                let reason = "the lock has no entry for this ledger: it was lost or erased";
                self.report.bad(CheckName::Lock, last, reason);
            }
            LockEvidence::Unreadable(error) => self.report.bad(CheckName::Lock, last, error),
            LockEvidence::Entry(entry) => {
                let locked = Position(entry.size.saturating_sub(1));
                let leaf = self.view.record(locked)?.map(|record| record.leaf_hash());
                let root = self.view.root_at(entry.size).unwrap_or_default();
                if leaf != Some(entry.leaf_hash) || root != Some(entry.root) {
                    let reason =
                        "the lock names a size, a record or a root that this log never had";
                    self.report.bad(CheckName::Lock, locked, reason);
                }
            }
        }
        Ok(())
    }
}

fn check_of(refusal: &Refusal) -> CheckName {
    match refusal {
        Refusal::Jws(_) | Refusal::Signature(_) => CheckName::Signatures,
        Refusal::CertificateUnknown { .. }
        | Refusal::SignerRevoked { .. }
        | Refusal::SignerSuspended { .. }
        | Refusal::RevokedByList { .. }
        | Refusal::RevocationStale { .. }
        | Refusal::SourceNotYours { .. } => CheckName::Enrolments,
        Refusal::CertificateExpired { .. }
        | Refusal::SignerNotTrusted { .. }
        | Refusal::Chain { .. } => CheckName::Certificates,
        Refusal::Evidence(EvidenceFault::NotHeld { .. }) => CheckName::Objects,
        _ => CheckName::Admission,
    }
}

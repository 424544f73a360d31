//! About which certificates responders are asked: those of which neither a list nor a response is fresh for long. Lists cover
//! all that an issuer issued, so that where they come nobody is asked about single certificates.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jejak_ledger::evidence::KnownCertificate;
use jejak_ledger::{Ledger, View};
use jejak_signer::Hash;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::Evidence;
use super::keeper::AGAIN;

/// Certificates that are asked about in one turn of one ledger; the rest come in the next ones.
const ASKED_MAX: usize = 256;

/// When each certificate of each ledger is looked at again.
#[derive(Default)]
pub(super) struct Inquiries(HashMap<String, HashMap<Hash, Instant>>);

impl Inquiries {
    /// The certificates that are due now; each is looked at again after the interval.
    pub(super) async fn due(
        &mut self,
        ledger: &Arc<Ledger>,
        settings: &Evidence,
        now_s: i64,
    ) -> Vec<KnownCertificate> {
        let region = ledger.region().to_owned();
        let known = self.0.remove(&region).unwrap_or_default();
        let (ledger, interval) = (Arc::clone(ledger), settings.interval());
        let search = move || {
            let mut next = HashMap::new();
            let mut due = Vec::new();
            let view = ledger.view();
            // What cannot be read now is looked at in the next turn.
            let Ok(certificates) = ledger.certificates() else { return (known, due) };
            let asked = certificates.iter().filter(|one| !one.issued.responders().is_empty());
            for one in asked {
                let thumbprint = one.issued.thumbprint();
                let (now, at) = (Instant::now(), known.get(&thumbprint).copied());
                let waits = at.is_some_and(|at| at > now);
                let full = due.len() == ASKED_MAX;
                let left = if waits || full { None } else { Some(left(&view, one, now_s)) };
                match left {
                    None => {
                        next.extend(at.map(|at| (thumbprint, at)));
                    }
                    Some(Some(left)) => {
                        next.insert(thumbprint, now + interval.min(left.max(AGAIN)));
                    }
                    Some(None) => {
                        next.insert(thumbprint, now + interval);
                        due.push(one.clone());
                    }
                }
            }
            (next, due)
        };
        let (next, due) = spawn_blocking(search).await.unwrap_or_default();
        self.0.insert(region, next);
        due
    }
}

/// How long what is recorded of a certificate is fresh enough; none where that is over: half of the time until the next
/// word is due, so that there are several tries before.
fn left(view: &View, about: &KnownCertificate, now_s: i64) -> Option<Duration> {
    let window = view.newest_evidence(&about.issued).ok().flatten()?;
    let half = window.not_after.saturating_sub(window.not_before) / 2;
    let left = window.not_before.saturating_add(half).saturating_sub(now_s);
    u64::try_from(left).ok().filter(|left| *left > 0).map(Duration::from_secs)
}

//! The task that keeps evidence fresh: asks every place of every issuer in turn, before the next list is due.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jejak_ledger::evidence::{KnownIssuer, NotTaken};
use jejak_ledger::{Answer, Ledger, ReadError};
use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tracing::{info, warn};

use super::fetch::{Fetcher, Seen};
use super::service::{Service, post};
use crate::app::AppState;

/// A place of an issuer of a ledger.
type Place = (String, String);

/// What is known of a place.
#[derive(Default)]
struct Asked {
    seen: Seen,
    /// When it is asked again.
    next: Option<Instant>,
}

/// Runs until it is aborted.
pub(crate) async fn keep(state: AppState, service: Service) {
    let settings = state.config().evidence.clone();
    let fetcher = match Fetcher::new(&settings) {
        Ok(fetcher) => fetcher,
        Err(error) => {
            warn!(%error, "revocation lists are not fetched");
            return;
        }
    };
    let mut asked: HashMap<Place, Asked> = HashMap::new();
    let mut ticks = interval(TICK.min(settings.interval()));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let mut current = HashMap::new();
        for ledger in state.ledgers().list() {
            let Some(agency) = service.agency(&ledger) else { continue };
            let hosts = ledger.evidence_hosts().unwrap_or_else(|| settings.hosts.clone());
            let Ok(issuers) = issuers(&ledger).await else { continue };
            for issuer in issuers.iter() {
                for point in &issuer.points {
                    let place = (ledger.region().to_owned(), point.clone());
                    let mut of_place = asked.remove(&place).unwrap_or_default();
                    if of_place.next.is_none_or(|next| next <= Instant::now()) {
                        let turn = Turn {
                            state: &state,
                            service: &service,
                            ledger: &ledger,
                            agency: &agency,
                        };
                        let outcome = turn.ask(&fetcher, point, &hosts, &mut of_place.seen).await;
                        state.metrics().fetched(outcome);
                        let wait = settings.interval().min(until_due(&ledger, issuer, &state));
                        of_place.next = Some(Instant::now() + wait);
                    }
                    current.insert(place, of_place);
                }
            }
        }
        // What no issuer names any more is forgotten.
        asked = current;
    }
}

struct Turn<'a> {
    state: &'a AppState,
    service: &'a Service,
    ledger: &'a Arc<Ledger>,
    agency: &'a str,
}

impl Turn<'_> {
    /// Fetches what is there, takes it in, records it; one word for the figures.
    async fn ask(
        &self,
        fetcher: &Fetcher,
        point: &str,
        hosts: &[String],
        seen: &mut Seen,
    ) -> &'static str {
        let region = self.ledger.region();
        let list = match fetcher.fetch(point, hosts, seen).await {
            Ok(Some(list)) => list,
            Ok(None) => return "unchanged",
            Err(error) => {
                warn!(region, point, %error, "a revocation list was not fetched");
                return "failed";
            }
        };
        let taking = {
            let ledger = Arc::clone(self.ledger);
            spawn_blocking(move || ledger.take_evidence(&list)).await
        };
        let offer = match taking {
            Ok(Ok(offer)) => offer,
            Ok(Err(NotTaken::Outdated { .. })) => return "unchanged",
            Ok(Err(error)) => {
                warn!(region, point, %error, "what was fetched is no evidence");
                return "failed";
            }
            Err(error) => {
                warn!(region, point, %error, "a revocation list was not looked at");
                return "failed";
            }
        };
        let now = self.state.ledgers().clock().now();
        let answer = match self.service.sign(self.ledger, self.agency, &offer, now) {
            Ok(statement) => post(self.ledger, statement).await,
            Err(error) => {
                warn!(region, point, %error, "a revocation list was not signed for");
                return "failed";
            }
        };
        match answer {
            Ok(Answer::Recorded(receipted) | Answer::Repeated(receipted)) => {
                let position = receipted.position.0;
                info!(
                    region,
                    point,
                    position,
                    issuer = offer.issuer,
                    "a revocation list is recorded"
                );
                "recorded"
            }
            Ok(Answer::Refused(refusal)) => {
                warn!(region, point, %refusal, "a revocation list was refused");
                // Asked for in full again: what refuses it may pass.
                *seen = Seen::default();
                "failed"
            }
            Ok(Answer::Failed(failure)) | Err(failure) => {
                warn!(region, point, %failure, "a revocation list was not recorded");
                *seen = Seen::default();
                "failed"
            }
        }
    }
}

async fn issuers(ledger: &Arc<Ledger>) -> Result<Arc<Vec<KnownIssuer>>, ReadError> {
    let ledger = Arc::clone(ledger);
    spawn_blocking(move || ledger.issuers()).await.unwrap_or(Err(ReadError::Unavailable))
}

/// Half of the time until the next list of the issuer is due, so that there are several tries before; at least a while.
fn until_due(ledger: &Ledger, issuer: &KnownIssuer, state: &AppState) -> Duration {
    let now = i64::try_from(state.ledgers().clock().now().0 / 1_000_000).unwrap_or(i64::MAX);
    let lists = ledger.view().lists_of(issuer.id).unwrap_or_default();
    let due = lists.iter().filter_map(|list| list.next_update.parse::<Timestamp>().ok());
    let left = due.map(|due| due.as_second().saturating_sub(now)).min();
    let seconds = left.and_then(|left| u64::try_from(left / 2).ok()).unwrap_or_default();
    Duration::from_secs(seconds).max(AGAIN)
}

/// How often it is looked at whether anything is due.
const TICK: Duration = Duration::from_secs(15);
/// A place is not asked sooner again, unless the interval is shorter.
const AGAIN: Duration = Duration::from_mins(1);

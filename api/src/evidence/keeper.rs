//! The task that keeps evidence fresh: asks every place of every issuer in turn, before the next list is due, and responders
//! about the certificates of which no list says enough.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jejak_ledger::evidence::{KnownCertificate, KnownIssuer, NotTaken};
use jejak_ledger::{Answer, Ledger, ReadError};
use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tracing::{info, warn};

use super::fetch::{Fetcher, Seen, is_named};
use super::responders::Inquiries;
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
    let service = Arc::new(service);
    let settings = state.config().evidence.clone();
    let fetcher = match Fetcher::new(&settings) {
        Ok(fetcher) => fetcher,
        Err(error) => {
            warn!(%error, "evidence of revocation is not fetched");
            return;
        }
    };
    let mut asked: HashMap<Place, Asked> = HashMap::new();
    let mut inquiries = Inquiries::default();
    let mut ticks = interval(TICK.min(settings.interval()));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let mut current = HashMap::new();
        for ledger in state.ledgers().list() {
            let Some(agency) = service.agency(&ledger) else { continue };
            let hosts = ledger.evidence_hosts().unwrap_or_else(|| settings.hosts.clone());
            let turn = Turn { state: &state, service: &service, ledger: &ledger, agency: &agency };
            let Ok(issuers) = issuers(&ledger).await else { continue };
            for issuer in issuers.iter() {
                for point in &issuer.points {
                    let place = (ledger.region().to_owned(), point.clone());
                    let mut of_place = asked.remove(&place).unwrap_or_default();
                    if of_place.next.is_none_or(|next| next <= Instant::now()) {
                        let outcome = turn.ask(&fetcher, point, &hosts, &mut of_place.seen).await;
                        state.metrics().fetched(outcome);
                        let wait = settings.interval().min(until_due(&ledger, issuer, &state));
                        of_place.next = Some(Instant::now() + wait);
                    }
                    current.insert(place, of_place);
                }
            }
            for inquiry in inquiries.due(&ledger, &settings, turn.now_s()).await {
                let responders = inquiry.issued.responders().iter();
                for responder in responders.filter(|responder| is_named(responder, &hosts)) {
                    let outcome = turn.inquire(&fetcher, responder, &hosts, &inquiry).await;
                    state.metrics().fetched(outcome);
                    if outcome != FAILED {
                        break;
                    }
                }
            }
        }
        // What no issuer names any more is forgotten.
        asked = current;
    }
}

struct Turn<'a> {
    state: &'a AppState,
    service: &'a Arc<Service>,
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
                return FAILED;
            }
        };
        match self.record(point, list).await {
            Outcome::Of(word) => word,
            // Asked for in full again: what refuses it may pass.
            Outcome::Again => {
                *seen = Seen::default();
                FAILED
            }
        }
    }

    /// Asks a responder about a certificate, takes his answer in, records it.
    async fn inquire(
        &self,
        fetcher: &Fetcher,
        responder: &str,
        hosts: &[String],
        about: &KnownCertificate,
    ) -> &'static str {
        let region = self.ledger.region();
        let request = {
            let (ledger, about) = (Arc::clone(self.ledger), about.clone());
            spawn_blocking(move || ledger.ocsp_request(&about)).await
        };
        let Ok(Ok(Some(request))) = request else {
            warn!(region, responder, "a responder was not asked: a certificate is not held");
            return FAILED;
        };
        match fetcher.ask(responder, hosts, request).await {
            Ok(response) => match self.record(responder, response).await {
                Outcome::Of(word) => word,
                Outcome::Again => FAILED,
            },
            Err(error) => {
                warn!(region, responder, %error, "a responder did not answer");
                FAILED
            }
        }
    }

    /// Takes in what came from a place, and records it.
    async fn record(&self, point: &str, der: Vec<u8>) -> Outcome {
        let region = self.ledger.region();
        let taking = {
            let ledger = Arc::clone(self.ledger);
            spawn_blocking(move || ledger.take_evidence(&der)).await
        };
        let offer = match taking {
            Ok(Ok(offer)) => offer,
            Ok(Err(NotTaken::Outdated { .. })) => return Outcome::Of("unchanged"),
            Ok(Err(error)) => {
                warn!(region, point, %error, "what was fetched is no evidence");
                return Outcome::Of(FAILED);
            }
            Err(error) => {
                warn!(region, point, %error, "what was fetched was not looked at");
                return Outcome::Of(FAILED);
            }
        };
        let now = self.state.ledgers().clock().now();
        // A token may take its time.
        let signing = {
            let (service, ledger) = (Arc::clone(self.service), Arc::clone(self.ledger));
            let (agency, offer) = (self.agency.to_owned(), offer.clone());
            spawn_blocking(move || service.sign(&ledger, &agency, &offer, now)).await
        };
        let answer = match signing {
            Ok(Ok(statement)) => post(self.ledger, statement).await,
            Ok(Err(error)) => {
                warn!(region, point, %error, "evidence of revocation was not signed for");
                return Outcome::Again;
            }
            Err(error) => {
                warn!(region, point, %error, "evidence of revocation was not signed for");
                return Outcome::Again;
            }
        };
        match answer {
            Ok(Answer::Recorded(receipted) | Answer::Repeated(receipted)) => {
                let (position, stream) = (receipted.position.0, &offer.subject);
                info!(
                    region,
                    point,
                    position,
                    issuer = offer.issuer,
                    stream,
                    "evidence is recorded"
                );
                Outcome::Of("recorded")
            }
            Ok(Answer::Refused(refusal)) => {
                warn!(region, point, %refusal, "evidence of revocation was refused");
                Outcome::Again
            }
            Ok(Answer::Failed(failure)) | Err(failure) => {
                warn!(region, point, %failure, "evidence of revocation was not recorded");
                Outcome::Again
            }
        }
    }

    fn now_s(&self) -> i64 {
        i64::try_from(self.state.ledgers().clock().now().0 / 1_000_000).unwrap_or(i64::MAX)
    }
}

/// What came of it.
enum Outcome {
    /// One word for the figures.
    Of(&'static str),
    /// It was not recorded, and may be when it is brought again.
    Again,
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

/// A place that gave nothing that could be recorded.
const FAILED: &str = "failed";
/// How often it is looked at whether anything is due.
const TICK: Duration = Duration::from_secs(15);
/// A place is not asked sooner again, unless the interval is shorter.
pub(super) const AGAIN: Duration = Duration::from_mins(1);

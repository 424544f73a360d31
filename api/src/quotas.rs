//! How much each reader may ask for: each token its own quota, and everybody without one that of his address. Quotas of
//! writing are the ledger's: they are taken after a signature is verified.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jejak_ledger::{Clock, Exceeded, Quota, Quotas};

use crate::caller::Caller;
use crate::config;
use crate::problem::Problem;
use crate::tokens::{TOKENS_MAX, Token};

/// The quotas of all readers of one server.
pub(crate) struct ReadQuotas {
    addresses: Quotas<Caller>,
    tokens: Quotas<String>,
    /// Tokens that were given a quota of their own.
    own: Mutex<HashMap<String, Arc<Quotas<()>>>>,
    clock: Arc<dyn Clock>,
}

impl ReadQuotas {
    pub(crate) fn new(config: &config::Quotas, clock: Arc<dyn Clock>) -> Self {
        let quota = |per_minute, burst| Quota { per_minute, burst };
        let addresses = quota(config.address_requests_per_minute, config.address_requests_burst);
        let tokens = quota(config.token_requests_per_minute, config.token_requests_burst);
        Self {
            addresses: Quotas::new(addresses, config.addresses_max, Arc::clone(&clock)),
            tokens: Quotas::new(tokens, TOKENS_MAX, Arc::clone(&clock)),
            own: Mutex::default(),
            clock,
        }
    }

    /// One request of somebody about whom nothing is known but where he comes from.
    pub(crate) fn take_address(&self, caller: Caller) -> Result<(), Problem> {
        self.addresses.take(&caller).map_err(over("address"))
    }

    /// One request of the bearer of `token`.
    pub(crate) fn take_token(&self, token: &Token) -> Result<(), Problem> {
        let result = match token.requests_per_minute {
            None => self.tokens.take(&token.id),
            Some(per_minute) => self.own(&token.id, per_minute).take(&()),
        };
        result.map_err(over("token"))
    }

    fn own(&self, id: &str, per_minute: u32) -> Arc<Quotas<()>> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let quota = Quota { per_minute, burst: per_minute };
        if let Some(known) = own.get(id).filter(|known| known.quota() == quota) {
            return Arc::clone(known);
        }
        if own.len() >= TOKENS_MAX {
            own.clear();
        }
        let made = Arc::new(Quotas::new(quota, 1 << 1, Arc::clone(&self.clock)));
        own.insert(id.to_owned(), Arc::clone(&made));
        made
    }
}

fn over(of: &'static str) -> impl FnOnce(Exceeded) -> Problem {
    move |exceeded| Problem::RateLimited { of, exceeded }
}

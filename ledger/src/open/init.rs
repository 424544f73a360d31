//! A new ledger: decided in memory first, so that a refusal leaves nothing behind.

use std::sync::{Arc, PoisonError};

use jejak_signer::Hash;

use super::directory::Directory;
use super::{Ledgers, OpenError, no_key, refused};
use crate::credentials::CredentialCache;
use crate::custody::LogKey;
use crate::draft::{Basis, Draft, Outcome};
use crate::genesis::{self, Genesis};
use crate::ledger::Ledger;
use crate::log::{Chain, Micros, Origin, Position, SignatureType, Tree, Vkey, genesis_previous};
use crate::prepared::Context;
use crate::rules::{RuleSet, Thing};
use crate::state::{Found, State, Wanted};
use crate::store::{LedgerEntry, LedgerNumber, LockEntry, StoreError};

/// What a new ledger begins with.
pub struct LedgerInit {
    /// Region code, as in URLs: `61.07`, `id`.
    pub region: String,
    /// Origin of the log.
    pub origin: String,
    /// The signed `ledger.opened` statement.
    pub opened: Vec<u8>,
    /// The bytes of the rule set that it names.
    pub ruleset: Vec<u8>,
    /// The key that signs checkpoints.
    pub log_key: LogKey,
}

/// Everything of a new ledger that was found good.
struct Founded {
    entry: LedgerEntry,
    genesis: Genesis,
    context: Context,
    log_key: LogKey,
}

impl Ledgers {
    /// Opens a new ledger with its first event. What is refused leaves nothing behind; what is cut off
    /// can be begun again.
    pub fn init(&self, init: LedgerInit) -> Result<Arc<Ledger>, OpenError> {
        let _one = self.initialising.lock().unwrap_or_else(PoisonError::into_inner);
        let (opened, bytes) = (init.opened.clone(), init.ruleset.clone());
        let founded = self.found(init)?;
        let LedgerEntry { region, origin, .. } = &founded.entry;
        self.directory.held.put(&bytes)?;
        for anchor in founded.genesis.anchors.ders() {
            self.directory.held.put(anchor)?;
        }
        let kept = self.log_keys.keep(region, &founded.log_key);
        kept.map_err(|error| no_key(region, error, Vec::new()))?;
        let number = number_for(&self.directory, region, origin)?;
        // The lock covers the ledger before it has anything: without an entry nothing is ever signed.
        let empty =
            LockEntry { size: 0, leaf_hash: genesis_previous(origin), root: Tree::empty().root() };
        self.lock.advance(&[(number, empty)])?;
        let candidate = genesis::prepare(opened, &founded.context).map_err(refused)?;
        let genesis = founded.genesis.row()?;
        let context = founded.context;
        let mut sequencer = self.sequencer(number, origin, context, Arc::default(), None)?;
        let appended = sequencer.open(candidate, genesis).map_err(OpenError::Failed)?;
        if let Some(refusal) = appended.refusal() {
            return Err(refused(refusal));
        }
        self.lock.advance(&[(number, appended.lock)])?;
        drop(sequencer);
        let entry = LedgerEntry { number, ..founded.entry };
        let ledger = self.open_ledger(&entry)?;
        self.keep(Arc::clone(&ledger));
        Ok(ledger)
    }

    /// Decides the opening in memory.
    fn found(&self, init: LedgerInit) -> Result<Founded, OpenError> {
        let LedgerInit { region, origin, opened, ruleset, log_key } = init;
        let origin = origin.parse::<Origin>()?.to_string();
        let wrong = |vkey: &str| OpenError::WrongKey {
            region: region.clone(),
            path: self.log_keys.place(&region).into(),
            vkeys: vec![vkey.to_owned()],
        };
        let vkey = Vkey::new(&origin, SignatureType::Ed25519, log_key.key().public_key());
        let vkey = vkey.map_err(|_| wrong("-"))?.to_string();
        let parsed = RuleSet::parse(&ruleset);
        let parsed = parsed.map_err(OpenError::RuleSet)?;
        let genesis = Genesis::read(opened.clone(), &origin).map_err(refused)?;
        if genesis.ruleset != Hash::of(&ruleset) {
            let (named, given) = (genesis.ruleset.to_string(), Hash::of(&ruleset).to_string());
            return Err(OpenError::OtherRuleSet { named, given });
        }
        if vkey != genesis.vkey {
            return Err(wrong(&genesis.vkey));
        }
        let anchors = genesis.anchors.clone();
        let context = Context::of_opening(origin.as_str().into(), anchors, Arc::new(parsed));
        context.serves(&context.ruleset).map_err(refused)?;
        self.try_out(opened, &context)?;
        let entry = LedgerEntry { number: LedgerNumber::DIRECTORY, region, origin };
        Ok(Founded { entry, genesis, context, log_key })
    }

    fn try_out(&self, opened: Vec<u8>, context: &Context) -> Result<(), OpenError> {
        let candidate = genesis::prepare(opened, context).map_err(refused)?;
        let cache = CredentialCache::new(2);
        let mut draft = Draft::new(Basis {
            state: &Nothing,
            chain: Chain::new(&context.origin),
            context: context.clone(),
            credentials: &cache,
            held: &self.directory.held,
        });
        match draft.decide(candidate, self.clock.now().max(Micros(1)))? {
            Outcome::Refused(refusal) => Err(refused(refusal)),
            // Without a door there is no quota.
            Outcome::Recorded(_) | Outcome::Repeated(_) | Outcome::Limited(_) => Ok(()),
        }
    }
}

/// A new number, or that of an opening that was cut off and left only the name.
fn number_for(
    directory: &Directory,
    region: &str,
    origin: &str,
) -> Result<LedgerNumber, OpenError> {
    let entries = directory.store.ledgers()?;
    let Some(known) = entries.into_iter().find(|entry| entry.region == region) else {
        return Ok(directory.store.create(region, origin)?);
    };
    if known.origin != origin || directory.store.head(known.number)?.size > 0 {
        return Err(OpenError::Exists { region: region.to_owned() });
    }
    Ok(known.number)
}

/// The state before there is any.
struct Nothing;

impl State for Nothing {
    fn fetch(&self, wanted: &Wanted) -> Result<Found, StoreError> {
        Ok(Found { ids: vec![None; wanted.ids.len()], things: vec![None; wanted.things.len()] })
    }

    fn statement(&self, _: Position) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }

    fn version(&self, _: &str, _: Position) -> Result<Option<Thing>, StoreError> {
        Ok(None)
    }

    fn newest(&self, _: &str, _: Position) -> Result<Option<Position>, StoreError> {
        Ok(None)
    }
}

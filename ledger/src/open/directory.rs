//! A data directory and what it holds of a ledger, as far as it can be checked at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jejak_signer::Hash;

use super::{OpenError, chain_after};
use crate::documents::Documents;
use crate::genesis::Genesis;
use crate::held::Held;
use crate::log::{KeyHistory, Micros, Position, Record, Tree};
use crate::objects::Objects;
use crate::prepared::Context;
use crate::sequencer::ROOT;
use crate::settings::Settings;
use crate::space::Space;
use crate::store::{self, Head, LedgerEntry, LedgerStore, Rocks, StoreError, Table};
use crate::tiles::{StoredTiles, stored_record};
use crate::view::{Edge, Identity, View};

/// Records at the end that opening checks again.
const TAIL_RECORDS: u64 = 1_024;

/// How a directory is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// Nothing in it is changed.
    Reading,
    /// It must be there.
    Writing,
    /// It is made where it is not there.
    Making,
}

pub(super) struct Directory {
    pub(super) path: PathBuf,
    pub(super) store: Arc<dyn LedgerStore>,
    pub(super) held: Arc<Held>,
    pub(super) documents: Arc<Documents>,
}

/// A ledger as the directory holds it.
pub(super) struct Loaded {
    pub(super) identity: Arc<Identity>,
    pub(super) context: Context,
    pub(super) head: Head,
    pub(super) tree: Tree,
    pub(super) last: Option<Record>,
    pub(super) keys: Arc<KeyHistory>,
}

impl Directory {
    pub(super) fn open(
        path: &Path,
        settings: &Settings,
        how: Opening,
        now: Micros,
    ) -> Result<Self, OpenError> {
        let (db, objects) = (path.join("db"), path.join("objects"));
        let tuning = settings.tuning();
        let store = match how {
            Opening::Reading => Rocks::open_reading(&db, &tuning)?,
            Opening::Writing => Rocks::open(&db, &tuning)?,
            Opening::Making => match Rocks::open(&db, &tuning) {
                Err(store::OpenError::Missing { .. }) if path.join("lock").exists() => {
                    return Err(OpenError::DatabaseLost { path: path.to_owned() });
                }
                Err(store::OpenError::Missing { .. }) => Rocks::create(&db, &tuning)?,
                opened => opened?,
            },
        };
        let objects = match how {
            Opening::Reading => Objects::beside(&objects),
            Opening::Writing | Opening::Making => Objects::open(&objects)?,
        };
        let held = Arc::new(Held::new(objects));
        let space = space(path, settings);
        let (dir, limits) = (path.join("documents"), &settings.documents);
        let documents = match how {
            Opening::Reading => Documents::beside(&dir, limits, space)?,
            Opening::Writing | Opening::Making => Documents::open(&dir, limits, space, now)?,
        };
        let documents = Arc::new(documents);
        Ok(Self { path: path.to_owned(), store: Arc::new(store), held, documents })
    }

    pub(super) fn space(&self, settings: &Settings) -> Space {
        space(&self.path, settings)
    }

    /// What the log itself says of a ledger. What is damaged in its records and tiles is left for
    /// [`Directory::check`] or for an audit.
    pub(super) fn load(&self, entry: &LedgerEntry) -> Result<Loaded, OpenError> {
        let LedgerEntry { number, region, origin } = entry;
        let head = self.store.head(*number)?;
        let genesis = Genesis::load(&*self.store, *number, origin, &self.held)?;
        let genesis = genesis.map_err(|refusal| OpenError::Genesis {
            region: region.clone(),
            refusal: Box::new(refusal),
        })?;
        let missing = |hash: Hash| OpenError::RuleSetMissing {
            region: region.clone(),
            hash: hash.to_string(),
        };
        let first = self.held.ruleset(&genesis.ruleset)?.ok_or_else(|| missing(genesis.ruleset))?;
        let last = Position(head.size.saturating_sub(1));
        let last = stored_record(&*self.store, *number, last).unwrap_or_default();
        let source = StoredTiles { store: &*self.store, number: *number };
        let tree = Tree::restore(head.size, &source).unwrap_or_default();
        let identity = Arc::new(Identity {
            number: *number,
            region: region.clone(),
            origin: origin.clone(),
            vkey: genesis.vkey,
        });
        let context = Context::of_opening(origin.as_str().into(), genesis.anchors, first);
        let keys = Arc::new(KeyHistory::of_opening(&identity.vkey));
        let mut loaded = Loaded { identity, context, head, tree, last, keys };
        let view = loaded.view(self, "".into());
        let hash = view.ruleset_hash_at(Position(head.size))?;
        let policy = view.policy_hash_at(Position(head.size))?;
        if let Some(keys) = view.log_keys_at(head.size)? {
            loaded.keys = Arc::new(keys);
        }
        loaded.context.ruleset = self.held.ruleset(&hash)?.ok_or_else(|| missing(hash))?;
        if let Some(hash) = policy {
            let missing =
                || OpenError::TrustPolicyMissing { region: region.clone(), hash: hash.to_string() };
            loaded.context.policy = self.held.policy(&hash)?.ok_or_else(missing)?;
        }
        Ok(loaded)
    }

    /// What must hold before anything is signed: the tree and its root, the newest records, their
    /// chain and their statements.
    pub(super) fn check(&self, loaded: &Loaded) -> Result<(), OpenError> {
        let size = loaded.head.size;
        let damaged =
            |position: u64| OpenError::Damaged { region: loaded.identity.region.clone(), position };
        let last = loaded.last.filter(|record| record.leaf_hash() == loaded.head.leaf_hash);
        if last.is_none() || loaded.tree.size() != size || !self.root_agrees(loaded)? {
            return Err(damaged(size.saturating_sub(1)));
        }
        let view = loaded.view(self, "".into());
        let first = size.saturating_sub(TAIL_RECORDS);
        let count = usize::try_from(size - first).unwrap_or(usize::MAX);
        let before = match first.checked_sub(1) {
            Some(before) => view.record(Position(before))?,
            None => None,
        };
        let mut chain = chain_after(&loaded.identity.origin, before.as_ref())?;
        for record in view.records(Position(first), count)? {
            chain.check(&record).map_err(|_| damaged(record.position.0))?;
            // A statement may be lawfully removed; one that is there is the one committed to.
            if let Some(statement) = view.statement(record.position)?
                && Hash::of(&statement) != record.statement
            {
                return Err(damaged(record.position.0));
            }
        }
        Ok(())
    }

    fn root_agrees(&self, loaded: &Loaded) -> Result<bool, StoreError> {
        let found = self.store.get_many(loaded.identity.number, &[(Table::Meta, ROOT)])?;
        let row = crate::sequencer::root_row(&loaded.tree);
        Ok(found.into_iter().next().flatten() == Some(row.value))
    }
}

impl Loaded {
    pub(super) fn view(&self, directory: &Directory, checkpoint: Arc<str>) -> View {
        View {
            store: Arc::clone(&directory.store),
            held: Arc::clone(&directory.held),
            documents: Arc::clone(&directory.documents),
            identity: Arc::clone(&self.identity),
            edge: Arc::new(Edge {
                size: self.head.size,
                tree: self.tree.clone(),
                recorded_at: self.last.map_or(Micros(0), |record| record.recorded_at),
                checkpoint,
                ruleset: Arc::clone(&self.context.ruleset),
                keys: Arc::clone(&self.keys),
            }),
        }
    }
}

fn space(path: &Path, settings: &Settings) -> Space {
    Space { path: path.to_owned(), free_min_bytes: settings.disk_free_min_bytes }
}

//! Modules are loaded and initialised once for the process (PKCS#11 v3.0, 5.4), whoever uses them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};

use crate::error::TokenError;

/// The modules in use. They stay: finalising one would take it from every other key.
static MODULES: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

/// The module at `path`, initialised: also again, where it was finalised or the process is a fork.
pub(super) fn load(path: &Path) -> Result<Pkcs11, TokenError> {
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    let module = match modules.get(path) {
        Some(module) => module.clone(),
        None => Pkcs11::new(path).map_err(|error| not_loaded(path, &error))?,
    };
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(not_loaded(path, &error)),
    }
    modules.insert(path.to_owned(), module.clone());
    Ok(module)
}

fn not_loaded(path: &Path, error: &Error) -> TokenError {
    TokenError::Module { path: path.to_owned(), reason: error.to_string() }
}

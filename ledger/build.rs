//! Names the engine that is built: `JEJAK_BUILD` where whoever builds hands one in (a commit), else a hash of the
//! sources that decide and verify, and of the versions of everything that they use. No path and no time is in it, so that
//! the same sources give the same program.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest as _, Sha256};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-env-changed=JEJAK_BUILD");
    let build = match env::var("JEJAK_BUILD") {
        Ok(build) if !build.trim().is_empty() => build.trim().to_owned(),
        _ => of_sources()?,
    };
    println!("cargo:rustc-env=JEJAK_BUILD={build}");
    Ok(())
}

fn of_sources() -> io::Result<String> {
    let mut hasher = Sha256::new();
    for root in ["src", "rulesets", "../signer/src", "../Cargo.lock"] {
        let mut files = BTreeSet::new();
        // A crate that is built by itself has no neighbours.
        if Path::new(root).exists() {
            println!("cargo:rerun-if-changed={root}");
            collect(Path::new(root), &mut files)?;
        }
        for file in files {
            let bytes = fs::read(&file)?;
            let name = file.to_string_lossy().replace('\\', "/");
            hasher.update(format!("{name}\n{}\n", bytes.len()));
            hasher.update(bytes);
        }
    }
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(hasher.finalize()) {
        *to = from;
    }
    Ok(format!("src-{:016x}", u64::from_be_bytes(first)))
}

fn collect(path: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.insert(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

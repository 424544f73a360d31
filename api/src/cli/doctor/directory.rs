//! The data directory: who may read its keys, whether lock and log agree, room on the disk, the newest record's time.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use jejak_api::Config;
use jejak_ledger::custody::{CustodyError, DirectoryKeys, LogKeys as _};
use jejak_ledger::log::{Position, SignatureType, Vkey};
use jejak_ledger::store::{self, HeldBy};
use jejak_ledger::{Archive, LockEvidence, OpenError, Seat, View, free_bytes};
use jejak_signer::SigningKey;
use serde_json::Value;

use super::{Check, Context, clock};
use crate::cli::{closed, custody, exit, shapes};

/// What was found, and which process has the directory open.
pub(super) struct Directory {
    pub(super) checks: Vec<Check>,
    pub(super) holder: Option<u32>,
}

/// `is_asked`: whether a server is asked beside, which knows the times of the newest records.
pub(super) fn examine(dir: &Path, config: &Config, is_asked: bool, context: &Context) -> Directory {
    let mut checks = vec![permissions(dir), disk(dir, config)];
    let mut holder = None;
    match Archive::open(dir, &config.ledger) {
        Ok(archive) => {
            for view in archive.views() {
                checks.push(key(dir, config, view));
                checks.push(lock(&archive, view));
                checks.push(seats(view));
                checks.push(founders(view));
                checks.extend(stamping(view, config));
                checks.extend(lists(view, context));
                checks.push(clock::of_ledger(
                    view.region(),
                    view.recorded_at(),
                    context.clock.now(),
                ));
            }
        }
        Err(OpenError::Database(store::OpenError::Held { by, .. })) => {
            if let HeldBy::Process(id) = by {
                holder = Some(id);
            }
            checks.push(Check::ok("ledgers", format!("dipakai (in use by) {by}")));
            checks.extend(out_of_reach(is_asked));
        }
        Err(error) => checks.push(Check::bad(
            "ledgers",
            format!("{} ({error})", closed::told(&error)),
            "jalankan jejak audit, atau pulihkan dari cadangan",
            "run jejak audit, or restore a backup",
        )),
    }
    Directory { checks, holder }
}

/// What cannot be looked at while another process has the directory open.
fn out_of_reach(is_asked: bool) -> impl Iterator<Item = Check> {
    let held = |name: &str, what: &str| {
        Check::not_checked(
            name,
            what,
            "hentikan server dulu, atau periksa salinan direktorinya",
            "stop the server first, or look at a copy of its directory",
        )
    };
    let clock = || {
        Check::not_checked(
            "clock",
            "waktu catatan terakhir tiap buku besar (the times of the newest records)",
            "beri --url server itu: ia yang tahu",
            "give the --url of that server: it knows them",
        )
    };
    let key = held("key", "kunci log tiap buku besar (the log key of each ledger)");
    let lock = held("lock", "lock terhadap isi log (the lock against what the log holds)");
    [key, lock].into_iter().chain((!is_asked).then(clock))
}

/// Revocation lists whose successors were due: one check for all of a ledger, none where it has none.
fn lists(view: &View, context: &Context) -> Option<Check> {
    let name = format!("evidence {}", view.region());
    let lists = match view.recorded_lists(LISTS_MAX) {
        Ok(lists) if lists.is_empty() => return None,
        Ok(lists) => lists,
        Err(error) => {
            let (id, en) = ("jalankan jejak audit", "run jejak audit");
            return Some(Check::bad(name, error.to_string(), id, en));
        }
    };
    let now = i64::try_from(context.now_s()).unwrap_or(i64::MAX);
    let due =
        |time: &str| time.parse::<jiff::Timestamp>().map_or(i64::MIN, jiff::Timestamp::as_second);
    let stale: Vec<String> = lists
        .iter()
        .filter(|(_, list)| due(&list.next_update) < now)
        .map(|(issuer, list)| format!("crl/{issuer} {}", list.next_update))
        .collect();
    if stale.is_empty() {
        return Some(Check::ok(name, format!("{} daftar (lists)", lists.len())));
    }
    Some(Check::warn(
        name,
        stale.join(", "),
        "daftar pencabutan usang: periksa [evidence] dan jaringan ke penerbit, atau jejak evidence add",
        "stale revocation lists: look at [evidence] and the way to the issuer, or jejak evidence add",
    ))
}

/// Lists that are looked at.
const LISTS_MAX: usize = 4_096;

/// Secrets are for their owner alone.
fn permissions(dir: &Path) -> Check {
    let is_secret = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.parent().is_some_and(|parent| parent.ends_with("keys")) || name.starts_with("token")
    };
    let files =
        [dir.to_owned(), dir.join("keys")].into_iter().filter_map(|dir| fs::read_dir(dir).ok());
    let files = files.flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let open: Vec<String> = files
        .filter(|path| path.is_file() && is_secret(path) && mode(path) & 0o077 != 0)
        .map(|path| path.display().to_string())
        .collect();
    if !open.is_empty() {
        let (id, en) = ("chmod 600 berkas tersebut", "chmod 600 those files: others may read them");
        return Check::bad("permissions", open.join(", "), id, en);
    }
    if mode(dir) & 0o022 != 0 {
        return Check::bad(
            "permissions",
            format!("{} {:o}", dir.display(), mode(dir) & 0o777),
            "chmod 700 direktori data: orang lain dapat mengubah isinya",
            "chmod 700 the data directory: others may change what is in it",
        );
    }
    if mode(dir) & 0o077 != 0 {
        return Check::warn(
            "permissions",
            format!("{} {:o}", dir.display(), mode(dir) & 0o777),
            "chmod 700 direktori data: orang lain dapat membaca isinya",
            "chmod 700 the data directory: others may read what is in it",
        );
    }
    Check::ok("permissions", format!("{} {:o}", dir.display(), mode(dir) & 0o777))
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).map_or(0, |found| found.permissions().mode())
}

fn disk(dir: &Path, config: &Config) -> Check {
    let name = "disk";
    let free = match free_bytes(dir) {
        Ok(free) => free,
        Err(error) => {
            return Check::bad(name, error.to_string(), "periksa penyimpanan", "look at the disk");
        }
    };
    let least = config.ledger.disk_free_min_bytes;
    let found = format!("{} MiB bebas (free)", free >> 20);
    let (id, en) = (
        "kosongkan atau perbesar penyimpanan: di bawah disk_free_min_bytes pencatatan berhenti",
        "make room: below disk_free_min_bytes writing stops",
    );
    if free < least {
        Check::bad(name, found, id, en)
    } else if free < least.saturating_mul(DISK_MARGIN) {
        Check::warn(name, found, id, en)
    } else {
        Check::ok(name, found)
    }
}

/// The log key opens, as it would for the server, and is the one that the ledger names.
fn key(dir: &Path, config: &Config, view: &View) -> Check {
    let keys = DirectoryKeys::new(dir, &config.ledger);
    let name = format!("key {}", view.region());
    let (id, en) = (
        "kembalikan kunci log dari cadangan; tanpa kunci itu buku besar tidak dilayani; bila hilang: jejak ledger recover",
        "put the log key back from your copy: without it the ledger is not served; where it is lost: jejak ledger recover",
    );
    let in_force: Vec<_> = view.log_keys().in_force_at(view.size()).collect();
    let named = in_force.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match keys.open(view.region()) {
        Ok(held) => {
            let is_in_force = |key: &SigningKey| {
                let vkey = Vkey::new(view.origin(), SignatureType::Ed25519, key.public_key());
                vkey.is_ok_and(|vkey| in_force.contains(&&vkey))
            };
            if held.iter().any(is_in_force) {
                return Check::ok(name, keys.place(view.region()));
            }
            let place = keys.place(view.region());
            let found = format!("{place} bukan (is not) {named}");
            Check::bad(name, found, id, en)
        }
        Err(CustodyError::File { path, error }) if error.kind() == io::ErrorKind::NotFound => {
            let found = format!("{} tidak ada (missing): {named}", path.display());
            Check::bad(name, found, id, en)
        }
        Err(error) => Check::bad(
            name,
            format!("{named}: {}", custody::stop(&error)),
            "perbaiki sebelum server dijalankan; lihat docs/operations.md, Kunci; bila hilang: jejak ledger recover",
            "put it right before the server starts: see docs/operations.md, keys; where it is lost: jejak ledger recover",
        ),
    }
}

/// Who holds the seats now, with his certificates: there is nothing to judge, each compares his own.
fn seats(view: &View) -> Check {
    let seats = view.seats(Position(view.size().saturating_sub(1)));
    let held = seats.map(|seats| seats.map(|seats| seats.held).unwrap_or_default());
    let each = held.map(|held| {
        let each = held.iter().map(|seat| {
            let certificates = match seat.certificates.as_slice() {
                [] => "-".to_owned(),
                all => all.join(", "),
            };
            let Seat { role, agency, person, state, .. } = seat;
            format!("{role} {agency} {person} {state} {certificates}")
        });
        each.collect::<Vec<_>>().join("; ")
    });
    named(format!("seats {}", view.region()), "sekarang (now)", each.map_err(Into::into))
}

/// Whose certificates the opening names.
fn founders(view: &View) -> Check {
    let text = |founder: &Value, name: &str| {
        founder.get(name).and_then(Value::as_str).unwrap_or("-").to_owned()
    };
    let each = shapes::founders_of(view).map(|founders| {
        let each = founders.iter().map(|one| {
            let (role, agency) = (text(one, "role"), text(one, "agency"));
            format!("{role} {agency} {}", text(one, "certificate"))
        });
        each.collect::<Vec<_>>().join("; ")
    });
    named(format!("founders {}", view.region()), "saat pembukaan (at the opening)", each)
}

/// A list of people, under when they are what it says.
fn named(check: String, when: &str, each: anyhow::Result<String>) -> Check {
    match each {
        Ok(each) => Check::ok(check, format!("{when}: {each}")),
        Err(error) => {
            Check::bad(check, exit::told(&error), "jalankan jejak audit", "run jejak audit")
        }
    }
}

/// A policy says whose stamps count, and not who is asked for them: that is for the server's own configuration.
fn stamping(view: &View, config: &Config) -> Option<Check> {
    let names_some = view.trust().is_ok_and(|policy| !policy.time_authorities().is_empty());
    if !names_some || !config.timestamps.urls.is_empty() {
        return None;
    }
    Some(Check::warn(
        format!("timestamps {}", view.region()),
        "[[tsa]] dalam kebijakan kepercayaan, [timestamps] urls kosong (nobody is asked)",
        "isi [timestamps] urls: url di [[tsa]] tidak ditanya dengan sendirinya",
        "set [timestamps] urls: the url of a [[tsa]] is not asked by itself",
    ))
}

/// What was last signed must lie on the chain that is stored.
fn lock(archive: &Archive, view: &View) -> Check {
    let (name, size) = (format!("lock {}", view.region()), view.size());
    let bad = |found: String| {
        Check::bad(
            name.clone(),
            found,
            "jangan jalankan server; jalankan jejak audit dan cari cadangan yang lebih baru",
            "do not serve this; run jejak audit, and look for a newer backup",
        )
    };
    let entry = match archive.lock_evidence(view) {
        LockEvidence::Entry(entry) => entry,
        LockEvidence::Unreadable(error) => return bad(error.to_string()),
        LockEvidence::NoEntry | LockEvidence::NotAsked => {
            return bad("tidak ada entri (no entry)".to_owned());
        }
    };
    if entry.size > size {
        return bad(format!("ditandatangani (signed) {}, tersimpan (stored) {size}", entry.size));
    }
    let last = entry.size.checked_sub(1).map(Position);
    let leaf =
        last.and_then(|last| view.record(last).ok().flatten()).map(|record| record.leaf_hash());
    let root = view.root_at(entry.size).ok().flatten();
    if last.is_some() && (leaf != Some(entry.leaf_hash) || root != Some(entry.root)) {
        return bad(format!("rantai berbeda pada ukuran (another chain at size) {}", entry.size));
    }
    Check::ok(name, format!("{} / {size}", entry.size))
}

/// From here on there is time to do something.
const DISK_MARGIN: u64 = 4;

//! The words of what a server has too little of, or is asked too much of: quotas, shares, sizes, and a ledger that does
//! not write.

use jejak_ledger::{Exceeded, Failure, Quota};

use super::{Both, both};
use crate::problem::{Limit, writer};
use crate::shares::Shared;

pub(super) fn over_quota(of: &str, exceeded: &Exceeded) -> Both {
    let Quota { per_minute, burst } = exceeded.quota;
    let whose = match of {
        "signer" => ("penanda tangan ini", "this signer"),
        "agency" => ("semua penanda tangan instansi ini", "all signers of this agency together"),
        "token" => ("token ini", "this token"),
        _ => ("alamat Anda", "your address"),
    };
    both(
        ("Melebihi kuota", "Over the quota"),
        format!(
            "Kuota {} adalah {per_minute} tiap menit, paling banyak {burst} sekaligus. Ulangi setelah waktu dalam \
             Retry-After; tidak ada yang dicatat.",
            whose.0
        ),
        format!(
            "The quota of {} is {per_minute} a minute, at most {burst} at once. Try again after Retry-After; nothing \
             was recorded.",
            whose.1
        ),
    )
}

pub(super) fn full(of: Shared, of_caller: bool, max: usize) -> Both {
    let (id, en) = match of {
        Shared::Connections => ("sambungan sekaligus", "connections at once"),
        Shared::Requests => ("permintaan sekaligus", "requests at once"),
        Shared::Reads => ("pembacaan sekaligus", "reads at once"),
        Shared::Batches => ("kiriman sekaligus", "batches at once"),
        Shared::TrialBatches => ("kiriman uji sekaligus", "batches of trials at once"),
        Shared::Uploads => ("dokumen masuk sekaligus", "documents coming in at once"),
        Shared::Downloads => ("dokumen keluar sekaligus", "documents going out at once"),
    };
    let name = of.limit(of_caller);
    let (title, whose) = if of_caller {
        (("Bagian Anda penuh", "Your share is full"), (" dari satu alamat", " from one address"))
    } else {
        (("Peladen sibuk", "Busy"), ("", ""))
    };
    both(
        title,
        format!(
            "Batas {name} adalah {max} {id}{}. Ulangi setelah waktu dalam Retry-After; tidak ada yang dicatat.",
            whose.0
        ),
        format!(
            "The limit {name} is {max} {en}{}. Try again after Retry-After; nothing was recorded.",
            whose.1
        ),
    )
}

pub(super) fn busy() -> Both {
    both(
        ("Peladen sibuk", "Busy"),
        "Peladen sedang penuh. Kirim ulang setelah waktu dalam Retry-After; tidak ada yang dicatat.",
        "The server has too much to do. Try again after Retry-After; nothing was recorded.",
    )
}

fn draining() -> Both {
    both(
        ("Peladen berhenti", "Stopping"),
        "Peladen sedang dihentikan dan tidak menerima pernyataan baru.",
        "The server is stopping and takes no new statements.",
    )
}

pub(super) fn failed(failure: &Failure) -> Both {
    match failure {
        Failure::Busy { .. } => busy(),
        Failure::Draining => draining(),
        Failure::OverQuota(over) => over_quota(writer(over.of), &over.exceeded),
        Failure::WritingStopped(_) => both(
            ("Pencatatan dihentikan", "Writing stopped"),
            "Pencatatan pada buku besar ini dihentikan sampai pengelola memeriksanya; pembacaan tetap berjalan.",
            "Writing to this ledger is stopped until its operator has looked at it; reading goes on.",
        ),
        Failure::DiskFull { .. } => both(
            ("Penyimpanan penuh", "Disk full"),
            "Penyimpanan peladen penuh. Tidak ada yang dicatat.",
            "The server's disk is full. Nothing was recorded.",
        ),
        Failure::TooManyLines { lines_max, .. } => too_large(Limit::BatchLines, *lines_max),
        _ => both(
            ("Tidak tersedia", "Unavailable"),
            "Penyimpanan peladen sedang tidak menjawab. Tidak ada yang dicatat; coba lagi nanti.",
            "The server's store does not answer. Nothing was recorded; try again later.",
        ),
    }
}

pub(super) fn too_large(limit: Limit, max: usize) -> Both {
    let (id, en) = match limit {
        Limit::StatementBytes => ("bita untuk satu pernyataan", "bytes for one statement"),
        Limit::BatchBytes => ("bita untuk satu kiriman", "bytes for one batch"),
        Limit::BatchLines => ("baris untuk satu kiriman", "lines for one batch"),
        Limit::HeaderBytes => ("bita untuk kepala permintaan", "bytes for the head of a request"),
        Limit::DocumentBytes => ("bita untuk satu dokumen", "bytes for one document"),
        Limit::EvidenceBytes => {
            ("bita untuk satu daftar pencabutan", "bytes for one revocation list")
        }
        Limit::TrialBytes => ("bita untuk satu kiriman uji", "bytes for one batch of trials"),
        Limit::TrialLines => ("baris untuk satu kiriman uji", "lines for one batch of trials"),
    };
    let name = limit.name();
    both(
        ("Terlalu besar", "Too large"),
        format!("Batas {name} adalah {max} {id}."),
        format!("The limit {name} is {max} {en}."),
    )
}

//! `jejak evidence`: renewing what proves when things stood, before a hash or a stamp grows too old to prove it, and showing
//! what was renewed. And revocation lists: recorded from a file, and shown.

mod authority;
mod lists;
mod recorded;
mod renew;
mod show;
mod status;

use anyhow::Result;
use clap::Subcommand;

use super::Context;
use super::exit::Exit;

/// Evidence that lasts.
#[derive(Debug, Subcommand)]
pub(crate) enum Evidence {
    /// Catat daftar pencabutan atau jawaban OCSP dari berkas (record a list or a response from a file)
    Add(lists::Add),
    /// Penerbit, daftar pencabutan dan jawaban OCSP yang tercatat (issuers, recorded lists and responses)
    List(lists::List),
    /// Perbarui: SHA-512 atas seluruh isi dan stempel waktu lama, distempel lagi (renew: stamp everything anew)
    Renew(renew::Renew),
    /// Sampai mana distempel, apa yang menunggu, dan kapan daftar atau jawaban usang (what is stamped, pending, and due)
    Status(status::Status),
    /// Pembaruan yang disimpan, dan apakah masih membuktikan (what was renewed, and whether it proves)
    Show(show::Show),
}

impl Evidence {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        match self {
            Self::Add(add) => add.run(context),
            Self::List(list) => list.run(context),
            Self::Renew(renew) => renew.run(context),
            Self::Show(show) => show.run(context),
            Self::Status(status) => status.run(context),
        }
    }
}

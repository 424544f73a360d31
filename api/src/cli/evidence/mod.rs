//! `jejak evidence`: renewing what proves when things stood, before a hash or a stamp grows too old to prove it, and showing
//! what was renewed.

mod authority;
mod renew;
mod show;

use anyhow::Result;
use clap::Subcommand;

use super::Context;
use super::exit::Exit;

/// Evidence that lasts.
#[derive(Debug, Subcommand)]
pub(crate) enum Evidence {
    /// Perbarui: SHA-512 atas seluruh isi dan stempel waktu lama, distempel lagi (renew: stamp everything anew)
    Renew(renew::Renew),
    /// Pembaruan yang disimpan, dan apakah masih membuktikan (what was renewed, and whether it proves)
    Show(show::Show),
}

impl Evidence {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        match self {
            Self::Renew(renew) => renew.run(context),
            Self::Show(show) => show.run(context),
        }
    }
}

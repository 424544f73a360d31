//! What a kept demo leaves for trying by hand, and for the examples of every `--help`: events that are
//! not yet recorded, one of them signed, tables of levels, a configuration.

use std::path::Path;

use anyhow::Result;
use jejak_signer::devca::ListSpec;
use jejak_signer::{Typ, Window, revocation_list_to_pem, sign_jws};
use serde_json::json;

use super::world::{BENGKAYANG, World};
use crate::cli::{Context, files, times};

/// Writes them.
pub(super) fn write_to(directory: &Path, world: &World, context: &Context) -> Result<()> {
    let event = registration(world, "contoh", "Persuratan", context)?;
    files::write_new(&directory.join("event.json"), &event)?;
    let officer = &world.kadis_kesehatan;
    let iat = Some(context.now_s());
    let statement =
        sign_jws(&officer.key, Typ::Event, officer.certificate, iat, event.trim_end().as_bytes())?;
    files::write_new(&directory.join("event.jws"), std::str::from_utf8(&statement)?)?;

    let another = registration(world, "contoh-lain", "Kearsipan", context)?;
    files::write_new(&directory.join("event-2.json"), &another)?;

    let events = directory.join("events");
    files::make_directory(&events)?;
    for (number, name) in (1..).zip(["Antrean", "Rekam Medis", "Apotek"]) {
        let event = registration(world, &format!("contoh-{number}"), name, context)?;
        files::write_new(&events.join(format!("{number}.json")), &event)?;
    }

    let made = i64::try_from(context.now_s())?;
    let nobody = ListSpec {
        window: Window { not_before: made, not_after: made + WEEK_S },
        number: 1,
        points: Vec::new(),
        revoked: Vec::new(),
    };
    let lists = [
        ("penerbit.crl", world.ca.revocation_list(&nobody)?),
        ("akar.crl", world.ca.root_revocation_list(&nobody)?),
    ];
    for (name, list) in lists {
        files::write_new(&directory.join(name), revocation_list_to_pem(&list))?;
    }

    files::write_new(&directory.join("levels-2023.csv"), levels(0))?;
    files::write_new(&directory.join("levels-2024.csv"), levels(1))?;
    files::write_new(&directory.join("jejak.toml"), CONFIGURATION)
}

/// An application of the health agency, to be signed by its head.
fn registration(world: &World, id: &str, name: &str, context: &Context) -> Result<String> {
    let event = json!({
        "specversion": "1.0",
        "id": id,
        "source": format!("agency/{}", world.kadis_kesehatan.agency()),
        "type": "system.registered",
        "subject": format!("system/{id}"),
        "time": times::in_jakarta(context.clock.now())?,
        "ledger": BENGKAYANG.origin,
        "data": {
            "name": name,
            "kind": "application",
            "owner": "Pemerintah Daerah",
            "agency": world.kadis_kesehatan.agency(),
            "task_basis": "Pelayanan kesehatan tingkat pertama",
        },
    });
    Ok(format!("{event:#}\n"))
}

/// A table of made-up levels; every indicator `more` higher, as far as there are levels.
fn levels(more: usize) -> String {
    let columns: Vec<String> = (1..=INDICATORS).map(|number| format!("i{number}")).collect();
    let header = format!("agency,{}\n", columns.join(","));
    let row = |(agency, lowest): (&str, usize)| {
        let level = |number: usize| (lowest + number % 2 + more).min(5).to_string();
        let levels: Vec<String> = (1..=INDICATORS).map(level).collect();
        format!("{agency},{}\n", levels.join(","))
    };
    let agencies = [("Dinas Contoh", 2), ("Badan Contoh", 1), ("Kantor Contoh", 3)];
    std::iter::once(header).chain(agencies.into_iter().map(row)).collect()
}

/// Until the next revocation list.
const WEEK_S: i64 = 7 * 86_400;
/// Indicators of the instrument of 2023 and 2024.
const INDICATORS: usize = 47;
const CONFIGURATION: &str = "\
# Contoh konfigurasi; yang tidak ditulis memakai bawaan (what is not written has its default)
[server]
drain_ms = 20_000

[limits]
batch_bytes_max = 8_388_608

[log]
format = \"text\"
filter = \"info\"
";

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use jejak_api::Config;

    use super::*;

    #[test]
    fn the_sample_configuration_loads() {
        Config::parse(CONFIGURATION, Path::new("jejak.toml")).unwrap();
    }

    #[test]
    fn a_table_of_levels_has_a_column_for_each_indicator() {
        assert_eq!(levels(1).lines().map(|line| line.split(',').count()).max(), Some(48));
    }
}

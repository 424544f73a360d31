//! The national ledger: the official results of 2023, all 621 rows, as an appointed recorder enters
//! what the ministry published. Nothing is recomputed; the decimals stay the printed ones.

use anyhow::{Context as _, Result};
use jejak_signer::Hash;
use serde::Deserialize;
use serde_json::{Value, json};

use super::founding::{document, enrolment};
use super::scene::{Act, Scene};
use super::world::World;
use crate::cli::holder::slug;

/// One row of the official table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Published {
    year: u16,
    table: String,
    no: u32,
    pub(super) agency: String,
    d1: String,
    d2: String,
    d3: String,
    d4: String,
    pub(super) index: String,
    pub(super) predicate: String,
}

/// Records the recorder, then every row; the rows.
pub(super) fn record(scene: &Scene<'_>, world: &World) -> Result<Vec<Published>> {
    scene.stage.step(
        "Buku besar nasional: 621 hasil resmi evaluasi SPBE 2023, dicatat oleh pencatat",
        "The national ledger: the 621 official results of 2023, entered by a recorder",
    )?;
    offices(scene, world)?;
    let rows = published()?;
    let sign =
        |(number, row): (usize, &Published)| scene.signed(&world.recorder, act(world, number, row));
    let statements = rows.iter().enumerate().map(sign).collect::<Result<Vec<_>>>()?;
    let positions = scene.accept_all(statements)?;
    let (first, last) = (positions.first().context("kosong")?, positions.last().context("kosong")?);
    scene.stage.shows(
        format_args!("#{first}..#{last}  index.published: {} baris dalam satu kiriman", rows.len()),
        "one batch, each row signed, DICATAT: recorded, not signed by the minister",
    )?;
    Ok(rows)
}

/// The rows of the table.
fn published() -> Result<Vec<Published>> {
    let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
    reader.deserialize().map(|row| row.context("tabel 2023 (the table of 2023)")).collect()
}

/// Whose decision it is, and who may record it.
fn offices(scene: &Scene<'_>, world: &World) -> Result<()> {
    let registrar = &world.national_registrar;
    scene.accept(registrar, enrolment(scene.place, &world.recorder)?, world.recorder.name)?;
    let decree = || document("decree", "SK-CONTOH/2023", "2023-01-02", "SK Pengangkatan.pdf");
    let minister = json!({
        "person": world.minister,
        "agency": world.recorder.agency(),
        "decision": decree(),
        "from": "2023-01-02",
        "head": true,
    });
    scene.accept(
        registrar,
        Act::new("role.appointed", "role/menpanrb", minister),
        "Menteri PANRB",
    )?;
    let recorder = json!({
        "person": world.recorder.person(),
        "agency": world.recorder.agency(),
        "decision": decree(),
        "from": "2023-01-02",
        "recorder": true,
    });
    scene.accept(
        registrar,
        Act::new("role.appointed", RECORDER, recorder),
        "pencatat (recorder)",
    )?;
    Ok(())
}

fn act(world: &World, number: usize, row: &Published) -> Act {
    let Published { year, table, no, agency, d1, d2, d3, d4, index, predicate } = row;
    let data = json!({
        "year": year,
        "table": table,
        "number": no,
        "agency": agency,
        "d1": d1,
        "d2": d2,
        "d3": d3,
        "d4": d4,
        "index": index,
        "predicate": predicate,
        "instrument": "permenpanrb-59-2020",
    });
    let decision = json!({
        "by": world.minister,
        "office": "role/menpanrb",
        "date": PUBLISHED_ON,
        "document": report(),
    });
    let late =
        json!({ "reason": "dicatat kemudian dari laporan yang diumumkan", "document": report() });
    Act::new("index.published", &format!("eval/{year}/{}", slug(agency)), data)
        .with("id", format!("spbe-{year}-{:03}", number + 1))
        .with("time", format!("{PUBLISHED_ON}T00:00:00+07:00"))
        .with("office", RECORDER)
        .with("signedas", "pencatat")
        .with("decision", decision)
        .with("late", late)
}

/// What was at hand: the table as read from the report.
fn report() -> Value {
    json!({
        "kind": "report",
        "name": "Laporan Pelaksanaan Evaluasi SPBE 2023 (tabel)",
        "mediatype": "text/csv",
        "size": TABLE.len(),
        "sha256": Hash::of(TABLE.as_bytes()).to_string(),
    })
}

const TABLE: &str = include_str!("../../../../tests/data/spbe-index-2023.csv");
const RECORDER: &str = "role/pencatat-spbe";
/// The copy of the report bears no day; this one is the demo's assumption.
const PUBLISHED_ON: &str = "2024-01-11";

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_has_621_rows_and_every_agency_a_stream_of_its_own() {
        let rows = published().unwrap();
        assert_eq!(rows.len(), 621);
        let slugs: BTreeSet<String> = rows.iter().map(|row| slug(&row.agency)).collect();
        assert_eq!(slugs.len(), 621);
        let bengkayang =
            rows.iter().find(|row| row.agency == "Pemerintah Kab. Bengkayang").unwrap();
        assert_eq!((bengkayang.index.as_str(), bengkayang.predicate.as_str()), ("2.46", "Cukup"));
    }
}

//! `jejak index` as it is called: arguments and files in, exact text out.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use serde_json::Value;
use tempfile::TempDir;

use super::{Format, IndexCommand, IndexError};
use crate::cli::exit::Exit;

#[derive(Parser)]
struct Cli {
    #[arg(short, long, global = true, value_enum, default_value_t = Format::Table)]
    output: Format,
    #[command(flatten)]
    command: IndexCommand,
}

struct Done {
    output: String,
    talk: String,
    result: Result<(), IndexError>,
}

impl Done {
    fn failure(&self) -> String {
        assert_eq!(self.output, "", "nothing is written of a table with a fault");
        self.result.as_ref().unwrap_err().to_string()
    }
}

fn jejak_index(arguments: &[&str]) -> Done {
    let cli = Cli::try_parse_from([&["jejak"], arguments].concat()).unwrap();
    let (mut output, mut talk) = (Vec::new(), Vec::new());
    let result = cli.command.run(&mut output, &mut talk, cli.output);
    let [output, talk] = [output, talk].map(|bytes| String::from_utf8(bytes).unwrap());
    Done { output, talk, result }
}

fn data(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("../tests/data/levels").join(name).to_str().unwrap().to_owned()
}

/// A file of this content, in a directory that lives as long as the result.
fn file(name: &str, content: &[u8]) -> (TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    fs::write(&path, content).unwrap();
    (directory, path.to_str().unwrap().to_owned())
}

fn header() -> String {
    (1..=47).fold("agency".to_owned(), |mut header, number| {
        write!(header, ",i{number}").unwrap();
        header
    })
}

fn row(agency: &str, level: &str) -> String {
    format!("{agency}{}", format!(",{level}").repeat(47))
}

const SYNTHETIC_2023: &str = "\
agency,d1,d2,d3,d4,index,predicate
Kab. Contoh Satu,4.40,3.70,3.09,4.76,4.17,Sangat Baik
Kab. Contoh Dua,4.70,3.00,2.09,3.94,3.50,Sangat Baik
\"Kota Contoh, Pusat\",5.00,4.20,3.09,5.00,4.49,Memuaskan
\"Kota Contoh \"\"Utara\"\"\",1.90,1.60,1.00,2.17,1.80,Cukup
Dinas Contoh,1.00,1.10,1.00,1.00,1.03,Kurang
";

#[test]
fn a_table_of_levels_becomes_a_table_of_indexes() {
    let done = jejak_index(&["--year", "2023", "-o", "csv", &data("synthetic-59-2020.csv")]);
    done.result.unwrap();
    assert_eq!(done.output, SYNTHETIC_2023);
    assert!(done.talk.contains("5 instansi (agencies), rata-rata (plain mean) 3.00, terendah (lowest) 1.03, tertinggi (highest) 4.49"));
    assert!(done.talk.contains("Kota: 2 instansi (agencies), rata-rata (mean) 3.14"));
}

#[test]
fn the_same_levels_give_the_same_result_in_every_kind_of_file() {
    for name in ["synthetic-59-2020-semicolon-bom.csv", "synthetic-59-2020.xlsx"] {
        let done = jejak_index(&["--year", "2023", "-o", "csv", &data(name)]);
        done.result.unwrap();
        assert_eq!(done.output, SYNTHETIC_2023, "{name}");
    }
}

#[test]
fn the_year_decides_how_the_predicate_is_read() {
    let done = jejak_index(&["--year", "2024", "-o", "csv", &data("synthetic-59-2020.csv")]);
    assert!(done.output.contains("Kab. Contoh Dua,4.70,3.00,2.09,3.94,3.50,Baik\n"));
    assert!(done.output.contains("1.90,1.60,1.00,2.17,1.80,Kurang\n"));
    assert!(!done.talk.contains("not confirmed"));
}

#[test]
fn what_is_not_confirmed_is_shown() {
    let done = jejak_index(&["--year", "2025", &data("synthetic-59-2020.csv")]);
    assert!(done.talk.starts_with("belum dipastikan (not confirmed): 2025 is judged as 2024"));
    assert!(done.output.contains("3.50   Baik*\n"));
    assert!(done.output.contains("4.17   Sangat Baik\n"));
    assert!(done.output.contains(
        "* belum dipastikan (not confirmed): the rounded value would give another predicate"
    ));
    let done = jejak_index(&["--year", "2025", "-o", "json", &data("synthetic-59-2020.csv")]);
    let json: Value = serde_json::from_str(&done.output).unwrap();
    assert_eq!(json["unconfirmed"].as_array().unwrap().len(), 1);
    assert_eq!(json["rows"][1]["predicate_by_other_reading"], "Sangat Baik");
    assert_eq!(json["rows"][0].get("predicate_by_other_reading"), None);
}

#[test]
fn the_older_instrument_has_three_domains() {
    let path = data("synthetic-5-2018.csv");
    let done = jejak_index(&["--year", "2019", "--instrument", "5/2018", "-o", "csv", &path]);
    done.result.unwrap();
    assert_eq!(
        done.output,
        "agency,d1,d2,d3,index,predicate\n\
         Kota Contoh Lama,2.06,2.29,3.00,2.64,Baik\n\
         Kota Contoh Baru,3.00,3.00,3.61,3.33,Baik\n\
         Kab. Contoh Nol,0.00,0.00,0.00,0.00,Kurang\n"
    );
    assert!(done.talk.contains("predicate bounds of PermenPANRB 5/2018 are not confirmed"));
}

#[test]
fn json_has_the_exact_values_and_the_totals() {
    let done = jejak_index(&["--year", "2023", "-o", "json", &data("synthetic-59-2020.csv")]);
    let json: Value = serde_json::from_str(&done.output).unwrap();
    assert_eq!((&json["year"], &json["instrument"]), (&2023.into(), &"59/2020".into()));
    let first = &json["rows"][0];
    assert_eq!((&first["index"], &first["exact"]), (&"4.17".into(), &"8344/2000".into()));
    assert_eq!((&first["a8"], &first["next"]), (&"5.00".into(), &"Memuaskan".into()));
    assert_eq!(first["missing_for_next"], "46/2000");
    assert_eq!(json["totals"]["agencies"], 5);
    assert_eq!(json["totals"]["predicates"]["Sangat Baik"], 2);
    assert_eq!(json["totals"]["groups"][1]["group"], "Kota");
    let lines = jejak_index(&["--year", "2023", "-o", "ndjson", &data("synthetic-59-2020.csv")]);
    let rows: Vec<Value> =
        lines.output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(&rows, json["rows"].as_array().unwrap());
}

#[test]
fn every_fault_is_named_by_row_and_column_and_nothing_is_computed() {
    let path = data("faulty-59-2020.xlsx");
    let done = jejak_index(&["--year", "2024", &path]);
    assert_eq!(
        done.failure(),
        format!(
            "{path}: 6 kesalahan, tidak ada yang dihitung (6 faults, nothing is computed)\n  \
             baris (row) 2, kolom (column) i4 (F), Kab. Contoh Satu: \"#REF!\" bukan tingkat 1 sampai 5 (not a level from 1 to 5)\n  \
             baris (row) 3, kolom (column) i22 (X), Kab. Contoh Dua: \"4.5\" bukan tingkat 1 sampai 5 (not a level from 1 to 5)\n  \
             baris (row) 3, kolom (column) i39 (AO), Kab. Contoh Dua: tingkat belum diisi (there is no level)\n  \
             baris (row) 5, kolom (column) i1 (C), Kota Contoh, Pusat: \"TRUE\" bukan tingkat 1 sampai 5 (not a level from 1 to 5)\n  \
             baris (row) 5, kolom (column) i47 (AW), Kota Contoh, Pusat: \"6\" bukan tingkat 1 sampai 5 (not a level from 1 to 5)\n  \
             baris (row) 5, kolom (column) BD, Kota Contoh, Pusat: \"note\" di luar kolom tajuk (outside the columns of the \
             header)"
        )
    );
    assert_eq!(done.result.unwrap_err().exit(), Exit::Error);
}

#[test]
fn a_row_that_ends_early_lacks_levels() {
    let table = format!("{}\nA,1,2\n{}\n", header(), row("B", "3"));
    let (_directory, path) = file("short.csv", table.as_bytes());
    let message = jejak_index(&["--year", "2024", &path]).failure();
    assert!(message.contains("45 faults"), "{message}");
    assert!(
        message.contains(
            "baris (row) 2, kolom (column) i3 (D), A: tingkat belum diisi (there is no level)"
        ),
        "{message}"
    );
    assert!(message.ends_with("(and 25 more)"), "{message}");
}

#[test]
fn rows_are_counted_as_an_editor_does() {
    let table = format!(
        "\r\n{}\r\n\"A\nB\",{}\r\n\r\n{}\r\n",
        header(),
        vec!["3"; 47].join(","),
        row("", "2")
    );
    let (_directory, path) = file("lines.csv", table.as_bytes());
    let message = jejak_index(&["--year", "2024", &path]).failure();
    assert!(
        message.ends_with(
            "baris (row) 6, kolom (column) agency (A): instansi belum diisi (there is no agency)"
        ),
        "{message}"
    );
}

#[test]
fn what_is_not_scored_counts_zero_only_when_asked_for() {
    let table = format!("{}\nA,{}\n", header(), vec!["1"; 46].join(","));
    let (_directory, path) = file("unscored.csv", table.as_bytes());
    let message = jejak_index(&["--year", "2024", &path]).failure();
    assert!(
        message.ends_with("kolom (column) i47 (AV), A: tingkat belum diisi (there is no level)"),
        "{message}"
    );
    let done = jejak_index(&["--year", "2024", "--unscored", "zero", "-o", "csv", &path]);
    done.result.unwrap();
    assert!(done.output.ends_with("\nA,1.00,1.00,1.00,0.93,0.97,Kurang\n"), "{}", done.output);
    assert!(done.talk.contains("(not confirmed): that what is not scored counts 0"));
}

#[test]
fn a_header_must_fit_the_instrument() {
    let newer = data("synthetic-59-2020.csv");
    let message = jejak_index(&["--year", "2019", &newer]).failure();
    for fault in [
        "kolom (column) i35 (AK): i35 bukan indikator PermenPANRB 5/2018",
        "kolom i35a tidak ada (the column is missing)",
        "kolom i35c tidak ada",
    ] {
        assert!(message.contains(fault), "{message}");
    }
    let twice = format!("{},I22\n{},3\n", header(), row("A", "3"));
    let (_directory, path) = file("twice.csv", twice.as_bytes());
    let message = jejak_index(&["--year", "2024", &path]).failure();
    assert!(
        message.ends_with(
            "kolom (column) i22 (AW): kolom i22 ada dua kali (the column is there twice)"
        ),
        "{message}"
    );
}

#[test]
fn columns_that_mean_nothing_are_named_and_repeats_are_told() {
    let table = format!("{},note\n{},x\n{},y\n", header(), row("A", "3"), row("A", "4"));
    let (_directory, path) = file("repeats.csv", table.as_bytes());
    let done = jejak_index(&["--year", "2024", "-o", "csv", &path]);
    done.result.unwrap();
    assert!(done.talk.contains("(columns not used): note\n"));
    assert!(done.talk.contains("\"A\" ada di baris 2 dan lagi di baris 3 (is in both rows)\n"));
    let message = jejak_index(&["--year", "2024", "--explain", "a", &path]).failure();
    assert!(
        message.ends_with("instansi \"a\" ada di baris 2 dan 3 (the agency is in both rows)"),
        "{message}"
    );
}

#[test]
fn a_file_of_another_kind_is_refused_by_its_content() {
    for (content, kind) in [
        (&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 rest"[..], "a workbook of the old kind (XLS)"),
        (b"\xFF\xFEa\0g\0", "text in UTF-16"),
        (b"PK\x03\x04 but no workbook", "not a readable workbook"),
        (b"", "the table is empty"),
        (b"\n\n \n", "the table is empty"),
    ] {
        let (_directory, path) = file("other.csv", content);
        let message = jejak_index(&["--year", "2024", &path]).failure();
        assert!(message.contains(kind), "{message}");
    }
    let missing = jejak_index(&["--year", "2024", "no-such-file.csv"]).failure();
    assert!(missing.starts_with("no-such-file.csv: "), "{missing}");
}

#[test]
fn text_that_is_not_utf8_is_named() {
    let mut table = format!("{}\n{}\n", header(), row("A", "3")).into_bytes();
    table.extend_from_slice(format!("{}\n", row("Kab. ?", "3")).as_bytes());
    let place = table.iter().rposition(|&byte| byte == b'?').unwrap();
    table[place] = 0xE9;
    let (_directory, path) = file("latin1.csv", &table);
    let message = jejak_index(&["--year", "2024", &path]).failure();
    assert!(
        message
            .ends_with("baris (row) 3, kolom (column) A: teks bukan UTF-8 (the text is not UTF-8)"),
        "{message}"
    );
}

/// A quote that is never closed would take the rest of the file into memory as one cell.
#[test]
fn a_record_without_an_end_is_refused() {
    let mut table = format!("{}\n\"A", header());
    table.push_str(&row("B\n", "3").repeat(40_000));
    let (_directory, path) = file("endless.csv", table.as_bytes());
    let message = jejak_index(&["--year", "2024", &path]).failure();
    assert!(message.contains("baris (row) 2: rekaman lebih dari 1048576 bita"), "{message}");
}

#[test]
fn a_sheet_is_chosen_by_name() {
    let path = data("synthetic-59-2020.xlsx");
    let first = jejak_index(&["--year", "2023", "-o", "csv", &path]);
    assert!(first.talk.contains("lembar \"Levels\" yang dibaca, 1 lainnya tidak"));
    let named = jejak_index(&["--year", "2023", "-o", "csv", "--sheet", "Levels", &path]);
    assert_eq!(named.output, first.output);
    let done = jejak_index(&["--year", "2023", "--sheet", "Levls", &path]);
    assert!(done.failure().contains(
        "tidak ada lembar \"Levls\" (there is no such sheet; the sheets are Levels, Notes)"
    ));
    assert_eq!(done.result.unwrap_err().exit(), Exit::NotFound);
}

#[test]
fn an_explanation_shows_each_step() {
    let path = data("synthetic-59-2020.csv");
    let done = jejak_index(&["--year", "2023", "--explain", " kab. contoh satu ", &path]);
    done.result.unwrap();
    for line in [
        "Kab. Contoh Satu",
        "     (44 x 1.30) / 13.00 = 4.40",
        "     = 8344/2000 points = 4.172, shown 4.17 (half up)",
        "Predicate: read from the value as shown, 4.17, is at least 3.50",
    ] {
        assert!(done.output.lines().any(|found| found == line), "{line:?} in\n{}", done.output);
    }
    let unknown = jejak_index(&["--year", "2023", "--explain", "Kab. Contoh", &path]);
    assert!(
        unknown.failure().ends_with("tidak ada instansi \"Kab. Contoh\" (there is no such agency)")
    );
    assert_eq!(unknown.result.unwrap_err().exit(), Exit::NotFound);
    let as_csv = jejak_index(&["--year", "2023", "--explain", "Dinas Contoh", "-o", "csv", &path]);
    assert_eq!(as_csv.result.unwrap_err().exit(), Exit::Usage);
}

#[test]
fn what_if_shows_the_effect() {
    let path = data("synthetic-59-2020.csv");
    let arguments = ["--year", "2024", "--what-if", "i22=4,i30=3"];
    let done = jejak_index(&[&arguments[..], &["-o", "csv", &path]].concat());
    done.result.unwrap();
    let mut lines = done.output.lines();
    assert_eq!(
        lines.next().unwrap(),
        "agency,d1,d2,d3,d4,index,predicate,what_if_index,what_if_predicate,change"
    );
    // i22 from 2 to 4 and i30 from 2 to 3: 90 of 2000 points, 3.4985 to 3.5435.
    assert_eq!(
        lines.nth(1).unwrap(),
        "Kab. Contoh Dua,4.70,3.00,2.09,3.94,3.50,Baik,3.54,Sangat Baik,+0.04"
    );
    let explained =
        jejak_index(&[&arguments[..], &["--explain", "Kab. Contoh Dua", &path]].concat());
    assert!(explained.output.contains("     i22 2 -> 4  Manajemen keamanan informasi\n"));
    assert!(explained.output.contains("     = 7087/2000 points = 3.5435, shown 3.54 (half up)\n"));
    for (what_if, message) in [
        (
            "i48=3",
            "--what-if: PermenPANRB 59/2020 tidak punya indikator i48 (it has no such indicator)",
        ),
        ("i22=6", "--what-if: i22=6 tidak antara 1 dan 5 (not between them)"),
    ] {
        let done = jejak_index(&["--year", "2024", "--what-if", what_if, &path]);
        assert_eq!(done.failure(), message);
        assert_eq!(done.result.unwrap_err().exit(), Exit::Usage);
    }
}

#[test]
fn the_cheapest_way_to_a_predicate_is_found_and_explained() {
    let path = data("synthetic-59-2020.csv");
    let arguments = ["--year", "2024", "--target", "sangat-baik"];
    let done = jejak_index(&[&arguments[..], &["-o", "csv", &path]].concat());
    // 3.4985 lacks 3 of 7000 points: any one step does, the earliest is taken.
    assert!(done.output.contains(",3.50,Baik,Sangat Baik,1,i8:4>5\n"), "{}", done.output);
    assert!(done.output.contains(",4.17,Sangat Baik,Sangat Baik,0,\n"), "{}", done.output);
    let limits = ["--cost", "i8=5,i9=5,i10=5", "--keep", "i11,i12", "--explain", "Kab. Contoh Dua"];
    let done = jejak_index(&[&arguments[..], &limits, &[&path]].concat());
    for line in [
        "Jalan termurah ke (cheapest way to) Sangat Baik",
        "     perlu 7000 poin, ada 6997 (points needed, points there)",
        "     i13 3 -> 4: 50 points, cost 1  Keterpaduan rencana dan anggaran SPBE",
        "     cost 1, 7047/2000 points, shown 3.52, Sangat Baik",
        "     semua kombinasi diperiksa: di bawah biaya 1 paling banyak 6997 poin (all combinations were considered)",
    ] {
        assert!(done.output.lines().any(|found| found == line), "{line:?} in\n{}", done.output);
    }
}

#[test]
fn a_target_out_of_reach_is_told() {
    let keep: Vec<String> = (1..=47).map(|number| format!("i{number}")).collect();
    let keep = keep.join(",");
    let path = data("synthetic-59-2020.csv");
    let arguments = ["--year", "2024", "--target", "memuaskan", "--keep", &keep];
    let done = jejak_index(&[&arguments[..], &["-o", "csv", &path]].concat());
    assert!(done.output.contains(",4.17,Sangat Baik,Memuaskan,,out of reach\n"), "{}", done.output);
    let done = jejak_index(&[&arguments[..], &["--explain", "Dinas Contoh", &path]].concat());
    let told = "Jalan termurah (cheapest way): Memuaskan is out of reach: it needs 8400 points, at most 2050 can be had";
    assert!(done.output.contains(told), "{}", done.output);
}

#[test]
fn a_trend_follows_each_agency_by_the_rules_of_each_year() {
    let (older, newer) = (data("synthetic-5-2018.csv"), data("synthetic-59-2020.csv"));
    let higher = format!("{}\n{}\n", header(), row("Dinas Contoh", "4"));
    let (_directory, higher) = file("2024.csv", higher.as_bytes());
    let tables = [format!("2019={older}"), format!("2023={newer}"), format!("2024={higher}")];
    let done = jejak_index(&["-o", "csv", "trend", &tables[2], &tables[0], &tables[1]]);
    done.result.unwrap();
    let mut lines = done.output.lines();
    assert_eq!(lines.next().unwrap(), "agency,2019,2023,2024,change,predicate");
    assert_eq!(lines.next().unwrap(), "Dinas Contoh,,1.03,4.00,+2.97,Sangat Baik");
    assert!(done.talk.contains("mulai 2023 instrumennya 59/2020, sebelumnya 5/2018"));
    let one =
        jejak_index(&["trend", "--agency", "dinas contoh", "-o", "json", &tables[1], &tables[2]]);
    let json: Value = serde_json::from_str(&one.output).unwrap();
    assert_eq!(json["agencies"].as_array().unwrap().len(), 1);
    assert_eq!(json["agencies"][0]["years"]["2024"]["predicate"], "Sangat Baik");
    let nobody = jejak_index(&["trend", "--agency", "nobody", &tables[1]]);
    assert_eq!(nobody.result.unwrap_err().exit(), Exit::NotFound);
    let twice = jejak_index(&["trend", &tables[1], &tables[1]]);
    assert_eq!(twice.failure(), "tahun 2023 disebut dua kali (the year is given twice)");
}

#[test]
fn a_trend_refuses_an_agency_that_is_there_twice() {
    let table = format!("{}\n{}\n{}\n", header(), row("A", "3"), row("A", "4"));
    let (_directory, path) = file("twice.csv", table.as_bytes());
    let done = jejak_index(&["trend", &format!("2024={path}")]);
    let message = done.failure();
    assert!(
        message.ends_with("A: instansi sudah ada sebelumnya (the agency was there before)"),
        "{message}"
    );
}

#[test]
fn a_year_without_an_instrument_is_a_wrong_request() {
    let path = data("synthetic-59-2020.csv");
    let done = jejak_index(&["--year", "2026", &path]);
    assert!(done.failure().contains("(the instrument of 2026"));
    assert_eq!(done.result.unwrap_err().exit(), Exit::Usage);
    let named = jejak_index(&["--year", "2026", "--instrument", "59/2020", &path]);
    assert!(named.talk.starts_with("belum dipastikan (not confirmed): 59/2020 was asked for"));
    named.result.unwrap();
    let wrong = jejak_index(&["--year", "2023", "--instrument", "5/2018", &path]);
    assert_eq!(
        wrong.failure(),
        "tahun atau instrumen tidak berlaku (the instrument 5/2018 was not in use for 2023: 59/2020 was)"
    );
}

#[test]
fn a_table_is_required() {
    assert!(Cli::try_parse_from(["jejak"]).is_err());
    assert!(Cli::try_parse_from(["jejak", "--year", "2023"]).is_err());
    assert!(Cli::try_parse_from(["jejak", "trend"]).is_err());
    assert!(Cli::try_parse_from(["jejak", "--year", "2023", "--cost", "i1=2", "x.csv"]).is_err());
    assert!(Path::new(&data("synthetic-59-2020.csv")).exists());
}

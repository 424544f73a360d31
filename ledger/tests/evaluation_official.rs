//! The index against every official result that is known: the table of 2023 row by row,
//! single agencies, and the worked examples of the regulation. A published row gives domains, not
//! levels; levels are constructed from the sums that fit.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jejak_ledger::evaluation::{
    Edition, Hundredths, Levels, Predicate, Published, Scores, Unscored,
};

/// One row of an official table, and the sums of levels (of indicators 1-10, 11-20, 21-31, 32-41,
/// 42-47) whose domains are shown as published.
struct Row {
    year: u16,
    agency: String,
    published: Published,
    /// The values of index x 2000 that the file lists as fitting.
    listed: Vec<u64>,
    fits: Vec<[u64; 5]>,
}

impl Row {
    /// The exact values of index x 2000 the row allows, whatever its published index.
    fn witnesses(&self) -> Vec<u64> {
        let mut values: Vec<u64> = self.fits.iter().map(|&sums| points(sums)).collect();
        values.sort_unstable();
        values.dedup();
        values
    }
}

/// spbe.md, part 2: index * 2000 = 26 S1 + 50 S2 + 30 S3 + 55 A + 60 B. Written here on its own, as
/// the reference.
fn points([s1, s2, s3, a, b]: [u64; 5]) -> u64 {
    26 * s1 + 50 * s2 + 30 * s3 + 55 * a + 60 * b
}

fn half_up(numerator: u64, denominator: u64) -> u64 {
    (200 * numerator + denominator) / (2 * denominator)
}

fn fits(domains: &[Hundredths]) -> Vec<[u64; 5]> {
    let within = |range: std::ops::RangeInclusive<u64>, count: u64, shown: Hundredths| {
        range.filter(move |&sum| half_up(sum, count) == shown.0).collect::<Vec<_>>()
    };
    let (s1, s2) = (within(10..=50, 10, domains[0]), within(10..=50, 10, domains[1]));
    let s3 = within(11..=55, 11, domains[2]);
    let services = (10..=50).flat_map(|a| (6..=30).map(move |b| (a, b)));
    let services: Vec<(u64, u64)> =
        services.filter(|&(a, b)| half_up(275 * a + 300 * b, 4550) == domains[3].0).collect();
    let mut all = Vec::new();
    for &one in &s1 {
        for &two in &s2 {
            for &three in &s3 {
                all.extend(services.iter().map(|&(a, b)| [one, two, three, a, b]));
            }
        }
    }
    all
}

fn rows(table: &str) -> Vec<Row> {
    let rows = table.lines().skip(1).map(|line| {
        // The agency may hold commas; everything right of it does not.
        let right: Vec<&str> = line.rsplitn(9, ',').collect();
        let shown = |place: usize| right[place].parse::<Hundredths>().unwrap();
        let domains = vec![shown(7), shown(6), shown(5), shown(4)];
        Row {
            year: line[..4].parse().unwrap(),
            agency: right[8].to_owned(),
            listed: right[1].split('/').map(|value| value.parse().unwrap()).collect(),
            fits: fits(&domains),
            published: Published {
                domains,
                index: shown(3),
                predicate: Some(right[2].parse().unwrap()),
            },
        }
    });
    rows.collect()
}

fn table_2023() -> Vec<Row> {
    rows(include_str!("../../tests/data/spbe-index-2023.csv"))
}

/// Levels of `count` indicators with this sum, as even as can be.
fn spread(sum: u64, count: u64) -> Vec<Option<u8>> {
    let level = |place| u8::try_from(sum / count + u64::from(place < sum % count)).unwrap();
    (0..count).map(|place| Some(level(place))).collect()
}

fn levels_of_sums(edition: &Edition, sums: &[(u64, u64)]) -> Levels {
    let answers = sums.iter().flat_map(|&(sum, count)| spread(sum, count));
    Levels::new(edition.instrument(), answers, Unscored::Refused).unwrap()
}

fn levels_of([s1, s2, s3, a, b]: [u64; 5], edition: &Edition) -> Levels {
    levels_of_sums(edition, &[(s1, 10), (s2, 10), (s3, 11), (a, 10), (b, 6)])
}

fn shown(values: &[jejak_ledger::evaluation::Ratio]) -> Vec<String> {
    values.iter().map(|value| value.hundredths().to_string()).collect()
}

#[test]
fn every_row_with_one_exact_value_is_reproduced() {
    let mut reproduced = 0;
    for row in table_2023().iter().filter(|row| row.witnesses().len() == 1) {
        let edition = Edition::of(row.year, None).unwrap();
        for &sums in &row.fits {
            let scores = Scores::of(&levels_of(sums, &edition));
            assert_eq!(row.published.differences(&edition, &scores), [], "{}", row.agency);
            assert_eq!(scores.index().numerator(), row.witnesses()[0], "{}", row.agency);
        }
        reproduced += 1;
    }
    assert_eq!(reproduced, 88);
}

/// Half to even would leave rows without any value that fits.
#[test]
fn every_other_row_has_levels_that_give_it() {
    let (mut rows, mut without) = (0, Vec::new());
    for row in table_2023() {
        let edition = Edition::of(row.year, None).unwrap();
        let numbers = Published { predicate: None, ..row.published.clone() };
        let (mut fitting, mut judged_as_published) = (Vec::new(), false);
        for &sums in &row.fits {
            let scores = Scores::of(&levels_of(sums, &edition));
            if numbers.differences(&edition, &scores).is_empty() {
                fitting.push(scores.index().numerator());
            }
            judged_as_published |= row.published.differences(&edition, &scores).is_empty();
        }
        fitting.sort_unstable();
        fitting.dedup();
        rows += 1;
        if judged_as_published {
            assert_eq!(fitting, row.listed, "{}", row.agency);
        } else {
            without.push(row.agency);
        }
    }
    assert_eq!(rows, 621);
    assert_eq!(without, ["2023,Sumatera Selatan,8,Pemerintah Kab. Banyuasin"]);
}

/// Banyuasin 2023, D4 0.30: the one published row that fits only if indicators without a score
/// count 0.
#[test]
fn the_row_of_banyuasin_fits_when_what_is_not_scored_counts_zero() {
    let edition = Edition::of(2023, None).unwrap();
    let mut answers: Vec<_> = [spread(24, 10), spread(17, 10), spread(12, 11)].concat();
    answers.extend([Some(5), None, None, None, None, None, None, None, None, None]);
    answers.extend([None; 6]);
    assert!(Levels::new(edition.instrument(), answers.clone(), Unscored::Refused).is_err());
    let levels = Levels::new(edition.instrument(), answers, Unscored::CountsZero).unwrap();
    let scores = Scores::of(&levels);
    assert_eq!(levels.unscored(), 15);
    assert_eq!(shown(scores.domains()), ["2.40", "1.70", "1.09", "0.30"]);
    assert_eq!(scores.index().numerator(), 2109);
    assert_eq!(scores.index().hundredths().to_string(), "1.05");
    assert_eq!(edition.predicate(scores.index()), Predicate::Kurang);
}

#[test]
fn the_edge_rows_are_shown_and_judged_as_published() {
    for (year, agency, sums, points, index, predicate) in [
        (2024, "Asmat", [10, 11, 11, 10, 6], 2050, "1.03", Predicate::Kurang),
        (2023, "Maybrat", [10, 10, 11, 16, 6], 2330, "1.17", Predicate::Kurang),
        (2023, "Surabaya", [50, 42, 34, 50, 30], 8970, "4.49", Predicate::Memuaskan),
        (2023, "DKI Jakarta", [45, 37, 28, 50, 30], 8410, "4.21", Predicate::Memuaskan),
        (2024, "Banyuwangi", [50, 46, 46, 50, 30], 9530, "4.77", Predicate::Memuaskan),
        (2024, "Kediri", [50, 41, 45, 50, 30], 9250, "4.63", Predicate::Memuaskan),
        (2024, "Pacitan", [47, 30, 23, 39, 24], 6997, "3.50", Predicate::Baik),
        (2023, "Boven Digoel", [19, 16, 11, 13, 21], 3599, "1.80", Predicate::Cukup),
    ] {
        let edition = Edition::of(year, None).unwrap();
        let scores = Scores::of(&levels_of(sums, &edition));
        assert_eq!(scores.index().numerator(), points, "{agency}");
        assert_eq!(scores.index().hundredths().to_string(), index, "{agency}");
        assert_eq!(edition.predicate(scores.index()), predicate, "{agency}");
    }
}

/// The same levels in the other year: what changed between 2023 and 2024 is only the value the
/// predicate is read from.
#[test]
fn the_reading_of_the_year_decides_near_a_bound() {
    let judged = |year, sums| {
        let edition = Edition::of(year, None).unwrap();
        edition.predicate(Scores::of(&levels_of(sums, &edition)).index())
    };
    let (pacitan, boven_digoel) = ([47, 30, 23, 39, 24], [19, 16, 11, 13, 21]);
    assert_eq!(
        (judged(2023, pacitan), judged(2024, pacitan)),
        (Predicate::SangatBaik, Predicate::Baik)
    );
    assert_eq!(
        (judged(2023, boven_digoel), judged(2024, boven_digoel)),
        (Predicate::Cukup, Predicate::Kurang)
    );
}

/// Laporan Hasil Evaluasi SPBE 2021, Kementerian Koordinator Bidang Perekonomian: the one result
/// with its aspects.
#[test]
fn kemenko_perekonomian_2021_has_its_aspects_domains_and_index() {
    let edition = Edition::of(2021, None).unwrap();
    let sums = [(30, 10), (13, 4), (12, 4), (5, 2), (8, 8), (3, 3), (39, 10), (19, 6)];
    let scores = Scores::of(&levels_of_sums(&edition, &sums));
    let aspects = ["3.00", "3.25", "3.00", "2.50", "1.00", "1.00", "3.90", "3.17"];
    assert_eq!(shown(scores.aspects()), aspects);
    assert_eq!(shown(scores.domains()), ["3.00", "3.00", "1.00", "3.61"]);
    assert_eq!(scores.index().exact(), "2.9475");
    assert_eq!(scores.index().hundredths().to_string(), "2.95");
    assert_eq!(edition.predicate(scores.index()), Predicate::Baik);
}

#[test]
fn denpasar_2018_and_2019_are_reproduced_under_the_older_instrument() {
    for (year, sums, aspects, domains, exact, index) in [
        (
            2018,
            [(14, 7), (21, 10), (4, 2), (5, 2), (7, 3), (23, 7), (15, 6)],
            ["2.00", "2.10", "2.00", "2.50", "2.33", "3.29", "2.50"],
            ["2.06", "2.29", "3.00"],
            "2.64",
            "2.64",
        ),
        (
            2019,
            [(21, 7), (30, 10), (7, 2), (6, 2), (8, 3), (25, 7), (22, 6)],
            ["3.00", "3.00", "3.50", "3.00", "2.67", "3.57", "3.67"],
            ["3.00", "3.00", "3.61"],
            "10/3",
            "3.33",
        ),
    ] {
        let edition = Edition::of(year, None).unwrap();
        let scores = Scores::of(&levels_of_sums(&edition, &sums));
        assert_eq!(shown(scores.aspects()), aspects, "{year}");
        assert_eq!(shown(scores.domains()), domains, "{year}");
        assert_eq!(scores.index().exact(), exact, "{year}");
        assert_eq!(scores.index().hundredths().to_string(), index, "{year}");
        assert_eq!(edition.predicate(scores.index()), Predicate::Baik, "{year}");
    }
}

#[test]
fn denpasar_2021_is_reproduced_under_the_newer_instrument() {
    let edition = Edition::of(2021, None).unwrap();
    let domains = ["3.00", "3.30", "2.18", "3.55"].map(|text| text.parse().unwrap()).to_vec();
    let published =
        Published { domains, index: "3.19".parse().unwrap(), predicate: Some(Predicate::Baik) };
    let fits = fits(&published.domains);
    assert!(!fits.is_empty());
    for sums in fits {
        let scores = Scores::of(&levels_of(sums, &edition));
        assert_eq!(published.differences(&edition, &scores), []);
    }
}

/// Permen PANRB 59/2020, Lampiran I, Tables 10 and 11. Table 12 starts from domains no levels can
/// give; the property tests compute it with the reference that all results are compared with.
#[test]
fn the_worked_examples_of_the_regulation_come_out() {
    let edition = Edition::of(2021, None).unwrap();
    let mut answers = vec![Some(1); 47];
    for (answer, level) in answers[10..20].iter_mut().zip([3, 4, 3, 2, 4, 4, 4, 4, 3, 3]) {
        *answer = Some(level);
    }
    let levels = Levels::new(edition.instrument(), answers, Unscored::Refused).unwrap();
    let scores = Scores::of(&levels);
    assert_eq!(shown(&scores.aspects()[1..4]), ["3.00", "4.00", "3.00"]);
    assert_eq!(scores.domains()[1].exact(), "3.40");
}

#[test]
fn the_predicates_of_the_table_are_those_that_the_report_counts() {
    let table = table_2023();
    for (predicate, expected) in [
        (Predicate::Kurang, 47),
        (Predicate::Cukup, 186),
        (Predicate::Baik, 274),
        (Predicate::SangatBaik, 90),
        (Predicate::Memuaskan, 24),
    ] {
        let judged = |row: &&Row| row.published.predicate == Some(predicate);
        assert_eq!(table.iter().filter(judged).count(), expected);
    }
}

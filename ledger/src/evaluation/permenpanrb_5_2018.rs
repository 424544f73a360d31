//! Permen PANRB 5/2018: 35 indicators in 37 slots; weights in 1/3 percent, so that the public slots
//! (20/6) are whole.
//!
//! Structure and weights are taken from evaluations made with it: they reproduce the published
//! results of Kota Denpasar for 2018 and 2019. Its annex was not read. Indicator 35 has three
//! slots, one for each public service.

use super::instrument::{Aspect, Domain, Indicator, Instrument, InstrumentId};

/// Permen PANRB 5/2018: in use for the evaluations of 2018 and 2019. Level 0 is what does not exist
/// yet.
pub static PERMENPANRB_5_2018: Instrument =
    Instrument::new(InstrumentId::PermenPanRb5Of2018, "PermenPANRB 5/2018", (0, 5), DOMAINS, 300);

const DOMAINS: &[Domain] = &[
    Domain::new(
        1,
        "Kebijakan Internal SPBE",
        &[
            Aspect::new(
                1,
                "Kebijakan Internal Tata Kelola SPBE",
                3,
                &[
                    Indicator::new("i1", "Kebijakan internal tim pengarah SPBE"),
                    Indicator::new("i2", "Kebijakan internal inovasi proses bisnis terintegrasi"),
                    Indicator::new("i3", "Kebijakan internal rencana induk SPBE"),
                    Indicator::new("i4", "Kebijakan internal anggaran dan belanja TIK"),
                    Indicator::new("i5", "Kebijakan internal pengoperasian pusat data"),
                    Indicator::new("i6", "Kebijakan internal integrasi sistem aplikasi"),
                    Indicator::new(
                        "i7",
                        "Kebijakan internal penggunaan aplikasi umum berbagi pakai",
                    ),
                ],
            ),
            Aspect::new(
                2,
                "Kebijakan Internal Layanan SPBE",
                3,
                &[
                    Indicator::new("i8", "Kebijakan internal layanan naskah dinas"),
                    Indicator::new("i9", "Kebijakan internal layanan manajemen kepegawaian"),
                    Indicator::new(
                        "i10",
                        "Kebijakan internal layanan perencanaan dan penganggaran",
                    ),
                    Indicator::new("i11", "Kebijakan internal layanan keuangan"),
                    Indicator::new("i12", "Kebijakan internal layanan kinerja"),
                    Indicator::new("i13", "Kebijakan internal layanan pengadaan"),
                    Indicator::new("i14", "Kebijakan internal layanan pengaduan publik"),
                    Indicator::new(
                        "i15",
                        "Kebijakan internal layanan dokumentasi dan informasi hukum",
                    ),
                    Indicator::new("i16", "Kebijakan internal layanan whistle blowing system"),
                    Indicator::new("i17", "Kebijakan internal layanan publik instansi"),
                ],
            ),
        ],
    ),
    Domain::new(
        2,
        "Tata Kelola SPBE",
        &[
            Aspect::new(
                3,
                "Kelembagaan",
                12,
                &[
                    Indicator::new("i18", "Tim pengarah SPBE"),
                    Indicator::new("i19", "Inovasi proses bisnis terintegrasi"),
                ],
            ),
            Aspect::new(
                4,
                "Strategi dan Perencanaan",
                12,
                &[
                    Indicator::new("i20", "Rencana induk SPBE"),
                    Indicator::new("i21", "Anggaran dan belanja TIK"),
                ],
            ),
            Aspect::new(
                5,
                "Teknologi Informasi dan Komunikasi",
                12,
                &[
                    Indicator::new("i22", "Pengoperasian pusat data"),
                    Indicator::new("i23", "Integrasi sistem aplikasi"),
                    Indicator::new("i24", "Penggunaan aplikasi umum berbagi pakai"),
                ],
            ),
        ],
    ),
    Domain::new(
        3,
        "Layanan SPBE",
        &[
            Aspect::new(
                6,
                "Layanan Administrasi Pemerintahan Berbasis Elektronik",
                15,
                &[
                    Indicator::new("i25", "Layanan naskah dinas"),
                    Indicator::new("i26", "Layanan kepegawaian"),
                    Indicator::new("i27", "Layanan perencanaan"),
                    Indicator::new("i28", "Layanan penganggaran"),
                    Indicator::new("i29", "Layanan keuangan"),
                    Indicator::new("i30", "Layanan kinerja"),
                    Indicator::new("i31", "Layanan pengadaan"),
                ],
            ),
            Aspect::new(
                7,
                "Layanan Publik Berbasis Elektronik",
                10,
                &[
                    Indicator::new("i32", "Layanan pengaduan publik"),
                    Indicator::new("i33", "Layanan dokumentasi dan informasi hukum"),
                    Indicator::new("i34", "Layanan whistle blowing system"),
                    Indicator::new("i35a", "Layanan publik instansi 1"),
                    Indicator::new("i35b", "Layanan publik instansi 2"),
                    Indicator::new("i35c", "Layanan publik instansi 3"),
                ],
            ),
        ],
    ),
];

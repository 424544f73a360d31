//! Who there is: a development authority and the officers of a regency and of the ministry, with
//! Ed25519 and RSA-2048 keys. Agencies are real, people are made up.

use std::path::Path;

use anyhow::Result;
use jejak_signer::devca::DevCa;
use jejak_signer::{Algorithm, Window, certificate_to_pem};
use uuid::Uuid;

use super::stage::Stage;
use crate::cli::officer::{Named, Officer};
use crate::cli::{Context, files};

/// A ledger of the demo.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) region: &'static str,
    pub(super) origin: &'static str,
}

pub(super) const BENGKAYANG: Place =
    Place { region: "61.07", origin: "jejak.bengkayangkab.go.id/61.07" };
pub(super) const NATIONAL: Place = Place { region: "id", origin: "jejak.menpan.go.id/id" };

pub(super) const SETDA: Named = ("setda", "Sekretariat Daerah");
pub(super) const INSPEKTORAT: Named = ("inspektorat", "Inspektorat");
pub(super) const KOMINFO: Named = ("kominfo", "Dinas Komunikasi dan Informatika");
pub(super) const BKPSDM: Named =
    ("bkpsdm", "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia");
pub(super) const DINKES: Named = ("dinkes", "Dinas Kesehatan");
pub(super) const KEMENPANRB: Named =
    ("kemenpanrb", "Kementerian Pendayagunaan Aparatur Negara dan Reformasi Birokrasi");
pub(super) const BSSN: Named = ("bssn", "Badan Siber dan Sandi Negara");

/// The development authority and everybody it certified.
pub(super) struct World {
    pub(super) ca: DevCa,
    // The regency.
    pub(super) sekda: Officer,
    pub(super) inspektur: Officer,
    pub(super) bupati: Officer,
    pub(super) registrar: Officer,
    pub(super) second_registrar: Officer,
    pub(super) kadis_kominfo: Officer,
    pub(super) kadis_kesehatan: Officer,
    pub(super) operator: Officer,
    pub(super) tester: Officer,
    /// Signs for the regency's ledger itself, from its opening on.
    pub(super) service: Officer,
    // The country.
    pub(super) deputi: Officer,
    pub(super) deputi_bssn: Officer,
    pub(super) national_registrar: Officer,
    pub(super) second_national_registrar: Officer,
    pub(super) recorder: Officer,
    /// The minister signs nothing here: his decisions are recorded. So he is only a person id.
    pub(super) minister: String,
}

impl World {
    pub(super) fn new(stage: &Stage, context: &Context) -> Result<Self> {
        stage.step(
            "Otoritas sertifikat pengembangan dan para pejabat",
            "A development certificate authority and the officers",
        )?;
        let now = i64::try_from(context.now_s())?;
        let window = Window { not_before: now - 3_600, not_after: now + 2 * 365 * 86_400 };
        let ca = DevCa::create("Otoritas Pengembangan Jejak", window, Algorithm::Rs256)?;
        stage.shows(
            "akar dan penerbit RSA-2048, hanya untuk peragaan",
            "root and issuer, for the demo only",
        )?;
        let ed25519 = |name, agency| Officer::new(&ca, window, name, agency, Algorithm::Ed25519);
        let rsa = |name, agency| Officer::new(&ca, window, name, agency, Algorithm::Rs256);
        let world = Self {
            sekda: rsa("Sekretaris Daerah", SETDA)?,
            inspektur: ed25519("Inspektur", INSPEKTORAT)?,
            bupati: rsa("Bupati", SETDA)?,
            registrar: ed25519("Pendaftar BKPSDM", BKPSDM)?,
            second_registrar: ed25519("Pendaftar Kominfo", KOMINFO)?,
            kadis_kominfo: ed25519("Kepala Dinas Kominfo", KOMINFO)?,
            kadis_kesehatan: rsa("Kepala Dinas Kesehatan", DINKES)?,
            operator: ed25519("Pengelola TIK Dinas Kesehatan", DINKES)?,
            tester: ed25519("Ketua Tim Penguji", KOMINFO)?,
            service: Officer::system(&ca, window, "Layanan Buku Besar", KOMINFO)?,
            deputi: ed25519("Deputi Kementerian PANRB", KEMENPANRB)?,
            deputi_bssn: ed25519("Deputi BSSN", BSSN)?,
            national_registrar: ed25519("Pendaftar Kementerian PANRB", KEMENPANRB)?,
            second_national_registrar: ed25519("Pendaftar BSSN", BSSN)?,
            recorder: ed25519("Pencatat Hasil Evaluasi", KEMENPANRB)?,
            minister: Uuid::new_v4().to_string(),
            ca,
        };
        for officer in world.officers() {
            let (name, algorithm) = (officer.name, officer.key.algorithm().name());
            stage.shows(
                format_args!("{name:<32} {algorithm:<8} {}", officer.agency()),
                "certified",
            )?;
        }
        Ok(world)
    }

    /// Everybody with a key.
    pub(super) fn officers(&self) -> [&Officer; 15] {
        [
            &self.sekda,
            &self.inspektur,
            &self.bupati,
            &self.registrar,
            &self.second_registrar,
            &self.kadis_kominfo,
            &self.kadis_kesehatan,
            &self.operator,
            &self.tester,
            &self.service,
            &self.deputi,
            &self.deputi_bssn,
            &self.national_registrar,
            &self.second_national_registrar,
            &self.recorder,
        ]
    }

    /// Keys and certificates for whoever goes on from here by hand.
    pub(super) fn write_to(&self, directory: &Path) -> Result<()> {
        files::make_directory(directory)?;
        files::write_new(&directory.join("anchor.pem"), certificate_to_pem(self.ca.anchor_der()))?;
        files::write_secret(&directory.join("dev-ca.pem"), &self.ca.to_pem()?)?;
        for officer in self.officers() {
            let name = crate::cli::holder::slug(officer.name);
            let chain = files::chain_to_pem(&officer.holder.chain);
            files::write_new(&directory.join(format!("{name}.pem")), &chain)?;
            let key = officer.key.to_pkcs8_pem()?;
            files::write_secret(&directory.join(format!("{name}.key.pem")), &key)?;
        }
        Ok(())
    }
}

//! A ledger of its own and as many signed statements as the measurements can use up.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use jejak_ledger::Ledgers;
use jejak_ledger::custody::LogKey;
use jejak_ledger::rules::BENGKAYANG_19_2020;
use jejak_signer::devca::DevCa;
use jejak_signer::{Algorithm, Anchors, Credential, HolderKind, TrustPolicy, Verifier, Window};
use serde_json::json;

use super::load::on_threads;
use super::measure::Rate;
use crate::cli::officer::{Named, Officer};
use crate::cli::opening::{Agency, Opening};
use crate::cli::serve::configuration;
use crate::cli::{Context, times};

/// The statements, all by one signer: what differs between signers is not what is measured.
pub(super) struct Prepared {
    signer: Officer,
    credential: Arc<Credential>,
    iat: u64,
    time: String,
    sample: Vec<Vec<u8>>,
    single: Vec<Vec<u8>>,
    batch: Vec<Vec<u8>>,
}

impl Prepared {
    /// Opens the ledger and signs a first sample.
    pub(super) fn new(directory: &Path, context: &Context) -> Result<Self> {
        let now = context.clock.now();
        let iat = now.0 / 1_000_000;
        let at = i64::try_from(iat)?;
        let window = Window { not_before: at - 3_600, not_after: at + 86_400 };
        let ca = DevCa::create("Jejak Bench", window, Algorithm::Ed25519)?;
        let officer = |name| Officer::new(&ca, window, name, AGENCY, Algorithm::Ed25519);
        let (signer, second) = (officer("Penanda")?, officer("Otoritas")?);
        let registrars = [officer("Pendaftar 1")?, officer("Pendaftar 2")?];
        let opening = Opening {
            region: LEDGER.to_owned(),
            origin: ORIGIN.to_owned(),
            time_zone: times::zone_of_region(LEDGER).to_owned(),
            anchors: vec![ca.anchor_der().to_vec()],
            authorities: vec![signer.holder.clone(), second.holder],
            registrars: registrars.into_iter().map(|registrar| registrar.holder).collect(),
            services: Vec::new(),
            agencies: vec![Agency {
                id: AGENCY.0.to_owned(),
                name: AGENCY.1.to_owned(),
                kind: "opd",
                functions: Vec::new(),
            }],
            ruleset: BENGKAYANG_19_2020.to_vec(),
        };
        let settings = configuration(context, None)?.ledger;
        let ledgers = Ledgers::open_or_create(directory, settings, Arc::clone(&context.clock))?;
        opening.open(&ledgers, &signer.key, LogKey::generate()?, now)?;
        drop(ledgers);

        let anchors = TrustPolicy::of_anchors(Anchors::new(vec![ca.anchor_der().to_vec()])?);
        let credential = Credential::admit(&anchors, &signer.holder.chain, HolderKind::Person, at)?;
        let time = times::in_jakarta(now)?;
        let (sample, single, batch) = (Vec::new(), Vec::new(), Vec::new());
        let mut prepared =
            Self { signer, credential: Arc::new(credential), iat, time, sample, single, batch };
        prepared.sample = prepared.signed("sample", SAMPLE, 1)?;
        Ok(prepared)
    }

    /// Signs as much as can be posted in `time` at the measured limit.
    pub(super) fn sign_for(
        &mut self,
        limit: Rate,
        time: Duration,
        cores: usize,
        context: &Context,
    ) -> Result<()> {
        let batch = usize::try_from(limit.within(time))?.clamp(SAMPLE, STATEMENTS_MAX);
        let single = (batch / 2).max(SAMPLE);
        context.talk.say(format!("menandatangani {} pernyataan", batch + single), "signing");
        self.single = self.signed("single", single, cores)?;
        self.batch = self.signed("batch", batch, cores)?;
        Ok(())
    }

    pub(super) fn verifier(&self) -> Verifier<Arc<Credential>> {
        Verifier::new(Arc::clone(&self.credential))
    }

    pub(super) fn sample(&self) -> &[Vec<u8>] {
        &self.sample
    }

    /// For single posts alone, and for those beside a batch.
    pub(super) fn for_single(&self) -> (&[Vec<u8>], &[Vec<u8>]) {
        self.single.split_at(self.single.len() / 4 * 3)
    }

    /// For batches alone, and for the one beside single posts.
    pub(super) fn for_batch(&self) -> (&[Vec<u8>], &[Vec<u8>]) {
        self.batch.split_at(self.batch.len() / 3 * 2)
    }

    fn signed(&self, series: &str, count: usize, threads: usize) -> Result<Vec<Vec<u8>>> {
        let share = count.div_ceil(threads);
        let parts = on_threads(threads, |thread| {
            let numbers = thread * share..count.min((thread + 1) * share);
            numbers.map(|number| self.statement(series, number)).collect::<Result<Vec<_>>>()
        });
        Ok(parts.context("menandatangani (signing)")?.concat())
    }

    /// A device that was procured (BKY 27): the plainest act of the region's rules.
    fn statement(&self, series: &str, number: usize) -> Result<Vec<u8>> {
        let event = json!({
            "specversion": "1.0",
            "id": format!("{series}-{number}"),
            "source": format!("agency/{}", AGENCY.0),
            "type": "asset.procured",
            "subject": format!("asset/{series}-{number}"),
            "time": self.time,
            "ledger": ORIGIN,
            "data": {
                "kind": "end-user",
                "item": "Komputer meja untuk pelayanan perizinan dan nonperizinan secara elektronik",
                "count": 12,
            },
        });
        self.signer.sign(&event, self.iat)
    }
}

/// The region of the ledger.
pub(super) const LEDGER: &str = "61.07";
const ORIGIN: &str = "bench.jejak.example/61.07";
const AGENCY: Named = ("dinas", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu");
/// Statements that the limit is measured with: more than fit into a processor's caches.
const SAMPLE: usize = 4_096;
/// About 400 MB of statements.
const STATEMENTS_MAX: usize = 500_000;

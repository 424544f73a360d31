//! The loads: pure verification, 64 connections with one statement each, batches.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use jejak_signer::{Jws, Typ};

use super::measure::Rate;
use super::prepare::{LEDGER, Prepared};
use super::wire::{self, Connection};
use crate::cli::client::Client;

/// The limit: strict parsing and verification of statements, on all cores, and nothing else.
pub(super) fn verify(prepared: &Prepared, cores: usize, time: Duration) -> Result<Rate> {
    let verifier = prepared.verifier();
    let (started, sample) = (Instant::now(), prepared.sample());
    let counts = on_threads(cores, |_| {
        let mut count = 0_u64;
        for statement in sample.iter().cycle() {
            if started.elapsed() >= time {
                break;
            }
            let jws = Jws::parse(statement.clone(), Typ::Event)?;
            verifier.verify(jws).map_err(|unverified| unverified.reason)?;
            count += 1;
        }
        Ok(count)
    })?;
    Ok(Rate::new(counts.iter().sum(), started.elapsed()))
}

/// One statement at a time on each of 64 connections; the rate, and how long each answer took.
pub(super) fn single(
    statements: &[Vec<u8>],
    address: SocketAddr,
    time: Duration,
) -> Result<(Rate, Vec<Duration>)> {
    let next = AtomicUsize::new(0);
    let requests: Vec<Vec<u8>> =
        statements.iter().map(|statement| wire::post(address, LEDGER, statement)).collect();
    let started = Instant::now();
    let latencies = on_threads(CONNECTIONS, |_| {
        let mut connection = Connection::open(address)?;
        let mut latencies = Vec::new();
        while started.elapsed() < time {
            let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            let sent = Instant::now();
            let status = connection.exchange(request)?;
            anyhow::ensure!(status == 201, "status {status}");
            latencies.push(sent.elapsed());
        }
        Ok(latencies)
    })?;
    let latencies = latencies.concat();
    Ok((Rate::new(u64::try_from(latencies.len())?, started.elapsed()), latencies))
}

/// The same, while one large batch streams to the same ledger for all of the time: how long each answer took, and how
/// many lines of the batch were sent meanwhile.
pub(super) fn single_while_batch(
    statements: &[Vec<u8>],
    batch: &[Vec<u8>],
    address: SocketAddr,
    time: Duration,
) -> Result<(Vec<Duration>, Rate)> {
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let started = Instant::now();
        let streaming = scope.spawn(|| wire::stream(address, LEDGER, batch, &ended));
        let singles = single(statements, address, time);
        ended.store(true, Ordering::Relaxed);
        let elapsed = started.elapsed();
        let sent = streaming.join().ok().context("a thread panicked")??;
        Ok((singles?.1, Rate::new(u64::try_from(sent)?, elapsed)))
    })
}

/// Batches from a few connections at once, so that the server never waits for a client.
pub(super) fn batch(
    statements: &[Vec<u8>],
    client: &Client,
    time: Duration,
    cores: usize,
) -> Result<Rate> {
    let (next, started) = (AtomicUsize::new(0), Instant::now());
    let batches: Vec<&[Vec<u8>]> = statements.chunks(BATCH_LINES).collect();
    let counts = on_threads(cores + 1, |_| {
        let mut count = 0_u64;
        while started.elapsed() < time {
            let Some(lines) = batches.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            let answers = client.post_batch(LEDGER, lines)?;
            let refused = answers.iter().find(|answer| answer.status != 201);
            if let Some(answer) = refused {
                return Err(answer.stop().into());
            }
            count += u64::try_from(answers.len())?;
        }
        Ok(count)
    })?;
    Ok(Rate::new(counts.iter().sum(), started.elapsed()))
}

/// The rate of work over so many records.
pub(super) fn timed(records: u64, work: impl FnOnce() -> Result<()>) -> Result<Rate> {
    let started = Instant::now();
    work()?;
    Ok(Rate::new(records, started.elapsed()))
}

/// Runs `work` on so many threads; all of their results, or the first error.
pub(super) fn on_threads<T: Send>(
    threads: usize,
    work: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    thread::scope(|scope| {
        let spawn = |number| {
            let work = &work;
            scope.spawn(move || work(number))
        };
        let running: Vec<_> = (0..threads).map(spawn).collect();
        let joined =
            running.into_iter().map(|thread| thread.join().ok().context("a thread panicked")?);
        joined.collect()
    })
}

/// Connections of the single load (interface.md: `single64`).
const CONNECTIONS: usize = 64;
const BATCH_LINES: usize = 1_024;

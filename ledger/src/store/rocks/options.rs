//! What `RocksDB` is asked for, and why.

use std::thread::available_parallelism;

use rocksdb::{
    BlockBasedIndexType, BlockBasedOptions, Cache, DBCompressionType, DBRecoveryMode,
    DataBlockIndexType, LogLevel, Options, WriteBufferManager, WriteOptions,
};

use crate::store::Table;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// The log is replayed at the next start: this bounds how long that takes, and how much of it old rows keep alive.
const WAL_BYTES_MAX: u64 = 256 << 20;

/// Table files are handed to the disk in pieces: one large writeback would delay the syncs of the log behind it.
const WRITEBACK_BYTES: u64 = 1 << 20;

const INFO_LOGS_MAX: usize = 4;
const INFO_LOG_BYTES_MAX: usize = 4 * MIB;

/// About 1 % of the lookups of an absent key read a block for nothing.
const BLOOM_BITS_PER_KEY: f64 = 10.0;

/// The share of a write buffer that its own bloom filter takes.
const BUFFER_BLOOM_RATIO: f64 = 0.05;

/// How much memory and how many files the database may use, whatever its size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuning {
    /// Blocks, indexes and filters read from files.
    pub block_cache_bytes: usize,
    /// Rows not yet in table files, over all tables.
    pub write_buffer_bytes: usize,
    /// Open table files.
    pub open_files_max: i32,
    /// Threads that flush and compact.
    pub background_jobs: i32,
}

impl Default for Tuning {
    fn default() -> Self {
        let processors = available_parallelism().map_or(2, |count| count.get().clamp(2, 4));
        Self {
            block_cache_bytes: 256 * MIB,
            write_buffer_bytes: 192 * MIB,
            open_files_max: 512,
            background_jobs: i32::try_from(processors).unwrap_or(2),
        }
    }
}

/// Of a database that is only read: nothing is made, and its own log goes nowhere near it.
pub(super) fn reading(tuning: &Tuning) -> Options {
    let mut options = database(tuning);
    options.create_if_missing(false);
    options.create_missing_column_families(false);
    options.set_db_log_dir(std::env::temp_dir());
    options
}

/// Of the whole database.
pub(super) fn database(tuning: &Tuning) -> Options {
    let mut options = Options::default();
    options.create_if_missing(true);
    options.create_missing_column_families(true);
    options.set_paranoid_checks(true);
    // What a power cut leaves at the end of the log is a write that was never answered; the log is read up to there. A
    // log that ends earlier than what was answered is found by the comparison with the lock file, which is why a
    // stricter mode (it also refuses what an ordinary power cut leaves) would gain nothing.
    options.set_wal_recovery_mode(DBRecoveryMode::PointInTime);
    options.set_track_and_verify_wals_in_manifest(true);
    options.set_max_total_wal_size(WAL_BYTES_MAX);
    // One bound over all tables instead of one each; writers are not stopped by it, the oldest rows are flushed.
    let buffers = WriteBufferManager::new_write_buffer_manager(tuning.write_buffer_bytes, false);
    options.set_write_buffer_manager(&buffers);
    options.set_max_open_files(tuning.open_files_max);
    options.set_max_background_jobs(tuning.background_jobs);
    options.set_bytes_per_sync(WRITEBACK_BYTES);
    // Reading the properties of every file would make opening slower as the ledger grows.
    options.set_skip_stats_update_on_db_open(true);
    options.set_log_level(LogLevel::Warn);
    options.set_keep_log_file_num(INFO_LOGS_MAX);
    options.set_max_log_file_size(INFO_LOG_BYTES_MAX);
    options.set_stats_dump_period_sec(0);
    options
}

/// Of each table.
pub(super) fn families(tuning: &Tuning) -> impl Iterator<Item = (Table, Options)> {
    let cache = Cache::new_hyper_clock_cache(tuning.block_cache_bytes, 0);
    Table::ALL.into_iter().map(move |table| (table, family(table, &cache)))
}

/// Of every write: `Ok` comes after the log is synced.
pub(super) fn synced() -> WriteOptions {
    let mut options = WriteOptions::default();
    options.set_sync(true);
    options
}

fn family(table: Table, cache: &Cache) -> Options {
    let shape = Shape::of(table);
    let mut options = Options::default();
    options.set_write_buffer_size(shape.buffer_bytes);
    options.set_max_write_buffer_number(4);
    if shape.compressed {
        options.set_compression_type(DBCompressionType::Lz4);
        options.set_bottommost_compression_type(DBCompressionType::Zstd);
    } else {
        options.set_compression_type(DBCompressionType::None);
    }
    if shape.by_name {
        options.set_memtable_prefix_bloom_ratio(BUFFER_BLOOM_RATIO);
        options.set_memtable_whole_key_filtering(true);
    }
    options.set_block_based_table_factory(&blocks(&shape, cache));
    options
}

fn blocks(shape: &Shape, cache: &Cache) -> BlockBasedOptions {
    let mut blocks = BlockBasedOptions::default();
    blocks.set_block_cache(cache);
    blocks.set_block_size(shape.block_bytes);
    // Indexes and filters count as blocks of the cache, in parts: memory does not grow with the ledger.
    blocks.set_cache_index_and_filter_blocks(true);
    blocks.set_index_type(BlockBasedIndexType::TwoLevelIndexSearch);
    blocks.set_pin_l0_filter_and_index_blocks_in_cache(true);
    blocks.set_pin_top_level_index_and_filter(true);
    if shape.by_name {
        blocks.set_bloom_filter(BLOOM_BITS_PER_KEY, false);
        blocks.set_partition_filters(true);
        blocks.set_data_block_index_type(DataBlockIndexType::BinaryAndHash);
    }
    blocks
}

/// How a table is used.
struct Shape {
    /// Looked up by names that may be absent: filters pay. Positions below the head are never absent.
    by_name: bool,
    /// Larger blocks compress better and cost more per single read.
    block_bytes: usize,
    /// Hashes do not compress.
    compressed: bool,
    /// The larger, the fewer files overlap when many ledgers write in turn.
    buffer_bytes: usize,
}

impl Shape {
    fn of(table: Table) -> Self {
        let (by_name, block_bytes, compressed, buffer_bytes) = match table {
            Table::Meta | Table::Name => (true, 4 * KIB, true, 4 * MIB),
            Table::Record => (false, 16 * KIB, false, 32 * MIB),
            Table::Statement => (false, 32 * KIB, true, 64 * MIB),
            Table::Tile => (false, 16 * KIB, false, 8 * MIB),
            Table::Id => (true, 4 * KIB, false, 32 * MIB),
            Table::Thing => (true, 4 * KIB, true, 32 * MIB),
            Table::Version => (false, 8 * KIB, true, 32 * MIB),
            Table::Refusal => (false, 8 * KIB, true, 8 * MIB),
            // Digests do not compress, and are looked for by ranges.
            Table::Document => (false, 8 * KIB, false, 8 * MIB),
        };
        Self { by_name, block_bytes, compressed, buffer_bytes }
    }
}

//! The properties of the database that say whether it keeps up, over all tables together.

use rocksdb::properties as property;

use super::Rocks;
use crate::store::{Figure, FigureUnit, Table};

/// A property, and what it is called outside.
struct Asked {
    property: &'static property::PropName,
    name: &'static str,
    help: &'static str,
    unit: FigureUnit,
    over: Over,
}

/// How the numbers of the tables become one.
enum Over {
    /// They add up.
    Sum,
    /// Every table tells the same: it is the whole database's.
    All,
}

impl Rocks {
    pub(super) fn all_figures(&self) -> Vec<Figure> {
        ASKED.iter().filter_map(|asked| self.figure(asked)).collect()
    }

    /// `None` where the database does not know the property.
    fn figure(&self, asked: &Asked) -> Option<Figure> {
        let of_table = |table: Table| {
            let family = self.db.cf_handle(table.name())?;
            self.db.property_int_value_cf(family, asked.property).ok()?
        };
        let value = match asked.over {
            Over::Sum => Table::ALL.into_iter().map(of_table).sum::<Option<u64>>()?,
            Over::All => Table::ALL.into_iter().find_map(of_table)?,
        };
        Some(Figure { name: asked.name, help: asked.help, unit: asked.unit, value })
    }
}

const ASKED: [Asked; 10] = [
    Asked {
        property: property::CUR_SIZE_ALL_MEM_TABLES,
        name: "write_buffers",
        help: "Rows not yet in table files",
        unit: FigureUnit::Bytes,
        over: Over::Sum,
    },
    Asked {
        property: property::BLOCK_CACHE_USAGE,
        name: "block_cache",
        help: "Blocks of table files kept in memory",
        unit: FigureUnit::Bytes,
        over: Over::All,
    },
    Asked {
        property: property::ESTIMATE_TABLE_READERS_MEM,
        name: "table_readers",
        help: "Memory of open table files outside the block cache, estimated",
        unit: FigureUnit::Bytes,
        over: Over::Sum,
    },
    Asked {
        property: property::TOTAL_SST_FILES_SIZE,
        name: "table_files",
        help: "Table files on the disk",
        unit: FigureUnit::Bytes,
        over: Over::Sum,
    },
    Asked {
        property: property::ESTIMATE_PENDING_COMPACTION_BYTES,
        name: "compaction_pending",
        help: "Bytes that compactions have yet to rewrite, estimated",
        unit: FigureUnit::Bytes,
        over: Over::Sum,
    },
    Asked {
        property: property::NUM_RUNNING_COMPACTIONS,
        name: "compactions_running",
        help: "Compactions going on",
        unit: FigureUnit::Count,
        over: Over::All,
    },
    Asked {
        property: property::NUM_RUNNING_FLUSHES,
        name: "flushes_running",
        help: "Flushes of write buffers going on",
        unit: FigureUnit::Count,
        over: Over::All,
    },
    Asked {
        property: property::IS_WRITE_STOPPED,
        name: "write_stopped",
        help: "1: writes wait for flushes or compactions",
        unit: FigureUnit::Count,
        over: Over::All,
    },
    Asked {
        property: property::BACKGROUND_ERRORS,
        name: "background_errors",
        help: "Errors of flushes and compactions since the start",
        unit: FigureUnit::Count,
        over: Over::All,
    },
    Asked {
        property: property::ESTIMATE_NUM_KEYS,
        name: "rows",
        help: "Rows of all tables, estimated",
        unit: FigureUnit::Count,
        over: Over::Sum,
    },
];

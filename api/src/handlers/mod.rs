//! One file per group of routes. A handler parses what it was asked, hands the work to the ledger or to a blocking
//! thread, and shapes the answer; it decides nothing.

pub(crate) mod certificates;
pub(crate) mod description;
pub(crate) mod document_list;
pub(crate) mod documents;
pub(crate) mod entries;
pub(crate) mod events;
pub(crate) mod evidence;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod impact;
pub(crate) mod ledgers;
pub(crate) mod next;
pub(crate) mod post;
pub(crate) mod proofs;
pub(crate) mod refusals;
pub(crate) mod registers;
pub(crate) mod rules;
pub(crate) mod schemas;
pub(crate) mod streams;
pub(crate) mod tiles;
pub(crate) mod timestamps;
mod trial;
pub(crate) mod trust;
pub(crate) mod verdict;

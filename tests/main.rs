//! What Jejak promises, as one test binary. Each module is a group of promises, each test a sentence.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod access_matrix;
mod acting_heads;
mod acts;
mod agencies;
mod batches;
mod caching;
mod certificate_command;
mod certomancer;
mod commands;
mod connections;
mod corpus;
mod corrections;
mod crash;
mod custody;
mod custody_ledger;
mod documents;
mod enrolments;
mod evidence;
mod evidence_commands;
mod evidence_service;
mod examples;
mod floods;
mod harness;
mod heads;
mod http;
mod impact;
mod imports;
mod kept_refusals;
mod listing;
mod log_keys;
mod logs;
mod mandates;
mod metrics;
mod noted;
#[path = "../signer/tests/timestamp/office.rs"]
#[expect(dead_code, reason = "the tests of tokens issue certificates of more kinds")]
mod office;
mod opening;
mod operator;
mod order;
mod outbox;
mod process;
mod quotas;
mod readers;
mod receipt_command;
mod recovery;
mod refusals;
mod registers;
mod renewals;
mod riwayat;
mod rules;
mod rules_commands;
mod schemas;
mod seeds;
mod segments;
mod server;
mod several;
mod sixth_region;
mod slow_signer;
mod streams;
mod tampering;
mod timestamps;
mod tls;
mod tokens;
mod told;
mod trials;
mod trust;
mod trusted_time;
mod tsa;
mod twins;
mod vectors_over_a_ledger;
mod verdict;
mod waiting;
mod way_of_an_event;

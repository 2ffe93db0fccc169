//! The catalog: every query, beside the function that runs it. Rows never leave this folder.
//!
//! Functions take a [`Conn`]: from [`Catalog::read`] for queries, inside [`transact!`] for changes. The same text runs on SQLite
//! and on PostgreSQL (`conn.rs`); only where search and locking differ does a function ask which one it is.

pub(crate) mod accounts;
mod address;
pub(crate) mod aliases;
pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod blobs;
pub(crate) mod card_facts;
mod change;
pub(crate) mod chores;
mod conn;
pub(crate) mod counts;
pub(crate) mod dump;
pub(crate) mod entries;
mod faults;
pub(crate) mod garbage;
pub(crate) mod holds;
pub(crate) mod idempotency;
pub(crate) mod invitations;
pub(crate) mod jobs;
pub(crate) mod lineage;
pub(crate) mod load;
pub(crate) mod members;
pub(crate) mod namespaces;
pub(crate) mod objects;
pub(crate) mod packages;
pub(crate) mod people;
mod pool;
mod postgres;
pub(crate) mod refs;
mod related;
pub(crate) mod removal;
pub(crate) mod renaming;
pub(crate) mod reports;
pub(crate) mod revisions;
pub(crate) mod search;
pub(crate) mod settings;
mod sqlite;
pub(crate) mod storage;
pub(crate) mod sums;
pub(crate) mod tables;
pub(crate) mod tokens;
pub(crate) mod uploads;
pub(crate) mod visible;
pub(crate) mod walks;
mod words;

pub use address::{CatalogAddress, PostgresAddress};
pub(crate) use change::{Retries, transact};
pub(crate) use conn::Conn;
pub(crate) use pool::Catalog;

use conn::{execute, insert_all, on_either, optional_row, optional_scalar, row, rows, scalar, scalars};

use domain::{GitBlobId, Invalid, RevisionId, Sha256Digest};

/// A digest out of a row: what is malformed there is a fault of the catalog.
fn stored<T, S>(value: S, read: impl FnOnce(S) -> Result<T, Invalid>) -> sqlx::Result<T> {
    read(value).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

fn sha256(bytes: &[u8]) -> sqlx::Result<Sha256Digest> {
    stored(bytes, Sha256Digest::try_from)
}

fn git_id(bytes: &[u8]) -> sqlx::Result<GitBlobId> {
    stored(bytes, GitBlobId::try_from)
}

fn revision_id(bytes: &[u8]) -> sqlx::Result<RevisionId> {
    stored(bytes, RevisionId::try_from)
}

fn parsed<T: std::str::FromStr<Err = Invalid>>(text: &str) -> sqlx::Result<T> {
    stored(text, str::parse)
}

/// Counts and sizes are stored signed, as SQL has it; they never exceed what a signed number holds.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Small counts are stored in 32 bits, signed; none comes near the end.
fn small(number: i32) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

fn signed_small(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

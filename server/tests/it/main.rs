//! The registry from outside: the real binary with a data folder of its own, asked over HTTP and at the command line.
//!
//! All of it runs on SQLite and, with `TEST_CATALOG=postgres` under `scripts/with-postgres.sh`, on PostgreSQL; what only makes sense
//! on one of them is in `on_sqlite` and `on_postgres`.
//!
//! Each module tells the stories of one noun; a test's name is the rule that it shows. `harness` starts and stops servers.

#[cfg(test)]
mod access;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod downloads;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod keeping;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod lineage;
#[cfg(test)]
mod on_postgres;
#[cfg(test)]
mod on_sqlite;
#[cfg(test)]
mod rest;
#[cfg(test)]
mod search;
#[cfg(test)]
mod start;
#[cfg(test)]
mod store;
#[cfg(test)]
mod uploads;

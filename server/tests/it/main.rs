//! The registry from outside: the real binary with a data folder of its own, asked over HTTP and at the command line.
//!
//! It runs on SQLite or, with `TEST_CATALOG=postgres` under `scripts/with-postgres.sh`, on PostgreSQL; on the folder or, with
//! `TEST_STORE=s3` under `scripts/with-s3.sh`, on S3. What only makes sense on one of them is in `on_sqlite`, `on_postgres`, `on_folder`
//! and `on_s3`, and runs there whatever the variables say.
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
mod creating;
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
mod on_folder;
#[cfg(test)]
mod on_postgres;
#[cfg(test)]
mod on_s3;
#[cfg(test)]
mod on_sqlite;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod rest;
#[cfg(test)]
mod search;
#[cfg(test)]
mod start;
#[cfg(test)]
mod uploads;

//! Keeping: nothing that is needed is ever lost, nothing else is kept for ever.
//!
//! On SQLite and the folder; with `TEST_CATALOG=postgres` and `TEST_STORE=s3`, under `scripts/with-postgres.sh` and `scripts/with-s3.sh`,
//! on those. `make test-rust` runs it on all four combinations.

/// Who did what.
#[cfg(test)]
mod audit;
/// Whole registries in folders, damaged or not.
#[cfg(test)]
mod backups;
/// Many at once, while garbage is collected.
#[cfg(test)]
mod crowd;
/// Counting downloads.
#[cfg(test)]
mod downloads;
#[cfg(test)]
#[path = "../catalog/engine.rs"]
#[allow(dead_code, reason = "the stories of the catalog need more of it")]
mod engine;
/// A registry with something of everything.
#[cfg(test)]
mod filled;
#[cfg(test)]
#[path = "../importing/mod.rs"]
mod importing;
/// Random steps of uploads and collections, with a model beside them.
#[cfg(test)]
mod interleavings;
/// Who waits for whom.
#[cfg(test)]
mod locks;
/// From one engine and store to another, and back.
#[cfg(test)]
mod moving;
/// What namespaces store, and may.
#[cfg(test)]
mod quotas;
/// After an update.
#[cfg(test)]
mod reindexing;
/// What is removed, and what is left alone.
#[cfg(test)]
mod removal;
/// Restores, and what they meet.
#[cfg(test)]
mod restores;
#[cfg(test)]
#[path = "../waiting/mod.rs"]
mod waiting;
/// A registry with what tests look at behind its back.
#[cfg(test)]
mod world;

//! What only a catalog in a file can go through. Left out (`--skip on_sqlite`) when the suite runs on PostgreSQL.

/// The file itself.
mod file;
/// Disks that are full or read-only.
mod full_disk;

//! The store of blobs: bytes by SHA-256, and the parts of blobs that are on their way.
//!
//! What the store promises: a blob that was sealed is there whole and never changes; until then nothing can be read under its
//! digest. A crash at any moment leaves at worst a partial file, which the next attempt goes on with or the sweep removes.

mod folder;
mod hashing;

pub(crate) use folder::FolderStore;
pub(crate) use hashing::Digests;

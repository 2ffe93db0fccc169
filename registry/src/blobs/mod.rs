//! The store of blobs: bytes by SHA-256, and what is on its way to become a blob.
//!
//! What every store promises: a blob that was verified is there whole and never changes; until then nothing can be read under
//! its digest. A crash at any moment leaves at worst a partial file or object, which the next attempt goes on with or the sweep
//! removes. Where a blob lies is in the catalog ([`Place`]); how an upload becomes a blob is in `uploads/`.

/// Blobs in a folder.
mod folder;
/// Recomputing digests.
mod hashing;
/// Which catalog a store belongs to.
mod mark;
/// Where a blob lies.
mod place;
/// Reading blobs, whichever store has them.
mod read;
/// Blobs in a bucket.
mod s3;
/// Whose turn it is to change what stands in the folder.
mod shelf;

pub(crate) use folder::{Copied, FolderStore};
pub(crate) use hashing::Digests;
pub(crate) use place::{ObjectKey, Place, StoredBlob};
pub use read::BlobReader;
pub(crate) use read::{Attachment, Layout};
pub(crate) use s3::{Assembly, S3Store, are_all};
pub use s3::{Encryption, S3Settings};
pub(crate) use shelf::{Shelved, Turn, shelf_of};

/// The configured store. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) enum Blobs {
    /// In the data folder.
    Folder(FolderStore),
    /// In a bucket; what needs a file for a while uses the data folder.
    S3 {
        /// The bucket.
        bucket: S3Store,
        /// The folder for what needs a file for a while.
        scratch: FolderStore,
    },
}

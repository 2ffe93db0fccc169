//! The registry's words as types, and its rules as functions, with no input or output.
//!
//! Everything here compiles to WASM and is shared by the browser, the server and the autograder, so a name that the form
//! accepts is a name that the catalog can store. Nothing here needs a clock, a disk or a network.

pub mod account;
#[cfg(feature = "archive")]
pub mod archive;
pub mod audit;
#[cfg(feature = "card")]
pub mod card;
pub mod compare;
pub mod component;
pub mod digest;
pub mod error;
pub mod ids;
pub mod job;
pub mod lifecycle;
pub mod lineage;
pub mod listing;
pub mod manifest;
pub mod name;
pub mod package;
pub mod path;
pub mod people;
pub mod refs;
pub mod report;
pub mod search;
pub mod storage;
pub mod units;
pub mod upload;
pub mod version;

pub use digest::{GitBlobId, RevisionId, Sha256Digest};
pub use error::{ErrorKind, Invalid};
pub use ids::{InvitationId, JobId, PackageId, TokenId, UploadId, UserId};
pub use name::{NamespaceName, PackageName, UserName};
pub use package::{PackageKind, PackageRef};
pub use path::FilePath;

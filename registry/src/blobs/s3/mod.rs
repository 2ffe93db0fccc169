//! Blobs in a bucket: of AWS, or of any store that speaks S3.
//!
//! The bytes of an upload go straight from the client to the bucket, by presigned `UploadPart` addresses; those of a download
//! come straight from it. What is here talks to the bucket only: which object belongs to what is the catalog's knowledge, and
//! `uploads/objects.rs` brings the two together.

/// What becomes of failures.
mod failure;
/// What is in the bucket, whether the catalog knows of it or not.
mod listing;
/// Whole objects: addressed, looked at, removed.
mod objects;
/// Multipart uploads: begun, listed, assembled, aborted.
mod parts;
/// Files of this machine on their way into the bucket.
mod put;
/// Objects as streams that outlive a broken connection.
mod read;
/// Where the bucket is and how it is reached.
mod settings;
/// The first call, and what it finds wrong.
mod start;

pub(crate) use parts::{Assembly, are_all};
pub use settings::{Encryption, S3Settings};

use std::sync::Arc;

use aws_sdk_s3::Client;
use domain::ErrorKind;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{ObjectKey, Place};
use crate::{Error, Result};

/// How many objects are read back to be verified at once, of all uploads together: digests take a core each, and the rest of
/// the server needs some, too.
const VERIFIED_AT_ONCE: usize = 8;

/// A bucket. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct S3Store {
    client: Client,
    bucket: Arc<str>,
    /// Stands before every key; empty or with a slash at its end.
    prefix: Arc<str>,
    encryption: Option<Encryption>,
    /// What a browser must be allowed to connect to.
    origin: Arc<str>,
    verifying: Arc<Semaphore>,
}

impl S3Store {
    /// The origin of the addresses that clients are given.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Waits for one's turn to verify.
    pub(crate) async fn turn_to_verify(&self) -> Result<SemaphorePermit<'_>> {
        self.verifying.acquire().await.map_err(|error| Error::internal("waiting for a turn", error))
    }

    fn key(&self, key: &ObjectKey) -> String {
        format!("{}{key}", self.prefix)
    }
}

/// The place of what lies under a key.
impl From<ObjectKey> for Place {
    fn from(key: ObjectKey) -> Self {
        Self::Object(key)
    }
}

/// An answer of the bucket that lacks what every answer has.
fn incomplete(what: &str) -> Error {
    Error::new(ErrorKind::Unavailable, format!("The registry's store answered without {what}. Try again in a moment."))
}

//! Whole objects: addressed, looked at, removed.

use std::time::Duration;

use aws_sdk_s3::presigning::PresigningConfig;
use url::Url;

use super::{S3Store, failure};
use crate::{
    Error, Result,
    blobs::{Attachment, ObjectKey},
};

impl S3Store {
    /// Where a browser or a program gets an object, when it begins within this time. What has begun is not cut off.
    ///
    /// # Errors
    /// Unavailable when there are no credentials to sign with.
    pub(crate) async fn download_address(&self, key: &ObjectKey, attachment: &Attachment<'_>, time: Duration) -> Result<Url> {
        let signed = self
            .client
            .get_object()
            .bucket(&*self.bucket)
            .key(self.key(key))
            .response_content_disposition(attachment.disposition)
            .response_content_type(attachment.content_type)
            // rights may change: what is kept is asked for again
            .response_cache_control("private, no-cache")
            .presigned(lifetime(time)?)
            .await
            .map_err(failure::away)?;
        parsed(signed.uri())
    }

    /// The length of an object; nothing when there is none.
    ///
    /// # Errors
    /// Unavailable when the bucket is, too: then nothing is known of the object.
    pub(crate) async fn length(&self, key: &ObjectKey) -> Result<Option<u64>> {
        match self.client.head_object().bucket(&*self.bucket).key(self.key(key)).send().await {
            Ok(head) => Ok(Some(head.content_length().and_then(|length| u64::try_from(length).ok()).unwrap_or_default())),
            // an answer without a body: it is the same for an object and for a bucket that is not there
            Err(error) if failure::status(&error) == Some(404) => self.check().await.map(|()| None),
            Err(error) => Err(failure::away(error)),
        }
    }

    /// Removes an object. Removing what is not there is no error.
    ///
    /// # Errors
    /// Unavailable when the bucket cannot be reached.
    pub(crate) async fn remove(&self, key: &ObjectKey) -> Result<()> {
        self.client.delete_object().bucket(&*self.bucket).key(self.key(key)).send().await.map_err(failure::away)?;
        Ok(())
    }
}

/// How long an address holds.
pub(super) fn lifetime(time: Duration) -> Result<PresigningConfig> {
    PresigningConfig::expires_in(time).map_err(|error| Error::internal("signing an address", error))
}

fn parsed(address: &str) -> Result<Url> {
    // the address is a secret: it does not go into the error
    address.parse().map_err(|error: url::ParseError| Error::internal("signing an address", error))
}

//! What is in the bucket, whether the catalog knows of it or not.

use aws_sdk_s3::primitives::{ByteStream, DateTime};
use time::OffsetDateTime;

use super::{S3Store, failure};
use crate::{
    Result,
    blobs::{ObjectKey, mark},
};

/// An object with the key of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) key: ObjectKey,
    pub(crate) size: u64,
    /// When it was put together.
    pub(crate) since: OffsetDateTime,
}

/// A multipart upload that nobody has completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unfinished {
    pub(crate) key: ObjectKey,
    pub(crate) multipart: String,
    /// When it began.
    pub(crate) since: OffsetDateTime,
}

/// Where a page of multipart uploads ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marker {
    key: String,
    multipart: String,
}

impl S3Store {
    /// A page of the objects with keys of blobs, and how to ask for the next one.
    ///
    /// # Errors
    /// Unavailable when the bucket cannot be reached.
    pub(crate) async fn list(&self, page: Option<String>) -> Result<(Vec<Listed>, Option<String>)> {
        let prefix = format!("{}{}", self.prefix, ObjectKey::FOLDER);
        let listed = self.client.list_objects_v2().bucket(&*self.bucket).prefix(prefix).set_continuation_token(page);
        let listed = listed.send().await.map_err(failure::away)?;
        let objects = listed.contents.unwrap_or_default().into_iter().filter_map(|object| {
            Some(Listed {
                key: self.own_key(object.key.as_deref()?)?,
                size: u64::try_from(object.size?).ok()?,
                since: moment(object.last_modified?),
            })
        });
        Ok((objects.collect(), listed.next_continuation_token))
    }

    /// A page of the multipart uploads with keys of blobs that nobody has completed, and how to ask for the next one.
    ///
    /// # Errors
    /// Unavailable when the bucket cannot be reached.
    pub(crate) async fn unfinished(&self, page: Option<Marker>) -> Result<(Vec<Unfinished>, Option<Marker>)> {
        let prefix = format!("{}{}", self.prefix, ObjectKey::FOLDER);
        let (key, multipart) = page.map(|Marker { key, multipart }| (key, multipart)).unzip();
        let asked = self.client.list_multipart_uploads().bucket(&*self.bucket).prefix(prefix);
        let listed = match asked.set_key_marker(key).set_upload_id_marker(multipart).send().await {
            Ok(listed) => listed,
            // a store that cannot list them is cleaned by its own rule for incomplete uploads
            Err(error) if failure::status(&error) == Some(501) => return Ok((Vec::new(), None)),
            Err(error) => return Err(failure::away(error)),
        };
        let next = match (listed.is_truncated, listed.next_key_marker, listed.next_upload_id_marker) {
            (Some(true), Some(key), Some(multipart)) => Some(Marker { key, multipart }),
            _ => None,
        };
        let uploads = listed.uploads.unwrap_or_default().into_iter().filter_map(|upload| {
            Some(Unfinished {
                key: self.own_key(upload.key.as_deref()?)?,
                multipart: upload.upload_id?,
                since: moment(upload.initiated?),
            })
        });
        Ok((uploads.collect(), next))
    }

    /// A key as the catalog has it, when it is one of a blob's; others are not the registry's.
    fn own_key(&self, key: &str) -> Option<ObjectKey> {
        key.strip_prefix(&*self.prefix)?.parse().ok().filter(|key: &ObjectKey| key.sha256().is_some())
    }

    /// What the bucket says about whose it is.
    pub(in crate::blobs) async fn owner(&self) -> Result<Option<Vec<u8>>> {
        let key = format!("{}{}", self.prefix, mark::NAME);
        let object = match self.client.get_object().bucket(&*self.bucket).key(key).send().await {
            Ok(object) => object,
            Err(error) if failure::says(&error, &["NoSuchKey"]) => return Ok(None),
            Err(error) => return Err(failure::away(error)),
        };
        Ok(Some(object.body.collect().await.map_err(crate::Error::store_away)?.to_vec()))
    }

    /// Notes whose the bucket is.
    pub(in crate::blobs) async fn set_owner(&self, id: &[u8]) -> Result<()> {
        let key = format!("{}{}", self.prefix, mark::NAME);
        let body = ByteStream::from(id.to_vec());
        self.client.put_object().bucket(&*self.bucket).key(key).body(body).send().await.map_err(failure::away)?;
        Ok(())
    }
}

fn moment(at: DateTime) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.secs()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

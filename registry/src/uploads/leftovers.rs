//! Objects of the bucket that become no blob: given up, aborted, removed, swept.

use std::time::Duration;

use domain::UploadId;
use futures::{StreamExt as _, stream};

use super::objects::ASKED_AT_ONCE;
use crate::{
    Registry, Result,
    blobs::{ObjectKey, S3Store},
    catalog::{self, objects::StoredObject, transact},
    now,
};

impl Registry {
    /// Gives up an object, unless it is a blob already, and removes what there is of it.
    pub(super) async fn give_up_object(&self, bucket: &S3Store, object: &StoredObject) -> Result<()> {
        if transact!(self.0.catalog, async |conn| { catalog::objects::abandon(conn, &object.key).await })? {
            self.remove_object(bucket, &object.key, Some(&object.multipart)).await;
        }
        Ok(())
    }

    /// Removes what there is of an object that was given up. False when that did not succeed: the sweep tries again.
    pub(super) async fn remove_object(&self, bucket: &S3Store, key: &ObjectKey, multipart: Option<&str>) -> bool {
        let removed = self.try_remove_object(bucket, key, multipart).await;
        if let Err(error) = &removed {
            error.log();
        }
        removed.is_ok()
    }

    async fn try_remove_object(&self, bucket: &S3Store, key: &ObjectKey, multipart: Option<&str>) -> Result<()> {
        if let Some(multipart) = multipart {
            bucket.abort(key, multipart).await?;
        }
        // also those whose name nobody noted: a server died, or an answer was lost and the call repeated
        bucket.abort_all(key).await?;
        bucket.remove(key).await?;
        transact!(self.0.catalog, async |conn| { catalog::objects::forget(conn, key).await })
    }

    /// Removes what an upload that is over has left in the bucket.
    pub(super) async fn discard_objects(&self, bucket: &S3Store, upload: UploadId) -> Result<()> {
        transact!(self.0.catalog, async |conn| { catalog::objects::abandon_upload(conn, upload).await })?;
        let mut conn = self.0.catalog.read().await?;
        let left = catalog::objects::abandoned_of_upload(&mut conn, upload).await?;
        drop(conn);
        self.remove_objects(bucket, left).await;
        Ok(())
    }

    /// Removes objects that were given up, some at once; answers whether all of them are gone.
    async fn remove_objects(&self, bucket: &S3Store, left: Vec<(ObjectKey, Option<String>)>) -> bool {
        stream::iter(left)
            .map(async |(key, multipart)| self.remove_object(bucket, &key, multipart.as_deref()).await)
            .buffer_unordered(ASKED_AT_ONCE)
            .fold(true, async |all, removed| all && removed)
            .await
    }

    /// Gives up the objects that nobody goes on with, and removes all that were given up.
    pub(super) async fn sweep_objects(&self, bucket: &S3Store, left_behind: Duration) -> Result<()> {
        let before = now() - left_behind;
        transact!(self.0.catalog, async |conn| { catalog::objects::abandon_left_behind(conn, before).await })?;
        loop {
            let mut conn = self.0.catalog.read().await?;
            let left = catalog::objects::abandoned(&mut conn).await?;
            drop(conn);
            if left.is_empty() || !self.remove_objects(bucket, left).await {
                return Ok(());
            }
        }
    }
}

//! Files of this machine on their way into the bucket: the command line's imports. Parts are read from the disk while they are
//! sent, two at once, never whole in memory.

use std::{path::Path, time::Duration};

use aws_sdk_s3::{
    config::timeout::TimeoutConfig,
    primitives::{ByteStream, Length},
};
use domain::upload::PartPlan;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{S3Store, failure, parts::signed};
use crate::{Error, Result, blobs::ObjectKey};

/// How many parts are on the way at once.
const AT_ONCE: usize = 2;
/// How long one try at a part may take: a gigabyte over a slow line.
const PART_TIME: Duration = Duration::from_secs(1800);

impl S3Store {
    /// Sends all parts of a file.
    ///
    /// # Errors
    /// Unavailable when the bucket cannot be reached.
    pub(crate) async fn send_file(&self, key: &ObjectKey, multipart: &str, file: &Path, plan: PartPlan) -> Result<()> {
        stream::iter(1..=plan.count())
            .map(|number| self.send_part(key, multipart, file, plan, number))
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await
    }

    async fn send_part(&self, key: &ObjectKey, multipart: &str, file: &Path, plan: PartPlan, number: u32) -> Result<()> {
        let Some((start, length)) = plan.part(number) else { return Ok(()) };
        let body = if length == 0 {
            ByteStream::from_static(b"")
        } else {
            ByteStream::read_from()
                .path(file)
                .offset(start)
                .length(Length::Exact(length))
                .build()
                .await
                .map_err(|error| Error::internal("reading a file", error))?
        };
        let patience = TimeoutConfig::builder().operation_attempt_timeout(PART_TIME).operation_timeout(PART_TIME * 2).build();
        self.client
            .upload_part()
            .bucket(&*self.bucket)
            .key(self.key(key))
            .upload_id(multipart)
            .part_number(signed(number))
            .body(body)
            .customize()
            .config_override(aws_sdk_s3::Config::builder().timeout_config(patience))
            .send()
            .await
            .map_err(failure::away)?;
        Ok(())
    }
}

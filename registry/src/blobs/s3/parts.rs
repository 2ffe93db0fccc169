//! Multipart uploads: begun, listed, assembled, aborted.

use std::time::Duration;

use aws_sdk_s3::{
    config::timeout::TimeoutConfig,
    types::{CompletedMultipartUpload, CompletedPart, ServerSideEncryption},
};
use domain::upload::PartPlan;

use super::{Encryption, S3Store, failure, incomplete, objects::lifetime};
use crate::{Result, blobs::ObjectKey};

/// How long the bucket may take to put an object together from ten thousand parts.
const ASSEMBLY_TIME: Duration = Duration::from_secs(600);
/// How long another server may need to finish the assembly that it began; looked for that often.
const OTHERS_ASSEMBLY: Duration = Duration::from_millis(500);
const LOOKS: u32 = 20;
const FEW_LOOKS: u32 = 4;

/// A part that the bucket has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReceivedPart {
    pub(crate) number: u32,
    pub(crate) size: u64,
    /// What S3 wants to hear again when the parts are assembled. Not every store tells it.
    tag: Option<String>,
}

/// How an assembly ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assembly {
    /// The object is there.
    Done {
        /// Its length in bytes.
        length: u64,
    },
    /// The parts are not there, and the object is not either.
    Lost,
}

impl S3Store {
    /// Begins a multipart upload; answers the bucket's name for it.
    ///
    /// # Errors
    /// Unavailable when the bucket cannot be reached.
    pub(crate) async fn begin(&self, key: &ObjectKey) -> Result<String> {
        let (encryption, kms_key) = match &self.encryption {
            None => (None, None),
            Some(Encryption::Aes256) => (Some(ServerSideEncryption::Aes256), None),
            Some(Encryption::Kms(key)) => (Some(ServerSideEncryption::AwsKms), key.clone()),
        };
        let begun = self
            .client
            .create_multipart_upload()
            .bucket(&*self.bucket)
            .key(self.key(key))
            .set_server_side_encryption(encryption)
            .set_ssekms_key_id(kms_key)
            .send()
            .await
            .map_err(failure::away)?;
        begun.upload_id.ok_or_else(|| incomplete("the id of an upload"))
    }

    /// Where a part is sent to: exactly this one, of exactly this length, until it expires. The length of an empty part is not
    /// signed, for some clients leave a length of nothing out; a part of another length does not count in any case.
    ///
    /// # Errors
    /// Unavailable when there are no credentials to sign with.
    pub(crate) async fn part_address(
        &self,
        key: &ObjectKey,
        multipart: &str,
        (number, length): (u32, u64),
        time: Duration,
    ) -> Result<String> {
        let signed = self
            .client
            .upload_part()
            .bucket(&*self.bucket)
            .key(self.key(key))
            .upload_id(multipart)
            .part_number(signed(number))
            .set_content_length(i64::try_from(length).ok().filter(|length| *length > 0))
            .presigned(lifetime(time)?)
            .await
            .map_err(failure::away)?;
        Ok(signed.uri().to_owned())
    }

    /// The parts that have arrived, ascending; nothing when the bucket knows of no such upload.
    ///
    /// # Errors
    /// Unavailable when the bucket cannot be reached.
    pub(crate) async fn parts(&self, key: &ObjectKey, multipart: &str) -> Result<Option<Vec<ReceivedPart>>> {
        let mut pages =
            self.client.list_parts().bucket(&*self.bucket).key(self.key(key)).upload_id(multipart).into_paginator().send();
        let mut parts = Vec::new();
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(error) if failure::says(&error, &["NoSuchUpload"]) => return Ok(None),
                Err(error) => return Err(failure::away(error)),
            };
            parts.extend(page.parts.unwrap_or_default().into_iter().filter_map(|part| {
                Some(ReceivedPart {
                    number: u32::try_from(part.part_number?).ok()?,
                    size: u64::try_from(part.size?).ok()?,
                    tag: part.e_tag,
                })
            }));
        }
        parts.sort_unstable_by_key(|part| part.number);
        Ok(Some(parts))
    }

    /// Puts the object together from its parts, whoever else does the same and however often.
    ///
    /// # Errors
    /// Unavailable when the bucket cannot be reached.
    pub(crate) async fn assemble(&self, key: &ObjectKey, multipart: &str, plan: PartPlan) -> Result<Assembly> {
        if let Some(length) = self.length(key).await? {
            return Ok(Assembly::Done { length });
        }
        let parts = self.parts(key, multipart).await?.filter(|parts| are_all(parts, plan));
        let refused = match parts {
            Some(parts) => self.complete(key, multipart, parts).await.err(),
            None => None,
        };
        // it succeeded, or somebody else is at it, or did it long ago and the bucket has forgotten the parts
        for look in 0..LOOKS {
            if let Some(length) = self.length(key).await? {
                return Ok(Assembly::Done { length });
            }
            // some stores call an upload forbidden that somebody else completes at this moment: a few looks tell
            if look == FEW_LOOKS && refused.as_ref().is_some_and(|(gone, _)| !gone) {
                break;
            }
            tokio::time::sleep(OTHERS_ASSEMBLY).await;
        }
        match refused {
            Some((false, error)) => Err(error),
            Some((true, _)) | None => Ok(Assembly::Lost),
        }
    }

    /// Asks for the assembly. A refusal comes with whether the upload is gone.
    async fn complete(&self, key: &ObjectKey, multipart: &str, parts: Vec<ReceivedPart>) -> Result<(), (bool, crate::Error)> {
        let parts = parts
            .into_iter()
            .map(|part| CompletedPart::builder().part_number(signed(part.number)).set_e_tag(part.tag).build())
            .collect();
        let patience = TimeoutConfig::builder()
            .read_timeout(ASSEMBLY_TIME)
            .operation_attempt_timeout(ASSEMBLY_TIME)
            .operation_timeout(ASSEMBLY_TIME)
            .build();
        self.client
            .complete_multipart_upload()
            .bucket(&*self.bucket)
            .key(self.key(key))
            .upload_id(multipart)
            .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build())
            .customize()
            .config_override(aws_sdk_s3::Config::builder().timeout_config(patience))
            .send()
            .await
            .map(drop)
            .map_err(|error| (failure::says(&error, &["NoSuchUpload"]), failure::away(error)))
    }

    /// Aborts a multipart upload. Aborting what is not there is no error.
    ///
    /// # Errors
    /// Unavailable when the bucket cannot be reached.
    pub(crate) async fn abort(&self, key: &ObjectKey, multipart: &str) -> Result<()> {
        let aborted =
            self.client.abort_multipart_upload().bucket(&*self.bucket).key(self.key(key)).upload_id(multipart).send().await;
        match aborted {
            Err(error) if failure::says(&error, &["NoSuchUpload"]) => Ok(()),
            // other stores call it forbidden to abort what is complete
            Err(_) if self.length(key).await?.is_some() => Ok(()),
            Err(error) => Err(failure::away(error)),
            Ok(_) => Ok(()),
        }
    }

    /// Aborts whatever multipart uploads there are for a key: a server may have died between beginning one and noting its name.
    ///
    /// # Errors
    /// Unavailable when the bucket cannot be reached.
    pub(crate) async fn abort_all(&self, key: &ObjectKey) -> Result<()> {
        let listed = self.client.list_multipart_uploads().bucket(&*self.bucket).prefix(self.key(key)).send().await;
        let uploads = match listed {
            Ok(listed) => listed.uploads.unwrap_or_default(),
            // a store that cannot list them is cleaned by its own rule for incomplete uploads
            Err(error) if failure::status(&error) == Some(501) => return Ok(()),
            Err(error) => return Err(failure::away(error)),
        };
        // a key is used for one attempt only: there is hardly ever more than one, and never a second page
        for multipart in uploads.into_iter().filter_map(|upload| upload.upload_id) {
            self.abort(key, &multipart).await?;
        }
        Ok(())
    }
}

/// Whether these are all parts of a blob, each of its right length.
pub(crate) fn are_all(parts: &[ReceivedPart], plan: PartPlan) -> bool {
    parts.len() as u64 == u64::from(plan.count()) && parts.iter().all(|part| part.fits(plan))
}

impl ReceivedPart {
    /// Whether the part has the length that its place asks for.
    pub(crate) fn fits(&self, plan: PartPlan) -> bool {
        plan.part(self.number).is_some_and(|(_, length)| length == self.size)
    }
}

/// Part numbers are at most ten thousand; the SDK counts with a sign.
pub(super) fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

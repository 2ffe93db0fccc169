//! The first call: a bucket that cannot be used stops the start, and the sentence says what to change.

use std::{sync::Arc, time::Duration};

use aws_sdk_s3::{error::SdkError, operation::head_bucket::HeadBucketError};
use domain::{ErrorKind, Sha256Digest};
use tokio::sync::Semaphore;
use url::Url;

use super::{S3Settings, S3Store, VERIFIED_AT_ONCE, failure::status};
use crate::{
    Error, Result,
    blobs::{Attachment, ObjectKey},
};

impl S3Store {
    /// Connects to the bucket and looks whether it is there.
    ///
    /// # Errors
    /// Unavailable, with one sentence that says what to change.
    pub(crate) async fn open(settings: &S3Settings) -> Result<Self> {
        let (client, region) = settings.client().await?;
        let mut store = Self {
            client,
            bucket: settings.bucket.as_str().into(),
            prefix: settings.folder().into(),
            encryption: settings.encryption.clone(),
            origin: "".into(),
            verifying: Arc::new(Semaphore::new(VERIFIED_AT_ONCE)),
        };
        if let Err(error) = store.client.head_bucket().bucket(&*store.bucket).send().await {
            return Err(unusable(settings, &region, error));
        }
        // the endpoint's rules decide between bucket in the host and bucket in the path: any address tells
        let sample = Attachment { disposition: "attachment", content_type: "text/plain" };
        let address = store.download_address(&ObjectKey::fresh(&Sha256Digest::of(b"")), &sample, Duration::from_secs(1)).await?;
        store.origin = address.origin().ascii_serialization().into();
        Ok(store)
    }

    /// Whether the bucket is there now.
    ///
    /// # Errors
    /// Unavailable, when it is not.
    pub(crate) async fn check(&self) -> Result<()> {
        self.client.head_bucket().bucket(&*self.bucket).send().await.map_err(super::failure::away)?;
        Ok(())
    }
}

fn unusable(settings: &S3Settings, region: &str, error: SdkError<HeadBucketError>) -> Error {
    let bucket = &settings.bucket;
    let elsewhere = error
        .raw_response()
        .and_then(|answer| answer.headers().get("x-amz-bucket-region"))
        .filter(|home| *home != region)
        .map(ToOwned::to_owned);
    let sentence = match (status(&error), elsewhere) {
        (Some(_), Some(home)) => format!("The bucket {bucket} is in the region {home}, not {region}: set AWS_REGION={home}."),
        (Some(404), None) => format!("There is no bucket {bucket}: create it, or name another with S3_BUCKET_NAME."),
        (Some(401 | 403), None) => {
            format!("Access to the bucket {bucket} is denied: check the AWS credentials and the rights that they have on it.")
        }
        (Some(301 | 400), None) => {
            format!("The bucket {bucket} cannot be used from the region {region}: check AWS_REGION and S3_ENDPOINT_URL.")
        }
        (Some(_), None) => format!("The store of the bucket {bucket} answers with an error: try again in a moment."),
        (None, _) if matches!(error, SdkError::ConstructionFailure(_)) => {
            format!("The bucket {bucket} cannot be asked for: check S3_BUCKET_NAME and S3_ENDPOINT_URL.")
        }
        (None, _) => {
            let store = settings.endpoint.as_ref().map_or_else(|| format!("S3 in {region}"), shown);
            format!("{store} cannot be reached: check the network, AWS_REGION and S3_ENDPOINT_URL.")
        }
    };
    Error::caused(ErrorKind::Unavailable, sentence, error)
}

/// The endpoint without what it may hold of a password.
fn shown(endpoint: &Url) -> String {
    endpoint.origin().ascii_serialization()
}

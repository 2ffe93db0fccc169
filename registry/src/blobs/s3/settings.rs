//! Where the bucket is and how it is reached. Credentials are not here: the SDK finds them where AWS tools look.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, meta::region::RegionProviderChain};
use aws_sdk_s3::{
    Client, Config,
    config::{
        ProvideCredentials as _, RequestChecksumCalculation, ResponseChecksumValidation, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
};
use domain::ErrorKind;
use url::Url;

use crate::{Error, Result};

/// Where the bucket is and how it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Settings {
    /// Its name.
    pub bucket: String,
    /// Its region; nothing: what the AWS configuration of this machine says.
    pub region: Option<String>,
    /// Where the store is, unless it is AWS.
    pub endpoint: Option<Url>,
    /// Whether the bucket is named in the path instead of the host.
    pub path_style: bool,
    /// How objects are encrypted; nothing: as the bucket says.
    pub encryption: Option<Encryption>,
    /// What stands before every key: several registries may share a bucket.
    pub prefix: String,
}

/// How the store encrypts objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// With the store's own keys (SSE-S3).
    Aes256,
    /// With a key of the key management service (SSE-KMS); nothing: the account's own for S3.
    Kms(Option<String>),
}

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// How long an answer may take to begin.
const ANSWER: Duration = Duration::from_secs(30);
/// How long a call may take with all its tries, below the patience of those who wait for it. Bodies that are streamed are not
/// counted: the SDK ends those that stand still.
const CALL: Duration = Duration::from_secs(55);
/// How often a call is tried: what is busy for longer is told as such, and whoever asked tries again.
const TRIES: u32 = 3;

impl S3Settings {
    /// The prefix, with a slash at its end unless it is empty.
    pub(super) fn folder(&self) -> String {
        match self.prefix.trim_matches('/') {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        }
    }

    /// A client, and the region that it talks to.
    ///
    /// # Errors
    /// Unavailable when there is no region or there are no credentials.
    pub(super) async fn client(&self) -> Result<(Client, String)> {
        // stores that are not AWS have no regions, but a signature names one
        let fallback = self.endpoint.is_some().then(|| Region::new("us-east-1"));
        let region = RegionProviderChain::first_try(self.region.clone().map(Region::new)).or_default_provider().or_else(fallback);
        let shared = aws_config::defaults(BehaviorVersion::latest()).region(region).load().await;
        let Some(region) = shared.region().map(ToString::to_string) else {
            return Err(Error::new(ErrorKind::Unavailable, "The region of the bucket is not known: set AWS_REGION."));
        };
        if let Some(provider) = shared.credentials_provider() {
            provider.provide_credentials().await.map_err(|error| {
                Error::caused(
                    ErrorKind::Unavailable,
                    "There are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role.",
                    error,
                )
            })?;
        }
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .read_timeout(ANSWER)
            .operation_attempt_timeout(ANSWER)
            .operation_timeout(CALL)
            .build();
        let mut config = Config::from(&shared)
            .to_builder()
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(TRIES))
            .force_path_style(self.path_style)
            // everything is hashed with SHA-256 before it counts, and not every store knows the SDK's own checksums
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
        if let Some(endpoint) = &self.endpoint {
            config = config.endpoint_url(endpoint.as_str());
        }
        Ok((Client::from_conf(config.build()), region))
    }
}

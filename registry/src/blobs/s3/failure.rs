//! What becomes of the bucket's failures: nearly all of them mean "not now".

use std::error::Error as StdError;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use crate::Error;

/// The store does not do what it should. Whatever the reason, it is not the caller's: somebody restores the bucket, its rights
/// or the network, and the same call succeeds.
pub(super) fn away<E>(error: SdkError<E>) -> Error
where
    E: StdError + Send + Sync + 'static,
{
    Error::store_away(error)
}

/// Whether the store said that there is no such thing, by one of these codes of S3. An absent bucket is another matter.
pub(super) fn says<E: ProvideErrorMetadata>(error: &SdkError<E>, codes: &[&str]) -> bool {
    let code = match error {
        SdkError::ServiceError(refusal) => refusal.err().code(),
        _ => None,
    };
    code.is_some_and(|code| codes.contains(&code))
}

/// The HTTP status of the answer, when there was one.
pub(super) fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|answer| answer.status().as_u16())
}

//! What only happens where parts and bytes pass through the server. These stories are on the folder whatever `TEST_STORE` says, and are left
//! out (`--skip on_folder`) when the suite runs on S3.

/// Addresses that the registry signs itself.
mod addresses;
/// Bytes that come from the server itself.
mod bytes;

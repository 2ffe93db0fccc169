//! The bucket: what is special where parts and bytes do not pass through the server. These stories are on S3 whatever `TEST_STORE` says; ignored
//! without a bucket.

/// Presigned addresses: used late, twice, for something else.
mod addresses;
/// Encryption by the store.
mod encryption;
/// A bucket that refuses or falls silent, and a network to it that fails.
mod failures;
/// A bucket that is missing, forbidden, or gone for a while.
mod faults;
/// Multipart uploads that nobody completes.
mod garbage;
/// Addresses that downloads are led to, used too late.
mod late;
/// A network between a client and the bucket that fails.
mod network;
/// Two servers on one bucket; what is given up goes.
mod objects;
/// Faults that come and go while people work.
mod storms;

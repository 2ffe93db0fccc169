//! The bucket: what is special where parts and bytes do not pass through the server. On the folder these stories are skipped.

/// Presigned addresses: used late, twice, for something else.
mod addresses;
/// A bucket that refuses or falls silent, and a network to it that fails.
mod failures;
/// A bucket that is missing, forbidden, or gone for a while.
mod faults;
/// A network between a client and the bucket that fails.
mod network;
/// Two servers on one bucket; what is given up goes.
mod objects;

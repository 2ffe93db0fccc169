//! Uploads: begun, resumed, completed in one step, given up.

/// Addresses that are used too late.
mod late;
/// What no revision can hold.
mod manifests;
/// Parts that are not what was announced.
pub(crate) mod parts;
/// From the first step to the last, and again.
mod sessions;
/// Versions never change.
mod versions;

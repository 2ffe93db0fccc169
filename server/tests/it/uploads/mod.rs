//! Uploads: begun, resumed, completed in one step, given up.

/// What no revision can hold.
mod manifests;
/// Parts that are not what was announced.
mod parts;
/// From the first step to the last, and again.
mod sessions;
/// Versions never change.
mod versions;

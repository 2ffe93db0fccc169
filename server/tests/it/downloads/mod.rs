//! Downloads: files and whole revisions, for browsers and programs.

/// Lists of signed addresses.
pub(crate) mod addresses;
/// Whole revisions as one zip.
mod archives;
/// What is recorded and counted.
mod audit;
/// Parts of revisions: how much they are, and as a zip.
mod components;
/// Single files.
mod files;
/// Addresses that are used too late.
pub(crate) mod late;
/// Who gets nothing, and what is not there.
mod refusals;

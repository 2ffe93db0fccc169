//! Downloads: files and whole revisions, for browsers and programs.

/// Whole revisions as one zip.
mod archives;
/// Single files.
mod files;
/// Who gets nothing, and what is not there.
mod refusals;

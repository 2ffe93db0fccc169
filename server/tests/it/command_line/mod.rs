//! The command line: the same registry, for scripts.

/// Accounts and tokens.
mod accounts;
/// Writing revisions into folders.
mod export;
/// Taking folders and zips in.
mod import;
/// What is refused, with exit code 3 and nothing visible.
mod refused_imports;
/// Help, versions, exit codes.
mod usage;

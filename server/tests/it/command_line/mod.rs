//! The command line: the same registry, for scripts.

/// Accounts and tokens.
mod accounts;
/// Reading the audit record.
mod audit;
/// Moving whole registries.
mod backup;
/// Writing revisions into folders.
mod export;
/// Collecting garbage.
mod garbage;
/// Taking folders and zips in.
mod import;
/// What is refused, with exit code 3 and nothing visible.
mod refused_imports;
/// What namespaces store, and quotas.
mod storage;
/// Help, versions, exit codes.
mod usage;
/// Comparing content with its digests.
mod verify;

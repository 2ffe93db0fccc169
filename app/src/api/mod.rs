//! Server functions, under `/rpc`: parse, call one service method with the acting user, shape the answer.
//!
//! In the browser they are plain async functions that call the server. File bytes never travel through them.

#![expect(missing_docs, reason = "#[server] makes a public struct of the arguments of each function")]

/// Signing in and out.
pub mod accounts;
/// The audit record.
pub mod audit;
/// Two revisions side by side.
pub mod compare;
/// Components of revisions.
pub mod components;
/// The autograder's runs: watch, repeat, stop.
pub mod jobs;
/// Whole packages: deleted, brought back, renamed.
pub mod lifecycle;
/// What packages are made from.
pub mod lineage;
/// Members of namespaces, and who may find a package.
pub mod members;
/// Searching and reading packages.
pub mod packages;
/// Accounts, passwords, invitations.
pub mod people;
/// Branches and aliases.
pub mod refs;
/// What namespaces store.
pub mod storage;
/// API tokens.
pub mod tokens;
/// Upload sessions.
pub mod uploads;

//! Server functions, under `/rpc`: parse, call one service method with the acting user, shape the answer.
//!
//! In the browser they are plain async functions that call the server. File bytes never travel through them.

#![expect(missing_docs, reason = "#[server] makes a public struct of the arguments of each function")]

/// Signing in and out.
pub mod accounts;
/// The autograder's runs: watch, repeat, stop.
pub mod jobs;
/// Searching and reading packages.
pub mod packages;
/// API tokens.
pub mod tokens;
/// Upload sessions.
pub mod uploads;

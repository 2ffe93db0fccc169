//! The autograder from outside: its parsers, its reports, its command line.

#![expect(
    clippy::unwrap_used,
    reason = "in tests a failed unwrap is a failed test; clippy knows test functions, not what they call"
)]

mod command;
mod common;
mod gguf;
mod license;
mod package;
mod report;
mod safetensors;
mod zip;

//! What the command that compares contents with their digests takes.

use clap::Args;

/// Arguments of `verify`.
#[derive(Args)]
pub(crate) struct Verify {
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

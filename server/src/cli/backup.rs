//! What the commands for backups take.

use std::path::PathBuf;

use clap::Args;

/// Arguments of `backup`.
#[derive(Args)]
pub(crate) struct Backup {
    /// The folder
    pub(crate) folder: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `restore`.
#[derive(Args)]
pub(crate) struct Restore {
    /// The folder of the backup
    pub(crate) folder: PathBuf,
    /// Restore also into a store that belongs to another registry, whose files are removed then
    ///
    /// Only when that registry is never used again: from a day later on its files are gone.
    #[arg(long)]
    pub(crate) take_over_store: bool,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

//! What the command for garbage takes.

use clap::Args;

/// Arguments of `gc`.
#[derive(Args)]
pub(crate) struct Gc {
    /// Remove it; without this flag nothing changes
    #[arg(long)]
    pub(crate) remove: bool,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

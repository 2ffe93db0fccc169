//! What the command that reads the audit record takes.

use clap::Args;
use domain::audit::Action;

/// Arguments of `audit`.
#[derive(Args)]
pub(crate) struct Audit {
    /// What one actor did: a user's name, operator, scheduler or anonymous
    #[arg(long, value_name = "NAME", conflicts_with_all = ["action", "object"])]
    pub(crate) actor: Option<String>,
    /// What was done, such as download_file
    #[arg(long, value_name = "WORD", conflicts_with = "object")]
    pub(crate) action: Option<Action>,
    /// What was done to one object, such as model/acme/bert@REVISION
    #[arg(long, value_name = "TEXT")]
    pub(crate) object: Option<String>,
    /// How many entries at the most, the newest
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub(crate) limit: usize,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

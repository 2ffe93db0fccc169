//! What the command for aliases takes.

use clap::Args;
use domain::{PackageKind, lifecycle::moment, refs::RefName};
use time::OffsetDateTime;

/// Arguments of `alias`.
#[derive(Args)]
pub(crate) struct Alias {
    /// The package
    #[arg(value_name = "NS/NAME")]
    pub(crate) package: String,
    /// The alias
    pub(crate) alias: Option<RefName>,
    /// A branch, a version, another alias, or the id of a revision
    #[arg(group = "step")]
    pub(crate) revision: Option<String>,
    /// Show its moves, the newest first
    #[arg(long, group = "step", requires = "alias")]
    pub(crate) history: bool,
    /// Show where it pointed at a moment, such as 2026-03-01 (the beginning of the day in UTC) or 2026-03-01T12:00:00Z
    #[arg(long, group = "step", requires = "alias", value_name = "MOMENT", value_parser = moment)]
    pub(crate) at: Option<OffsetDateTime>,
    /// Point it at where it pointed before its last move
    #[arg(long, group = "step", requires = "alias")]
    pub(crate) roll_back: bool,
    /// Why it moves
    #[arg(long, default_value = "")]
    pub(crate) reason: String,
    /// What the package holds: model, dataset or code
    #[arg(long, default_value = "model")]
    pub(crate) kind: PackageKind,
}

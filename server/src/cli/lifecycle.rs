//! What the commands that delete, bring back and rename packages take.

use clap::Args;
use domain::PackageKind;

/// Arguments of `delete`.
#[derive(Args)]
pub(crate) struct Delete {
    /// The package
    #[arg(value_name = "NS/NAME")]
    pub(crate) package: String,
    /// The same name once more
    #[arg(long, value_name = "NS/NAME")]
    pub(crate) confirm: String,
    /// What the package holds: model, dataset or code
    #[arg(long, default_value = "model")]
    pub(crate) kind: PackageKind,
}

/// Arguments of `undelete`.
#[derive(Args)]
pub(crate) struct Undelete {
    /// The package; all deleted ones are listed when it is not given
    #[arg(value_name = "NS/NAME")]
    pub(crate) package: Option<String>,
    /// What the package holds: model, dataset or code
    #[arg(long, default_value = "model")]
    pub(crate) kind: PackageKind,
}

/// Arguments of `rename`.
#[derive(Args)]
pub(crate) struct Rename {
    /// The package
    #[arg(value_name = "NS/NAME")]
    pub(crate) package: String,
    /// Its new name
    #[arg(value_name = "NEW_NS/NEW_NAME")]
    pub(crate) to: String,
    /// What the package holds: model, dataset or code
    #[arg(long, default_value = "model")]
    pub(crate) kind: PackageKind,
}

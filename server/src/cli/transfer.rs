//! What the commands that take revisions in and write them out take.

use std::path::PathBuf;

use clap::Args;
use domain::{PackageKind, people::Visibility, refs::RefName};

/// Arguments of `import`.
#[derive(Args)]
pub(crate) struct Import {
    /// The folder or the .zip file
    pub(crate) folder: PathBuf,
    /// The package, as namespace/name; it is made when missing
    #[arg(long, value_name = "NS/NAME")]
    pub(crate) name: String,
    /// What it holds: model, dataset or code
    #[arg(long, default_value = "model")]
    pub(crate) kind: PackageKind,
    /// The version, such as 1.0.0: a tag that never moves
    #[arg(long)]
    pub(crate) version: Option<RefName>,
    /// Who finds the package when it is new: private, internal or public [default: internal]
    #[arg(long, value_name = "WORD")]
    pub(crate) visibility: Option<Visibility>,
    /// The branch that the revision goes on
    #[arg(long, default_value = "main")]
    pub(crate) branch: RefName,
    /// What is new
    #[arg(long, default_value = "Import")]
    pub(crate) message: String,
}

/// Arguments of `export`.
#[derive(Args)]
pub(crate) struct Export {
    /// The package and the revision, as namespace/name@REF; main when no REF is given
    #[arg(value_name = "NS/NAME@REF")]
    pub(crate) package: String,
    /// The folder to make
    pub(crate) folder: PathBuf,
    /// What it holds: model, dataset or code
    #[arg(long, default_value = "model")]
    pub(crate) kind: PackageKind,
}

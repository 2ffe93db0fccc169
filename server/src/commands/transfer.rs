//! Importing and exporting packages at the command line.

use domain::{PackageRef, refs::DEFAULT_BRANCH, units};
use registry::{Actor, ImportTarget};

use super::{Failure, open, say};
use crate::{
    cli::{Export, Import},
    config::Config,
};

/// Takes a folder or a zip in as a revision.
pub(super) async fn import(config: &Config, arguments: Import) -> Result<(), Failure> {
    let target = ImportTarget {
        package: PackageRef::parse(arguments.kind, &arguments.name)?,
        branch: arguments.branch,
        version: arguments.version,
        visibility: arguments.visibility,
        message: arguments.message,
    };
    let registry = open(config).await?;
    let imported = registry.import(&Actor::operator(), arguments.folder, &target).await;
    registry.close().await;
    let imported = imported?;
    let files = units::plural(imported.files, "file");
    eprintln!(
        "{files}, {}, came in. A running server scores them now; otherwise the next one does.",
        units::bytes(imported.bytes)
    );
    say(format!("{}@{}", target.package, imported.revision))
}

/// Writes a revision into a folder.
pub(super) async fn export(config: &Config, arguments: Export) -> Result<(), Failure> {
    let (name, at) = arguments.package.split_once('@').unwrap_or((&arguments.package, DEFAULT_BRANCH));
    let package = PackageRef::parse(arguments.kind, name)?;
    let at = at.parse()?;
    let registry = open(config).await?;
    let exported = registry.export(&Actor::operator(), &package, &at, arguments.folder).await;
    registry.close().await;
    let exported = exported?;
    eprintln!("{}, {}, were written.", units::plural(exported.files, "file"), units::bytes(exported.bytes));
    say(format!("{package}@{}", exported.revision))
}

//! Moving aliases, deleting, bringing back and renaming packages at the command line.

use domain::{PackageRef, lifecycle::Expected, units};
use registry::{Actor, AliasStep};

use super::{Failure, open, say};
use crate::{
    cli::{Alias, Delete, Rename, Undelete},
    config::Config,
};

/// Points an alias at a revision.
pub(super) async fn alias(config: &Config, arguments: Alias) -> Result<(), Failure> {
    let step = AliasStep {
        package: PackageRef::parse(arguments.kind, &arguments.package)?,
        alias: arguments.alias,
        expected: Expected::Anything,
        reason: arguments.reason,
    };
    let to = arguments.revision.parse()?;
    let registry = open(config).await?;
    let moved = registry.move_alias(&Actor::operator(), &step, &to).await;
    registry.close().await;
    say(format!("{}@{}", step.package, moved?.revision))
}

/// Deletes a package; it can be brought back for a while.
pub(super) async fn delete(config: &Config, arguments: Delete) -> Result<(), Failure> {
    let package = PackageRef::parse(arguments.kind, &arguments.package)?;
    let registry = open(config).await?;
    let deleted = registry.delete_package(&Actor::operator(), &package, &arguments.confirm).await;
    registry.close().await;
    let deleted = deleted?;
    eprintln!("It is removed for good on {}. Until then: model-registry undelete {package}", units::moment(deleted.purge_at));
    say(deleted.package.full_name())
}

/// Brings a deleted package back.
pub(super) async fn undelete(config: &Config, arguments: Undelete) -> Result<(), Failure> {
    let package = PackageRef::parse(arguments.kind, &arguments.package)?;
    let registry = open(config).await?;
    let restored = registry.undelete_package(&Actor::operator(), &package).await;
    registry.close().await;
    say(restored?.full_name())
}

/// Gives a package another name.
pub(super) async fn rename(config: &Config, arguments: Rename) -> Result<(), Failure> {
    let package = PackageRef::parse(arguments.kind, &arguments.package)?;
    let to = PackageRef::parse(arguments.kind, &arguments.to)?;
    let registry = open(config).await?;
    let renamed = registry.rename_package(&Actor::operator(), &package, &to).await;
    registry.close().await;
    say(renamed?.full_name())
}

//! Deleting, bringing back and renaming packages at the command line.

use domain::{PackageRef, lifecycle::DeletedPackage, units};
use registry::{Actor, Registry};

use super::{Failure, open, say};
use crate::{
    cli::{Delete, Rename, Undelete},
    config::Config,
};

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

/// Brings a deleted package back; without a name tells which there are.
pub(super) async fn undelete(config: &Config, arguments: Undelete) -> Result<(), Failure> {
    let Some(package) = &arguments.package else {
        let registry = open(config).await?;
        let deleted = deleted(&registry).await;
        registry.close().await;
        return deleted?.iter().map(told).try_for_each(say);
    };
    let package = PackageRef::parse(arguments.kind, package)?;
    let registry = open(config).await?;
    let restored = registry.undelete_package(&Actor::operator(), &package).await;
    registry.close().await;
    say(restored?.full_name())
}

/// All deleted packages.
async fn deleted(registry: &Registry) -> Result<Vec<DeletedPackage>, registry::Error> {
    let (mut deleted, mut cursor) = (Vec::new(), None);
    loop {
        let page = registry.all_deleted_packages(&Actor::operator(), cursor.as_deref().into()).await?;
        deleted.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(deleted);
        }
    }
}

fn told(DeletedPackage { package, deleted_at, deleted_by, purge_at, is_purging }: &DeletedPackage) -> String {
    let end =
        if *is_purging { "is being removed".to_owned() } else { format!("removed for good on {}", units::moment(*purge_at)) };
    format!("{}  {package}  deleted by {deleted_by} on {}, {end}", package.kind, units::moment(*deleted_at))
}

/// Gives a package another name.
pub(super) async fn rename(config: &Config, arguments: Rename) -> Result<(), Failure> {
    let package = PackageRef::parse(arguments.kind, &arguments.package)?;
    let to = PackageRef::parse(arguments.kind, &arguments.to)?;
    let registry = open(config).await?;
    let renamed = registry.rename_package(&Actor::operator(), &package, &to).await;
    registry.close().await;
    say(renamed?.0.full_name())
}

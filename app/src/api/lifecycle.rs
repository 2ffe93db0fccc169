//! Whole packages: deleted, brought back, renamed.

use domain::{PackageRef, lifecycle::DeletedPackage, listing::Page};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::AppError;

/// Deletes a package. `confirmation` is its full name. It can be brought back until it is purged.
#[server(prefix = "/rpc", endpoint = "delete_package")]
pub async fn delete_package(
    kind: String,
    namespace: String,
    name: String,
    confirmation: String,
) -> Result<DeletedPackage, AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    let deleted = ssr::respond(ssr::registry()?.delete_package(&ssr::actor()?, &package, &confirmation).await)?;
    ssr::redirect(&format!("{}/settings", deleted.package.page()));
    Ok(deleted)
}

/// Brings a deleted package back, as it was.
#[server(prefix = "/rpc", endpoint = "undelete_package")]
pub async fn undelete_package(kind: String, namespace: String, name: String) -> Result<PackageRef, AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    let package = ssr::respond(ssr::registry()?.undelete_package(&ssr::actor()?, &package).await)?;
    ssr::redirect(&package.page());
    Ok(package)
}

/// When a package was deleted and is purged, for who may bring it back; nothing when there is no such deleted package.
#[server(name = GetDeletedPackage, prefix = "/rpc", endpoint = "deleted_package", input = GetUrl)]
pub async fn deleted_package(kind: String, namespace: String, name: String) -> Result<Option<DeletedPackage>, AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    ssr::respond(ssr::registry()?.deleted_package(&ssr::actor()?, &package).await)
}

/// The deleted packages of a namespace that the acting user may bring back, those that were deleted last first.
#[server(prefix = "/rpc", endpoint = "deleted_packages", input = GetUrl)]
pub async fn deleted_packages(namespace: String, cursor: Option<String>) -> Result<Page<DeletedPackage>, AppError> {
    use crate::ssr;
    let namespace = ssr::namespace(&namespace)?;
    ssr::respond(ssr::registry()?.deleted_packages(&ssr::actor()?, &namespace, cursor.as_deref().into()).await)
}

/// Gives a package another name, perhaps in another namespace. Its old addresses lead to the new ones.
#[server(prefix = "/rpc", endpoint = "rename_package")]
pub async fn rename_package(
    kind: String,
    namespace: String,
    name: String,
    new_namespace: String,
    new_name: String,
) -> Result<PackageRef, AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    let to = PackageRef { kind: package.kind, namespace: new_namespace.parse()?, name: new_name.parse()? };
    let (renamed, _) = ssr::respond(ssr::registry()?.rename_package(&ssr::actor()?, &package, &to).await)?;
    ssr::redirect(&renamed.page());
    Ok(renamed)
}

/// Frees a name that a package had: addresses with it lead nowhere from then on, and another package may take it.
#[server(prefix = "/rpc", endpoint = "release_name")]
pub async fn release_name(kind: String, namespace: String, name: String) -> Result<(), AppError> {
    use crate::ssr;
    let (old, _) = ssr::target(&kind, &namespace, &name, None)?;
    ssr::respond(ssr::registry()?.release_name(&ssr::actor()?, &old).await)
}

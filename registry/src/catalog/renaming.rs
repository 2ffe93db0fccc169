//! Names that packages had, and new names for packages.

use domain::{PackageId, PackageName, PackageRef};
use uuid::Uuid;

use super::{Conn, execute, optional_scalar};
use crate::Result;

/// The package that had a name before, whatever became of it since.
pub(crate) async fn find(conn: &mut Conn, package: &PackageRef) -> Result<Option<PackageId>> {
    let id: Option<Uuid> = optional_scalar!(
        conn,
        "SELECT package_redirects.package_id FROM package_redirects
         JOIN namespaces ON namespaces.id = package_redirects.namespace_id
         WHERE package_redirects.kind = $1 AND namespaces.name_key = $2 AND package_redirects.name_key = $3",
        package.kind.as_str(),
        package.namespace.key(),
        package.name.key()
    )?;
    Ok(id.map(PackageId))
}

/// Gives a package another name. Its old one leads to it; the new one leads nowhere else.
pub(crate) async fn rename(conn: &mut Conn, id: PackageId, namespace: Uuid, name: &PackageName) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO package_redirects (kind, namespace_id, name_key, package_id)
         SELECT kind, namespace_id, name_key, id FROM packages WHERE id = $1
         ON CONFLICT (kind, namespace_id, name_key) DO NOTHING",
        id.0
    )?;
    execute!(
        conn,
        "UPDATE packages SET namespace_id = $2, name = $3, name_key = $4 WHERE id = $1",
        id.0,
        namespace,
        name.as_str(),
        name.key()
    )?;
    // back to an old name, or the same name in another case
    execute!(
        conn,
        "DELETE FROM package_redirects WHERE package_id = $1 AND namespace_id = $2 AND name_key = $3",
        id.0,
        namespace,
        name.key()
    )?;
    Ok(())
}

/// Ends a redirect: the name is free; false when there was none.
pub(crate) async fn release(conn: &mut Conn, package: &PackageRef) -> Result<bool> {
    let done = execute!(
        conn,
        "DELETE FROM package_redirects WHERE kind = $1 AND name_key = $3
         AND namespace_id = (SELECT id FROM namespaces WHERE name_key = $2)",
        package.kind.as_str(),
        package.namespace.key(),
        package.name.key()
    )?;
    Ok(done == 1)
}

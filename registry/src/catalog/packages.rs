//! Packages.

use domain::{NamespaceName, PackageId, PackageKind, PackageName, PackageRef};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_row, optional_scalar, parsed, row, scalar};
use crate::Result;

/// A package as the catalog has it.
pub(crate) struct StoredPackage {
    pub(crate) id: PackageId,
    pub(crate) package: PackageRef,
    pub(crate) description: String,
    pub(crate) version: Option<String>,
}

#[derive(FromRow)]
struct PackageRow {
    id: Uuid,
    kind: String,
    namespace: String,
    name: String,
    description: String,
    version: Option<String>,
}

impl PackageRow {
    fn package(self) -> sqlx::Result<StoredPackage> {
        Ok(StoredPackage {
            id: PackageId(self.id),
            package: package_ref(&self.kind, &self.namespace, &self.name)?,
            description: self.description,
            version: self.version,
        })
    }
}

/// Puts a reference together from columns.
pub(super) fn package_ref(kind: &str, namespace: &str, name: &str) -> sqlx::Result<PackageRef> {
    Ok(PackageRef {
        kind: parsed::<PackageKind>(kind)?,
        namespace: parsed::<NamespaceName>(namespace)?,
        name: parsed::<PackageName>(name)?,
    })
}

/// A package by its name, whatever its case.
pub(crate) async fn find(conn: &mut Conn, package: &PackageRef) -> Result<Option<StoredPackage>> {
    let row: Option<PackageRow> = optional_row!(
        conn,
        "SELECT packages.id, packages.kind, namespaces.name AS namespace, packages.name, packages.description, packages.version
         FROM packages JOIN namespaces ON namespaces.id = packages.namespace_id
         WHERE packages.kind = $1 AND namespaces.name_key = $2 AND packages.name_key = $3",
        package.kind.as_str(),
        package.namespace.key(),
        package.name.key()
    )?;
    Ok(row.map(PackageRow::package).transpose()?)
}

/// A package by its id.
pub(crate) async fn get(conn: &mut Conn, id: PackageId) -> Result<StoredPackage> {
    let row: PackageRow = row!(
        conn,
        "SELECT packages.id, packages.kind, namespaces.name AS namespace, packages.name, packages.description, packages.version
         FROM packages JOIN namespaces ON namespaces.id = packages.namespace_id WHERE packages.id = $1",
        id.0
    )?;
    Ok(row.package()?)
}

/// The id of a package, locked until the change ends; it is made when missing.
pub(crate) async fn get_or_insert(
    conn: &mut Conn,
    package: &PackageRef,
    namespace: Uuid,
    at: OffsetDateTime,
) -> Result<PackageId> {
    let added: Option<Uuid> = optional_scalar!(
        conn,
        "INSERT INTO packages (id, kind, namespace_id, name, name_key, description, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, '', $6, $6) ON CONFLICT (kind, namespace_id, name_key) DO NOTHING RETURNING id",
        Uuid::now_v7(),
        package.kind.as_str(),
        namespace,
        package.name.as_str(),
        package.name.key(),
        at
    )?;
    if let Some(id) = added {
        super::search::index(conn, PackageId(id), &package.full_name(), "").await?;
        return Ok(PackageId(id));
    }
    let id = scalar!(
        conn,
        "UPDATE packages SET updated_at = updated_at WHERE kind = $1 AND namespace_id = $2 AND name_key = $3 RETURNING id",
        package.kind.as_str(),
        namespace,
        package.name.key()
    )?;
    Ok(PackageId(id))
}

/// Locks a package with its refs and its score until the change ends.
pub(crate) async fn lock(conn: &mut Conn, id: PackageId) -> Result<()> {
    execute!(conn, "UPDATE packages SET updated_at = updated_at WHERE id = $1", id.0)?;
    Ok(())
}

/// Notes what a new head of `main` changes about its package.
pub(crate) async fn set_head(
    conn: &mut Conn,
    package: &StoredPackage,
    description: &str,
    version: Option<&str>,
    score: f64,
    at: OffsetDateTime,
) -> Result<()> {
    execute!(
        conn,
        "UPDATE packages SET description = $2, version = coalesce($3, version), score = $4, updated_at = $5 WHERE id = $1",
        package.id.0,
        description,
        version,
        score,
        at
    )?;
    super::search::index(conn, package.id, &package.package.full_name(), description).await
}

/// Notes that a package got a version, and when, without a change of its head.
pub(crate) async fn touch(conn: &mut Conn, id: PackageId, version: Option<&str>, at: OffsetDateTime) -> Result<()> {
    execute!(conn, "UPDATE packages SET version = coalesce($2, version), updated_at = $3 WHERE id = $1", id.0, version, at)?;
    Ok(())
}

/// Notes the net score of the revision that is the head of `main`; does nothing for any other revision. The package must be
/// locked: else its head might change while this looks.
pub(crate) async fn set_score_of_head(conn: &mut Conn, revision_seq: i64, score: Option<f64>) -> Result<()> {
    execute!(
        conn,
        "UPDATE packages SET score = $2 WHERE id IN
         (SELECT package_id FROM refs WHERE revision_seq = $1 AND kind = 'branch' AND name = 'main')",
        revision_seq,
        score.unwrap_or(super::search::NO_SCORE)
    )?;
    Ok(())
}

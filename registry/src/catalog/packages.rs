//! Packages.

use domain::{NamespaceName, PackageId, PackageKind, PackageName, PackageRef};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, parsed};
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
    let row: Option<PackageRow> = sqlx::query_as(
        "SELECT packages.id, packages.kind, namespaces.name AS namespace, packages.name, packages.description, packages.version
         FROM packages JOIN namespaces ON namespaces.id = packages.namespace_id
         WHERE packages.kind = $1 AND namespaces.name_key = $2 AND packages.name_key = $3",
    )
    .bind(package.kind.as_str())
    .bind(package.namespace.key())
    .bind(package.name.key())
    .fetch_optional(conn)
    .await?;
    Ok(row.map(PackageRow::package).transpose()?)
}

/// A package by its id.
pub(crate) async fn get(conn: &mut Conn, id: PackageId) -> Result<StoredPackage> {
    let row: PackageRow = sqlx::query_as(
        "SELECT packages.id, packages.kind, namespaces.name AS namespace, packages.name, packages.description, packages.version
         FROM packages JOIN namespaces ON namespaces.id = packages.namespace_id WHERE packages.id = $1",
    )
    .bind(id.0)
    .fetch_one(conn)
    .await?;
    Ok(row.package()?)
}

/// The id of a package; it is made when missing.
pub(crate) async fn get_or_insert(
    conn: &mut Conn,
    package: &PackageRef,
    namespace: Uuid,
    at: OffsetDateTime,
) -> Result<PackageId> {
    let id: Option<Uuid> = sqlx::query_scalar(
        "INSERT INTO packages (id, kind, namespace_id, name, name_key, description, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, '', $6, $6) ON CONFLICT (kind, namespace_id, name_key) DO NOTHING RETURNING id",
    )
    .bind(Uuid::now_v7())
    .bind(package.kind.as_str())
    .bind(namespace)
    .bind(package.name.as_str())
    .bind(package.name.key())
    .bind(at)
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(id) = id {
        super::search::insert(conn, PackageId(id), &package.full_name()).await?;
        return Ok(PackageId(id));
    }
    let id = sqlx::query_scalar("SELECT id FROM packages WHERE kind = $1 AND namespace_id = $2 AND name_key = $3")
        .bind(package.kind.as_str())
        .bind(namespace)
        .bind(package.name.key())
        .fetch_one(conn)
        .await?;
    Ok(PackageId(id))
}

/// Notes what a new revision changes about its package.
pub(crate) async fn set_head(
    conn: &mut Conn,
    id: PackageId,
    description: Option<&str>,
    version: Option<&str>,
    score: f64,
    at: OffsetDateTime,
) -> Result<()> {
    sqlx::query(
        "UPDATE packages SET description = coalesce($2, description), version = coalesce($3, version), score = $4, updated_at = $5
         WHERE id = $1",
    )
    .bind(id.0)
    .bind(description)
    .bind(version)
    .bind(score)
    .bind(at)
    .execute(&mut *conn)
    .await?;
    if let Some(description) = description {
        super::search::set_description(conn, id, description).await?;
    }
    Ok(())
}

/// Notes that a package got a version, and when, without a change of its head.
pub(crate) async fn touch(conn: &mut Conn, id: PackageId, version: Option<&str>, at: OffsetDateTime) -> Result<()> {
    sqlx::query("UPDATE packages SET version = coalesce($2, version), updated_at = $3 WHERE id = $1")
        .bind(id.0)
        .bind(version)
        .bind(at)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes the net score of the revision that is the head of `main`; does nothing for any other revision.
pub(crate) async fn set_score_of_head(conn: &mut Conn, revision_seq: i64, score: Option<f64>) -> Result<()> {
    sqlx::query(
        "UPDATE packages SET score = $2 WHERE id IN
         (SELECT package_id FROM refs WHERE revision_seq = $1 AND kind = 'branch' AND name = 'main')",
    )
    .bind(revision_seq)
    .bind(score.unwrap_or(super::search::NO_SCORE))
    .execute(conn)
    .await?;
    Ok(())
}

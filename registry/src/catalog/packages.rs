//! Packages.

use domain::{
    NamespaceName, PackageId, PackageKind, PackageName, PackageRef,
    card::CardSummary,
    people::Visibility,
    report::{MetricName, Report, Verdict},
};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_row, optional_scalar, parsed, row, signed};
use crate::Result;

/// A package as the catalog has it.
pub(crate) struct StoredPackage {
    pub(crate) id: PackageId,
    pub(crate) package: PackageRef,
    pub(crate) description: String,
    pub(crate) version: Option<String>,
    pub(crate) visibility: Visibility,
}

#[derive(FromRow)]
struct PackageRow {
    id: Uuid,
    kind: String,
    namespace: String,
    name: String,
    description: String,
    version: Option<String>,
    visibility: String,
}

impl PackageRow {
    fn package(self) -> sqlx::Result<StoredPackage> {
        Ok(StoredPackage {
            id: PackageId(self.id),
            package: package_ref(&self.kind, &self.namespace, &self.name)?,
            description: self.description,
            version: self.version,
            visibility: parsed(&self.visibility)?,
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

/// A package by the name that it has or had, whatever its case; none that was deleted. One statement: between two of them it may
/// be renamed to and fro.
pub(crate) async fn find(conn: &mut Conn, package: &PackageRef) -> Result<Option<StoredPackage>> {
    let row: Option<PackageRow> = optional_row!(
        conn,
        "SELECT packages.id, packages.kind, namespaces.name AS namespace, packages.name, packages.description, packages.version,
                packages.visibility
         FROM packages JOIN namespaces ON namespaces.id = packages.namespace_id
         WHERE packages.deleted_at IS NULL AND packages.id IN
             (SELECT named.id FROM packages AS named JOIN namespaces ON namespaces.id = named.namespace_id
              WHERE named.kind = $1 AND namespaces.name_key = $2 AND named.name_key = $3
              UNION ALL
              SELECT former.package_id FROM package_redirects AS former JOIN namespaces ON namespaces.id = former.namespace_id
              WHERE former.kind = $1 AND namespaces.name_key = $2 AND former.name_key = $3)",
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
        "SELECT packages.id, packages.kind, namespaces.name AS namespace, packages.name, packages.description, packages.version,
                packages.visibility
         FROM packages JOIN namespaces ON namespaces.id = packages.namespace_id WHERE packages.id = $1",
        id.0
    )?;
    Ok(row.package()?)
}

/// The id of a package, locked until the change ends, and whether it is new: it is made when missing.
pub(crate) async fn get_or_insert(
    conn: &mut Conn,
    package: &PackageRef,
    namespace: Uuid,
    visibility: Visibility,
    at: OffsetDateTime,
) -> Result<(PackageId, bool)> {
    // it may be renamed or purged in between: then the other statement finds what to do
    loop {
        let added: Option<Uuid> = optional_scalar!(
            conn,
            "INSERT INTO packages (id, kind, namespace_id, name, name_key, description, visibility, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, '', $6, $7, $7) ON CONFLICT (kind, namespace_id, name_key) DO NOTHING RETURNING id",
            Uuid::now_v7(),
            package.kind.as_str(),
            namespace,
            package.name.as_str(),
            package.name.key(),
            visibility.as_str(),
            at
        )?;
        if let Some(id) = added {
            super::search::index::index(conn, PackageId(id)).await?;
            return Ok((PackageId(id), true));
        }
        let locked: Option<Uuid> = optional_scalar!(
            conn,
            "UPDATE packages SET updated_at = updated_at WHERE kind = $1 AND namespace_id = $2 AND name_key = $3 RETURNING id",
            package.kind.as_str(),
            namespace,
            package.name.key()
        )?;
        if let Some(id) = locked {
            return Ok((PackageId(id), false));
        }
    }
}

/// Locks a package with its refs and its score until the change ends.
pub(crate) async fn lock(conn: &mut Conn, id: PackageId) -> Result<()> {
    execute!(conn, "UPDATE packages SET updated_at = updated_at WHERE id = $1", id.0)?;
    Ok(())
}

/// What the head of `main` says of its package.
pub(crate) struct Head<'a> {
    pub(crate) card: &'a CardSummary,
    pub(crate) bytes: u64,
    /// Of the newest report on it.
    pub(crate) verdict: Option<Verdict>,
    /// Of the newest report on it.
    pub(crate) score: f64,
}

impl<'a> Head<'a> {
    /// A head with the newest report on it, if there is one.
    pub(crate) fn of(card: &'a CardSummary, bytes: u64, report: Option<&Report>) -> Self {
        Self {
            card,
            bytes,
            verdict: report.and_then(|report| report.verdict),
            score: report.and_then(|report| report.score(MetricName::NetScore)).unwrap_or(super::search::NO_SCORE),
        }
    }
}

/// Notes a new head of `main`, and the version when it is the newest. The package must be locked.
pub(crate) async fn set_head(
    conn: &mut Conn,
    package: PackageId,
    head: &Head<'_>,
    version: Option<&str>,
    at: OffsetDateTime,
) -> Result<()> {
    note_change(conn, package, version, at).await?;
    describe(conn, package, head).await
}

/// Notes what the head of `main` says of its package, and makes the package findable by it. The package must be locked.
pub(crate) async fn describe(conn: &mut Conn, package: PackageId, head: &Head<'_>) -> Result<()> {
    execute!(
        conn,
        "UPDATE packages SET description = $2, bytes = $3, verdict = $4, score = $5 WHERE id = $1",
        package.0,
        head.card.description.as_str(),
        signed(head.bytes),
        head.verdict.map(Verdict::as_str),
        head.score
    )?;
    super::card_facts::set(conn, package, head.card).await?;
    super::search::index::index(conn, package).await
}

/// Changes who may find a package.
pub(crate) async fn set_visibility(conn: &mut Conn, id: PackageId, visibility: Visibility) -> Result<()> {
    execute!(conn, "UPDATE packages SET visibility = $2 WHERE id = $1", id.0, visibility.as_str())?;
    Ok(())
}

/// Notes that a package got a version, and when, without a change of its head. The package must be locked.
pub(crate) async fn touch(conn: &mut Conn, id: PackageId, version: Option<&str>, at: OffsetDateTime) -> Result<()> {
    note_change(conn, id, version, at).await?;
    // the index of words is in the order of changes
    super::search::index::index(conn, id).await
}

async fn note_change(conn: &mut Conn, id: PackageId, version: Option<&str>, at: OffsetDateTime) -> Result<()> {
    execute!(conn, "UPDATE packages SET version = coalesce($2, version), updated_at = $3 WHERE id = $1", id.0, version, at)?;
    Ok(())
}

/// Notes what a report says of the revision that is the head of `main`; does nothing for any other revision. The package must be
/// locked: else its head might change while this looks.
pub(crate) async fn set_report_of_head(
    conn: &mut Conn,
    revision_seq: i64,
    score: Option<f64>,
    verdict: Option<Verdict>,
) -> Result<()> {
    let package: Option<Uuid> = optional_scalar!(
        conn,
        "UPDATE packages SET score = $2, verdict = $3 WHERE id IN
         (SELECT package_id FROM refs WHERE revision_seq = $1 AND kind = 'branch' AND name = 'main') RETURNING id",
        revision_seq,
        score.unwrap_or(super::search::NO_SCORE),
        verdict.map(Verdict::as_str)
    )?;
    match package {
        Some(package) => super::search::index::index(conn, PackageId(package)).await,
        None => Ok(()),
    }
}

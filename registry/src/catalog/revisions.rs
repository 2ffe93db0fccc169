//! Revisions.

use domain::{PackageId, RevisionId, Sha256Digest, UserId, job::JobState, listing::RevisionSummary};
use sqlx::FromRow;
use time::OffsetDateTime;

use super::{Conn, optional_row, parsed, revision_id, row, rows, scalar, sha256, signed, unsigned};
use crate::Result;

/// A revision as the catalog has it.
pub(crate) struct StoredRevision {
    pub(crate) seq: i64,
    pub(crate) manifest: Sha256Digest,
    pub(crate) summary: RevisionSummary,
}

#[derive(FromRow)]
pub(super) struct RevisionRow {
    seq: i64,
    id: Vec<u8>,
    parent: Option<Vec<u8>>,
    manifest: Vec<u8>,
    author: String,
    message: String,
    files: i64,
    bytes: i64,
    created_at: OffsetDateTime,
}

impl RevisionRow {
    pub(super) fn revision(self) -> sqlx::Result<StoredRevision> {
        Ok(StoredRevision {
            seq: self.seq,
            manifest: sha256(&self.manifest)?,
            summary: RevisionSummary {
                id: revision_id(&self.id)?,
                parent: self.parent.as_deref().map(revision_id).transpose()?,
                author: self.author,
                message: self.message,
                created_at: self.created_at,
                files: unsigned(self.files),
                bytes: unsigned(self.bytes),
            },
        })
    }
}

/// A revision of a package by its id.
pub(crate) async fn find(conn: &mut Conn, package: PackageId, id: &RevisionId) -> Result<Option<StoredRevision>> {
    let row: Option<RevisionRow> = optional_row!(
        conn,
        "SELECT seq, id, parent, manifest, author, message, files, bytes, created_at FROM revisions
         WHERE package_id = $1 AND id = $2",
        package.0,
        id.as_bytes().as_slice()
    )?;
    Ok(row.map(RevisionRow::revision).transpose()?)
}

/// A revision by its place in the catalog.
pub(crate) async fn get(conn: &mut Conn, seq: i64) -> Result<StoredRevision> {
    let row: RevisionRow = row!(
        conn,
        "SELECT seq, id, parent, manifest, author, message, files, bytes, created_at FROM revisions WHERE seq = $1",
        seq
    )?;
    Ok(row.revision()?)
}

/// The revisions of a package whose ids lie between two bounds, both included: at most two, enough to see ambiguity.
pub(crate) async fn between(
    conn: &mut Conn,
    package: PackageId,
    low: &RevisionId,
    high: &RevisionId,
) -> Result<Vec<StoredRevision>> {
    let rows: Vec<RevisionRow> = rows!(
        conn,
        "SELECT seq, id, parent, manifest, author, message, files, bytes, created_at FROM revisions
         WHERE package_id = $1 AND id >= $2 AND id <= $3 LIMIT 2",
        package.0,
        low.as_bytes().as_slice(),
        high.as_bytes().as_slice()
    )?;
    Ok(rows.into_iter().map(RevisionRow::revision).collect::<sqlx::Result<_>>()?)
}

/// A revision in the history of its package.
pub(crate) struct PastRevision {
    pub(crate) revision: StoredRevision,
    /// The state of its newest job.
    pub(crate) job: Option<JobState>,
    /// The net score of its newest report.
    pub(crate) score: Option<f64>,
    pub(crate) downloads: u64,
}

#[derive(FromRow)]
struct PastRow {
    #[sqlx(flatten)]
    revision: RevisionRow,
    job: Option<String>,
    score: Option<f64>,
    downloads: i64,
}

/// The revisions of a package, newest first, below `before`.
pub(crate) async fn history(conn: &mut Conn, package: PackageId, before: Option<i64>, limit: u32) -> Result<Vec<PastRevision>> {
    let rows: Vec<PastRow> = rows!(
        conn,
        "SELECT seq, id, parent, manifest, author, message, files, bytes, created_at,
                (SELECT jobs.state FROM jobs WHERE jobs.revision_seq = revisions.seq ORDER BY jobs.id DESC LIMIT 1) AS job,
                (SELECT reports.net_score FROM reports WHERE reports.revision_seq = revisions.seq
                 ORDER BY reports.job_id DESC LIMIT 1) AS score,
                (SELECT CAST(coalesce(sum(revision_downloads.downloads), 0) AS BIGINT) FROM revision_downloads
                 WHERE revision_downloads.revision_seq = revisions.seq) AS downloads
         FROM revisions WHERE package_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3",
        package.0,
        before.unwrap_or(i64::MAX),
        i64::from(limit)
    )?;
    let past = rows.into_iter().map(|row| {
        Ok(PastRevision {
            revision: row.revision.revision()?,
            job: row.job.as_deref().map(parsed).transpose()?,
            score: row.score,
            downloads: unsigned(row.downloads),
        })
    });
    Ok(past.collect::<sqlx::Result<_>>()?)
}

/// What a new revision is made of.
pub(crate) struct NewRevision<'a> {
    pub(crate) package: PackageId,
    pub(crate) id: &'a RevisionId,
    pub(crate) parent: Option<&'a RevisionId>,
    pub(crate) manifest: &'a Sha256Digest,
    pub(crate) author_id: Option<UserId>,
    pub(crate) author: &'a str,
    pub(crate) message: &'a str,
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    pub(crate) created_at: OffsetDateTime,
}

/// Adds a revision and answers its place in the catalog.
pub(crate) async fn insert(conn: &mut Conn, revision: &NewRevision<'_>) -> Result<i64> {
    Ok(scalar!(
        conn,
        "INSERT INTO revisions (package_id, id, parent, manifest, author_id, author, message, files, bytes, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING seq",
        revision.package.0,
        revision.id.as_bytes().as_slice(),
        revision.parent.map(|parent| parent.as_bytes().as_slice()),
        revision.manifest.as_bytes().as_slice(),
        revision.author_id.map(|id| id.0),
        revision.author,
        revision.message,
        signed(revision.files),
        signed(revision.bytes),
        revision.created_at
    )?)
}

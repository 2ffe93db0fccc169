//! Reports.

use domain::{JobId, report::Report};
use sqlx::types::Json;
use time::OffsetDateTime;

use super::Conn;
use crate::Result;

/// Adds a job's report. Adding it again changes nothing: the first completion counts.
pub(crate) async fn insert(
    conn: &mut Conn,
    job: JobId,
    revision_seq: i64,
    net_score: Option<f64>,
    report: &Report,
    at: OffsetDateTime,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO reports (job_id, revision_seq, net_score, body, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (job_id) DO NOTHING",
    )
    .bind(job.0)
    .bind(revision_seq)
    .bind(net_score)
    .bind(Json(report))
    .bind(at)
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest report on a revision.
pub(crate) async fn newest(conn: &mut Conn, revision_seq: i64) -> Result<Option<Report>> {
    let body: Option<Json<Report>> =
        sqlx::query_scalar("SELECT body FROM reports WHERE revision_seq = $1 ORDER BY job_id DESC LIMIT 1")
            .bind(revision_seq)
            .fetch_optional(conn)
            .await?;
    Ok(body.map(|Json(report)| report))
}

/// The net score of the newest report on a revision.
pub(crate) async fn newest_score(conn: &mut Conn, revision_seq: i64) -> Result<Option<f64>> {
    let score: Option<Option<f64>> =
        sqlx::query_scalar("SELECT net_score FROM reports WHERE revision_seq = $1 ORDER BY job_id DESC LIMIT 1")
            .bind(revision_seq)
            .fetch_optional(conn)
            .await?;
    Ok(score.flatten())
}

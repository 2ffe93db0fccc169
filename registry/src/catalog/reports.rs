//! Reports.

use domain::{JobId, report::Report};
use sqlx::types::Json;
use time::OffsetDateTime;

use super::{Conn, execute, optional_scalar};
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
    execute!(
        conn,
        "INSERT INTO reports (job_id, revision_seq, net_score, body, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (job_id) DO NOTHING",
        job.0,
        revision_seq,
        net_score,
        Json(report),
        at
    )?;
    Ok(())
}

/// The newest report on a revision.
pub(crate) async fn newest(conn: &mut Conn, revision_seq: i64) -> Result<Option<Report>> {
    let body: Option<Json<Report>> =
        optional_scalar!(conn, "SELECT body FROM reports WHERE revision_seq = $1 ORDER BY job_id DESC LIMIT 1", revision_seq)?;
    Ok(body.map(|Json(report)| report))
}

/// The net score of the newest report on a revision.
pub(crate) async fn newest_score(conn: &mut Conn, revision_seq: i64) -> Result<Option<f64>> {
    let score: Option<Option<f64>> = optional_scalar!(
        conn,
        "SELECT net_score FROM reports WHERE revision_seq = $1 ORDER BY job_id DESC LIMIT 1",
        revision_seq
    )?;
    Ok(score.flatten())
}

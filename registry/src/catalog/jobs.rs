//! Jobs: the row is the truth; a runner holds a job only as long as its lease.

use domain::{
    JobId, PackageId,
    job::{Job, JobState, MAX_ATTEMPTS},
};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_row, optional_scalar, parsed, revision_id, rows, signed_small, small};
use crate::Result;

/// A job with its place in the catalog.
#[derive(Clone, Debug)]
pub(crate) struct StoredJob {
    pub(crate) job: Job,
    pub(crate) package: PackageId,
    pub(crate) revision_seq: i64,
}

#[derive(FromRow)]
struct JobRow {
    id: Uuid,
    package_id: Uuid,
    revision_seq: i64,
    revision: Vec<u8>,
    state: String,
    attempt: i32,
    cancel_requested: bool,
    queued_at: OffsetDateTime,
    started_at: Option<OffsetDateTime>,
    finished_at: Option<OffsetDateTime>,
    error: Option<String>,
    log_tail: String,
}

impl JobRow {
    fn job(self) -> sqlx::Result<StoredJob> {
        Ok(StoredJob {
            package: PackageId(self.package_id),
            revision_seq: self.revision_seq,
            job: Job {
                id: JobId(self.id),
                revision: revision_id(&self.revision)?,
                state: parsed(&self.state)?,
                attempt: small(self.attempt),
                cancel_requested: self.cancel_requested,
                queued_at: self.queued_at,
                started_at: self.started_at,
                finished_at: self.finished_at,
                error: self.error,
                log_tail: self.log_tail,
            },
        })
    }
}

macro_rules! select_jobs {
    ($rest:literal) => {
        concat!(
            "SELECT jobs.id, jobs.package_id, jobs.revision_seq, revisions.id AS revision, jobs.state, jobs.attempt,
                    jobs.cancel_requested, jobs.queued_at, jobs.started_at, jobs.finished_at, jobs.error, jobs.log_tail
             FROM jobs JOIN revisions ON revisions.seq = jobs.revision_seq ",
            $rest
        )
    };
}

/// Queues a job on a revision, unless one is queued or running there.
pub(crate) async fn queue(conn: &mut Conn, package: PackageId, revision_seq: i64, at: OffsetDateTime) -> Result<bool> {
    let done = execute!(conn, "INSERT INTO jobs (id, package_id, revision_seq, state, attempt, cancel_requested, queued_at, not_before, log_tail)
         VALUES ($1, $2, $3, 'queued', 0, FALSE, $4, $4, '') ON CONFLICT (revision_seq) WHERE state IN ('queued', 'running') DO NOTHING", Uuid::now_v7(), package.0, revision_seq, at)?;
    Ok(done == 1)
}

/// A job by its id.
pub(crate) async fn get(conn: &mut Conn, id: JobId) -> Result<Option<StoredJob>> {
    let row: Option<JobRow> = optional_row!(conn, select_jobs!("WHERE jobs.id = $1"), id.0)?;
    Ok(row.map(JobRow::job).transpose()?)
}

/// The newest job on a revision.
pub(crate) async fn newest(conn: &mut Conn, revision_seq: i64) -> Result<Option<StoredJob>> {
    let row: Option<JobRow> =
        optional_row!(conn, select_jobs!("WHERE jobs.revision_seq = $1 ORDER BY jobs.id DESC LIMIT 1"), revision_seq)?;
    Ok(row.map(JobRow::job).transpose()?)
}

/// The jobs of a package, newest first, older than `before`.
pub(crate) async fn of_package(conn: &mut Conn, package: PackageId, before: Option<JobId>, limit: u32) -> Result<Vec<StoredJob>> {
    let rows: Vec<JobRow> = rows!(
        conn,
        select_jobs!("WHERE jobs.package_id = $1 AND jobs.id < $2 ORDER BY jobs.id DESC LIMIT $3"),
        package.0,
        before.map_or(Uuid::max(), |before| before.0),
        i64::from(limit)
    )?;
    Ok(rows.into_iter().map(JobRow::job).collect::<sqlx::Result<_>>()?)
}

/// Takes the longest waiting job, under a new lease.
pub(crate) async fn claim(conn: &mut Conn, lease: Uuid, now: OffsetDateTime, until: OffsetDateTime) -> Result<Option<StoredJob>> {
    macro_rules! claim {
        ($lock:literal) => {
            concat!(
                "UPDATE jobs SET state = 'running', attempt = attempt + 1, lease = $1, lease_until = $3, started_at = $2,
                    error = NULL, log_tail = ''
                 WHERE id = (SELECT id FROM jobs WHERE state = 'queued' AND not_before <= $2 ORDER BY not_before, id LIMIT 1",
                $lock,
                ") RETURNING id"
            )
        };
    }
    let sql = match conn {
        Conn::Sqlite(_) => claim!(""),
        // two servers that claim at once take two jobs, and neither waits for the other
        Conn::Postgres(_) => claim!(" FOR UPDATE SKIP LOCKED"),
    };
    let id: Option<Uuid> = optional_scalar!(conn, sql, lease, now, until)?;
    match id {
        Some(id) => get(conn, JobId(id)).await,
        None => Ok(None),
    }
}

/// Renews a lease and stores the end of the log. Answers whether to stop: nothing when the lease was lost.
pub(crate) async fn renew(
    conn: &mut Conn,
    id: JobId,
    lease: Uuid,
    until: OffsetDateTime,
    log_tail: &str,
) -> Result<Option<bool>> {
    Ok(optional_scalar!(
        conn,
        "UPDATE jobs SET lease_until = $3, log_tail = $4 WHERE id = $1 AND lease = $2 AND state = 'running' RETURNING cancel_requested",
        id.0,
        lease,
        until,
        log_tail
    )?)
}

/// How an attempt ended.
pub(crate) enum Ending<'a> {
    /// The report is stored.
    Succeeded,
    /// Somebody asked to stop it.
    Cancelled,
    /// It failed; it is tried again from the given moment, if any attempt is left.
    Failed { why: &'a str, again_at: OffsetDateTime },
}

/// Ends an attempt; false when the lease was lost, and then nothing changes: another runner has the job.
pub(crate) async fn finish(
    conn: &mut Conn,
    id: JobId,
    lease: Uuid,
    ending: &Ending<'_>,
    log_tail: &str,
    at: OffsetDateTime,
) -> Result<bool> {
    let (state, why, again_at) = match ending {
        Ending::Succeeded => (JobState::Succeeded, None, at),
        Ending::Cancelled => (JobState::Cancelled, None, at),
        Ending::Failed { why, again_at } => (JobState::Failed, Some(*why), *again_at),
    };
    let done = execute!(conn, "UPDATE jobs SET
            state = CASE WHEN $3 <> 'failed' THEN $3 WHEN cancel_requested THEN 'cancelled' WHEN attempt < $4 THEN 'queued' ELSE $3 END,
            finished_at = CASE WHEN $3 = 'failed' AND attempt < $4 AND NOT cancel_requested THEN NULL ELSE $7 END,
            error = $5, not_before = $6, lease = NULL, lease_until = NULL, log_tail = $8
         WHERE id = $1 AND lease = $2 AND state = 'running'", id.0, lease, state.as_str(), signed_small(MAX_ATTEMPTS), why, again_at, at, log_tail)?;
    Ok(done == 1)
}

/// Gives a job back to the queue as if this attempt had not begun, to be tried again from the given moment: the registry stops in
/// good order, or its store is out of reach.
pub(crate) async fn release(conn: &mut Conn, id: JobId, lease: Uuid, again_at: OffsetDateTime) -> Result<bool> {
    let done = execute!(
        conn,
        "UPDATE jobs SET state = 'queued', attempt = attempt - 1, not_before = $3, lease = NULL, lease_until = NULL,
            started_at = NULL
         WHERE id = $1 AND lease = $2 AND state = 'running'",
        id.0,
        lease,
        again_at
    )?;
    Ok(done == 1)
}

/// Ends the attempts whose runner is gone: their lease ran out. Answers how many.
pub(crate) async fn reap(conn: &mut Conn, now: OffsetDateTime) -> Result<u64> {
    let done = execute!(
        conn,
        "UPDATE jobs SET
            state = CASE WHEN cancel_requested THEN 'cancelled' WHEN attempt < $2 THEN 'queued' ELSE 'failed' END,
            finished_at = CASE WHEN attempt < $2 AND NOT cancel_requested THEN NULL ELSE $1 END,
            error = 'The registry was stopped while the autograder ran.', not_before = $1, lease = NULL, lease_until = NULL
         WHERE state = 'running' AND lease_until <= $1",
        now,
        signed_small(MAX_ATTEMPTS)
    )?;
    Ok(done)
}

/// The attempts that runners are at.
pub(crate) async fn running(conn: &mut Conn) -> Result<Vec<(JobId, u32)>> {
    let rows: Vec<(Uuid, i32)> = rows!(conn, "SELECT id, attempt FROM jobs WHERE state = 'running'")?;
    Ok(rows.into_iter().map(|(id, attempt)| (JobId(id), small(attempt))).collect())
}

/// Stops a job: a queued one at once, a running one as soon as its runner sees it. False when it was finished already.
pub(crate) async fn cancel(conn: &mut Conn, id: JobId, at: OffsetDateTime) -> Result<bool> {
    let done = execute!(
        conn,
        "UPDATE jobs SET cancel_requested = TRUE, finished_at = CASE WHEN state = 'queued' THEN $2 ELSE finished_at END,
            state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
         WHERE id = $1 AND state IN ('queued', 'running')",
        id.0,
        at
    )?;
    Ok(done == 1)
}

//! Attempts to sign in, counted by subject: an account or an address.

use time::OffsetDateTime;

use super::{Conn, execute, optional_scalar, scalar};
use crate::Result;

/// What an attempt finds.
pub(crate) enum Counted {
    /// It may go on: so many have failed in a row, this one included.
    Failures(i32),
    /// Nothing is tried before this moment.
    BlockedUntil(OffsetDateTime),
}

/// Counts an attempt as failed before it is made, so that many at once are not one. What failed before `forget` is forgotten.
pub(crate) async fn count(conn: &mut Conn, subject: &str, at: OffsetDateTime, forget: OffsetDateTime) -> Result<Counted> {
    let failures: Option<i32> = optional_scalar!(
        conn,
        "INSERT INTO sign_in_attempts (subject, failures, last_at, blocked_until) VALUES ($1, 1, $2, $2)
         ON CONFLICT (subject) DO UPDATE SET last_at = excluded.last_at,
            failures = CASE WHEN sign_in_attempts.last_at < $3 THEN 1 ELSE sign_in_attempts.failures + 1 END
         WHERE sign_in_attempts.blocked_until <= $2 RETURNING failures",
        subject,
        at,
        forget
    )?;
    Ok(match failures {
        Some(failures) => Counted::Failures(failures),
        None => Counted::BlockedUntil(scalar!(conn, "SELECT blocked_until FROM sign_in_attempts WHERE subject = $1", subject)?),
    })
}

/// Has the next attempt wait.
pub(crate) async fn block(conn: &mut Conn, subject: &str, until: OffsetDateTime) -> Result<()> {
    execute!(conn, "UPDATE sign_in_attempts SET blocked_until = $2 WHERE subject = $1", subject, until)?;
    Ok(())
}

/// Forgets all failures of a subject.
pub(crate) async fn forgive(conn: &mut Conn, subject: &str) -> Result<()> {
    execute!(conn, "DELETE FROM sign_in_attempts WHERE subject = $1", subject)?;
    Ok(())
}

/// Takes one attempt back: it succeeded.
pub(crate) async fn take_back(conn: &mut Conn, subject: &str, at: OffsetDateTime) -> Result<()> {
    execute!(
        conn,
        "UPDATE sign_in_attempts SET blocked_until = $2, failures = CASE WHEN failures > 0 THEN failures - 1 ELSE 0 END
         WHERE subject = $1",
        subject,
        at
    )?;
    Ok(())
}

/// Forgets what was counted last before this moment.
pub(crate) async fn sweep(conn: &mut Conn, before: OffsetDateTime) -> Result<()> {
    execute!(conn, "DELETE FROM sign_in_attempts WHERE last_at < $1", before)?;
    Ok(())
}

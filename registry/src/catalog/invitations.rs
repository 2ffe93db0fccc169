//! Invitations that were not accepted yet.

use domain::{InvitationId, people::InvitationSummary};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_row, rows, scalar};
use crate::Result;

#[derive(FromRow)]
struct InvitationRow {
    id: Uuid,
    note: String,
    is_admin: bool,
    invited_by: String,
    created_at: OffsetDateTime,
    expires_at: OffsetDateTime,
}

impl From<InvitationRow> for InvitationSummary {
    fn from(row: InvitationRow) -> Self {
        Self {
            id: InvitationId(row.id),
            note: row.note,
            admin: row.is_admin,
            invited_by: row.invited_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

/// Adds an invitation.
pub(crate) async fn insert(conn: &mut Conn, invitation: &InvitationSummary, secret_hash: &[u8]) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO invitations (id, secret_hash, note, is_admin, invited_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        invitation.id.0,
        secret_hash,
        &invitation.note,
        invitation.admin,
        &invitation.invited_by,
        invitation.created_at,
        invitation.expires_at
    )?;
    Ok(())
}

/// Those that can still be accepted, newest first, older than `before`.
pub(crate) async fn waiting(
    conn: &mut Conn,
    before: Option<InvitationId>,
    now: OffsetDateTime,
    limit: u32,
) -> Result<Vec<InvitationSummary>> {
    let rows: Vec<InvitationRow> = rows!(
        conn,
        "SELECT id, note, is_admin, invited_by, created_at, expires_at FROM invitations
         WHERE id < $1 AND expires_at > $2 ORDER BY id DESC LIMIT $3",
        before.map_or(Uuid::max(), |before| before.0),
        now,
        i64::from(limit)
    )?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Whether there is an invitation with this secret that has not expired.
pub(crate) async fn is_waiting(conn: &mut Conn, secret_hash: &[u8], now: OffsetDateTime) -> Result<bool> {
    Ok(scalar!(conn, "SELECT EXISTS (SELECT 1 FROM invitations WHERE secret_hash = $1 AND expires_at > $2)", secret_hash, now)?)
}

/// Takes the invitation with this secret out, if it has not expired: whoever comes second finds nothing.
pub(crate) async fn take(conn: &mut Conn, secret_hash: &[u8], now: OffsetDateTime) -> Result<Option<InvitationSummary>> {
    let row: Option<InvitationRow> = optional_row!(
        conn,
        "DELETE FROM invitations WHERE secret_hash = $1 AND expires_at > $2
         RETURNING id, note, is_admin, invited_by, created_at, expires_at",
        secret_hash,
        now
    )?;
    Ok(row.map(Into::into))
}

/// Removes an invitation; removing one that is not there is no error.
pub(crate) async fn delete(conn: &mut Conn, id: InvitationId) -> Result<()> {
    execute!(conn, "DELETE FROM invitations WHERE id = $1", id.0)?;
    Ok(())
}

/// Forgets those that nobody can accept any more.
pub(crate) async fn sweep(conn: &mut Conn, now: OffsetDateTime) -> Result<()> {
    execute!(conn, "DELETE FROM invitations WHERE expires_at <= $1", now)?;
    Ok(())
}

//! Users and their browser sessions.

use domain::{UserId, UserName, account::CurrentUser};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, parsed};
use crate::Result;

#[derive(FromRow)]
struct UserRow {
    id: Uuid,
    name: String,
    is_admin: bool,
}

impl UserRow {
    fn user(self) -> sqlx::Result<CurrentUser> {
        Ok(CurrentUser { id: UserId(self.id), name: parsed(&self.name)?, admin: self.is_admin })
    }
}

/// Whether anybody has an account.
pub(crate) async fn any_user(conn: &mut Conn) -> Result<bool> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM users)").fetch_one(conn).await?)
}

/// Adds an account; false when the name is taken.
pub(crate) async fn insert_user(conn: &mut Conn, user: &CurrentUser, password_hash: &str, at: OffsetDateTime) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO users (id, name, name_key, password_hash, is_admin, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (name_key) DO NOTHING",
    )
    .bind(user.id.0)
    .bind(user.name.as_str())
    .bind(user.name.key())
    .bind(password_hash)
    .bind(user.admin)
    .bind(at)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// An account by its name, whatever its case.
pub(crate) async fn user_named(conn: &mut Conn, name: &UserName) -> Result<Option<CurrentUser>> {
    let row: Option<UserRow> =
        sqlx::query_as("SELECT id, name, is_admin FROM users WHERE name_key = $1").bind(name.key()).fetch_optional(conn).await?;
    Ok(row.map(UserRow::user).transpose()?)
}

/// An account with the hash of its password.
pub(crate) async fn user_with_password(conn: &mut Conn, name: &UserName) -> Result<Option<(CurrentUser, String)>> {
    let Some(user) = user_named(&mut *conn, name).await? else { return Ok(None) };
    let hash = sqlx::query_scalar("SELECT password_hash FROM users WHERE id = $1").bind(user.id.0).fetch_one(conn).await?;
    Ok(Some((user, hash)))
}

/// Adds a session.
pub(crate) async fn insert_session(
    conn: &mut Conn,
    secret_hash: &[u8],
    user: UserId,
    at: OffsetDateTime,
    expires_at: OffsetDateTime,
) -> Result<()> {
    sqlx::query("INSERT INTO sessions (secret_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(secret_hash)
        .bind(user.0)
        .bind(at)
        .bind(expires_at)
        .execute(conn)
        .await?;
    Ok(())
}

/// The user of a session that has not expired.
pub(crate) async fn session_user(conn: &mut Conn, secret_hash: &[u8], now: OffsetDateTime) -> Result<Option<CurrentUser>> {
    let row: Option<UserRow> = sqlx::query_as(
        "SELECT users.id, users.name, users.is_admin FROM sessions JOIN users ON users.id = sessions.user_id
         WHERE sessions.secret_hash = $1 AND sessions.expires_at > $2",
    )
    .bind(secret_hash)
    .bind(now)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(UserRow::user).transpose()?)
}

/// Ends a session; ending one that is not there is no error.
pub(crate) async fn delete_session(conn: &mut Conn, secret_hash: &[u8]) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE secret_hash = $1").bind(secret_hash).execute(conn).await?;
    Ok(())
}

/// Forgets the sessions that have expired.
pub(crate) async fn sweep_sessions(conn: &mut Conn, now: OffsetDateTime) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(now).execute(conn).await?;
    Ok(())
}

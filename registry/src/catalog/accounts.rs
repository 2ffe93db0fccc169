//! Users and their browser sessions.

use domain::{UserId, UserName, account::CurrentUser};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_row, optional_scalar, parsed, scalar};
use crate::Result;

#[derive(FromRow)]
struct UserRow {
    id: Uuid,
    name: String,
    is_admin: bool,
    must_change_password: bool,
}

impl UserRow {
    fn user(self) -> sqlx::Result<CurrentUser> {
        Ok(CurrentUser {
            id: UserId(self.id),
            name: parsed(&self.name)?,
            admin: self.is_admin,
            must_change_password: self.must_change_password,
        })
    }
}

/// Whether anybody has an account.
pub(crate) async fn any_user(conn: &mut Conn) -> Result<bool> {
    Ok(scalar!(conn, "SELECT EXISTS (SELECT 1 FROM users)")?)
}

/// Adds an account; false when the name is taken.
pub(crate) async fn insert_user(conn: &mut Conn, user: &CurrentUser, password_hash: &str, at: OffsetDateTime) -> Result<bool> {
    let done = execute!(
        conn,
        "INSERT INTO users (id, name, name_key, password_hash, is_admin, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (name_key) DO NOTHING",
        user.id.0,
        user.name.as_str(),
        user.name.key(),
        password_hash,
        user.admin,
        at
    )?;
    Ok(done == 1)
}

/// An account by its name, whatever its case.
pub(crate) async fn user_named(conn: &mut Conn, name: &UserName) -> Result<Option<CurrentUser>> {
    let row: Option<UserRow> =
        optional_row!(conn, "SELECT id, name, is_admin, must_change_password FROM users WHERE name_key = $1", name.key())?;
    Ok(row.map(UserRow::user).transpose()?)
}

/// An account that may sign in, with the hash of its password.
pub(crate) async fn user_with_password(conn: &mut Conn, name: &UserName) -> Result<Option<(CurrentUser, String)>> {
    let Some(user) = user_named(&mut *conn, name).await? else { return Ok(None) };
    let hash: Option<String> = optional_scalar!(
        conn,
        "SELECT password_hash FROM users WHERE id = $1 AND disabled_at IS NULL AND program_of IS NULL",
        user.id.0
    )?;
    Ok(hash.map(|hash| (user, hash)))
}

/// Locks an account until the change ends; false when it may not sign in with the password of this hash any more.
pub(crate) async fn lock_with_password(conn: &mut Conn, user: UserId, hash: &str) -> Result<bool> {
    let locked = execute!(
        conn,
        "UPDATE users SET password_hash = password_hash WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL",
        user.0,
        hash
    )?;
    Ok(locked == 1)
}

/// Adds a session.
pub(crate) async fn insert_session(
    conn: &mut Conn,
    secret_hash: &[u8],
    user: UserId,
    at: OffsetDateTime,
    expires_at: OffsetDateTime,
) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO sessions (secret_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        secret_hash,
        user.0,
        at,
        expires_at
    )?;
    Ok(())
}

/// The user of a session that has not expired, unless the account is disabled.
pub(crate) async fn session_user(conn: &mut Conn, secret_hash: &[u8], now: OffsetDateTime) -> Result<Option<CurrentUser>> {
    let row: Option<UserRow> = optional_row!(
        conn,
        "SELECT users.id, users.name, users.is_admin, users.must_change_password
         FROM sessions JOIN users ON users.id = sessions.user_id
         WHERE sessions.secret_hash = $1 AND sessions.expires_at > $2 AND users.disabled_at IS NULL",
        secret_hash,
        now
    )?;
    Ok(row.map(UserRow::user).transpose()?)
}

/// Ends a session; ending one that is not there is no error.
pub(crate) async fn delete_session(conn: &mut Conn, secret_hash: &[u8]) -> Result<()> {
    execute!(conn, "DELETE FROM sessions WHERE secret_hash = $1", secret_hash)?;
    Ok(())
}

/// Forgets the sessions that have expired.
pub(crate) async fn sweep_sessions(conn: &mut Conn, now: OffsetDateTime) -> Result<()> {
    execute!(conn, "DELETE FROM sessions WHERE expires_at <= $1", now)?;
    Ok(())
}

//! API tokens.

use domain::{
    TokenId, UserId,
    account::{CurrentUser, Permission, TokenSummary},
};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_row, parsed, rows};
use crate::Result;

#[derive(FromRow)]
struct TokenRow {
    id: Uuid,
    name: String,
    permissions: String,
    created_at: OffsetDateTime,
    expires_at: Option<OffsetDateTime>,
    last_used_at: Option<OffsetDateTime>,
    revoked_at: Option<OffsetDateTime>,
}

impl TokenRow {
    fn summary(self, now: OffsetDateTime) -> sqlx::Result<TokenSummary> {
        Ok(TokenSummary {
            id: TokenId(self.id),
            name: self.name,
            permissions: permissions(&self.permissions)?,
            created_at: self.created_at,
            expires_at: self.expires_at,
            last_used_at: self.last_used_at,
            revoked_at: self.revoked_at,
            is_expired: self.expires_at.is_some_and(|end| end <= now),
        })
    }
}

fn permissions(words: &str) -> sqlx::Result<Vec<Permission>> {
    words.split_whitespace().map(parsed).collect()
}

/// Adds a token.
pub(crate) async fn insert(conn: &mut Conn, user: UserId, token: &TokenSummary, secret_hash: &[u8]) -> Result<()> {
    let words: Vec<_> = token.permissions.iter().map(|permission| permission.as_str()).collect();
    execute!(
        conn,
        "INSERT INTO tokens (id, user_id, name, secret_hash, permissions, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        token.id.0,
        user.0,
        &token.name,
        secret_hash,
        words.join(" "),
        token.created_at,
        token.expires_at
    )?;
    Ok(())
}

/// A user's tokens, newest first; the newest 200.
pub(crate) async fn of_user(conn: &mut Conn, user: UserId, now: OffsetDateTime) -> Result<Vec<TokenSummary>> {
    let rows: Vec<TokenRow> = rows!(
        conn,
        "SELECT id, name, permissions, created_at, expires_at, last_used_at, revoked_at FROM tokens
         WHERE user_id = $1 ORDER BY id DESC LIMIT 200",
        user.0
    )?;
    Ok(rows.into_iter().map(|row| row.summary(now)).collect::<sqlx::Result<_>>()?)
}

/// Revokes a user's token; false when the user has no such token. Revoking twice keeps the first moment.
pub(crate) async fn revoke(conn: &mut Conn, user: UserId, token: TokenId, at: OffsetDateTime) -> Result<bool> {
    let done = execute!(
        conn,
        "UPDATE tokens SET revoked_at = coalesce(revoked_at, $3) WHERE id = $1 AND user_id = $2",
        token.0,
        user.0,
        at
    )?;
    Ok(done == 1)
}

/// A token in use: whose it is, what it allows, and when its use was recorded last.
pub(crate) struct ActiveToken {
    pub(crate) id: TokenId,
    pub(crate) user: CurrentUser,
    pub(crate) permissions: Vec<Permission>,
    pub(crate) last_used_at: Option<OffsetDateTime>,
}

#[derive(FromRow)]
struct ActiveTokenRow {
    id: Uuid,
    permissions: String,
    last_used_at: Option<OffsetDateTime>,
    user_id: Uuid,
    user_name: String,
    is_admin: bool,
}

/// The token with this secret, if it is neither revoked nor expired.
pub(crate) async fn active(conn: &mut Conn, secret_hash: &[u8], now: OffsetDateTime) -> Result<Option<ActiveToken>> {
    let row: Option<ActiveTokenRow> = optional_row!(
        conn,
        "SELECT tokens.id, tokens.permissions, tokens.last_used_at, users.id AS user_id, users.name AS user_name, users.is_admin
         FROM tokens JOIN users ON users.id = tokens.user_id
         WHERE tokens.secret_hash = $1 AND tokens.revoked_at IS NULL AND (tokens.expires_at IS NULL OR tokens.expires_at > $2)",
        secret_hash,
        now
    )?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(ActiveToken {
        id: TokenId(row.id),
        user: CurrentUser { id: UserId(row.user_id), name: parsed(&row.user_name)?, admin: row.is_admin },
        permissions: permissions(&row.permissions)?,
        last_used_at: row.last_used_at,
    }))
}

/// Notes that a token was used.
pub(crate) async fn touch(conn: &mut Conn, token: TokenId, at: OffsetDateTime) -> Result<()> {
    execute!(conn, "UPDATE tokens SET last_used_at = $2 WHERE id = $1", token.0, at)?;
    Ok(())
}

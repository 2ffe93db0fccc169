//! API tokens.

use domain::{
    NamespaceName, TokenId, UserId,
    account::{CurrentUser, Permission, TokenSummary},
};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_row, parsed, rows, scalars};
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
    is_limited: bool,
}

impl TokenRow {
    fn summary(self, now: OffsetDateTime) -> sqlx::Result<TokenSummary> {
        Ok(TokenSummary {
            id: TokenId(self.id),
            name: self.name,
            permissions: permissions(&self.permissions)?,
            namespaces: None,
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

/// Adds a token; the namespace, when it is limited to one that is not there.
pub(crate) async fn insert(
    conn: &mut Conn,
    user: UserId,
    token: &TokenSummary,
    secret_hash: &[u8],
) -> Result<Option<NamespaceName>> {
    let words: Vec<_> = token.permissions.iter().map(|permission| permission.as_str()).collect();
    execute!(
        conn,
        "INSERT INTO tokens (id, user_id, name, secret_hash, permissions, created_at, expires_at, is_limited)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        token.id.0,
        user.0,
        &token.name,
        secret_hash,
        words.join(" "),
        token.created_at,
        token.expires_at,
        token.namespaces.is_some()
    )?;
    for namespace in token.namespaces.iter().flatten() {
        let found = execute!(
            conn,
            "INSERT INTO token_namespaces (token_id, namespace_id) SELECT $1, id FROM namespaces WHERE name_key = $2
             ON CONFLICT (token_id, namespace_id) DO UPDATE SET token_id = excluded.token_id",
            token.id.0,
            namespace.key()
        )?;
        if found == 0 {
            return Ok(Some(namespace.clone()));
        }
    }
    Ok(None)
}

/// The names of the namespaces that a token is limited to.
async fn namespaces(conn: &mut Conn, token: Uuid) -> Result<Vec<NamespaceName>> {
    let names: Vec<String> = scalars!(
        conn,
        "SELECT namespaces.name FROM token_namespaces JOIN namespaces ON namespaces.id = token_namespaces.namespace_id
         WHERE token_namespaces.token_id = $1 ORDER BY namespaces.name_key",
        token
    )?;
    Ok(names.iter().map(|name| parsed(name)).collect::<sqlx::Result<_>>()?)
}

/// A user's tokens, newest first, those before `before`. `now` tells which have expired.
pub(crate) async fn of_user(
    conn: &mut Conn,
    user: UserId,
    before: Option<TokenId>,
    now: OffsetDateTime,
    limit: u32,
) -> Result<Vec<TokenSummary>> {
    let rows: Vec<TokenRow> = rows!(
        conn,
        "SELECT id, name, permissions, created_at, expires_at, last_used_at, revoked_at, is_limited FROM tokens
         WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
        user.0,
        before.map_or(Uuid::max(), |before| before.0),
        i64::from(limit)
    )?;
    let mut tokens = Vec::with_capacity(rows.len());
    for row in rows {
        let is_limited = row.is_limited;
        let mut token = row.summary(now)?;
        if is_limited {
            token.namespaces = Some(namespaces(conn, token.id.0).await?);
        }
        tokens.push(token);
    }
    Ok(tokens)
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
    /// The keys of the namespaces that it works in; all, when nothing.
    pub(crate) namespaces: Option<Vec<String>>,
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
    must_change_password: bool,
    is_limited: bool,
}

/// The token with this secret, if it is neither revoked nor expired and its user is not disabled.
pub(crate) async fn active(conn: &mut Conn, secret_hash: &[u8], now: OffsetDateTime) -> Result<Option<ActiveToken>> {
    let row: Option<ActiveTokenRow> = optional_row!(
        conn,
        "SELECT tokens.id, tokens.permissions, tokens.last_used_at, users.id AS user_id, users.name AS user_name, users.is_admin,
                users.must_change_password, tokens.is_limited
         FROM tokens JOIN users ON users.id = tokens.user_id
         WHERE tokens.secret_hash = $1 AND users.disabled_at IS NULL AND tokens.revoked_at IS NULL AND (tokens.expires_at IS NULL OR tokens.expires_at > $2)",
        secret_hash,
        now
    )?;
    let Some(row) = row else { return Ok(None) };
    let namespaces = match row.is_limited {
        true => Some(namespaces(conn, row.id).await?.iter().map(NamespaceName::key).collect()),
        false => None,
    };
    Ok(Some(ActiveToken {
        id: TokenId(row.id),
        user: CurrentUser {
            id: UserId(row.user_id),
            name: parsed(&row.user_name)?,
            admin: row.is_admin,
            must_change_password: row.must_change_password,
        },
        permissions: permissions(&row.permissions)?,
        namespaces,
        last_used_at: row.last_used_at,
    }))
}

/// Notes that a token was used.
pub(crate) async fn touch(conn: &mut Conn, token: TokenId, at: OffsetDateTime) -> Result<()> {
    execute!(conn, "UPDATE tokens SET last_used_at = $2 WHERE id = $1", token.0, at)?;
    Ok(())
}

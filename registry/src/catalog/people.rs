//! Accounts as administrators see and steer them.

use domain::{NamespaceName, UserId, UserName, people::UserSummary};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_row, optional_scalar, parsed, rows, scalar};
use crate::Result;

/// An account as the catalog has it.
pub(crate) struct StoredUser {
    pub(crate) id: UserId,
    pub(crate) name: UserName,
    pub(crate) admin: bool,
    /// The namespace that a program's account belongs to.
    pub(crate) program_of: Option<Uuid>,
}

#[derive(FromRow)]
struct StoredRow {
    id: Uuid,
    name: String,
    is_admin: bool,
    program_of: Option<Uuid>,
}

/// An account by its name, whatever its case.
pub(crate) async fn find(conn: &mut Conn, name: &UserName) -> Result<Option<StoredUser>> {
    let row: Option<StoredRow> =
        optional_row!(conn, "SELECT id, name, is_admin, program_of FROM users WHERE name_key = $1", name.key())?;
    let user = row.map(|row| -> sqlx::Result<_> {
        Ok(StoredUser { id: UserId(row.id), name: parsed(&row.name)?, admin: row.is_admin, program_of: row.program_of })
    });
    Ok(user.transpose()?)
}

#[derive(FromRow)]
struct SummaryRow {
    name: String,
    is_admin: bool,
    program_of: Option<String>,
    created_at: OffsetDateTime,
    disabled_at: Option<OffsetDateTime>,
}

/// All accounts by name, after the one with the key `after`.
pub(crate) async fn list(conn: &mut Conn, after: &str, limit: u32) -> Result<Vec<UserSummary>> {
    let rows: Vec<SummaryRow> = rows!(
        conn,
        "SELECT users.name, users.is_admin, namespaces.name AS program_of, users.created_at, users.disabled_at
         FROM users LEFT JOIN namespaces ON namespaces.id = users.program_of
         WHERE users.name_key > $1 ORDER BY users.name_key LIMIT $2",
        after,
        i64::from(limit)
    )?;
    rows.into_iter()
        .map(|row| {
            Ok(UserSummary {
                name: parsed(&row.name)?,
                admin: row.is_admin,
                program_of: row.program_of.as_deref().map(parsed).transpose()?,
                created_at: row.created_at,
                disabled_at: row.disabled_at,
            })
        })
        .collect::<sqlx::Result<_>>()
        .map_err(crate::Error::from)
}

/// Adds the account of a program, which has no password; false when the name is taken.
pub(crate) async fn insert_program(
    conn: &mut Conn,
    id: UserId,
    name: &UserName,
    program_of: Uuid,
    at: OffsetDateTime,
) -> Result<bool> {
    let done = execute!(
        conn,
        "INSERT INTO users (id, name, name_key, password_hash, is_admin, created_at, program_of)
         VALUES ($1, $2, $3, '', FALSE, $4, $5) ON CONFLICT (name_key) DO NOTHING",
        id.0,
        name.as_str(),
        name.key(),
        at,
        program_of
    )?;
    Ok(done == 1)
}

/// The namespace that a program's account belongs to; nothing when there is no such account, or it is a person's.
pub(crate) async fn home_of_program(conn: &mut Conn, name: &UserName) -> Result<Option<NamespaceName>> {
    let home: Option<String> = optional_scalar!(
        conn,
        "SELECT namespaces.name FROM users JOIN namespaces ON namespaces.id = users.program_of WHERE users.name_key = $1",
        name.key()
    )?;
    Ok(home.map(|home| parsed(&home)).transpose()?)
}

/// Locks the accounts that may administer the registry until the change ends, and says whether there is one besides this user.
pub(crate) async fn lock_other_admins(conn: &mut Conn, user: UserId) -> Result<bool> {
    let others = execute!(conn, "UPDATE users SET is_admin = is_admin WHERE is_admin AND disabled_at IS NULL")?;
    let itself: bool =
        scalar!(conn, "SELECT EXISTS (SELECT 1 FROM users WHERE id = $1 AND is_admin AND disabled_at IS NULL)", user.0)?;
    Ok(others > u64::from(itself))
}

/// Disables an account from `at` on, or enables it.
pub(crate) async fn set_disabled(conn: &mut Conn, user: UserId, at: Option<OffsetDateTime>) -> Result<()> {
    match at {
        Some(at) => execute!(conn, "UPDATE users SET disabled_at = coalesce(disabled_at, $2) WHERE id = $1", user.0, at)?,
        None => execute!(conn, "UPDATE users SET disabled_at = NULL WHERE id = $1", user.0)?,
    };
    Ok(())
}

/// Gives an account another password, whatever it had, which its user has to change when somebody else chose it.
pub(crate) async fn set_password(conn: &mut Conn, user: UserId, hash: &str, must_change: bool) -> Result<()> {
    execute!(conn, "UPDATE users SET password_hash = $2, must_change_password = $3 WHERE id = $1", user.0, hash, must_change)?;
    Ok(())
}

/// Gives an account the password that its user chose; false when `old` is not the hash of the one that it has, or it is disabled.
pub(crate) async fn change_password(conn: &mut Conn, user: UserId, old: &str, new: &str) -> Result<bool> {
    let done = execute!(
        conn,
        "UPDATE users SET password_hash = $3, must_change_password = FALSE
         WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL",
        user.0,
        old,
        new
    )?;
    Ok(done == 1)
}

/// Ends the sessions of a user, but the one with this secret.
pub(crate) async fn end_sessions(conn: &mut Conn, user: UserId, except: &[u8]) -> Result<()> {
    execute!(conn, "DELETE FROM sessions WHERE user_id = $1 AND secret_hash <> $2", user.0, except)?;
    Ok(())
}

//! Rights of users on namespaces.

use domain::{NamespaceName, UserId, UserName, account::Permission, people::Member};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_row, optional_scalar, parsed, rows, scalar};
use crate::{Result, access::Rights};

/// All rights of a user.
pub(crate) async fn of_user(conn: &mut Conn, user: UserId) -> Result<Rights> {
    let rows: Vec<(String, String)> = rows!(
        conn,
        "SELECT namespaces.name_key, grants.permission FROM grants JOIN namespaces ON namespaces.id = grants.namespace_id
         WHERE grants.user_id = $1",
        user.0
    )?;
    Ok(rows.into_iter().map(|(key, word)| Ok((key, parsed(&word)?))).collect::<sqlx::Result<_>>()?)
}

/// A user's right on a namespace.
pub(crate) async fn get(conn: &mut Conn, namespace: Uuid, user: UserId) -> Result<Option<Permission>> {
    let word: Option<String> =
        optional_scalar!(conn, "SELECT permission FROM grants WHERE namespace_id = $1 AND user_id = $2", namespace, user.0)?;
    Ok(word.map(|word| parsed(&word)).transpose()?)
}

/// Grants a right in the place of the one that was there.
pub(crate) async fn set(
    conn: &mut Conn,
    namespace: Uuid,
    user: UserId,
    permission: Permission,
    at: OffsetDateTime,
) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO grants (namespace_id, user_id, permission, granted_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (namespace_id, user_id) DO UPDATE SET permission = excluded.permission, granted_at = excluded.granted_at",
        namespace,
        user.0,
        permission.as_str(),
        at
    )?;
    Ok(())
}

/// Takes a right away; false when there was none.
pub(crate) async fn remove(conn: &mut Conn, namespace: Uuid, user: UserId) -> Result<bool> {
    Ok(execute!(conn, "DELETE FROM grants WHERE namespace_id = $1 AND user_id = $2", namespace, user.0)? == 1)
}

/// Whether a namespace has an administrator besides this user: a person who may sign in.
pub(crate) async fn has_other_admin(conn: &mut Conn, namespace: Uuid, user: UserId) -> Result<bool> {
    Ok(scalar!(
        conn,
        "SELECT EXISTS (SELECT 1 FROM grants JOIN users ON users.id = grants.user_id
         WHERE grants.namespace_id = $1 AND grants.user_id <> $2 AND grants.permission = 'admin'
         AND users.disabled_at IS NULL AND users.program_of IS NULL)",
        namespace,
        user.0
    )?)
}

/// Whether anybody has a right on a namespace.
pub(crate) async fn any(conn: &mut Conn, namespace: Uuid) -> Result<bool> {
    Ok(scalar!(conn, "SELECT EXISTS (SELECT 1 FROM grants WHERE namespace_id = $1)", namespace)?)
}

#[derive(FromRow)]
struct MemberRow {
    user_id: Uuid,
    name: String,
    permission: String,
    granted_at: OffsetDateTime,
    is_owner: bool,
    is_program: bool,
}

impl MemberRow {
    fn member(self) -> sqlx::Result<(UserId, Member)> {
        let member = Member {
            user: parsed::<UserName>(&self.name)?,
            permission: parsed(&self.permission)?,
            granted_at: self.granted_at,
            is_owner: self.is_owner,
            is_program: self.is_program,
        };
        Ok((UserId(self.user_id), member))
    }
}

macro_rules! select_members {
    ($rest:literal) => {
        concat!(
            "SELECT users.id AS user_id, users.name, grants.permission, grants.granted_at,
                    namespaces.owner_id IS NOT NULL AND namespaces.owner_id = users.id AS is_owner,
                    users.program_of IS NOT NULL AS is_program
             FROM grants JOIN users ON users.id = grants.user_id JOIN namespaces ON namespaces.id = grants.namespace_id
             WHERE grants.namespace_id = $1 AND ",
            $rest
        )
    };
}

/// A member of a namespace.
pub(crate) async fn find(conn: &mut Conn, namespace: Uuid, user: UserId) -> Result<Option<Member>> {
    let row: Option<MemberRow> = optional_row!(conn, select_members!("grants.user_id = $2"), namespace, user.0)?;
    Ok(row.map(MemberRow::member).transpose()?.map(|(_, member)| member))
}

/// The members of a namespace in the order of their accounts, after `after`; each with the account, which is the position.
pub(crate) async fn list(conn: &mut Conn, namespace: Uuid, after: Option<UserId>, limit: u32) -> Result<Vec<(UserId, Member)>> {
    let rows: Vec<MemberRow> = rows!(
        conn,
        select_members!("grants.user_id > $2 ORDER BY grants.user_id LIMIT $3"),
        namespace,
        after.map_or(Uuid::nil(), |after| after.0),
        i64::from(limit)
    )?;
    Ok(rows.into_iter().map(MemberRow::member).collect::<sqlx::Result<_>>()?)
}

/// The namespaces that a user has at least the right to upload to, by name; the first `limit`.
pub(crate) async fn writable(conn: &mut Conn, user: UserId, limit: u32) -> Result<Vec<NamespaceName>> {
    let rows: Vec<(String,)> = rows!(
        conn,
        "SELECT namespaces.name FROM grants JOIN namespaces ON namespaces.id = grants.namespace_id
         WHERE grants.user_id = $1 AND grants.permission IN ('upload', 'admin') ORDER BY namespaces.name_key LIMIT $2",
        user.0,
        i64::from(limit)
    )?;
    Ok(rows.iter().map(|(name,)| parsed(name)).collect::<sqlx::Result<_>>()?)
}

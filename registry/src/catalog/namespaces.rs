//! Namespaces.

use domain::{NamespaceName, UserId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, parsed, scalar, scalars};
use crate::Result;

/// The id of a namespace, whatever the case of its name; it is made when missing. One that has no owner yet gets `owner`: it
/// may have been made by an import before its user came.
pub(crate) async fn get_or_insert(
    conn: &mut Conn,
    name: &NamespaceName,
    owner: Option<UserId>,
    at: OffsetDateTime,
) -> Result<Uuid> {
    execute!(
        conn,
        "INSERT INTO namespaces (id, name, name_key, owner_id, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (name_key) DO UPDATE SET owner_id = coalesce(namespaces.owner_id, excluded.owner_id)",
        Uuid::now_v7(),
        name.as_str(),
        name.key(),
        owner.map(|owner| owner.0),
        at
    )?;
    Ok(scalar!(conn, "SELECT id FROM namespaces WHERE name_key = $1", name.key())?)
}

/// The names of namespaces, a user's own ones or all, by name; the first 1 000.
pub(crate) async fn names(conn: &mut Conn, owner: Option<UserId>) -> Result<Vec<NamespaceName>> {
    let rows: Vec<String> = match owner {
        Some(owner) => scalars!(conn, "SELECT name FROM namespaces WHERE owner_id = $1 ORDER BY name_key LIMIT 1000", owner.0)?,
        None => scalars!(conn, "SELECT name FROM namespaces ORDER BY name_key LIMIT 1000")?,
    };
    Ok(rows.iter().map(|name| parsed(name)).collect::<sqlx::Result<_>>()?)
}

//! Namespaces.

use domain::{NamespaceName, UserId};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_row, optional_scalar, parsed, scalar, scalars};
use crate::Result;

/// The id of a namespace, whatever the case of its name, locked until the change ends; it is made when missing.
pub(crate) async fn get_or_insert(conn: &mut Conn, name: &NamespaceName, at: OffsetDateTime) -> Result<Uuid> {
    execute!(
        conn,
        "INSERT INTO namespaces (id, name, name_key, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name_key) DO UPDATE SET created_at = namespaces.created_at",
        Uuid::now_v7(),
        name.as_str(),
        name.key(),
        at
    )?;
    Ok(scalar!(conn, "SELECT id FROM namespaces WHERE name_key = $1", name.key())?)
}

/// Makes a user's own namespace; nothing when there is one of the name, which whoever is making it at the same moment is waited for to
/// know.
pub(crate) async fn insert_own(conn: &mut Conn, name: &NamespaceName, owner: UserId, at: OffsetDateTime) -> Result<Option<Uuid>> {
    Ok(optional_scalar!(
        conn,
        "INSERT INTO namespaces (id, name, name_key, owner_id, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (name_key) DO NOTHING RETURNING id",
        Uuid::now_v7(),
        name.as_str(),
        name.key(),
        owner.0,
        at
    )?)
}

/// Gives a namespace that has no owner to a user. It must be locked.
pub(crate) async fn give(conn: &mut Conn, id: Uuid, owner: UserId) -> Result<()> {
    execute!(conn, "UPDATE namespaces SET owner_id = $2 WHERE id = $1 AND owner_id IS NULL", id, owner.0)?;
    Ok(())
}

/// A namespace as the catalog has it.
pub(crate) struct StoredNamespace {
    pub(crate) id: Uuid,
    pub(crate) name: NamespaceName,
    /// The user whose own it is; nothing for an organisation.
    pub(crate) owner: Option<UserId>,
}

#[derive(FromRow)]
struct NamespaceRow {
    id: Uuid,
    name: String,
    owner_id: Option<Uuid>,
}

impl NamespaceRow {
    fn namespace(self) -> sqlx::Result<StoredNamespace> {
        Ok(StoredNamespace { id: self.id, name: parsed(&self.name)?, owner: self.owner_id.map(UserId) })
    }
}

/// A namespace by its name, whatever its case.
pub(crate) async fn find(conn: &mut Conn, name: &NamespaceName) -> Result<Option<StoredNamespace>> {
    let row: Option<NamespaceRow> =
        optional_row!(conn, "SELECT id, name, owner_id FROM namespaces WHERE name_key = $1", name.key())?;
    Ok(row.map(NamespaceRow::namespace).transpose()?)
}

/// As [`find`], locked with its members until the change ends.
pub(crate) async fn lock(conn: &mut Conn, name: &NamespaceName) -> Result<Option<StoredNamespace>> {
    let row: Option<NamespaceRow> = optional_row!(
        conn,
        "UPDATE namespaces SET created_at = created_at WHERE name_key = $1 RETURNING id, name, owner_id",
        name.key()
    )?;
    Ok(row.map(NamespaceRow::namespace).transpose()?)
}

/// The names of all namespaces, by name; the first `limit`.
pub(crate) async fn names(conn: &mut Conn, limit: u32) -> Result<Vec<NamespaceName>> {
    let rows: Vec<String> = scalars!(conn, "SELECT name FROM namespaces ORDER BY name_key LIMIT $1", i64::from(limit))?;
    Ok(rows.iter().map(|name| parsed(name)).collect::<sqlx::Result<_>>()?)
}

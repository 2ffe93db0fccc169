//! What the registry remembers about itself.

use super::{Conn, execute, optional_scalar, scalar};
use crate::Result;

/// The value under `name`, if there is one.
pub(crate) async fn get(conn: &mut Conn, name: &str) -> Result<Option<Vec<u8>>> {
    Ok(optional_scalar!(conn, "SELECT value FROM settings WHERE name = $1", name)?)
}

/// The value under `name`; `fresh` becomes it when there is none yet. Whoever comes first wins, also among several servers.
pub(crate) async fn get_or_insert(conn: &mut Conn, name: &str, fresh: &[u8]) -> Result<Vec<u8>> {
    execute!(conn, "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, fresh)?;
    Ok(scalar!(conn, "SELECT value FROM settings WHERE name = $1", name)?)
}

//! Chores: what one server does for all, every so often.

use time::OffsetDateTime;

use super::{Conn, execute};
use crate::Result;

/// Takes a chore that began before `before` the last time. False when it is not yet time, or another server has taken it. A chore
/// that was never done is noted, and its time comes later: who starts on the wrong catalog finds out before.
pub(crate) async fn take(conn: &mut Conn, name: &str, now: OffsetDateTime, before: OffsetDateTime) -> Result<bool> {
    execute!(conn, "INSERT INTO chores (name, begun_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, now)?;
    Ok(execute!(conn, "UPDATE chores SET begun_at = $2 WHERE name = $1 AND begun_at <= $3", name, now, before)? == 1)
}

//! What the card of the head of `main` says of a package. Searches find it in the index of words.

use domain::{PackageId, card::CardSummary, listing::PackageFacts};
use sqlx::FromRow;

use super::{Conn, execute, insert_all, row, scalars};
use crate::Result;

/// Notes what a card says. The package must be locked.
pub(crate) async fn set(conn: &mut Conn, package: PackageId, card: &CardSummary) -> Result<()> {
    execute!(
        conn,
        "UPDATE packages SET license = $2, task = $3, library = $4 WHERE id = $1",
        package.0,
        card.license.as_deref(),
        card.task.as_deref(),
        card.library.as_deref()
    )?;
    execute!(
        conn,
        "INSERT INTO package_cards (package_id, text) VALUES ($1, $2) ON CONFLICT (package_id) DO UPDATE SET text = excluded.text",
        package.0,
        card.text.as_str()
    )?;
    execute!(conn, "DELETE FROM package_topics WHERE package_id = $1", package.0)?;
    insert_all!(conn, "INSERT INTO package_topics (package_id, topic) ", card.topics, |topic| [package.0, topic.as_str()])?;
    Ok(())
}

#[derive(FromRow)]
struct FactsRow {
    license: Option<String>,
    task: Option<String>,
    library: Option<String>,
}

/// What the card says.
pub(crate) async fn get(conn: &mut Conn, package: PackageId) -> Result<PackageFacts> {
    let row: FactsRow = row!(conn, "SELECT license, task, library FROM packages WHERE id = $1", package.0)?;
    let topics = scalars!(conn, "SELECT topic FROM package_topics WHERE package_id = $1 ORDER BY topic", package.0)?;
    Ok(PackageFacts { license: row.license, task: row.task, library: row.library, topics })
}

//! The index of words: what packages can be found by. A package is indexed anew in every change that alters what stands here.

use std::collections::BTreeSet;

use domain::PackageId;
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    facts::{self, Said},
    recent, vocabulary,
};
use crate::Result;
use crate::catalog::{
    Conn, execute, optional_scalar, row, rows, scalar, scalars,
    words::{tsvector, words},
};

/// The present form of the index. Packages that were indexed in an older one are indexed anew after the start.
pub(crate) const FORM: i32 = 3;
/// How many words of a card can be found.
const MAX_CARD_WORDS: usize = 5000;
/// What a package is found by.
#[derive(FromRow)]
pub(crate) struct Indexed {
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) namespace_key: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) license: Option<String>,
    pub(crate) task: Option<String>,
    pub(crate) library: Option<String>,
    pub(crate) verdict: Option<String>,
    pub(crate) score: f64,
}

impl Indexed {
    /// Its row of the index, with its topics and its card.
    pub(crate) fn entry(&self, topics: &[String], card: &str) -> Entry {
        let description = words(&self.description).into_iter().chain(topics.iter().flat_map(|topic| words(topic))).collect();
        let mut card = words(card);
        card.truncate(MAX_CARD_WORDS);
        Entry { name: words(&format!("{}/{}", self.namespace, self.name)), description, card, facts: facts_of(self, topics) }
    }
}

/// A row of the index: words in their order, and facts.
pub(crate) struct Entry {
    name: Vec<String>,
    description: Vec<String>,
    card: Vec<String>,
    facts: Vec<String>,
}

impl Entry {
    /// The columns of SQLite's table: name, description, card, facts.
    pub(crate) fn columns(&self) -> [String; 4] {
        [&self.name, &self.description, &self.card, &self.facts].map(|words| words.join(" "))
    }

    /// The words of its texts, each once.
    pub(crate) fn vocabulary(&self) -> BTreeSet<&str> {
        [&self.name, &self.description, &self.card].into_iter().flatten().map(String::as_str).collect()
    }

    /// The vector of PostgreSQL's table.
    pub(crate) fn vector(&self) -> String {
        tsvector(&[&self.name, &self.description, &self.card], &self.facts)
    }
}

/// Makes a package findable by what the catalog says of it now. The package must be locked.
pub(crate) async fn index(conn: &mut Conn, id: PackageId) -> Result<()> {
    let row: Indexed = row!(
        conn,
        "SELECT packages.kind, namespaces.name AS namespace, namespaces.name_key AS namespace_key, packages.name,
                packages.description, packages.license, packages.task, packages.library, packages.verdict, packages.score
         FROM packages JOIN namespaces ON namespaces.id = packages.namespace_id WHERE packages.id = $1",
        id.0
    )?;
    let topics: Vec<String> = scalars!(conn, "SELECT topic FROM package_topics WHERE package_id = $1 ORDER BY topic", id.0)?;
    let card: Option<String> = optional_scalar!(conn, "SELECT text FROM package_cards WHERE package_id = $1", id.0)?;
    let entry = row.entry(&topics, card.as_deref().unwrap_or_default());
    vocabulary::note(conn, &entry.vocabulary()).await?;
    let updated_at: OffsetDateTime = scalar!(conn, "SELECT updated_at FROM packages WHERE id = $1", id.0)?;
    match conn {
        Conn::Sqlite(_) => {
            let place = move_to(conn, id, updated_at).await?;
            let [name, description, card, facts] = entry.columns();
            execute!(
                conn,
                "INSERT OR REPLACE INTO package_words (rowid, package_id, name, description, card, facts)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                place,
                id.0,
                name,
                description,
                card,
                facts
            )?;
        }
        Conn::Postgres(_) => {
            execute!(
                conn,
                "INSERT INTO package_words (package_id, updated_at, words) VALUES ($1, $2, CAST($3 AS tsvector))
                 ON CONFLICT (package_id) DO UPDATE SET updated_at = excluded.updated_at, words = excluded.words",
                id.0,
                updated_at,
                entry.vector()
            )?;
            recent::note(conn, id, updated_at).await?;
        }
    }
    execute!(conn, "UPDATE packages SET index_form = $2 WHERE id = $1", id.0, FORM)?;
    Ok(())
}

/// Where a package that was changed at a moment belongs in SQLite's index.
pub(crate) fn place_of(updated_at: OffsetDateTime) -> i64 {
    i64::try_from(updated_at.unix_timestamp_nanos() / 1000).unwrap_or(if updated_at.year() < 1970 { 0 } else { i64::MAX })
}

/// The place of a package in SQLite's index: where it belongs, or behind what stands there. What stood at its former place goes.
async fn move_to(conn: &mut Conn, id: PackageId, updated_at: OffsetDateTime) -> Result<i64> {
    let mut place = place_of(updated_at);
    loop {
        let other: bool = scalar!(
            conn,
            "SELECT EXISTS (SELECT 1 FROM package_words_places WHERE place = $1 AND package_id <> $2)",
            place,
            id.0
        )?;
        if !other {
            break;
        }
        place += 1;
    }
    let former: Option<i64> = optional_scalar!(conn, "SELECT place FROM package_words_places WHERE package_id = $1", id.0)?;
    if let Some(former) = former.filter(|former| *former != place) {
        execute!(conn, "DELETE FROM package_words WHERE rowid = $1", former)?;
    }
    if former != Some(place) {
        execute!(
            conn,
            "INSERT INTO package_words_places (place, package_id) VALUES ($1, $2)
             ON CONFLICT (package_id) DO UPDATE SET place = excluded.place",
            place,
            id.0
        )?;
    }
    Ok(place)
}

/// A package that was indexed in an older form: in this form, and its id.
pub(crate) type Outdated = (i32, PackageId);

/// Some packages that were indexed in an older form, after one that was looked at.
pub(crate) async fn outdated(conn: &mut Conn, after: Option<Outdated>, limit: u32) -> Result<Vec<Outdated>> {
    let (form, id) = after.map_or((i32::MIN, Uuid::nil()), |(form, id)| (form, id.0));
    let found: Vec<(i32, Uuid)> = rows!(
        conn,
        "SELECT index_form, id FROM packages WHERE index_form < $1 AND (index_form, id) > ($2, $3) ORDER BY index_form, id LIMIT $4",
        FORM,
        form,
        id,
        i64::from(limit)
    )?;
    Ok(found.into_iter().map(|(form, id)| (form, PackageId(id))).collect())
}

/// Indexes a package that has nothing to tell but its name, if it is still there.
pub(crate) async fn refresh(conn: &mut Conn, id: PackageId) -> Result<()> {
    let is_there: bool = scalar!(conn, "SELECT EXISTS (SELECT 1 FROM packages WHERE id = $1)", id.0)?;
    if is_there { index(conn, id).await } else { Ok(()) }
}

/// Takes a package out of the index.
pub(crate) async fn forget(conn: &mut Conn, id: PackageId) -> Result<()> {
    match conn {
        Conn::Sqlite(_) => {
            execute!(
                conn,
                "DELETE FROM package_words WHERE rowid = (SELECT place FROM package_words_places WHERE package_id = $1)",
                id.0
            )?;
            execute!(conn, "DELETE FROM package_words_places WHERE package_id = $1", id.0)?;
        }
        Conn::Postgres(_) => {
            execute!(conn, "DELETE FROM package_words WHERE package_id = $1", id.0)?;
            recent::forget(conn, id).await?;
        }
    }
    execute!(conn, "DELETE FROM package_cards WHERE package_id = $1", id.0)?;
    Ok(())
}

/// The facts that a package is found by.
fn facts_of(row: &Indexed, topics: &[String]) -> Vec<String> {
    let said = Said {
        kind: Some(&row.kind),
        license: row.license.as_deref(),
        task: row.task.as_deref(),
        library: row.library.as_deref(),
    };
    let mut facts: Vec<String> = said.parts().collect();
    facts.push(facts::namespace(&row.namespace_key));
    facts.extend(row.verdict.as_deref().and_then(|verdict| verdict.parse().ok()).map(facts::verdict));
    facts.extend(topics.iter().map(|topic| facts::topic(topic)));
    facts.extend(facts::scored(row.score));
    facts.extend(facts::runs(&format!("{}/{}", row.namespace, row.name)));
    facts
}

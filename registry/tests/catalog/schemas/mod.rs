//! The schemas of both engines agree: what is written for one runs on the other, and as fast.

/// What PostgreSQL's own tables say.
mod of_postgres;
/// What SQLite's own tables say.
mod of_sqlite;

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Engine, TestCatalog};

/// Tables that differ on purpose, with all that is theirs: the words of the search, which each engine keeps in its own way, and sqlx's.
/// What only one engine has begins with the name of one of them.
const APART: [&str; 2] = ["package_words", "_sqlx_migrations"];

/// What must be the same.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// The columns: their type in words of both engines, and whether they may be empty.
    columns: BTreeMap<String, (&'static str, bool)>,
    primary_key: Vec<String>,
    foreign_keys: BTreeSet<ForeignKey>,
    indexes: BTreeSet<Index>,
}

/// What rows of another table a row refers to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ForeignKey {
    columns: Vec<String>,
    table: String,
    referred: Vec<String>,
    /// What happens to the row when the other goes.
    on_delete: &'static str,
}

/// An index, that of a unique constraint among them, but not that of the primary key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Index {
    /// Nothing when the engine has named it.
    name: Option<String>,
    is_unique: bool,
    /// The columns, and whether they descend.
    columns: Vec<(String, bool)>,
    /// Which rows are in it, in words of both engines; empty: all.
    predicate: String,
}

type Schema = BTreeMap<String, Table>;

fn is_apart(table: &str) -> bool {
    APART.iter().any(|apart| table.starts_with(apart))
}

/// A predicate without what the engines write differently: spaces, parentheses, types, the form of lists.
fn plain(predicate: &str) -> String {
    let predicate = predicate.to_lowercase().replace("::text", "").replace("= any (array[", "in (").replace(']', "");
    predicate.chars().filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')')).collect()
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn both_engines_have_the_same_tables_columns_keys_and_indexes() {
    let (sqlite, postgres) = (TestCatalog::new(Engine::Sqlite).await, TestCatalog::new(Engine::Postgres).await);
    sqlite.open().await.close().await;
    postgres.open().await.close().await;
    let sqlite = of_sqlite::schema(&mut sqlite.sqlite().await).await;
    let postgres = of_postgres::schema(&mut postgres.postgres().await).await;
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for (name, table) in &sqlite {
        assert_eq!(table, &postgres[name], "{name}: SQLite left, PostgreSQL right");
    }
    // that all of it was read at all
    let count = |of: fn(&Table) -> usize| sqlite.values().map(of).sum::<usize>();
    let indexes =
        |is_such: fn(&Index) -> bool| sqlite.values().flat_map(|table| &table.indexes).filter(|index| is_such(index)).count();
    assert!(sqlite.len() > 20 && count(|table| table.columns.len()) > 100, "{sqlite:?}");
    assert!(count(|table| table.foreign_keys.len()) > 30 && count(|table| table.indexes.len()) > 60, "{sqlite:?}");
    assert!(indexes(|index| !index.predicate.is_empty()) > 15 && indexes(|index| index.is_unique) > 5, "{sqlite:?}");
    assert!(indexes(|index| index.columns.iter().any(|(_, descends)| *descends)) > 20, "{sqlite:?}");
}

//! The schemas of both engines agree: what is written for one runs on the other.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row as _;

use crate::engine::{Engine, TestCatalog};

/// Tables that differ on purpose: the words of the search, and sqlx's own.
const APART: [&str; 2] = ["package_words", "_sqlx_migrations"];

/// What must be the same.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// The columns: their type in words of both engines, and whether they may be empty.
    columns: BTreeMap<String, (&'static str, bool)>,
    primary_key: Vec<String>,
    /// The columns of further unique indexes.
    unique: BTreeSet<Vec<String>>,
}

type Schema = BTreeMap<String, Table>;

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn both_engines_have_the_same_tables_columns_and_keys() {
    let (sqlite, postgres) = (TestCatalog::new(Engine::Sqlite).await, TestCatalog::new(Engine::Postgres).await);
    sqlite.open().await.close().await;
    postgres.open().await.close().await;
    let (sqlite, postgres) = (of_sqlite(&sqlite).await, of_postgres(&postgres).await);
    assert!(sqlite.len() > 10, "{sqlite:?}");
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for (name, table) in &sqlite {
        assert_eq!(table, &postgres[name], "{name}: SQLite left, PostgreSQL right");
    }
}

async fn of_sqlite(catalog: &TestCatalog) -> Schema {
    let mut conn = catalog.sqlite().await;
    let rows = sqlx::query(
        "SELECT tables.name AS name, columns.name AS column_name, columns.type AS type, columns.\"notnull\" AS required, columns.pk AS place
         FROM pragma_table_list AS tables JOIN pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%' ORDER BY tables.name, columns.pk",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let mut schema = Schema::new();
    for row in rows {
        let name: String = row.get("name");
        if APART.iter().any(|apart| name.starts_with(apart)) {
            continue;
        }
        let (column, place): (String, i64) = (row.get("column_name"), row.get("place"));
        let kind = match row.get::<&str, _>("type") {
            "INTEGER" => "number",
            "REAL" => "real",
            "TEXT" => "text",
            "BLOB" => "bytes",
            other => panic!("{name}.{column}: {other}"),
        };
        let table = schema.entry(name).or_default();
        // SQLite's keys may be empty unless it is said; no statement of ours leaves one out
        table.columns.insert(column.clone(), (kind, row.get::<i64, _>("required") == 0 && place == 0));
        if place > 0 {
            table.primary_key.push(column);
        }
    }
    let rows = sqlx::query(
        "SELECT tables.name AS name, indexes.name AS index_name, columns.name AS column_name
         FROM pragma_table_list AS tables JOIN pragma_index_list(tables.name) AS indexes
         JOIN pragma_index_info(indexes.name) AS columns
         WHERE tables.type = 'table' AND indexes.\"unique\" AND indexes.origin <> 'pk' ORDER BY indexes.name, columns.seqno",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    add_unique(&mut schema, rows.iter().map(|row| (row.get("name"), row.get("index_name"), row.get("column_name"))));
    schema
}

async fn of_postgres(catalog: &TestCatalog) -> Schema {
    let mut conn = catalog.postgres().await;
    let rows = sqlx::query(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES' AS nullable
         FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let mut schema = Schema::new();
    for row in rows {
        let (name, column): (String, String) = (row.get("table_name"), row.get("column_name"));
        if APART.contains(&name.as_str()) {
            continue;
        }
        // in SQLite: booleans are numbers; moments and JSON text; ids bytes
        let kind = match row.get::<&str, _>("data_type") {
            "bigint" | "integer" | "boolean" => "number",
            "double precision" => "real",
            "text" | "timestamp with time zone" | "jsonb" => "text",
            "bytea" | "uuid" => "bytes",
            other => panic!("{name}.{column}: {other}"),
        };
        schema.entry(name).or_default().columns.insert(column, (kind, row.get("nullable")));
    }
    let rows = sqlx::query(
        "SELECT tables.relname::text AS name, indexes.relname::text AS index_name, columns.attname::text AS column_name,
                pg_index.indisprimary AS is_primary
         FROM pg_index JOIN pg_class AS tables ON tables.oid = pg_index.indrelid
         JOIN pg_class AS indexes ON indexes.oid = pg_index.indexrelid
         JOIN pg_attribute AS columns ON columns.attrelid = indexes.oid
         WHERE tables.relnamespace = 'public'::regnamespace AND pg_index.indisunique ORDER BY indexes.relname, columns.attnum",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let (primary, unique): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.get("is_primary"));
    for row in primary {
        if let Some(table) = schema.get_mut(row.get::<&str, _>("name")) {
            table.primary_key.push(row.get("column_name"));
        }
    }
    add_unique(&mut schema, unique.iter().map(|row| (row.get("name"), row.get("index_name"), row.get("column_name"))));
    schema
}

fn add_unique(schema: &mut Schema, rows: impl Iterator<Item = (String, String, String)>) {
    let mut indexes: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (table, index, column) in rows {
        indexes.entry((table, index)).or_default().push(column);
    }
    for ((table, _), columns) in indexes {
        if let Some(table) = schema.get_mut(&table) {
            table.unique.insert(columns);
        }
    }
}

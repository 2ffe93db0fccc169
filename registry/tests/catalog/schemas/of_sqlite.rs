//! The schema of a catalog in a file, as its engine tells it.

use sqlx::{Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{ForeignKey, Index, Schema, is_apart, plain};

pub(super) async fn schema(conn: &mut SqliteConnection) -> Schema {
    let mut schema = Schema::new();
    add_columns(conn, &mut schema).await;
    add_foreign_keys(conn, &mut schema).await;
    add_indexes(conn, &mut schema).await;
    schema
}

async fn rows(conn: &mut SqliteConnection, query: &'static str) -> Vec<SqliteRow> {
    sqlx::query(query).fetch_all(conn).await.unwrap()
}

async fn add_columns(conn: &mut SqliteConnection, schema: &mut Schema) {
    let query = "SELECT tables.name AS name, columns.name AS column_name, columns.type AS type, columns.\"notnull\" AS required,
                        columns.pk AS place
         FROM pragma_table_list AS tables JOIN pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%' ORDER BY tables.name, columns.pk";
    for row in rows(conn, query).await {
        let name: String = row.get("name");
        if is_apart(&name) {
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
}

async fn add_foreign_keys(conn: &mut SqliteConnection, schema: &mut Schema) {
    let query = "SELECT tables.name AS name, keys.id AS id, keys.\"table\" AS referred, keys.\"from\" AS column_name,
                        keys.\"to\" AS referred_column, keys.on_delete AS on_delete
         FROM pragma_table_list AS tables JOIN pragma_foreign_key_list(tables.name) AS keys
         WHERE tables.type = 'table' ORDER BY tables.name, keys.id, keys.seq";
    let mut before = None;
    let mut keys: Vec<(String, ForeignKey)> = Vec::new();
    for row in rows(conn, query).await {
        let (name, id): (String, i64) = (row.get("name"), row.get("id"));
        let (column, referred_column) = (row.get("column_name"), row.get("referred_column"));
        match keys.last_mut() {
            Some((_, key)) if before == Some((name.clone(), id)) => {
                key.columns.push(column);
                key.referred.push(referred_column);
            }
            _ => {
                let on_delete = match row.get::<&str, _>("on_delete") {
                    "NO ACTION" => "nothing",
                    "CASCADE" => "it goes",
                    other => panic!("{name}.{column}: {other}"),
                };
                let (columns, referred) = (vec![column], vec![referred_column]);
                keys.push((name.clone(), ForeignKey { columns, table: row.get("referred"), referred, on_delete }));
            }
        }
        before = Some((name, id));
    }
    for (name, key) in keys {
        if let Some(table) = schema.get_mut(&name) {
            table.foreign_keys.insert(key);
        }
    }
}

async fn add_indexes(conn: &mut SqliteConnection, schema: &mut Schema) {
    let query =
        "SELECT tables.name AS name, indexes.name AS index_name, indexes.origin AS origin, indexes.\"unique\" AS is_unique,
                        columns.name AS column_name, columns.\"desc\" AS descends, coalesce(sqlite_master.sql, '') AS definition
         FROM pragma_table_list AS tables JOIN pragma_index_list(tables.name) AS indexes
         JOIN pragma_index_xinfo(indexes.name) AS columns
         JOIN sqlite_master ON sqlite_master.type = 'index' AND sqlite_master.name = indexes.name
         WHERE tables.type = 'table' AND indexes.origin <> 'pk' AND columns.key ORDER BY indexes.name, columns.seqno";
    let mut before = None;
    let mut indexes: Vec<(String, Index)> = Vec::new();
    for row in rows(conn, query).await {
        let (name, index_name): (String, String) = (row.get("name"), row.get("index_name"));
        let column = (row.get("column_name"), row.get::<i64, _>("descends") != 0);
        match indexes.last_mut() {
            Some((_, index)) if before.as_ref() == Some(&index_name) => index.columns.push(column),
            _ => {
                let definition: &str = row.get("definition");
                let index = Index {
                    name: (row.get::<&str, _>("origin") == "c").then(|| index_name.clone()),
                    is_unique: row.get::<i64, _>("is_unique") != 0,
                    columns: vec![column],
                    predicate: definition.split_once(" WHERE ").map(|(_, predicate)| plain(predicate)).unwrap_or_default(),
                };
                indexes.push((name, index));
            }
        }
        before = Some(index_name);
    }
    for (name, index) in indexes {
        if let Some(table) = schema.get_mut(&name) {
            table.indexes.insert(index);
        }
    }
}

//! The schema of a catalog on a server, as its engine tells it.

use sqlx::{PgConnection, Row as _, postgres::PgRow};

use super::{ForeignKey, Index, Schema, is_apart, plain};

pub(super) async fn schema(conn: &mut PgConnection) -> Schema {
    let mut schema = Schema::new();
    add_columns(conn, &mut schema).await;
    add_foreign_keys(conn, &mut schema).await;
    add_indexes(conn, &mut schema).await;
    schema
}

async fn rows(conn: &mut PgConnection, query: &'static str) -> Vec<PgRow> {
    sqlx::query(query).fetch_all(conn).await.unwrap()
}

async fn add_columns(conn: &mut PgConnection, schema: &mut Schema) {
    let query = "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES' AS nullable
         FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position";
    for row in rows(conn, query).await {
        let (name, column): (String, String) = (row.get("table_name"), row.get("column_name"));
        if is_apart(&name) {
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
}

async fn add_foreign_keys(conn: &mut PgConnection, schema: &mut Schema) {
    let query = "SELECT conrelid::regclass::text AS name, confrelid::regclass::text AS referred, confdeltype::text AS on_delete,
                        (SELECT array_agg(attname::text ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS key (number, place)
                         JOIN pg_attribute ON attrelid = conrelid AND attnum = number) AS columns,
                        (SELECT array_agg(attname::text ORDER BY place) FROM unnest(confkey) WITH ORDINALITY AS key (number, place)
                         JOIN pg_attribute ON attrelid = confrelid AND attnum = number) AS referred_columns
         FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace";
    for row in rows(conn, query).await {
        let name: String = row.get("name");
        let on_delete = match row.get::<&str, _>("on_delete") {
            "a" => "nothing",
            "c" => "it goes",
            other => panic!("{name}: {other}"),
        };
        let (columns, referred) = (row.get("columns"), row.get("referred_columns"));
        if let Some(table) = schema.get_mut(&name) {
            table.foreign_keys.insert(ForeignKey { columns, table: row.get("referred"), referred, on_delete });
        }
    }
}

async fn add_indexes(conn: &mut PgConnection, schema: &mut Schema) {
    let query = "SELECT indrelid::regclass::text AS name, indexrelid::regclass::text AS index_name, indisunique AS is_unique,
                        indisprimary AS is_primary, coalesce(pg_get_expr(indpred, indrelid), '') AS predicate,
                        EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype = 'u') AS is_constraint,
                        (SELECT array_agg(coalesce(attname::text, 'an expression') ORDER BY place)
                         FROM unnest(indkey::int2[]) WITH ORDINALITY AS key (number, place)
                         LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = number) AS columns,
                        (SELECT array_agg(option & 1 = 1 ORDER BY place)
                         FROM unnest(indoption::int2[]) WITH ORDINALITY AS key (option, place)) AS descend
         FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = 'public'::regnamespace";
    for row in rows(conn, query).await {
        let columns: Vec<String> = row.get("columns");
        let Some(table) = schema.get_mut(row.get::<&str, _>("name")) else { continue };
        if row.get("is_primary") {
            table.primary_key = columns;
            continue;
        }
        let name: String = row.get("index_name");
        table.indexes.insert(Index {
            name: (!row.get::<bool, _>("is_constraint")).then_some(name),
            is_unique: row.get("is_unique"),
            columns: columns.into_iter().zip(row.get::<Vec<bool>, _>("descend")).collect(),
            predicate: plain(row.get("predicate")),
        });
    }
}

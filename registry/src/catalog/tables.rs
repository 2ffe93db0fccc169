//! What a backup holds of the catalog: every table and column, in one place.
//!
//! A migration that adds a table or a column adds a line here, among what is kept or among what is left out: a test holds it to that.

/// How a column is stored, and how it is written down: the same for both engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A UUID; in a backup its usual text.
    Uuid,
    Text,
    /// Bytes; in a backup hexadecimal digits.
    Bytes,
    Bool,
    /// 64 bits.
    Int,
    /// 32 bits.
    Small,
    /// 64 bits that the engine counts up by itself.
    Serial,
    Real,
    /// In a backup RFC 3339, in UTC.
    Moment,
    Json,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [Column],
    /// The names of the columns, separated by commas.
    pub(super) list: &'static str,
    /// The query for all rows that are kept, by their key.
    pub(super) select: &'static str,
}

macro_rules! tables {
    ($($table:ident by ($($key:literal)+) $(where $filter:literal)? {
        $first:ident: $first_kind:ident $(, $column:ident: $kind:ident)* $(,)?
    })+) => {
        /// In an order in which no row refers to a later one, unless the reference may be deferred: users and namespaces refer to
        /// each other.
        pub(crate) const TABLES: &[Table] = &[$(Table {
            name: stringify!($table),
            columns: &[
                Column { name: stringify!($first), kind: Kind::$first_kind },
                $(Column { name: stringify!($column), kind: Kind::$kind },)*
            ],
            list: concat!(stringify!($first) $(, ", ", stringify!($column))*),
            select: concat!(
                "SELECT ", stringify!($first) $(, ", ", stringify!($column))*, " FROM ", stringify!($table),
                $(" WHERE ", $filter,)? " ORDER BY ", $($key),+
            ),
        },)+];
    };
}

/// The table of blobs: of those that revisions hold, the contents are in the backup as files.
pub(crate) const BLOBS: &str = "blobs";

tables! {
    users by ("id") {
        id: Uuid, name: Text, name_key: Text, password_hash: Text, is_admin: Bool, created_at: Moment, disabled_at: Moment,
        must_change_password: Bool, program_of: Uuid,
    }
    namespaces by ("id") {
        id: Uuid, name: Text, name_key: Text, owner_id: Uuid, created_at: Moment, quota_bytes: Int, stored_bytes: Int,
        logical_bytes: Int,
    }
    grants by ("namespace_id, user_id") { namespace_id: Uuid, user_id: Uuid, permission: Text, granted_at: Moment }
    tokens by ("id") {
        id: Uuid, user_id: Uuid, name: Text, secret_hash: Bytes, permissions: Text, created_at: Moment, expires_at: Moment,
        last_used_at: Moment, revoked_at: Moment, is_limited: Bool,
    }
    token_namespaces by ("token_id, namespace_id") { token_id: Uuid, namespace_id: Uuid }
    invitations by ("id") {
        id: Uuid, secret_hash: Bytes, note: Text, is_admin: Bool, invited_by: Text, created_at: Moment, expires_at: Moment,
    }
    packages by ("id") {
        id: Uuid, kind: Text, namespace_id: Uuid, name: Text, name_key: Text, description: Text, version: Text, score: Real,
        created_at: Moment, updated_at: Moment, visibility: Text, deleted_at: Moment, deleted_by: Text, purge_at: Moment,
        is_purging: Bool, license: Text, task: Text, library: Text, bytes: Int, verdict: Text,
        downloads: Int,
    }
    package_cards by ("package_id") { package_id: Uuid, text: Text }
    package_topics by ("package_id, topic") { package_id: Uuid, topic: Text }
    package_redirects by ("kind, namespace_id, name_key") {
        kind: Text, namespace_id: Uuid, name_key: Text, package_id: Uuid,
    }
    lineage by ("package_id, relation, target_namespace, target_name") {
        package_id: Uuid, relation: Text, target_kind: Text, target_namespace: Text, target_name: Text, target: Text, in_files: Bool,
        by_hand: Text,
    }
    namespace_blobs by ("namespace_id, sha256") { namespace_id: Uuid, sha256: Bytes, size: Int }
    blobs by ("sha256") where "EXISTS (SELECT 1 FROM entries WHERE entries.sha256 = blobs.sha256)" { sha256: Bytes, size: Int }
    blob_senders by ("sha256, user_id") where "EXISTS (SELECT 1 FROM entries WHERE entries.sha256 = blob_senders.sha256)" {
        sha256: Bytes, user_id: Uuid,
    }
    revisions by ("seq") {
        seq: Serial, package_id: Uuid, id: Bytes, parent: Bytes, manifest: Bytes, author_id: Uuid, author: Text, message: Text,
        files: Int, bytes: Int, created_at: Moment,
    }
    entries by ("revision_seq, path") { revision_seq: Int, path: Text, parent: Text, is_file: Bool, size: Int, sha256: Bytes }
    refs by ("package_id, kind, name") { package_id: Uuid, kind: Text, name: Text, revision_seq: Int, updated_at: Moment, order_key: Bytes }
    jobs by ("id") {
        id: Uuid, package_id: Uuid, revision_seq: Int, state: Text, attempt: Small, cancel_requested: Bool, lease: Uuid,
        lease_until: Moment, queued_at: Moment, not_before: Moment, started_at: Moment, finished_at: Moment, error: Text,
        log_tail: Text,
    }
    reports by ("job_id") { job_id: Uuid, revision_seq: Int, net_score: Real, body: Json, created_at: Moment }
    package_downloads by ("package_id, share") { package_id: Uuid, share: Small, downloads: Int, is_summed: Bool }
    revision_downloads by ("revision_seq, share") { revision_seq: Int, share: Small, downloads: Int }
    alias_moves by ("seq") {
        seq: Serial, package_id: Uuid, alias: Text, from_seq: Int, to_seq: Int, moved_by: Text, moved_at: Moment, reason: Text,
    }
    alias_protections by ("package_id, alias") { package_id: Uuid, alias: Text, is_protected: Bool }
    audit by ("id") {
        id: Serial, at: Moment, actor: Text, action: Text, object: Text, address: Text, request_id: Text,
        token_id: Uuid,
    }
}

/// What a backup leaves out, whole tables (no columns named) or columns, and why.
#[cfg(test)]
const LEFT_OUT: &[(&str, &[&str], &str)] = &[
    ("settings", &[], "each registry has its own key and id"),
    ("sessions", &[], "people sign in again"),
    ("sign_in_attempts", &[], "passing"),
    ("uploads", &[], "what is under way is begun again"),
    ("upload_files", &[], "of uploads"),
    ("upload_parts", &[], "of uploads"),
    ("upload_objects", &[], "of uploads"),
    ("blob_holds", &[], "of commands that run"),
    ("chores", &[], "of the servers"),
    ("idempotency_keys", &[], "of requests of the last day"),
    ("package_words", &[], "made anew"),
    ("package_words_places", &[], "of package_words"),
    ("vocabulary", &[], "of package_words"),
    ("packages", &["index_form"], "of package_words"),
    ("_sqlx_migrations", &[], "the engine's own"),
    ("blobs", &["git_id", "storage", "verified_at", "unused_since"], "found out when the content comes in"),
];

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::catalog::{Catalog, CatalogAddress, rows};

    /// The columns of a new catalog with their types, by table. Tables of SQLite's own, and those behind others, are not among them.
    async fn columns() -> BTreeMap<String, BTreeMap<String, String>> {
        let folder = tempfile::tempdir().unwrap();
        let catalog = Catalog::open(&CatalogAddress::Sqlite(folder.path().join("catalog.db"))).await.unwrap();
        let rows: Vec<(String, String, String)> = rows!(
            &mut catalog.read().await.unwrap(),
            "SELECT tables.name, columns.name, columns.type
             FROM pragma_table_list AS tables JOIN pragma_table_info(tables.name) AS columns
             WHERE tables.type IN ('table', 'virtual') AND tables.name NOT LIKE 'sqlite_%'"
        )
        .unwrap();
        let mut columns = BTreeMap::<String, BTreeMap<_, _>>::new();
        for (table, column, kind) in rows {
            columns.entry(table).or_default().insert(column, kind);
        }
        columns
    }

    #[tokio::test]
    async fn every_table_and_column_is_kept_or_left_out_for_a_reason() {
        let mut there = columns().await;
        for table in TABLES {
            let columns = there.get_mut(table.name).unwrap_or_else(|| panic!("there is no table {}", table.name));
            for column in table.columns {
                let kind = columns.remove(column.name).unwrap_or_else(|| panic!("there is no {}.{}", table.name, column.name));
                let expected = match column.kind {
                    Kind::Uuid | Kind::Bytes => "BLOB",
                    Kind::Text | Kind::Moment | Kind::Json => "TEXT",
                    Kind::Bool | Kind::Int | Kind::Small | Kind::Serial => "INTEGER",
                    Kind::Real => "REAL",
                };
                assert_eq!(kind, expected, "{}.{}", table.name, column.name);
            }
        }
        for (table, columns, why) in LEFT_OUT {
            assert!(!why.is_empty());
            let left = there.get_mut(*table).unwrap_or_else(|| panic!("there is no table {table}"));
            if columns.is_empty() {
                left.clear();
            }
            for column in *columns {
                assert!(left.remove(*column).is_some(), "there is no {table}.{column}");
            }
        }
        there.retain(|_, columns| !columns.is_empty());
        assert_eq!(there, BTreeMap::new(), "a backup must know of these: add them to TABLES, or to LEFT_OUT with the reason");
    }

    #[test]
    fn each_is_named_once() {
        let names: BTreeSet<_> = TABLES.iter().map(|table| table.name).collect();
        assert_eq!(names.len(), TABLES.len());
        assert!(names.contains(BLOBS));
        for table in TABLES {
            let columns: BTreeSet<_> = table.columns.iter().map(|column| column.name).collect();
            assert_eq!(columns.len(), table.columns.len(), "{}", table.name);
        }
    }
}

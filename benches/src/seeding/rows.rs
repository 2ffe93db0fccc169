//! Rows on their way to the tables, in the types that the services bind.

use domain::Sha256Digest;
use time::OffsetDateTime;
use uuid::Uuid;

/// A value of a row.
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    Id(Uuid),
    Moment(OffsetDateTime),
}

macro_rules! from {
    ($($type:ty, |$value:ident| $made:expr;)*) => {
        $(impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $made
            }
        })*
    };
}
from! {
    bool, |value| Self::Bool(value);
    i64, |value| Self::Int(value);
    u64, |value| Self::Int(value.cast_signed());
    f64, |value| Self::Real(value);
    &str, |value| Self::Text(value.to_owned());
    String, |value| Self::Text(value);
    Sha256Digest, |value| Self::Bytes(value.as_bytes().to_vec());
    Vec<u8>, |value| Self::Bytes(value);
    Uuid, |value| Self::Id(value);
    OffsetDateTime, |value| Self::Moment(value);
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The tables in the order in which they refer to each other, with the columns that are written.
pub(super) const TABLES: [(Table, &str, &str); 15] = [
    (Table::Namespaces, "namespaces", "id, name, name_key, owner_id, created_at"),
    (
        Table::Packages,
        "packages",
        "id, kind, namespace_id, name, name_key, description, version, score, created_at, updated_at, visibility, license, task,
         library, bytes, verdict, downloads, index_form",
    ),
    (Table::Cards, "package_cards", "package_id, text"),
    (Table::Topics, "package_topics", "package_id, topic"),
    (Table::Words, "package_words", "package_id, updated_at, words"),
    (Table::Vocabulary, "vocabulary", "word"),
    (Table::Places, "package_words_places", "place, package_id"),
    (Table::PlacedWords, "package_words", "rowid, package_id, name, description, card, facts"),
    (Table::Blobs, "blobs", "sha256, size, git_id, storage, verified_at"),
    (
        Table::Revisions,
        "revisions",
        "seq, package_id, id, parent, manifest, author_id, author, message, files, bytes, created_at",
    ),
    (Table::Entries, "entries", "revision_seq, path, parent, is_file, size, sha256"),
    (Table::Refs, "refs", "package_id, kind, name, revision_seq, updated_at, order_key"),
    (
        Table::Jobs,
        "jobs",
        "id, package_id, revision_seq, state, attempt, cancel_requested, queued_at, not_before, started_at, finished_at, log_tail",
    ),
    (Table::Reports, "reports", "job_id, revision_seq, net_score, body, created_at"),
    (Table::Lineage, "lineage", "package_id, relation, target_kind, target_namespace, target_name, target, in_files, by_hand"),
];

/// The audit record comes last, and refers to nothing.
pub(super) const AUDIT: (Table, &str, &str) = (Table::Audit, "audit", "at, actor, action, object");

/// A table that is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    Namespaces,
    Packages,
    Cards,
    Topics,
    Words,
    Vocabulary,
    /// On SQLite the index of words has an order.
    Places,
    PlacedWords,
    Blobs,
    Revisions,
    Entries,
    Refs,
    Jobs,
    Reports,
    Lineage,
    Audit,
}

/// Rows that are written in one transaction.
#[derive(Default)]
pub(super) struct Batch {
    rows: [Vec<Vec<Value>>; 16],
}

impl Batch {
    /// Adds a row.
    pub(super) fn add<const N: usize>(&mut self, table: Table, row: [Value; N]) {
        self.rows[table as usize].push(row.into());
    }

    /// The rows of all tables, in an order in which nothing refers to what is not there yet.
    pub(super) fn tables(mut self) -> impl Iterator<Item = (&'static str, &'static str, Vec<Vec<Value>>)> {
        // each step back in its order would have the index write to the disk what it has collected
        self.rows[Table::PlacedWords as usize].sort_by_key(|row| match row.first() {
            Some(Value::Int(place)) => *place,
            _ => 0,
        });
        TABLES
            .into_iter()
            .chain([AUDIT])
            .map(move |(table, name, columns)| (name, columns, std::mem::take(&mut self.rows[table as usize])))
            .filter(|(_, _, rows)| !rows.is_empty())
    }
}

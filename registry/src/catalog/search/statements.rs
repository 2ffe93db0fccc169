//! The statements of a search. Each way, order and circle of viewers is a statement of its own, so that each can use its index.
//!
//! They all take the same values: $1 words and facts, $2 kind, $3 namespace, $4 to $7 the position (moment, score, rank, id), $8 the
//! limit, $9 to $11 who looks, $12 the least score, $13 and $14 the least and the most bytes, $15 the earliest moment, $16 and $17
//! the name wanted and its middle, $18 whether cards are wanted, $19 the downloads of the position, $20 its place in SQLite's index
//! of words, $21 the first place of it, $22 whether what is counted is wanted instead of what is shown. A value that a statement has no
//! use for is bound all the same, in a condition that always holds.

use domain::search::Sort;

use super::Best;
use crate::catalog::{
    Conn,
    visible::{public, visible},
};

/// How well the name fits: it is what is wanted, holds it, or neither.
macro_rules! rank {
    () => {
        r"(CASE WHEN packages.name_key = $16 THEN 2 WHEN packages.name_key LIKE $17 ESCAPE '\' THEN 1 ELSE 0 END)"
    };
}

macro_rules! statement {
    ($from:expr, $filter:literal, $order:ident, $seen:ident) => {
        statement!($from, $filter, "TRUE", $order, $seen)
    };
    ($from:expr, $filter:literal, $named:literal, $order:ident, $seen:ident) => {
        concat!(
            "SELECT packages.id, packages.kind, namespaces.name AS namespace, packages.name,
                    (CASE WHEN $22 THEN '' ELSE packages.description END) AS description,
                    (CASE WHEN $22 THEN NULL ELSE packages.version END) AS version, packages.license, packages.task, packages.library, packages.verdict,
                    packages.score, packages.downloads, packages.updated_at, ", rank!(), " AS rank, ", statement!(@place $order), " AS place,
                    (CASE WHEN $18 THEN package_cards.text END) AS card,
                    (CASE WHEN $22 THEN (SELECT string_agg(package_topics.topic, '\n') FROM package_topics
                     WHERE package_topics.package_id = packages.id) END) AS topics FROM ", $from,
            " JOIN namespaces ON namespaces.id = packages.namespace_id
              LEFT JOIN package_cards ON package_cards.package_id = packages.id AND $18
              WHERE packages.deleted_at IS NULL AND ", $filter, " AND ", $named, " AND ", $seen!(9, 10, 11),
            " AND packages.score >= $12 AND packages.bytes BETWEEN $13 AND $14 AND packages.updated_at >= $15 AND ",
            statement!(@after $order), " LIMIT $8"
        )
    };
    (@place walk) => {
        "package_words.rowid"
    };
    (@place $order:ident) => {
        "CAST(0 AS BIGINT)"
    };
    (@after walk) => {
        "package_words.rowid < $20 AND package_words.rowid >= $21 AND $4 IS NOT NULL AND $5 >= -1 AND $6 >= 0 AND $7 IS NOT NULL
         AND $19 >= 0 ORDER BY package_words.rowid DESC"
    };
    (@after newest) => {
        "(packages.updated_at, packages.id) < ($4, $7) AND $5 >= -1 AND $6 >= 0 AND $19 >= 0 AND $20 >= 0 AND $21 >= 0
         ORDER BY packages.updated_at DESC, packages.id DESC"
    };
    (@after score) => {
        "(packages.score, packages.id) < ($5, $7) AND $4 IS NOT NULL AND $6 >= 0 AND $19 >= 0 AND $20 >= 0 AND $21 >= 0
         ORDER BY packages.score DESC, packages.id DESC"
    };
    (@after downloads) => {
        "(packages.downloads, packages.id) < ($19, $7) AND $4 IS NOT NULL AND $5 >= -1 AND $6 >= 0 AND $20 >= 0 AND $21 >= 0
         ORDER BY packages.downloads DESC, packages.id DESC"
    };
}

/// How a name must fit what is wanted, in words of `LIKE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Any,
    /// It holds it, and is longer.
    Holding,
    /// It does not hold it.
    Rest,
    /// It is not the same.
    Others,
}

/// Which of those that have the words are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    All,
    /// Those that were changed since $15.
    Since,
    /// The first that the index of recent packages has, eight for each that is wanted. A page that is full is the page; one that is not
    /// says nothing.
    Recent,
    /// Of these, those that were changed since $15.
    RecentSince,
    /// The first of all, [`NEAR`] for each that is wanted.
    Nearest,
    /// All, first looked up in the index of words, however many PostgreSQL thinks that there are: where two frequent words never occur
    /// together it would rather look through all packages from the newest on.
    Having,
}

/// How many packages that have the words are looked at for one that is wanted; the number stands in the text of [`newest`] as well.
pub(super) const NEAR: i64 = 2;

/// By the order alone, or within a kind or a namespace.
pub(super) const fn plain(sort: Sort, anonymous: bool, kind: bool, namespace: bool) -> &'static str {
    macro_rules! filtered {
        ($order:ident, $seen:ident) => {
            match (kind, namespace) {
                (false, false) => {
                    statement!("packages", "$1 IS NOT NULL AND $2 IS NULL AND $3 IS NULL", $order, $seen)
                }
                (true, false) => statement!("packages", "$1 IS NOT NULL AND packages.kind = $2 AND $3 IS NULL", $order, $seen),
                (true, true) => {
                    statement!("packages", "$1 IS NOT NULL AND packages.kind = $2 AND namespaces.name_key = $3", $order, $seen)
                }
                (false, true) => {
                    statement!("packages", "$1 IS NOT NULL AND $2 IS NULL AND namespaces.name_key = $3", $order, $seen)
                }
            }
        };
    }
    match (sort, anonymous) {
        (Sort::Newest | Sort::Relevance, true) => filtered!(newest, public),
        (Sort::Newest | Sort::Relevance, false) => filtered!(newest, visible),
        (Sort::Score, true) => filtered!(score, public),
        (Sort::Score, false) => filtered!(score, visible),
        (Sort::Downloads, true) => filtered!(downloads, public),
        (Sort::Downloads, false) => filtered!(downloads, visible),
    }
}

/// PostgreSQL's packages that a statement names, each looked up by its id, whatever the statistics say: `LIMIT` and `OFFSET 0` keep the
/// statement before the look-up.
macro_rules! found_first {
    ($found:expr) => {
        concat!(
            "(",
            $found,
            ") AS package_words
             CROSS JOIN LATERAL (SELECT * FROM packages WHERE packages.id = package_words.package_id OFFSET 0) AS packages"
        )
    };
}

/// The first after the position that a table of words has, so many for each that is wanted. A comparison of rows is nothing that an index
/// of words could be asked.
macro_rules! first {
    ($table:literal, $since:literal, $each:literal) => {
        concat!(
            "SELECT package_id FROM ",
            $table,
            " AS package_words WHERE words @@ CAST($1 AS tsquery)",
            $since,
            " AND (updated_at, package_id) < ($4, $7) ORDER BY updated_at DESC, package_id DESC LIMIT ",
            $each,
            " * $8"
        )
    };
}

/// The newest of those that have the words, out of the index of words. SQLite's is read as far as it must be: it has one reach.
pub(super) const fn newest(conn: &Conn, named: Named, reach: Reach) -> &'static str {
    macro_rules! named {
        ($from:expr, $filter:literal, $order:ident) => {
            match named {
                Named::Any => statement!($from, $filter, "TRUE", $order, visible),
                Named::Holding => statement!(
                    $from,
                    $filter,
                    r"packages.name_key LIKE $17 ESCAPE '\' AND packages.name_key <> $16",
                    $order,
                    visible
                ),
                Named::Rest => statement!($from, $filter, r"packages.name_key NOT LIKE $17 ESCAPE '\'", $order, visible),
                Named::Others => statement!($from, $filter, "packages.name_key <> $16", $order, visible),
            }
        };
    }
    match (conn, reach) {
        // a cross join is taken in its order: first the index, from its end
        (Conn::Sqlite(_), _) => named!(
            "package_words CROSS JOIN package_words_places ON package_words_places.place = package_words.rowid
             CROSS JOIN packages ON packages.id = package_words_places.package_id",
            "package_words MATCH $1 AND $2 IS NULL AND $3 IS NULL",
            walk
        ),
        // no upper bound on the moments of the index of words: for one it reads all moments from the very first on
        (Conn::Postgres(_), Reach::Since) => named!(
            "package_words JOIN packages ON packages.id = package_words.package_id",
            "package_words.words @@ CAST($1 AS tsquery) AND package_words.updated_at >= $15 AND $2 IS NULL AND $3 IS NULL",
            newest
        ),
        (Conn::Postgres(_), Reach::All) => named!(
            "package_words JOIN packages ON packages.id = package_words.package_id",
            "package_words.words @@ CAST($1 AS tsquery) AND $2 IS NULL AND $3 IS NULL",
            newest
        ),
        (Conn::Postgres(_), Reach::Recent) => named!(
            found_first!(first!("package_words_recent", "", "8")),
            "packages.updated_at >= (SELECT since FROM package_words_recent_since) AND $2 IS NULL AND $3 IS NULL",
            newest
        ),
        (Conn::Postgres(_), Reach::RecentSince) => named!(
            found_first!(first!("package_words_recent", " AND package_words.updated_at >= $15", "8")),
            "packages.updated_at >= (SELECT since FROM package_words_recent_since) AND $2 IS NULL AND $3 IS NULL",
            newest
        ),
        (Conn::Postgres(_), Reach::Nearest) => {
            named!(found_first!(first!("package_words", "", "2")), "$2 IS NULL AND $3 IS NULL", newest)
        }
        (Conn::Postgres(_), Reach::Having) => named!(
            found_first!("SELECT package_id FROM package_words WHERE words @@ CAST($1 AS tsquery) OFFSET 0"),
            "$2 IS NULL AND $3 IS NULL",
            newest
        ),
    }
}

/// The best of those that have the words, out of the index of words, which is not in this order.
pub(super) const fn few(conn: &Conn, by: Best) -> &'static str {
    macro_rules! ordered {
        ($from:literal, $filter:literal) => {
            match by {
                Best::Score => statement!($from, $filter, score, visible),
                Best::Downloads => statement!($from, $filter, downloads, visible),
            }
        };
    }
    match conn {
        Conn::Sqlite(_) => ordered!(
            "package_words CROSS JOIN package_words_places ON package_words_places.place = package_words.rowid
             CROSS JOIN packages ON packages.id = package_words_places.package_id",
            "package_words MATCH $1 AND $2 IS NULL AND $3 IS NULL"
        ),
        Conn::Postgres(_) => ordered!(
            "package_words JOIN packages ON packages.id = package_words.package_id",
            "package_words.words @@ CAST($1 AS tsquery) AND $2 IS NULL AND $3 IS NULL"
        ),
    }
}

/// The best of all, each looked up in the index of words.
pub(super) const fn many(conn: &Conn, by: Best, anonymous: bool) -> &'static str {
    macro_rules! ordered {
        ($filter:literal) => {
            match (by, anonymous) {
                (Best::Score, true) => statement!("packages", $filter, score, public),
                (Best::Score, false) => statement!("packages", $filter, score, visible),
                (Best::Downloads, true) => statement!("packages", $filter, downloads, public),
                (Best::Downloads, false) => statement!("packages", $filter, downloads, visible),
            }
        };
    }
    match conn {
        Conn::Sqlite(_) => ordered!(
            "EXISTS (SELECT 1 FROM package_words_places CROSS JOIN package_words ON package_words.rowid = package_words_places.place
                     WHERE package_words_places.package_id = packages.id AND package_words MATCH $1)
             AND $2 IS NULL AND $3 IS NULL"
        ),
        Conn::Postgres(_) => ordered!(
            "(SELECT package_words.words @@ CAST($1 AS tsquery) FROM package_words WHERE package_words.package_id = packages.id)
             AND $2 IS NULL AND $3 IS NULL"
        ),
    }
}

/// The newest of exactly the name wanted, each looked up in the index of words.
pub(super) const fn exact(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => statement!(
            "packages",
            "EXISTS (SELECT 1 FROM package_words_places CROSS JOIN package_words ON package_words.rowid = package_words_places.place
                     WHERE package_words_places.package_id = packages.id AND package_words MATCH $1)
             AND $2 IS NULL AND $3 IS NULL",
            "packages.name_key = $16",
            newest,
            visible
        ),
        Conn::Postgres(_) => statement!(
            "packages",
            "(SELECT package_words.words @@ CAST($1 AS tsquery) FROM package_words WHERE package_words.package_id = packages.id)
             AND $2 IS NULL AND $3 IS NULL",
            "packages.name_key = $16",
            newest,
            visible
        ),
    }
}

/// How many packages have the words and facts $1, counted up to $2.
pub(super) const fn count(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => "SELECT count(*) FROM (SELECT 1 FROM package_words WHERE package_words MATCH $1 LIMIT $2)",
        Conn::Postgres(_) => {
            "SELECT count(*) FROM (SELECT 1 FROM package_words WHERE package_words.words @@ CAST($1 AS tsquery) LIMIT $2) AS found"
        }
    }
}

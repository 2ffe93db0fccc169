//! What packages weigh together.

use domain::{
    PackageId,
    lineage::{Cost, MAX_DEPTH},
};
use sqlx::FromRow;

use super::{
    Conn,
    related::to_the_target,
    row, signed, unsigned,
    visible::{Viewer, visible},
};
use crate::Result;

/// How many times a package is come to, at the most.
const MAX_VISITS: i64 = 1000;
/// How many files of ancestors are summed up, at the most: a second's worth.
const MAX_FILES: u64 = 200_000;

#[derive(FromRow)]
struct CostRow {
    alone: i64,
    with_ancestors: i64,
    ancestors: i64,
    files: i64,
    visits: i64,
    beyond: i64,
}

/// What a revision of a package weighs, alone and with the heads of `main` of all that the package is made from.
pub(crate) async fn cost(conn: &mut Conn, viewer: Viewer, package: PackageId, revision_seq: i64) -> Result<Cost> {
    let sums: CostRow = row!(
        conn,
        concat!(
            // the walk goes one step too far, to see whether there is more
            "WITH RECURSIVE walk (depth, id) AS (
                 SELECT 0, packages.id FROM packages WHERE packages.id = $1
                 UNION
                 SELECT walk.depth + 1, packages.id FROM walk JOIN lineage ON lineage.package_id = walk.id",
            to_the_target!(6, 7, 8),
            "    WHERE walk.depth <= $3 AND lineage.by_hand <> 'removed' AND packages.id IS NOT NULL
             ),
             visited AS MATERIALIZED (SELECT depth, id FROM walk LIMIT $4),
             heads AS MATERIALIZED (
                 SELECT DISTINCT refs.revision_seq FROM visited
                 JOIN refs ON refs.package_id = visited.id AND refs.kind = 'branch' AND refs.name = 'main'
                 WHERE visited.id <> $1 AND visited.depth <= $3
             ),
             own AS MATERIALIZED (
                 SELECT DISTINCT entries.sha256, entries.size FROM entries WHERE entries.revision_seq = $2 AND entries.is_file
             ),
             above AS MATERIALIZED (
                 SELECT entries.sha256, entries.size FROM heads JOIN entries ON entries.revision_seq = heads.revision_seq
                 WHERE entries.is_file LIMIT $5
             ),
             every AS (SELECT sha256, size FROM own UNION SELECT sha256, size FROM above)
             SELECT (SELECT CAST(coalesce(sum(size), 0) AS bigint) FROM own) AS alone,
                    (SELECT CAST(coalesce(sum(size), 0) AS bigint) FROM every) AS with_ancestors,
                    (SELECT count(*) FROM heads) AS ancestors,
                    (SELECT CAST(coalesce(sum(revisions.files), 0) AS bigint) FROM heads
                     JOIN revisions ON revisions.seq = heads.revision_seq) AS files,
                    (SELECT count(*) FROM visited) AS visits,
                    (SELECT count(DISTINCT id) FROM visited)
                    - (SELECT count(DISTINCT id) FROM visited WHERE depth <= $3) AS beyond"
        ),
        package.0,
        revision_seq,
        i64::from(MAX_DEPTH),
        MAX_VISITS,
        signed(MAX_FILES),
        viewer.all,
        viewer.user,
        viewer.token
    )?;
    Ok(Cost {
        alone: unsigned(sums.alone),
        with_ancestors: unsigned(sums.with_ancestors),
        ancestors: unsigned(sums.ancestors),
        is_complete: unsigned(sums.files) <= MAX_FILES && sums.visits < MAX_VISITS && sums.beyond == 0,
    })
}

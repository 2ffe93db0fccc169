//! Walks along the lineage, upwards to what a package is made from and downwards to what is made from it.
//!
//! Edges lead to names. A name is looked up while walking, so that it leads to a package from the moment that there is one. A walk
//! finds the nearest first, ends after some steps and some rows, and goes round in a circle only until then.

use domain::{
    PackageId,
    lineage::{Found, MAX_DEPTH, Node, Origin, RelatedName},
};
use sqlx::FromRow;

use super::{
    Conn,
    packages::package_ref,
    parsed,
    related::{from_the_sources, to_the_target},
    rows, small,
    visible::{Viewer, visible},
};
use crate::Result;

/// How many edges a walk finds at the most.
const MAX_EDGES: usize = 1000;

#[derive(FromRow)]
struct FoundRow {
    depth: i32,
    source_kind: String,
    source_namespace: String,
    source_name: String,
    relation: String,
    by_hand: String,
    target_kind: String,
    target: String,
    here_namespace: Option<String>,
    here_name: Option<String>,
}

impl FoundRow {
    fn found(self) -> sqlx::Result<Found> {
        let here = match (&self.here_namespace, &self.here_name) {
            (Some(namespace), Some(name)) => Some(package_ref(&self.target_kind, namespace, name)?),
            _ => None,
        };
        let target = match here {
            Some(package) => Node::from(&package),
            None => Node { kind: parsed(&self.target_kind)?, name: parsed::<RelatedName>(&self.target)?, is_here: false },
        };
        Ok(Found {
            depth: small(self.depth),
            source: package_ref(&self.source_kind, &self.source_namespace, &self.source_name)?,
            relation: parsed(&self.relation)?,
            origin: if self.by_hand == "added" { Origin::Hand } else { Origin::Files },
            target,
        })
    }
}

/// What a walk found, and whether it came to its end.
fn walked(rows: Vec<FoundRow>) -> Result<(Vec<Found>, bool)> {
    let is_complete = rows.len() <= MAX_EDGES;
    let found = rows.into_iter().take(MAX_EDGES).map(FoundRow::found).collect::<sqlx::Result<_>>()?;
    Ok((found, is_complete))
}

/// The edges upwards from a package, to one step beyond the last that counts.
pub(crate) async fn upwards(conn: &mut Conn, viewer: Viewer, package: PackageId) -> Result<(Vec<Found>, bool)> {
    let rows: Vec<FoundRow> = rows!(
        conn,
        concat!(
            "WITH RECURSIVE walk (depth, source_kind, source_namespace, source_name, relation, by_hand, target_kind, target, here,
                                  here_namespace, here_name) AS (
                 SELECT 1, source.kind, owner.name, source.name, lineage.relation, lineage.by_hand, lineage.target_kind,
                        lineage.target, packages.id, namespaces.name, packages.name
                 FROM lineage JOIN packages AS source ON source.id = lineage.package_id
                 JOIN namespaces AS owner ON owner.id = source.namespace_id",
            to_the_target!(4, 5, 6),
            "    WHERE lineage.package_id = $1 AND lineage.by_hand <> 'removed'
                 UNION
                 SELECT walk.depth + 1, walk.target_kind, walk.here_namespace, walk.here_name, lineage.relation, lineage.by_hand,
                        lineage.target_kind, lineage.target, packages.id, namespaces.name, packages.name
                 FROM walk JOIN lineage ON lineage.package_id = walk.here",
            to_the_target!(4, 5, 6),
            "    WHERE walk.depth <= $2 AND lineage.by_hand <> 'removed'
             )
             SELECT depth, source_kind, source_namespace, source_name, relation, by_hand, target_kind, target, here_namespace,
                    here_name
             FROM walk LIMIT $3"
        ),
        package.0,
        i64::from(MAX_DEPTH),
        MAX_EDGES as i64 + 1,
        viewer.all,
        viewer.user,
        viewer.token
    )?;
    walked(rows)
}

/// The edges downwards from a package, to one step beyond the last that counts.
pub(crate) async fn downwards(conn: &mut Conn, viewer: Viewer, package: PackageId) -> Result<(Vec<Found>, bool)> {
    let rows: Vec<FoundRow> = rows!(
        conn,
        concat!(
            "WITH RECURSIVE root AS (
                 SELECT packages.id, packages.kind, namespaces.name AS namespace, packages.name,
                        namespaces.name_key AS namespace_key, packages.name_key
                 FROM packages JOIN namespaces ON namespaces.id = packages.namespace_id WHERE packages.id = $1
             ),
             walk (depth, id, kind, namespace, name, namespace_key, name_key, relation, by_hand, target_kind, target,
                   here_namespace, here_name) AS (
                 SELECT 1, id, kind, namespace, name, namespace_key, name_key, relation, by_hand, target_kind, target,
                        here_namespace, here_name
                 FROM (
                     SELECT packages.id, packages.kind, namespaces.name AS namespace, packages.name,
                            namespaces.name_key AS namespace_key, packages.name_key, lineage.relation, lineage.by_hand,
                            lineage.target_kind, lineage.target, root.namespace AS here_namespace, root.name AS here_name
                     FROM root",
            from_the_sources!("root", 4, 5, 6),
            // without a limit of its own SQLite takes the whole first step, however wide, before it gives a row back
            "        LIMIT $3
                 ) AS first_step
                 UNION
                 SELECT walk.depth + 1, packages.id, packages.kind, namespaces.name, packages.name, namespaces.name_key,
                        packages.name_key, lineage.relation, lineage.by_hand, lineage.target_kind, lineage.target,
                        walk.namespace, walk.name
                 FROM walk",
            from_the_sources!("walk", 4, 5, 6),
            "    WHERE walk.depth <= $2
             )
             SELECT depth, kind AS source_kind, namespace AS source_namespace, name AS source_name, relation, by_hand,
                    target_kind, target, here_namespace, here_name
             FROM walk LIMIT $3"
        ),
        package.0,
        i64::from(MAX_DEPTH),
        MAX_EDGES as i64 + 1,
        viewer.all,
        viewer.user,
        viewer.token
    )?;
    walked(rows)
}

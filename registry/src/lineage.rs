//! Lineage: what packages are made from, and what they weigh with it.

use domain::{
    ErrorKind, PackageKind, PackageRef,
    account::Permission,
    lineage::{Cost, Edge, Graph, MAX_ADDED, MAX_REMOVED, RelatedName},
    refs::RevisionSpec,
};

use crate::{
    Actor, Error, Registry, Result,
    catalog::{self, audit::Action, packages::StoredPackage, transact},
    now,
    packages::{find, locate, locked},
};

impl Registry {
    /// What a package is made from, and what is made from it: over several steps, the nearest first.
    ///
    /// # Errors
    /// Not found when there is no such package.
    pub async fn lineage(&self, actor: &Actor, package: &PackageRef) -> Result<Graph> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, actor, package).await?;
        let (upwards, is_top) = catalog::walks::upwards(&mut conn, actor.viewer(), stored.id).await?;
        let (downwards, is_bottom) = catalog::walks::downwards(&mut conn, actor.viewer(), stored.id).await?;
        let graph = Graph::assemble(&stored.package, upwards, downwards);
        Ok(Graph { is_complete: graph.is_complete && is_top && is_bottom, ..graph })
    }

    /// What a revision weighs, alone and with the heads of `main` of all packages here that its package is made from.
    ///
    /// # Errors
    /// Not found when there is no such package or revision.
    pub async fn cost(&self, actor: &Actor, package: &PackageRef, at: &RevisionSpec) -> Result<Cost> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let (stored, revision) = locate(&mut conn, actor, package, at).await?;
        catalog::sums::cost(&mut conn, actor.viewer(), stored.id, revision.seq).await
    }

    /// Says by hand what a package is made from. It stays until somebody removes it, whatever files are uploaded. The name need
    /// not be that of a package here.
    ///
    /// # Errors
    /// Invalid when packages of this kind are not made so, or from themselves, or there is too much by hand already; conflict when
    /// it was said before; not found when there is no such package; forbidden without the right to write.
    pub async fn add_lineage(&self, actor: &Actor, package: &PackageRef, edge: &Edge) -> Result<()> {
        actor.require_identity()?;
        transact!(self.0.catalog, async |conn| {
            let stored = locked(conn, actor, package).await?;
            actor.require_write(&stored.package.namespace)?;
            let target_kind = checked(&stored.package, edge)?;
            if !catalog::lineage::add_by_hand(conn, stored.id, edge, target_kind).await? {
                return Err(Error::conflict(format!(
                    "“{}” is {} “{}” already, as somebody said.",
                    stored.package,
                    edge.relation.words(),
                    edge.target
                )));
            }
            let (added, _) = catalog::lineage::count_by_hand(conn, stored.id).await?;
            if added > MAX_ADDED {
                return Err(invalid(format!("At most {MAX_ADDED} relations are added by hand: name the rest in the card.")));
            }
            let object = object_of(&stored, edge);
            catalog::audit::record(conn, actor.name(), actor.client(), Action::AddLineage, &object, now()).await
        })
    }

    /// Takes back what a package is made from. What its files say stays away, too, also when they say it again.
    ///
    /// # Errors
    /// Not found when there is no such package or edge; invalid when too much was taken back by hand already; forbidden without
    /// the right to write.
    pub async fn remove_lineage(&self, actor: &Actor, package: &PackageRef, edge: &Edge) -> Result<()> {
        actor.require_identity()?;
        transact!(self.0.catalog, async |conn| {
            let stored = locked(conn, actor, package).await?;
            actor.require_write(&stored.package.namespace)?;
            if !catalog::lineage::remove_by_hand(conn, stored.id, edge).await? {
                return Err(Error::not_found(format!(
                    "That “{}” is {} “{}”",
                    stored.package,
                    edge.relation.words(),
                    edge.target
                )));
            }
            let (_, removed) = catalog::lineage::count_by_hand(conn, stored.id).await?;
            if removed > MAX_REMOVED {
                return Err(invalid(format!("At most {MAX_REMOVED} relations are taken back by hand: mend the card instead.")));
            }
            let object = object_of(&stored, edge);
            catalog::audit::record(conn, actor.name(), actor.client(), Action::RemoveLineage, &object, now()).await
        })
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Invalid, message)
}

/// The kind of what an edge of a package leads to.
fn checked(package: &PackageRef, edge: &Edge) -> Result<PackageKind> {
    let kind = edge.relation.target_kind(package.kind).ok_or_else(|| {
        invalid(format!("No {} is {} anything: choose another relation.", noun(package.kind), edge.relation.words()))
    })?;
    if kind == package.kind && edge.target.key() == RelatedName::from(package).key() {
        return Err(invalid("A package is not made from itself: name another."));
    }
    Ok(kind)
}

/// The word for one package of a kind in a sentence.
const fn noun(kind: PackageKind) -> &'static str {
    match kind {
        PackageKind::Model => "model",
        PackageKind::Dataset => "data set",
        PackageKind::Code => "code",
    }
}

/// What audit records call an edge.
fn object_of(stored: &StoredPackage, edge: &Edge) -> String {
    format!("{}/{} {} {}", stored.package.kind, stored.package, edge.relation, edge.target)
}

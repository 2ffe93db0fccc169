//! Versions: names that are given to a revision once, and never move.

use domain::{
    PackageRef,
    listing::RefSummary,
    refs::{RefKind, RefName, RevisionSpec, newest_version_first, next_version},
};

use crate::{
    Actor, Error, Registry, Result,
    branches::require_free,
    catalog::{self, Conn, audit::Action, transact},
    now,
    packages::{locate, locked},
};

/// How many tags one change puts in order.
const AT_ONCE: u32 = 500;

impl Registry {
    /// Gives a revision a version. Giving it again is no error.
    ///
    /// # Errors
    /// Not found when there is no such package or revision; conflict when another revision has the version, or a branch or an alias
    /// has the name; forbidden without the right to write, or without the right to manage for the name of a protected alias.
    pub async fn create_tag(
        &self,
        actor: &Actor,
        package: &PackageRef,
        version: &RefName,
        at: &RevisionSpec,
    ) -> Result<RefSummary> {
        let moment = now();
        transact!(self.0.catalog, async |conn| {
            let stored = locked(conn, actor, package).await?;
            actor.require_write(&stored.package.namespace)?;
            require_free(conn, actor, &stored, RefKind::Tag, version).await?;
            let (_, revision) = locate(conn, actor, &stored.package, at).await?;
            let id = revision.summary.id;
            match catalog::refs::find(conn, stored.id, RefKind::Tag, version).await? {
                Some(existing) if existing.revision == id => return Ok(existing),
                Some(RefSummary { revision: existing, .. }) => {
                    let next = next_version(stored.version.as_deref().or(Some(version.as_str())));
                    let message = format!("“{version}” is {existing}, and versions never move: use another, such as {next}.");
                    return Err(Error::conflict(message).at(Some(existing)));
                }
                None => {}
            }
            catalog::refs::insert_tag(conn, stored.id, version, revision.seq, moment).await?;
            if is_newest(version, stored.version.as_deref()) {
                catalog::packages::touch(conn, stored.id, Some(version.as_str()), moment).await?;
            }
            let object = format!("{}/{}@{version} = {id}", stored.package.kind, stored.package);
            catalog::audit::record(conn, actor.name(), actor.client(), Action::CreateTag, &object, moment).await?;
            Ok(RefSummary { kind: RefKind::Tag, name: version.to_string(), revision: id, updated_at: moment })
        })
    }

    /// Gives the tags their place that were set before the catalog knew how versions follow each other.
    pub(crate) async fn order_tags(&self) -> Result<()> {
        while transact!(self.0.catalog, async |conn| { order_some(conn).await })? == AT_ONCE as usize {}
        Ok(())
    }
}

async fn order_some(conn: &mut Conn) -> Result<usize> {
    let tags = catalog::refs::without_order(conn, AT_ONCE).await?;
    for (package, name) in &tags {
        catalog::refs::set_order(conn, *package, name).await?;
    }
    Ok(tags.len())
}

/// Whether a version comes before the newest one so far.
pub(crate) fn is_newest(version: &RefName, newest: Option<&str>) -> bool {
    newest.is_none_or(|newest| newest_version_first(version.as_str(), newest).is_lt())
}

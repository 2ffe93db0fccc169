//! Components of revisions: how much each of them is.

use domain::{
    PackageRef, RevisionId,
    account::Permission,
    component::{Component, ComponentSize, sizes},
    refs::RevisionSpec,
};

use crate::{Actor, Registry, Result, catalog, packages::locate};

impl Registry {
    /// How much each component of a revision is, the empty ones included.
    ///
    /// # Errors
    /// Not found when there is no such package or revision.
    pub async fn components(&self, actor: &Actor, package: &PackageRef, at: &RevisionSpec) -> Result<Vec<ComponentSize>> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let (stored, revision) = locate(&mut conn, actor, package, at).await?;
        let files = catalog::entries::file_sizes(&mut conn, revision.seq).await?;
        Ok(sizes(stored.package.kind, files.iter().map(|(path, size)| (path, *size))))
    }
}

/// What audit records call a download of a component.
pub(crate) fn object_of(package: &PackageRef, revision: &RevisionId, component: Component) -> String {
    match component {
        Component::Whole => format!("{}/{package}@{revision}", package.kind),
        Component::Weights | Component::Configuration | Component::Data | Component::Code => {
            format!("{}/{package}@{revision} {component}", package.kind)
        }
    }
}

//! The package and the revision that an address names.

use domain::{NamespaceName, PackageKind, PackageName, PackageRef, listing::PackageDetail};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::super::params::{nothing_here, path_param, query_param, some};
use crate::{api::packages, error::AppError};

/// What the address of a package's page names, as it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    kind: PackageKind,
    namespace: String,
    name: String,
    /// A ref or a revision id; the head of the default branch when nothing.
    pub(super) at: Option<String>,
}

impl Target {
    /// The package, when the names keep their rules. Names that do not can belong to nothing.
    pub(super) fn package(&self) -> Result<PackageRef, AppError> {
        let namespace: NamespaceName = self.namespace.parse().map_err(|_| nothing_here())?;
        let name: PackageName = self.name.parse().map_err(|_| nothing_here())?;
        Ok(PackageRef { kind: self.kind, namespace, name })
    }
}

/// Where an address has the revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RevisionIn {
    /// In `?at=`.
    Query,
    /// In the path, as one segment.
    Path,
    /// Nowhere: the page is about the whole package.
    Nowhere,
}

/// The target of this page.
pub(super) fn use_target(revision: RevisionIn) -> Memo<Target> {
    // another kind is another route, so another page
    let kind = use_location().pathname.with_untracked(|path| kind_of(path));
    let (namespace, name) = (path_param("namespace"), path_param("name"));
    let at = match revision {
        RevisionIn::Query => Some(query_param("at")),
        RevisionIn::Path => Some(path_param("rev")),
        RevisionIn::Nowhere => None,
    };
    Memo::new(move |_| Target { kind, namespace: namespace.get(), name: name.get(), at: at.and_then(|at| some(&at.get())) })
}

/// The kind whose pages stand at an address.
fn kind_of(path: &str) -> PackageKind {
    let has_prefix = |kind: &PackageKind| match kind.page_prefix() {
        "" => false,
        prefix => path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/')),
    };
    PackageKind::ALL.into_iter().find(has_prefix).unwrap_or_default()
}

/// Loads the package of a target.
pub(super) async fn load_package(target: Target) -> Result<PackageDetail, AppError> {
    let package = target.package()?;
    let (kind, namespace, name) = words(&package);
    packages::package(kind, namespace, name, target.at).await
}

/// A package's name as the arguments of a server function.
pub(super) fn words(package: &PackageRef) -> (String, String, String) {
    (package.kind.to_string(), package.namespace.to_string(), package.name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_segment_tells_the_kind() {
        for (path, kind) in [
            ("/acme/bert", PackageKind::Model),
            ("/datasets/acme/squad", PackageKind::Dataset),
            ("/code/acme/train/tree/main", PackageKind::Code),
            ("/codes-of-acme/bert", PackageKind::Model),
            ("/", PackageKind::Model),
        ] {
            assert_eq!(kind_of(path), kind, "{path}");
        }
    }
}

//! Parsing at the door: the package, revision and path of an address.

use domain::{FilePath, PackageKind, PackageRef, refs::RevisionSpec};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::RouteError;

/// The segments of an address under a package, as they come.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct TargetPath {
    /// `models`, `datasets` or `code`.
    kind: String,
    /// The user or organisation.
    namespace: String,
    /// The package's name.
    name: String,
    /// A branch, a version, an alias, or a revision id (its first seven digits or more do). `/` is written `%2F`.
    revision: String,
    #[serde(default)]
    #[param(ignore)]
    path: String,
}

impl TargetPath {
    /// The package and the revision. What cannot be a name does not exist.
    pub(super) fn revision(&self) -> Result<(PackageRef, RevisionSpec), RouteError> {
        let missing = || registry::Error::not_found(format!("“{}/{}”", self.namespace, self.name));
        let kind = PackageKind::ALL.into_iter().find(|kind| kind.plural() == self.kind).ok_or_else(missing)?;
        let package = PackageRef::parse(kind, &format!("{}/{}", self.namespace, self.name)).map_err(|_| missing())?;
        let revision =
            self.revision.parse().map_err(|_| registry::Error::not_found(format!("The revision “{}”", self.revision)))?;
        Ok((package, revision))
    }

    /// The path of a file.
    pub(super) fn file(&self) -> Result<FilePath, RouteError> {
        Ok(self.path.parse().map_err(|_| registry::Error::not_found("The file"))?)
    }
}

//! Names of packages, as they change.

use domain::PackageRef;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a package is called.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct PackageName {
    /// `model`, `dataset` or `code`.
    kind: String,
    /// The user or organisation.
    namespace: String,
    /// The package's name.
    name: String,
}

impl From<PackageRef> for PackageName {
    fn from(package: PackageRef) -> Self {
        Self { kind: package.kind.to_string(), namespace: package.namespace.to_string(), name: package.name.to_string() }
    }
}

/// What a package is to be called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewName {
    /// The user or organisation; the same as before when nothing.
    pub(in super::super) namespace: Option<String>,
    /// The package's new name.
    #[schema(example = "bert-small", min_length = 1)]
    pub(in super::super) name: String,
}

//! Packages that were deleted.

use domain::lifecycle::DeletedPackage;
use serde::Serialize;
use utoipa::ToSchema;

use super::moment;

/// A package that was deleted, and can be brought back until it is purged.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Deleted {
    /// `model`, `dataset` or `code`.
    kind: String,
    /// The user or organisation.
    namespace: String,
    /// The package's name; it stays taken.
    name: String,
    /// When it was deleted.
    #[schema(format = DateTime)]
    deleted_at: String,
    /// Who deleted it.
    deleted_by: String,
    /// When it is removed for good.
    #[schema(format = DateTime)]
    purge_at: String,
    /// Whether it is being removed already: then there is no way back.
    is_purging: bool,
}

impl From<DeletedPackage> for Deleted {
    fn from(deleted: DeletedPackage) -> Self {
        Self {
            kind: deleted.package.kind.to_string(),
            namespace: deleted.package.namespace.to_string(),
            name: deleted.package.name.to_string(),
            deleted_at: moment(deleted.deleted_at),
            deleted_by: deleted.deleted_by,
            purge_at: moment(deleted.purge_at),
            is_purging: deleted.is_purging,
        }
    }
}

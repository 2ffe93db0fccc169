//! Branches and versions, as they are made.

use serde::Deserialize;
use utoipa::ToSchema;

/// Where a name is to point.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewRef {
    /// A branch, a version, an alias, or a revision id (its first seven digits or more do).
    #[schema(example = "main", min_length = 1)]
    pub(in super::super) revision: String,
}

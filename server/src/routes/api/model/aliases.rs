//! Aliases and their moves.

use domain::lifecycle;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Revision, moment};

/// An alias, as it stands.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Alias {
    /// Its name.
    name: String,
    /// The id of the revision that it points at.
    revision: String,
    /// Where it pointed before its last move: where a rollback leads. Nothing when it was just made.
    previous: Option<String>,
    /// Whether only who administers the namespace may move and remove it.
    is_protected: bool,
    /// When it was made or moved last.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<lifecycle::AliasSummary> for Alias {
    fn from(alias: lifecycle::AliasSummary) -> Self {
        Self {
            name: alias.name,
            revision: alias.revision.to_hex(),
            previous: alias.previous.map(|id| id.to_hex()),
            is_protected: alias.is_protected,
            updated_at: moment(alias.updated_at),
        }
    }
}

/// One move of an alias.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct AliasMove {
    /// Where it pointed before; nothing when it was made.
    from: Option<String>,
    /// Where it points since; nothing when it was removed.
    to: Option<String>,
    /// Who moved it.
    by: String,
    /// When, to the second.
    #[schema(format = DateTime)]
    at: String,
    /// Why; may be empty.
    reason: String,
}

impl From<lifecycle::AliasMove> for AliasMove {
    fn from(step: lifecycle::AliasMove) -> Self {
        Self {
            from: step.from.map(|id| id.to_hex()),
            to: step.to.map(|id| id.to_hex()),
            by: step.by,
            at: moment(step.at),
            reason: step.reason,
        }
    }
}

/// Where an alias pointed at a moment.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct AliasThen {
    /// The moment.
    #[schema(format = DateTime)]
    pub(in super::super) at: String,
    /// The revision; nothing when there was no such alias then.
    pub(in super::super) revision: Option<Revision>,
}

/// Where an alias is to point.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewMove {
    /// A branch, a version, another alias, or a revision id (its first seven digits or more do).
    #[schema(example = "1.2.0", min_length = 1)]
    pub(in super::super) revision: String,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub(in super::super) reason: String,
}

/// Who may move an alias.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Protection {
    /// Whether only who administers the namespace may move and remove it.
    pub(in super::super) is_protected: bool,
}

//! What a search asks for.

use serde::{Deserialize, Serialize};

use crate::{Invalid, NamespaceName, PackageKind};

/// The longest search text, in characters.
pub const MAX_TEXT: usize = 200;
/// How many packages a page shows unless asked otherwise.
pub const DEFAULT_LIMIT: u32 = 20;
/// How many packages a page shows at the most.
pub const MAX_LIMIT: u32 = 100;

/// The order of the packages found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// By the time of the newest revision, latest first.
    #[default]
    Newest,
    /// By net score, best first; packages without a score come last.
    Score,
}

impl Sort {
    /// The word as it stands in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Score => "score",
        }
    }
}

impl std::str::FromStr for Sort {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        [Self::Newest, Self::Score]
            .into_iter()
            .find(|sort| sort.as_str() == text)
            .ok_or_else(|| Invalid::new(format!("“{text}” is no order: use newest or score")))
    }
}

/// A search over packages. All conditions hold at once; an empty query lists everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SearchQuery {
    /// Words that stand in the name or the description; each may be the beginning of a word.
    #[serde(default)]
    pub text: String,
    /// Only packages of this kind.
    #[serde(default)]
    pub kind: Option<PackageKind>,
    /// Only packages of this namespace.
    #[serde(default)]
    pub namespace: Option<NamespaceName>,
    /// The order.
    #[serde(default)]
    pub sort: Sort,
    /// Where the page before this one ended.
    #[serde(default)]
    pub cursor: Option<String>,
    /// How many packages at the most, from 1 to 100; 20 when not given.
    #[serde(default)]
    pub limit: Option<u32>,
}

//! Components: the parts of a revision that somebody may want without the rest.

/// Which file is of which.
mod files;
/// How much they are.
mod sizes;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use self::sizes::{ComponentSize, sizes};
use crate::{FilePath, Invalid, PackageKind};

/// A part of a revision. Every file but the documents (the card, licences, pictures) is in one of them besides the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// All files.
    #[default]
    Whole,
    /// What was learnt, and the lists of its shards.
    Weights,
    /// What is needed besides weights and code to run it: configuration, tokenizer, vocabulary.
    Configuration,
    /// What is trained on or evaluated with.
    Data,
    /// What runs.
    Code,
}

impl Component {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Whole, Self::Weights, Self::Configuration, Self::Data, Self::Code];

    /// The word as it stands in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Weights => "weights",
            Self::Configuration => "configuration",
            Self::Data => "data",
            Self::Code => "code",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Whole => "Everything",
            Self::Weights => "Weights",
            Self::Configuration => "Configuration and tokenizer",
            Self::Data => "Data",
            Self::Code => "Code",
        }
    }

    /// Whether it holds a file of a package of this kind.
    #[must_use]
    pub fn holds(self, kind: PackageKind, path: &FilePath) -> bool {
        self == Self::Whole || Self::of(kind, path) == Some(self)
    }

    /// The component of a file of a package of this kind, by its name: nothing for documents, and for what the name does not tell.
    #[must_use]
    pub fn of(kind: PackageKind, path: &FilePath) -> Option<Self> {
        files::component(kind, path)
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Component {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|component| component.as_str() == text).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            Invalid::new(format!("“{shown}” is no component: use {}", Self::ALL.map(Self::as_str).join(", ")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for component in Component::ALL {
            assert_eq!(component.as_str().parse::<Component>().unwrap(), component);
        }
        assert!("everything".parse::<Component>().is_err());
    }
}

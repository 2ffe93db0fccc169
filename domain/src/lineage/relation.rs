//! What an edge means.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Invalid, PackageKind};

/// What an edge of the lineage means, from the package that has it to what it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Made from it, in a way that nobody told.
    DerivedFrom,
    /// Its weights, trained further.
    FineTunedFrom,
    /// Weights to be added to it.
    AdapterOf,
    /// Its weights in fewer bits.
    QuantizedFrom,
    /// One of several that were put together.
    MergedFrom,
    /// The data that it learnt from.
    TrainedOn,
    /// The code that made it or that it needs.
    UsesCode,
}

impl Relation {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::DerivedFrom,
        Self::FineTunedFrom,
        Self::AdapterOf,
        Self::QuantizedFrom,
        Self::MergedFrom,
        Self::TrainedOn,
        Self::UsesCode,
    ];

    /// The word that the catalog stores and programs use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DerivedFrom => "derived_from",
            Self::FineTunedFrom => "fine_tuned_from",
            Self::AdapterOf => "adapter_of",
            Self::QuantizedFrom => "quantized_from",
            Self::MergedFrom => "merged_from",
            Self::TrainedOn => "trained_on",
            Self::UsesCode => "uses_code",
        }
    }

    /// The words for people, between the package and what it leads to: `acme/x` *fine-tuned from* `acme/y`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::DerivedFrom => "derived from",
            Self::FineTunedFrom => "fine-tuned from",
            Self::AdapterOf => "adapter of",
            Self::QuantizedFrom => "quantized from",
            Self::MergedFrom => "merged from",
            Self::TrainedOn => "trained on",
            Self::UsesCode => "uses code of",
        }
    }

    /// The kind of package that such an edge of a package of this kind leads to; nothing when such packages have none.
    #[must_use]
    pub const fn target_kind(self, of: PackageKind) -> Option<PackageKind> {
        match (self, of) {
            (Self::UsesCode, _) => Some(PackageKind::Code),
            (Self::DerivedFrom, kind) | (Self::MergedFrom, kind @ (PackageKind::Model | PackageKind::Dataset)) => Some(kind),
            (Self::TrainedOn, PackageKind::Model) => Some(PackageKind::Dataset),
            (Self::FineTunedFrom | Self::AdapterOf | Self::QuantizedFrom, PackageKind::Model) => Some(PackageKind::Model),
            (Self::MergedFrom, PackageKind::Code)
            | (
                Self::TrainedOn | Self::FineTunedFrom | Self::AdapterOf | Self::QuantizedFrom,
                PackageKind::Dataset | PackageKind::Code,
            ) => None,
        }
    }

    /// What packages of a kind may have, in the order in which it is offered.
    pub fn of_kind(kind: PackageKind) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |relation| relation.target_kind(kind).is_some())
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Relation {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|relation| relation.as_str() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            let shown: String = text.chars().take(40).collect();
            Invalid::new(format!("“{shown}” is no relation between packages: use one of {known}"))
        })
    }
}

/// Who says that there is an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The files of the head of `main`: it goes when they say so no more.
    Files,
    /// Somebody: it stays until somebody removes it.
    Hand,
}

impl Origin {
    /// The word for people and programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Hand => "hand",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for relation in Relation::ALL {
            assert_eq!(relation.as_str().parse::<Relation>().unwrap(), relation);
        }
        let error = "made_of".parse::<Relation>().unwrap_err();
        assert!(error.message().contains("trained_on"), "{error}");
    }

    #[test]
    fn what_a_package_may_be_made_from_depends_on_its_kind() {
        for (kind, expected) in [
            (PackageKind::Model, &Relation::ALL[..]),
            (PackageKind::Dataset, &[Relation::DerivedFrom, Relation::MergedFrom, Relation::UsesCode]),
            (PackageKind::Code, &[Relation::DerivedFrom, Relation::UsesCode]),
        ] {
            assert_eq!(Relation::of_kind(kind).collect::<Vec<_>>(), expected, "{kind}");
        }
        assert_eq!(Relation::TrainedOn.target_kind(PackageKind::Model), Some(PackageKind::Dataset));
        assert_eq!(Relation::UsesCode.target_kind(PackageKind::Dataset), Some(PackageKind::Code));
        assert_eq!(Relation::DerivedFrom.target_kind(PackageKind::Dataset), Some(PackageKind::Dataset));
    }
}

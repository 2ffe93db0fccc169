//! What a search counts.

use domain::search;
use serde::Serialize;
use utoipa::ToSchema;

/// What packages have in common: of each kind of fact the 20 values that most of them have.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct FacetCounts {
    /// Their kinds.
    kinds: Vec<Facet>,
    /// Their licences.
    licenses: Vec<Facet>,
    /// What they do.
    tasks: Vec<Facet>,
    /// What runs them.
    libraries: Vec<Facet>,
    /// The verdicts on them.
    verdicts: Vec<Facet>,
    /// Their topics; a package may have several.
    topics: Vec<Facet>,
    /// Whose they are.
    namespaces: Vec<Facet>,
    /// How many packages were counted.
    counted: u64,
    /// Whether those are all. Else there are more: the newest were counted, with an expression those of the newest that it matches.
    is_complete: bool,
}

/// A value, and how many packages have it.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Facet {
    /// The value, as the search takes it.
    value: String,
    /// The number of packages.
    packages: u64,
}

impl From<search::FacetCounts> for FacetCounts {
    fn from(counts: search::FacetCounts) -> Self {
        Self {
            kinds: shown(counts.kinds),
            licenses: shown(counts.licenses),
            tasks: shown(counts.tasks),
            libraries: shown(counts.libraries),
            verdicts: shown(counts.verdicts),
            topics: shown(counts.topics),
            namespaces: shown(counts.namespaces),
            counted: counts.counted,
            is_complete: counts.is_complete,
        }
    }
}

fn shown(facets: Vec<search::Facet>) -> Vec<Facet> {
    facets.into_iter().map(|facet| Facet { value: facet.value, packages: facet.packages }).collect()
}

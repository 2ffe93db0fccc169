//! Counting what packages have in common.

use std::{cmp::Reverse, collections::HashMap};

use domain::search::{Facet, FacetCounts};

use crate::catalog::search::Found;

/// How many values of one facet are shown: the most frequent.
const SHOWN: usize = 20;

/// Counts the values of all facets.
pub(super) fn count(found: &[Found], is_complete: bool) -> FacetCounts {
    FacetCounts {
        kinds: values(found.iter().map(|found| Some(found.summary.package.kind.as_str()))),
        licenses: values(found.iter().map(|found| found.facts.license.as_deref())),
        tasks: values(found.iter().map(|found| found.facts.task.as_deref())),
        libraries: values(found.iter().map(|found| found.facts.library.as_deref())),
        verdicts: values(found.iter().map(|found| found.facts.verdict.as_deref())),
        topics: values(found.iter().flat_map(|found| found.facts.topics.iter().map(|topic| Some(topic.as_str())))),
        namespaces: values(found.iter().map(|found| Some(found.summary.package.namespace.as_str()))),
        counted: found.len() as u64,
        is_complete,
    }
}

/// The values by their number, the most frequent first, then by name.
fn values<'a>(all: impl Iterator<Item = Option<&'a str>>) -> Vec<Facet> {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for value in all.flatten() {
        *counts.entry(value).or_default() += 1;
    }
    let mut facets: Vec<_> = counts.into_iter().map(|(value, packages)| Facet { value: value.to_owned(), packages }).collect();
    facets.sort_by(|a, b| (Reverse(a.packages), &a.value).cmp(&(Reverse(b.packages), &b.value)));
    facets.truncate(SHOWN);
    facets
}

//! The filters of a search that are set, each with a link that takes it away.

use domain::{search::SearchParams, units};
use leptos::prelude::*;

use super::search_form::address;

/// A filter: its name in addresses, how it is called, and how its value is told.
struct Filter {
    name: &'static str,
    label: &'static str,
    told: fn(&str) -> String,
    field: fn(&mut SearchParams) -> &mut String,
}

/// All filters that are no words, no kind and no order: those are seen in the form itself.
const FILTERS: [Filter; 11] = [
    Filter { name: "task", label: "Task", told: as_it_is, field: |params| &mut params.task },
    Filter { name: "library", label: "Library", told: as_it_is, field: |params| &mut params.library },
    Filter { name: "license", label: "Licence", told: as_it_is, field: |params| &mut params.license },
    Filter { name: "topic", label: "Topic", told: as_it_is, field: |params| &mut params.topic },
    Filter { name: "namespace", label: "Namespace", told: as_it_is, field: |params| &mut params.namespace },
    Filter { name: "verdict", label: "Verdict", told: as_it_is, field: |params| &mut params.verdict },
    Filter { name: "min_score", label: "Score at least", told: as_it_is, field: |params| &mut params.min_score },
    Filter { name: "min_size", label: "Size at least", told: size, field: |params| &mut params.min_size },
    Filter { name: "max_size", label: "Size at most", told: size, field: |params| &mut params.max_size },
    Filter { name: "since", label: "Since", told: as_it_is, field: |params| &mut params.since },
    Filter { name: "regex", label: "Expression", told: as_it_is, field: |params| &mut params.regex },
];

fn as_it_is(value: &str) -> String {
    value.to_owned()
}

/// A size in words; what is none as it is: the answer says what is wrong with it.
fn size(value: &str) -> String {
    value.trim().parse().map_or_else(|_| value.to_owned(), units::bytes)
}

/// A filter that is set.
#[derive(Debug, PartialEq, Eq)]
struct Chip {
    label: &'static str,
    value: String,
    /// The same search without it.
    without: String,
}

fn chips(params: &SearchParams) -> Vec<Chip> {
    let pairs = params.pairs();
    let chip = |filter: &Filter| {
        let (_, value) = pairs.iter().find(|(name, _)| *name == filter.name)?;
        let mut without = SearchParams { cursor: String::new(), ..params.clone() };
        (filter.field)(&mut without).clear();
        if without.regex.is_empty() {
            without.regex_in.clear();
        }
        Some(Chip { label: filter.label, value: (filter.told)(value), without: address(&without) })
    };
    FILTERS.iter().filter_map(chip).collect()
}

/// The filters that are set; nothing when none is.
#[component]
pub fn SearchChips(
    /// What the address asks for.
    params: SearchParams,
) -> impl IntoView {
    let chips = chips(&params);
    if chips.is_empty() {
        return ().into_any();
    }
    let items = chips.into_iter().map(|Chip { label, value, without }| {
        view! {
            <li>
                <a class="chip chip-accent search-chip" href=without title="Take this filter away">
                    <span class="visually-hidden">"Take away: "</span>
                    <span>{label} ": " {value}</span>
                    <span aria-hidden="true">"×"</span>
                </a>
            </li>
        }
    });
    view! { <ul class="chip-row search-chips" aria-label="Filters that are set">{items.collect_view()}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A search that asks for everything.
    fn full() -> SearchParams {
        let named = SearchParams::default();
        let names = serde_json::to_value(named).unwrap();
        let all = names.as_object().unwrap().keys().map(|name| (name.clone(), serde_json::Value::from("1")));
        serde_json::from_value(serde_json::Value::Object(all.collect())).unwrap()
    }

    #[test]
    fn every_filter_that_the_form_does_not_show_itself_has_a_chip() {
        let params = full();
        let shown: Vec<_> = FILTERS.iter().map(|filter| filter.name).collect();
        for (name, _) in params.pairs() {
            let in_form = ["q", "kind", "sort", "regex_in", "cursor", "limit"].contains(&name);
            assert_eq!(shown.contains(&name), !in_form, "{name}");
        }
        assert_eq!(chips(&params).len(), FILTERS.len());
    }

    #[test]
    fn a_chip_takes_its_own_filter_away_and_begins_the_list_anew() {
        let params = SearchParams {
            q: "bert".into(),
            license: "mit".into(),
            min_size: "1000000".into(),
            regex: "^a".into(),
            regex_in: "card".into(),
            cursor: "x".into(),
            ..SearchParams::default()
        };
        let told: Vec<_> = chips(&params).into_iter().map(|chip| (chip.label, chip.value, chip.without)).collect();
        let expected = [
            ("Licence", "mit", "/?q=bert&min_size=1000000&regex=%5Ea&regex_in=card"),
            ("Size at least", "1.00 MB", "/?q=bert&license=mit&regex=%5Ea&regex_in=card"),
            ("Expression", "^a", "/?q=bert&license=mit&min_size=1000000"),
        ];
        assert_eq!(told, expected.map(|(label, value, without)| (label, value.to_owned(), without.to_owned())));
        assert_eq!(chips(&SearchParams { q: "bert".into(), ..SearchParams::default() }), []);
    }
}

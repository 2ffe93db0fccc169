//! The form that searches packages: a plain GET form, sent at once when a choice changes in the browser.

use domain::{
    PackageKind,
    report::Verdict,
    search::{MAX_PATTERN, MAX_TEXT, PatternTarget, SearchParams, Sort},
    units,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::links::with_query;

/// The address that a search has.
#[must_use]
pub fn address(params: &SearchParams) -> String {
    with_query("/", &params.pairs())
}

/// A field of the search.
type Field = fn(&mut SearchParams) -> &mut String;

/// The kinds as choices; the empty one is every kind.
const KINDS: [(&str, &str); 4] = [
    ("", "All"),
    (PackageKind::Model.as_str(), "Models"),
    (PackageKind::Dataset.as_str(), "Datasets"),
    (PackageKind::Code.as_str(), "Code"),
];

/// The orders as choices; the empty one is the usual one.
const SORTS: [(&str, &str); 4] = [
    ("", "Newest"),
    (Sort::Score.as_str(), "Best score"),
    (Sort::Downloads.as_str(), "Most downloads"),
    (Sort::Relevance.as_str(), "Best match"),
];

const VERDICTS: [(&str, &str); 5] = [
    ("", "Any"),
    (Verdict::Clean.as_str(), "Clean"),
    (Verdict::Suspicious.as_str(), "Suspicious"),
    (Verdict::Dangerous.as_str(), "Dangerous"),
    (Verdict::Unreadable.as_str(), "Unreadable"),
];

const SIZES: [(&str, &str); 6] = [
    ("", "Any"),
    ("10000000", "10 MB"),
    ("100000000", "100 MB"),
    ("1000000000", "1 GB"),
    ("10000000000", "10 GB"),
    ("100000000000", "100 GB"),
];

const TARGETS: [(&str, &str); 2] = [("", "Names"), (PatternTarget::Card.as_str(), "Cards")];

/// The search form of the home page.
#[component]
pub fn SearchForm(
    /// What the address asks for now.
    params: Memo<SearchParams>,
) -> impl IntoView {
    let navigate = use_navigate();
    // what is typed and not yet searched for
    let draft = RwSignal::new(params.get_untracked());
    Effect::new(move |_| draft.set(params.get()));
    let search = Callback::new(move |()| {
        let asked = SearchParams { cursor: String::new(), ..draft.get_untracked() };
        navigate(&address(&asked), NavigateOptions::default());
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        search.run(());
    };
    let text: Field = |params| &mut params.q;
    let is_filtered = params.with_untracked(has_filters);
    view! {
        <div class="search" role="search" aria-label="Packages">
            <form method="GET" action="/" on:submit=submit>
                <div class="search-row">
                    <input
                        class="input search-text"
                        type="search"
                        name="q"
                        aria-label="Name, description, topic or card"
                        placeholder="Name, description, topic or card"
                        maxlength=MAX_TEXT.to_string()
                        value=params.with_untracked(|params| params.q.clone())
                        prop:value=move || value(draft, text)
                        on:input=move |event| set(draft, text, event_target_value(&event))
                    />
                    <button type="submit" class="button button-primary">"Search"</button>
                </div>
                <div class="search-choices">
                    <Choices legend="Kind" name="kind" options=&KINDS hint=|_| None draft field=|params| &mut params.kind search/>
                    <Choices legend="Sort by" name="sort" options=&SORTS hint=explained draft field=|params| &mut params.sort search/>
                </div>
                <details class="search-filters" open=is_filtered>
                    <summary>"Filters"</summary>
                    <div class="search-fields">
                        <Text label="Task" name="task" placeholder="text-classification" draft field=|params| &mut params.task/>
                        <Text label="Library" name="library" placeholder="transformers" draft field=|params| &mut params.library/>
                        <Text label="Licence" name="license" placeholder="apache-2.0" draft field=|params| &mut params.license/>
                        <Text label="Topic" name="topic" placeholder="" draft field=|params| &mut params.topic/>
                        <Text label="Namespace" name="namespace" placeholder="" draft field=|params| &mut params.namespace/>
                        <Text label="Score at least" name="min_score" placeholder="0.5" draft field=|params| &mut params.min_score/>
                        <Select label="Size at least" name="min_size" options=&SIZES draft field=|params| &mut params.min_size/>
                        <Select label="Size at most" name="max_size" options=&SIZES draft field=|params| &mut params.max_size/>
                        <Select label="Verdict" name="verdict" options=&VERDICTS draft field=|params| &mut params.verdict/>
                        <Text label="Updated since" name="since" placeholder="2026-01-31" draft field=|params| &mut params.since/>
                        <Text label="Regular expression" name="regex" placeholder="^acme/bert-.*-v[0-9]+$" draft field=|params| &mut params.regex/>
                        <Select label="Matched against" name="regex_in" options=&TARGETS draft field=|params| &mut params.regex_in/>
                    </div>
                    <div class="search-actions">
                        <button type="submit" class="button">"Apply"</button>
                        <a href="/">"Clear all"</a>
                    </div>
                </details>
            </form>
        </div>
    }
}

/// What an order means.
fn explained(sort: &str) -> Option<&'static str> {
    let sort = if sort.is_empty() { Sort::default() } else { sort.parse().ok()? };
    Some(sort.explanation())
}

/// Whether a search asks for more than words, a kind and an order.
fn has_filters(params: &SearchParams) -> bool {
    params.pairs().iter().any(|(name, _)| !matches!(*name, "q" | "kind" | "sort" | "cursor" | "limit"))
}

fn value(draft: RwSignal<SearchParams>, field: Field) -> String {
    draft.with(|draft| field(&mut draft.clone()).clone())
}

fn set(draft: RwSignal<SearchParams>, field: Field, value: String) {
    draft.update(|draft| *field(draft) = value);
}

/// A filter to type in.
#[component]
fn Text(
    label: &'static str,
    name: &'static str,
    placeholder: &'static str,
    draft: RwSignal<SearchParams>,
    field: Field,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <input
                type="text"
                name=name
                placeholder=placeholder
                maxlength=MAX_PATTERN.to_string()
                autocapitalize="none"
                spellcheck="false"
                value=untrack(|| value(draft, field))
                prop:value=move || value(draft, field)
                on:input=move |event| set(draft, field, event_target_value(&event))
            />
        </label>
    }
    .into_any()
}

/// A filter with a few values, and the one that the address has when it is none of them.
#[component]
fn Select(
    label: &'static str,
    name: &'static str,
    options: &'static [(&'static str, &'static str)],
    draft: RwSignal<SearchParams>,
    field: Field,
) -> impl IntoView {
    let other = untrack(|| value(draft, field));
    let other = (!options.iter().any(|(option, _)| *option == other)).then_some(other).map(|other| {
        // the only ones that are numbers are sizes
        let text = other.parse().map_or_else(|_| other.clone(), units::bytes);
        let this = other.clone();
        view! { <option value=other selected prop:selected=move || value(draft, field) == this>{text}</option> }
    });
    let options = options.iter().map(|&(option, title)| {
        let is_chosen = move || value(draft, field) == option;
        view! { <option value=option selected=untrack(is_chosen) prop:selected=is_chosen>{title}</option> }
    });
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <select name=name on:change=move |event| set(draft, field, event_target_value(&event))>{options.collect_view()} {other}</select>
        </label>
    }
    .into_any()
}

/// One of a few, side by side; what is not offered counts as the first.
#[component]
fn Choices(
    legend: &'static str,
    name: &'static str,
    options: &'static [(&'static str, &'static str)],
    hint: fn(&str) -> Option<&'static str>,
    draft: RwSignal<SearchParams>,
    field: Field,
    search: Callback<()>,
) -> impl IntoView {
    let current = Memo::new(move |_| {
        let chosen = value(draft, field);
        options.iter().find(|(value, _)| *value == chosen).or(options.first()).map_or("", |(value, _)| value)
    });
    let inputs = options.iter().map(|&(value, title)| {
        let is_chosen = move || current.get() == value;
        let choose = move |_| {
            set(draft, field, value.to_owned());
            search.run(());
        };
        view! {
            <label class="segment" title=hint(value)>
                <input
                    type="radio"
                    name=name
                    value=value
                    checked=untrack(is_chosen)
                    prop:checked=is_chosen
                    on:change=choose
                />
                <span>{title}</span>
            </label>
        }
    });
    view! {
        <fieldset class="segments">
            <legend>{legend}</legend>
            {inputs.collect_view()}
        </fieldset>
    }
}

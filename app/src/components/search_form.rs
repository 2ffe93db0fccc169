//! The form that searches packages: a plain GET form, sent at once when a choice changes in the browser.

use domain::{
    PackageKind,
    search::{MAX_TEXT, Sort},
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// What the address asks for, as text: what a reader typed, right or wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchParams {
    /// The words.
    pub text: String,
    /// The kind; every kind when empty.
    pub kind: String,
    /// The order; newest first when empty.
    pub sort: String,
    /// Where the page before this one ended; empty on the first page.
    pub cursor: String,
}

impl SearchParams {
    /// Whether this lists everything from its beginning.
    #[must_use]
    pub const fn is_everything(&self) -> bool {
        self.text.is_empty() && self.kind.is_empty() && self.cursor.is_empty()
    }

    /// The address that asks for this, from another place in the list.
    #[must_use]
    pub fn address(&self, cursor: &str) -> String {
        super::links::with_query("/", &[("q", &self.text), ("kind", &self.kind), ("sort", &self.sort), ("cursor", cursor)])
    }
}

/// The kinds as choices; the empty one is every kind.
const KINDS: [(&str, &str); 4] = [
    ("", "All"),
    (PackageKind::Model.as_str(), "Models"),
    (PackageKind::Dataset.as_str(), "Datasets"),
    (PackageKind::Code.as_str(), "Code"),
];

/// The orders as choices; the empty one is the usual one.
const SORTS: [(&str, &str); 2] = [("", "Newest"), (Sort::Score.as_str(), "Best score")];

/// The search form of the home page.
#[component]
pub fn SearchForm(
    /// What the address asks for now.
    params: Memo<SearchParams>,
) -> impl IntoView {
    let navigate = use_navigate();
    let input = NodeRef::<leptos::html::Input>::new();
    let typed = move || SearchParams {
        text: input.get_untracked().map(|input| input.value()).unwrap_or_default(),
        ..params.get_untracked()
    };
    // a short address, without what was not chosen
    let search = Callback::new(move |asked: SearchParams| navigate(&asked.address(""), NavigateOptions::default()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        search.run(typed());
    };
    let choose_kind = Callback::new(move |kind: &'static str| search.run(SearchParams { kind: kind.to_owned(), ..typed() }));
    let choose_sort = Callback::new(move |sort: &'static str| search.run(SearchParams { sort: sort.to_owned(), ..typed() }));
    let text = Memo::new(move |_| params.with(|params| params.text.clone()));
    let kind = Memo::new(move |_| params.with(|params| params.kind.clone()));
    let sort = Memo::new(move |_| params.with(|params| params.sort.clone()));
    view! {
        <div class="search" role="search" aria-label="Packages">
            <form method="GET" action="/" on:submit=submit>
                <div class="search-row">
                    <input
                        node_ref=input
                        class="input search-text"
                        type="search"
                        name="q"
                        aria-label="Name or description"
                        placeholder="Name or description"
                        maxlength=MAX_TEXT.to_string()
                        value=text.get_untracked()
                        prop:value=text
                    />
                    <button type="submit" class="button button-primary">"Search"</button>
                </div>
                <div class="search-choices">
                    <Choices legend="Kind" name="kind" options=&KINDS chosen=kind choose=choose_kind/>
                    <Choices legend="Sort by" name="sort" options=&SORTS chosen=sort choose=choose_sort/>
                </div>
            </form>
        </div>
    }
}

/// One of a few, side by side; what is not offered counts as the first.
#[component]
fn Choices(
    legend: &'static str,
    name: &'static str,
    options: &'static [(&'static str, &'static str)],
    chosen: Memo<String>,
    choose: Callback<&'static str>,
) -> impl IntoView {
    let current = Memo::new(move |_| {
        chosen.with(|chosen| options.iter().find(|(value, _)| value == chosen).or(options.first()).map_or("", |(value, _)| value))
    });
    let inputs = options.iter().map(|&(value, title)| {
        let is_chosen = move || current.get() == value;
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name=name
                    value=value
                    checked=untrack(is_chosen)
                    prop:checked=is_chosen
                    on:change=move |_| choose.run(value)
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

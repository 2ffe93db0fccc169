//! The form that searches packages: a plain GET form, sent at once when a choice changes in the browser.

use domain::{PackageKind, search::{MAX_TEXT, Sort}};
use leptos::prelude::*;
use leptos_router::components::Form;

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

/// The search form of the home page.
#[component]
pub fn SearchForm(
    /// What the address asks for now.
    params: Memo<SearchParams>,
) -> impl IntoView {
    let text = Memo::new(move |_| params.with(|params| params.text.clone()));
    let kind = Memo::new(move |_| params.with(|params| params.kind.clone()));
    let sort = Memo::new(move |_| params.with(|params| params.sort.clone()));
    let kinds = [("", "All"), (PackageKind::Model.as_str(), "Models"), (PackageKind::Dataset.as_str(), "Datasets"), (PackageKind::Code.as_str(), "Code")];
    let sorts = [("", "Newest"), (Sort::Score.as_str(), "Best score")];
    view! {
        <div class="search" role="search" aria-label="Packages">
            <Form method="GET" action="/">
                <div class="search-row">
                    <input
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
                    <Choices legend="Kind" name="kind" options=kinds.to_vec() chosen=kind/>
                    <Choices legend="Sort by" name="sort" options=sorts.to_vec() chosen=sort/>
                </div>
            </Form>
        </div>
    }
}

/// One of a few, side by side.
#[component]
fn Choices(
    legend: &'static str,
    name: &'static str,
    options: Vec<(&'static str, &'static str)>,
    chosen: Memo<String>,
) -> impl IntoView {
    let send = move |event| {
        if let Some(form) = event_target::<leptos::web_sys::HtmlInputElement>(&event).form() {
            // fails only when the form is invalid, which the browser shows
            let _ = form.request_submit();
        }
    };
    let first = options.first().map_or("", |(value, _)| value);
    let known: Vec<_> = options.iter().map(|(value, _)| *value).collect();
    // what is not offered counts as the first
    let current = Memo::new(move |_| chosen.with(|chosen| known.iter().copied().find(|value| value == chosen).unwrap_or(first)));
    let inputs = options.into_iter().map(|(value, title)| {
        let is_chosen = move || current.get() == value;
        view! {
            <label class="segment">
                <input type="radio" name=name value=value checked=untrack(is_chosen) prop:checked=is_chosen on:change=send/>
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

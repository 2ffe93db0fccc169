//! The head of every page: the name, the search, the account.

use domain::search::MAX_TEXT;
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_location, use_navigate},
};

use super::{account_menu::AccountMenu, links::with_query, logo::Logo};

/// The head of every page.
#[component]
pub fn SiteHeader() -> impl IntoView {
    let path = use_location().pathname;
    // the home page has the larger form
    let quick_search = move || (path.get() != "/").then(|| view! { <QuickSearch/> });
    view! {
        <header class="site-header">
            <div class="site-header-inner">
                <a class="site-name" href="/">
                    <Logo/>
                    <span>"Model Registry"</span>
                </a>
                {quick_search}
                <nav class="site-nav" aria-label="Site">
                    <A href="/upload" {..} class="button button-small">"Upload"</A>
                    <AccountMenu/>
                </nav>
            </div>
        </header>
    }
}

#[component]
fn QuickSearch() -> impl IntoView {
    let navigate = use_navigate();
    let input = NodeRef::<leptos::html::Input>::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = input.get_untracked().map(|input| input.value()).unwrap_or_default();
        navigate(&with_query("/", &[("q", &text)]), NavigateOptions::default());
    };
    view! {
        <div class="quick-search" role="search" aria-label="Quick search">
            <form method="GET" action="/" on:submit=submit>
                <input
                    node_ref=input
                    class="input"
                    type="search"
                    name="q"
                    maxlength=MAX_TEXT.to_string()
                    aria-label="Search packages"
                    placeholder="Search packages"
                />
                <button type="submit" class="visually-hidden">"Search"</button>
            </form>
        </div>
    }
}

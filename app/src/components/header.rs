//! The head of every page: the name, the search, the account.

use leptos::prelude::*;
use leptos_router::{
    components::{A, Form},
    hooks::use_location,
};

use super::{account_menu::AccountMenu, logo::Logo};

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
    view! {
        <div class="quick-search" role="search" aria-label="Quick search">
            <Form method="GET" action="/">
                <input class="input" type="search" name="q" maxlength="200" aria-label="Search packages" placeholder="Search packages"/>
                <button type="submit" class="visually-hidden">"Search"</button>
            </Form>
        </div>
    }
}

//! The root component: what surrounds every page, and which address shows which page.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{
    components::{footer::SiteFooter, header::SiteHeader},
    pages::not_found::NotFoundPage,
    parts::{DeskPage, EntryPage, Page, TabPage},
    session::Session,
};

/// The whole site.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        // with a text: without one the tab would be nameless from here on until the page's own part of the WASM is there
        <Title text="" formatter=|page: String| if page.is_empty() { "Model Registry".to_owned() } else { format!("{page} · Model Registry") }/>
        <Router>
            <Frame/>
        </Router>
    }
}

#[component]
fn Frame() -> impl IntoView {
    Session::provide();
    view! {
        <a class="skip-link" href="#main" rel="external">"Skip to the content"</a>
        <SiteHeader/>
        <main id="main" class="site-main" tabindex="-1">
            <Pages/>
        </main>
        <SiteFooter/>
    }
}

/// Pages come complete, not in pieces: they can be read without JavaScript (a piece that arrives out of order needs it), and the
/// status and the title are right. The queries behind them are indexed; there is no slow one to wait for.
const WHOLE: SsrMode = SsrMode::Async;

#[component]
fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFoundPage>
            <Route path=path!("/") view=Page::Entry(EntryPage::Home) ssr=WHOLE/>
            <Route path=path!("/sign-in") view=Page::Entry(EntryPage::SignIn) ssr=WHOLE/>
            <Route path=path!("/upload") view=Page::Desk(DeskPage::Upload) ssr=WHOLE/>
            <Route path=path!("/join") view=Page::Desk(DeskPage::Join) ssr=WHOLE/>
            <Route path=path!("/settings") view=Page::Desk(DeskPage::Password) ssr=WHOLE/>
            <Route path=path!("/admin/audit") view=Page::Desk(DeskPage::Audit) ssr=WHOLE/>
            <Route path=path!("/admin/users") view=Page::Desk(DeskPage::Users) ssr=WHOLE/>
            <Route path=path!("/organisations/:namespace") view=Page::Desk(DeskPage::Members) ssr=WHOLE/>
            <Route path=path!("/settings/tokens") view=Page::Desk(DeskPage::AccessTokens) ssr=WHOLE/>

            <Route path=path!("/datasets/:namespace/:name") view=Page::Overview ssr=WHOLE/>
            <Route path=path!("/datasets/:namespace/:name/tree/:rev") view=Page::Tab(TabPage::Files) ssr=WHOLE/>
            <Route path=path!("/datasets/:namespace/:name/tree/:rev/*path") view=Page::Tab(TabPage::Files) ssr=WHOLE/>
            <Route path=path!("/datasets/:namespace/:name/versions") view=Page::Tab(TabPage::Versions) ssr=WHOLE/>
            <Route path=path!("/datasets/:namespace/:name/scores") view=Page::Tab(TabPage::Scores) ssr=WHOLE/>
            <Route path=path!("/datasets/:namespace/:name/lineage") view=Page::Tab(TabPage::Lineage) ssr=WHOLE/>
            <Route path=path!("/datasets/:namespace/:name/jobs") view=Page::Tab(TabPage::Jobs) ssr=WHOLE/>
            <Route path=path!("/datasets/:namespace/:name/compare") view=Page::Tab(TabPage::Compare) ssr=WHOLE/>
            <Route path=path!("/datasets/:namespace/:name/settings") view=Page::Tab(TabPage::Settings) ssr=WHOLE/>

            <Route path=path!("/code/:namespace/:name") view=Page::Overview ssr=WHOLE/>
            <Route path=path!("/code/:namespace/:name/tree/:rev") view=Page::Tab(TabPage::Files) ssr=WHOLE/>
            <Route path=path!("/code/:namespace/:name/tree/:rev/*path") view=Page::Tab(TabPage::Files) ssr=WHOLE/>
            <Route path=path!("/code/:namespace/:name/versions") view=Page::Tab(TabPage::Versions) ssr=WHOLE/>
            <Route path=path!("/code/:namespace/:name/scores") view=Page::Tab(TabPage::Scores) ssr=WHOLE/>
            <Route path=path!("/code/:namespace/:name/lineage") view=Page::Tab(TabPage::Lineage) ssr=WHOLE/>
            <Route path=path!("/code/:namespace/:name/jobs") view=Page::Tab(TabPage::Jobs) ssr=WHOLE/>
            <Route path=path!("/code/:namespace/:name/compare") view=Page::Tab(TabPage::Compare) ssr=WHOLE/>
            <Route path=path!("/code/:namespace/:name/settings") view=Page::Tab(TabPage::Settings) ssr=WHOLE/>

            <Route path=path!("/:namespace") view=Page::Entry(EntryPage::Namespace) ssr=WHOLE/>
            <Route path=path!("/:namespace/:name") view=Page::Overview ssr=WHOLE/>
            <Route path=path!("/:namespace/:name/tree/:rev") view=Page::Tab(TabPage::Files) ssr=WHOLE/>
            <Route path=path!("/:namespace/:name/tree/:rev/*path") view=Page::Tab(TabPage::Files) ssr=WHOLE/>
            <Route path=path!("/:namespace/:name/versions") view=Page::Tab(TabPage::Versions) ssr=WHOLE/>
            <Route path=path!("/:namespace/:name/scores") view=Page::Tab(TabPage::Scores) ssr=WHOLE/>
            <Route path=path!("/:namespace/:name/lineage") view=Page::Tab(TabPage::Lineage) ssr=WHOLE/>
            <Route path=path!("/:namespace/:name/jobs") view=Page::Tab(TabPage::Jobs) ssr=WHOLE/>
            <Route path=path!("/:namespace/:name/compare") view=Page::Tab(TabPage::Compare) ssr=WHOLE/>
            <Route path=path!("/:namespace/:name/settings") view=Page::Tab(TabPage::Settings) ssr=WHOLE/>
        </FlatRoutes>
    }
}

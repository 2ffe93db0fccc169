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
    pages::{
        access_tokens::AccessTokensPage,
        home::HomePage,
        namespace::NamespacePage,
        not_found::NotFoundPage,
        package::{files::FilesPage, jobs::JobsPage, overview::OverviewPage, scores::ScoresPage, versions::VersionsPage},
        sign_in::SignInPage,
        upload::UploadPage,
    },
    session::Session,
};

/// The whole site.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|page: String| if page.is_empty() { "Model Registry".to_owned() } else { format!("{page} · Model Registry") }/>
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
            <Route path=path!("/") view=HomePage ssr=WHOLE/>
            <Route path=path!("/sign-in") view=SignInPage ssr=WHOLE/>
            <Route path=path!("/upload") view=UploadPage ssr=WHOLE/>
            <Route path=path!("/settings/tokens") view=AccessTokensPage ssr=WHOLE/>

            <Route path=path!("/datasets/:namespace/:name") view=OverviewPage ssr=WHOLE/>
            <Route path=path!("/datasets/:namespace/:name/tree/:rev") view=FilesPage ssr=WHOLE/>
            <Route path=path!("/datasets/:namespace/:name/tree/:rev/*path") view=FilesPage ssr=WHOLE/>
            <Route path=path!("/datasets/:namespace/:name/versions") view=VersionsPage ssr=WHOLE/>
            <Route path=path!("/datasets/:namespace/:name/scores") view=ScoresPage ssr=WHOLE/>
            <Route path=path!("/datasets/:namespace/:name/jobs") view=JobsPage ssr=WHOLE/>

            <Route path=path!("/code/:namespace/:name") view=OverviewPage ssr=WHOLE/>
            <Route path=path!("/code/:namespace/:name/tree/:rev") view=FilesPage ssr=WHOLE/>
            <Route path=path!("/code/:namespace/:name/tree/:rev/*path") view=FilesPage ssr=WHOLE/>
            <Route path=path!("/code/:namespace/:name/versions") view=VersionsPage ssr=WHOLE/>
            <Route path=path!("/code/:namespace/:name/scores") view=ScoresPage ssr=WHOLE/>
            <Route path=path!("/code/:namespace/:name/jobs") view=JobsPage ssr=WHOLE/>

            <Route path=path!("/:namespace") view=NamespacePage ssr=WHOLE/>
            <Route path=path!("/:namespace/:name") view=OverviewPage ssr=WHOLE/>
            <Route path=path!("/:namespace/:name/tree/:rev") view=FilesPage ssr=WHOLE/>
            <Route path=path!("/:namespace/:name/tree/:rev/*path") view=FilesPage ssr=WHOLE/>
            <Route path=path!("/:namespace/:name/versions") view=VersionsPage ssr=WHOLE/>
            <Route path=path!("/:namespace/:name/scores") view=ScoresPage ssr=WHOLE/>
            <Route path=path!("/:namespace/:name/jobs") view=JobsPage ssr=WHOLE/>
        </FlatRoutes>
    }
}

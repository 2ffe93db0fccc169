//! The routes: which address is answered by what. The rules behind them live in the services.

mod api;
mod archives;
mod blobs;
mod content;
mod files;
mod health;
mod pages;
mod parts;
mod range;
mod target;

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use axum::{
    Router,
    extract::FromRef,
    middleware as layer,
    routing::{get, put},
};
use http::HeaderValue;
use ipnet::IpNet;
use leptos::config::LeptosOptions;
use registry::Registry;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    error::{Protocol, RouteError},
    middleware::{
        self,
        rates::{Quotas, Rates},
    },
};

/// What of the configuration the routes need.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The folder of the site's files.
    pub(crate) folder: PathBuf,
    /// Whether the site is reached over HTTPS.
    pub(crate) secure: bool,
    /// The proxies that are believed when they name the client.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// Where the server listens: the live reload of development builds needs it.
    pub(crate) listen_addr: SocketAddr,
    /// How many requests callers have a minute.
    pub(crate) quotas: Quotas,
}

/// What routes are built from. Cheap to clone.
#[derive(Clone, FromRef)]
pub(crate) struct AppState {
    pub(crate) registry: Registry,
    pub(crate) site: Arc<Site>,
    pub(crate) rates: Arc<Rates>,
    pub(crate) leptos: LeptosOptions,
    /// The content security policy of what is no page.
    pub(crate) policy: HeaderValue,
}

/// All routes with all middleware.
pub(crate) fn router(registry: Registry, site: Site) -> Router {
    let leptos = pages::options(&site);
    let policy = middleware::headers::policy(registry.upload_origin());
    let rates = Arc::new(Rates::new(site.quotas));
    let state = AppState { registry, site: Arc::new(site), rates, leptos, policy };
    let visited = pages::routes(&state)
        .merge(api::routes(&state))
        .method_not_allowed_fallback(wrong_method)
        .fallback(pages::fallback)
        .layer(layer::from_fn_with_state(state.clone(), middleware::renamed::lead_on))
        .layer(layer::from_fn(middleware::same_site::demand))
        .layer(layer::from_fn_with_state(state.clone(), middleware::identity::recognise));
    // signed addresses and probes need no identity
    Router::new()
        .route("/api/v1/uploads/{upload}/{sha256}/{number}", put(parts::receive))
        .route("/api/v1/blobs/{sha256}/{name}", get(blobs::download))
        .route("/health", get(health::live))
        .route("/health/ready", get(health::ready))
        .method_not_allowed_fallback(wrong_method)
        .merge(visited)
        .layer(CatchPanicLayer::new())
        .layer(layer::from_fn_with_state(state.clone(), middleware::headers::secure))
        .layer(layer::from_fn(middleware::request_log::trace))
        .with_state(state)
}

/// The answer to a method that an address does not take; the router adds those that it does (`Allow`).
async fn wrong_method() -> RouteError {
    RouteError::of_protocol(Protocol::MethodNotAllowed, "This address does not take this method: see the header Allow.")
}

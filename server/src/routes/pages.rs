//! The site: pages rendered on the server, server functions, and the files that belong to them.

use std::{path::Path, sync::Arc};

use app::{App, shell, ssr};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use http::{HeaderValue, Method, StatusCode, header};
use leptos::{
    config::{Env, LeptosOptions},
    context::provide_context,
    server_fn::axum::get_server_fn_service,
};
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use tower::ServiceExt as _;
use tower_http::{
    compression::{CompressionLayer, CompressionLevel},
    limit::RequestBodyLimitLayer,
    services::ServeDir,
};

use super::{AppState, Site};
use crate::error::RouteError;

/// The largest call of a server function, in bytes: a manifest of 20 000 files with long paths fits.
const MAX_CALL: usize = 24 << 20;

/// What Leptos needs to know to render pages that find their files.
pub(super) fn options(site: &Site) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("model-registry")
        .site_root(Arc::<str>::from(site.folder.to_string_lossy()))
        .site_pkg_dir("pkg")
        .site_addr(site.listen_addr)
        .env(if cfg!(debug_assertions) { Env::DEV } else { Env::PROD })
        .build()
}

/// Pages and server functions.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    let context = context(state);
    let pages = Router::new().leptos_routes_with_context(state, generate_route_list(App), context.clone(), {
        let options = state.leptos.clone();
        move || shell(options.clone())
    });
    let calls = Router::new()
        .route("/rpc/{*function}", any(move |request: Request| call(context.clone(), request)))
        .layer(RequestBodyLimitLayer::new(MAX_CALL));
    // cheap compression: pages are made anew each time; what is built once was compressed then
    pages.merge(calls).layer(CompressionLayer::new().quality(CompressionLevel::Fastest)).merge(files(&state.site.folder))
}

/// Routes for what lies in the folder of the site: without them `/favicon.svg` would be the page of a namespace.
fn files(folder: &Path) -> Router<AppState> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.fold(Router::new(), |routes, entry| match entry.file_name().to_str() {
        Some(name) if entry.path().is_dir() => routes.route(&format!("/{name}/{{*file}}"), get(fallback)),
        Some(name) => routes.route(&format!("/{name}"), get(fallback)),
        None => routes,
    })
}

/// Runs a server function.
async fn call(context: impl Fn() + Clone + Send + Sync + 'static, request: Request) -> Response {
    if get_server_fn_service(request.uri().path(), request.method().clone()).is_none() {
        return RouteError::from(registry::Error::not_found("This address")).into_response();
    }
    leptos_axum::handle_server_fns_with_context(context, request).await.into_response()
}

/// Files of the site; whatever else is asked for gets the page that says that it is not there.
pub(super) async fn fallback(State(state): State<AppState>, request: Request) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path();
    if path.starts_with("/api/") || path.starts_with("/rpc/") || !is_read {
        return RouteError::from(registry::Error::not_found("This address")).into_response();
    }
    if let Some(lookup) = lookup(&request)
        && let Some(file) = site_file(&state, lookup).await
    {
        return file;
    }
    let render = leptos_axum::render_app_async_with_context(context(&state), {
        let options = state.leptos.clone();
        move || shell(options.clone())
    });
    let mut page = render(request).await.into_response();
    *page.status_mut() = StatusCode::NOT_FOUND;
    page
}

/// The request as far as the folder of files needs it.
fn lookup(request: &Request) -> Option<Request> {
    let mut lookup = Request::builder().uri(request.uri().clone()).method(request.method().clone());
    for name in [header::ACCEPT_ENCODING, header::IF_MODIFIED_SINCE, header::RANGE] {
        if let Some(value) = request.headers().get(&name) {
            lookup = lookup.header(name, value);
        }
    }
    lookup.body(Body::empty()).ok()
}

async fn site_file(state: &AppState, lookup: Request) -> Option<Response> {
    let serve = ServeDir::new(&state.site.folder).append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
    let found = serve.oneshot(lookup).await.ok()?;
    if found.status() == StatusCode::NOT_FOUND {
        return None;
    }
    let mut file = found.map(Body::new);
    // the names do not change with the content: ask each time, and get 304
    file.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    file.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Some(file)
}

/// What pages and server functions find in their context.
fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let registry = state.registry.clone();
    let development = state.leptos.env == Env::DEV;
    move || {
        provide_context(registry.clone());
        ssr::set_content_security_policy(development, registry.upload_origin());
    }
}

//! The site: pages rendered on the server, server functions, and the files that belong to them.

use std::{path::Path, sync::Arc, time::Duration};

use app::{
    App,
    error::AppError,
    shell,
    ssr::{self, Visit},
};
use axum::{
    Json, Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use domain::ErrorKind;
use http::{HeaderValue, Method, StatusCode, header};
use http_body_util::Limited;
use leptos::{
    config::{Env, LeptosOptions},
    context::provide_context,
    server_fn::axum::get_server_fn_service,
};
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use tower::ServiceExt as _;
use tower_http::{
    compression::{CompressionLayer, CompressionLevel},
    services::ServeDir,
    timeout::TimeoutBody,
};

use super::{AppState, Site};
use crate::error::RouteError;

/// The largest call of a server function, in bytes: a manifest of 100 000 files fits, one of 20 000 with the longest paths, too.
const MAX_CALL: usize = 24 << 20;

/// The largest call by somebody who is not signed in: a name and a password.
const MAX_ANONYMOUS_CALL: usize = 64 << 10;
/// How long the body of a call may be silent.
const SILENCE: Duration = Duration::from_secs(30);
/// The longest address of a file of the site, in bytes: what a file system takes as one name.
const MAX_FILE_ADDRESS: usize = 255;

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
    let calls = Router::new().route("/rpc/{*function}", any(move |request: Request| call(context.clone(), request)));
    // cheap compression: pages are made anew each time; what is built once was compressed then
    pages
        .merge(calls)
        .layer(middleware::from_fn(limit_calls))
        // axum's own limit is for bodies of forms
        .layer(DefaultBodyLimit::disable())
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .merge(files(&state.site.folder))
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

/// Keeps the calls of server functions to what is read into memory as a whole.
async fn limit_calls(request: Request, next: Next) -> Response {
    let is_known = request.extensions().get::<Visit>().is_some_and(|visit| visit.actor.is_some());
    let limit = if is_known { MAX_CALL } else { MAX_ANONYMOUS_CALL };
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length > limit) {
        let limit = domain::units::bytes(limit as u64);
        let refused = AppError::new(ErrorKind::TooLarge, format!("The request is too large: at most {limit} are taken at once."));
        return (StatusCode::PAYLOAD_TOO_LARGE, Json(refused)).into_response();
    }
    // not every request tells its length
    next.run(request.map(|body| Body::new(TimeoutBody::new(SILENCE, Limited::new(body, limit))))).await
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
    // what no file system can have is not looked for: it would be an error of the disk
    if lookup.uri().path().len() > MAX_FILE_ADDRESS {
        return None;
    }
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

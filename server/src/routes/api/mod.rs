//! REST under `/api/v1`: thin over the services, one module a noun. The OpenAPI document is made from the handlers themselves.

mod aliases;
mod audit;
mod branches;
mod compare;
mod components;
mod condition;
mod document;
mod idempotency;
pub(super) mod input;
mod jobs;
mod lineage;
mod model;
mod namespaces;
mod packages;
mod parameters;
pub(super) mod refusals;
mod removal;
mod renaming;
mod storage;
mod tags;
mod tokens;
mod uploads;
mod users;

use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state, routing::get};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::{
    document::Security,
    idempotency::{FEW_LINES, MANIFEST, Once},
    parameters::Known,
};
use super::AppState;

/// What the document says before the operations.
#[derive(OpenApi)]
#[openapi(
    // routed beside the others: they answer no JSON
    paths(super::files::download, super::archives::download),
    info(
        title = "Model Registry",
        description = "Packages of models, datasets and code: found, read, uploaded, scored. \
                       Send a token as `Authorization: Bearer mr_…`, or the session cookie of a browser. \
                       Lists come in pages: give `next` back as `cursor` for the following one; `limit` says how many items it holds at the most. \
                       Query parameters that an operation does not have are refused (422). \
                       Moments are RFC 3339 in UTC, sizes are bytes.",
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT")
    ),
    security(("token" = []), ("session" = [])),
    modifiers(&Security),
    tags(
        (name = "packages", description = "Find and read packages, their revisions and files"),
        (name = "refs", description = "Branches, versions that never move, aliases that move with history"),
        (name = "downloads", description = "Components of revisions: how much they are, where their files are"),
        (name = "lineage", description = "What packages are made from"),
        (name = "uploads", description = "Bring a revision in: begin, send parts, complete"),
        (name = "jobs", description = "Runs of the autograder"),
        (name = "namespaces", description = "Users' own and organisations': members, the accounts of programs, what they store"),
        (name = "users", description = "Accounts, invitations, and who did what"),
        (name = "account", description = "The acting user and the user's tokens")
    )
)]
struct Document;

/// What makes or moves something, and must not do so twice when it is asked twice: all that takes `POST`, and the refs. Left out is
/// what tells each time how far something is (`uploads::complete`) or gives addresses that expire (`uploads::parts`).
fn creates(state: &AppState) -> OpenApiRouter<AppState> {
    let once = |longest| from_fn_with_state(Once { registry: state.registry.clone(), longest }, idempotency::once);
    OpenApiRouter::new()
        .routes(routes!(jobs::of_package, jobs::score))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(namespaces::create_organisation))
        .routes(routes!(namespaces::create_program))
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::tokens, users::create_token))
        .routes(routes!(users::invitations, users::invite))
        .routes(routes!(users::disable))
        .routes(routes!(users::enable))
        .routes(routes!(users::reset_password))
        .routes(routes!(branches::get, branches::create, branches::delete))
        .routes(routes!(tags::get, tags::create))
        .routes(routes!(aliases::get, aliases::shift, aliases::remove))
        .routes(routes!(aliases::roll_back))
        .routes(routes!(lineage::lineage, lineage::add, lineage::remove))
        .routes(routes!(removal::undelete))
        .routes(routes!(renaming::rename))
        .layer(once(FEW_LINES))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(uploads::list, uploads::begin))
                .layer(DefaultBodyLimit::max(MANIFEST))
                .layer(once(MANIFEST)),
        )
}

/// The routes, and the document that describes them.
fn described(state: &AppState) -> (Router<AppState>, utoipa::openapi::OpenApi) {
    let (routes, mut api) = OpenApiRouter::with_openapi(Document::openapi())
        .nest(
            "/api/v1",
            OpenApiRouter::new()
                .routes(routes!(packages::search))
                .routes(routes!(packages::facets))
                .routes(routes!(packages::package, removal::delete))
                .routes(routes!(removal::deleted))
                .routes(routes!(removal::list))
                .routes(routes!(renaming::release))
                .routes(routes!(packages::refs))
                .routes(routes!(packages::revisions))
                .routes(routes!(packages::revision))
                .routes(routes!(packages::tree))
                .routes(routes!(packages::card))
                .routes(routes!(packages::report))
                .routes(routes!(compare::compare))
                .routes(routes!(compare::compare_file))
                .routes(routes!(branches::list))
                .routes(routes!(tags::list))
                .routes(routes!(aliases::list))
                .routes(routes!(aliases::protection, aliases::protect))
                .routes(routes!(aliases::history))
                .routes(routes!(aliases::at))
                .routes(routes!(components::sizes))
                .routes(routes!(components::addresses))
                .routes(routes!(lineage::cost))
                .routes(routes!(jobs::job, jobs::cancel))
                .routes(routes!(uploads::status, uploads::abort))
                .routes(routes!(uploads::parts))
                .routes(routes!(uploads::complete))
                .routes(routes!(tokens::user))
                .routes(routes!(tokens::password))
                .routes(routes!(tokens::revoke))
                .routes(routes!(namespaces::detail))
                .routes(routes!(namespaces::members))
                .routes(routes!(namespaces::member, namespaces::grant, namespaces::remove_member))
                .routes(routes!(namespaces::set_visibility))
                .routes(routes!(storage::list))
                .routes(routes!(storage::of_namespace))
                .routes(routes!(storage::set_quota))
                .routes(routes!(audit::list))
                .routes(routes!(users::revoke_token))
                .routes(routes!(users::revoke_invitation))
                .merge(creates(state)),
        )
        .split_for_parts();
    document::open_to_all(&mut api);
    (routes, api)
}

/// All of REST with its document (`/api/v1/openapi.json`) and the page for people (`/docs`).
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    let (routes, api) = described(state);
    let page = document::page(&api);
    let known = Known::of(&api);
    routes
        .route("/api/v1/{kind}/{namespace}/{name}/resolve/{revision}/{*path}", get(super::files::download))
        .route("/api/v1/{kind}/{namespace}/{name}/archive/{revision}", get(super::archives::download))
        .layer(from_fn_with_state(known, parameters::refuse_unknown))
        .route("/api/v1/openapi.json", get(move || std::future::ready(document::json(&api))))
        .route("/docs", get(move || std::future::ready(document::html(page.clone()))))
}

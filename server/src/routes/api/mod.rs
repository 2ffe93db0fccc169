//! REST under `/api/v1`: thin over the services, one module a noun. The OpenAPI document is made from the handlers themselves.

mod document;
mod input;
mod jobs;
mod model;
mod packages;
mod refusals;
mod tokens;
mod uploads;

use axum::{Router, routing::get};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::document::Security;
use super::AppState;

/// What the document says before the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Model Registry",
        description = "Packages of models, datasets and code: found, read, uploaded, scored. \
                       Send a token as `Authorization: Bearer mr_…`, or the session cookie of a browser. \
                       Lists come in pages: give `next` back as `cursor` for the following one. \
                       Moments are RFC 3339 in UTC, sizes are bytes.",
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT")
    ),
    security(("token" = []), ("session" = [])),
    modifiers(&Security),
    tags(
        (name = "packages", description = "Find and read packages, their revisions and files"),
        (name = "uploads", description = "Bring a revision in: begin, send parts, complete"),
        (name = "jobs", description = "Runs of the autograder"),
        (name = "account", description = "The acting user and the user's tokens")
    )
)]
struct Document;

/// The routes, and the document that describes them.
fn described() -> (Router<AppState>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Document::openapi())
        .nest(
            "/api/v1",
            OpenApiRouter::new()
                .routes(routes!(packages::search))
                .routes(routes!(packages::package))
                .routes(routes!(packages::refs))
                .routes(routes!(packages::revisions))
                .routes(routes!(packages::revision))
                .routes(routes!(packages::tree))
                .routes(routes!(packages::card))
                .routes(routes!(packages::report))
                .routes(routes!(jobs::of_package, jobs::score))
                .routes(routes!(jobs::job, jobs::cancel))
                .routes(routes!(uploads::list, uploads::begin))
                .routes(routes!(uploads::status, uploads::abort))
                .routes(routes!(uploads::parts))
                .routes(routes!(uploads::complete))
                .routes(routes!(tokens::user))
                .routes(routes!(tokens::list, tokens::create))
                .routes(routes!(tokens::revoke)),
        )
        .split_for_parts()
}

/// All of REST with its document (`/api/v1/openapi.json`) and the page for people (`/docs`).
pub(super) fn routes() -> Router<AppState> {
    let (routes, api) = described();
    let page = document::page(&api);
    routes
        .route("/api/v1/openapi.json", get(move || std::future::ready(document::json(&api))))
        .route("/docs", get(move || std::future::ready(document::html(page.clone()))))
}

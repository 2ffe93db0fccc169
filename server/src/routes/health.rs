//! Probes: whether the process lives, and whether it can work.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use registry::Registry;
use serde_json::json;

/// `GET /health`: the process answers.
pub(super) async fn live() -> Json<serde_json::Value> {
    Json(json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}))
}

/// `GET /health/ready`: the catalog and the store answer too; 503 when one does not.
pub(super) async fn ready(State(registry): State<Registry>) -> Response {
    let health = registry.health().await;
    for error in [&health.catalog, &health.store].into_iter().filter_map(|component| component.as_ref().err()) {
        error.log();
    }
    let is_ready = health.catalog.is_ok() && health.store.is_ok();
    let components = json!({"catalog": word(health.catalog.is_ok()), "store": word(health.store.is_ok())});
    let body = Json(json!({"status": word(is_ready), "components": components}));
    if is_ready {
        return body.into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")], body).into_response()
}

const fn word(answers: bool) -> &'static str {
    if answers { "ok" } else { "unavailable" }
}

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

/// `GET /health/ready`: the catalog answers too; 503 when it does not.
pub(super) async fn ready(State(registry): State<Registry>) -> Response {
    match registry.check().await {
        Ok(()) => Json(json!({"status": "ok", "components": {"catalog": "ok"}})).into_response(),
        Err(error) => {
            error.log();
            let body = json!({"status": "unavailable", "components": {"catalog": "unavailable"}});
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")], Json(body)).into_response()
        }
    }
}

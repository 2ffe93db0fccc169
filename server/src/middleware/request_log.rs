//! Ids and log lines of requests: one line each, with the same field names everywhere. Queries, bodies and names of people are
//! not logged: they may hold secrets.

use std::time::Instant;

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderName, HeaderValue};
use tokio::task::JoinHandle;
use tracing::{Instrument as _, Span};
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static ID: String;
}

/// The id of the request that is being answered; nothing outside of one.
pub(crate) fn current_id() -> Option<String> {
    ID.try_with(Clone::clone).ok()
}

/// Has work go on by itself, as part of the request that is being answered: whether or not somebody waits for it.
pub(crate) fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    let work = work.instrument(Span::current());
    match current_id() {
        Some(id) => tokio::spawn(ID.scope(id, work)),
        None => tokio::spawn(work),
    }
}

/// Gives the request an id (the caller's own if it is a plain one) and logs how it went.
pub(crate) async fn trace(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let given = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(|id| is_plain(id)).map(str::to_owned);
    let id = given.unwrap_or_else(|| Uuid::now_v7().to_string());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::info_span!("request", request_id = id);
    let mut response = ID.scope(id.clone(), next.run(request).instrument(span.clone())).await;
    let (status, duration_ms) = (response.status(), started.elapsed().as_millis());
    span.in_scope(|| {
        if status.is_server_error() {
            tracing::warn!(%method, path, status = status.as_u16(), duration_ms, "request");
        } else {
            tracing::info!(%method, path, status = status.as_u16(), duration_ms, "request");
        }
    });
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn is_plain(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:=;".contains(&b))
}

//! `Idempotency-Key`: who does not know whether a request arrived sends it again under the same key.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::ErrorKind;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use registry::{Claimed, Error, KeyClaim, Registry};
use utoipa::IntoParams;

use crate::{
    error::RouteError,
    middleware::{identity, request_log},
};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The longest body that makes something, in bytes, and the longest answer: both are some lines of JSON.
const MAX_BODY: usize = 64 << 10;

/// The header, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes what `once` reads")]
pub(super) struct KeyHeader {
    /// A random text of your choice, such as a UUID. Sent again within a day under the same key, the same request does not happen
    /// again: it is answered as the first time, with `Idempotency-Replayed: true`. Another request under the key is refused
    /// (422), one that comes while the first is under way as well (409).
    #[param(rename = "Idempotency-Key", max_length = 255)]
    key: Option<String>,
}

/// Has a request that comes under a key happen once.
pub(super) async fn once(State(registry): State<Registry>, request: Request, next: Next) -> Response {
    let Some(key) = request.headers().get(KEY).filter(|_| request.method() == Method::POST) else {
        return next.run(request).await;
    };
    let key = key.to_str().unwrap_or_default().trim_matches('"').to_owned();
    match under_key(registry, key, request, next).await {
        Ok(answer) => answer,
        Err(error) => RouteError::from(error).into_response(),
    }
}

async fn under_key(registry: Registry, key: String, request: Request, next: Next) -> Result<Response, Error> {
    let Some(actor) = identity::acting(&request) else { return Ok(next.run(request).await) };
    let (mut parts, body) = request.into_parts();
    let too_large = |_| Error::new(ErrorKind::TooLarge, format!("The body has more than {MAX_BODY} bytes."));
    let body = to_bytes(body, MAX_BODY).await.map_err(too_large)?;
    let address = parts.uri.path_and_query().map_or("/", |address| address.as_str());
    let signature = [parts.method.as_str().as_bytes(), b" ", address.as_bytes(), b"\n", &body].concat();
    let claim = match registry.claim_key(&actor, &key, &signature).await? {
        Claimed::Answered(kept) => return replay(&kept),
        Claimed::First(claim) => claim,
    };
    identity::act_under(&mut parts, &claim);
    let request = Request::from_parts(parts, Body::from(body));
    // goes on when the caller went away: whoever sends it again must find the answer
    let work = request_log::spawn(async move {
        let answer = next.run(request).await;
        keep(&registry, &claim, &key, answer).await
    });
    work.await.map_err(|error| Error::internal("answering a request that came under a key", error))?
}

/// Keeps the answer of a request that went well; gives the key of another one back.
async fn keep(registry: &Registry, claim: &KeyClaim, key: &str, answer: Response) -> Result<Response, Error> {
    let status = answer.status();
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, MAX_BODY).await.map_err(|error| Error::internal("reading an answer", error))?;
    let kept = if status.is_success() {
        let text = [status.as_u16().to_be_bytes().as_slice(), &body].concat();
        registry.keep_answer(claim, key, &text).await
    } else {
        registry.release_key(claim).await
    };
    // the caller has the answer, whether it was kept or not
    if let Err(error) = kept {
        error.log();
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// The answer of the first time.
fn replay(kept: &[u8]) -> Result<Response, Error> {
    let damaged = || Error::new(ErrorKind::Internal, "Something went wrong while reading a kept answer.");
    let (status, body) = kept.split_first_chunk::<2>().ok_or_else(damaged)?;
    let status = StatusCode::from_u16(u16::from_be_bytes(*status)).map_err(|_| damaged())?;
    let mut answer = (status, Bytes::copy_from_slice(body)).into_response();
    let headers = answer.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    if !body.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(answer)
}

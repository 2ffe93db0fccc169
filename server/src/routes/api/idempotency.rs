//! `Idempotency-Key`: who does not know whether a request arrived sends it again under the same key.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::ErrorKind;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use registry::{Claimed, Error, KeyClaim, Registry};
use utoipa::IntoParams;

use crate::{
    error::RouteError,
    middleware::{identity, request_log},
};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The longest body that makes something, in bytes, and the longest answer: both are some lines of JSON.
pub(super) const FEW_LINES: usize = 64 << 10;
/// The same for what lists the files of a revision.
pub(super) const MANIFEST: usize = 24 << 20;

/// Which headers of an answer are kept with it.
const KEPT: [HeaderName; 3] = [header::CONTENT_TYPE, header::ETAG, header::LOCATION];

/// What [`once`] needs.
#[derive(Clone)]
pub(super) struct Once {
    pub(super) registry: Registry,
    /// The longest body and the longest answer, in bytes.
    pub(super) longest: usize,
}

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
pub(super) async fn once(State(once): State<Once>, request: Request, next: Next) -> Response {
    let makes = matches!(*request.method(), Method::POST | Method::PUT);
    let Some(key) = request.headers().get(KEY).filter(|_| makes) else {
        return next.run(request).await;
    };
    let key = key.to_str().unwrap_or_default().trim_matches('"').to_owned();
    match under_key(once, key, request, next).await {
        Ok(answer) => answer,
        Err(error) => RouteError::from(error).into_response(),
    }
}

async fn under_key(once: Once, key: String, request: Request, next: Next) -> Result<Response, Error> {
    let Once { registry, longest } = once;
    let Some(actor) = identity::acting(&request) else { return Ok(next.run(request).await) };
    let (mut parts, body) = request.into_parts();
    let too_large = |_| Error::new(ErrorKind::TooLarge, format!("The body has more than {longest} bytes."));
    let body = to_bytes(body, longest).await.map_err(too_large)?;
    let signature = signature(&parts, &body);
    let claim = match registry.claim_key(&actor, &key, &signature).await? {
        Claimed::Answered(kept) => return replay(&kept),
        Claimed::First(claim) => claim,
    };
    identity::act_under(&mut parts, &claim);
    let request = Request::from_parts(parts, Body::from(body));
    // goes on when the caller went away: whoever sends it again must find the answer
    let work = request_log::spawn(async move {
        let answer = next.run(request).await;
        keep(&registry, &claim, &key, answer, longest).await
    });
    work.await.map_err(|error| Error::internal("answering a request that came under a key", error))?
}

/// What makes two requests the same: all that the handler reads of them.
fn signature(parts: &Parts, body: &[u8]) -> Vec<u8> {
    let address = parts.uri.path_and_query().map_or("/", |address| address.as_str());
    let mut signature = [parts.method.as_str().as_bytes(), b" ", address.as_bytes(), b"\n"].concat();
    for name in [header::IF_MATCH, header::IF_NONE_MATCH] {
        for value in parts.headers.get_all(&name) {
            signature.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\n"].concat());
        }
    }
    signature.extend(body);
    signature
}

/// Keeps the answer of a request that went well; gives the key of another one back.
async fn keep(registry: &Registry, claim: &KeyClaim, key: &str, answer: Response, longest: usize) -> Result<Response, Error> {
    let status = answer.status();
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, longest).await.map_err(|error| Error::internal("reading an answer", error))?;
    let kept = if status.is_success() {
        registry.keep_answer(claim, key, &packed(status, &parts.headers, &body)).await
    } else {
        registry.release_key(claim).await
    };
    // the caller has the answer, whether it was kept or not
    if let Err(error) = kept {
        error.log();
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// An answer as it is kept: the status, each header that is kept with its length before it, the body.
fn packed(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    let mut text = status.as_u16().to_be_bytes().to_vec();
    for name in KEPT {
        let value = headers.get(name).map_or(&b""[..], HeaderValue::as_bytes);
        // a type, a tag, an address: what is longer than this is none of them, and left out
        let (length, value) = u16::try_from(value.len()).map_or((0, &b""[..]), |length| (length, value));
        text.extend(length.to_be_bytes());
        text.extend(value);
    }
    text.extend(body);
    text
}

/// The answer of the first time.
fn replay(kept: &[u8]) -> Result<Response, Error> {
    let mut answer =
        unpacked(kept).ok_or_else(|| Error::new(ErrorKind::Internal, "Something went wrong while reading a kept answer."))?;
    answer.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(answer)
}

fn unpacked(kept: &[u8]) -> Option<Response> {
    let (status, mut rest) = kept.split_first_chunk::<2>()?;
    let status = StatusCode::from_u16(u16::from_be_bytes(*status)).ok()?;
    let mut headers = HeaderMap::new();
    for name in KEPT {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (value, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        if !value.is_empty() {
            headers.insert(name, HeaderValue::from_bytes(value).ok()?);
        }
        rest = after;
    }
    Some((status, headers, Body::from(Bytes::copy_from_slice(rest))).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_is_kept_with_its_headers() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, HeaderValue::from_static("\"x\""));
        headers.insert(header::DATE, HeaderValue::from_static("now"));
        let answer = replay(&packed(StatusCode::CREATED, &headers, b"{}")).unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        headers.remove(header::DATE);
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
        assert_eq!(answer.headers(), &headers);
        assert_eq!(to_bytes(answer.into_body(), 10).await.unwrap(), "{}");
        assert!(unpacked(b"").is_none() && unpacked(&[0, 201, 0, 9, 1]).is_none());
    }
}

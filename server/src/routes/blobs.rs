//! Downloads from signed addresses: the address itself is the permission.

use axum::{extract::State, response::Response};
use domain::Sha256Digest;
use http::{HeaderMap, Method};
use registry::{BlobSignature, Registry};
use serde::Deserialize;

use super::{
    api::input::{Path, Query},
    content::{Content, Plan},
};
use crate::error::RouteError;

/// The query of a signed address.
#[derive(Deserialize)]
pub(super) struct Signed {
    expires: i64,
    signature: String,
}

/// `GET|HEAD /api/v1/blobs/{sha256}/{name}`: the bytes of a file, or a range of them.
pub(super) async fn download(
    State(registry): State<Registry>,
    method: Method,
    headers: HeaderMap,
    Path((sha256, name)): Path<(String, String)>,
    Query(Signed { expires, signature }): Query<Signed>,
) -> Result<Response, RouteError> {
    let sha256: Sha256Digest = sha256.parse().map_err(|_| registry::Error::not_found("The file"))?;
    let address = BlobSignature { sha256, name, expires, signature };
    let blob = registry.signed_blob(&address).await?;
    let content = Content { name: &address.name, size: blob.size(), sha256: &address.sha256, revision: None };
    match content.plan(&method, &headers) {
        Plan::Answered(response) => Ok(response),
        Plan::Send(sending) => {
            let reader = registry.open_signed(&blob, sending.first).await?;
            Ok(sending.with(reader))
        }
    }
}

//! Parts of uploads: `PUT` to a signed address.

use axum::{
    body::Body,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use domain::{Invalid, Sha256Digest, UploadId};
use futures::TryStreamExt as _;
use http::{HeaderMap, StatusCode, header};
use registry::{PartSignature, Registry};
use serde::Deserialize;

use crate::error::RouteError;

/// The query of a signed address.
#[derive(Deserialize)]
pub(super) struct Signed {
    expires: i64,
    signature: String,
}

/// `PUT /api/v1/uploads/{upload}/{sha256}/{number}`: exactly one part. The address itself is the permission.
pub(super) async fn receive(
    State(registry): State<Registry>,
    Path((upload, sha256, number)): Path<(String, String, u32)>,
    Query(signed): Query<Signed>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, RouteError> {
    let part = PartSignature {
        upload: upload.parse::<UploadId>()?,
        sha256: sha256.parse::<Sha256Digest>()?,
        number,
        expires: signed.expires,
        signature: signed.signature,
    };
    let length = headers
        .get(header::CONTENT_LENGTH)
        .map(|length| length.to_str().ok().and_then(|length| length.parse().ok()).ok_or_else(|| Invalid::new("Content-Length is no number")))
        .transpose()?;
    registry.receive_part(&part, length, body.into_data_stream().map_err(std::io::Error::other)).await?;
    // S3 answers with an entity tag too: clients need not know which store they talk to
    Ok((StatusCode::OK, [(header::ETAG, format!("\"{number}\""))]).into_response())
}

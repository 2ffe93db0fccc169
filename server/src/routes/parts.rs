//! Parts of uploads: `PUT` to a signed address.

use std::time::Duration;

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{Invalid, Sha256Digest, UploadId};
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use http::{HeaderMap, StatusCode, header};
use registry::{PartSignature, Registry};
use serde::Deserialize;

use super::api::input::{Path, Query};
use crate::error::RouteError;

/// How much of a refused part is read all the same: what parts have, except those of files beyond 600 GB.
const DRAINED_BYTES: usize = 64 << 20;
/// How long that may take.
const DRAINED_FOR: Duration = Duration::from_secs(30);

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
        .map(|length| {
            length.to_str().ok().and_then(|length| length.parse().ok()).ok_or_else(|| Invalid::new("Content-Length is no number"))
        })
        .transpose()?;
    let mut body = body.into_data_stream().map_err(std::io::Error::other);
    if let Err(error) = registry.receive_part(&part, length, &mut body).await {
        drain(body).await;
        return Err(error.into());
    }
    // S3 answers with an entity tag too: clients need not know which store they talk to
    Ok((StatusCode::OK, [(header::ETAG, format!("\"{number}\""))]).into_response())
}

/// Reads what is still being sent, within reason: closing the connection instead would reset it, and the sender would see a lost
/// connection, not the refusal.
async fn drain<T: AsRef<[u8]>, E>(mut body: impl Stream<Item = Result<T, E>> + Unpin) {
    let rest = async {
        let mut left = DRAINED_BYTES;
        while let Some(Ok(piece)) = body.next().await {
            match left.checked_sub(piece.as_ref().len()) {
                Some(less) => left = less,
                None => break,
            }
        }
    };
    // a sender that takes too long gets the refusal as well, or a lost connection
    let _ = tokio::time::timeout(DRAINED_FOR, rest).await;
}

//! Uploads: begun or resumed, completed in one step, or given up. The bytes go to the addresses of parts.

use axum::{extract::State, response::IntoResponse};
use domain::{
    Invalid, PackageRef,
    manifest::ManifestFile,
    refs::RefName,
    upload::{BeginUpload, PartRequest},
};
use http::{StatusCode, header};
use registry::Registry;

use super::{
    idempotency::KeyHeader,
    input::{Json, Paging, Path, Query},
    model::{NewUpload, Page, PartAddress, Upload, WantedParts},
    refusals::Refused,
};
use crate::{error::RouteError, middleware::identity::Acting};

impl TryFrom<NewUpload> for BeginUpload {
    type Error = Invalid;

    fn try_from(new: NewUpload) -> Result<Self, Invalid> {
        let file = |file: super::model::NewFile| {
            Ok(ManifestFile { path: file.path.parse()?, size: file.size, sha256: file.sha256.parse()? })
        };
        Ok(Self {
            package: PackageRef { kind: new.kind.parse()?, namespace: new.namespace.parse()?, name: new.name.parse()? },
            branch: new.branch.map_or_else(|| Ok(RefName::default_branch()), |branch| branch.parse())?,
            version: new.version.map(|version| version.parse()).transpose()?,
            visibility: new.visibility.map(|visibility| visibility.parse()).transpose()?,
            parent: new.parent.unwrap_or_default().parse()?,
            message: new.message,
            files: new.files.into_iter().map(file).collect::<Result<_, Invalid>>()?,
        })
    }
}

/// Your open uploads, newest first; 50 at once when `limit` is not given, which is how many you may have.
#[utoipa::path(get, path = "/uploads", tag = "uploads", params(Paging), responses((status = 200, body = Page<Upload>), Refused))]
pub(super) async fn list(
    State(registry): State<Registry>,
    acting: Acting,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Upload>>, RouteError> {
    Ok(Json(Page::of(registry.open_uploads(acting.actor()?, paging.wanted()?).await?)))
}

/// Begins an upload. The same files for the same version of the same package find the one that was begun before, with what has
/// arrived; safe to repeat.
#[utoipa::path(post, path = "/uploads", tag = "uploads", params(KeyHeader), request_body = NewUpload, responses((status = 200, body = Upload, headers(("Location" = String, description = "Where it stands"))), Refused))]
pub(super) async fn begin(
    State(registry): State<Registry>,
    acting: Acting,
    Json(new): Json<NewUpload>,
) -> Result<impl IntoResponse, RouteError> {
    let begun = registry.begin_upload(acting.actor()?, new.try_into()?).await?;
    // what was all committed before has no session
    let location = (!begun.id.0.is_nil()).then(|| [(header::LOCATION, format!("/api/v1/uploads/{}", begun.id))]);
    Ok((location, Json(Upload::from(begun))))
}

/// An upload, as it stands now.
#[utoipa::path(get, path = "/uploads/{upload}", tag = "uploads", params(("upload" = String, Path, description = "The id of the upload", format = Uuid)), responses((status = 200, body = Upload), Refused))]
pub(super) async fn status(
    State(registry): State<Registry>,
    acting: Acting,
    Path(upload): Path<String>,
) -> Result<Json<Upload>, RouteError> {
    Ok(Json(registry.upload(acting.actor()?, upload.parse()?).await?.into()))
}

/// Gives an upload up. Doing it again is no error.
#[utoipa::path(delete, path = "/uploads/{upload}", tag = "uploads", params(("upload" = String, Path, description = "The id of the upload", format = Uuid)), responses((status = 204), Refused))]
pub(super) async fn abort(
    State(registry): State<Registry>,
    acting: Acting,
    Path(upload): Path<String>,
) -> Result<StatusCode, RouteError> {
    registry.abort_upload(acting.actor()?, upload.parse()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where some parts of a blob are sent to, each with one `PUT`.
#[utoipa::path(post, path = "/uploads/{upload}/parts", tag = "uploads", params(("upload" = String, Path, description = "The id of the upload", format = Uuid)), request_body = WantedParts, responses((status = 200, body = Vec<PartAddress>), Refused))]
pub(super) async fn parts(
    State(registry): State<Registry>,
    acting: Acting,
    Path(upload): Path<String>,
    Json(wanted): Json<WantedParts>,
) -> Result<Json<Vec<PartAddress>>, RouteError> {
    let request = PartRequest { upload: upload.parse()?, sha256: wanted.sha256.parse()?, numbers: wanted.numbers };
    let addresses = registry.part_addresses(acting.actor()?, &request).await?;
    Ok(Json(addresses.into_iter().map(Into::into).collect()))
}

/// Verifies what has arrived and commits the revision. While digests are still being recomputed the state is `verifying`: ask
/// again. Completing twice answers the same.
#[utoipa::path(post, path = "/uploads/{upload}/complete", tag = "uploads", params(("upload" = String, Path, description = "The id of the upload", format = Uuid)), responses((status = 200, body = Upload), Refused))]
pub(super) async fn complete(
    State(registry): State<Registry>,
    acting: Acting,
    Path(upload): Path<String>,
) -> Result<Json<Upload>, RouteError> {
    Ok(Json(registry.complete_upload(acting.actor()?, upload.parse()?).await?.into()))
}

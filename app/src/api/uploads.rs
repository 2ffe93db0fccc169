//! Upload sessions: begin or resume, ask where parts go, complete, abort. The bytes go to the part addresses.

use domain::{
    listing::Page,
    manifest::Limits,
    upload::{BeginUpload, PartAddress, PartRequest, UploadStatus},
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the upload form needs to know beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadOptions {
    /// What a revision may hold.
    pub limits: Limits,
    /// The namespaces that the acting user may upload to, the own one first.
    pub namespaces: Vec<String>,
    /// Whether there are no others.
    pub are_all: bool,
    /// Whether the acting user may name a new namespace.
    pub any_namespace: bool,
}

/// The limits, and the namespaces that the acting user may upload to.
#[server(name = GetUploadOptions, prefix = "/rpc", endpoint = "upload_options", input = GetUrl)]
pub async fn upload_options() -> Result<UploadOptions, AppError> {
    use crate::ssr;
    let (registry, actor) = (ssr::registry()?, ssr::actor()?);
    let writable = ssr::respond(registry.writable_namespaces(&actor).await)?;
    Ok(UploadOptions {
        limits: registry.limits(),
        namespaces: writable.names.iter().map(ToString::to_string).collect(),
        are_all: writable.are_all,
        any_namespace: actor.is_admin(),
    })
}

/// Begins an upload, or finds the one that was begun before with the same files for the same version.
#[server(name = Begin, prefix = "/rpc", endpoint = "begin_upload", input = Json)]
pub async fn begin_upload(upload: BeginUpload) -> Result<UploadStatus, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.begin_upload(&ssr::actor()?, upload).await)
}

/// Where some parts of a blob are sent to.
#[server(prefix = "/rpc", endpoint = "part_addresses", input = Json)]
pub async fn part_addresses(request: PartRequest) -> Result<Vec<PartAddress>, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.part_addresses(&ssr::actor()?, &request).await)
}

/// Verifies what has arrived and commits the revision. While digests are still being recomputed the state is `verifying`:
/// ask again. Completing twice answers with the same revision.
#[server(prefix = "/rpc", endpoint = "complete_upload")]
pub async fn complete_upload(id: String) -> Result<UploadStatus, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.complete_upload(&ssr::actor()?, id.parse()?).await)
}

/// Gives an upload up and removes what has arrived.
#[server(prefix = "/rpc", endpoint = "abort_upload")]
pub async fn abort_upload(id: String) -> Result<(), AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.abort_upload(&ssr::actor()?, id.parse()?).await)
}

/// The acting user's open uploads, newest first: a page of them, which holds as many as anybody may have.
#[server(prefix = "/rpc", endpoint = "open_uploads", input = GetUrl)]
pub async fn open_uploads(cursor: Option<String>) -> Result<Page<UploadStatus>, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.open_uploads(&ssr::actor()?, cursor.as_deref().into()).await)
}

//! Runs of the autograder: listed, asked for, stopped.

use axum::{extract::State, response::IntoResponse};
use domain::refs::RevisionSpec;
use http::{StatusCode, header};
use registry::Registry;

use super::{
    idempotency::KeyHeader,
    input::{Json, PackagePath, Paging, Path, Query},
    model::{Job, NewJob, Page},
    refusals::Refused,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// The jobs of a package, newest first; 20 at once when `limit` is not given.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/jobs", tag = "jobs", params(PackagePath, Paging), responses((status = 200, body = Page<Job>), Refused))]
pub(super) async fn of_package(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Job>>, RouteError> {
    Ok(Json(Page::of(registry.jobs(acting.actor()?, &path.package()?, paging.wanted()?).await?)))
}

/// Scores a revision again; when a job is queued or running on it, that one is the answer.
#[utoipa::path(post, path = "/{kind}/{namespace}/{name}/jobs", tag = "jobs", params(KeyHeader, PackagePath), request_body = NewJob, responses((status = 202, body = Job, headers(("Location" = String, description = "Where it stands"))), Refused))]
pub(super) async fn score(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
    Json(new): Json<NewJob>,
) -> Result<impl IntoResponse, RouteError> {
    let revision: RevisionSpec = new.revision.parse()?;
    let job = registry.score_again(acting.actor()?, &path.package()?, &revision).await?;
    let location = format!("/api/v1/jobs/{}", job.id);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(Job::from(job))))
}

/// A job, as it stands now.
#[utoipa::path(get, path = "/jobs/{job}", tag = "jobs", params(("job" = String, Path, description = "The id of the job", format = Uuid)), responses((status = 200, body = Job), Refused))]
pub(super) async fn job(
    State(registry): State<Registry>,
    acting: Acting,
    Path(job): Path<String>,
) -> Result<Json<Job>, RouteError> {
    Ok(Json(registry.job(acting.actor()?, job.parse()?).await?.into()))
}

/// Stops a job: a queued one at once, a running one within seconds. A finished one is a conflict.
#[utoipa::path(delete, path = "/jobs/{job}", tag = "jobs", params(("job" = String, Path, description = "The id of the job", format = Uuid)), responses((status = 200, body = Job), Refused))]
pub(super) async fn cancel(
    State(registry): State<Registry>,
    acting: Acting,
    Path(job): Path<String>,
) -> Result<Json<Job>, RouteError> {
    Ok(Json(registry.cancel_job(acting.actor()?, job.parse()?).await?.into()))
}

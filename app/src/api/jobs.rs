//! The autograder's runs: watch, repeat, stop.

use domain::{job::Job, listing::Page};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::AppError;

/// The jobs of a package, newest first.
#[server(prefix = "/rpc", endpoint = "jobs", input = GetUrl)]
pub async fn jobs(kind: String, namespace: String, name: String, cursor: Option<String>) -> Result<Page<Job>, AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    ssr::respond(ssr::registry()?.jobs(&ssr::actor()?, &package, cursor.as_deref().into()).await)
}

/// One job, as it stands now: cheap enough to ask every second.
#[server(name = GetJob, prefix = "/rpc", endpoint = "job", input = GetUrl)]
pub async fn job(id: String) -> Result<Job, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.job(&ssr::actor()?, id.parse()?).await)
}

/// Queues a new job on a revision. When one is queued or running already, that one is the answer.
#[server(prefix = "/rpc", endpoint = "score_again")]
pub async fn score_again(kind: String, namespace: String, name: String, at: Option<String>) -> Result<Job, AppError> {
    use crate::ssr;
    let (package, at) = ssr::target(&kind, &namespace, &name, at)?;
    ssr::respond(ssr::registry()?.score_again(&ssr::actor()?, &package, &at).await)
}

/// Stops a queued or running job. A finished one is a conflict.
#[server(prefix = "/rpc", endpoint = "cancel_job")]
pub async fn cancel_job(id: String) -> Result<Job, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.cancel_job(&ssr::actor()?, id.parse()?).await)
}

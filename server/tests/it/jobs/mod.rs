//! Jobs: every revision is scored, whatever happens to the autograder or the server meanwhile.

/// Autograders that misbehave.
mod failures;
/// From commit to report.
mod scoring;
/// Cancelling, stopping, crashing.
mod stopping;

use domain::job::{Job, JobState};

use crate::harness::{Client, eventually};

/// Waits until the newest job of a package is in this state.
async fn job_in(client: &Client, package: &str, state: JobState) -> Job {
    eventually(&format!("{package} is {state:?}"), async || {
        let job = client.jobs(package).await.into_iter().next()?;
        assert!(job.state == state || !job.state.is_final(), "{job:?}");
        Some(job).filter(|job| job.state == state)
    })
    .await
}

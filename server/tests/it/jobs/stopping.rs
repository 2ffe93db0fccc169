//! Jobs that somebody cancels, and servers that stop or crash while jobs run.

use domain::job::{Job, JobState};

use super::job_in;
use crate::harness::{Autograder, Client, Deployment, Files, TestServer, Trouble, eventually};

async fn hanging() -> (TestServer, Client) {
    let hanging = Autograder::script("echo started >&2; sleep 60");
    let server = Deployment::new().with("JOB_SLOTS", 1).scored_by(&hanging).serve().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", None, &Files::various()).await;
    job_in(&ann, "ann/bert", JobState::Running).await;
    (server, ann)
}

async fn cancel(client: &Client, job: &Job) -> Result<Job, Trouble> {
    client.form("cancel_job", &[("id", &job.id.to_string())]).await
}

#[tokio::test]
async fn a_running_job_is_cancelled_within_seconds_and_makes_room() {
    let (server, ann) = hanging().await;
    let job = ann.jobs("ann/bert").await.remove(0);
    let asked = cancel(&ann, &job).await.unwrap();
    assert!(asked.cancel_requested);
    let cancelled = job_in(&ann, "ann/bert", JobState::Cancelled).await;
    assert_eq!((cancelled.attempt, cancelled.error), (1, None));
    let late = cancel(&ann, &job).await.unwrap_err();
    assert_eq!((late.status(), late.message()), (409, "The job is finished already: there is nothing to cancel."));
    server.deployment.replace_script(&Autograder::quick());
    ann.publish("ann/next", None, &Files::various()).await;
    job_in(&ann, "ann/next", JobState::Succeeded).await;
}

#[tokio::test]
async fn a_queued_job_is_cancelled_at_once() {
    let (_server, ann) = hanging().await;
    ann.publish("ann/waiting", None, &Files::various()).await;
    let waiting = ann.jobs("ann/waiting").await.remove(0);
    assert_eq!((waiting.state, waiting.attempt), (JobState::Queued, 0), "there is one slot");
    let cancelled = cancel(&ann, &waiting).await.unwrap();
    assert_eq!(cancelled.state, JobState::Cancelled);
    assert!(cancelled.finished_at.is_some());
    let missing = ann.form::<Job>("cancel_job", &[("id", "0198c6f2-7d1c-7b5e-9c1a-3f6f0a4d2b11")]).await.unwrap_err();
    assert_eq!(missing.status(), 404);
}

#[tokio::test]
async fn a_server_that_is_asked_to_stop_gives_the_job_back_and_does_not_count_the_attempt() {
    let (mut server, ann) = hanging().await;
    assert_eq!(server.stop().code(), Some(0), "{}", server.log());
    server.deployment.replace_script(&Autograder::quick());
    server.start_again().await;
    let job = job_in(&ann.at(&server.url), "ann/bert", JobState::Succeeded).await;
    assert_eq!((job.attempt, job.error), (1, None));
}

#[tokio::test]
async fn a_job_whose_server_crashed_is_run_again() {
    let (mut server, ann) = hanging().await;
    server.kill();
    server.deployment.replace_script(&Autograder::quick());
    server.start_again().await;
    // the lease of the dead runner has to end first
    let job = job_in(&ann.at(&server.url), "ann/bert", JobState::Succeeded).await;
    assert_eq!((job.attempt, job.error), (2, None));
    assert_eq!(ann.at(&server.url).package("ann/bert", "main").await.unwrap().score, Some(0.5));
    server.stop();
    server.start_again().await;
    let left = server.deployment.data().join("jobs");
    eventually("what the crash left is swept", async || std::fs::read_dir(&left).unwrap().next().is_none().then_some(())).await;
}

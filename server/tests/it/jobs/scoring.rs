//! From commit to report.

use domain::{
    job::{Job, JobState},
    listing::{PackageSummary, Page},
    report::{MetricName, REPORT_VERSION},
};

use super::job_in;
use crate::harness::{Autograder, Deployment, Files, TestServer, about, eventually};

#[tokio::test]
async fn a_commit_is_scored_by_the_real_autograder() {
    let server = Deployment::new().scored_by(&Autograder::Real).serve().await;
    let ann = server.user("ann");
    let revision = ann.publish("ann/bert", Some("1.0.0"), &Files::various()).await;
    assert_eq!(ann.jobs("ann/bert").await.len(), 1, "the commit queued it");
    let job = job_in(&ann, "ann/bert", JobState::Succeeded).await;
    assert_eq!((job.revision, job.attempt, &job.error), (revision, 1, &None));
    assert!(job.queued_at <= job.started_at.unwrap() && job.started_at <= job.finished_at);
    let scores = ann.scores("ann/bert").await;
    let report = scores.report.unwrap();
    assert_eq!(report.version, REPORT_VERSION);
    report.validate().unwrap();
    assert_eq!(report.facts.files, 6);
    assert_eq!(report.facts.license.as_deref(), Some("MIT"));
    let net_score = report.score(MetricName::NetScore).unwrap();
    assert!(net_score > 0.0, "{report:?}");
    let detail = ann.package("ann/bert", "1.0.0").await.unwrap();
    assert_eq!((detail.score, detail.job.unwrap().id), (Some(net_score), job.id));
    assert_eq!(ann.history("ann/bert").await.unwrap()[0].score, Some(net_score));
    let found: Page<PackageSummary> = ann.read("search_packages", &[("params[q]", "bert")]).await.unwrap();
    assert_eq!(found.items[0].score, Some(net_score));
}

#[tokio::test]
async fn only_what_is_new_is_scored() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", Some("1.0.0"), &Files::various()).await;
    job_in(&ann, "ann/bert", JobState::Succeeded).await;
    ann.publish("ann/bert", Some("2.0.0"), &Files::various()).await;
    assert_eq!(ann.jobs("ann/bert").await.len(), 1, "the same revision under another name");
    ann.publish("ann/bert", Some("3.0.0"), &Files::of("new.txt", "new")).await;
    job_in(&ann, "ann/bert", JobState::Succeeded).await;
    assert_eq!(ann.jobs("ann/bert").await.len(), 2);
}

#[tokio::test]
async fn scoring_again_gives_a_newer_report() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", Some("1.0.0"), &Files::various()).await;
    job_in(&ann, "ann/bert", JobState::Succeeded).await;
    assert_eq!(ann.package("ann/bert", "main").await.unwrap().score, Some(0.5));
    server.deployment.replace_script(&Autograder::script(&Autograder::writing_report(0.75)));
    let again: Job = ann.form("score_again", &[&about("ann/bert")[..], &[("at", "1.0.0")]].concat()).await.unwrap();
    eventually("the new score", async || ann.package("ann/bert", "main").await.unwrap().score.filter(|score| *score == 0.75))
        .await;
    let jobs = ann.jobs("ann/bert").await;
    assert_eq!((jobs.len(), jobs[0].id, jobs[0].state), (2, again.id, JobState::Succeeded));
    let missing = ann.form::<Job>("score_again", &[&about("ann/bert")[..], &[("at", "9.9.9")]].concat()).await.unwrap_err();
    assert_eq!(missing.status(), 404);
}

#[tokio::test]
async fn one_run_at_a_time_on_a_revision_with_its_log_told_while_it_runs() {
    let running = Autograder::script("echo halfway there >&2; printf 'a\\033[2Jb\\n' >&2; sleep 60");
    let server = Deployment::new().scored_by(&running).serve().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", None, &Files::various()).await;
    let job = job_in(&ann, "ann/bert", JobState::Running).await;
    let again: Job = ann.form("score_again", &about("ann/bert")).await.unwrap();
    assert_eq!(again.id, job.id, "it is running already");
    let id = job.id.to_string();
    eventually("the log", async || {
        let job: Job = ann.read("job", &[("id", &id)]).await.unwrap();
        assert_eq!(job.state, JobState::Running);
        Some(job).filter(|job| job.log_tail == "halfway there\na[2Jb\n")
    })
    .await;
}

#[tokio::test]
async fn the_autograder_gets_the_files_and_the_facts_and_nothing_of_the_servers() {
    let telling = format!("cat \"$4\" >&2; env >&2; ls -A \"$2\" >&2; {}", Autograder::writing_report(0.5));
    let server = Deployment::new().with("PLANTED", "planted-marker").scored_by(&Autograder::script(&telling)).serve().await;
    let ann = server.user("ann");
    let revision = ann.publish("ann/bert", None, &Files::of("only.txt", "x")).await;
    let job = job_in(&ann, "ann/bert", JobState::Succeeded).await;
    for told in [revision.to_string().as_str(), "\"namespace\": \"ann\"", "\"name\": \"bert\"", "only.txt"] {
        assert!(job.log_tail.contains(told), "{told}: {}", job.log_tail);
    }
    for hidden in ["planted-marker", "DATA_DIR", "LISTEN_ADDR"] {
        assert!(!job.log_tail.contains(hidden), "{hidden}: {}", job.log_tail);
    }
    eventually("the folders of jobs are removed", async || {
        Files::read(&server.deployment.data().join("jobs")).0.is_empty().then_some(())
    })
    .await;
}

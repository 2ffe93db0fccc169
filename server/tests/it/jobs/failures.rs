//! Autograders that misbehave: only their own job fails, with its reason.

use domain::job::{JobState, MAX_ATTEMPTS};

use super::job_in;
use crate::harness::{Autograder, Deployment, Files};

/// What the script does when the package's file `behaviour` says so, and what the job then says.
const BEHAVIOURS: [(&str, &str, &str); 10] = [
    ("exits", "exit 1", "ended with exit status: 1"),
    ("killed", "kill -9 $$", "ended with signal: 9"),
    ("hangs", "sleep 600", "took longer than 3.0 s"),
    ("hangs-deaf", "trap '' TERM INT HUP; sleep 600", "took longer than 3.0 s"),
    ("leaves-a-child", "setsid sleep 90 & exit 1", "ended with exit status: 1"),
    ("writes-garbage", "echo '{\"version\":' > \"$6\"", "report cannot be read"),
    ("writes-bytes", "printf '\\377\\376' > \"$6\"", "report cannot be read"),
    ("writes-nothing", "exit 0", "left no report"),
    ("writes-too-much", "head -c 17825792 /dev/zero > \"$6\"; exit 0", "autograder's report"),
    ("writes-a-folder", "mkdir \"$6\"", "left no report"),
];

#[tokio::test]
async fn after_three_attempts_a_job_has_failed_and_nothing_else_has() {
    let out_of_range = Autograder::writing_report(0.5).replace("0.5", "1.5");
    let fine = Autograder::writing_report(0.5);
    let mut behaviours = BEHAVIOURS.to_vec();
    behaviours.push(("scores-beyond-one", &out_of_range, "a score lies outside [0, 1]"));
    let cases: String = behaviours.iter().map(|(name, script, _)| format!("{name}) {script} ;;\n")).collect();
    let script = format!("read -r behaviour < \"$2/behaviour\"\ncase \"$behaviour\" in\n{cases}fine) {fine} ;;\nesac");
    let server = Deployment::new()
        .with("JOB_SECONDS", 3)
        .with("JOB_SLOTS", behaviours.len())
        .scored_by(&Autograder::script(&script))
        .serve()
        .await;
    let ann = server.user("ann");
    for (name, ..) in &behaviours {
        ann.publish(&format!("ann/{name}"), None, &Files::of("behaviour", format!("{name}\n"))).await;
    }
    for (name, _, words) in &behaviours {
        let package = format!("ann/{name}");
        let job = job_in(&ann, &package, JobState::Failed).await;
        let why = job.error.unwrap();
        assert!(why.contains(words), "{name}: {why}");
        assert!(!why.contains('/'), "{name} tells where things are: {why}");
        assert_eq!(job.attempt, MAX_ATTEMPTS, "{name}");
        assert!(job.finished_at.is_some(), "{name}");
        assert_eq!(ann.scores(&package).await.report, None, "{name}");
        assert_eq!(ann.package(&package, "main").await.unwrap().score, None, "{name}");
    }
    ann.publish("ann/fine", None, &Files::of("behaviour", "fine\n")).await;
    job_in(&ann, "ann/fine", JobState::Succeeded).await;
}

#[tokio::test]
async fn an_attempt_that_failed_by_chance_is_made_good_by_the_next() {
    let deployment = Deployment::new();
    let mark = deployment.path("was-here");
    let script =
        format!("if mkdir {0}; then echo out of luck >&2; exit 1; fi\n{1}", mark.display(), Autograder::writing_report(0.5));
    let server = deployment.scored_by(&Autograder::script(&script)).serve().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", None, &Files::various()).await;
    let job = job_in(&ann, "ann/bert", JobState::Succeeded).await;
    assert_eq!((job.attempt, job.error), (2, None));
}

#[tokio::test]
async fn an_autograder_that_vanished_fails_jobs_not_the_server() {
    let server = Deployment::new().serve().await;
    let ann = server.user("ann");
    std::fs::remove_file(server.deployment.path("autograder.sh")).unwrap();
    ann.publish("ann/bert", None, &Files::various()).await;
    let job = job_in(&ann, "ann/bert", JobState::Failed).await;
    assert!(job.error.unwrap().contains("could not be started"));
    assert_eq!(ann.file("ann/bert", "main", "config.json").await.unwrap(), b"{}");
}

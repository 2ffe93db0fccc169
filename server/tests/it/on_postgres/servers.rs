//! Several servers on one catalog.

use std::collections::HashSet;

use domain::job::JobState;
use futures::future::join_all;

use crate::harness::{Autograder, Cluster, Database, Deployment, Files, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn each_job_is_run_once_whichever_server_takes_it() {
    let cluster = Cluster::start();
    let deployment = Deployment::new().on(Database::on(cluster.url())).with("JOB_SLOTS", 4);
    let runs = deployment.path("runs");
    // one line for each run
    let counting = Autograder::script(&format!("echo \"$2\" >> {}\n{}", runs.display(), Autograder::writing_report(0.5)));
    let other = deployment.beside().with("JOB_SLOTS", 4).scored_by(&counting);
    let first = deployment.scored_by(&counting).serve().await;
    let second = other.serve().await;
    let ann = first.user("ann");
    let clients = [ann.clone(), ann.at(&second.url)];
    let packages: Vec<_> = (0..24).map(|number| format!("ann/package-{number}")).collect();
    join_all(packages.iter().enumerate().map(async |(number, package)| {
        let files = Files::of("number.txt", package.clone());
        clients[number % 2].publish(package, Some("1.0.0"), &files).await;
    }))
    .await;
    for (number, package) in packages.iter().enumerate() {
        let job = eventually(package, async || {
            let job = clients[(number + 1) % 2].jobs(package).await.remove(0);
            job.state.is_final().then_some(job)
        })
        .await;
        assert_eq!((job.state, job.attempt), (JobState::Succeeded, 1), "{job:?}");
    }
    let runs = std::fs::read_to_string(runs).unwrap();
    assert_eq!(runs.lines().count(), packages.len());
    assert_eq!(runs.lines().collect::<HashSet<_>>().len(), packages.len());
}

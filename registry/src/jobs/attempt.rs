//! One attempt at a job: the autograder as a process of its own, watched until it ends.
//!
//! It sees untrusted bytes. It gets an empty environment, no input, limits on CPU, memory, files and time, and sandboxes itself
//! before it reads; whatever it does, only the job can fail.

use std::{pin::pin, process::Stdio, time::Duration};

use domain::{
    ErrorKind,
    job::MAX_ATTEMPTS,
    report::{MetricName, Report},
};
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, prlimit};
use serde_json::Value;
use tokio::{
    process::{Child, Command},
    time::Instant,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{facts::Workplace, log_tail::LogTail};
use crate::{
    Registry, Result,
    catalog::{
        self,
        jobs::{Ending, StoredJob},
        transact,
    },
    now,
};

/// How long a lease holds without being renewed: a runner that is silent for so long is taken for dead.
pub(super) const LEASE: time::Duration = time::Duration::seconds(15);
/// How often the lease is renewed, the log stored and the wish to cancel seen.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How long the end of the log may take to arrive after the autograder has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How long a job waits for a store that is out of reach before it is tried again.
const STORE_WAIT: time::Duration = time::Duration::seconds(10);
/// The address space of the autograder, in bytes: headers and cards are small, weights are never loaded.
const MEMORY: u64 = 4 << 30;
/// The largest report, in bytes.
const MAX_REPORT: u64 = 16 << 20;

/// Why an attempt ended without a report.
enum Stop {
    Failed(String),
    Cancelled,
    /// The registry stops, or its store is out of reach: the job goes back to the queue as if it had not begun.
    Postponed(time::Duration),
    /// Another runner has the job.
    LeaseLost,
}

impl Registry {
    /// Runs a claimed job to the end of this attempt and records how it went.
    pub(super) async fn attempt(&self, job: StoredJob, lease: Uuid, shutdown: &CancellationToken) {
        let log = LogTail::default();
        let ended = self.run(&job, lease, &log, shutdown).await;
        let log = log.text();
        while let Err(error) = self.record(&job, lease, &ended, &log).await {
            error.log();
            if error.kind() != ErrorKind::Unavailable || shutdown.is_cancelled() {
                // the lease runs out, and the job is tried again
                break;
            }
            // a catalog that is away costs no attempt: what was found is told when it is back
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(HEARTBEAT) => {}
            }
        }
    }

    async fn run(&self, job: &StoredJob, lease: Uuid, log: &LogTail, shutdown: &CancellationToken) -> Result<Report, Stop> {
        let deadline = Instant::now() + self.0.settings.job_time.unsigned_abs();
        let preparing = async {
            self.prepare(job).await.map_err(|error| {
                error.log();
                match error.kind() {
                    // not the package's fault: its attempts are kept for when the store is back
                    ErrorKind::Unavailable => Stop::Postponed(STORE_WAIT),
                    _ => Stop::Failed(error.message().to_owned()),
                }
            })
        };
        let place = self.watch(preparing, deadline, job, lease, log, shutdown).await?;
        let ended = self.grade(&place, deadline, job, lease, log, shutdown).await;
        place.remove().await;
        ended
    }

    /// Runs the autograder on a workplace.
    async fn grade(
        &self,
        place: &Workplace,
        deadline: Instant,
        job: &StoredJob,
        lease: Uuid,
        log: &LogTail,
        shutdown: &CancellationToken,
    ) -> Result<Report, Stop> {
        let mut child = self.spawn(place).map_err(Stop::Failed)?;
        let following = child.stderr.take().map(|stderr| tokio::spawn(log.clone().follow(stderr)));
        let running = async {
            match child.wait().await {
                Ok(status) if status.success() => Ok(()),
                Ok(status) => Err(Stop::Failed(format!("The autograder ended with {status}."))),
                Err(error) => Err(Stop::Failed(format!("The autograder could not be watched: {error}."))),
            }
        };
        let ended = self.watch(running, deadline, job, lease, log, shutdown).await;
        if ended.is_err() {
            kill(&child);
        }
        let _ = child.wait().await;
        if let Some(mut following) = following
            && tokio::time::timeout(LAST_WORDS, &mut following).await.is_err()
        {
            // a process that it left behind holds the log open
            following.abort();
        }
        ended?;
        read_report(place).await.map_err(Stop::Failed)
    }

    fn spawn(&self, place: &Workplace) -> Result<Child, String> {
        let child = Command::new(&self.0.settings.autograder)
            .arg("score")
            .arg(place.package())
            .arg("--facts")
            .arg(place.facts())
            .arg("--out")
            .arg(place.report())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                tracing::error!(%error, program = %self.0.settings.autograder.display(), "the autograder could not be started");
                format!("The autograder could not be started: {error}.")
            })?;
        if let Some(pid) = pid(&child) {
            let cpu = u64::try_from(self.0.settings.job_time.whole_seconds()).unwrap_or(u64::MAX);
            let limits = [
                (Resource::As, MEMORY),
                (Resource::Cpu, cpu),
                (Resource::Fsize, MAX_REPORT),
                (Resource::Nofile, 256),
                (Resource::Core, 0),
            ];
            for (resource, limit) in limits {
                let limit = Rlimit { current: Some(limit), maximum: Some(limit) };
                if let Err(error) = prlimit(Some(pid), resource, limit) {
                    tracing::warn!(%error, ?resource, "a limit of the autograder could not be set");
                }
            }
        }
        Ok(child)
    }

    /// Works while the lease is renewed, until something stops it.
    async fn watch<T>(
        &self,
        work: impl Future<Output = Result<T, Stop>>,
        deadline: Instant,
        job: &StoredJob,
        lease: Uuid,
        log: &LogTail,
        shutdown: &CancellationToken,
    ) -> Result<T, Stop> {
        let mut work = pin!(work);
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        loop {
            tokio::select! {
                ended = &mut work => return ended,
                () = tokio::time::sleep_until(deadline) => {
                    let limit = domain::units::duration(self.0.settings.job_time);
                    return Err(Stop::Failed(format!("The autograder took longer than {limit} and was stopped.")));
                }
                () = shutdown.cancelled() => return Err(Stop::Postponed(time::Duration::ZERO)),
                _ = heartbeat.tick() => match self.renew(job, lease, &log.text()).await {
                    Ok(Some(false)) => {}
                    Ok(Some(true)) => return Err(Stop::Cancelled),
                    Ok(None) => return Err(Stop::LeaseLost),
                    // the catalog may be back before the lease runs out
                    Err(error) => error.log(),
                },
            }
        }
    }

    async fn renew(&self, job: &StoredJob, lease: Uuid, log: &str) -> Result<Option<bool>> {
        transact!(self.0.catalog, async |conn| { catalog::jobs::renew(conn, job.job.id, lease, now() + LEASE, log).await })
    }

    async fn record(&self, job: &StoredJob, lease: Uuid, ended: &Result<Report, Stop>, log: &str) -> Result<()> {
        let at = now();
        let id = job.job.id;
        let score = ended.as_ref().ok().and_then(|report| report.score(MetricName::NetScore));
        let recorded = transact!(self.0.catalog, async |conn| {
            match ended {
                Ok(report) => {
                    catalog::packages::lock(conn, job.package).await?;
                    if !catalog::jobs::finish(conn, id, lease, &Ending::Succeeded, log, at).await? {
                        return Ok(false);
                    }
                    catalog::reports::insert(conn, id, job.revision_seq, score, report, at).await?;
                    catalog::packages::set_report_of_head(conn, job.revision_seq, score, report.verdict).await?;
                    Ok(true)
                }
                Err(Stop::Cancelled) => catalog::jobs::finish(conn, id, lease, &Ending::Cancelled, log, at).await,
                Err(Stop::Failed(why)) => {
                    // 1 s, 2 s: what was a passing lack of memory may be over
                    let again_at = at + time::Duration::seconds(1 << job.job.attempt.clamp(1, MAX_ATTEMPTS).saturating_sub(1));
                    catalog::jobs::finish(conn, id, lease, &Ending::Failed { why, again_at }, log, at).await
                }
                Err(Stop::Postponed(wait)) => catalog::jobs::release(conn, id, lease, at + *wait).await,
                Err(Stop::LeaseLost) => Ok(false),
            }
        })?;
        match ended {
            Ok(report) if recorded => {
                tracing::info!(job.id = %id, job.attempt = job.job.attempt, score, duration_ms = report.latency_ms, "a job succeeded");
            }
            Err(Stop::Failed(why)) => {
                tracing::warn!(job.id = %id, job.attempt = job.job.attempt, why, "an attempt at a job failed");
            }
            Ok(_) | Err(Stop::Cancelled | Stop::Postponed(_) | Stop::LeaseLost) => {}
        }
        Ok(())
    }
}

async fn read_report(place: &Workplace) -> Result<Report, String> {
    use tokio::io::AsyncReadExt as _;
    let mut json = Vec::new();
    let read = async {
        let file = tokio::fs::File::open(place.report()).await?;
        file.take(MAX_REPORT + 1).read_to_end(&mut json).await
    };
    read.await.map_err(|error| format!("The autograder left no report: {error}."))?;
    if json.len() as u64 > MAX_REPORT {
        return Err("The autograder's report is too large.".to_owned());
    }
    let unreadable = |error| format!("The autograder's report cannot be read: {error}.");
    let report = serde_json::from_slice(&json).map(without_nul).map_err(unreadable)?;
    let report: Report = serde_json::from_value(report).map_err(unreadable)?;
    report.validate().map_err(|error| format!("The autograder's report is not valid: {error}."))?;
    Ok(report)
}

/// PostgreSQL stores no NUL in text, and what is reported of hostile files may hold some.
fn without_nul(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace('\0', "\u{fffd}")),
        Value::Array(values) => values.into_iter().map(without_nul).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (key.replace('\0', "\u{fffd}"), without_nul(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

fn pid(child: &Child) -> Option<Pid> {
    child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw)
}

/// Kills the process and what it may have started.
fn kill(child: &Child) {
    if let Some(pid) = pid(child)
        && let Err(error) = kill_process_group(pid, Signal::KILL)
    {
        tracing::debug!(%error, "the autograder was gone already");
    }
}

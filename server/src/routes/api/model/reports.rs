//! Jobs and what they found.

use domain::{
    job, listing,
    report::{self, MetricName, Outcome},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::moment;

/// A run of the autograder.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Job {
    /// Its id.
    #[schema(format = Uuid)]
    id: String,
    /// The revision that it scores.
    revision: String,
    /// `queued`, `running`, `succeeded`, `failed` or `cancelled`.
    state: String,
    /// The attempt, from 1; 0 before the first.
    attempt: u32,
    /// Whether somebody wants it to stop.
    cancel_requested: bool,
    /// When it was queued.
    #[schema(format = DateTime)]
    queued_at: String,
    /// When the attempt began.
    #[schema(format = DateTime)]
    started_at: Option<String>,
    /// When it ended for good.
    #[schema(format = DateTime)]
    finished_at: Option<String>,
    /// Why it failed.
    error: Option<String>,
    /// The end of its log.
    log_tail: String,
}

impl From<job::Job> for Job {
    fn from(job: job::Job) -> Self {
        Self {
            id: job.id.to_string(),
            revision: job.revision.to_hex(),
            state: job.state.as_str().to_owned(),
            attempt: job.attempt,
            cancel_requested: job.cancel_requested,
            queued_at: moment(job.queued_at),
            started_at: job.started_at.map(moment),
            finished_at: job.finished_at.map(moment),
            error: job.error,
            log_tail: job.log_tail,
        }
    }
}

/// The newest report on a revision, and its newest job.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Scores {
    /// What the autograder found; nothing while it has not.
    report: Option<Report>,
    /// Its newest run.
    job: Option<Job>,
}

impl From<listing::Scores> for Scores {
    fn from(scores: listing::Scores) -> Self {
        Self { report: scores.report.map(Into::into), job: scores.job.map(Into::into) }
    }
}

/// What the autograder found.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Report {
    /// The version of the report's form.
    version: u32,
    /// The version of the autograder.
    autograder: String,
    /// `clean`, `suspicious`, `dangerous` or `unreadable`; nothing when it was not scanned.
    #[schema(value_type = Option<String>)]
    verdict: Option<report::Verdict>,
    /// The metrics.
    metrics: Vec<Metric>,
    /// What is wrong with single files.
    findings: Vec<Finding>,
    /// What the files say about themselves.
    #[schema(value_type = Object)]
    facts: report::Facts,
}

/// A metric: a score with its evidence, or the reason why there is none.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Metric {
    /// Its name.
    #[schema(value_type = String, example = "net_score")]
    name: MetricName,
    /// From 0 (worst) to 1 (best); nothing when it is not available.
    score: Option<f64>,
    /// Scores of its parts, such as of each device.
    parts: std::collections::BTreeMap<String, f64>,
    /// What led to the score.
    evidence: Vec<String>,
    /// Why it is not available.
    reason: Option<String>,
    /// How long it took, in microseconds.
    latency_us: u64,
}

/// Something to know about a file.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Finding {
    /// `info`, `warning` or `critical`.
    #[schema(value_type = String)]
    severity: report::Severity,
    /// The rule that found it.
    rule: String,
    /// The file.
    path: String,
    /// What was found.
    message: String,
}

impl From<report::Report> for Report {
    fn from(report: report::Report) -> Self {
        let metric = |metric: report::Metric| {
            let (name, latency_us) = (metric.name, metric.latency_us);
            match metric.outcome {
                Outcome::Scored { score, parts, evidence } => {
                    Metric { name, score: Some(score), parts, evidence, reason: None, latency_us }
                }
                Outcome::NotAvailable { reason } => Metric {
                    name,
                    score: None,
                    parts: Default::default(),
                    evidence: Vec::new(),
                    reason: Some(reason),
                    latency_us,
                },
            }
        };
        let finding = |finding: report::Finding| Finding {
            severity: finding.severity,
            rule: finding.rule,
            path: finding.path.to_string(),
            message: finding.message,
        };
        Self {
            version: report.version,
            autograder: report.autograder,
            verdict: report.verdict,
            metrics: report.metrics.into_iter().map(metric).collect(),
            findings: report.findings.into_iter().map(finding).collect(),
            facts: report.facts,
        }
    }
}

/// Which revision is to be scored again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewJob {
    /// A branch, a version, an alias or a revision id.
    #[schema(example = "main")]
    pub(in super::super) revision: String,
}

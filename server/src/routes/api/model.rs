//! What REST shows of the registry's words. Own types, so that what programs rely on does not change when pages want more.

use domain::{
    account::{CreatedToken, CurrentUser, TokenSummary},
    job, listing,
    report::{self, MetricName, Outcome},
    upload::{self, UploadState, UploadStatus},
};
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::ToSchema;

/// RFC 3339. Moments of the catalog lie in years that it can write.
fn moment(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// The items.
    pub(super) items: Vec<T>,
    /// Give it back as `cursor` for the next page; nothing at the end.
    pub(super) next: Option<String>,
}

impl<T> Page<T> {
    /// Shows a page of the services.
    pub(super) fn of<U: Into<T>>(page: listing::Page<U>) -> Self {
        Self { items: page.items.into_iter().map(Into::into).collect(), next: page.next }
    }
}

/// A package in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Package {
    /// `model`, `dataset` or `code`.
    kind: String,
    /// The user or organisation.
    namespace: String,
    /// The package's name.
    name: String,
    /// What its card says that it is.
    description: String,
    /// The highest version.
    version: Option<String>,
    /// The net score of the head of `main`, from 0 to 1.
    score: Option<f64>,
    /// When it changed last.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<listing::PackageSummary> for Package {
    fn from(found: listing::PackageSummary) -> Self {
        Self {
            kind: found.package.kind.to_string(),
            namespace: found.package.namespace.to_string(),
            name: found.package.name.to_string(),
            description: found.description,
            version: found.version,
            score: found.score,
            updated_at: moment(found.updated_at),
        }
    }
}

/// A revision.
#[derive(Serialize, ToSchema)]
pub(super) struct Revision {
    /// 40 hexadecimal digits, derived from the content.
    id: String,
    /// The revision before.
    parent: Option<String>,
    /// Who made it.
    author: String,
    /// What is new.
    message: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// The number of its files.
    files: u64,
    /// Their bytes together.
    bytes: u64,
}

impl From<listing::RevisionSummary> for Revision {
    fn from(revision: listing::RevisionSummary) -> Self {
        Self {
            id: revision.id.to_hex(),
            parent: revision.parent.map(|id| id.to_hex()),
            author: revision.author,
            message: revision.message,
            created_at: moment(revision.created_at),
            files: revision.files,
            bytes: revision.bytes,
        }
    }
}

/// A name that points at a revision.
#[derive(Serialize, ToSchema)]
pub(super) struct Ref {
    /// `branch`, `tag` or `alias`.
    kind: String,
    /// The name.
    name: String,
    /// The id of the revision.
    revision: String,
    /// When it was set to it.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<listing::RefSummary> for Ref {
    fn from(found: listing::RefSummary) -> Self {
        Self {
            kind: found.kind.as_str().to_owned(),
            name: found.name,
            revision: found.revision.to_hex(),
            updated_at: moment(found.updated_at),
        }
    }
}

/// A package with one of its revisions.
#[derive(Serialize, ToSchema)]
pub(super) struct PackageDetail {
    /// `model`, `dataset` or `code`.
    kind: String,
    /// The user or organisation.
    namespace: String,
    /// The package's name.
    name: String,
    /// What its card says that it is.
    description: String,
    /// The revision that was asked for.
    revision: Revision,
    /// The net score of that revision, from 0 to 1.
    score: Option<f64>,
    /// The newest job on that revision.
    job: Option<Job>,
    /// Whether the caller may upload to it.
    may_write: bool,
}

impl From<listing::PackageDetail> for PackageDetail {
    fn from(detail: listing::PackageDetail) -> Self {
        Self {
            kind: detail.package.kind.to_string(),
            namespace: detail.package.namespace.to_string(),
            name: detail.package.name.to_string(),
            description: detail.description,
            revision: detail.revision.into(),
            score: detail.score,
            job: detail.job.map(Into::into),
            may_write: detail.may_write,
        }
    }
}

/// A revision in the history of a package.
#[derive(Serialize, ToSchema)]
pub(super) struct HistoryEntry {
    /// The revision.
    revision: Revision,
    /// The names that point at it.
    refs: Vec<Ref>,
    /// Where its newest job stands.
    job: Option<String>,
    /// Its net score, from 0 to 1.
    score: Option<f64>,
}

impl From<listing::HistoryEntry> for HistoryEntry {
    fn from(entry: listing::HistoryEntry) -> Self {
        Self {
            revision: entry.revision.into(),
            refs: entry.refs.into_iter().map(Into::into).collect(),
            job: entry.job.map(|state| state.as_str().to_owned()),
            score: entry.score,
        }
    }
}

/// A file or a folder.
#[derive(Serialize, ToSchema)]
pub(super) struct TreeEntry {
    /// Where it stands in the package.
    path: String,
    /// Its bytes; those of a folder are the sum of what is below.
    size: u64,
    /// The SHA-256 of a file; nothing for a folder.
    sha256: Option<String>,
    /// The git blob id of a file; nothing for a folder.
    git_blob_id: Option<String>,
}

impl From<listing::TreeEntry> for TreeEntry {
    fn from(entry: listing::TreeEntry) -> Self {
        Self {
            path: entry.path,
            size: entry.size,
            sha256: entry.file.as_ref().map(|file| file.sha256.to_hex()),
            git_blob_id: entry.file.map(|file| file.git_blob_id.to_string()),
        }
    }
}

/// The card of a revision.
#[derive(Serialize, ToSchema)]
pub(super) struct Card {
    /// Its text as sanitised HTML.
    html: String,
    /// Its front matter.
    facts: Vec<CardFact>,
    /// What is wrong with it.
    problem: Option<String>,
}

/// An entry of the front matter of a card.
#[derive(Serialize, ToSchema)]
pub(super) struct CardFact {
    /// Its key.
    name: String,
    /// Its values.
    values: Vec<String>,
}

impl From<listing::Card> for Card {
    fn from(card: listing::Card) -> Self {
        let facts = card.facts.into_iter().map(|fact| CardFact { name: fact.name, values: fact.values });
        Self { html: card.html, facts: facts.collect(), problem: card.problem }
    }
}

/// A run of the autograder.
#[derive(Serialize, ToSchema)]
pub(super) struct Job {
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
pub(super) struct Scores {
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
pub(super) struct Report {
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
pub(super) struct Metric {
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
pub(super) struct Finding {
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

/// What is to be uploaded, and where to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUpload {
    /// `model`, `dataset` or `code`.
    #[schema(example = "model")]
    pub(super) kind: String,
    /// The user or organisation.
    #[schema(example = "acme")]
    pub(super) namespace: String,
    /// The package's name; the package is made with its first revision.
    #[schema(example = "bert-tiny")]
    pub(super) name: String,
    /// The branch that the revision goes on; `main` when nothing.
    pub(super) branch: Option<String>,
    /// The version that the revision gets.
    #[schema(example = "1.0.0")]
    pub(super) version: Option<String>,
    /// What is new, in a sentence.
    #[serde(default)]
    pub(super) message: String,
    /// All files of the revision.
    pub(super) files: Vec<NewFile>,
}

/// A file of a future revision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFile {
    /// Where it will stand in the package.
    pub(super) path: String,
    /// Its bytes.
    pub(super) size: u64,
    /// The SHA-256 of its bytes, 64 hexadecimal digits.
    pub(super) sha256: String,
}

/// An upload as its owner sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct Upload {
    /// Its id; all zeros when the revision was there before.
    #[schema(format = Uuid)]
    id: String,
    /// `model`, `dataset` or `code`.
    kind: String,
    /// The user or organisation.
    namespace: String,
    /// The package's name.
    name: String,
    /// The version that the revision will get.
    version: Option<String>,
    /// `open`, `verifying`, `committed` or `aborted`.
    state: &'static str,
    /// The revision, once it is committed.
    revision: Option<String>,
    /// How many bytes are verified, while it is verifying.
    verified_bytes: Option<u64>,
    /// The blobs that are not there yet. Empty and open: ready to be completed.
    missing: Vec<MissingBlob>,
    /// The number of files of the revision.
    files: u64,
    /// Their bytes together.
    total_bytes: u64,
    /// When it began.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it is given up unless something arrives.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Content that the registry does not have yet.
#[derive(Serialize, ToSchema)]
pub(super) struct MissingBlob {
    /// Its SHA-256.
    sha256: String,
    /// Its bytes.
    size: u64,
    /// The bytes of every part but the last; an empty blob is one empty part.
    part_size: u64,
    /// The number of parts.
    parts: u32,
    /// The parts that have arrived, by number from 1.
    received: Vec<u32>,
}

impl From<UploadStatus> for Upload {
    fn from(status: UploadStatus) -> Self {
        let (state, revision, verified_bytes) = match status.state {
            UploadState::Open => ("open", None, None),
            UploadState::Verifying { done, .. } => ("verifying", None, Some(done)),
            UploadState::Committed { revision } => ("committed", Some(revision.to_hex()), None),
            UploadState::Aborted => ("aborted", None, None),
        };
        let missing = |blob: upload::MissingBlob| MissingBlob {
            sha256: blob.sha256.to_hex(),
            size: blob.plan.size,
            part_size: blob.plan.part_size,
            parts: blob.plan.count(),
            received: blob.received,
        };
        Self {
            id: status.id.to_string(),
            kind: status.package.kind.to_string(),
            namespace: status.package.namespace.to_string(),
            name: status.package.name.to_string(),
            version: status.version.map(|version| version.to_string()),
            state,
            revision,
            verified_bytes,
            missing: status.missing.into_iter().map(missing).collect(),
            files: status.files,
            total_bytes: status.total_bytes,
            created_at: moment(status.created_at),
            expires_at: moment(status.expires_at),
        }
    }
}

/// Which parts of a blob are to be sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WantedParts {
    /// The blob, by its SHA-256.
    pub(super) sha256: String,
    /// The parts, by number from 1; at most 1 000 at once.
    pub(super) numbers: Vec<u32>,
}

/// Where one part is sent to.
#[derive(Serialize, ToSchema)]
pub(super) struct PartAddress {
    /// The part, from 1.
    number: u32,
    /// Takes one `PUT` of exactly this part, without further credentials, until it expires.
    url: String,
}

impl From<upload::PartAddress> for PartAddress {
    fn from(address: upload::PartAddress) -> Self {
        Self { number: address.number, url: address.url }
    }
}

/// Which revision is to be scored again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewJob {
    /// A branch, a version, an alias or a revision id.
    #[schema(example = "main")]
    pub(super) revision: String,
}

/// The acting user.
#[derive(Serialize, ToSchema)]
pub(super) struct User {
    /// The name.
    name: String,
    /// Whether the user may administer the registry.
    admin: bool,
}

impl From<&CurrentUser> for User {
    fn from(user: &CurrentUser) -> Self {
        Self { name: user.name.to_string(), admin: user.admin }
    }
}

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
pub(super) struct Token {
    /// Its id.
    #[schema(format = Uuid)]
    id: String,
    /// What it is for.
    name: String,
    /// `search`, `download`, `upload`, `admin`.
    permissions: Vec<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it ends.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// When it was used last, to the minute.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    /// When it was revoked.
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

impl From<TokenSummary> for Token {
    fn from(token: TokenSummary) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            permissions: token.permissions.iter().map(|permission| permission.as_str().to_owned()).collect(),
            created_at: moment(token.created_at),
            expires_at: token.expires_at.map(moment),
            last_used_at: token.last_used_at.map(moment),
            revoked_at: token.revoked_at.map(moment),
        }
    }
}

/// What a new token is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewToken {
    /// What it is for, in 1 to 64 characters.
    pub(super) name: String,
    /// `search`, `download`, `upload`, `admin`.
    pub(super) permissions: Vec<String>,
    /// How many days it works; nothing: for ever.
    pub(super) days: Option<u32>,
}

/// A token and its secret, this one time.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeToken {
    /// The token.
    token: Token,
    /// What programs send.
    secret: String,
}

impl From<CreatedToken> for MadeToken {
    fn from(made: CreatedToken) -> Self {
        Self { token: made.token.into(), secret: made.secret }
    }
}

//! What pages show of packages and revisions.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{
    GitBlobId, Invalid, PackageId, PackageRef, RevisionId, Sha256Digest,
    job::{Job, JobState},
    people::Visibility,
    refs::RefKind,
    report::{Report, Verdict},
};

/// A package in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackageSummary {
    /// What it is called.
    pub package: PackageRef,
    /// What it is, in a line; empty when nobody said.
    pub description: String,
    /// The newest version, if any revision has one.
    pub version: Option<String>,
    /// The net score of the head of `main`, once there is one.
    pub score: Option<f64>,
    /// How often its files were downloaded; downloads of the last minutes may be missing.
    pub downloads: u64,
    /// When its newest revision came in.
    pub updated_at: OffsetDateTime,
}

/// A package with all that its pages have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackageDetail {
    /// The package itself.
    pub id: PackageId,
    /// What it is called, in the spelling of its owner.
    pub package: PackageRef,
    /// What it is, in a line; empty when nobody said.
    pub description: String,
    /// The revision that is shown.
    pub revision: RevisionSummary,
    /// How the shown revision was named: `main`, `1.0.0`, or the id.
    pub at: String,
    /// The refs, newest versions first.
    pub refs: Vec<RefSummary>,
    /// The newest job on the shown revision.
    pub job: Option<Job>,
    /// The net score of the shown revision, once there is one.
    pub score: Option<f64>,
    /// How often its files were downloaded, of all revisions together: a file, a zip, or a list of addresses counts as one.
    pub downloads: u64,
    /// How often those of the shown revision were.
    pub revision_downloads: u64,
    /// Whether the acting user may upload to it, score it again and cancel its jobs.
    pub may_write: bool,
    /// Who may find and download it.
    pub visibility: Visibility,
    /// Whether the acting user may delete and rename it, say who may find it, and move its protected aliases.
    pub may_manage: bool,
    /// What its card says, at the head of `main`.
    pub facts: PackageFacts,
}

/// What the card says of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageFacts {
    /// The licence: `apache-2.0`.
    pub license: Option<String>,
    /// What it does: `text-classification`.
    pub task: Option<String>,
    /// What runs it: `transformers`.
    pub library: Option<String>,
    /// Its topics, sorted.
    pub topics: Vec<String>,
}

/// That a package exists, for who is about to add to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExistingPackage {
    /// The highest version, if it has any.
    pub version: Option<String>,
    /// Who finds it.
    pub visibility: Visibility,
}

/// A revision in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionSummary {
    /// Its id.
    pub id: RevisionId,
    /// What it builds on.
    pub parent: Option<RevisionId>,
    /// Who made it.
    pub author: String,
    /// What is new.
    pub message: String,
    /// When it came in.
    pub created_at: OffsetDateTime,
    /// How many files it holds.
    pub files: u64,
    /// The bytes of all its files together.
    pub bytes: u64,
}

/// A name that points at a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefSummary {
    /// How it behaves.
    pub kind: RefKind,
    /// The name.
    pub name: String,
    /// Where it points.
    pub revision: RevisionId,
    /// When it was made or moved last.
    pub updated_at: OffsetDateTime,
}

/// A revision in a package's history, with the names that point at it and how it fared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The revision.
    pub revision: RevisionSummary,
    /// The names that point at it.
    pub refs: Vec<RefSummary>,
    /// The state of its newest job.
    pub job: Option<JobState>,
    /// Its net score, once there is one.
    pub score: Option<f64>,
    /// How often its files were downloaded.
    pub downloads: u64,
}

/// A file or a folder of a revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeEntry {
    /// The whole path.
    pub path: String,
    /// The bytes of the file, or of all files below the folder.
    pub size: u64,
    /// What a file holds; nothing for a folder.
    pub file: Option<FileFacts>,
}

impl TreeEntry {
    /// The last segment of the path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// The digests of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Its content address.
    pub sha256: Sha256Digest,
    /// What git would call it.
    pub git_blob_id: GitBlobId,
}

/// The card of a revision, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The body as sanitised HTML; the only HTML in the registry that was not written by it.
    pub html: String,
    /// The front matter as facts, in the order of the card.
    pub facts: Vec<CardFact>,
    /// What is wrong with the front matter, when it could not be read.
    pub problem: Option<String>,
}

/// A line of the front matter: a name and its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardFact {
    /// The key: `license`.
    pub name: String,
    /// One value, or several for a list.
    pub values: Vec<String>,
}

/// What the score page shows: the report of the newest finished job, and the newest job itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// The report, once there is one.
    pub report: Option<Report>,
    /// The job that wrote or will write it.
    pub job: Option<Job>,
}

/// What the first page of a package shows of the newest report: a few words, where the report has a list of everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    /// What the security scan concludes; nothing when there was none.
    pub verdict: Option<Verdict>,
    /// The licence that was found, as an SPDX expression.
    pub license: Option<String>,
    /// Parameters over all weight files that could be read.
    pub parameters: Option<u64>,
    /// The architecture that the files name.
    pub architecture: Option<String>,
}

impl From<Report> for Brief {
    fn from(report: Report) -> Self {
        let Report { verdict, facts, .. } = report;
        Self { verdict, license: facts.license, parameters: facts.parameters, architecture: facts.architecture }
    }
}

/// How many items of a list may be asked for at once, where the list does not give more by itself.
pub const MAX_LIMIT: u32 = 100;
/// How many addresses of files a list gives by itself, and at the most.
pub const MAX_ADDRESSES: u32 = 500;

/// How many names of each kind are told with a package. There are lists of all of them.
pub const SHOWN_REFS: u32 = 200;

/// How many items are asked for, as it stands in an address; nothing when nobody says.
///
/// # Errors
/// Invalid when it is no number from 1 to `most`.
pub fn limit(text: &str, most: u32) -> Result<Option<u32>, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let limit = text.parse().ok().filter(|limit| (1..=most).contains(limit));
    limit.map(Some).ok_or_else(|| Invalid::new(format!("the limit is a number from 1 to {most}: “{text}”")))
}

/// A page of a list, and how to ask for the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Give it back to get the page after this one; nothing on the last.
    pub next: Option<String>,
}

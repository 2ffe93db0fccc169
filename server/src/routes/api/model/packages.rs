//! Packages, their revisions and files.

use domain::listing;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Job, moment};

/// A package in a list.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Package {
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
    /// How often its files were downloaded; downloads of the last minutes may be missing.
    downloads: u64,
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
            downloads: found.downloads,
            updated_at: moment(found.updated_at),
        }
    }
}

/// A revision.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Revision {
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
pub(in super::super) struct Ref {
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
pub(in super::super) struct PackageDetail {
    /// `model`, `dataset` or `code`.
    kind: String,
    /// The user or organisation.
    namespace: String,
    /// The package's name.
    name: String,
    /// What its card says that it is.
    description: String,
    /// What else the card of the head of `main` says.
    facts: Facts,
    /// The revision that was asked for.
    revision: Revision,
    /// The net score of that revision, from 0 to 1.
    score: Option<f64>,
    /// The newest job on that revision.
    job: Option<Job>,
    /// How often its files were downloaded, of all revisions together: a file, a zip, or a list of addresses counts as one.
    downloads: u64,
    /// How often those of that revision were.
    revision_downloads: u64,
    /// Who may find and download it without a right on the namespace: `private` (nobody), `internal` (everybody who is signed in) or
    /// `public` (everybody).
    visibility: String,
    /// Whether the caller may upload to it.
    may_write: bool,
    /// Whether the caller may change who finds it, delete and rename it, and move its protected aliases.
    may_manage: bool,
}

impl From<listing::PackageDetail> for PackageDetail {
    fn from(detail: listing::PackageDetail) -> Self {
        Self {
            kind: detail.package.kind.to_string(),
            namespace: detail.package.namespace.to_string(),
            name: detail.package.name.to_string(),
            description: detail.description,
            facts: detail.facts.into(),
            revision: detail.revision.into(),
            score: detail.score,
            job: detail.job.map(Into::into),
            downloads: detail.downloads,
            revision_downloads: detail.revision_downloads,
            visibility: detail.visibility.as_str().to_owned(),
            may_write: detail.may_write,
            may_manage: detail.may_manage,
        }
    }
}

/// What the card of a package says.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Facts {
    /// The licence: `apache-2.0`.
    license: Option<String>,
    /// What it does: `text-classification`.
    task: Option<String>,
    /// What runs it: `transformers`.
    library: Option<String>,
    /// Its topics, sorted.
    topics: Vec<String>,
}

impl From<listing::PackageFacts> for Facts {
    fn from(facts: listing::PackageFacts) -> Self {
        Self { license: facts.license, task: facts.task, library: facts.library, topics: facts.topics }
    }
}

/// A revision in the history of a package.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct HistoryEntry {
    /// The revision.
    revision: Revision,
    /// The names that point at it.
    refs: Vec<Ref>,
    /// Where its newest job stands.
    job: Option<String>,
    /// Its net score, from 0 to 1.
    score: Option<f64>,
    /// How often its files were downloaded.
    downloads: u64,
}

impl From<listing::HistoryEntry> for HistoryEntry {
    fn from(entry: listing::HistoryEntry) -> Self {
        Self {
            revision: entry.revision.into(),
            refs: entry.refs.into_iter().map(Into::into).collect(),
            job: entry.job.map(|state| state.as_str().to_owned()),
            score: entry.score,
            downloads: entry.downloads,
        }
    }
}

/// A file or a folder.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct TreeEntry {
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
pub(in super::super) struct Card {
    /// Its text as sanitised HTML.
    html: String,
    /// Its front matter.
    facts: Vec<CardFact>,
    /// What is wrong with it.
    problem: Option<String>,
}

/// An entry of the front matter of a card.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct CardFact {
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

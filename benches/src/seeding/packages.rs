//! The rows of a package: what its upload, its commit and its first job leave behind.

use std::collections::{BTreeMap, HashMap};

use domain::{
    FilePath, PackageRef, RevisionId,
    manifest::{Limits, Manifest, ManifestFile},
    refs::DEFAULT_BRANCH,
    report::{Facts, Metric, MetricName, Outcome as Scoring, REPORT_VERSION, Report, Verdict},
    version,
};
use registry::seeding::{INDEX_FORM, IndexRow, SCORE_OF_NONE};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    library::{Content, Library, Package},
    rows::{Batch, Table, Value},
    sink::{Engine, Places},
};
use crate::Outcome;

/// Who commits at the command line.
pub(super) const AUTHOR: &str = "operator";
pub(super) const MESSAGE: &str = "Import";

macro_rules! row {
    ($batch:expr, $table:ident, [$($value:expr),* $(,)?]) => {
        $batch.add(Table::$table, [$(Value::from($value)),*])
    };
}

/// A revision that was written.
pub(super) struct Written {
    pub(super) seq: i64,
    pub(super) id: RevisionId,
}

/// What a revision is written with.
pub(super) struct Commit<'a> {
    pub(super) package: &'a PackageRef,
    pub(super) package_id: Uuid,
    pub(super) parent: Option<RevisionId>,
    pub(super) manifest: &'a Manifest,
    pub(super) version: &'a str,
    pub(super) score: Option<f64>,
    pub(super) at: OffsetDateTime,
}

/// Writes packages into batches.
pub(super) struct Writer<'a> {
    pub(super) library: &'a Library,
    engine: Engine,
    places: Places,
    namespaces: HashMap<String, Uuid>,
    has_shared: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(library: &'a Library, mut places: Places, engine: Engine) -> Self {
        let namespaces = std::mem::take(&mut places.namespaces);
        Self { library, engine, has_shared: places.has_packages, places, namespaces }
    }

    /// Adds a package by its number.
    pub(super) fn add(&mut self, batch: &mut Batch, number: u64) -> Outcome<()> {
        if !std::mem::replace(&mut self.has_shared, true) {
            for content in self.library.shared() {
                add_blob(batch, &content, time::OffsetDateTime::UNIX_EPOCH);
            }
        }
        let package = self.library.package(number)?;
        let id = self.add_head(batch, &package, &package.version)?;
        for (_, content) in package.files.iter().filter(|(_, content)| !self.library.is_shared(content)) {
            add_blob(batch, content, package.created_at);
        }
        let manifest = manifest(&package.files)?;
        let commit = Commit {
            package: &package.package,
            package_id: id,
            parent: None,
            manifest: &manifest,
            version: &package.version,
            score: package.score,
            at: package.updated_at,
        };
        let written = self.add_revision(batch, &commit)?;
        add_ref(batch, id, "branch", DEFAULT_BRANCH, &written, package.updated_at);
        Ok(())
    }

    /// Adds the package itself with what the head of `main` says of it.
    pub(super) fn add_head(&mut self, batch: &mut Batch, package: &Package<'_>, version: &str) -> Outcome<Uuid> {
        let id = Uuid::now_v7();
        let name = &package.package;
        let namespace = self.namespace(batch, name, package.created_at);
        let summary = &package.card.summary;
        let verdict = package.score.map(verdict_of);
        let bytes: u64 = package.files.iter().map(|(_, content)| content.size).sum();
        row!(
            batch,
            Packages,
            [
                id,
                name.kind.as_str(),
                namespace,
                name.name.as_str(),
                name.name.key(),
                summary.description.as_str(),
                version,
                package.score.unwrap_or(SCORE_OF_NONE),
                package.created_at,
                package.updated_at,
                package.visibility,
                summary.license.as_deref(),
                summary.task.as_deref(),
                summary.library.as_deref(),
                bytes,
                verdict.map(Verdict::as_str),
                package.downloads,
                i64::from(INDEX_FORM),
            ]
        );
        let index = IndexRow::of(name, summary, verdict, package.score);
        for word in index.vocabulary() {
            if !self.places.vocabulary.contains(word) {
                self.places.vocabulary.insert(word.to_owned());
                row!(batch, Vocabulary, [word]);
            }
        }
        match self.engine {
            Engine::Sqlite => {
                let place = IndexRow::place(package.updated_at);
                row!(batch, Places, [place, id]);
                let [words, description, card, facts] = index.columns();
                row!(batch, PlacedWords, [place, id, words, description, card, facts]);
            }
            Engine::Postgres => row!(batch, Words, [id, package.updated_at, index.vector()]),
        }
        row!(batch, Cards, [id, summary.text.as_str()]);
        for topic in &summary.topics {
            row!(batch, Topics, [id, topic.as_str()]);
        }
        for edge in &package.edges {
            let Some(target_kind) = edge.relation.target_kind(name.kind) else { continue };
            let (target_namespace, target_name) = edge.target.key();
            row!(
                batch,
                Lineage,
                [
                    id,
                    edge.relation.as_str(),
                    target_kind.as_str(),
                    target_namespace,
                    target_name,
                    edge.target.to_string(),
                    true,
                    "untouched",
                ]
            );
        }
        Ok(id)
    }

    /// Adds a revision with its version, its job and its report.
    pub(super) fn add_revision(&mut self, batch: &mut Batch, commit: &Commit<'_>) -> Outcome<Written> {
        let Commit { package, package_id, parent, manifest, version, score, at } = commit;
        let seq = self.places.next_seq;
        self.places.next_seq += 1;
        let id = manifest.revision_id(parent.as_ref(), AUTHOR, MESSAGE);
        let parent = parent.map(|parent| parent.as_bytes().to_vec());
        row!(
            batch,
            Revisions,
            [
                seq,
                *package_id,
                id.as_bytes().to_vec(),
                parent,
                manifest.digest(),
                None::<Uuid>,
                AUTHOR,
                MESSAGE,
                manifest.files().len() as u64,
                manifest.total_bytes(),
                *at,
            ]
        );
        add_entries(batch, seq, manifest);
        let written = Written { seq, id };
        add_ref(batch, *package_id, "tag", version, &written, *at);
        let job = Uuid::now_v7();
        let (state, attempt, done) = match (score, self.library.is_small()) {
            (Some(_), _) => ("succeeded", 1_i64, Some(*at)),
            (None, false) => ("failed", 3, Some(*at)),
            (None, true) => ("queued", 0, None),
        };
        row!(batch, Jobs, [job, *package_id, seq, state, attempt, false, *at, *at, done, done, ""]);
        if let Some(score) = *score {
            row!(batch, Reports, [job, seq, score, serde_json::to_string(&report(score, manifest))?, *at]);
        }
        row!(batch, Audit, [*at, AUTHOR, "commit_revision", format!("{}/{package}@{id}", package.kind)]);
        Ok(written)
    }

    fn namespace(&mut self, batch: &mut Batch, package: &PackageRef, at: OffsetDateTime) -> Uuid {
        let name = &package.namespace;
        *self.namespaces.entry(name.key()).or_insert_with(|| {
            let id = Uuid::now_v7();
            row!(batch, Namespaces, [id, name.as_str(), name.key(), None::<Uuid>, at]);
            id
        })
    }
}

pub(super) fn add_blob(batch: &mut Batch, content: &Content, at: OffsetDateTime) {
    row!(batch, Blobs, [content.sha256, content.size, content.git_id.to_vec(), "file", at]);
}

pub(super) fn add_ref(batch: &mut Batch, package: Uuid, kind: &str, name: &str, at: &Written, moment: OffsetDateTime) {
    let order_key = if kind == "tag" { version::order_key(name) } else { vec![u8::from(name != DEFAULT_BRANCH)] };
    row!(batch, Refs, [package, kind, name, at.seq, moment, order_key]);
}

/// Files and the folders above them.
fn add_entries(batch: &mut Batch, seq: i64, manifest: &Manifest) {
    let mut folders: BTreeMap<&str, u64> = BTreeMap::new();
    for file in manifest.files() {
        for folder in file.path.ancestors() {
            *folders.entry(folder).or_default() += file.size;
        }
        row!(batch, Entries, [seq, file.path.as_str(), file.path.parent(), true, file.size, file.sha256]);
    }
    for (folder, size) in folders {
        let parent = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        row!(batch, Entries, [seq, folder, parent, false, size, None::<String>]);
    }
}

pub(super) fn manifest(files: &[(FilePath, Content)]) -> Outcome<Manifest> {
    let files =
        files.iter().map(|(path, content)| ManifestFile { path: path.clone(), size: content.size, sha256: content.sha256 });
    Ok(Manifest::new(files.collect(), &Limits::default())?)
}

fn verdict_of(score: f64) -> Verdict {
    match score {
        score if score < 0.02 => Verdict::Dangerous,
        score if score < 0.06 => Verdict::Suspicious,
        score if score < 0.08 => Verdict::Unreadable,
        _ => Verdict::Clean,
    }
}

fn report(score: f64, manifest: &Manifest) -> Report {
    let metrics = MetricName::ALL.into_iter().enumerate().map(|(at, name)| {
        let outcome = if at < 5 {
            Scoring::Scored {
                score,
                parts: BTreeMap::new(),
                evidence: vec!["As the card and the files of the package say.".to_owned()],
            }
        } else {
            Scoring::NotAvailable { reason: "Nothing that it could be seen from is linked.".to_owned() }
        };
        Metric { name, outcome, latency_us: 250 }
    });
    Report {
        version: REPORT_VERSION,
        autograder: "0.1.0".to_owned(),
        metrics: metrics.collect(),
        findings: Vec::new(),
        verdict: Some(verdict_of(score)),
        facts: Facts { files: manifest.files().len() as u64, bytes: manifest.total_bytes(), ..Facts::default() },
        latency_ms: 12,
    }
}

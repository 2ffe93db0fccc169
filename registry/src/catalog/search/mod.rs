//! Searching packages: a page of those that fulfil some conditions, in an order, without reading the others.
//!
//! The newest are read out of the index of words, from the newest on (`newest.rs`); the order by relevance is that in steps
//! (`relevance.rs`). To the best, two ways lead: when few packages have the words and facts that are asked for, they are looked up in
//! the index of words and put in order; when many have, packages are read in their order, each is looked up, and the page is soon
//! full. Conditions that are ranges are checked on what is read.

mod facts;
pub(crate) mod index;
mod newest;
pub(crate) mod recent;
mod relevance;
mod statements;
mod vocabulary;

pub(crate) use self::facts::SHORTEST_RUN;

use domain::{
    PackageKind,
    listing::PackageSummary,
    search::{Filters, Sort},
};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use self::{
    facts::Said,
    statements::{Named, few, many, plain},
};
use super::{Conn, optional_scalar, packages::package_ref, rows, scalar, signed, unsigned, visible::Viewer, words::Question};
use crate::Result;

/// What stands in `packages.score` while there is none: below every score, so that the order is total.
pub(crate) const NO_SCORE: f64 = -1.0;

/// From how many packages on it is cheaper to read packages in their order than to put those that were found in order.
const MANY: i64 = 20_000;
/// How many of the newest packages are asked first whether many have the words.
const SAMPLE: i64 = 4096;
/// How many of them are many: with more, a page is full after some hundred packages.
const MANY_OF_SAMPLE: i64 = 64;

/// Behind every moment of a catalog.
const LAST_MOMENT: OffsetDateTime = time::macros::datetime!(9999-12-31 23:59:59 UTC);

/// Where a page ended: the values that the order compares.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Position {
    pub(crate) updated_at: OffsetDateTime,
    pub(crate) score: f64,
    #[serde(default)]
    pub(crate) rank: i32,
    #[serde(default)]
    pub(crate) downloads: i64,
    /// Where the index of words was read up to, on SQLite.
    #[serde(default = "behind_all")]
    pub(crate) place: i64,
    pub(crate) id: Uuid,
}

const fn behind_all() -> i64 {
    i64::MAX
}

impl Position {
    /// Whether a catalog could hold such values: a forged moment may be one that cannot be bound to a query.
    pub(crate) fn is_plausible(&self) -> bool {
        let Self { updated_at, score, rank: _, downloads, place, id: _ } = self;
        updated_at.offset().is_utc()
            && (1..=9999).contains(&updated_at.year())
            && score.is_finite()
            && *downloads >= 0
            && *place >= 0
    }

    /// Before everything.
    const fn start() -> Self {
        Self { updated_at: LAST_MOMENT, score: 2.0, rank: i32::MAX, downloads: i64::MAX, place: behind_all(), id: Uuid::max() }
    }
}

/// A found package, with its position in the order.
pub(crate) struct Found {
    pub(crate) summary: PackageSummary,
    pub(crate) position: Position,
    /// Its card, when that was asked for.
    pub(crate) card: Option<String>,
    pub(crate) facts: FoundFacts,
}

/// What is counted of a package.
pub(crate) struct FoundFacts {
    pub(crate) license: Option<String>,
    pub(crate) task: Option<String>,
    pub(crate) library: Option<String>,
    pub(crate) verdict: Option<String>,
    /// When what is counted was asked for.
    pub(crate) topics: Vec<String>,
}

/// What is searched for.
#[derive(Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) viewer: Viewer,
    pub(crate) filters: &'a Filters,
    pub(crate) sort: Sort,
    /// Runs of letters that the name must have.
    pub(crate) runs: &'a [String],
    /// Whether cards are wanted too.
    pub(crate) with_cards: bool,
    /// Whether what is counted is wanted, topics too, instead of what is shown.
    pub(crate) counting: bool,
}

#[derive(FromRow)]
struct FoundRow {
    id: Uuid,
    kind: String,
    namespace: String,
    name: String,
    description: String,
    version: Option<String>,
    license: Option<String>,
    task: Option<String>,
    library: Option<String>,
    verdict: Option<String>,
    score: f64,
    downloads: i64,
    updated_at: OffsetDateTime,
    rank: i32,
    place: i64,
    card: Option<String>,
    /// One a line: none holds a break.
    topics: Option<String>,
}

impl FoundRow {
    fn found(self) -> sqlx::Result<Found> {
        Ok(Found {
            summary: PackageSummary {
                package: package_ref(&self.kind, &self.namespace, &self.name)?,
                description: self.description,
                version: self.version,
                score: (self.score > NO_SCORE).then_some(self.score),
                downloads: unsigned(self.downloads),
                updated_at: self.updated_at,
            },
            position: Position {
                updated_at: self.updated_at,
                score: self.score,
                rank: self.rank,
                downloads: self.downloads,
                place: self.place,
                id: self.id,
            },
            card: self.card,
            facts: FoundFacts {
                license: self.license,
                task: self.task,
                library: self.library,
                verdict: self.verdict,
                topics: self.topics.iter().flat_map(|topics| topics.lines()).map(str::to_owned).collect(),
            },
        })
    }
}

/// An order in which the index of words is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Best {
    Score,
    Downloads,
}

/// The packages that the viewer may find and that fulfil all conditions but the expression, after `after`, at most `limit`.
pub(crate) async fn find(conn: &mut Conn, search: Search<'_>, after: Option<&Position>, limit: u32) -> Result<Vec<Found>> {
    let Search { viewer, filters, sort, .. } = search;
    let mut question = question(&search);
    let start = Position::start();
    let after = after.unwrap_or(&start);
    if question.is_empty() || is_plain(&search) {
        let sql = plain(sort, viewer.is_anonymous(), filters.kind.is_some(), filters.namespace.is_some());
        let words = written(conn, &question);
        return ask(conn, &search, sql, &words, after, limit).await;
    }
    vocabulary::complete(conn, &mut question).await?;
    if sort == Sort::Relevance && !filters.text.trim().is_empty() {
        return relevance::find(conn, &search, question, after, limit).await;
    }
    let words = written(conn, &question);
    let by = match sort {
        Sort::Newest | Sort::Relevance => return newest::find(conn, &search, &words, Named::Any, after, limit).await,
        Sort::Score => Best::Score,
        Sort::Downloads => Best::Downloads,
    };
    let sql = if have_many(conn, &words).await? { many(conn, by, viewer.is_anonymous()) } else { few(conn, by) };
    ask(conn, &search, sql, &words, after, limit).await
}

/// Runs a statement of `statements.rs`.
async fn ask(
    conn: &mut Conn,
    search: &Search<'_>,
    sql: &'static str,
    words: &str,
    after: &Position,
    limit: u32,
) -> Result<Vec<Found>> {
    ask_since(conn, search, sql, words, after, limit, Ranges::of(search.filters)).await
}

async fn ask_since(
    conn: &mut Conn,
    search: &Search<'_>,
    sql: &'static str,
    words: &str,
    after: &Position,
    limit: u32,
    ranges: Ranges,
) -> Result<Vec<Found>> {
    let Search { viewer, filters, .. } = search;
    // PostgreSQL must be told what NULL is: every condition has its value, and one that nothing is below or above
    let (kind, namespace) = (filters.kind.map(PackageKind::as_str), filters.namespace.as_ref().map(domain::NamespaceName::key));
    let (kind, namespace) = if is_plain(search) { (kind, namespace) } else { (None, None) };
    let wanted = Wanted::of(&filters.text);
    let found: Vec<FoundRow> = rows!(
        conn,
        sql,
        words,
        kind,
        namespace,
        after.updated_at,
        after.score,
        after.rank,
        after.id,
        i64::from(limit),
        viewer.all,
        viewer.user,
        viewer.token,
        ranges.least_score,
        ranges.least_bytes,
        ranges.most_bytes,
        ranges.since,
        wanted.exactly,
        wanted.holds,
        search.with_cards,
        after.downloads,
        after.place,
        index::place_of(ranges.since).max(0),
        search.counting
    )?;
    Ok(found.into_iter().map(FoundRow::found).collect::<sqlx::Result<_>>()?)
}

/// Whether so many packages have words and facts that it is cheaper to look for them than to put them in order.
async fn have_many(conn: &mut Conn, words: &str) -> Result<bool> {
    let sampled = match conn {
        Conn::Sqlite(_) => {
            let since: Option<i64> =
                optional_scalar!(conn, "SELECT place FROM package_words_places ORDER BY place DESC LIMIT 1 OFFSET $1", SAMPLE)?;
            match since {
                Some(since) => scalar!(
                    conn,
                    "SELECT count(*) FROM package_words WHERE package_words MATCH $1 AND package_words.rowid >= $2",
                    words,
                    since
                )?,
                None => 0,
            }
        }
        Conn::Postgres(_) => match newest::since(conn, LAST_MOMENT, SAMPLE).await? {
            Some(since) => newest::count(conn, words, since, LAST_MOMENT).await?,
            None => 0,
        },
    };
    Ok(sampled >= MANY_OF_SAMPLE || count(conn, words, MANY).await? >= MANY)
}

/// How many packages have words and facts, counted up to a limit.
async fn count(conn: &mut Conn, words: &str, limit: i64) -> Result<i64> {
    let sql = statements::count(conn);
    Ok(scalar!(conn, sql, words, limit)?)
}

/// Whether nothing is asked but a kind and a namespace: there are indexes for these.
fn is_plain(search: &Search<'_>) -> bool {
    let Filters { text, kind: _, namespace: _, license, task, library, topic, verdict, min_score, .. } = search.filters;
    let facts = [license, task, library, topic];
    text.trim().is_empty()
        && facts.iter().all(|fact| fact.is_none())
        && verdict.is_none()
        && min_score.is_none()
        && search.runs.is_empty()
}

/// The words and facts that the packages must have.
fn question(search: &Search<'_>) -> Question {
    let Filters { text, kind, namespace, license, task, library, topic, verdict, min_score, .. } = search.filters;
    let mut asked = Vec::new();
    let said = Said {
        kind: kind.map(PackageKind::as_str),
        license: license.as_deref(),
        task: task.as_deref(),
        library: library.as_deref(),
    };
    asked.extend(said.together());
    asked.extend(namespace.as_ref().map(|name| facts::namespace(&name.key())));
    asked.extend(topic.as_deref().map(facts::topic));
    asked.extend(verdict.map(facts::verdict));
    asked.extend(min_score.and_then(facts::score_from));
    asked.extend(search.runs.iter().flat_map(|run| facts::longest_runs(run)));
    Question::of(text, asked)
}

/// A question in the language of the engine.
fn written(conn: &Conn, question: &Question) -> String {
    match conn {
        Conn::Sqlite(_) => question.fts5(),
        Conn::Postgres(_) => question.tsquery(),
    }
}

/// Conditions that are ranges, each with a value: the widest when it is not asked for.
#[derive(PartialEq)]
struct Ranges {
    least_score: f64,
    least_bytes: i64,
    most_bytes: i64,
    since: OffsetDateTime,
}

impl Ranges {
    fn of(filters: &Filters) -> Self {
        Self {
            least_score: filters.min_score.unwrap_or(NO_SCORE),
            least_bytes: filters.min_bytes.map_or(0, signed),
            most_bytes: filters.max_bytes.map_or(i64::MAX, |bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
            since: filters.updated_since.unwrap_or(time::macros::datetime!(0001-01-01 00:00:00 UTC)),
        }
    }

    /// Whether they leave nothing out.
    fn are_widest(&self) -> bool {
        *self == Self::of(&Filters::default())
    }
}

/// How well a name fits a text, as patterns of `LIKE`.
struct Wanted {
    exactly: String,
    holds: String,
}

impl Wanted {
    fn of(text: &str) -> Self {
        let exactly = text.trim().to_lowercase().replace('\0', "");
        let escaped = exactly.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        Self { holds: format!("%{escaped}%"), exactly }
    }
}

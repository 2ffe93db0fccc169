//! Searching packages, and counting what they have in common.

mod counts;
mod pattern;
mod reindex;

use std::{
    num::NonZero,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use domain::{
    ErrorKind,
    account::Permission,
    listing::{PackageSummary, Page},
    search::{DEFAULT_LIMIT, FacetCounts, Filters, MAX_LIMIT, MAX_PATTERN, MAX_TEXT, PatternTarget, SearchQuery, Sort},
};
use tokio::sync::{Semaphore, SemaphorePermit};

use self::pattern::Pattern;
use crate::{
    Actor, Error, Registry, Result,
    catalog::{
        self,
        search::{Found, Position, Search},
        transact,
    },
    cursor,
};

/// How many packages one call compares with an expression at the most; the next page goes on from there.
const LOOKED_AT: u32 = 5000;
/// How many of them are fetched at once at the most.
const CHUNK: u32 = 500;
/// How long one call compares: whatever the expression, it ends then.
const COMPARING: Duration = Duration::from_millis(250);
/// How long a call waits for its turn to compare.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many packages are counted: with more, those of the newest revisions.
const COUNTED: u32 = 2000;
/// Calls that count at once: each reads up to so many rows, and fewer than there are connections leave some for the others.
static COUNTING: Semaphore = Semaphore::const_new(4);

impl Registry {
    /// Finds packages. With a regular expression a page may hold fewer packages than asked for, or none, and still have a next one:
    /// a call compares a bounded number.
    ///
    /// # Errors
    /// Invalid when the text or the expression is too long or no expression, a number lies outside its range, or the cursor is
    /// damaged. Unavailable when so many compare expressions that there is no turn within two seconds.
    pub async fn search_packages(&self, actor: &Actor, query: &SearchQuery) -> Result<Page<PackageSummary>> {
        actor.require(Permission::Search)?;
        check(&query.filters)?;
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
        let after: Option<Position> = cursor::decode(query.cursor.as_deref())?;
        if after.as_ref().is_some_and(|after| !after.is_plausible()) {
            return Err(cursor::damaged());
        }
        let pattern = query.filters.pattern.as_deref().map(Pattern::new).transpose()?;
        let runs = runs(pattern.as_ref(), &query.filters);
        let search = Search {
            viewer: actor.viewer(),
            filters: &query.filters,
            sort: query.sort,
            runs: &runs,
            with_cards: pattern.is_some() && query.filters.pattern_target == PatternTarget::Card,
            counting: false,
        };
        let page = match pattern {
            Some(pattern) => self.matching(search, pattern, turn_to_compare().await?, after, limit).await?,
            None => {
                let mut conn = self.0.catalog.read().await?;
                let found = catalog::search::find(&mut conn, search, after.as_ref(), limit + 1).await?;
                cursor::page(found, limit as usize, |found| found.position.clone())?
            }
        };
        Ok(Page { items: page.items.into_iter().map(|found| found.summary).collect(), next: page.next })
    }

    /// Counts what the packages that fulfil some conditions have in common: the newest. With an expression those of the newest that
    /// it matches, as many as one call compares; nothing is counted when there is no turn to compare.
    ///
    /// # Errors
    /// As [`Registry::search_packages`], but for the turn.
    pub async fn facet_counts(&self, actor: &Actor, filters: &Filters) -> Result<FacetCounts> {
        actor.require(Permission::Search)?;
        check(filters)?;
        let pattern = filters.pattern.as_deref().map(Pattern::new).transpose()?;
        let runs = runs(pattern.as_ref(), filters);
        let search = Search {
            viewer: actor.viewer(),
            filters,
            sort: Sort::Newest,
            runs: &runs,
            with_cards: pattern.is_some() && filters.pattern_target == PatternTarget::Card,
            counting: true,
        };
        if let Some(pattern) = pattern {
            // a count is worth less than the packages: without a turn it is left out
            let Ok(turn) = turn_to_compare().await else { return Ok(FacetCounts::default()) };
            let page = self.matching(search, pattern, turn, None, COUNTED).await?;
            return Ok(counts::count(&page.items, page.next.is_none()));
        }
        let _turn = COUNTING.acquire().await.map_err(|error| Error::internal("waiting for a turn to count", error))?;
        let mut conn = self.0.catalog.read().await?;
        let mut found = catalog::search::find(&mut conn, search, None, COUNTED + 1).await?;
        let is_complete = found.len() <= COUNTED as usize;
        found.truncate(COUNTED as usize);
        Ok(counts::count(&found, is_complete))
    }

    /// Keeps the index of recent packages small.
    pub(crate) async fn sweep_recent_words(&self) -> Result<()> {
        transact!(self.0.catalog, async |conn| { catalog::search::recent::sweep(conn).await })
    }
}

/// Runs of letters that the names of packages have that an expression matches; none when it is compared with their cards.
fn runs(pattern: Option<&Pattern>, filters: &Filters) -> Vec<String> {
    match (pattern, filters.pattern_target) {
        (Some(pattern), PatternTarget::Name) => pattern.runs(),
        (Some(_), PatternTarget::Card) | (None, _) => Vec::new(),
    }
}

impl Registry {
    /// A page of packages that an expression matches.
    async fn matching(
        &self,
        search: Search<'_>,
        pattern: Pattern,
        turn: SemaphorePermit<'static>,
        mut after: Option<Position>,
        limit: u32,
    ) -> Result<Page<Found>> {
        // kept until the last comparison is over, even if the caller went away meanwhile
        let turn = Arc::new(turn);
        let pattern = Arc::new(pattern);
        let target = search.filters.pattern_target;
        let begun = Instant::now();
        let mut matched: Vec<Found> = Vec::new();
        let mut looked_at = 0;
        // most that have the letters of an expression match it
        let mut size = (limit + 1).min(CHUNK);
        loop {
            let chunk = {
                let mut conn = self.0.catalog.read().await?;
                catalog::search::find(&mut conn, search, after.as_ref(), size).await?
            };
            let is_last = chunk.len() < size as usize;
            let (pattern, turn) = (Arc::clone(&pattern), Arc::clone(&turn));
            let compared = tokio::task::spawn_blocking(move || {
                let _turn = turn;
                pattern.select(chunk, target, begun + COMPARING)
            })
            .await
            .map_err(|error| Error::internal("comparing an expression", error))?;
            looked_at += size;
            size = (4 * size).min(CHUNK).min(LOOKED_AT.saturating_sub(looked_at));
            matched.extend(compared.matched);
            after = compared.end.or(after);
            let is_over = begun.elapsed() >= COMPARING || looked_at >= LOOKED_AT;
            if matched.len() > limit as usize {
                return cursor::page(matched, limit as usize, |found| found.position.clone());
            }
            if is_last && !compared.is_cut {
                return Ok(Page { items: matched, next: None });
            }
            if is_over || compared.is_cut {
                return Ok(Page { items: matched, next: after.as_ref().map(cursor::encode).transpose()? });
            }
        }
    }
}

/// As many calls compare as there are cores, so that however many come the others are answered as ever. Who waits holds no connection.
async fn turn_to_compare() -> Result<SemaphorePermit<'static>> {
    static COMPARERS: LazyLock<Semaphore> =
        LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, NonZero::get)));
    match tokio::time::timeout(PATIENCE, COMPARERS.acquire()).await {
        Ok(turn) => turn.map_err(|error| Error::internal("waiting for a turn to compare", error)),
        Err(_) => Err(Error::new(
            ErrorKind::Unavailable,
            "Too many searches with regular expressions are under way: try again in a moment, or search by words.",
        )),
    }
}

fn check(filters: &Filters) -> Result<()> {
    let invalid = |message: String| Err(Error::new(ErrorKind::Invalid, message));
    if filters.text.chars().count() > MAX_TEXT {
        return invalid(format!("Search for at most {MAX_TEXT} characters."));
    }
    let values = [&filters.license, &filters.task, &filters.library, &filters.topic];
    if values.into_iter().flatten().any(|value| value.chars().count() > MAX_TEXT) {
        return invalid(format!("A licence, task, library or topic has at most {MAX_TEXT} characters."));
    }
    if filters.pattern.as_ref().is_some_and(|pattern| pattern.chars().count() > MAX_PATTERN) {
        return invalid(format!("A regular expression has at most {MAX_PATTERN} characters."));
    }
    if filters.min_score.is_some_and(|score| !(0.0..=1.0).contains(&score)) {
        return invalid("A score lies between 0 and 1.".to_owned());
    }
    Ok(())
}

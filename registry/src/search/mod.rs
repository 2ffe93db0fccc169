//! Searching packages, and counting what they have in common.

mod counts;
mod pattern;
mod reindex;

use std::time::{Duration, Instant};

use domain::{
    ErrorKind,
    account::Permission,
    listing::{PackageSummary, Page},
    search::{DEFAULT_LIMIT, FacetCounts, Filters, MAX_LIMIT, MAX_PATTERN, MAX_TEXT, PatternTarget, SearchQuery, Sort},
};

use self::pattern::Pattern;
use crate::{
    Actor, Error, Registry, Result,
    catalog::{
        self, Conn,
        search::{Found, Position, Search},
    },
    cursor,
};

/// How many packages one call compares with an expression at the most; the next page goes on from there.
const LOOKED_AT: u32 = 5000;
/// How many of them are fetched at first, for one that is wanted: most that have the letters of an expression match it.
const FIRST: u32 = 3;
/// How many of them are fetched at once at the most.
const CHUNK: u32 = 500;
/// How long one call compares: whatever the expression, it ends then.
const COMPARING: Duration = Duration::from_millis(250);
/// How many packages are counted: with more, those of the newest revisions.
const COUNTED: u32 = 5000;

impl Registry {
    /// Finds packages. With a regular expression a page may hold fewer packages than asked for, or none, and still have a next one:
    /// a call compares a bounded number.
    ///
    /// # Errors
    /// Invalid when the text or the expression is too long or no expression, a number lies outside its range, or the cursor is
    /// damaged.
    pub async fn search_packages(&self, actor: &Actor, query: &SearchQuery) -> Result<Page<PackageSummary>> {
        actor.require(Permission::Search)?;
        check(&query.filters)?;
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
        let after: Option<Position> = cursor::decode(query.cursor.as_deref())?;
        if after.as_ref().is_some_and(|after| !after.is_plausible()) {
            return Err(cursor::damaged());
        }
        let pattern = query.filters.pattern.as_deref().map(Pattern::new).transpose()?;
        let runs = match (&pattern, query.filters.pattern_target) {
            (Some(pattern), PatternTarget::Name) => pattern.runs(),
            (Some(_), PatternTarget::Card) | (None, _) => Vec::new(),
        };
        let search = Search {
            viewer: actor.viewer(),
            filters: &query.filters,
            sort: query.sort,
            runs: &runs,
            with_cards: pattern.is_some() && query.filters.pattern_target == PatternTarget::Card,
        };
        let mut conn = self.0.catalog.read().await?;
        let page = match pattern {
            Some(pattern) => matching(&mut conn, search, pattern, after, limit).await?,
            None => {
                let found = catalog::search::find(&mut conn, search, after.as_ref(), limit + 1).await?;
                cursor::page(found, limit as usize, |found| found.position.clone())?
            }
        };
        Ok(Page { items: page.items.into_iter().map(|found| found.summary).collect(), next: page.next })
    }

    /// Counts what the packages that fulfil some conditions have in common. An expression is not compared: with one nothing is
    /// counted.
    ///
    /// # Errors
    /// As [`Registry::search_packages`].
    pub async fn facet_counts(&self, actor: &Actor, filters: &Filters) -> Result<FacetCounts> {
        actor.require(Permission::Search)?;
        check(filters)?;
        if filters.pattern.is_some() {
            return Ok(FacetCounts::default());
        }
        let search = Search { viewer: actor.viewer(), filters, sort: Sort::Newest, runs: &[], with_cards: false };
        let mut conn = self.0.catalog.read().await?;
        let mut found = catalog::search::find(&mut conn, search, None, COUNTED + 1).await?;
        let is_complete = found.len() <= COUNTED as usize;
        found.truncate(COUNTED as usize);
        Ok(counts::count(&found, is_complete))
    }
}

/// A page of packages that an expression matches.
async fn matching(
    conn: &mut Conn,
    search: Search<'_>,
    pattern: Pattern,
    mut after: Option<Position>,
    limit: u32,
) -> Result<Page<Found>> {
    let begun = Instant::now();
    let mut matched: Vec<Found> = Vec::new();
    let mut looked_at = 0;
    let mut pattern = Some(pattern);
    let mut size = (FIRST * limit).min(CHUNK);
    loop {
        let chunk = catalog::search::find(conn, search, after.as_ref(), size).await?;
        let is_last = chunk.len() < size as usize;
        let Some(comparer) = pattern.take() else { return Err(Error::new(ErrorKind::Internal, "Comparing broke off.")) };
        let target = search.filters.pattern_target;
        let work = move || {
            let compared = comparer.select(chunk, target, begun + COMPARING);
            (comparer, compared)
        };
        let (comparer, compared) =
            tokio::task::spawn_blocking(work).await.map_err(|error| Error::internal("comparing an expression", error))?;
        pattern = Some(comparer);
        looked_at += size;
        size = (4 * size).min(CHUNK);
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
    let is_plausible =
        |at: time::OffsetDateTime| at.checked_to_offset(time::UtcOffset::UTC).is_some_and(|at| (1..=9999).contains(&at.year()));
    if filters.updated_since.is_some_and(|since| !is_plausible(since)) {
        return invalid("The moment lies in no year that can be written.".to_owned());
    }
    Ok(())
}

//! The newest packages that have the words and facts that are asked for.
//!
//! SQLite's index of words is kept in this order: it is read from the position on, until the page is full. PostgreSQL's is in no order,
//! but can tell what it has since a moment, for which it reads all moments since then (also those behind the position: pages far down
//! cost more). So a few of the newest packages are asked first.
//! When these do not fill the page they tell how rare the words are. What is rare is looked for in the small index of recent packages
//! (`recent.rs`), and then put in order among all; for what is frequent more of the newest are asked.

use time::OffsetDateTime;

use super::{
    Found, NO_SCORE, Position, Ranges, Search, ask, ask_since, facts, recent,
    statements::{NEAR, Named, Reach, newest},
};
use crate::{
    Result,
    catalog::{Conn, optional_row, scalar},
};

/// How many of the newest packages are asked first.
const SAMPLE: i64 = 512;
/// When one of so many in the sample has the words they are frequent: all that have them are too many to put in order.
const FREQUENT: i64 = 32;
/// How many times as many packages as are expected to fill a page are asked, as they are not spread evenly.
const AMPLE: i64 = 2;
/// Rare words are looked for among so many at most.
const WINDOW: i64 = 65_536;
/// How many times as many are asked for frequent words then, and up to how many.
const MORE: i64 = 16;
const MOST: i64 = 131_072;

/// The packages after a position, at most `limit`.
pub(super) async fn find(
    conn: &mut Conn,
    search: &Search<'_>,
    words: &str,
    named: Named,
    after: &Position,
    limit: u32,
) -> Result<Vec<Found>> {
    if let Conn::Postgres(_) = conn {
        let page = Page { search, words, named, after, limit };
        if let Some(found) = page.find(conn).await? {
            return Ok(found);
        }
    }
    let sql = newest(conn, named, Reach::All);
    ask(conn, search, sql, words, after, limit).await
}

/// A page that is looked for with PostgreSQL.
struct Page<'a> {
    search: &'a Search<'a>,
    words: &'a str,
    named: Named,
    after: &'a Position,
    limit: u32,
}

impl Page<'_> {
    /// The page, if it is found without asking all.
    async fn find(&self, conn: &mut Conn) -> Result<Option<Vec<Found>>> {
        let Some(sample) = since(conn, self.after.updated_at, SAMPLE).await? else { return Ok(None) };
        let found = self.found_since(conn, sample).await?;
        if self.is_full(&found) {
            return Ok(Some(found));
        }
        // nothing older is asked for
        if sample.moment <= Ranges::of(self.search.filters).since {
            return self.since(conn, sample.moment).await;
        }
        // what was found tells how rare the words are, unless something else left packages out
        let having = if self.asks_for_more() {
            count(conn, self.words, sample, self.after.updated_at).await?
        } else {
            i64::try_from(found.len()).unwrap_or(i64::MAX)
        };
        if having * FREQUENT >= SAMPLE && self.asks_for_more() {
            self.frequent(conn).await
        } else {
            self.rare(conn, having, sample.is_recent).await
        }
    }

    /// Whether not all that have the words and facts are asked for.
    fn asks_for_more(&self) -> bool {
        let mut ranges = Ranges::of(self.search.filters);
        if facts::is_step(ranges.least_score) {
            ranges.least_score = NO_SCORE;
        }
        self.named != Named::Any || !ranges.are_widest()
    }

    /// Of words that so many of the sample have.
    async fn rare(&self, conn: &mut Conn, having: i64, is_recent: bool) -> Result<Option<Vec<Found>>> {
        let window = (AMPLE * SAMPLE * i64::from(self.limit) / having.max(1)).max(AMPLE * SAMPLE);
        if is_recent {
            // a moment is read in some 0.75 µs, a package that has the words in some 5 µs
            let is_short = 3 * window < 20 * having * recent::KEPT / SAMPLE;
            let since = if is_short { since(conn, self.after.updated_at, window).await? } else { None };
            let found = match since.filter(|since| since.is_recent) {
                Some(since) => self.found_since(conn, since).await?,
                None => self.found(conn, Reach::Recent).await?,
            };
            if self.is_full(&found) {
                return Ok(Some(found));
            }
        }
        // Of a million packages, of which a share f has the words, all are read in 5 s · f, and those of the window in
        // AMPLE · limit · 0.75 µs / f. Both take as long when f² is limit · 0.3e-6; f is having / SAMPLE.
        let is_rarest = 10_000_000 * having * having <= 3 * i64::from(self.limit) * SAMPLE * SAMPLE;
        if !is_rarest
            && window <= WINDOW
            && let Some(since) = since(conn, self.after.updated_at, window).await?
            && let found @ Some(_) = self.since(conn, since.moment).await?
        {
            return Ok(found);
        }
        let nearest = self.found(conn, Reach::Nearest).await?;
        let near = NEAR * i64::from(self.limit);
        if self.is_full(&nearest) || super::count(conn, self.words, near + 1).await? <= near {
            return Ok(Some(nearest));
        }
        Ok(Some(self.found(conn, Reach::Having).await?))
    }

    async fn found(&self, conn: &mut Conn, reach: Reach) -> Result<Vec<Found>> {
        let sql = newest(conn, self.named, reach);
        ask(conn, self.search, sql, self.words, self.after, self.limit).await
    }

    /// Of words that many have, when there is something else that few have.
    async fn frequent(&self, conn: &mut Conn) -> Result<Option<Vec<Found>>> {
        let mut asked = SAMPLE * MORE;
        while asked <= MOST {
            let Some(since) = since(conn, self.after.updated_at, asked).await? else { break };
            if let found @ Some(_) = self.since(conn, since.moment).await? {
                return Ok(found);
            }
            asked *= MORE;
        }
        Ok(None)
    }

    /// The page, if it is full with the packages since a moment or nothing older is asked for.
    async fn since(&self, conn: &mut Conn, moment: OffsetDateTime) -> Result<Option<Vec<Found>>> {
        let is_all = moment <= Ranges::of(self.search.filters).since;
        let found = self.found_since(conn, Since { moment, is_recent: false }).await?;
        Ok((is_all || self.is_full(&found)).then_some(found))
    }

    /// Those since a moment: of what is recent the first ones only, otherwise all.
    async fn found_since(&self, conn: &mut Conn, since: Since) -> Result<Vec<Found>> {
        let mut ranges = Ranges::of(self.search.filters);
        ranges.since = ranges.since.max(since.moment);
        let sql = newest(conn, self.named, if since.is_recent { Reach::RecentSince } else { Reach::Since });
        ask_since(conn, self.search, sql, self.words, self.after, self.limit, ranges).await
    }

    fn is_full(&self, found: &[Found]) -> bool {
        found.len() >= self.limit as usize
    }
}

/// A moment.
#[derive(Clone, Copy, sqlx::FromRow)]
pub(super) struct Since {
    moment: OffsetDateTime,
    /// Whether all packages that were changed since then are in the index of recent packages.
    is_recent: bool,
}

/// Since when so many packages were changed, up to a moment, on PostgreSQL; nothing when there are fewer. Deleted ones count too: so
/// the index alone knows.
pub(super) async fn since(conn: &mut Conn, until: OffsetDateTime, packages: i64) -> Result<Option<Since>> {
    let since = optional_row!(
        conn,
        "SELECT updated_at AS moment, updated_at >= (SELECT since FROM package_words_recent_since) AS is_recent
         FROM packages WHERE updated_at <= $1 ORDER BY updated_at DESC, id DESC LIMIT 1 OFFSET $2",
        until,
        packages
    )?;
    Ok(since)
}

/// How many packages that were changed between two moments have the words, on PostgreSQL. The later moment is not asked of the index,
/// which would read all moments from the very first on for it.
pub(super) async fn count(conn: &mut Conn, words: &str, since: Since, until: OffsetDateTime) -> Result<i64> {
    let sql = if since.is_recent {
        "SELECT count(*) FROM package_words_recent
         WHERE words @@ CAST($1 AS tsquery) AND updated_at >= $2 AND updated_at + INTERVAL '0' <= $3"
    } else {
        "SELECT count(*) FROM package_words
         WHERE words @@ CAST($1 AS tsquery) AND updated_at >= $2 AND updated_at + INTERVAL '0' <= $3"
    };
    Ok(scalar!(conn, sql, words, since.moment, until)?)
}

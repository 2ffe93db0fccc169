//! The newest packages that have the words and facts that are asked for.
//!
//! SQLite's index of words is kept in this order: it is read from the position on, until the page is full. PostgreSQL's is in no order,
//! but can tell what it has since a moment, for which it reads all moments since then (also those behind the position: pages far down
//! cost more). So a few of the newest packages are asked first.
//! When these do not fill the page they tell how rare the words are: what is rare is soon found and put in order among all packages,
//! for what is frequent more of the newest are asked.

use time::OffsetDateTime;

use super::{
    Found, NO_SCORE, Position, Ranges, Search, Words, ask, ask_since, facts,
    statements::{NEAR, Named, Reach, newest},
};
use crate::{
    Result,
    catalog::{Conn, optional_scalar, scalar},
};

/// How many of the newest packages are asked first for one word.
const SAMPLE: i64 = 512;
/// How many for several: few packages have them together, and a statement more takes longer than some thousand moments.
const SAMPLE_OF_SEVERAL: i64 = 4096;
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
    words: &Words,
    named: Named,
    after: &Position,
    limit: u32,
) -> Result<Vec<Found>> {
    if let Conn::Postgres(_) = conn {
        let sample = if words.terms > 1 { SAMPLE_OF_SEVERAL } else { SAMPLE };
        let page = Page { search, words: &words.text, named, after, limit, sample };
        if let Some(found) = page.find(conn).await? {
            return Ok(found);
        }
    }
    let sql = newest(conn, named, Reach::All);
    ask(conn, search, sql, &words.text, after, limit).await
}

/// A page that is looked for with PostgreSQL.
struct Page<'a> {
    search: &'a Search<'a>,
    words: &'a str,
    named: Named,
    after: &'a Position,
    limit: u32,
    /// How many of the newest packages are asked first.
    sample: i64,
}

impl Page<'_> {
    /// The page, if it is found without asking all.
    async fn find(&self, conn: &mut Conn) -> Result<Option<Vec<Found>>> {
        let Some(sample) = since(conn, self.after.updated_at, self.sample).await? else { return Ok(None) };
        let (found, is_full) = self.found_since(conn, sample).await?;
        if is_full {
            return Ok(Some(found));
        }
        // what was found tells how rare the words are, unless something else left packages out
        let having = if self.asks_for_more() {
            count(conn, self.words, sample, self.after.updated_at).await?
        } else {
            i64::try_from(found.len()).unwrap_or(i64::MAX)
        };
        if having * FREQUENT < self.sample { self.rare(conn, having).await } else { self.frequent(conn).await }
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
    async fn rare(&self, conn: &mut Conn, having: i64) -> Result<Option<Vec<Found>>> {
        // A moment is read in some 0.75 µs, a package that has the words in some 5 µs. Of a million packages, of which a share f has
        // them, all are read in 5 s · f, and those of the window in AMPLE · limit · 0.75 µs / f. Both take as long when f² is
        // limit · 0.3e-6; f is having / sample.
        let is_rarest = 10_000_000 * having * having <= 3 * i64::from(self.limit) * self.sample * self.sample;
        let window = (AMPLE * self.sample * i64::from(self.limit) / having.max(1)).max(AMPLE * self.sample);
        if !is_rarest
            && window <= WINDOW
            && let Some(since) = since(conn, self.after.updated_at, window).await?
            && let found @ Some(_) = self.since(conn, since).await?
        {
            return Ok(found);
        }
        let sql = newest(conn, self.named, Reach::Nearest);
        let found = ask(conn, self.search, sql, self.words, self.after, self.limit).await?;
        let nearest = NEAR * i64::from(self.limit);
        let is_all = self.is_full(&found) || super::count(conn, self.words, nearest + 1).await? <= nearest;
        Ok(is_all.then_some(found))
    }

    /// Of words that many have, when there is something else that few have.
    async fn frequent(&self, conn: &mut Conn) -> Result<Option<Vec<Found>>> {
        let mut asked = self.sample * MORE;
        while asked <= MOST {
            let Some(since) = since(conn, self.after.updated_at, asked).await? else { break };
            if let found @ Some(_) = self.since(conn, since).await? {
                return Ok(found);
            }
            asked *= MORE;
        }
        Ok(None)
    }

    /// The page, if it is full with the packages since a moment or nothing older is asked for.
    async fn since(&self, conn: &mut Conn, since: OffsetDateTime) -> Result<Option<Vec<Found>>> {
        let (found, is_full) = self.found_since(conn, since).await?;
        Ok(is_full.then_some(found))
    }

    /// The packages since a moment, and whether they are the page.
    async fn found_since(&self, conn: &mut Conn, since: OffsetDateTime) -> Result<(Vec<Found>, bool)> {
        let mut ranges = Ranges::of(self.search.filters);
        let is_all = since <= ranges.since;
        ranges.since = ranges.since.max(since);
        let sql = newest(conn, self.named, Reach::Since);
        let found = ask_since(conn, self.search, sql, self.words, self.after, self.limit, ranges).await?;
        let is_full = is_all || self.is_full(&found);
        Ok((found, is_full))
    }

    fn is_full(&self, found: &[Found]) -> bool {
        found.len() >= self.limit as usize
    }
}

/// Since when so many packages were changed, up to a moment; nothing when there are fewer. Deleted ones count too: so the index alone
/// knows.
pub(super) async fn since(conn: &mut Conn, until: OffsetDateTime, packages: i64) -> Result<Option<OffsetDateTime>> {
    let since = optional_scalar!(
        conn,
        "SELECT updated_at FROM packages WHERE updated_at <= $1 ORDER BY updated_at DESC, id DESC LIMIT 1 OFFSET $2",
        until,
        packages
    )?;
    Ok(since)
}

/// How many packages that were changed between two moments have the words, on PostgreSQL. The later moment is not asked of the index,
/// which would read all moments from the very first on for it.
pub(super) async fn count(conn: &mut Conn, words: &str, since: OffsetDateTime, until: OffsetDateTime) -> Result<i64> {
    let count = scalar!(
        conn,
        "SELECT count(*) FROM package_words
         WHERE package_words.words @@ CAST($1 AS tsquery) AND package_words.updated_at >= $2
         AND package_words.updated_at + INTERVAL '0' <= $3",
        words,
        since,
        until
    )?;
    Ok(count)
}

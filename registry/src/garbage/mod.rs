//! The collection of garbage: blobs that nothing needs, files and objects that no row knows of, what was left of uploads.
//!
//! Blobs go in two steps. A collection marks what no revision, no open upload and no command needs; a later one removes what has been
//! marked for the grace period, after a last look with the blob locked. Uploads and commits that go on meanwhile are safe whatever
//! the period: see `catalog/garbage.rs` for the rows and `blobs/shelf.rs` for the files. The period is for people: what was removed
//! by mistake, or is needed by the backup of a catalog, can be had back for so long.

/// Blobs: marked, then removed.
mod blobs;
/// On the server's schedule.
mod schedule;
/// Files and objects that no row knows of.
mod strays;

use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    Actor, Client, Registry, Result, as_stored,
    catalog::{self, audit::Action, garbage::Extent, transact},
};

/// Whether a collection only looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collecting {
    /// It tells what there is, and changes nothing: no mark is set either.
    Look,
    /// It marks, and removes what was marked for long enough.
    Remove,
}

/// How many things, and their bytes together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many.
    pub count: u64,
    /// Their bytes together.
    pub bytes: u64,
}

impl From<Extent> for Tally {
    fn from((count, bytes): Extent) -> Self {
        Self { count, bytes }
    }
}

impl Tally {
    fn add(&mut self, other: impl Into<Self>) {
        let other = other.into();
        self.count += other.count;
        self.bytes += other.bytes;
    }
}

/// What a collection removed; or would remove now, when it only looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Collected {
    /// Blobs that nothing has needed for the grace period.
    pub blobs: Tally,
    /// Blobs that nothing needs, whose grace period is not over.
    pub waiting: Tally,
    /// Files or objects that no row knows of, older than the grace period.
    pub strays: Tally,
    /// Multipart uploads in the bucket that no row knows of, older than the grace period: nobody completes them, and what arrived of
    /// them is paid for.
    pub incomplete: u64,
    /// Folders of uploads that are over, and of commands that were killed.
    pub folders: u64,
    /// Whether the store belongs to this catalog. If it does not, or may not, strays are left alone: another catalog may know them.
    pub is_own_store: bool,
}

impl Registry {
    /// Looks for what nothing needs, and removes it if asked to, as of a moment: now, unless a test moves the clock. Safe while
    /// servers run; two collections at once do the same work, and no harm.
    ///
    /// # Errors
    /// Forbidden for others than administrators; when the catalog or the store fails: what was not removed then is the next
    /// collection's.
    pub async fn collect_garbage(&self, actor: &Actor, what: Collecting, as_of: OffsetDateTime) -> Result<Collected> {
        actor.require_admin()?;
        let as_of = as_stored(as_of);
        match what {
            Collecting::Look => self.look_for_garbage(as_of).await,
            Collecting::Remove => self.remove_garbage(actor.name(), actor.client(), as_of).await,
        }
    }

    async fn look_for_garbage(&self, as_of: OffsetDateTime) -> Result<Collected> {
        let (blobs, waiting) = self.unused_blobs(as_of - self.0.settings.garbage_grace).await?;
        let is_own_store = self.owns_store(Collecting::Look).await?;
        let (strays, incomplete) = self.collect_unknown(is_own_store, Collecting::Look, as_of).await?;
        Ok(Collected { blobs, waiting, strays, incomplete, folders: self.left_folders().await?, is_own_store })
    }

    async fn remove_garbage(&self, by: &str, client: &Client, as_of: OffsetDateTime) -> Result<Collected> {
        // what was given up needs its blobs no more
        self.expire_uploads(as_of).await?;
        transact!(self.0.catalog, async |conn| { catalog::holds::expire(conn, as_of).await })?;
        self.count_storage_anew().await?;
        self.mark_unused_blobs(as_of).await?;
        let blobs = self.remove_unused_blobs(as_of).await?;
        let is_own_store = self.owns_store(Collecting::Remove).await?;
        let (strays, incomplete) = self.collect_unknown(is_own_store, Collecting::Remove, as_of).await?;
        let folders = self.sweep_uploads(as_of).await?;
        let mut conn = self.0.catalog.read().await?;
        let waiting = catalog::garbage::marked(&mut conn).await?.into();
        drop(conn);
        if blobs.count + strays.count + incomplete > 0 {
            let object = format!(
                "{} blobs, {} bytes; {} strays, {} bytes; {incomplete} incomplete multipart uploads",
                blobs.count, blobs.bytes, strays.count, strays.bytes
            );
            transact!(self.0.catalog, async |conn| {
                catalog::audit::record(conn, by, client, Action::CollectGarbage, &object, crate::now()).await
            })?;
        }
        Ok(Collected { blobs, waiting, strays, incomplete, folders, is_own_store })
    }

    /// What no row knows of: files or objects, and multipart uploads. Nothing in a store that is not this catalog's.
    async fn collect_unknown(&self, is_own_store: bool, what: Collecting, as_of: OffsetDateTime) -> Result<(Tally, u64)> {
        if !is_own_store {
            return Ok(Default::default());
        }
        Ok((self.collect_strays(what, as_of).await?, self.collect_incomplete(what, as_of).await?))
    }
}

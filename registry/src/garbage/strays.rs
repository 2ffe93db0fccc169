//! Files and objects that look like blobs, and that no row knows of: a process died between the store and the catalog.

use std::collections::HashSet;

use domain::Sha256Digest;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Collecting, Tally,
    blobs::{off_the_loop, turn_to_remove},
};
use crate::{
    Registry, Result,
    blobs::{Blobs, FolderStore, Place, S3Store, Shelved},
    catalog::{self, transact},
};

/// The setting that names a catalog.
const ID: &str = "registry_id";

impl Registry {
    /// Whether the store belongs to this catalog. One that belongs to nobody yet becomes this catalog's when it has blobs there: an
    /// empty catalog may be there by mistake, and every file would be a stray to it.
    pub(super) async fn owns_store(&self, what: Collecting) -> Result<bool> {
        let owner = self.0.blobs.owner().await?;
        let mut conn = self.0.catalog.read().await?;
        let own = catalog::settings::get(&mut conn, ID).await?;
        let has_blobs = catalog::blobs::any_place(&mut conn).await?.is_some();
        drop(conn);
        match (owner, own) {
            (Some(owner), own) => Ok(own == Some(owner)),
            (None, _) if !has_blobs => Ok(false),
            (None, _) if what == Collecting::Look => Ok(true),
            (None, _) => self.own_store().await.map(|()| true),
        }
    }

    /// Notes that the store belongs to this catalog, whosever it was before.
    pub(crate) async fn own_store(&self) -> Result<()> {
        self.0.blobs.set_owner(&self.own_id().await?).await
    }

    /// The id of this catalog; it is made when missing.
    pub(crate) async fn own_id(&self) -> Result<Vec<u8>> {
        let fresh = Uuid::now_v7().to_string();
        transact!(self.0.catalog, async |conn| { catalog::settings::get_or_insert(conn, ID, fresh.as_bytes()).await })
    }

    /// Finds what no row knows of and is older than the grace period; removes it if asked to.
    pub(super) async fn collect_strays(&self, what: Collecting, as_of: OffsetDateTime) -> Result<Tally> {
        let before = as_of - self.0.settings.garbage_grace;
        match &self.0.blobs {
            Blobs::Folder(folder) => self.stray_files(folder, what, before).await,
            Blobs::S3 { bucket, .. } => self.stray_objects(bucket, what, before).await,
        }
    }

    async fn stray_files(&self, store: &FolderStore, what: Collecting, before: OffsetDateTime) -> Result<Tally> {
        let mut found = Tally::default();
        for shelf in 0..=u8::MAX {
            let folder = store.clone();
            let mut files = off_the_loop(move || folder.on_shelf(shelf)).await?;
            files.retain(|file| file.since <= before);
            let mut conn = self.0.catalog.read().await?;
            let digests: Vec<Sha256Digest> = files.iter().map(|file| file.sha256).collect();
            let known: HashSet<_> =
                catalog::garbage::known(&mut conn, &digests).await?.into_iter().map(|(blob, _)| blob).collect();
            drop(conn);
            files.retain(|file| !known.contains(&file.sha256));
            for file in files {
                found.add(self.stray_file(store, shelf, file, what).await?);
            }
        }
        Ok(found)
    }

    /// Looks again, with the shelf for itself when the file is to be removed.
    async fn stray_file(&self, store: &FolderStore, shelf: u8, file: Shelved, what: Collecting) -> Result<Tally> {
        let turn = match what {
            Collecting::Look => None,
            Collecting::Remove => Some(turn_to_remove(store, shelf).await?),
        };
        let mut conn = self.0.catalog.read().await?;
        if catalog::garbage::is_wanted(&mut conn, &file.sha256).await? {
            return Ok(Tally::default());
        }
        drop(conn);
        if let Some(turn) = turn {
            let store = store.clone();
            off_the_loop(move || store.remove(&file.sha256, &turn)).await?;
        }
        Ok(Tally { count: 1, bytes: file.size })
    }

    /// An object's row is there before the object, until a blob's is: what has neither now never gets one.
    async fn stray_objects(&self, bucket: &S3Store, what: Collecting, before: OffsetDateTime) -> Result<Tally> {
        let mut found = Tally::default();
        let mut page = None;
        loop {
            let (mut objects, next) = bucket.list(page).await?;
            objects.retain(|object| object.since <= before);
            let keys: Vec<_> = objects.iter().map(|object| object.key.clone()).collect();
            let digests: Vec<_> = keys.iter().filter_map(crate::blobs::ObjectKey::sha256).collect();
            let mut conn = self.0.catalog.read().await?;
            // in this order: it is in the other direction that a row moves
            let pending = catalog::objects::known(&mut conn, &keys).await?;
            let blobs = catalog::garbage::known(&mut conn, &digests).await?;
            drop(conn);
            let blobs: HashSet<_> = blobs.into_iter().map(|(_, place)| place).collect();
            for object in objects {
                if pending.contains(&object.key) || blobs.contains(&Place::Object(object.key.clone())) {
                    continue;
                }
                if what == Collecting::Remove {
                    bucket.remove(&object.key).await?;
                }
                found.add(Tally { count: 1, bytes: object.size });
            }
            page = next;
            if page.is_none() {
                break;
            }
        }
        Ok(found)
    }

    /// Finds the multipart uploads that no row knows of and that are older than the grace period, and tells how many there are; aborts
    /// them if asked to. A folder has none.
    pub(super) async fn collect_incomplete(&self, what: Collecting, as_of: OffsetDateTime) -> Result<u64> {
        let Blobs::S3 { bucket, .. } = &self.0.blobs else { return Ok(0) };
        let before = as_of - self.0.settings.garbage_grace;
        let (mut found, mut page) = (0, None);
        loop {
            let (mut unfinished, next) = bucket.unfinished(page).await?;
            unfinished.retain(|upload| upload.since <= before);
            let keys: Vec<_> = unfinished.iter().map(|upload| upload.key.clone()).collect();
            let mut conn = self.0.catalog.read().await?;
            let known = catalog::objects::known(&mut conn, &keys).await?;
            drop(conn);
            for upload in unfinished.into_iter().filter(|upload| !known.contains(&upload.key)) {
                if what == Collecting::Remove {
                    bucket.abort(&upload.key, &upload.multipart).await?;
                }
                found += 1;
            }
            page = next;
            if page.is_none() {
                return Ok(found);
            }
        }
    }
}

//! Uploads: begun or resumed, fed with parts, completed in one step, or given up.

mod begin;
mod commit;
mod in_flight;
mod leftovers;
mod objects;
mod parent;
mod parts;
mod seal;
mod sweep;
mod visibility;

use begin::MAX_OPEN;
pub(crate) use begin::checked_message;
pub(crate) use commit::Commit;
pub(crate) use in_flight::InFlight;
pub(crate) use objects::read_back;
pub use parts::PartSignature;

use std::time::Duration;

use domain::{
    Sha256Digest, UploadId,
    account::Permission,
    listing::Page,
    upload::{MissingBlob, PartPlan, UploadState, UploadStatus},
};

use crate::{
    Actor, Error, Paging, Registry, Result,
    blobs::Blobs,
    catalog::{
        self, Conn,
        audit::Action,
        transact,
        uploads::{StoredState, StoredUpload},
    },
    cursor, now,
};

/// How long one call waits for digests before it answers that they are still being computed: below every proxy's patience.
const PATIENCE: Duration = Duration::from_secs(15);

impl Registry {
    /// The actor's open uploads, newest first; of a token that is limited to namespaces those to them.
    ///
    /// # Errors
    /// Forbidden without the permission to upload; invalid when the cursor is damaged.
    pub async fn open_uploads(&self, actor: &Actor, paging: Paging<'_>) -> Result<Page<UploadStatus>> {
        actor.require(Permission::Upload)?;
        let (before, size) = (paging.after::<UploadId>()?, paging.size(MAX_OPEN as usize));
        let mut conn = self.0.catalog.read().await?;
        let mut open = catalog::uploads::open_of_user(&mut conn, actor.user_id()).await?;
        drop(conn);
        open.retain(|upload| before.is_none_or(|before| upload.id < before) && actor.acts_in(&upload.package.namespace));
        let page = cursor::page(open, size, |upload| upload.id)?;
        let mut items = Vec::with_capacity(page.items.len());
        for upload in page.items {
            items.push(self.status(actor, &upload).await?);
        }
        Ok(Page { items, next: page.next })
    }

    /// An upload of the actor's, as it stands now.
    ///
    /// # Errors
    /// Not found when it is not the actor's; forbidden without the permission to upload.
    pub async fn upload(&self, actor: &Actor, id: UploadId) -> Result<UploadStatus> {
        let mut conn = self.0.catalog.read().await?;
        let upload = self.own_upload(&mut conn, actor, id).await?;
        drop(conn);
        self.status(actor, &upload).await
    }

    /// Verifies what has arrived and commits the revision. Completing again answers the same.
    ///
    /// # Errors
    /// Conflict when parts are missing, content does not match its digest (its parts are then asked for again), or the version
    /// was taken meanwhile; not found when the upload is not the actor's.
    pub async fn complete_upload(&self, actor: &Actor, id: UploadId) -> Result<UploadStatus> {
        let mut conn = self.0.catalog.read().await?;
        let upload = self.own_upload(&mut conn, actor, id).await?;
        drop(conn);
        match upload.state {
            StoredState::Committed(_) => return self.status(actor, &upload).await,
            StoredState::Aborted => return Err(given_up()),
            StoredState::Open => {}
        }
        let missing = self.missing(actor, id).await?;
        if let Some(blob) = missing.iter().find(|blob| (blob.received.len() as u64) < u64::from(blob.plan.count())) {
            let mut conn = self.0.catalog.read().await?;
            return Err(Error::conflict(format!(
                "{} of {} blobs are not complete yet: of {} there are {} of {} parts. Send the rest, then complete again.",
                missing.len(),
                catalog::uploads::files(&mut conn, id).await?.len(),
                blob.sha256.short(),
                blob.received.len(),
                blob.plan.count()
            )));
        }
        if let Some(state) = self.seal_all(id, &missing).await? {
            return Ok(UploadStatus { state, ..self.status(actor, &upload).await? });
        }
        self.commit_upload(actor, &upload).await?;
        let mut conn = self.0.catalog.read().await?;
        let upload = self.own_upload(&mut conn, actor, id).await?;
        drop(conn);
        if upload.state == StoredState::Aborted {
            // somebody gave it up between the last part and the commit
            return Err(given_up());
        }
        self.status(actor, &upload).await
    }

    /// Gives an upload up and removes what has arrived. Doing it again is no error.
    ///
    /// # Errors
    /// Conflict when it is committed already; not found when it is not the actor's.
    pub async fn abort_upload(&self, actor: &Actor, id: UploadId) -> Result<()> {
        transact!(self.0.catalog, async |conn| {
            self.own_upload(conn, actor, id).await?;
            if catalog::uploads::close(conn, id, None).await? {
                let object = id.to_string();
                return catalog::audit::record(conn, actor.name(), actor.client(), Action::AbortUpload, &object, now()).await;
            }
            // it was over already, and stays so: what is read now holds
            match self.own_upload(conn, actor, id).await?.state {
                StoredState::Committed(revision) => {
                    Err(Error::conflict(format!("The upload is committed already, as revision {}.", revision.short())))
                }
                StoredState::Open | StoredState::Aborted => Ok(()),
            }
        })?;
        self.discard_upload(id).await
    }

    /// Removes what an upload that is over has left in the store. Removing what is not there is no error.
    async fn discard_upload(&self, id: UploadId) -> Result<()> {
        match &self.0.blobs {
            Blobs::Folder(folder) => folder.discard_upload(id).await,
            Blobs::S3 { bucket, .. } => self.discard_objects(bucket, id).await,
        }
    }

    /// An upload of the actor's; others, and the user's tokens for other namespaces, are told that there is none. The operator may see
    /// all.
    async fn own_upload(&self, conn: &mut Conn, actor: &Actor, id: UploadId) -> Result<StoredUpload> {
        actor.require(Permission::Upload)?;
        catalog::uploads::get(conn, id)
            .await?
            .filter(|upload| actor.is_operator() || upload.user == actor.user_id())
            .filter(|upload| actor.acts_in(&upload.package.namespace))
            .ok_or_else(|| Error::not_found("The upload"))
    }

    /// The blobs of an upload that the registry does not have, as far as the actor may know, with the parts of them that have arrived.
    async fn missing(&self, actor: &Actor, id: UploadId) -> Result<Vec<MissingBlob>> {
        let mut conn = self.0.catalog.read().await?;
        // first what has arrived, then what is missing: what becomes a blob in between is missing no more
        let (blobs, mut received) = match &self.0.blobs {
            Blobs::Folder(_) => {
                let received = catalog::uploads::parts(&mut conn, id).await?;
                (catalog::uploads::missing_blobs(&mut conn, id, actor.holder()).await?, received)
            }
            Blobs::S3 { bucket, .. } => {
                let objects = catalog::objects::of_upload(&mut conn, id).await?;
                let blobs = catalog::uploads::missing_blobs(&mut conn, id, actor.holder()).await?;
                drop(conn);
                let received = self.parts_in_bucket(bucket, objects, &blobs).await?;
                (blobs, received)
            }
        };
        Ok(blobs
            .into_iter()
            .map(|(sha256, size)| MissingBlob {
                sha256,
                plan: PartPlan::for_size(size),
                received: received.remove(&sha256).unwrap_or_default(),
            })
            .collect())
    }

    async fn status(&self, actor: &Actor, upload: &StoredUpload) -> Result<UploadStatus> {
        let mut conn = self.0.catalog.read().await?;
        let (files, total_bytes) = self.extent(&mut conn, upload).await?;
        drop(conn);
        let (state, missing) = match upload.state {
            StoredState::Open => (UploadState::Open, self.missing(actor, upload.id).await?),
            StoredState::Committed(revision) => (UploadState::Committed { revision }, Vec::new()),
            StoredState::Aborted => (UploadState::Aborted, Vec::new()),
        };
        Ok(UploadStatus {
            id: upload.id,
            package: upload.package.clone(),
            version: upload.version.clone(),
            visibility: upload.visibility,
            state,
            missing,
            files,
            total_bytes,
            created_at: upload.created_at,
            expires_at: upload.expires_at,
        })
    }

    /// The number of files of an upload and their bytes: its own while it is open, then those of its revision.
    async fn extent(&self, conn: &mut Conn, upload: &StoredUpload) -> Result<(u64, u64)> {
        if let StoredState::Committed(revision) = upload.state
            && let Some(package) = catalog::packages::find(conn, &upload.package).await?
            && let Some(revision) = catalog::revisions::find(conn, package.id, &revision).await?
        {
            return Ok((revision.summary.files, revision.summary.bytes));
        }
        catalog::uploads::extent(conn, upload.id).await
    }

    /// Seals all blobs, in parallel; the state to answer when it takes longer than a call may.
    async fn seal_all(&self, id: UploadId, missing: &[MissingBlob]) -> Result<Option<UploadState>> {
        let total = missing.iter().map(|blob| blob.plan.size).sum();
        let sealings: Vec<_> = missing.iter().map(|blob| self.start_sealing(id, blob.sha256, blob.plan.size)).collect();
        let all = futures::future::try_join_all(sealings.iter().map(seal::Sealing::finished));
        match tokio::time::timeout(PATIENCE, all).await {
            Ok(done) => done.map(|_| None),
            Err(_) => Ok(Some(UploadState::Verifying { done: sealings.iter().map(seal::Sealing::done).sum(), total })),
        }
    }
}

pub(crate) fn given_up() -> Error {
    Error::conflict("The upload was given up or has expired: begin it again.")
}

/// What a blob on its way is known by.
pub(crate) type BlobKey = (UploadId, Sha256Digest);

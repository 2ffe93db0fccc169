//! Objects of the bucket on their way to become blobs: begun, filled by the clients, verified, adopted. What becomes no blob is in `leftovers.rs`.
//!
//! The order of steps is what keeps things together: the row of an object is written before the object, and a blob is made in
//! the transaction that ends the row. A crash between any two steps leaves a row, and the row is enough to go on or to clean up.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::{
    Sha256Digest, UploadId,
    upload::{PartAddress, PartPlan},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio_util::io::SyncIoBridge;
use uuid::Uuid;

use crate::{
    Error, Registry, Result,
    blobs::{Assembly, Digests, ObjectKey, S3Store, are_all},
    catalog::{self, objects::StoredObject, transact},
    now,
};

/// How many blobs the bucket is asked about at once.
pub(super) const ASKED_AT_ONCE: usize = 32;

/// What became of a verified object.
enum Ending {
    /// It is the blob.
    Blob,
    /// Another object is the blob: another upload was first.
    Spare,
    /// Another server has seen to it, and the blob is there.
    Elsewhere,
}

impl Registry {
    /// Where parts of a blob are sent to: straight into the bucket.
    pub(super) async fn bucket_addresses(
        &self,
        bucket: &S3Store,
        upload: UploadId,
        sha256: &Sha256Digest,
        plan: PartPlan,
        numbers: &[u32],
    ) -> Result<Vec<PartAddress>> {
        let object = self.receiving_object(bucket, upload, sha256).await?;
        if object.is_assembling {
            return Err(Error::conflict("All parts of this file have arrived: complete the upload."));
        }
        let mut addresses = Vec::with_capacity(numbers.len());
        for &number in numbers {
            let (_, length) = plan.part(number).ok_or_else(|| Error::not_found("The part"))?;
            let time = self.0.settings.address_time;
            let url = bucket.part_address(&object.key, &object.multipart, (number, length), time).await?;
            addresses.push(PartAddress { number, url });
        }
        Ok(addresses)
    }

    /// The object that takes a blob's parts; it is begun when there is none yet.
    async fn receiving_object(&self, bucket: &S3Store, upload: UploadId, sha256: &Sha256Digest) -> Result<StoredObject> {
        let mut conn = self.0.catalog.read().await?;
        if let Some(object) = catalog::objects::of_blob(&mut conn, upload, sha256).await? {
            return Ok(object);
        }
        drop(conn);
        let (key, multipart) = self.begin_object(bucket, upload, sha256).await?;
        let expires_at = now() + self.0.settings.upload_lifetime;
        let current = transact!(self.0.catalog, async |conn| {
            let is_open = catalog::uploads::extend(conn, upload, expires_at).await?;
            let current = catalog::objects::of_blob(conn, upload, sha256).await?;
            if is_open && current.is_none() {
                catalog::objects::receive(conn, &key, &multipart).await?;
                return catalog::objects::of_blob(conn, upload, sha256).await;
            }
            // somebody else began one meanwhile, or gave the upload up
            catalog::objects::abandon(conn, &key).await?;
            Ok(current.filter(|_| is_open))
        })?;
        if current.as_ref().is_none_or(|current| current.key != key) {
            self.remove_object(bucket, &key, Some(&multipart)).await;
        }
        current.ok_or_else(|| Error::conflict("The upload is not open any more: begin it again."))
    }

    /// Begins a multipart upload under a key of its own; the row is there first.
    async fn begin_object(&self, bucket: &S3Store, upload: UploadId, sha256: &Sha256Digest) -> Result<(ObjectKey, String)> {
        let key = ObjectKey::fresh(sha256);
        transact!(self.0.catalog, async |conn| { catalog::objects::intend(conn, &key, upload, sha256, now()).await })?;
        let multipart = bucket.begin(&key).await?;
        Ok((key, multipart))
    }

    /// The parts that the bucket has of the given blobs, in the given objects.
    pub(super) async fn parts_in_bucket(
        &self,
        bucket: &S3Store,
        mut objects: HashMap<Sha256Digest, StoredObject>,
        blobs: &[(Sha256Digest, u64)],
    ) -> Result<HashMap<Sha256Digest, Vec<u32>>> {
        let begun: Vec<_> = blobs.iter().filter_map(|(sha256, size)| Some((*sha256, *size, objects.remove(sha256)?))).collect();
        stream::iter(begun)
            .map(async |(sha256, size, object)| {
                Ok((sha256, self.parts_of_object(bucket, &object, PartPlan::for_size(size)).await?))
            })
            .buffer_unordered(ASKED_AT_ONCE)
            .try_collect()
            .await
    }

    async fn parts_of_object(&self, bucket: &S3Store, object: &StoredObject, plan: PartPlan) -> Result<Vec<u32>> {
        let all = || (1..=plan.count()).collect();
        if object.is_assembling {
            return Ok(all());
        }
        if let Some(parts) = bucket.parts(&object.key, &object.multipart).await? {
            return Ok(parts.iter().filter(|part| part.fits(plan)).map(|part| part.number).collect());
        }
        if !transact!(self.0.catalog, async |conn| { catalog::objects::abandon_receiving(conn, &object.key).await })? {
            // another server has put it together meanwhile
            return Ok(all());
        }
        // the bucket's own rule for incomplete uploads has removed it: the next address begins another
        self.remove_object(bucket, &object.key, Some(&object.multipart)).await;
        Ok(Vec::new())
    }

    /// Puts the object of a blob together, verifies it and makes a blob of it. False when its content is not what was announced,
    /// or its parts are gone: it was given up then, and the parts are to be sent again.
    pub(super) async fn seal_object(
        &self,
        bucket: &S3Store,
        upload: UploadId,
        sha256: &Sha256Digest,
        size: u64,
        done: &Arc<AtomicU64>,
    ) -> Result<bool> {
        let Some(object) = self.object_to_seal(bucket, upload, sha256, size).await? else { return Ok(true) };
        let (is_ours, is_sent) = transact!(self.0.catalog, async |conn| {
            let is_ours = catalog::objects::assemble(conn, &object.key).await?;
            Ok((is_ours, catalog::blobs::was_sent(conn, sha256, upload).await?))
        })?;
        match (is_ours, is_sent) {
            (true, _) => self.adopt(bucket, &object, upload, sha256, size, done).await,
            (false, true) => Ok(true),
            (false, false) => Err(given_up()),
        }
    }

    /// The object of a blob whose parts have all arrived; nothing when another server has made it a blob meanwhile.
    async fn object_to_seal(
        &self,
        bucket: &S3Store,
        upload: UploadId,
        sha256: &Sha256Digest,
        size: u64,
    ) -> Result<Option<StoredObject>> {
        // twice: the bucket forgets the parts of what another server puts together, and the catalog tells of it
        for _ in 0..2 {
            let mut conn = self.0.catalog.read().await?;
            let object = catalog::objects::of_blob(&mut conn, upload, sha256).await?;
            let is_sent = catalog::blobs::was_sent(&mut conn, sha256, upload).await?;
            drop(conn);
            let Some(object) = object else {
                return if is_sent { Ok(None) } else { Err(parts_missing()) };
            };
            if object.is_assembling {
                return Ok(Some(object));
            }
            let parts = bucket.parts(&object.key, &object.multipart).await?;
            if parts.is_some_and(|parts| are_all(&parts, PartPlan::for_size(size))) {
                return Ok(Some(object));
            }
        }
        Err(parts_missing())
    }

    /// From an object whose parts are all there to a blob. False when its content is wrong or lost.
    async fn adopt(
        &self,
        bucket: &S3Store,
        object: &StoredObject,
        upload: UploadId,
        sha256: &Sha256Digest,
        size: u64,
        done: &Arc<AtomicU64>,
    ) -> Result<bool> {
        let turn = bucket.turn_to_verify().await?;
        let digests = match bucket.assemble(&object.key, &object.multipart, PartPlan::for_size(size)).await? {
            Assembly::Done { length } if length == size => Some(read_back(bucket, &object.key, size, Arc::clone(done)).await?),
            Assembly::Done { .. } | Assembly::Lost => None,
        };
        drop(turn);
        let Some(digests) = digests.filter(|digests| digests.sha256 == *sha256) else {
            self.give_up_object(bucket, object).await?;
            return Ok(false);
        };
        let place = object.key.clone().into();
        let ending = transact!(self.0.catalog, async |conn| {
            // whoever locks the row decides: the others find it gone or given up
            if !catalog::objects::assemble(conn, &object.key).await? {
                let is_sent = catalog::blobs::was_sent(conn, sha256, upload).await?;
                return if is_sent { Ok(Ending::Elsewhere) } else { Err(given_up()) };
            }
            let is_blob = catalog::blobs::insert(conn, &digests, size, &place, now()).await?;
            catalog::blobs::note_sender(conn, sha256, upload).await?;
            if is_blob {
                catalog::objects::finish(conn, &object.key).await?;
                return Ok(Ending::Blob);
            }
            catalog::objects::abandon(conn, &object.key).await?;
            Ok(Ending::Spare)
        })?;
        match ending {
            Ending::Blob | Ending::Elsewhere => {}
            Ending::Spare => {
                self.remove_object(bucket, &object.key, Some(&object.multipart)).await;
            }
        }
        Ok(true)
    }

    /// Takes a file of this machine in. False when it changed while it was read.
    pub(crate) async fn take_in_object(&self, bucket: &S3Store, file: &Path, digests: &Digests, size: u64) -> Result<bool> {
        let upload = UploadId(Uuid::now_v7());
        let (key, multipart) = self.begin_object(bucket, upload, &digests.sha256).await?;
        transact!(self.0.catalog, async |conn| { catalog::objects::receive(conn, &key, &multipart).await })?;
        bucket.send_file(&key, &multipart, file, PartPlan::for_size(size)).await?;
        self.seal_object(bucket, upload, &digests.sha256, size, &Arc::default()).await
    }
}

/// Reads an object back and recomputes its digests.
pub(crate) async fn read_back(bucket: &S3Store, key: &ObjectKey, size: u64, done: Arc<AtomicU64>) -> Result<Digests> {
    // SyncIoBridge finds the runtime here, not on the thread that blocks
    let reader = SyncIoBridge::new(bucket.read(key, 0, size).await?);
    tokio::task::spawn_blocking(move || {
        Digests::of_reader(reader, size, &|bytes| {
            done.fetch_add(bytes, Ordering::Relaxed);
        })
    })
    .await
    .map_err(|error| Error::internal("computing a digest", error))?
    .map_err(|error| Error::io("reading an object back", error))
}

fn parts_missing() -> Error {
    Error::conflict("Some parts have not arrived yet. Send the rest, then complete again.")
}

fn given_up() -> Error {
    Error::conflict("The upload was given up meanwhile: begin it again.")
}

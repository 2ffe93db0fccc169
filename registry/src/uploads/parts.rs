//! Parts: where they are sent to, and what happens when they arrive.

use bytes::Bytes;
use domain::{
    ErrorKind, Sha256Digest, UploadId,
    upload::{PartAddress, PartPlan, PartRequest},
};
use futures::Stream;

use crate::{
    Actor, Error, Registry, Result,
    blobs::Blobs,
    catalog::{self, transact, uploads::StoredState},
    now,
};

/// How many addresses are given at once.
const MAX_ADDRESSES: usize = 1000;

/// The signed part of an address: whoever has it may send exactly this part until it expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartSignature {
    /// The session.
    pub upload: UploadId,
    /// The blob.
    pub sha256: Sha256Digest,
    /// The part, from 1.
    pub number: u32,
    /// When the address expires, in seconds since 1970.
    pub expires: i64,
    /// The signature over all of the above.
    pub signature: String,
}

impl PartSignature {
    fn text(upload: UploadId, sha256: &Sha256Digest, number: u32, expires: i64) -> String {
        format!("PUT part {upload} {sha256} {number} {expires}")
    }
}

impl Registry {
    /// Where some parts of a blob are sent to.
    ///
    /// # Errors
    /// Not found when the upload is not the actor's or holds no such blob or part; conflict when it is not open any more.
    pub async fn part_addresses(&self, actor: &Actor, request: &PartRequest) -> Result<Vec<PartAddress>> {
        if request.numbers.len() > MAX_ADDRESSES {
            return Err(Error::new(ErrorKind::Invalid, format!("Ask for at most {MAX_ADDRESSES} parts at once.")));
        }
        let mut conn = self.0.catalog.read().await?;
        let upload = self.own_upload(&mut conn, actor, request.upload).await?;
        if upload.state != StoredState::Open {
            return Err(Error::conflict("The upload is not open any more: begin it again."));
        }
        let size = catalog::uploads::blob_size(&mut conn, upload.id, &request.sha256)
            .await?
            .ok_or_else(|| Error::not_found("The blob of this upload"))?;
        drop(conn);
        let plan = PartPlan::for_size(size);
        if let Some(number) = request.numbers.iter().find(|number| plan.part(**number).is_none()) {
            return Err(Error::new(ErrorKind::Invalid, format!("There is no part {number}: the blob has {}.", plan.count())));
        }
        match &self.0.blobs {
            Blobs::Folder(_) => Ok(self.own_addresses(request)),
            Blobs::S3 { bucket, .. } => {
                self.bucket_addresses(bucket, request.upload, &request.sha256, plan, &request.numbers).await
            }
        }
    }

    /// Addresses of the registry itself.
    fn own_addresses(&self, PartRequest { upload, sha256, numbers }: &PartRequest) -> Vec<PartAddress> {
        let expires = (now() + self.0.settings.address_time).unix_timestamp();
        let address = |&number: &u32| {
            let signature = self.0.signer.sign(&PartSignature::text(*upload, sha256, number, expires));
            let url = format!("/api/v1/uploads/{upload}/{sha256}/{number}?expires={expires}&signature={signature}");
            PartAddress { number, url }
        };
        numbers.iter().map(address).collect()
    }

    /// Takes one part in. `length` is what the request announces, if it does.
    ///
    /// # Errors
    /// Forbidden when the address is forged or has expired; invalid when the length is not the part's; insufficient storage when
    /// the disk is full. Nothing counts then, and the part can be sent again.
    pub async fn receive_part<E: std::error::Error + Send + Sync + 'static>(
        &self,
        part: &PartSignature,
        length: Option<u64>,
        body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<()> {
        let Blobs::Folder(folder) = &self.0.blobs else {
            return Err(Error::new(ErrorKind::Forbidden, "The registry takes no parts itself: ask for the addresses again."));
        };
        let text = PartSignature::text(part.upload, &part.sha256, part.number, part.expires);
        if !self.0.signer.verify(&text, &part.signature) {
            return Err(Error::new(ErrorKind::Forbidden, "The address of this part is not one that the registry gave."));
        }
        if now().unix_timestamp() > part.expires {
            return Err(Error::new(ErrorKind::Forbidden, "The address of this part has expired: ask for a new one."));
        }
        let _guard = self.0.in_flight.write_part((part.upload, part.sha256)).await;
        let mut conn = self.0.catalog.read().await?;
        // not whether the registry has it: the answer would tell
        if catalog::blobs::was_sent(&mut conn, &part.sha256, part.upload).await? {
            return Ok(());
        }
        let size = catalog::uploads::blob_size(&mut conn, part.upload, &part.sha256)
            .await?
            .ok_or_else(|| Error::conflict("The upload is not open any more: begin it again."))?;
        drop(conn);
        let plan = PartPlan::for_size(size);
        let place = plan.part(part.number).ok_or_else(|| Error::not_found("The part"))?;
        if let Some(length) = length.filter(|length| *length != place.1) {
            return Err(Error::new(ErrorKind::Invalid, format!("The part must have {} bytes, not {length}.", place.1)));
        }
        folder.write_part(part.upload, &part.sha256, place, body).await?;
        let expires_at = now() + self.0.settings.upload_lifetime;
        let arrived = transact!(self.0.catalog, async |conn| {
            if !catalog::uploads::insert_part(conn, part.upload, &part.sha256, part.number, expires_at).await? {
                return Err(Error::conflict("The upload is not open any more: begin it again."));
            }
            catalog::uploads::count_parts(conn, part.upload, &part.sha256).await
        })?;
        if arrived == u64::from(plan.count()) {
            // the digest is ready, or nearly, by the time that the last blob has come
            self.start_sealing(part.upload, part.sha256, size);
        }
        Ok(())
    }
}

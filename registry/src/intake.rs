//! Files of this machine that become blobs: what is imported or restored. Nothing refers to them yet, so whoever brings them in holds
//! them until something does.

use std::{fs, path::Path};

use domain::Sha256Digest;
use tokio::runtime::Handle;
use uuid::Uuid;

use crate::{
    Error, Registry, Result,
    blobs::{Blobs, Copied, Digests, Place},
    catalog::{self, transact},
    now,
};

/// One run of a command that brings files in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Intake(pub(crate) Uuid);

impl Intake {
    /// A run that holds nothing yet.
    pub(crate) fn begin() -> Self {
        Self(Uuid::now_v7())
    }
}

impl Registry {
    /// Brings a file into the store, unless its content is there already, and holds the blob. Blocks. `check` may refuse the content
    /// before it counts for anything. Nothing when the file changed while it was read.
    pub(crate) fn take_in_file(
        &self,
        runtime: &Handle,
        intake: Intake,
        file: &Path,
        check: impl FnOnce(&Digests, u64) -> Result<()>,
    ) -> Result<Option<(Sha256Digest, u64)>> {
        match &self.0.blobs {
            Blobs::Folder(folder) => {
                let copied = folder.copy_in(file)?;
                let taken = (copied.digests.sha256, copied.size);
                check(&copied.digests, copied.size)?;
                if !runtime.block_on(self.hold(intake, &copied.digests.sha256))? {
                    // until the catalog knows of the file
                    let _turn = folder.settle_copy(&copied)?;
                    runtime.block_on(self.add_file(&copied))?;
                }
                Ok(Some(taken))
            }
            Blobs::S3 { bucket, .. } => {
                let size = fs::metadata(file).map_err(|error| Error::io("reading a file", error))?.len();
                let digests = Digests::of_file(file, size, &|_| ())?;
                check(&digests, size)?;
                let is_there = runtime.block_on(async {
                    Ok::<_, Error>(
                        self.hold(intake, &digests.sha256).await? || self.take_in_object(bucket, file, &digests, size).await?,
                    )
                })?;
                Ok(is_there.then_some((digests.sha256, size)))
            }
        }
    }

    /// Holds a blob; whether the registry has it.
    pub(crate) async fn hold(&self, intake: Intake, blob: &Sha256Digest) -> Result<bool> {
        let until = now() + self.0.settings.upload_lifetime;
        transact!(self.0.catalog, async |conn| {
            catalog::holds::hold(conn, intake.0, blob, until).await?;
            Ok(catalog::blobs::get(conn, blob).await?.is_some())
        })
    }

    async fn add_file(&self, copied: &Copied) -> Result<bool> {
        transact!(self.0.catalog, async |conn| {
            catalog::blobs::insert(conn, &copied.digests, copied.size, &Place::File, now()).await
        })
    }

    /// Lets go of all that was held: a revision refers to it, or nothing will. What cannot be let go of now runs out by itself.
    pub(crate) async fn let_go(&self, intake: Intake) {
        let released = transact!(self.0.catalog, async |conn| { catalog::holds::release(conn, intake.0).await });
        if let Err(error) = released {
            error.log();
        }
    }
}

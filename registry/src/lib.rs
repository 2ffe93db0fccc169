//! The service layer: what the registry does, whoever asks (pages, REST, the Hugging Face protocol, the command line).
//!
//! [`Registry`] is the whole of it: one method a use case, each in the module of its noun, each demanding the [`Actor`].
//! Below it lie the catalog (`catalog/`, all SQL), the store of blobs (`blobs/`) and the runner of jobs (`jobs/`).

mod access;
mod accounts;
mod archive;
mod blobs;
mod card;
mod catalog;
mod cursor;
mod downloads;
mod draft;
mod error;
mod health;
mod jobs;
mod markdown;
mod packages;
mod pipe;
mod secrets;
mod serving;
mod settings;
mod tokens;
mod transfer;
mod uploads;

pub use access::{Actor, Client};
pub use accounts::{FirstAdministrator, NewUser, Session};
pub use archive::ArchiveDownload;
pub use blobs::{BlobReader, Encryption, S3Settings};
pub use catalog::{CatalogAddress, PostgresAddress};
pub use downloads::FileDownload;
pub use error::{Error, Result};
pub use health::Health;
pub use jobs::Scheduler;
pub use serving::Serving;
pub use settings::Settings;
pub use transfer::{ImportTarget, Imported};
pub use uploads::PartSignature;

use std::sync::Arc;

use domain::manifest::Limits;
use time::OffsetDateTime;
use tokio::sync::Semaphore;

use crate::{
    blobs::Blobs,
    catalog::{Catalog, transact},
    secrets::Signer,
};

/// A registry: its catalog, its store, its jobs. Cheap to clone; all clones are the same registry.
#[derive(Clone)]
pub struct Registry(Arc<Parts>);

struct Parts {
    settings: Settings,
    catalog: Catalog,
    blobs: Blobs,
    signer: Signer,
    in_flight: uploads::InFlight,
    archive_slots: Arc<Semaphore>,
    job_queued: tokio::sync::Notify,
}

impl Registry {
    /// Opens the catalog and the store, makes what is missing, and brings the catalog to this version.
    ///
    /// # Errors
    /// When the data folder cannot be written to, the bucket cannot be used, the blobs are kept in another store, or the catalog
    /// cannot be reached, is damaged or of a newer version.
    pub async fn open(settings: Settings) -> Result<Self> {
        let blobs = Blobs::open(&settings).await?;
        let catalog = Catalog::open(&settings.catalog).await?;
        let fresh = secrets::random_secret()?;
        let key =
            transact!(catalog, async |conn| { catalog::settings::get_or_insert(conn, "signing_key", fresh.as_bytes()).await })?;
        blobs.require(catalog::blobs::any_place(&mut catalog.read().await?).await?)?;
        Ok(Self(Arc::new(Parts {
            signer: Signer::new(&key)?,
            settings,
            catalog,
            blobs,
            in_flight: uploads::InFlight::default(),
            archive_slots: Arc::new(Semaphore::new(archive::AT_ONCE)),
            job_queued: tokio::sync::Notify::new(),
        })))
    }

    /// What a revision may hold here.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.0.settings.limits
    }

    /// The origin that browsers send parts to, when that is not the registry itself.
    #[must_use]
    pub fn upload_origin(&self) -> Option<&str> {
        match &self.0.blobs {
            Blobs::Folder(_) => None,
            Blobs::S3 { bucket, .. } => Some(bucket.origin()),
        }
    }

    /// Finishes what is under way and closes the catalog.
    pub async fn close(&self) {
        self.0.catalog.close().await;
    }
}

/// Now, to the microsecond: what every catalog can store exactly.
fn now() -> OffsetDateTime {
    let now = OffsetDateTime::now_utc();
    now.replace_nanosecond(now.microsecond() * 1000).unwrap_or(now)
}

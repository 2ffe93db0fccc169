//! The service layer: everything the registry does, whoever asks for it (the pages, REST, the command line).
//!
//! [`Registry`] is the way in, with one method per use case. Each method is in the module of its noun, and takes the [`Actor`] it
//! acts for. Below it are the catalog (`catalog/`, all of the SQL), the store of blobs (`blobs/`) and the runner of jobs (`jobs/`).

mod access;
mod accounts;
mod addresses;
mod aliases;
mod archive;
mod attempts;
mod audit;
mod backup;
mod blobs;
mod branches;
mod card;
mod catalog;
mod compare;
mod components;
mod cursor;
mod downloads;
mod draft;
mod error;
mod expected;
mod garbage;
mod health;
mod idempotency;
mod intake;
mod invitations;
mod jobs;
mod lineage;
mod markdown;
mod members;
mod packages;
mod people;
mod pipe;
mod purging;
mod recording;
mod removal;
mod renaming;
mod search;
mod secrets;
#[cfg(feature = "seeding")]
pub mod seeding;
mod seen;
mod serving;
mod settings;
mod storage;
mod tags;
mod tokens;
mod told;
mod transfer;
mod turns;
mod uploads;
mod verify;

pub use access::{Actor, Client};
pub use accounts::{FirstAdministrator, NewUser, Session};
pub use addresses::{AddressedFile, Addresses, BlobSignature, SignedBlob};
pub use aliases::AliasStep;
pub use archive::ArchiveDownload;
pub use backup::{BackupSummary, ForeignStore, Progress, RestoreSummary};
pub use blobs::{BlobReader, Encryption, S3Settings};
pub use catalog::{CatalogAddress, PostgresAddress};
pub use cursor::Paging;
pub use downloads::FileDownload;
pub use error::{Error, Result};
pub use garbage::{Collected, Collecting, Tally};
pub use health::Health;
pub use idempotency::{Claimed, KeyClaim};
pub use jobs::Scheduler;
pub use packages::WritableNamespaces;
pub use seen::{Seen, StateTag};
pub use serving::Serving;
pub use settings::Settings;
pub use transfer::{ImportTarget, Imported};
pub use uploads::PartSignature;
pub use verify::{HeldFile, Problem, SpoiltBlob, Verified};

use std::sync::Arc;

use domain::manifest::Limits;
use time::{OffsetDateTime, UtcOffset};

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
    archive_turns: turns::Turns,
    recording: recording::Recording,
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
        let registry = Self(Arc::new(Parts {
            signer: Signer::new(&key)?,
            settings,
            catalog,
            blobs,
            in_flight: uploads::InFlight::default(),
            archive_turns: turns::Turns::new(archive::AT_ONCE, archive::OF_ONE_CALLER),
            recording: recording::Recording::default(),
            job_queued: tokio::sync::Notify::new(),
        }));
        registry.order_tags().await?;
        Ok(registry)
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

/// Now, as every catalog can store it exactly.
fn now() -> OffsetDateTime {
    as_stored(OffsetDateTime::now_utc())
}

/// A moment as catalogs keep it: in UTC, to the microsecond.
fn as_stored(moment: OffsetDateTime) -> OffsetDateTime {
    let moment = moment.to_offset(UtcOffset::UTC);
    moment.replace_nanosecond(moment.microsecond() * 1000).unwrap_or(moment)
}

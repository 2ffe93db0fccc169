//! What a registry is opened with. Read and checked by the server's configuration; plain values here.

use std::path::PathBuf;

use domain::manifest::Limits;
use time::Duration;

use crate::{CatalogAddress, S3Settings};

/// Where things are, and how much of them there may be.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder for the jobs and, unless they are kept elsewhere, the blobs and the catalog.
    pub data_dir: PathBuf,
    /// Where the catalog is.
    pub catalog: CatalogAddress,
    /// The bucket that the blobs are kept in; nothing: they are kept in the data folder.
    pub s3: Option<S3Settings>,
    /// The `autograder` program.
    pub autograder: PathBuf,
    /// What a revision may hold.
    pub limits: Limits,
    /// How long an upload waits for its next part.
    pub upload_lifetime: Duration,
    /// For how long an address takes a part, or begins a download. Those that a redirect leads to hold for five minutes at most.
    pub address_time: std::time::Duration,
    /// For how long nothing may need a blob before it is removed.
    pub garbage_grace: Duration,
    /// How often the scheduler removes what nothing needs; never, when nothing.
    pub garbage_every: Option<Duration>,
    /// How long a deleted package can be brought back.
    pub purge_after: Duration,
    /// How many jobs run at once.
    pub job_slots: usize,
    /// How long one attempt of a job may take.
    pub job_time: Duration,
}

impl Settings {
    /// The defaults for a data folder: the catalog is a file in it, uploads wait a week, addresses hold for an hour, deleted packages
    /// a month, garbage a day, two jobs at once, fifteen minutes an attempt.
    #[must_use]
    pub fn in_folder(data_dir: PathBuf, autograder: PathBuf) -> Self {
        Self {
            catalog: CatalogAddress::Sqlite(data_dir.join("catalog.db")),
            data_dir,
            s3: None,
            autograder,
            limits: Limits::default(),
            upload_lifetime: Duration::days(7),
            address_time: std::time::Duration::from_secs(3600),
            garbage_grace: Duration::DAY,
            garbage_every: Some(Duration::DAY),
            purge_after: Duration::days(30),
            job_slots: 2,
            job_time: domain::job::ATTEMPT_TIME,
        }
    }
}

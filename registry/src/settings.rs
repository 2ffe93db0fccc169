//! What a registry is opened with. Read and checked by the server's configuration; plain values here.

use std::path::PathBuf;

use domain::manifest::Limits;
use time::Duration;

use crate::CatalogAddress;

/// Where things are, and how much of them there may be.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder for the blobs, the jobs and, on SQLite, the catalog.
    pub data_dir: PathBuf,
    /// Where the catalog is.
    pub catalog: CatalogAddress,
    /// The `autograder` program.
    pub autograder: PathBuf,
    /// What a revision may hold.
    pub limits: Limits,
    /// How long an upload waits for its next part.
    pub upload_lifetime: Duration,
    /// How many jobs run at once.
    pub job_slots: usize,
    /// How long one attempt of a job may take.
    pub job_time: Duration,
}

impl Settings {
    /// The defaults for a data folder: the catalog is a file in it, uploads wait a week, two jobs at once, fifteen minutes an attempt.
    #[must_use]
    pub fn in_folder(data_dir: PathBuf, autograder: PathBuf) -> Self {
        Self {
            catalog: CatalogAddress::Sqlite(data_dir.join("catalog.db")),
            data_dir,
            autograder,
            limits: Limits::default(),
            upload_lifetime: Duration::days(7),
            job_slots: 2,
            job_time: domain::job::ATTEMPT_TIME,
        }
    }
}

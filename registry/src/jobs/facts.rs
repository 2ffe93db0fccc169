//! What the autograder is given: the files of the revision in a folder, and `facts.json`.

use std::{
    collections::HashSet,
    ffi::OsString,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use domain::{
    JobId,
    report::{OutsideFacts, PackageFacts},
};

use tokio::runtime::Handle;

use crate::{
    Error, Registry, Result,
    blobs::Layout,
    catalog::{self, jobs::StoredJob},
};

/// The folder of one attempt. Whoever is done with it removes it; one that is dropped because an attempt was cut off goes too.
pub(super) struct Workplace {
    folder: PathBuf,
}

impl Workplace {
    /// The files of the revision.
    pub(super) fn package(&self) -> PathBuf {
        self.folder.join("package")
    }

    /// What is told from outside.
    pub(super) fn facts(&self) -> PathBuf {
        self.folder.join("facts.json")
    }

    /// Where the report is awaited: the only place that the autograder may write to.
    pub(super) fn report(&self) -> PathBuf {
        self.folder.join("out").join("report.json")
    }
}

impl Workplace {
    /// Removes it, and comes back when it is gone: the next attempt may have a folder of the same name.
    pub(super) async fn remove(mut self) {
        let folder = std::mem::take(&mut self.folder);
        if let Err(error) = tokio::task::spawn_blocking(move || remove(&folder)).await {
            tracing::warn!(%error, "the folder of a job could not be removed");
        }
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        let folder = std::mem::take(&mut self.folder);
        if folder.as_os_str().is_empty() {
            return;
        }
        // there may be thousands of files in it: not on a thread that others wait for
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || remove(&folder))),
            Err(_) => remove(&folder),
        }
    }
}

/// Removes the folder of an attempt. Blocks. What cannot be removed is swept later.
fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder) {
        tracing::warn!(%error, "the folder of a job could not be removed");
    }
}

impl Registry {
    /// Lays out a job's inputs. Where the store is a folder files are hard links to the read-only blobs, and no bytes are copied.
    pub(super) async fn prepare(&self, job: &StoredJob) -> Result<Workplace> {
        let mut conn = self.0.catalog.read().await?;
        let package = catalog::packages::get(&mut conn, job.package).await?.package;
        let files = catalog::entries::stored_files(&mut conn, job.revision_seq).await?;
        drop(conn);
        let facts = OutsideFacts {
            package: Some(PackageFacts {
                kind: package.kind,
                namespace: package.namespace,
                name: package.name,
                revision: job.job.revision,
            }),
        };
        let facts = serde_json::to_vec_pretty(&facts).map_err(|error| Error::internal("writing facts.json", error))?;
        let folder = self.job_folders().join(folder_name(job.job.id, job.job.attempt));
        let place = tokio::task::spawn_blocking(move || {
            let failed = |error| Error::io("laying out a job's files", error);
            let _ = fs::remove_dir_all(&folder);
            let place = Workplace { folder };
            fs::create_dir_all(place.folder.join("out")).map_err(failed)?;
            fs::create_dir_all(place.package()).map_err(failed)?;
            fs::write(place.facts(), facts).map_err(failed)?;
            Ok::<_, Error>(place)
        })
        .await
        .map_err(|error| Error::internal("laying out a job's files", error))??;
        let package = place.package();
        let files = files.into_iter().map(|(path, blob)| (blob, package.join(path.as_str()))).collect();
        match self.0.blobs.lay_out(files, Layout::Borrowed).await {
            Ok(()) => Ok(place),
            Err(error) => {
                place.remove().await;
                Err(error)
            }
        }
    }
}

impl Registry {
    /// Removes the folders of attempts that no runner is at any more: the registry was killed while they ran.
    pub(super) async fn sweep_jobs(&self) -> Result<()> {
        let folders = self.job_folders();
        let listed = tokio::task::spawn_blocking({
            let folders = folders.clone();
            move || fs::read_dir(folders).map(|entries| entries.flatten().map(|entry| entry.file_name()).collect::<Vec<_>>())
        })
        .await
        .map_err(|error| Error::internal("listing the folders of jobs", error))?;
        // there is no such folder before the first job
        let Ok(listed) = listed else { return Ok(()) };
        // asked after listing: an attempt that begins in between is not taken for one that is over
        let mut conn = self.0.catalog.read().await?;
        let running: HashSet<OsString> =
            catalog::jobs::running(&mut conn).await?.into_iter().map(|(id, attempt)| folder_name(id, attempt).into()).collect();
        drop(conn);
        for name in listed.into_iter().filter(|name| !running.contains(name)) {
            match tokio::fs::remove_dir_all(folders.join(name)).await {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(Error::io("removing the folder of a job", error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn job_folders(&self) -> PathBuf {
        self.0.settings.data_dir.join("jobs")
    }
}

fn folder_name(id: JobId, attempt: u32) -> String {
    format!("{id}-{attempt}")
}

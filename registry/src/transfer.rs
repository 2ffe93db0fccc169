//! Import and export of whole packages as folders: for the command line, on the configured catalog and store.

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::{
    ErrorKind, FilePath, PackageRef, RevisionId,
    account::Permission,
    archive::Archive,
    lifecycle::Expected,
    manifest::{Limits, Manifest, ManifestFile},
    path::is_clutter,
    people::Visibility,
    refs::{RefName, RevisionSpec},
};

use tokio::runtime::Handle;

use crate::{
    Actor, Error, Registry, Result,
    blobs::Layout,
    catalog::{self, audit::Action, counts::Downloaded, transact},
    draft::Draft,
    intake::Intake,
    packages::locate,
    uploads::{Commit, checked_message},
};

/// Where an import goes.
#[derive(Clone, Debug)]
pub struct ImportTarget {
    /// The package; it is made when missing.
    pub package: PackageRef,
    /// The branch that the revision goes on.
    pub branch: RefName,
    /// The tag that it gets.
    pub version: Option<RefName>,
    /// Who may find the package, from its first revision on; nothing: as it is.
    pub visibility: Option<Visibility>,
    /// What is new.
    pub message: String,
}

/// What an import made.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The revision.
    pub revision: RevisionId,
    /// How many files it holds.
    pub files: u64,
    /// Their bytes together.
    pub bytes: u64,
}

impl Registry {
    /// Takes a folder or a zip in as a revision, as an upload of the same files would.
    ///
    /// # Errors
    /// Invalid when the files break a rule; not found when the source is not there; conflict when the version is taken, or others may
    /// find the package than the target says.
    pub async fn import(&self, actor: &Actor, source: PathBuf, target: &ImportTarget) -> Result<Imported> {
        actor.require_write(&target.package.namespace)?;
        let message = checked_message(&target.message)?;
        let intake = Intake::begin();
        let imported = self.import_held(actor, intake, source, target, &message).await;
        self.let_go(intake).await;
        let imported = imported?;
        self.0.job_queued.notify_one();
        Ok(imported)
    }

    async fn import_held(
        &self,
        actor: &Actor,
        intake: Intake,
        source: PathBuf,
        target: &ImportTarget,
        message: &str,
    ) -> Result<Imported> {
        let registry = self.clone();
        let runtime = Handle::current();
        let files = tokio::task::spawn_blocking(move || registry.take_in(&runtime, intake, &source))
            .await
            .map_err(|error| Error::internal("reading the folder", error))??;
        let manifest = Manifest::new(files, &self.0.settings.limits)?;
        let told = self.told(&target.package, manifest.files()).await?;
        let commit = Commit {
            package: &target.package,
            branch: &target.branch,
            version: target.version.as_ref(),
            visibility: target.visibility,
            // it reads the head as it writes: there is nothing that it could have missed
            parent: Expected::Anything,
            message,
            manifest: &manifest,
            told: &told,
        };
        let revision = transact!(self.0.catalog, async |conn| { self.commit(conn, actor, &commit).await })?;
        Ok(Imported { revision, files: manifest.files().len() as u64, bytes: manifest.total_bytes() })
    }

    /// Writes a revision into a folder that is new or empty, and stays so when that fails.
    ///
    /// # Errors
    /// Not found when there is no such package or revision; conflict when the folder holds something.
    pub async fn export(&self, actor: &Actor, package: &PackageRef, at: &RevisionSpec, folder: PathBuf) -> Result<Imported> {
        actor.require(Permission::Download)?;
        let mut conn = self.0.catalog.read().await?;
        let (stored, revision) = locate(&mut conn, actor, package, at).await?;
        actor.require_download(&stored)?;
        let files = catalog::entries::stored_files(&mut conn, revision.seq).await?;
        drop(conn);
        let object = format!("{}/{}@{}", stored.package.kind, stored.package, revision.summary.id);
        let of = Downloaded { package: stored.id, revision_seq: revision.seq };
        let draft = off_the_loop(move || Draft::begin(folder)).await?;
        let files = files.into_iter().map(|(path, blob)| (blob, draft.path().join(path.as_str()))).collect();
        let written = async {
            self.0.blobs.lay_out(files, Layout::Owned).await?;
            self.record_download(actor, Action::DownloadArchive, &object, Some(of)).await
        };
        let written = written.await;
        off_the_loop(move || {
            let published = written.and_then(|()| draft.publish());
            if published.is_err() {
                draft.discard();
            }
            published
        })
        .await?;
        Ok(Imported { revision: revision.summary.id, files: revision.summary.files, bytes: revision.summary.bytes })
    }

    /// Brings all files of a folder or a zip into the store. Blocks.
    fn take_in(&self, runtime: &Handle, intake: Intake, source: &Path) -> Result<Vec<ManifestFile>> {
        let facts = fs::metadata(source).map_err(|error| {
            Error::caused(
                ErrorKind::NotFound,
                format!("“{}” cannot be read: name a folder or a .zip file.", source.display()),
                error,
            )
        })?;
        if facts.is_dir() {
            // everything is checked before the first byte is copied
            let listed = walk(source, &self.0.settings.limits)?;
            return listed.into_iter().map(|(path, file)| self.take_in_at(runtime, intake, path, &file)).collect();
        }
        let zip = fs::File::open(source).map_err(|error| Error::io("reading the zip", error))?;
        let mut archive = Archive::open(std::io::BufReader::new(zip), &self.0.settings.limits)?;
        let unpacked = self.0.blobs.scratch().scratch_folder()?;
        let mut files = Vec::new();
        for entry in archive.files().to_vec() {
            let file = unpacked.path().join("entry");
            let mut out = fs::File::create(&file).map_err(|error| Error::io("unpacking the zip", error))?;
            let mut written = Ok(());
            let unpacked = archive.unpack(&entry, |piece| {
                written = std::io::Write::write_all(&mut out, piece);
                written.as_ref().map_or_else(|error| Err(domain::Invalid::new(error.to_string())), |()| Ok(()))
            });
            // a full disk is not the zip's fault
            written.map_err(|error| Error::io("unpacking the zip", error))?;
            unpacked?;
            files.push(self.take_in_at(runtime, intake, entry.path, &file)?);
        }
        Ok(files)
    }

    /// Brings one file into the store. Blocks.
    fn take_in_at(&self, runtime: &Handle, intake: Intake, path: FilePath, file: &Path) -> Result<ManifestFile> {
        let Some((sha256, size)) = self.take_in_file(runtime, intake, file, |_, _| Ok(()))? else {
            return Err(Error::conflict(format!("“{path}” changed while it was read: import it again.")));
        };
        Ok(ManifestFile { path, size, sha256 })
    }
}

/// Does what blocks where it holds nobody up.
async fn off_the_loop<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::internal("writing the folder", error))?
}

/// The files below a folder with their paths, checked as the files of one revision. Links are refused: what they lead to may
/// lie outside.
fn walk(top: &Path, limits: &Limits) -> Result<Vec<(FilePath, PathBuf)>> {
    let failed = |error| Error::io("listing the folder", error);
    let mut found = Vec::new();
    let mut folders = vec![(String::new(), top.to_owned())];
    while let Some((prefix, folder)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().into_string().map_err(|name| {
                Error::new(ErrorKind::Invalid, format!("The name {} is no UTF-8: rename the file.", name.display()))
            })?;
            let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            if is_clutter(&path) {
                continue;
            }
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                folders.push((path, entry.path()));
            } else if kind.is_file() {
                found.push((path.parse::<FilePath>()?, entry.path()));
            } else {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!("“{path}” is a link or a special file: put the file itself in its place."),
                ));
            }
            if found.len() as u64 > limits.max_files {
                return Err(Error::new(ErrorKind::Invalid, format!("A revision holds at most {} files.", limits.max_files)));
            }
        }
    }
    let listed = found
        .iter()
        .map(|(path, file)| {
            let size = fs::metadata(file).map_err(failed)?.len();
            // the digest is not known yet: any distinct one serves to check names and sizes
            Ok(ManifestFile { path: path.clone(), size, sha256: domain::Sha256Digest::of(path.as_str().as_bytes()) })
        })
        .collect::<Result<_>>()?;
    Manifest::new(listed, limits)?;
    Ok(found)
}

//! Where the report goes: a file that appears in one step, or standard output.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use domain::report::Report;

/// What kept the report from being written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{} names no file", .0.display())]
    NoFile(PathBuf),
    #[error("the folder {} is not there", .0.display())]
    NoFolder(PathBuf),
    #[error("the report is not valid")]
    Invalid(#[source] domain::Invalid),
    #[error("the report cannot be turned into JSON")]
    Json(#[from] serde_json::Error),
    #[error("the report cannot be written to {}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

/// Where the report goes.
pub(crate) enum Target {
    Stdout,
    File { path: PathBuf, folder: PathBuf },
}

impl Target {
    /// A file, or standard output.
    pub(crate) fn new(path: Option<PathBuf>) -> Result<Self, Error> {
        let Some(path) = path else { return Ok(Self::Stdout) };
        if path.file_name().is_none() || path.is_dir() {
            return Err(Error::NoFile(path));
        }
        let folder = match path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        if folder.is_dir() { Ok(Self::File { path, folder }) } else { Err(Error::NoFolder(folder)) }
    }

    /// The folder that is written to.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Stdout => None,
            Self::File { folder, .. } => Some(folder),
        }
    }

    /// Writes the report: to a file under a temporary name that is renamed when it is complete.
    pub(crate) fn write(&self, report: &Report) -> Result<(), Error> {
        report.validate().map_err(Error::Invalid)?;
        let mut json = serde_json::to_vec_pretty(report)?;
        json.push(b'\n');
        match self {
            Self::Stdout => {
                io::stdout().write_all(&json).map_err(|source| Error::Write { path: PathBuf::from("standard output"), source })
            }
            Self::File { path, folder } => {
                let temporary = folder.join(format!(".report-{}.tmp", std::process::id()));
                store(&json, &temporary, path).map_err(|source| {
                    // what is half written is of no use; the first error is the one to tell
                    let _ = fs::remove_file(&temporary);
                    Error::Write { path: path.clone(), source }
                })
            }
        }
    }
}

fn store(bytes: &[u8], temporary: &Path, path: &Path) -> io::Result<()> {
    // left behind by a killed process that had the same id
    match fs::remove_file(temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(temporary, path)
}

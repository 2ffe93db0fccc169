//! One server a data folder.

use std::{fs::File, path::Path};

use domain::ErrorKind;
use rustix::fs::{FlockOperation, flock};

use crate::{Error, Registry, Result};

/// The right to serve from a data folder; it ends when it is dropped, or with the process.
///
/// Which parts of a blob are being written, and which blobs are being hashed, is known in memory: two servers on one folder
/// would write into files that the other has sealed. Commands may run beside a server, they receive no parts.
#[derive(Debug)]
pub struct Serving {
    _locked: File,
}

impl Registry {
    /// Takes the data folder for this server alone.
    ///
    /// # Errors
    /// Unavailable when another server has it.
    pub fn serve_alone(&self) -> Result<Serving> {
        let folder: &Path = &self.0.settings.data_dir;
        let file = File::create(folder.join("serving.lock")).map_err(|error| Error::io("locking the data folder", error))?;
        flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|error| {
            Error::caused(
                ErrorKind::Unavailable,
                format!("Another server runs on the data folder {}: stop it, or choose another with DATA_DIR.", folder.display()),
                error,
            )
        })?;
        Ok(Serving { _locked: file })
    }
}

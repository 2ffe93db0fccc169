//! Why a run fails as a whole. What is wrong with a single file of the package is a finding, never an error.

use std::{io, path::PathBuf};

/// What kept the autograder from reading its input.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The package's folder cannot be listed.
    #[error("the folder {} cannot be read", path.display())]
    Folder {
        /// The folder as it was given.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// `facts.json` cannot be read.
    #[error("the facts file {} cannot be read", path.display())]
    Facts {
        /// The file as it was given.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// `facts.json` is there, but is not what it should be.
    #[error("the facts file {} is not valid", path.display())]
    InvalidFacts {
        /// The file as it was given.
        path: PathBuf,
        /// Where it goes wrong.
        #[source]
        source: serde_json::Error,
    },
}

//! Folders that appear whole: written beside their place, and put there at the end.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use uuid::Uuid;

use crate::{Error, Result};

/// A folder that is being written. Until it is published nothing of it is seen but a name that begins with a dot.
pub(crate) struct Draft {
    top: PathBuf,
    target: PathBuf,
    /// The target is there already, and empty: it may be where somebody works, or a mounted disk, and is not replaced.
    exists: bool,
}

impl Draft {
    /// Begins a folder that is to stand at the target. Blocks.
    ///
    /// # Errors
    /// Conflict when the target holds something.
    pub(crate) fn begin(target: PathBuf) -> Result<Self> {
        let failed = |error| Error::io("writing the folder", error);
        let exists = match fs::read_dir(&target) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(Error::conflict(format!("The folder {} is not empty: name a new one.", target.display())));
                }
                true
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(failed(error)),
        };
        let beside = if exists { target.as_path() } else { target.parent().unwrap_or(Path::new("")) };
        let top = beside.join(format!(".incomplete-{}", Uuid::now_v7()));
        fs::create_dir_all(&top).map_err(failed)?;
        Ok(Self { top, target, exists })
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        &self.top
    }

    /// Puts what was written in its place. Blocks.
    pub(crate) fn publish(&self) -> Result<()> {
        let moved = if self.exists { self.move_up() } else { fs::rename(&self.top, &self.target) };
        moved.map_err(|error| Error::io("writing the folder", error))
    }

    fn move_up(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.top)? {
            let entry = entry?;
            fs::rename(entry.path(), self.target.join(entry.file_name()))?;
        }
        fs::remove_dir(&self.top)
    }

    /// Removes what was written. Blocks.
    pub(crate) fn discard(&self) {
        if let Err(error) = fs::remove_dir_all(&self.top) {
            tracing::warn!(%error, folder = %self.top.display(), "a folder that was given up could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_there_whole_or_not_at_all() {
        let parent = tempfile::tempdir().unwrap();
        fs::create_dir(parent.path().join("empty")).unwrap();
        for (name, left) in [("new/folder", false), ("empty", true)] {
            let target = parent.path().join(name);
            let draft = Draft::begin(target.clone()).unwrap();
            fs::create_dir(draft.path().join("folder")).unwrap();
            fs::write(draft.path().join("folder/file"), "x").unwrap();
            assert!(!target.join("folder").exists(), "{name}");
            draft.discard();
            assert_eq!(target.exists(), left, "{name}");

            let draft = Draft::begin(target.clone()).unwrap();
            fs::write(draft.path().join("file"), "x").unwrap();
            draft.publish().unwrap();
            let names: Vec<_> = fs::read_dir(&target).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            assert_eq!(names, ["file"], "{name}");
            assert!(Draft::begin(target).is_err(), "{name} holds something now");
        }
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 2, "nothing else is left");
    }
}

//! Files of packages, wherever they are: in memory, in a folder, in a zip.

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Write as _},
    path::Path,
};

use domain::{
    PackageKind, PackageRef, Sha256Digest,
    lifecycle::Expected,
    manifest::{Limits, Manifest, ManifestFile},
    refs::RefName,
    upload::BeginUpload,
};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// Files by their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Files(pub(crate) BTreeMap<String, Vec<u8>>);

impl Files {
    /// One file.
    pub(crate) fn of(path: &str, bytes: impl AsRef<[u8]>) -> Self {
        Self::default().and(path, bytes)
    }

    /// With one more file.
    pub(crate) fn and(mut self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.0.insert(path.to_owned(), bytes.as_ref().to_vec());
        self
    }

    /// Nested folders, an empty file, names in several scripts.
    pub(crate) fn various() -> Self {
        Self::of("README.md", "---\nlicense: mit\n---\n# Various\nA package of several files.\n")
            .and("config.json", "{}")
            .and("empty.txt", "")
            .and("1_Pooling/config.json", "{\"pooling\": true}")
            .and("a/b/c/deep.bin", [0, 1, 2, 255])
            .and("naïve/数据 (1).txt", "names are kept")
    }

    /// What the manifest of an upload says of them.
    pub(crate) fn listed(&self) -> Vec<ManifestFile> {
        self.0
            .iter()
            .map(|(path, bytes)| ManifestFile {
                path: path.parse().unwrap(),
                size: bytes.len() as u64,
                sha256: Sha256Digest::of(bytes),
            })
            .collect()
    }

    /// The manifest.
    pub(crate) fn manifest(&self) -> Manifest {
        Manifest::new(self.listed(), &Limits::default()).unwrap()
    }

    /// The upload of these files to a model package.
    pub(crate) fn upload(&self, package: &str, version: Option<&str>) -> BeginUpload {
        BeginUpload {
            package: PackageRef::parse(PackageKind::Model, package).unwrap(),
            branch: RefName::default_branch(),
            version: version.map(|version| version.parse().unwrap()),
            visibility: None,
            parent: Expected::Anything,
            message: "Import".into(),
            files: self.listed(),
        }
    }

    /// The bytes behind a digest.
    pub(crate) fn blob(&self, sha256: &Sha256Digest) -> &[u8] {
        self.0.values().find(|bytes| Sha256Digest::of(bytes) == *sha256).unwrap()
    }

    /// Writes them into a folder, which is made.
    pub(crate) fn write(&self, folder: &Path) {
        for (path, bytes) in &self.0 {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        }
    }

    /// Reads them from a folder.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut files = Self::default();
        let mut folders = vec![folder.to_owned()];
        while let Some(current) = folders.pop() {
            for entry in fs::read_dir(current).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let below = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                    files.0.insert(below, fs::read(&path).unwrap());
                }
            }
        }
        files
    }

    /// A zip of them.
    pub(crate) fn zip(&self) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in &self.0 {
            writer
                .start_file(path.as_str(), SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))
                .unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// Unpacks a zip.
    pub(crate) fn unzip(bytes: &[u8]) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut files = Self::default();
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let name = entry.name().unwrap().into_owned();
            let mut bytes = Vec::new();
            std::io::copy(&mut entry, &mut bytes).unwrap();
            files.0.insert(name, bytes);
        }
        files
    }
}

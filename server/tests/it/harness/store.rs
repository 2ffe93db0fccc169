//! What blobs are kept in: the data folder, or a bucket of a store that `scripts/with-s3.sh` has started.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use url::Url;
use uuid::Uuid;

/// The store of all deployments of this run, as `TEST_STORE` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Store {
    /// The data folder.
    Folder,
    /// A bucket for each deployment.
    S3,
}

impl Store {
    /// The store of this run.
    pub(crate) fn of_this_run() -> Self {
        match variable("TEST_STORE").as_deref() {
            None | Some("" | "folder") => Self::Folder,
            Some("s3") => Self::S3,
            Some(other) => panic!("TEST_STORE is folder or s3, not {other}"),
        }
    }
}

/// A bucket. Removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Bucket {
    name: String,
    folder: PathBuf,
    /// Where its store is.
    endpoint: Url,
}

impl Bucket {
    /// A new bucket of the store that all tests share.
    pub(crate) fn new() -> Self {
        // the local store keeps a bucket as a folder beside the one that it was started with
        let given = PathBuf::from(required("TEST_S3_FOLDER"));
        Self::within(given.parent().unwrap(), required("TEST_S3_ENDPOINT").parse().unwrap())
    }

    /// A new bucket of a store that keeps its buckets here.
    pub(super) fn within(buckets: &Path, endpoint: Url) -> Self {
        // short: that store also makes one name of a file from bucket and key
        let name = format!("t-{}", &Uuid::now_v7().simple().to_string()[20..]);
        let folder = buckets.join(&name);
        fs::create_dir(&folder).unwrap();
        Self { name, folder, endpoint }
    }

    /// The variables of a registry that keeps its blobs here.
    pub(crate) fn variables(&self) -> [(&'static str, String); 7] {
        [
            ("S3_BUCKET_NAME", self.name.clone()),
            ("S3_ENDPOINT_URL", self.endpoint.to_string()),
            ("S3_PATH_STYLE", "true".into()),
            ("AWS_REGION", "us-east-1".into()),
            ("AWS_ACCESS_KEY_ID", required("TEST_S3_ACCESS_KEY")),
            ("AWS_SECRET_ACCESS_KEY", required("TEST_S3_SECRET_KEY")),
            ("AWS_EC2_METADATA_DISABLED", "true".into()),
        ]
    }

    /// Where its store listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.endpoint.socket_addrs(|| None).unwrap()[0]
    }

    /// The keys of all objects.
    pub(crate) fn objects(&self) -> Vec<String> {
        let mut keys = Vec::new();
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    keys.push(path.strip_prefix(&self.folder).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        keys.sort();
        keys
    }

    /// The file of the object of a blob.
    pub(crate) fn object_of(&self, hex: &str) -> PathBuf {
        let key = self.objects().into_iter().find(|key| key.contains(hex)).unwrap();
        self.folder.join(key)
    }

    /// Takes all objects away.
    pub(crate) fn lose_objects(&self) {
        for key in self.objects() {
            fs::remove_file(self.folder.join(key)).unwrap();
        }
    }

    /// Whether the store still knows a multipart upload.
    pub(crate) fn knows(&self, multipart: &str) -> bool {
        self.folder.with_file_name(format!(".upload-{multipart}.json")).exists()
    }

    /// Takes the bucket away.
    pub(crate) fn hide(&self) {
        fs::rename(&self.folder, self.hidden()).unwrap();
    }

    /// Gives it back.
    pub(crate) fn show(&self) {
        fs::rename(self.hidden(), &self.folder).unwrap();
    }

    fn hidden(&self) -> PathBuf {
        self.folder.with_file_name(format!(".hidden-{}", self.name))
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        // it may be hidden
        for folder in [self.folder.as_path(), self.hidden().as_path()] as [&Path; 2] {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

pub(super) fn required(name: &str) -> String {
    variable(name).unwrap_or_else(|| panic!("{name} is not set: run the tests with scripts/with-s3.sh"))
}

#[expect(clippy::disallowed_methods, reason = "the server's configuration knows nothing of tests")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

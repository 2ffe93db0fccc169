//! A store of a test's own, to be killed and started.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use super::{Bucket, eventually, store::required};

/// A store that speaks S3. Killed and removed when it is dropped.
pub(crate) struct StoreServer {
    folder: TempDir,
    port: u16,
    process: Child,
}

impl StoreServer {
    /// A new one, running.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("buckets")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = spawn(&folder, port);
        let mut store = Self { folder, port, process };
        store.wait_until_it_listens().await;
        store
    }

    /// A new bucket.
    pub(crate) fn bucket(&self) -> Bucket {
        let endpoint = format!("http://127.0.0.1:{}", self.port).parse().unwrap();
        Bucket::within(&self.folder.path().join("buckets"), endpoint)
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it again at the same address, with what it had.
    pub(crate) async fn start_again(&mut self) {
        self.process = spawn(&self.folder, self.port);
        self.wait_until_it_listens().await;
    }

    async fn wait_until_it_listens(&mut self) {
        let process = std::sync::Mutex::new(&mut self.process);
        eventually("the store", async || {
            if let Some(ended) = process.lock().unwrap().try_wait().unwrap() {
                panic!("the store ended with {ended}");
            }
            TcpStream::connect(("127.0.0.1", self.port)).ok()
        })
        .await;
    }
}

impl Drop for StoreServer {
    fn drop(&mut self) {
        // it may be gone already
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn spawn(folder: &TempDir, port: u16) -> Child {
    Command::new("s3s-fs")
        .args(["--host", "127.0.0.1", "--port", &port.to_string()])
        .args(["--access-key", &required("TEST_S3_ACCESS_KEY"), "--secret-key", &required("TEST_S3_SECRET_KEY")])
        .arg(folder.path().join("buckets"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("s3s-fs: run the tests with scripts/with-s3.sh")
}

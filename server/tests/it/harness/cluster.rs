//! A PostgreSQL cluster of a test's own, to be stopped and started.

use std::{
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
};

use tempfile::TempDir;
use url::Url;

/// A cluster. Stopped and removed when it is dropped.
pub(crate) struct Cluster {
    folder: TempDir,
    port: u16,
}

/// How a cluster ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// In good order: connections are told.
    Orderly,
    /// As a crash does: it recovers at the next start.
    Crash,
}

impl Cluster {
    /// A new one, running.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // the server runs as a user of its own when the tests run as root
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let cluster = Self { folder, port };
        cluster.script(&["make", &cluster.path()]);
        cluster.start_again();
        cluster
    }

    /// Starts it again at the same address.
    pub(crate) fn start_again(&self) {
        self.script(&["start", &self.path(), &self.port.to_string()]);
    }

    /// Ends it.
    pub(crate) fn stop(&self, end: End) {
        let mode = match end {
            End::Orderly => "fast",
            End::Crash => "immediate",
        };
        self.script(&["stop", &self.path(), mode]);
    }

    /// The address of its maintenance database.
    pub(crate) fn url(&self) -> Url {
        Url::parse(&format!("postgres://registry@127.0.0.1:{}/postgres", self.port)).unwrap()
    }

    fn path(&self) -> String {
        self.folder.path().display().to_string()
    }

    fn script(&self, arguments: &[&str]) {
        let done = command(arguments).status().unwrap();
        assert!(done.success(), "{arguments:?}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // it may be stopped already
        let _ = command(&["stop", &self.path(), "immediate"]).stderr(Stdio::null()).status();
    }
}

fn command(arguments: &[&str]) -> Command {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/postgres-cluster.sh");
    let mut command = Command::new(script);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

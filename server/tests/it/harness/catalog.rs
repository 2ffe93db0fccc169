//! Where the catalogs of deployments are: in a file of their data folders or, with `TEST_CATALOG=postgres`, in databases of their
//! own on the cluster at `TEST_POSTGRES_URL` (`scripts/with-postgres.sh` starts one).

use std::{
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use url::Url;

/// A database of one deployment's own, dropped with it.
pub(crate) struct Database {
    cluster: Url,
    name: String,
}

impl Database {
    /// One on the cluster of the tests; nothing when the catalogs are files.
    pub(crate) fn of_deployment() -> Option<Self> {
        match variable("TEST_CATALOG").as_deref() {
            None | Some("sqlite") => None,
            Some("postgres") => Some(Self::new()),
            Some(other) => panic!("TEST_CATALOG must be sqlite or postgres, not {other}"),
        }
    }

    /// One on the cluster of the tests.
    pub(crate) fn new() -> Self {
        let cluster = variable("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL: run this with scripts/with-postgres.sh");
        Self::on(Url::parse(&cluster).unwrap())
    }

    /// One on any cluster.
    pub(crate) fn on(cluster: Url) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("it_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let database = Self { cluster, name };
        assert!(database.statement(&format!("CREATE DATABASE {}", database.name)));
        database
    }

    /// Its address.
    pub(crate) fn url(&self) -> Url {
        let mut url = self.cluster.clone();
        url.set_path(&self.name);
        url
    }

    /// All that it holds, as text.
    pub(crate) fn dump(&self) -> String {
        let dumped = Command::new("pg_dump").arg(self.url().as_str()).output().unwrap();
        assert!(dumped.status.success(), "{dumped:?}");
        String::from_utf8(dumped.stdout).unwrap()
    }

    fn statement(&self, statement: &str) -> bool {
        let done = Command::new("psql").args([self.cluster.as_str(), "--quiet", "--command", statement]).status();
        done.is_ok_and(|status| status.success())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // its cluster may be gone already
        self.statement(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the server's configuration knows nothing of tests")]
    std::env::var(name).ok()
}

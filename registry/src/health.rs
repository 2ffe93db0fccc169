//! Whether the registry can work.

use std::{io, time::Duration};

use crate::{Error, Registry, Result, catalog};

/// How long the store may take to answer: calls to it are tried for longer, but whoever asks for the health does not wait for that.
const PATIENCE: Duration = Duration::from_secs(5);

/// What of a registry answers.
#[derive(Debug)]
pub struct Health {
    /// The catalog. Without it nothing works.
    pub catalog: Result<()>,
    /// The store of blobs. Without it no bytes come or go.
    pub store: Result<()>,
}

impl Registry {
    /// Asks the catalog and the store whether they answer.
    pub async fn health(&self) -> Health {
        let (catalog, store) = futures::join!(self.check_catalog(), self.check_store());
        Health { catalog, store }
    }

    async fn check_store(&self) -> Result<()> {
        match tokio::time::timeout(PATIENCE, self.0.blobs.check()).await {
            Ok(checked) => checked,
            Err(_) => Err(Error::store_away(io::Error::from(io::ErrorKind::TimedOut))),
        }
    }

    async fn check_catalog(&self) -> Result<()> {
        let mut conn = self.0.catalog.read().await?;
        catalog::accounts::any_user(&mut conn).await.map(|_| ())
    }
}

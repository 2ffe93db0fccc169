//! Whether the registry can work.

use crate::{Registry, Result, catalog};

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
        let (catalog, store) = futures::join!(self.check_catalog(), self.0.blobs.check());
        Health { catalog, store }
    }

    async fn check_catalog(&self) -> Result<()> {
        let mut conn = self.0.catalog.read().await?;
        catalog::accounts::any_user(&mut conn).await.map(|_| ())
    }
}

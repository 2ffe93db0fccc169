//! What namespaces store, and quotas, at the command line.

use domain::{
    storage::{NamespaceStorage, TotalStorage},
    units,
};
use registry::{Actor, Error, Registry};
use serde::Serialize;

use super::{Failure, open, say, say_json};
use crate::{
    cli::{Quota, Storage},
    config::Config,
};

#[derive(Serialize)]
struct Report {
    namespaces: Vec<NamespaceStorage>,
    #[serde(flatten)]
    total: TotalStorage,
}

/// Tells what all namespaces store.
pub(super) async fn list(config: &Config, arguments: &Storage) -> Result<(), Failure> {
    let registry = open(config).await?;
    let report = report(&registry).await;
    registry.close().await;
    let report = report?;
    if arguments.json {
        return say_json(&report);
    }
    for storage in &report.namespaces {
        say(told(storage))?;
    }
    let TotalStorage { blobs, stored_bytes } = report.total;
    say(format!("All together: {}, {}", units::plural(blobs, "blob"), units::bytes(stored_bytes)))
}

async fn report(registry: &Registry) -> Result<Report, Error> {
    let (operator, mut namespaces, mut cursor) = (Actor::operator(), Vec::new(), None);
    loop {
        let page = registry.storage(&operator, cursor.as_deref().into()).await?;
        namespaces.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(Report { namespaces, total: registry.total_storage(&operator).await? });
        }
    }
}

/// Sets what a namespace may store.
pub(super) async fn set_quota(config: &Config, arguments: Quota) -> Result<(), Failure> {
    let registry = open(config).await?;
    let set = registry.set_quota(&Actor::operator(), &arguments.namespace, arguments.size.0).await;
    registry.close().await;
    say(told(&set?))
}

fn told(NamespaceStorage { namespace, stored_bytes, logical_bytes, quota_bytes, .. }: &NamespaceStorage) -> String {
    let quota = quota_bytes.map_or_else(|| "no quota".to_owned(), |quota| format!("quota {}", units::bytes(quota)));
    format!("{namespace}: stores {}, revisions of {}, {quota}", units::bytes(*stored_bytes), units::bytes(*logical_bytes))
}

//! Backups at the command line.

use domain::units;
use registry::{Actor, BackupSummary, ForeignStore};

use super::{Failure, open, progress::Teller, say, say_json};
use crate::{
    cli::{Backup, Restore},
    config::Config,
};

/// Makes a backup.
pub(super) async fn make(config: &Config, arguments: Backup) -> Result<(), Failure> {
    let registry = open(config).await?;
    let teller = Teller::new("copied");
    let made = registry.backup(&Actor::operator(), arguments.folder.clone(), &|progress| teller.tell(progress)).await;
    registry.close().await;
    let made = made?;
    if arguments.json { say_json(&made) } else { say(in_words(&made, "The backup is whole")) }
}

/// Restores a backup.
pub(super) async fn restore(config: &Config, arguments: Restore) -> Result<(), Failure> {
    let registry = open(config).await?;
    let teller = Teller::new("brought in");
    let foreign = if arguments.take_over_store { ForeignStore::TakeOver } else { ForeignStore::Refuse };
    let tell: &(dyn Fn(_) + Sync) = &|progress| teller.tell(progress);
    let restored = registry.restore(&Actor::operator(), arguments.folder.clone(), foreign, tell).await;
    registry.close().await;
    let restored = restored?;
    if arguments.json {
        return say_json(&restored);
    }
    say(in_words(&restored.backup, "The backup is restored"))?;
    if restored.postponed > 0 {
        let deleted = units::plural(restored.postponed, "deleted package");
        say(format!("{deleted} can be brought back for PURGE_DAYS from now on: model-registry undelete."))?;
    }
    Ok(())
}

fn in_words(summary: &BackupSummary, done: &str) -> String {
    format!(
        "{done}: {}, {} with {}, as of {}; {} had to be copied.",
        units::plural(summary.rows, "row"),
        units::plural(summary.blobs, "blob"),
        units::bytes(summary.bytes),
        units::moment(summary.made_at),
        summary.copied
    )
}

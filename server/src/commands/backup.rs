//! Backups at the command line.

use domain::units;
use registry::{Actor, BackupSummary};

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
    answer(&made?, arguments.json, "The backup is whole")
}

/// Restores a backup.
pub(super) async fn restore(config: &Config, arguments: Restore) -> Result<(), Failure> {
    let registry = open(config).await?;
    let teller = Teller::new("brought in");
    let restored = registry.restore(&Actor::operator(), arguments.folder.clone(), &|progress| teller.tell(progress)).await;
    registry.close().await;
    answer(&restored?, arguments.json, "The backup is restored")
}

fn answer(summary: &BackupSummary, json: bool, done: &str) -> Result<(), Failure> {
    if json {
        return say_json(summary);
    }
    say(format!(
        "{done}: {}, {} with {}, as of {}; {} had to be copied.",
        units::plural(summary.rows, "row"),
        units::plural(summary.blobs, "blob"),
        units::bytes(summary.bytes),
        units::moment(summary.made_at),
        summary.copied
    ))
}

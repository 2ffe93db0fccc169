//! Collecting garbage at the command line.

use domain::units;
use registry::{Actor, Collected, Collecting, Tally};
use time::OffsetDateTime;

use super::{Failure, open, say, say_json};
use crate::{cli::Gc, config::Config};

/// Looks for what nothing needs, and removes it when asked to.
pub(super) async fn collect(config: &Config, arguments: &Gc) -> Result<(), Failure> {
    let what = if arguments.remove { Collecting::Remove } else { Collecting::Look };
    let registry = open(config).await?;
    let collected = registry.collect_garbage(&Actor::operator(), what, OffsetDateTime::now_utc()).await;
    registry.close().await;
    let collected = collected?;
    if arguments.json { say_json(&collected) } else { say(told(&collected, what, config.gc_grace_hours)) }
}

fn told(collected: &Collected, what: Collecting, grace: u32) -> String {
    let Collected { blobs, waiting, strays, incomplete, folders, is_own_store } = collected;
    let (done, next) = match what {
        Collecting::Look => ("Would remove", "\nNothing was changed: model-registry gc --remove does it."),
        Collecting::Remove => ("Removed", ""),
    };
    let others = if *is_own_store {
        String::new()
    } else {
        "\nFiles that the catalog does not know were left alone: they may belong to another catalog.".to_owned()
    };
    let incomplete = match incomplete {
        0 => String::new(),
        count => format!("; {} that nobody completes", units::plural(*count, "multipart upload")),
    };
    let plural = |tally: &Tally, thing| format!("{}, {}", units::plural(tally.count, thing), units::bytes(tally.bytes));
    format!(
        "{done}: {} that nothing has needed for {grace} h; {} that the catalog does not know; {} of uploads that are over{incomplete}.\n\
         Waiting: {} that nothing needs for a shorter time.{others}{next}",
        plural(blobs, "blob"),
        plural(strays, "file"),
        units::plural(*folders, "folder"),
        plural(waiting, "blob"),
    )
}

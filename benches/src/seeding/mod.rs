//! A seeder: packages by the million, written straight into the tables of a catalog that the registry itself has made.
//!
//! The rows mean what the services' rows mean: cards are read by the same functions, words and facts are made by the registry
//! (`registry::seeding`), ids and moments are bound by the same types. `tests.rs` compares the answers.

mod cards;
mod dice;
mod library;
mod many_versions;
mod packages;
mod rows;
mod sink;
#[cfg(test)]
mod tests;

pub(crate) use self::{
    cards::{LIBRARIES, LICENSES, TASKS},
    library::Library,
    many_versions::{MANY_VERSIONS, version},
    sink::Sink,
};

use std::path::Path;

use self::{many_versions::add_versions, packages::Writer, rows::Batch};
use crate::Outcome;

/// Packages in one transaction.
const AT_ONCE: u64 = 2000;

/// What the seeder writes besides packages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// The number of the first package.
    pub(crate) from: u64,
    /// The number behind the last one.
    pub(crate) to: u64,
    /// Versions of [`MANY_VERSIONS`]; none when it is there already.
    pub(crate) versions: u64,
}

/// Adds packages to a catalog; the files of their cards go to the data folder.
pub(crate) async fn seed(sink: &mut Sink, library: &Library, data: &Path, extent: Extent) -> Outcome<()> {
    let mut writer = Writer::new(library, sink.places().await?, sink.engine());
    sink.prepare().await?;
    if extent.from == 0 {
        library.write_files(data)?;
    }
    let mut from = extent.from;
    while from < extent.to {
        let to = (from + AT_ONCE).min(extent.to);
        let mut batch = Batch::default();
        for number in from..to {
            writer.add(&mut batch, number)?;
        }
        sink.write(batch).await?;
        from = to;
    }
    if extent.versions > 0 {
        let mut batch = Batch::default();
        add_versions(&mut writer, &mut batch, extent.versions)?;
        sink.write(batch).await?;
    }
    sink.finish().await
}

//! zip: the central directory only. Nothing is unpacked, and no index is built from an announced number of entries.

use std::{
    collections::{BTreeMap, HashSet},
    io::{Read, Seek},
};

use zip::{read::Config, result::ZipError, unstable::read::ZipIterable};

use super::{Header, Problem};
use crate::text;

/// How a zip that is not empty begins.
pub const MAGIC: &[u8] = b"PK\x03\x04";

/// The most entries that are looked at: PyTorch writes one for each tensor.
const MAX_ENTRIES: u64 = 1_000_000;

const UNREADABLE: &str = "zip/unreadable";
const DUPLICATE_ENTRY: &str = "zip/duplicate_entry";
const OUT_OF_BOUNDS: &str = "zip/data_out_of_bounds";
const TOO_MANY_ENTRIES: &str = "zip/too_many_entries";

/// Lists the entries of a file of `length` bytes.
///
/// # Errors
/// When it is no zip, its directory is damaged, two entries share a name, or an entry lies outside the file.
pub fn parse<R: Read + Seek>(reader: R, length: u64) -> Result<Header, Problem> {
    let mut archive = ZipIterable::try_new(reader, Config::default()).map_err(|error| unreadable(&error))?;
    if archive.len() as u64 > MAX_ENTRIES {
        return Err(Problem::new(
            TOO_MANY_ENTRIES,
            &format!("the zip announces {} entries: at most {MAX_ENTRIES} are looked at", archive.len()),
        ));
    }
    let mut names = HashSet::new();
    let mut entries: u64 = 0;
    let mut unpacked: u64 = 0;
    for entry in archive.files().map_err(|error| unreadable(&error))? {
        let entry = entry.map_err(|error| unreadable(&error))?;
        let named = text::quote(&String::from_utf8_lossy(entry.name_raw()));
        if entry.header_start().checked_add(entry.compressed_size()).is_none_or(|end| end > length) {
            return Err(Problem::new(OUT_OF_BOUNDS, &format!("the entry {named} lies outside the file")));
        }
        if !names.insert(entry.name_raw().to_owned()) {
            let message = format!("the entry {named} is there twice: two readers may see two different files");
            return Err(Problem::new(DUPLICATE_ENTRY, &message));
        }
        entries += 1;
        unpacked = unpacked.saturating_add(entry.size());
    }
    let metadata = BTreeMap::from([("unpacked bytes".to_owned(), unpacked.to_string())]);
    Ok(Header { tensors: entries, metadata, ..Header::default() })
}

fn unreadable(error: &ZipError) -> Problem {
    match error {
        ZipError::InvalidArchive(why) => Problem::new(UNREADABLE, &format!("this is no zip that can be read: {why}")),
        ZipError::UnsupportedArchive(why) => {
            Problem::new(UNREADABLE, &format!("the zip uses a feature that is not supported: {why}"))
        }
        other => Problem::new(UNREADABLE, &format!("this cannot be read as a zip: {other}")),
    }
}

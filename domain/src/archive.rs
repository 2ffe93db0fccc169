//! Zip packages: listing and unpacking, the same for the browser's worker and the command line.
//!
//! An archive is checked before anything is unpacked (names, sizes, ratio) and while it is (the announced size, the CRC), so
//! that the files of a `.zip` are exactly the files of the folder that was zipped.

use std::io::{Read, Seek, SeekFrom};

use zip::{CompressionMethod, ZipArchive, result::ZipError};

use crate::{FilePath, Invalid, manifest::Limits, path::is_clutter, units};

/// What unpacks to at most this many bytes may have any ratio: empty and repetitive small files are common.
const SMALL_FILE: u64 = 1 << 20;
/// Deflate reaches 1032:1 at its best; real tensors and text stay below 100:1.
const MAX_RATIO: u64 = 200;

/// A file inside an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveFile {
    /// Its number in the archive, for [`Archive::unpack`].
    pub index: usize,
    /// Where it stands in the package.
    pub path: FilePath,
    /// Its length after unpacking, in bytes, as announced.
    pub size: u64,
}

/// An archive that was listed and found sound on the outside.
pub struct Archive<R> {
    zip: ZipArchive<R>,
    files: Vec<ArchiveFile>,
    left_out: u64,
}

impl<R: Read + Seek> Archive<R> {
    /// Lists an archive. A single folder at the top that holds everything is left out of the paths, as when that folder is
    /// dropped; so is clutter (see [`is_clutter`]).
    ///
    /// # Errors
    /// When it is no zip, empty, encrypted, beyond the limits, compressed beyond belief, or holds links or unsafe paths.
    pub fn open(mut reader: R, limits: &Limits) -> Result<Self, Invalid> {
        let length =
            reader.seek(SeekFrom::End(0)).map_err(|error| Invalid::new(format!("the file cannot be read as a zip: {error}")))?;
        let mut zip = ZipArchive::new(reader).map_err(|error| unreadable("the file", &error))?;
        // some entries are folders: a little room above the limit, which the manifest enforces exactly
        if zip.len() as u64 > limits.max_files.saturating_mul(4) {
            return Err(Invalid::new(format!(
                "the zip has {} entries: a revision holds at most {} files",
                zip.len(),
                limits.max_files
            )));
        }
        let mut files = Vec::new();
        let (mut total, mut total_packed, mut left_out): (u64, u64, u64) = (0, 0, 0);
        for index in 0..zip.len() {
            let (file, packed) = match list_entry(&mut zip, index)? {
                Entry::File(file, packed) => (file, packed),
                Entry::Folder => continue,
                Entry::Clutter => {
                    left_out += 1;
                    continue;
                }
            };
            total = total.saturating_add(file.size);
            if total > limits.max_revision_bytes {
                return Err(Invalid::new(format!(
                    "the zip unpacks to more than {}, the most that a revision holds",
                    units::bytes(limits.max_revision_bytes)
                )));
            }
            total_packed = total_packed.saturating_add(packed);
            files.push(file);
        }
        // small files that are repetitive, taken together, and entries that share their bytes
        check_ratio("the zip", total_packed.min(length), total)?;
        if files.is_empty() {
            return Err(Invalid::new("the zip is empty: there is nothing to upload"));
        }
        strip_top_folder(&mut files)?;
        Ok(Self { zip, files, left_out })
    }

    /// How many files are left out as clutter.
    #[must_use]
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The files, in the order of the archive.
    #[must_use]
    pub fn files(&self) -> &[ArchiveFile] {
        &self.files
    }

    /// Unpacks one file, handing its bytes on in pieces.
    ///
    /// # Errors
    /// When it cannot be unpacked, its CRC is wrong, or it is longer or shorter than announced; or what `sink` returns.
    pub fn unpack(&mut self, file: &ArchiveFile, mut sink: impl FnMut(&[u8]) -> Result<(), Invalid>) -> Result<(), Invalid> {
        let named = format!("“{}” in the zip", file.path);
        let mut entry = self.zip.by_index(file.index).map_err(|error| unreadable(&named, &error))?;
        let mut buffer = vec![0; 1 << 18];
        let mut seen: u64 = 0;
        loop {
            let read = entry.read(&mut buffer).map_err(|error| Invalid::new(format!("{named} is damaged: {error}")))?;
            if read == 0 {
                break;
            }
            seen += read as u64;
            if seen > file.size {
                return Err(Invalid::new(format!("{named} is longer than it says: it announces {}", units::bytes(file.size))));
            }
            sink(&buffer[..read])?;
        }
        if seen < file.size {
            return Err(Invalid::new(format!("{named} is shorter than it says: {} instead of {} bytes", seen, file.size)));
        }
        Ok(())
    }
}

/// What an entry of an archive is.
enum Entry {
    /// A file, and its length in the archive in bytes.
    File(ArchiveFile, u64),
    Folder,
    Clutter,
}

fn list_entry<R: Read + Seek>(zip: &mut ZipArchive<R>, index: usize) -> Result<Entry, Invalid> {
    let entry = zip.by_index_raw(index).map_err(|error| unreadable("the zip", &error))?;
    let Ok(name) = std::str::from_utf8(entry.name_raw()) else {
        return Err(Invalid::new(format!(
            "the zip has a name that is no UTF-8: {}",
            String::from_utf8_lossy(entry.name_raw()).escape_debug()
        )));
    };
    let name = name.to_owned();
    if entry.is_dir() {
        return Ok(Entry::Folder);
    }
    if is_clutter(&name) {
        return Ok(Entry::Clutter);
    }
    if entry.is_symlink() {
        return Err(Invalid::new(format!("“{name}” in the zip is a symbolic link: put the file itself in its place")));
    }
    if entry.encrypted() {
        return Err(Invalid::new(format!("“{name}” in the zip is encrypted: make one without a password")));
    }
    if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Err(Invalid::new(format!("“{name}” in the zip is compressed with {}: use deflate", entry.compression())));
    }
    let (size, packed) = (entry.size(), entry.compressed_size());
    check_ratio(&format!("“{name}” in the zip"), packed, size)?;
    Ok(Entry::File(ArchiveFile { index, path: name.parse()?, size }, packed))
}

fn check_ratio(what: &str, packed: u64, size: u64) -> Result<(), Invalid> {
    if size > SMALL_FILE && size / MAX_RATIO > packed {
        return Err(Invalid::new(format!(
            "{what} unpacks from {} to {}: that is refused as a zip bomb",
            units::bytes(packed),
            units::bytes(size)
        )));
    }
    Ok(())
}

fn strip_top_folder(files: &mut [ArchiveFile]) -> Result<(), Invalid> {
    let Some((top, _)) = files.first().and_then(|file| file.path.as_str().split_once('/')) else { return Ok(()) };
    let top = format!("{top}/");
    if files.iter().all(|file| file.path.as_str().starts_with(&top)) {
        for file in files {
            file.path = file.path.as_str()[top.len()..].parse()?;
        }
    }
    Ok(())
}

fn unreadable(what: &str, error: &ZipError) -> Invalid {
    match error {
        ZipError::InvalidArchive(why) => Invalid::new(format!("{what} is no zip that can be read: {why}")),
        ZipError::UnsupportedArchive(why) => Invalid::new(format!("{what} uses a feature that is not supported: {why}")),
        other => Invalid::new(format!("{what} cannot be read as a zip: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use proptest::prelude::*;
    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn unpack_all(bytes: &[u8], limits: &Limits) -> Result<Vec<(String, Vec<u8>)>, Invalid> {
        let mut archive = Archive::open(Cursor::new(bytes), limits)?;
        let files = archive.files().to_vec();
        files
            .iter()
            .map(|file| {
                let mut out = Vec::new();
                archive.unpack(file, |piece| {
                    out.extend_from_slice(piece);
                    Ok(())
                })?;
                Ok((file.path.to_string(), out))
            })
            .collect()
    }

    #[test]
    fn the_top_folder_is_left_out_as_when_it_is_dropped() {
        let plain = unpack_all(&zip(&[("a.txt", b"1"), ("d/b.txt", b"2")]), &Limits::default()).unwrap();
        let nested = zip(&[
            ("m/a.txt", b"1"),
            ("m/d/b.txt", b"2"),
            ("__MACOSX/m/a.txt", b"x"),
            ("m/.DS_Store", b"y"),
            ("m/.git/HEAD", b"z"),
        ]);
        assert_eq!(unpack_all(&nested, &Limits::default()).unwrap(), plain);
        assert_eq!(Archive::open(Cursor::new(nested), &Limits::default()).unwrap().left_out(), 3);
    }

    #[test]
    fn hostile_archives_are_refused_with_a_reason() {
        let mut bad_crc = zip(&[("a.txt", b"hello world, hello world")]);
        // the CRC stands at offset 14 of the local header and 16 of the central one
        let central = bad_crc.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
        bad_crc[14] ^= 1;
        bad_crc[central + 16] ^= 1;
        let mut truncated = zip(&[("a.txt", b"hello")]);
        truncated.truncate(truncated.len() - 10);
        let mut link = ZipWriter::new(Cursor::new(Vec::new()));
        link.add_symlink("a", "/etc/passwd", SimpleFileOptions::default()).unwrap();
        let kibibytes = vec![0; 900 << 10];
        let bomblets: [(&str, &[u8]); 3] = [("a", &kibibytes), ("b", &kibibytes), ("c", &kibibytes)];
        let small = Limits { max_revision_bytes: 10, ..Limits::default() };
        for (bytes, limits, words) in [
            (zip(&[("bomb", &vec![0; 64 << 20])]), Limits::default(), "zip bomb"),
            (zip(&bomblets), Limits::default(), "zip bomb"),
            (bad_crc, Limits::default(), "damaged"),
            (truncated, Limits::default(), "no zip"),
            (b"not a zip".to_vec(), Limits::default(), "no zip"),
            (zip(&[]), Limits::default(), "empty"),
            (zip(&[("../../etc/passwd", b"x")]), Limits::default(), ".."),
            (zip(&[("/etc/passwd", b"x")]), Limits::default(), "absolute"),
            (zip(&[("a\\b", b"x")]), Limits::default(), "backslash"),
            (link.finish().unwrap().into_inner(), Limits::default(), "symbolic link"),
            (zip(&[("a", b"12345678"), ("b", b"12345678")]), small, "unpacks to more"),
        ] {
            let error = unpack_all(&bytes, &limits).unwrap_err();
            assert!(error.message().contains(words), "{words}: {error}");
        }
    }

    proptest! {
        #[test]
        fn damaged_bytes_never_panic(at in 0usize..400, value: u8) {
            let mut bytes = zip(&[("m/a.txt", b"hello hello hello"), ("m/b/c.bin", &[0; 100])]);
            let at = at % bytes.len();
            bytes[at] = value;
            let _ = unpack_all(&bytes, &Limits::default());
        }
    }
}

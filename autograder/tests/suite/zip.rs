//! zip listings: sound, lying, truncated, damaged.

use std::io::{Cursor, Write};

use autograder::formats::{Header, Problem, zip::parse};
use proptest::prelude::*;
use zip::{ZipWriter, write::SimpleFileOptions};

fn read(bytes: &[u8]) -> Result<Header, Problem> {
    parse(Cursor::new(bytes), bytes.len() as u64)
}

/// The layout of PyTorch: a pickle and one entry for each tensor.
fn archive() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, size) in [("archive/data.pkl", 10), ("archive/data/0", 100), ("archive/data/1", 50)] {
        writer.start_file(name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).unwrap();
        writer.write_all(&vec![7; size]).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Where the end-of-directory record begins.
fn end_record(bytes: &[u8]) -> usize {
    bytes.windows(4).rposition(|window| window == b"PK\x05\x06").unwrap()
}

#[test]
fn a_sound_zip_tells_its_entries() {
    let header = read(&archive()).unwrap();
    assert_eq!((header.tensors, header.parameters), (3, None));
    assert_eq!(header.metadata["unpacked bytes"], "160");
}

#[test]
fn lies_are_told() {
    let bytes = archive();
    let changed = |at: usize, value: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + value.len()].copy_from_slice(value);
        bytes
    };
    let end = end_record(&bytes);
    let central = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let same_names = {
        let at = bytes.windows(14).rposition(|window| window == b"archive/data/1").unwrap();
        changed(at + 13, b"0")
    };
    for (bytes, rule) in [
        (b"".to_vec(), "zip/unreadable"),
        (b"PK\x03\x04 and nothing else".to_vec(), "zip/unreadable"),
        (changed(end + 10, &u16::MAX.to_le_bytes()), "zip/unreadable"),
        (changed(end + 16, &u32::MAX.to_le_bytes()), "zip/unreadable"),
        (changed(central + 20, &0x7fff_ffff_u32.to_le_bytes()), "zip/data_out_of_bounds"),
        (changed(central, b"PK\x09\x09"), "zip/unreadable"),
        (same_names, "zip/duplicate_entry"),
    ] {
        let problem = read(&bytes).unwrap_err();
        assert_eq!(problem.rule, rule, "{problem}");
    }
}

#[test]
fn a_file_cut_at_any_byte_is_not_sound() {
    let bytes = archive();
    for length in 0..bytes.len() {
        assert!(read(&bytes[..length]).is_err(), "cut at {length}");
    }
}

proptest! {
    #[test]
    fn a_changed_byte_never_panics(changes in proptest::collection::vec((0usize..600, any::<u8>()), 1..4)) {
        let mut bytes = archive();
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        let _ = read(&bytes);
    }

    #[test]
    fn any_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..300) {
        let _ = read(&bytes);
        let mut spliced = archive();
        spliced.splice(at..at, bytes);
        let _ = read(&spliced);
    }
}

//! Any bytes as a package that is uploaded as a zip: no panic, and what is unpacked stays within the limits.
#![no_main]

use domain::{archive::Archive, manifest::Limits};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { max_files: 100, max_file_bytes: 1 << 20, max_revision_bytes: 1 << 20 };
    let Ok(mut archive) = Archive::open(std::io::Cursor::new(bytes), &limits) else { return };
    let mut unpacked = 0;
    for file in archive.files().to_vec() {
        let _ = archive.unpack(&file, |piece| {
            unpacked += piece.len() as u64;
            Ok(())
        });
    }
    assert!(unpacked <= limits.max_revision_bytes);
});

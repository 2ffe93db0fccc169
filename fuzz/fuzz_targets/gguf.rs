//! Any bytes as a GGUF file: no panic, and no more parameters than the file has room for.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(header) = autograder::formats::gguf::parse(bytes, bytes.len() as u64) {
        // the smallest type, Q1_0, stores 128 values in 18 bytes
        assert!(header.parameters <= Some(8 * bytes.len() as u64));
    }
});

//! GGUF headers: sound, lying, truncated, damaged.

use crate::common::{Gguf, gguf};
use autograder::formats::{Header, Problem, gguf::parse};
use proptest::prelude::*;

fn read(bytes: &[u8]) -> Result<Header, Problem> {
    parse(bytes, bytes.len() as u64)
}

#[test]
fn a_sound_header_tells_what_it_holds() {
    let header = read(&gguf()).unwrap();
    assert_eq!((header.tensors, header.parameters), (2, Some(69)));
    assert_eq!(header.dtypes.into_iter().collect::<Vec<_>>(), [("F32".into(), 5), ("Q8_0".into(), 64)]);
    assert_eq!(header.architecture.as_deref(), Some("llama"));
    for (key, value) in [("general.license", "apache-2.0"), ("quantisation", "Q8_0"), ("context length", "2048")] {
        assert_eq!(header.metadata[key], value);
    }
    assert_eq!(read(&Gguf::new(2, 0, 0).0).unwrap().tensors, 0, "version 2, and a vocabulary without weights");
}

#[test]
fn the_alignment_is_what_the_header_says() {
    let with = |alignment: u32, second: u64| {
        Gguf::new(3, 2, 1).pair_u32("general.alignment", alignment).tensor("a", &[1], 0, 0).tensor("b", &[1], 0, second)
    };
    assert!(read(&with(64, 64).data(64, 68)).is_ok());
    assert_eq!(read(&with(64, 32).data(64, 68)).unwrap_err().rule, "gguf/data_out_of_bounds");
    for no_power_of_two in [0, 3, 48, u32::MAX] {
        assert_eq!(read(&with(no_power_of_two, 64).data(64, 68)).unwrap_err().rule, "gguf/header_invalid");
    }
}

#[test]
fn lies_are_told() {
    let one = |shape: &[u64], kind, offset| Gguf::new(3, 1, 0).tensor("t", shape, kind, offset).data(32, 4);
    let value = |kind: u32| Gguf::new(3, 0, 1).text("k").u32(kind);
    let array = |kind: u32, count: u64| value(9).u32(kind).u64(count);
    let deep = (0..6).fold(value(9), |out, _| out.u32(9).u64(1)).u32(0).u64(0).data(1, 64);
    for (bytes, rule, words) in [
        (b"".to_vec(), "gguf/truncated", "0 follow"),
        (b"GGML".to_vec(), "gguf/header_invalid", "begin"),
        (Gguf::new(1, 0, 0).0, "gguf/version_unsupported", "version 1"),
        (Gguf::new(3u32.swap_bytes(), 0, 0).0, "gguf/version_unsupported", "big-endian"),
        (Gguf::new(3, u64::MAX, 0).0, "gguf/truncated", "no room"),
        (Gguf::new(3, 0, u64::MAX).0, "gguf/truncated", "no room"),
        (Gguf::new(3, 0, 1_000_001).data(1, 20_000_000), "gguf/header_too_large", "at most 1000000"),
        (value(13).data(1, 64), "gguf/header_invalid", "type 13"),
        (value(8).u64(u64::MAX).data(1, 64), "gguf/truncated", "more bytes"),
        (value(7).data(1, 0), "gguf/truncated", "more bytes"),
        ([&value(7).0[..], &[2]].concat(), "gguf/header_invalid", "truth value"),
        (array(8, u64::MAX).data(1, 64), "gguf/truncated", "no room"),
        (array(12, 1 << 61).data(1, 64), "gguf/truncated", "no room"),
        (array(9, 1 << 40).data(1, 64), "gguf/truncated", "no room"),
        (deep, "gguf/header_invalid", "nested"),
        (Gguf::new(3, 0, 1).u64(1 << 20).data(1, 2 << 20), "gguf/header_invalid", "a key has"),
        (Gguf::new(3, 0, 2).pair_u32("k", 1).pair_u32("k", 2).0, "gguf/header_invalid", "“k” is there twice"),
        (
            Gguf::new(3, 2, 0).tensor("t", &[1], 0, 0).tensor("t", &[1], 0, 32).data(32, 36),
            "gguf/header_invalid",
            "“t” is there twice",
        ),
        (one(&[1; 9], 0, 0), "gguf/header_invalid", "9 dimensions"),
        (one(&[1 << 40, 1 << 40], 0, 0), "gguf/header_invalid", "larger than any file"),
        (one(&[1 << 62], 0, 0), "gguf/data_out_of_bounds", "larger than any file"),
        (one(&[1], 4, 0), "gguf/header_invalid", "type 4"),
        (one(&[33], 8, 0), "gguf/header_invalid", "blocks of 32"),
        (one(&[1], 0, 32), "gguf/data_out_of_bounds", "0 is expected"),
        (one(&[1], 0, u64::MAX), "gguf/data_out_of_bounds", "0 is expected"),
        (one(&[2], 0, 0), "gguf/truncated", "cut off"),
        (one(&[1 << 40], 0, 0), "gguf/truncated", "cut off"),
        (Gguf::new(3, 1, 0).tensor("t", &[1], 0, 0).data(32, 33), "gguf/trailing_bytes", "1 bytes follow"),
    ] {
        let problem = read(&bytes).unwrap_err();
        assert_eq!(problem.rule, rule, "{problem}");
        assert!(problem.message.contains(words), "{words}: {problem}");
    }
}

#[test]
fn a_file_cut_at_any_byte_is_not_sound() {
    let bytes = gguf();
    for length in 0..bytes.len() {
        let problem = read(&bytes[..length]).unwrap_err();
        assert_eq!(problem.rule, "gguf/truncated", "cut at {length}: {problem}");
        assert!(parse(&bytes[..length.min(200)], bytes.len() as u64).is_err());
    }
}

proptest! {
    #[test]
    fn a_changed_byte_never_panics(changes in proptest::collection::vec((0usize..600, any::<u8>()), 1..4)) {
        let mut bytes = gguf();
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        let _ = read(&bytes);
    }

    #[test]
    fn any_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), tensors in 0u64..3, pairs in 0u64..3) {
        let mut file = Gguf::new(3, tensors, pairs).0;
        file.extend(bytes);
        let _ = read(&file);
    }
}

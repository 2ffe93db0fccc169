//! safetensors headers: sound, lying, truncated, damaged.

use crate::common::{safetensors, safetensors_raw};
use autograder::formats::{Header, Problem, safetensors::parse};
use proptest::prelude::*;

fn read(bytes: &[u8]) -> Result<Header, Problem> {
    parse(bytes, bytes.len() as u64)
}

#[test]
fn a_sound_header_tells_parameters_by_type() {
    let header =
        read(&safetensors(&[("a", "F32", &[2, 3]), ("b", "F32", &[]), ("c", "F4", &[4]), ("d", "BF16", &[0, 7])])).unwrap();
    assert_eq!((header.tensors, header.parameters), (4, Some(11)));
    assert_eq!(header.dtypes.into_iter().collect::<Vec<_>>(), [("BF16".into(), 0), ("F32".into(), 7), ("F4".into(), 4)]);
    assert_eq!(header.metadata["format"], "pt");
    assert_eq!(read(&safetensors_raw("{}  ", b"")).unwrap().tensors, 0, "a header may be padded with spaces");
}

#[test]
fn lies_are_told() {
    let tensor = |dtype: &str, shape: &str, offsets: &str| {
        format!(r#""t":{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}}}"#)
    };
    let one =
        |dtype: &str, shape: &str, offsets: &str| safetensors_raw(&format!("{{{}}}", tensor(dtype, shape, offsets)), &[0; 4]);
    let two = |offsets: &str| {
        let header = format!(r#"{{{},"u":{{"dtype":"U8","shape":[2],"data_offsets":{offsets}}}}}"#, tensor("U8", "[2]", "[0,2]"));
        safetensors_raw(&header, &[0; 4])
    };
    let good = tensor("U8", "[4]", "[0,4]");
    for (bytes, rule, words) in [
        (b"".to_vec(), "safetensors/truncated", "8 bytes"),
        (u64::MAX.to_le_bytes().to_vec(), "safetensors/header_invalid", "at most"),
        (1000u64.to_le_bytes().to_vec(), "safetensors/truncated", "only 0 bytes follow"),
        (safetensors_raw("", b""), "safetensors/header_invalid", "does not begin"),
        (safetensors_raw(" {}", b""), "safetensors/header_invalid", "does not begin"),
        (safetensors_raw("{", b"}"), "safetensors/header_invalid", "ends in the middle"),
        (safetensors_raw("{}{}", b""), "safetensors/header_invalid", "trailing"),
        (safetensors_raw("[]", b""), "safetensors/header_invalid", "begin"),
        (safetensors_raw(&format!("{{\"t\":{}", "[".repeat(100_000)), b""), "safetensors/header_invalid", "not valid"),
        (safetensors_raw(&format!("{{{good},{good}}}"), &[0; 4]), "safetensors/header_invalid", "“t” is there twice"),
        (safetensors_raw(r#"{"__metadata__":{"a":"1","a":"2"}}"#, b""), "safetensors/header_invalid", "“a” is there twice"),
        (safetensors_raw(r#"{"__metadata__":{},"__metadata__":{}}"#, b""), "safetensors/header_invalid", "twice"),
        (safetensors_raw(r#"{"__metadata__":{"a":1}}"#, b""), "safetensors/header_invalid", "string"),
        (safetensors_raw("{\"\\ud800\":1}", b""), "safetensors/header_invalid", "not valid"),
        (one("F33", "[1]", "[0,4]"), "safetensors/header_invalid", "F33"),
        (one("F32", "[-1]", "[0,4]"), "safetensors/header_invalid", "-1"),
        (one("F32", "[1.5]", "[0,4]"), "safetensors/header_invalid", "1.5"),
        (one("F32", "[1]", "[0]"), "safetensors/header_invalid", "length 1"),
        (one("F32", "[4294967296,4294967296]", "[0,4]"), "safetensors/header_invalid", "larger than any file"),
        (one("F32", "[18446744073709551615]", "[0,4]"), "safetensors/size_mismatch", "larger than any file"),
        (one("F4", "[7]", "[0,4]"), "safetensors/size_mismatch", "whole byte"),
        (one("F32", "[2]", "[0,4]"), "safetensors/size_mismatch", "need 8"),
        (one("F32", "[1]", "[4,0]"), "safetensors/data_out_of_bounds", "ends before it begins"),
        (one("F32", "[1]", "[1,5]"), "safetensors/data_out_of_bounds", "gap"),
        (one("F32", "[1]", "[1000000000000,1000000000004]"), "safetensors/data_out_of_bounds", "gap"),
        (one("F32", "[250000000000]", "[0,1000000000000]"), "safetensors/truncated", "1000000000000 bytes of data"),
        (one("U8", "[3]", "[0,3]"), "safetensors/trailing_bytes", "1 bytes follow"),
        (two("[1,3]"), "safetensors/data_out_of_bounds", "overlaps"),
        (two("[3,5]"), "safetensors/data_out_of_bounds", "gap"),
        (two("[0,2]"), "safetensors/data_out_of_bounds", "overlaps"),
    ] {
        let problem = read(&bytes).unwrap_err();
        assert_eq!(problem.rule, rule, "{problem}");
        assert!(problem.message.contains(words), "{words}: {problem}");
    }
}

#[test]
fn a_file_cut_at_any_byte_is_not_sound() {
    let bytes = safetensors(&[("a", "F32", &[2, 3]), ("b", "U8", &[5])]);
    read(&bytes).unwrap();
    for length in 0..bytes.len() {
        let problem = read(&bytes[..length]).unwrap_err();
        assert_eq!(problem.rule, "safetensors/truncated", "cut at {length}: {problem}");
        // the length may also be a lie of the file system: a file that shrinks while it is read
        assert!(parse(&bytes[..length.min(100)], bytes.len() as u64).is_err());
    }
}

proptest! {
    #[test]
    fn sound_files_of_any_shape_are_read(shapes in proptest::collection::vec(proptest::collection::vec(0u64..5, 0..4), 0..6)) {
        let names: Vec<String> = (0..shapes.len()).map(|number| format!("t{number}")).collect();
        let tensors: Vec<_> = names.iter().zip(&shapes).map(|(name, shape)| (name.as_str(), "F16", shape.as_slice())).collect();
        let header = read(&safetensors(&tensors)).unwrap();
        prop_assert_eq!(header.parameters, Some(shapes.iter().map(|shape| shape.iter().product::<u64>()).sum()));
    }

    #[test]
    fn a_changed_byte_never_panics(changes in proptest::collection::vec((0usize..400, any::<u8>()), 1..4)) {
        let mut bytes = safetensors(&[("a", "F32", &[2, 3]), ("b", "F8_E5M2", &[5])]);
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        if let Ok(header) = read(&bytes) {
            prop_assert!(header.parameters <= Some(2 * bytes.len() as u64));
        }
    }

    #[test]
    fn any_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), header in "\\PC{0,100}") {
        let _ = read(&bytes);
        let _ = read(&safetensors_raw(&header, &bytes));
    }
}

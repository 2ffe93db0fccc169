//! Range requests (RFC 9110, section 14): which bytes of a file are wanted.

use http::{HeaderMap, header};

/// What to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    Whole,
    /// From the first to the last byte, both included.
    Part {
        /// The first byte.
        first: u64,
        /// The last byte.
        last: u64,
    },
    /// Bytes that are not there.
    Unsatisfiable,
}

/// Reads `Range` and `If-Range`. Several ranges at once, and what is malformed, are answered with the whole, as the standard
/// allows.
pub(super) fn wanted(headers: &HeaderMap, size: u64, etag: &str) -> Wanted {
    let Some(range) = headers.get(header::RANGE).and_then(|range| range.to_str().ok()) else { return Wanted::Whole };
    if headers.get(header::IF_RANGE).is_some_and(|validator| validator.as_bytes() != etag.as_bytes()) {
        return Wanted::Whole;
    }
    let Ok(parsed) = http_range_header::parse_range_header(range) else { return Wanted::Whole };
    match parsed.validate(size).as_deref() {
        Ok([one]) => Wanted::Part { first: *one.start(), last: *one.end() },
        Ok(_) => Wanted::Whole,
        Err(_) => Wanted::Unsatisfiable,
    }
}

/// Whether `If-None-Match` names the entity that is there (weak comparison, RFC 9110, section 13.1.2).
pub(super) fn not_modified(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (range, expected) in [
            ("bytes=0-0", Wanted::Part { first: 0, last: 0 }),
            ("bytes=2-", Wanted::Part { first: 2, last: 9 }),
            ("bytes=-3", Wanted::Part { first: 7, last: 9 }),
            ("bytes=0-100000", Wanted::Part { first: 0, last: 9 }),
            ("bytes=-100", Wanted::Part { first: 0, last: 9 }),
            ("bytes=10-", Wanted::Unsatisfiable),
            ("bytes=20-30", Wanted::Unsatisfiable),
            ("bytes=0-1,4-5", Wanted::Whole),
            ("lines=0-1", Wanted::Whole),
            ("nonsense", Wanted::Whole),
        ] {
            assert_eq!(wanted(&headers(&[(header::RANGE, range)]), 10, "\"e\""), expected, "{range}");
        }
        let other = headers(&[(header::RANGE, "bytes=0-0"), (header::IF_RANGE, "\"old\"")]);
        assert_eq!(wanted(&other, 10, "\"e\""), Wanted::Whole);
    }

    #[test]
    fn entity_tags_are_compared_weakly() {
        for (value, expected) in
            [("\"e\"", true), ("W/\"e\"", true), ("\"x\", \"e\"", true), ("*", true), ("\"x\"", false), ("e", false)]
        {
            assert_eq!(not_modified(&headers(&[(header::IF_NONE_MATCH, value)]), "\"e\""), expected, "{value}");
        }
    }
}

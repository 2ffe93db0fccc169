//! Addresses with query strings.

use domain::{PackageRef, package::encode_segment};

/// `path?key=value&…`, percent-encoded; pairs with an empty value are left out.
#[must_use]
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    let mut separator = '?';
    for (key, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(separator);
        address.push_str(key);
        address.push('=');
        address.push_str(&encode_segment(value));
        separator = '&';
    }
    address
}

/// The address of the comparison of two revisions, or of one file of them.
#[must_use]
pub fn compare_address(package: &PackageRef, base: &str, head: &str, path: &str) -> String {
    with_query(&format!("{}/compare", package.page()), &[("base", base), ("head", head), ("path", path)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_hold_what_is_not_empty_encoded() {
        for (pairs, expected) in [
            (&[][..], "/"),
            (&[("q", ""), ("kind", "")], "/"),
            (&[("q", "a b&c"), ("kind", ""), ("sort", "score")], "/?q=a%20b%26c&sort=score"),
            (&[("at", "feature/x")], "/?at=feature%2Fx"),
        ] {
            assert_eq!(with_query("/", pairs), expected);
        }
    }
}

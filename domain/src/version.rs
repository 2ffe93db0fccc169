//! The order of versions, as keys that compare byte by byte: a database can sort and page by them.

use semver::Version;

/// A key such that ascending keys are versions in descending order: semantic versions by precedence (a leading `v` is allowed),
/// before all other names. Two spellings of one version have the same key.
#[must_use]
pub fn order_key(name: &str) -> Vec<u8> {
    let (rank, ascending) = match Version::parse(name.strip_prefix('v').unwrap_or(name)) {
        Ok(version) => (0, precedence(&version)),
        Err(_) => (1, [name.as_bytes(), &[END]].concat()),
    };
    // turned round: what comes last is to come first
    std::iter::once(rank).chain(ascending.into_iter().map(|byte| !byte)).collect()
}

/// Below every byte that identifiers and names have, so that a beginning comes before what goes on.
const END: u8 = 0;
const NUMERIC: u8 = 1;
const ALPHANUMERIC: u8 = 2;
const RELEASE: u8 = 2;
const BEFORE_RELEASE: u8 = 1;

/// A key that ascends with the precedence of versions; builds of one version follow each other as [`semver`] orders them.
fn precedence(version: &Version) -> Vec<u8> {
    let mut key: Vec<u8> = [version.major, version.minor, version.patch].into_iter().flat_map(u64::to_be_bytes).collect();
    if version.pre.is_empty() {
        key.push(RELEASE);
    } else {
        key.push(BEFORE_RELEASE);
        push_identifiers(&version.pre, &mut key);
    }
    if !version.build.is_empty() {
        push_identifiers(&version.build, &mut key);
    }
    key.push(END);
    key
}

/// Identifiers between dots: numbers before words, numbers by value (then by leading zeros, which builds may have), words by ASCII.
fn push_identifiers(identifiers: &str, key: &mut Vec<u8>) {
    for identifier in identifiers.split('.') {
        if identifier.bytes().all(|byte| byte.is_ascii_digit()) {
            let value = identifier.trim_start_matches('0');
            key.push(NUMERIC);
            push_length(value, key);
            key.extend(value.bytes());
            push_length(identifier, key);
        } else {
            key.push(ALPHANUMERIC);
            key.extend(identifier.bytes());
            key.push(END);
        }
    }
    key.push(END);
}

fn push_length(text: &str, key: &mut Vec<u8>) {
    key.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn identifiers() -> impl Strategy<Value = String> {
        let identifier = prop_oneof!["0|[1-9][0-9]{0,2}", "[0-9]{0,2}[a-zA-Z-][0-9a-zA-Z-]{0,2}"];
        prop::collection::vec(identifier, 1..3).prop_map(|identifiers| identifiers.join("."))
    }

    fn version() -> impl Strategy<Value = String> {
        let number = || prop_oneof![0_u64..3, 8_u64..12, Just(u64::MAX)];
        let build = prop_oneof!["[0-9]{1,3}", "[a-b0-1-]{1,2}\\.[0-9]{1,2}"];
        (number(), number(), 0_u64..3, prop::option::of(identifiers()), prop::option::of(build)).prop_map(
            |(major, minor, patch, pre, build)| {
                let pre = pre.map(|pre| format!("-{pre}")).unwrap_or_default();
                let build = build.map(|build| format!("+{build}")).unwrap_or_default();
                format!("{major}.{minor}.{patch}{pre}{build}")
            },
        )
    }

    #[test]
    fn the_order_of_the_specification_is_kept() {
        let order = ["1.0.0", "1.0.0-rc.1", "1.0.0-beta.11", "1.0.0-beta.2", "1.0.0-beta", "1.0.0-alpha.beta", "1.0.0-alpha.1"];
        let keys: Vec<_> = order.iter().map(|version| order_key(version)).collect();
        assert!(keys.is_sorted(), "{keys:?}");
        assert_eq!(order_key("v1.0.0"), order_key("1.0.0"));
        assert!(order_key("0.0.1-a") < order_key("nightly") && order_key("nightly-2") < order_key("nightly"));
    }

    proptest! {
        #[test]
        fn keys_compare_as_versions_do(left in version(), right in version()) {
            let parse = |text: &str| Version::parse(text).unwrap();
            prop_assert_eq!(order_key(&left).cmp(&order_key(&right)), parse(&right).cmp(&parse(&left)));
        }

        #[test]
        fn other_names_come_last_and_descend(left in "[a-z/]{1,5}", right in "[a-z/]{1,5}", version in version()) {
            prop_assert_eq!(order_key(&left).cmp(&order_key(&right)), right.cmp(&left));
            prop_assert!(order_key(&version) < order_key(&left));
        }
    }
}

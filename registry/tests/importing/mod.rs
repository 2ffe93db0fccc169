//! What imports are for.

use domain::{PackageRef, refs::RefName};
use registry::ImportTarget;

/// The next revision of a package, on `main`.
#[cfg(test)]
pub(crate) fn on_main(package: PackageRef) -> ImportTarget {
    ImportTarget { package, branch: RefName::default_branch(), version: None, visibility: None, message: "Import".into() }
}

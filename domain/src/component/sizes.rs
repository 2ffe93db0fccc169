//! How much components are.

use serde::{Deserialize, Serialize};

use super::Component;
use crate::{FilePath, PackageKind};

/// How much a component of a revision is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentSize {
    /// The component.
    pub component: Component,
    /// How many files it holds.
    pub files: u64,
    /// Their bytes together.
    pub bytes: u64,
}

/// How much each component of a revision is, the empty ones included, in the order of [`Component::ALL`].
#[must_use]
pub fn sizes<'a>(kind: PackageKind, files: impl IntoIterator<Item = (&'a FilePath, u64)>) -> Vec<ComponentSize> {
    let mut sizes = Component::ALL.map(|component| ComponentSize { component, files: 0, bytes: 0 });
    for (path, size) in files {
        let component = Component::of(kind, path);
        for sum in &mut sizes {
            if sum.component == Component::Whole || component == Some(sum.component) {
                sum.files += 1;
                sum.bytes = sum.bytes.saturating_add(size);
            }
        }
    }
    sizes.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_add_up() {
        let files: Vec<(FilePath, u64)> = [("README.md", 5), ("model.safetensors", 100), ("config.json", 7), ("vocab.txt", 3)]
            .map(|(path, size)| (path.parse().unwrap(), size))
            .to_vec();
        let sizes = sizes(PackageKind::Model, files.iter().map(|(path, size)| (path, *size)));
        let sizes: Vec<_> = sizes.iter().map(|size| (size.component.as_str(), size.files, size.bytes)).collect();
        assert_eq!(sizes, [("whole", 4, 115), ("weights", 1, 100), ("configuration", 2, 10), ("data", 0, 0), ("code", 0, 0)]);
    }
}

//! The package with very many versions: one revision each, in a row.

use domain::{PackageKind, PackageRef};
use time::Duration;

use super::{
    library::Content,
    packages::{Commit, Writer, add_blob, add_ref, manifest},
    rows::Batch,
};
use crate::Outcome;

/// Its name.
pub(crate) const MANY_VERSIONS: &str = "open-speech/nightly";

/// The version of a number.
pub(crate) fn version(number: u64) -> String {
    format!("{}.{}.{}", number / 10_000, number / 100 % 100, number % 100)
}

/// Adds the package and all of its revisions.
pub(super) fn add_versions(writer: &mut Writer<'_>, batch: &mut Batch, versions: u64) -> Outcome<()> {
    let library = writer.library;
    let mut head = library.package(0)?;
    head.package = PackageRef::parse(PackageKind::Model, MANY_VERSIONS)?;
    head.visibility = "public";
    head.updated_at += Duration::SECOND;
    let begun = head.created_at;
    let card = head.card.file.clone();
    let files = |number: u64| -> Outcome<_> {
        let weights = Content::of(format!("weights of the version {number}\n"));
        Ok(vec![("README.md".parse()?, card.clone()), ("model.safetensors".parse()?, weights)])
    };
    head.files = files(versions - 1)?;
    let package_id = writer.add_head(batch, &head, &version(versions - 1))?;
    let (mut parent, mut last) = (None, None);
    for number in 0..versions {
        let files = files(number)?;
        let at = begun + Duration::minutes(number.cast_signed());
        add_blob(batch, &files[1].1, at);
        let commit = Commit {
            package: &head.package,
            package_id,
            parent,
            manifest: &manifest(&files)?,
            version: &version(number),
            score: head.score,
            at,
        };
        let written = writer.add_revision(batch, &commit)?;
        parent = Some(written.id);
        last = Some((written, at));
    }
    if let Some((written, at)) = last {
        add_ref(batch, package_id, "branch", "main", &written, at);
    }
    Ok(())
}

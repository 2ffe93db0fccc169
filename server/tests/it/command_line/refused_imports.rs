//! What is refused: exit code 3, the reason, and nothing visible afterwards.

use std::{
    fs,
    io::{Cursor, Write as _},
    os::unix::fs::symlink,
    path::Path,
};

use domain::listing::{PackageSummary, Page};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::harness::{Deployment, Files, TestServer};

async fn nothing_is_visible(deployment: Deployment) {
    let server = deployment.serve().await;
    let ann = server.user("ann");
    let found: Page<PackageSummary> = ann.read("search_packages", &[]).await.unwrap();
    assert_eq!(found.items, []);
}

fn refused(deployment: &Deployment, source: &str, words: &str) {
    let finished = deployment.run(&["import", source, "--name", "team/bert", "--version", "1.0.0"]);
    assert_eq!(finished.code, Some(3), "{source}: {finished:?}");
    assert!(finished.stderr.lines().last().unwrap().contains(words), "{source}, {words}: {finished:?}");
    assert_eq!(finished.stdout, "", "{source}");
}

#[tokio::test]
async fn folders_that_cannot_be_revisions() {
    let deployment = Deployment::new();
    let make = |name: &str, fill: &dyn Fn(&Path)| {
        let folder = deployment.path(name);
        fs::create_dir_all(&folder).unwrap();
        Files::of("good.txt", "good").write(&folder);
        fill(&folder);
    };
    fs::create_dir(deployment.path("empty")).unwrap();
    fs::create_dir_all(deployment.path("only-clutter/.git")).unwrap();
    fs::write(deployment.path("only-clutter/.git/HEAD"), "x").unwrap();
    make("link-to-file", &|folder| symlink("/etc/passwd", folder.join("link")).unwrap());
    make("link-to-folder", &|folder| symlink("/etc", folder.join("link")).unwrap());
    make("case", &|folder| Files::of("Good.TXT", "x").write(folder));
    make("backslash", &|folder| Files::of("a\\b", "x").write(folder));
    make("control", &|folder| Files::of("a\u{7}b", "x").write(folder));
    make("no-utf-8", &|folder| {
        use std::os::unix::ffi::OsStrExt as _;
        fs::write(folder.join(std::ffi::OsStr::from_bytes(b"a\xffb")), "x").unwrap();
    });
    make("special", &|folder| {
        std::os::unix::net::UnixListener::bind(folder.join("socket")).unwrap();
    });
    for (source, words) in [
        ("empty", "no files"),
        ("only-clutter", "no files"),
        ("link-to-file", "is a link or a special file"),
        ("link-to-folder", "is a link or a special file"),
        ("special", "is a link or a special file"),
        ("case", "differ only in case"),
        ("backslash", "backslash"),
        ("control", "control character"),
        ("no-utf-8", "is no UTF-8"),
    ] {
        refused(&deployment, source, words);
    }
    nothing_is_visible(deployment).await;
}

fn zip_of(name: &str, bytes: &[u8], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(name, SimpleFileOptions::default().compression_method(method)).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap().into_inner()
}

fn linking_zip() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("link", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// A zip whose only file, stored, has another content than its CRC says.
fn damaged_zip() -> Vec<u8> {
    let mut zip = zip_of("a.txt", b"the right content", CompressionMethod::Stored);
    let at = zip.windows(5).position(|window| window == b"right").unwrap();
    zip[at..at + 5].copy_from_slice(b"wrong");
    zip
}

#[tokio::test]
async fn zips_that_are_hostile_or_damaged() {
    let deployment = Deployment::new();
    let deflated = CompressionMethod::Deflated;
    let whole = zip_of("a.txt", &[7; 5000], CompressionMethod::Stored);
    for (name, bytes, words) in [
        ("traversal.zip", zip_of("../../etc/cron.d/x", b"x", deflated), "must not leave the package's folder"),
        ("absolute.zip", zip_of("/etc/passwd", b"x", deflated), "is absolute"),
        ("backslash.zip", zip_of("a\\..\\b", b"x", deflated), "backslash"),
        ("link.zip", linking_zip(), "symbolic link"),
        ("crc.zip", damaged_zip(), "is damaged"),
        ("bomb.zip", zip_of("bomb", &vec![0; 64 << 20], deflated), "zip bomb"),
        ("empty.zip", Files::default().zip(), "empty"),
        ("truncated.zip", whole[..4000].to_vec(), "no zip"),
        ("text.zip", b"this is not a zip".to_vec(), "no zip"),
        ("nothing.zip", Vec::new(), "no zip"),
        ("case.zip", Files::of("A", "x").and("a", "y").zip(), "differ only in case"),
    ] {
        fs::write(deployment.path(name), bytes).unwrap();
        refused(&deployment, name, words);
    }
    assert!(!deployment.path("../../etc/cron.d/x").exists());
    nothing_is_visible(deployment).await;
}

#[tokio::test]
async fn what_is_not_there_or_has_no_name_is_told_apart() {
    let deployment = Deployment::new();
    Files::various().write(&deployment.path("bert"));
    for (arguments, code, words) in [
        (["import", "missing", "--name", "team/bert"], 4, "cannot be read"),
        (["import", "bert", "--name", "team"], 3, "namespace/name is expected"),
        (["import", "bert", "--name", "models/bert"], 3, "reserved"),
        (["import", "bert", "--name", "team/../bert"], 3, "contains '/'"),
    ] {
        let finished = deployment.run(&arguments);
        assert_eq!(finished.code, Some(code), "{arguments:?}: {finished:?}");
        assert!(finished.stderr.lines().last().unwrap().contains(words), "{arguments:?}: {finished:?}");
    }
    nothing_is_visible(deployment).await;
}

#[tokio::test]
async fn the_limits_hold_for_imports_too() {
    let deployment = Deployment::new().with("MAX_FILES", 2).with("MAX_FILE_BYTES", 10).with("MAX_REVISION_BYTES", 15);
    for (name, files, words) in [
        ("many", Files::of("a", "1").and("b", "2").and("c", "3"), "at most 2"),
        ("large", Files::of("a", "12345678901"), "a file holds at most 10 B"),
        ("sum", Files::of("a", "12345678").and("b", "87654321"), "15 B"),
    ] {
        files.write(&deployment.path(name));
        refused(&deployment, name, words);
        let zip = format!("{name}.zip");
        fs::write(deployment.path(&zip), files.zip()).unwrap();
        refused(&deployment, &zip, words);
    }
    nothing_is_visible(deployment).await;
}

#[tokio::test]
async fn a_refused_import_leaves_the_package_as_it_was() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    Files::various().write(&server.deployment.path("bert"));
    server.deployment.answer(&["import", "bert", "--name", "team/bert", "--version", "0.9.0"]);
    fs::write(server.deployment.path("crc.zip"), damaged_zip()).unwrap();
    refused(&server.deployment, "crc.zip", "is damaged");
    assert_eq!(ann.history("team/bert").await.unwrap().len(), 1);
    assert_eq!(ann.download("team/bert", "main", &Files::various()).await, Files::various());
}

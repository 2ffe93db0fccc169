//! Disks that are full or read-only: small file systems of their own. Mounting needs root; without it the stories are skipped,
//! and say so.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use domain::{listing::Page, upload::UploadStatus};

use crate::harness::{Client, Deployment, Files, Random, Store, TestServer};

/// A mounted file system. Unmounted when it is dropped.
struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// A file system of eight megabytes; nothing when this user may not mount any.
    fn small(folder: PathBuf) -> Option<Self> {
        fs::create_dir_all(&folder).unwrap();
        let mounted = mount(&["-t", "tmpfs", "-o", "size=8m", "tmpfs"], &folder);
        if !mounted {
            eprintln!("skipped: mounting a small file system needs root");
        }
        mounted.then_some(Self { folder })
    }

    /// Takes all room that is left.
    fn fill(&self) {
        let mut filler = File::create(self.folder.join("filler")).unwrap();
        let full = (0..).find_map(|_| filler.write_all(&[1; 4096]).err()).unwrap();
        assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
    }

    /// Gives the room back.
    fn make_room(&self) {
        fs::remove_file(self.folder.join("filler")).unwrap();
    }

    fn set_writable(&self, writable: bool) {
        assert!(mount(&["-o", if writable { "remount,rw" } else { "remount,ro" }], &self.folder));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(&self.folder).status();
        assert!(unmounted.is_ok_and(|status| status.success()), "{} stays mounted", self.folder.display());
    }
}

fn mount(arguments: &[&str], folder: &Path) -> bool {
    Command::new("mount").args(arguments).arg(folder).output().is_ok_and(|output| output.status.success())
}

async fn is_alive_and_shows_nothing(client: &Client) {
    assert_eq!(client.get("/health/ready").await.unwrap().status(), 200);
    assert_eq!(client.package("ann/bert", "main").await.unwrap_err().status(), 404);
}

#[tokio::test]
async fn a_full_disk_is_told_and_the_same_upload_succeeds_when_there_is_room() {
    // in a bucket blobs need no room on the disk
    let deployment = Deployment::on_store(Store::Folder);
    let Some(disk) = Disk::small(deployment.data()) else { return };
    let server: TestServer = deployment.serve().await;
    let ann = server.user("ann");
    let files = Files::various().and("model.bin", Random::seeded(5).bytes(1 << 20));
    let upload = files.upload("ann/bert", Some("1.0.0"));
    let status = ann.begin(&upload).await.unwrap();
    disk.fill();

    let refused = ann.send_missing(&status, &files).await.unwrap_err();
    assert_eq!(refused.status(), 507, "{refused:?}");
    assert!(refused.message().contains("no space left"), "{refused:?}");
    let refused = ann.begin(&Files::of("a", "a").upload("ann/other", None)).await.unwrap_err();
    assert_eq!(refused.status(), 507, "the catalog is on the same disk: {refused:?}");
    assert!(refused.message().contains("no space left"), "{refused:?}");
    let refused = ann.complete(status.id).await.unwrap_err();
    assert_eq!(refused.status(), 409, "{refused:?}");
    is_alive_and_shows_nothing(&ann).await;
    let open = ann.read::<Page<UploadStatus>>("open_uploads", &[]).await.unwrap().items;
    assert!(open[0].missing.iter().all(|blob| blob.received.is_empty()), "nothing counts that was not stored: {open:?}");

    disk.make_room();
    let again = ann.begin(&upload).await.unwrap();
    assert_eq!(again.id, status.id);
    ann.send_missing(&again, &files).await.unwrap();
    ann.complete(again.id).await.unwrap();
    assert_eq!(ann.download("ann/bert", "1.0.0", &files).await, files);
    drop(server);
    drop(disk);
}

#[tokio::test]
async fn an_import_on_a_full_disk_leaves_nothing_behind() {
    // in a bucket blobs need no room on the disk
    let deployment = Deployment::on_store(Store::Folder);
    let Some(disk) = Disk::small(deployment.data()) else { return };
    deployment.answer(&["migrate"]);
    let large = Files::of("model.bin", Random::seeded(6).bytes(16 << 20));
    large.write(&deployment.path("large"));
    fs::write(deployment.path("large.zip"), large.zip()).unwrap();
    for source in ["large", "large.zip"] {
        let refused = deployment.run(&["import", source, "--name", "team/bert"]);
        assert_eq!(refused.code, Some(7), "{refused:?}");
        assert!(refused.stderr.lines().last().unwrap().contains("no space left"), "{refused:?}");
        assert_eq!(Files::read(&disk.folder.join("uploads")), Files::default());
    }
    Files::various().write(&deployment.path("small"));
    deployment.answer(&["import", "small", "--name", "team/bert"]);
    drop(disk);
}

#[tokio::test]
async fn a_read_only_data_folder_stops_the_start_and_is_told_while_running() {
    let deployment = Deployment::new();
    let Some(disk) = Disk::small(deployment.data()) else { return };
    disk.set_writable(false);
    let refused = deployment.run(&["serve"]);
    assert_eq!(refused.code, Some(7), "{refused:?}");
    assert!(refused.stderr.lines().last().unwrap().contains("cannot be written to"), "{refused:?}");
    disk.set_writable(true);
    deployment.answer(&["migrate"]);
    disk.set_writable(false);
    let refused = deployment.run(&["serve"]);
    assert_eq!(refused.code, Some(7), "{refused:?}");
    let sentence = refused.stderr.lines().last().unwrap();
    assert!(sentence.starts_with("model-registry: ") && sentence.ends_with('.'), "{sentence}");
    disk.set_writable(true);
    let server = deployment.serve().await;
    let ann = server.user("ann");
    ann.publish("ann/bert", None, &Files::various()).await;
    drop(server);
    drop(disk);
}

//! A client of the upload protocol, as a program would write it.

use std::path::Path;

use domain::{
    PackageKind, PackageRef, Sha256Digest,
    lifecycle::Expected,
    listing::Scores,
    manifest::ManifestFile,
    refs::RefName,
    upload::{BeginUpload, PartAddress, PartRequest, UploadState, UploadStatus},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};
use tokio_util::io::ReaderStream;

use crate::{Outcome, server::Server};

/// Parts sent at once, as the browser does.
const PARALLEL: usize = 4;

/// A client with a token.
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Client {
    /// For a running server.
    pub(crate) async fn of(server: &Server) -> Outcome<Self> {
        Ok(Self { http: reqwest::Client::new(), url: server.url.clone(), token: server.token().await? })
    }

    /// The token alone, for other servers on the same place.
    pub(crate) fn into_token(self) -> String {
        self.token
    }

    async fn call<T: DeserializeOwned>(&self, function: &str, arguments: &impl Serialize) -> Outcome<T> {
        let request = self.http.post(format!("{}/rpc/{function}", self.url)).bearer_auth(&self.token).json(arguments);
        read(request.send().await?).await
    }

    /// Uploads files and answers when the revision is there.
    pub(crate) async fn upload(&self, package: &PackageRef, folder: &Path, files: &[&str]) -> Outcome<()> {
        let mut manifest = Vec::new();
        for path in files {
            let file = folder.join(path);
            let (size, sha256) = tokio::task::spawn_blocking(move || hash(&file)).await??;
            manifest.push(ManifestFile { path: path.parse()?, size, sha256 });
        }
        let begin = BeginUpload {
            package: package.clone(),
            branch: RefName::default_branch(),
            version: Some("1.0.0".parse()?),
            visibility: None,
            parent: Expected::Anything,
            message: "Benchmark".to_owned(),
            files: manifest.clone(),
        };
        let status: UploadStatus = self.call("begin_upload", &json!({"upload": begin})).await?;
        for blob in &status.missing {
            let file = manifest.iter().find(|file| file.sha256 == blob.sha256).ok_or("an unknown blob is asked for")?;
            let numbers: Vec<u32> = (1..=blob.plan.count()).collect();
            let request = PartRequest { upload: status.id, sha256: blob.sha256, numbers };
            let addresses: Vec<PartAddress> = self.call("part_addresses", &json!({"request": request})).await?;
            let path = folder.join(file.path.as_str());
            stream::iter(addresses)
                .map(|address| {
                    let place = blob.plan.part(address.number);
                    self.send_part(&path, place, address.url)
                })
                .buffer_unordered(PARALLEL)
                .try_collect::<Vec<()>>()
                .await?;
        }
        loop {
            let request = self.http.post(format!("{}/rpc/complete_upload", self.url)).bearer_auth(&self.token);
            let status: UploadStatus = read(request.form(&[("id", status.id.to_string())]).send().await?).await?;
            match status.state {
                UploadState::Committed { .. } => return Ok(()),
                UploadState::Verifying { .. } => {}
                UploadState::Open | UploadState::Aborted => return Err("the upload was not committed".into()),
            }
        }
    }

    async fn send_part(&self, path: &Path, place: Option<(u64, u64)>, url: String) -> Outcome<()> {
        let (start, length) = place.ok_or("there is no such part")?;
        let mut file = tokio::fs::File::open(path).await?;
        file.seek(std::io::SeekFrom::Start(start)).await?;
        let body = reqwest::Body::wrap_stream(ReaderStream::with_capacity(file.take(length), 1 << 20));
        let request = self.http.put(format!("{}{url}", self.url)).header(reqwest::header::CONTENT_LENGTH, length).body(body);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Downloads a file to a path and answers its digest.
    pub(crate) async fn download(&self, package: &PackageRef, path: &str, target: &Path) -> Outcome<Sha256Digest> {
        let url = format!("{}{}", self.url, package.file_url("main", path));
        let mut body = self.http.get(url).bearer_auth(&self.token).send().await?.error_for_status()?.bytes_stream();
        let mut file = tokio::io::BufWriter::with_capacity(1 << 20, tokio::fs::File::create(target).await?);
        let mut hasher = Sha256::new();
        while let Some(piece) = body.next().await {
            let piece = piece?;
            hasher.update(&piece);
            file.write_all(&piece).await?;
        }
        file.flush().await?;
        Ok(Sha256Digest::from_bytes(hasher.finalize().into()))
    }

    /// The scores of a package's head.
    pub(crate) async fn scores(&self, package: &PackageRef) -> Outcome<Scores> {
        let query =
            [("kind", PackageKind::Model.as_str()), ("namespace", package.namespace.as_str()), ("name", package.name.as_str())];
        let address = reqwest::Url::parse_with_params(&format!("{}/rpc/scores", self.url), query)?;
        read(self.http.get(address).bearer_auth(&self.token).send().await?).await
    }
}

async fn read<T: DeserializeOwned>(response: reqwest::Response) -> Outcome<T> {
    if response.status().is_success() {
        return Ok(response.json().await?);
    }
    Err(format!("{}: {}", response.status(), response.text().await?).into())
}

fn hash(path: &Path) -> Outcome<(u64, Sha256Digest)> {
    use std::io::Read as _;
    let mut file = std::fs::File::open(path)?;
    let (mut hasher, mut buffer, mut size) = (Sha256::new(), vec![0; 1 << 20], 0);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((size, Sha256Digest::from_bytes(hasher.finalize().into())));
        }
        size += read as u64;
        hasher.update(&buffer[..read]);
    }
}

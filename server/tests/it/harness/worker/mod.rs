//! Somebody who works with a package of their own, and remembers what the server said: everything that was acknowledged must be
//! there afterwards; what was asked for without an answer may have happened or not, but wholly.

/// Comparing what is there with what was said.
mod check;
/// Uploads that are interrupted and gone on with.
mod uploading;

use std::collections::HashSet;

use domain::{
    PackageRef, RevisionId,
    lifecycle::DeletedPackage,
    listing::{PackageSummary, Page},
};
use serde::de::DeserializeOwned;
use uploading::Current;

use super::{Client, Files, Random, Trouble, about};

const ALIAS: &str = "staging";

/// Somebody with a package.
pub(crate) struct Worker {
    /// How the server is asked: by somebody who may delete and rename.
    pub(crate) client: Client,
    /// How many uploads were interrupted and went on where they were.
    pub(crate) resumed: u32,
    /// How many times parts were sent anew, for the store had lost them.
    pub(crate) lost: u32,
    package: String,
    random: Random,
    /// What is being uploaded.
    current: Option<Current>,
    /// What the server said was there.
    revisions: Vec<Known>,
    checked: HashSet<RevisionId>,
    /// Where the alias is: several places when nobody knows.
    alias: Vec<Option<RevisionId>>,
    /// Whether the package is deleted: both when nobody knows.
    deleted: Vec<bool>,
    /// Whether the store may lose parts that it was asked to assemble.
    may_lose_parts: bool,
}

/// A revision that was acknowledged.
struct Known {
    id: RevisionId,
    version: String,
    files: Files,
}

impl Worker {
    /// Somebody who has not begun yet.
    pub(crate) fn new(client: Client, package: &str, seed: u64) -> Self {
        Self {
            client,
            resumed: 0,
            lost: 0,
            package: package.to_owned(),
            random: Random::seeded(seed),
            current: None,
            revisions: Vec::new(),
            checked: HashSet::new(),
            alias: vec![None],
            deleted: vec![false],
            may_lose_parts: false,
        }
    }

    /// On a store that stops in the middle of an assembly when its caller is gone, and has forgotten the parts then. AWS assembles
    /// an object wholly or not at all; the store of the tests does not.
    pub(crate) fn whose_store_may_lose_parts(self, may_lose_parts: bool) -> Self {
        Self { may_lose_parts, ..self }
    }

    /// How many revisions were acknowledged.
    pub(crate) fn acknowledged(&self) -> usize {
        self.revisions.len()
    }

    /// Does one thing or another. What was interrupted before is finished first.
    pub(crate) async fn step(&mut self) -> Result<(), Trouble> {
        self.settle().await?;
        if self.current.is_some() || self.revisions.is_empty() {
            return self.upload().await;
        }
        match self.random.within(0..8) {
            0 | 1 => self.upload().await,
            2 | 3 => self.move_alias().await,
            4 => self.delete().await,
            5 => self.download().await,
            6 => self.look_up().await,
            _ => self.search().await.map(|found| assert!(found, "{} is found", self.package)),
        }
    }

    /// Asks for what nobody knows since an answer was lost, and brings the package back when it is deleted.
    async fn settle(&mut self) -> Result<(), Trouble> {
        if self.deleted.len() > 1 {
            let deleted: Option<DeletedPackage> = self.client.read("deleted_package", &about(&self.package)).await?;
            self.deleted = vec![deleted.is_some()];
        }
        if self.deleted == [true] {
            self.deleted = vec![true, false];
            self.change::<PackageRef>("undelete_package", &[]).await?;
            self.deleted = vec![false];
        }
        if self.alias.len() > 1 {
            let is = self.at(ALIAS).await?;
            assert!(self.alias.contains(&is), "{}: the alias is at {is:?}, not at one of {:?}", self.package, self.alias);
            self.alias = vec![is];
        }
        Ok(())
    }

    async fn move_alias(&mut self) -> Result<(), Trouble> {
        let to = self.any_known();
        let (id, version) = (to.id, to.version.clone());
        let from = self.alias[0];
        if from == Some(id) {
            return Ok(());
        }
        let expected = from.map_or_else(|| "none".to_owned(), |from| from.to_string());
        self.alias.push(Some(id));
        let arguments = [("alias", ALIAS), ("to", &version), ("expected", &expected), ("reason", "")];
        let moved: RevisionId = self.change("move_alias", &arguments).await?;
        assert_eq!(moved, id);
        self.alias = vec![Some(id)];
        Ok(())
    }

    async fn delete(&mut self) -> Result<(), Trouble> {
        self.deleted = vec![false, true];
        let confirmation = self.package.clone();
        self.change::<DeletedPackage>("delete_package", &[("confirmation", &confirmation)]).await?;
        self.deleted = vec![true];
        assert!(!self.search().await?, "{} is deleted, and found", self.package);
        Ok(())
    }

    async fn download(&mut self) -> Result<(), Trouble> {
        let by_version = self.random.within(0..2) == 0;
        let known = self.any_known();
        let at = if by_version { known.version.clone() } else { known.id.to_string() };
        let (path, bytes) = known.files.0.first_key_value().map(|(path, bytes)| (path.clone(), bytes.clone())).unwrap();
        assert_eq!(self.client.file(&self.package, &at, &path).await?, bytes, "{}@{at}/{path}", self.package);
        Ok(())
    }

    async fn look_up(&mut self) -> Result<(), Trouble> {
        let known = self.any_known();
        let (id, version) = (known.id, known.version.clone());
        assert_eq!(self.at(&version).await?, Some(id), "{}@{version}", self.package);
        Ok(())
    }

    /// Whether a search finds the package.
    async fn search(&self) -> Result<bool, Trouble> {
        let name = self.package.split_once('/').unwrap().1;
        let found: Page<PackageSummary> = self.client.read("search_packages", &[("params[q]", name)]).await?;
        Ok(found.items.iter().any(|found| found.package.full_name() == self.package))
    }

    /// Where a name of the package points.
    async fn at(&self, name: &str) -> Result<Option<RevisionId>, Trouble> {
        match self.client.package(&self.package, name).await {
            Ok(detail) => Ok(Some(detail.revision.id)),
            Err(trouble) if trouble.status() == 404 => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    fn any_known(&mut self) -> &Known {
        let number = self.random.within(0..self.revisions.len() as u64);
        &self.revisions[number as usize]
    }

    async fn change<T: DeserializeOwned>(&self, function: &str, arguments: &[(&str, &str)]) -> Result<T, Trouble> {
        self.client.form(function, &[&about(&self.package)[..], arguments].concat()).await
    }
}

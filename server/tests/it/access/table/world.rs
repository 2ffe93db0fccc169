//! What is asked for: packages of every kind of visibility, deleted ones, namespaces, accounts, uploads, tokens, jobs.

use app::error::AppError;
use domain::{
    PackageKind, PackageRef, Sha256Digest,
    account::{CreatedToken, NewToken, Permission, TokenSummary},
    job::{Job, JobState},
    listing::Page,
    upload::{BeginUpload, UploadStatus},
};
use reqwest::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use super::{
    changes::{LIVE, PREPARED, RENAMED},
    roles::{self, Role},
    row::{Asked, Done, Row},
};
use crate::harness::{Client, Deployment, Files, TestServer, eventually};

/// What nobody has sent.
const UNSENT: &str = "sent by nobody";

/// The packages by the names of their columns, with who may see them, and whether they are there.
const PACKAGES: [(PackageKind, &str, &str, State); 7] = [
    (PackageKind::Model, "team/private", "private", State::Live),
    (PackageKind::Model, "team/internal", "internal", State::Live),
    (PackageKind::Model, "team/public", "public", State::Live),
    (PackageKind::Model, "team/gone", "public", State::Deleted),
    (PackageKind::Dataset, "team/data", "private", State::Live),
    (PackageKind::Model, "owner/own", "private", State::Live),
    (PackageKind::Model, "team/absent", "private", State::Absent),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Live,
    Deleted,
    Absent,
}

/// What the names in braces stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Fills(Vec<(String, String)>);

impl Fills {
    /// With one more name.
    fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.set(name, &value.to_string());
        self
    }

    /// Gives a name another meaning.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value.to_owned()));
    }

    fn get(&self, name: &str) -> &str {
        &self.0.iter().find(|(known, _)| known == name).unwrap().1
    }

    /// The text with what the names stand for; `{fresh}` is a name that nobody has used.
    pub(super) fn put_into(&self, text: &str) -> String {
        let text = text.replace("{fresh}", &format!("x{}", Uuid::now_v7().simple()));
        self.0.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}

/// A server with all objects and all roles.
pub(super) struct World {
    server: TestServer,
    root: Client,
    roles: Vec<Role>,
    objects: Vec<(&'static str, Fills)>,
}

impl World {
    pub(super) async fn new() -> Self {
        let deployment =
            Deployment::new().with("REQUESTS_PER_MINUTE", 1_000_000).with("ANONYMOUS_REQUESTS_PER_MINUTE", 1_000_000);
        let server = deployment.serve().await;
        server.deployment.answer(&["create-user", "root", "--admin", "--password", "correct horse"]);
        let root = server.browser("root").await;
        for name in ["team", "elsewhere", "others"] {
            root.form::<String>("create_organisation", &[("name", name)]).await.unwrap();
        }
        let roles = roles::cast(&server, &root).await;
        let mut world = Self { server, root, roles, objects: Vec::new() };
        world.add_packages().await;
        world.add_namespaces().await;
        world.add_accounts().await;
        world.add_uploads().await;
        world.objects.extend([("self", Fills::default()), ("registry", Fills::default())]);
        world
    }

    pub(super) fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// What a role is told by a row about an object: in the words of the tables.
    pub(super) async fn ask(&self, role: &Role, row: &Row, object: &str) -> String {
        let (_, fills) = self.objects.iter().find(|(name, _)| *name == object).unwrap();
        let asked = row.request(fills);
        let answer = asked.with(|method, address| role.request(&self.server, method, address)).send().await.unwrap();
        let status = answer.status();
        let body = answer.bytes().await.unwrap();
        let is_done = status.is_success() || status == StatusCode::TEMPORARY_REDIRECT;
        if status.as_u16() >= 400 {
            check_refusal(&asked.address, status.as_u16(), &body);
        }
        if is_done {
            self.carry_out(row.undo, fills).await;
        }
        let word = match row.done {
            Done::Success if is_done => "ok",
            Done::Something if is_done => {
                if body[..] == *b"null" {
                    "404"
                } else {
                    "ok"
                }
            }
            Done::Listed if is_done => yes_or_no(is_listed(&body, fills)),
            Done::Filled if is_done => yes_or_no(!items(&body).is_empty()),
            Done::Status(wanted) if status == wanted => "ok",
            Done::Success | Done::Something | Done::Listed | Done::Filled | Done::Status(_) => {
                return status.as_u16().to_string();
            }
        };
        word.to_owned()
    }

    /// Has the administrator do something.
    async fn carry_out(&self, steps: &[(&str, &str)], fills: &Fills) {
        for (key, payload) in steps {
            let asked = Asked::new(key, payload, fills);
            let answer = asked.with(|method, address| self.root.request(method, address)).send().await.unwrap();
            assert!(answer.status().is_success(), "{key}: {} {}", answer.status(), answer.text().await.unwrap());
        }
    }

    async fn add_packages(&mut self) {
        let older = Files::of("README.md", "# Older\n").and("config.json", "{}");
        for (kind, full_name, visibility, state) in PACKAGES {
            let package = PackageRef::parse(kind, full_name).unwrap();
            let (word, namespace, name) = (kind.as_str(), package.namespace.as_str(), package.name.as_str());
            let mut fills = Fills::default()
                .with("kind", kind.plural())
                .with("namespace", namespace)
                .with("name", name)
                .with("package", format!("kind={word}&namespace={namespace}&name={name}"))
                .with("page", package.page())
                .with("visibility", visibility)
                .with("revision", "main")
                .with("first", "1.0.0")
                .with("job", Uuid::now_v7());
            if state != State::Absent {
                for (files, version) in [(&older, "1.0.0"), (&Files::various(), "1.1.0")] {
                    let upload = files.upload(full_name, Some(version));
                    self.root.upload(&BeginUpload { package: package.clone(), ..upload }, files).await.unwrap();
                }
                fills.set("job", &self.finished_job(&package).await);
                self.carry_out(PREPARED, &fills).await;
                let arguments = [("kind", word), ("namespace", namespace), ("name", name), ("visibility", visibility)];
                self.root.form::<()>("set_visibility", &arguments).await.unwrap();
            }
            if state == State::Deleted {
                self.carry_out(LIVE, &fills).await;
            }
            self.objects.push((full_name, fills));
        }
    }

    /// A job of a package, once all of them are finished.
    async fn finished_job(&self, package: &PackageRef) -> String {
        let arguments =
            [("kind", package.kind.as_str()), ("namespace", package.namespace.as_str()), ("name", package.name.as_str())];
        eventually("the reports", async || {
            let jobs: Page<Job> = self.root.read("jobs", &arguments).await.unwrap();
            let is_over = |job: &Job| !matches!(job.state, JobState::Queued | JobState::Running);
            jobs.items.iter().all(is_over).then(|| jobs.items[0].id.to_string())
        })
        .await
    }

    async fn add_namespaces(&mut self) {
        self.root.publish("others/theirs", None, &Files::various()).await;
        for (namespace, model) in [("team", "internal"), ("owner", "own"), ("others", "theirs"), ("nobody", "none")] {
            let begin = Files::of("a.txt", UNSENT).upload(&format!("{namespace}/new"), None);
            let fills = Fills::default()
                .with("namespace", namespace)
                .with("model", model)
                .with("digest", Sha256Digest::of(UNSENT.as_bytes()).to_hex())
                .with("begin", serde_json::to_string(&begin).unwrap());
            if namespace != "nobody" {
                self.carry_out(RENAMED, &fills).await;
                let arguments = [("namespace", namespace), ("user", "victim"), ("permission", "search")];
                self.root.form::<()>("grant", &arguments).await.unwrap();
            }
            self.objects.push((namespace, fills));
        }
    }

    async fn add_accounts(&mut self) {
        let program = [("namespace", "team"), ("program", "builder"), ("permission", "upload")];
        self.root.form::<()>("create_program", &program).await.unwrap();
        for user in ["builder", "victim"] {
            roles::of_program(&self.root, user, &[Permission::Search], &[]).await;
            let tokens = self.root.read::<Page<TokenSummary>>("program_tokens", &[("program", user)]).await.unwrap().items;
            self.objects.push((user, Fills::default().with("user", user).with("token", tokens[0].id)));
        }
        let manager = self.server.browser("manager").await;
        let new = NewToken { name: "t".into(), permissions: vec![Permission::Search], days: None, namespaces: vec![] };
        let made: CreatedToken = manager.json("create_token", "token", &new).await.unwrap();
        let token = made.token.id;
        self.objects.extend([
            ("token-of-manager", Fills::default().with("token", token)),
            ("no-token", Fills::default().with("token", Uuid::now_v7())),
        ]);
        // an account of nobody, beside the namespace of nobody
        let (_, nobody) = self.objects.iter_mut().find(|(name, _)| *name == "nobody").unwrap();
        *nobody = nobody.clone().with("user", "nobody").with("token", token);
    }

    async fn add_uploads(&mut self) {
        let files = Files::of("a.txt", UNSENT);
        let digest = Sha256Digest::of(UNSENT.as_bytes()).to_hex();
        for (user, column) in [("uploader", "upload-of-uploader"), ("manager", "upload-of-manager")] {
            let begun: UploadStatus = self.server.browser(user).await.begin(&files.upload("team/begun", None)).await.unwrap();
            self.objects.push((column, Fills::default().with("upload", begun.id).with("digest", &digest)));
        }
        self.objects.push(("no-upload", Fills::default().with("upload", Uuid::now_v7()).with("digest", &digest)));
    }
}

/// Demands that a refusal is told in the form of its way in.
fn check_refusal(address: &str, status: u16, body: &[u8]) {
    let said = String::from_utf8_lossy(body);
    if address.starts_with("/rpc/") {
        let error: AppError = serde_json::from_slice(body).unwrap_or_else(|error| panic!("{address}, {error}: {said}"));
        assert_eq!((error.kind.status(), error.request_id.is_some()), (status, true), "{address}: {said}");
    } else if address.starts_with("/api/") {
        let answer: Value = serde_json::from_slice(body).unwrap_or_else(|error| panic!("{address}, {error}: {said}"));
        assert!(answer["error"]["code"].is_string() && answer["error"]["request_id"].is_string(), "{address}: {said}");
    }
}

const fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

/// What a list holds.
fn items(body: &[u8]) -> Vec<Value> {
    let list: Value = serde_json::from_slice(body).unwrap();
    list["items"].as_array().unwrap().clone()
}

/// Whether a list of packages has the one that was asked for.
fn is_listed(body: &[u8], fills: &Fills) -> bool {
    let (namespace, name) = (fills.get("namespace"), fills.get("name"));
    items(body).iter().any(|item| {
        // server functions put it under a name of its own
        let package = if item["package"].is_object() { &item["package"] } else { item };
        package["namespace"] == namespace && package["name"] == name
    })
}

//! A running server: started, asked, stopped in good order or killed, started again on the same folder.

use std::{
    fs::{self, File},
    net::TcpListener,
    process::{Child, ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

use super::{Client, Deployment, eventually};

/// A server on a deployment. Killed when it is dropped.
pub(crate) struct TestServer {
    /// What it runs on.
    pub(crate) deployment: Deployment,
    /// Where it is reached.
    pub(crate) url: String,
    /// What the last start printed.
    pub(crate) greeting: String,
    process: Child,
}

impl TestServer {
    /// A server on a new deployment.
    pub(crate) async fn start() -> Self {
        Deployment::new().serve().await
    }

    /// A server on this deployment.
    pub(crate) async fn on(mut deployment: Deployment) -> Self {
        // the greeting tells the public address then, and nothing the port
        if !deployment.variable("PUBLIC_URL").is_empty() {
            let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            deployment = deployment.with("LISTEN_ADDR", free);
        }
        let process = spawn(&deployment);
        let mut server = Self { deployment, url: String::new(), greeting: String::new(), process };
        server.wait_until_healthy().await;
        server
    }

    /// Starts a server that was stopped or killed again.
    pub(crate) async fn start_again(&mut self) {
        self.process = spawn(&self.deployment);
        self.wait_until_healthy().await;
    }

    async fn wait_until_healthy(&mut self) {
        let process = std::sync::Mutex::new(&mut self.process);
        let deployment = &self.deployment;
        self.greeting = eventually("the greeting", async || {
            if let Some(ended) = process.lock().unwrap().try_wait().unwrap() {
                panic!("the server ended with {ended}: {}", log_of(deployment));
            }
            // it is written at once, whole
            Some(fs::read_to_string(deployment.path("greeting")).unwrap()).filter(|text| text.ends_with('\n'))
        })
        .await;
        let told = self.greeting.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
        self.url = match self.deployment.variable("PUBLIC_URL") {
            "" => told,
            _ => format!("http://{}", self.deployment.variable("LISTEN_ADDR")),
        };
        let anonymous = self.anonymous();
        eventually("health", async || anonymous.get("/health").await.ok().filter(|answer| answer.status() == 200)).await;
    }

    /// The password that the first start printed.
    pub(crate) fn first_password(&self) -> Option<String> {
        self.greeting.lines().find_map(|line| line.strip_prefix("Password ")).map(|password| password.trim().to_owned())
    }

    /// Makes a user, and a client with a token of the user's.
    pub(crate) fn user(&self, name: &str) -> Client {
        self.deployment.answer(&["create-user", name, "--password", "correct horse"]);
        self.with_permissions(name, "search,download,upload")
    }

    /// A user's browser, signed in with the password that [`TestServer::user`] gives.
    pub(crate) async fn browser(&self, name: &str) -> Client {
        self.anonymous().sign_in(name, "correct horse").await.unwrap()
    }

    /// A client with a token of these permissions.
    pub(crate) fn with_permissions(&self, name: &str, permissions: &str) -> Client {
        let token = self.deployment.answer(&["create-token", name, "--permissions", permissions]);
        Client::new(&self.url).with_token(&token)
    }

    /// A client that is nobody.
    pub(crate) fn anonymous(&self) -> Client {
        Client::new(&self.url)
    }

    /// All that the server has logged so far.
    pub(crate) fn log(&self) -> String {
        log_of(&self.deployment)
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Asks the server to stop.
    pub(crate) fn terminate(&self) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
    }

    /// Asks the server to stop, and waits until it has.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        self.terminate();
        self.wait()
    }

    /// Waits until the server has stopped.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // it may be gone already
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<_> = log.lines().collect();
            eprintln!("the end of the server's log:\n{}", lines[lines.len().saturating_sub(20)..].join("\n"));
        }
    }
}

fn spawn(deployment: &Deployment) -> Child {
    let greeting = File::create(deployment.path("greeting")).unwrap();
    let log = File::options().create(true).append(true).open(deployment.path("server.log")).unwrap();
    deployment.command(&["serve"]).stdin(Stdio::null()).stdout(greeting).stderr(log).spawn().unwrap()
}

fn log_of(deployment: &Deployment) -> String {
    fs::read_to_string(deployment.path("server.log")).unwrap()
}

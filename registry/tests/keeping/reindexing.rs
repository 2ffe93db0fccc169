//! Indexing anew after an update: what is damaged does not keep the others, what is away is waited for.

use std::{
    fs,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::refs::RevisionSpec;
use registry::{Actor, Registry, Scheduler, Settings};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::{
    importing::on_main,
    waiting::until,
    world::{World, package, variable},
};

const NAMES: [&str; 3] = ["team/first", "team/second", "team/third"];

/// What the card of a package says.
fn description(name: &str) -> String {
    format!("The card of {name} tells this.")
}

async fn import(world: &World, registry: &Registry, name: &str) {
    let source = world.settings.data_dir.join("sources").join(name);
    fs::create_dir_all(&source).unwrap();
    fs::write(source.join("README.md"), format!("# {name}\n\n{}\n", description(name))).unwrap();
    registry.import(&Actor::operator(), source, &on_main(package(name))).await.unwrap();
}

/// As an older version has left it.
async fn age(world: &World) {
    world.sql("UPDATE packages SET index_form = 0, description = ''".into()).await;
}

/// Waits until no package is left that an older version has indexed.
async fn until_all_are_indexed(world: &World) {
    until("all are indexed anew", async || world.catalog.run("UPDATE packages SET name = name WHERE index_form = 0").await == 0)
        .await;
}

async fn descriptions(registry: &Registry) -> [String; 3] {
    let mut found = NAMES.map(str::to_owned);
    for name in &mut found {
        *name = registry.package(&Actor::operator(), &package(name), &RevisionSpec::main()).await.unwrap().description;
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_package_whose_card_is_lost_does_not_keep_the_others() {
    let world = World::new().await;
    let registry = world.open().await;
    import(&world, &registry, NAMES[0]).await;
    for blob in world.kept() {
        world.lose(&blob);
    }
    for name in &NAMES[1..] {
        import(&world, &registry, name).await;
    }
    age(&world).await;
    let scheduler = Scheduler::start(registry.clone());
    until_all_are_indexed(&world).await;
    scheduler.stop().await;
    assert_eq!(descriptions(&registry).await, [String::new(), description(NAMES[1]), description(NAMES[2])]);
    registry.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_away_is_waited_for() {
    let world = World::new().await;
    let Some(s3) = world.settings.s3.clone() else {
        eprintln!("skipped on the folder, which is never away: run it with scripts/with-s3.sh and TEST_STORE=s3");
        return;
    };
    let store = variable("TEST_S3_ENDPOINT").unwrap();
    let gate = Gate::before(store.trim_start_matches("http://").trim_end_matches('/').parse().unwrap()).await;
    let endpoint = format!("http://{}", gate.address).parse().unwrap();
    let s3 = registry::S3Settings { endpoint: Some(endpoint), ..s3 };
    let registry = Registry::open(Settings { s3: Some(s3), ..world.settings.clone() }).await.unwrap();
    for name in NAMES {
        import(&world, &registry, name).await;
    }
    age(&world).await;
    gate.close();
    let scheduler = Scheduler::start(registry.clone());
    until("the store is asked", async || gate.turned_away() >= 10).await;
    assert_eq!(descriptions(&registry).await, [const { String::new() }; 3], "nothing counts as done");
    gate.open();
    until_all_are_indexed(&world).await;
    scheduler.stop().await;
    assert_eq!(descriptions(&registry).await, NAMES.map(description));
    registry.close().await;
}

/// A way to the store that can be closed.
struct Gate {
    address: SocketAddr,
    is_open: Arc<AtomicBool>,
    turned_away: Arc<AtomicUsize>,
}

impl Gate {
    async fn before(store: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (is_open, turned_away) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
        let gate = Self { address, is_open: Arc::clone(&is_open), turned_away: Arc::clone(&turned_away) };
        tokio::spawn(async move {
            let mut ways = JoinSet::new();
            loop {
                let (mut from, _) = listener.accept().await.unwrap();
                if !is_open.load(Ordering::SeqCst) {
                    turned_away.fetch_add(1, Ordering::SeqCst);
                    continue;
                }
                let is_open = Arc::clone(&is_open);
                ways.spawn(async move {
                    let mut to = TcpStream::connect(store).await.unwrap();
                    let closed = async {
                        while is_open.load(Ordering::SeqCst) {
                            tokio::time::sleep(Duration::from_millis(2)).await;
                        }
                    };
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut from, &mut to) => {}
                        () = closed => {}
                    }
                });
            }
        });
        gate
    }

    fn close(&self) {
        self.is_open.store(false, Ordering::SeqCst);
    }

    fn open(&self) {
        self.is_open.store(true, Ordering::SeqCst);
    }

    fn turned_away(&self) -> usize {
        self.turned_away.load(Ordering::SeqCst)
    }
}

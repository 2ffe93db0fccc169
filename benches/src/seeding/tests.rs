//! What is seeded answers like what the services made.

use std::{fs, path::Path};

use domain::{
    PackageKind, PackageRef,
    people::Visibility,
    refs::{RefName, RevisionSpec},
    search::{Filters, PatternTarget, SearchQuery, Sort},
};
use registry::{Actor, CatalogAddress, ImportTarget, Registry, Settings};
use sqlx::{Connection as _, Row as _};

use super::{Extent, Library, Sink, seed};

const PACKAGES: u64 = 50;

async fn registry(folder: &Path, catalog: &CatalogAddress) -> Registry {
    let settings = Settings { catalog: catalog.clone(), ..Settings::in_folder(folder.to_owned(), "autograder".into()) };
    Registry::open(settings).await.unwrap()
}

/// The same packages by the services.
async fn import(registry: &Registry, library: &Library) {
    let operator = Actor::operator();
    for number in 0..PACKAGES {
        let package = library.package(number).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in &package.files {
            let file = folder.path().join(path.as_str());
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content.bytes.as_deref().unwrap()).unwrap();
        }
        let target = ImportTarget {
            package: package.package.clone(),
            branch: RefName::default_branch(),
            version: Some(package.version.parse().unwrap()),
            visibility: None,
            message: "Import".into(),
        };
        registry.import(&operator, folder.path().to_owned(), &target).await.unwrap();
        let visibility: Visibility = package.visibility.parse().unwrap();
        registry.set_visibility(&operator, &package.package, visibility).await.unwrap();
    }
}

fn searches(library: &Library) -> Vec<SearchQuery> {
    let text = |text: &str| Filters { text: text.to_owned(), ..Filters::default() };
    let pattern =
        |pattern: &str, target| Filters { pattern: Some(pattern.to_owned()), pattern_target: target, ..Filters::default() };
    let card = &library.package(3).unwrap().card.summary;
    let filters = [
        Filters::default(),
        text("bert"),
        text("english model"),
        text(&library.rare_word(1)),
        Filters { kind: Some(PackageKind::Dataset), ..Filters::default() },
        Filters { license: card.license.clone(), task: card.task.clone(), library: card.library.clone(), ..Filters::default() },
        Filters { topic: card.topics.first().cloned(), ..Filters::default() },
        Filters { namespace: Some(library.name(7).unwrap().namespace), ..Filters::default() },
        Filters { max_bytes: Some(700), ..Filters::default() },
        pattern("bert.*-s", PatternTarget::Name),
        pattern("run was called zy(ba|cor)", PatternTarget::Card),
    ];
    let each = |filters: Filters| [Sort::Newest, Sort::Relevance].map(|sort| (filters.clone(), sort));
    filters
        .into_iter()
        .flat_map(each)
        .map(|(filters, sort)| SearchQuery { filters, sort, limit: Some(100), cursor: None })
        .collect()
}

/// What is found, by name: moments differ.
async fn found(registry: &Registry, query: &SearchQuery) -> Vec<String> {
    let page = registry.search_packages(&Actor::operator(), query).await.unwrap();
    assert_eq!(page.next, None);
    let mut names: Vec<_> = page
        .items
        .into_iter()
        .map(|item| format!("{} {} {} {:?} {:?}", item.package.kind, item.package, item.description, item.version, item.score))
        .collect();
    names.sort();
    names
}

/// All that is told of a package, without its moments and ids.
async fn told(registry: &Registry, package: &PackageRef) -> String {
    let operator = Actor::operator();
    let at: RevisionSpec = "main".parse().unwrap();
    let detail = registry.package(&operator, package, &at).await.unwrap();
    let history = registry.history(&operator, package, None.into()).await.unwrap().items;
    let refs: Vec<_> = detail.refs.iter().map(|r| (r.kind, &r.name, r.revision)).collect();
    let tree = registry.tree(&operator, package, &at, None, None.into()).await.unwrap().items;
    let graph = registry.lineage(&operator, package).await.unwrap();
    let cost = registry.cost(&operator, package, &at).await.unwrap();
    let card = registry.card(&operator, package, &at).await.unwrap().unwrap();
    let jobs: Vec<_> = history.iter().map(|entry| (entry.job, entry.score, entry.refs.len(), &entry.revision.message)).collect();
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {refs:?} {tree:?} {graph:?} {cost:?} {jobs:?} {}",
        detail.visibility,
        detail.facts,
        detail.revision.id,
        detail.revision.author,
        (detail.revision.files, detail.revision.bytes, detail.revision.parent),
        detail.job.map(|job| (job.state, job.attempt, job.started_at, job.log_tail)),
        card.html
    )
}

async fn answers_are_the_same(catalog: impl Fn(&Path) -> (CatalogAddress, Option<String>)) {
    let library = Library::new(40, true);
    let (seeded, made) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let by_services = registry(made.path(), &CatalogAddress::Sqlite(made.path().join("catalog.db"))).await;
    import(&by_services, &library).await;

    let (address, url) = catalog(seeded.path());
    registry(seeded.path(), &address).await.close().await;
    let mut sink = match &url {
        None => Sink::file(&seeded.path().join("catalog.db")).await.unwrap(),
        Some(url) => Sink::server(url).await.unwrap(),
    };
    // in two steps, as catalogs grow
    for (from, to, versions) in [(0, 20, 7), (20, PACKAGES, 0)] {
        seed(&mut sink, &library, seeded.path(), Extent { from, to, versions }).await.unwrap();
    }
    if let Sink::Sqlite(conn) = &mut sink {
        let dangling = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut *conn).await.unwrap();
        assert_eq!(dangling.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>(), Vec::<String>::new());
    }
    drop(sink);
    let by_seeder = registry(seeded.path(), &address).await;

    let many: PackageRef = PackageRef::parse(PackageKind::Model, super::MANY_VERSIONS).unwrap();
    let tags = by_seeder.refs(&Actor::operator(), &many).await.unwrap();
    let names: Vec<_> = tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["main", "0.0.6", "0.0.5", "0.0.4", "0.0.3", "0.0.2", "0.0.1", "0.0.0"]);
    // the services of the other catalog have no such package
    by_seeder.delete_package(&Actor::operator(), &many, &many.to_string()).await.unwrap();

    for query in searches(&library) {
        let expected = found(&by_services, &query).await;
        assert_eq!(found(&by_seeder, &query).await, expected, "{query:?}");
    }
    for number in 0..PACKAGES {
        let package = library.name(number).unwrap();
        assert_eq!(told(&by_seeder, &package).await, told(&by_services, &package).await);
    }
    let all = Filters::default();
    let operator = Actor::operator();
    assert_eq!(by_seeder.facet_counts(&operator, &all).await.unwrap(), by_services.facet_counts(&operator, &all).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seeded_packages_answer_like_packages_on_sqlite() {
    answers_are_the_same(|folder| (CatalogAddress::Sqlite(folder.join("catalog.db")), None)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/with-postgres.sh"]
async fn seeded_packages_answer_like_packages_on_postgres() {
    #[expect(clippy::disallowed_methods, reason = "the server's configuration knows nothing of tests")]
    let cluster = std::env::var("TEST_POSTGRES_URL").unwrap();
    let name = format!("seeded_{}", uuid::Uuid::now_v7().simple());
    let mut conn = sqlx::PgConnection::connect(&cluster).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut conn).await.unwrap();
    let url = cluster.replace("/postgres", &format!("/{name}"));
    answers_are_the_same(|_| (url.parse().unwrap(), Some(url.clone()))).await;
}

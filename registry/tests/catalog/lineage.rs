//! What packages are made from: read from their files, said by hand, walked along, summed up.

use std::fs;

use domain::{
    ErrorKind, PackageKind, PackageRef,
    account::{NewToken, Permission},
    lineage::{Cost, Edge, Graph, MAX_ADDED, MAX_DEPTH, MAX_DESCENDANTS, Origin, Relation},
    people::Visibility,
    refs::RevisionSpec,
};
use registry::{Actor, Client, Error, ImportTarget, NewUser, Registry};

use crate::{
    engine::{Engine, TestCatalog},
    importing::on_main,
};

on_both_engines!(
    files_name_what_a_package_is_made_from,
    a_name_becomes_a_package_when_there_is_one,
    only_the_head_of_main_counts,
    what_is_said_by_hand_stays,
    what_cannot_be_said_is_refused,
    walks_go_both_ways_and_come_home_from_circles,
    walks_end_where_there_is_too_much,
    a_package_weighs_each_content_once,
    hostile_files_stand_in_nobodys_way,
    what_may_not_be_seen_is_a_name_or_nothing,
    a_package_keeps_its_lineage_when_it_is_renamed,
);

/// A registry with packages that are made with a line each.
struct World {
    registry: Registry,
    sources: tempfile::TempDir,
    catalog: TestCatalog,
}

impl World {
    async fn new(engine: Engine) -> Self {
        let catalog = TestCatalog::new(engine).await;
        Self { registry: catalog.open().await, sources: tempfile::tempdir().unwrap(), catalog }
    }

    /// Commits these files to a branch.
    async fn commit(&self, package: &PackageRef, branch: &str, files: &[(&str, &str)]) {
        let folder = tempfile::tempdir_in(self.sources.path()).unwrap();
        for (path, content) in files {
            fs::write(folder.path().join(path), content).unwrap();
        }
        let target = ImportTarget { branch: branch.parse().unwrap(), ..on_main(package.clone()) };
        self.registry.import(&Actor::operator(), folder.path().to_owned(), &target).await.unwrap();
    }

    /// A model whose card names this as its base.
    async fn model(&self, name: &str, base: &str) {
        let card = if base.is_empty() { format!("# {name}") } else { format!("---\nbase_model: {base}\n---\n# {name}") };
        self.commit(&model(name), "main", &[("README.md", &card)]).await;
    }

    async fn graph(&self, name: &str) -> Graph {
        self.registry.lineage(&Actor::operator(), &model(name)).await.unwrap()
    }

    /// Somebody who has rights on nothing but the own namespace.
    async fn bob(&self) -> Actor {
        let operator = Actor::operator();
        let bob = NewUser { name: "bob".parse().unwrap(), password: None, admin: false };
        self.registry.create_user(&operator, bob).await.unwrap();
        let permissions = vec![Permission::Search, Permission::Download, Permission::Upload];
        let token = NewToken { name: "t".into(), permissions, days: None, namespaces: vec![] };
        let token = self.registry.create_token_for(&operator, &"bob".parse().unwrap(), &token).await.unwrap();
        self.registry.token_actor(&token.secret.into(), Client::default()).await.unwrap()
    }

    /// The edges around a model, as sentences.
    async fn edges(&self, name: &str) -> Vec<String> {
        self.edges_for(&Actor::operator(), name).await
    }

    /// The same, as somebody may see them.
    async fn edges_for(&self, actor: &Actor, name: &str) -> Vec<String> {
        let graph = self.registry.lineage(actor, &model(name)).await.unwrap();
        let name = |place: u32| {
            let node = &graph.nodes[place as usize];
            format!("{}{}", node.name, if node.is_here { "" } else { "?" })
        };
        graph.links.iter().map(|link| format!("{} {} {}", name(link.from), link.relation.words(), name(link.to))).collect()
    }

    async fn cost(&self, name: &str, at: &str) -> Cost {
        let at: RevisionSpec = at.parse().unwrap();
        self.registry.cost(&Actor::operator(), &model(name), &at).await.unwrap()
    }

    async fn add(&self, name: &str, relation: Relation, target: &str) -> Result<(), Error> {
        self.registry.add_lineage(&Actor::operator(), &model(name), &edge(relation, target)).await
    }

    async fn remove(&self, name: &str, relation: Relation, target: &str) -> Result<(), Error> {
        self.registry.remove_lineage(&Actor::operator(), &model(name), &edge(relation, target)).await
    }
}

fn model(name: &str) -> PackageRef {
    PackageRef::parse(PackageKind::Model, name).unwrap()
}

fn edge(relation: Relation, target: &str) -> Edge {
    Edge { relation, target: target.parse().unwrap() }
}

async fn files_name_what_a_package_is_made_from(engine: Engine) {
    let world = World::new(engine).await;
    world.model("google/bert", "").await;
    let card = "---\nbase_model: GOOGLE/Bert\ndatasets:\n- squad\n- acme/wiki\n---\n# Tuned";
    world.commit(&model("ann/tuned"), "main", &[("README.md", card), ("config.json", "{\"_name_or_path\": \"x/y\"}")]).await;
    assert_eq!(
        world.edges("ann/tuned").await,
        ["ann/tuned fine-tuned from google/bert", "ann/tuned trained on acme/wiki?", "ann/tuned trained on squad?"],
        "the owner's spelling where it is here"
    );
    let adapter = "{\"base_model_name_or_path\": \"ann/tuned\"}";
    world.commit(&model("ann/adapter"), "main", &[("adapter_config.json", adapter)]).await;
    world.commit(&model("ann/loaded"), "main", &[("config.json", "{\"_name_or_path\": \"bert-base\"}")]).await;
    assert_eq!(world.edges("ann/loaded").await, ["ann/loaded derived from bert-base?"]);
    let around = world.edges("ann/adapter").await;
    assert_eq!(around[..2], ["ann/adapter adapter of ann/tuned", "ann/tuned fine-tuned from google/bert"], "{around:?}");
    assert_eq!(
        world.edges("google/bert").await,
        ["ann/tuned fine-tuned from google/bert", "ann/adapter adapter of ann/tuned"],
        "what else those are made from is theirs"
    );
}

async fn a_name_becomes_a_package_when_there_is_one(engine: Engine) {
    let world = World::new(engine).await;
    world.model("ann/tuned", "Acme/Base").await;
    assert_eq!(world.edges("ann/tuned").await, ["ann/tuned fine-tuned from Acme/Base?"]);
    // data of the same name is something else
    let data = PackageRef::parse(PackageKind::Dataset, "acme/base").unwrap();
    world.commit(&data, "main", &[("data.csv", "1")]).await;
    assert_eq!(world.edges("ann/tuned").await, ["ann/tuned fine-tuned from Acme/Base?"]);
    world.model("acme/base", "").await;
    assert_eq!(world.edges("ann/tuned").await, ["ann/tuned fine-tuned from acme/base"]);
    assert_eq!(world.edges("acme/base").await, ["ann/tuned fine-tuned from acme/base"]);
}

async fn only_the_head_of_main_counts(engine: Engine) {
    let world = World::new(engine).await;
    world.model("ann/x", "a/one").await;
    let other = "---\nbase_model: [a/two, a/three]\n---\n";
    world.commit(&model("ann/x"), "next", &[("README.md", other)]).await;
    assert_eq!(world.edges("ann/x").await, ["ann/x fine-tuned from a/one?"]);
    world.commit(&model("ann/x"), "main", &[("README.md", other), ("more.txt", "x")]).await;
    assert_eq!(world.edges("ann/x").await, ["ann/x merged from a/three?", "ann/x merged from a/two?"]);
    world.commit(&model("ann/x"), "main", &[("README.md", "# Nothing said")]).await;
    assert_eq!(world.edges("ann/x").await, [""; 0]);
}

async fn what_is_said_by_hand_stays(engine: Engine) {
    let world = World::new(engine).await;
    world.model("ann/x", "a/one").await;
    world.add("ann/x", Relation::TrainedOn, "a/data").await.unwrap();
    world.add("ANN/X", Relation::FineTunedFrom, "A/One").await.unwrap();
    let graph = world.graph("ann/x").await;
    assert!(graph.links.iter().all(|link| link.origin == Origin::Hand), "what files say is kept by hand, too: {graph:?}");

    world.model("ann/x", "a/two").await;
    let kept = ["ann/x fine-tuned from a/one?", "ann/x fine-tuned from a/two?", "ann/x trained on a/data?"];
    assert_eq!(world.edges("ann/x").await, kept);
    // one that files name is taken back, and stays away when they name it again
    world.remove("ann/x", Relation::FineTunedFrom, "A/TWO").await.unwrap();
    world.model("ann/x", "a/one").await;
    world.model("ann/x", "a/two").await;
    assert_eq!(world.edges("ann/x").await, ["ann/x fine-tuned from a/one?", "ann/x trained on a/data?"]);
    // until somebody says it by hand
    world.add("ann/x", Relation::FineTunedFrom, "a/two").await.unwrap();
    assert_eq!(world.edges("ann/x").await, kept);
    world.remove("ann/x", Relation::TrainedOn, "a/data").await.unwrap();
    world.remove("ann/x", Relation::FineTunedFrom, "a/one").await.unwrap();
    world.remove("ann/x", Relation::FineTunedFrom, "a/two").await.unwrap();
    assert_eq!(world.edges("ann/x").await, [""; 0]);
    for (action, count) in [
        ("UPDATE audit SET actor = actor WHERE action = 'add_lineage' AND object LIKE 'model/ann/x %'", 3),
        ("UPDATE audit SET actor = actor WHERE action = 'remove_lineage' AND object LIKE 'model/ann/x %'", 4),
    ] {
        assert_eq!(world.catalog.run(action).await, count, "{action}");
    }
}

async fn what_cannot_be_said_is_refused(engine: Engine) {
    let world = World::new(engine).await;
    world.model("ann/x", "a/one").await;
    let data = PackageRef::parse(PackageKind::Dataset, "ann/data").unwrap();
    world.commit(&data, "main", &[("data.csv", "1")]).await;
    let refused = |result: Result<(), Error>| result.unwrap_err().kind();

    assert_eq!(refused(world.add("ann/x", Relation::DerivedFrom, "ANN/x").await), ErrorKind::Invalid);
    world.add("ann/x", Relation::TrainedOn, "ann/x").await.expect("data of the same name is something else");
    assert_eq!(refused(world.add("ann/x", Relation::TrainedOn, "Ann/X").await), ErrorKind::Conflict);
    assert_eq!(refused(world.add("ann/none", Relation::TrainedOn, "a/b").await), ErrorKind::NotFound);
    assert_eq!(refused(world.remove("ann/x", Relation::TrainedOn, "a/b").await), ErrorKind::NotFound);
    assert_eq!(refused(world.remove("ann/x", Relation::DerivedFrom, "a/one").await), ErrorKind::NotFound);
    let operator = Actor::operator();
    let tuned = edge(Relation::FineTunedFrom, "a/b");
    assert_eq!(refused(world.registry.add_lineage(&operator, &data, &tuned).await), ErrorKind::Invalid);

    let bob = world.bob().await;
    let one = edge(Relation::FineTunedFrom, "a/one");
    assert_eq!(refused(world.registry.add_lineage(&bob, &model("ann/x"), &tuned).await), ErrorKind::Forbidden);
    assert_eq!(refused(world.registry.remove_lineage(&bob, &model("ann/x"), &one).await), ErrorKind::Forbidden);

    for number in 1..MAX_ADDED {
        world.add("ann/x", Relation::UsesCode, &format!("a/code{number}")).await.unwrap();
    }
    assert_eq!(refused(world.add("ann/x", Relation::UsesCode, "a/more").await), ErrorKind::Invalid);
    assert_eq!(world.graph("ann/x").await.own_links().count() as u64, MAX_ADDED + 1, "nothing half-done");
}

async fn walks_go_both_ways_and_come_home_from_circles(engine: Engine) {
    let world = World::new(engine).await;
    for (name, base) in [("a/one", ""), ("a/two", "a/one"), ("a/three", "a/two"), ("a/four", "a/three"), ("a/side", "a/one")] {
        world.model(name, base).await;
    }
    let expected = ["a/three fine-tuned from a/two", "a/two fine-tuned from a/one", "a/four fine-tuned from a/three"];
    assert_eq!(world.edges("a/three").await, expected, "neither brothers nor cousins");
    // a/one says that it comes from a/four: a circle
    world.add("a/one", Relation::DerivedFrom, "a/four").await.unwrap();
    let graph = world.graph("a/three").await;
    assert!(graph.is_complete);
    let mut edges = world.edges("a/three").await;
    edges.sort();
    assert_eq!(
        edges,
        [
            "a/four fine-tuned from a/three",
            "a/one derived from a/four",
            "a/side fine-tuned from a/one",
            "a/three fine-tuned from a/two",
            "a/two fine-tuned from a/one"
        ]
    );
    assert_eq!(world.cost("a/three", "main").await.ancestors, 3);
}

async fn walks_end_where_there_is_too_much(engine: Engine) {
    let world = World::new(engine).await;
    let far = MAX_DEPTH + 3;
    for number in 0..=far {
        let base = if number == 0 { String::new() } else { format!("a/x{}", number - 1) };
        world.model(&format!("a/x{number}"), &base).await;
    }
    let graph = world.graph(&format!("a/x{far}")).await;
    assert_eq!((graph.nodes.len(), graph.is_complete), (MAX_DEPTH as usize + 1, false));
    let cost = world.cost(&format!("a/x{far}"), "main").await;
    assert_eq!((cost.ancestors, cost.is_complete), (u64::from(MAX_DEPTH), false));
    let near = world.graph("a/x3").await;
    assert_eq!((near.nodes.len(), near.is_complete), (far as usize + 1, true), "{MAX_DEPTH} steps down, 3 up");
    assert!(world.cost(&format!("a/x{MAX_DEPTH}"), "main").await.is_complete);

    for number in 0..=MAX_DESCENDANTS {
        world.model(&format!("b/y{number}"), "b/hub").await;
    }
    world.model("b/hub", "").await;
    let hub = world.graph("b/hub").await;
    assert_eq!((hub.nodes.len(), hub.is_complete), (MAX_DESCENDANTS + 1, false));
}

async fn a_package_weighs_each_content_once(engine: Engine) {
    let world = World::new(engine).await;
    let (weights, tokenizer) = ("w".repeat(1000), "t".repeat(100));
    world.commit(&model("a/base"), "main", &[("model.bin", &weights), ("vocab.txt", &tokenizer), ("copy.bin", &weights)]).await;
    let data = PackageRef::parse(PackageKind::Dataset, "a/data").unwrap();
    world.commit(&data, "main", &[("train.csv", &"d".repeat(10))]).await;
    let cost = world.cost("a/base", "main").await;
    assert_eq!(cost, Cost { alone: 1100, with_ancestors: 1100, ancestors: 0, is_complete: true });

    let adapter = "{\"base_model_name_or_path\": \"a/base\"}";
    let own = adapter.len() as u64;
    world.commit(&model("a/tuned"), "main", &[("adapter_config.json", adapter), ("vocab.txt", &tokenizer)]).await;
    world.add("a/tuned", Relation::TrainedOn, "A/Data").await.unwrap();
    world.add("a/tuned", Relation::UsesCode, "not/here").await.unwrap();
    let cost = world.cost("a/tuned", "main").await;
    assert_eq!(cost, Cost { alone: own + 100, with_ancestors: own + 1110, ancestors: 2, is_complete: true });
    // of the package itself the revision counts that is asked for, of the others the head of main
    world.commit(&model("a/tuned"), "slim", &[("adapter_config.json", adapter)]).await;
    world.commit(&model("a/base"), "fat", &[("more.bin", &"m".repeat(5000))]).await;
    let cost = world.cost("a/tuned", "slim").await;
    assert_eq!((cost.alone, cost.with_ancestors), (own, own + 1110));
}

async fn hostile_files_stand_in_nobodys_way(engine: Engine) {
    let world = World::new(engine).await;
    let nested = "[".repeat(200_000);
    let long = format!("{{\"_name_or_path\": \"a/b\", \"x\": \"{}\"}}", "x".repeat(1 << 20));
    for (number, content) in ["", "{", "[]", "null", "{\"_name_or_path\": \"\\u0000/x\"}", &nested, &long].into_iter().enumerate()
    {
        let name = format!("evil/x{number}");
        world.commit(&model(&name), "main", &[("config.json", content), ("adapter_config.json", content)]).await;
        assert_eq!(world.edges(&name).await, [""; 0], "{number}");
    }
    let card = "---\nbase_model: [1, null, {a: b}, \"a\\0b\", ../../etc/passwd, \"' OR 1=1 --\", a/b]\ndatasets: {x: y}\n---\n";
    world.commit(&model("evil/card"), "main", &[("README.md", card)]).await;
    assert_eq!(world.edges("evil/card").await, ["evil/card fine-tuned from a/b?"]);
}

async fn what_may_not_be_seen_is_a_name_or_nothing(engine: Engine) {
    let world = World::new(engine).await;
    let (operator, bob, nobody) = (Actor::operator(), world.bob().await, Actor::anonymous(Client::default()));
    world.model("ann/base", "").await;
    world.model("team/secret", "ann/base").await;
    world.model("ann/tuned", "Team/Secret").await;
    let before = world.cost("ann/tuned", "main").await;
    assert_eq!(before.ancestors, 2);
    for (package, visibility) in [("team/secret", Visibility::Private), ("ann/base", Visibility::Public)] {
        world.registry.set_visibility(&operator, &model(package), visibility).await.unwrap();
    }
    let all = ["ann/tuned fine-tuned from team/secret", "team/secret fine-tuned from ann/base"];
    assert_eq!(world.edges("ann/tuned").await, all, "who may see it sees it");
    assert_eq!(
        world.edges_for(&bob, "ann/tuned").await,
        ["ann/tuned fine-tuned from Team/Secret?"],
        "as its own card says, and nothing behind it"
    );
    let main = RevisionSpec::main();
    let cost = world.registry.cost(&bob, &model("ann/tuned"), &main).await.unwrap();
    assert_eq!(cost, Cost { alone: before.alone, with_ancestors: before.alone, ancestors: 0, is_complete: true });
    for (who, actor) in [("a stranger", &bob), ("nobody", &nobody)] {
        assert_eq!(world.edges_for(actor, "ann/base").await, [""; 0], "{who}: what is made from it is not told either");
    }
    assert_eq!(world.edges_for(&operator, "ann/base").await.len(), 2);
    let hidden = world.registry.lineage(&bob, &model("team/secret")).await.unwrap_err();
    let missing = world.registry.lineage(&bob, &model("team/absent")).await.unwrap_err();
    assert_eq!((hidden.kind(), missing.kind()), (ErrorKind::NotFound, ErrorKind::NotFound));

    // what was deleted is seen by nobody
    world.registry.delete_package(&operator, &model("team/secret"), "team/secret").await.unwrap();
    assert_eq!(world.edges("ann/tuned").await, ["ann/tuned fine-tuned from Team/Secret?"]);
    assert_eq!(world.edges("ann/base").await, [""; 0]);
    world.registry.undelete_package(&operator, &model("team/secret")).await.unwrap();
    assert_eq!(world.edges("ann/tuned").await, all);
}

async fn a_package_keeps_its_lineage_when_it_is_renamed(engine: Engine) {
    let world = World::new(engine).await;
    let operator = Actor::operator();
    for (name, base) in [("ann/base", ""), ("ann/mid", "ann/base"), ("ann/top", "ann/mid")] {
        world.model(name, base).await;
    }
    for (old, new) in [("ann/base", "acme/first"), ("ann/mid", "ann/middle"), ("ann/middle", "ann/second")] {
        world.registry.rename_package(&operator, &model(old), &model(new)).await.unwrap();
    }
    let expected = ["ann/top fine-tuned from ann/second", "ann/second fine-tuned from acme/first"];
    assert_eq!(world.edges("ann/top").await, expected);
    assert_eq!(world.cost("ann/top", "main").await.ancestors, 2);
    assert_eq!(world.edges("acme/first").await, ["ann/second fine-tuned from acme/first", "ann/top fine-tuned from ann/second"]);
    // by either name it is the same
    world.model("ann/side", "acme/first").await;
    let mut around = world.edges("acme/first").await;
    around.sort();
    assert_eq!(around[1], "ann/side fine-tuned from acme/first");
    assert_eq!(around.len(), 3, "{around:?}");
}

//! Who may do what: every role, every way in, every object.
//!
//! The rows are the operations of `docs/openapi.json` and the server functions of the app, all of them: a new one fails the first two
//! tests until it has a row. Rows that demand the same of their callers share one table of answers (`answers.rs`), with a line for
//! each role and a column for each object. Objects that are hidden and the one that is not there (`…/absent`, `nobody`) answer alike.

/// What is answered to whom.
mod answers;
/// The rows that change packages.
mod changes;
/// The rows on namespaces, accounts, tokens and uploads.
mod people;
/// The rows that read packages.
mod reads;
/// Who asks.
mod roles;
/// One way in.
mod row;
/// What is asked for.
mod world;

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use self::{
    answers::Answers,
    roles::ROLES,
    row::{Asked, Row},
    world::{Fills, World},
};
use crate::harness::{Files, TestServer};

/// Rows that demand the same of their callers.
struct Group {
    part: Part,
    answers: &'static str,
    rows: &'static [Row],
}

impl Group {
    const fn new(part: Part, answers: &'static str, rows: &'static [Row]) -> Self {
        Self { part, answers, rows }
    }
}

/// Makes a test of each part of the table, so that no part is without one.
macro_rules! parts {
    ($($test:ident: $part:ident),+ $(,)?) => {
        /// What is told on one server.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Part { $($part),+ }

        $(
            #[tokio::test]
            async fn $test() {
                told(Part::$part).await;
            }
        )+
    };
}

parts! {
    packages_are_read_by_rest: Read,
    packages_are_read_by_server_functions: ReadByFunctions,
    packages_are_found_and_have_pages: Find,
    packages_are_written_to: Write,
    packages_are_managed: Manage,
    namespaces_and_uploads: Namespaces,
    accounts_and_tokens: Accounts,
}

fn groups() -> impl Iterator<Item = &'static Group> {
    [reads::GROUPS, changes::GROUPS, people::GROUPS].into_iter().flatten()
}

fn keys() -> BTreeSet<String> {
    groups().flat_map(|group| group.rows).map(|row| row.key.to_owned()).collect()
}

#[test]
fn every_operation_of_the_document_is_in_the_table() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let below = path.strip_prefix("/api/v1").expect("all of REST is below /api/v1");
        described.extend(operations.as_object().unwrap().keys().map(|method| format!("{} {below}", method.to_uppercase())));
    }
    let listed: BTreeSet<_> = keys().into_iter().filter(|key| !key.starts_with("rpc ") && !key.starts_with("page ")).collect();
    assert_eq!(listed, described, "a new operation needs a row");
}

#[test]
fn every_server_function_is_in_the_table() {
    let app = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src");
    let mut written = BTreeSet::new();
    for source in Files::read(&app).0.into_values() {
        let source = String::from_utf8(source).unwrap();
        let endpoints: Vec<_> =
            source.split("endpoint = \"").skip(1).map(|rest| format!("rpc {}", rest.split('"').next().unwrap())).collect();
        let functions = source.matches("#[server(").count() - source.matches("#[server(default)]").count();
        assert_eq!(functions, endpoints.len(), "every function names its endpoint");
        written.extend(endpoints);
    }
    let listed: BTreeSet<_> = keys().into_iter().filter(|key| key.starts_with("rpc ")).collect();
    assert_eq!(listed, written, "a new function needs a row");
}

#[test]
fn every_table_has_an_answer_for_every_role() {
    for group in groups() {
        let answers = Answers::parse(group.answers);
        assert_eq!(answers.roles(), ROLES.into_iter().collect::<BTreeSet<_>>(), "{}", group.answers);
    }
}

#[tokio::test]
async fn nobody_may_call_functions_with_arguments_that_make_no_sense_either() {
    let server = TestServer::start().await;
    for group in groups() {
        let answers = Answers::parse(group.answers);
        let is_open = answers.objects().any(|object| ["ok", "yes"].contains(&answers.of("anonymous", object)));
        for row in group.rows.iter().filter(|row| row.key.starts_with("rpc ")) {
            let nonsense = match row.payload.chars().next() {
                Some('?') => "?kind=%ff&id=nonsense",
                Some('{') if row.payload.starts_with("{\"") => "{\"nonsense\":[1]}",
                Some(_) | None => "kind=%ff&id=nonsense",
            };
            let asked = Asked::new(row.key, nonsense, &Fills::default());
            let status = asked.with(|method, address| server.anonymous().request(method, address)).send().await.unwrap().status();
            assert!(status.is_client_error() || is_open && status.is_success(), "{}: {status}", row.key);
        }
    }
}

/// Asks all that a part has, and compares.
async fn told(part: Part) {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for group in groups().filter(|group| group.part == part) {
        let answers = Answers::parse(group.answers);
        for row in group.rows {
            for object in answers.objects() {
                for role in world.roles() {
                    let said = world.ask(role, row, object).await;
                    // what is worth nothing is refused before anybody looks what is asked for
                    let expected = if role.is_spent { "401" } else { answers.of(role.name, object) };
                    if said != expected {
                        wrong.push(format!("{} {} of {object} to {}: {said}, not {expected}", row.key, row.payload, role.name));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong answers:\n{}", wrong.len(), wrong.join("\n"));
}

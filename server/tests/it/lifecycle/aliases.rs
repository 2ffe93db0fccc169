//! Aliases: made, moved, rolled back, removed; each step is in the history.

use domain::{
    RevisionId,
    lifecycle::{AliasMove, AliasSummary},
    listing::{Page, RevisionSummary},
};

use super::{change, page, shift, versions};
use crate::harness::{Client, Files, TestServer, Trouble, about};

async fn aliases(client: &Client) -> Vec<AliasSummary> {
    client.read::<Page<AliasSummary>>("aliases", &about("ann/bert")).await.unwrap().items
}

async fn history(client: &Client, alias: &str) -> Vec<AliasMove> {
    client.read::<Page<AliasMove>>("alias_history", &[&about("ann/bert")[..], &[("alias", alias)]].concat()).await.unwrap().items
}

async fn at(client: &Client, alias: &str, moment: &str) -> Result<Option<RevisionId>, Trouble> {
    let arguments = [&about("ann/bert")[..], &[("alias", alias), ("moment", moment)]].concat();
    let found: Option<RevisionSummary> = client.read("alias_at", &arguments).await?;
    Ok(found.map(|found| found.id))
}

#[tokio::test]
async fn an_alias_moves_and_tells_its_history() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let revisions = versions(&ann, 2).await;
    assert_eq!(shift(&ann, "staging", "1.0.0", "none").await.unwrap(), revisions[0]);
    assert_eq!(shift(&ann, "staging", "2.0.0", &revisions[0].to_string()).await.unwrap(), revisions[1]);
    assert_eq!(ann.package("ann/bert", "staging").await.unwrap().revision.id, revisions[1]);
    assert_eq!(ann.file("ann/bert", "staging", "README.md").await.unwrap(), b"# Bert\nNumber 2.\n");
    let moves = history(&ann, "staging").await;
    let seen: Vec<_> = moves.iter().map(|step| (step.from, step.to, step.by.as_str(), step.reason.as_str())).collect();
    assert_eq!(seen, [(Some(revisions[0]), Some(revisions[1]), "ann", "because"), (None, Some(revisions[0]), "ann", "because")]);
    // the last move of a second counts; before the first there was none
    let format = &time::format_description::well_known::Rfc3339;
    assert_eq!(at(&ann, "staging", &moves[0].at.format(format).unwrap()).await.unwrap(), Some(revisions[1]));
    assert_eq!(at(&ann, "staging", "2020-03-01").await.unwrap(), None);
    assert_eq!(at(&ann, "staging", "9999-12-31T23:59:59Z").await.unwrap(), Some(revisions[1]));
    assert_eq!(at(&ann, "staging", "soon").await.unwrap_err().status(), 422);
}

#[tokio::test]
async fn rolling_back_leads_to_where_it_pointed_before() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let revisions = versions(&ann, 2).await;
    shift(&ann, "staging", "1.0.0", "").await.unwrap();
    let refused = change::<RevisionId>(&ann, "roll_alias_back", "ann/bert", &[("alias", "staging")]).await.unwrap_err();
    assert_eq!(refused.status(), 409, "{refused:?}");
    shift(&ann, "staging", "2.0.0", "").await.unwrap();
    for expected in [revisions[0], revisions[1]] {
        let now: RevisionId = change(&ann, "roll_alias_back", "ann/bert", &[("alias", "staging")]).await.unwrap();
        assert_eq!(now, expected);
    }
    assert_eq!(history(&ann, "staging").await.len(), 4);
}

#[tokio::test]
async fn a_removed_alias_is_gone_and_its_history_is_not() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let revisions = versions(&ann, 1).await;
    shift(&ann, "staging", "main", "").await.unwrap();
    change::<()>(&ann, "remove_alias", "ann/bert", &[("alias", "staging")]).await.unwrap();
    assert_eq!(ann.package("ann/bert", "staging").await.unwrap_err().status(), 404);
    let moves = history(&ann, "staging").await;
    assert_eq!((moves[0].from, moves[0].to), (Some(revisions[0]), None));
    let again = change::<()>(&ann, "remove_alias", "ann/bert", &[("alias", "staging")]).await.unwrap_err();
    assert_eq!(again.status(), 404);
}

#[tokio::test]
async fn of_two_who_move_an_alias_at_once_one_is_told_where_it_is_now() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let revisions = versions(&ann, 3).await;
    shift(&ann, "staging", "1.0.0", "none").await.unwrap();
    let seen = revisions[0].to_string();
    let (one, two) = tokio::join!(shift(&ann, "staging", "2.0.0", &seen), shift(&ann, "staging", "3.0.0", &seen));
    let (winner, loser) = match (one, two) {
        (Ok(winner), Err(loser)) | (Err(loser), Ok(winner)) => (winner, loser),
        both => panic!("{both:?}"),
    };
    assert_eq!(loser.status(), 412);
    assert!(loser.message().contains(&winner.to_string()), "{loser:?}");
    assert_eq!(aliases(&ann).await[0].revision, winner);
    assert_eq!(shift(&ann, "staging", "1.0.0", "none").await.unwrap_err().status(), 412, "it is there");
}

#[tokio::test]
async fn a_protected_alias_is_moved_by_who_manages_the_namespace() {
    let server = TestServer::start().await;
    let (program, bob) = (server.user("ann"), server.user("bob"));
    let ann = server.browser("ann").await;
    versions(&program, 2).await;
    assert_eq!(shift(&program, "production", "main", "").await.unwrap_err().status(), 403, "protected before it is made");
    shift(&ann, "production", "1.0.0", "").await.unwrap();
    assert_eq!(shift(&program, "production", "2.0.0", "").await.unwrap_err().status(), 403);
    let removed = change::<()>(&program, "remove_alias", "ann/bert", &[("alias", "production")]).await.unwrap_err();
    assert_eq!(removed.status(), 403);
    let protect = async |client: &Client, alias, protected| {
        change::<()>(client, "protect_alias", "ann/bert", &[("alias", alias), ("protected", protected)]).await
    };
    assert_eq!(protect(&program, "production", "false").await.unwrap_err().status(), 403);
    protect(&ann, "production", "false").await.unwrap();
    shift(&program, "production", "2.0.0", "").await.unwrap();
    protect(&ann, "production", "true").await.unwrap();
    protect(&ann, "staging", "true").await.unwrap();
    for alias in ["production", "staging"] {
        assert_eq!(shift(&program, alias, "1.0.0", "").await.unwrap_err().status(), 403, "{alias}");
        assert_eq!(shift(&bob, alias, "1.0.0", "").await.unwrap_err().status(), 403, "{alias}");
    }
    assert!(aliases(&ann).await[0].is_protected);
    let told = page(&ann, "/ann/bert/versions").await.text().await.unwrap();
    assert!(told.contains("Roll the alias back") && told.contains("Unprotect"), "{told}");
    let told = page(&server.browser("bob").await, "/ann/bert/versions?alias=production").await.text().await.unwrap();
    assert!(told.contains("because") && !told.contains("Move the alias"), "{told}");
}

#[tokio::test]
async fn the_name_of_a_protected_alias_is_given_to_nothing_else_by_who_may_not_manage_it() {
    let server = TestServer::start().await;
    let program = server.user("ann");
    let ann = server.browser("ann").await;
    versions(&program, 2).await;
    let files = Files::of("a.txt", "new");
    let tries = async |client: &Client, name: &str| {
        let mut to_branch = files.upload("ann/bert", None);
        to_branch.branch = name.parse().unwrap();
        let mut first = files.upload("ann/new", None);
        first.branch = name.parse().unwrap();
        let tag = format!("/api/v1/models/ann/bert/tags/{name}");
        let tag =
            client.request(reqwest::Method::PUT, &tag).json(&serde_json::json!({ "revision": "main" })).send().await.unwrap();
        let status = |done: Result<(), Trouble>| done.err().map_or(200, |trouble| trouble.status());
        [
            tag.status().as_u16(),
            status(
                change::<RevisionId>(client, "create_branch", "ann/bert", &[("branch", name), ("from", "main")])
                    .await
                    .map(|_| ()),
            ),
            status(client.begin(&to_branch).await.map(|_| ())),
            status(client.begin(&files.upload("ann/bert", Some(name))).await.map(|_| ())),
            status(client.begin(&first).await.map(|_| ())),
        ]
    };
    assert_eq!(tries(&program, "production").await, [403; 5], "it is kept before it is made");
    shift(&ann, "production", "1.0.0", "").await.unwrap();
    change::<()>(&ann, "remove_alias", "ann/bert", &[("alias", "production")]).await.unwrap();
    assert_eq!(tries(&program, "production").await, [403; 5], "and after it was removed");
    // begun while the name was free, and committed when it is kept
    change::<()>(&ann, "protect_alias", "ann/bert", &[("alias", "canary"), ("protected", "false")]).await.unwrap();
    let begun = program.begin(&files.upload("ann/bert", Some("canary"))).await.unwrap();
    program.send_missing(&begun, &files).await.unwrap();
    change::<()>(&ann, "protect_alias", "ann/bert", &[("alias", "canary"), ("protected", "true")]).await.unwrap();
    let refused = program.complete(begun.id).await.unwrap_err();
    assert_eq!(refused.status(), 403, "{refused:?}");
    assert!(refused.message().starts_with("“canary” is kept for a protected alias of “ann/bert”"), "{refused:?}");
    assert_eq!(
        shift(&ann, "production", "2.0.0", "none").await.unwrap(),
        ann.package("ann/bert", "2.0.0").await.unwrap().revision.id
    );
    // who manages the namespace may, and then the branch is everybody's
    let made: RevisionId = change(&ann, "create_branch", "ann/bert", &[("branch", "canary"), ("from", "1.0.0")]).await.unwrap();
    let mut upload = files.upload("ann/bert", None);
    upload.branch = "canary".parse().unwrap();
    assert_ne!(program.upload(&upload, &files).await.unwrap(), made);
}

#[tokio::test]
async fn steps_that_make_no_sense_are_refused_and_change_nothing() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    versions(&ann, 1).await;
    let long = "x".repeat(501);
    for (alias, to, expected, reason, status) in [
        ("", "main", "", "", 422),
        ("a b", "main", "", "", 422),
        ("refs/heads/x", "main", "", "", 422),
        ("main", "main", "", "", 409),
        ("1.0.0", "main", "", "", 409),
        ("staging", "nowhere", "", "", 404),
        ("staging", "a..b", "", "", 404),
        ("staging", &"0".repeat(40), "", "", 404),
        ("staging", "main", "first", "", 422),
        ("staging", "main", &"0".repeat(40), "", 412),
        ("staging", "main", "", &long, 422),
        ("staging", "main", "", "a\0b", 422),
    ] {
        let arguments = [("alias", alias), ("to", to), ("expected", expected), ("reason", reason)];
        let refused = change::<RevisionId>(&ann, "move_alias", "ann/bert", &arguments).await.unwrap_err();
        assert_eq!(refused.status(), status, "{arguments:?}: {refused:?}");
    }
    assert_eq!(aliases(&ann).await, []);
    assert_eq!(history(&ann, "staging").await, []);
    let arguments = [&about("ann/bert")[..], &[("alias", "x"), ("cursor", "?")]].concat();
    let damaged = ann.read::<Page<AliasMove>>("alias_history", &arguments).await.unwrap_err();
    assert_eq!(damaged.status(), 422);
}

#[tokio::test]
async fn the_page_of_an_alias_tells_where_it_pointed_on_a_day() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let revisions = versions(&ann, 2).await;
    shift(&ann, "staging", "1.0.0", "").await.unwrap();
    let ask = async |on: &str| {
        let answer = page(&server.browser("ann").await, &format!("/ann/bert/versions?alias=staging&on={on}")).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, told) = ask("").await;
    assert!(status == 200 && told.contains("type=\"date\"") && !told.contains("pointed at"), "nothing is asked: {told}");
    let (status, told) = ask("9999-12-31").await;
    assert!(status == 200 && told.contains("pointed at"), "{told}");
    assert!(told.contains("9999-12-31 00:00 UTC") && told.contains(&format!("/ann/bert?at={}", revisions[0])), "{told}");
    let (status, told) = ask("2020-03-01").await;
    assert!(status == 200 && told.contains("there was no alias"), "{told}");
    let (status, told) = ask("soon").await;
    assert!(status == 422 && told.contains("is no moment"), "{told}");
}

#[tokio::test]
async fn the_command_line_tells_moves_and_rolls_back() {
    let server = TestServer::start().await;
    let ann = server.user("ann");
    let revisions = versions(&ann, 2).await;
    let run = |arguments: &[&str]| server.deployment.run(&[&["alias", "ann/bert"], arguments].concat());
    let at = |revision: usize| format!("ann/bert@{}", revisions[revision]);
    assert_eq!(run(&[]).answer(), "", "none yet");
    for missing in [&["production"][..], &["production", "--history"], &["production", "--roll-back"], &["production", "9.9.9"]] {
        assert_eq!(run(missing).code, Some(4), "{missing:?}");
    }
    assert_eq!(run(&["production", "1.0.0", "--reason", "first"]).answer(), at(0));
    assert_eq!(run(&["production", "--roll-back"]).code, Some(5), "there is nothing to roll back to");
    assert_eq!(run(&["production", "2.0.0"]).answer(), at(1));
    assert_eq!(run(&["production"]).answer(), at(1));
    assert_eq!(run(&["production", "--roll-back", "--reason", "worse"]).answer(), at(0));
    assert_eq!(run(&["production", "--at", "9999-12-31"]).answer(), at(0));
    let before = run(&["production", "--at", "2020-03-01"]);
    assert_eq!(before.code, Some(4), "{before:?}");
    assert!(before.stderr.contains("on 2020-03-01 00:00 UTC"), "{before:?}");
    let moves = run(&["production", "--history"]).answer();
    let moves: Vec<_> = moves.lines().map(|line| line.split_once("  operator  ").unwrap().1).collect();
    let (first, second) = (revisions[0], revisions[1]);
    let expected = [format!("{second} -> {first}  worse"), format!("{first} -> {second}"), format!("none -> {first}  first")];
    assert_eq!(moves, expected);
    let all = run(&[]).answer();
    assert!(all.starts_with(&format!("production  {first}  since ")) && all.ends_with("  protected"), "{all}");
    for wrong in [
        &["--history"][..],
        &["production", "1.0.0", "--history"],
        &["production", "--history", "--roll-back"],
        &["production", "--at", "soon"],
    ] {
        assert_eq!(run(wrong).code, Some(2), "{wrong:?}");
    }
}

//! Positions in lists that were not given, or not for this list: refused, or a page of that list all the same.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::listing::Page;
use serde_json::{Value, json};

use super::{
    lists::{BEYOND_A_PAGE, all_jobs_ended, fill, lists},
    texts::with_a_model,
};
use crate::rest::get;

/// What is put in the place of each value of a position.
fn wild() -> Vec<Value> {
    let numbers =
        [json!(-1), json!(0), json!(i64::MIN), json!(i64::MAX), json!(u64::MAX), json!(1.5), json!(-1e308), json!(99_999)];
    let texts = [
        "",
        "\0",
        "a\0b",
        "x",
        "/",
        "0000-01-01T00:00:00Z",
        "99999-01-01T00:00:00Z",
        "\u{10ffff}",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ];
    let others = [Value::Null, json!(true), json!([]), json!({}), json!("x".repeat(3000))];
    numbers.into_iter().chain(texts.map(Value::from)).chain(others).collect()
}

/// A position with each of its values changed, left out, and with one more.
fn changed(position: &Value) -> Vec<Value> {
    let mut all = wild();
    match position {
        Value::Object(fields) => {
            for (name, field) in fields {
                all.extend(changed(field).into_iter().map(|value| {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), value);
                    fields.into()
                }));
                let mut fewer = fields.clone();
                fewer.remove(name);
                all.push(fewer.into());
            }
            let mut more = fields.clone();
            more.insert("unknown".into(), json!(1));
            all.push(more.into());
        }
        Value::Array(items) => {
            for index in 0..items.len() {
                all.extend(wild().into_iter().map(|value| {
                    let mut items = items.clone();
                    items[index] = value;
                    items.into()
                }));
            }
            all.push(items[1..].to_vec().into());
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all
}

#[tokio::test]
async fn a_cursor_that_was_changed_or_is_another_lists_is_refused_or_begins_this_list_elsewhere() {
    let (server, owner) = with_a_model().await;
    fill(&owner, BEYOND_A_PAGE).await;
    all_jobs_ended(&owner).await;
    let lists = lists(&owner).await;
    let mut read = Vec::new();
    for list in &lists {
        let (items, given) = list.read(&owner, list.is_short.then_some(1)).await;
        let given = given.unwrap_or_else(|| panic!("{} has one page only", list.address));
        read.push((BTreeSet::from_iter(items), given));
    }
    let (mut refused, mut pages) = (0, 0);
    for (list, (items, given)) in lists.iter().zip(&read) {
        let position: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(given).unwrap()).unwrap();
        let garbage = ["x", "AAAA", "%00", "MQ==", "%ff", "..", "e30", "bnVsbA", &"A".repeat(5000), "AP__"].map(str::to_owned);
        let garbage = garbage.into_iter().chain([URL_SAFE_NO_PAD.encode("{\"a\":"), format!("{given}A"), given[1..].to_owned()]);
        let forged = changed(&position).into_iter().map(|position| URL_SAFE_NO_PAD.encode(position.to_string()));
        let others = read.iter().map(|(_, cursor)| cursor.clone());
        for cursor in garbage.chain(forged).chain(others) {
            let (status, answer) = get(&owner, &list.page(&cursor)).await;
            match status {
                422 => {
                    assert_eq!(answer["error"]["code"], "invalid", "{answer}");
                    refused += 1;
                }
                200 => {
                    let found = list.keys(&answer);
                    let distinct: BTreeSet<_> = found.iter().cloned().collect();
                    assert_eq!(distinct.len(), found.len(), "{} {cursor}: repeats", list.address);
                    assert!(distinct.is_subset(items), "{} {cursor}: {answer}", list.address);
                    pages += 1;
                }
                // of what is no UTF-8 the query itself is not read
                other => panic!("{} {cursor}: {other} {answer}", list.address),
            }
        }
    }
    assert!(refused > 500 && pages > 50, "{refused} {pages}");
    assert!(!server.log().contains("panicked"));
}

#[tokio::test]
async fn server_functions_refuse_the_same_cursors() {
    let (_server, owner) = with_a_model().await;
    let target = [("kind", "model"), ("namespace", "owner"), ("name", "bert")];
    let nul = URL_SAFE_NO_PAD.encode("{\"is_file\":false,\"path\":\"a\\u0000\"}");
    for (function, arguments) in [
        ("search_packages", &[][..]),
        ("tree", &target),
        ("history", &target),
        ("jobs", &target),
        ("aliases", &target),
        ("users", &[]),
        ("invitations", &[]),
        ("audit", &[]),
        ("members", &target[1..2]),
        ("list_tokens", &[]),
        ("open_uploads", &[]),
    ] {
        let name = if function == "search_packages" { "params[cursor]" } else { "cursor" };
        for cursor in ["x", "AAAA", "%00", "eyJ4IjoxfQ", "MQ==", &nul] {
            let arguments = [arguments, &[(name, cursor)]].concat();
            let refused = owner.read::<Page<Value>>(function, &arguments).await.unwrap_err();
            assert_eq!(refused.status(), 422, "{function} {cursor}: {refused:?}");
        }
    }
}

//! How many items of a list are asked for: so many at the most, the same ones, and no number that the document does not allow.

use serde_json::Value;

use super::{
    lists::{Amounts, all_jobs_ended, fill, lists},
    texts::with_a_model,
};
use crate::rest::get;

/// What the document says of a parameter of a list.
fn schema<'a>(document: &'a Value, path: &str, name: &str) -> &'a Value {
    let parameters = document["paths"][path]["get"]["parameters"].as_array().unwrap();
    let found = parameters.iter().find(|parameter| parameter["name"] == name);
    &found.unwrap_or_else(|| panic!("{path} has no {name}"))["schema"]
}

#[tokio::test]
async fn every_list_gives_as_many_as_it_is_asked_for_and_all_of_them_in_the_end() {
    let (_server, owner) = with_a_model().await;
    fill(&owner, Amounts { files: 4, revisions: 3, others: 3 }).await;
    all_jobs_ended(&owner).await;
    let (_, document) = get(&owner, "/openapi.json").await;
    for list in lists(&owner).await {
        let limit = schema(&document, &list.path, "limit");
        let most = limit["maximum"].as_u64().unwrap();
        assert_eq!(limit["minimum"], 1, "{}", list.path);
        let (all, given) = list.read(&owner, None).await;
        assert!(all.len() > 1 && given.is_none(), "{}: {all:?}", list.address);
        for limit in [1, 2, all.len(), most as usize] {
            let (items, given) = list.read(&owner, Some(limit)).await;
            assert_eq!(items, all, "{} by {limit}", list.address);
            assert!(given.is_some() || limit >= all.len(), "{} by {limit} goes on", list.address);
        }
        // as if it was not there
        let (status, page) = get(&owner, &list.with("limit=")).await;
        assert_eq!((status, list.keys(&page)), (200, all), "{}", list.address);
        for refused in ["0", "-1", "1.5", "x", "100000", "99999999999999999999", &(most + 1).to_string()] {
            let (status, answer) = get(&owner, &list.with(&format!("limit={refused}"))).await;
            assert_eq!((status, &answer["error"]["code"]), (422, &"invalid".into()), "{} {refused}: {answer}", list.address);
            let message = answer["error"]["message"].as_str().unwrap();
            assert!(message.contains("limit") && message.contains(&most.to_string()), "{message}");
        }
    }
}

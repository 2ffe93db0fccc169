//! Query parameters that an operation does not have: a misspelt filter must not answer with everything.

use reqwest::Method;

use super::{document::operations, texts::with_a_model};
use crate::rest::{answer, get};

#[tokio::test]
async fn every_operation_refuses_parameters_that_it_does_not_have_and_names_those_that_it_has() {
    let (server, owner) = with_a_model().await;
    let operations = operations(&owner).await;
    assert!(operations.len() > 70, "{}", operations.len());
    for operation in &operations {
        let what = format!("{} {}", operation.method, operation.path);
        let known: Vec<_> = operation.parameters.iter().filter(|(place, _)| place == "query").map(|(_, name)| name).collect();
        // names are compared as they are
        for unknown in ["min_scroe", "Cursor", "cursor ", "\0"] {
            let mut asked = operation.clone();
            asked.parameters.push(("query".into(), unknown.into()));
            let (status, refusal) = answer(asked.request(&owner, None)).await;
            assert_eq!((status, &refusal["error"]["code"]), (422, &"invalid".into()), "{what}: {refusal}");
            let message = refusal["error"]["message"].as_str().unwrap();
            assert!(message.contains(&format!("“{unknown}”")), "{what}: {message}");
            assert!(known.iter().all(|known| message.contains(known.as_str())), "{what}: {message}");
        }
        if operation.method == Method::GET {
            let text = operation.request(&owner, None).send().await.unwrap().text().await.unwrap_or_default();
            assert!(!text.contains("There is no query parameter"), "{what}: {text}");
        }
    }
    let (status, refusal) = get(&owner, "/packages?min_scroe=0.9").await;
    assert_eq!(status, 422, "{refusal}");
    let head = owner.request(Method::HEAD, "/api/v1/packages?min_scroe=0.9").send().await.unwrap();
    assert_eq!(head.status(), 422);
    assert_eq!(get(&owner, "/packages?min_score=0.9&").await.0, 200);
    assert_eq!(get(&owner, "/models/owner/bert").await.0, 200, "nothing happened");
    assert!(!server.log().contains("panicked"));
}

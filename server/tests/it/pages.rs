//! Pages as a browser gets them before any script runs.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{Client, Deployment, Files},
    rest::send,
};

/// A page's HTML, without the marks for hydration: where they are depends on how the server was built.
async fn page(client: &Client, address: &str) -> String {
    let answer = client.request(Method::GET, address).header("accept", "text/html").send().await.unwrap();
    assert_eq!(answer.status(), 200, "{address}");
    answer.text().await.unwrap().replace("<!>", "")
}

/// The address that a link of a navigation leads to.
fn next(html: &str, label: &str) -> Option<String> {
    let (_, navigation) = html.split_once(&format!("aria-label=\"Pages of {label}\""))?;
    let (navigation, _) = navigation.split_once("</nav>")?;
    let (_, link) = navigation.split_once("rel=\"next\"")?;
    let (_, address) = link.split_once("href=\"")?;
    Some(address.split_once('"')?.0.replace("&amp;", "&"))
}

#[tokio::test]
async fn lists_on_pages_lead_on_to_what_does_not_fit() {
    let server = Deployment::new().with("REQUESTS_PER_MINUTE", 1_000_000).serve().await;
    server.deployment.answer(&["create-user", "owner", "--admin", "--password", "correct horse"]);
    let owner = server.browser("owner").await;
    owner.publish("owner/bert", None, &Files::various()).await;
    let made = async |method: Method, path: &str, body: Value| {
        let (status, answer) = send(&owner, method, path, &body).await;
        assert!(status < 300, "{path}: {answer}");
    };
    made(Method::POST, "/namespaces/owner/programs", json!({"name": "builder", "permission": "search"})).await;
    for number in 0..101 {
        let token = json!({"name": format!("token-{number:03}"), "permissions": ["search"]});
        made(Method::POST, "/tokens", token.clone()).await;
        made(Method::POST, "/users/builder/tokens", token).await;
        made(Method::POST, "/invitations", json!({"note": format!("guest-{number:03}")})).await;
        let to = json!({"revision": "main"});
        made(Method::PUT, &format!("/models/owner/bert/aliases/alias-{number:03}"), to).await;
    }
    // how an item looks, and how many pages there are
    for (address, label, (item, end), pages) in [
        ("/owner/bert/versions", "the aliases", ("alias", "</a></h3>"), 2),
        ("/admin/users", "the invitations", ("guest", "</h3>"), 3),
        ("/settings/tokens", "the tokens", ("token", "</h3>"), 2),
        ("/organisations/owner?program=builder", "the tokens", ("token", "</h3>"), 2),
    ] {
        let (mut found, mut at, mut read) = (vec![0; 101], Some(address.to_owned()), 0);
        while let Some(address) = at {
            let html = page(&owner, &address).await;
            for (number, found) in found.iter_mut().enumerate() {
                *found += usize::from(html.contains(&format!(">{item}-{number:03}{end}")));
            }
            read += 1;
            assert_eq!(html.contains(">First page<"), read > 1, "{address}");
            at = next(&html, label);
        }
        assert_eq!((read, found), (pages, vec![1; 101]), "{address}");
    }
}

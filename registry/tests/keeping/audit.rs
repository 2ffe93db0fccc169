//! Who did what: with which token, from where; page by page.

use std::net::IpAddr;

use bytes::Bytes;
use domain::{
    ErrorKind,
    account::{NewToken, Permission},
    audit::{Action, AuditEntry, AuditFilter},
    refs::RevisionSpec,
};
use registry::{Actor, Client, NewUser, Registry};

use crate::world::{World, package, publish, upload};

async fn all(registry: &Registry, filter: &AuditFilter) -> Vec<AuditEntry> {
    let (mut entries, mut cursor) = (Vec::new(), None);
    loop {
        let page = registry.audit(&Actor::operator(), filter, cursor.as_deref().into()).await.unwrap();
        assert!(page.items.len() <= 100);
        entries.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return entries;
        }
    }
}

#[tokio::test]
async fn what_is_done_with_a_token_is_recorded_with_it_and_with_the_address() {
    let world = World::new().await;
    let registry = world.open().await;
    let operator = Actor::operator();
    publish(&registry, "team/bert", &[Bytes::from("content")]).await;
    let new = NewUser { name: "ann".parse().unwrap(), password: None, admin: false };
    registry.create_user(&operator, new).await.unwrap();
    let permissions = vec![Permission::Search, Permission::Download];
    let token = NewToken { name: "laptop".into(), permissions, days: None, namespaces: Vec::new() };
    let token = registry.create_token_for(&operator, &"ann".parse().unwrap(), &token).await.unwrap();
    let address: IpAddr = "203.0.113.9".parse().unwrap();
    let client = Client { address: Some(address), request_id: Some("r-1".into()), ..Client::default() };
    let ann = registry.token_actor(&token.secret.clone().into(), client).await.unwrap();
    let path = upload("team/bert", &[Bytes::from("content")]).files[0].path.clone();
    let at: RevisionSpec = "main".parse().unwrap();
    let file = registry.file(&ann, &package("team/bert"), &at, &path).await.unwrap();
    registry.open_file(&ann, &file, 0).await.unwrap();

    let [download] = &all(&registry, &AuditFilter::Actor("ann".into())).await[..] else { panic!("one entry") };
    let named = download.token.as_ref().unwrap();
    assert_eq!((download.action.as_str(), download.address.as_deref()), (Action::DownloadFile.as_str(), Some("203.0.113.9")));
    assert_eq!((named.id, named.name.as_deref(), download.request_id.as_deref()), (token.token.id, Some("laptop"), Some("r-1")));
    assert!(download.object.starts_with("model/team/bert@") && download.object.ends_with(path.as_str()), "{download:?}");
    let about = all(&registry, &AuditFilter::Object(download.object.clone())).await;
    assert_eq!(about, std::slice::from_ref(download));
    let [made] = &all(&registry, &AuditFilter::Action(Action::CreateToken)).await[..] else { panic!("one entry") };
    assert_eq!((made.actor.as_str(), &made.token, &made.address), ("operator", &None, &None));
    registry.close().await;
}

#[tokio::test]
async fn pages_hold_every_entry_once_newest_first() {
    let world = World::new().await;
    let registry = world.open().await;
    let row = |number| {
        let name = if number % 2 == 0 { "even" } else { "odd" };
        format!("('2026-01-01T00:00:00+00:00', '{name}', 'sign_in', '{number}')")
    };
    let rows: Vec<_> = (0..250).map(row).collect();
    world.sql(format!("INSERT INTO audit (at, actor, action, object) VALUES {}", rows.join(", "))).await;
    let entries = all(&registry, &AuditFilter::All).await;
    let numbers: Vec<usize> = entries.iter().map(|entry| entry.object.parse().unwrap()).collect();
    assert_eq!(numbers, (0..250).rev().collect::<Vec<_>>());
    let odd = all(&registry, &AuditFilter::Actor("odd".into())).await;
    assert_eq!((odd.len(), odd[0].object.as_str()), (125, "249"));
    assert_eq!(all(&registry, &AuditFilter::Action(Action::SetQuota)).await, []);
    let damaged = registry.audit(&Actor::operator(), &AuditFilter::All, Some("nonsense").into()).await.unwrap_err();
    assert_eq!(damaged.kind(), ErrorKind::Invalid);
    registry.close().await;
}

#[tokio::test]
async fn only_administrators_read_it() {
    let world = World::new().await;
    let registry = world.open().await;
    for (name, admin) in [("ann", false), ("root", true)] {
        let new = NewUser { name: name.parse().unwrap(), password: Some("correct horse".to_owned().into()), admin };
        registry.create_user(&Actor::operator(), new).await.unwrap();
        let session = registry.sign_in(name, "correct horse".to_owned().into(), &Client::default()).await.unwrap();
        let actor = registry.session_actor(&session.secret, Client::default()).await.unwrap().unwrap();
        let read = registry.audit(&actor, &AuditFilter::All, None.into()).await;
        assert_eq!(read.map_err(|error| error.kind()).is_ok(), admin, "{name}");
    }
    let anonymous = registry.audit(&Actor::anonymous(Client::default()), &AuditFilter::All, None.into()).await.unwrap_err();
    assert_eq!(anonymous.kind(), ErrorKind::Unauthenticated);
    registry.close().await;
}

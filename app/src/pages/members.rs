//! `/organisations/:namespace`: the members of a namespace, and what it stores.

use domain::{
    account::Permission,
    listing::Page,
    people::{Member, NamespaceDetail},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::params::{path_param, query_param, some};
use crate::{
    api::{
        members::{self, Grant, RemoveMember},
        storage::{self, SetQuota},
    },
    components::{
        error_view::{ErrorNotice, ErrorView},
        links::with_query,
        moment::Moment,
        pagination::Pagination,
        storage::StoragePanel,
    },
    error::AppError,
    loading::{load, once_loaded},
};

/// Who has which right; for administrators of the namespace with the forms that change it.
#[component]
pub fn MembersPage() -> impl IntoView {
    let (name, cursor) = (path_param("namespace"), query_param("cursor"));
    let (grant, remove) = (ServerAction::<Grant>::new(), ServerAction::<RemoveMember>::new());
    let set_quota = ServerAction::<SetQuota>::new();
    let found = load(
        move || (name.get(), cursor.get(), grant.version().get(), remove.version().get()),
        |(name, cursor, ..)| list(name, cursor),
    );
    let stored = load(move || (name.get(), set_quota.version().get()), |(name, _)| storage::namespace_storage(name));
    once_loaded(move || async move {
        match found.await {
            Ok((namespace, page)) => {
                let is_first = cursor.with_untracked(String::is_empty);
                let storage = stored.await.ok().flatten();
                view! {
                    <Members namespace page is_first grant remove/>
                    {storage.map(|storage| view! { <StoragePanel storage set_quota/> })}
                }
                .into_any()
            }
            Err(error) => view! { <ErrorView error/> }.into_any(),
        }
    })
}

async fn list(name: String, cursor: String) -> Result<(NamespaceDetail, Page<Member>), AppError> {
    let namespace = members::namespace(name.clone()).await?;
    Ok((namespace, members::members(name, some(&cursor)).await?))
}

#[component]
fn Members(
    namespace: NamespaceDetail,
    page: Page<Member>,
    is_first: bool,
    grant: ServerAction<Grant>,
    remove: ServerAction<RemoveMember>,
) -> impl IntoView {
    let NamespaceDetail { name, is_organisation, may_manage, .. } = namespace;
    let address = format!("/organisations/{name}");
    let next = page.next.map(|cursor| with_query(&address, &[("cursor", &cursor)]));
    let first = (!is_first).then_some(address);
    let failure = move || {
        let refused = |answer: &Option<Result<(), AppError>>| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned());
        grant.value().with(refused).or_else(|| remove.value().with(refused))
    };
    let namespace = name.to_string();
    let members = page.items.into_iter().map({
        let namespace = namespace.clone();
        move |member| view! { <MemberItem namespace=namespace.clone() member may_manage remove/> }
    });
    view! {
        <Title text=format!("Members · {namespace}")/>
        <div class="page-head">
            <p class="eyebrow">{if is_organisation { "Organisation" } else { "User" }}</p>
            <h1>"Members of " <a href=format!("/{namespace}")>{namespace.clone()}</a></h1>
            <p class="lead">"A right includes those before it: search, download, upload, admin."</p>
        </div>
        {move || failure().map(|error| view! { <ErrorNotice error/> })}
        <ul class="token-list">{members.collect_view()}</ul>
        <Pagination what="members" first next/>
        {may_manage.then(|| view! { <GrantForm namespace grant/> })}
    }
}

#[component]
fn MemberItem(namespace: String, member: Member, may_manage: bool, remove: ServerAction<RemoveMember>) -> impl IntoView {
    let Member { user, permission, granted_at, is_owner, is_program } = member;
    let (name, shown) = (user.to_string(), user.to_string());
    let removal = (may_manage && !is_owner).then(|| {
        view! {
            <details class="menu token-revoke">
                <summary class="button button-small">"Remove" <span class="visually-hidden">" " {name.clone()}</span></summary>
                <div class="menu-body menu-body-text">
                    <p>"The right ends at once, also for what is under way."</p>
                    <ActionForm action=remove>
                        <input type="hidden" name="namespace" value=namespace/>
                        <input type="hidden" name="user" value=name.clone()/>
                        <button type="submit" class="button button-small button-danger" disabled=remove.pending()>"Remove the member"</button>
                    </ActionForm>
                </div>
            </details>
        }
    });
    view! {
        <li class="token">
            <div class="token-text">
                <h2>{shown}</h2>
                <ul class="chip-row">
                    <li class="chip chip-accent">{permission.as_str()}</li>
                    {is_owner.then(|| view! { <li class="chip">"owner"</li> })}
                    {is_program.then(|| view! { <li class="chip">"program"</li> })}
                </ul>
                <p class="token-times">{permission.on_namespace()} <span>"Since " <Moment at=granted_at/></span></p>
            </div>
            {removal}
        </li>
    }
}

#[component]
fn GrantForm(namespace: String, grant: ServerAction<Grant>) -> impl IntoView {
    let choices = Permission::ALL.map(|permission| {
        let word = permission.as_str();
        view! { <option value=word>{word} ": " {permission.on_namespace()}</option> }
    });
    view! {
        <section class="panel token-form" aria-labelledby="grant-title">
            <h2 class="panel-title" id="grant-title">"Add or change a member"</h2>
            <ActionForm action=grant>
                <div class="form">
                    <input type="hidden" name="namespace" value=namespace/>
                    <div class="field">
                        <label for="grant-user">"User name"</label>
                        <input id="grant-user" name="user" required autocomplete="off" autocapitalize="none" spellcheck="false"/>
                    </div>
                    <div class="field">
                        <label for="grant-permission">"Right"</label>
                        <select id="grant-permission" name="permission">{choices.into_iter().collect_view()}</select>
                    </div>
                    <button type="submit" class="button button-primary" disabled=grant.pending()>"Grant the right"</button>
                </div>
            </ActionForm>
        </section>
    }
}

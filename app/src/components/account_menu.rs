//! The account menu in the header: sign in, or what the signed-in user owns.

use domain::account::CurrentUser;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::links::with_query;
use crate::{Session, api::accounts::SignOut};

/// Who is signed in, and the way in or out.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let session = Session::current();
    let sign_out = ServerAction::<SignOut>::new();
    let signed_out = sign_out.version();
    Effect::new(move |_| {
        if signed_out.get() > 0 {
            session.user.refetch();
        }
    });
    let path = use_location().pathname;
    view! {
        <Transition fallback=|| view! { <span class="account-menu"></span> }>
            {move || Suspend::new(async move {
                match session.user.await {
                    Ok(Some(user)) => view! { <Menu user sign_out/> }.into_any(),
                    Ok(None) | Err(_) => view! { <SignInLink path/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn SignInLink(path: Memo<String>) -> impl IntoView {
    let address = move || match path.get().as_str() {
        "/sign-in" => "/sign-in".to_owned(),
        here => with_query("/sign-in", &[("next", here)]),
    };
    view! { <a class="button button-small button-primary" href=address>"Sign in"</a> }
}

#[component]
fn Menu(user: CurrentUser, sign_out: ServerAction<SignOut>) -> impl IntoView {
    let menu = NodeRef::<leptos::html::Details>::new();
    let close = move |_| {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let is_admin = user.admin;
    let initial = user.name.as_str().chars().next().unwrap_or_default().to_ascii_uppercase();
    view! {
        <details class="account-menu menu" node_ref=menu>
            <summary class="button button-small button-quiet">
                <span class="avatar" aria-hidden="true">{initial}</span>
                <span class="visually-hidden">"Account: "</span>
                <span class="account-name">{user.name.to_string()}</span>
            </summary>
            <div class="menu-body">
                <a href=format!("/{}", user.name) on:click=close>"Your packages"</a>
                <a href="/settings/tokens" on:click=close>"Access tokens"</a>
                <a href="/settings" on:click=close>"Password"</a>
                {is_admin.then(|| view! {
                    <a href="/admin/users" on:click=close>"Users"</a>
                    <a href="/admin/audit" on:click=close>"Audit"</a>
                })}
                <ActionForm action=sign_out>
                    <button type="submit">"Sign out"</button>
                </ActionForm>
            </div>
        </details>
    }
}

//! Showing and revoking access tokens.

use domain::account::TokenSummary;
use leptos::prelude::*;

use super::{empty::Empty, error_view::ErrorNotice, moment::Moment};
use crate::{api::tokens::RevokeToken, error::failure_of};

/// The tokens of the acting user, newest first.
#[component]
pub fn TokenList(
    /// The tokens.
    tokens: Vec<TokenSummary>,
    /// Revokes one.
    revoke: ServerAction<RevokeToken>,
) -> impl IntoView {
    if tokens.is_empty() {
        return view! {
            <Empty title="No tokens yet">
                <p>"Make one for each program that uses the registry, with no more permissions than it needs."</p>
            </Empty>
        }
        .into_any();
    }
    let answer = revoke.value();
    let failure = failure_of(answer);
    view! {
        {move || failure().map(|error| view! { <ErrorNotice error/> })}
        <ul class="token-list">{tokens.into_iter().map(|token| view! { <TokenItem token revoke/> }).collect_view()}</ul>
    }
    .into_any()
}

#[component]
fn TokenItem(token: TokenSummary, revoke: ServerAction<RevokeToken>) -> impl IntoView {
    let TokenSummary { id, name, permissions, namespaces, created_at, expires_at, last_used_at, revoked_at, is_expired } = token;
    let permissions = permissions.into_iter().map(|permission| view! { <li class="chip">{permission.as_str()}</li> });
    let end = match revoked_at {
        None if is_expired => view! { <span class="chip chip-poor">"Expired"</span> }.into_any(),
        Some(at) => view! { <span class="chip chip-poor">"Revoked " <Moment at/></span> }.into_any(),
        None => view! { <RevokeForm id=id.to_string() name=name.clone() revoke/> }.into_any(),
    };
    view! {
        <li class="token" class:token-revoked=revoked_at.is_some() || is_expired>
            <div class="token-text">
                <h3>{name}</h3>
                <ul class="chip-row">
                    {permissions.collect_view()}
                    {namespaces.into_iter().flatten().map(|name| view! { <li class="chip">"in " {name.to_string()}</li> }).collect_view()}
                </ul>
                <p class="token-times">
                    <span>"Made " <Moment at=created_at/></span>
                    <span>{match expires_at {
                        Some(at) if is_expired => view! { "Expired " <Moment at/> }.into_any(),
                        Some(at) => view! { "Expires " <Moment at/> }.into_any(),
                        None => "Never expires".into_any(),
                    }}</span>
                    <span>{match last_used_at {
                        Some(at) => view! { "Last used " <Moment at/> }.into_any(),
                        None => "Never used".into_any(),
                    }}</span>
                </p>
            </div>
            {end}
        </li>
    }
}

/// Revoking takes two steps, with and without JavaScript: unfold, then confirm.
#[component]
fn RevokeForm(id: String, name: String, revoke: ServerAction<RevokeToken>) -> impl IntoView {
    view! {
        <details class="menu token-revoke">
            <summary class="button button-small">"Revoke" <span class="visually-hidden">" " {name}</span></summary>
            <div class="menu-body menu-body-text">
                <p>"Programs that use this token stop working at once. This cannot be undone."</p>
                <ActionForm action=revoke>
                    <input type="hidden" name="id" value=id/>
                    <button type="submit" class="button button-small button-danger" disabled=revoke.pending()>"Revoke the token"</button>
                </ActionForm>
            </div>
        </details>
    }
}

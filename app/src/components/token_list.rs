//! Showing and revoking access tokens: the own ones, and those of programs.

use domain::{UserName, account::TokenSummary};
use leptos::prelude::*;

use super::{empty::Empty, error_view::ErrorNotice, moment::Moment};
use crate::{
    api::{members::RevokeProgramToken, tokens::RevokeToken},
    error::{AppError, failure_of},
};

/// Revokes a token of a list.
#[derive(Clone)]
pub enum Revoke {
    /// One of the acting user.
    Own(ServerAction<RevokeToken>),
    /// One of a program.
    OfProgram(ServerAction<RevokeProgramToken>, UserName),
}

impl Revoke {
    fn failure(&self) -> impl Fn() -> Option<AppError> + Copy + Send + Sync + 'static {
        match self {
            Self::Own(revoke) => failure_of(revoke.value()),
            Self::OfProgram(revoke, _) => failure_of(revoke.value()),
        }
    }
}

/// Tokens, newest first.
#[component]
pub fn TokenList(
    /// The tokens.
    tokens: Vec<TokenSummary>,
    /// Revokes one.
    revoke: Revoke,
) -> impl IntoView {
    if tokens.is_empty() {
        return view! {
            <Empty title="No tokens yet">
                <p>"Create one for each program that uses the registry, with no more permissions than it needs."</p>
            </Empty>
        }
        .into_any();
    }
    let failure = revoke.failure();
    let items = tokens.into_iter().map(|token| view! { <TokenItem token revoke=revoke.clone()/> });
    view! {
        {move || failure().map(|error| view! { <ErrorNotice error/> })}
        <ul class="token-list">{items.collect_view()}</ul>
    }
    .into_any()
}

#[component]
fn TokenItem(token: TokenSummary, revoke: Revoke) -> impl IntoView {
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
                    <span>"Created " <Moment at=created_at/></span>
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
fn RevokeForm(id: String, name: String, revoke: Revoke) -> impl IntoView {
    let form = match revoke {
        Revoke::Own(revoke) => view! {
            <ActionForm action=revoke>
                <input type="hidden" name="id" value=id/>
                <RevokeButton pending=revoke.pending()/>
            </ActionForm>
        }
        .into_any(),
        Revoke::OfProgram(revoke, program) => view! {
            <ActionForm action=revoke>
                <input type="hidden" name="program" value=program.to_string()/>
                <input type="hidden" name="id" value=id/>
                <RevokeButton pending=revoke.pending()/>
            </ActionForm>
        }
        .into_any(),
    };
    view! {
        <details class="menu token-revoke">
            <summary class="button button-small">"Revoke" <span class="visually-hidden">" " {name}</span></summary>
            <div class="menu-body menu-body-text">
                <p>"Programs that use this token stop working at once. This cannot be undone."</p>
                {form}
            </div>
        </details>
    }
}

#[component]
fn RevokeButton(pending: Memo<bool>) -> impl IntoView {
    view! { <button type="submit" class="button button-small button-danger" disabled=pending>"Revoke the token"</button> }
}

//! The form that makes an access token, and the secret that is shown once.

use domain::{
    Invalid, NamespaceName,
    account::{CreatedToken, NewToken, Permission},
};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{copy_button::CopyButton, error_view::ErrorNotice};
use crate::error::{AppError, failure_of};

/// Makes a token.
pub type CreateToken = Action<NewToken, Result<CreatedToken, AppError>>;

/// What is offered as lifetime, in days; nothing: for ever.
const LIFETIMES: [(&str, Option<u32>); 4] =
    [("30 days", Some(30)), ("90 days", Some(90)), ("1 year", Some(365)), ("No end", None)];

/// What a new token may do unless chosen otherwise.
const USUAL: [Permission; 2] = [Permission::Search, Permission::Download];

/// The form: a name, the permissions, the namespaces, a lifetime.
#[component]
pub fn TokenForm(
    /// Makes the token.
    create: CreateToken,
    /// The account that it is for, as the command line takes it.
    #[prop(into, default = "NAME".to_owned())]
    account: String,
    /// The only namespace that it works in; chosen by who makes it, when nothing.
    #[prop(optional_no_strip)]
    within: Option<NamespaceName>,
) -> impl IntoView {
    let (name, namespaces) = (NodeRef::<leptos::html::Input>::new(), NodeRef::<leptos::html::Input>::new());
    let is_limited = within.is_some();
    let permissions = RwSignal::new(USUAL.to_vec());
    let lifetime = RwSignal::new(LIFETIMES[1].1);
    let answer = create.value();
    let failure = failure_of(answer);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(field) = name.get_untracked() else { return };
        let limits = match &within {
            Some(namespace) => Ok(vec![namespace.clone()]),
            None => named(&namespaces.get_untracked().map(|field| field.value()).unwrap_or_default()),
        };
        match limits {
            Ok(namespaces) => {
                let (permissions, days) = (permissions.get_untracked(), lifetime.get_untracked());
                create.dispatch(NewToken { name: field.value(), permissions, days, namespaces });
            }
            Err(wrong) => answer.set(Some(Err(wrong.into()))),
        }
    };
    // a name that was refused stays to be mended
    Effect::new(move |_| {
        if answer.with(|answer| matches!(answer, Some(Ok(_))))
            && let Some(field) = name.get_untracked()
        {
            field.set_value("");
        }
    });
    view! {
        <section class="panel token-form" aria-labelledby="new-token-title">
            <h2 class="panel-title" id="new-token-title">"New token"</h2>
            <noscript>
                <div class="notice"><p>"Creating a token needs JavaScript here. Without it: " <code>"model-registry create-token " {account}</code></p></div>
            </noscript>
            {move || failure().map(|error| view! { <ErrorNotice error/> })}
            <form class="form" on:submit=submit>
                <div class="field">
                    <label for="token-name">"Name"</label>
                    <input id="token-name" node_ref=name required maxlength="64" autocomplete="off" aria-describedby="token-name-hint"/>
                    <p class="field-hint" id="token-name-hint">"What will use it: “training cluster”, “my laptop”."</p>
                </div>
                <Permissions chosen=permissions/>
                {(!is_limited).then(|| view! {
                    <div class="field">
                        <label for="token-namespaces">"Namespaces"</label>
                        <input id="token-namespaces" node_ref=namespaces autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="token-namespaces-hint"/>
                        <p class="field-hint" id="token-namespaces-hint">"The only ones that it works in, with spaces between; empty: all that you may use."</p>
                    </div>
                })}
                <Lifetimes chosen=lifetime/>
                <button type="submit" class="button button-primary" disabled=create.pending()>"Create the token"</button>
            </form>
        </section>
    }
}

/// The namespaces that somebody has named.
fn named(text: &str) -> Result<Vec<NamespaceName>, Invalid> {
    text.split([' ', ',']).filter(|name| !name.is_empty()).map(str::parse).collect()
}

#[component]
fn Permissions(chosen: RwSignal<Vec<Permission>>) -> impl IntoView {
    let choices = Permission::ALL.map(|permission| {
        let is_chosen = move || chosen.with(|chosen| chosen.contains(&permission));
        let toggle = move |_| {
            chosen.update(|chosen| {
                if chosen.contains(&permission) {
                    chosen.retain(|other| *other != permission);
                } else {
                    chosen.push(permission);
                }
            });
        };
        view! {
            <label class="choice">
                <input type="checkbox" checked=untrack(is_chosen) prop:checked=is_chosen on:change=toggle/>
                <span><strong>{permission.as_str()}</strong> ": " {permission.explanation()}</span>
            </label>
        }
    });
    view! { <fieldset class="field"><legend>"Permissions"</legend>{choices.into_iter().collect_view()}</fieldset> }
}

#[component]
fn Lifetimes(chosen: RwSignal<Option<u32>>) -> impl IntoView {
    let choices = LIFETIMES.map(|(title, days)| {
        let is_chosen = move || chosen.get() == days;
        view! {
            <label class="segment">
                <input type="radio" name="token-lifetime" checked=untrack(is_chosen) prop:checked=is_chosen on:change=move |_| chosen.set(days)/>
                <span>{title}</span>
            </label>
        }
    });
    view! { <fieldset class="segments"><legend>"Lifetime"</legend>{choices.into_iter().collect_view()}</fieldset> }
}

/// The secret of the token that was made last, until the page is left.
#[component]
pub fn NewSecret(
    /// What made it.
    create: CreateToken,
) -> impl IntoView {
    let answer = create.value();
    let made = move || answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().ok().cloned()));
    view! {
        <div aria-live="polite">
            {move || made().map(|CreatedToken { token, secret }| view! {
                <div class="notice notice-good new-secret">
                    <p><strong>{token.name}</strong> " is ready. Copy its secret now: it is not shown again."</p>
                    <div class="new-secret-row">
                        <input class="input mono" readonly aria-label="Secret of the new token" value=secret.clone()/>
                        <CopyButton text=secret what="the secret"/>
                    </div>
                </div>
            })}
        </div>
    }
}

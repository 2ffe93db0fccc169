//! `/sign-in`.

use domain::{ErrorKind, package::is_local_address};
use leptos::prelude::*;
use leptos_meta::Title;

use super::params::{query_param, some};
use crate::{
    Session,
    api::accounts::SignIn,
    components::logo::Logo,
    error::{AppError, failure_of},
    loading::once_loaded,
};

/// Where users sign in; the server leads on to `?next=`.
#[component]
pub fn SignInPage() -> impl IntoView {
    let session = Session::current();
    let sign_in = ServerAction::<SignIn>::new();
    let next = query_param("next");
    Effect::new(move |_| {
        if sign_in.version().get() > 0 {
            session.user.refetch();
        }
    });
    view! {
        <Title text="Sign in"/>
        <section class="sign-in panel">
            <Logo/>
            <h1>"Sign in"</h1>
            {once_loaded(move || async move {
                match session.user.await {
                    Ok(Some(user)) => {
                        let goal = next.with(|next| some(next)).filter(|next| is_local_address(next)).unwrap_or_else(|| "/".to_owned());
                        view! {
                            <p>"You are signed in as " <strong>{user.name.to_string()}</strong> "."</p>
                            <a class="button button-primary button-wide" href=goal>"Go on"</a>
                        }
                        .into_any()
                    }
                    Ok(None) | Err(_) => view! { <SignInForm sign_in next/> }.into_any(),
                }
            })}
        </section>
    }
    .into_any()
}

#[component]
fn SignInForm(sign_in: ServerAction<SignIn>, next: Memo<String>) -> impl IntoView {
    let answer = sign_in.value();
    let failure = failure_of(answer);
    // before the first answer the failure comes from the address, where a plain form was led back to: whoever made the link
    // could put any words there
    let words = move |error: AppError| if sign_in.version().get() > 0 { error.message } else { refusal(error.kind).to_owned() };
    view! {
        {move || failure().map(|error| view! { <p class="notice notice-poor" role="alert">{words(error)}</p> })}
        <ActionForm action=sign_in>
            <div class="form">
                <div class="field">
                    <label for="sign-in-name">"User name"</label>
                    <input id="sign-in-name" name="name" required autocomplete="username" autocapitalize="none" spellcheck="false"/>
                </div>
                <div class="field">
                    <label for="sign-in-password">"Password"</label>
                    <input id="sign-in-password" name="password" type="password" required autocomplete="current-password"/>
                </div>
                <input type="hidden" name="next" value=next/>
                <button type="submit" class="button button-primary button-wide" disabled=sign_in.pending()>
                    {move || if sign_in.pending().get() { "Signing in …" } else { "Sign in" }}
                </button>
            </div>
        </ActionForm>
    }
}

const fn refusal(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unauthenticated => "The user name or the password is wrong.",
        ErrorKind::TooManyRequests => "Too many attempts to sign in failed. Try again in a quarter of an hour at the latest.",
        ErrorKind::Unavailable => "The registry cannot reach its database. Try again in a while.",
        ErrorKind::NotFound
        | ErrorKind::Conflict
        | ErrorKind::Outdated
        | ErrorKind::Invalid
        | ErrorKind::TooLarge
        | ErrorKind::Forbidden
        | ErrorKind::InsufficientStorage
        | ErrorKind::Internal => "Signing in did not work. Try again in a while.",
    }
}

//! `/join?invitation=…`: where an invitation is accepted.

use domain::account::{MAX_PASSWORD, MIN_PASSWORD};
use leptos::prelude::*;
use leptos_meta::Title;

use super::params::query_param;
use crate::{Session, api::people::AcceptInvitation, components::error_view::ErrorNotice};

/// The form that makes the account of who was invited.
#[component]
pub fn JoinPage() -> impl IntoView {
    let session = Session::current();
    let invitation = query_param("invitation");
    let accept = ServerAction::<AcceptInvitation>::new();
    Effect::new(move |_| {
        if accept.version().get() > 0 {
            session.user.refetch();
        }
    });
    let answer = accept.value();
    let failure = move || answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()));
    view! {
        <Title text="Join"/>
        <section class="sign-in panel">
            <h1>"Join the registry"</h1>
            <p>"You were invited: choose the name and the password that you will sign in with. The link works once."</p>
            {move || failure().map(|error| view! { <ErrorNotice error/> })}
            <ActionForm action=accept>
                <div class="form">
                    <input type="hidden" name="invitation" value=invitation/>
                    <div class="field">
                        <label for="join-name">"User name"</label>
                        <input id="join-name" name="name" required autocomplete="username" autocapitalize="none" spellcheck="false"
                            aria-describedby="join-name-hint"/>
                        <p class="field-hint" id="join-name-hint">"Your packages will stand under it: letters, digits, “-”, “_” and “.”."</p>
                    </div>
                    <div class="field">
                        <label for="join-password">"Password"</label>
                        <input id="join-password" name="password" type="password" required autocomplete="new-password"
                            minlength=MIN_PASSWORD.to_string() maxlength=MAX_PASSWORD.to_string()/>
                    </div>
                    <button type="submit" class="button button-primary button-wide" disabled=accept.pending()>"Create the account"</button>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}

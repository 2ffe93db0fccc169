//! `/settings`: the acting user's password.

use domain::account::{MAX_PASSWORD, MIN_PASSWORD};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    Session,
    api::people::ChangePassword,
    components::error_view::{ErrorNotice, ErrorView},
    error::AppError,
    loading::once_loaded,
};

/// The form that changes the password. Whoever got one from somebody else is led here after signing in.
#[component]
pub fn PasswordPage() -> impl IntoView {
    let session = Session::current();
    let change = ServerAction::<ChangePassword>::new();
    Effect::new(move |_| {
        if change.version().get() > 0 {
            session.user.refetch();
        }
    });
    view! {
        <Title text="Password"/>
        {once_loaded(move || async move {
            match session.user.await {
                Ok(Some(user)) => view! { <PasswordForm change must=user.must_change_password/> }.into_any(),
                Ok(None) => {
                    let error = AppError::new(domain::ErrorKind::Unauthenticated, "Sign in to change your password.");
                    view! { <ErrorView error/> }.into_any()
                }
                Err(error) => view! { <ErrorView error/> }.into_any(),
            }
        })}
    }
    .into_any()
}

#[component]
fn PasswordForm(change: ServerAction<ChangePassword>, must: bool) -> impl IntoView {
    let answer = change.value();
    let failure = move || answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()));
    view! {
        <section class="sign-in panel">
            <h1>"Change your password"</h1>
            {must.then(|| view! { <p class="notice">"Your password was given to you by somebody else: choose one of your own to go on."</p> })}
            {move || failure().map(|error| view! { <ErrorNotice error/> })}
            <ActionForm action=change>
                <div class="form">
                    <div class="field">
                        <label for="old-password">"Old password"</label>
                        <input id="old-password" name="old" type="password" required autocomplete="current-password"/>
                    </div>
                    <div class="field">
                        <label for="new-password">"New password"</label>
                        <input id="new-password" name="new" type="password" required autocomplete="new-password"
                            minlength=MIN_PASSWORD.to_string() maxlength=MAX_PASSWORD.to_string() aria-describedby="new-password-hint"/>
                        <p class="field-hint" id="new-password-hint">
                            "At least " {MIN_PASSWORD.to_string()} " characters. You are signed out everywhere else."
                        </p>
                    </div>
                    <button type="submit" class="button button-primary button-wide" disabled=change.pending()>"Change the password"</button>
                </div>
            </ActionForm>
        </section>
    }
}

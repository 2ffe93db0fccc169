//! A failure, shown by its kind: what was wrong, and the next step.

use domain::ErrorKind;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use super::links::with_query;
use crate::{error::AppError, platform};

/// The failure of a whole page. Sets the status of the page; who has to sign in first is led there.
#[component]
pub fn ErrorView(
    /// What went wrong.
    error: AppError,
) -> impl IntoView {
    platform::set_status(error.kind.status());
    let title = match error.kind {
        ErrorKind::NotFound => "Nothing here",
        ErrorKind::Unauthenticated => "Sign in to see this",
        ErrorKind::Forbidden => "Not allowed",
        ErrorKind::Unavailable | ErrorKind::InsufficientStorage => "Not available now",
        ErrorKind::Conflict | ErrorKind::Outdated | ErrorKind::Invalid | ErrorKind::TooLarge => "That does not work",
        ErrorKind::TooManyRequests => "Wait a moment",
        ErrorKind::Internal => "Something went wrong",
    };
    let request_id = error.request_id.filter(|_| error.kind.is_of_registry());
    let next_step =
        next_step(error.kind).unwrap_or_else(|| view! { <a class="button" href="/">"Search packages"</a> }.into_any());
    view! {
        <Title text=title/>
        <section class="error-view" role="alert">
            <p class="error-view-status" aria-hidden="true">{error.kind.status()}</p>
            <h1>{title}</h1>
            <p class="lead">{linked(error.message)}</p>
            {request_id.map(|id| view! { <p class="muted">"Request " <code>{id}</code> ": the registry's log tells more under this id."</p> })}
            <div class="button-row">{next_step}</div>
        </section>
    }
}

/// A sentence; an address of this site at its end is a link.
fn linked(message: String) -> AnyView {
    let end = message.strip_suffix('.').and_then(|sentence| sentence.rsplit_once(' '));
    match end {
        Some((words, address)) if domain::package::is_local_address(address) => {
            view! { {format!("{words} ")} <a href=address.to_owned()>{address.to_owned()}</a> "." }.into_any()
        }
        Some(_) | None => message.into_any(),
    }
}

/// A failure of a part of a page, or of an action: in place, without a heading.
#[component]
pub fn ErrorNotice(
    /// What went wrong.
    error: AppError,
) -> impl IntoView {
    let request_id = error.request_id.filter(|_| error.kind.is_of_registry());
    view! {
        <div class="notice notice-poor" role="alert">
            <p>{error.message}</p>
            {request_id.map(|id| view! { <p class="muted">"Request " <code>{id}</code></p> })}
            {next_step(error.kind).map(|step| view! { <div class="button-row">{step}</div> })}
        </div>
    }
}

/// What the reader can do about a failure of this kind on this page.
fn next_step(kind: ErrorKind) -> Option<AnyView> {
    match kind {
        ErrorKind::Unauthenticated => Some(view! { <SignInLink/> }.into_any()),
        // a whole new request, so that it works without JavaScript too
        ErrorKind::Unavailable | ErrorKind::Internal => {
            Some(view! { <a class="button" rel="external" href=current_address()>"Try again"</a> }.into_any())
        }
        ErrorKind::NotFound
        | ErrorKind::Forbidden
        | ErrorKind::Conflict
        | ErrorKind::Outdated
        | ErrorKind::Invalid
        | ErrorKind::TooLarge
        | ErrorKind::TooManyRequests
        | ErrorKind::InsufficientStorage => None,
    }
}

/// Leads to the sign-in page and back: at once where effects run, by a link where they do not.
#[component]
fn SignInLink() -> impl IntoView {
    let navigate = use_navigate();
    let address = with_query("/sign-in", &[("next", &current_address())]);
    let target = address.clone();
    Effect::new(move |_| navigate(&target, NavigateOptions { replace: true, ..NavigateOptions::default() }));
    view! { <a class="button button-primary" href=address>"Sign in"</a> }
}

fn current_address() -> String {
    let location = use_location();
    let search = location.search.get_untracked();
    let mark = if search.is_empty() { "" } else { "?" };
    format!("{}{mark}{search}", location.pathname.get_untracked())
}

/// The words while something loads.
#[component]
pub fn Loading() -> impl IntoView {
    view! { <p class="loading" role="status">"Loading …"</p> }
}
